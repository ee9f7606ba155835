//! Patches of small cells, whatever container they are in.
//!
//! A patch is an object, a container of cells, or indices, a container of places
//! `(row, column)`. Cells are `(row, column, colour)`, or in another dialect `(colour,
//! (row, column))`: a [`CellLayout`]. Nearly all that programs make
//! hold small integers only, and what is asked of them (edges, colours, the same
//! patch elsewhere) is arithmetic on machine integers then. [`SmallPatch`] is the
//! one view of such a patch: whoever gets one reads integers, and whoever gets
//! none goes the general way, item by item, as Python would.

mod bounds;
mod items;
mod kind;

use std::sync::Arc;

use super::affine::{Affine, Axis};
use super::{Failure, Grid, Set, SetBuilder, Tuple, Value};
use items::{Items, Order};

pub use bounds::Bounds;
pub use items::{Cells, Places};
pub use kind::{CellLayout, Kind};

/// A patch that is not empty, whose items are all pairs or all cells of integers
/// of 32 bits (not booleans).
#[derive(Clone, Copy)]
pub struct SmallPatch<'value> {
    items: Container<'value>,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Container<'value> {
    Set(&'value Set),
    Tuple(&'value Tuple),
}

impl<'value> SmallPatch<'value> {
    /// The view of a set or a tuple as indices, or as an object of this layout. `None`
    /// says only that this way is not open: for nothing, and for what holds other
    /// values.
    #[inline]
    pub fn of(patch: &'value Value, layout: CellLayout) -> Option<SmallPatch<'value>> {
        SmallPatch::of_any(patch).filter(|patch| patch.kind.is_in(layout))
    }

    /// The view of items of any kind.
    #[inline]
    pub fn of_any(patch: &'value Value) -> Option<SmallPatch<'value>> {
        let (items, kind) = match patch {
            Value::Set(set) => (Container::Set(set), set.kind()?),
            Value::Tuple(tuple) => (Container::Tuple(tuple), Kind::of_tuple(tuple)?),
            _ => return None,
        };
        Some(SmallPatch { items, kind })
    }

    /// As [`SmallPatch::of`], of a patch of this kind only.
    #[inline]
    pub fn of_kind(patch: &'value Value, kind: Kind) -> Option<SmallPatch<'value>> {
        SmallPatch::of_any(patch).filter(|patch| patch.kind == kind)
    }

    /// Kind of the items.
    #[inline]
    pub fn kind(self) -> Kind {
        self.kind
    }

    fn len(self) -> usize {
        match self.items {
            Container::Set(set) => set.len(),
            Container::Tuple(tuple) => tuple.len(),
        }
    }

    fn items(self) -> Items<'value> {
        match self.items {
            Container::Set(set) => Items::Set(set.iter()),
            Container::Tuple(tuple) => match tuple.as_chained() {
                Some(sets) => Items::chained(sets, Order::Own),
                None => Items::Tuple(tuple.iter()),
            },
        }
    }

    fn items_in_any_order(self) -> Items<'value> {
        match self.items {
            Container::Set(set) => Items::Set(set.iter_in_any_order()),
            Container::Tuple(tuple) => match (tuple.as_unordered(), tuple.as_chained()) {
                (Some(cells), _) => Items::Set(cells.iter_in_any_order()),
                (None, Some(sets)) => Items::chained(sets, Order::Any),
                (None, None) => Items::Tuple(tuple.iter()),
            },
        }
    }

    /// Rows and columns, in the container's order.
    #[inline]
    pub fn places(self) -> Places<'value> {
        Places {
            items: self.items(),
            kind: self.kind,
        }
    }

    /// The same, a set's in whatever order is at hand: for whom it makes no
    /// difference.
    #[inline]
    pub fn places_in_any_order(self) -> Places<'value> {
        Places {
            items: self.items_in_any_order(),
            kind: self.kind,
        }
    }

    /// Rows, columns and colours, in the container's order; none for indices.
    #[inline]
    pub fn cells(self) -> Cells<'value> {
        self.cells_of(SmallPatch::items)
    }

    /// The same, a set's in whatever order is at hand: for whom it makes no
    /// difference.
    #[inline]
    pub fn cells_in_any_order(self) -> Cells<'value> {
        self.cells_of(SmallPatch::items_in_any_order)
    }

    /// Hands over rows, columns and colours of the cells that are painted on a grid, on all of
    /// its cells or on those of one colour: of those in one place in the container's order, or only
    /// the one that stays. Nothing of indices. If a colour is no byte, one of these is none, too.
    pub fn each_painted(
        self,
        grid: &Grid,
        ground: Option<i8>,
        mut each: impl FnMut(i64, i64, i64),
    ) {
        let Kind::Object(layout) = self.kind else {
            return;
        };
        match self.items {
            Container::Set(set) => set.each_painted(layout, grid, ground, &mut each),
            Container::Tuple(tuple) => match tuple.as_chained() {
                Some(sets) => sets
                    .iter()
                    .for_each(|set| set.each_painted(layout, grid, ground, &mut each)),
                // A search visits each cell once.
                None => self
                    .cells_in_any_order()
                    .for_each(|(row, column, colour)| each(row, column, colour)),
            },
        }
    }

    /// Paints the cells on those of a grid, as [`SmallPatch::each_painted`] hands them over, on all
    /// or on those of one colour; whether each colour is a byte.
    pub fn paint(self, grid: &Grid, ground: Option<i8>, cells: &mut [i8]) -> bool {
        if let (Kind::Object(_), Container::Set(set)) = (self.kind, self.items)
            && let Some(are_bytes) = set.paint(grid, ground, cells)
        {
            return are_bytes;
        }
        let mut are_bytes = true;
        self.each_painted(grid, ground, |row, column, colour| {
            let Ok(colour) = i8::try_from(colour) else {
                are_bytes = false;
                return;
            };
            if let Some(place) = grid.place(row, column)
                && ground.is_none_or(|ground| cells[place] == ground)
            {
                cells[place] = colour;
            }
        });
        are_bytes
    }

    #[inline]
    fn cells_of(self, items: impl FnOnce(SmallPatch<'value>) -> Items<'value>) -> Cells<'value> {
        match self.kind {
            Kind::Object(layout) => Cells(items(self), layout),
            Kind::Indices => Cells(Items::None, CellLayout::RowFirst),
        }
    }

    /// The colour of an object's first cell, in the container's order; `None` for
    /// indices.
    pub fn first_colour(self) -> Option<i64> {
        if let Container::Set(set) = self.items
            && let Some(colour) = set.first_colour()
        {
            return Some(colour);
        }
        if let Container::Tuple(_) = self.items
            && let Some(colour) = self.only_colour()
        {
            return Some(colour);
        }
        self.cells().next().map(|(_, _, colour)| colour)
    }

    /// The colour of all cells of an object, where they are known to have the same.
    pub fn only_colour(self) -> Option<i64> {
        match self.items {
            Container::Set(set) => set.only_colour(),
            Container::Tuple(tuple) => tuple.as_unordered()?.only_colour(),
        }
    }

    /// Whether an object has this cell.
    pub fn has_cell(self, row: i64, column: i64, colour: i64) -> bool {
        match (self.items, self.kind) {
            (Container::Set(set), Kind::Object(layout)) => {
                set.contains_cell(layout, row, column, colour)
            }
            _ => self
                .cells_in_any_order()
                .any(|cell| cell == (row, column, colour)),
        }
    }

    /// The smallest rectangle around the patch.
    pub fn bounds(self) -> Bounds {
        if let Some([(top, left), (bottom, right)]) = self.set().and_then(Set::corners) {
            return Bounds {
                top,
                left,
                bottom,
                right,
            };
        }
        self.places_in_any_order()
            .fold(Bounds::NOTHING, Bounds::with)
    }

    /// The upper left and the lower right corner of that, where they are told without a look at
    /// each place, or need one for which there is reason: of sets of more than a few.
    pub(crate) fn told_corners(self) -> Option<[(i64, i64); 2]> {
        const FEW: usize = 16;
        self.set().filter(|set| set.len() > FEW)?.corners()
    }

    /// The first and the last row, or column, of the patch.
    pub fn span(self, axis: Axis) -> (i64, i64) {
        if let Some(span) = self.set().and_then(|set| set.span(axis)) {
            return span;
        }
        let bounds = self.bounds();
        axis.choose((bounds.top, bounds.bottom), (bounds.left, bounds.right))
    }

    /// The set of the items, where there is one, whatever their order here.
    fn set(self) -> Option<&'value Set> {
        match self.items {
            Container::Set(set) => Some(set),
            Container::Tuple(tuple) => tuple.as_unordered(),
        }
    }

    /// The set of the places alone.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn indices(self) -> Result<Set, Failure> {
        if let Container::Set(set) = self.items
            && let Some(places) = set.places()
        {
            return places;
        }
        let mut indices = SetBuilder::new();
        for (row, column) in self.places() {
            indices.insert_place(row, column);
        }
        indices.finish()
    }

    /// The set of the cells of one colour in these places, in a layout.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn coloured(self, layout: CellLayout, colour: &Value) -> Result<Set, Failure> {
        if let Container::Set(set) = self.items
            && let Value::Integer(colour) = colour
            && let Some(cells) = set.coloured(layout, *colour)
        {
            return cells;
        }
        let mut cells = SetBuilder::new();
        for (row, column) in self.places() {
            let (row, column) = (Value::Integer(row), Value::Integer(column));
            cells.insert(layout.cell(row, column, colour.clone())?);
        }
        cells.finish()
    }

    /// The set of the cells that a grid has in these places, in a layout; `None` says
    /// only that this way is not open.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn shown_on(self, layout: CellLayout, grid: &Arc<Grid>) -> Option<Result<Set, Failure>> {
        match self.items {
            Container::Set(set) => set.shown_on(layout, grid),
            Container::Tuple(_) => None,
        }
    }

    /// The set of the items moved.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn moved(self, affine: &Affine) -> Result<Set, Failure> {
        if let Container::Set(set) = self.items
            && let Some((down, right)) = affine.as_shift()
            && let Some(shifted) = set.shifted(down, right)
        {
            return shifted;
        }
        if let Container::Set(set) = self.items
            && let Some(mirrored) = set.mirrored(affine)
        {
            return mirrored;
        }
        let mut moved = SetBuilder::with_capacity(self.len());
        match self.kind {
            Kind::Indices => {
                for (row, column) in self.places() {
                    let (row, column) = affine.apply(row, column);
                    moved.insert_place(row, column);
                }
            }
            Kind::Object(layout) => {
                for (row, column, colour) in self.cells() {
                    let (row, column) = affine.apply(row, column);
                    moved.insert_cell(layout, row, column, colour);
                }
            }
        }
        moved.finish()
    }
}
