//! Sets in CPython 3.11's order.
//!
//! A set iterates over its table from the first slot to the last, so its order
//! is the history of its table: the hashes, the sizes that it grew through, and
//! who came first where elements collide. This file follows
//! `Objects/setobject.c` operation by operation; [`Table`] is both the `set`
//! and the `frozenset` of CPython while it is built, [`Set`] is a finished,
//! shared frozenset.
//!
//! CPython keeps hash and element in each slot. Here a slot holds the number
//! of an entry in a dense list, as Python's dictionaries do: probing touches
//! four bytes a slot, growing moves no elements, and a finished set has its
//! entries in slot order, so that iterating it is a walk over a slice and not
//! over a table that is mostly empty.

use std::sync::{Arc, LazyLock};

use super::hash::{self, CachedHash};
use super::{Failure, Measure, Value};

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

/// An element and its hash, which is never computed twice.
#[derive(Clone)]
struct Entry {
    hash: i64,
    value: Value,
}

/// A set under construction: CPython's `set`.
#[derive(Clone)]
pub struct Table {
    /// Numbers of entries, [`UNUSED`] or [`DUMMY`]; a power of two of them.
    slots: Vec<u32>,
    /// The elements, and those since discarded, in no particular order.
    entries: Vec<Entry>,
    /// Slots that hold an element or held one.
    filled: usize,
    /// Slots that hold an element.
    used: usize,
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
enum Place {
    /// The slot of the element itself.
    Found(usize),
    /// The slot where it would go.
    Unused(usize),
}

impl Table {
    /// An empty set.
    pub fn new() -> Table {
        Table {
            slots: vec![UNUSED; SMALLEST],
            entries: Vec::new(),
            filled: 0,
            used: 0,
        }
    }

    /// The set that inserting these values in turn builds: a display, a
    /// comprehension, or `set` of anything but a set.
    pub fn from_values(values: impl IntoIterator<Item = Value>) -> Table {
        let mut table = Table::new();
        for value in values {
            table.insert(value);
        }
        table
    }

