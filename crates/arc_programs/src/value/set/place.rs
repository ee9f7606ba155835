//! Places in grids of the usual sizes, and the sets that the search for objects
//! makes of them.
//!
//! The order in which the reference finds objects, and their cells, is that of
//! many small sets of places: the neighbours of a cell, those of them in the
//! grid, those of a whole front. [`Place`] has the hash of the pair that it
//! stands for, so a [`PlaceSet`] is ordered as the set of the pairs is, at a
//! small part of the cost; the neighbours of a cell are the same in all grids,
//! and are found once.

use std::sync::{LazyLock, OnceLock};

use super::super::hash::TupleHash;
use super::super::patch::{Kind, SmallPatch};
use super::table::{Element, FrozenTable, GrowingTable, Source};
use super::{Set, SetBuilder, Value};

/// The number of rows and columns of the largest grid that this is for: what two
/// bytes tell apart, eight times ARC's 30, for programs put grids side by side and
/// scale them. Beyond it nothing is wrong, only slower.
const LIMIT: usize = 254;

/// Rows and columns from -1 to 254: those of the largest grid, and around it.
const SIDE: usize = LIMIT + 2;

/// The number of rows and columns of the largest grid whose neighbours are found
/// once and kept: beyond it they would take more memory than they save time.
const KEPT_NEIGHBOURS: i64 = 90;

/// The number of rows and columns of the largest grid whose places are found
/// once and kept: ARC's.
const KEPT: usize = 30;

/// The pair of a row and a column in a grid, or one outside of it, in a byte each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(u16);

impl Place {
    /// The place of this row and column, each from -1 to 254.
    fn new(row: i64, column: i64) -> Place {
        Place(((row + 1) * SIDE as i64 + column + 1) as u16)
    }

    /// The row.
    #[inline]
    pub fn row(self) -> i64 {
        i64::from(self.0) / SIDE as i64 - 1
    }

    /// The column.
    #[inline]
    pub fn column(self) -> i64 {
        i64::from(self.0) % SIDE as i64 - 1
    }
}

/// The hashes of the pairs, by place.
static HASHES: LazyLock<Vec<i64>> = LazyLock::new(|| {
    let hash = |place: Place| TupleHash::of_integers(&[place.row() as i32, place.column() as i32]);
    (0..=u16::MAX).map(|number| hash(Place(number))).collect()
});

impl Element for Place {
    #[inline]
    fn hash(&self) -> i64 {
        HASHES[usize::from(self.0)]
    }

    #[inline]
    fn same(&self, other: &Place) -> bool {
        self == other
    }
}

/// A set of places of which nobody asks the order.
pub struct PlaceMarks {
    /// By place, as far as the last row of a grid.
    marks: Vec<bool>,
    count: usize,
}

impl PlaceMarks {
    /// None of the places of a grid.
    pub fn none(shape: Shape) -> PlaceMarks {
        PlaceMarks {
            marks: vec![false; (shape.height + 1) * SIDE],
            count: 0,
        }
    }

    /// Whether the place is marked.
    #[inline]
    pub fn contains(&self, place: Place) -> bool {
        self.marks[usize::from(place.0)]
    }

    /// Marks the place.
    #[inline]
    pub fn insert(&mut self, place: Place) {
        let mark = &mut self.marks[usize::from(place.0)];
        self.count += usize::from(!*mark);
        *mark = true;
    }
}

/// A set of places under construction, in the order of a set of their pairs.
pub struct PlaceSet(GrowingTable<Place>);

impl PlaceSet {
    /// No places.
    pub fn new() -> PlaceSet {
        PlaceSet(GrowingTable::new())
    }

    /// Makes it the set of this place, keeping its memory.
    pub fn become_single(&mut self, place: Place) {
        self.0.clear();
        self.0.insert_distinct(place);
    }

    /// Makes it a new set without places, keeping its memory.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The places in the set's order.
    pub fn iter(&self) -> impl Iterator<Item = Place> {
        self.0.iter().copied()
    }

    /// Python's `|=`, with those neighbours of a place in a grid that are in the
    /// grid, those at its corners too where `is_diagonal`.
    pub fn merge_neighbours(&mut self, shape: Shape, place: Place, is_diagonal: bool) {
        let found;
        let neighbours = match Neighbours::kept(place, is_diagonal) {
            Some(kept) => kept,
            None => {
                found = Neighbours::found(place, is_diagonal);
                &found
            }
        };
        if shape.surrounds(place) {
            self.0.merge(&neighbours.inside);
        } else {
            let all = neighbours.all.iter().copied();
            let inside = all.filter(|place| shape.contains(*place));
            self.0.merge(&GrowingTable::from_values(inside));
        }
    }

