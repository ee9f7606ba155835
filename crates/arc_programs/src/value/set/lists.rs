//! Lists made of the lists of sets.

use super::item::Item;
use super::packed::Items;
use super::table::Element;

/// What a function makes of each item. Loops over a list of known length are faster
/// into a `Vec`.
pub(super) fn mapped(items: &Items, make: impl Fn(Item) -> Item) -> Items {
    let made = items.iter().map(|item| make(*item));
    match items.spilled() {
        true => Items::from_vec(made.collect()),
        false => made.collect(),
    }
}

/// Those items that a function, which is asked in turn, keeps; at most so many.
pub(super) fn kept(items: &[Item], most: usize, keeps: impl FnMut(&Item) -> bool) -> Items {
    /// So many do not get their memory before it is known how much.
    const FEW: usize = 63;
    if most <= FEW {
        let mut room = [Item::UNUSED; FEW + 1];
        let count = write_kept(&mut room, items, keeps);
        return Items::from_slice(&room[..count]);
    }
    let mut room = vec![Item::UNUSED; most + 1];
    let count = write_kept(&mut room, items, keeps);
    room.truncate(count);
    if count <= most / 2 {
        room.shrink_to_fit();
    }
    Items::from_vec(room)
}

/// Writes those items that are kept, and something behind them; yields how many they
/// are.
fn write_kept(room: &mut [Item], items: &[Item], mut keeps: impl FnMut(&Item) -> bool) -> usize {
    // Each is written where the next one goes, and stays if it is kept: guessing
    // which are takes longer where that alternates.
    let mut count = 0;
    for item in items {
        room[count] = *item;
        count += usize::from(keeps(item));
    }
    count
}
