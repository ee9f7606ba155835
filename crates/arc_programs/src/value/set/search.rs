//! The search for the objects of a grid.
//!
//! An object is what neighbours of a grid's cells are connected: which cells it has
//! is a matter of [`Regions`]. The reference finds the objects in the order of the
//! set of all places, and visits the cells of each in that of many small sets of
//! places: the neighbours of a cell, those of them in the grid, those of a whole
//! front. The second is carried out for an object whose order somebody asks for, and for all of
//! a grid together where that is often. The first is found out where somebody asks
//! for it and it makes a difference: not of one object, nor of a set of a few that get in
//! nobody's way (module `found_objects`).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use once_cell::race::OnceBox;

use super::super::grid::Grid;
use super::super::patch::{CellLayout, Kind};
use super::super::visited::Visited;
use super::found_objects::FoundObjects;
use super::item::Item;
use super::items::Items;
use super::packed::{EAGER, PackedSet};
use super::recipe::Recipe;
use super::regions::{Connection, Regions, Start};
use super::shape::{AT_CORNERS, BESIDE, HashedPlace, Shape};
use super::table::Table;
use super::{Failure, Set, Tuple, Value};

/// The orders of one object in so many are found each for itself: so often it is passed over
/// those that are found before.
const FEW_OF: usize = 4;

/// A search for the objects of a grid of bytes: cells that are neighbours of each
/// other.
pub struct ObjectSearch {
    grid: Arc<Grid>,
    layout: CellLayout,
    shape: Shape,
    connection: Connection,
    regions: OnceBox<Regions>,
    /// Where the objects begin, in the order in which they are found.
    starts: OnceBox<Vec<Start>>,
    /// How often an order of an object was asked for, or its visits.
    asked: AtomicU32,
    /// The tables of the objects' sets, once several were asked for.
    orders: OnceBox<Vec<Table<Item>>>,
    /// The cells of the objects as they are visited, once several were asked for.
    visits: OnceBox<Vec<Tuple>>,
}

impl ObjectSearch {
    /// The search for objects of cells of this layout; `None` for a grid that is too
    /// large to be searched so.
    pub fn new(
        grid: &Arc<Grid>,
        layout: CellLayout,
        is_univalued: bool,
        is_diagonal: bool,
        background: Option<i8>,
    ) -> Option<ObjectSearch> {
        Some(ObjectSearch {
            shape: Shape::new(grid.height(), grid.width())?,
            grid: Arc::clone(grid),
            layout,
            connection: Connection {
                is_univalued,
                is_diagonal,
                background,
            },
            regions: OnceBox::new(),
            starts: OnceBox::new(),
            asked: AtomicU32::new(0),
            orders: OnceBox::new(),
            visits: OnceBox::new(),
        })
    }

    /// The number of cells that are in objects.
    pub fn cells(&self) -> usize {
        let background = self.connection.background;
        let others = background.map_or(0, |colour| self.grid.count(i64::from(colour)));
        self.grid.cells().len() - others
    }

