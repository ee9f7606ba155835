//! Sets made of sets: Python's operators, and the moves of patches.
//!
//! Packed sets have two ways. Small ones whose order is known get their table at
//! once, for to keep how it was made costs more; of all others the items are made,
//! row by row, and a recipe is kept for their order. Sets of any values have their
//! tables only.

use std::iter;
use std::slice;
use std::sync::Arc;

use smallvec::SmallVec;

use super::super::patch::{CellLayout, Kind};
use super::super::{Failure, Grid, Value};
use super::general::General;
use super::grid_part::GridPart;
use super::growth::is_discarded_from;
use super::item::{self, InOrder, Item};
use super::items::{Items, kept, mapped};
use super::packed::PackedSet;
use super::recipe::{Making, Offset, Recipe};
use super::table::Table;
use super::{Form, Set, SetBuilder, canvas};

/// From so many items on a table grows once at least, which takes longer than to keep how
/// it is made.
const OUTGROWN: usize = 5;

impl Set {
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
            Form::General(general) if general.len() == 0 => Ok(Set::empty()),
            Form::General(general) => Ok(Set(Arc::new(Form::General(general.copied())))),
        }
    }

    /// A set that is made of this one: at once where this is small and its order
    /// known, else with its items, and its order on demand.
    pub(super) fn made(
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
        self.made_later(making, kind, items())
    }

    /// The same, with these items, its order on demand.
    fn made_later(&self, making: Making, kind: Kind, items: Items) -> Result<Set, Failure> {
        if items.is_empty() {
            return Ok(Set::empty());
        }
        Set::of_packed(PackedSet::of_items(
            kind,
            items,
            Recipe::of_one(making, self.clone()),
        ))
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
        self.chosen(|element| !other.has(element))
    }

    /// The elements that are chosen, inserted one by one in this set's order.
    fn chosen(&self, is_chosen: impl Fn(&General) -> bool) -> Result<Set, Failure> {
        match &*self.0 {
            Form::Packed(packed) => {
                let is_in = |item: &Item| is_chosen(&General::new(item.value()));
                let items = || packed.items().iter().copied().filter(is_in).collect();
                self.made(packed, Making::Select, packed.kind(), is_in, items)
            }
            Form::General(general) => {
                let chosen = general.table().iter().filter(|slot| is_chosen(slot));
                Set::of_general(Table::from_distinct(chosen.cloned()))
            }
        }
    }

    /// Whether the set has an element, whose hash is known.
    pub(super) fn has(&self, element: &General) -> bool {
        match &*self.0 {
            Form::Packed(packed) => {
                let item = element.value().and_then(Item::equal_to);
                item.is_some_and(|item| packed.contains(&item))
            }
            Form::General(general) => general.has(element),
        }
    }

    /// The elements that are not equal to a value, inserted one by one in this set's
    /// order.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn without(&self, value: &Value) -> Result<Set, Failure> {
        match &*self.0 {
            Form::Packed(packed) => {
                let taken = Item::equal_to(value);
                let is_in = |item: &Item| Some(*item) != taken;
                let items = || packed.items().iter().copied().filter(is_in).collect();
                self.made(packed, Making::Select, packed.kind(), is_in, items)
            }
            Form::General(_) => {
                self.chosen(|element| element.value().is_some_and(|own| !own.equals(value)))
            }
        }
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
        if let (Some(grid), Some(other)) = (packed.all_cells(), others.all_cells())
            && packed.eager().is_none()
        {
            let part = GridPart::compared(grid, other, are_in_others);
            return self.part_of_grid(packed, making, part);
        }
        let is_in = |item: &Item| others.contains(item) == are_in_others;
        let items = || {
            let grids = packed.grid_items().zip(others.grid_items());
            if let Some((items, others)) = grids {
                let lacking = match are_in_others {
                    true => None,
                    false => items.lacking(others),
                };
                return lacking.unwrap_or_else(|| items.list_of(is_in));
            }
            let items = packed.items();
            match others.listed_if_mirrored() {
                // Walking both beats a search for each item.
                Some(others) if others.len() / 8 <= items.len() => {
                    walked(items, others, are_in_others)
                }
                _ => items.iter().copied().filter(is_in).collect(),
            }
        };
        self.made(packed, making, packed.kind(), is_in, items)
    }

    /// Those cells of a grid, of all of which this is the set, that are taken.
    pub(super) fn part_of_grid(
        &self,
        packed: &PackedSet,
        making: Making,
        part: GridPart,
    ) -> Result<Set, Failure> {
        if part.len() == 0 {
            return Ok(Set::empty());
        }
        let recipe = Recipe::of_part(part, making, self.clone());
        Set::of_packed(PackedSet::of_recipe(packed.kind(), recipe))
    }

    /// The set of the items moved by this vector; `None` where this is no packed
    /// set, or it would leave the range of one.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(in crate::value) fn shifted(&self, down: i64, right: i64) -> Option<Result<Set, Failure>> {
        let packed = self.packed()?;
        let offset = Offset::new(down, right)?;
        if !offset.keeps_in_range(packed) {
            return None;
        }
        Some(match packed.eager() {
            Some(table) => {
                let table = Making::Shift(offset).carried_out(iter::once(table), |_| true);
                Set::of_table(packed.kind(), table)
            }
            None => Set::of_packed(PackedSet::moved(self, packed.kind(), offset)),
        })
    }

    /// The set of the cells of one colour in these places; `None` where this is
    /// no packed set, or the colour is beyond the range of one.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(in crate::value) fn coloured(
        &self,
        layout: CellLayout,
        colour: i64,
    ) -> Option<Result<Set, Failure>> {
        let packed = self.packed()?;
        let colour = item::Colour::new(layout, colour)?;
        let items = || {
            let coloured = mapped(packed.items(), |item| item.coloured(colour));
            distinct(packed, coloured)
        };
        Some(self.made(
            packed,
            Making::Colour(colour),
            Kind::Object(layout),
            |_| true,
            items,
        ))
    }

    /// The set of the places alone; `None` where this is no packed set.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(in crate::value) fn places(&self) -> Option<Result<Set, Failure>> {
        let packed = self.packed()?;
        let items = || distinct(packed, mapped(packed.items(), Item::uncoloured));
        Some(self.made(packed, Making::Places, Kind::Indices, |_| true, items))
    }

    /// The set of the cells that a grid has in these places; `None` where this is
    /// no packed set.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(in crate::value) fn shown_on(
        &self,
        layout: CellLayout,
        grid: &Arc<Grid>,
    ) -> Option<Result<Set, Failure>> {
        let packed = self.packed()?;
        let making = Making::Show(layout, Arc::clone(grid));
        let items = || {
            let (cells, width) = (grid.cells(), grid.width() as u64);
            let mut items = Items::with_capacity(packed.len());
            for item in packed.items() {
                let cell = item.index_in(width).and_then(|index| cells.get(index));
                if let Some(cell) = cell {
                    items.push(item.coloured_by_byte(layout, *cell));
                }
            }
            distinct(packed, items)
        };
        let kind = Kind::Object(layout);
        Some(match packed.len() {
            // Mostly it is its colours that are asked for.
            OUTGROWN.. => self.made_later(making, kind, items()),
            _ => self.made(packed, making, kind, |_| true, items),
        })
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
            return Set::of_general(own.union(&others));
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

    /// Python's `self | {value}`.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub fn with(&self, value: &Value) -> Result<Set, Failure> {
        match &*self.0 {
            Form::General(general) if general.len() > 0 => {
                let mut with = Table::copy_of(general.table());
                with.merge_one(General::new(value.clone()));
                Set::of_general(with)
            }
            _ => self.union(&Set::of_one(value.clone())?),
        }
    }

    /// The elements of several sets, inserted one by one, each set's in its order.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn chained(mut sets: Vec<Set>) -> Result<Set, Failure> {
        // Those add nothing.
        sets.retain(|set| !set.is_empty());
        let kind_of = |set: &Set| set.packed().map(PackedSet::kind);
        let Some(kind) = sets.first().and_then(kind_of) else {
            return Set::from_values(sets.iter().flatten());
        };
        if sets.iter().any(|set| kind_of(set) != Some(kind)) {
            return Set::from_values(sets.iter().flatten());
        }
        let packed = || sets.iter().filter_map(Set::packed);
        if packed().all(|packed| packed.eager().is_some()) {
            let tables = packed().map(PackedSet::table);
            return Set::of_table(kind, Making::Chain.carried_out(tables, |_| true));
        }
        let items = match packed()
            .map(PackedSet::listed_if_mirrored)
            .collect::<SmallVec<[_; 2]>>()[..]
        {
            [Some(first), Some(second)] => merged(first, second),
            _ => canvas::gathered(packed()),
        };
        let recipe = Recipe::of(Making::Chain, sets);
        Set::of_packed(PackedSet::of_items(kind, items, recipe))
    }

    /// The elements, in any order, where all are sets.
    pub(crate) fn only_sets(&self) -> Option<Vec<Set>> {
        match self.sets() {
            Some(sets) => sets.iter().map(|set| set.as_set().cloned()).collect(),
            None => self.iter().map(|set| set.as_set().cloned()).collect(),
        }
    }

    /// The elements of the sets in this one, as [`Set::only_sets`] has them, inserted
    /// one by one, each set's in its order, the sets in that of this one.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn merged(&self, sets: Vec<Set>) -> Result<Set, Failure> {
        if self.sets().is_none() {
            return Set::chained(sets);
        }
        let kind = sets.iter().find_map(Set::packed).map(PackedSet::kind);
        let is_alike = |set: &Set| set.is_empty() || set.packed().map(PackedSet::kind) == kind;
        let Some(kind) = kind.filter(|_| sets.iter().all(is_alike)) else {
            let in_order = self.iter().filter_map(|set| set.as_set().cloned());
            return Set::chained(in_order.collect());
        };
        let items = canvas::gathered(sets.iter().filter_map(Set::packed));
        let recipe = match self.yielded_from() {
            // Its order is behind theirs.
            Some(source) => {
                Recipe::merging(self.clone(), &[&sets[..], slice::from_ref(source)].concat())
            }
            None => Recipe::merging(self.clone(), &sets),
        };
        Set::of_packed(PackedSet::of_items(kind, items, recipe))
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
        if walked.packed().is_some() && searched.packed().is_some() {
            // Places are no cells.
            return Ok(Set::empty());
        }
        walked.chosen(|element| searched.has(element))
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
                let mut difference = Table::new();
                difference.become_difference(own.table(), other.len(), |slot| {
                    slot.value().is_some_and(|value| other.contains(value))
                });
                Set::of_general(difference)
            }
        }
    }

    fn difference_from(&self, other: &Table<General>) -> Result<Set, Failure> {
        let mut difference = Table::new();
        difference.become_difference(&self.general_table(), other.len(), |slot| {
            other.contains(slot)
        });
        Set::of_general(difference)
    }
}

/// Items in the places of a set's, row by row, each once.
fn distinct(places: &PackedSet, mut items: Items) -> Items {
    if !places.has_items_apart() {
        items.dedup();
    }
    items
}

/// Those items that are among the others, or those that are not; both row by row.
fn walked(items: &Items, others: &Items, are_in_others: bool) -> Items {
    let most = match are_in_others {
        true => items.len().min(others.len()),
        false => items.len(),
    };
    if item::are_where(items, others) {
        let mut others = others.iter();
        return kept(items, most, |item| {
            (others.next() == Some(item)) == are_in_others
        });
    }
    let mut others = InOrder(others);
    kept(items, most, |item| others.has(item) == are_in_others)
}

/// The items of both, row by row, each once.
fn merged(own: &Items, others: &Items) -> Items {
    let mut items = SmallVec::with_capacity(own.len() + others.len());
    let left = item::merged(own, others, |item| items.push(item));
    items.extend_from_slice(left);
    items
}
