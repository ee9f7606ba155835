//! Tables in CPython 3.11's order: what sets are made of.
//!
//! A set iterates over its table from the first slot to the last, so its order
//! is the history of its table: the hashes, the sizes that it grew through, and
//! who came first where elements collide. This file follows
//! `Objects/setobject.c` operation by operation.
//!
//! CPython keeps hash and element in each slot. Here a slot holds the number
//! of an entry in a dense list, as Python's dictionaries do: probing touches
//! four bytes a slot, and growing moves no elements.
//!
//! There are two of them. A [`GrowingTable`] has its entries in the order in
//! which they came; a [`FrozenTable`] has them in slot order, with none that was
//! discarded, so that walking it is walking a list. What reads either is written
//! once, for any [`Source`].
//!
//! The elements are values; or anything else with a value's hash and equality
//! ([`Element`]), for what needs to know how a set would be ordered and not the
//! set.

use smallvec::SmallVec;

use super::super::Value;

/// The slots of a new table.
const SMALLEST: usize = 8;

/// How many further slots are looked at in a row before a jump.
const LINEAR_PROBES: usize = 9;

/// How many bits of the hash come into play with each jump.
const PERTURB_SHIFT: u32 = 5;

/// Above this many elements a table doubles instead of quadrupling.
const LARGE: usize = 50_000;

/// A slot that never held an element.
const UNUSED: u32 = u32::MAX;

/// A slot whose element was discarded.
const DUMMY: u32 = u32::MAX - 1;

/// What a table can hold.
pub(super) trait Element: Clone + 'static {
    /// The hash of the value that this is or stands for.
    fn hash(&self) -> i64;

    /// Whether both are the same element of a set.
    fn same(&self, other: &Self) -> bool;
}

impl Element for Value {
    #[inline]
    fn hash(&self) -> i64 {
        Value::hash(self)
    }

    #[inline]
    fn same(&self, other: &Value) -> bool {
        Value::same(self, other)
    }
}

/// An element and its hash, which is never computed twice.
#[derive(Clone)]
pub(super) struct Entry<Item> {
    pub(super) hash: i64,
    pub(super) value: Item,
}

/// The smallest tables, which are most, need no memory of their own for these.
type Slots = SmallVec<[u32; SMALLEST]>;

/// A table that can be read: what merging and subtracting take.
pub(super) trait Source<Item: Element> {
    /// Numbers of entries, [`UNUSED`] or [`DUMMY`]; a power of two of them.
    fn slots(&self) -> &Slots;

    /// The elements, by number.
    fn entries(&self) -> &[Entry<Item>];

    /// The number of elements.
    fn len(&self) -> usize;

    /// Whether some slot held an element that was discarded.
    fn has_discarded(&self) -> bool;

    /// The entries in slot order.
    fn in_order(&self) -> impl Iterator<Item = &Entry<Item>>;

    /// The elements in slot order.
    fn iter(&self) -> impl Iterator<Item = &Item> {
        self.in_order().map(|entry| &entry.value)
    }

    /// One less than the number of slots.
    #[inline]
    fn mask(&self) -> usize {
        self.slots().len() - 1
    }

    /// Where a search for an element ends.
    #[inline]
    fn find(&self, value: &Item, hash: i64) -> Found {
        let (slots, entries) = (self.slots(), self.entries());
        let mut probe = Probe::new(hash, slots.len() - 1);
        loop {
            let slot = probe.next();
            match slots[slot] {
                UNUSED => return Found::Nothing(slot),
                DUMMY => {}
                number => {
                    let entry = &entries[number as usize];
                    if entry.hash == hash && entry.value.same(value) {
                        return Found::Element;
                    }
                }
            }
        }
    }

    /// Whether this element, whose hash is known, is there.
    #[inline]
    fn holds(&self, value: &Item, hash: i64) -> bool {
        self.len() > 0 && matches!(self.find(value, hash), Found::Element)
    }

    /// Python's `value in set`.
    #[inline]
    fn contains(&self, value: &Item) -> bool {
        self.holds(value, value.hash())
    }

