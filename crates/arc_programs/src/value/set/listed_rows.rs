//! What is in the sets of many rows: their items, row after row.

use super::item::{self, InOrder, Item};
use super::items::columns_over;
use super::packed::PackedSet;
use super::set_side::SetSide;
use super::table::Element;

/// The items of each row's set, in the order of rows, columns and colours.
pub(super) struct ListedRows {
    items: Vec<Item>,
    /// Where each row's end.
    ends: Vec<u32>,
}

impl ListedRows {
    /// So many rows, of which a function adds the items; room for so many in all.
    pub(super) fn of_rows(
        count: usize,
        room: usize,
        mut add: impl FnMut(usize, &mut Vec<Item>),
    ) -> ListedRows {
        let (mut items, mut ends) = (Vec::with_capacity(room), Vec::with_capacity(count));
        for row in 0..count {
            add(row, &mut items);
            ends.push(items.len() as u32);
        }
        ListedRows { items, ends }
    }

    /// The items of a row.
    #[inline]
    pub(super) fn row(&self, row: usize) -> &[Item] {
        let first = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.items[first as usize..self.ends[row] as usize]
    }

    /// How many items each row has.
    pub(super) fn lengths(&self) -> impl Iterator<Item = usize> {
        let firsts = std::iter::once(&0).chain(&self.ends);
        let ends = self.ends.iter().zip(firsts);
        ends.map(|(end, first)| (end - first) as usize)
    }

    /// How many items there are in all.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The corners of the smallest rectangle around all; `None` of nothing.
    pub(super) fn corners(&self) -> Option<[(i64, i64); 2]> {
        let rows = (0..self.ends.len()).filter_map(|row| corners(self.row(row)));
        rows.reduce(|[first, last], [own_first, own_last]| {
            [
                (first.0.min(own_first.0), first.1.min(own_first.1)),
                (last.0.max(own_last.0), last.1.max(own_last.1)),
            ]
        })
    }

    /// The items of which this is said, of all in turn.
    pub(super) fn keeping(&self, mut is_kept: impl FnMut(usize) -> bool) -> ListedRows {
        let mut number = 0;
        ListedRows::of_rows(self.ends.len(), 0, |row, items| {
            for item in self.row(row) {
                if is_kept(number) {
                    items.push(*item);
                }
                number += 1;
            }
        })
    }

    /// What a function makes of the items of each row, which keeps their order; each once.
    pub(super) fn mapped(&self, make: impl Fn(usize, Item) -> Item) -> ListedRows {
        ListedRows::of_rows(self.ends.len(), self.len(), |row, items| {
            let first = items.len();
            for item in self.row(row) {
                let made = make(row, *item);
                if items[first..].last() != Some(&made) {
                    items.push(made);
                }
            }
        })
    }
}

/// The corners of the smallest rectangle around the items of a row; `None` of nothing.
pub(super) fn corners(items: &[Item]) -> Option<[(i64, i64); 2]> {
    let (first, last) = (items.first()?, items.last()?);
    let (left, right) = columns_over((first.column(), first.column()), items);
    Some([(first.row(), left), (last.row(), right)])
}

/// The items that both sides have.
pub(super) fn intersected(count: usize, a: &SetSide, b: &SetSide) -> ListedRows {
    let (rows, among) = match (a, b) {
        (SetSide::Same(set), rows) | (rows, SetSide::Same(set)) => {
            (rows, Among::new(set.packed(), rows.items_in_all(count)))
        }
        _ => {
            return ListedRows::of_rows(count, 0, |row, items| {
                walk(a.items(row), b.items(row), true, items);
            });
        }
    };
    ListedRows::of_rows(count, 0, |row, items| {
        among.add_kept(rows.items(row), true, items);
    })
}

/// The items of the first side that the second lacks.
pub(super) fn lacking(count: usize, a: &SetSide, b: &SetSide) -> ListedRows {
    match b {
        SetSide::Same(set) => {
            let among = Among::new(set.packed(), a.items_in_all(count));
            ListedRows::of_rows(count, 0, |row, items| {
                among.add_kept(a.items(row), false, items);
            })
        }
        _ => ListedRows::of_rows(count, 0, |row, items| {
            walk(a.items(row), b.items(row), false, items);
        }),
    }
}

