//! Where a few elements lie in CPython's table of many, without the table.
//!
//! A table is moved to more slots whenever it is crowded, in the order of its slots, and
//! then takes what is left in turn. Which slots are taken hardly depends on that order:
//! an element goes to the first free slot of the row that its hash leads to. So it passes
//! over a slot only where more elements come from there, and from before, than there are slots,
//! whatever the order; and where an element's row has a slot that nobody passes over, it lies
//! there or before it: nearly always in its first slot.
//!
//! Only from a row whose slots are all passed over an element may jump to another. So of what
//! comes in any order each takes a slot in its row and, where it may jump, in the row that it
//! would jump to as well, until nothing more may jump: no element passes over a slot that
//! is not found so. Of what is left, whose order is known, each takes one more, and one in each
//! row that it may jump to. The last rows of a table are cut off to one slot.
//!
//! Elements that lie far apart have their order told by that. Where it is not, the table tells.
//!
//! That takes two bits for each slot, and one look at most hashes, whatever sizes the table
//! grew through.

use std::ops::Range;

use super::probe::{Probe, ROW};

/// The slots, first and last, among which one is an element's.
pub(super) type Stretch = (usize, usize);

/// The fewest elements of a table for which this is worth it.
pub(super) const MANY: usize = 1 << 11;

/// How many times more there are than those whose slots are asked for.
pub(super) const TIMES: usize = 8;

/// How many hashes are handed over at a time, at most.
pub(super) const CHUNK: usize = 1 << 9;

/// How many slots have a bit in a word.
const WORD: usize = u64::BITS as usize;

/// How many rows one element is led to.
const JUMPS: usize = 64;

/// How often elements are gone through that may jump.
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

impl Many<'_> {
    /// Among which slots each of a few elements lies, which are given by the turns in which
    /// they were inserted, in that order, the first being 0; `None` where that is not told.
    pub(super) fn stretches(&self, few: &[usize]) -> Option<Vec<Stretch>> {
        let mut occupancy = Occupancy::in_any_order(self.slots, self.moved, self.hashes)?;
        let mut stretches = Vec::with_capacity(few.len());
        let mut next = self.moved;
        for &turn in few {
            let mut stretch = None;
            if turn < self.moved {
                (self.hashes)(turn..turn + 1, &mut |hashes| {
                    stretch = occupancy.stretch(hashes[0]);
                });
            } else {
                let mut are_known = true;
                (self.hashes)(next..turn + 1, &mut |hashes| {
                    let Some((last, others)) = hashes.split_last() else {
                        return;
                    };
                    for hash in others {
                        are_known &= occupancy.take_next(*hash).is_some();
                    }
                    stretch = occupancy.take_next(*last);
                    are_known &= stretch.is_some();
                });
                stretch = stretch.filter(|_| are_known);
                next = turn + 1;
            }
            stretches.push(stretch?);
        }
        Some(stretches)
    }
}

/// The slots that elements of a table take and pass over at most.
pub(super) struct Occupancy {
    /// A bit for each slot that is taken, the first slot's being the lowest, and some that are 0.
    taken: Vec<u64>,
    /// The same of the slots that are passed over by what came in any order.
    passed: Vec<u64>,
    /// The same of the slots at which a row begins that is passed over.
    left: Vec<u64>,
    /// The same of those that need not be taken, for one or another may lie elsewhere.
    unsure: Vec<u64>,
    /// One less than the number of slots.
    mask: usize,
    /// The first slot whose row is cut off.
    first_cut_off: usize,
}

