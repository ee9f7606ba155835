//! Recipes: how a set gets CPython's order once somebody asks for it.
//!
//! A recipe is what CPython did to make the set, with the sets that it took:
//! carrying it out does the same on items of eight bytes. It is carried out at
//! most once for a set, and so for each set that it takes. It spends no steps and
//! never fails.
//!
//! A recipe keeps the sets that it takes, and they keep theirs. So one that would
//! grow too long, or keep too much, is carried out at once
//! ([`Recipe::is_long`]): neither carrying out nor dropping goes deep.

use std::sync::Arc;

use smallvec::SmallVec;

use super::super::affine::Affine;
use super::super::patch::CellLayout;
use super::super::{Grid, Value};
use super::brief::Brief;
use super::general::General;
use super::grid_items::GridItems;
use super::grid_part::GridPart;
use super::growth::slots_with;
use super::growth::{slots_of_copy, slots_of_union};
use super::item::{COORDINATES, Colour, Item};
use super::items::held;
use super::line::{Line, Way};
use super::outline::Outline;
use super::packed::PackedSet;
use super::search::ObjectSearch;
use super::table::Table;
use super::{Form, Set};

/// How many recipes may lie behind a set, one behind the other.
const LENGTH: u32 = 64;

/// How many items the sets that a recipe takes may have, and those that theirs
/// take.
const ITEMS: usize = 1 << 20;

/// How a set's table is made of its items.
pub(super) enum Recipe {
    /// Not any more: the table is known.
    Known,
    /// The items are inserted row by row.
    Ascending,
    /// The same, and these are the items: a [`Line`], whose fields lie here for a
    /// recipe to take 16 bytes.
    Line { first: Item, count: u32, way: Way },
    /// The items of a grid are inserted row by row, and these are the items.
    Grid(Box<GridItems>),
    /// The sides of a rectangle are put together: an [`Outline`], likewise.
    Outline {
        first: Item,
        height: u16,
        width: u16,
    },
    /// The items of a set are inserted in its order, each moved by what is added to it:
    /// they are all that is known of the items, too.
    Moved { source: Set, added: Added },
    /// The table is that of a set, which is another object, and so are the items.
    Again(Set),
    /// The table follows from that of one set, in a way that takes no room.
    OfOne { source: Set, brief: Brief },
    /// The table follows from that of all cells of a grid, and these are the items.
    GridPart(Box<(GridPart, Making, Sources)>),
    /// The items are inserted row by row, and the set is copied.
    AscendingCopied,
    /// These objects' cells are found in a grid, and this is one of them.
    Object(Arc<ObjectSearch>, u32),
    /// The table follows from those of other sets.
    Made(Box<(Making, Sources)>),
}

/// What makes one table of others.
pub(super) enum Making {
    /// `frozenset(set(source))`.
    Copy,
    /// The source's items are inserted in its order, each moved by so much.
    Shift(Offset),
    /// The same, each moved by a map that sends no two of them to one place.
    Mirror(Affine),
    /// The same, each in one colour.
    Colour(Colour),
    /// The same, each in the colour of a grid, those outside of it left out.
    Show(CellLayout, Arc<Grid>),
    /// The same, each without its colour.
    Places,
    /// The same, but only those of the set.
    Select,
    /// The source is copied, and what is not in the set is discarded.
    Discard,
    /// The first source is copied, and the others are merged.
    Union,
    /// The items of all sources are inserted, each source's in its order.
    Chain,
    /// The same of the sets in the source, which is a set of sets.
    Merge,
}

/// The sets that a recipe takes.
pub(super) struct Sources {
    sets: SmallVec<[Set; 2]>,
    /// How many recipes lie behind it, one behind the other.
    length: u32,
    /// How many items the sets have that are kept.
    items: usize,
}

impl Sources {
    fn of(sets: SmallVec<[Set; 2]>) -> Sources {
        let (length, items) = Sources::behind(&sets);
        Sources {
            sets,
            length,
            items,
        }
    }

    /// How many recipes lie behind one that takes these sets, itself among them, and
    /// how many items.
    fn behind(sets: &[Set]) -> (u32, usize) {
        let (mut length, mut items) = (1, 0_usize);
        let mut counted = None;
        for packed in sets.iter().filter_map(Set::packed) {
            items = items.saturating_add(packed.kept());
            let recipe = packed.recipe();
            let Some(behind) = recipe.behind() else {
                continue;
            };
            length = length.max(behind.0 + 1);
            // One set moved to many places is kept once.
            let source = recipe.only_source().map(Set::address);
            if source.is_none() || source != counted {
                items = items.saturating_add(behind.1);
            }
            counted = source;
        }
        (length, items)
    }