    /// Python's `self | other`.
    fn union(&self, other: &Self) -> GrowingTable<Item>
    where
        Self: Sized,
    {
        let mut union = GrowingTable::copy_of(self);
        if !std::ptr::eq(self, other) {
            union.merge(other);
        }
        union
    }

    /// Python's `self & other`: the smaller one is walked, the right one where
    /// they are of one size, and its elements are taken.
    fn intersection(&self, other: &Self) -> GrowingTable<Item>
    where
        Self: Sized,
    {
        if std::ptr::eq(self, other) {
            return GrowingTable::copy_of(self);
        }
        let (walked, searched) = if other.len() > self.len() {
            (self, other)
        } else {
            (other, self)
        };
        let mut intersection = GrowingTable::new();
        for entry in walked.entries() {
            if searched.holds(&entry.value, entry.hash) {
                intersection.insert_new(entry.clone());
            }
        }
        intersection
    }

    /// Python's `self <= other`.
    fn is_subset(&self, other: &Self) -> bool
    where
        Self: Sized,
    {
        let is_in_other = |entry: &Entry<Item>| other.holds(&entry.value, entry.hash);
        self.len() <= other.len() && self.entries().iter().all(is_in_other)
    }
}

/// A set under construction: CPython's `set`.
#[derive(Clone)]
pub(super) struct GrowingTable<Item> {
    slots: Slots,
    /// The elements, and those since discarded, in the order in which they came.
    entries: Vec<Entry<Item>>,
    /// Slots that hold an element or held one.
    filled: usize,
    /// Slots that hold an element.
    used: usize,
}

/// A finished set: entries in slot order, none discarded.
pub(super) struct FrozenTable<Item> {
    slots: Slots,
    entries: Vec<Entry<Item>>,
    /// Whether some slots are marked for elements that were discarded: searches
    /// pass them, and a copy leaves them out.
    has_discarded: bool,
}

impl<Item: Element> Source<Item> for GrowingTable<Item> {
    #[inline]
    fn slots(&self) -> &Slots {
        &self.slots
    }

    #[inline]
    fn entries(&self) -> &[Entry<Item>] {
        &self.entries
    }

    #[inline]
    fn len(&self) -> usize {
        self.used
    }

    #[inline]
    fn has_discarded(&self) -> bool {
        self.filled > self.used
    }

    fn in_order(&self) -> impl Iterator<Item = &Entry<Item>> {
        let numbers = self.slots.iter().filter(|number| **number < DUMMY);
        numbers.map(|number| &self.entries[*number as usize])
    }
}

impl<Item: Element> Source<Item> for FrozenTable<Item> {
    #[inline]
    fn slots(&self) -> &Slots {
        &self.slots
    }

    #[inline]
    fn entries(&self) -> &[Entry<Item>] {
        &self.entries
    }

    #[inline]
    fn len(&self) -> usize {
        self.entries.len()
    }

    #[inline]
    fn has_discarded(&self) -> bool {
        self.has_discarded
    }

    fn in_order(&self) -> impl Iterator<Item = &Entry<Item>> {
        self.entries.iter()
    }
}

/// The slots that a hash leads to, in order, without end.
struct Probe {
    mask: usize,
    start: usize,
    perturb: u64,
    /// The offset of the next slot from `start`.
    offset: usize,
    /// The last offset before the next jump.
    last: usize,
}

impl Probe {
    #[inline]
    fn new(hash: i64, mask: usize) -> Probe {
        let start = hash as u64 as usize & mask;
        Probe {
            mask,
            start,
            perturb: hash as u64,
            offset: 0,
            last: Probe::row(start, mask),
        }
    }

    /// How many further slots in a row there are: none where they would not
    /// all fit in the table.
    #[inline]
    fn row(start: usize, mask: usize) -> usize {
        if start + LINEAR_PROBES <= mask {
            LINEAR_PROBES
        } else {
            0
        }
    }

    #[inline]
    fn next(&mut self) -> usize {
        if self.offset > self.last {
            self.perturb >>= PERTURB_SHIFT;
            self.start = self
                .start
                .wrapping_mul(5)
                .wrapping_add(1)
                .wrapping_add(self.perturb as usize)
                & self.mask;
            self.offset = 0;
            self.last = Probe::row(self.start, self.mask);
        }
        let slot = self.start + self.offset;
        self.offset += 1;
        slot
    }
}

