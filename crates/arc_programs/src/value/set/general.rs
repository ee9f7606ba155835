//! Sets whose elements may be any values: tables in CPython's order.
//!
//! The sets that a function yields for each of many items are mostly merged at once,
//! and then the order of them is asked for by who asks for that of what they hold.
//! So such a set of sets may have its elements alone, as they came first
//! ([`DistinctSets`]), and gets its table when somebody asks for it. So do the objects of a
//! grid ([`FoundObjects`]), a set of pairs that has its factors ([`Product`]), and one of one
//! value: `first(rapply({f}, x))`
//! is how programs call a function, and to hash a grid takes as long as to make it.

use std::{iter, slice};

use once_cell::race::OnceBox;
use once_cell::sync::OnceCell;

use super::super::hash::{self, CachedHash};
use super::super::patch::{CellLayout, Kind};
use super::super::{Failure, Measure, Value};
use super::Set;
use super::distinct_sets::DistinctSets;
use super::found_objects::FoundObjects;
use super::item::Item;
use super::iterator::SetIterator;
use super::kept_sets::KeptSets;
use super::moved_sets::MovedSets;
use super::packed::PackedSet;
use super::product::Product;
use super::table::{Element, Table};
use super::yielded_sets::YieldedSets;

/// A set of any values.
pub(super) struct GeneralSet {
    table: OnceCell<Table<General>>,
    origin: Origin,
    measure: Measure,
    hash: CachedHash,
    /// What all elements are, where they are pairs or cells of small integers.
    kind: Option<Kind>,
    /// The colour of the first cell of each element, once they were asked for.
    first_colours: OnceBox<Box<[i64]>>,
}

/// What the table of a set is made of.
enum Origin {
    /// It was known from the start.
    Known,
    /// This value alone.
    One(Value),
    /// These sets, as they came first.
    Sets(Box<[Value]>),
    /// One set moved to each of some places.
    Moved(Box<MovedSets>),
    /// The objects of a grid.
    Objects(Box<FoundObjects>),
    /// Some of the sets in another set.
    Kept(Box<KeptSets>),
    /// What a function yielded for the items of another set.
    Yielded(Box<YieldedSets>),
    /// All pairs of two factors, or some of them.
    Product(Box<Product>),
}

impl GeneralSet {
    /// The set without elements.
    pub(super) fn empty() -> GeneralSet {
        GeneralSet {
            table: OnceCell::with_value(Table::new()),
            origin: Origin::Known,
            measure: Measure::flat(0),
            hash: CachedHash::unknown(),
            kind: None,
            first_colours: OnceBox::new(),
        }
    }

    /// The set that a table is.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] or [`Failure::TooLarge`] beyond the limits of
    /// [`Measure`].
    pub(super) fn new(table: Table<General>) -> Result<GeneralSet, Failure> {
        let values = || table.iter().filter_map(General::value);
        Ok(GeneralSet {
            measure: Measure::around(values())?,
            kind: Kind::of_all(values()),
            first_colours: OnceBox::new(),
            hash: CachedHash::unknown(),
            table: OnceCell::with_value(table),
            origin: Origin::Known,
        })
    }

    /// The set of one value, whose table is made when somebody asks for it.
    ///
    /// # Errors
    /// As [`GeneralSet::new`].
    pub(super) fn of_one(value: Value) -> Result<GeneralSet, Failure> {
        Ok(GeneralSet {
            measure: Measure::around([&value])?,
            kind: Kind::of_all(iter::once(&value)),
            first_colours: OnceBox::new(),
            hash: CachedHash::unknown(),
            table: OnceCell::new(),
            origin: Origin::One(value),
        })
    }

    /// The set of these sets, whose table is made when somebody asks for it.
    ///
    /// # Errors
    /// As [`GeneralSet::new`].
    pub(super) fn of_sets(sets: DistinctSets) -> Result<GeneralSet, Failure> {
        let sets = sets.into_values();
        let measure = Measure::around(&*sets)?;
        Ok(GeneralSet::without_table(measure, Origin::Sets(sets)))
    }

    /// The set of the pairs of a product, not all of which are of small integers.
    ///
    /// # Errors
    /// As [`GeneralSet::new`].
    pub(super) fn of_product(product: Product) -> Result<GeneralSet, Failure> {
        let measure = product.measure()?;
        Ok(GeneralSet::without_table(
            measure,
            Origin::Product(Box::new(product)),
        ))
    }

    /// The set of one set moved to each of some places.
    ///
    /// # Errors
    /// As [`GeneralSet::new`].
    pub(super) fn of_moved(moved: MovedSets) -> Result<GeneralSet, Failure> {
        let measure = moved.measure()?;
        Ok(GeneralSet::without_table(
            measure,
            Origin::Moved(Box::new(moved)),
        ))
    }

    /// The set of the objects of a grid, whose table is made when somebody asks for it.
    ///
    /// # Errors
    /// As [`GeneralSet::new`].
    pub(super) fn of_objects(objects: FoundObjects) -> Result<GeneralSet, Failure> {
        let measure = objects.measure()?;
        Ok(GeneralSet::without_table(
            measure,
            Origin::Objects(Box::new(objects)),
        ))
    }

