//! Items of several sets put together on a canvas of the size of their bounds.
//!
//! Sets that programs merge lie close together, and often on each other. To mark
//! each item on a canvas and to read it row by row takes a nanosecond an item;
//! sorting them takes ten.

use super::item::Item;
use super::packed::{Items, held};
use super::table::Element;

/// How many places of a canvas there may be for an item.
const SPARSE: usize = 8;

/// The items of all of these slots, row by row, each once.
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
    let (mut top, mut bottom, mut left, mut right) = (i64::MAX, i64::MIN, i64::MAX, i64::MIN);
    let mut count = 0_usize;
    for part in parts.clone() {
        for item in held(part) {
            (top, bottom) = (top.min(item.row()), bottom.max(item.row()));
            (left, right) = (left.min(item.column()), right.max(item.column()));
            count += 1;
        }
    }
    let height = usize::try_from(bottom.checked_sub(top)?.checked_add(1)?).ok()?;
    let width = usize::try_from(right.checked_sub(left)?.checked_add(1)?).ok()?;
    let area = height.checked_mul(width)?;
    (area <= count.saturating_mul(SPARSE)).then_some(())?;
    let mut canvas = vec![Item::UNUSED; area];
    let mut distinct = 0;
    for part in parts {
        for item in held(part) {
            let place = (item.row() - top) as usize * width + (item.column() - left) as usize;
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