impl Occupancy {
    /// Of a table of so many slots that takes so many elements with these hashes, in whatever
    /// order they come; `None` where they are too crowded to tell.
    pub(super) fn in_any_order(
        slots: usize,
        count: usize,
        hashes: Hashes<'_>,
    ) -> Option<Occupancy> {
        let bits = || vec![0; slots / WORD + 2];
        let mut occupancy = Occupancy {
            taken: bits(),
            passed: bits(),
            left: bits(),
            unsure: bits(),
            mask: slots - 1,
            first_cut_off: (slots + 1).saturating_sub(ROW),
        };
        let mut rows = Rows {
            late: [0; CHUNK],
            in_cut_off: Vec::new(),
        };
        hashes(0..count, &mut |hashes| {
            occupancy.take_rows(hashes, &mut rows)
        });
        occupancy.take_jumps(count, hashes, &rows)?;
        Some(occupancy)
    }

    /// Takes what an element with this hash takes that comes next, and says where it lies: in one
    /// slot, unless others on its way may lie elsewhere; `None` where that is too crowded to tell.
    #[inline]
    fn take_next(&mut self, hash: i64) -> Option<Stretch> {
        let slot = hash as usize & self.mask;
        if let Some(Way { word, passed, free }) = self.way_from(slot)
            && passed >> (slot % WORD) < 1 << (ROW - 1)
            && passed & self.unsure[word] == 0
            && slot < self.first_cut_off
        {
            self.taken[word] |= free;
            let free = word * WORD + free.trailing_zeros() as usize;
            return Some((free, free));
        }
        self.take_next_further(hash)
    }

    /// The same, slot by slot and row by row.
    fn take_next_further(&mut self, hash: i64) -> Option<Stretch> {
        let mut probe = Probe::new(hash, self.mask);
        let (mut first, mut last) = (usize::MAX, 0);
        for _ in 0..JUMPS {
            let (start, length) = probe.row();
            let free = first_without(&self.taken, start);
            let end = free.min(start + length);
            if let Some(unsure) = (start..end).find(|slot| has(&self.unsure, *slot)) {
                first = first.min(unsure);
                last = last.max(end - 1);
            }
            if free < start + length {
                let is_sure = first == usize::MAX;
                self.taken[free / WORD] |= 1 << (free % WORD);
                self.unsure[free / WORD] |= u64::from(!is_sure) << (free % WORD);
                return Some((first.min(free), last.max(free)));
            }
            probe.jump();
        }
        None
    }

    /// Where an element with this hash lies that came in any order: in any of the rows up to the
    /// first one that it does not leave, or between.
    pub(super) fn stretch(&self, hash: i64) -> Option<Stretch> {
        let mut probe = Probe::new(hash, self.mask);
        let mut stretch = (usize::MAX, 0);
        for _ in 0..JUMPS {
            let (first, length) = probe.row();
            stretch.0 = stretch.0.min(first);
            if !has(&self.left, first) {
                stretch.1 = stretch.1.max(first_without(&self.passed, first));
                return Some(stretch);
            }
            stretch.1 = stretch.1.max(first + length - 1);
            probe.jump();
        }
        None
    }

    /// Takes a slot for each element in the row that its hash leads to.
    fn take_rows(&mut self, hashes: &[i64], rows: &mut Rows) {
        // What is taken and what is not alternates, and guessing wrong takes longer: each
        // is written where the next one goes, and stays if it comes too late.
        let mut count = 0;
        let (taken, mask) = (self.taken.as_mut_slice(), self.mask);
        let first_cut_off = self.first_cut_off;
        for &hash in &hashes[..hashes.len().min(CHUNK)] {
            let slot = hash as usize & mask;
            let (word, bit) = (&mut taken[slot / WORD], 1 << (slot % WORD));
            rows.late[count] = slot;
            count += usize::from(*word & bit != 0);
            *word |= bit;
            if slot >= first_cut_off {
                rows.in_cut_off.push(hash);
            }
        }
        for number in 0..count {
            self.take(rows.late[number]);
        }
        if hashes.len() > CHUNK {
            self.take_rows(&hashes[CHUNK..], rows);
        }
    }

