//! The items of a grid that nobody has listed: its places, its cells, or those of one
//! colour.
//!
//! A canvas of a million cells takes a megabyte, a list of its places eight, and the
//! system time for the pages. Most programs never read that list: they ask what all
//! places have that those of one colour have not, for corners, or paint a part of the
//! canvas on a small grid. So [`GridItems`] keeps the grid, and lists when somebody asks
//! for a list. Places and what is of one colour in small grids are listed at once: that is
//! short, and what reads it is faster. All cells are not, for two grids are compared as
//! they are (`compared`).

use std::sync::Arc;

use super::super::patch::Kind;
use super::super::planes::bits_of;
use super::super::{Failure, Grid};
use super::item::Item;
use super::items::Items;
use super::packed::PackedSet;
use super::recipe::Recipe;
use super::regions::first_other;
use super::shape::Shape;
use super::table::Element;
use super::{Colours, Set};

/// The most cells of a grid whose items are listed at once: more than outputs of tasks
/// have that are twice as high and wide as their inputs.
const LISTED: usize = 1 << 12;

/// Items of a grid, row by row.
pub(super) struct GridItems {
    height: usize,
    width: usize,
    kind: Kind,
    /// Where the colours are, and which is taken where not all are; all places need
    /// none.
    shown: Option<(Arc<Grid>, Option<i8>)>,
    count: usize,
}

impl GridItems {
    /// All places of a grid of this shape.
    pub(super) fn places(height: usize, width: usize) -> GridItems {
        GridItems {
            height,
            width,
            kind: Kind::Indices,
            shown: None,
            count: height * width,
        }
    }

    /// The items of this kind of a grid, those of one colour alone where one is given.
    ///
    /// # Errors
    /// [`Failure::TooLarge`] where there are more rows or columns than any value may
    /// have parts.
    pub(super) fn of_grid(
        grid: &Arc<Grid>,
        kind: Kind,
        only: Option<i8>,
    ) -> Result<GridItems, Failure> {
        let (height, width) = (grid.height(), grid.width());
        if Item::place(height as i64 - 1, width as i64 - 1).is_none() {
            return Err(Failure::TooLarge);
        }
        let count = match only {
            Some(only) => grid.count(i64::from(only)),
            None => grid.cells().len(),
        };
        Ok(GridItems {
            height,
            width,
            kind,
            shown: Some((Arc::clone(grid), only)),
            count,
        })
    }

