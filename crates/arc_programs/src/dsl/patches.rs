//! Patches moved, scaled and recoloured, and the periods of objects.

use arc_programs_macros::primitives;

use super::context::Context;
use super::corners::ulcorner;
use super::extents::{
    Measuring, height_f, leftmost, leftmost_i, leftmost_o, toindices_i, toindices_o, uppermost,
    uppermost_i, uppermost_o, width_f,
};
use crate::value::{Failure, Outcome, SetBuilder, Value, number, order};

/// What the items of a patch are taken for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Items {
    /// `(row, column, colour)`.
    Cells,
    /// `(row, column)`.
    Indices,
}

impl Items {
    /// What the first item says about all; nothing has no first item.
    pub(super) fn of(patch: &Value) -> Result<Items, Failure> {
        let first = patch.items()?.next().ok_or(Failure::MissingItem)?;
        Ok(match first.length()? {
            3 => Items::Cells,
            _ => Items::Indices,
        })
    }
}

/// The three items of a cell.
#[inline]
fn cell(item: &Value) -> Result<[Value; 3], Failure> {
    match item.as_triple() {
        Some((row, column, colour)) => Ok([row, column, colour].map(Value::Integer)),
        None => item.unpack(),
    }
}

/// The two items of an index.
#[inline]
fn index(item: &Value) -> Result<[Value; 2], Failure> {
    match item.as_pair() {
        Some((row, column)) => Ok([row, column].map(Value::Integer)),
        None => item.unpack(),
    }
}

/// The patch whose items are where the function puts them, as a set.
pub(super) fn displaced(
    context: &mut Context,
    patch: &Value,
    items: Items,
    function: impl Fn(&Value, &Value) -> Result<(Value, Value), Failure>,
) -> Outcome {
    context.spend(patch.length()?)?;
    let mut moved = SetBuilder::new();
    for item in patch.items()? {
        moved.insert(match items {
            Items::Cells => {
                let [row, column, colour] = cell(&item)?;
                let (row, column) = function(&row, &column)?;
                Value::tuple_of_three(row, column, colour)?
            }
            Items::Indices => {
                let [row, column] = index(&item)?;
                let (row, column) = function(&row, &column)?;
                Value::tuple_of_two(row, column)?
            }
        });
    }
    moved.finish().map(Value::Set)
}

/// The patch moved so that its first row and column are 0; nothing is returned
/// as it is.
fn normalized(context: &mut Context, patch: &Value, top: Measuring, left: Measuring) -> Outcome {
    if patch.length()? == 0 {
        return Ok(patch.clone());
    }
    let up = number::negate(&top(context, patch))?;
    let back = number::negate(&left(context, patch))?;
    Ok(shift(context, patch, &Value::tuple_of_two(up, back)?))
}

/// The object that has one colour at all of these indices.
fn coloured(context: &mut Context, color: &Value, indices: &Value) -> Outcome {
    context.spend(indices.length()?)?;
    let mut cells = SetBuilder::new();
    for item in indices.items()? {
        let [row, column] = index(&item)?;
        cells.insert(Value::tuple_of_three(row, column, color.clone())?);
    }
    cells.finish().map(Value::Set)
}

/// What an object repeats along.
#[derive(Clone, Copy)]
enum Axis {
    Rows,
    Columns,
}

impl Axis {
    /// Of two things, the one for this axis.
    fn choose<T>(self, row: T, column: T) -> T {
        match self {
            Axis::Rows => row,
            Axis::Columns => column,
        }
    }
}

/// The least distance by which an object can be moved back so that all of it
/// that stays within its bounds lies on itself; its whole length if there is
/// none.
fn period(context: &mut Context, obj: &Value, axis: Axis) -> Outcome {
    let normalized = normalize(context, obj);
    let measure = axis.choose::<Measuring>(height_f, width_f);
    let length = measure(context, &normalized);
    for distance in 1..length.integer()? {
        if repeats(context, &normalized, axis, distance)? {
            return Ok(Value::Integer(distance));
        }
    }
    Ok(length)
}

