//! Grids scaled: each cell made several, along its row, down its column or both.

use super::context::Context;
use super::cost;
use super::grids::{grid_or_nothing, pay, times};
use crate::value::{Grid, Outcome, Value};

/// Adds a row, each cell so many times.
fn extend_scaled(cells: &mut Vec<i8>, row: &[i8], factor: usize) {
    /// From here on a cell's copies are filled in at once.
    const MANY: usize = 8;
    let start = cells.len();
    cells.resize(start + row.len() * factor, 0);
    let scaled = &mut cells[start..];
    if factor >= MANY {
        for (copies, cell) in scaled.chunks_exact_mut(factor).zip(row) {
            copies.fill(*cell);
        }
        return;
    }
    for offset in 0..factor {
        let copies = scaled[offset..].iter_mut().step_by(factor);
        copies.zip(row).for_each(|(copy, cell)| *copy = *cell);
    }
}

/// The grid with each cell repeated along its row where it is scaled across,
/// and each row repeated where it is scaled down.
pub(super) fn scaled(
    context: &mut Context,
    grid: &Value,
    factor: &Value,
    across: bool,
    down: bool,
) -> Outcome {
    if let (Some(grid), Some(factor @ 1..)) = (grid.as_grid(), factor.as_integer()) {
        let factor = usize::try_from(factor).unwrap_or(usize::MAX);
        let (right, below) = (
            if across { factor } else { 1 },
            if down { factor } else { 1 },
        );
        let height = grid.height().saturating_mul(below);
        let width = grid.width().saturating_mul(right);
        pay(context, height, width)?;
        let mut cells = Vec::with_capacity(height * width);
        for row in grid.rows() {
            let start = cells.len();
            match right {
                1 => cells.extend_from_slice(row),
                _ => extend_scaled(&mut cells, row, right),
            }
            for _ in 1..below {
                cells.extend_from_within(start..start + width);
            }
        }
        return Ok(grid_or_nothing(Grid::new(height, width, cells)));
    }
    let mut rows = Vec::new();
    for mut row in grid.items()? {
        let below = if down { times(factor)? } else { 1 };
        let mut length = row.length().unwrap_or(0);
        if across {
            let mut cells = Vec::new();
            let own = row.items()?;
            let right = if length > 0 { times(factor)? } else { 1 };
            length = length.saturating_mul(right);
            context.spend(cost::of_row(length))?;
            for cell in own {
                cells.extend(std::iter::repeat_n(cell, right));
            }
            row = Value::tuple(cells)?;
        }
        // The first row is paid for where it was scaled.
        let others = if across {
            below.saturating_sub(1)
        } else {
            below
        };
        context.spend(others.saturating_mul(cost::of_row(length)))?;
        rows.extend(std::iter::repeat_n(row, below));
    }
    Value::tuple(rows)
}
