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
pub(crate) struct Chained {
    sets: Vec<Set>,
    kind: Kind,
    len: usize,
    in_order: OnceLock<Tuple>,
}

impl Chained {
    /// Those in a tuple; `None` where not all are packed sets of items of one kind, and where
    /// they have few.
    pub(crate) fn of(containers: &Tuple) -> Option<Chained> {
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
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The tuple of the items.
    ///
    /// # Errors
    /// As [`Tuple::new`].
    pub(crate) fn tuple(self) -> Result<Tuple, Failure> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{CellLayout, Grid, SmallPatch, canonical};
    use super::*;

    fn sets(kind: Kind) -> impl Strategy<Value = Vec<Value>> {
        let place = (0..9_i64, -2..20_i64, 0..4_i64);
        let item = move |(row, column, colour)| match kind {
            Kind::Indices => Value::pair(row, column),
            Kind::Object(layout) => layout.small_cell(row, column, colour),
        };
        let set = prop::collection::vec(place.prop_map(item), 0..30)
            .prop_map(|items| Value::set(items).expect("small"));
        prop::collection::vec(set, 0..6)
    }

    fn kind() -> impl Strategy<Value = Kind> {
        prop_oneof![
            Just(Kind::Indices),
            Just(Kind::Object(CellLayout::RowFirst)),
            Just(Kind::Object(CellLayout::ColourFirst)),
        ]
    }

    proptest! {
        #[test]
        fn items_on_demand_are_those_of_all_sets(
            (kind, sets) in kind().prop_flat_map(|kind| sets(kind).prop_map(move |sets| (kind, sets))),
            looks_first in any::<bool>(),
        ) {
            let items = sets.iter().flat_map(|set| set.items().expect("a set"));
            let items: Vec<Value> = items.collect();
            let general = Tuple::general(items.clone()).expect("small");
            let Some(chained) = Chained::of(&Tuple::general(sets).expect("small")) else {
                prop_assert!(items.len() <= FEW);
                return Ok(());
            };
            prop_assert!(items.len() > FEW);
            prop_assert_eq!(chained.kind(), kind);
            prop_assert_eq!(chained.len(), items.len());
            let chained = chained.tuple().expect("small");
            let text = |tuple: &Tuple| canonical::text(&Value::Tuple(tuple.clone()));
            if looks_first {
                prop_assert_eq!(text(&chained), text(&general));
            }
            let values = [chained.clone(), general.clone()].map(Value::Tuple);
            let [own, others] = [0, 1].map(|value| SmallPatch::of_any(&values[value]).expect("small"));
            prop_assert_eq!(own.bounds(), others.bounds());
            prop_assert!(own.places().eq(others.places()));
            prop_assert!(own.cells().eq(others.cells()));
            prop_assert_eq!(own.first_colour(), others.first_colour());
            let sorted = |patch: SmallPatch| {
                let mut places: Vec<(i64, i64)> = patch.places_in_any_order().collect();
                let folded = patch.places_in_any_order().fold(0, |count, _| count + 1);
                assert_eq!(folded, places.len());
                places.sort_unstable();
                places
            };
            prop_assert_eq!(sorted(own), sorted(others));
            let ground = Grid::new(30, 30, vec![0; 900]).expect("cells");
            let painted = |patch: SmallPatch| {
                let mut painted = std::collections::BTreeMap::new();
                patch.each_painted(&ground, None, |row, column, colour| {
                    if ground.place(row, column).is_some() {
                        painted.insert((row, column), colour);
                    }
                });
                painted
            };
            prop_assert_eq!(painted(own), painted(others));
            prop_assert_eq!(chained.measure(), general.measure());
            prop_assert_eq!(chained.hash(), general.hash());
            prop_assert!(chained.equals(&general) && general.equals(&chained));
            prop_assert_eq!(text(&chained.reversed()), text(&general.reversed()));
            prop_assert_eq!(text(&chained.slice(3, 9)), text(&general.slice(3, 9)));
            let twice = |tuple: &Tuple| tuple.concatenated(tuple).map(|tuple| text(&tuple));
            prop_assert_eq!(twice(&chained).ok(), twice(&general).ok());
            prop_assert_eq!(text(&chained), text(&general));
        }

        #[test]
        fn other_items_are_not_chained(
            mut sets in sets(Kind::Indices),
            other in prop_oneof![
                Just(Value::Integer(1)),
                Just(Value::set(vec![Value::Integer(1)]).expect("small")),
                Just(Value::set(vec![Value::triple(1, 2, 3)]).expect("small")),
            ],
        ) {
            sets.push(Value::set(vec![Value::pair(1, 2)]).expect("small"));
            sets.push(other);
            prop_assert!(Chained::of(&Tuple::general(sets).expect("small")).is_none());
        }
    }
}