/// What a search ends at.
pub(super) enum Found {
    /// The element itself.
    Element,
    /// The slot where it would go.
    Nothing(usize),
}

impl<Item: Element> GrowingTable<Item> {
    /// An empty set.
    pub(super) fn new() -> GrowingTable<Item> {
        GrowingTable {
            slots: Slots::from_buf([UNUSED; SMALLEST]),
            entries: Vec::new(),
            filled: 0,
            used: 0,
        }
    }

    /// An empty set with memory for this many elements, and the table of a set
    /// that grows to them.
    pub(super) fn with_capacity(elements: usize) -> GrowingTable<Item> {
        GrowingTable {
            entries: Vec::with_capacity(elements),
            ..GrowingTable::new()
        }
    }

    /// Makes it an empty set, as new, which keeps its memory.
    pub(super) fn clear(&mut self) {
        self.slots.clear();
        self.slots.resize(SMALLEST, UNUSED);
        self.entries.clear();
        self.filled = 0;
        self.used = 0;
    }

    /// The set that inserting these values in turn builds: a display, a
    /// comprehension, or `set` of anything but a set.
    pub(super) fn from_values(values: impl IntoIterator<Item = Item>) -> GrowingTable<Item> {
        let mut table = GrowingTable::new();
        for value in values {
            table.insert(value);
        }
        table
    }

    /// Python's `set(other)` and `frozenset(other)` of a `set`: merged into a
    /// new table, so not always in the other's order.
    pub(super) fn copy_of(other: &impl Source<Item>) -> GrowingTable<Item> {
        let mut table = GrowingTable::new();
        table.merge(other);
        table
    }

    /// As [`GrowingTable::copy_of`], of a table that is not needed any more.
    pub(super) fn into_copy(mut self) -> GrowingTable<Item> {
        let is_crowded = is_crowded(self.used, SMALLEST - 1);
        let least = if is_crowded { self.used * 2 } else { 0 };
        let is_kept = !self.has_discarded() && self.slots.len() == size(least);
        if !is_kept && self.used > 0 {
            self.resize(least);
        }
        self
    }

    /// Python's `set.add`; whether the element is new. Of equal elements the
    /// first stays.
    #[inline]
    pub(super) fn insert(&mut self, value: Item) -> bool {
        let hash = value.hash();
        self.insert_hashed(value, hash)
    }

    #[inline]
    fn insert_hashed(&mut self, value: Item, hash: i64) -> bool {
        let Found::Nothing(slot) = self.find(&value, hash) else {
            return false;
        };
        self.slots[slot] = self.add_entry(Entry { hash, value });
        self.grow();
        true
    }

    /// As [`GrowingTable::insert`], of an element that is known not to be there.
    #[inline]
    pub(super) fn insert_distinct(&mut self, value: Item) {
        let hash = value.hash();
        self.insert_new(Entry { hash, value });
    }

    #[inline]
    fn insert_new(&mut self, entry: Entry<Item>) {
        let hash = entry.hash;
        let number = self.add_entry(entry);
        self.insert_clean(number, hash);
        self.grow();
    }

    /// Counts an element that was added, and makes room for the next.
    #[inline]
    fn grow(&mut self) {
        self.filled += 1;
        self.used += 1;
        if is_crowded(self.filled, self.mask()) {
            self.resize(grown(self.used));
        }
    }

    /// The number of a new entry. The limits on what is built keep it far
    /// below the numbers that mark slots.
    #[inline]
    fn add_entry(&mut self, entry: Entry<Item>) -> u32 {
        let number = self.entries.len() as u32;
        self.entries.push(entry);
        number
    }

    /// Moves everything, in slot order, to a table of more than `least` slots.
    fn resize(&mut self, least: usize) {
        let slots = smallvec::smallvec![UNUSED; size(least)];
        let old = std::mem::replace(&mut self.slots, slots);
        for number in old {
            if number < DUMMY {
                let hash = self.entries[number as usize].hash;
                self.insert_clean(number, hash);
            }
        }
        self.filled = self.used;
    }

