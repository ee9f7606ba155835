//! The keys of the items of one container, by functions that differ from row to row.
//!
//! `argmax(container, function)` in columns calls each row's function on the same items. Here
//! each item has a column of keys, so an item's are found at once, and the keys of a row are
//! compared without making anything for the row.

use std::rc::Rc;

use super::columns::{Column, Columns};
use super::rank::place;
use crate::value::Value;

/// Integers that functions make of the items of a container that is always the same:
/// a column for each item.
pub(super) struct KeyColumns {
    items: Vec<Value>,
    keys: Vec<Rc<Vec<i64>>>,
    rows: usize,
}

impl KeyColumns {
    /// The items keyed by what the functions make of them; `None` where that is no
    /// integer, or there are none.
    pub(super) fn new(
        columns: &mut Columns,
        container: &Column,
        functions: &Column,
    ) -> Option<KeyColumns> {
        let (Column::Same(container), Column::Closures(_)) = (container, functions) else {
            return None;
        };
        let items: Vec<Value> = container.items().ok()?.collect();
        columns.spend(items.len())?;
        let call = columns.number(&Value::None, &[functions]);
        let keys = items.iter().map(|item| {
            let keys = columns.remembered(call, item, |columns| {
                columns.call(functions, &[&Column::Same(item.clone())])
            })?;
            keys.into_shared_integers(columns.rows())
        });
        let keys: Vec<Rc<Vec<i64>>> = keys.collect::<Option<_>>()?;
        let rows = columns.rows();
        (!items.is_empty()).then_some(KeyColumns { items, keys, rows })
    }

    /// In each row the place of the key that beats all others, each in turn.
    fn places(&self, beats: impl Fn(i64, i64) -> bool) -> Vec<usize> {
        let mut places = vec![0; self.rows];
        let mut best = self.keys[0].to_vec();
        for (place, keys) in self.keys.iter().enumerate().skip(1) {
            for ((key, best), own) in keys.iter().zip(&mut best).zip(&mut places) {
                if beats(*key, *best) {
                    (*best, *own) = (*key, place);
                }
            }
        }
        places
    }

    /// In each row the place with this rank in the order of the keys, as `sorted` has
    /// them; `None` where there is none.
    fn ranked(&self, rank: &Column, reversed: bool) -> Option<Vec<usize>> {
        let Column::Same(rank @ Value::Integer(_)) = rank else {
            return None;
        };
        let rank = place(rank, self.items.len()).ok()??;
        let is_last = rank + 1 == self.items.len();
        Some(match (rank, reversed) {
            (0, true) => self.places(|key, best| key > best),
            (0, false) => self.places(|key, best| key < best),
            (_, true) if is_last => self.places(|key, best| key <= best),
            (_, false) if is_last => self.places(|key, best| key >= best),
            _ => (0..self.rows)
                .map(|row| {
                    let mut places: Vec<usize> = (0..self.items.len()).collect();
                    let key = |place: &usize| match self.keys[*place][row] {
                        // The complements of numbers come in their reverse order.
                        key if reversed => (!key, *place),
                        key => (key, *place),
                    };
                    *places.select_nth_unstable_by_key(rank, key).1
                })
                .collect(),
        })
    }

    /// In each row the item with a rank from the largest key down.
    pub(super) fn items_with_rank(&self, rank: &Column) -> Option<Column> {
        Some(self.items_at(&self.ranked(rank, true)?))
    }

    /// In each row the key with a rank from the smallest up.
    pub(super) fn keys_with_rank(&self, rank: &Column) -> Option<Column> {
        Some(self.keys_at(&self.ranked(rank, false)?))
    }

    /// In each row the item whose key beats all others, each in turn.
    pub(super) fn best_items(&self, beats: impl Fn(i64, i64) -> bool) -> Column {
        self.items_at(&self.places(beats))
    }

    /// In each row the key that beats all others.
    pub(super) fn best_keys(&self, beats: impl Fn(i64, i64) -> bool) -> Column {
        self.keys_at(&self.places(beats))
    }

    /// In each row the item in a place.
    fn items_at(&self, places: &[usize]) -> Column {
        Column::of_values(
            places
                .iter()
                .map(|place| self.items[*place].clone())
                .collect(),
        )
    }

    /// In each row the key in a place.
    fn keys_at(&self, places: &[usize]) -> Column {
        let keys = places.iter().enumerate();
        Column::integers(keys.map(|(row, place)| self.keys[*place][row]).collect())
    }
}
