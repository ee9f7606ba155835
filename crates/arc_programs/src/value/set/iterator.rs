//! Walking over the elements of a set.

use std::slice;

use super::super::Value;
use super::super::patch::CellLayout;
use super::general::General;
use super::item::Item;
use super::product::Pairs;
use super::table::{Element, Table};

/// The elements of a set; see [`Set::iter`](super::Set::iter).
#[derive(Clone)]
pub struct SetIterator<'set> {
    slots: SetSlots<'set>,
    left: usize,
}

#[derive(Clone)]
enum SetSlots<'set> {
    Packed(slice::Iter<'set, Item>),
    General(slice::Iter<'set, General>),
    One(Option<&'set Value>),
    Product(Pairs<'set>),
}

impl<'set> SetIterator<'set> {
    /// The items in these slots, of which there are so many.
    #[inline]
    pub(super) fn of_packed(slots: &'set [Item], items: usize) -> SetIterator<'set> {
        SetIterator {
            slots: SetSlots::Packed(slots.iter()),
            left: items,
        }
    }

    /// The elements of a table.
    #[inline]
    pub(super) fn of_general(table: &'set Table<General>) -> SetIterator<'set> {
        SetIterator {
            slots: SetSlots::General(table.slots().iter()),
            left: table.len(),
        }
    }

    /// This element alone.
    #[inline]
    pub(super) fn of_one(value: &'set Value) -> SetIterator<'set> {
        SetIterator {
            slots: SetSlots::One(Some(value)),
            left: 1,
        }
    }

    /// The pairs of a product, of which there are so many.
    #[inline]
    pub(super) fn of_product(pairs: Pairs<'set>, count: usize) -> SetIterator<'set> {
        SetIterator {
            slots: SetSlots::Product(pairs),
            left: count,
        }
    }

    /// The next element as the pair that it is.
    #[inline]
    pub(in crate::value) fn next_pair(&mut self) -> Option<(i64, i64)> {
        match &mut self.slots {
            SetSlots::Packed(slots) => {
                let item = slots.find(|slot| slot.is_held())?;
                Some((item.row(), item.column()))
            }
            SetSlots::General(_) | SetSlots::One(_) | SetSlots::Product(_) => {
                self.next()?.as_pair()
            }
        }
    }

    /// The next element as the cell of this layout that it is.
    #[inline]
    pub(in crate::value) fn next_cell(&mut self, layout: CellLayout) -> Option<(i64, i64, i64)> {
        match &mut self.slots {
            SetSlots::Packed(slots) => {
                let item = slots.find(|slot| slot.is_held())?;
                Some((item.row(), item.column(), item.colour()))
            }
            SetSlots::General(_) | SetSlots::One(_) | SetSlots::Product(_) => {
                layout.small_parts(&self.next()?)
            }
        }
    }

    /// What a function makes of the places of all elements, in turn.
    #[inline]
    pub(in crate::value) fn fold_places<T>(
        self,
        start: T,
        mut fold: impl FnMut(T, (i64, i64)) -> T,
    ) -> T {
        match self.slots {
            SetSlots::Packed(slots) => slots
                .filter(|slot| slot.is_held())
                .fold(start, |made, item| fold(made, (item.row(), item.column()))),
            SetSlots::General(_) | SetSlots::One(_) | SetSlots::Product(_) => {
                self.fold(start, |made, value| {
                    let place = |(row, column, _)| (row, column);
                    let row_first = || value.as_triple().map(place);
                    let colour_first = || value.as_tuple()?.as_colour_first().map(place);
                    match value.as_pair().or_else(row_first).or_else(colour_first) {
                        Some(place) => fold(made, place),
                        None => made,
                    }
                })
            }
        }
    }

    /// What a function makes of all elements as the cells of this layout that they
    /// are, in turn.
    #[inline]
    pub(in crate::value) fn fold_cells<T>(
        self,
        layout: CellLayout,
        start: T,
        mut fold: impl FnMut(T, (i64, i64, i64)) -> T,
    ) -> T {
        match self.slots {
            SetSlots::Packed(slots) => slots
                .filter(|slot| slot.is_held())
                .fold(start, |made, item| {
                    fold(made, (item.row(), item.column(), item.colour()))
                }),
            SetSlots::General(_) | SetSlots::One(_) | SetSlots::Product(_) => {
                self.fold(start, |made, value| match layout.small_parts(&value) {
                    Some(cell) => fold(made, cell),
                    None => made,
                })
            }
        }
    }
}

impl SetIterator<'_> {
    /// Passes over so many elements.
    pub(in crate::value) fn pass(&mut self, count: usize) {
        for _ in 0..count.min(self.left) {
            match &mut self.slots {
                SetSlots::Packed(slots) => _ = slots.position(Item::is_held),
                SetSlots::General(slots) => _ = slots.position(General::is_held),
                SetSlots::One(value) => *value = None,
                SetSlots::Product(pairs) => pairs.pass(),
            }
        }
        self.left = self.left.saturating_sub(count);
    }
}

impl Iterator for SetIterator<'_> {
    type Item = Value;

    #[inline]
    fn next(&mut self) -> Option<Value> {
        let next = match &mut self.slots {
            SetSlots::Packed(slots) => slots.find(|slot| slot.is_held()).map(|item| item.value()),
            SetSlots::General(slots) => slots.find_map(General::value).cloned(),
            SetSlots::One(value) => value.take().cloned(),
            SetSlots::Product(pairs) => pairs.next(),
        };
        self.left -= usize::from(next.is_some());
        next
    }

    fn nth(&mut self, count: usize) -> Option<Value> {
        self.pass(count);
        self.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl DoubleEndedIterator for SetIterator<'_> {
    fn next_back(&mut self) -> Option<Value> {
        let next = match &mut self.slots {
            SetSlots::Packed(slots) => slots.rfind(|slot| slot.is_held()).map(|item| item.value()),
            SetSlots::General(slots) => slots.rev().find_map(General::value).cloned(),
            SetSlots::One(value) => value.take().cloned(),
            SetSlots::Product(pairs) => pairs.next_back(),
        };
        self.left -= usize::from(next.is_some());
        next
    }
}

impl ExactSizeIterator for SetIterator<'_> {}
