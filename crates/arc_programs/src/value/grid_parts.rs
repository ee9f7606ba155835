//! What large grids are made of, whose cells are not listed before somebody asks for one.
//!
//! Programs that are foreign to a task make canvases of a million cells, put them beside
//! other grids, and then ask for the height, or for what fails at the first look.

use std::sync::Arc;

use smallvec::SmallVec;

use super::grid::{FEW, Grid};

/// The fewest cells of a grid that is kept as its parts.
pub(super) const LARGE: usize = 1 << 12;

/// The parts of a grid.
#[derive(Clone, Debug)]
pub(super) enum Parts {
    /// All cells are the same.
    Canvas(i8),
    /// The first rows of two grids, side by side. Neither is itself two, listed or not: no
    /// chain is to stay in memory, and to list or to drop one goes no deeper than this.
    Beside(Arc<Grid>, Arc<Grid>),
}

impl Parts {
    /// The cells of a grid of so many rows and columns, row by row.
    pub(super) fn list(&self, height: usize, width: usize) -> SmallVec<[i8; FEW]> {
        match self {
            Parts::Canvas(cell) => SmallVec::from_elem(*cell, height * width),
            Parts::Beside(left, right) => side_by_side([left, right], height * width),
        }
    }
}

/// The rows of two grids side by side, as many as so many cells are.
pub(super) fn side_by_side(grids: [&Grid; 2], count: usize) -> SmallVec<[i8; FEW]> {
    let mut cells = SmallVec::with_capacity(count);
    let mut row = 0;
    while cells.len() < count {
        grids.iter().for_each(|grid| grid.add_row(row, &mut cells));
        row += 1;
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Else programs that put one more beside it each time would make a chain, of which every
    /// link stays in memory, and which is dropped as deep as it is long.
    #[test]
    fn what_is_beside_something_keeps_no_others_alive() {
        let canvas = |width| Arc::new(Grid::canvas(1, width, 4).expect("cells"));
        let beside = |left: &Arc<Grid>, right: &Arc<Grid>| {
            Arc::new(Grid::beside(left, right).expect("cells"))
        };
        let (first, second) = (canvas(LARGE), canvas(1));
        let two = beside(&first, &second);
        let three = [beside(&two, &second), beside(&second, &two)];
        two.cells();
        let four = beside(&two, &second);
        let alive = Arc::downgrade(&first);
        drop((first, two));
        assert!(alive.upgrade().is_none());
        for grid in three.iter().chain([&four]) {
            assert_eq!(grid.cells(), vec![4; LARGE + 2]);
        }
    }

    /// Grids that are listed late are what those are that are listed at once.
    #[test]
    fn grids_are_what_their_parts_come_to() {
        let canvas = |height, width, cell| {
            let late = Arc::new(Grid::canvas(height, width, cell).expect("cells"));
            let cells = vec![cell; height * width];
            (
                late,
                Arc::new(Grid::new(height, width, cells).expect("cells")),
            )
        };
        let other = Grid::from_fn(50, 40, |row, column| ((row * 3 + column) % 7) as i8);
        let other = Arc::new(other.expect("cells"));
        let (late, listed) = canvas(60, 100, 4);
        let beside = |left: &Arc<Grid>, right: &Arc<Grid>| {
            Arc::new(Grid::beside(left, right).expect("cells"))
        };
        let at_once = |left: &Grid, right: &Grid| {
            let height = left.height().min(right.height());
            let (left_width, width) = (left.width(), left.width() + right.width());
            let cell = |row, column: usize| match column.checked_sub(left_width) {
                Some(column) => right.row(row).expect("a row")[column],
                None => left.row(row).expect("a row")[column],
            };
            Grid::from_fn(height, width, cell).expect("cells")
        };
        let (first, second) = (beside(&late, &other), beside(&other, &late));
        let both = beside(&first, &second);
        // Copies are as late as what they are of.
        let copy = Grid::clone(&both);
        let (left, right) = (at_once(&listed, &other), at_once(&other, &listed));
        let whole = at_once(&left, &right);
        for (own, other) in [
            (&*both, &whole),
            (&copy, &whole),
            (&*first, &left),
            (&*late, &*listed),
        ] {
            assert_eq!((own.height(), own.width()), (other.height(), other.width()));
            assert!(own.equals(other) && other.equals(own));
            assert_eq!(own.hash(), other.hash());
            assert_eq!(own.count(4), other.count(4));
            assert_eq!(own.cells(), other.cells());
            assert_eq!(own.cell(49, 30), other.cell(49, 30));
        }
    }
}
