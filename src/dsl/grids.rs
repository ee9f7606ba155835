//! Whole grids turned, scaled, joined and made.

use super::context::Context;
use super::macros::primitives;
use crate::value::{Failure, Grid, Outcome, Value};

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
    loop {
        context.spend(rows.len())?;
        let column: Option<Vec<Value>> = iterators.iter_mut().map(Iterator::next).collect();
        match column {
            Some(column) => columns.push(Value::tuple(column)?),
            None => return Value::tuple(columns),
        }
    }
}

/// The grid that `cell(row, column)` describes, paid for; `()` where it is
/// empty.
fn drawn(
    context: &mut Context,
    height: usize,
    width: usize,
    cell: impl FnMut(usize, usize) -> u8,
) -> Outcome {
    context.spend(height.saturating_mul(width))?;
    Ok(Grid::from_fn(height, width, cell).map_or(Value::EMPTY_TUPLE, Value::from))
}

primitives! {
    /// The grid turned by a quarter, clockwise.
    #[example("rot90(((1, 2), (3, 4)))" => "((3, 1), (4, 2))")]
    fn rot90(context, grid: Grid) -> Grid {
        if let Some(grid) = grid.as_grid() {
            let (height, width, cells) = (grid.height(), grid.width(), grid.cells());
            return drawn(context, width, height, |row, column| {
                cells[(height - 1 - column) * width + row]
            });
        }
        // `[::-1]` is for tuples only.
        let mut rows: Vec<Value> = grid.as_tuple().ok_or(Failure::WrongType)?.iter().collect();
        rows.reverse();
        transposed(context, &rows)
    }
}
