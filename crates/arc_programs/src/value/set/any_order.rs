//! What a small table has in a place of its order, in whatever order its elements came.
//!
//! Most elements lie in the first slot that their hashes lead to. Only those that lead to one
//! slot, and those that these may get in the way of, may lie elsewhere: of these few all orders
//! are tried.

use smallvec::SmallVec;

use super::probe::Probe;

/// The most elements that may lie elsewhere: of so many there are 120 orders.
const MOST: u32 = 5;

/// The slots of the largest of these tables.
const SLOTS: usize = u64::BITS as usize;

/// How far the way of an element is followed.
const FAR: usize = 4 * SLOTS;

/// The element, by its number, that has so many before it in a table of so many slots, by the
/// hashes of all, which differ; `None` where that depends on the order in which they came, or is
/// not told.
pub(super) fn nth(hashes: &[i64], slots: usize, number: usize) -> Option<usize> {
    if slots > SLOTS || hashes.len() >= slots {
        return None;
    }
    let mut orders = Orders::of(hashes, slots - 1)?;
    let mut found = None;
    let is_told = orders.each(orders.unsure, &mut |slots| {
        let nth = slots.iter().flatten().nth(number);
        let element = nth.map(|element| usize::from(*element));
        element.is_some() && *found.get_or_insert(element) == element
    });
    found.flatten().filter(|_| is_told)
}

/// Orders in which elements may have come.
struct Orders<'hashes> {
    hashes: &'hashes [i64],
    mask: usize,
    /// A bit for each element that may lie elsewhere than in its first slot.
    unsure: u64,
    /// What is in each slot: first of all those that lie in their first slots.
    slots: [Option<u8>; SLOTS],
}

impl<'hashes> Orders<'hashes> {
    /// `None` where too many may lie elsewhere.
    fn of(hashes: &'hashes [i64], mask: usize) -> Option<Orders<'hashes>> {
        // A bit for each element that a slot is the first of.
        let mut firsts = [0_u64; SLOTS];
        for (element, hash) in hashes.iter().enumerate() {
            firsts[*hash as usize & mask] |= 1 << element;
        }
        let shared = firsts.iter().filter(|first| first.count_ones() > 1);
        let mut unsure = shared.fold(0, |unsure, first| unsure | first);
        loop {
            if unsure.count_ones() > MOST {
                return None;
            }
            // Each passes over no more slots than there are others on its way.
            let mut met = unsure;
            for element in bits(unsure) {
                met |= first_slots(hashes[element], mask, unsure.count_ones())?
                    .iter()
                    .fold(0, |met, slot| met | firsts[*slot]);
            }
            if met == unsure {
                break;
            }
            unsure = met;
        }
        let mut slots = [None; SLOTS];
        for (element, hash) in hashes.iter().enumerate() {
            if unsure >> element & 1 == 0 {
                slots[*hash as usize & mask] = Some(element as u8);
            }
        }
        Some(Orders {
            hashes,
            mask,
            unsure,
            slots,
        })
    }

    /// Hands over the slots for each order of the elements that are left, until one is not
    /// agreed with; whether all are.
    fn each(&mut self, left: u64, agrees: &mut impl FnMut(&[Option<u8>]) -> bool) -> bool {
        if left == 0 {
            return agrees(&self.slots[..=self.mask]);
        }
        for element in bits(left) {
            let mut probe = Probe::new(self.hashes[element], self.mask);
            let mut slot = probe.next();
            while self.slots[slot].is_some() {
                slot = probe.next();
            }
            self.slots[slot] = Some(element as u8);
            let agree = self.each(left & !(1 << element), agrees);
            self.slots[slot] = None;
            if !agree {
                return false;
            }
        }
        true
    }
}

/// So many different slots that a hash leads to, in turn; `None` where its way is long.
fn first_slots(hash: i64, mask: usize, count: u32) -> Option<SmallVec<[usize; MOST as usize]>> {
    let mut probe = Probe::new(hash, mask);
    let mut slots = SmallVec::new();
    for _ in 0..FAR {
        let slot = probe.next();
        if !slots.contains(&slot) {
            slots.push(slot);
        }
        if slots.len() == count as usize {
            return Some(slots);
        }
    }
    None
}

/// The numbers of the bits that are set.
pub(super) fn bits(mut left: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let number = left.trailing_zeros() as usize;
        left &= left.wrapping_sub(1);
        (number < SLOTS).then_some(number)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::growth::slots_of_copy;
    use super::super::item::Item;
    use super::super::table::{Element, Table};
    use super::*;

    /// Places that are told where they are in a copy, of how many, in some orders of their coming.
    fn check(items: &[Item], seed: u64) -> Result<(usize, usize), TestCaseError> {
        let hashes: Vec<i64> = items.iter().map(Element::hash).collect();
        let slots = slots_of_copy(items.len());
        let mut told = 0;
        for number in 0..items.len() {
            let Some(element) = nth(&hashes, slots, number) else {
                continue;
            };
            told += 1;
            let (mut order, mut state) = (items.to_vec(), seed);
            for _ in 0..40 {
                let table = Table::from_distinct(order.iter().copied()).into_copy();
                prop_assert_eq!(table.slots().len(), slots);
                prop_assert_eq!(table.iter().nth(number), Some(&items[element]));
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let (one, other) = (state >> 33, state >> 50);
                let count = order.len();
                order.swap(one as usize % count, other as usize % count);
            }
        }
        Ok((told, items.len()))
    }

    proptest! {
        #[test]
        fn what_is_told_is_so_in_every_order(
            places in prop::collection::btree_set((0..30_i64, 0..30_i64), 1..20),
            seed in any::<u64>(),
        ) {
            let items = places.into_iter().filter_map(|(row, column)| Item::place(row, column));
            check(&items.collect::<Vec<Item>>(), seed)?;
        }
    }

    #[test]
    fn many_of_a_few_are_told() {
        let (mut told, mut all) = (0, 0);
        for first in 0..100 {
            let places =
                (0..4).map(|number| (first * 7 % 30, first + number * number * 5 + number));
            let items = places.filter_map(|(row, column)| Item::place(row, column));
            let items: Vec<Item> = items.collect();
            let (own, of) = check(&items, first as u64).expect("the same order");
            (told, all) = (told + own, all + of);
        }
        assert!(told * 3 > all && told < all, "{told} of {all}");
    }
}