    /// Python's `set(other)` and `frozenset(other)` of a `set`: merged into a
    /// new table, so not always in the other's order.
    pub fn copy_of(other: &Table) -> Table {
        let mut table = Table::new();
        table.merge(other);
        table
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
    fn find(&self, value: &Value, hash: i64) -> Place {
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
    pub fn contains(&self, value: &Value) -> bool {
        self.holds(value, value.hash())
    }

    #[inline]
    fn holds(&self, value: &Value, hash: i64) -> bool {
        self.used > 0 && matches!(self.find(value, hash), Place::Found(_))
    }

    /// Python's `set.add`; whether the element is new. Of equal elements the
    /// first stays.
    #[inline]
    pub fn insert(&mut self, value: Value) -> bool {
        let hash = value.hash();
        self.insert_hashed(value, hash)
    }

    #[inline]
    fn insert_hashed(&mut self, value: Value, hash: i64) -> bool {
        let Place::Unused(slot) = self.find(&value, hash) else {
            return false;
        };
        self.slots[slot] = self.add_entry(Entry { hash, value });
        self.filled += 1;
        self.used += 1;
        if self.filled * 5 >= self.mask() * 3 {
            self.resize(Table::grown(self.used));
        }
        true
    }

    /// The number of a new entry. The limits on what is built keep it far
    /// below the numbers that mark slots.
    #[inline]
    fn add_entry(&mut self, entry: Entry) -> u32 {
        let number = self.entries.len() as u32;
        self.entries.push(entry);
        number
    }

    /// How many elements a table should have room for after this many.
    fn grown(used: usize) -> usize {
        if used > LARGE { used * 2 } else { used * 4 }
    }

    /// Moves everything, in slot order, to a table of more than `least` slots.
    fn resize(&mut self, least: usize) {
        let mut size = SMALLEST;
        while size <= least {
            size *= 2;
        }
        let old = std::mem::replace(&mut self.slots, vec![UNUSED; size]);
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
    pub fn merge(&mut self, other: &Table) {
        if other.used == 0 {
            return;
        }
        if (self.filled + other.used) * 5 >= self.mask() * 3 {
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
    pub fn discard(&mut self, value: &Value) -> bool {
        self.discard_hashed(value, value.hash())
    }

    fn discard_hashed(&mut self, value: &Value, hash: i64) -> bool {
        let Place::Found(slot) = self.find(value, hash) else {
            return false;
        };
        self.slots[slot] = DUMMY;
        self.used -= 1;
        true
    }

    /// Python's `self | other`, and `self.union(other)` of a set.
    pub fn union(&self, other: &Table) -> Table {
        let mut union = Table::copy_of(self);
        if !std::ptr::eq(self, other) {
            union.merge(other);
        }
        union
    }

    /// Python's `self & other`: the smaller one is walked, the right one where
    /// they are of one size, and its elements are taken.
    pub fn intersection(&self, other: &Table) -> Table {
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
    pub fn difference(&self, other: &Table) -> Table {
        if (self.used >> 2) > other.used {
            let mut difference = Table::copy_of(self);
            for entry in other.entries_in_order() {
                difference.discard_hashed(&entry.value, entry.hash);
            }
            if difference.filled - difference.used > difference.mask() / 4 {
                difference.resize(Table::grown(difference.used));
            }
            return difference;
        }
        let mut difference = Table::new();
        for entry in self.entries_in_order() {
            if !other.holds(&entry.value, entry.hash) {
                difference.insert_hashed(entry.value.clone(), entry.hash);
            }
        }
        difference
    }

    /// Python's `self <= other`.
    pub fn is_subset(&self, other: &Table) -> bool {
        self.used <= other.used
            && self
                .entries_in_order()
                .all(|entry| other.holds(&entry.value, entry.hash))
    }

    /// The elements in slot order.
    pub fn iter(&self) -> impl Iterator<Item = &Value> {
        self.entries_in_order().map(|entry| &entry.value)
    }

    fn entries_in_order(&self) -> impl Iterator<Item = &Entry> {
        self.slots
            .iter()
            .filter(|number| **number < DUMMY)
            .map(|number| &self.entries[*number as usize])
    }

    /// The finished frozenset with this very table: what `frozenset(…)` of an
    /// iterator builds. `frozenset` of a *set* copies it instead:
    /// `Table::copy_of(&set).freeze()`.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] or [`Failure::TooLarge`] beyond the limits of
    /// [`Measure`].
    pub fn freeze(mut self) -> Result<Set, Failure> {
        if self.used == 0 {
            return Ok(Set::empty());
        }
        let mut ordered = Vec::with_capacity(self.used);
        for slot in &mut self.slots {
            if *slot < DUMMY {
                let entry = &mut self.entries[*slot as usize];
                *slot = ordered.len() as u32;
                ordered.push(Entry {
                    hash: entry.hash,
                    value: std::mem::replace(&mut entry.value, Value::None),
                });
            }
        }
        self.entries = ordered;
        let measure = Measure::around(self.entries.iter().map(|entry| &entry.value))?;
        Ok(Set(Arc::new(Frozen {
            table: self,
            measure,
            hash: CachedHash::unknown(),
        })))
    }
}

impl Default for Table {
    fn default() -> Table {
        Table::new()
    }
}

/// A frozenset. Cloning it never copies its elements.
#[derive(Clone)]
pub struct Set(Arc<Frozen>);

struct Frozen {
    /// With its entries in slot order and none discarded among them.
    table: Table,
    measure: Measure,
    hash: CachedHash,
}

impl Set {
    /// The frozenset without elements.
    pub fn empty() -> Set {
        static EMPTY: LazyLock<Set> = LazyLock::new(|| {
            Set(Arc::new(Frozen {
                table: Table::new(),
                measure: Measure::flat(0),
                hash: CachedHash::unknown(),
            }))
        });
        EMPTY.clone()
    }

    /// The set's table, for operations between sets.
    #[inline]
    pub fn table(&self) -> &Table {
        &self.0.table
    }

    /// The number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.table.used
    }

    /// Whether there are no elements.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.table.used == 0
    }

    /// Python's `value in set`.
    #[inline]
    pub fn contains(&self, value: &Value) -> bool {
        self.0.table.contains(value)
    }

    /// The elements in Python's order.
    #[inline]
    pub fn values(&self) -> Values<'_> {
        Values(self.0.table.entries.iter())
    }

    /// The element that Python's iteration yields first.
    #[inline]
    pub fn first(&self) -> Option<&Value> {
        self.0.table.entries.first().map(|entry| &entry.value)
    }

    /// Python's `==`: the same elements, in whatever order.
    pub fn equals(&self, other: &Set) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.len() == other.len()
                && self.hash() == other.hash()
                && self.table().is_subset(other.table()))
    }

    /// Python's `hash`.
    #[inline]
    pub fn hash(&self) -> i64 {
        self.0
            .hash
            .get_or(|| hash::of_set(self.0.table.entries.iter().map(|entry| entry.hash)))
    }

    /// How deep the set nests and how much there is of it.
    #[inline]
    pub fn measure(&self) -> Measure {
        self.0.measure
    }
}

/// The elements of a set; see [`Set::values`].
#[derive(Clone)]
pub struct Values<'set>(std::slice::Iter<'set, Entry>);

impl<'set> Iterator for Values<'set> {
    type Item = &'set Value;

    #[inline]
    fn next(&mut self) -> Option<&'set Value> {
        self.0.next().map(|entry| &entry.value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for Values<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|entry| &entry.value)
    }
}

impl ExactSizeIterator for Values<'_> {}
