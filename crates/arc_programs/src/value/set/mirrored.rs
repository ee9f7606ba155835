//! Sets mirrored, turned and scaled: their items moved by a map that sends no two of
//! them to one place.
//!
//! The items are moved row by row of what comes out, so that they need not be sorted;
//! the order is left to who asks for it.

use super::super::Failure;
use super::super::affine::Affine;
use super::Set;
use super::item::{COORDINATES, Item};
use super::items::Items;
use super::packed::PackedSet;
use super::recipe::Making;
use super::table::Element;

/// How many rows a set may have for each of its items, at most, that are listed row by
/// row.
const ROWS: usize = 4;

impl Set {
    /// The items moved by a map; `None` where it may send two of them to one place, or
    /// one out of the range of packed sets, and where this is none.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(in crate::value) fn mirrored(&self, affine: &Affine) -> Option<Result<Set, Failure>> {
        let packed = self.packed()?;
        let corners = affine.corners(packed.corners());
        let is_within = |(row, column)| COORDINATES.contains(&row) && COORDINATES.contains(&column);
        if !affine.is_one_to_one() || !corners.into_iter().all(is_within) {
            return None;
        }
        let [(top, _), (bottom, _)] = corners;
        let items = || moved_row_by_row(packed, affine, (top, bottom));
        let making = Making::Mirror(*affine);
        Some(self.made(packed, making, packed.kind(), |_| true, items))
    }
}

/// The items moved by a map, whose rows lie from the one to the other then.
fn moved_row_by_row(packed: &PackedSet, affine: &Affine, (first, last): (i64, i64)) -> Items {
    let items = packed.items();
    let moved = items.iter().map(|item| item.mirrored(affine));
    let rows = (last - first) as usize + 1;
    if rows > items.len().saturating_mul(ROWS) {
        let mut moved: Items = moved.collect();
        moved.sort_unstable();
        return moved;
    }
    // In turn, each row's columns ascend.
    let moved: Vec<Item> = match affine.keeps_columns_ascending() {
        true => moved.collect(),
        false => moved.rev().collect(),
    };
    let row_of = |item: &Item| (item.row() - first) as usize;
    let mut ends = vec![0_u32; rows + 1];
    for item in &moved {
        ends[row_of(item) + 1] += 1;
    }
    for row in 0..rows {
        ends[row + 1] += ends[row];
    }
    let mut listed = vec![Item::UNUSED; moved.len()];
    for item in moved {
        let next = &mut ends[row_of(&item)];
        listed[*next as usize] = item;
        *next += 1;
    }
    if !listed.is_sorted() {
        // Cells in one place keep the order of their colours.
        listed.sort_unstable();
    }
    Items::from_vec(listed)
}
