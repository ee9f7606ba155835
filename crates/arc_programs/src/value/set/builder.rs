//! Sets under construction.

use super::super::patch::{CellLayout, Kind};
use super::distinct_sets::DistinctSets;
use super::functions::Functions;
use super::general::{General, generalized};
use super::item::Item;
use super::items::Items;
use super::packed::PackedSet;
use super::recipe::Recipe;
use super::table::Table;
use super::{Failure, Set, Value};

/// A set under construction: CPython's `set`, into which elements are inserted
/// one by one, or another set's merged.
///
/// As long as it gets items in the order of rows it only lists them, and their
/// order in CPython's table is left to the finished set.
#[derive(Clone)]
pub struct SetBuilder {
    state: State,
    functions: Functions,
}

#[derive(Clone)]
enum State {
    /// Items of one kind, each after the one before.
    Ascending(Items),
    /// Items of one kind in CPython's table.
    Packed(Kind, Table<Item>),
    General(Table<General>),
    /// One value that is no item: its hash is for who puts another beside it.
    One(Value),
    /// Sets of items of small integers, of which only a finished set asks the order.
    Sets(Box<DistinctSets>),
}

impl SetBuilder {
    fn of(state: State) -> SetBuilder {
        SetBuilder {
            state,
            functions: Functions::default(),
        }
    }

    /// An empty set.
    pub fn new() -> SetBuilder {
        SetBuilder::of(State::Ascending(Items::new()))
    }

    /// An empty set with memory for this many elements.
    pub fn with_capacity(elements: usize) -> SetBuilder {
        SetBuilder::of(State::Ascending(Items::with_capacity(elements)))
    }

    /// An empty set that, if it gets nothing but sets, leaves their order to the
    /// finished set: for those that are to be merged.
    pub fn of_sets() -> SetBuilder {
        SetBuilder::of(State::Sets(Box::default()))
    }

    /// Python's `set.add`; whether the element is new. Of equal elements the
    /// first stays.
    #[inline]
    pub fn insert(&mut self, value: Value) -> bool {
        if let State::Sets(sets) = &mut self.state {
            if let Value::Set(set) = &value
                && let Some(is_new) = sets.insert(set)
            {
                return is_new;
            }
            self.state = match sets.len() {
                0 => State::Ascending(Items::new()),
                _ => State::General(std::mem::take(sets).into_table()),
            };
        }
        if !matches!(self.state, State::General(_))
            && let Some(item) = Item::of(&value)
            && let Some(is_new) = self.insert_item(item)
        {
            return is_new;
        }
        if matches!(&self.state, State::Ascending(items) if items.is_empty()) {
            self.functions.meet(&value);
            self.state = State::One(value);
            return true;
        }
        match self.functions.meet(&value) {
            Some(false) => false,
            Some(true) => {
                self.general().insert_distinct(General::new(value));
                true
            }
            None => self.general().insert(General::new(value)),
        }
    }

    /// As [`SetBuilder::insert`], of the pair of a row and a column.
    #[inline]
    pub fn insert_place(&mut self, row: i64, column: i64) -> bool {
        match Item::place(row, column).and_then(|item| self.insert_item(item)) {
            Some(is_new) => is_new,
            None => self
                .general()
                .insert(General::new(Value::pair(row, column))),
        }
    }

    /// As [`SetBuilder::insert`], of the cell of a row, a column and a colour.
    #[inline]
    pub fn insert_cell(&mut self, layout: CellLayout, row: i64, column: i64, colour: i64) -> bool {
        match Item::cell(layout, row, column, colour).and_then(|item| self.insert_item(item)) {
            Some(is_new) => is_new,
            None => {
                let cell = layout.small_cell(row, column, colour);
                self.general().insert(General::new(cell))
            }
        }
    }

    /// Inserts an item; `None` where there is no place for one: the set has others.
    #[inline]
    fn insert_item(&mut self, item: Item) -> Option<bool> {
        match &mut self.state {
            State::Ascending(items) => match items.last() {
                None => items.push(item),
                Some(last) if last.kind() != item.kind() => return None,
                Some(last) if *last < item => items.push(item),
                Some(_) if items.binary_search(&item).is_ok() => return Some(false),
                Some(_) => {
                    let mut table = Table::from_distinct(items.drain(..));
                    table.insert_distinct(item);
                    self.state = State::Packed(item.kind(), table);
                }
            },
            State::Packed(kind, table) if *kind == item.kind() => return Some(table.insert(item)),
            State::Packed(..) | State::General(_) | State::One(_) | State::Sets(_) => return None,
        }
        Some(true)
    }

