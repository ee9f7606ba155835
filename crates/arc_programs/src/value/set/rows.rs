//! Sets in rows: one for each item of a loop, of which it is mostly asked what is in them.
//!
//! Programs move a patch to each of many places and count what it meets there. So what is
//! in the sets of all rows is listed one after the other, each row's in the order of rows,
//! columns and colours, and how a set is made is kept: who asks for the set of a row gets
//! the one that CPython would have, with its order, and the same one each time.

use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;

use super::super::patch::{CellLayout, Kind};
use super::super::{Failure, Measure, Value};
use super::item::{COORDINATES, Colour, Item, are_apart};
use super::items::Items;
use super::listed_rows::{self, ListedRows};
use super::recipe;
use super::set_side::SetSide;
use super::{Set, SetBuilder, met_rows};

/// One set in each row, of places or of cells of one layout, or of nothing.
#[derive(Clone)]
pub(crate) struct SetRows(Rc<Rows>);

struct Rows {
    kind: Kind,
    count: usize,
    making: Making,
    /// No row has more items.
    most: usize,
    listed: OnceCell<ListedRows>,
    made: OnceCell<Box<[OnceCell<Value>]>>,
}

/// What two sets make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OfBoth {
    /// Python's `a & b`.
    Intersection,
    /// The elements of the first that the second lacks, as a comprehension has them.
    Lacking,
    /// Python's `a | b`.
    Union,
    /// The elements of both, inserted one by one.
    Chained,
}

/// How the set of a row is made.
enum Making {
    /// A patch moved by so many rows and columns.
    Moved(SetSide, Vec<(i64, i64)>),
    OfBoth(OfBoth, SetSide, SetSide),
    /// The elements of the sets in a set of these sets, as they come first.
    Merged(Vec<SetSide>),
    /// Those of another that are listed.
    Kept(SetRows),
    /// The places of cells.
    Places(SetRows),
    /// Cells of one colour in places.
    Coloured(SetRows, CellLayout, Vec<i64>),
    /// The rows of another with these numbers.
    Picked(SetRows, Vec<u32>),
    /// As another, by calls of their own.
    Again(SetRows),
}

impl SetRows {
    /// How many items a set of a row may have: beyond it the limits of a value may be met.
    const ITEMS: usize = 1 << 16;

    /// How far a set may be moved.
    const REACH: i64 = 1 << 20;

    fn new(kind: Kind, count: usize, making: Making) -> SetRows {
        SetRows::of(kind, count, making, OnceCell::new())
    }

    fn of(kind: Kind, count: usize, making: Making, listed: OnceCell<ListedRows>) -> SetRows {
        SetRows(Rc::new(Rows {
            kind,
            count,
            most: making.most(),
            making,
            listed,
            made: OnceCell::new(),
        }))
    }

    /// A patch moved by so many rows and columns in each row; `None` where it must be moved
    /// one by one.
    pub(crate) fn moved(patch: SetSide, by: Vec<(i64, i64)>) -> Option<SetRows> {
        let kind = patch.kind()?;
        if let Some([(top, left), (bottom, right)]) = patch.bounds() {
            let reach = -SetRows::REACH..=SetRows::REACH;
            let is_near =
                |(down, right): &(i64, i64)| reach.contains(down) && reach.contains(right);
            let least = |part: fn(&(i64, i64)) -> i64| by.iter().map(part).min().unwrap_or(0);
            let most = |part: fn(&(i64, i64)) -> i64| by.iter().map(part).max().unwrap_or(0);
            let is_within = by.iter().all(is_near)
                && COORDINATES.contains(&(top + least(|by| by.0)))
                && COORDINATES.contains(&(bottom + most(|by| by.0)))
                && COORDINATES.contains(&(left + least(|by| by.1)))
                && COORDINATES.contains(&(right + most(|by| by.1)));
            if !is_within {
                return None;
            }
        }
        Some(SetRows::new(kind, by.len(), Making::Moved(patch, by)))
    }

    /// What the sets of both sides make in each row; `None` where they are not in rows, of
    /// two kinds, or large. Where both are one object in a row, so they are when it is made.
    pub(crate) fn of_both(of: OfBoth, a: SetSide, b: SetSide) -> Option<SetRows> {
        let count = [&a, &b].into_iter().find_map(SetSide::rows)?;
        let kind = SetRows::common_kind([&a, &b])?;
        let made = SetRows::new(kind, count, Making::OfBoth(of, a, b));
        made.is_small().then_some(made)
    }

