//! What is told of CPython's order of a set without its table.
//!
//! A set that was merged of others has its order by theirs, and whoever asks for all of it has
//! all tables made. But of a few items, the first or the last is often told by where
//! elements lie in a table at all, in whatever order they came ([`Occupancy`]).

use std::ops::Range;

use super::item::Item;
use super::occupancy::{Occupancy, Stretch};
use super::packed::PackedSet;
use super::recipe::Recipe;
use super::table::Element;

/// The fewest items of a set for which this is worth it.
const FEWEST: usize = 32;

/// One end of an order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    First,
    Last,
}

/// Where the items of a set lie in its table.
pub(super) struct Told<'set> {
    pub(super) items: &'set [Item],
    hashes: Vec<i64>,
    occupancy: Occupancy,
}

impl PackedSet {
    /// Where these items, which are the set's, lie in its table; `None` where that is known or soon
    /// made, and where nothing else tells.
    pub(super) fn told<'set>(&self, items: &'set [Item]) -> Option<Told<'set>> {
        let takes_others = matches!(
            self.recipe(),
            Recipe::Moved { .. } | Recipe::Made(_) | Recipe::OfOne { .. }
        );
        if items.len() < FEWEST || self.has_table() || !takes_others {
            return None;
        }
        let slots = self.recipe().slots(items.len())?;
        if self.is_asked_often() {
            return None;
        }
        let hashes: Vec<i64> = items.iter().map(Element::hash).collect();
        let of_turns = |turns: Range<usize>, take: &mut dyn FnMut(&[i64])| take(&hashes[turns]);
        let occupancy = Occupancy::in_any_order(slots, items.len(), &of_turns)?;
        Some(Told {
            items,
            hashes,
            occupancy,
        })
    }

    /// The first or the last item in CPython's order, where it is told without the table.
    pub(super) fn told_end(&self, end: End) -> Option<Item> {
        let told = self.told(self.items_without_table()?)?;
        let number = told.end_of(0..told.items.len(), end)?;
        Some(told.items[number])
    }
}

impl Told<'_> {
    /// Which of some items, by their numbers, is the first or the last of them; `None` where it is not
    /// told.
    pub(super) fn end_of(
        &self,
        mut numbers: impl Iterator<Item = usize>,
        end: End,
    ) -> Option<usize> {
        // Numbers of slots are turned round where the last one is asked for.
        let stretch = |number: usize| -> Option<Stretch> {
            let (first, last) = self.occupancy.stretch(self.hashes[number])?;
            Some(match end {
                End::First => (first, last),
                End::Last => (!last, !first),
            })
        };
        let mut found = numbers.next()?;
        let mut own = stretch(found)?;
        let mut first_of_others = usize::MAX;
        for number in numbers {
            let other = stretch(number)?;
            if other.1 < own.1 {
                first_of_others = first_of_others.min(own.0);
                (found, own) = (number, other);
            } else {
                first_of_others = first_of_others.min(other.0);
            }
        }
        (own.1 < first_of_others).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Set;
    use super::*;

    #[test]
    fn many_sets_of_others_have_their_ends_told() {
        let mut told = 0;
        for number in 0..40 {
            let places = |start: i64| {
                let places = (0..20 + number * 9).map(move |place| (place / 9, place % 9 + start));
                let places = places.filter_map(|(row, column)| Item::place(row, column));
                Set::from_values(places.map(Item::value)).expect("small")
            };
            let all = Set::chained(vec![places(0), places(5), places(3)]).expect("small");
            let packed = all.packed().expect("places");
            let ends = [End::First, End::Last].map(|end| packed.told_end(end));
            assert!(!packed.has_table());
            let mut in_order = packed.table().iter().copied();
            let in_order = [in_order.next(), in_order.next_back()];
            for (end, in_order) in ends.into_iter().zip(in_order) {
                assert!(end.is_none_or(|end| Some(end) == in_order));
                told += usize::from(end.is_some());
            }
        }
        assert!(told > 40, "{told}");
    }

    #[test]
    fn who_asks_often_gets_a_table() {
        let places = |start: i64| {
            let places = (0..90).filter_map(move |place| Item::place(place / 9 + start, place % 9));
            Set::from_values(places.map(Item::value)).expect("small")
        };
        let all = Set::chained(vec![places(0), places(5)]).expect("small");
        let packed = all.packed().expect("places");
        let is_asked = |packed: &PackedSet| packed.told(packed.items()).is_some();
        assert!(is_asked(packed) && is_asked(packed));
        assert!(!is_asked(packed) && !packed.has_table());
    }
}
