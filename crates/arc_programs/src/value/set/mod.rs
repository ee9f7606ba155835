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
//! for, from how the set was made (`recipe`). Of lines, of a large grid and of all cells of
//! any, and of some of them (of some colours, in common with another grid or not) even the items are listed when they are asked
//! for (`line`, `grid_items`, `grid_part`). All others are general: a table in
//! CPython's order (`table`), which sets of sets, of one set moved to many places
//! (`moved_sets`), the objects of a grid (`found_objects`), those chosen from such (`kept_sets`), what
//! a function yields for items (`yielded_sets`) and products (`product`) get when it is
//! asked for. For the order of a few
//! items among many the table is not even made (`occupancy`), nor for the first or last of all
//! or of those in one place (`told`, `painted`), nor for one object of a few (`any_order`).
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

mod any_order;
mod brief;
mod builder;
mod cached_span;
mod canvas;
mod distinct_sets;
mod found_objects;
mod functions;
mod general;
mod grid_items;
mod grid_part;
mod growth;
mod item;
mod items;
mod iterator;
mod keeping;
mod kept_sets;
mod line;
mod line_hashes;
mod listed;
mod listed_rows;
mod met_rows;
mod mirrored;
mod moved_hashes;
mod moved_sets;
mod occupancy;
mod operations;
mod outline;
mod packed;
mod painted;
mod place_table;
mod probe;
mod product;
#[cfg(test)]
mod properties;
mod recipe;
mod rectangle;
mod regions;
mod rows;
mod search;
mod set_side;
mod shape;
mod table;
mod told;
mod yielded_sets;

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use super::affine::Axis;
use super::patch::{CellLayout, Kind};
use super::{Failure, Grid, Measure, Tuple, Value};
use distinct_sets::DistinctSets;
use found_objects::FoundObjects;
use general::{General, GeneralSet, generalized};
use grid_items::GridItems;
use item::Item;
use items::{Items, held};
use packed::PackedSet;
use recipe::Recipe;
use table::Table;
use told::End;
use yielded_sets::YieldedSets;

pub use builder::SetBuilder;
pub use iterator::SetIterator;
pub(crate) use keeping::Colours;
pub use line::Lines;
pub use product::Product;
pub use rectangle::Rectangle;
pub(crate) use rows::{OfBoth, SetRows};
pub use search::ObjectSearch;
pub(crate) use set_side::SetSide;
pub use shape::Shape;

/// A frozenset. Cloning it never copies its elements.
#[derive(Clone)]
pub struct Set(Arc<Form>);

enum Form {
    Packed(PackedSet),
    General(GeneralSet),
}

