//! Lists of items row by row: made, and how far they go.

use smallvec::SmallVec;

use super::super::affine::Axis;
use super::item::Item;
use super::table::Element;

/// Items in the order of rows, columns and colours.
pub(super) type Items = SmallVec<[Item; 3]>;

/// So many items are looked at one by one.
pub(super) const FEW: usize = 16;

/// The span of nothing: only to add items to.
pub(super) const NOTHING: (i64, i64) = (i64::MAX, i64::MIN);

/// A span, and all of these items in it.
#[inline]
pub(super) fn span_over(
    span: (i64, i64),
    items: impl Iterator<Item = Item>,
    axis: Axis,
) -> (i64, i64) {
    let with = |(first, last): (i64, i64), own: i64| (first.min(own), last.max(own));
    match axis {
        Axis::Row => items.fold(span, |span, item| with(span, item.row())),
        Axis::Column => items.fold(span, |span, item| with(span, item.column())),
    }
}

/// The first and the last row, or column, of items row by row.
pub(super) fn span_of(items: &[Item], axis: Axis) -> (i64, i64) {
    if let (Axis::Row, [first, .., last]) = (axis, items) {
        return (first.row(), last.row());
    }
    if let Axis::Row = axis {
        return span_over(NOTHING, items.iter().copied(), axis);
    }
    columns_over(NOTHING, items)
}

/// A span of columns, and those of all of these items, row by row, in it. Of items in one
/// row the first and the last say all.
pub(super) fn columns_over(mut span: (i64, i64), items: &[Item]) -> (i64, i64) {
    /// To look at as many items takes as long as to find the end of a row.
    const ROW: usize = 12;
    let [top, .., bottom] = items else {
        return span_over(span, items.iter().copied(), Axis::Column);
    };
    let rows = (bottom.row() - top.row()) as usize;
    if items.len() <= FEW || items.len() / ROW <= rows {
        let (first, last) = Item::columns_of(items);
        return (span.0.min(first), span.1.max(last));
    }
    let (mut rest, mut length) = (items, 1);
    while let [first, ..] = rest {
        // Most rows are about as long as those before them.
        length = length_of_row(rest, length);
        let ends = [*first, rest[length - 1]];
        span = span_over(span, ends.into_iter(), Axis::Column);
        rest = &rest[length..];
    }
    span
}

/// How many items, row by row, are in the row of the first, if they are about so many.
fn length_of_row(items: &[Item], about: usize) -> usize {
    let is_in_row = |item: &Item| item.is_in_row_of(items[0]);
    let (mut least, mut step) = (1, 1);
    let mut end = about.min(items.len());
    if is_in_row(&items[end - 1]) {
        least = end;
        while items.get(least + step - 1).is_some_and(is_in_row) {
            least += step;
            step *= 2;
        }
        end = (least + step - 1).min(items.len());
    }
    least + items[least..end].partition_point(is_in_row)
}

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

/// The items of some slots.
#[inline]
pub(super) fn held(slots: &[Item]) -> impl DoubleEndedIterator<Item = Item> {
    slots.iter().filter(|slot| slot.is_held()).copied()
}
