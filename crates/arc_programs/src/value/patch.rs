//! Patches of small cells, whatever container they are in.
//!
//! A patch is an object, a container of cells, or indices, a container of places
//! `(row, column)`. Cells are `(row, column, colour)`, or in another dialect `(colour,
//! (row, column))`: a [`CellLayout`]. Nearly all that programs make
//! hold small integers only, and what is asked of them (edges, colours, the same
//! patch elsewhere) is arithmetic on machine integers then. [`SmallPatch`] is the
//! one view of such a patch: whoever gets one reads integers, and whoever gets
//! none goes the general way, item by item, as Python would.

use std::sync::Arc;

use super::affine::{Affine, Axis};
use super::{
    Failure, Grid, Measure, Outcome, Set, SetBuilder, SetIterator, Tuple, TupleIterator, Value,
};

/// How the cells of objects are laid out: a matter of the dialect, and of how they
/// hash, so of the order of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CellLayout {
    /// `(row, column, colour)`.
    RowFirst,
    /// `(colour, (row, column))`.
    ColourFirst,
}

impl CellLayout {
    /// The cell of these parts.
    ///
    /// # Errors
    /// As [`Value::tuple`].
    pub fn cell(self, row: Value, column: Value, colour: Value) -> Outcome {
        match self {
            CellLayout::RowFirst => Value::tuple_of_three(row, column, colour),
            CellLayout::ColourFirst => {
                Value::tuple_of_two(colour, Value::tuple_of_two(row, column)?)
            }
        }
    }

    /// The row, the column and the colour of a cell, as a loop over an object unpacks
    /// it.
    ///
    /// # Errors
    /// As [`Value::unpack`].
    pub fn parts(self, cell: &Value) -> Result<[Value; 3], Failure> {
        match self {
            CellLayout::RowFirst => cell.unpack(),
            CellLayout::ColourFirst => {
                let [colour, place] = cell.unpack()?;
                let [row, column] = place.unpack()?;
                Ok([row, column, colour])
            }
        }
    }

    /// The colour of a cell, as a loop takes it that asks for no more.
    ///
    /// # Errors
    /// As [`Value::unpack`].
    pub fn colour(self, cell: &Value) -> Outcome {
        match self {
            CellLayout::RowFirst => cell.unpack().map(|[_, _, colour]| colour),
            CellLayout::ColourFirst => cell.unpack().map(|[colour, _]| colour),
        }
    }

    /// The place of a cell, as a loop takes it that asks for no more.
    ///
    /// # Errors
    /// As [`Value::unpack`].
    pub fn place(self, cell: &Value) -> Outcome {
        match self {
            CellLayout::RowFirst => {
                let [row, column, _] = cell.unpack()?;
                Value::tuple_of_two(row, column)
            }
            CellLayout::ColourFirst => cell.unpack().map(|[_, place]| place),
        }
    }

    /// The cell of integers within the range of items.
    #[inline]
    pub(super) fn small_cell(self, row: i64, column: i64, colour: i64) -> Value {
        match self {
            CellLayout::RowFirst => Value::triple(row, column, colour),
            CellLayout::ColourFirst => {
                // Of integers no tuple is too large.
                let cell = Tuple::colour_first(row, column, colour);
                Value::Tuple(cell.unwrap_or(Tuple::EMPTY))
            }
        }
    }

    /// The parts of a cell of small integers in this layout.
    #[inline]
    pub fn small_parts(self, cell: &Value) -> Option<(i64, i64, i64)> {
        match self {
            CellLayout::RowFirst => cell.as_triple(),
            CellLayout::ColourFirst => cell.as_tuple()?.as_colour_first(),
        }
    }
}

/// Kind of the items of a patch: places or cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Pairs `(row, column)`.
    Indices,
    /// Cells of this layout.
    Object(CellLayout),
}

impl Kind {
    /// The measure of a set of so many of them.
    pub(super) fn measure_of(self, count: usize) -> Measure {
        match self {
            Kind::Indices => Measure::of_flat_tuples(count, 2),
            Kind::Object(CellLayout::RowFirst) => Measure::of_flat_tuples(count, 3),
            // A colour, and a place of two parts.
            Kind::Object(CellLayout::ColourFirst) => Measure {
                depth: 3,
                ..Measure::of_flat_tuples(count, 4)
            },
        }
    }

    #[inline]
    fn of(item: &Value) -> Option<Kind> {
        let tuple = item.as_tuple()?;
        if tuple.as_triple().is_some() {
            Some(Kind::Object(CellLayout::RowFirst))
        } else if tuple.as_pair().is_some() {
            Some(Kind::Indices)
        } else {
            let cell = tuple.as_colour_first();
            cell.map(|_| Kind::Object(CellLayout::ColourFirst))
        }
    }

    /// What all of these are; `None` where they differ or are of neither kind,
    /// and where there are none.
    pub(super) fn of_all<'item>(mut items: impl Iterator<Item = &'item Value>) -> Option<Kind> {
        let kind = Kind::of(items.next()?)?;
        items
            .all(|item| Kind::of(item) == Some(kind))
            .then_some(kind)
    }

    fn of_tuple(tuple: &Tuple) -> Option<Kind> {
        if let Some(kind) = tuple.kind_on_demand() {
            return Some(kind);
        }
        if let Some(items) = tuple.as_slice() {
            return Kind::of_all(items.iter());
        }
        match tuple.as_grid()?.width() {
            2 => Some(Kind::Indices),
            3 => Some(Kind::Object(CellLayout::RowFirst)),
            _ => None,
        }
    }

    /// Whether objects of this layout, or indices, have such items.
    #[inline]
    fn is_in(self, layout: CellLayout) -> bool {
        match self {
            Kind::Indices => true,
            Kind::Object(own) => own == layout,
        }
    }
}

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

    /// The grid whose cells these are, all of them, where that is what is known: for whom
    /// a part of it is enough.
    pub fn all_cells(self) -> Option<&'value Grid> {
        match self.items {
            Container::Set(set) => set.all_cells().map(Arc::as_ref),
            Container::Tuple(_) => None,
        }
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