    /// The same of a recipe that takes one set.
    fn behind_one(source: &Set) -> (u32, usize) {
        let Some(packed) = source.packed() else {
            return (1, 0);
        };
        let kept = packed.kept();
        match packed.recipe().behind() {
            Some((length, items)) => (length + 1, kept.saturating_add(items)),
            None => (1, kept),
        }
    }

    /// The table of the items of all, of which there are so many, inserted one by one.
    fn chained(&self, count: usize) -> Table<Item> {
        chained(self.sets.iter().filter_map(Set::packed), count)
    }

    /// The same of the sets in the source.
    fn merged(&self, count: usize) -> Table<Item> {
        let Some(Form::General(general)) = self.sets.first().map(|set| &*set.0) else {
            return Table::new();
        };
        let sets = general.table().iter().filter_map(General::value);
        let sets = sets.filter_map(Value::as_set);
        chained(sets.filter_map(Set::packed), count)
    }
}

/// What is added to items to move them. Of its eight bytes the two that would change
/// their colours are always 0, and are left out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Added([u16; 3]);

impl Added {
    fn new(added: u64) -> Added {
        Added([
            (added >> 16) as u16,
            (added >> 32) as u16,
            (added >> 48) as u16,
        ])
    }

    /// What [`Item::moved`] takes.
    #[inline]
    pub(super) fn number(self) -> u64 {
        let [low, middle, high] = self.0;
        u64::from(low) << 16 | u64::from(middle) << 32 | u64::from(high) << 48
    }
}

/// A vector by which items are moved.
#[derive(Clone, Copy)]
pub(super) struct Offset {
    down: i64,
    right: i64,
    added: u64,
}

impl Offset {
    /// `None` for what moves every item out of the range.
    pub(super) fn new(down: i64, right: i64) -> Option<Offset> {
        let reach = COORDINATES.end() - COORDINATES.start();
        let is_within = |part: i64| (-reach..=reach).contains(&part);
        (is_within(down) && is_within(right)).then(|| Offset {
            down,
            right,
            added: Item::offset(down, right),
        })
    }

    /// What moves by the vector to a place from the origin.
    pub(super) fn to(place: Item) -> Option<Offset> {
        Offset::new(place.row(), place.column())
    }

    /// Whether all items of a set stay in the range.
    pub(super) fn keeps_in_range(self, set: &PackedSet) -> bool {
        let keeps = |(row, column): (i64, i64)| {
            COORDINATES.contains(&(row + self.down)) && COORDINATES.contains(&(column + self.right))
        };
        set.corners().into_iter().all(keeps)
    }

    /// An item moved, which stays in the range.
    #[inline]
    pub(super) fn apply(self, item: Item) -> Item {
        item.moved(self.added)
    }

    pub(super) fn added(self) -> Added {
        Added::new(self.added)
    }
}

const _: () = assert!(size_of::<Recipe>() == 16);

impl Recipe {
    /// One that takes these sets.
    pub(super) fn of(making: Making, sources: impl IntoIterator<Item = Set>) -> Recipe {
        Recipe::Made(Box::new((
            making,
            Sources::of(sources.into_iter().collect()),
        )))
    }

    /// One that takes one set.
    pub(super) fn of_one(making: Making, source: Set) -> Recipe {
        match Brief::of(&making) {
            Some(brief) => Recipe::OfOne { source, brief },
            None => Recipe::of(making, [source]),
        }
    }

    /// The items of a grid that the set's are, where that is what is known of them.
    #[inline]
    pub(super) fn grid_items(&self) -> Option<&GridItems> {
        match self {
            Recipe::Grid(items) => Some(items),
            _ => None,
        }
    }

    /// One that takes all cells of a grid.
    pub(super) fn of_part(part: GridPart, making: Making, all: Set) -> Recipe {
        let sources = Sources::of(SmallVec::from_iter([all]));
        Recipe::GridPart(Box::new((part, making, sources)))
    }

