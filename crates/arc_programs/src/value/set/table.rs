//! Tables in CPython 3.11's order: what sets are made of.
//!
//! A set iterates over its table from the first slot to the last, so its order
//! is the history of its table: the hashes, the sizes that it grew through, and
//! who came first where elements collide. This file follows
//! `Objects/setobject.c` operation by operation.
//!
//! CPython keeps hash and element in each slot. Here a slot is whatever an
//! [`Element`] makes of it: a value with its hash in 24 bytes, a place or a cell
//! of small integers in eight, whose hash is computed faster than it is read.

use super::growth::{
    SMALLEST, grown, is_crowded, is_discarded_from, least_of_copy, size, slots_with,
};
use super::probe::Probe;

/// What a table can hold, and what a slot is where it holds none.
pub(super) trait Element: Clone + 'static {
    /// A slot that never held an element.
    const UNUSED: Self;

    /// A slot whose element was discarded.
    const DISCARDED: Self;

    /// Whether this is [`Element::UNUSED`].
    fn is_unused(&self) -> bool;

    /// Whether this is an element.
    fn is_held(&self) -> bool;

    /// The hash of the value that this element is or stands for.
    fn hash(&self) -> i64;

    /// Whether a slot holds what is the same element of a set.
    fn same(&self, other: &Self) -> bool;

    /// So many slots that never held an element.
    fn unused(count: usize) -> Box<[Self]>;
}

/// CPython's `set`: slots, and how many of them were filled.
#[derive(Clone)]
pub(super) struct Table<Item: Element> {
    /// A power of two of them.
    slots: Box<[Item]>,
    /// Slots that hold an element or held one.
    filled: u32,
    /// Slots that hold an element.
    used: u32,
}

/// What a search ends at.
enum Found {
    /// The slot of the element.
    Element,
    /// The slot where it would go.
    Nothing(usize),
}

impl<Item: Element> Table<Item> {
    /// An empty set.
    pub(super) fn new() -> Table<Item> {
        Table {
            slots: Item::unused(SMALLEST),
            filled: 0,
            used: 0,
        }
    }

    /// The set that inserting these in turn builds: a display, a comprehension,
    /// or `set` of anything but a set.
    pub(super) fn from_items(items: impl IntoIterator<Item = Item>) -> Table<Item> {
        let mut table = Table::new();
        for item in items {
            table.insert(item);
        }
        table
    }

    /// As [`Table::from_items`], of elements that are known to differ.
    pub(super) fn from_distinct(items: impl IntoIterator<Item = Item>) -> Table<Item> {
        /// With how many elements the smallest table grows.
        const CROWD: usize = 5;
        const { assert!(is_crowded(CROWD, SMALLEST - 1) && !is_crowded(CROWD - 1, SMALLEST - 1)) };
        let mut items = items.into_iter();
        // The first slots get memory when they are not outgrown.
        let mut slots = [const { Item::UNUSED }; SMALLEST];
        let mut count = 0;
        for item in items.by_ref().take(CROWD) {
            put(&mut slots, item);
            count += 1;
        }
        let mut table = Table {
            slots: Box::default(),
            filled: count as u32,
            used: count as u32,
        };
        if count < CROWD {
            table.slots = Box::new(slots);
            return table;
        }
        table.slots = Item::unused(size(grown(CROWD)));
        for item in slots.into_iter().filter(Element::is_held) {
            table.insert_clean(item);
        }
        for item in items {
            table.insert_distinct(item);
        }
        table
    }

    /// The copy of a set of distinct elements, where they get in nobody's way: it is
    /// the same in whatever order they were inserted. That is so too where they do in the
    /// copy, but not in the larger table that is copied.
    pub(super) fn copy_without_collisions(items: &[Item]) -> Option<Table<Item>> {
        let slots = size(least_of_copy(items.len()));
        let grown = slots_with(items.len()).0;
        match Table::without_collisions(items, slots) {
            None if grown > slots => Table::without_collisions(items, grown).map(Table::into_copy),
            copy => copy,
        }
    }

