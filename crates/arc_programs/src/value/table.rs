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
//! The elements are values; or anything else with a value's hash and equality
//! ([`Element`]), for a primitive that needs to know how a set would be ordered
//! and not the set.

use smallvec::SmallVec;

use super::Value;

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
pub trait Element: Clone {
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

/// A set under construction: CPython's `set`.
#[derive(Clone)]
pub struct Table<Item = Value> {
    /// Numbers of entries, [`UNUSED`] or [`DUMMY`]; a power of two of them.
    slots: Slots,
    /// The elements, and those since discarded, in no particular order.
    entries: Vec<Entry<Item>>,
    /// Slots that hold an element or held one.
    filled: usize,
    /// Slots that hold an element.
    used: usize,
}

/// The smallest tables, which are most, need no memory of their own for these.
type Slots = SmallVec<[u32; SMALLEST]>;

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
enum Place {
    /// The slot of the element itself.
    Found(usize),
    /// The slot where it would go.
    Unused(usize),
}

impl<Item: Element> Table<Item> {
    /// An empty set.
    pub fn new() -> Table<Item> {
        Table {
            slots: Slots::from_buf([UNUSED; SMALLEST]),
            entries: Vec::new(),
            filled: 0,
            used: 0,
        }
    }

    /// An empty set with memory for this many elements, and the table of a set
    /// that grows to them.
    pub fn with_capacity(elements: usize) -> Table<Item> {
        Table {
            entries: Vec::with_capacity(elements),
            ..Table::new()
        }
    }

    /// Makes it an empty set, as new, which keeps its memory.
    pub fn clear(&mut self) {
        self.slots.clear();
        self.slots.resize(SMALLEST, UNUSED);
        self.entries.clear();
        self.filled = 0;
        self.used = 0;
    }

    /// As [`Table::insert`], of an element that is known not to be there.
    #[inline]
    pub fn insert_distinct(&mut self, value: Item) {
        let hash = value.hash();
        self.insert_new(Entry { hash, value });
    }

    /// The set that inserting these values in turn builds: a display, a
    /// comprehension, or `set` of anything but a set.
    pub fn from_values(values: impl IntoIterator<Item = Item>) -> Table<Item> {
        let mut table = Table::new();
        for value in values {
            table.insert(value);
        }
        table
    }

    /// Python's `set(other)` and `frozenset(other)` of a `set`: merged into a
    /// new table, so not always in the other's order.
    pub fn copy_of(other: &Table<Item>) -> Table<Item> {
        let mut table = Table::new();
        table.merge(other);
        table
    }

    /// As [`Table::copy_of`], of a table that is not needed any more.
    pub fn into_copy(mut self) -> Table<Item> {
        let is_crowded = Table::<Item>::crowded(self.used, SMALLEST - 1);
        let least = if is_crowded { self.used * 2 } else { 0 };
        let is_kept = self.filled == self.used && self.slots.len() == Table::<Item>::size(least);
        if !is_kept && self.used > 0 {
            self.resize(least);
        }
        self
    }

    /// The number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.used
    }