    /// The elements of these sets, which a set holds that they were inserted in in turn;
    /// `None` as for [`SetRows::of_both`].
    pub(crate) fn merged(sets: Vec<SetSide>) -> Option<SetRows> {
        let count = sets.iter().find_map(SetSide::rows)?;
        let kind = SetRows::common_kind(&sets)?;
        let made = SetRows::new(kind, count, Making::Merged(sets));
        made.is_small().then_some(made)
    }

    /// The kind of all that are not nothing.
    fn common_kind<'side>(sides: impl IntoIterator<Item = &'side SetSide>) -> Option<Kind> {
        let mut kinds = sides.into_iter().filter_map(SetSide::kind);
        let first = kinds.next()?;
        kinds.all(|kind| kind == first).then_some(first)
    }

    /// Whether no row comes near the limits of a value.
    fn is_small(&self) -> bool {
        self.0.most <= SetRows::ITEMS
    }

    /// How many items a row has at most.
    pub(super) fn most(&self) -> usize {
        self.0.most
    }

    /// The items of which this is said, in the order of [`SetRows::items`], in sets
    /// that they are inserted in in the order of the sets.
    pub(crate) fn keeping(&self, is_kept: impl FnMut(usize) -> bool) -> SetRows {
        let listed = OnceCell::from(self.0.listed().keeping(is_kept));
        SetRows::of(
            self.kind(),
            self.count(),
            Making::Kept(self.clone()),
            listed,
        )
    }

    /// The places of cells; those of places as they are.
    pub(crate) fn places(&self) -> SetRows {
        match self.kind() {
            Kind::Indices => self.clone(),
            Kind::Object(_) => {
                SetRows::new(Kind::Indices, self.count(), Making::Places(self.clone()))
            }
        }
    }

    /// Cells of one colour in each row, in these places; `None` where it is beyond the range of
    /// packed sets, and of cells.
    pub(crate) fn coloured(&self, layout: CellLayout, colours: Vec<i64>) -> Option<SetRows> {
        let are_colours = colours
            .iter()
            .all(|own| Colour::new(layout, *own).is_some());
        if self.kind() != Kind::Indices || !are_colours {
            return None;
        }
        let making = Making::Coloured(self.clone(), layout, colours);
        Some(SetRows::new(Kind::Object(layout), self.count(), making))
    }

    /// The rows with these numbers.
    pub(crate) fn picked(&self, numbers: Vec<u32>) -> SetRows {
        let count = numbers.len();
        SetRows::new(self.kind(), count, Making::Picked(self.clone(), numbers))
    }

    /// Whether nobody else has them.
    pub(crate) fn is_nobody_elses(&self) -> bool {
        Rc::strong_count(&self.0) == 1
    }

    /// The sets that calls like those that made these make.
    pub(crate) fn again(&self) -> SetRows {
        SetRows::new(self.kind(), self.count(), Making::Again(self.clone()))
    }

    /// The items in a row.
    #[inline]
    pub(super) fn items_in(&self, row: usize) -> &[Item] {
        self.0.listed().row(row)
    }

    /// The corners of the smallest rectangle around all; `None` of nothing.
    pub(super) fn bounds(&self) -> Option<[(i64, i64); 2]> {
        self.0.listed().corners()
    }

    /// What the items are.
    pub(crate) fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The number of rows.
    pub(crate) fn count(&self) -> usize {
        self.0.count
    }

    /// The number of items in each row.
    pub(crate) fn lengths(&self) -> Box<dyn Iterator<Item = usize> + '_> {
        match &self.0.making {
            Making::Moved(SetSide::Same(set), by) => {
                Box::new(std::iter::repeat_n(set.len(), by.len()))
            }
            Making::OfBoth(of, a, b)
                if self.0.listed.get().is_none()
                    && let Some(counted) = met_rows::counted(*of, a, b) =>
            {
                Box::new(counted.into_iter())
            }
            _ => Box::new(self.0.listed().lengths()),
        }
    }

    /// A patch that is moved by so many rows and columns in each row, where these are that.
    pub(super) fn as_moved(&self) -> Option<(&Set, &[(i64, i64)])> {
        match &self.0.making {
            Making::Moved(SetSide::Same(patch), by) => Some((patch, by)),
            Making::Again(source) => source.as_moved(),
            _ => None,
        }
    }

    /// The measure of the largest set.
    pub(crate) fn largest_measure(&self) -> Measure {
        self.kind().measure_of(self.lengths().max().unwrap_or(0))
    }

    /// The number of items in all rows together.
    pub(crate) fn items_in_all(&self) -> usize {
        match &self.0.making {
            Making::Moved(SetSide::Same(set), by) => set.len().saturating_mul(by.len()),
            _ => self.0.listed().len(),
        }
    }

    /// The number of items of the distinct sets that are merged in each row, in all rows
    /// together; 0 of what merges none.
    pub(crate) fn items_merged(&self) -> usize {
        match &self.0.making {
            Making::Merged(sets) => listed_rows::distinct_items(sets, self.count()),
            _ => 0,
        }
    }

    /// Whether the set in a row has no items.
    pub(crate) fn is_empty(&self, row: usize) -> bool {
        self.0.listed().row(row).is_empty()
    }

    /// The upper left and the lower right corner of each row's set; `None` where one is
    /// nothing.
    pub(crate) fn corners(&self) -> Option<Vec<[(i64, i64); 2]>> {
        let listed = self.0.listed();
        (0..self.count())
            .map(|row| listed_rows::corners(listed.row(row)))
            .collect()
    }

    /// The row, the column and the colour of each item, and the row that it is in: row after
    /// row. Of places the colours mean nothing.
    pub(crate) fn items(&self) -> impl Iterator<Item = (u32, [i64; 3])> {
        let listed = self.0.listed();
        (0..self.count()).flat_map(move |row| {
            let parts = |item: &Item| [item.row(), item.column(), item.colour()];
            listed
                .row(row)
                .iter()
                .map(move |item| (row as u32, parts(item)))
        })
    }

    /// The row, the column and the colour of each item in a row; `None` where two lie in one
    /// place, so that their order matters to who paints them.
    pub(crate) fn items_apart(&self, row: usize) -> Option<impl Iterator<Item = [i64; 3]>> {
        let items = self.0.listed().row(row);
        let parts = |item: &Item| [item.row(), item.column(), item.colour()];
        are_apart(items).then(|| items.iter().map(parts))
    }

    /// Whether the set in a row equals that of another side.
    pub(crate) fn equals(&self, row: usize, other: &SetSide) -> bool {
        let (own, others) = (self.0.listed().row(row), other.items(row));
        // Items of two kinds are different.
        own == others
    }

    /// Whether the set in a row equals a value.
    pub(crate) fn equals_value(&self, row: usize, value: &Value) -> bool {
        let own = self.0.listed().row(row);
        match value.as_set() {
            Some(set) if set.len() != own.len() => false,
            Some(set) => match set.packed() {
                Some(packed) => packed.items().as_slice() == own,
                // Whatever else it holds may equal items.
                None => set.is_empty() || self.value(row).is_ok_and(|own| own.equals(value)),
            },
            None => false,
        }
    }

    /// The set in a row: the same one each time.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(crate) fn value(&self, row: usize) -> Result<&Value, Failure> {
        let made = self.0.made.get_or_init(|| {
            let rows = std::iter::repeat_with(OnceCell::new);
            rows.take(self.count()).collect()
        });
        if let Some(value) = made[row].get() {
            return Ok(value);
        }
        let value = Value::Set(self.make(row)?);
        Ok(made[row].get_or_init(|| value))
    }

    /// The same as a set.
    ///
    /// # Errors
    /// As [`SetRows::value`].
    pub(super) fn set(&self, row: usize) -> Result<Set, Failure> {
        match self.value(row)? {
            Value::Set(set) => Ok(set.clone()),
            _ => Err(Failure::WrongType),
        }
    }

    fn make(&self, row: usize) -> Result<Set, Failure> {
        match &self.0.making {
            Making::Moved(patch, by) => {
                let patch = patch.set(row)?;
                let (down, right) = by[row];
                match patch.shifted(down, right) {
                    Some(moved) => moved,
                    None if patch.is_empty() => Ok(patch),
                    None => Err(Failure::TooLarge),
                }
            }
            Making::OfBoth(of, a, b) => {
                let (a, b) = (a.set(row)?, b.set(row)?);
                match of {
                    OfBoth::Intersection => a.intersection(&b),
                    OfBoth::Lacking => a.lacking(&b),
                    OfBoth::Union => a.union(&b),
                    OfBoth::Chained => Set::chained(vec![a, b]),
                }
            }
            Making::Merged(sets) => {
                let mut whole = SetBuilder::of_sets();
                for set in sets {
                    whole.insert(Value::Set(set.set(row)?));
                }
                let whole = whole.finish()?;
                let sets = whole.only_sets().unwrap_or_default();
                whole.merged(sets)
            }
            Making::Kept(source) => source.set(row)?.keeping_items(self.0.listed().row(row)),
            Making::Places(source) => source.set(row)?.places().unwrap_or(Ok(Set::empty())),
            Making::Coloured(source, layout, colours) => {
                let coloured = source.set(row)?.coloured(*layout, colours[row]);
                coloured.unwrap_or(Ok(Set::empty()))
            }
            Making::Picked(source, numbers) => source.set(numbers[row] as usize),
            Making::Again(source) => {
                let set = source.set(row)?;
                Ok(set.again().unwrap_or(set))
            }
        }
    }
}

