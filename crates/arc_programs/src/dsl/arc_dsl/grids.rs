//! Whole grids turned, scaled, joined and made, and parts of them.

use arc_programs_macros::primitives;

use super::super::context::Context;
use super::super::cost;
use super::super::grids::{self, tuple};
use super::super::parts::{self, cell_at, cropped, sliced};
use super::super::uniform::compressed;
use super::extents::{shape, ulcorner};
use super::patches::dmirror;
use crate::value::{Failure, Outcome, Tuple, Value, number};

/// `items[start:start + length]`, with parts of vectors.
fn slice(items: &Value, start: &Value, length: &Value, axis: i64) -> Result<Tuple, Failure> {
    let first = start.item(axis)?;
    let end = number::add(&start.item(axis)?, &length.item(axis)?)?;
    let items = tuple(items)?;
    Ok(sliced(items, first.integer()?, end.integer()?))
}

/// The part of a grid of bytes between two places, where none of them is negative and
/// there is something between them; `None` says only that this way is not open.
fn cropped_bytes(
    context: &mut Context,
    grid: &Value,
    start: &Value,
    dims: &Value,
) -> Option<Outcome> {
    let grid = grid.as_grid()?;
    let ((top, left), (height, width)) = (start.as_pair()?, dims.as_pair()?);
    let within = |start: i64, length: i64, all: usize| {
        let start = usize::try_from(start).ok()?;
        let length = usize::try_from(length).ok()?.min(all.checked_sub(start)?);
        (length > 0).then_some((start, length))
    };
    let (top, height) = within(top, height, grid.height())?;
    let (left, width) = within(left, width, grid.width())?;
    Some(cropped(context, grid, (top, left), (height, width)))
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The rectangle with this upper left corner, height and width, as far as it lies in
    /// the grid; negative places count from the end, as in Python's slices.
    #[example("crop(((1, 2, 3), (4, 5, 6)), (0, 1), (2, 2))" => "((2, 3), (5, 6))")]
    #[example("crop(((1, 2, 3), (4, 5, 6)), (1, 1), (2, 2))" => "((5, 6),)")]
    fn crop(context: &mut Context, grid: Grid, start: IntegerTuple, dims: IntegerTuple) -> Grid {
        if let Some(cropped) = cropped_bytes(context, grid, start, dims) {
            return cropped;
        }
        let mut cropped = Vec::new();
        for row in &slice(grid, start, dims, 0)? {
            let row = slice(&row, start, dims, 1)?;
            context.spend(cost::of_row(row.len()))?;
            cropped.push(Value::Tuple(row));
        }
        Value::tuple(cropped)
    }

    #[body_of(grids::rot90)]
    fn rot90(grid: Grid) -> Grid;

    #[body_of(grids::rot180)]
    fn rot180(grid: Grid) -> Grid;

    #[body_of(grids::rot270)]
    fn rot270(grid: Grid) -> Grid;

    #[body_of(grids::hupscale)]
    fn hupscale(grid: Grid, factor: Integer) -> Grid;

    #[body_of(grids::vupscale)]
    fn vupscale(grid: Grid, factor: Integer) -> Grid;

    #[body_of(grids::downscale)]
    fn downscale(grid: Grid, factor: Integer) -> Grid;

    #[body_of(grids::hconcat)]
    fn hconcat(a: Grid, b: Grid) -> Grid;

    #[body_of(grids::vconcat)]
    fn vconcat(a: Grid, b: Grid) -> Grid;

    /// The part of a grid that the smallest rectangle around a patch covers.
    #[example("subgrid({(0, 1), (1, 2)}, ((1, 2, 3), (4, 5, 6)))" => "((2, 3), (5, 6))")]
    fn subgrid(context: &mut Context, patch: Patch, grid: Grid) -> Grid {
        let (corner, shape) = (ulcorner(context, patch), shape(context, patch));
        Ok(crop(context, grid, &corner, &shape))
    }

    /// The grid cut into this many parts side by side. Where that leaves columns over,
    /// one is left out after each part, and the last parts may be narrower.
    #[example("hsplit(((1, 2), (3, 4)), 2)" => "(((1,), (3,)), ((2,), (4,)))")]
    fn hsplit(context: &mut Context, grid: Grid, n: Integer) -> Tuple {
        parts::across(context, grid, n, crop)
    }

    /// The grid cut into this many parts above each other. Where that leaves rows over,
    /// one is left out after each part, and the last parts may be lower.
    #[example("vsplit(((1, 2), (3, 4)), 2)" => "(((1, 2),), ((3, 4),))")]
    fn vsplit(context: &mut Context, grid: Grid, n: Integer) -> Tuple {
        parts::down(context, grid, n, crop)
    }

    #[body_of(parts::trim)]
    fn trim(grid: Grid) -> Grid;

    #[body_of(parts::tophalf)]
    fn tophalf(grid: Grid) -> Grid;

    #[body_of(parts::bottomhalf)]
    fn bottomhalf(grid: Grid) -> Grid;

    #[body_of(parts::lefthalf)]
    fn lefthalf(grid: Grid) -> Grid;

    #[body_of(parts::righthalf)]
    fn righthalf(grid: Grid) -> Grid;

    /// The cell at a place; `None` outside the grid.
    #[example("index(((1, 2), (3, 4)), (1, 0))" => "3")]
    #[example("index(((1, 2), (3, 4)), (2, 0))" => "None")]
    fn index(grid: Grid, loc: IntegerTuple) -> Integer {
        cell_at(grid, loc, Value::None)
    }

    #[body_of(grids::canvas)]
    fn canvas(value: Integer, dimensions: IntegerTuple) -> Grid;

    /// The grid without the rows and columns that are of one colour.
    #[example("compress(((1, 0, 2), (0, 0, 0), (3, 0, 3)))" => "((1, 2), (3, 3))")]
    fn compress(context: &mut Context, grid: Grid) -> Grid {
        compressed(context, grid, dmirror)
    }
}
