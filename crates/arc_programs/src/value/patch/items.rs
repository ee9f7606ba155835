//! The items of a patch, one after the other, as machine integers.

use super::super::{Set, SetIterator, TupleIterator};
use super::kind::{CellLayout, Kind};

#[derive(Clone)]
pub(super) enum Items<'value> {
    Set(SetIterator<'value>),
    Tuple(TupleIterator<'value>),
    Chained(InTurn<'value>),
    None,
}

/// The items of several sets, each set's in an order.
#[derive(Clone)]
pub(super) struct InTurn<'value> {
    items: SetIterator<'value>,
    left: std::slice::Iter<'value, Set>,
    order: Order,
}

/// How the items of a set are walked.
#[derive(Clone, Copy)]
pub(super) enum Order {
    Own,
    Any,
}

impl Order {
    #[inline]
    fn of(self, set: &Set) -> SetIterator<'_> {
        match self {
            Order::Own => set.iter(),
            Order::Any => set.iter_in_any_order(),
        }
    }
}

impl<'value> InTurn<'value> {
    /// What there is next, if not in this set then in those that are left.
    #[inline]
    fn next<T>(&mut self, next: impl Fn(&mut SetIterator<'value>) -> Option<T>) -> Option<T> {
        loop {
            if let Some(next) = next(&mut self.items) {
                return Some(next);
            }
            self.items = self.order.of(self.left.next()?);
        }
    }

    /// What a function makes of all sets' items, in turn.
    fn fold<T>(self, start: T, mut fold: impl FnMut(T, SetIterator<'value>) -> T) -> T {
        let order = self.order;
        self.left.fold(fold(start, self.items), |made, set| {
            fold(made, order.of(set))
        })
    }
}

impl<'value> Items<'value> {
    pub(super) fn chained(sets: &'value [Set], order: Order) -> Items<'value> {
        let mut left = sets.iter();
        match left.next() {
            Some(first) => Items::Chained(InTurn {
                items: order.of(first),
                left,
                order,
            }),
            None => Items::None,
        }
    }

    #[inline]
    fn next_pair(&mut self) -> Option<(i64, i64)> {
        match self {
            Items::Set(items) => items.next_pair(),
            Items::Tuple(items) => items.next()?.as_pair(),
            Items::Chained(items) => items.next(SetIterator::next_pair),
            Items::None => None,
        }
    }

    #[inline]
    fn next_cell(&mut self, layout: CellLayout) -> Option<(i64, i64, i64)> {
        match self {
            Items::Set(items) => items.next_cell(layout),
            Items::Tuple(items) => layout.small_parts(&items.next()?),
            Items::Chained(items) => items.next(|items| items.next_cell(layout)),
            Items::None => None,
        }
    }
}

/// Rows and columns; see [`SmallPatch::places`](super::SmallPatch::places).
#[derive(Clone)]
pub struct Places<'value> {
    pub(super) items: Items<'value>,
    pub(super) kind: Kind,
}

impl Iterator for Places<'_> {
    type Item = (i64, i64);

    #[inline]
    fn next(&mut self) -> Option<(i64, i64)> {
        match self.kind {
            Kind::Indices => self.items.next_pair(),
            Kind::Object(layout) => {
                let cell = self.items.next_cell(layout);
                cell.map(|(row, column, _)| (row, column))
            }
        }
    }

    #[inline]
    fn fold<T, Fold: FnMut(T, Self::Item) -> T>(self, start: T, mut fold: Fold) -> T {
        match self.items {
            Items::Set(items) => items.fold_places(start, fold),
            Items::Chained(items) => {
                items.fold(start, |made, items| items.fold_places(made, &mut fold))
            }
            _ => {
                let mut made = start;
                for place in self {
                    made = fold(made, place);
                }
                made
            }
        }
    }
}

/// Rows, columns and colours; see [`SmallPatch::cells`](super::SmallPatch::cells).
#[derive(Clone)]
pub struct Cells<'value>(pub(super) Items<'value>, pub(super) CellLayout);

impl Iterator for Cells<'_> {
    type Item = (i64, i64, i64);

    #[inline]
    fn next(&mut self) -> Option<(i64, i64, i64)> {
        self.0.next_cell(self.1)
    }

    #[inline]
    fn fold<T, Fold: FnMut(T, Self::Item) -> T>(self, start: T, mut fold: Fold) -> T {
        match self.0 {
            Items::Set(items) => items.fold_cells(self.1, start, fold),
            Items::Chained(items) => {
                let layout = self.1;
                items.fold(start, |made, items| {
                    items.fold_cells(layout, made, &mut fold)
                })
            }
            _ => {
                let mut made = start;
                for cell in self {
                    made = fold(made, cell);
                }
                made
            }
        }
    }
}
