//! Some of a grid's cells: those of some colours, and what it has in common with another grid or
//! not.
//!
//! They are asked for their size above all, or painted elsewhere, mirrored or not. So they are
//! counted by the grid, many at a time, painted from the grid, and listed when somebody asks for
//! a list.

use std::sync::Arc;

use once_cell::sync::OnceCell;

use super::super::Grid;
use super::super::patch::Kind;
use super::Colours;
use super::grid_items::{of_colours, taken};
use super::items::Items;

/// Some of the cells of a grid.
pub(super) struct GridPart {
    grid: Arc<Grid>,
    which: Which,
    count: usize,
    corners: OnceCell<[(i64, i64); 2]>,
}

/// Which cells are taken.
enum Which {
    /// Those of these colours.
    OfColours(Colours),
    /// Those that the other grid has too.
    InBoth(Arc<Grid>),
    /// Those that the other grid has not.
    InOne(Arc<Grid>),
}

impl GridPart {
    /// The cells of some colours, all of which the grid has.
    pub(super) fn of_colours(grid: &Arc<Grid>, colours: Colours) -> GridPart {
        let count = colours.iter().map(|colour| grid.count(colour)).sum();
        GridPart::new(grid, Which::OfColours(colours), count)
    }

    /// The cells that another grid has too, or those that it has not.
    pub(super) fn compared(grid: &Arc<Grid>, other: &Arc<Grid>, are_in_both: bool) -> GridPart {
        let (in_both, other) = (grid.in_common_with(other), Arc::clone(other));
        match are_in_both {
            true => GridPart::new(grid, Which::InBoth(other), in_both),
            false => GridPart::new(grid, Which::InOne(other), grid.cells().len() - in_both),
        }
    }

    fn new(grid: &Arc<Grid>, which: Which, count: usize) -> GridPart {
        GridPart {
            grid: Arc::clone(grid),
            which,
            count,
            corners: OnceCell::new(),
        }
    }

    /// The number of cells.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Whether they are most of the grid: then the grid tells sooner than a list.
    pub(super) fn is_most(&self) -> bool {
        self.count > self.grid.cells().len() / 2
    }

    /// The cells row by row, as items of this kind.
    pub(super) fn items(&self, kind: Kind) -> Items {
        let (other, are_in_both) = match &self.which {
            Which::OfColours(colours) => {
                return of_colours(&self.grid, kind, self.count, *colours);
            }
            Which::InBoth(other) => (other, true),
            Which::InOne(other) => (other, false),
        };
        taken(&self.grid, kind, self.count, |item, cell| {
            let is_in_both = other.cell(item.row(), item.column()) == Some(cell);
            is_in_both == are_in_both
        })
    }

    /// The grid and the colours, where these say which cells are taken.
    #[inline]
    pub(super) fn colours(&self) -> Option<(&Arc<Grid>, Colours)> {
        match self.which {
            Which::OfColours(colours) => Some((&self.grid, colours)),
            _ => None,
        }
    }

    /// The upper left and the lower right corner of the smallest rectangle around the cells, of
    /// which there are some; `None` where a list tells sooner.
    pub(super) fn corners(&self) -> Option<[(i64, i64); 2]> {
        let (grid, colours) = self.colours()?;
        let found = || grid.corners_of(|cell| colours.has(i64::from(cell)));
        Some(*self.corners.get_or_init(found))
    }
}
