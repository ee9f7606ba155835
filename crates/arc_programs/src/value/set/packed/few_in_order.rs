//! A few of many items in CPython's order, without its table.
//!
//! Where the stretches of slots in which they lie are apart (module `occupancy`), these have
//! the order, and the table of all need not be made.

use std::ops::Range;

use super::super::grid_items::GridItems;
use super::super::growth::{slots_of_copy, slots_with};
use super::super::item::Item;
use super::super::occupancy::{CHUNK, MANY, Many, Stretch, TIMES};
use super::super::recipe::Recipe;
use super::super::table::Element;
use super::PackedSet;

impl PackedSet {
    /// A few of many items in CPython's order; `None` where the table is known, or
    /// nothing else tells.
    pub(in crate::value::set) fn few_in_order(&self, few: &[Item]) -> Option<Vec<Item>> {
        if self.len() < MANY.max(few.len().saturating_mul(TIMES.max(few.len())))
            || self.table.get().is_some()
        {
            return None;
        }
        if let Some(shape) = self.grid_items().and_then(GridItems::all_places) {
            let places = few
                .iter()
                .map(|item| (item.row() as u32, item.column() as u32));
            return in_order(shape.stretches(places)?, few);
        }
        let (slots, moved) = match self.recipe {
            Recipe::Ascending | Recipe::Grid(_) => slots_with(self.len()),
            Recipe::AscendingCopied => (slots_of_copy(self.len()), self.len()),
            _ => return None,
        };
        let items = self.items();
        let hashes = |turns: Range<usize>, take: &mut dyn FnMut(&[i64])| {
            if turns.len() == 1 {
                // To clear the room for many takes longer.
                return take(&[items[turns.start].hash()]);
            }
            let mut hashes = [0; CHUNK];
            for items in items[turns].chunks(CHUNK) {
                let of_items = hashes.iter_mut().zip(items);
                of_items.for_each(|(hash, item)| *hash = item.hash());
                take(&hashes[..items.len()]);
            }
        };
        let many = Many {
            slots,
            moved,
            hashes: &hashes,
        };
        let turns: Result<Vec<usize>, usize> =
            few.iter().map(|item| items.binary_search(item)).collect();
        in_order(many.stretches(&turns.ok()?)?, few)
    }
}

/// Items in the order of the slots among which they lie; `None` where these do not tell.
fn in_order(stretches: Vec<Stretch>, items: &[Item]) -> Option<Vec<Item>> {
    let mut in_order: Vec<_> = stretches.into_iter().zip(items.iter().copied()).collect();
    in_order.sort_unstable();
    let are_apart = |pair: &[(Stretch, Item)]| pair[0].0.1 < pair[1].0.0;
    if !in_order.windows(2).all(are_apart) {
        return None;
    }
    Some(in_order.into_iter().map(|(_, item)| item).collect())
}
