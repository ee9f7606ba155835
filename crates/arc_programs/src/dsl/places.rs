//! Places in grids of the usual sizes, and the sets that the search for objects
//! makes of them.
//!
//! The order in which the reference finds objects, and their cells, is that of
//! many small sets of places: the neighbours of a cell, those of them in the
//! grid, those of a whole front. [`Place`] has the hash of the pair that it
//! stands for, so tables of places are ordered as the sets of pairs are, at a
//! small part of the cost; the neighbours of a cell are the same in all grids,
//! and are found once.

use std::sync::{LazyLock, OnceLock};

use crate::value::{Element, Set, Table, Value};

/// The number of rows and columns of the largest grid that this is for: ARC's 30
/// three times, as solvers put grids side by side and scale them. Beyond it
/// nothing is wrong, only slower.
const LIMIT: usize = 90;

/// Rows and columns from -1 to 90: those of the largest grid, and around it.
const SIDE: usize = LIMIT + 2;

/// The number of rows and columns of the largest grid whose places are found
/// once and kept: ARC's.
const KEPT: usize = 30;

/// The pair of a row and a column in a grid, or one outside of it, in a byte or
/// so each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(u16);

impl Place {
    /// The place of this row and column, each from -1 to 90.
    fn new(row: i64, column: i64) -> Place {
        Place(((row + 1) * SIDE as i64 + column + 1) as u16)
    }

    pub(super) fn row(self) -> i64 {
        i64::from(self.0) / SIDE as i64 - 1
    }

    pub(super) fn column(self) -> i64 {
        i64::from(self.0) % SIDE as i64 - 1
    }
}

static HASHES: LazyLock<Vec<i64>> = LazyLock::new(|| {
    let all = (0..(SIDE * SIDE) as u16).map(Place);
    all.map(|place| Value::pair(place.row(), place.column()).hash())
        .collect()
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
pub(super) struct Marked {
    /// By place, as far as the last row of a grid.
    marks: Vec<bool>,
    count: usize,
}

impl Marked {
    /// None of the places of a grid.
    pub(super) fn none(shape: Shape) -> Marked {
        Marked {
            marks: vec![false; (shape.height + 1) * SIDE],
            count: 0,
        }
    }

    pub(super) fn contains(&self, place: Place) -> bool {
        self.marks[usize::from(place.0)]
    }

    pub(super) fn insert(&mut self, place: Place) {
        let mark = &mut self.marks[usize::from(place.0)];
        self.count += usize::from(!*mark);
        *mark = true;
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }
}

/// The height and width of a grid, neither above 90.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    height: usize,
    width: usize,
}

impl Shape {
    /// `None` for what is larger, or empty.
    pub(super) fn new(height: usize, width: usize) -> Option<Shape> {
        let fits = |length| (1..=LIMIT).contains(&length);
        (fits(height) && fits(width)).then_some(Shape { height, width })
    }

    /// All places of such a grid, as the set of pairs that the reference makes
    /// row by row.
    pub(super) fn indices(self) -> Set {
        static KNOWN: [OnceLock<Set>; (KEPT + 1) * (KEPT + 1)] =
            [const { OnceLock::new() }; (KEPT + 1) * (KEPT + 1)];
        let find = || {
            let rows = 0..self.height as i64;
            let places =
                rows.flat_map(|row| (0..self.width as i64).map(move |column| (row, column)));
            let mut indices = Table::with_capacity(self.height * self.width);
            for (row, column) in places {
                indices.insert_distinct(Value::pair(row, column));
            }
            // No set of 8 100 pairs is beyond the limits on values.
            indices.freeze().unwrap_or(Set::empty())
        };
        match self.height.max(self.width) {
            0..=KEPT => KNOWN[self.height * (KEPT + 1) + self.width]
                .get_or_init(find)
                .clone(),
            _ => find(),
        }
    }

    /// The same places, in the same order.
    pub(super) fn places(self) -> Vec<Place> {
        let indices = self.indices();
        let pairs = indices.values().filter_map(Value::as_pair);
        pairs.map(|(row, column)| Place::new(row, column)).collect()
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

    /// Adds to a set those neighbours of a place in the grid that are in the
    /// grid, with those at its corners where `is_diagonal`.
    pub(super) fn merge_neighbours(self, into: &mut Table<Place>, place: Place, is_diagonal: bool) {
        static BESIDE: [OnceLock<Table<Place>>; SIDE * SIDE] =
            [const { OnceLock::new() }; SIDE * SIDE];
        static AROUND: [OnceLock<Table<Place>>; SIDE * SIDE] =
            [const { OnceLock::new() }; SIDE * SIDE];
        let (known, find): (_, fn(Place) -> Table<Place>) = match is_diagonal {
            true => (&AROUND, around),
            false => (&BESIDE, beside),
        };
        // As the reference has them, a set made of the items of a set: only
        // those in the grid, so that at its edges it is another one.
        let neighbours = known[usize::from(place.0)]
            .get_or_init(|| Table::from_values(find(place).iter().copied()));
        if self.surrounds(place) {
            into.merge(neighbours);
        } else {
            let all = find(place);
            let inside = all.iter().copied().filter(|place| self.contains(*place));
            into.merge(&Table::from_values(inside));
        }
    }
}

fn neighbours(place: Place, offsets: [(i64, i64); 4]) -> Table<Place> {
    let (row, column) = (place.row(), place.column());
    Table::from_values(offsets.map(|(down, right)| Place::new(row + down, column + right)))
}

/// What `dneighbors` yields.
fn beside(place: Place) -> Table<Place> {
    neighbours(place, [(-1, 0), (1, 0), (0, -1), (0, 1)])
}

/// What `neighbors` yields.
fn around(place: Place) -> Table<Place> {
    let corners = neighbours(place, [(-1, -1), (-1, 1), (1, -1), (1, 1)]);
    beside(place).union(&corners)
}
