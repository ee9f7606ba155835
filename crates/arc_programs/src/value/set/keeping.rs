//! Some of a set's elements.

use super::super::patch::{CellLayout, Kind};
use super::general::General;
use super::grid_items::taken;
use super::item::Item;
use super::items::{Items, held, kept};
use super::packed::PackedSet;
use super::recipe::Making;
use super::table::Table;
use super::{Failure, Form, Set, Value};

/// Some of the colours from 0 to 63.
#[derive(Clone, Copy)]
pub(crate) struct Colours(u64);

impl Colours {
    /// How many there may be.
    const COUNT: i64 = 64;

    /// Whether a colour is among them.
    #[inline]
    fn has(self, colour: i64) -> bool {
        (0..Colours::COUNT).contains(&colour) && self.0 >> colour & 1 == 1
    }

    /// Them, from the least up.
    pub(crate) fn iter(self) -> impl Iterator<Item = i64> {
        (0..Colours::COUNT).filter(move |colour| self.has(*colour))
    }

    /// All of these; `None` where one is not from 0 to 63.
    #[inline]
    fn of(colours: impl Iterator<Item = i64>) -> Option<Colours> {
        let (colours, others) = colours.fold((0, 0), |(colours, others), colour| {
            // Of one beyond it is said that it is, and whatever else is set does not matter.
            let beyond = colour as u64 / Colours::COUNT as u64;
            (
                colours | 1_u64 << (colour & (Colours::COUNT - 1)),
                others | beyond,
            )
        });
        (others == 0).then_some(Colours(colours))
    }
}

impl FromIterator<i64> for Colours {
    /// Those of these that are from 0 to 63.
    fn from_iter<Iter: IntoIterator<Item = i64>>(colours: Iter) -> Colours {
        let own = colours
            .into_iter()
            .filter(|colour| (0..Colours::COUNT).contains(colour));
        Colours(own.fold(0, |colours, colour| colours | 1 << colour))
    }
}

impl Set {
    /// The elements that are kept, inserted one by one in this set's order, as a
    /// comprehension with a condition does; `None` where this is no packed set.
    /// Whether they are kept is said in the order of [`Set::iter_in_any_order`].
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn keeping(&self, are_kept: &[bool]) -> Option<Result<Set, Failure>> {
        let packed = self.packed()?;
        let items = held(packed.slots_in_any_order()).zip(are_kept);
        let mut items: Items = items
            .filter_map(|(item, is_kept)| is_kept.then_some(item))
            .collect();
        if !items.is_sorted() {
            items.sort_unstable();
        }
        let is_in = |item: &Item| items.binary_search(item).is_ok();
        Some(self.made(packed, Making::Select, packed.kind(), is_in, || {
            items.clone()
        }))
    }

    /// The elements that are kept, as a comprehension with a condition inserts them; `None`
    /// where they are not kept with their hashes. Whether they are kept is said in Python's
    /// order.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn keeping_in_order(&self, are_kept: &[bool]) -> Option<Result<Set, Failure>> {
        let elements = self.hashed_elements()?.zip(are_kept);
        let kept = elements.filter(|(_, is_kept)| **is_kept);
        let kept = kept.map(|(element, _)| element.clone());
        Some(Set::of_general(Table::from_distinct(kept)))
    }

    /// The elements in Python's order, where they are kept with their hashes.
    pub(crate) fn hashed_values(&self) -> Option<impl Iterator<Item = &Value>> {
        Some(self.hashed_elements()?.filter_map(General::value))
    }

    /// Whether [`Set::keeping_in_order`] is open.
    pub(crate) fn keeps_in_order(&self) -> bool {
        self.hashed_elements().is_some()
    }

    /// The elements in Python's order, where they are kept with their hashes.
    fn hashed_elements(&self) -> Option<impl Iterator<Item = &General>> {
        match &*self.0 {
            Form::General(general) if general.len() > 1 && general.product().is_none() => {
                Some(general.table().iter())
            }
            _ => None,
        }
    }

    /// The colour of the first cell of each element, in Python's order; `None` where they are not
    /// kept with their hashes, or one is no packed set of cells of this layout.
    pub(crate) fn first_colours(&self, layout: CellLayout) -> Option<Vec<i64>> {
        let mut colours = Vec::with_capacity(self.len());
        for value in self.hashed_values()? {
            let packed = value.as_set()?.packed()?;
            if packed.kind() != Kind::Object(layout) {
                return None;
            }
            colours.push(packed.first_colour()?);
        }
        Some(colours)
    }

    /// The colours of cells that begin with them; `None` of all other sets, and where one is
    /// not from 0 to 63.
    pub(crate) fn colours(&self) -> Option<Colours> {
        let packed = self.packed_cells()?;
        match packed.all_cells().filter(|_| packed.listed().is_none()) {
            Some(grid) => Colours::of(grid.cells().iter().map(|cell| i64::from(*cell))),
            None => Colours::of(held(packed.slots_in_any_order()).map(Item::colour)),
        }
    }

    /// The cells of these colours, as [`Set::keeping`] keeps them.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn keeping_colours(&self, colours: Colours) -> Option<Result<Set, Failure>> {
        let packed = self.packed_cells()?;
        let kind = packed.kind();
        let is_in = |item: &Item| colours.has(item.colour());
        let items = || match packed.all_cells().filter(|_| packed.listed().is_none()) {
            Some(grid) => {
                let count = colours.iter().map(|colour| grid.count(colour)).sum();
                taken(grid, kind, count, |_, cell| colours.has(i64::from(cell)))
            }
            None => kept(packed.items(), packed.len(), is_in),
        };
        Some(self.made(packed, Making::Select, kind, is_in, items))
    }

    /// The packed form of a set of cells that begin with their colours.
    fn packed_cells(&self) -> Option<&PackedSet> {
        let is_asked = |packed: &&PackedSet| packed.kind() == Kind::Object(CellLayout::ColourFirst);
        self.packed().filter(is_asked)
    }
}