    /// Whether a copy of a set of few distinct elements is surely the same in whatever order they
    /// were inserted, as [`Table::copy_without_collisions`] says.
    pub(super) fn is_one_copy(items: &[Item]) -> bool {
        let slots = size(least_of_copy(items.len()));
        let grown = slots_with(items.len()).0;
        // With their own slots in either table nobody gets in another's way.
        let is_apart = |slots| slots <= TOLD_APART && !collide(items, slots);
        items.len() <= 1 || is_apart(slots) || grown > slots && is_apart(grown)
    }

    /// The set that inserting distinct elements builds, where they get in nobody's way in the end:
    /// the same in whatever order they come.
    pub(super) fn from_distinct_without_collisions(items: &[Item]) -> Option<Table<Item>> {
        Table::without_collisions(items, slots_with(items.len()).0)
    }

    /// So many slots in which these elements lie, each in the first that its hash leads to.
    fn without_collisions(items: &[Item], slots: usize) -> Option<Table<Item>> {
        if collide(items, slots) {
            return None;
        }
        let mut table: Table<Item> = Table {
            slots: Item::unused(slots),
            filled: items.len() as u32,
            used: items.len() as u32,
        };
        for item in items {
            let slot = &mut table.slots[item.hash() as usize & (slots - 1)];
            if !slot.is_unused() {
                return None;
            }
            *slot = item.clone();
        }
        Some(table)
    }

    /// Python's `set(other)` and `frozenset(other)` of a `set`: merged into a
    /// new table, so not always in the other's order.
    pub(super) fn copy_of(other: &Table<Item>) -> Table<Item> {
        let least = least_of_copy(other.len());
        if other.is_as_copied(least) {
            return other.clone();
        }
        let mut table = Table {
            slots: Item::unused(size(least)),
            filled: other.used,
            used: other.used,
        };
        for item in other.iter() {
            table.insert_clean(item.clone());
        }
        table
    }

    /// As [`Table::copy_of`], of a table that is not needed any more.
    pub(super) fn into_copy(mut self) -> Table<Item> {
        self.become_copy();
        self
    }

    /// Makes it what [`Table::copy_of`] makes of it.
    pub(super) fn become_copy(&mut self) {
        let least = least_of_copy(self.len());
        if !self.is_as_copied(least) {
            self.resize(least);
        }
    }

    /// Whether its copy, with more than `least` slots, is the same.
    fn is_as_copied(&self, least: usize) -> bool {
        !self.has_discarded() && self.slots.len() == size(least)
    }

    /// This table for other elements, which have the hashes of these.
    pub(super) fn map<Other: Element>(&self, other: impl Fn(&Item) -> Other) -> Table<Other> {
        let slot = |slot: &Item| match slot {
            slot if slot.is_held() => other(slot),
            slot if slot.is_unused() => Other::UNUSED,
            _ => Other::DISCARDED,
        };
        Table {
            slots: self.slots.iter().map(slot).collect(),
            filled: self.filled,
            used: self.used,
        }
    }

    /// Makes it an empty set, as new.
    pub(super) fn clear(&mut self) {
        match self.slots.len() {
            SMALLEST => self.slots.fill(Item::UNUSED),
            _ => self.slots = Item::unused(SMALLEST),
        }
        self.filled = 0;
        self.used = 0;
    }

