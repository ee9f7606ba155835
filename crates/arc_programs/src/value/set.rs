//! Finished sets.

use std::sync::{Arc, LazyLock};

use super::hash::{self, CachedHash};
use super::table::{Entry, Table};
use super::{Failure, Measure, Value};

impl Table {
    /// The finished frozenset with this very table: what `frozenset(…)` of an
    /// iterator builds. `frozenset` of a *set* copies it instead:
    /// `set.into_copy().freeze()`.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] or [`Failure::TooLarge`] beyond the limits of
    /// [`Measure`].
    pub fn freeze(self) -> Result<Set, Failure> {
        if self.is_empty() {
            return Ok(Set::empty());
        }
        let table = self.into_ordered();
        let measure = Measure::around(table.entries().iter().map(|entry| &entry.value))?;
        Ok(Set(Arc::new(Frozen {
            table,
            measure,
            hash: CachedHash::unknown(),
        })))
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
        self.0.table.len()
    }

    /// Whether there are no elements.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.table.is_empty()
    }

    /// Python's `value in set`.
    #[inline]
    pub fn contains(&self, value: &Value) -> bool {
        self.0.table.contains(value)
    }

    /// The elements in Python's order.
    #[inline]
    pub fn values(&self) -> Values<'_> {
        Values(self.0.table.entries().iter())
    }

    /// The element that Python's iteration yields first.
    #[inline]
    pub fn first(&self) -> Option<&Value> {
        self.0.table.entries().first().map(|entry| &entry.value)
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
            .get_or(|| hash::of_set(self.0.table.entries().iter().map(|entry| entry.hash)))
    }

    /// How deep the set nests and how much there is of it.
    #[inline]
    pub fn measure(&self) -> Measure {
        self.0.measure
    }
}

/// The elements of a set; see [`Set::values`].
#[derive(Clone)]
pub struct Values<'set>(std::slice::Iter<'set, Entry<Value>>);

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