// With the counts of its pointer a set takes 120 bytes: the largest piece of memory
// that glibc's allocator takes back without looking at its neighbours.
const _: () = assert!(size_of::<Form>() <= 104);

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

    /// The frozenset of one element.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn of_one(value: Value) -> Result<Set, Failure> {
        match Item::of(&value) {
            Some(item) => {
                let items = Items::from_iter([item]);
                Set::of_packed(PackedSet::of_items(item.kind(), items, Recipe::Ascending))
            }
            None => Set::of_one_general(value),
        }
    }

    /// The frozenset of one element that is no item, whose hash is left to who asks for it.
    fn of_one_general(value: Value) -> Result<Set, Failure> {
        Ok(Set(Arc::new(Form::General(GeneralSet::of_one(value)?))))
    }

    /// The frozenset that inserting values that differ, none of which is an item, builds, or a
    /// copy of it.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(super) fn of_distinct(
        values: impl Iterator<Item = Value>,
        is_copied: bool,
    ) -> Result<Set, Failure> {
        let table = Table::from_distinct(values.map(General::new));
        Set::of_general(match is_copied {
            true => table.into_copy(),
            false => table,
        })
    }

    fn of_packed(packed: PackedSet) -> Result<Set, Failure> {
        let count = packed.len();
        if count == 0 {
            return Ok(Set::empty());
        }
        packed.kind().measure_of(count).checked()?;
        Ok(Set(Arc::new(Form::Packed(packed))))
    }

    fn of_table(kind: Kind, table: Table<Item>) -> Result<Set, Failure> {
        Set::of_packed(PackedSet::of_table(kind, table))
    }

    fn of_general(table: Table<General>) -> Result<Set, Failure> {
        if table.len() == 0 {
            return Ok(Set::empty());
        }
        if let Some((kind, table)) = general::packed(&table) {
            return Set::of_table(kind, table);
        }
        Ok(Set(Arc::new(Form::General(GeneralSet::new(table)?))))
    }

    /// The set of these sets, its order on demand.
    fn of_sets(sets: DistinctSets) -> Result<Set, Failure> {
        Ok(Set(Arc::new(Form::General(GeneralSet::of_sets(sets)?))))
    }

    /// The set of the objects of a grid, its order on demand.
    fn of_objects(objects: FoundObjects) -> Result<Set, Failure> {
        Ok(Set(Arc::new(Form::General(GeneralSet::of_objects(
            objects,
        )?))))
    }

    /// The set of what a function yielded for items, its order on demand.
    fn of_yielded(yielded: YieldedSets) -> Result<Set, Failure> {
        Ok(Set(Arc::new(Form::General(GeneralSet::of_yielded(
            yielded,
        )?))))
    }

    /// The set of the pairs of a product, its order on demand.
    fn of_product(product: Product) -> Result<Set, Failure> {
        Ok(Set(Arc::new(Form::General(GeneralSet::of_product(
            product,
        )?))))
    }

    /// The pairs of factors, where the elements are kept as such.
    pub(crate) fn product(&self) -> Option<&Product> {
        match &*self.0 {
            Form::Packed(_) => None,
            Form::General(general) => general.product(),
        }
    }

    /// The elements, where they are sets whose order is not known from the start, as
    /// they came first, or the objects of a grid row by row.
    fn sets(&self) -> Option<&[Value]> {
        match &*self.0 {
            Form::Packed(_) => None,
            Form::General(general) => general.sets(),
        }
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

    /// The items in CPython's order; none of a set that is not packed.
    fn items_in_order(&self) -> impl Iterator<Item = Item> {
        let slots = self.packed().map(|packed| packed.table().slots());
        held(slots.unwrap_or_default())
    }

    fn general_table(&self) -> Cow<'_, Table<General>> {
        match &*self.0 {
            Form::Packed(packed) => Cow::Owned(generalized(packed.table())),
            Form::General(general) => Cow::Borrowed(general.table()),
        }
    }

    /// The cells of a grid, row by row, as `frozenset` of a generator has them.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn of_all_cells(grid: &Arc<Grid>, layout: CellLayout) -> Result<Set, Failure> {
        GridItems::of_grid(grid, Kind::Object(layout), None)?.into_unlisted_set()
    }

    /// The cells of one colour alone, as [`Set::of_all_cells`].
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn of_cells(
        grid: &Arc<Grid>,
        layout: CellLayout,
        colour: i8,
    ) -> Result<Set, Failure> {
        GridItems::of_grid(grid, Kind::Object(layout), Some(colour))?.into_set()
    }

    /// The places of one colour in a grid, row by row, as `frozenset` of a generator has them.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn of_colour(grid: &Arc<Grid>, colour: i8) -> Result<Set, Failure> {
        GridItems::of_grid(grid, Kind::Indices, Some(colour))?.into_set()
    }

    /// Whether nobody else has it, and another one like it can be made.
    pub(super) fn is_nobody_elses(&self) -> bool {
        let is_listed = |packed: &PackedSet| packed.grid_items().is_none();
        self.is_empty() || self.packed().is_some_and(is_listed) && Arc::strong_count(&self.0) == 1
    }

    /// Another one with the same elements in the same order; `None` where it is neither packed
    /// nor empty.
    pub(super) fn again(&self) -> Option<Set> {
        match self.packed() {
            Some(packed) => {
                let again = PackedSet::again(self, packed.kind());
                Some(Set(Arc::new(Form::Packed(again))))
            }
            None => self.is_empty().then(|| self.clone()),
        }
    }

    /// The number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        match &*self.0 {
            Form::Packed(packed) => packed.len(),
            Form::General(general) => general.len(),
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
            Form::General(general) => general.contains(value),
        }
    }

    /// As [`Set::contains`], of the cell of a row, a column and a colour.
    #[inline]
    pub(super) fn contains_cell(
        &self,
        layout: CellLayout,
        row: i64,
        column: i64,
        colour: i64,
    ) -> bool {
        match self.packed() {
            Some(packed) => {
                Item::cell(layout, row, column, colour).is_some_and(|item| packed.contains(&item))
            }
            None => self.contains(&layout.small_cell(row, column, colour)),
        }
    }

    /// The elements in Python's order.
    #[inline]
    pub fn iter(&self) -> SetIterator<'_> {
        match &*self.0 {
            Form::Packed(packed) => SetIterator::of_packed(packed.table().slots(), packed.len()),
            Form::General(general) => general.iter(),
        }
    }

    /// The element with this number in Python's order.
    pub(super) fn nth(&self, number: usize) -> Option<Value> {
        if let Form::Packed(packed) = &*self.0 {
            let end = match number {
                0 => packed.told_end(End::First),
                _ if number + 1 == packed.len() => packed.told_end(End::Last),
                _ => None,
            };
            if let Some(item) = end {
                return Some(item.value());
            }
        }
        match &*self.0 {
            Form::Packed(_) => self.iter().nth(number),
            Form::General(general) => general.nth(number),
        }
    }

    /// The elements in whatever order is at hand: for whom it makes no difference.
    #[inline]
    pub(crate) fn iter_in_any_order(&self) -> SetIterator<'_> {
        match &*self.0 {
            Form::Packed(packed) => {
                SetIterator::of_packed(packed.slots_in_any_order(), packed.len())
            }
            Form::General(_) => self.iter(),
        }
    }

    /// Hands over rows, columns and colours of the cells of this layout that are painted on a
    /// grid, on all cells or on those of one colour: of those in one place in Python's order, or
    /// only the one that stays.
    pub(super) fn each_painted(
        &self,
        layout: CellLayout,
        grid: &Grid,
        ground: Option<i8>,
        each: &mut impl FnMut(i64, i64, i64),
    ) {
        let mut each = |(), (row, column, colour)| each(row, column, colour);
        match &*self.0 {
            Form::Packed(packed) => {
                if let Some((source, map)) = packed.mirrored_apart() {
                    return source.iter().for_each(|item| {
                        let (row, column) = map.apply(item.row(), item.column());
                        each((), (row, column, item.colour()));
                    });
                }
                let slots = packed.painted(grid, ground);
                SetIterator::of_packed(&slots, packed.len()).fold_cells(layout, (), each);
            }
            Form::General(_) => self.iter().fold_cells(layout, (), each),
        }
    }

    /// Paints the cells on those of a grid, on all or on those of one colour; whether each colour
    /// is a byte. `None` of a set that is not packed, which is nothing here.
    pub(super) fn paint(&self, grid: &Grid, ground: Option<i8>, cells: &mut [i8]) -> Option<bool> {
        Some(self.packed()?.paint(grid, ground, cells))
    }

    /// Python's `self <= other`.
    pub fn is_subset(&self, other: &Set) -> bool {
        if let (Some(own), Some(other)) = (self.packed(), other.packed()) {
            return own.is_subset(other);
        }
        self.len() <= other.len()
            && self
                .general_table()
                .iter()
                .all(|element| other.has(element))
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

    /// The upper left and the lower right corner; `None` where this is no packed set.
    #[inline]
    pub(super) fn corners(&self) -> Option<[(i64, i64); 2]> {
        self.packed().map(PackedSet::corners)
    }

    /// The first and the last row, or column; `None` where this is no packed set.
    #[inline]
    pub(super) fn span(&self, axis: Axis) -> Option<(i64, i64)> {
        self.packed().map(|packed| packed.span(axis))
    }

    /// The colour of the first cell in Python's order; `None` where this is no
    /// packed set of cells.
    pub(super) fn first_colour(&self) -> Option<i64> {
        let packed = self.packed()?;
        (packed.kind() != Kind::Indices).then(|| packed.first_colour())?
    }

    /// The colour of all cells; `None` where there are several, and where this is no
    /// packed set of cells.
    pub(super) fn only_colour(&self) -> Option<i64> {
        let packed = self.packed()?;
        (packed.kind() != Kind::Indices).then(|| packed.only_colour())?
    }

    /// What all elements are, where this is a packed set.
    #[inline]
    pub(super) fn packed_kind(&self) -> Option<Kind> {
        self.packed().map(PackedSet::kind)
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

impl<'set> IntoIterator for &'set Set {
    type Item = Value;
    type IntoIter = SetIterator<'set>;

    fn into_iter(self) -> SetIterator<'set> {
        self.iter()
    }
}
