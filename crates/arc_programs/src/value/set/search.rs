//! The search for the objects of a grid.
//!
//! An object is what neighbours of a grid's cells are connected: which cells it has
//! is a matter of [`Regions`]. The reference finds the objects in the order of the
//! set of all places, and visits the cells of each in that of many small sets of
//! places: the neighbours of a cell, those of them in the grid, those of a whole
//! front. The second is carried out for all objects of a grid together, where
//! somebody asks for the order of one of them. The first is found out where somebody asks
//! for it and it makes a difference: not of one object, nor of a set of a few that get in
//! nobody's way (module `found_objects`).

use std::sync::{Arc, OnceLock};

use super::super::grid::Grid;
use super::super::patch::{CellLayout, Kind};
use super::super::visited::Visited;
use super::found_objects::FoundObjects;
use super::item::Item;
use super::items::Items;
use super::packed::{EAGER, PackedSet};
use super::recipe::Recipe;
use super::regions::{Connection, Regions, Start};
use super::shape::{AT_CORNERS, BESIDE, Shape};
use super::table::Table;
use super::{Failure, Set, Tuple, Value};

/// A search for the objects of a grid of bytes: cells that are neighbours of each
/// other.
pub struct ObjectSearch {
    grid: Arc<Grid>,
    layout: CellLayout,
    shape: Shape,
    connection: Connection,
    regions: OnceLock<Regions>,
    /// Where the objects begin, in the order in which they are found.
    starts: OnceLock<Vec<Start>>,
    /// The tables of the objects' sets, once one was asked for.
    orders: OnceLock<Vec<Table<Item>>>,
    /// The cells of the objects as they are visited, once one was asked for.
    visits: OnceLock<Vec<Tuple>>,
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
            regions: OnceLock::new(),
            starts: OnceLock::new(),
            orders: OnceLock::new(),
            visits: OnceLock::new(),
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
        let regions = search.found();
        let mut objects = Vec::with_capacity(regions.len());
        for (number, items) in (0..).zip(regions.cells(&search.grid, search.layout)) {
            let object = Set::of_packed(search.object(number, items))?;
            objects.push(Value::Set(object));
        }
        if objects.is_empty() {
            return Ok(Set::empty());
        }
        Set::of_objects(FoundObjects::new(search, regions, objects))
    }

    /// An object's set, the first object row by row being 0.
    fn object(self: &Arc<Self>, number: u32, items: Items) -> PackedSet {
        if items.len() <= EAGER / 2
            && let Some(table) = Table::copy_without_collisions(&items)
        {
            return PackedSet::of_both(Kind::Object(self.layout), items, table);
        }
        let recipe = Recipe::Object(Arc::clone(self), number);
        PackedSet::of_items(Kind::Object(self.layout), items, recipe)
    }

    /// The table of an object's set, the first object row by row being 0.
    pub(super) fn order_of(&self, number: usize) -> Table<Item> {
        let orders = self.orders.get_or_init(|| {
            self.visited(|cells| Table::from_items(cells.iter().copied()).into_copy())
        });
        orders.get(number).cloned().unwrap_or_else(Table::new)
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
                for start in search.starts(regions) {
                    objects.push(object(start.region as usize)?);
                }
            }
        }
        Tuple::new(objects)
    }

    /// The cells of an object as they are visited, the first object row by row being
    /// 0.
    pub(in crate::value) fn visits_of(&self, number: usize) -> Tuple {
        let visits = self.visits.get_or_init(|| {
            self.visited(|cells| {
                // The first cell is visited twice, and counts once.
                let cells = cells[1..].iter().map(|cell| cell.value()).collect();
                // A set of the same cells is within the limits.
                Tuple::new(cells).unwrap_or(Tuple::EMPTY)
            })
        });
        visits.get(number).cloned().unwrap_or(Tuple::EMPTY)
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

    fn found(&self) -> Regions {
        Regions::of(&self.grid, self.connection)
    }

    /// The regions, which are kept for the cells of objects on demand.
    #[inline]
    fn regions(&self) -> &Regions {
        self.regions.get_or_init(|| self.found())
    }

    pub(super) fn starts(&self, regions: &Regions) -> &[Start] {
        self.starts.get_or_init(|| regions.starts(self.shape))
    }

    /// What a function makes of the cells of each object in the order of their visits,
    /// the objects row by row.
    fn visited<T>(&self, made_of: impl Fn(&[Item]) -> T) -> Vec<T> {
        let mut visited = Vec::new();
        self.visit(|number, cells| visited.push((number, made_of(cells))));
        visited.sort_unstable_by_key(|(number, _)| *number);
        visited.into_iter().map(|(_, made)| made).collect()
    }

    /// Finds the objects one after the other, each by its number row by row, and its
    /// cells in the order in which the reference visits them, the first one first and
    /// twice.
    fn visit(&self, mut found: impl FnMut(u32, &[Item])) {
        let Connection {
            is_univalued,
            is_diagonal,
            background,
        } = self.connection;
        let cells = self.grid.cells();
        let colour_at = |place: Item| cells[self.index(place)];
        let is_background = |colour: i8| Some(colour) == background;
        let mut occupied = Occupied {
            places: vec![false; cells.len()],
            count: 0,
        };
        let (mut object, mut visited) = (Vec::new(), Vec::new());
        let (mut candidates, mut front) = (Table::new(), Table::new());
        let starts = match self.starts.get() {
            Some(starts) => starts,
            None => match self.regions.get() {
                Some(regions) => self.starts(regions),
                None => self.starts(&self.found()),
            },
        };
        for start in starts {
            let Some(place) = Item::place(i64::from(start.row), i64::from(start.column)) else {
                continue;
            };
            let colour = colour_at(place);
            let belongs = |own: i8| match is_univalued {
                true => own == colour,
                false => !is_background(own),
            };
            let cell = |place: Item| place.coloured_by_byte(self.layout, colour_at(place));
            object.clear();
            object.push(cell(place));
            visited.clear();
            visited.push(place);
            while !visited.is_empty() {
                for &place in &visited {
                    object.push(cell(place));
                    occupied.insert(self.index(place));
                }
                let goes_on =
                    |place: Item| !occupied.places[self.index(place)] && belongs(colour_at(place));
                match self.next(&visited, goes_on) {
                    Next::Nothing => break,
                    Next::One(place) => {
                        visited.clear();
                        visited.push(place);
                    }
                    Next::Several => {
                        front.clear();
                        for &place in &visited {
                            self.shape.merge_neighbours(&mut front, place, is_diagonal);
                        }
                        candidates.become_difference(&front, occupied.count, |place| {
                            occupied.places[self.index(place.place)]
                        });
                        visited.clear();
                        let places = candidates.iter().map(|place| place.place);
                        visited.extend(places.filter(|place| belongs(colour_at(*place))));
                    }
                }
            }
            found(start.region, &object);
        }
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
