//! Patches moved, scaled and recoloured, and the periods of objects.

use arc_programs_macros::primitives;

use super::columns;
use super::context::Context;
use super::corners::ulcorner;
use super::extents::{
    Measuring, height_f, leftmost, leftmost_i, leftmost_o, toindices_i, toindices_o, uppermost,
    uppermost_i, uppermost_o, width_f,
};
use crate::value::affine::{Axis, Coordinate, Movement};
use crate::value::{
    CellLayout, Failure, Kind, Outcome, Set, SetBuilder, SmallPatch, Value, number, order,
};

/// What the first item of a patch says about all; nothing has no first item.
pub(super) fn kind_of(patch: &Value) -> Result<Kind, Failure> {
    const CELLS: CellLayout = CellLayout::RowFirst;
    if let Some(patch) = SmallPatch::of(patch, CELLS) {
        return Ok(patch.kind());
    }
    let first = patch.items()?.next().ok_or(Failure::MissingItem)?;
    Ok(match first.length()? {
        3 => Kind::Object(CELLS),
        _ => Kind::Indices,
    })
}

/// The patch whose items, taken for this kind, are moved, as a set.
pub(super) fn displaced(
    context: &mut Context,
    patch: &Value,
    kind: Kind,
    movement: &Movement,
) -> Outcome {
    context.spend(patch.length()?)?;
    if let (Some(patch), Some(affine)) = (SmallPatch::of_kind(patch, kind), movement.affine()) {
        return patch.moved(&affine).map(Value::Set);
    }
    let mut moved = SetBuilder::new();
    for item in patch.items()? {
        moved.insert(match kind {
            Kind::Object(cells) => {
                let [row, column, colour] = cells.parts(&item)?;
                let (row, column) = movement.apply(&row, &column)?;
                cells.cell(row, column, colour)?
            }
            Kind::Indices => {
                let [row, column] = item.unpack()?;
                let (row, column) = movement.apply(&row, &column)?;
                Value::tuple_of_two(row, column)?
            }
        });
    }
    moved.finish().map(Value::Set)
}

/// The patch moved so that its first row and column are 0; nothing is returned
/// as it is.
pub(super) fn normalized(
    context: &mut Context,
    patch: &Value,
    [top, left]: [Measuring; 2],
    shift: Moving,
) -> Outcome {
    if patch.length()? == 0 {
        return Ok(patch.clone());
    }
    let up = number::negate(&top(context, patch))?;
    let back = number::negate(&left(context, patch))?;
    Ok(shift(context, patch, &Value::tuple_of_two(up, back)?))
}

/// The patch moved to each of these places, in a set; `None` where it must be moved to one
/// after the other.
pub(super) fn moved_to_each(
    context: &mut Context,
    patch: &Value,
    places: &Value,
) -> Result<Option<Value>, Failure> {
    let is_patch = SmallPatch::of(patch, context.cells()).is_some();
    let (Value::Set(patch), Value::Set(places)) = (patch, places) else {
        return Ok(None);
    };
    let moved = match patch.is_empty() {
        // Nothing stays nothing, whatever it is moved by.
        true => Set::of_one(Value::empty_set()).map(Some),
        false if is_patch => patch.moved_to_each(places),
        false => Ok(None),
    };
    // A call of the function that has the patch, a call of this, and each item of it.
    let steps = places.len().saturating_mul(patch.len().saturating_add(2));
    let is_within = !places.is_empty() && context.affords(steps) && context.may_nest();
    match moved.transpose() {
        Some(moved) if is_within => {
            context.spend(steps)?;
            moved.map(|moved| Some(Value::Set(moved)))
        }
        _ => Ok(None),
    }
}

/// The object that has one colour at all of these indices.
pub(super) fn coloured(context: &mut Context, color: &Value, indices: &Value) -> Outcome {
    context.spend(indices.length()?)?;
    let layout = context.cells();
    if let Some(indices) = SmallPatch::of_kind(indices, Kind::Indices) {
        return indices.coloured(layout, color).map(Value::Set);
    }
    let mut cells = SetBuilder::new();
    for item in indices.items()? {
        let [row, column] = item.unpack()?;
        cells.insert(layout.cell(row, column, color.clone())?);
    }
    cells.finish().map(Value::Set)
}

/// An object with each cell made a square of this many cells a side; its upper left corner stays.
pub(super) fn upscaled(
    context: &mut Context,
    object: &Value,
    factor: &Value,
    (ulcorner, shift): (Measuring, Moving),
) -> Outcome {
    if object.length()? == 0 {
        return Ok(Value::empty_set());
    }
    let corner = ulcorner(context, object);
    let to_origin = to_origin(&corner)?;
    let normalized = shift(context, object, &to_origin);
    let scaled = upscaled_at_origin(context, &normalized, factor)?;
    Ok(shift(context, &scaled, &corner))
}

