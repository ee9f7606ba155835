//! Rectangles of places, which are inserted row by row.

use std::ops::Range;

use super::super::Failure;
use super::super::patch::Kind;
use super::Set;
use super::item::Item;
use super::items::Items;
use super::packed::PackedSet;
use super::recipe::Recipe;

/// A rectangle of places of small integers, one or more.
#[derive(Clone, Copy)]
pub struct Rectangle {
    first: Item,
    height: i64,
    width: i64,
}

impl Rectangle {
    /// The rows and columns of a larger one are made one by one.
    const LARGEST: i64 = 1 << 10;

    /// The places of these rows and columns; `None` where there are none or very many, and
    /// where they are not of small integers.
    pub fn new(rows: &Range<i64>, columns: &Range<i64>) -> Option<Rectangle> {
        let length = |range: &Range<i64>| {
            let length = range.end.checked_sub(range.start)?;
            (1..=Rectangle::LARGEST).contains(&length).then_some(length)
        };
        let (height, width) = (length(rows)?, length(columns)?);
        Item::place(rows.end - 1, columns.end - 1)?;
        let first = Item::place(rows.start, columns.start)?;
        Some(Rectangle {
            first,
            height,
            width,
        })
    }

    /// The set of them.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn into_set(self) -> Result<Set, Failure> {
        let mut items = Items::with_capacity((self.height * self.width) as usize);
        for down in 0..self.height {
            let row = self.first.moved(Item::offset(down, 0));
            items.extend((0..self.width).map(|right| row.moved(Item::offset(0, right))));
        }
        Set::of_packed(PackedSet::of_items(Kind::Indices, items, Recipe::Ascending))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Value;
    use super::*;

    #[test]
    fn rectangles_are_their_places_row_by_row() {
        for (rows, columns) in [(0..1, 0..1), (-2..3, 4..9), (0..30, 5..6), (7..8, -9..40)] {
            let rectangle = Rectangle::new(&rows, &columns).expect("small");
            let places = rows.flat_map(|row| columns.clone().map(move |own| Value::pair(row, own)));
            let (set, other) = (rectangle.into_set(), Set::from_values(places));
            let in_order = |set: Result<Set, Failure>| {
                let places: Vec<Value> = set.expect("small").iter().collect();
                format!("{places:?}")
            };
            assert_eq!(in_order(set), in_order(other));
        }
        for (rows, columns) in [(0..0, 0..4), (0..1, 0..2_000), (0..1, i64::MIN..0)] {
            assert!(Rectangle::new(&rows, &columns).is_none());
        }
    }
}