    /// Whether all items are known to be cells of one colour.
    pub(super) fn is_of_one_colour(&self) -> bool {
        match self {
            Recipe::Object(search, _) => search.is_univalued(),
            Recipe::OfOne { brief, .. } => matches!(brief, Brief::Colour(_)),
            _ => false,
        }
    }

    /// Whether it is known that no two items lie in one place.
    pub(super) fn is_of_items_apart(&self) -> bool {
        let are_apart = |source: &Set| source.packed().is_some_and(PackedSet::has_items_apart);
        match self {
            // Of a grid, and of an object of one, each cell is there once.
            Recipe::Object(..) | Recipe::Grid(_) | Recipe::GridPart(_) => true,
            Recipe::Moved { source, .. } | Recipe::Again(source) => are_apart(source),
            Recipe::OfOne { source, brief } => match brief {
                Brief::Colour(_) | Brief::Places => true,
                Brief::Copy | Brief::Select | Brief::Discard => are_apart(source),
            },
            Recipe::Made(made) => match made.0 {
                Making::Show(..) => true,
                Making::Mirror(_) => made.1.sets.first().is_some_and(are_apart),
                _ => false,
            },
            _ => false,
        }
    }

    /// The line that the set is, where it is known as one.
    #[inline]
    pub(super) fn line(&self) -> Option<Line> {
        match *self {
            Recipe::Line { first, count, way } => Some(Line { first, count, way }),
            _ => None,
        }
    }

    /// How many recipes lie behind it, one behind the other, and how many items; `None`
    /// of one that takes no sets.
    fn behind(&self) -> Option<(u32, usize)> {
        match self {
            Recipe::Made(made) => Some((made.1.length, made.1.items)),
            Recipe::GridPart(part) => Some((part.2.length, part.2.items)),
            Recipe::Moved { source, .. } | Recipe::Again(source) | Recipe::OfOne { source, .. } => {
                Some(Sources::behind_one(source))
            }
            _ => None,
        }
    }

    /// The set that it takes, where it takes one.
    fn only_source(&self) -> Option<&Set> {
        match self {
            Recipe::Moved { source, .. } | Recipe::Again(source) | Recipe::OfOne { source, .. } => {
                Some(source)
            }
            Recipe::Made(made) => match made.1.sets.as_slice() {
                [source] => Some(source),
                _ => None,
            },
            _ => None,
        }
    }

    /// The set whose items, moved by a map that sends no two of them to one place, are these.
    #[inline]
    pub(super) fn mirrored_from(&self) -> Option<(&PackedSet, &Affine)> {
        let Recipe::Made(made) = self else {
            return None;
        };
        match &**made {
            (Making::Mirror(affine), sources) => sources.sets.first()?.packed().zip(Some(affine)),
            _ => None,
        }
    }

    /// One that takes a set of these sets.
    pub(super) fn merging(whole: Set, sets: &[Set]) -> Recipe {
        let (length, items) = Sources::behind(sets);
        let sources = Sources {
            sets: SmallVec::from_iter([whole]),
            length,
            items,
        };
        Recipe::Made(Box::new((Making::Merge, sources)))
    }

    /// Whether it is better carried out at once.
    pub(super) fn is_long(&self) -> bool {
        let is_long = |(length, items)| length > LENGTH || items > ITEMS;
        self.behind().is_some_and(is_long)
    }

    /// How many slots the table has of a set of so many items, none of which was taken out of it
    /// again; `None` where this does not say.
    pub(super) fn slots(&self, count: usize) -> Option<usize> {
        match self {
            Recipe::Moved { .. } => Some(slots_with(count).0),
            Recipe::Made(made) => made.0.slots(&made.1.sets, count),
            Recipe::OfOne { source, brief } => {
                brief.making().slots(std::slice::from_ref(source), count)
            }
            _ => None,
        }
    }