/// Whether an object, moved back by this distance, lies on itself wherever it
/// is not below 0.
fn repeats(context: &mut Context, obj: &Value, axis: Axis, distance: i64) -> Result<bool, Failure> {
    context.spend(obj.length()?)?;
    if obj.items()?.all(|item| item.as_triple().is_some()) {
        for (row, column, colour) in obj.items()?.filter_map(|item| item.as_triple()) {
            let (row, column) = match axis {
                Axis::Rows => (row - distance, column),
                Axis::Columns => (row, column - distance),
            };
            let is_inside = axis.choose(row, column) >= 0;
            if is_inside && !obj.contains(&Value::triple(row, column, colour))? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let back = axis.choose(Value::pair(-distance, 0), Value::pair(0, -distance));
    let mut repeats = true;
    // All cells are looked at, for any may be one that fails.
    for item in shift(context, obj, &back).items()? {
        let [row, column, _] = cell(&item)?;
        let is_inside = order::compare(
            &axis.choose(row, column),
            &Value::Integer(0),
            order::Comparison::GreaterOrEqual,
        )?;
        repeats &= !is_inside || obj.contains(&item)?;
    }
    Ok(repeats)
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The patch moved by the vector. `()` moves nothing, and nothing stays
    /// nothing, whatever the vector.
    #[example("shift({(1, 2, 3)}, (1, -1))" => "{(2, 1, 3)}")]
    #[example("shift({(1, 2)}, UNITY)" => "{(2, 3)}")]
    fn shift(context: &mut Context, patch: Patch, directions: IJ) -> Patch {
        if !patch.is_true() {
            return Ok(Value::empty_set());
        }
        if directions.is_empty_tuple() {
            return Ok(patch.clone());
        }
        let [down, right] = directions.unpack()?;
        let items = Items::of(patch)?;
        displaced(context, patch, items, |row, column| {
            Ok((number::add(row, &down)?, number::add(column, &right)?))
        })
    }

    /// The patch moved so that its first row and its first column are 0.
    #[example("normalize({(2, 5), (3, 7)})" => "{(1, 2), (0, 0)}")]
    fn normalize(context: &mut Context, indices: Indices) -> Indices {
        normalized(context, indices, uppermost, leftmost)
    }

    /// Indices moved so that their first row and their first column are 0. An
    /// object is not moved, for it has no edges as indices.
    #[example("normalize_i({(2, 5), (3, 7)})" => "{(1, 2), (0, 0)}")]
    #[example("normalize_i({(2, 5, 3)})" => "{(2, 5, 3)}")]
    fn normalize_i(context: &mut Context, indices: Indices) -> Indices {
        normalized(context, indices, uppermost_i, leftmost_i)
    }

    /// An object moved so that its first row and its first column are 0. Indices
    /// are not moved, for they have no edges as an object.
    #[example("normalize_o({(2, 5, 3), (3, 7, 3)})" => "{(1, 2, 3), (0, 0, 3)}")]
    fn normalize_o(context: &mut Context, obj: Object) -> Object {
        normalized(context, obj, uppermost_o, leftmost_o)
    }

    /// The object with each cell made a square of this many cells a side; its
    /// upper left corner stays.
    #[example("upscale_f({(1, 1, 3)}, 2)" => "{(2, 2, 3), (1, 2, 3), (2, 1, 3), (1, 1, 3)}")]
    fn upscale_f(context: &mut Context, obj: Object, factor: Integer) -> Object {
        if obj.length()? == 0 {
            return Ok(Value::empty_set());
        }
        let corner = ulcorner(context, obj);
        let [top, left] = corner.unpack()?;
        let to_origin = Value::tuple_of_two(number::negate(&top)?, number::negate(&left)?)?;
        let normalized = shift(context, obj, &to_origin);
        let mut scaled = SetBuilder::new();
        for item in normalized.items()? {
            let [row, column, colour] = cell(&item)?;
            let side = factor.integer()?;
            if side <= 0 {
                continue;
            }
            let cells = usize::try_from(side.saturating_mul(side)).unwrap_or(usize::MAX);
            context.spend(cells)?;
            let row = number::multiply(&row, factor)?;
            let column = number::multiply(&column, factor)?;
            for down in 0..side {
                let row = number::add(&row, &Value::Integer(down))?;
                for right in 0..side {
                    let column = number::add(&column, &Value::Integer(right))?;
                    scaled.insert(Value::tuple_of_three(row.clone(), column, colour.clone())?);
                }
            }
        }
        let scaled = scaled.finish_copied().map(Value::Set)?;
        Ok(shift(context, &scaled, &corner))
    }

    /// The object that has this colour at all of the indices.
    #[example("recolor_i(4, {(1, 2)})" => "{(1, 2, 4)}")]
    fn recolor_i(context: &mut Context, color: C_, indices: Indices) -> Object {
        let indices = toindices_i(context, indices);
        coloured(context, color, &indices)
    }

    /// The object with all cells in this colour.
    #[example("recolor_o(4, {(1, 2, 3)})" => "{(1, 2, 4)}")]
    fn recolor_o(context: &mut Context, color: C_, obj: Object) -> Object {
        let indices = toindices_o(context, obj);
        coloured(context, color, &indices)
    }

    /// The distance after which an object repeats along its rows: the least by
    /// which it can be moved left and lie on itself, or its width.
    #[example("hperiod({(0, 0, 1), (0, 1, 2), (0, 2, 1), (0, 3, 2)})" => "2")]
    #[example("hperiod({(0, 0, 1), (0, 1, 2)})" => "2")]
    fn hperiod(context: &mut Context, obj: Object) -> Integer {
        period(context, obj, Axis::Columns)
    }

    /// The distance after which an object repeats along its columns: the least
    /// by which it can be moved up and lie on itself, or its height.
    #[example("vperiod({(0, 0, 1), (1, 0, 2), (2, 0, 1), (3, 0, 2)})" => "2")]
    fn vperiod(context: &mut Context, obj: Object) -> Integer {
        period(context, obj, Axis::Rows)
    }
}
