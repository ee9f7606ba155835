//! CPython's table of all places of a grid, which only tells where each lies.
//!
//! [`Table`](super::table::Table) would do, and of the places of a canvas of a
//! million cells nearly all its time is waiting for memory: each place goes to a
//! slot that is in no cache. Here a bit for each slot says whether it is taken, so
//! that what a search for a free slot reads is small; a slot is four bytes; and
//! nothing waits for what is written to it. That is ten times as fast.

use super::super::hash::TupleHash;
use super::growth::{SMALLEST, grown, room as room_of, size};
use super::probe::Probe;

/// The table of the places of a grid, inserted row by row.
pub(super) struct PlaceTable {
    /// In each slot what [`PlaceTable::code`] makes of a place, or 0.
    slots: Vec<u32>,
    /// A bit for each slot that has a place, the first slot's being the lowest, and
    /// at least one more.
    taken: Vec<u64>,
    /// How many bits a column takes.
    column_bits: u32,
}

impl PlaceTable {
    /// Whether a slot has enough bits for the places of so many rows and columns: it
    /// has for those of any value.
    pub(super) fn fits(height: usize, width: usize) -> bool {
        let codes = height.checked_mul(1 << column_bits(width));
        codes.is_some_and(|codes| codes < u32::MAX as usize)
    }

    /// The table for a grid of so many rows and columns, which fit.
    pub(super) fn of(height: usize, width: usize) -> PlaceTable {
        let column_bits = column_bits(width);
        let mut table = PlaceTable {
            slots: Vec::new(),
            taken: Vec::new(),
            column_bits,
        };
        table.make_empty(SMALLEST);
        let (mut held, mut room) = (0, room_of(SMALLEST));
        for row in 0..height as u32 {
            let mut columns = 0..width as u32;
            while !columns.is_empty() {
                let end = columns.end.min(columns.start + (room - held) as u32);
                for column in columns.start..end {
                    table.insert(row, column);
                }
                held += (end - columns.start) as usize;
                columns.start = end;
                if held == room {
                    table.resize(size(grown(held)));
                    room = room_of(table.slots.len());
                }
            }
        }
        table
    }

    /// The slot of a place of the grid; that of no place outside of it.
    #[inline]
    pub(super) fn slot_of(&self, row: u32, column: u32) -> u32 {
        let code = self.code(row, column);
        let mut probe = Probe::new(hash(row, column), self.mask());
        loop {
            let slot = probe.next();
            if self.slots[slot] == code {
                return slot as u32;
            }
            if self.slots[slot] == 0 {
                return u32::MAX;
            }
        }
    }

    fn make_empty(&mut self, size: usize) {
        self.slots = vec![0; size];
        self.taken = vec![0; size / u64::BITS as usize + 2];
    }

    fn mask(&self) -> usize {
        self.slots.len() - 1
    }

    #[inline]
    fn code(&self, row: u32, column: u32) -> u32 {
        (row << self.column_bits | column) + 1
    }

    #[inline]
    fn insert(&mut self, row: u32, column: u32) {
        let hash = hash(row, column);
        let first = hash as usize & self.mask();
        let (word, bit) = (&mut self.taken[first / 64], 1 << (first % 64));
        let slot = match *word & bit {
            0 => {
                *word |= bit;
                first
            }
            _ => {
                let slot = self.free_slot(hash);
                self.taken[slot / 64] |= 1 << (slot % 64);
                slot
            }
        };
        self.slots[slot] = self.code(row, column);
    }

    /// The first slot that is free, of those that a hash leads to, the first of which is
    /// taken.
    fn free_slot(&self, hash: i64) -> usize {
        let mut probe = Probe::new(hash, self.mask());
        loop {
            let (start, length) = probe.row();
            let (word, bit) = (start / 64, start % 64);
            let next = self.taken[word + 1] << 1 << (63 - bit);
            let free = !(self.taken[word] >> bit | next) & ((1 << length) - 1);
            if free != 0 {
                return start + free.trailing_zeros() as usize;
            }
            probe.jump();
        }
    }

    /// Moves everything, in slot order, to a table of so many slots.
    fn resize(&mut self, size: usize) {
        let (slots, taken) = (
            std::mem::take(&mut self.slots),
            std::mem::take(&mut self.taken),
        );
        self.make_empty(size);
        for (slots, taken) in slots.chunks(64).zip(&taken) {
            let mut left = *taken;
            while left != 0 {
                let code = slots[left.trailing_zeros() as usize] - 1;
                self.insert(
                    code >> self.column_bits,
                    code & ((1 << self.column_bits) - 1),
                );
                left &= left - 1;
            }
        }
    }
}

/// How many bits a column takes.
fn column_bits(width: usize) -> u32 {
    usize::BITS - width.leading_zeros()
}

#[inline]
fn hash(row: u32, column: u32) -> i64 {
    TupleHash::of_small([u64::from(row), u64::from(column)])
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::*;

    #[test]
    fn places_lie_in_the_order_of_their_set() {
        let shapes = [
            (1, 1),
            (1, 4),
            (1, 5),
            (2, 2),
            (3, 7),
            (19, 1),
            (30, 30),
            (31, 40),
        ];
        let large = [(90, 90), (3, 40_000), (70_000, 1), (300, 500), (1, 131_072)];
        for (height, width) in shapes.into_iter().chain(large) {
            let table = PlaceTable::of(height, width);
            let indices = Shape::new(height, width)
                .expect("a shape")
                .indices()
                .expect("places");
            let slots = indices.iter().map(|place| {
                let (row, column) = place.as_pair().expect("a place");
                table.slot_of(row as u32, column as u32)
            });
            assert_eq!(indices.len(), height * width);
            assert!(
                slots.is_sorted_by(|one, other| one < other),
                "{height} x {width}"
            );
        }
    }
}
