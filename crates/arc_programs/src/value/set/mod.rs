//! Sets: CPython's `frozenset`, and the builder of one.
//!
//! How the elements are stored is known in this folder only. A set is made with
//! a [`SetBuilder`], which takes values, places `(row, column)` and cells `(row,
//! column, colour)`; once finished it is a [`Set`], which yields values and has
//! the operations between sets. There is no way to an element's storage, so
//! another form of a set is a matter of this folder.
//!
//! A [`PlaceSet`] is ordered as a set of pairs is, without being one: for the
//! search of objects, which makes many and keeps none.
//!
//! Order is part of what a set is here (see `table`), and so the ways to make one
//! set of another are named for what CPython does: [`Set::copied`] is
//! `frozenset(set(…))`, which need not keep the order; cloning is `frozenset(…)`
//! of a frozenset, which is the same object.

mod builder;
mod place;
mod table;

use std::sync::{Arc, LazyLock};

use super::hash::{self, CachedHash};
use super::patch::Kind;
use super::{Failure, Measure, Value};
use table::{Entry, FrozenTable, GrowingTable, Source};

pub use builder::SetBuilder;
pub use place::{Place, PlaceMarks, PlaceSet, Shape};

/// A frozenset. Cloning it never copies its elements.
#[derive(Clone)]
pub struct Set(Arc<Frozen>);

struct Frozen {
    table: FrozenTable<Value>,
    measure: Measure,
    hash: CachedHash,
    /// What all elements are, where they are pairs or cells of small integers.
    kind: Option<Kind>,
}

impl Set {
    /// The frozenset without elements.
    pub fn empty() -> Set {
        static EMPTY: LazyLock<Set> = LazyLock::new(|| {
            Set(Arc::new(Frozen {
                table: GrowingTable::new().freeze(),
                measure: Measure::flat(0),
                hash: CachedHash::unknown(),
                kind: None,
            }))
        });
        EMPTY.clone()
    }

    /// The frozenset that CPython builds by inserting these values in turn.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] or [`Failure::TooLarge`] beyond the limits of
    /// [`Measure`].
    pub fn from_values(values: impl IntoIterator<Item = Value>) -> Result<Set, Failure> {
        Set::frozen(GrowingTable::from_values(values))
    }

    fn frozen(table: GrowingTable<Value>) -> Result<Set, Failure> {
        if table.len() == 0 {
            return Ok(Set::empty());
        }
        let table = table.freeze();
        let elements = || table.entries().iter().map(|entry| &entry.value);
        let measure = Measure::around(elements())?;
        let kind = Kind::of_all(elements());
        Ok(Set(Arc::new(Frozen {
            table,
            measure,
            hash: CachedHash::unknown(),
            kind,
        })))
    }

    /// `frozenset(set(self))`: the elements merged into a new table.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn copied(&self) -> Result<Set, Failure> {
        Set::frozen(GrowingTable::copy_of(&self.0.table))
    }

    /// The number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.table.len()
    }

    /// Whether there are no elements.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Python's `value in set`.
    #[inline]
    pub fn contains(&self, value: &Value) -> bool {
        self.0.table.contains(value)
    }

    /// The elements in Python's order.
    #[inline]
    pub fn iter(&self) -> SetIterator<'_> {
        SetIterator(self.0.table.entries().iter())
    }

    /// Python's `self | other`.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn union(&self, other: &Set) -> Result<Set, Failure> {
        Set::frozen(self.0.table.union(&other.0.table))
    }

    /// Python's `self & other`.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn intersection(&self, other: &Set) -> Result<Set, Failure> {
        Set::frozen(self.0.table.intersection(&other.0.table))
    }

    /// Python's `self - other`.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn difference(&self, other: &Set) -> Result<Set, Failure> {
        self.difference_from(&other.0.table)
    }

    /// Python's `self - other`, the other being a set under construction.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn difference_from_builder(&self, other: &SetBuilder) -> Result<Set, Failure> {
        self.difference_from(other.table())
    }

    fn difference_from(&self, other: &impl Source<Value>) -> Result<Set, Failure> {
        let mut difference = GrowingTable::new();
        let is_in_other = |value: &Value, hash| other.holds(value, hash);
        difference.become_difference(&self.0.table, other.len(), is_in_other);
        Set::frozen(difference)
    }

    /// Python's `self <= other`.
    pub fn is_subset(&self, other: &Set) -> bool {
        self.0.table.is_subset(&other.0.table)
    }

    /// Python's `==`: the same elements, in whatever order.
    pub fn equals(&self, other: &Set) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.len() == other.len() && self.hash() == other.hash() && self.is_subset(other))
    }

    /// Python's `hash`.
    #[inline]
    pub fn hash(&self) -> i64 {
        self.0
            .hash
            .get_or(|| hash::of_set(self.0.table.entries().iter().map(|entry| entry.hash)))
    }

    /// Measure of the set: how deep it nests and how much there is of it.
    #[inline]
    pub fn measure(&self) -> Measure {
        self.0.measure
    }

    /// What all elements are, where they are pairs or cells of small integers.
    #[inline]
    pub(super) fn kind(&self) -> Option<Kind> {
        self.0.kind
    }
}

/// The elements of a set; see [`Set::iter`].
#[derive(Clone)]
pub struct SetIterator<'set>(std::slice::Iter<'set, Entry<Value>>);

impl SetIterator<'_> {
    /// The next element as the pair that it is.
    #[inline]
    pub(super) fn next_pair(&mut self) -> Option<(i64, i64)> {
        self.0.next().and_then(|entry| entry.value.as_pair())
    }

    /// The next element as the cell that it is.
    #[inline]
    pub(super) fn next_cell(&mut self) -> Option<(i64, i64, i64)> {
        self.0.next().and_then(|entry| entry.value.as_triple())
    }
}

impl Iterator for SetIterator<'_> {
    type Item = Value;

    #[inline]
    fn next(&mut self) -> Option<Value> {
        self.0.next().map(|entry| entry.value.clone())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for SetIterator<'_> {
    fn next_back(&mut self) -> Option<Value> {
        self.0.next_back().map(|entry| entry.value.clone())
    }
}

impl ExactSizeIterator for SetIterator<'_> {}

impl<'set> IntoIterator for &'set Set {
    type Item = Value;
    type IntoIter = SetIterator<'set>;

    fn into_iter(self) -> SetIterator<'set> {
        self.iter()
    }
}
