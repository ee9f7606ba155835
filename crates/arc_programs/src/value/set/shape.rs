//! All places of a grid, and the neighbours of each.
//!
//! They follow from the height and the width alone. Those of ARC's shapes are found
//! once and kept; so are the neighbours of a place, which are the same in all
//! grids.

use std::ops::Range;
use std::sync::OnceLock;

use smallvec::SmallVec;

use super::super::hash::TupleHash;
use super::grid_items::GridItems;
use super::growth::slots_with;
use super::item::Item;
use super::occupancy::{CHUNK, MANY, Many, Stretch};
use super::place_table::PlaceTable;
use super::table::{Element, Table};
use super::{Failure, Set};

/// The number of rows and columns of the largest grid that has a shape: no value may
/// have more parts than some millions, and the places around it are in the range of
/// items.
const LIMIT: usize = 1 << 22;

/// The number of rows and columns of the largest grid whose neighbours are found
/// once and kept: beyond it they would take more memory than they save time.
const KEPT_NEIGHBOURS: i64 = 90;

/// The number of rows and columns of the largest grid whose places are found
/// once and kept: ARC's.
const KEPT: usize = 30;

/// The same of where they lie in CPython's table: two bytes a place, of which outputs
/// twice as high and wide as their inputs have up to 3 600.
const KEPT_SLOTS: usize = 60;

/// How many places there are at least for each cell of a region.
const PLACES_A_CELL: usize = 2;

/// How many pairs of regions, each counted twice, there may be for a place.
const PAIRS_A_PLACE: usize = 4;

/// Where the neighbours of a place lie, in the order in which the reference lists them.
pub(super) const BESIDE: [(i64, i64); 4] = [(-1, 0), (1, 0), (0, -1), (0, 1)];
pub(super) const AT_CORNERS: [(i64, i64); 4] = [(-1, -1), (-1, 1), (1, -1), (1, 1)];

/// The height and width of a grid, neither above 2^22.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    height: usize,
    width: usize,
}

impl Shape {
    /// `None` for what is larger, or empty.
    pub fn new(height: usize, width: usize) -> Option<Shape> {
        let fits = |length| (1..=LIMIT).contains(&length);
        let fit = fits(height) && fits(width) && PlaceTable::fits(height, width);
        fit.then_some(Shape { height, width })
    }

    /// As [`Shape::new`]; `None` of lengths below 1, too.
    pub fn of_positive(height: i64, width: i64) -> Option<Shape> {
        Shape::new(usize::try_from(height).ok()?, usize::try_from(width).ok()?)
    }

    /// The number of its places.
    pub fn places(self) -> usize {
        self.height * self.width
    }

    /// All places of such a grid, as the set of pairs that the reference makes
    /// row by row.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn indices(self) -> Result<Set, Failure> {
        static KNOWN: [OnceLock<Set>; (KEPT + 1) * (KEPT + 1)] =
            [const { OnceLock::new() }; (KEPT + 1) * (KEPT + 1)];
        if self.height.max(self.width) > KEPT {
            return self.found_indices();
        }
        let known = &KNOWN[self.height * (KEPT + 1) + self.width];
        if let Some(indices) = known.get() {
            return Ok(indices.clone());
        }
        let indices = self.found_indices()?;
        Ok(known.get_or_init(|| indices).clone())
    }

    fn found_indices(self) -> Result<Set, Failure> {
        GridItems::places(self.height, self.width).into_set()
    }

    /// Where each of these places lies in the table of that set.
    pub(super) fn slots(self) -> PlaceSlots {
        type Known = [OnceLock<Box<[u16]>>; (KEPT_SLOTS + 1) * (KEPT_SLOTS + 1)];
        static KNOWN: Known = [const { OnceLock::new() }; (KEPT_SLOTS + 1) * (KEPT_SLOTS + 1)];
        let table = || PlaceTable::of(self.height, self.width);
        if self.height.max(self.width) > KEPT_SLOTS {
            return PlaceSlots::Found(table());
        }
        let known = &KNOWN[self.height * (KEPT_SLOTS + 1) + self.width];
        let width = self.width as u32;
        if let Some(slots) = known.get() {
            return PlaceSlots::Kept { slots, width };
        }
        let table = table();
        let rows = 0..self.height as u32;
        let places = rows.flat_map(|row| (0..width).map(move |column| (row, column)));
        // So few places have few slots.
        let slots = places.map(|(row, column)| table.slot_of(row, column) as u16);
        let slots = known.get_or_init(|| slots.collect());
        PlaceSlots::Kept { slots, width }
    }

    /// Whether there are so many more places than these of several regions that
    /// [`Shape::stretches`] is faster than [`Shape::slots`].
    pub(super) fn has_many_times(self, few: usize, regions: usize) -> bool {
        // Of so many regions hardly two have their first places near each other.
        let pairs = regions.saturating_mul(regions);
        let are_apart = pairs <= self.places().saturating_mul(PAIRS_A_PLACE);
        self.height.max(self.width) > KEPT_SLOTS
            && are_apart
            && self.places() >= MANY.max(few.saturating_mul(PLACES_A_CELL))
    }

    /// Among which slots of that table each of a few places lies, which come row by row;
    /// `None` where one may lie anywhere.
    pub(super) fn stretches(
        self,
        places: impl Iterator<Item = (u32, u32)>,
    ) -> Option<Vec<Stretch>> {
        let Shape { height, width } = self;
        let (slots, moved) = slots_with(height * width);
        let hashes = |turns: Range<usize>, take: &mut dyn FnMut(&[i64])| {
            if turns.len() == 1 {
                // To clear the room for many takes longer.
                let (row, column) = (turns.start / width, turns.start % width);
                return take(&[TupleHash::of_small([row as u64, column as u64])]);
            }
            let mut hashes = [0; CHUNK];
            for row in turns.start / width..turns.end.div_ceil(width) {
                let column_of = |turn: usize| turn.saturating_sub(row * width).min(width);
                let (mut first, end) = (column_of(turns.start), column_of(turns.end));
                let mut of_row = TupleHash::new();
                of_row.push(row as i64);
                while first < end {
                    let chunk = &mut hashes[..CHUNK.min(end - first)];
                    for (hash, column) in chunk.iter_mut().zip(first..) {
                        let mut of_place = of_row;
                        of_place.push(column as i64);
                        *hash = of_place.finish();
                    }
                    take(chunk);
                    first += chunk.len();
                }
            }
        };
        let turn_of = |(row, column): (u32, u32)| row as usize * width + column as usize;
        let many = Many {
            slots,
            moved,
            hashes: &hashes,
        };
        many.stretches(&places.map(turn_of).collect::<Vec<usize>>())
    }

    pub(super) fn contains(self, place: Item) -> bool {
        (0..self.height as i64).contains(&place.row())
            && (0..self.width as i64).contains(&place.column())
    }

    /// Whether all eight neighbours of a place in the grid are in it too.
    fn surrounds(self, place: Item) -> bool {
        (1..self.height as i64 - 1).contains(&place.row())
            && (1..self.width as i64 - 1).contains(&place.column())
    }

    /// Python's `|=`, with those neighbours of a place in a grid that are in the
    /// grid, those at its corners too where `is_diagonal`.
    pub(super) fn merge_neighbours(
        self,
        front: &mut Table<HashedPlace>,
        place: Item,
        is_diagonal: bool,
    ) {
        let found;
        let neighbours = match Neighbours::kept(place, is_diagonal) {
            Some(kept) => kept,
            None => {
                found = Neighbours::found(place, is_diagonal);
                &found
            }
        };
        if self.surrounds(place) {
            front.merge_listed(&neighbours.inside, &neighbours.places);
        } else {
            let all = neighbours.all.iter().copied();
            let inside = all.filter(|place| self.contains(place.place));
            front.merge(&Table::from_distinct(inside));
        }
    }
}

