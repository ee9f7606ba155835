//! Where the items of a set lie: its corners, its first and last rows and columns.

use super::super::affine::Axis;
use super::super::patch::Bounds;
use super::item::Item;
use super::packed::{PackedSet, Unlisted, held};
use super::recipe::Recipe;
use super::table::Element;

impl PackedSet {
    /// These bounds, and all places of this set.
    pub(super) fn bounds_with(&self, bounds: Bounds) -> Bounds {
        let [first, last] = self.corners();
        bounds.with(first).with(last)
    }

    /// The upper left and the lower right corner of the smallest rectangle around it.
    pub(super) fn corners(&self) -> [(i64, i64); 2] {
        if let Some((source, affine)) = self.recipe().mirrored_from() {
            return affine.corners(source.corners());
        }
        if let Unlisted::Moved(source, added) = self.unlisted() {
            // A set that stays in the range does so with its corners.
            return source.corners().map(|(row, column)| {
                let corner =
                    Item::place(row, column).map_or(Item::UNUSED, |item| item.moved(added));
                (corner.row(), corner.column())
            });
        }
        if let (None, Some(items)) = (self.listed(), self.grid_items()) {
            return items.corners();
        }
        let ((top, bottom), (left, right)) = (self.span(Axis::Row), self.span(Axis::Column));
        [(top, left), (bottom, right)]
    }

    /// The first and the last row, or column.
    pub(super) fn span(&self, axis: Axis) -> (i64, i64) {
        if let Some(items) = self.listed()
            && (axis == Axis::Row || items.len() <= FEW)
        {
            return span_of(items, axis);
        }
        if self.moved_from().is_some() || self.recipe().mirrored_from().is_some() {
            let [(top, left), (bottom, right)] = self.corners();
            return axis.choose((top, bottom), (left, right));
        }
        match axis {
            Axis::Row => self.found_span(axis),
            Axis::Column => self.columns().get_or(|| self.found_span(axis)),
        }
    }

    /// The first and the last row, or column, by all items.
    fn found_span(&self, axis: Axis) -> (i64, i64) {
        if let Some(items) = self.listed() {
            return span_of(items, axis);
        }
        if let Recipe::Known = self.recipe() {
            return span_over(NOTHING, held(self.table().slots()), axis);
        }
        match self.unlisted() {
            Unlisted::Line(line) => span_over(NOTHING, line.ends().into_iter(), axis),
            Unlisted::Grid(_) | Unlisted::Moved(..) | Unlisted::Mirrored(_) => {
                let [(top, left), (bottom, right)] = self.corners();
                axis.choose((top, bottom), (left, right))
            }
            Unlisted::Compared(_) => span_of(self.items(), axis),
            Unlisted::InTable => span_over(NOTHING, held(self.table().slots()), axis),
        }
    }
}

/// So many items are looked at one by one.
const FEW: usize = 16;

/// The span of nothing: only to add items to.
const NOTHING: (i64, i64) = (i64::MAX, i64::MIN);

/// A span, and all of these items in it.
#[inline]
fn span_over(span: (i64, i64), items: impl Iterator<Item = Item>, axis: Axis) -> (i64, i64) {
    let with = |(first, last): (i64, i64), own: i64| (first.min(own), last.max(own));
    match axis {
        Axis::Row => items.fold(span, |span, item| with(span, item.row())),
        Axis::Column => items.fold(span, |span, item| with(span, item.column())),
    }
}

/// The first and the last row, or column, of items row by row.
fn span_of(items: &[Item], axis: Axis) -> (i64, i64) {
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
    if items.len() <= FEW {
        return span_over(span, items.iter().copied(), Axis::Column);
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