    /// The set of the objects, each a set of cells, as the reference builds it and
    /// copies it.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn objects(self) -> Result<Set, Failure> {
        let search = Arc::new(self);
        let regions = search.regions();
        let mut objects = Vec::with_capacity(regions.len());
        for (number, items) in (0..).zip(regions.cells(&search.grid, search.layout)) {
            let object = Set::of_packed(search.object(number, items))?;
            objects.push(Value::Set(object));
        }
        if objects.is_empty() {
            return Ok(Set::empty());
        }
        Set::of_objects(FoundObjects::new(search, objects))
    }

    /// An object's set, the first object row by row being 0.
    fn object(self: &Arc<Self>, number: u32, items: Items) -> PackedSet {
        let recipe = match items.len() <= EAGER / 2 && Table::is_one_copy(&items) {
            // Whatever comes first.
            true => Recipe::AscendingCopied,
            false => Recipe::Object(Arc::clone(self), number),
        };
        PackedSet::of_items(Kind::Object(self.layout), items, recipe)
    }

    /// The table of an object's set, the first object row by row being 0.
    pub(super) fn order_of(&self, number: usize) -> Table<Item> {
        let order = self.visited(&self.orders, number, |cells| {
            Table::from_items(cells.iter().copied()).into_copy()
        });
        order.unwrap_or_else(Table::new)
    }

    /// The tuple of the objects as they are found, each a tuple of its cells as they
    /// are visited.
    ///
    /// # Errors
    /// As [`Tuple::new`].
    pub fn objects_in_turn(self) -> Result<Tuple, Failure> {
        let search = Arc::new(self);
        let regions = search.regions();
        let object = |number: usize| {
            let tuple = match regions.size(number) {
                1 => {
                    let cells = regions.cells_of(number, &search.grid, search.layout);
                    Tuple::of_cell(cells[0].value())?
                }
                _ => Tuple::visited(Visited::new(&search, number)?),
            };
            Ok(Value::Tuple(tuple))
        };
        let count = regions.len();
        let mut objects = Vec::with_capacity(count);
        match count {
            0 => {}
            1 => objects.push(object(0)?),
            _ => {
                for start in search.starts() {
                    objects.push(object(start.region as usize)?);
                }
            }
        }
        Tuple::new(objects)
    }

    /// The cells of an object as they are visited, the first object row by row being
    /// 0.
    pub(in crate::value) fn visits_of(&self, number: usize) -> Tuple {
        let visits = self.visited(&self.visits, number, |cells| {
            // The first cell is visited twice, and counts once.
            let cells = cells[1..].iter().map(|cell| cell.value()).collect();
            // A set of the same cells is within the limits.
            Tuple::new(cells).unwrap_or(Tuple::EMPTY)
        });
        visits.unwrap_or(Tuple::EMPTY)
    }

    /// The set of the cells of an object, the first object row by row being 0.
    pub(in crate::value) fn cells_of_object(self: &Arc<Self>, number: usize) -> Set {
        let recipe = Recipe::Object(Arc::clone(self), number as u32);
        let cells = self.regions().cells_of(number, &self.grid, self.layout);
        let cells = PackedSet::of_items(Kind::Object(self.layout), cells, recipe);
        // Its measure was looked at when the object was found.
        Set::of_packed(cells).unwrap_or_else(|_| Set::empty())
    }

    /// The number of cells of an object, likewise.
    #[inline]
    pub(in crate::value) fn size_of_object(&self, number: usize) -> usize {
        self.regions().size(number)
    }

    /// Whether all cells of an object are of one colour.
    pub(super) fn is_univalued(&self) -> bool {
        self.connection.is_univalued
    }

    /// What the cells of objects are.
    pub(in crate::value) fn kind(&self) -> Kind {
        Kind::Object(self.layout)
    }

    /// The regions, which are kept for the cells of objects on demand.
    #[inline]
    fn regions(&self) -> &Regions {
        let found = || Box::new(Regions::of(&self.grid, self.connection));
        self.regions.get_or_init(found)
    }

    /// Where the objects begin, in the order in which they are found.
    pub(super) fn starts(&self) -> &[Start] {
        let starts = || Box::new(self.regions().starts(self.shape));
        self.starts.get_or_init(starts)
    }

    /// What a function makes of the cells of one object in the order of their visits: kept
    /// among what it makes of all, or of this one alone while few were asked for.
    fn visited<T: Clone>(
        &self,
        all: &OnceBox<Vec<T>>,
        number: usize,
        made_of: impl Fn(&[Item]) -> T,
    ) -> Option<T> {
        if let Some(all) = all.get() {
            return all.get(number).cloned();
        }
        let asked = self.asked.fetch_add(1, Ordering::Relaxed) as usize;
        if asked <= self.regions().len() / FEW_OF {
            return self.visited_alone(number, made_of);
        }
        let all = all.get_or_init(|| Box::new(self.all_visited(made_of)));
        all.get(number).cloned()
    }

    /// The same of all objects, row by row.
    fn all_visited<T>(&self, made_of: impl Fn(&[Item]) -> T) -> Vec<T> {
        let mut walk = Walk::new(self);
        let starts = self.starts().iter();
        let visited = starts.map(|start| (start.region, made_of(walk.object(*start))));
        let mut visited: Vec<(u32, T)> = visited.collect();
        visited.sort_unstable_by_key(|(number, _)| *number);
        visited.into_iter().map(|(_, made)| made).collect()
    }

    /// The same of one object: of those that are found before it, only where they are matters.
    fn visited_alone<T>(&self, number: usize, made_of: impl Fn(&[Item]) -> T) -> Option<T> {
        let mut walk = Walk::new(self);
        for start in self.starts() {
            if start.region as usize == number {
                return Some(made_of(walk.object(*start)));
            }
            walk.pass(start.region as usize);
        }
        None
    }

    /// How the search goes on from the cells visited last. Only where it has a choice
    /// does it take the reference's sets to tell the order.
    fn next(&self, visited: &[Item], goes_on: impl Fn(Item) -> bool) -> Next {
        let at_corners: &[_] = match self.connection.is_diagonal {
            true => &AT_CORNERS,
            false => &[],
        };
        let mut only = None;
        for place in visited {
            for (down, right) in BESIDE.iter().chain(at_corners) {
                let Some(next) = place.neighbour(*down, *right) else {
                    continue;
                };
                if self.shape.contains(next) && only != Some(next) && goes_on(next) {
                    if only.is_some() {
                        return Next::Several;
                    }
                    only = Some(next);
                }
            }
        }
        only.map_or(Next::Nothing, Next::One)
    }

    /// Where a place lies in the grid's cells.
    #[inline]
    fn index(&self, place: Item) -> usize {
        place.row() as usize * self.grid.width() + place.column() as usize
    }
}

/// What comes after the cells of an object that were visited last.
enum Next {
    Nothing,
    One(Item),
    Several,
}

