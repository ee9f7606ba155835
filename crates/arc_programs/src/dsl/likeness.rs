//! Grids of any values, as far as they are like grids of bytes.
//!
//! Solvers put what is no colour into grids, an empty set mostly, and then look for
//! objects in them, or at the neighbours of each place, hundreds of times in one call. Such
//! a grid is taken apart once, and what it shows is read from bytes.

use std::sync::Arc;

use crate::value::{Grid, SmallPatch, Value};

/// What stands where a cell is like no byte.
const OTHER: i8 = i8::MIN;

/// A grid whose rows are all as long as the first one at least, as bytes.
#[derive(Debug)]
pub(super) struct Likeness {
    grid: Arc<Grid>,
    /// Whether each cell that is like a byte is that very integer.
    is_exact: bool,
}

impl Likeness {
    /// `None` where a row is shorter than the first, or is no tuple, and where a cell is
    /// like what stands for others.
    fn of(grid: &Value) -> Option<Likeness> {
        let rows = grid.as_tuple()?;
        let width = rows.get(0)?.as_tuple()?.len();
        let mut is_exact = true;
        let mut cells = Vec::with_capacity(rows.len().checked_mul(width)?);
        for row in rows.iter() {
            let row = row.as_tuple().filter(|row| row.len() >= width)?;
            for cell in row.iter().take(width) {
                is_exact &= !matches!(cell, Value::Boolean(_) | Value::Float(_));
                let byte = match &cell {
                    Value::Float(float) => {
                        let integer = Value::Integer(*float as i64);
                        integer.as_byte().filter(|_| cell.equals(&integer))
                    }
                    cell => cell.as_integer().and_then(|cell| i8::try_from(cell).ok()),
                };
                if byte == Some(OTHER) {
                    return None;
                }
                cells.push(byte.unwrap_or(OTHER));
            }
        }
        let grid = Arc::new(Grid::new(rows.len(), width, cells)?);
        Some(Likeness { grid, is_exact })
    }

    /// The grid that shows, of objects of these colours, what the other shows.
    pub(super) fn showing(&self, object: SmallPatch<'_>) -> Option<&Grid> {
        let is_like = |colour: i64| i8::try_from(colour).is_ok_and(|colour| colour != OTHER);
        let mut cells = object.cells_in_any_order();
        cells
            .all(|(.., colour)| is_like(colour))
            .then_some(&self.grid)
    }

    /// The grid that has in these places the cells that the other has.
    pub(super) fn having(&self, places: SmallPatch<'_>) -> Option<&Arc<Grid>> {
        let is_known = |(row, column)| self.grid.cell(row, column) != Some(OTHER);
        (self.is_exact && places.places().all(is_known)).then_some(&self.grid)
    }
}

/// The likeness of the grid that was asked for last.
#[derive(Debug, Default)]
pub(super) struct LastLikeness(Option<(Value, Asked)>);

#[derive(Debug)]
enum Asked {
    Once,
    Again(Option<Arc<Likeness>>),
}

impl LastLikeness {
    /// Knows of no grid any more.
    #[inline]
    pub(super) fn forget(&mut self) {
        if self.0.is_some() {
            self.0 = None;
        }
    }

    /// The likeness of a grid of any values, where it is asked for again and again.
    pub(super) fn of(&mut self, grid: &Value) -> Option<Arc<Likeness>> {
        let identity = grid.identity()?;
        match &mut self.0 {
            Some((last, asked)) if last.identity() == Some(identity) => {
                if let Asked::Once = asked {
                    *asked = Asked::Again(Likeness::of(grid).map(Arc::new));
                }
                match asked {
                    Asked::Once => None,
                    Asked::Again(likeness) => likeness.clone(),
                }
            }
            last => {
                *last = Some((grid.clone(), Asked::Once));
                None
            }
        }
    }
}
