//! Sets: CPython's `frozenset`, and the builder of one.
//!
//! How the elements are stored is known in this folder only. A set is made with
//! a [`SetBuilder`], which takes values, places `(row, column)` and cells `(row,
//! column, colour)`; once finished it is a [`Set`], which yields values and has
//! the operations between sets. There is no way to an element's storage, so
//! another form of a set is a matter of this folder.
//!
//! # Order, on demand
//!
//! CPython's order is part of what a set is here, and most programs never look at
//! it. Sets of places, and of cells, of small integers are packed (`packed`): what
//! is in them is kept apart from their order, which is computed when it is asked
//! for, from how the set was made (`recipe`). All others are general: a table in
//! CPython's order (`table`).
//!
//! Two equal sets may have different orders, and each its own. So no set may stand
//! for another because they are equal.
//!
//! The ways to make one set of another are named for what CPython does:
//! [`Set::copied`] is `frozenset(set(…))`, which need not keep the order; cloning
//! is `frozenset(…)` of a frozenset, which is the same object.
//!
//! # Objects of a grid
//!
//! [`ObjectSearch`] finds the objects of a grid, which are sets of cells, at once,
//! and the order of the cells in each, by the reference's way of looking, on
//! demand.

mod builder;
mod canvas;
mod general;
mod item;
mod iterator;
mod packed;
mod place_table;
#[cfg(test)]
mod properties;
mod recipe;
mod regions;
mod search;
mod shape;
mod table;

use std::borrow::Cow;
use std::iter;
use std::sync::{Arc, LazyLock};

use smallvec::SmallVec;

use super::affine::Axis;
use super::patch::Kind;
use super::{Failure, Grid, Measure, Tuple, Value};
use general::{General, GeneralSet, generalized};
use item::Item;
use packed::{Items, PackedSet};
use recipe::{Making, Offset, Recipe};
use table::{Element, Table, is_discarded_from};

pub use builder::SetBuilder;
pub use iterator::SetIterator;
pub use search::ObjectSearch;
pub use shape::Shape;

/// A frozenset. Cloning it never copies its elements.
#[derive(Clone)]
pub struct Set(Arc<Form>);

#[expect(
    clippy::large_enum_variant,
    reason = "nearly all sets are packed, and each lies behind a pointer"
)]
enum Form {
    Packed(PackedSet),
    General(GeneralSet),
}

impl Set {
    /// The frozenset without elements.
    pub fn empty() -> Set {
        static EMPTY: LazyLock<Set> =
            LazyLock::new(|| Set(Arc::new(Form::General(GeneralSet::empty()))));
        EMPTY.clone()
    }

    /// The frozenset that CPython builds by inserting these values in turn.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] or [`Failure::TooLarge`] beyond the limits of
    /// [`Measure`].
    pub fn from_values(values: impl IntoIterator<Item = Value>) -> Result<Set, Failure> {
        let mut set = SetBuilder::new();
        for value in values {
            set.insert(value);
        }
        set.finish()
    }

    fn of_packed(packed: PackedSet) -> Result<Set, Failure> {
        if packed.len() == 0 {
            return Ok(Set::empty());
        }
        Ok(Set(Arc::new(Form::Packed(packed.checked()?))))
    }

    fn of_table(kind: Kind, table: Table<Item>) -> Result<Set, Failure> {
        Set::of_packed(PackedSet::of_table(kind, table))
    }

    fn of_general(table: Box<Table<General>>) -> Result<Set, Failure> {
        if table.len() == 0 {
            return Ok(Set::empty());
        }
        if let Some((kind, table)) = general::packed(&table) {
            return Set::of_table(kind, table);
        }
        Ok(Set(Arc::new(Form::General(GeneralSet::new(table)?))))
    }

    /// The packed form, where it has it.
    #[inline]
    fn packed(&self) -> Option<&PackedSet> {
        match &*self.0 {
            Form::Packed(packed) => Some(packed),
            Form::General(_) => None,
        }
    }