/// A walk over the cells of objects, in the order in which the reference finds the objects
/// and visits the cells of each.
struct Walk<'search> {
    search: &'search ObjectSearch,
    occupied: Occupied,
    object: Vec<Item>,
    visited: Vec<Item>,
    candidates: Table<HashedPlace>,
    front: Table<HashedPlace>,
}

impl Walk<'_> {
    fn new(search: &ObjectSearch) -> Walk<'_> {
        Walk {
            search,
            occupied: Occupied {
                places: vec![false; search.grid.cells().len()],
                count: 0,
            },
            object: Vec::new(),
            visited: Vec::new(),
            candidates: Table::new(),
            front: Table::new(),
        }
    }

    /// Passes over an object, the cells of which are occupied from then on.
    fn pass(&mut self, number: usize) {
        let width = self.search.grid.width();
        self.search.regions().each_run(number, |row, columns| {
            let first = row * width;
            self.occupied.places[first + columns.start..first + columns.end].fill(true);
            self.occupied.count += columns.len();
        });
    }

    /// The cells of the next object, in the order in which they are visited, the first one first
    /// and twice.
    fn object(&mut self, start: Start) -> &[Item] {
        let Walk {
            search,
            occupied,
            object,
            visited,
            candidates,
            front,
        } = self;
        let Connection {
            is_univalued,
            is_diagonal,
            background,
        } = search.connection;
        object.clear();
        let Some(place) = Item::place(i64::from(start.row), i64::from(start.column)) else {
            return object;
        };
        let cells = search.grid.cells();
        let colour_at = |place: Item| cells[search.index(place)];
        let colour = colour_at(place);
        let belongs = |own: i8| match is_univalued {
            true => own == colour,
            false => Some(own) != background,
        };
        let cell = |place: Item| place.coloured_by_byte(search.layout, colour_at(place));
        object.push(cell(place));
        visited.clear();
        visited.push(place);
        while !visited.is_empty() {
            for &place in &*visited {
                object.push(cell(place));
                occupied.insert(search.index(place));
            }
            let goes_on =
                |place: Item| !occupied.places[search.index(place)] && belongs(colour_at(place));
            match search.next(visited, goes_on) {
                Next::Nothing => break,
                Next::One(place) => {
                    visited.clear();
                    visited.push(place);
                }
                Next::Several => {
                    front.clear();
                    for &place in &*visited {
                        search.shape.merge_neighbours(front, place, is_diagonal);
                    }
                    candidates.become_difference(front, occupied.count, |place| {
                        occupied.places[search.index(place.place)]
                    });
                    visited.clear();
                    let places = candidates.iter().map(|place| place.place);
                    visited.extend(places.filter(|place| belongs(colour_at(*place))));
                }
            }
        }
        object
    }
}

/// Cells of a grid that are in an object already.
struct Occupied {
    places: Vec<bool>,
    count: usize,
}

impl Occupied {
    fn insert(&mut self, index: usize) {
        let place = &mut self.places[index];
        self.count += usize::from(!*place);
        *place = true;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The order of one object that is found alone, and those of all.
        #[test]
        fn an_object_alone_is_visited_as_among_all(
            (width, cells) in (1..12_usize, 1..12_usize).prop_flat_map(|(width, height)| {
                let cell = prop_oneof![3 => Just(0_i8), 2 => Just(1), 1 => 2..4_i8];
                (Just(width), prop::collection::vec(cell, width * height))
            }),
            is_univalued in any::<bool>(),
            is_diagonal in any::<bool>(),
            background in prop_oneof![Just(None), Just(Some(0_i8))],
        ) {
            let grid = Grid::new(cells.len() / width, width, cells).expect("cells");
            let grid = Arc::new(grid);
            let layout = CellLayout::ColourFirst;
            let search = || {
                ObjectSearch::new(&grid, layout, is_univalued, is_diagonal, background)
                    .expect("small")
            };
            let all = search().all_visited(<[Item]>::to_vec);
            prop_assert_eq!(all.len(), search().regions().len());
            for (number, cells) in all.iter().enumerate() {
                let alone = search().visited_alone(number, <[Item]>::to_vec);
                prop_assert_eq!(alone.as_ref(), Some(cells));
            }
            // Each asked of one search, first for itself and then with all others.
            let asked = search();
            for (number, cells) in all.iter().enumerate() {
                let expected = Table::from_items(cells.iter().copied()).into_copy();
                let order = asked.order_of(number);
                prop_assert_eq!(order.slots(), expected.slots());
                let object = Arc::new(search()).cells_of_object(number);
                let sorted = object.packed().map(|own| own.items().to_vec());
                let mut own = cells.clone();
                own.sort_unstable();
                own.dedup();
                prop_assert_eq!(sorted, Some(own));
            }
            // As objects, some of which are the same in whatever order they are visited.
            let objects = search().objects().expect("small");
            let sets = objects.sets().unwrap_or_default();
            for (set, cells) in sets.iter().zip(&all) {
                let expected = Table::from_items(cells.iter().copied()).into_copy();
                let packed = set.as_set().and_then(Set::packed).expect("cells");
                prop_assert_eq!(packed.table().slots(), expected.slots());
            }
        }
    }
}
