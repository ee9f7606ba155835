//! The rows and columns of a grid that are of one colour: found, and left out.

use super::context::Context;
use super::extents::Measuring;
use super::grids::drawn_by_rows;
use crate::value::{Failure, Outcome, Value};

/// Whether all cells of a row are the same, and there are any.
fn is_uniform(context: &mut Context, row: &Value) -> Result<bool, Failure> {
    context.spend(row.length()?)?;
    let mut cells = row.items()?;
    Ok(cells
        .next()
        .is_some_and(|first| cells.all(|cell| cell.same(&first))))
}

/// The numbers of the rows of a grid that are of one colour.
pub(super) fn uniform_rows(context: &mut Context, grid: &Value) -> Result<Vec<usize>, Failure> {
    if let Some(grid) = grid.as_grid() {
        context.spend(grid.cells().len())?;
        let is_uniform = |row: &[i8]| row.iter().all(|cell| *cell == row[0]);
        let numbered = grid.rows().enumerate();
        let uniform = numbered.filter(|(_, row)| is_uniform(row));
        return Ok(uniform.map(|(number, _)| number).collect());
    }
    let mut uniform = Vec::new();
    for (number, row) in grid.items()?.enumerate() {
        if is_uniform(context, &row)? {
            uniform.push(number);
        }
    }
    Ok(uniform)
}

/// The numbers below `count` that are not among these, which are sorted.
fn others(count: usize, numbers: &[usize]) -> Vec<usize> {
    let is_other = |number: &usize| numbers.binary_search(number).is_err();
    (0..count).filter(is_other).collect()
}

/// The grid without the rows and columns that are of one colour.
pub(super) fn compressed(context: &mut Context, grid: &Value, dmirror: Measuring) -> Outcome {
    let flat_rows = uniform_rows(context, grid)?;
    let columns = dmirror(context, grid);
    let flat_columns = uniform_rows(context, &columns)?;
    if let Some(grid) = grid.as_grid() {
        let rows = others(grid.height(), &flat_rows);
        let columns = others(grid.width(), &flat_columns);
        if !columns.is_empty() {
            let (width, cells) = (grid.width(), grid.cells());
            return drawn_by_rows(context, rows.len(), columns.len(), |row, kept| {
                let row = &cells[rows[row] * width..][..width];
                kept.extend(columns.iter().map(|column| row[*column]));
            });
        }
    }
    let is_kept = |uniform: &[usize], number: usize| uniform.binary_search(&number).is_err();
    let mut rows = Vec::new();
    for (number, row) in grid.items()?.enumerate() {
        if is_kept(&flat_rows, number) {
            let cells = row.items()?.enumerate();
            let kept = cells.filter(|(number, _)| is_kept(&flat_columns, *number));
            let kept: Vec<Value> = kept.map(|(_, cell)| cell).collect();
            context.spend(kept.len())?;
            rows.push(Value::tuple(kept)?);
        }
    }
    Value::tuple(rows)
}
