//! How far a packed set goes, and of which colours it is.
//!
//! A set that is another one moved or mirrored has the other's corners, moved and mirrored,
//! and what is known by a grid has that grid's. Of what is listed row by row the first and the
//! last item have the rows, and the ends of each row the columns.

use super::super::super::affine::Axis;
use super::super::super::patch::Bounds;
use super::super::item::Item;
use super::super::items::{FEW, NOTHING, held, span_of, span_over};
use super::super::recipe::Recipe;
use super::super::table::Element;
use super::super::told::End;
use super::{PackedSet, Unlisted};

impl PackedSet {
    /// These bounds, and all places of this set.
    pub(in crate::value::set) fn bounds_with(&self, bounds: Bounds) -> Bounds {
        let [first, last] = self.corners();
        bounds.with(first).with(last)
    }

    /// The upper left and the lower right corner of the smallest rectangle around it.
    pub(in crate::value::set) fn corners(&self) -> [(i64, i64); 2] {
        if let Some(items) = self.items.get()
            && let (1..=FEW, [first, ..], [.., last]) = (items.len(), &items[..], &items[..])
        {
            let (left, right) = Item::columns_of(items);
            return [(first.row(), left), (last.row(), right)];
        }
        if let Some((source, affine)) = self.recipe.mirrored_from() {
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
        if let (None, Some(items)) = (self.items.get(), self.grid_items()) {
            return items.corners();
        }
        if let (None, Unlisted::GridPart(part)) = (self.items.get(), self.unlisted())
            && let Some(corners) = part.corners()
        {
            return corners;
        }
        let ((top, bottom), (left, right)) = (self.span(Axis::Row), self.span(Axis::Column));
        [(top, left), (bottom, right)]
    }

    /// The colour of the first item in CPython's order.
    pub(in crate::value::set) fn first_colour(&self) -> Option<i64> {
        if let Some(table) = self.table.get() {
            return held(table.slots()).next().map(Item::colour);
        }
        let first = || {
            let told = self.told_end(End::First);
            told.or_else(|| held(self.table().slots()).next())
        };
        self.only_colour().or_else(|| first().map(Item::colour))
    }

    /// The colour of all items, where they have the same.
    pub(in crate::value::set) fn only_colour(&self) -> Option<i64> {
        match self.unlisted() {
            Unlisted::Moved(source, _) | Unlisted::Mirrored(source) => {
                return source.only_colour();
            }
            Unlisted::Grid(items) => return items.only_colour(),
            _ => {}
        }
        let mut items = held(self.slots_in_any_order());
        let first = items.next()?.colour();
        let are_same = self.recipe.is_of_one_colour() || items.all(|item| item.colour() == first);
        are_same.then_some(first)
    }

    /// The first and the last row, or column.
    pub(in crate::value::set) fn span(&self, axis: Axis) -> (i64, i64) {
        if let Some(items) = self.items.get()
            && (axis == Axis::Row || items.len() <= FEW)
        {
            return span_of(items, axis);
        }
        if self.moved_from().is_some() || self.recipe.mirrored_from().is_some() {
            let [(top, left), (bottom, right)] = self.corners();
            return axis.choose((top, bottom), (left, right));
        }
        match axis {
            Axis::Row => self.found_span(axis),
            Axis::Column => self.columns.get_or(|| self.found_span(axis)),
        }
    }

    /// The first and the last row, or column, by all items.
    fn found_span(&self, axis: Axis) -> (i64, i64) {
        if let Some(items) = self.items.get() {
            return span_of(items, axis);
        }
        if let Recipe::Known = self.recipe {
            return span_over(NOTHING, held(self.table().slots()), axis);
        }
        match self.unlisted() {
            Unlisted::Line(line) => span_over(NOTHING, line.ends().into_iter(), axis),
            Unlisted::Grid(_) | Unlisted::Moved(..) | Unlisted::Mirrored(_) => {
                let [(top, left), (bottom, right)] = self.corners();
                axis.choose((top, bottom), (left, right))
            }
            Unlisted::GridPart(_) => span_of(self.items(), axis),
            Unlisted::InTable => span_over(NOTHING, held(self.table().slots()), axis),
        }
    }
}
