//! Some of the sets in a set, in no order before somebody asks for it.
//!
//! Programs choose objects of a grid by colour, size or place, and merge them, count them, or take
//! the only one. So those that are chosen are kept as they lie in the set that they are chosen
//! from. Where their order is asked for, mostly their own hashes tell it; else it takes that of
//! the whole set, whose elements are looked at in turn.

use std::sync::Arc;

use super::super::{Failure, Measure, Value};
use super::general::{General, GeneralSet};
use super::table::Table;
use super::{Form, Set};

/// So many choices, one of what another left, are kept as such: beyond, the order is found, and
/// nothing else is left of them.
pub(super) const CHOICES: u32 = 8;

/// Sets that were chosen from a set of sets, more than one.
pub(super) struct KeptSets {
    source: Set,
    sets: Box<[Value]>,
    /// How many choices lie behind it, itself among them.
    choices: u32,
}

impl KeptSets {
    /// `None` where the source has its elements in CPython's order alone.
    pub(super) fn new(source: &Set, are_kept: &[bool]) -> Option<KeptSets> {
        let chosen = source.sets_at_hand()?.iter().zip(are_kept);
        let chosen = chosen.filter(|(_, is_kept)| **is_kept);
        Some(KeptSets {
            sets: chosen.map(|(set, _)| set.clone()).collect(),
            source: source.clone(),
            choices: source.choices() + 1,
        })
    }

    /// The set of them: one in no order yet, if not too many choices lie behind it.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(super) fn into_set(self) -> Result<Set, Failure> {
        match self.choices > CHOICES {
            true => Set::of_general(self.table()),
            false => Ok(Set(Arc::new(Form::General(GeneralSet::of_kept(self)?)))),
        }
    }

    /// How many choices lie behind it, itself among them.
    pub(super) fn choices(&self) -> u32 {
        self.choices
    }

    /// The set that they were chosen from.
    pub(super) fn source(&self) -> &Set {
        &self.source
    }

    /// The sets, as they lie in the one that they were chosen from.
    pub(super) fn sets(&self) -> &[Value] {
        &self.sets
    }

    /// The measure of the set of them.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] or [`Failure::TooLarge`] beyond the limits of [`Measure`].
    pub(super) fn measure(&self) -> Result<Measure, Failure> {
        Measure::around(&*self.sets)
    }

    /// CPython's table of them: they are inserted in the order of the set that they were chosen from.
    pub(super) fn table(&self) -> Table<General> {
        let chosen: Vec<General> = self.sets.iter().cloned().map(General::new).collect();
        if let Some(table) = Table::from_distinct_without_collisions(&chosen) {
            return table;
        }
        let address = |value: &Value| value.as_set().map(Set::address);
        let mut addresses: Vec<_> = self.sets.iter().filter_map(address).collect();
        addresses.sort_unstable();
        let is_chosen = |element: &&General| {
            let own = element.value().and_then(address);
            own.is_some_and(|own| addresses.binary_search(&own).is_ok())
        };
        let whole = self.source.general_table();
        Table::from_distinct(whole.iter().filter(is_chosen).cloned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::patch::CellLayout;
    use super::super::super::{Grid, canonical};
    use super::super::{ObjectSearch, SetBuilder};
    use super::*;

    /// The objects of a grid, or sets of places that a function yields, of which nobody has asked
    /// the order.
    fn sets(cells: &[i8], width: usize, are_objects: bool) -> Set {
        if are_objects {
            let grid = Grid::new(cells.len() / width, width, cells.to_vec()).expect("cells");
            let search =
                ObjectSearch::new(&Arc::new(grid), CellLayout::ColourFirst, true, false, None);
            return search.expect("small").objects().expect("small");
        }
        let mut sets = SetBuilder::of_sets();
        for (row, cells) in (0..).zip(cells.chunks(width)) {
            for (column, cell) in (0..).zip(cells) {
                let places = (0..i64::from(*cell) + 1).map(|way| Value::pair(row, column + way));
                sets.insert(Value::set(places).expect("small"));
            }
        }
        sets.finish().expect("small")
    }

    proptest! {
        /// Chosen at once, and in two steps, they are what a comprehension makes of the whole.
        #[test]
        fn they_have_the_order_of_a_comprehension(
            (width, cells) in (2..12_usize, 2..8_usize).prop_flat_map(|(width, height)| {
                (Just(width), prop::collection::vec(0..3_i8, width * height))
            }),
            are_objects in any::<bool>(),
            seed in any::<u64>(),
            share in 2..6_u64,
        ) {
            let is_kept = |turn: u64, number: usize| {
                let scattered = (number as u64 ^ seed.rotate_left(turn as u32 * 13))
                    .wrapping_mul(0x9e37_79b9_7f4a_7c15);
                !(scattered >> 33).is_multiple_of(share)
            };
            let whole = sets(&cells, width, are_objects);
            let Some(at_hand) = whole.sets_at_hand() else {
                return Ok(());
            };
            let flags: Vec<bool> = (0..at_hand.len()).map(|number| is_kept(0, number)).collect();
            let once = whole.keeping_at_hand(&flags).expect("sets").expect("small");
            let further: Vec<bool> = (0..once.len()).map(|number| is_kept(1, number)).collect();
            let twice = once.keeping_at_hand(&further).unwrap_or_else(|| Ok(once.clone()));
            let twice = twice.expect("small");

            // The same of a set whose order is known: each choice goes over what the one before
            // has left.
            let other = sets(&cells, width, are_objects);
            let is_in = |set: &Set, value: &Value| set.iter().any(|own| own.equals(value));
            let of_once = other.iter().filter(|value| is_in(&once, value));
            let of_once = Set::from_values(of_once).expect("small");
            let of_twice = of_once.iter().filter(|value| is_in(&twice, value));
            let of_twice = Set::from_values(of_twice).expect("small");
            for (set, expected) in [(&twice, of_twice), (&once, of_once)] {
                prop_assert_eq!(
                    canonical::text(&Value::Set(set.clone())),
                    canonical::text(&Value::Set(expected.clone()))
                );
                let texts = |set: &Set| -> Vec<String> {
                    set.iter().map(|own| canonical::text(&own)).collect()
                };
                prop_assert_eq!(texts(set), texts(&expected));
                prop_assert_eq!(set.len(), expected.len());
                prop_assert_eq!(set.measure(), expected.measure());
                prop_assert_eq!(set.hash(), expected.hash());
                prop_assert!(set.equals(&expected));
            }
        }
    }

    /// However often something is chosen of what was chosen, neither is the order found by going
    /// back through all choices, nor are all of them kept.
    #[test]
    fn many_choices_are_not_all_kept() {
        let cells: Vec<i8> = (0..60).map(|number| number % 3).collect();
        let whole = sets(&cells, 6, true);
        let mut chosen = whole.clone();
        for _ in 0..20_000 {
            let all = vec![true; chosen.len()];
            chosen = match chosen.keeping_at_hand(&all) {
                Some(kept) => kept.expect("small"),
                None => chosen.keeping_in_order(&all).expect("sets").expect("small"),
            };
            assert!(chosen.choices() <= CHOICES);
        }
        assert_eq!(chosen.len(), whole.len());
        assert!(chosen.equals(&whole));
    }
}
