//! What a grid has in common with another, and what not.
//!
//! That is asked for its size above all. So the cells of a grid that another has too, or has
//! not, are both grids: they are counted at once, many at a time, and listed when somebody
//! asks for them.

use std::sync::Arc;

use super::super::Grid;
use super::super::patch::Kind;
use super::grid_items::taken;
use super::items::Items;

/// The cells of a grid that another has too, or those that it has not.
pub(super) struct Compared {
    grid: Arc<Grid>,
    other: Arc<Grid>,
    are_in_both: bool,
    count: usize,
}

impl Compared {
    pub(super) fn new(grid: &Arc<Grid>, other: &Arc<Grid>, are_in_both: bool) -> Compared {
        let in_both = grid.in_common_with(other);
        Compared {
            grid: Arc::clone(grid),
            other: Arc::clone(other),
            are_in_both,
            count: match are_in_both {
                true => in_both,
                false => grid.cells().len() - in_both,
            },
        }
    }

    /// The number of cells.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The cells row by row, as items of this kind.
    pub(super) fn items(&self, kind: Kind) -> Items {
        taken(&self.grid, kind, self.count, |item, cell| {
            let is_in_both = self.other.cell(item.row(), item.column()) == Some(cell);
            is_in_both == self.are_in_both
        })
    }
}
