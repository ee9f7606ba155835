//! Parts of grids.

use arc_programs_macros::primitives;

use super::context::Context;
use super::corners::ulcorner;
use super::cost;
use super::extents::shape_f;
use super::grids::{drawn_by_rows, rot90, rot270, tuple};
use crate::value::order::{self, Comparison};
use crate::value::{Failure, Grid, Outcome, Tuple, Value};

/// `tuple[start:end]`, negative places counted from the end.
pub(super) fn sliced(tuple: &Tuple, start: i64, end: i64) -> Tuple {
    let length = tuple.len() as i64;
    let place = |place: i64| {
        let place = if place < 0 { place + length } else { place };
        place.clamp(0, length) as usize
    };
    tuple.slice(place(start), place(end))
}

/// The rectangle of this many rows and columns, from a row and column on: all
/// of it in the grid.
pub(super) fn cropped(
    context: &mut Context,
    grid: &Grid,
    (top, left): (usize, usize),
    (height, width): (usize, usize),
) -> Outcome {
    let (own_width, cells) = (grid.width(), grid.cells());
    drawn_by_rows(context, height, width, |row, cropped| {
        let start = (top + row) * own_width + left;
        cropped.extend_from_slice(&cells[start..start + width]);
    })
}

/// A primitive that cuts a rectangle out of a grid.
pub(super) type Cropping = fn(&mut Context, &Value, &Value, &Value) -> Value;

/// Equal parts of a grid along one axis, each by `crop`. What is left over is
/// spread between the parts as far as one line each goes.
fn split(
    context: &mut Context,
    crop: Cropping,
    grid: &Value,
    count: &Value,
    length: usize,
    part: impl Fn(i64, i64) -> [Value; 2],
) -> Outcome {
    let count = count.integer()?;
    let length = length as i64;
    let size = length
        .checked_div_euclid(count)
        .ok_or(Failure::DivisionByZero)?;
    let gap = i64::from(length % count != 0);
    let mut parts = Vec::new();
    for number in 0..count {
        context.spend(1)?;
        let [start, dimensions] = part(number * (size + gap), size);
        parts.push(crop(context, grid, &start, &dimensions));
    }
    Value::tuple(parts)
}

/// What half of a grid costs, left or right.
fn cost_of_half(grid: &Value) -> Result<usize, Failure> {
    match grid.as_grid() {
        Some(grid) => Ok(grid.height() * cost::of_row(grid.width() / 2)),
        None => grid.items()?.try_fold(0_usize, |cost, row| {
            Ok(cost.saturating_add(cost::of_row(row.length()? / 2)))
        }),
    }
}

/// Whether a place on an axis of this length is one, as Python compares it.
pub(super) fn is_within(place: &Value, length: usize) -> Result<bool, Failure> {
    Ok(
        order::compare(&Value::Integer(0), place, Comparison::LessOrEqual)?
            && order::less(place, &Value::Integer(length as i64))?,
    )
}

/// The grid cut into so many parts side by side.
pub(super) fn across(context: &mut Context, grid: &Value, n: &Value, crop: Cropping) -> Outcome {
    let (height, width) = (grid.length()?, grid.item(0)?.length()?);
    split(context, crop, grid, n, width, |place, size| {
        [Value::pair(0, place), Value::pair(height as i64, size)]
    })
}

/// The grid cut into so many parts above each other.
pub(super) fn down(context: &mut Context, grid: &Value, n: &Value, crop: Cropping) -> Outcome {
    let height = grid.length()?;
    if n.integer()? == 0 {
        // Python divides before it looks at the first row.
        return Err(Failure::DivisionByZero);
    }
    let width = grid.item(0)?.length()?;
    split(context, crop, grid, n, height, |place, size| {
        [Value::pair(place, 0), Value::pair(size, width as i64)]
    })
}