    /// The set of what a function yielded, whose table is made when somebody asks for it.
    ///
    /// # Errors
    /// As [`GeneralSet::new`].
    pub(super) fn of_yielded(yielded: YieldedSets) -> Result<GeneralSet, Failure> {
        let measure = yielded.measure()?;
        Ok(GeneralSet::without_table(
            measure,
            Origin::Yielded(Box::new(yielded)),
        ))
    }

    /// The set of some of the sets in another, whose table is made when somebody asks for it.
    ///
    /// # Errors
    /// As [`GeneralSet::new`].
    pub(super) fn of_kept(kept: KeptSets) -> Result<GeneralSet, Failure> {
        let measure = kept.measure()?;
        Ok(GeneralSet::without_table(
            measure,
            Origin::Kept(Box::new(kept)),
        ))
    }

    /// A set that is no patch, whose table follows from where it comes from.
    fn without_table(measure: Measure, origin: Origin) -> GeneralSet {
        GeneralSet {
            measure,
            kind: None,
            first_colours: OnceBox::new(),
            hash: CachedHash::unknown(),
            table: OnceCell::new(),
            origin,
        }
    }

    /// Another set of the same elements, merged into a new table.
    pub(super) fn copied(&self) -> GeneralSet {
        GeneralSet {
            table: OnceCell::with_value(Table::copy_of(self.table())),
            origin: Origin::Known,
            measure: self.measure,
            hash: CachedHash::unknown(),
            kind: self.kind,
            first_colours: OnceBox::new(),
        }
    }

    pub(super) fn table(&self) -> &Table<General> {
        let of_values =
            |values: &[Value]| Table::from_distinct(values.iter().cloned().map(General::new));
        self.table.get_or_init(|| match &self.origin {
            Origin::Known => Table::new(),
            Origin::One(value) => of_values(slice::from_ref(value)),
            Origin::Sets(sets) => of_values(sets),
            Origin::Moved(moved) => of_values(moved.hashed_sets()),
            Origin::Objects(objects) => objects.table(),
            Origin::Kept(kept) => kept.table(),
            Origin::Yielded(yielded) => yielded.table(),
            Origin::Product(product) => product.general_table(),
        })
    }

    /// The elements in CPython's order.
    #[inline]
    pub(super) fn iter(&self) -> SetIterator<'_> {
        match &self.origin {
            Origin::Product(product) => product.iter(),
            Origin::One(value) => SetIterator::of_one(value),
            _ => SetIterator::of_general(self.table()),
        }
    }

    /// The element with this number in CPython's order: of the objects of a grid without their
    /// table, where that is told.
    pub(super) fn nth(&self, number: usize) -> Option<Value> {
        if let Origin::Objects(objects) = &self.origin
            && self.table.get().is_none()
            && let Some(object) = objects.nth(number)
        {
            return Some(object.clone());
        }
        self.iter().nth(number)
    }

    /// Python's `value in set`.
    #[inline]
    pub(super) fn contains(&self, value: &Value) -> bool {
        match &self.origin {
            Origin::Product(product) => product.contains(value),
            Origin::One(own) => own.same(value),
            _ => self.table().contains(&General::new(value.clone())),
        }
    }

    /// The same of an element whose hash is known.
    #[inline]
    pub(super) fn has(&self, element: &General) -> bool {
        match (&self.origin, element.value()) {
            (Origin::Product(product), Some(value)) => product.contains(value),
            (Origin::One(own), Some(value)) => own.same(value),
            _ => self.table().contains(element),
        }
    }

    /// The number of elements.
    #[inline]
    pub(super) fn len(&self) -> usize {
        match &self.origin {
            Origin::Known => self.table().len(),
            Origin::One(_) => 1,
            Origin::Sets(sets) => sets.len(),
            Origin::Moved(moved) => moved.len(),
            Origin::Objects(objects) => objects.sets().len(),
            Origin::Kept(kept) => kept.sets().len(),
            Origin::Yielded(yielded) => yielded.sets().len(),
            Origin::Product(product) => product.len(),
        }
    }

    /// The elements, all of which are sets, as they came first, or the objects of a grid row
    /// by row; `None` where their table was known from the start.
    pub(super) fn sets(&self) -> Option<&[Value]> {
        match &self.origin {
            Origin::Sets(sets) => Some(sets),
            Origin::Moved(moved) => Some(moved.sets()),
            Origin::Objects(objects) => Some(objects.sets()),
            Origin::Kept(kept) => Some(kept.sets()),
            Origin::Yielded(yielded) => Some(yielded.sets()),
            _ => None,
        }
    }

    /// The same, but of those that are made when somebody asks for them.
    pub(super) fn sets_at_hand(&self) -> Option<&[Value]> {
        match &self.origin {
            Origin::Moved(_) => None,
            Origin::Yielded(yielded) => Some(yielded.sets()).filter(|_| yielded.are_all()),
            _ => self.sets(),
        }
    }

    /// The set whose items a function yielded the elements for.
    pub(super) fn yielded_from(&self) -> Option<&Set> {
        match &self.origin {
            Origin::Yielded(yielded) => Some(yielded.source()),
            Origin::Kept(kept) => kept.source().yielded_from(),
            _ => None,
        }
    }

    /// How many choices lie behind the elements.
    pub(super) fn choices(&self) -> u32 {
        match &self.origin {
            Origin::Kept(kept) => kept.choices(),
            _ => 0,
        }
    }

    /// Whether CPython's order is known.
    pub(super) fn has_table(&self) -> bool {
        self.table.get().is_some()
    }

    /// One set and the places that it is moved to, where the elements are kept as such.
    pub(super) fn moved(&self) -> Option<&MovedSets> {
        match &self.origin {
            Origin::Moved(moved) => Some(moved),
            _ => None,
        }
    }

    /// The pairs of factors, where the elements are kept as such.
    pub(super) fn product(&self) -> Option<&Product> {
        match &self.origin {
            Origin::Product(product) => Some(product),
            _ => None,
        }
    }

    /// The colour of the first cell of each element, of sets that are at hand as these are, else
    /// in CPython's order; `None` where one is no packed set of cells of this layout.
    pub(super) fn first_colours(&self, layout: CellLayout) -> Option<&[i64]> {
        let is_asked = |packed: &&PackedSet| packed.kind() == Kind::Object(layout);
        let object = |value: &Value| value.as_set()?.packed().filter(is_asked)?.first_colour();
        if let Some(colours) = self.first_colours.get() {
            // All elements are of the kind that any one is.
            let any = match self.sets_at_hand() {
                Some(sets) => sets.first(),
                None => self.table().iter().find_map(General::value),
            };
            let any = any?.as_set()?.packed();
            return any.filter(is_asked).map(|_| &**colours);
        }
        let colours: Option<Box<[i64]>> = match self.sets_at_hand() {
            Some(sets) => sets.iter().map(object).collect(),
            None => {
                let elements = self.table().iter().filter_map(General::value);
                elements.map(object).collect()
            }
        };
        let colours = colours?;
        Some(self.first_colours.get_or_init(|| Box::new(colours)))
    }

    pub(super) fn measure(&self) -> Measure {
        self.measure
    }

    pub(super) fn kind(&self) -> Option<Kind> {
        self.kind
    }

    /// Python's `hash`.
    #[inline]
    pub(super) fn hash(&self) -> i64 {
        self.hash.get_or(|| match &self.origin {
            Origin::Product(product) => hash::of_set(product.len(), product.hashes()),
            _ => hash::of_set(self.len(), self.table().iter().map(Element::hash)),
        })
    }
}