    /// The set of the items, inserted row by row.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(super) fn into_set(self) -> Result<Set, Failure> {
        match self.height * self.width {
            ..=LISTED => {
                let items = self.list();
                Set::of_packed(PackedSet::of_items(self.kind, items, Recipe::Ascending))
            }
            _ => self.into_unlisted_set(),
        }
    }

    /// The same, whatever their number.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(super) fn into_unlisted_set(self) -> Result<Set, Failure> {
        let kind = self.kind;
        Set::of_packed(PackedSet::of_recipe(kind, Recipe::Grid(Box::new(self))))
    }

    /// The number of items.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The colour that is taken, where not all are.
    fn only(&self) -> Option<i8> {
        self.shown.as_ref().and_then(|(_, only)| *only)
    }

    /// The shape, where all places of it are what there is.
    pub(super) fn all_places(&self) -> Option<Shape> {
        match self.shown {
            None => Shape::new(self.height, self.width),
            Some(_) => None,
        }
    }

    /// The grid, where all cells of it are what there is.
    pub(super) fn all_cells(&self) -> Option<&Arc<Grid>> {
        match (&self.shown, self.kind) {
            (Some((grid, None)), Kind::Object(_)) => Some(grid),
            _ => None,
        }
    }

    /// All items in a list.
    pub(super) fn list(&self) -> Items {
        if let Some((grid, Some(only))) = &self.shown {
            return match grid.width() <= u64::BITS as usize {
                true => of_colour(grid, self.kind, self.count, *only),
                false => taken(grid, self.kind, self.count, |_, cell| cell == *only),
            };
        }
        let mut items = Vec::with_capacity(self.count);
        for row in 0..self.height {
            let Some(first) = Item::place(row as i64, 0) else {
                break;
            };
            let row_from = |first| (0..self.width as i64).map(move |column| of_row(first, column));
            match (&self.shown, self.kind) {
                (Some((grid, _)), Kind::Object(layout)) => {
                    let cells = &grid.cells()[row * self.width..][..self.width];
                    let shown = row_from(first.coloured_by_byte(layout, 0)).zip(cells);
                    items.extend(shown.map(|(zero, cell)| zero.instead_of_zero(*cell)));
                }
                _ => items.extend(row_from(first)),
            }
        }
        Items::from_vec(items)
    }

    /// Those items that a function keeps.
    pub(super) fn list_of(&self, keeps: impl Fn(&Item) -> bool) -> Items {
        let mut items = Items::new();
        self.fold((), |(), item| {
            if keeps(&item) {
                items.push(item);
            }
        });
        items
    }

    /// All items, row by row.
    pub(super) fn fold<T>(&self, start: T, mut fold: impl FnMut(T, Item) -> T) -> T {
        match self.only() {
            Some(only) => self.fold_cells(start, |made, item, cell| match cell == only {
                true => fold(made, item),
                false => made,
            }),
            None => self.fold_cells(start, |made, item, _| fold(made, item)),
        }
    }

    /// The items of all cells, row by row, and what these are; all places are of no
    /// grid, and theirs mean nothing.
    #[inline]
    fn fold_cells<T>(&self, start: T, mut fold: impl FnMut(T, Item, i8) -> T) -> T {
        let Some((grid, _)) = &self.shown else {
            let rows = (0..self.height as i64).filter_map(|row| Item::place(row, 0));
            let columns = || 0..self.width as i64;
            let places = rows.flat_map(|first| columns().map(move |column| of_row(first, column)));
            return places.fold(start, |made, place| fold(made, place, 0));
        };
        fold_items(grid, self.kind, start, fold)
    }

    /// Whether an item is among them.
    pub(super) fn contains(&self, item: &Item) -> bool {
        if item.kind() != self.kind {
            return false;
        }
        let (row, column) = (item.row(), item.column());
        let Some((grid, only)) = &self.shown else {
            return (0..self.height as i64).contains(&row)
                && (0..self.width as i64).contains(&column);
        };
        let Some(cell) = grid.cell(row, column) else {
            return false;
        };
        let is_same = match self.kind {
            Kind::Indices => true,
            Kind::Object(layout) => item.coloured_by_byte(layout, cell) == *item,
        };
        is_same && only.is_none_or(|only| cell == only)
    }

    /// The upper left and the lower right corner of the smallest rectangle around the
    /// items, of which there are some.
    pub(super) fn corners(&self) -> [(i64, i64); 2] {
        let (bottom, right) = (self.height as i64 - 1, self.width as i64 - 1);
        let Some((grid, Some(only))) = &self.shown else {
            return [(0, 0), (bottom, right)];
        };
        grid.corners_of(|cell| cell == *only)
    }

    /// The colour of all cells, where they have the same.
    pub(super) fn only_colour(&self) -> Option<i64> {
        let (grid, only) = self.shown.as_ref()?;
        let first = only.or_else(|| grid.cells().first().copied())?;
        let are_same = only.is_some() || first_other(grid.cells(), 0, first) == grid.cells().len();
        are_same.then_some(i64::from(first))
    }

    /// Whether both have the same items; `None` where nothing but the lists tells.
    pub(super) fn equals(&self, other: &GridItems) -> Option<bool> {
        if self.kind != other.kind {
            return Some(false);
        }
        let have_one_shape = self.height == other.height && self.width == other.width;
        match (&self.shown, &other.shown) {
            (None, None) => Some(have_one_shape),
            (Some((grid, None)), Some((other, None))) => {
                Some(have_one_shape && (self.kind == Kind::Indices || grid.equals(other)))
            }
            _ => None,
        }
    }

    /// Those of all places that are of another colour than those of the other.
    /// `None` where it is something else that is asked.
    pub(super) fn lacking(&self, other: &GridItems) -> Option<Items> {
        let (grid, only) = other.shown.as_ref()?;
        let is_asked = self.shown.is_none()
            && other.kind == Kind::Indices
            && (self.height, self.width) == (other.height, other.width);
        let only = only.filter(|_| is_asked)?;
        let mut items = Items::with_capacity(self.count.saturating_sub(other.count));
        for (row, cells) in (0..).zip(grid.rows()) {
            let first = Item::place(row, 0)?;
            let mut column = first_other(cells, 0, only);
            while column < cells.len() {
                items.push(first.moved(Item::offset(0, column as i64)));
                column = match cells.get(column + 1) {
                    Some(next) if *next != only => column + 1,
                    _ => first_other(cells, column + 1, only),
                };
            }
        }
        Some(items)
    }
}

