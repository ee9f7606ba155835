//! Edges, sizes and corners of patches in columns.
//!
//! What these primitives pay for a patch follows from how many items it has, so that they are
//! paid for all rows at once.

use super::columns::{Column, Columns};
use super::corners::Corner;
use super::extents::{Edge, Reading};
use crate::value::affine::Axis;

/// The steps of a primitive that finds a size: those of the two that find its edges, and of
/// looking at all items twice.
const STEPS_OF_A_SIZE: (usize, usize) = (2, 2);

/// From the first to the last on an axis, both included.
fn size([first, last]: [(i64, i64); 2], axis: Axis) -> i64 {
    let [rows, columns] = [last.0 - first.0 + 1, last.1 - first.1 + 1];
    axis.choose(rows, columns)
}

/// Where an edge lies.
pub(super) fn edges(
    columns: &mut Columns,
    patch: &Column,
    reading: Reading,
    edge: Edge,
) -> Option<Column> {
    let patches = reading.rows(columns, patch)?;
    patches.pay(columns, 0, 1)?;
    patches.integers(|[(top, left), (bottom, right)]| match edge {
        Edge::Top => [top],
        Edge::Left => [left],
        Edge::Bottom => [bottom],
        Edge::Right => [right],
    })
}

/// The number of rows, or of columns, from the first to the last.
pub(super) fn sizes(
    columns: &mut Columns,
    patch: &Column,
    reading: Reading,
    axis: Axis,
) -> Option<Column> {
    let patches = reading.rows(columns, patch)?;
    let (a_patch, an_item) = STEPS_OF_A_SIZE;
    patches.pay(columns, a_patch, an_item)?;
    patches.integers(|corners| [size(corners, axis)])
}

/// Height and width.
pub(super) fn shapes(columns: &mut Columns, patch: &Column) -> Option<Column> {
    let patches = Reading::PATCH.rows(columns, patch)?;
    patches.pay(columns, 0, 1)?;
    patches.integers(|corners| [size(corners, Axis::Row), size(corners, Axis::Column)])
}

/// Whether something holds for height, width and the number of items, of which the primitive
/// finds both sizes by calls.
pub(super) fn shape_tests(
    columns: &mut Columns,
    patch: &Column,
    holds: impl Fn([i64; 2], i64) -> bool,
) -> Option<Column> {
    let patches = Reading::PATCH.rows(columns, patch)?;
    let (a_patch, an_item) = STEPS_OF_A_SIZE;
    patches.pay(columns, 2 * (a_patch + 1), 2 * an_item)?;
    let sizes = |corners| [size(corners, Axis::Row), size(corners, Axis::Column)];
    let tested = patches.tests(|corners, items| holds(sizes(corners), items));
    Some(Column::Booleans(tested))
}

/// Whether patches are as long as they have items along an axis, and one thick.
pub(super) fn are_lines(
    columns: &mut Columns,
    patch: &Column,
    reading: Reading,
    along: Axis,
) -> Option<Column> {
    let patches = reading.rows(columns, patch)?;
    let (a_patch, an_item) = STEPS_OF_A_SIZE;
    let steps = (a_patch + 1, an_item);
    patches.pay(columns, steps.0, steps.1)?;
    let are_long = patches.tests(|corners, items| size(corners, along) == items);
    // How thick they are is asked of those alone.
    patches.pay_where(columns, &are_long, steps)?;
    let across = along.choose(Axis::Column, Axis::Row);
    let are_thin = patches.tests(|corners, _| size(corners, across) == 1);
    let are_lines = are_long.iter().zip(are_thin);
    let are_lines = are_lines.map(|(is_long, is_thin)| *is_long && is_thin);
    Some(Column::Booleans(are_lines.collect()))
}

/// A corner.
pub(super) fn corners(
    columns: &mut Columns,
    patch: &Column,
    reading: Reading,
    corner: Corner,
) -> Option<Column> {
    let patches = reading.rows(columns, patch)?;
    patches.pay(columns, 0, 1)?;
    patches.integers(|corners| corner.between(corners))
}

/// The middle; of two middles the lower one, and the right one.
pub(super) fn centers(columns: &mut Columns, patch: &Column) -> Option<Column> {
    let patches = Reading::PATCH.rows(columns, patch)?;
    patches.pay(columns, 0, 1)?;
    let half = |corners, axis| size(corners, axis) / 2;
    patches.integers(|corners| {
        let [(top, left), _] = corners;
        [
            top + half(corners, Axis::Row),
            left + half(corners, Axis::Column),
        ]
    })
}
