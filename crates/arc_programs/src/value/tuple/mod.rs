//! Tuples, in the form that fits.
//!
//! | form | holds | cost |
//! | --- | --- | --- |
//! | empty | `()` | nothing |
//! | pair, triple | two or three integers of 32 bits | nothing: lies in the value |
//! | cell | `(colour, (row, column))` of integers of 32 bits | nothing: lies in the value |
//! | grid | rows of one length, of integers from −128 to 127 | a byte a cell |
//! | row | other tuples of such integers; a row of a grid | a byte an item, shared with the grid |
//! | visited | the cells of an object that a search found | nothing until they are asked for |
//! | chained | the items of several sets | nothing until their order is asked for |
//! | items | everything else | 16 bytes an item; up to three lie beside the count |
//!
//! Constructors choose the form, and always the same one for the same items,
//! so equality rarely has to look past it; where it has to (`(1, 0)` equals
//! `(True, False)`), it compares item by item.

mod iterator;
mod making;
mod parts;

use std::sync::Arc;

use smallvec::SmallVec;

pub use self::iterator::TupleIterator;
use super::chained::Chained;
use super::hash::{CachedHash, TupleHash};
use super::identity::Identity;
use super::patch::Kind;
use super::visited::Visited;
use super::{Grid, Measure, Set, Value};

/// A tuple. Cloning it never copies its items.
#[derive(Clone)]
pub struct Tuple(Form);

#[derive(Clone)]
enum Form {
    Empty,
    Pair([i32; 2]),
    Triple([i32; 3]),
    /// The colour, the row and the column of `(colour, (row, column))`.
    ColourFirst([i32; 3]),
    Row {
        row: u32,
        grid: Arc<Grid>,
    },
    Grid(Arc<Grid>),
    Visited(Arc<Visited>),
    Chained(Arc<Chained>),
    Items(Arc<General>),
}

/// Items of which few are no piece of memory of their own: most tuples are pairs and
/// triples.
type Items = SmallVec<[Value; 3]>;

/// The general form.
struct General {
    items: Items,
    measure: Measure,
    hash: CachedHash,
}

impl Tuple {
    /// `()`.
    pub const EMPTY: Tuple = Tuple(Form::Empty);