    /// The number of elements.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.used as usize
    }

    /// Whether some slot held an element that was discarded.
    #[inline]
    fn has_discarded(&self) -> bool {
        self.filled > self.used
    }

    /// One less than the number of slots.
    #[inline]
    fn mask(&self) -> usize {
        self.slots.len() - 1
    }

    /// The slots, those that hold no element too.
    #[inline]
    pub(super) fn slots(&self) -> &[Item] {
        &self.slots
    }

    /// The elements in slot order.
    #[inline]
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Item> {
        self.slots.iter().filter(|slot| slot.is_held())
    }

    /// Where a search for an element ends: mostly at the first slot that its hash
    /// leads to.
    #[inline]
    fn find(&self, item: &Item) -> Found {
        let hash = item.hash();
        let first = hash as usize & self.mask();
        let slot = &self.slots[first];
        if slot.is_unused() {
            return Found::Nothing(first);
        }
        if slot.same(item) {
            return Found::Element;
        }
        self.find_further(item, hash)
    }

    /// The same, behind the first slot.
    fn find_further(&self, item: &Item, hash: i64) -> Found {
        let mut probe = Probe::new(hash, self.mask());
        probe.next();
        loop {
            let number = probe.next();
            let slot = &self.slots[number];
            if slot.is_unused() {
                return Found::Nothing(number);
            }
            if slot.same(item) {
                return Found::Element;
            }
        }
    }

    /// Python's `item in set`.
    #[inline]
    pub(super) fn contains(&self, item: &Item) -> bool {
        self.used > 0 && matches!(self.find(item), Found::Element)
    }

    /// Python's `set.add`; whether the element is new. Of equal elements the
    /// first stays.
    #[inline]
    pub(super) fn insert(&mut self, item: Item) -> bool {
        let Found::Nothing(slot) = self.find(&item) else {
            return false;
        };
        self.slots[slot] = item;
        self.grow();
        true
    }

    /// As [`Table::insert`], of an element that is known not to be there.
    #[inline]
    pub(super) fn insert_distinct(&mut self, item: Item) {
        self.insert_clean(item);
        self.grow();
    }

    /// Counts an element that was added, and makes room for the next.
    #[inline]
    fn grow(&mut self) {
        self.filled += 1;
        self.used += 1;
        if is_crowded(self.filled as usize, self.mask()) {
            self.resize(grown(self.len()));
        }
    }

    /// Moves everything, in slot order, to a table of more than `least` slots.
    fn resize(&mut self, least: usize) {
        let old = std::mem::replace(&mut self.slots, Item::unused(size(least)));
        for item in old {
            if item.is_held() {
                self.insert_clean(item);
            }
        }
        self.filled = self.used;
    }

    /// Puts an element into its slot in a table that does not hold an equal one.
    #[inline]
    fn insert_clean(&mut self, item: Item) {
        put(&mut self.slots, item);
    }

    /// As [`Table::merge`] of a set whose elements are also listed in its order:
    /// faster to walk than its slots.
    pub(super) fn merge_listed(&mut self, other: &Table<Item>, items: &[Item]) {
        if self.filled == 0 {
            return self.merge(other);
        }
        if is_crowded(self.filled as usize + items.len(), self.mask()) {
            self.resize((self.len() + items.len()) * 2);
        }
        for item in items {
            self.insert(item.clone());
        }
    }

    /// Python's `set |= other` where the other is a set: room for both is made
    /// first, and an empty set takes the other's table over as it is where the
    /// sizes agree.
    pub(super) fn merge(&mut self, other: &Table<Item>) {
        let others = other.len();
        if others == 0 {
            return;
        }
        if is_crowded(self.filled as usize + others, self.mask()) {
            self.resize((self.len() + others) * 2);
        }
        if self.filled > 0 {
            for item in other.iter() {
                self.insert(item.clone());
            }
            return;
        }
        if self.mask() == other.mask() && !other.has_discarded() {
            self.slots.clone_from(&other.slots);
        } else {
            for item in other.iter() {
                self.insert_clean(item.clone());
            }
        }
        self.filled = other.used;
        self.used = other.used;
    }

    /// As [`Table::merge`], of a set of one element, where this one has some.
    pub(super) fn merge_one(&mut self, item: Item) {
        if is_crowded(self.filled as usize + 1, self.mask()) {
            self.resize((self.len() + 1) * 2);
        }
        self.insert(item);
    }

    /// Python's `self | other`.
    pub(super) fn union(&self, other: &Table<Item>) -> Table<Item> {
        let mut union = Table::copy_of(self);
        if !std::ptr::eq(self, other) {
            union.merge(other);
        }
        union
    }

    /// Python's `self -= other`, the other being known by whether it has an
    /// element.
    pub(super) fn discard(&mut self, is_in_other: impl Fn(&Item) -> bool) {
        for slot in &mut *self.slots {
            if slot.is_held() && is_in_other(slot) {
                *slot = Item::DISCARDED;
                self.used -= 1;
            }
        }
        if (self.filled - self.used) as usize > self.mask() / 4 {
            self.resize(grown(self.len()));
        }
    }

    /// Makes it Python's `whole - other`, the other being known by the number of
    /// its elements and by whether it has one: where `whole` is much the larger,
    /// a copy from which the other's elements are discarded, else what the other
    /// lacks.
    pub(super) fn become_difference(
        &mut self,
        whole: &Table<Item>,
        others: usize,
        is_in_other: impl Fn(&Item) -> bool,
    ) {
        self.clear();
        if is_discarded_from(whole.len(), others) {
            self.merge(whole);
            self.discard(is_in_other);
            return;
        }
        for item in whole.iter() {
            if !is_in_other(item) {
                self.insert_distinct(item.clone());
            }
        }
    }
}

