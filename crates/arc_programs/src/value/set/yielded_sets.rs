//! The sets that a function yields for the items of a set, in no order before somebody asks for it.
//!
//! A function that is called on each item of a set need not be called in their order, and most
//! programs merge what it yields and paint it. So the results are kept as they lie by the items,
//! and who asks for the order has them inserted in that of the items.

use super::super::{Failure, Measure, Value};
use super::Set;
use super::distinct_sets::DistinctSets;
use super::general::General;
use super::item::Item;
use super::packed::PackedSet;
use super::table::Table;

/// What a function yielded for each item of a set, sets all.
pub(super) struct YieldedSets {
    source: Set,
    /// By the items as they lie at hand.
    results: Box<[Value]>,
    /// Each once.
    distinct: Box<[Value]>,
}

impl YieldedSets {
    /// `None` where a result is none that [`DistinctSets`] knows, and where there are no two.
    fn new(source: &Set, results: &mut Vec<Value>) -> Option<YieldedSets> {
        let mut distinct = DistinctSets::default();
        for result in &*results {
            distinct.insert(result.as_set()?)?;
        }
        (distinct.len() > 1).then(|| YieldedSets {
            source: source.clone(),
            results: std::mem::take(results).into(),
            distinct: distinct.into_values(),
        })
    }

    /// The set whose items the function was called on.
    pub(super) fn source(&self) -> &Set {
        &self.source
    }

    /// The sets, each once: of those that are equal one, which need not be the one that stays.
    pub(super) fn sets(&self) -> &[Value] {
        &self.distinct
    }

    /// Whether no two results are equal, so that each that there is stays.
    pub(super) fn are_all(&self) -> bool {
        self.distinct.len() == self.results.len()
    }

    /// The measure of the set of them.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] or [`Failure::TooLarge`] beyond the limits of [`Measure`].
    pub(super) fn measure(&self) -> Result<Measure, Failure> {
        Measure::around(&*self.distinct)
    }

    /// CPython's table of them: of those that are equal the first stays.
    pub(super) fn table(&self) -> Table<General> {
        if self.are_all() {
            let all: Vec<General> = self.results.iter().cloned().map(General::new).collect();
            if let Some(table) = Table::from_distinct_without_collisions(&all) {
                return table;
            }
        }
        let results = self.source.in_order_of(&self.results);
        Table::from_items(results.map(|result| General::new(result.clone())))
    }
}

impl Set {
    /// What lies by the elements as they are at hand, in CPython's order of the elements.
    pub(crate) fn in_order_of<'all, Of>(&self, all: &'all [Of]) -> impl Iterator<Item = &'all Of> {
        let numbers = match (self.packed(), self.product()) {
            (Some(packed), _) => numbers_of_items(packed),
            (_, Some(product)) => product.places_in_order(),
            _ => self.numbers_of_sets(),
        };
        numbers.into_iter().filter_map(|number| all.get(number))
    }

    /// The places, at hand, of the elements in CPython's order.
    fn numbers_of_sets(&self) -> Vec<usize> {
        let address = |value: &Value| value.as_set().map(Set::address);
        let sets = self.sets_at_hand().unwrap_or_default();
        let mut at_hand: Vec<_> = sets.iter().map(address).zip(0..).collect();
        at_hand.sort_unstable();
        let number = |element: &General| {
            let own = address(element.value()?);
            let place = at_hand.binary_search_by_key(&own, |(address, _)| *address);
            Some(at_hand[place.ok()?].1)
        };
        self.general_table().iter().filter_map(number).collect()
    }

    /// The set of what a function yielded for the elements as they lie at hand, of which nobody has
    /// asked the order; `None` where that is to be inserted in that order, and is left.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn yielding(&self, results: &mut Vec<Value>) -> Option<Result<Set, Failure>> {
        let yielded = YieldedSets::new(self, results)?;
        Some(Set::of_yielded(yielded))
    }
}

/// The places row by row, of the items in CPython's order.
fn numbers_of_items(packed: &PackedSet) -> Vec<usize> {
    let items = packed.items();
    let number = |item: &Item| items.binary_search(item).ok();
    packed.table().iter().filter_map(number).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::canonical;
    use super::super::SetBuilder;
    use super::*;

    /// A set of places whose order nobody has asked for.
    fn places(all: &[(i64, i64)]) -> Set {
        let mut places = SetBuilder::new();
        all.iter()
            .for_each(|(row, column)| _ = places.insert_place(*row, *column));
        places.finish().expect("small")
    }

    /// What is yielded for a place: for some places the same, made anew in another order.
    fn yielded(row: i64, column: i64, alike: i64) -> Value {
        let (row, turn) = (row / alike, row % alike);
        let mut own: Vec<Value> = (0..column % 7 + 2)
            .map(|number| Value::pair(row, column + 8 * number))
            .collect();
        let count = own.len();
        own.rotate_left(turn as usize % count);
        Value::set(own).expect("small")
    }

    proptest! {
        /// They are what a comprehension over the items makes: to the order of all, and to which
        /// of equal ones stays.
        #[test]
        fn they_are_those_of_a_comprehension(
            items in prop::collection::btree_set((0..14_i64, 0..14_i64), 2..80),
            alike in 1..4_i64,
        ) {
            let items: Vec<(i64, i64)> = items.into_iter().collect();
            let source = places(&items);
            prop_assert!(source.is_listed());
            let mut results: Vec<Value> = items
                .iter()
                .map(|(row, column)| yielded(*row, *column, alike))
                .collect();
            let Some(own) = source.yielding(&mut results) else {
                return Ok(());
            };
            let own = own.expect("small");
            let in_order = places(&items);
            let in_order = in_order.iter().filter_map(|place| place.as_pair());
            let in_order = in_order.map(|(row, column)| yielded(row, column, alike));
            let expected = Set::from_values(in_order).expect("small");
            prop_assert_eq!(own.len(), expected.len());
            prop_assert_eq!(own.measure(), expected.measure());
            let texts = |set: &Set| -> Vec<String> {
                set.iter().map(|own| in_turn(&own)).collect()
            };
            // Merged before somebody asks for the order, and after that.
            let merged = |set: &Set| {
                let merged = set.merged(set.only_sets().expect("sets")).expect("small");
                in_turn(&Value::Set(merged))
            };
            let before = merged(&own);
            prop_assert_eq!(texts(&own), texts(&expected));
            prop_assert_eq!(&before, &merged(&expected));
            prop_assert_eq!(before, merged(&own));
        }
    }

    /// The text of the items in their order.
    fn in_turn(value: &Value) -> String {
        let items = value
            .items()
            .expect("a set")
            .map(|item| canonical::text(&item));
        items.collect::<Vec<String>>().join(" ")
    }
}
