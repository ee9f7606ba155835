//! Whole grids: measured, turned, joined and made.
//!
//! Nothing checks that a grid is one. Where it is (see [`Value::as_grid`]) its
//! bytes are moved; else a grid is what the operators take it for: a tuple, or
//! anything that can be iterated, of rows that likewise are more or less tuples.

use arc_programs_macros::primitives;

use super::columns::{Column, Columns};
use super::context::Context;
use super::cost;
use super::extents::numbered;
use super::scaling::scaled;
use super::uniform::compressed;
use crate::value::{Failure, Grid, Outcome, Tuple, Value, number};

/// The grid whose rows `draw` adds one after the other, paid for; `()` where it
/// is empty. Rows that are copied are copied as fast as memory goes.
///
/// # Errors
/// [`Failure::TooLarge`] beyond the limit of [`Measure`].
pub(super) fn drawn_by_rows(
    context: &mut Context,
    height: usize,
    width: usize,
    draw: impl FnMut(usize, &mut Vec<i8>),
) -> Outcome {
    pay(context, height, width)?;
    Ok(grid_or_nothing(Grid::by_rows(height, width, draw)))
}

/// Pays for a grid, and asks for the room.
pub(super) fn pay(context: &mut Context, height: usize, width: usize) -> Result<(), Failure> {
    let cells = height.saturating_mul(width);
    context.spend(cells)?;
    context.room_for((cells.saturating_add(height) as u64).saturating_add(1))
}

pub(super) fn grid_or_nothing(grid: Option<Grid>) -> Value {
    grid.map_or(Value::EMPTY_TUPLE, Value::from)
}

/// An order of rows or cells: from the first on, or from the last back.
#[derive(Clone, Copy)]
enum Direction {
    Onward,
    Back,
}

/// The grid whose rows are the columns of the given one, from left to right or
/// back, each from top to bottom or back.
fn of_columns(context: &mut Context, grid: &Grid, columns: Direction, cells: Direction) -> Outcome {
    let (height, width) = (grid.width(), grid.height());
    pay(context, height, width)?;
    let mut turned = vec![0; height * width];
    for (number, row) in turned.chunks_exact_mut(width).enumerate() {
        let column = match columns {
            Direction::Onward => number,
            Direction::Back => height - 1 - number,
        };
        let from = grid.cells()[column..].iter().step_by(height);
        match cells {
            Direction::Onward => row.iter_mut().zip(from).for_each(|(to, from)| *to = *from),
            Direction::Back => {
                let to = row.iter_mut().rev();
                to.zip(from).for_each(|(to, from)| *to = *from);
            }
        }
    }
    Ok(grid_or_nothing(Grid::new(height, width, turned)))
}

/// Adds a row from its last cell to its first, a word at a time.
fn extend_reversed(cells: &mut Vec<i8>, row: &[i8]) {
    const WORD: usize = 8;
    let (start, words) = row.as_rchunks::<WORD>();
    for word in words.iter().rev() {
        let mut word = *word;
        word.reverse();
        cells.extend_from_slice(&word);
    }
    cells.extend(start.iter().rev());
}

/// The tuple, for what only tuples can do: `grid[::-1]`, `grid[1:]`.
pub(super) fn tuple(grid: &Value) -> Result<&Tuple, Failure> {
    grid.as_tuple().ok_or(Failure::WrongType)
}

/// `tuple(zip(*rows))`: the columns of rows, as many as the shortest row has
/// items.
fn transposed(context: &mut Context, rows: &[Value]) -> Outcome {
    let mut iterators = rows
        .iter()
        .map(Value::items)
        .collect::<Result<Vec<_>, Failure>>()?;
    let mut columns = Vec::new();
    if iterators.is_empty() {
        return Ok(Value::EMPTY_TUPLE);
    }
    let count = iterators.iter().map(ExactSizeIterator::len).min();
    let count = count.unwrap_or(0);
    context.spend(rows.len().saturating_mul(cost::of_row(count)))?;
    for _ in 0..count {
        let column = iterators.iter_mut().filter_map(Iterator::next);
        columns.push(Value::tuple(column.collect())?);
    }
    Value::tuple(columns)
}