/// Where each place of a grid lies in CPython's table of all of them.
pub(super) enum PlaceSlots {
    /// Row by row, of so many columns.
    Kept {
        slots: &'static [u16],
        width: u32,
    },
    Found(PlaceTable),
}

impl PlaceSlots {
    /// The slot of a place of the grid.
    #[inline]
    pub(super) fn slot_of(&self, row: u32, column: u32) -> u32 {
        match self {
            PlaceSlots::Kept { slots, width } => u32::from(slots[(row * width + column) as usize]),
            PlaceSlots::Found(table) => table.slot_of(row, column),
        }
    }
}

/// The neighbours of a place, the same in all grids.
struct Neighbours {
    /// What `dneighbors` or `neighbors` yields.
    all: Table<HashedPlace>,
    /// As the reference has those in a grid, a set made of the items of a set:
    /// where all of them are in it. At a grid's edges it is another one.
    inside: Table<HashedPlace>,
    /// The same places in the same order.
    places: SmallVec<[HashedPlace; 8]>,
}

impl Neighbours {
    /// Those beside a place, with those at its corners where `is_diagonal`.
    fn found(place: Item, is_diagonal: bool) -> Neighbours {
        let all = match is_diagonal {
            true => around(place),
            false => beside(place),
        };
        let inside = Table::from_distinct(all.iter().copied());
        let places = inside.iter().copied().collect();
        Neighbours {
            all,
            inside,
            places,
        }
    }

    /// The same, found once; `None` for a place that is too far out to keep them.
    fn kept(place: Item, is_diagonal: bool) -> Option<&'static Neighbours> {
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

fn neighbours(place: Item, offsets: [(i64, i64); 4]) -> Table<HashedPlace> {
    let places = offsets.map(|(down, right)| place.neighbour(down, right));
    Table::from_distinct(places.into_iter().flatten().map(HashedPlace::new))
}

/// What `dneighbors` yields.
fn beside(place: Item) -> Table<HashedPlace> {
    neighbours(place, BESIDE)
}

/// What `neighbors` yields.
fn around(place: Item) -> Table<HashedPlace> {
    let mut around = Table::copy_of(&beside(place));
    around.merge(&neighbours(place, AT_CORNERS));
    around
}

/// A place and its hash, which many tables of few places would compute over and
/// over.
#[derive(Clone, Copy)]
pub(super) struct HashedPlace {
    pub(super) place: Item,
    hash: i64,
}

impl HashedPlace {
    fn new(place: Item) -> HashedPlace {
        HashedPlace {
            place,
            hash: place.hash(),
        }
    }
}

impl Element for HashedPlace {
    const UNUSED: HashedPlace = HashedPlace {
        place: Item::UNUSED,
        hash: 0,
    };
    const DISCARDED: HashedPlace = HashedPlace {
        place: Item::DISCARDED,
        hash: 0,
    };

    #[inline]
    fn is_unused(&self) -> bool {
        self.place.is_unused()
    }

    #[inline]
    fn is_held(&self) -> bool {
        self.place.is_held()
    }

    #[inline]
    fn hash(&self) -> i64 {
        self.hash
    }

    #[inline]
    fn same(&self, other: &HashedPlace) -> bool {
        self.place == other.place
    }

    fn unused(count: usize) -> Box<[HashedPlace]> {
        vec![HashedPlace::UNUSED; count].into_boxed_slice()
    }
}