    /// Takes a slot for each element that may jump in all rows that it may jump to.
    fn take_jumps(&mut self, count: usize, hashes: Hashes<'_>, rows: &Rows) -> Option<()> {
        let mut probes: Vec<(i64, Probe)> = Vec::new();
        let mut jumps = 0;
        for _ in 0..PASSES {
            let before = jumps;
            let left = self.rows_left();
            let new = left
                .iter()
                .zip(&self.left)
                .map(|(left, known)| left & !known);
            let new: Vec<u64> = new.collect();
            self.left = left;
            let mut add = |hashes: &[i64]| {
                let is_new = |hash: &&i64| has(&new, **hash as usize & self.mask);
                let new = hashes.iter().filter(is_new);
                probes.extend(new.map(|hash| (*hash, Probe::new(*hash, self.mask))));
            };
            // Those of rows that are cut off are known.
            match has_before(&new, self.first_cut_off) {
                true => hashes(0..count, &mut add),
                false => add(&rows.in_cut_off),
            }
            for (_, probe) in &mut probes {
                while has(&self.left, probe.row().0) {
                    probe.jump();
                    self.take(probe.row().0);
                    jumps += 1;
                    if jumps > self.mask {
                        return None;
                    }
                }
            }
            if jumps == before {
                probes.iter().for_each(|(hash, _)| self.doubt(*hash));
                return Some(());
            }
        }
        None
    }

    /// Marks the slots that are taken only if an element with this hash lies there: without it
    /// those in its row would lie before the first slot that nobody passes over.
    fn doubt(&mut self, hash: i64) {
        let mut probe = Probe::new(hash, self.mask);
        for _ in 0..JUMPS {
            let first = probe.row().0;
            let last = first_without(&self.passed, first).min(self.mask);
            mark(&mut self.unsure, first..last + 1);
            if !has(&self.left, first) {
                return;
            }
            probe.jump();
        }
    }

    /// Takes the first slot that is free, from this one on, and passes over those before it.
    #[inline(always)]
    fn take(&mut self, slot: usize) {
        match self.way_from(slot) {
            Some(Way { word, passed, free }) => {
                self.taken[word] |= free;
                self.passed[word] |= passed;
            }
            None => self.take_further(slot),
        }
    }

    /// The way to the first free slot, from this one on, where it ends in the same word of the table:
    /// it nearly always does.
    #[inline(always)]
    fn way_from(&self, slot: usize) -> Option<Way> {
        let word = slot / WORD;
        let taken = self.taken[word];
        // What is carried goes over all that are taken.
        let carried = taken.checked_add(1 << (slot % WORD))?;
        let has_whole_words = self.mask >= WORD - 1;
        has_whole_words.then_some(Way {
            word,
            passed: taken & !carried,
            free: carried & !taken,
        })
    }

    /// The same, further: where a table is crowded, thousands of slots lie between.
    fn take_further(&mut self, slot: usize) {
        // No element goes further than to the last slot.
        let free = first_without(&self.taken, slot).min(self.mask + 1);
        mark(&mut self.passed, slot..free);
        if free <= self.mask {
            self.taken[free / WORD] |= 1 << (free % WORD);
        }
    }

    /// A bit for each slot that begins a row whose slots are all passed over; from the first on
    /// whose row is cut off they are a row each.
    fn rows_left(&self) -> Vec<u64> {
        let pairs = self.passed.windows(2);
        let whole = pairs.map(|pair| {
            // The slots of a row are those of rows half as long, which may overlap.
            let (mut rows, mut length) = (u128::from(pair[1]) << WORD | u128::from(pair[0]), 1);
            while length < ROW {
                let further = length.min(ROW - length);
                rows &= rows >> further;
                length += further;
            }
            rows as u64
        });
        let mut rows: Vec<u64> = whole.chain([0]).collect();
        for slot in self.first_cut_off..=self.mask {
            rows[slot / WORD] |= self.passed[slot / WORD] & 1 << (slot % WORD);
        }
        rows
    }
}

