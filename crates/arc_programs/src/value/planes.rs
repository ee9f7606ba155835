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
            grid.rows().map(|row| bits_of(row, colour)).collect()
        }))
    }
}

/// A bit for each of up to 64 cells that is this byte, bit 0 for the first.
#[inline]
pub(super) fn bits_of(cells: &[i8], byte: i8) -> u64 {
    /// As many are compared at once, in a word.
    const AT_ONCE: usize = size_of::<u64>();
    let all = u64::from(byte.cast_unsigned()) * ALL;
    let of_chunk = |chunk: &[i8; AT_ONCE]| {
        // Said one by one, for it is one load then; `map` is a loop.
        let [a, b, c, d, e, f, g, h] = *chunk;
        let bytes = [
            a as u8, b as u8, c as u8, d as u8, e as u8, f as u8, g as u8, h as u8,
        ];
        zeros(u64::from_le_bytes(bytes) ^ all)
    };
    let Some(last) = cells.last_chunk() else {
        let cells = cells.iter().rev();
        return cells.fold(0, |bits, cell| bits << 1 | u64::from(*cell == byte));
    };
    // The last ones are looked at together, some of them twice.
    let mut bits = of_chunk(last) << (cells.len() - AT_ONCE);
    let (chunks, _) = cells.as_chunks();
    for (number, chunk) in chunks.iter().enumerate() {
        bits |= of_chunk(chunk) << (number * AT_ONCE);
    }
    bits
}

/// One in each byte.
const ALL: u64 = u64::MAX / 0xff;

/// A bit for each byte of a word that is zero, bit 0 for the lowest.
#[inline]
fn zeros(word: u64) -> u64 {
    const HIGH: u64 = ALL << 7;
    /// What puts the lowest bits of all bytes side by side into the highest one.
    const GATHERS: u64 = 0x0102_0408_1020_4080;
    let others = (word & !HIGH).wrapping_add(!HIGH) | word;
    ((!others & HIGH) >> 7).wrapping_mul(GATHERS) >> 56
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_cell_has_its_bit(
            cells in prop::collection::vec(prop_oneof![3 => 0..3_i8, 1 => any::<i8>()], 0..65),
            byte in prop_oneof![3 => 0..3_i8, 1 => any::<i8>()],
        ) {
            let bits = bits_of(&cells, byte);
            for (number, cell) in cells.iter().enumerate() {
                prop_assert_eq!(bits >> number & 1 == 1, *cell == byte);
            }
            prop_assert_eq!(bits.checked_shr(cells.len() as u32).unwrap_or(0), 0);
        }
    }

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