/// The place in this column of the row that begins with a place.
#[inline]
fn of_row(first: Item, column: i64) -> Item {
    first.moved(Item::offset(0, column))
}

/// The items of one colour that a grid has, so many, row by row: of a grid no wider than a word
/// has bits.
fn of_colour(grid: &Grid, kind: Kind, count: usize, colour: i8) -> Items {
    let mut items = Items::with_capacity(count);
    for (row, cells) in (0..).zip(grid.rows()) {
        let Some(place) = Item::place(row, 0) else {
            break;
        };
        let first = match kind {
            Kind::Indices => place,
            Kind::Object(layout) => place.coloured_by_byte(layout, colour),
        };
        let mut left = bits_of(cells, colour);
        while left != 0 {
            items.push(of_row(first, i64::from(left.trailing_zeros())));
            left &= left - 1;
        }
    }
    items
}

/// The items of some colours that a grid has, so many, row by row.
pub(super) fn of_colours(grid: &Grid, kind: Kind, count: usize, colours: Colours) -> Items {
    let mut all = colours.iter();
    if let (Some(only), None) = (all.next(), all.next())
        && grid.width() <= u64::BITS as usize
    {
        return of_colour(grid, kind, count, only as i8);
    }
    taken(grid, kind, count, |_, cell| colours.has(i64::from(cell)))
}

/// Those items of a grid that are taken, so many, row by row; each is asked for with what
/// its cell is.
pub(super) fn taken(
    grid: &Grid,
    kind: Kind,
    count: usize,
    takes: impl Fn(Item, i8) -> bool,
) -> Items {
    // Each is written where the next one goes, and stays if it is taken: what is taken and
    // what is not alternates, and guessing wrong takes longer.
    if count == 0 {
        return Items::new();
    }
    let (mut items, mut taken) = (vec![Item::UNUSED; count + 1], 0);
    fold_items(grid, kind, (), |(), item, cell| {
        items[taken] = item;
        taken += usize::from(takes(item, cell));
    });
    items.truncate(taken);
    Items::from_vec(items)
}

/// The items of this kind that a grid has, row by row, each with what its cell is.
#[inline]
fn fold_items<T>(grid: &Grid, kind: Kind, start: T, mut fold: impl FnMut(T, Item, i8) -> T) -> T {
    match kind {
        Kind::Indices => fold_places(grid, start, fold),
        Kind::Object(layout) => {
            let mut made = start;
            for (row, cells) in (0..).zip(grid.rows()) {
                let Some(first) = Item::place(row, 0) else {
                    return made;
                };
                let mut zero = first.coloured_by_byte(layout, 0);
                for cell in cells {
                    made = fold(made, zero.instead_of_zero(*cell), *cell);
                    zero = zero.moved(Item::offset(0, 1));
                }
            }
            made
        }
    }
}