/// A slot of a set of any values.
#[derive(Clone)]
pub(super) enum General {
    /// It never held an element.
    Unused,
    /// Its element was discarded.
    Discarded,
    /// An element and its hash, which is never computed twice.
    Held { hash: i64, value: Value },
}

const _: () = assert!(size_of::<General>() == 24);

impl General {
    pub(super) fn new(value: Value) -> General {
        General::Held {
            hash: value.hash(),
            value,
        }
    }

    /// The element; `None` for a slot that holds none.
    #[inline]
    pub(super) fn value(&self) -> Option<&Value> {
        match self {
            General::Held { value, .. } => Some(value),
            General::Unused | General::Discarded => None,
        }
    }
}

impl Element for General {
    const UNUSED: General = General::Unused;
    const DISCARDED: General = General::Discarded;

    #[inline]
    fn is_unused(&self) -> bool {
        matches!(self, General::Unused)
    }

    #[inline]
    fn is_held(&self) -> bool {
        matches!(self, General::Held { .. })
    }

    #[inline]
    fn hash(&self) -> i64 {
        match self {
            General::Held { hash, .. } => *hash,
            General::Unused | General::Discarded => 0,
        }
    }

    #[inline]
    fn same(&self, other: &General) -> bool {
        match (self, other) {
            (
                General::Held { hash, value },
                General::Held {
                    hash: other_hash,
                    value: other,
                },
            ) => hash == other_hash && value.same(other),
            _ => false,
        }
    }

    fn unused(count: usize) -> Box<[General]> {
        // Made anew for each: a copy of one would be looked at first.
        iter::repeat_with(|| General::UNUSED).take(count).collect()
    }
}

/// The same table of any values.
pub(super) fn generalized(table: &Table<Item>) -> Table<General> {
    table.map(|item| General::Held {
        hash: item.hash(),
        value: item.value(),
    })
}

/// The same table of items, where all elements are items of one kind.
pub(super) fn packed(table: &Table<General>) -> Option<(Kind, Table<Item>)> {
    let item = |slot: &General| slot.value().and_then(Item::of);
    let kind = item(table.iter().next()?)?.kind();
    let are_items = table
        .iter()
        .all(|slot| item(slot).is_some_and(|item| item.kind() == kind));
    are_items.then(|| (kind, table.map(|slot| item(slot).unwrap_or(Item::UNUSED))))
}
