//! Some of a set's elements.

use super::super::patch::{CellLayout, Kind};
use super::any_order::bits;
use super::general::General;
use super::grid_part::GridPart;
use super::item::Item;
use super::items::{held, kept};
use super::kept_sets::KeptSets;
use super::packed::{PackedSet, Unlisted};
use super::recipe::Making;
use super::table::{Element, Table};
use super::{Failure, Form, Set, Value};

/// Some of the colours from 0 to 63.
#[derive(Clone, Copy)]
pub(crate) struct Colours(u64);

impl Colours {
    /// How many there may be.
    const COUNT: i64 = 64;

    /// Whether a colour is among them.
    #[inline]
    pub(super) fn has(self, colour: i64) -> bool {
        (0..Colours::COUNT).contains(&colour) && self.0 >> colour & 1 == 1
    }

    /// Them, from the least up.
    pub(crate) fn iter(self) -> impl Iterator<Item = i64> {
        bits(self.0).map(|colour| colour as i64)
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
        let count = are_kept.iter().filter(|is_kept| **is_kept).count();
        let mut are_kept = are_kept.iter();
        let all = packed.slots_in_any_order();
        let is_kept = |slot: &Item| slot.is_held() && are_kept.next() == Some(&true);
        let mut items = kept(all, count, is_kept);
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

    /// The elements, where they are sets that are at hand in whatever order: those of a grid's
    /// objects, of what a function yielded for items, and those chosen from such sets.
    pub(crate) fn sets_at_hand(&self) -> Option<&[Value]> {
        match &*self.0 {
            Form::Packed(_) => None,
            Form::General(general) => general.sets_at_hand().filter(|sets| sets.len() > 1),
        }
    }

    /// How many choices lie behind its elements.
    pub(super) fn choices(&self) -> u32 {
        match &*self.0 {
            Form::Packed(_) => 0,
            Form::General(general) => general.choices(),
        }
    }

    /// The set for whose items a function yielded its elements, where that is how it came about.
    pub(super) fn yielded_from(&self) -> Option<&Set> {
        match &*self.0 {
            Form::Packed(_) => None,
            Form::General(general) => general.yielded_from(),
        }
    }

    /// As [`Set::keeping_in_order`], of pairs of factors and of [`Set::sets_at_hand`]: as these lie
    /// at hand, so it is said which are kept. Asks for no order. `None` of all other sets.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn keeping_at_hand(&self, are_kept: &[bool]) -> Option<Result<Set, Failure>> {
        if let Some(product) = self.product() {
            return Some(product.keeping_at_hand(self, are_kept));
        }
        let sets = self.sets_at_hand()?;
        let mut kept = sets.iter().zip(are_kept).filter(|(_, is_kept)| **is_kept);
        let (first, second) = (kept.next(), kept.next());
        Some(match (first, second) {
            (None, _) => Ok(Set::empty()),
            (Some((only, _)), None) => Set::of_one(only.clone()),
            _ => KeptSets::new(self, are_kept)?.into_set(),
        })
    }

    /// Whether nobody has asked for Python's order of these elements yet, which takes more than
    /// to go over them in whatever order.
    pub(crate) fn leaves_order_open(&self) -> bool {
        match &*self.0 {
            Form::Packed(packed) => packed.leaves_order_open(),
            Form::General(general) => match general.product() {
                Some(product) => !product.has_table(),
                None => !general.has_table() && self.sets_at_hand().is_some(),
            },
        }
    }

    /// Whether [`Set::keeping_at_hand`] is open.
    pub(crate) fn keeps_at_hand(&self) -> bool {
        self.product().is_some() || self.sets_at_hand().is_some()
    }

    /// Whether what a function yields for its elements may be kept as they lie at hand: those that
    /// a function yielded themselves would have to be followed back further and further, and of
    /// pairs there are too many.
    pub(crate) fn may_yield_at_hand(&self) -> bool {
        self.leaves_order_open() && self.yielded_from().is_none() && self.product().is_none()
    }

    /// The elements as they lie at hand: those of a packed set row by row, listed from then on.
    pub(crate) fn elements_at_hand(&self) -> Option<Box<dyn Iterator<Item = Value> + '_>> {
        if let Some(product) = self.product() {
            return Some(Box::new(product.values_at_hand()));
        }
        match self.sets_at_hand() {
            Some(sets) => Some(Box::new(sets.iter().cloned())),
            None if self.is_listed() => Some(Box::new(self.iter_in_any_order())),
            None => None,
        }
    }

    /// Whether [`Set::keeping`] is open; the order in which that is said which are kept, that of
    /// [`Set::iter_in_any_order`], is that of rows from then on.
    pub(crate) fn is_listed(&self) -> bool {
        self.packed()
            .is_some_and(|packed| !packed.items().is_empty())
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

    /// The colour of the first cell of each element, of [`Set::sets_at_hand`] as these are, of others
    /// in Python's order; `None` where they are neither at hand nor kept with their hashes, or one
    /// is no packed set of cells of this layout.
    pub(crate) fn first_colours(&self, layout: CellLayout) -> Option<&[i64]> {
        match &*self.0 {
            Form::General(general) if self.sets_at_hand().is_some() || self.keeps_in_order() => {
                general.first_colours(layout)
            }
            _ => None,
        }
    }

    /// The colours of cells that begin with them; `None` of all other sets, and where one is
    /// not from 0 to 63.
    pub(crate) fn colours(&self) -> Option<Colours> {
        colours_in(self.packed_cells()?)
    }

    /// The cells of these colours, all of which it has, as [`Set::keeping`] keeps them.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn keeping_colours(&self, colours: Colours) -> Option<Result<Set, Failure>> {
        let packed = self.packed_cells()?;
        let kind = packed.kind();
        let is_in = |item: &Item| colours.has(item.colour());
        let shown = packed.shown_cells();
        let part = shown.map(|(grid, _)| GridPart::of_colours(grid, colours));
        Some(match part {
            Some(part) if part.is_most() && packed.eager().is_none() => {
                self.part_of_grid(packed, Making::Select, part)
            }
            part => self.made(packed, Making::Select, kind, is_in, || match part {
                Some(part) => part.items(kind),
                None => kept(packed.items(), packed.len(), is_in),
            }),
        })
    }

    /// The packed form of a set of cells that begin with their colours.
    fn packed_cells(&self) -> Option<&PackedSet> {
        let is_asked = |packed: &&PackedSet| packed.kind() == Kind::Object(CellLayout::ColourFirst);
        self.packed().filter(is_asked)
    }
}

/// As [`Set::colours`]. Nothing is listed for it that is another set elsewhere.
fn colours_in(packed: &PackedSet) -> Option<Colours> {
    if packed.listed().is_none() {
        match packed.unlisted() {
            Unlisted::Moved(source, _) | Unlisted::Mirrored(source) => return colours_in(source),
            Unlisted::Grid(items) => {
                if let Some(grid) = items.all_cells() {
                    return Colours::of(grid.colours());
                }
            }
            Unlisted::GridPart(part) => {
                if let Some((_, colours)) = part.colours() {
                    return Some(colours);
                }
            }
            _ => {}
        }
    }
    Colours::of(held(packed.slots_in_any_order()).map(Item::colour))
}
