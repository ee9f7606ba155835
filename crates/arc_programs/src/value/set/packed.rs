//! Sets of items: what is in them, apart from the order in which CPython would
//! walk them.
//!
//! Most programs never look at the order of a set: they ask its size, whether two
//! are equal, what one has that the other has not, its corners, and paint with
//! it. So a [`PackedSet`] has two faces. Its *items*, row by row, answer all of
//! that; its *table* has CPython's order, and is made when somebody asks for it:
//! by carrying out the [`Recipe`] that was kept when the set was made, once. A set
//! that was put together element by element has its table first, and its items
//! when somebody asks for them.
//!
//! Of sets of up to [`EAGER`] items that are made of sets whose tables are known
//! the table is made at once: that costs less than to keep how.

use std::sync::OnceLock;

use once_cell::sync::OnceCell;
use smallvec::SmallVec;

use super::super::affine::Axis;
use super::super::hash::{self, CachedHash};
use super::super::patch::{Bounds, Kind};
use super::super::{Failure, Measure};
use super::item::Item;
use super::line::Line;
use super::recipe::Recipe;
use super::table::{Element, Table};

/// The largest sets whose table is made at once, where all that it takes is there.
pub(super) const EAGER: usize = 8;

/// Items in the order of rows, columns and colours.
pub(super) type Items = SmallVec<[Item; 3]>;

/// A set of places, or of cells, of small integers. Not empty.
pub(super) struct PackedSet {
    kind: Kind,
    hash: CachedHash,
    /// At least one of both faces is known, or the recipe has the items.
    items: OnceLock<Items>,
    /// Unlike the standard library's, this cell is made full without a lock; of the
    /// items it would take eight bytes more.
    table: OnceCell<Table<Item>>,
    recipe: Recipe,
}

impl PackedSet {
    /// The set that this table is; its elements are all of this kind.
    pub(super) fn of_table(kind: Kind, table: Table<Item>) -> PackedSet {
        PackedSet {
            kind,
            hash: CachedHash::unknown(),
            items: OnceLock::new(),
            table: OnceCell::with_value(table),
            recipe: Recipe::Known,
        }
    }

    /// The set of these items, all of one kind, which gets its order by a recipe.
    pub(super) fn of_items(kind: Kind, items: Items, recipe: Recipe) -> PackedSet {
        let set = PackedSet {
            kind,
            hash: CachedHash::unknown(),
            items: OnceLock::from(items),
            table: OnceCell::new(),
            recipe: Recipe::Known,
        };
        if recipe.is_long() {
            let table = recipe.carried_out(&set);
            return PackedSet {
                table: OnceCell::with_value(table),
                ..set
            };
        }
        PackedSet { recipe, ..set }
    }

    /// The set of the items that a recipe has itself.
    pub(super) fn of_recipe(kind: Kind, recipe: Recipe) -> PackedSet {
        PackedSet {
            kind,
            hash: CachedHash::unknown(),
            items: OnceLock::new(),
            table: OnceCell::new(),
            recipe,
        }
    }

    /// As [`PackedSet::of_items`], where the table is known too.
    pub(super) fn of_both(kind: Kind, items: Items, table: Table<Item>) -> PackedSet {
        PackedSet {
            items: OnceLock::from(items),
            ..PackedSet::of_table(kind, table)
        }
    }

    /// What all items are.
    #[inline]
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    #[inline]
    pub(super) fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The number of items.
    #[inline]
    pub(super) fn len(&self) -> usize {
        match self.items.get() {
            Some(items) => items.len(),
            None => match self.line() {
                Some(line) => line.len(),
                None => self.table().len(),
            },
        }
    }

    /// The line that it is, where that is all that is known of it.
    #[inline]
    fn line(&self) -> Option<Line> {
        self.recipe.line()
    }

    /// The items row by row.
    #[inline]
    pub(super) fn items(&self) -> &Items {
        self.items.get_or_init(|| {
            if let Some(line) = self.line() {
                return line.items().collect();
            }
            let table = self.table();
            let mut items = Items::with_capacity(table.len());
            items.extend(table.iter().copied());
            items.sort_unstable();
            items
        })
    }

