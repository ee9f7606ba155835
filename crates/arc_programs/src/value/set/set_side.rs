//! What operations on sets in rows are given: a set that is the same in all rows, or one in
//! each.

use std::rc::Rc;

use super::super::patch::{Bounds, Kind};
use super::super::{Failure, Value};
use super::Set;
use super::item::Item;
use super::packed::PackedSet;
use super::rows::SetRows;

/// A set that is the same in all rows, or one in each.
#[derive(Clone)]
pub(crate) enum SetSide {
    /// It is packed, or nothing.
    Same(Set),
    Rows(SetRows),
    /// Sets that are there, packed ones of this kind, or nothing.
    Values(Rc<[Value]>, Kind),
}

impl SetSide {
    /// This set; `None` of one that is not packed, and not nothing.
    pub(crate) fn same(set: &Set) -> Option<SetSide> {
        let is_listed = set.is_empty() || set.packed().is_some();
        is_listed.then(|| SetSide::Same(set.clone()))
    }

    /// Sets that are there; `None` where one is not packed, nor nothing, and where they are of
    /// two kinds or nothing at all.
    pub(crate) fn values<'value>(
        values: impl Iterator<Item = &'value Value> + Clone,
    ) -> Option<SetSide> {
        let mut kind = None;
        for value in values.clone() {
            let set = value.as_set()?;
            match set.packed().map(PackedSet::kind) {
                None if !set.is_empty() => return None,
                own if kind.is_none() => kind = own,
                own if own.is_some() && own != kind => return None,
                _ => {}
            }
        }
        Some(SetSide::Values(values.cloned().collect(), kind?))
    }

    /// What all items are; `None` of nothing.
    pub(crate) fn kind(&self) -> Option<Kind> {
        match self {
            SetSide::Same(set) => set.packed().map(PackedSet::kind),
            SetSide::Rows(rows) => Some(rows.kind()),
            SetSide::Values(_, kind) => Some(*kind),
        }
    }

    /// The set in a row.
    pub(super) fn set(&self, row: usize) -> Result<Set, Failure> {
        match self {
            SetSide::Same(set) => Ok(set.clone()),
            SetSide::Rows(rows) => rows.set(row),
            SetSide::Values(values, _) => match &values[row] {
                Value::Set(set) => Ok(set.clone()),
                _ => Err(Failure::WrongType),
            },
        }
    }

    /// The items in a row.
    #[inline]
    pub(super) fn items(&self, row: usize) -> &[Item] {
        match self {
            SetSide::Same(set) => set.packed().map_or(&[], |packed| packed.items()),
            SetSide::Rows(rows) => rows.items_in(row),
            SetSide::Values(values, _) => {
                let packed = values[row].as_set().and_then(Set::packed);
                packed.map_or(&[], |packed| packed.items())
            }
        }
    }

    /// No row has more items than so many.
    pub(super) fn most(&self) -> usize {
        match self {
            SetSide::Same(set) => set.len(),
            SetSide::Rows(rows) => rows.most(),
            SetSide::Values(values, _) => {
                let lengths = values.iter().filter_map(Value::as_set).map(Set::len);
                lengths.max().unwrap_or(0)
            }
        }
    }

    /// The number of rows, where there are some.
    pub(super) fn rows(&self) -> Option<usize> {
        match self {
            SetSide::Same(_) => None,
            SetSide::Rows(rows) => Some(rows.count()),
            SetSide::Values(values, _) => Some(values.len()),
        }
    }

    /// The number of items in so many rows together.
    pub(crate) fn items_in_all(&self, rows: usize) -> usize {
        match self {
            SetSide::Same(set) => set.len().saturating_mul(rows),
            SetSide::Rows(rows) => rows.items_in_all(),
            SetSide::Values(values, _) => {
                let lengths = values.iter().filter_map(Value::as_set).map(Set::len);
                lengths.fold(0, usize::saturating_add)
            }
        }
    }

    /// The least and the greatest row and column of all; `None` of nothing at all.
    pub(super) fn bounds(&self) -> Option<[(i64, i64); 2]> {
        match self {
            SetSide::Same(set) => set.packed().map(PackedSet::corners),
            SetSide::Rows(rows) => rows.bounds(),
            SetSide::Values(values, _) => {
                let packed = values.iter().filter_map(|value| value.as_set()?.packed());
                let bounds = packed.fold(Bounds::NOTHING, |bounds, set| set.bounds_with(bounds));
                Some([(bounds.top, bounds.left), (bounds.bottom, bounds.right)])
            }
        }
    }
}
