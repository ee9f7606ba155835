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
//! Of lines, of a large grid and of all cells of any, of some of a grid's cells, and of sets that are others moved elsewhere or mirrored, the recipe has the items too: they are
//! listed when somebody asks for a list.
//!
//! Of sets of up to [`EAGER`] items that are made of sets whose tables are known
//! the table is made at once: that costs less than to keep how.

mod extent;
mod few_in_order;
mod known_count;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use once_cell::sync::OnceCell;

use super::super::hash::{CachedHash, SetHash};
use super::super::patch::Kind;
use super::super::{Grid, Measure};
use super::cached_span::CachedSpan;
use super::grid_items::GridItems;
use super::grid_part::GridPart;
use super::item::Item;
use super::items::{Items, held, mapped};
use super::line::Line;
use super::listed::Listed;
use super::recipe::{Offset, Recipe};
use super::table::{Element, Table};
use super::{Colours, Set};
use known_count::KnownCount;

/// The largest sets whose table is made at once, where all that it takes is there.
pub(super) const EAGER: usize = 8;

/// The items of a set that has no list of them.
pub(super) enum Unlisted<'set> {
    Line(Line),
    Grid(&'set GridItems),
    /// Those of a set, each [moved](Item::moved) by this.
    Moved(&'set PackedSet, u64),
    /// Those of a set, each moved by a map that sends no two of them to one place.
    Mirrored(&'set PackedSet),
    GridPart(&'set GridPart),
    /// Those of the table.
    InTable,
}

/// A set of places, or of cells, of small integers. Not empty.
pub(super) struct PackedSet {
    kind: Kind,
    count: KnownCount,
    columns: CachedSpan,
    /// How often its order was asked for in part.
    asked: AtomicU8,
    hash: CachedHash,
    /// At least one of both faces is known, or the recipe has the items.
    items: Listed,
    /// Unlike the standard library's, this cell is made full without a lock.
    table: OnceCell<Table<Item>>,
    recipe: Recipe,
}

impl PackedSet {
    /// The set that this table is; its elements are all of this kind.
    pub(super) fn of_table(kind: Kind, table: Table<Item>) -> PackedSet {
        PackedSet {
            kind,
            count: KnownCount::of(table.len()),
            columns: CachedSpan::unknown(),
            asked: AtomicU8::new(0),
            hash: CachedHash::unknown(),
            items: Listed::unknown(),
            table: OnceCell::with_value(table),
            recipe: Recipe::Known,
        }
    }

    /// The set of these items, all of one kind, which gets its order by a recipe.
    pub(super) fn of_items(kind: Kind, items: Items, recipe: Recipe) -> PackedSet {
        let set = PackedSet {
            kind,
            count: KnownCount::of(items.len()),
            columns: CachedSpan::unknown(),
            asked: AtomicU8::new(0),
            hash: CachedHash::unknown(),
            items: Listed::of(items),
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
        let mut set = PackedSet {
            kind,
            count: KnownCount::UNKNOWN,
            columns: CachedSpan::unknown(),
            asked: AtomicU8::new(0),
            hash: CachedHash::unknown(),
            items: Listed::unknown(),
            table: OnceCell::new(),
            recipe,
        };
        if !matches!(set.unlisted(), Unlisted::InTable) {
            set.count = KnownCount::of(set.uncounted_len());
        }
        set
    }

    /// Keeps its hash, which was found by other means.
    pub(super) fn set_hash(&self, hash: i64) {
        self.hash.get_or(|| hash);
    }

    /// A packed set moved to where all its items stay in the range.
    pub(super) fn moved(source: &Set, kind: Kind, offset: Offset) -> PackedSet {
        let recipe = Recipe::Moved {
            source: source.clone(),
            added: offset.added(),
        };
        PackedSet::of_recipe_that_lists(kind, recipe)
    }

    /// A set like a packed one that is another object.
    pub(super) fn again(source: &Set, kind: Kind) -> PackedSet {
        let recipe = Recipe::Again(source.clone());
        PackedSet::of_recipe_that_lists(kind, recipe)
    }

    /// As [`PackedSet::of_recipe`], of one that may be so long that it is carried out at once.
    pub(super) fn of_recipe_that_lists(kind: Kind, recipe: Recipe) -> PackedSet {
        let is_long = recipe.is_long();
        let set = PackedSet::of_recipe(kind, recipe);
        match is_long {
            true => {
                let table = set.recipe.carried_out(&set);
                PackedSet::of_both(kind, set.items().clone(), table)
            }
            false => set,
        }
    }

    /// As [`PackedSet::of_items`], where the table is known too.
    pub(super) fn of_both(kind: Kind, items: Items, table: Table<Item>) -> PackedSet {
        PackedSet {
            items: Listed::of(items),
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

    /// Whether it is known that no two items lie in one place.
    #[inline]
    pub(super) fn has_items_apart(&self) -> bool {
        self.kind == Kind::Indices || self.recipe.is_of_items_apart()
    }

    /// The number of items.
    #[inline]
    pub(super) fn len(&self) -> usize {
        match self.count.get() {
            Some(count) => count,
            None => self.uncounted_len(),
        }
    }

    /// The number of items, which is not kept: not part of [`PackedSet::len`], for that to be
    /// short enough to be read wherever it is asked for.
    fn uncounted_len(&self) -> usize {
        if let Some(items) = self.items.get() {
            return items.len();
        }
        if let Some(table) = self.table.get() {
            return table.len();
        }
        match self.unlisted() {
            Unlisted::Line(line) => line.len(),
            Unlisted::Grid(items) => items.len(),
            Unlisted::Moved(source, _) | Unlisted::Mirrored(source) => source.len(),
            Unlisted::GridPart(part) => part.len(),
            Unlisted::InTable => self.table().len(),
        }
    }

    /// The items, where there is no list of them.
    #[inline]
    pub(super) fn unlisted(&self) -> Unlisted<'_> {
        match &self.recipe {
            Recipe::Moved { source, added } => match source.packed() {
                Some(source) => Unlisted::Moved(source, added.number()),
                None => Unlisted::InTable,
            },
            Recipe::Again(source) => match source.packed() {
                Some(source) => Unlisted::Moved(source, 0),
                None => Unlisted::InTable,
            },
            Recipe::Grid(items) => Unlisted::Grid(items),
            Recipe::GridPart(part) => Unlisted::GridPart(&part.0),
            Recipe::Made(_) => match self.recipe.mirrored_from() {
                Some((source, _)) => Unlisted::Mirrored(source),
                None => Unlisted::InTable,
            },
            recipe => recipe.line().map_or(Unlisted::InTable, Unlisted::Line),
        }
    }

    /// Where the set lies that this one is, moved elsewhere, and a number that says by
    /// how much.
    pub(super) fn moved_from(&self) -> Option<(*const (), u64)> {
        match &self.recipe {
            Recipe::Moved { source, added } => Some((source.address(), added.number())),
            _ => None,
        }
    }

    /// The items of a grid that its are, where that is what is known of them.
    #[inline]
    pub(super) fn grid_items(&self) -> Option<&GridItems> {
        self.recipe.grid_items()
    }

    /// The grid whose cells these are, all of them, where that is what is known.
    #[inline]
    pub(super) fn all_cells(&self) -> Option<&Arc<Grid>> {
        self.grid_items()?.all_cells()
    }

    /// The grid whose cells these are, all of them or those of some colours, where that is what is
    /// known.
    pub(super) fn shown_cells(&self) -> Option<(&Arc<Grid>, Option<Colours>)> {
        match self.unlisted() {
            Unlisted::Grid(items) => Some((items.all_cells()?, None)),
            Unlisted::GridPart(part) => part.colours().map(|(grid, own)| (grid, Some(own))),
            _ => None,
        }
    }

    /// The items row by row, where they are known, or listed without a table.
    fn soon_listed(&self) -> Option<&Items> {
        match self.grid_items() {
            Some(_) => Some(self.items()),
            None => self.listed_if_mirrored(),
        }
    }

    /// The items row by row, where they are known, or those of a set that is mirrored.
    pub(super) fn listed_if_mirrored(&self) -> Option<&Items> {
        match self.is_unlisted_mirror() {
            true => Some(self.items()),
            false => self.listed(),
        }
    }

    /// How many items are kept with it: a grid that is not listed takes little.
    pub(super) fn kept(&self) -> usize {
        let is_unlisted = self.grid_items().is_some() && self.listed().is_none();
        match is_unlisted && self.table.get().is_none() {
            true => 0,
            false => self.len(),
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
        self.items.get_or_list(|| match self.unlisted() {
            Unlisted::Line(line) => line.items().collect(),
            Unlisted::Grid(items) => items.list(),
            Unlisted::Moved(source, added) if !source.is_unlisted_mirror() => {
                mapped(source.items(), |item| item.moved(added))
            }
            Unlisted::Moved(..) | Unlisted::Mirrored(_) => self.mapped_row_by_row(),
            Unlisted::GridPart(part) => part.items(self.kind),
            Unlisted::InTable => {
                let table = self.table();
                let mut items = Items::with_capacity(table.len());
                items.extend(table.iter().copied());
                items.sort_unstable();
                items
            }
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
            Recipe::Ascending | Recipe::AscendingCopied | Recipe::Grid(_) | Recipe::Line { .. }
        );
        let is_eager = self.len() <= EAGER && (is_soon_made || self.table.get().is_some());
        is_eager.then(|| self.table())
    }

    /// Whether CPython's order is neither known nor soon found, and the items are there without it.
    pub(super) fn leaves_order_open(&self) -> bool {
        let is_listed = || !matches!(self.unlisted(), Unlisted::InTable);
        !self.has_table() && (self.listed().is_some() || is_listed()) && self.eager().is_none()
    }

    /// The items in whatever order is at hand, some of which hold nothing.
    #[inline]
    pub(super) fn slots_in_any_order(&self) -> &[Item] {
        match self.items.get() {
            Some(items) => items,
            None => match self.unlisted() {
                Unlisted::InTable => self.table().slots(),
                _ => self.items(),
            },
        }
    }

    /// The line that it is, where its table is not known.
    pub(super) fn unordered_line(&self) -> Option<Line> {
        self.line().filter(|_| self.table.get().is_none())
    }

    /// All items in whatever order is at hand.
    #[inline]
    pub(super) fn fold_in_any_order<T>(&self, start: T, mut fold: impl FnMut(T, Item) -> T) -> T {
        if let Some(items) = self.items.get() {
            return items.iter().copied().fold(start, fold);
        }
        match self.unlisted() {
            Unlisted::Line(line) => line.items().fold(start, fold),
            Unlisted::Grid(items) => items.fold(start, fold),
            Unlisted::Moved(source, added) if !source.is_unlisted_mirror() => {
                let fold = |made, item: Item| fold(made, item.moved(added));
                match source.line() {
                    Some(line) => line.items().fold(start, fold),
                    None => held(source.slots_in_any_order()).fold(start, fold),
                }
            }
            Unlisted::Moved(..) | Unlisted::Mirrored(_) => {
                let (source, map) = self.mapped_from();
                let items = held(source.slots_in_any_order());
                items.fold(start, |made, item| fold(made, item.mirrored(&map)))
            }
            Unlisted::GridPart(_) => self.items().iter().copied().fold(start, fold),
            Unlisted::InTable => held(self.table().slots()).fold(start, fold),
        }
    }

    /// A number that equal sets have in common, and others hardly ever.
    pub(super) fn sum(&self) -> u64 {
        let start = self.len() as u64;
        self.fold_in_any_order(start, |sum, item| sum.wrapping_add(item.scattered()))
    }

    /// The items row by row; `None` where they would be listed by CPython's table.
    pub(super) fn items_without_table(&self) -> Option<&[Item]> {
        match self.unlisted() {
            Unlisted::InTable => self.items.get().map(|items| &items[..]),
            _ => Some(self.items()),
        }
    }

    /// Whether its order is asked for in part once more than that takes less than its table.
    pub(super) fn is_asked_often(&self) -> bool {
        /// As often.
        const SELDOM: u8 = 2;
        let asked = self.asked.load(Ordering::Relaxed);
        self.asked.store((asked + 1).min(SELDOM), Ordering::Relaxed);
        asked >= SELDOM
    }

    /// Whether CPython's table is known.
    pub(super) fn has_table(&self) -> bool {
        self.table.get().is_some()
    }

    /// Python's `item in set`.
    #[inline]
    pub(super) fn contains(&self, item: &Item) -> bool {
        match self.table.get() {
            Some(table) => table.contains(item),
            None => self.unordered_contains(item),
        }
    }

    /// Python's `item in set`, where the table is not known.
    fn unordered_contains(&self, item: &Item) -> bool {
        match self.unlisted() {
            Unlisted::Moved(source, added) if self.items.get().is_none() => {
                source.contains(&item.moved(added.wrapping_neg()))
            }
            Unlisted::Grid(items) => items.contains(item),
            _ => self.items().binary_search(item).is_ok(),
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
        if let (Some((source, added)), Some((others, other))) =
            (self.moved_from(), other.moved_from())
            && source == others
        {
            return added == other;
        }
        if let (Some(items), Some(others)) = (self.grid_items(), other.grid_items())
            && let Some(are_equal) = items.equals(others)
        {
            return are_equal;
        }
        match (self.soon_listed(), other.soon_listed()) {
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
        self.hash.get_or(|| {
            let hash = |hash: SetHash, item: Item| hash.with(item.hash());
            let all = self.fold_in_any_order(SetHash::new(), hash);
            all.finish(self.len())
        })
    }

    /// Measure of the set.
    pub(super) fn measure(&self) -> Measure {
        self.kind.measure_of(self.len())
    }
}
