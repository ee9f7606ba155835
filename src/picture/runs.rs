//! A grid as few shapes: its background, and the runs of a colour in the others.

use arc_programs::value::Grid;

/// Run of one colour in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) length: usize,
}

/// Runs of a colour, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ColourRuns {
    /// The colour, as a cell has it.
    pub(super) cell: i8,
    pub(super) runs: Vec<Run>,
}

/// Grid as one colour all over it, and runs of the others on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shapes {
    /// The colour with the most runs, which need not be drawn.
    pub(super) background: i8,
    /// The others, in the order of their first cells.
    pub(super) others: Vec<ColourRuns>,
}

impl Shapes {
    pub(super) fn of(grid: &Grid) -> Self {
        let mut colours: Vec<ColourRuns> = Vec::new();
        for (row, cells) in grid.rows().enumerate() {
            let mut column = 0;
            for run in cells.chunk_by(|left, right| left == right) {
                let found = Run {
                    row,
                    column,
                    length: run.len(),
                };
                column += run.len();
                let cell = run[0];
                match colours.iter_mut().find(|own| own.cell == cell) {
                    Some(own) => own.runs.push(found),
                    None => colours.push(ColourRuns {
                        cell,
                        runs: vec![found],
                    }),
                }
            }
        }
        let most = (0..colours.len()).max_by_key(|&place| colours[place].runs.len());
        Self {
            background: most.map_or(0, |place| colours.remove(place).cell),
            others: colours,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_shapes_are_the_grid(
            (height, width, cells) in (1..9_usize, 1..9_usize).prop_flat_map(|(height, width)| {
                let cells = prop::collection::vec(-1..4_i8, height * width);
                (Just(height), Just(width), cells)
            })
        ) {
            let grid = Grid::new(height, width, cells).unwrap();
            let shapes = Shapes::of(&grid);
            let mut drawn = vec![shapes.background; height * width];
            for ColourRuns { cell, runs } in &shapes.others {
                for run in runs {
                    let start = run.row * width + run.column;
                    drawn[start..start + run.length].fill(*cell);
                }
            }
            prop_assert_eq!(drawn, grid.cells());
        }
    }
}