    /// The items row by row, where they are known.
    #[inline]
    pub(super) fn listed(&self) -> Option<&Items> {
        self.items.get()
    }

    /// CPython's table.
    #[inline]
    pub(super) fn table(&self) -> &Table<Item> {
        self.table.get_or_init(|| self.recipe.carried_out(self))
    }

    /// The table, where the set is small and its table known or soon made: what is
    /// made of it is made at once.
    #[inline]
    pub(super) fn eager(&self) -> Option<&Table<Item>> {
        let is_soon_made = matches!(
            self.recipe,
            Recipe::Ascending | Recipe::AscendingCopied | Recipe::Line { .. }
        );
        let is_eager = self.len() <= EAGER && (is_soon_made || self.table.get().is_some());
        is_eager.then(|| self.table())
    }

    /// The items in whatever order is at hand, some of which hold nothing.
    #[inline]
    pub(super) fn slots_in_any_order(&self) -> &[Item] {
        match self.items.get() {
            Some(items) => items,
            None => match self.line() {
                Some(_) => self.items(),
                None => self.table().slots(),
            },
        }
    }

    /// The line that it is, where its table is not known.
    pub(super) fn unordered_line(&self) -> Option<Line> {
        self.line().filter(|_| self.table.get().is_none())
    }

    /// All items in whatever order is at hand.
    #[inline]
    pub(super) fn fold_in_any_order<T>(&self, start: T, fold: impl FnMut(T, Item) -> T) -> T {
        match self.line() {
            Some(line) => line.items().fold(start, fold),
            None => held(self.slots_in_any_order()).fold(start, fold),
        }
    }

    /// A number that equal sets have in common, and others hardly ever.
    pub(super) fn sum(&self) -> u64 {
        let start = self.len() as u64;
        self.fold_in_any_order(start, |sum, item| sum.wrapping_add(item.scattered()))
    }

    /// These bounds, and all places of this set.
    pub(super) fn bounds_with(&self, bounds: Bounds) -> Bounds {
        let ((top, bottom), (left, right)) = (self.span(Axis::Row), self.span(Axis::Column));
        bounds.with((top, left)).with((bottom, right))
    }

    /// The colour of the first item in CPython's order.
    pub(super) fn first_colour(&self) -> Option<i64> {
        let only = match self.table.get() {
            Some(_) => None,
            None => self.only_colour(),
        };
        only.or_else(|| held(self.table().slots()).next().map(Item::colour))
    }

    /// The colour of all items, where they have the same.
    pub(super) fn only_colour(&self) -> Option<i64> {
        let items = self.items();
        let first = items.first()?.colour();
        let are_same = items.iter().all(|item| item.colour() == first);
        are_same.then_some(first)
    }

    /// The items in an order that shows where two lie in one place: none, and the
    /// order of rows, else CPython's.
    pub(super) fn slots_for_painting(&self) -> &[Item] {
        match self.items.get() {
            None if self.line().is_some() => self.items(),
            Some(items) if !items.windows(2).any(|pair| pair[0].is_where(pair[1])) => items,
            _ => self.table().slots(),
        }
    }

    /// The first and the last row, or column.
    pub(super) fn span(&self, axis: Axis) -> (i64, i64) {
        let coordinate = |item: Item| axis.choose(item.row(), item.column());
        let with = |(first, last): (i64, i64), item: Item| {
            let own = coordinate(item);
            (first.min(own), last.max(own))
        };
        let nothing = (i64::MAX, i64::MIN);
        if let Some(line) = self.line() {
            return line.ends().into_iter().fold(nothing, with);
        }
        let Some(items) = self.items.get() else {
            return held(self.table().slots()).fold(nothing, with);
        };
        let [first, .., last] = items.as_slice() else {
            return items.iter().copied().fold(nothing, with);
        };
        if let Axis::Row = axis {
            return (first.row(), last.row());
        }
        // Of items in one row the first and the last say all: as many as lie in the
        // first row often lie in the others.
        let in_row = items.partition_point(|item| item.row() == first.row());
        if in_row == 1 {
            return items.iter().copied().fold(nothing, with);
        }
        items
            .chunks(in_row)
            .fold(nothing, |span, chunk| match chunk {
                [first, .., last] if first.row() == last.row() => with(with(span, *first), *last),
                _ => chunk.iter().copied().fold(span, with),
            })
    }