    /// Whether there are no elements.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.used == 0
    }

    #[inline]
    fn mask(&self) -> usize {
        self.slots.len() - 1
    }

    #[inline]
    fn find(&self, value: &Item, hash: i64) -> Place {
        let mut probe = Probe::new(hash, self.mask());
        loop {
            let slot = probe.next();
            match self.slots[slot] {
                UNUSED => return Place::Unused(slot),
                DUMMY => {}
                number => {
                    let entry = &self.entries[number as usize];
                    if entry.hash == hash && entry.value.same(value) {
                        return Place::Found(slot);
                    }
                }
            }
        }
    }

    /// Python's `value in set`.
    #[inline]
    pub fn contains(&self, value: &Item) -> bool {
        self.holds(value, value.hash())
    }

    #[inline]
    fn holds(&self, value: &Item, hash: i64) -> bool {
        self.used > 0 && matches!(self.find(value, hash), Place::Found(_))
    }

    /// Python's `set.add`; whether the element is new. Of equal elements the
    /// first stays.
    #[inline]
    pub fn insert(&mut self, value: Item) -> bool {
        let hash = value.hash();
        self.insert_hashed(value, hash)
    }

    #[inline]
    fn insert_hashed(&mut self, value: Item, hash: i64) -> bool {
        let Place::Unused(slot) = self.find(&value, hash) else {
            return false;
        };
        self.slots[slot] = self.add_entry(Entry { hash, value });
        self.grow();
        true
    }

    /// Adds what is known not to be there.
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
        if Table::<Item>::crowded(self.filled, self.mask()) {
            self.resize(Table::<Item>::grown(self.used));
        }
    }

    /// Whether so many filled slots are too many.
    #[inline]
    fn crowded(filled: usize, mask: usize) -> bool {
        filled * 5 >= mask * 3
    }

    /// The number of a new entry. The limits on what is built keep it far
    /// below the numbers that mark slots.
    #[inline]
    fn add_entry(&mut self, entry: Entry<Item>) -> u32 {
        let number = self.entries.len() as u32;
        self.entries.push(entry);
        number
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

    /// Moves everything, in slot order, to a table of more than `least` slots.
    fn resize(&mut self, least: usize) {
        let slots = smallvec::smallvec![UNUSED; Table::<Item>::size(least)];
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
    pub fn merge(&mut self, other: &Table<Item>) {
        if other.used == 0 {
            return;
        }
        if Table::<Item>::crowded(self.filled + other.used, self.mask()) {
            self.resize((self.used + other.used) * 2);
        }
        if self.filled > 0 {
            for entry in other.entries_in_order() {
                self.insert_hashed(entry.value.clone(), entry.hash);
            }
            return;
        }
        if self.mask() == other.mask() && other.filled == other.used {
            self.slots.clone_from(&other.slots);
            self.entries.clone_from(&other.entries);
        } else {
            self.entries.reserve(other.used);
            for entry in other.entries_in_order() {
                let number = self.add_entry(entry.clone());
                self.insert_clean(number, entry.hash);
            }
        }
        self.filled = other.used;
        self.used = other.used;
    }

    /// Python's `set.discard`; whether the element was there. Its slot stays
    /// marked until the table is rebuilt.
    pub fn discard(&mut self, value: &Item) -> bool {
        self.discard_hashed(value, value.hash())
    }

    fn discard_hashed(&mut self, value: &Item, hash: i64) -> bool {
        let Place::Found(slot) = self.find(value, hash) else {
            return false;
        };
        self.slots[slot] = DUMMY;
        self.used -= 1;
        true
    }

    /// Python's `self | other`, and `self.union(other)` of a set.
    pub fn union(&self, other: &Table<Item>) -> Table<Item> {
        let mut union = Table::copy_of(self);
        if !std::ptr::eq(self, other) {
            union.merge(other);
        }
        union
    }

    /// Python's `self & other`: the smaller one is walked, the right one where
    /// they are of one size, and its elements are taken.
    pub fn intersection(&self, other: &Table<Item>) -> Table<Item> {
        if std::ptr::eq(self, other) {
            return Table::copy_of(self);
        }
        let (walked, searched) = if other.used > self.used {
            (self, other)
        } else {
            (other, self)
        };
        let mut intersection = Table::new();
        for entry in walked.entries_in_order() {
            if searched.holds(&entry.value, entry.hash) {
                intersection.insert_hashed(entry.value.clone(), entry.hash);
            }
        }
        intersection
    }

    /// Python's `self - other`: where `self` is much the larger, a copy from
    /// which the other's elements are discarded, else what the other lacks.
    pub fn difference(&self, other: &Table<Item>) -> Table<Item> {
        let is_in_other = |entry: &Entry<Item>| other.holds(&entry.value, entry.hash);
        let mut difference = Table::new();
        self.without(other.used, is_in_other, &mut difference);
        difference
    }

    /// As [`Table::difference`], the other being known by the number of its
    /// elements and by whether it has one; into a table whose memory is used.
    pub fn difference_into(
        &self,
        others: usize,
        is_in_other: impl Fn(&Item) -> bool,
        difference: &mut Table<Item>,
    ) {
        self.without(others, |entry| is_in_other(&entry.value), difference);
    }

    fn without(
        &self,
        others: usize,
        is_in_other: impl Fn(&Entry<Item>) -> bool,
        difference: &mut Table<Item>,
    ) {
        difference.clear();
        if (self.used >> 2) > others {
            difference.merge(self);
            for slot in &mut difference.slots {
                if *slot < DUMMY && is_in_other(&difference.entries[*slot as usize]) {
                    *slot = DUMMY;
                    difference.used -= 1;
                }
            }
            if difference.filled - difference.used > difference.mask() / 4 {
                difference.resize(Table::<Item>::grown(difference.used));
            }
            return;
        }
        for entry in self.entries_in_order() {
            if !is_in_other(entry) {
                difference.insert_new(entry.clone());
            }
        }
    }

    /// Python's `self <= other`.
    pub fn is_subset(&self, other: &Table<Item>) -> bool {
        self.used <= other.used
            && self
                .entries_in_order()
                .all(|entry| other.holds(&entry.value, entry.hash))
    }

    /// The elements in slot order.
    pub fn iter(&self) -> impl Iterator<Item = &Item> {
        self.entries_in_order().map(|entry| &entry.value)
    }

    fn entries_in_order(&self) -> impl Iterator<Item = &Entry<Item>> {
        self.slots
            .iter()
            .filter(|number| **number < DUMMY)
            .map(|number| &self.entries[*number as usize])
    }

    /// The entries in slot order, and the table with its slots numbered so.
    pub(super) fn into_ordered(mut self) -> Table<Item> {
        let mut ordered = Vec::with_capacity(self.used);
        for slot in &mut self.slots {
            if *slot < DUMMY {
                let number = *slot;
                *slot = ordered.len() as u32;
                ordered.push(number);
            }
        }
        let mut entries: Vec<Option<Entry<Item>>> = std::mem::take(&mut self.entries)
            .into_iter()
            .map(Some)
            .collect();
        let taken = ordered
            .into_iter()
            .filter_map(|number: u32| entries[number as usize].take());
        self.entries = taken.collect();
        self
    }

    /// All entries ever added and not moved since, in no particular order.
    pub(super) fn entries(&self) -> &[Entry<Item>] {
        &self.entries
    }
}

impl<Item: Element> Default for Table<Item> {
    fn default() -> Table<Item> {
        Table::new()
    }
}
