//! Some of a set's elements.

use super::item::Item;
use super::packed::{Items, held};
use super::recipe::Making;
use super::{Failure, Set};

impl Set {
    /// The elements that are kept, inserted one by one in this set's order, as a
    /// comprehension with a condition does; `None` where this is no packed set.
    /// Whether they are kept is said in the order of [`Set::iter_in_any_order`].
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn keeping(&self, are_kept: &[bool]) -> Option<Result<Set, Failure>> {
        let packed = self.packed()?;
        let items = held(packed.slots_in_any_order()).zip(are_kept);
        let mut items: Items = items
            .filter_map(|(item, is_kept)| is_kept.then_some(item))
            .collect();
        if !items.is_sorted() {
            items.sort_unstable();
        }
        let is_in = |item: &Item| items.binary_search(item).is_ok();
        Some(self.made(packed, Making::Select, packed.kind(), is_in, || {
            items.clone()
        }))
    }
}