    /// The table of a set that has its items.
    pub(super) fn carried_out(&self, set: &PackedSet) -> Table<Item> {
        match self {
            // A set whose table is known is not asked, and its items would do.
            Recipe::Known | Recipe::Ascending | Recipe::Grid(_) | Recipe::Line { .. } => {
                Table::from_distinct(set.items().iter().copied())
            }
            Recipe::AscendingCopied => {
                Table::from_distinct(set.items().iter().copied()).into_copy()
            }
            &Recipe::Outline {
                first,
                height,
                width,
            } => Outline {
                first,
                height,
                width,
            }
            .table(),
            Recipe::Object(search, number) => search.order_of(*number as usize),
            Recipe::Again(source) => source.packed().map_or_else(Table::new, |packed| {
                let table: &Table<Item> = packed.table();
                table.clone()
            }),
            Recipe::Moved { source, added } => {
                let (items, added) = (source.items_in_order(), added.number());
                Table::from_distinct(items.map(|item| item.moved(added)))
            }
            Recipe::Made(made) => carried_out(&made.0, &made.1, set),
            Recipe::GridPart(part) => carried_out(&part.1, &part.2, set),
            Recipe::OfOne { source, brief } => {
                of_one(&brief.making(), std::slice::from_ref(source), set)
            }
        }
    }
}

/// The table that is made of others of a set that has its items.
fn carried_out(making: &Making, sources: &Sources, set: &PackedSet) -> Table<Item> {
    match making {
        Making::Chain => sources.chained(set.len()),
        Making::Merge => sources.merged(set.len()),
        _ => of_one(making, &sources.sets, set),
    }
}

/// The same, which goes over the first one of these sets.
fn of_one(making: &Making, sources: &[Set], set: &PackedSet) -> Table<Item> {
    let packed = sources.iter().filter_map(Set::packed);
    if let (Making::Select, Some(source)) = (making, packed.clone().next())
        && let Some(few) = source.few_in_order(set.items())
    {
        return Table::from_distinct(few);
    }
    let is_in = |item: &Item| set.items().binary_search(item).is_ok();
    making.carried_out(packed.map(PackedSet::table), is_in)
}

/// The table of the items of these sets, of which there are so many, inserted one by
/// one.
fn chained<'set>(sets: impl Iterator<Item = &'set PackedSet>, count: usize) -> Table<Item> {
    let mut chained = Table::new();
    let mut line_table = Table::new();
    for packed in sets {
        match packed.unordered_line() {
            // As nobody else asked for its order, it is not kept.
            Some(line) => {
                line_table.clear();
                line.items()
                    .for_each(|item| line_table.insert_distinct(item));
                chain(&mut chained, &line_table);
            }
            None => chain(&mut chained, packed.table()),
        }
        if chained.len() == count {
            // What is left is there already, mostly in one line after the other.
            break;
        }
    }
    chained
}

/// Inserts the items of another table one by one.
fn chain(chained: &mut Table<Item>, other: &Table<Item>) {
    for item in held(other.slots()) {
        chained.insert(item);
    }
}

impl Making {
    /// How many slots the table has that it makes of these sets, with so many items; `None` where
    /// some were taken out again.
    fn slots(&self, sources: &[Set], count: usize) -> Option<usize> {
        match self {
            Making::Copy => Some(slots_of_copy(count)),
            Making::Discard => None,
            Making::Union => match sources {
                [own, other] => Some(slots_of_union(own.len(), other.len())),
                _ => None,
            },
            _ => Some(slots_with(count).0),
        }
    }

    /// The table that it makes of others; some ways must be told what is in it.
    pub(super) fn carried_out<'table>(
        &self,
        mut sources: impl Iterator<Item = &'table Table<Item>>,
        is_in: impl Fn(&Item) -> bool,
    ) -> Table<Item> {
        let Some(source) = sources.next() else {
            return Table::new();
        };
        let items = held(source.slots());
        match self {
            Making::Copy => Table::copy_of(source),
            Making::Shift(offset) => Table::from_distinct(items.map(|item| offset.apply(item))),
            Making::Mirror(affine) => Table::from_distinct(items.map(|item| item.mirrored(affine))),
            Making::Colour(colour) => Table::from_items(items.map(|item| item.coloured(*colour))),
            Making::Show(layout, grid) => {
                Table::from_items(items.filter_map(|item| item.shown_on(*layout, grid)))
            }
            Making::Places => Table::from_items(items.map(Item::uncoloured)),
            Making::Select => Table::from_distinct(items.filter(is_in)),
            Making::Discard => {
                let mut kept = Table::copy_of(source);
                kept.discard(|item| !is_in(item));
                kept
            }
            Making::Union => {
                let mut union = Table::copy_of(source);
                sources.for_each(|other| union.merge(other));
                union
            }
            Making::Chain | Making::Merge => {
                let mut chained = Table::from_items(items);
                for other in sources {
                    chain(&mut chained, other);
                }
                chained
            }
        }
    }
}
