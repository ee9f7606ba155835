//! The search for the objects of a grid.
//!
//! An object is what neighbours of a grid's cells are connected. Which cells it has
//! is found in two passes over the grid, row by row. In which order the reference
//! visits them, and so the order of the object's set, is that of many small sets
//! of places: the neighbours of a cell, those of them in the grid, those of a
//! whole front. That is carried out for all objects of a grid together, where
//! somebody asks for the order of one of them; the neighbours of a cell are the
//! same in all grids, and are found once.

use std::sync::{Arc, OnceLock};

use smallvec::SmallVec;

use super::super::grid::Grid;
use super::super::patch::Kind;
use super::super::visited::Visited;
use super::item::Item;
use super::packed::{Items, PackedSet};
use super::recipe::Recipe;
use super::table::{Element, Table};
use super::{Failure, Set, SetBuilder, Tuple, Value};

/// The number of rows and columns of the largest grid that is searched so: no
/// value may have more parts than some millions, and the places around it are in
/// the range of items.
const LIMIT: usize = 1 << 22;

/// The number of rows and columns of the largest grid whose neighbours are found
/// once and kept: beyond it they would take more memory than they save time.
const KEPT_NEIGHBOURS: i64 = 90;

/// The number of rows and columns of the largest grid whose places are found
/// once and kept: ARC's.
const KEPT: usize = 30;

/// A search for the objects of a grid of bytes: cells that are neighbours of each
/// other.
pub struct ObjectSearch {
    grid: Arc<Grid>,
    shape: Shape,
    /// All cells of an object are of one colour.
    is_univalued: bool,
    /// Cells that touch at their corners are neighbours too.
    is_diagonal: bool,
    /// The colour of no object.
    background: Option<i8>,
    /// The tables of the objects' sets, once one was asked for.
    orders: OnceLock<Vec<Table<Item>>>,
    /// The cells of the objects as they are visited, once one was asked for.
    visits: OnceLock<Vec<Tuple>>,
}

/// Where the neighbours of a place lie, in the order in which the reference lists them.
const BESIDE: [(i64, i64); 4] = [(-1, 0), (1, 0), (0, -1), (0, 1)];
const AT_CORNERS: [(i64, i64); 4] = [(-1, -1), (-1, 1), (1, -1), (1, 1)];

/// The number of an object before it has one, or of a cell that is in none.
const NO_OBJECT: u32 = u32::MAX;

impl ObjectSearch {
    /// `None` for a grid that is too large to be searched so.
    pub fn new(
        grid: &Arc<Grid>,
        is_univalued: bool,
        is_diagonal: bool,
        background: Option<i8>,
    ) -> Option<ObjectSearch> {
        Some(ObjectSearch {
            shape: Shape::new(grid.height(), grid.width())?,
            grid: Arc::clone(grid),
            is_univalued,
            is_diagonal,
            background,
            orders: OnceLock::new(),
            visits: OnceLock::new(),
        })
    }

    /// The number of cells that are in objects.
    pub fn cells(&self) -> usize {
        let cells = self.grid.cells().iter();
        cells.filter(|cell| Some(**cell) != self.background).count()
    }