/// The same of an object whose upper left corner is the origin.
fn upscaled_at_origin(context: &mut Context, object: &Value, factor: &Value) -> Outcome {
    let layout = context.cells();
    let scaling = Movement {
        row: Coordinate::of(Axis::Row).times(factor.clone()),
        column: Coordinate::of(Axis::Column).times(factor.clone()),
    };
    let affine = scaling.affine();
    let mut scaled = SetBuilder::new();
    for item in object.items()? {
        let [row, column, colour] = layout.parts(&item)?;
        let side = factor.integer()?;
        if side <= 0 {
            continue;
        }
        let cells = usize::try_from(side.saturating_mul(side)).unwrap_or(usize::MAX);
        context.spend(cells)?;
        if let (Some(affine), Some((row, column, colour))) = (affine, layout.small_parts(&item)) {
            let (top, left) = affine.apply(row, column);
            for row in top..top + side {
                for column in left..left + side {
                    scaled.insert_cell(layout, row, column, colour);
                }
            }
            continue;
        }
        let (row, column) = scaling.apply(&row, &column)?;
        for down in 0..side {
            let row = number::add(&row, &Value::Integer(down))?;
            for right in 0..side {
                let column = number::add(&column, &Value::Integer(right))?;
                scaled.insert(layout.cell(row.clone(), column, colour.clone())?);
            }
        }
    }
    scaled.finish_copied().map(Value::Set)
}

/// What moves a patch to the origin from its upper left corner.
fn to_origin(corner: &Value) -> Outcome {
    let [top, left] = corner.unpack()?;
    Value::tuple_of_two(number::negate(&top)?, number::negate(&left)?)
}

/// A primitive that moves a patch by a vector.
pub(super) type Moving = fn(&mut Context, &Value, &Value) -> Value;

/// The least distance by which a normalized object of this length can be moved back so
/// that all of it that stays within its bounds lies on itself; its whole length if there
/// is none.
pub(super) fn period(
    context: &mut Context,
    normalized: &Value,
    length: Value,
    axis: Axis,
    shift: Moving,
) -> Outcome {
    for distance in 1..length.integer()? {
        if repeats(context, normalized, axis, distance, shift)? {
            return Ok(Value::Integer(distance));
        }
    }
    Ok(length)
}

/// Whether an object, moved back by this distance, lies on itself wherever it
/// is not below 0.
fn repeats(
    context: &mut Context,
    obj: &Value,
    axis: Axis,
    distance: i64,
    shift: Moving,
) -> Result<bool, Failure> {
    context.spend(obj.length()?)?;
    let cells = context.cells();
    if let Some(object) = SmallPatch::of_kind(obj, Kind::Object(cells)) {
        return Ok(object.cells_in_any_order().all(|(row, column, colour)| {
            let (row, column) = match axis {
                Axis::Row => (row - distance, column),
                Axis::Column => (row, column - distance),
            };
            axis.choose(row, column) < 0 || object.has_cell(row, column, colour)
        }));
    }
    let back = axis.choose(Value::pair(-distance, 0), Value::pair(0, -distance));
    let moved = context.prepaid(|context| shift(context, obj, &back));
    let mut repeats = true;
    // All cells are looked at, for any may be one that fails.
    for item in moved.items()? {
        let [row, column, _] = cells.parts(&item)?;
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
    #[on_each(moved_to_each)]
    #[in_columns(columns::moved(columns, patch, directions))]
    fn shift(context: &mut Context, patch: Patch, directions: IJ) -> Patch {
        if !patch.is_true() {
            return Ok(Value::empty_set());
        }
        if directions.is_empty_tuple() {
            return Ok(patch.clone());
        }
        let [down, right] = directions.unpack()?;
        let movement = Movement::by(down, right);
        displaced(context, patch, kind_of(patch)?, &movement)
    }

    /// The patch moved so that its first row and its first column are 0.
    #[example("normalize({(2, 5), (3, 7)})" => "{(1, 2), (0, 0)}")]
    #[in_columns(columns::normalized(columns, indices))]
    fn normalize(context: &mut Context, indices: Indices) -> Indices {
        normalized(context, indices, [uppermost, leftmost], shift)
    }

    /// Indices moved so that their first row and their first column are 0. An
    /// object is not moved, for it has no edges as indices.
    #[example("normalize_i({(2, 5), (3, 7)})" => "{(1, 2), (0, 0)}")]
    #[example("normalize_i({(2, 5, 3)})" => "{(2, 5, 3)}")]
    fn normalize_i(context: &mut Context, indices: Indices) -> Indices {
        normalized(context, indices, [uppermost_i, leftmost_i], shift)
    }

    /// An object moved so that its first row and its first column are 0. Indices
    /// are not moved, for they have no edges as an object.
    #[example("normalize_o({(2, 5, 3), (3, 7, 3)})" => "{(1, 2, 3), (0, 0, 3)}")]
    fn normalize_o(context: &mut Context, obj: Object) -> Object {
        normalized(context, obj, [uppermost_o, leftmost_o], shift)
    }

    /// The object with each cell made a square of this many cells a side; its
    /// upper left corner stays.
    #[example("upscale_f({(1, 1, 3)}, 2)" => "{(2, 2, 3), (1, 2, 3), (2, 1, 3), (1, 1, 3)}")]
    fn upscale_f(context: &mut Context, obj: Object, factor: Integer) -> Object {
        upscaled(context, obj, factor, (ulcorner, shift))
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
        let normalized = normalize(context, obj);
        let width = width_f(context, &normalized);
        period(context, &normalized, width, Axis::Column, shift)
    }

    /// The distance after which an object repeats along its columns: the least
    /// by which it can be moved up and lie on itself, or its height.
    #[example("vperiod({(0, 0, 1), (1, 0, 2), (2, 0, 1), (3, 0, 2)})" => "2")]
    fn vperiod(context: &mut Context, obj: Object) -> Integer {
        let normalized = normalize(context, obj);
        let height = height_f(context, &normalized);
        period(context, &normalized, height, Axis::Row, shift)
    }
}