/// The cell at a place, or what stands for one outside the grid.
pub(super) fn cell_at(grid: &Value, loc: &Value, outside: Value) -> Outcome {
    if let (Some(grid), Some((row, column))) = (grid.as_grid(), loc.as_pair()) {
        let cell = grid.cell(row, column);
        return Ok(cell.map_or(outside, |cell| Value::Integer(i64::from(cell))));
    }
    let [row, column]: [Value; 2] = loc.unpack()?;
    let (height, width) = (grid.length()?, grid.item(0)?.length()?);
    if !is_within(&row, height)? || !is_within(&column, width)? {
        return Ok(outside);
    }
    // A set of two unpacks, but has no first item.
    grid.item_at(&loc.item(0)?)?.item_at(&loc.item(1)?)
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The rectangle with this upper left corner, height and width; `()` where
    /// not all of it lies in the grid.
    #[example("crop(((1, 2, 3), (4, 5, 6)), (0, 1), (2, 2))" => "((2, 3), (5, 6))")]
    #[example("crop(((1, 2, 3), (4, 5, 6)), (1, 1), (2, 2))" => "()")]
    fn crop(context: &mut Context, grid: Grid, start: IJ, dims: IJ) -> Grid {
        if grid.is_empty_tuple() {
            return Ok(Value::EMPTY_TUPLE);
        }
        let (height, width) = (grid.length()? as i64, grid.item(0)?.length()? as i64);
        // What is no number, and what is no integer, fails here or later, and
        // yields the same as what lies outside.
        let (top, left) = (start.item(0)?.integer()?, start.item(1)?.integer()?);
        let (rows, columns) = (dims.item(0)?.integer()?, dims.item(1)?.integer()?);
        let bottom = top.checked_add(rows).ok_or(Failure::Overflow)?;
        let right = left.checked_add(columns).ok_or(Failure::Overflow)?;
        let starts_inside = (0..height).contains(&top) && (0..width).contains(&left);
        if !starts_inside || bottom > height || right > width {
            return Ok(Value::EMPTY_TUPLE);
        }
        if let Some(grid) = grid.as_grid()
            && rows > 0
            && columns > 0
        {
            let corner = (top as usize, left as usize);
            return cropped(context, grid, corner, (rows as usize, columns as usize));
        }
        let mut cropped = Vec::new();
        for row in &sliced(tuple(grid)?, top, bottom) {
            let row = sliced(tuple(&row)?, left, right);
            context.spend(cost::of_row(row.len()))?;
            cropped.push(Value::Tuple(row));
        }
        Value::tuple(cropped)
    }

    /// The part of a grid that the smallest rectangle around a patch covers.
    #[example("subgrid({(0, 1), (1, 2)}, ((1, 2, 3), (4, 5, 6)))" => "((2, 3), (5, 6))")]
    fn subgrid(context: &mut Context, patch: Patch, grid: Grid) -> Grid {
        if matches!(patch.length(), Ok(0)) {
            return Ok(Value::EMPTY_TUPLE);
        }
        let (corner, shape) = (ulcorner(context, patch), shape_f(context, patch));
        Ok(crop(context, grid, &corner, &shape))
    }

    /// The grid cut into this many parts side by side. Where that leaves columns
    /// over, one is left out after each part, and the last parts may be `()`.
    #[example("hsplit(((1, 2), (3, 4)), 2)" => "(((1,), (3,)), ((2,), (4,)))")]
    fn hsplit(context: &mut Context, grid: Grid, n: Integer) -> Tuple {
        across(context, grid, n, crop)
    }

    /// The grid cut into this many parts above each other. Where that leaves
    /// rows over, one is left out after each part, and the last parts may be
    /// `()`.
    #[example("vsplit(((1, 2), (3, 4)), 2)" => "(((1, 2),), ((3, 4),))")]
    fn vsplit(context: &mut Context, grid: Grid, n: Integer) -> Tuple {
        down(context, grid, n, crop)
    }

    /// The upper half of the grid, without the middle row of an odd number.
    #[example("tophalf(((1, 2), (3, 4), (5, 6)))" => "((1, 2),)")]
    fn tophalf(context: &mut Context, grid: Grid) -> Grid {
        let rows = tuple(grid)?;
        context.spend(rows.len())?;
        Ok(Value::Tuple(rows.slice(0, rows.len() / 2)))
    }

    /// The lower half of the grid, without the middle row of an odd number.
    #[example("bottomhalf(((1, 2), (3, 4), (5, 6)))" => "((5, 6),)")]
    fn bottomhalf(context: &mut Context, grid: Grid) -> Grid {
        let rows = tuple(grid)?;
        context.spend(rows.len())?;
        Ok(Value::Tuple(rows.slice(rows.len().div_ceil(2), rows.len())))
    }

    /// The left half of the grid, without the middle column of an odd number.
    #[example("lefthalf(((1, 2, 3), (4, 5, 6)))" => "((1,), (4,))")]
    fn lefthalf(context: &mut Context, grid: Grid) -> Grid {
        context.spend(cost_of_half(grid)?)?;
        context.prepaid(|context| {
            if let Some(grid) = grid.as_grid() {
                return cropped(context, grid, (0, 0), (grid.height(), grid.width() / 2));
            }
            let turned = rot90(context, grid);
            let half = tophalf(context, &turned);
            Ok(rot270(context, &half))
        })
    }

    /// The right half of the grid, without the middle column of an odd number.
    #[example("righthalf(((1, 2, 3), (4, 5, 6)))" => "((3,), (6,))")]
    fn righthalf(context: &mut Context, grid: Grid) -> Grid {
        context.spend(cost_of_half(grid)?)?;
        context.prepaid(|context| {
            if let Some(grid) = grid.as_grid() {
                let corner = (0, grid.width().div_ceil(2));
                return cropped(context, grid, corner, (grid.height(), grid.width() / 2));
            }
            let turned = rot90(context, grid);
            let half = bottomhalf(context, &turned);
            Ok(rot270(context, &half))
        })
    }

    /// The grid without its outermost rows and columns.
    #[example("trim(((1, 2, 3), (4, 5, 6), (7, 8, 9)))" => "((5,),)")]
    fn trim(context: &mut Context, grid: Grid) -> Grid {
        if let Some(grid) = grid.as_grid()
            && grid.height() > 2
            && grid.width() > 2
        {
            return cropped(context, grid, (1, 1), (grid.height() - 2, grid.width() - 2));
        }
        let mut trimmed = Vec::new();
        for row in &sliced(tuple(grid)?, 1, -1) {
            let row = sliced(tuple(&row)?, 1, -1);
            context.spend(cost::of_row(row.len()))?;
            trimmed.push(Value::Tuple(row));
        }
        Value::tuple(trimmed)
    }

    /// The cell at a place; `-inf` outside the grid and for `()`.
    #[example("index(((1, 2), (3, 4)), (1, 0))" => "3")]
    #[example("index(((1, 2), (3, 4)), (2, 0))" => "-inf")]
    fn index(grid: Grid, loc: IJ) -> Integer {
        const OUTSIDE: Value = Value::Float(f64::NEG_INFINITY);
        if loc.is_empty_tuple() {
            return Ok(OUTSIDE);
        }
        cell_at(grid, loc, OUTSIDE)
    }
}