    /// Both packed forms, where both have them and hold items of one kind.
    #[inline]
    fn both_packed<'set>(
        &'set self,
        other: &'set Set,
    ) -> Option<(&'set PackedSet, &'set PackedSet)> {
        let both = self.packed().zip(other.packed());
        both.filter(|(own, other)| own.kind() == other.kind())
    }

    fn general_table(&self) -> Cow<'_, Table<General>> {
        match &*self.0 {
            Form::Packed(packed) => Cow::Owned(generalized(packed.table())),
            Form::General(general) => Cow::Borrowed(general.table()),
        }
    }

    /// `frozenset(set(self))`: the elements merged into a new table.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn copied(&self) -> Result<Set, Failure> {
        match &*self.0 {
            Form::Packed(packed) => {
                let items = || packed.items().clone();
                self.made(packed, Making::Copy, packed.kind(), |_| true, items)
            }
            Form::General(general) => Set::of_general(Box::new(Table::copy_of(general.table()))),
        }
    }

    /// A set that is made of this one: at once where this is small and its order
    /// known, else with its items, and its order on demand.
    fn made(
        &self,
        packed: &PackedSet,
        making: Making,
        kind: Kind,
        is_in: impl Fn(&Item) -> bool,
        items: impl FnOnce() -> Items,
    ) -> Result<Set, Failure> {
        if let Some(table) = packed.eager() {
            return Set::of_table(kind, making.carried_out(iter::once(table), is_in));
        }
        let items = items();
        if items.is_empty() {
            return Ok(Set::empty());
        }
        Set::of_packed(PackedSet::of_items(
            kind,
            items,
            Recipe::of(making, [self.clone()]),
        ))
    }

    /// The cells of a grid, row by row, as `frozenset` of a generator has them; those
    /// of one colour alone where one is given.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn of_cells(grid: &Grid, only: Option<i8>) -> Result<Set, Failure> {
        Set::of_grid(grid, Kind::Object, only)
    }

    /// The places of one colour in a grid, as [`Set::of_cells`].
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn of_colour(grid: &Grid, colour: i8) -> Result<Set, Failure> {
        Set::of_grid(grid, Kind::Indices, Some(colour))
    }

    fn of_grid(grid: &Grid, kind: Kind, only: Option<i8>) -> Result<Set, Failure> {
        let (height, width) = (grid.height() as i64, grid.width() as i64);
        if Item::place(height - 1, width - 1).is_none() {
            // A set of so many rows or columns is larger than any value may be.
            return Err(Failure::TooLarge);
        }
        let mut items = Vec::new();
        if let Some(only) = only {
            // Each is written where the next one goes, and stays if it is taken: what
            // is taken and what is not alternates, and guessing wrong takes longer.
            let mut taken = 0;
            items.resize(grid.count(i64::from(only)) + 1, Item::UNUSED);
            for_each_cell(grid, kind, |item, cell| {
                items[taken] = item;
                taken += usize::from(cell == only);
            });
            items.truncate(taken);
        } else {
            items.reserve_exact(grid.cells().len());
            for_each_cell(grid, kind, |item, _| items.push(item));
        }
        let items = Items::from_vec(items);
        match items.is_empty() {
            true => Ok(Set::empty()),
            false => Set::of_packed(PackedSet::of_items(kind, items, Recipe::Ascending)),
        }
    }

    /// The elements that another set lacks, inserted one by one in this set's
    /// order, as a comprehension does, which `-` does not.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn lacking(&self, other: &Set) -> Result<Set, Failure> {
        if let Some((packed, others)) = self.both_packed(other) {
            return self.selected(packed, Making::Select, others, false);
        }
        Set::from_values(self.iter().filter(|element| !other.contains(element)))
    }

    /// The items that another set has, or those that it has not, inserted in this
    /// set's order.
    fn selected(
        &self,
        packed: &PackedSet,
        making: Making,
        others: &PackedSet,
        are_in_others: bool,
    ) -> Result<Set, Failure> {
        let is_in = |item: &Item| others.contains(item) == are_in_others;
        let items = || {
            let items = packed.items();
            match others.listed() {
                // Walking both beats a search for each item.
                Some(others) if others.len() / 8 <= items.len() => {
                    walked(items, others, are_in_others)
                }
                _ => items.iter().copied().filter(is_in).collect(),
            }
        };
        self.made(packed, making, packed.kind(), is_in, items)
    }

    /// The set of the items moved by this vector; `None` where this is no packed
    /// set, or it would leave the range of one.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(super) fn shifted(&self, down: i64, right: i64) -> Option<Result<Set, Failure>> {
        let packed = self.packed()?;
        let offset = Offset::new(down, right)?;
        if !offset.keeps_in_range(packed) {
            return None;
        }
        let items = || match down == 0 && right == 0 {
            true => packed.items().clone(),
            false => packed
                .items()
                .iter()
                .map(|item| offset.apply(*item))
                .collect(),
        };
        Some(self.made(
            packed,
            Making::Shift(offset),
            packed.kind(),
            |_| true,
            items,
        ))
    }

    /// The set of the cells of one colour in these places; `None` where this is
    /// no packed set, or the colour is beyond the range of one.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(super) fn coloured(&self, colour: i64) -> Option<Result<Set, Failure>> {
        let packed = self.packed()?;
        let colour = item::Colour::new(colour)?;
        let items = || distinct(packed.items(), |item| Some(item.coloured(colour)));
        Some(self.made(
            packed,
            Making::Colour(colour),
            Kind::Object,
            |_| true,
            items,
        ))
    }

    /// The set of the places alone; `None` where this is no packed set.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(super) fn places(&self) -> Option<Result<Set, Failure>> {
        let packed = self.packed()?;
        let items = || distinct(packed.items(), |item| Some(item.uncoloured()));
        Some(self.made(packed, Making::Places, Kind::Indices, |_| true, items))
    }

    /// The set of the cells that a grid has in these places; `None` where this is
    /// no packed set.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(super) fn shown_on(&self, grid: &Arc<Grid>) -> Option<Result<Set, Failure>> {
        let packed = self.packed()?;
        let making = Making::Show(Arc::clone(grid));
        let items = || distinct(packed.items(), |item| item.shown_on(grid));
        Some(self.made(packed, making, Kind::Object, |_| true, items))
    }

    /// The number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        match &*self.0 {
            Form::Packed(packed) => packed.len(),
            Form::General(general) => general.table().len(),
        }
    }

    /// Whether there are no elements.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where it lies: two sets at one address are the same.
    #[inline]
    pub(super) fn address(&self) -> *const () {
        Arc::as_ptr(&self.0).cast()
    }

    /// Python's `value in set`.
    #[inline]
    pub fn contains(&self, value: &Value) -> bool {
        match &*self.0 {
            Form::Packed(packed) => {
                Item::equal_to(value).is_some_and(|item| packed.contains(&item))
            }
            Form::General(general) => general.table().contains(&General::new(value.clone())),
        }
    }

    /// As [`Set::contains`], of the triple of a row, a column and a colour.
    #[inline]
    pub(super) fn contains_cell(&self, row: i64, column: i64, colour: i64) -> bool {
        match self.packed() {
            Some(packed) => {
                Item::cell(row, column, colour).is_some_and(|item| packed.contains(&item))
            }
            None => self.contains(&Value::triple(row, column, colour)),
        }
    }

    /// The elements in Python's order.
    #[inline]
    pub fn iter(&self) -> SetIterator<'_> {
        match &*self.0 {
            Form::Packed(packed) => SetIterator::of_packed(packed.table().slots(), packed.len()),
            Form::General(general) => SetIterator::of_general(general.table()),
        }
    }

    /// The elements in whatever order is at hand: for whom it makes no difference.
    #[inline]
    pub(super) fn iter_in_any_order(&self) -> SetIterator<'_> {
        match &*self.0 {
            Form::Packed(packed) => {
                SetIterator::of_packed(packed.slots_in_any_order(), packed.len())
            }
            Form::General(_) => self.iter(),
        }
    }

    /// The elements in Python's order where two of them lie in one place, else in
    /// whatever order is at hand.
    pub(super) fn iter_for_painting(&self) -> SetIterator<'_> {
        match &*self.0 {
            Form::Packed(packed) => {
                SetIterator::of_packed(packed.slots_for_painting(), packed.len())
            }
            Form::General(_) => self.iter(),
        }
    }

    /// The first and the last row, or column; `None` where this is no packed set.
    #[inline]
    pub(super) fn span(&self, axis: Axis) -> Option<(i64, i64)> {
        self.packed().map(|packed| packed.span(axis))
    }

    /// Python's `self | other`.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn union(&self, other: &Set) -> Result<Set, Failure> {
        if other.is_empty() || Arc::ptr_eq(&self.0, &other.0) {
            return self.copied();
        }
        if self.is_empty() {
            return other.copied();
        }
        let Some((own, others)) = self.both_packed(other) else {
            let (own, others) = (self.general_table(), other.general_table());
            return Set::of_general(Box::new(own.union(&others)));
        };
        if let (Some(own_table), Some(other_table)) = (own.eager(), others.eager()) {
            let tables = [own_table, other_table].into_iter();
            let union = Making::Union.carried_out(tables, |_| true);
            return Set::of_table(own.kind(), union);
        }
        let items = merged(own.items(), others.items());
        let recipe = Recipe::of(Making::Union, [self.clone(), other.clone()]);
        Set::of_packed(PackedSet::of_items(own.kind(), items, recipe))
    }

    /// The elements of several sets, inserted one by one, each set's in its order;
    /// `None` where they are not all packed sets of one kind.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn chained(sets: &[Set]) -> Option<Result<Set, Failure>> {
        let kind = sets.first()?.packed()?.kind();
        let is_of_kind = |set: &Set| set.packed().is_some_and(|packed| packed.kind() == kind);
        sets.iter().all(is_of_kind).then_some(())?;
        let packed = || sets.iter().filter_map(Set::packed);
        if packed().all(|packed| packed.eager().is_some()) {
            let tables = packed().map(PackedSet::table);
            return Some(Set::of_table(
                kind,
                Making::Chain.carried_out(tables, |_| true),
            ));
        }
        let items = canvas::gathered(packed().map(PackedSet::slots_in_any_order));
        let recipe = Recipe::of(Making::Chain, sets.iter().cloned());
        Some(Set::of_packed(PackedSet::of_items(kind, items, recipe)))
    }

    /// Python's `self & other`: the smaller one is walked, the right one where
    /// they are of one size, and its elements are taken.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn intersection(&self, other: &Set) -> Result<Set, Failure> {
        if Arc::ptr_eq(&self.0, &other.0) {
            return self.copied();
        }
        let (walked, searched) = match other.len() > self.len() {
            true => (self, other),
            false => (other, self),
        };
        if let Some((packed, others)) = walked.both_packed(searched) {
            return walked.selected(packed, Making::Select, others, true);
        }
        let (walked, searched) = (walked.general_table(), searched.general_table());
        let both = walked
            .iter()
            .filter(|slot| searched.contains(slot))
            .cloned();
        Set::of_general(Box::new(Table::from_distinct(both)))
    }

    /// Python's `self - other`.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn difference(&self, other: &Set) -> Result<Set, Failure> {
        if let Some((own, others)) = self.both_packed(other) {
            let making = match is_discarded_from(own.len(), others.len()) {
                true => Making::Discard,
                false => Making::Select,
            };
            return self.selected(own, making, others, false);
        }
        self.difference_from(&other.general_table())
    }

    /// Python's `self - other`, the other being a set under construction.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn difference_from_builder(&self, other: &SetBuilder) -> Result<Set, Failure> {
        match &*self.0 {
            Form::Packed(own) => {
                let mut difference = Table::new();
                difference
                    .become_difference(own.table(), other.len(), |item| other.contains_item(item));
                Set::of_table(own.kind(), difference)
            }
            Form::General(own) => {
                let mut difference = Box::new(Table::new());
                difference.become_difference(own.table(), other.len(), |slot| {
                    slot.value().is_some_and(|value| other.contains(value))
                });
                Set::of_general(difference)
            }
        }
    }

    fn difference_from(&self, other: &Table<General>) -> Result<Set, Failure> {
        let mut difference = Box::new(Table::new());
        difference.become_difference(&self.general_table(), other.len(), |slot| {
            other.contains(slot)
        });
        Set::of_general(difference)
    }

    /// Python's `self <= other`.
    pub fn is_subset(&self, other: &Set) -> bool {
        if let (Some(own), Some(other)) = (self.packed(), other.packed()) {
            return own.is_subset(other);
        }
        self.len() <= other.len()
            && self.general_table().iter().all(|slot| match &*other.0 {
                Form::General(general) => general.table().contains(slot),
                Form::Packed(_) => slot.value().is_some_and(|value| other.contains(value)),
            })
    }

    /// Python's `==`: the same elements, in whatever order.
    pub fn equals(&self, other: &Set) -> bool {
        if Arc::ptr_eq(&self.0, &other.0) {
            return true;
        }
        if let (Some(own), Some(other)) = (self.packed(), other.packed()) {
            return own.equals(other);
        }
        self.len() == other.len() && self.hash() == other.hash() && self.is_subset(other)
    }

    /// Python's `hash`.
    #[inline]
    pub fn hash(&self) -> i64 {
        match &*self.0 {
            Form::Packed(packed) => packed.hash(),
            Form::General(general) => general.hash(),
        }
    }

    /// Measure of the set: how deep it nests and how much there is of it.
    #[inline]
    pub fn measure(&self) -> Measure {
        match &*self.0 {
            Form::Packed(packed) => packed.measure(),
            Form::General(general) => general.measure(),
        }
    }

    /// The colour of the first cell in Python's order; `None` where this is no
    /// packed set of cells.
    pub(super) fn first_colour(&self) -> Option<i64> {
        let packed = self.packed()?;
        (packed.kind() == Kind::Object).then(|| packed.first_colour())?
    }

    /// The colour of all cells; `None` where there are several, and where this is no
    /// packed set of cells.
    pub(super) fn only_colour(&self) -> Option<i64> {
        let packed = self.packed()?;
        (packed.kind() == Kind::Object).then(|| packed.only_colour())?
    }

    /// What all elements are, where they are pairs or cells of small integers.
    #[inline]
    pub(super) fn kind(&self) -> Option<Kind> {
        match &*self.0 {
            Form::Packed(packed) => Some(packed.kind()),
            Form::General(general) => general.kind(),
        }
    }
}

