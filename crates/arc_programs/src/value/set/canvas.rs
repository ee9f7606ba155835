//! Items of several sets put together on a canvas of the size of their bounds.
//!
//! Sets that programs merge lie close together, and often on each other. To mark
//! each item on a canvas and to read it row by row takes a nanosecond an item;
//! sorting them takes ten.

use super::super::patch::{Bounds, Kind};
use super::item::Item;
use super::packed::{Items, PackedSet, held, kept};
use super::table::Element;

/// How many places of a canvas there may be for an item.
const SPARSE: usize = 8;

/// The items of all of these sets, of which there are some, row by row, each once.
pub(super) fn gathered<'set>(sets: impl Iterator<Item = &'set PackedSet> + Clone) -> Items {
    if let Some(items) = painted(sets.clone()) {
        return items;
    }
    let mut items = Items::with_capacity(sets.clone().map(PackedSet::len).sum());
    items.extend(sets.flat_map(|set| held(set.slots_in_any_order())));
    items.sort_unstable();
    items.dedup();
    items
}

/// The same by way of a canvas; `None` where it would be nearly empty, and where
/// cells of several colours lie in one place.
fn painted<'set>(sets: impl Iterator<Item = &'set PackedSet> + Clone) -> Option<Items> {
    let mut bounds = Bounds::NOTHING;
    let mut count = 0_usize;
    for set in sets.clone() {
        bounds = set.bounds_with(bounds);
        count += set.len();
    }
    let width = usize::try_from(bounds.width()).ok()?;
    let area = usize::try_from(bounds.height()).ok()?.checked_mul(width)?;
    (area <= count.saturating_mul(SPARSE)).then_some(())?;
    let mut canvas = vec![Item::UNUSED; area];
    let mut distinct = 0;
    for set in sets {
        let are_alone = set.fold_in_any_order(true, |are_alone, item| {
            let place =
                (item.row() - bounds.top) as usize * width + (item.column() - bounds.left) as usize;
            let painted = &mut canvas[place];
            let is_first = painted.is_unused();
            let is_alone = is_first || *painted == item;
            distinct += usize::from(is_first);
            *painted = item;
            are_alone && is_alone
        });
        if !are_alone {
            return None;
        }
        if distinct == area && set.kind() == Kind::Indices {
            // There is no place left, and places are not of different colours.
            break;
        }
    }
    Some(kept(&canvas, distinct, Item::is_held))
}
