//! Where a grid shows an object.
//!
//! Each place of the grid is tried, and the object moved there. Moving is not done where
//! the cells can be compared as they are, or where there is nothing to move; the cost is
//! that of trying each.

use super::context::Context;
use super::cost;
use super::parts::is_within;
use super::patches::Moving;
use super::shown::Shown;
use crate::value::{Failure, Kind, Outcome, SetBuilder, Shape, SmallPatch, Value, number};

/// The upper left corners of the places where a grid shows a normalized object of this
/// shape.
pub(super) fn places_shown(
    context: &mut Context,
    grid: &Value,
    normalized: &Value,
    shape: impl FnOnce(&mut Context) -> Value,
    shift: Moving,
) -> Outcome {
    let (height, width) = (grid.length()?, grid.item(0)?.length()?);
    let [own_height, own_width] = shape(context).unpack()?;
    let further = |length: usize, own: &Value| {
        let left = number::subtract(&Value::Integer(length as i64), own)?;
        number::add(&left, &Value::Integer(1))?.integer()
    };
    let (rows, columns) = (further(height, &own_height)?, further(width, &own_width)?);
    let cells = context.cells();
    let mut found = SetBuilder::new();
    if let Some(shape) = Shape::of_positive(rows, columns)
        && nothing_is_shown(context, normalized, shift)
    {
        // It is shown wherever it is looked for.
        context.spend(shape.places())?;
        return shape.indices()?.copied().map(Value::Set);
    }
    if let Some(object) = SmallPatch::of_kind(normalized, Kind::Object(cells))
        && let Some(shown) = Shown::on(context, grid, width, object)
    {
        let each = 1 + cost::of_items(normalized);
        let places = rows.max(0).saturating_mul(columns.max(0));
        context.spend(each.saturating_mul(places as usize))?;
        shown.each_place(object, (rows, columns), |row, column| {
            found.insert_place(row, column);
        });
        return found.finish_copied().map(Value::Set);
    }
    for row in 0..rows {
        for column in 0..columns {
            context.spend(1)?;
            if occurs(
                context,
                grid,
                (height, width),
                (normalized, shift),
                (row, column),
            )? {
                found.insert(Value::pair(row, column));
            }
        }
    }
    found.finish_copied().map(Value::Set)
}

/// Whether an object is nothing, and stays so wherever it is moved.
fn nothing_is_shown(context: &mut Context, object: &Value, shift: Moving) -> bool {
    let is_nothing = |value: &Value| matches!(value, Value::Set(set) if set.is_empty());
    if !is_nothing(object) || context.is_exhausted() || !context.allows_shortcuts() {
        return false;
    }
    let before = context.checkpoint();
    let place = Value::pair(0, 0);
    let moved = context.prepaid(|context| shift(context, object, &place));
    let has_failed = before.has_failed_by(context);
    context.put_back(before);
    is_nothing(&moved) && !has_failed
}

/// Whether a grid shows an object at a place.
fn occurs(
    context: &mut Context,
    grid: &Value,
    (height, width): (usize, usize),
    (object, shift): (&Value, Moving),
    (row, column): (i64, i64),
) -> Result<bool, Failure> {
    context.spend(cost::of_items(object))?;
    let place = Value::pair(row, column);
    let shifted = context.prepaid(|context| shift(context, object, &place));
    for cell in shifted.items()? {
        let [row, column, colour] = context.cells().parts(&cell)?;
        if !is_within(&row, height)?
            || !is_within(&column, width)?
            || !grid.item_at(&row)?.item_at(&column)?.equals(&colour)
        {
            return Ok(false);
        }
    }
    Ok(true)
}
