//! Sets whose elements may be any values: tables in CPython's order.
//!
//! The sets that a function yields for each of many items are mostly merged at once,
//! and then the order of them is asked for by who asks for that of what they hold.
//! So such a set of sets may have its elements alone, as they came first
//! ([`DistinctSets`]), and gets its table when somebody asks for it.

use std::iter;

use once_cell::sync::OnceCell;

use super::super::hash::{self, CachedHash};
use super::super::patch::Kind;
use super::super::{Failure, Measure, Value};
use super::distinct_sets::DistinctSets;
use super::item::Item;
use super::table::{Element, Table};

/// A set of any values.
pub(super) struct GeneralSet {
    table: OnceCell<Table<General>>,
    /// The elements as they came first, where the table was not known from the start.
    sets: Option<Box<[Value]>>,
    measure: Measure,
    hash: CachedHash,
    /// What all elements are, where they are pairs or cells of small integers.
    kind: Option<Kind>,
}

impl GeneralSet {
    /// The set without elements.
    pub(super) fn empty() -> GeneralSet {
        GeneralSet {
            table: OnceCell::with_value(Table::new()),
            sets: None,
            measure: Measure::flat(0),
            hash: CachedHash::unknown(),
            kind: None,
        }
    }

    /// The set that a table is.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] or [`Failure::TooLarge`] beyond the limits of
    /// [`Measure`].
    pub(super) fn new(table: Table<General>) -> Result<GeneralSet, Failure> {
        let values = || table.iter().filter_map(General::value);
        Ok(GeneralSet {
            measure: Measure::around(values())?,
            kind: Kind::of_all(values()),
            hash: CachedHash::unknown(),
            table: OnceCell::with_value(table),
            sets: None,
        })
    }

    /// The set of these sets, whose table is made when somebody asks for it.
    ///
    /// # Errors
    /// As [`GeneralSet::new`].
    pub(super) fn of_sets(sets: DistinctSets) -> Result<GeneralSet, Failure> {
        let sets = sets.into_values();
        Ok(GeneralSet {
            measure: Measure::around(&*sets)?,
            kind: None,
            hash: CachedHash::unknown(),
            table: OnceCell::new(),
            sets: Some(sets),
        })
    }

    pub(super) fn table(&self) -> &Table<General> {
        self.table.get_or_init(|| {
            let sets = self.sets.iter().flatten().cloned();
            Table::from_distinct(sets.map(General::new))
        })
    }

    /// The number of elements.
    #[inline]
    pub(super) fn len(&self) -> usize {
        match &self.sets {
            Some(sets) => sets.len(),
            None => self.table().len(),
        }
    }

    /// The elements, all of which are sets, as they came first; `None` where their
    /// table was known from the start.
    pub(super) fn sets(&self) -> Option<&[Value]> {
        self.sets.as_deref()
    }

    pub(super) fn measure(&self) -> Measure {
        self.measure
    }

    pub(super) fn kind(&self) -> Option<Kind> {
        self.kind
    }

    /// Python's `hash`.
    #[inline]
    pub(super) fn hash(&self) -> i64 {
        self.hash
            .get_or(|| hash::of_set(self.len(), self.table().iter().map(Element::hash)))
    }
}

/// A slot of a set of any values.
#[derive(Clone)]
pub(super) enum General {
    /// It never held an element.
    Unused,
    /// Its element was discarded.
    Discarded,
    /// An element and its hash, which is never computed twice.
    Held { hash: i64, value: Value },
}

const _: () = assert!(size_of::<General>() == 24);

impl General {
    pub(super) fn new(value: Value) -> General {
        General::Held {
            hash: value.hash(),
            value,
        }
    }

    /// The element; `None` for a slot that holds none.
    #[inline]
    pub(super) fn value(&self) -> Option<&Value> {
        match self {
            General::Held { value, .. } => Some(value),
            General::Unused | General::Discarded => None,
        }
    }
}

impl Element for General {
    const UNUSED: General = General::Unused;
    const DISCARDED: General = General::Discarded;

    #[inline]
    fn is_unused(&self) -> bool {
        matches!(self, General::Unused)
    }

    #[inline]
    fn is_held(&self) -> bool {
        matches!(self, General::Held { .. })
    }

    #[inline]
    fn hash(&self) -> i64 {
        match self {
            General::Held { hash, .. } => *hash,
            General::Unused | General::Discarded => 0,
        }
    }

    #[inline]
    fn same(&self, other: &General) -> bool {
        match (self, other) {
            (
                General::Held { hash, value },
                General::Held {
                    hash: other_hash,
                    value: other,
                },
            ) => hash == other_hash && value.same(other),
            _ => false,
        }
    }

    fn unused(count: usize) -> Box<[General]> {
        // Made anew for each: a copy of one would be looked at first.
        iter::repeat_with(|| General::UNUSED).take(count).collect()
    }
}

/// The same table of any values.
pub(super) fn generalized(table: &Table<Item>) -> Table<General> {
    table.map(|item| General::Held {
        hash: item.hash(),
        value: item.value(),
    })
}

/// The same table of items, where all elements are items of one kind.
pub(super) fn packed(table: &Table<General>) -> Option<(Kind, Table<Item>)> {
    let item = |slot: &General| slot.value().and_then(Item::of);
    let kind = item(table.iter().next()?)?.kind();
    let are_items = table
        .iter()
        .all(|slot| item(slot).is_some_and(|item| item.kind() == kind));
    are_items.then(|| (kind, table.map(|slot| item(slot).unwrap_or(Item::UNUSED))))
}
