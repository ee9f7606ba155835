//! A grid in little room on a terminal: half blocks, of which a line of text shows two
//! rows of cells.

use arc_programs::value::Grid;

/// Character that shows two cells, one above the other: the upper half in the colour of
/// text, the lower half in that of the background.
pub const UPPER_HALF: char = '▀';

/// Thumbnail of a grid for a terminal: lines of half blocks, each two cells.
///
/// A grid that is larger than the room has every second cell left out, or more, in rows
/// and columns alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// Lines from top to bottom, as many blocks each.
    pub lines: Vec<Vec<HalfBlock>>,
}

/// Two cells of a grid, one above the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HalfBlock {
    /// The upper cell.
    pub upper: i8,
    /// The lower cell; `None` below the last of an odd number of rows.
    pub lower: Option<i8>,
}

impl Thumbnail {
    /// Thumbnail of at most so many lines and columns of a terminal, of which there is
    /// at least one each.
    pub fn of(grid: &Grid, lines: usize, columns: usize) -> Self {
        let (lines, columns) = (lines.max(1), columns.max(1));
        let step = grid.height().div_ceil(2 * lines);
        let step = step.max(grid.width().div_ceil(columns));
        let rows: Vec<Vec<i8>> = grid
            .rows()
            .step_by(step)
            .map(|row| row.iter().copied().step_by(step).collect())
            .collect();
        let line = |pair: &[Vec<i8>]| {
            let block = |(column, &upper)| HalfBlock {
                upper,
                lower: pair.get(1).map(|row: &Vec<i8>| row[column]),
            };
            pair[0].iter().enumerate().map(block).collect()
        };
        Self {
            lines: rows.chunks(2).map(line).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_rows_are_a_line() {
        let grid = Grid::new(3, 2, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let block = |upper, lower| HalfBlock { upper, lower };
        let lines = [
            vec![block(1, Some(3)), block(2, Some(4))],
            vec![block(5, None), block(6, None)],
        ];
        assert_eq!(Thumbnail::of(&grid, 2, 2).lines, lines);
        assert_eq!(Thumbnail::of(&grid, 30, 30).lines, lines);
    }

    #[test]
    fn what_is_too_large_has_cells_left_out() {
        for (height, width) in [(30, 30), (1, 30), (30, 1), (29, 7)] {
            let grid = Grid::new(height, width, vec![0; height * width]).unwrap();
            for (lines, columns) in [(1, 1), (5, 10), (0, 0), (15, 30)] {
                let thumbnail = Thumbnail::of(&grid, lines, columns);
                assert!((1..=lines.max(1)).contains(&thumbnail.lines.len()));
                let widest = thumbnail.lines.iter().map(Vec::len).max().unwrap();
                assert!((1..=columns.max(1)).contains(&widest));
            }
        }
    }
}