/// The places of a grid, row by row, each with its colour.
#[inline]
fn fold_places<T>(grid: &Grid, start: T, mut fold: impl FnMut(T, Item, i8) -> T) -> T {
    let mut made = start;
    for (row, cells) in (0..).zip(grid.rows()) {
        let Some(first) = Item::place(row, 0) else {
            return made;
        };
        for (column, cell) in (0..).zip(cells) {
            made = fold(made, of_row(first, column), *cell);
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::{CellLayout, SmallPatch, Value};
    use super::*;

    /// A large grid of one colour but for a few cells.
    fn canvas() -> impl Strategy<Value = Grid> {
        let places = prop::collection::vec((any::<prop::sample::Index>(), 1..4_i8), 0..12);
        (60..100_usize, 75..110_usize, places).prop_map(|(height, width, places)| {
            let mut cells = vec![0; height * width];
            for (place, colour) in places {
                cells[place.index(height * width)] = colour;
            }
            Grid::new(height, width, cells).expect("cells")
        })
    }

    fn values(set: &Set) -> Vec<Option<(i64, i64)>> {
        set.iter().map(|place| place.as_pair()).collect()
    }

    proptest! {
        /// Those of one colour, or of several, by bits and one by one.
        #[test]
        fn items_of_some_colours_are_those_that_have_one(
            (width, cells) in (1..66_usize, 1..6_usize).prop_flat_map(|(width, height)| {
                (Just(width), prop::collection::vec(-1..3_i8, width * height))
            }),
            colour in 0..4_i8,
        ) {
            let grid = Grid::new(cells.len() / width, width, cells).expect("cells");
            let count = grid.count(i64::from(colour));
            let colours = |own: &[i8]| own.iter().map(|own| i64::from(*own)).collect();
            for kind in [Kind::Indices, Kind::Object(CellLayout::ColourFirst)] {
                let one_by_one = taken(&grid, kind, count, |_, cell| cell == colour);
                prop_assert_eq!(of_colours(&grid, kind, count, colours(&[colour])), one_by_one);
                let is_one = |cell: i8| cell == colour || cell == 0;
                let count = grid.cells().iter().filter(|cell| is_one(**cell)).count();
                let one_by_one = taken(&grid, kind, count, |_, cell| is_one(cell));
                prop_assert_eq!(of_colours(&grid, kind, count, colours(&[colour, 0])), one_by_one);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// What all places of a canvas have that those of a colour have not, in order.
        #[test]
        fn few_of_a_canvas_are_those_of_lists(grid in canvas(), only in 0..3_i8) {
            let grid = Arc::new(grid);
            let shape = Shape::new(grid.height(), grid.width()).expect("a shape");
            let all = shape.indices().expect("small");
            let own = Set::of_colour(&grid, only).expect("small");
            let lacking = all.lacking(&own).expect("small");
            let is_unlisted = all.packed().is_some_and(|packed| packed.listed().is_none());
            prop_assert_eq!(is_unlisted, !own.is_empty());
            // Before anybody asks for the order of all, from which this one's would follow.
            let in_order = values(&lacking);
            let listed = Set::from_values(own.iter()).expect("small");
            let is_other = |place: &Value| !listed.contains(place);
            let expected = Set::from_values(all.iter().filter(is_other)).expect("small");
            prop_assert_eq!(in_order, values(&expected));
        }

        /// A few places of those of a colour, in order.
        #[test]
        fn few_of_a_colour_are_those_of_lists(grid in canvas(), row in 0..50_i64) {
            let own = Set::of_colour(&Arc::new(grid), 0).expect("small");
            let row = (0..8).map(|column| Value::pair(row, column));
            let few = Set::from_values(row).expect("small");
            let kept = own.intersection(&few).expect("small");
            let lacking = own.lacking(&own.lacking(&few).expect("small")).expect("small");
            let in_order = [values(&kept), values(&lacking)];
            let listed = Set::from_values(own.iter()).expect("small");
            let is_kept = |place: &Value| few.contains(place);
            let expected = Set::from_values(listed.iter().filter(is_kept)).expect("small");
            prop_assert_eq!(&in_order[1], &values(&expected));
            let smaller_first = Set::from_values(few.iter().filter(|place| listed.contains(place)));
            prop_assert_eq!(&in_order[0], &values(&smaller_first.expect("small")));
        }

        #[test]
        fn a_canvas_has_the_corners_and_colours_of_its_list(
            grid in canvas(),
            only in prop::option::of(0..3_i8),
            layout in prop::sample::select(vec![CellLayout::RowFirst, CellLayout::ColourFirst]),
        ) {
            let grid = Arc::new(grid);
            let made = || match only {
                Some(only) => Set::of_cells(&grid, layout, only).expect("small"),
                None => Set::of_all_cells(&grid, layout).expect("small"),
            };
            // Another of the same grid is listed, for a list would be looked at first.
            let (set, listed) = (made(), Set::from_values(made().iter()).expect("small"));
            let [set, listed] = [set, listed].map(Value::Set);
            let [patch, listed] = [&set, &listed].map(SmallPatch::of_any);
            let bounds = |patch: Option<SmallPatch>| patch.map(SmallPatch::bounds);
            let colour = |patch: Option<SmallPatch>| patch.map(SmallPatch::first_colour);
            prop_assert_eq!(bounds(patch), bounds(listed));
            prop_assert_eq!(colour(patch), colour(listed));
        }
    }
}