    /// Python's `item in set`.
    #[inline]
    pub(super) fn contains(&self, item: &Item) -> bool {
        match self.table.get() {
            Some(table) => table.contains(item),
            None => self.items().binary_search(item).is_ok(),
        }
    }

    /// Python's `self <= other`.
    pub(super) fn is_subset(&self, other: &PackedSet) -> bool {
        self.len() <= other.len()
            && self.kind == other.kind
            && held(self.slots_in_any_order()).all(|item| other.contains(&item))
    }

    /// Python's `self == other`.
    pub(super) fn equals(&self, other: &PackedSet) -> bool {
        if self.kind != other.kind || self.len() != other.len() {
            return false;
        }
        if let (Some(line), Some(other)) = (self.line(), other.line()) {
            return line == other;
        }
        match (self.items.get(), other.items.get()) {
            (Some(items), Some(others)) => items == others,
            _ => {
                let both = self.hash.known().zip(other.hash.known());
                both.is_none_or(|(hash, other)| hash == other) && self.is_subset(other)
            }
        }
    }

    /// Python's `hash`.
    #[inline]
    pub(super) fn hash(&self) -> i64 {
        self.hash.get_or(|| match self.line() {
            Some(line) => hash::of_set(line.len(), line.items().map(|item| item.hash())),
            None => {
                let hashes = held(self.slots_in_any_order()).map(|item| item.hash());
                hash::of_set(self.len(), hashes)
            }
        })
    }

    /// Measure of the set.
    pub(super) fn measure(&self) -> Measure {
        self.kind.measure_of(self.len())
    }

    /// The set itself where its measure is within the limits.
    pub(super) fn checked(self) -> Result<PackedSet, Failure> {
        self.measure().checked()?;
        Ok(self)
    }
}

/// What a function makes of each item. Loops over a list of known length are faster
/// into a `Vec`.
pub(super) fn mapped(items: &Items, make: impl Fn(Item) -> Item) -> Items {
    let made = items.iter().map(|item| make(*item));
    match items.spilled() {
        true => Items::from_vec(made.collect()),
        false => made.collect(),
    }
}

/// Those items that a function, which is asked in turn, keeps; at most so many.
pub(super) fn kept(items: &[Item], most: usize, keeps: impl FnMut(&Item) -> bool) -> Items {
    /// So many do not get their memory before it is known how much.
    const FEW: usize = 63;
    if most <= FEW {
        let mut room = [Item::UNUSED; FEW + 1];
        let count = write_kept(&mut room, items, keeps);
        return Items::from_slice(&room[..count]);
    }
    let mut room = vec![Item::UNUSED; most + 1];
    let count = write_kept(&mut room, items, keeps);
    room.truncate(count);
    if count <= most / 2 {
        room.shrink_to_fit();
    }
    Items::from_vec(room)
}

/// Writes those items that are kept, and something behind them; yields how many they
/// are.
fn write_kept(room: &mut [Item], items: &[Item], mut keeps: impl FnMut(&Item) -> bool) -> usize {
    // Each is written where the next one goes, and stays if it is kept: guessing
    // which are takes longer where that alternates.
    let mut count = 0;
    for item in items {
        room[count] = *item;
        count += usize::from(keeps(item));
    }
    count
}

/// The items of some slots.
#[inline]
pub(super) fn held(slots: &[Item]) -> impl DoubleEndedIterator<Item = Item> {
    slots.iter().filter(|slot| slot.is_held()).copied()
}