    /// The number of items.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Empty => 0,
            Form::Pair(_) | Form::ColourFirst(_) => 2,
            Form::Triple(_) => 3,
            Form::Row { grid, .. } => grid.width(),
            Form::Grid(grid) => grid.height(),
            Form::Visited(visited) => visited.len(),
            Form::Chained(chained) => chained.len(),
            Form::Items(general) => general.items.len(),
        }
    }

    /// Whether this is `()`.
    #[inline]
    pub fn is_empty(&self) -> bool {
        matches!(self.0, Form::Empty)
    }

    /// The item at this place from the start; `None` outside.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Value> {
        match &self.0 {
            Form::Empty => None,
            Form::Pair(items) => items
                .get(index)
                .map(|item| Value::Integer(i64::from(*item))),
            Form::Triple(items) => items
                .get(index)
                .map(|item| Value::Integer(i64::from(*item))),
            Form::ColourFirst(parts) => part_of_cell(parts, index),
            Form::Row { row, grid } => {
                let item = *grid.row(*row as usize)?.get(index)?;
                Some(Value::Integer(i64::from(item)))
            }
            Form::Grid(grid) => Tuple::row_of(grid, index).map(Value::Tuple),
            Form::Visited(visited) => visited.in_order().get(index),
            Form::Chained(chained) => chained.in_order().get(index),
            Form::Items(general) => general.items.get(index).cloned(),
        }
    }

    /// A row of a grid, as a tuple.
    #[inline]
    fn row_of(grid: &Arc<Grid>, row: usize) -> Option<Tuple> {
        Some(Tuple(match *grid.row(row)? {
            [a, b] => Form::Pair([i32::from(a), i32::from(b)]),
            [a, b, c] => Form::Triple([i32::from(a), i32::from(b), i32::from(c)]),
            _ => Form::Row {
                row: u32::try_from(row).ok()?,
                grid: Arc::clone(grid),
            },
        }))
    }

    /// The item at this place, a negative one counting from the end; `None`
    /// outside.
    #[inline]
    pub fn item(&self, index: i64) -> Option<Value> {
        let index = if index < 0 {
            index.checked_add(i64::try_from(self.len()).ok()?)?
        } else {
            index
        };
        self.get(usize::try_from(index).ok()?)
    }

    /// The same items in another form, where these are listed on demand.
    #[inline]
    fn on_demand(&self) -> Option<&Tuple> {
        match &self.0 {
            Form::Visited(visited) => Some(visited.in_order()),
            Form::Chained(chained) => Some(chained.in_order()),
            _ => None,
        }
    }

    /// What all items are, where they are listed on demand.
    #[inline]
    pub(super) fn kind_on_demand(&self) -> Option<Kind> {
        match &self.0 {
            Form::Visited(visited) => Some(visited.kind()),
            Form::Chained(chained) => Some(chained.kind()),
            _ => None,
        }
    }

    /// The sets whose items these are, where they are listed on demand.
    #[inline]
    pub(crate) fn as_chained(&self) -> Option<&[Set]> {
        match &self.0 {
            Form::Chained(chained) => Some(chained.sets()),
            _ => None,
        }
    }

    /// The items as a set, where this is an object whose order may not be known yet:
    /// for whom order makes no difference.
    #[inline]
    pub(super) fn as_unordered(&self) -> Option<&Set> {
        match &self.0 {
            Form::Visited(visited) => Some(visited.cells()),
            _ => None,
        }
    }

    /// The two items, where this is a pair in its fast form.
    #[inline]
    pub fn as_pair(&self) -> Option<(i64, i64)> {
        match self.0 {
            Form::Pair([first, second]) => Some((i64::from(first), i64::from(second))),
            _ => None,
        }
    }

    /// The three items, where this is a triple in its fast form.
    #[inline]
    pub fn as_triple(&self) -> Option<(i64, i64, i64)> {
        match self.0 {
            Form::Triple([first, second, third]) => {
                Some((i64::from(first), i64::from(second), i64::from(third)))
            }
            _ => None,
        }
    }

    /// The row, the column and the colour, where this is a cell `(colour, (row,
    /// column))` in its fast form.
    #[inline]
    pub fn as_colour_first(&self) -> Option<(i64, i64, i64)> {
        match self.0 {
            Form::ColourFirst([colour, row, column]) => {
                Some((i64::from(row), i64::from(column), i64::from(colour)))
            }
            _ => None,
        }
    }

    /// The grid, where this is one in its fast form.
    #[inline]
    pub fn as_grid(&self) -> Option<&Arc<Grid>> {
        match &self.0 {
            Form::Grid(grid) => Some(grid),
            _ => self.on_demand()?.as_grid(),
        }
    }

    /// The items, where they are signed bytes and neither two nor three: the form of
    /// most rows of grids.
    #[inline]
    pub fn as_bytes(&self) -> Option<&[i8]> {
        match &self.0 {
            Form::Row { row, grid } => grid.row(*row as usize),
            _ => None,
        }
    }

    /// The items as a slice, where they are in the general form.
    #[inline]
    pub fn as_slice(&self) -> Option<&[Value]> {
        match &self.0 {
            Form::Items(general) => Some(&general.items),
            _ => self.on_demand()?.as_slice(),
        }
    }

    /// Python's `==`: the same length, and items that are identical or equal.
    pub fn equals(&self, other: &Tuple) -> bool {
        match (&self.0, &other.0) {
            (Form::Visited(a), Form::Visited(b)) if Arc::ptr_eq(a, b) => true,
            (Form::Chained(a), Form::Chained(b)) if Arc::ptr_eq(a, b) => true,
            (Form::Visited(a), _) => a.in_order().equals(other),
            (Form::Chained(a), _) => a.in_order().equals(other),
            (_, Form::Visited(b)) => self.equals(b.in_order()),
            (_, Form::Chained(b)) => self.equals(b.in_order()),
            (Form::Pair(a), Form::Pair(b)) => a == b,
            (Form::Triple(a), Form::Triple(b)) => a == b,
            (Form::ColourFirst(a), Form::ColourFirst(b)) => a == b,
            (Form::Empty, Form::Empty) => true,
            (Form::Grid(a), Form::Grid(b)) => Arc::ptr_eq(a, b) || a.equals(b),
            (Form::Row { .. }, Form::Row { .. }) => self.as_bytes() == other.as_bytes(),
            (Form::Items(a), Form::Items(b)) => {
                Arc::ptr_eq(a, b)
                    || (a.items.len() == b.items.len()
                        && !matches!((a.hash.known(), b.hash.known()), (Some(a), Some(b)) if a != b)
                        && a.items.iter().zip(&b.items).all(|(a, b)| a.same(b)))
            }
            _ => {
                self.len() == other.len() && self.iter().zip(other.iter()).all(|(a, b)| a.same(&b))
            }
        }
    }

    /// Python's `hash`.
    #[inline]
    pub fn hash(&self) -> i64 {
        match &self.0 {
            Form::Empty => TupleHash::new().finish(),
            Form::Pair(items) => TupleHash::of_integers(items),
            Form::Triple(items) => TupleHash::of_integers(items),
            Form::ColourFirst(parts) => TupleHash::of_colour_first(*parts),
            Form::Row { row, grid } => {
                TupleHash::of_bytes(grid.row(*row as usize).unwrap_or_default())
            }
            Form::Grid(grid) => grid.hash(),
            Form::Visited(visited) => visited.in_order().hash(),
            Form::Chained(chained) => chained.in_order().hash(),
            Form::Items(general) => general.hash.get_or(|| {
                let mut hash = TupleHash::new();
                for item in &general.items {
                    hash.push(item.hash());
                }
                hash.finish()
            }),
        }
    }

    /// Which tuple it is: of a long one, by where its items lie.
    pub(super) fn identity(&self) -> Identity {
        match &self.0 {
            Form::Empty => Identity::of_empty_tuple(),
            Form::Pair(items) => Identity::of_pair(*items),
            Form::Triple(items) => Identity::of_triple(*items),
            Form::ColourFirst(parts) => Identity::of_colour_first(*parts),
            Form::Row { row, grid } => {
                Identity::of_row(grid.row(*row as usize).unwrap_or_default())
            }
            Form::Grid(grid) => Identity::of_grid(Arc::as_ptr(grid)),
            Form::Visited(visited) => Identity::of_visited(Arc::as_ptr(visited)),
            Form::Chained(chained) => Identity::of_chained(Arc::as_ptr(chained)),
            Form::Items(general) => Identity::of_items(Arc::as_ptr(general)),
        }
    }

    /// How deep the tuple nests and how much there is of it.
    #[inline]
    pub fn measure(&self) -> Measure {
        match &self.0 {
            Form::Grid(grid) => Measure {
                depth: 2,
                ..Measure::flat(grid.cells().len() + grid.height())
            },
            // The tuple, the colour, and the place with its two parts.
            Form::ColourFirst(_) => Measure {
                depth: 2,
                ..Measure::flat(4)
            },
            Form::Visited(visited) => visited.measure(),
            Form::Chained(chained) => chained.measure(),
            Form::Items(general) => general.measure,
            _ => Measure::flat(self.len()),
        }
    }
}

/// A part of `(colour, (row, column))`; `None` beyond the second.
#[inline]
fn part_of_cell([colour, row, column]: &[i32; 3], index: usize) -> Option<Value> {
    match index {
        0 => Some(Value::Integer(i64::from(*colour))),
        1 => Some(Value::Tuple(Tuple(Form::Pair([*row, *column])))),
        _ => None,
    }
}
