//! What the items of patches are: places, or cells, and how the parts of a cell lie.

use super::super::{Failure, Measure, Outcome, Tuple, Value};

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
    pub(in crate::value) fn small_cell(self, row: i64, column: i64, colour: i64) -> Value {
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
    pub(in crate::value) fn measure_of(self, count: usize) -> Measure {
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
    pub(in crate::value) fn of_all<'item>(
        mut items: impl Iterator<Item = &'item Value>,
    ) -> Option<Kind> {
        let kind = Kind::of(items.next()?)?;
        items
            .all(|item| Kind::of(item) == Some(kind))
            .then_some(kind)
    }

    pub(super) fn of_tuple(tuple: &Tuple) -> Option<Kind> {
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
    pub(super) fn is_in(self, layout: CellLayout) -> bool {
        match self {
            Kind::Indices => true,
            Kind::Object(own) => own == layout,
        }
    }
}