impl fmt::Debug for SetRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries((0..self.count()).map(|row| self.value(row)))
            .finish()
    }
}

impl Making {
    /// No row has more items than so many.
    fn most(&self) -> usize {
        match self {
            Making::Moved(patch, _) => patch.most(),
            Making::OfBoth(of, a, b) => match of {
                OfBoth::Intersection => a.most().min(b.most()),
                OfBoth::Lacking => a.most(),
                OfBoth::Union | OfBoth::Chained => a.most().saturating_add(b.most()),
            },
            Making::Merged(sets) => {
                let most = sets.iter().map(SetSide::most);
                most.fold(0, usize::saturating_add)
            }
            Making::Kept(source)
            | Making::Places(source)
            | Making::Coloured(source, ..)
            | Making::Picked(source, _)
            | Making::Again(source) => source.most(),
        }
    }
}

impl Rows {
    /// What is in the sets.
    #[inline]
    fn listed(&self) -> &ListedRows {
        match &self.making {
            Making::Again(source) => source.0.listed(),
            _ => self.listed.get_or_init(|| self.list()),
        }
    }

    fn list(&self) -> ListedRows {
        let count = self.count;
        match &self.making {
            Making::Moved(patch, by) => {
                let room = patch.items_in_all(count);
                ListedRows::of_rows(count, room, |row, items| {
                    let added = Item::offset(by[row].0, by[row].1);
                    items.extend(patch.items(row).iter().map(|item| item.moved(added)));
                })
            }
            Making::OfBoth(of, a, b) => match of {
                OfBoth::Intersection => listed_rows::intersected(count, a, b),
                OfBoth::Lacking => listed_rows::lacking(count, a, b),
                OfBoth::Union | OfBoth::Chained => {
                    listed_rows::gathered(count, &[a.clone(), b.clone()])
                }
            },
            Making::Merged(sets) => listed_rows::gathered(count, sets),
            // What is kept is listed from the start.
            Making::Kept(source) | Making::Again(source) => source.0.listed().keeping(|_| true),
            Making::Places(source) => source.0.listed().mapped(|_, item| item.uncoloured()),
            Making::Coloured(source, layout, colours) => {
                let colours = colours.iter().map(|own| Colour::new(*layout, *own));
                let colours: Vec<Option<Colour>> = colours.collect();
                source.0.listed().mapped(|row, item| match colours[row] {
                    Some(colour) => item.coloured(colour),
                    None => item,
                })
            }
            Making::Picked(source, numbers) => {
                let listed = source.0.listed();
                ListedRows::of_rows(count, 0, |row, items| {
                    items.extend_from_slice(listed.row(numbers[row] as usize));
                })
            }
        }
    }
}

impl Set {
    /// These of the items, row by row, inserted in this set's order.
    fn keeping_items(&self, kept: &[Item]) -> Result<Set, Failure> {
        let Some(packed) = self.packed() else {
            return Ok(Set::empty());
        };
        let is_in = |item: &Item| kept.binary_search(item).is_ok();
        self.made(packed, recipe::Making::Select, packed.kind(), is_in, || {
            Items::from_slice(kept)
        })
    }
}
