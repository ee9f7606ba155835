//! How many slots a table has, by what was put into it.
//!
//! CPython moves a table to more slots when three fifths of those that it has are filled, and
//! makes room for all beforehand where it copies a set or unites two.

/// The slots of a new table.
pub(super) const SMALLEST: usize = 8;

/// Above this many elements a table doubles instead of quadrupling.
const LARGE: usize = 50_000;

/// Whether so many filled slots are too many.
#[inline]
pub(super) const fn is_crowded(filled: usize, mask: usize) -> bool {
    filled * 5 >= mask * 3
}

/// How many elements a table should have room for after this many.
pub(super) fn grown(used: usize) -> usize {
    if used > LARGE { used * 2 } else { used * 4 }
}

/// The number of slots of a table with more than `least`.
pub(super) fn size(least: usize) -> usize {
    let mut size = SMALLEST;
    while size <= least {
        size *= 2;
    }
    size
}

/// The number of elements with which a table of so many slots grows.
pub(super) fn room(slots: usize) -> usize {
    ((slots - 1) * 3).div_ceil(5)
}

/// Whether Python takes a difference by discarding from a copy.
#[inline]
pub(super) fn is_discarded_from(whole: usize, others: usize) -> bool {
    (whole >> 2) > others
}

/// The number that the slots of a copy of so many elements are above.
#[inline]
pub(super) fn least_of_copy(used: usize) -> usize {
    match is_crowded(used, SMALLEST - 1) {
        true => used * 2,
        false => 0,
    }
}

/// The number of slots of a copy of a set of so many elements.
pub(super) fn slots_of_copy(elements: usize) -> usize {
    size(least_of_copy(elements))
}

/// The number of slots of the union of two sets of so many elements.
pub(super) fn slots_of_union(own: usize, others: usize) -> usize {
    let slots = slots_of_copy(own);
    match is_crowded(own + others, slots - 1) {
        true => size((own + others) * 2),
        false => slots,
    }
}

/// The number of slots of a table into which so many elements were inserted, and how many
/// of them were there when it got as many.
pub(super) fn slots_with(elements: usize) -> (usize, usize) {
    let (mut slots, mut moved) = (SMALLEST, 0);
    while elements >= room(slots) {
        moved = room(slots);
        slots = size(grown(moved));
    }
    (slots, moved)
}