    /// The table of any values, which it is from now on.
    fn general(&mut self) -> &mut Table<General> {
        if !matches!(self.state, State::General(_)) {
            let state = std::mem::replace(&mut self.state, State::Ascending(Items::new()));
            self.state = State::General(match state {
                State::Ascending(items) if items.is_empty() => Table::new(),
                state => SetBuilder::of(state).into_general_table(),
            });
        }
        match &mut self.state {
            State::General(table) => table,
            _ => unreachable!("it was made general"),
        }
    }

    /// CPython's table of it.
    pub(super) fn into_general_table(self) -> Table<General> {
        match self.state {
            State::Ascending(items) => generalized(&Table::from_distinct(items)),
            State::Packed(_, table) => generalized(&table),
            State::General(table) => table,
            State::One(value) => Table::from_distinct([General::new(value)]),
            State::Sets(sets) => sets.into_table(),
        }
    }

    /// Python's `self |= other`.
    pub fn merge(&mut self, other: &Set) {
        if other.is_empty() {
            return;
        }
        self.functions.lose_sight();
        let kind = match &self.state {
            State::Ascending(items) => items.first().map(|item| item.kind()),
            State::Packed(kind, _) => Some(*kind),
            State::General(_) => None,
            State::One(_) | State::Sets(_) => return self.general().merge(&other.general_table()),
        };
        let Some(packed) = other
            .packed()
            .filter(|packed| kind.is_none_or(|kind| kind == packed.kind()))
        else {
            self.general().merge(&other.general_table());
            return;
        };
        match &mut self.state {
            State::Ascending(items) => {
                let mut table = Table::from_distinct(items.drain(..));
                table.merge(packed.table());
                self.state = State::Packed(packed.kind(), table);
            }
            State::Packed(_, table) => table.merge(packed.table()),
            State::General(table) => table.merge(&generalized(packed.table())),
            State::One(_) | State::Sets(_) => {}
        }
    }

    /// The number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.state {
            State::Ascending(items) => items.len(),
            State::Packed(_, table) => table.len(),
            State::General(table) => table.len(),
            State::One(_) => 1,
            State::Sets(sets) => sets.len(),
        }
    }

    /// Whether there are no elements.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Python's `value in self`.
    #[inline]
    pub fn contains(&self, value: &Value) -> bool {
        match &self.state {
            State::General(table) => table.contains(&General::new(value.clone())),
            State::One(own) => own.same(value),
            State::Sets(sets) => sets.contains(value),
            State::Ascending(_) | State::Packed(..) => {
                Item::equal_to(value).is_some_and(|item| self.contains_item(&item))
            }
        }
    }

    /// As [`SetBuilder::contains`], of an item.
    pub(super) fn contains_item(&self, item: &Item) -> bool {
        match &self.state {
            State::General(table) => table.contains(&General::new(item.value())),
            State::One(own) => own.same(&item.value()),
            State::Sets(_) => false,
            State::Ascending(items) => items.binary_search(item).is_ok(),
            State::Packed(_, table) => table.contains(item),
        }
    }

    /// The frozenset with this very table: what `frozenset(…)` of an iterator
    /// builds.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn finish(self) -> Result<Set, Failure> {
        match self.state {
            State::Ascending(items) => SetBuilder::finish_ascending(items, Recipe::Ascending),
            State::Packed(kind, table) => Set::of_table(kind, table),
            State::General(table) => Set::of_general(table),
            State::One(value) => Set::of_one_general(value),
            State::Sets(sets) if sets.are_few() => Set::of_general(sets.into_table()),
            State::Sets(sets) => Set::of_sets(*sets),
        }
    }

    /// `frozenset(self)`: the elements merged into a new table. As
    /// `self.finish()?.copied()`, at a smaller cost.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn finish_copied(self) -> Result<Set, Failure> {
        match self.state {
            State::Ascending(items) => SetBuilder::finish_ascending(items, Recipe::AscendingCopied),
            State::Packed(kind, table) => Set::of_table(kind, table.into_copy()),
            State::General(mut table) => {
                table.become_copy();
                Set::of_general(table)
            }
            State::One(value) => Set::of_one_general(value),
            State::Sets(sets) => Set::of_general(sets.into_table().into_copy()),
        }
    }

    fn finish_ascending(items: Items, recipe: Recipe) -> Result<Set, Failure> {
        match items.first() {
            None => Ok(Set::empty()),
            Some(first) => Set::of_packed(PackedSet::of_items(first.kind(), items, recipe)),
        }
    }
}

impl Default for SetBuilder {
    fn default() -> SetBuilder {
        SetBuilder::new()
    }
}
