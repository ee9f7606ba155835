//! Planes: where each colour of a grid is, as bits.
//!
//! To find an object in a grid cell by cell takes a look at each cell of the grid, and
//! most objects are looked for in one grid many times. With a word for each row a cell
//! of an object is compared with all columns at once. A grid keeps its planes
//! ([`Grid::plane`]), each made when it is first asked for.

use std::sync::OnceLock;

use super::Grid;

/// The colours of a task's grids: 0 to 9.
const COLOURS: usize = 10;

/// For each colour of a task a word for each row of a grid.
#[derive(Clone, Debug, Default)]
pub(super) struct Planes([OnceLock<Box<[u64]>>; COLOURS]);

impl Planes {
    /// The plane of a colour of this grid; `None` of one that is too wide, and of what is
    /// no colour.
    pub(super) fn of(&self, grid: &Grid, colour: i64) -> Option<&[u64]> {
        if grid.width() > u64::BITS as usize {
            return None;
        }
        let plane = self.0.get(usize::try_from(colour).ok()?)?;
        Some(plane.get_or_init(|| {
            let colour = colour as i8;
            let of_row = |row: &[i8]| {
                let bits = row.iter().rev();
                bits.fold(0, |bits, cell| bits << 1 | u64::from(*cell == colour))
            };
            grid.rows().map(of_row).collect()
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_bit_for_each_cell_of_its_colour() {
        let grid = Grid::new(2, 3, vec![1, 2, 1, 0, 0, 1]).expect("six cells");
        assert_eq!(grid.plane(1), Some(&[0b101, 0b100][..]));
        assert_eq!(grid.plane(9), Some(&[0, 0][..]));
    }

    #[test]
    fn there_is_none_of_other_colours_and_of_wide_grids() {
        let grid = |width| Grid::from_fn(1, width, |_, _| 1).expect("a row");
        assert_eq!(grid(64).plane(1), Some(&[u64::MAX][..]));
        assert_eq!(grid(64).plane(-1), None);
        assert_eq!(grid(64).plane(10), None);
        assert_eq!(grid(65).plane(1), None);
    }
}