    /// The set of the objects, each a set of cells, as the reference builds it and
    /// copies it.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn objects(self) -> Result<Set, Failure> {
        let mut objects = SetBuilder::new();
        let found = self.found();
        let search = Arc::new(self);
        for (number, items) in (0..).zip(found) {
            let object = match Table::without_collisions(&items) {
                Some(table) => PackedSet::of_both(Kind::Object, items, table),
                None => {
                    let recipe = Recipe::Object(Arc::clone(&search), number);
                    PackedSet::of_items(Kind::Object, items, recipe)
                }
            };
            objects.insert(Value::Set(Set::of_packed(object)?));
        }
        objects.finish_copied()
    }

    /// The table of an object's set, the first object found being 0.
    pub(super) fn order_of(&self, number: usize) -> Table<Item> {
        let orders = self.orders.get_or_init(|| {
            let mut orders = Vec::new();
            self.visit(|cells| orders.push(Table::from_items(cells.iter().copied()).into_copy()));
            orders
        });
        orders.get(number).cloned().unwrap_or_else(Table::new)
    }

    /// The tuple of the objects as they are found, each a tuple of its cells as they
    /// are visited.
    ///
    /// # Errors
    /// As [`Tuple::new`].
    pub fn objects_in_turn(self) -> Result<Tuple, Failure> {
        let found = self.found();
        let search = Arc::new(self);
        let mut objects = Vec::with_capacity(found.len());
        for (number, items) in found.into_iter().enumerate() {
            let object = match *items.as_slice() {
                [only] => Tuple::new(vec![only.value()])?,
                _ => {
                    let recipe = Recipe::Object(Arc::clone(&search), number as u32);
                    let cells = PackedSet::of_items(Kind::Object, items, recipe);
                    Tuple::visited(Visited::new(Set::of_packed(cells)?, &search, number))
                }
            };
            objects.push(Value::Tuple(object));
        }
        Tuple::new(objects)
    }

    /// The cells of an object as they are visited, the first object found being 0.
    pub(in crate::value) fn visits_of(&self, number: usize) -> Tuple {
        let visits = self.visits.get_or_init(|| {
            let mut visits = Vec::new();
            self.visit(|cells| {
                // The first cell is visited twice, and counts once.
                let cells = cells[1..].iter().map(|cell| cell.value()).collect();
                // A set of the same cells is within the limits.
                visits.push(Tuple::new(cells).unwrap_or(Tuple::EMPTY));
            });
            visits
        });
        visits.get(number).cloned().unwrap_or(Tuple::EMPTY)
    }

    /// The cells of each object, row by row, in the order in which the reference
    /// finds the objects.
    fn found(&self) -> Vec<Items> {
        let (labels, count) = self.labels();
        let mut numbers = vec![NO_OBJECT; labels.len()];
        let mut objects: Vec<Items> = Vec::with_capacity(count);
        let width = self.grid.width();
        for place in self.shape.places().items_in_order() {
            if objects.len() == count {
                break;
            }
            let label = labels[self.index(place)];
            if label != NO_OBJECT && numbers[label as usize] == NO_OBJECT {
                numbers[label as usize] = objects.len() as u32;
                objects.push(Items::new());
            }
        }
        for ((row, colours), labels) in (0..).zip(self.grid.rows()).zip(labels.chunks(width)) {
            for ((column, colour), label) in (0..).zip(colours).zip(labels) {
                if *label != NO_OBJECT
                    && let Some(place) = Item::place(row, column)
                {
                    let object = &mut objects[numbers[*label as usize] as usize];
                    object.push(place.coloured_by_byte(*colour));
                }
            }
        }
        objects
    }

    /// For each cell the first cell of its object, row by row, or [`NO_OBJECT`]; and
    /// the number of objects.
    fn labels(&self) -> (Vec<u32>, usize) {
        let (width, cells) = (self.grid.width(), self.grid.cells());
        let mut labels: Vec<u32> = Vec::with_capacity(cells.len());
        let columns = (0..width).cycle();
        for ((index, colour), column) in cells.iter().enumerate().zip(columns) {
            if Some(*colour) == self.background {
                labels.push(NO_OBJECT);
                continue;
            }
            labels.push(index as u32);
            let mut connect = |is_there: bool, back: usize| {
                let is_connected = is_there
                    && labels[index - back] != NO_OBJECT
                    && (!self.is_univalued || cells[index - back] == *colour);
                if is_connected {
                    unite(&mut labels, index as u32, (index - back) as u32);
                }
            };
            connect(column > 0, 1);
            let is_below = index >= width;
            connect(is_below, width);
            if self.is_diagonal && is_below {
                connect(column > 0, width + 1);
                connect(column + 1 < width, width - 1);
            }
        }
        let mut count = 0;
        for index in 0..labels.len() {
            let label = labels[index];
            if label == index as u32 {
                count += 1;
            } else if label != NO_OBJECT {
                // The first cell comes first, and has its own label by now.
                labels[index] = labels[label as usize];
            }
        }
        (labels, count)
    }

    /// Finds the objects one after the other, each with its cells in the order
    /// in which the reference visits them, the first one first and twice.
    fn visit(&self, mut found: impl FnMut(&[Item])) {
        let cells = self.grid.cells();
        let colour_at = |place: Item| cells[self.index(place)];
        let is_background = |colour: i8| Some(colour) == self.background;
        let mut occupied = Occupied {
            places: vec![false; cells.len()],
            count: 0,
        };
        let (mut object, mut visited) = (Vec::new(), Vec::new());
        let (mut candidates, mut front) = (Table::new(), Table::new());
        for place in self.shape.places().items_in_order() {
            let colour = colour_at(place);
            if occupied.places[self.index(place)] || is_background(colour) {
                continue;
            }
            let belongs = |own: i8| match self.is_univalued {
                true => own == colour,
                false => !is_background(own),
            };
            let cell = |place: Item| place.coloured_by_byte(colour_at(place));
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
                            self.shape
                                .merge_neighbours(&mut front, place, self.is_diagonal);
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
            found(&object);
        }
    }

    /// How the search goes on from the cells visited last. Only where it has a choice
    /// does it take the reference's sets to tell the order.
    fn next(&self, visited: &[Item], goes_on: impl Fn(Item) -> bool) -> Next {
        let at_corners: &[_] = match self.is_diagonal {
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

/// The first cell of the object of a cell, as far as it is known.
fn root(labels: &mut [u32], mut index: u32) -> u32 {
    while labels[index as usize] != index {
        let label = labels[index as usize];
        labels[index as usize] = labels[label as usize];
        index = labels[index as usize];
    }
    index
}

/// Makes two cells one object.
fn unite(labels: &mut [u32], one: u32, other: u32) {
    let (one, other) = (root(labels, one), root(labels, other));
    labels[one.max(other) as usize] = one.min(other);
}

/// A place and its hash, which many tables of few places would compute over and
/// over.
#[derive(Clone, Copy)]
struct HashedPlace {
    place: Item,
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
        (fits(height) && fits(width)).then_some(Shape { height, width })
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
        let rows = 0..self.height as i64;
        let places = rows.flat_map(|row| {
            (0..self.width as i64).filter_map(move |column| Item::place(row, column))
        });
        let items: Items = places.collect();
        Set::of_packed(PackedSet::of_items(Kind::Indices, items, Recipe::Ascending))
    }

    /// The same places.
    fn places(self) -> Set {
        // No set of as many places as a grid has is beyond the limits on values.
        self.indices().unwrap_or(Set::empty())
    }

    fn contains(self, place: Item) -> bool {
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
    fn merge_neighbours(self, front: &mut Table<HashedPlace>, place: Item, is_diagonal: bool) {
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
