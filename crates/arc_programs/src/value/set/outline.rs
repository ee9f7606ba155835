//! The outline of a rectangle: the places of its sides, which are put together of two
//! columns and two rows when somebody asks for their order.

use std::ops::Range;

use super::super::patch::Kind;
use super::super::{Failure, Measure};
use super::Set;
use super::item::Item;
use super::items::Items;
use super::packed::PackedSet;
use super::recipe::{Making, Recipe};
use super::table::Table;

/// The rows and columns of a larger rectangle are put together one by one.
const LARGEST: i64 = 1 << 10;

const _: () = assert!(4 * LARGEST < Measure::WEIGHT as i64 / 8);

/// A rectangle of places.
#[derive(Clone, Copy)]
pub(super) struct Outline {
    pub(super) first: Item,
    pub(super) height: u16,
    pub(super) width: u16,
}

impl Set {
    /// The places of the first and the last of these columns, and of the first and the last
    /// of these rows: the two columns joined, the two rows joined, and both of these, copied.
    /// `None` where there are none or very many, and where they are not of small integers.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn of_outline(
        rows: &Range<i64>,
        columns: &Range<i64>,
    ) -> Option<Result<Set, Failure>> {
        let length = |range: &Range<i64>| {
            let length = range.end.checked_sub(range.start)?;
            u16::try_from(length)
                .ok()
                .filter(|_| (1..=LARGEST).contains(&length))
        };
        let (height, width) = (length(rows)?, length(columns)?);
        Item::place(rows.end - 1, columns.end - 1)?;
        let outline = Outline {
            first: Item::place(rows.start, columns.start)?,
            height,
            width,
        };
        let recipe = Recipe::Outline {
            first: outline.first,
            height,
            width,
        };
        let places = PackedSet::of_items(Kind::Indices, outline.items(), recipe);
        Some(Set::of_packed(places))
    }
}

impl Outline {
    fn place(self, down: u16, right: u16) -> Item {
        self.first
            .moved(Item::offset(i64::from(down), i64::from(right)))
    }

    fn row(self, down: u16) -> impl Iterator<Item = Item> {
        (0..self.width).map(move |right| self.place(down, right))
    }

    fn column(self, right: u16) -> impl Iterator<Item = Item> {
        (0..self.height).map(move |down| self.place(down, right))
    }

    /// The places row by row.
    fn items(self) -> Items {
        let (bottom, right) = (self.height - 1, self.width - 1);
        let count = 2 * (usize::from(self.height) + usize::from(self.width));
        let mut items = Items::with_capacity(count);
        items.extend(self.row(0));
        for down in 1..bottom {
            items.push(self.place(down, 0));
            if right > 0 {
                items.push(self.place(down, right));
            }
        }
        if bottom > 0 {
            items.extend(self.row(bottom));
        }
        items
    }

    /// CPython's table of them.
    pub(super) fn table(self) -> Table<Item> {
        let [left, right] = [0, self.width - 1].map(|right| line(self.column(right)));
        let [top, bottom] = [0, self.height - 1].map(|down| line(self.row(down)));
        let (upright, level) = (joined(&left, &right), joined(&top, &bottom));
        joined(&upright, &level).into_copy()
    }
}

fn line(places: impl Iterator<Item = Item>) -> Table<Item> {
    Table::from_distinct(places)
}

fn joined(one: &Table<Item>, other: &Table<Item>) -> Table<Item> {
    Making::Union.carried_out([one, other].into_iter(), |_| true)
}

#[cfg(test)]
mod tests {
    use super::super::super::Value;
    use super::*;

    fn side(places: impl Iterator<Item = (i64, i64)>) -> Set {
        Set::from_values(places.map(|(row, column)| Value::pair(row, column))).expect("small")
    }

    #[test]
    fn outlines_are_put_together_of_columns_and_rows() {
        for (height, width) in [
            (1, 1),
            (1, 2),
            (2, 1),
            (2, 2),
            (1, 9),
            (9, 1),
            (3, 3),
            (3, 4),
        ]
        .into_iter()
        .chain([(5, 5), (4, 30), (30, 4), (30, 30), (70, 41), (1_024, 2)])
        {
            for (top, left) in [(0, 0), (-1, -1), (3, -7), (40, 11)] {
                let (rows, columns) = (top..top + height, left..left + width);
                let column = |column| side(rows.clone().map(|row| (row, column)));
                let row = |row| side(columns.clone().map(|column| (row, column)));
                let upright = column(left)
                    .union(&column(left + width - 1))
                    .expect("small");
                let level = row(top).union(&row(top + height - 1)).expect("small");
                let expected = upright.union(&level).and_then(|set| set.copied());
                let expected = expected.expect("small");
                let outline = Set::of_outline(&rows, &columns).expect("a small one");
                let outline = outline.expect("small");
                assert_eq!(outline.len(), expected.len());
                assert_eq!(outline.hash(), expected.hash());
                assert!(outline.equals(&expected));
                let in_order =
                    |set: &Set| -> Vec<_> { set.iter().map(|place| place.as_pair()).collect() };
                assert!(
                    in_order(&outline) == in_order(&expected),
                    "{height} x {width}"
                );
            }
        }
        assert!(Set::of_outline(&(0..0), &(0..3)).is_none());
        assert!(Set::of_outline(&(0..3), &(0..2_000)).is_none());
        let end = *super::super::item::COORDINATES.end();
        assert!(Set::of_outline(&(0..3), &(end..end + 2)).is_none());
    }
}
