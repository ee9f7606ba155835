//! Sets that are to be a set, each once, without their hashes.
//!
//! CPython's hash of a set takes some nanoseconds for each of its items, and is needed
//! for the order of a set of sets alone. To find out which are equal, a sum over the
//! items does, with a comparison where two have the same. One set moved to many places
//! is told apart by how far it was moved.

use rustc_hash::FxHashMap;

use super::super::Value;
use super::Set;
use super::general::General;
use super::packed::PackedSet;
use super::table::Table;

/// How many are compared with each other, and not looked up by their sums.
const FEW: usize = 8;

/// Sets that are packed or empty, each once, as they came first.
#[derive(Clone, Default)]
pub(super) struct DistinctSets {
    sets: Vec<Value>,
    /// Where the set lies of which all are copies, moved elsewhere: then a number that
    /// says how far is their sum.
    source: Option<usize>,
    sums: Vec<u64>,
    /// The number of one set of each sum, once there are more than a few.
    by_sum: FxHashMap<u64, u32>,
    /// Whether the empty set is among them, which functions yield for most items that
    /// they find nothing for.
    has_empty: bool,
}

impl DistinctSets {
    /// Adds a set if there is none that equals it; whether it is new. `None` where
    /// it has no place here: it holds other values, or another set has its sum.
    pub(super) fn insert(&mut self, set: &Set) -> Option<bool> {
        if set.is_empty() {
            if self.has_empty {
                return Some(false);
            }
            self.has_empty = true;
        }
        let sum = self.sum(set)?;
        let known = match self.by_sum.is_empty() {
            true => self.sums.iter().position(|own| *own == sum),
            false => self.by_sum.get(&sum).map(|number| *number as usize),
        };
        if let Some(Value::Set(known)) = known.and_then(|number| self.sets.get(number)) {
            return known.equals(set).then_some(false);
        }
        if !self.by_sum.is_empty() {
            self.by_sum.insert(sum, self.sets.len() as u32);
        } else if self.sets.len() >= FEW {
            let sums = self.sums.drain(..).chain([sum]);
            self.by_sum = sums.zip(0..).collect();
        } else {
            self.sums.push(sum);
        }
        self.sets.push(Value::Set(set.clone()));
        Some(true)
    }

    /// The number by which a set is told apart from the others; `None` where it is
    /// neither packed nor empty.
    fn sum(&mut self, set: &Set) -> Option<u64> {
        let moved = set.packed().and_then(PackedSet::moved_from);
        let moved = moved.map(|(source, added)| (source.addr(), added));
        if self.sets.is_empty() {
            self.source = moved.map(|(source, _)| source);
        }
        if let (Some(source), Some((own, added))) = (self.source, moved)
            && own == source
        {
            return Some(added);
        }
        let sum = sum_of_items(set)?;
        if self.source.take().is_some() {
            let sets = self.sets.iter().filter_map(Value::as_set);
            let sums: Vec<u64> = sets.filter_map(sum_of_items).collect();
            match self.by_sum.is_empty() {
                true => self.sums = sums,
                false => self.by_sum = sums.into_iter().zip(0..).collect(),
            }
        }
        Some(sum)
    }

    /// Whether one of them equals a value.
    pub(super) fn contains(&self, value: &Value) -> bool {
        self.sets.iter().any(|set| set.same(value))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.sets.len()
    }

    /// Whether they are so few that they may as well have their order.
    pub(super) fn are_few(&self) -> bool {
        self.len() <= FEW
    }

    /// Them as they came first.
    pub(super) fn into_values(self) -> Box<[Value]> {
        self.sets.into()
    }

    /// CPython's table of them.
    pub(super) fn into_table(self) -> Table<General> {
        Table::from_distinct(self.sets.into_iter().map(General::new))
    }
}

/// A number that equal sets have in common; `None` of a set that is neither packed nor
/// empty.
fn sum_of_items(set: &Set) -> Option<u64> {
    match set.is_empty() {
        true => Some(0),
        false => Some(set.packed()?.sum()),
    }
}