    /// Puts an entry into its slot in a table that does not hold an equal one.
    #[inline]
    fn insert_clean(&mut self, number: u32, hash: i64) {
        let mut probe = Probe::new(hash, self.mask());
        loop {
            let slot = probe.next();
            if self.slots[slot] == UNUSED {
                self.slots[slot] = number;
                return;
            }
        }
    }

    /// Python's `set |= other` where the other is a set: room for both is made
    /// first, and an empty set takes the other's table over as it is where the
    /// sizes agree.
    pub(super) fn merge(&mut self, other: &impl Source<Item>) {
        let others = other.len();
        if others == 0 {
            return;
        }
        if is_crowded(self.filled + others, self.mask()) {
            self.resize((self.used + others) * 2);
        }
        if self.filled > 0 {
            for entry in other.in_order() {
                self.insert_hashed(entry.value.clone(), entry.hash);
            }
            return;
        }
        if self.mask() == other.mask() && !other.has_discarded() {
            self.slots.clone_from(other.slots());
            self.entries.clear();
            self.entries.extend_from_slice(other.entries());
        } else {
            self.entries.reserve(others);
            for entry in other.in_order() {
                let number = self.add_entry(entry.clone());
                self.insert_clean(number, entry.hash);
            }
        }
        self.filled = others;
        self.used = others;
    }

    /// Makes it Python's `whole - other`, the other being known by the number of
    /// its elements and by whether it has one: where `whole` is much the larger,
    /// a copy from which the other's elements are discarded, else what the other
    /// lacks.
    pub(super) fn become_difference(
        &mut self,
        whole: &impl Source<Item>,
        others: usize,
        is_in_other: impl Fn(&Item, i64) -> bool,
    ) {
        self.clear();
        if (whole.len() >> 2) > others {
            self.merge(whole);
            for slot in &mut self.slots {
                if *slot < DUMMY {
                    let entry = &self.entries[*slot as usize];
                    if is_in_other(&entry.value, entry.hash) {
                        *slot = DUMMY;
                        self.used -= 1;
                    }
                }
            }
            if self.filled - self.used > self.mask() / 4 {
                self.resize(grown(self.used));
            }
            return;
        }
        for entry in whole.in_order() {
            if !is_in_other(&entry.value, entry.hash) {
                self.insert_new(entry.clone());
            }
        }
    }

    /// Numbers the slots, and moves the entries, in slot order, and drops those
    /// that were discarded.
    fn put_in_order(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        let mut entries: Vec<Option<Entry<Item>>> = entries.into_iter().map(Some).collect();
        self.entries.reserve_exact(self.used);
        for slot in self.slots.iter_mut().filter(|slot| **slot < DUMMY) {
            if let Some(entry) = entries[*slot as usize].take() {
                *slot = self.entries.len() as u32;
                self.entries.push(entry);
            }
        }
    }

    /// The table as it stays: slots numbered, and entries moved, in slot order.
    pub(super) fn freeze(mut self) -> FrozenTable<Item> {
        let has_discarded = self.has_discarded();
        let held = |number: &&u32| **number < DUMMY;
        let is_in_order = self
            .slots
            .iter()
            .filter(held)
            .zip(0..)
            .all(|(number, next)| *number == next);
        if !is_in_order {
            self.put_in_order();
        }
        self.entries.truncate(self.used);
        FrozenTable {
            slots: self.slots,
            entries: self.entries,
            has_discarded,
        }
    }
}

/// Whether so many filled slots are too many.
#[inline]
fn is_crowded(filled: usize, mask: usize) -> bool {
    filled * 5 >= mask * 3
}

/// How many elements a table should have room for after this many.
fn grown(used: usize) -> usize {
    if used > LARGE { used * 2 } else { used * 4 }
}

/// The number of slots of a table with more than `least`.
fn size(least: usize) -> usize {
    let mut size = SMALLEST;
    while size <= least {
        size *= 2;
    }
    size
}
