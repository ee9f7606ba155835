//! Where a few elements lie in CPython's table of many, without the table.
//!
//! A table is moved to more slots whenever it is crowded, in the order of its slots, and
//! then takes what is left in turn. Which slots are taken hardly depends on that order:
//! an element goes to the first free slot of the row that its hash leads to, and by such
//! rows alone the same slots would be taken in any. Only from a full row an element jumps
//! to another. So of what was moved those slots are found that are taken at most: by each
//! element in its row and, of each whose row may be full by then, in the row that it would
//! jump to as well, until no further row may be full. Of what is left, whose order is
//! known, each takes one more, and one in each row that it may jump to.
//!
//! A table takes no slot that is not found so. An element whose row has such a slot
//! lies there or before it, and of a few elements, which lie far apart, the order is
//! known. Where it is not, the table tells.
//!
//! That takes a bit for each slot, and two looks at most hashes, whatever sizes the table
//! grew through.

use std::ops::Range;

use super::table::{Probe, ROW, SMALLEST, grown, room, size};

/// The slots, first and last, among which one is an element's.
pub(super) type Stretch = (usize, usize);

/// The fewest elements of a table for which this is worth it.
pub(super) const MANY: usize = 1 << 11;

/// How many times more there are than those whose slots are asked for, times the number of
/// those that must lie apart from all others.
pub(super) const TIMES: usize = 8;

/// How many hashes are handed over at a time, at most.
pub(super) const CHUNK: usize = 1 << 9;

/// How many slots have a bit in a word.
const WORD: usize = u64::BITS as usize;

/// With how many free slots a row counts as crowded: most that are full in the end have
/// no more before anything jumped.
const SPARE: usize = 2;

/// How many rows one element is led to.
const JUMPS: usize = 64;

/// How often elements are gone through whose rows turned out to be crowded.
const PASSES: usize = 8;

/// Hands over the hashes of the elements that were inserted from one turn to another, some
/// at a time, in that order.
pub(super) type Hashes<'many> = &'many dyn Fn(Range<usize>, &mut dyn FnMut(&[i64]));

/// A table of many elements whose hashes are known.
pub(super) struct Many<'many> {
    /// The number of its slots.
    pub(super) slots: usize,
    /// How many of the elements, the first ones, were moved to these slots from fewer.
    pub(super) moved: usize,
    /// The hashes of the elements, none of which was taken out again.
    pub(super) hashes: Hashes<'many>,
}

/// The number of slots of a table into which so many elements were inserted, and how many
/// of them were there when it got as many.
pub(super) fn slots_with(elements: usize) -> (usize, usize) {
    let (mut slots, mut moved) = (SMALLEST, 0);
    while elements >= room(slots) {
        moved = room(slots);
        slots = size(grown(moved));
    }
    (slots, moved)
}

impl Many<'_> {
    /// Among which slots each of a few elements lies, which are given by the turns in which
    /// they were inserted, in that order, the first being 0; `None` where it may lie
    /// anywhere.
    pub(super) fn stretches(&self, few: &[usize]) -> Option<Vec<Stretch>> {
        let mut occupancy = Occupancy::of(self.slots);
        occupancy.take_in_any_order(self.moved, self.hashes)?;
        let mut stretches = Vec::with_capacity(few.len());
        let mut next = self.moved;
        for &turn in few {
            let mut hash = 0;
            (self.hashes)(turn..turn + 1, &mut |hashes| hash = hashes[0]);
            if turn < self.moved {
                stretches.push(occupancy.stretch_of_taken(hash)?);
                continue;
            }
            let mut is_known = true;
            (self.hashes)(next..turn, &mut |hashes| {
                is_known = is_known && occupancy.take_in_turn(hashes).is_some();
            });
            if !is_known {
                return None;
            }
            stretches.push(occupancy.stretch(hash)?);
            next = turn;
        }
        Some(stretches)
    }
}

/// The slots that a table takes at most.
struct Occupancy {
    /// A bit for each slot, the first slot's being the lowest, and some that are 0.
    taken: Vec<u64>,
    /// One less than the number of slots.
    mask: usize,
    /// Room for slots that are taken when their turn comes: what is in it means nothing.
    late: Box<[usize; CHUNK]>,
}

impl Occupancy {
    /// That of an empty table of so many slots.
    fn of(slots: usize) -> Occupancy {
        Occupancy {
            taken: vec![0; slots / WORD + 2],
            mask: slots - 1,
            late: Box::new([0; CHUNK]),
        }
    }