/// The smallest rectangle around a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The first row.
    pub top: i64,
    /// The first column.
    pub left: i64,
    /// The last row.
    pub bottom: i64,
    /// The last column.
    pub right: i64,
}

impl Bounds {
    /// The bounds of no places: only to add places to.
    pub(super) const NOTHING: Bounds = Bounds {
        top: i64::MAX,
        left: i64::MAX,
        bottom: i64::MIN,
        right: i64::MIN,
    };

    /// The bounds of these places and another one.
    #[inline]
    pub(super) fn with(self, (row, column): (i64, i64)) -> Bounds {
        Bounds {
            top: self.top.min(row),
            left: self.left.min(column),
            bottom: self.bottom.max(row),
            right: self.right.max(column),
        }
    }

    /// The number of rows.
    pub fn height(self) -> i64 {
        self.bottom - self.top + 1
    }

    /// The number of columns.
    pub fn width(self) -> i64 {
        self.right - self.left + 1
    }
}

#[derive(Clone)]
enum Items<'value> {
    Set(SetIterator<'value>),
    Tuple(TupleIterator<'value>),
    Chained(InTurn<'value>),
    None,
}

/// The items of several sets, each set's in an order.
#[derive(Clone)]
struct InTurn<'value> {
    items: SetIterator<'value>,
    left: std::slice::Iter<'value, Set>,
    order: Order,
}

/// How the items of a set are walked.
#[derive(Clone, Copy)]
enum Order {
    Own,
    Any,
}

impl Order {
    #[inline]
    fn of(self, set: &Set) -> SetIterator<'_> {
        match self {
            Order::Own => set.iter(),
            Order::Any => set.iter_in_any_order(),
        }
    }
}

impl<'value> InTurn<'value> {
    /// What there is next, if not in this set then in those that are left.
    #[inline]
    fn next<T>(&mut self, next: impl Fn(&mut SetIterator<'value>) -> Option<T>) -> Option<T> {
        loop {
            if let Some(next) = next(&mut self.items) {
                return Some(next);
            }
            self.items = self.order.of(self.left.next()?);
        }
    }

    /// What a function makes of all sets' items, in turn.
    fn fold<T>(self, start: T, mut fold: impl FnMut(T, SetIterator<'value>) -> T) -> T {
        let order = self.order;
        self.left.fold(fold(start, self.items), |made, set| {
            fold(made, order.of(set))
        })
    }
}

impl<'value> Items<'value> {
    fn chained(sets: &'value [Set], order: Order) -> Items<'value> {
        let mut left = sets.iter();
        match left.next() {
            Some(first) => Items::Chained(InTurn {
                items: order.of(first),
                left,
                order,
            }),
            None => Items::None,
        }
    }

    #[inline]
    fn next_pair(&mut self) -> Option<(i64, i64)> {
        match self {
            Items::Set(items) => items.next_pair(),
            Items::Tuple(items) => items.next()?.as_pair(),
            Items::Chained(items) => items.next(SetIterator::next_pair),
            Items::None => None,
        }
    }

    #[inline]
    fn next_cell(&mut self, layout: CellLayout) -> Option<(i64, i64, i64)> {
        match self {
            Items::Set(items) => items.next_cell(layout),
            Items::Tuple(items) => layout.small_parts(&items.next()?),
            Items::Chained(items) => items.next(|items| items.next_cell(layout)),
            Items::None => None,
        }
    }
}

/// Rows and columns; see [`SmallPatch::places`].
#[derive(Clone)]
pub struct Places<'value> {
    items: Items<'value>,
    kind: Kind,
}

impl Iterator for Places<'_> {
    type Item = (i64, i64);

    #[inline]
    fn next(&mut self) -> Option<(i64, i64)> {
        match self.kind {
            Kind::Indices => self.items.next_pair(),
            Kind::Object(layout) => {
                let cell = self.items.next_cell(layout);
                cell.map(|(row, column, _)| (row, column))
            }
        }
    }

    #[inline]
    fn fold<T, Fold: FnMut(T, Self::Item) -> T>(self, start: T, mut fold: Fold) -> T {
        match self.items {
            Items::Set(items) => items.fold_places(start, fold),
            Items::Chained(items) => {
                items.fold(start, |made, items| items.fold_places(made, &mut fold))
            }
            _ => {
                let mut made = start;
                for place in self {
                    made = fold(made, place);
                }
                made
            }
        }
    }
}

/// Rows, columns and colours; see [`SmallPatch::cells`].
#[derive(Clone)]
pub struct Cells<'value>(Items<'value>, CellLayout);

impl Iterator for Cells<'_> {
    type Item = (i64, i64, i64);

    #[inline]
    fn next(&mut self) -> Option<(i64, i64, i64)> {
        self.0.next_cell(self.1)
    }

    #[inline]
    fn fold<T, Fold: FnMut(T, Self::Item) -> T>(self, start: T, mut fold: Fold) -> T {
        match self.0 {
            Items::Set(items) => items.fold_cells(self.1, start, fold),
            Items::Chained(items) => {
                let layout = self.1;
                items.fold(start, |made, items| {
                    items.fold_cells(layout, made, &mut fold)
                })
            }
            _ => {
                let mut made = start;
                for cell in self {
                    made = fold(made, cell);
                }
                made
            }
        }
    }
}