/// `row[::-1]`.
fn reversed(row: &Value) -> Outcome {
    Ok(Value::Tuple(tuple(row)?.reversed()))
}

/// Each row of `rows`, reversed.
fn rows_reversed(rows: impl IntoIterator<Item = Value>) -> Result<Vec<Value>, Failure> {
    rows.into_iter().map(|row| reversed(&row)).collect()
}

/// How often `range(count)` goes round: never for a negative count.
pub(super) fn times(count: &Value) -> Result<usize, Failure> {
    // What no machine can count to costs more than any budget.
    Ok(usize::try_from(count.integer()?.max(0)).unwrap_or(usize::MAX))
}

/// Tuples in each row the other way round.
fn upside_down(columns: &mut Columns, tuples: &Column) -> Option<Column> {
    let Column::Tuples(parts) = tuples else {
        return None;
    };
    columns.spend(parts.len())?;
    Some(Column::Tuples(parts.iter().rev().cloned().collect()))
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The number of rows.
    #[example("height_t(((1, 2, 3), (4, 5, 6)))" => "2")]
    fn height_t(piece: Tuple) -> Integer {
        Ok(Value::Integer(piece.length()? as i64))
    }

    /// The length of the first row; 0 where there is none, and for whatever else
    /// a condition holds for false.
    #[example("width_t(((1, 2, 3), (4, 5, 6)))" => "3")]
    fn width_t(piece: Tuple) -> Integer {
        match piece.is_true() {
            true => Ok(Value::Integer(piece.item(0)?.length()? as i64)),
            false => Ok(Value::Integer(0)),
        }
    }

    /// Height and width.
    #[example("shape_t(((1, 2, 3), (4, 5, 6)))" => "(2, 3)")]
    fn shape_t(context: &mut Context, grid: Grid) -> IJ {
        Value::tuple_of_two(height_t(context, grid), width_t(context, grid))
    }

    /// Whether the grid is higher than it is wide.
    #[example("portrait_t(((1, 2, 3), (4, 5, 6)))" => "False")]
    fn portrait_t(context: &mut Context, grid: Grid) -> Boolean {
        let (height, width) = (height_t(context, grid), width_t(context, grid));
        Ok(Value::Boolean(height.integer()? > width.integer()?))
    }

    /// Whether the grid is as high as it is wide. Fails for nothing.
    #[example("square_t(((1, 2), (3, 4)))" => "True")]
    fn square_t(grid: Grid) -> Boolean {
        Ok(Value::Boolean(grid.length()? == grid.item(0)?.length()?))
    }

    /// The grid as it is.
    #[example("normalize_t(((1, 2), (3, 4)))" => "((1, 2), (3, 4))")]
    fn normalize_t(piece: Tuple) -> Tuple {
        Ok(piece.clone())
    }

    /// The grid turned by a quarter, clockwise.
    #[example("rot90(((1, 2), (3, 4)))" => "((3, 1), (4, 2))")]
    fn rot90(context: &mut Context, grid: Grid) -> Grid {
        if let Some(grid) = grid.as_grid() {
            return of_columns(context, grid, Direction::Onward, Direction::Back);
        }
        let rows: Vec<Value> = tuple(grid)?.reversed().iter().collect();
        transposed(context, &rows)
    }

    /// The grid turned by a half.
    #[example("rot180(((1, 2), (3, 4)))" => "((4, 3), (2, 1))")]
    fn rot180(context: &mut Context, grid: Grid) -> Grid {
        if let Some(grid) = grid.as_grid() {
            pay(context, grid.height(), grid.width())?;
            let cells = grid.cells().iter().rev().copied().collect();
            return Ok(grid_or_nothing(Grid::new(
                grid.height(),
                grid.width(),
                cells,
            )));
        }
        context.spend(cost::of_grid(grid)?)?;
        Value::tuple(rows_reversed(&tuple(grid)?.reversed())?)
    }

    /// The grid turned by a quarter, anticlockwise.
    #[example("rot270(((1, 2), (3, 4)))" => "((2, 4), (1, 3))")]
    fn rot270(context: &mut Context, grid: Grid) -> Grid {
        if let Some(grid) = grid.as_grid() {
            return of_columns(context, grid, Direction::Back, Direction::Onward);
        }
        let rows: Vec<Value> = tuple(grid)?.reversed().iter().collect();
        let columns = transposed(context, &rows)?;
        reversed(&Value::tuple(rows_reversed(tuple(&columns)?)?)?)
    }

    /// The grid upside down.
    #[example("hmirror_t(((1, 2), (3, 4)))" => "((3, 4), (1, 2))")]
    #[in_columns(upside_down(columns, grid))]
    fn hmirror_t(context: &mut Context, grid: Grid) -> Grid {
        context.spend(tuple(grid)?.len())?;
        reversed(grid)
    }

    /// The grid with left and right exchanged.
    #[example("vmirror_t(((1, 2), (3, 4)))" => "((2, 1), (4, 3))")]
    fn vmirror_t(context: &mut Context, grid: Grid) -> Grid {
        if let Some(grid) = grid.as_grid() {
            let (height, width, cells) = (grid.height(), grid.width(), grid.cells());
            return drawn_by_rows(context, height, width, |row, mirrored| {
                extend_reversed(mirrored, &cells[row * width..][..width]);
            });
        }
        context.spend(cost::of_grid(grid)?)?;
        Value::tuple(rows_reversed(grid.items()?)?)
    }

    /// The grid with rows and columns exchanged.
    #[example("dmirror_t(((1, 2), (3, 4)))" => "((1, 3), (2, 4))")]
    fn dmirror_t(context: &mut Context, grid: Grid) -> Grid {
        if let Some(grid) = grid.as_grid() {
            return of_columns(context, grid, Direction::Onward, Direction::Onward);
        }
        let rows: Vec<Value> = grid.items()?.collect();
        transposed(context, &rows)
    }

    /// The grid mirrored at its other diagonal.
    #[example("cmirror_t(((1, 2), (3, 4)))" => "((4, 2), (3, 1))")]
    fn cmirror_t(context: &mut Context, grid: Grid) -> Grid {
        if let Some(grid) = grid.as_grid() {
            return of_columns(context, grid, Direction::Back, Direction::Back);
        }
        let rows = rows_reversed(&tuple(grid)?.reversed())?;
        transposed(context, &rows)
    }

    /// The grid mirrored or turned in one of seven ways: 0 `hmirror_t`, 1
    /// `dmirror_t`, 2 `vmirror_t`, 3 `cmirror_t`, 4 `rot90`, 5 `rot180`, 6
    /// `rot270`, else as it is.
    #[example("mir_rot_t(((1, 2), (3, 4)), 4)" => "((3, 1), (4, 2))")]
    #[example("mir_rot_t(((1, 2), (3, 4)), 7)" => "((1, 2), (3, 4))")]
    fn mir_rot_t(context: &mut Context, grid: Grid, r#type: A8) -> Grid {
        let ways = [
            hmirror_t, dmirror_t, vmirror_t, cmirror_t, rot90, rot180, rot270,
        ];
        let chosen = numbered(r#type, ways);
        Ok(chosen.map_or_else(|| grid.clone(), |way| way(context, grid)))
    }

    /// The grid with each cell made a square of this many cells a side.
    #[example("upscale_t(((1, 2),), 2)" => "((1, 1, 2, 2), (1, 1, 2, 2))")]
    fn upscale_t(context: &mut Context, grid: Grid, factor: Integer) -> Grid {
        scaled(context, grid, factor, true, true)
    }

    /// The grid with each cell this many times in its row.
    #[example("hupscale(((1, 2),), 2)" => "((1, 1, 2, 2),)")]
    fn hupscale(context: &mut Context, grid: Grid, factor: Integer) -> Grid {
        scaled(context, grid, factor, true, false)
    }

    /// The grid with each row this many times.
    #[example("vupscale(((1, 2),), 2)" => "((1, 2), (1, 2))")]
    fn vupscale(context: &mut Context, grid: Grid, factor: Integer) -> Grid {
        scaled(context, grid, factor, false, true)
    }

    /// Every so many-th cell of every so many-th row, the first ones included.
    #[example("downscale(((1, 1, 2), (1, 1, 2), (3, 3, 4)), 2)" => "((1, 2), (3, 4))")]
    fn downscale(context: &mut Context, grid: Grid, factor: Integer) -> Grid {
        if let (Some(grid), Some(factor @ 1..)) = (grid.as_grid(), factor.as_integer()) {
            let factor = usize::try_from(factor).unwrap_or(usize::MAX);
            let (height, width) = (
                grid.height().div_ceil(factor),
                grid.width().div_ceil(factor),
            );
            let (own_width, cells) = (grid.width(), grid.cells());
            return drawn_by_rows(context, height, width, |row, kept| {
                let row = &cells[row * factor * own_width..][..own_width];
                kept.extend(row.iter().step_by(factor));
            });
        }
        let (height, width) = (grid.length()?, grid.item(0)?.length()?);
        let kept = |length: usize| match factor.as_integer() {
            Some(factor @ 1..) => length.div_ceil(usize::try_from(factor).unwrap_or(usize::MAX)),
            _ => length,
        };
        context.spend(kept(height).saturating_mul(kept(width)))?;
        let is_kept = |place: &i64| {
            let rest = number::modulo(&Value::Integer(*place), factor)?;
            Ok(rest.equals(&Value::Integer(0)))
        };
        let mut rows = Vec::new();
        for row in grid.items()? {
            let mut cells = Vec::new();
            for column in 0..width as i64 {
                if is_kept(&column)? {
                    cells.push(row.item(column)?);
                }
            }
            rows.push(Value::tuple(cells)?);
        }
        let mut kept = Vec::new();
        for (number, row) in (0..).zip(rows) {
            if is_kept(&number)? {
                kept.push(row);
            }
        }
        Value::tuple(kept)
    }

    /// Two grids side by side, as high as the lower of them.
    #[example("hconcat(((1,), (2,)), ((3,), (4,)))" => "((1, 3), (2, 4))")]
    fn hconcat(context: &mut Context, a: Grid, b: Grid) -> Grid {
        if let (Some(a), Some(b)) = (a.as_grid(), b.as_grid()) {
            let (height, width) = (a.height().min(b.height()), a.width() + b.width());
            pay(context, height, width)?;
            return Ok(grid_or_nothing(Grid::beside(a, b)));
        }
        let mut rows = Vec::new();
        for (left, right) in a.items()?.zip(b.items()?) {
            let row = number::add(&left, &right)?;
            context.spend(cost::of_row(row.length().unwrap_or(0)))?;
            rows.push(row);
        }
        Value::tuple(rows)
    }

    /// The second grid below the first.
    #[example("vconcat(((1, 2),), ((3, 4),))" => "((1, 2), (3, 4))")]
    fn vconcat(context: &mut Context, a: Grid, b: Grid) -> Grid {
        let rows = a.length().unwrap_or(0) + b.length().unwrap_or(0);
        context.spend(rows)?;
        number::add(a, b)
    }

    /// A grid of one colour, by its height and width.
    #[example("canvas(3, (2, 2))" => "((3, 3), (3, 3))")]
    fn canvas(context: &mut Context, color: C_, dimensions: IJ) -> Grid {
        if let (Some(cell), Some((height @ 1.., width @ 1..))) =
            (color.as_byte(), dimensions.as_pair())
        {
            let (height, width) = (height as usize, width as usize);
            pay(context, height, width)?;
            return Ok(grid_or_nothing(Grid::canvas(height, width, cell)));
        }
        let height = times(&dimensions.item(0)?)?;
        if height == 0 {
            // Python never looks at the width then.
            return Ok(Value::EMPTY_TUPLE);
        }
        let width = times(&dimensions.item(1)?)?;
        let cells = height.saturating_mul(cost::of_row(width));
        context.spend(cells)?;
        let nodes = u64::from(color.measure().weight).saturating_mul(cells as u64);
        context.room_for(nodes.saturating_add(height as u64).saturating_add(1))?;
        let row = Value::tuple(vec![color.clone(); width])?;
        Value::tuple(vec![row; height])
    }

    /// The grid without the rows and columns that are of one colour.
    #[example("compress(((1, 0, 2), (0, 0, 0), (3, 0, 3)))" => "((1, 2), (3, 3))")]
    fn compress(context: &mut Context, grid: Grid) -> Grid {
        compressed(context, grid, dmirror_t)
    }
}