/// The slots that are passed over on the way to a free one, and that one, as bits of a word.
struct Way {
    word: usize,
    passed: u64,
    free: u64,
}

/// What is known of rows while elements go to them.
struct Rows {
    /// Room for slots that are taken when their turn comes: what is in it means nothing.
    late: [usize; CHUNK],
    /// The hashes that lead to rows that are cut off.
    in_cut_off: Vec<i64>,
}

fn has(bits: &[u64], slot: usize) -> bool {
    bits[slot / WORD] >> (slot % WORD) & 1 == 1
}

/// Whether a slot before this one has a bit.
fn has_before(bits: &[u64], slot: usize) -> bool {
    let (before, own) = bits.split_at(slot / WORD);
    before.iter().any(|word| *word != 0) || own[0] & ((1 << (slot % WORD)) - 1) != 0
}

/// Gives a bit to each of these slots.
fn mark(bits: &mut [u64], slots: Range<usize>) {
    if slots.is_empty() {
        return;
    }
    let (first, last) = (slots.start / WORD, (slots.end - 1) / WORD);
    let from_first = u64::MAX << (slots.start % WORD);
    let to_last = u64::MAX >> (WORD - 1 - (slots.end - 1) % WORD);
    if first == last {
        bits[first] |= from_first & to_last;
        return;
    }
    bits[first] |= from_first;
    bits[first + 1..last].fill(u64::MAX);
    bits[last] |= to_last;
}

/// The first slot without a bit, from this one on; those behind the table's last have none.
fn first_without(bits: &[u64], slot: usize) -> usize {
    let mut word = slot / WORD;
    let mut without = !(bits[word] | ((1 << (slot % WORD)) - 1));
    while without == 0 {
        word += 1;
        without = !bits[word];
    }
    word * WORD + without.trailing_zeros() as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::growth::{room, slots_with};
    use super::super::item::Item;
    use super::super::table::{Element, Table};
    use super::*;

    proptest! {
        #[test]
        fn slots_between_two_are_marked(before in any::<u64>(), start in 0..200_usize, count in 0..200_usize) {
            let mut bits = vec![before; 7];
            mark(&mut bits, start..start + count);
            for slot in 0..bits.len() * WORD {
                let is_between = (start..start + count).contains(&slot);
                prop_assert_eq!(has(&bits, slot), is_between || has(&[before; 7], slot));
            }
        }
    }

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

    /// Of a table whose elements came in another order than they are asked for, each
    /// lies where it is said to, and many are known to the slot.
    #[test]
    fn elements_lie_where_they_are_said_to_in_any_order() {
        for count in [3, 20, 70, 76, 500, 1_228, 1_229, 4_000, 4_914] {
            let places = 0..count as i64;
            let places: Vec<Item> = places
                .filter_map(|number| Item::place(number / 60, number % 60))
                .collect();
            let in_another_order = (0..count).map(|number| places[number * 7_919 % count]);
            let table = Table::from_distinct(in_another_order);
            let hashes = |turns: Range<usize>, take: &mut dyn FnMut(&[i64])| {
                let hashes: Vec<i64> = places[turns].iter().map(Element::hash).collect();
                take(&hashes);
            };
            let slots = table.slots().len();
            let Some(occupancy) = Occupancy::in_any_order(slots, count, &hashes) else {
                assert!(slots < 100, "{count} of {slots}");
                continue;
            };
            let mut known = 0;
            for (slot, item) in table.slots().iter().enumerate() {
                if item.is_held() {
                    let Some((first, last)) = occupancy.stretch(item.hash()) else {
                        continue;
                    };
                    assert!((first..=last).contains(&slot), "{slot}: {first} to {last}");
                    known += usize::from(first == last);
                }
            }
            assert!(known * 4 > count || slots < 100, "{known} of {count}");
        }
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
