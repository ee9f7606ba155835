//! Sets under construction.

use super::table::{GrowingTable, Source};
use super::{Failure, Set, Value};

/// A set under construction: CPython's `set`, into which elements are inserted
/// one by one, or another set's merged.
#[derive(Clone)]
pub struct SetBuilder(GrowingTable<Value>);

impl SetBuilder {
    /// An empty set.
    pub fn new() -> SetBuilder {
        SetBuilder(GrowingTable::new())
    }

    /// An empty set with memory for this many elements.
    pub fn with_capacity(elements: usize) -> SetBuilder {
        SetBuilder(GrowingTable::with_capacity(elements))
    }

    pub(super) fn table(&self) -> &GrowingTable<Value> {
        &self.0
    }

    /// Python's `set.add`; whether the element is new. Of equal elements the
    /// first stays.
    #[inline]
    pub fn insert(&mut self, value: Value) -> bool {
        self.0.insert(value)
    }

    /// As [`SetBuilder::insert`], of the pair of a row and a column.
    #[inline]
    pub fn insert_place(&mut self, row: i64, column: i64) -> bool {
        self.0.insert(Value::pair(row, column))
    }

    /// As [`SetBuilder::insert`], of the triple of a row, a column and a colour.
    #[inline]
    pub fn insert_cell(&mut self, row: i64, column: i64, colour: i64) -> bool {
        self.0.insert(Value::triple(row, column, colour))
    }

    /// As [`SetBuilder::insert`], of an element that is known not to be there.
    #[inline]
    pub fn insert_distinct(&mut self, value: Value) {
        self.0.insert_distinct(value);
    }

    /// Python's `self |= other`.
    pub fn merge(&mut self, other: &Set) {
        self.0.merge(&other.0.table);
    }

    /// The number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no elements.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Python's `value in self`.
    #[inline]
    pub fn contains(&self, value: &Value) -> bool {
        self.0.contains(value)
    }

    /// The frozenset with this very table: what `frozenset(…)` of an iterator
    /// builds.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn finish(self) -> Result<Set, Failure> {
        Set::frozen(self.0)
    }

    /// `frozenset(self)`: the elements merged into a new table. As
    /// `self.finish()?.copied()`, at a smaller cost.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn finish_copied(self) -> Result<Set, Failure> {
        Set::frozen(self.0.into_copy())
    }
}

impl Default for SetBuilder {
    fn default() -> SetBuilder {
        SetBuilder::new()
    }
}