/// The items of this kind that a grid has, row by row, each with its colour.
#[inline]
fn for_each_cell(grid: &Grid, kind: Kind, mut each: impl FnMut(Item, i8)) {
    for (row, cells) in (0..).zip(grid.rows()) {
        let Some(first) = Item::place(row, 0) else {
            return;
        };
        for (column, cell) in (0..).zip(cells) {
            let place = first.moved(Item::offset(0, column));
            let item = match kind {
                Kind::Indices => place,
                Kind::Object => place.coloured_by_byte(*cell),
            };
            each(item, *cell);
        }
    }
}

/// What a function, which keeps their order, makes of items, or of some; each once.
fn distinct(items: &Items, make: impl Fn(Item) -> Option<Item>) -> Items {
    let mut made: Items = items.iter().filter_map(|item| make(*item)).collect();
    made.dedup();
    made
}

/// Those items that are among the others, or those that are not; both row by row.
fn walked(items: &Items, others: &Items, are_in_others: bool) -> Items {
    let mut others = others.as_slice();
    let is_taken = |item: &&Item| {
        while let [other, rest @ ..] = others
            && other < *item
        {
            others = rest;
        }
        (others.first() == Some(*item)) == are_in_others
    };
    items.iter().filter(is_taken).copied().collect()
}

/// The items of both, row by row, each once.
fn merged(own: &Items, others: &Items) -> Items {
    let mut items = SmallVec::with_capacity(own.len() + others.len());
    let (mut own, mut others) = (own.as_slice(), others.as_slice());
    while let ([first, own_rest @ ..], [other, others_rest @ ..]) = (own, others) {
        items.push(*first.min(other));
        if first <= other {
            own = own_rest;
        }
        if other <= first {
            others = others_rest;
        }
    }
    items.extend_from_slice(own);
    items.extend_from_slice(others);
    items
}

impl<'set> IntoIterator for &'set Set {
    type Item = Value;
    type IntoIter = SetIterator<'set>;

    fn into_iter(self) -> SetIterator<'set> {
        self.iter()
    }
}