/// As many slots are told apart.
const TOLD_APART: usize = u64::BITS as usize;

/// Whether two of these elements are known to lead to one of so many slots: more than a few
/// mostly do, which is seen before the slots get memory.
fn collide<Item: Element>(items: &[Item], slots: usize) -> bool {
    if slots > TOLD_APART {
        return false;
    }
    let mut taken = 0_u64;
    for item in items {
        let slot = 1 << (item.hash() as usize & (slots - 1));
        if taken & slot != 0 {
            return true;
        }
        taken |= slot;
    }
    false
}

/// Puts an element into its slot, of slots that do not hold an equal one: mostly the
/// first that its hash leads to.
#[inline]
fn put<Item: Element>(slots: &mut [Item], item: Item) {
    let hash = item.hash();
    let first = hash as usize & (slots.len() - 1);
    match &mut slots[first] {
        slot if slot.is_unused() => *slot = item,
        _ => put_further(slots, item, hash),
    }
}

/// The same, behind the first slot.
fn put_further<Item: Element>(slots: &mut [Item], item: Item, hash: i64) {
    let mut probe = Probe::new(hash, slots.len() - 1);
    probe.next();
    loop {
        let slot = probe.next();
        if slots[slot].is_unused() {
            slots[slot] = item;
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::item::Item;
    use super::*;

    /// Whether some elements get a copy without the order of their insertion, which is that of
    /// every order that is tried.
    fn check(items: &[Item]) -> Result<bool, TestCaseError> {
        let Some(copy) = Table::copy_without_collisions(items) else {
            return Ok(false);
        };
        for turn in 0..items.len() {
            let mut turned = items.to_vec();
            turned.rotate_left(turn);
            for _ in 0..2 {
                let other = Table::from_distinct(turned.iter().copied()).into_copy();
                prop_assert_eq!(copy.slots().len(), other.slots().len());
                prop_assert!(copy.slots() == other.slots());
                turned.reverse();
            }
        }
        Ok(true)
    }

    proptest! {
        #[test]
        fn a_copy_without_collisions_is_that_of_any_order(
            places in prop::collection::btree_set((0..30_i64, 0..30_i64), 1..20),
        ) {
            let items = places.into_iter().filter_map(|(row, column)| Item::place(row, column));
            check(&items.collect::<Vec<Item>>())?;
        }
    }

    #[test]
    fn what_collides_in_the_copy_alone_has_the_order_of_what_is_copied() {
        let is_told_by_the_larger = |first: i64| {
            let places = (0..6).map(|number| {
                let row = (first * 7 + number * 13) % 30;
                (row, (first * number + number * number * 5) % 30)
            });
            let places: BTreeSet<(i64, i64)> = places.collect();
            let items = places
                .iter()
                .filter_map(|place| Item::place(place.0, place.1));
            let items: Vec<Item> = items.collect();
            check(&items).expect("the same order") && collide(&items, 16)
        };
        assert!(
            (0..200)
                .filter(|first| is_told_by_the_larger(*first))
                .count()
                > 5
        );
    }
}