    /// Takes what so many elements with these hashes take, in whatever order they come; `None`
    /// where they are too crowded to tell.
    fn take_in_any_order(&mut self, count: usize, hashes: Hashes<'_>) -> Option<()> {
        hashes(0..count, &mut |hashes| self.take_rows(hashes));
        let mut crowded = self.crowded_rows();
        let mut unseen = crowded.clone();
        for _ in 0..PASSES {
            let mut probes = Vec::new();
            hashes(0..count, &mut |hashes| {
                self.add_those_in(&unseen, &mut probes, hashes)
            });
            self.take_jumps(probes)?;
            if self.has_full_rows_only_in(&crowded) {
                return Some(());
            }
            let seen = std::mem::replace(&mut crowded, self.crowded_rows());
            let both = crowded.iter().zip(&seen);
            unseen = both.map(|(crowded, seen)| crowded & !seen).collect();
        }
        None
    }

    /// Takes what elements with these hashes take, one after the other; `None` where
    /// they are too crowded to tell.
    fn take_in_turn(&mut self, hashes: &[i64]) -> Option<()> {
        hashes.iter().try_for_each(|&hash| {
            let slot = hash as usize & self.mask;
            if self.taken[slot / WORD] >> (slot % WORD) & 1 == 0 {
                self.taken[slot / WORD] |= 1 << (slot % WORD);
                return Some(());
            }
            let mut probe = Probe::new(hash, self.mask);
            for _ in 0..JUMPS {
                let (first, length) = probe.row();
                let free = self.first_free(first);
                if free < first + length {
                    self.taken[free / WORD] |= 1 << (free % WORD);
                    return Some(());
                }
                probe.jump();
            }
            None
        })
    }

    /// Where an element with this hash lies that comes next; `None` where it may jump.
    fn stretch(&self, hash: i64) -> Option<Stretch> {
        let (first, length) = Probe::new(hash, self.mask).row();
        let free = self.first_free(first);
        (free < first + length).then_some((first, free))
    }

    /// Where an element with this hash lies that came before; `None` where it may have
    /// jumped.
    fn stretch_of_taken(&self, hash: i64) -> Option<Stretch> {
        let (first, free) = self.stretch(hash)?;
        Some((first, free.saturating_sub(1).max(first)))
    }

    /// Takes a slot for each element in the row that its hash leads to.
    fn take_rows(&mut self, hashes: &[i64]) {
        // What is taken and what is not alternates, and guessing wrong takes longer: each
        // is written where the next one goes, and stays if it comes too late.
        let mut count = 0;
        let Occupancy { taken, mask, late } = self;
        let (taken, mask) = (taken.as_mut_slice(), *mask);
        for &hash in &hashes[..hashes.len().min(CHUNK)] {
            let slot = hash as usize & mask;
            let (word, bit) = (&mut taken[slot / WORD], 1 << (slot % WORD));
            late[count] = slot;
            count += usize::from(*word & bit != 0);
            *word |= bit;
        }
        for number in 0..count {
            self.take(self.late[number]);
        }
        if hashes.len() > CHUNK {
            self.take_rows(&hashes[CHUNK..]);
        }
    }

    /// Adds those elements whose first row is one of these.
    fn add_those_in(&self, rows: &[u64], probes: &mut Vec<Probe>, hashes: &[i64]) {
        for &hash in hashes {
            let slot = hash as usize & self.mask;
            if rows[slot / WORD] >> (slot % WORD) & 1 == 1 {
                probes.push(Probe::new(hash, self.mask));
            }
        }
    }

    /// Takes a slot for each of these elements in the rows that it may jump to.
    fn take_jumps(&mut self, mut probes: Vec<Probe>) -> Option<()> {
        let mut jumps = 0;
        loop {
            let before = jumps;
            for probe in &mut probes {
                while self.is_full(probe.row()) {
                    probe.jump();
                    self.take(probe.row().0);
                    jumps += 1;
                    if jumps > self.mask {
                        return None;
                    }
                }
            }
            if jumps == before {
                return Some(());
            }
        }
    }

    /// Whether no slot of a row is free, or it is cut off.
    fn is_full(&self, (first, length): (usize, usize)) -> bool {
        length == 1 || self.first_free(first) >= first + length
    }

    /// Takes the first slot that is free, from this one on.
    fn take(&mut self, slot: usize) {
        let free = self.first_free(slot);
        // No element goes further than to the last slot.
        if free <= self.mask {
            self.taken[free / WORD] |= 1 << (free % WORD);
        }
    }

    /// The first slot that is free, from this one on; those behind the table's last are.
    fn first_free(&self, slot: usize) -> usize {
        let first = slot / WORD;
        let passed = (1 << (slot % WORD)) - 1;
        let mut free = !(self.taken[first] | passed);
        let mut word = first;
        while free == 0 {
            word += 1;
            free = !self.taken[word];
        }
        word * WORD + free.trailing_zeros() as usize
    }