/// Adds those of the items that are among the others, or those that are not.
fn walk(items: &[Item], others: &[Item], are_in_others: bool, kept: &mut Vec<Item>) {
    let mut others = InOrder(others);
    for item in items {
        if others.has(item) == are_in_others {
            kept.push(*item);
        }
    }
}

/// The items of all sides, each once.
pub(super) fn gathered(count: usize, sides: &[SetSide]) -> ListedRows {
    let mut all = Vec::new();
    let room = sides.iter().map(|side| side.items_in_all(count));
    ListedRows::of_rows(count, room.sum(), |row, items| {
        if let [a, b] = sides {
            let left = item::merged(a.items(row), b.items(row), |item| items.push(item));
            return items.extend_from_slice(left);
        }
        all.clear();
        for side in sides {
            all.extend_from_slice(side.items(row));
        }
        all.sort_unstable();
        all.dedup();
        items.extend_from_slice(&all);
    })
}

/// How many items the distinct ones of the sets of each row have, in so many rows together.
pub(super) fn distinct_items(sides: &[SetSide], count: usize) -> usize {
    let in_row = |row: usize| {
        let is_first = |(number, side): &(usize, &SetSide)| {
            let own = side.items(row);
            sides[..*number]
                .iter()
                .all(|before| before.items(row) != own)
        };
        let distinct = sides.iter().enumerate().filter(is_first);
        distinct
            .map(|(_, side)| side.items(row).len())
            .sum::<usize>()
    };
    (0..count).map(in_row).sum()
}

/// The items of a set, of which it is asked again and again what is among them.
struct Among<'set> {
    set: Option<&'set PackedSet>,
    /// Each in its place, row by row, where that is room for all.
    canvas: Option<Canvas>,
}

struct Canvas {
    top: i64,
    left: i64,
    height: u64,
    width: u64,
    items: Vec<Item>,
}

impl<'set> Among<'set> {
    /// The largest canvas.
    const AREA: u64 = 1 << 13;

    /// For so many questions.
    fn new(set: Option<&'set PackedSet>, questions: usize) -> Among<'set> {
        let canvas = set
            .filter(|set| set.len() <= questions)
            .and_then(Canvas::of);
        Among { set, canvas }
    }

    /// Adds those of some items that are among the set's, or those that are not.
    fn add_kept(&self, items: &[Item], are_among: bool, kept: &mut Vec<Item>) {
        let mut add = |item: &Item, is_among: bool| {
            if is_among == are_among {
                kept.push(*item);
            }
        };
        match (&self.canvas, self.set) {
            (Some(canvas), _) => items.iter().for_each(|item| {
                let own = canvas.index_of(*item);
                add(item, own.is_some_and(|own| canvas.items[own] == *item));
            }),
            (None, Some(set)) => items.iter().for_each(|item| add(item, set.contains(item))),
            (None, None) => items.iter().for_each(|item| add(item, false)),
        }
    }
}

impl Canvas {
    /// `None` where two items lie in one place, or far apart.
    fn of(set: &PackedSet) -> Option<Canvas> {
        let [(top, left), (bottom, right)] = set.corners();
        let (height, width) = ((bottom - top + 1) as u64, (right - left + 1) as u64);
        if height.saturating_mul(width) > Among::AREA {
            return None;
        }
        let mut canvas = Canvas {
            top,
            left,
            height,
            width,
            items: vec![Item::UNUSED; (height * width) as usize],
        };
        let are_alone = set.fold_in_any_order(true, |are_alone, item| {
            let Some(own) = canvas.index_of(item) else {
                return false;
            };
            let is_alone = canvas.items[own].is_unused();
            canvas.items[own] = item;
            are_alone && is_alone
        });
        are_alone.then_some(canvas)
    }

    #[inline]
    fn index_of(&self, item: Item) -> Option<usize> {
        let down = (item.row() - self.top) as u64;
        let right = (item.column() - self.left) as u64;
        (down < self.height && right < self.width).then(|| (down * self.width + right) as usize)
    }
}
