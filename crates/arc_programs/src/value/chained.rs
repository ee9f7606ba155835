//! The items of several sets, one set's after the other's, on demand.
//!
//! Merging a tuple of sets yields a tuple of all their items, each set's in its order.
//! Nearly all of them are painted next, and who paints asks in which turn the sets come,
//! and hardly ever for the order within one: so a tuple of them keeps the sets, and lists
//! the items when somebody asks for them.

use std::sync::{Arc, OnceLock};

use super::patch::Kind;
use super::{Failure, Measure, Set, Tuple, Value};

/// Of fewer items a list is made at once: that costs less than to keep how.
const FEW: usize = 16;

/// Sets of places, or of cells, in a row.
pub struct Chained {
    sets: Vec<Set>,
    kind: Kind,
    len: usize,
    in_order: OnceLock<Tuple>,
}

impl Chained {
    /// Those in a tuple; `None` where not all are packed sets of items of one kind, and where
    /// they have few.
    pub fn of(containers: &Tuple) -> Option<Chained> {
        let mut chained: Option<(Vec<Set>, Kind)> = None;
        let mut len = 0_usize;
        let containers = containers.as_slice()?;
        for container in containers {
            let set = container.as_set()?;
            if set.is_empty() {
                continue;
            }
            let kind = set.packed_kind()?;
            len = len.saturating_add(set.len());
            let (sets, own) =
                chained.get_or_insert_with(|| (Vec::with_capacity(containers.len()), kind));
            if *own != kind {
                return None;
            }
            sets.push(set.clone());
        }
        let (sets, kind) = chained.filter(|_| len > FEW)?;
        Some(Chained {
            sets,
            kind,
            len,
            in_order: OnceLock::new(),
        })
    }

    /// The number of items.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The tuple of the items.
    ///
    /// # Errors
    /// As [`Tuple::new`].
    pub fn tuple(self) -> Result<Tuple, Failure> {
        self.measure().checked()?;
        Ok(Tuple::of_chained(Arc::new(self)))
    }

    /// What all items are.
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// The sets, none of them empty.
    pub(super) fn sets(&self) -> &[Set] {
        &self.sets
    }

    /// The items in their order, in another form.
    pub(super) fn in_order(&self) -> &Tuple {
        self.in_order.get_or_init(|| {
            let mut items: Vec<Value> = Vec::with_capacity(self.len);
            self.sets.iter().for_each(|set| items.extend(set));
            // Their measure was looked at.
            Tuple::new(items).unwrap_or(Tuple::EMPTY)
        })
    }

    /// The measure of the tuple.
    #[inline]
    pub(super) fn measure(&self) -> Measure {
        self.kind.measure_of(self.len)
    }
}