    /// A bit for each slot that begins a row in which at most [`SPARE`] are free; and for
    /// those at the end of the table, whose rows are cut off.
    fn crowded_rows(&self) -> Vec<u64> {
        let cut_off = self.mask + 2 - ROW;
        let rows = self.words().map(|word| !rows_with_more(!word));
        let mut rows: Vec<u64> = rows.chain([0]).collect();
        for slot in cut_off..=self.mask {
            rows[slot / WORD] |= 1 << (slot % WORD);
        }
        rows
    }

    /// Whether each row without a free slot is one of these; rows that are cut off are.
    fn has_full_rows_only_in(&self, rows: &[u64]) -> bool {
        let full = self.words().map(|word| {
            // The slots of a row are those of rows half as long, which may overlap.
            let (mut full, mut length) = (word, 1);
            while length < ROW {
                let further = length.min(ROW - length);
                full &= full >> further;
                length += further;
            }
            full as u64
        });
        full.zip(rows).all(|(full, rows)| full & !rows == 0)
    }

    /// For each word of slots its bits and those of the next one.
    fn words(&self) -> impl Iterator<Item = u128> {
        let pairs = self.taken.windows(2);
        pairs.map(|pair| u128::from(pair[1]) << WORD | u128::from(pair[0]))
    }
}

/// A bit for each slot that begins a row of which more than [`SPARE`] slots are free:
/// where one is free at least, two, and three, of rows of 2, 4, 8 and 10 slots, each made
/// of two that are shorter.
fn rows_with_more(free: u128) -> u64 {
    const { assert!(ROW == 10 && SPARE == 2) };
    let (one, two) = (free | free >> 1, free & free >> 1);
    let of_pair = (one, two);
    let (further_one, further_two) = (one >> 2, two >> 2);
    let three = two & further_one | one & further_two;
    let (one, two) = (one | further_one, two | further_two | one & further_one);
    let (further_one, further_two, further_three) = (one >> 4, two >> 4, three >> 4);
    let three = three | further_three | two & further_one | one & further_two;
    let (one, two) = (one | further_one, two | further_two | one & further_one);
    let (further_one, further_two) = (of_pair.0 >> 8, of_pair.1 >> 8);
    (three | two & further_one | one & further_two) as u64
}

#[cfg(test)]
mod tests {
    use super::super::item::Item;
    use super::super::table::{Element, Table};
    use super::*;

    /// Where a few places of a grid lie, of those that are known one by one, in a table of
    /// all; how many are known, and how many were asked for.
    fn check(height: i64, width: i64, is_copied: bool) -> (usize, usize) {
        let rows = 0..height;
        let places =
            rows.flat_map(|row| (0..width).filter_map(move |column| Item::place(row, column)));
        let places: Vec<Item> = places.collect();
        let mut table = Table::from_distinct(places.iter().copied());
        let (mut slots, mut moved) = slots_with(places.len());
        if is_copied {
            table = table.into_copy();
            (slots, moved) = (table.slots().len(), places.len());
        }
        assert_eq!(table.slots().len(), slots);
        let many = Many {
            slots,
            moved,
            hashes: &|turns, take| {
                let hashes: Vec<i64> = places[turns].iter().map(Element::hash).collect();
                hashes.chunks(CHUNK).for_each(take);
            },
        };
        let few: Vec<usize> = (0..places.len()).step_by(places.len() / 20).collect();
        let slot_of = |turn: usize| {
            let place = places[turn];
            table.slots().iter().position(|slot| *slot == place)
        };
        let is_right = |turn: &usize, (first, last): &Stretch| {
            let slot = slot_of(*turn).expect("in the table");
            assert!(
                (*first..=*last).contains(&slot),
                "{slot}: {first} to {last}"
            );
        };
        if let Some(stretches) = many.stretches(&few) {
            few.iter()
                .zip(&stretches)
                .for_each(|(turn, stretch)| is_right(turn, stretch));
            return (few.len(), few.len());
        }
        let known = few.iter().filter(|turn| match many.stretches(&[**turn]) {
            Some(stretches) => {
                is_right(turn, &stretches[0]);
                true
            }
            None => false,
        });
        (known.count(), few.len())
    }

    #[test]
    fn elements_lie_where_they_are_said_to() {
        let shapes = [
            (1, 2048),
            (50, 50),
            (3, 3000),
            (3, 5000),
            (100, 110),
            (170, 171),
        ];
        let (mut known, mut asked) = (0, 0);
        for (height, width) in shapes {
            for is_copied in [false, true] {
                let of_shape = check(height, width, is_copied);
                known += of_shape.0;
                asked += of_shape.1;
            }
        }
        assert!(known * 10 > asked * 9, "{known} of {asked}");
    }

    #[test]
    fn tables_that_are_nearly_crowded_tell_no_slot_or_the_right_one() {
        for slots in [1 << 13, 1 << 15] {
            let width = room(slots) as i64 - 1;
            check(1, width, false);
            check(1, slots as i64 / 2 - 1, true);
        }
    }
}
