//! Some pairs of a product.
//!
//! The table of 200 000 pairs takes longer than to hold each pair against a condition, for each
//! of them lies somewhere else in eight megabytes. So a filter goes over the pairs as they lie at
//! hand, the left items passing faster, and what it keeps is put in order when somebody asks:
//! that of the table of the product that they were chosen from, unless none of them is in
//! another's way.

use std::sync::Arc;

use once_cell::sync::OnceCell;
use rustc_hash::FxHashSet;

use super::super::super::Failure;
use super::super::Set;
use super::super::kept_sets::CHOICES;
use super::{Pair, Product};

/// Some pairs of a product.
pub(super) struct Kept {
    /// As they are inserted, or as they lie in the set that they were chosen from.
    pub(super) pairs: Box<[Pair]>,
    /// The product in whose order they are inserted, if that is open.
    pub(super) chosen_from: Option<Set>,
    /// How many choices lie behind them whose order is open.
    choices: u32,
}

impl Product {
    /// The set of the pairs that are kept, inserted one by one in CPython's order, in
    /// which is said whether they are.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn keeping(&self, are_kept: &[bool]) -> Result<Set, Failure> {
        let pairs = self.table().iter().zip(are_kept);
        let kept = pairs.filter_map(|(pair, is_kept)| is_kept.then_some(*pair));
        self.some(Kept {
            pairs: kept.collect(),
            chosen_from: None,
            choices: 0,
        })
        .into_set()
    }

    /// As [`Product::keeping`], of the pairs as they lie at hand: that is how it is said which are
    /// kept. `own` is the set of these pairs. Asks for no order.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(in crate::value::set) fn keeping_at_hand(
        &self,
        own: &Set,
        are_kept: &[bool],
    ) -> Result<Set, Failure> {
        let all = are_kept.iter().enumerate();
        let places = all.filter_map(|(place, is_kept)| is_kept.then_some(place));
        let mut product = self.some(Kept {
            pairs: places.map(|place| self.at_hand(place)).collect(),
            chosen_from: Some(own.clone()),
            choices: 1 + self.kept.as_ref().map_or(0, |kept| kept.choices),
        });
        if let Some(kept) = &mut product.kept
            && kept.choices > CHOICES
        {
            kept.pairs = kept.in_turn();
            kept.chosen_from = None;
            kept.choices = 0;
        }
        product.into_set()
    }

    /// Some of the pairs.
    fn some(&self, kept: Kept) -> Product {
        Product {
            lefts: Arc::clone(&self.lefts),
            rights: Arc::clone(&self.rights),
            kept: Some(kept),
            table: OnceCell::new(),
        }
    }

    /// The product in whose order the pairs are inserted, if that is open.
    pub(super) fn chosen_from(&self) -> Option<&Set> {
        self.kept.as_ref()?.chosen_from.as_ref()
    }
}

impl Kept {
    /// The pairs as they are inserted.
    pub(super) fn in_turn(&self) -> Box<[Pair]> {
        // Of one there is but one order.
        let chosen_from = self.chosen_from.as_ref().filter(|_| self.pairs.len() > 1);
        let Some(all) = chosen_from.and_then(Set::product) else {
            return self.pairs.clone();
        };
        let own: FxHashSet<(u32, u32)> = self.pairs.iter().map(Pair::numbers).collect();
        let chosen = all
            .table()
            .iter()
            .filter(|pair| own.contains(&pair.numbers()));
        chosen.copied().collect()
    }
}