    /// Makes it Python's `whole - marked`, keeping its memory.
    pub fn become_difference(&mut self, whole: &PlaceSet, marked: &PlaceMarks) {
        self.0
            .become_difference(&whole.0, marked.count, |place, _| marked.contains(*place));
    }
}

impl Default for PlaceSet {
    fn default() -> PlaceSet {
        PlaceSet::new()
    }
}

/// The height and width of a grid, neither above 254.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    height: usize,
    width: usize,
}

impl Shape {
    /// `None` for what is larger, or empty.
    pub fn new(height: usize, width: usize) -> Option<Shape> {
        let fits = |length| (1..=LIMIT).contains(&length);
        (fits(height) && fits(width)).then_some(Shape { height, width })
    }

    /// All places of such a grid, as the set of pairs that the reference makes
    /// row by row.
    pub fn indices(self) -> Set {
        static KNOWN: [OnceLock<Set>; (KEPT + 1) * (KEPT + 1)] =
            [const { OnceLock::new() }; (KEPT + 1) * (KEPT + 1)];
        let find = || {
            let rows = 0..self.height as i64;
            let places =
                rows.flat_map(|row| (0..self.width as i64).map(move |column| (row, column)));
            let mut indices = SetBuilder::with_capacity(self.height * self.width);
            for (row, column) in places {
                indices.insert_distinct(Value::pair(row, column));
            }
            // No set of 64 516 pairs is beyond the limits on values.
            indices.finish().unwrap_or(Set::empty())
        };
        match self.height.max(self.width) {
            0..=KEPT => KNOWN[self.height * (KEPT + 1) + self.width]
                .get_or_init(find)
                .clone(),
            _ => find(),
        }
    }

    /// The same places, in the same order.
    pub fn places(self) -> Vec<Place> {
        let indices = Value::Set(self.indices());
        let pairs = SmallPatch::of_kind(&indices, Kind::Indices).map(SmallPatch::places);
        let places = pairs.into_iter().flatten();
        places
            .map(|(row, column)| Place::new(row, column))
            .collect()
    }

    fn contains(self, place: Place) -> bool {
        (0..self.height as i64).contains(&place.row())
            && (0..self.width as i64).contains(&place.column())
    }

    /// Whether all eight neighbours of a place in the grid are in it too.
    fn surrounds(self, place: Place) -> bool {
        (1..self.height as i64 - 1).contains(&place.row())
            && (1..self.width as i64 - 1).contains(&place.column())
    }
}

/// The neighbours of a place, the same in all grids.
struct Neighbours {
    /// What `dneighbors` or `neighbors` yields.
    all: FrozenTable<Place>,
    /// As the reference has those in a grid, a set made of the items of a set:
    /// where all of them are in it. At a grid's edges it is another one.
    inside: FrozenTable<Place>,
}

impl Neighbours {
    /// Those beside a place, with those at its corners where `is_diagonal`.
    fn found(place: Place, is_diagonal: bool) -> Neighbours {
        let all = match is_diagonal {
            true => around(place),
            false => beside(place),
        };
        let inside = GrowingTable::from_values(all.iter().copied()).freeze();
        Neighbours { all, inside }
    }

    /// The same, found once; `None` for a place that is too far out to keep them.
    fn kept(place: Place, is_diagonal: bool) -> Option<&'static Neighbours> {
        const KEPT: usize = (KEPT_NEIGHBOURS * KEPT_NEIGHBOURS) as usize;
        type Known = [OnceLock<Box<Neighbours>>; KEPT];
        static BESIDE: Known = [const { OnceLock::new() }; KEPT];
        static AROUND: Known = [const { OnceLock::new() }; KEPT];
        let is_kept = |coordinate| (0..KEPT_NEIGHBOURS).contains(&coordinate);
        if !is_kept(place.row()) || !is_kept(place.column()) {
            return None;
        }
        let known = match is_diagonal {
            true => &AROUND,
            false => &BESIDE,
        };
        let index = (place.row() * KEPT_NEIGHBOURS + place.column()) as usize;
        Some(known[index].get_or_init(|| Box::new(Neighbours::found(place, is_diagonal))))
    }
}

fn neighbours(place: Place, offsets: [(i64, i64); 4]) -> FrozenTable<Place> {
    let (row, column) = (place.row(), place.column());
    let places = offsets.map(|(down, right)| Place::new(row + down, column + right));
    GrowingTable::from_values(places).freeze()
}

/// What `dneighbors` yields.
fn beside(place: Place) -> FrozenTable<Place> {
    neighbours(place, [(-1, 0), (1, 0), (0, -1), (0, 1)])
}

/// What `neighbors` yields.
fn around(place: Place) -> FrozenTable<Place> {
    let corners = neighbours(place, [(-1, -1), (-1, 1), (1, -1), (1, 1)]);
    beside(place).union(&corners).freeze()
}
