//! Items of several sets put together on a canvas of the size of their bounds.
//!
//! Sets that programs merge lie close together, and often on each other. To mark
//! each item on a canvas and to read it row by row takes a nanosecond an item;
//! sorting them takes ten.

use super::super::patch::Bounds;
use super::item::Item;
use super::packed::{Items, held};
use super::table::Element;

/// How many places of a canvas there may be for an item.
const SPARSE: usize = 8;

/// The items of all of these slots, of which there are some, row by row, each once.
pub(super) fn gathered<'slots>(parts: impl Iterator<Item = &'slots [Item]> + Clone) -> Items {
    if let Some(items) = painted(parts.clone()) {
        return items;
    }
    let mut items: Items = parts.flat_map(held).collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// The same by way of a canvas; `None` where it would be nearly empty, and where
/// cells of several colours lie in one place.
fn painted<'slots>(parts: impl Iterator<Item = &'slots [Item]> + Clone) -> Option<Items> {
    let mut bounds = Bounds::NOTHING;
    let mut count = 0_usize;
    for part in parts.clone() {
        for item in held(part) {
            bounds = bounds.with((item.row(), item.column()));
            count += 1;
        }
    }
    let width = usize::try_from(bounds.width()).ok()?;
    let area = usize::try_from(bounds.height()).ok()?.checked_mul(width)?;
    (area <= count.saturating_mul(SPARSE)).then_some(())?;
    let mut canvas = vec![Item::UNUSED; area];
    let mut distinct = 0;
    for part in parts {
        for item in held(part) {
            let place =
                (item.row() - bounds.top) as usize * width + (item.column() - bounds.left) as usize;
            let painted = &mut canvas[place];
            if painted.is_unused() {
                distinct += 1;
                *painted = item;
            } else if *painted != item {
                return None;
            }
        }
    }
    let mut gathered = Items::with_capacity(distinct);
    gathered.extend(held(&canvas));
    Some(gathered)
}
