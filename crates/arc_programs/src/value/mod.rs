//! The value model: what a program of the reference can see of CPython 3.11.
//!
//! Programs look at more of CPython than their authors meant. A primitive that
//! takes "the first element of a set" observes the set's table; one that sorts
//! by a partly ordered key observes the merge order of the list sort. So this
//! room holds CPython's semantics, not an approximation: its hashes
//! ([`mod@hash`]), its set table ([`Set`]), its comparisons and its
//! list sort ([`order`]), its operators ([`number`]).
//!
//! # Forms
//!
//! A [`Value`] is an enum of 16 bytes. Nearly all values in ARC programs are
//! small integers, pairs and triples of them, and grids of colours, so tuples
//! have fast forms: pairs and triples of 32-bit integers, and cells of both layouts
//! ([`CellLayout`]), lie in the value itself, and rectangles of signed bytes are a [`Grid`]. The forms are private to
//! [`Tuple`]: its constructors choose, everybody else reads through `len`,
//! `get` and `iter`, or asks for a form by name (`as_pair`, `as_grid`) and
//! has another way when the answer is `None`. Two tuples that CPython would
//! call equal are equal and hash alike in whatever form; a property test holds
//! the forms against the general one.
//!
//! The form of a [`Set`] is private too, to its folder: a [`SetBuilder`] makes
//! it, it yields values, and operations between sets are its own. What it holds is
//! kept apart from CPython's order, which is computed when it is asked for. What
//! programs do most with sets (and with tuples in their place) is arithmetic on
//! patches of small integers: [`SmallPatch`] is the view of one, [`affine`] what
//! moves it.
//!
//! # Equality
//!
//! Python has two equalities and so has this room: [`Value::equals`] is `==`,
//! under which `nan` differs from itself; [`Value::same`] is the "identical or
//! equal" of containers, under which `nan` is found. `Value` has no
//! `PartialEq`, so that the choice is always written down. All `nan`s count as
//! one object: the reference's primitives return `math.nan`, and one made by
//! arithmetic is too rare to carry an identity.
//!
//! # Limits
//!
//! A value knows how deep it nests and how many parts it has, counted as a
//! tree ([`Measure`]). Constructors refuse to go beyond [`Measure::DEPTH`] and
//! [`Measure::WEIGHT`], so every walk over a value (equality, hash, text,
//! dropping) is bounded in stack and in time, even where a small program
//! shares parts to build an exponentially large tree.

pub mod affine;
pub mod canonical;
mod census;
mod chained;
mod failure;
mod foreign;
mod function;
mod grid;
mod grid_parts;
pub mod hash;
mod identity;
pub mod json;
mod measure;
pub mod number;
pub mod order;
mod patch;
mod planes;
mod set;
mod tuple;
mod visited;

#[cfg(test)]
pub(crate) mod properties;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

pub use census::Census;
pub(crate) use chained::Chained;
pub use failure::Failure;
pub use foreign::{ForeignCall, ForeignFunction, Raised};
pub use function::{Closure, Operation, PrimitiveId};
pub use grid::Grid;
pub(crate) use identity::Identity;
pub use measure::Measure;
pub use patch::{Bounds, CellLayout, Cells, Kind, Places, SmallPatch};
pub(crate) use set::{Colours, OfBoth, SetRows, SetSide};
pub use set::{Lines, ObjectSearch, Product, Rectangle, Set, SetBuilder, SetIterator, Shape};
pub use tuple::{Tuple, TupleIterator};

/// Outcome of an operation on values: a value, or why there is none.
pub type Outcome = Result<Value, Failure>;

/// A value of a program.
///
/// Cloning never copies contents: it is a copy of 16 bytes, and at most one
/// reference count.
#[derive(Clone)]
pub enum Value {
    /// Python's `None`.
    None,
    /// A boolean, which is also the integer 0 or 1 in all operations.
    Boolean(bool),
    /// An integer of 64 bits.
    Integer(i64),
    /// A float; in practice `nan`, an infinity, or what arithmetic with
    /// infinities leaves behind.
    Float(f64),
    /// A tuple: vectors, cells, grids, samples.
    Tuple(Tuple),
    /// A frozenset: indices, objects, palettes.
    Set(Set),
    /// A primitive of the DSL, by its place in the DSL's table.
    Primitive(PrimitiveId),
    /// A function that a primitive made, or that comes from outside.
    Closure(Arc<Closure>),
}

const _: () = assert!(size_of::<Value>() == 16 && size_of::<Outcome>() == 16);

impl Value {
    /// The empty tuple, which is also the default of most failing calls.
    pub const EMPTY_TUPLE: Value = Value::Tuple(Tuple::EMPTY);

    /// The one `nan` that primitives return.
    pub const NAN: Value = Value::Float(f64::NAN);

    /// The tuple of these values, in its fastest form.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] or [`Failure::TooLarge`] beyond the limits of
    /// [`Measure`].
    pub fn tuple(items: Vec<Value>) -> Outcome {
        Tuple::new(items).map(Value::Tuple)
    }

    /// The tuple of two values, as [`Value::tuple`]; two integers take no
    /// allocation.
    ///
    /// # Errors
    /// As [`Value::tuple`].
    #[inline]
    pub fn tuple_of_two(first: Value, second: Value) -> Outcome {
        match (&first, &second) {
            (Value::Integer(first), Value::Integer(second)) => Ok(Value::pair(*first, *second)),
            (Value::Tuple(top), Value::Tuple(bottom)) => match Tuple::of_pairs(top, bottom) {
                Some(tuple) => Ok(Value::Tuple(tuple)),
                None => Tuple::of_few([first, second]).map(Value::Tuple),
            },
            (Value::Integer(colour), Value::Tuple(place)) => match place.as_pair() {
                Some((row, column)) => Tuple::colour_first(row, column, *colour).map(Value::Tuple),
                None => Tuple::of_few([first, second]).map(Value::Tuple),
            },
            _ => Tuple::of_few([first, second]).map(Value::Tuple),
        }
    }

    /// The tuple of three values, as [`Value::tuple`]; three integers take no
    /// allocation.
    ///
    /// # Errors
    /// As [`Value::tuple`].
    #[inline]
    pub fn tuple_of_three(first: Value, second: Value, third: Value) -> Outcome {
        match (&first, &second, &third) {
            (Value::Integer(first), Value::Integer(second), Value::Integer(third)) => {
                Ok(Value::triple(*first, *second, *third))
            }
            _ => Tuple::of_few([first, second, third]).map(Value::Tuple),
        }
    }

    /// The tuple `(first, second)` of two integers.
    pub fn pair(first: i64, second: i64) -> Value {
        Value::Tuple(Tuple::pair(first, second))
    }

    /// The tuple `(first, second, third)` of three integers: a cell.
    pub fn triple(first: i64, second: i64, third: i64) -> Value {
        Value::Tuple(Tuple::triple(first, second, third))
    }

    /// The frozenset that CPython builds by inserting these values in turn.
    ///
    /// # Errors
    /// As [`Value::tuple`].
    pub fn set(items: impl IntoIterator<Item = Value>) -> Outcome {
        Set::from_values(items).map(Value::Set)
    }

    /// An empty frozenset.
    pub fn empty_set() -> Value {
        Value::Set(Set::empty())
    }

    /// The integer, where the value is an integer or a boolean: what
    /// `isinstance(value, int)` accepts.
    #[inline]
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Value::Integer(integer) => Some(*integer),
            Value::Boolean(boolean) => Some(i64::from(*boolean)),
            _ => None,
        }
    }

    /// The integer (not a boolean) from −128 to 127: what a cell of a [`Grid`]
    /// holds.
    #[inline]
    pub fn as_byte(&self) -> Option<i8> {
        match self {
            Value::Integer(integer) => i8::try_from(*integer).ok(),
            _ => None,
        }
    }

    /// The integer, as [`Value::as_integer`].
    ///
    /// # Errors
    /// [`Failure::WrongType`] for anything but an integer or a boolean.
    #[inline]
    pub fn integer(&self) -> Result<i64, Failure> {
        self.as_integer().ok_or(Failure::WrongType)
    }

    /// The tuple, where the value is one.
    #[inline]
    pub fn as_tuple(&self) -> Option<&Tuple> {
        match self {
            Value::Tuple(tuple) => Some(tuple),
            _ => None,
        }
    }

    /// The set, where the value is one.
    #[inline]
    pub fn as_set(&self) -> Option<&Set> {
        match self {
            Value::Set(set) => Some(set),
            _ => None,
        }
    }

    /// The grid, where the value is a rectangle of signed bytes: a tuple of at least
    /// one row, whose rows are of one length above zero and hold integers (not
    /// booleans) from −128 to 127 only. A fast form; `None` says nothing about
    /// what the reference would call a grid.
    #[inline]
    pub fn as_grid(&self) -> Option<&Arc<Grid>> {
        self.as_tuple().and_then(Tuple::as_grid)
    }

    /// The pair, where the value is a tuple of two small integers (not
    /// booleans). A fast form; use [`Value::unpack`] for the general case.
    #[inline]
    pub fn as_pair(&self) -> Option<(i64, i64)> {
        self.as_tuple().and_then(Tuple::as_pair)
    }

    /// The triple, where the value is a tuple of three small integers (not
    /// booleans). A fast form; use [`Value::unpack`] for the general case.
    #[inline]
    pub fn as_triple(&self) -> Option<(i64, i64, i64)> {
        self.as_tuple().and_then(Tuple::as_triple)
    }

    /// Whether this is the empty tuple; the same as `value == ()`.
    #[inline]
    pub fn is_empty_tuple(&self) -> bool {
        self.as_tuple().is_some_and(Tuple::is_empty)
    }

    /// Whether a condition holds this value for true: zero, `None`, and empty
    /// containers are false, all else is true (`nan` and functions too).
    pub fn is_true(&self) -> bool {
        match self {
            Value::None => false,
            Value::Boolean(boolean) => *boolean,
            Value::Integer(integer) => *integer != 0,
            Value::Float(float) => *float != 0.0,
            Value::Tuple(tuple) => !tuple.is_empty(),
            Value::Set(set) => !set.is_empty(),
            Value::Primitive(_) | Value::Closure(_) => true,
        }
    }

    /// Python's `len`.
    ///
    /// # Errors
    /// [`Failure::WrongType`] for anything but a tuple or a set.
    #[inline]
    pub fn length(&self) -> Result<usize, Failure> {
        match self {
            Value::Tuple(tuple) => Ok(tuple.len()),
            Value::Set(set) => Ok(set.len()),
            _ => Err(Failure::WrongType),
        }
    }

    /// The items in Python's order: a tuple's from first to last, a set's by
    /// slot.
    ///
    /// # Errors
    /// [`Failure::WrongType`] for anything but a tuple or a set.
    #[inline]
    pub fn items(&self) -> Result<Items<'_>, Failure> {
        match self {
            Value::Tuple(tuple) => Ok(Items::Tuple(tuple.iter())),
            Value::Set(set) => Ok(Items::Set(set.iter())),
            _ => Err(Failure::WrongType),
        }
    }

    /// The item with this number in that order; `None` where there is none.
    ///
    /// # Errors
    /// As [`Value::items`].
    pub(crate) fn nth_item(&self, number: usize) -> Result<Option<Value>, Failure> {
        match self {
            Value::Set(set) => Ok(set.nth(number)),
            Value::Tuple(tuple) => Ok(tuple.get(number)),
            _ => Err(Failure::WrongType),
        }
    }

    /// Python's `value[index]` with an integer index, negative ones from the
    /// end.
    ///
    /// # Errors
    /// [`Failure::WrongType`] for anything but a tuple (sets have no index),
    /// [`Failure::MissingItem`] outside it.
    #[inline]
    pub fn item(&self, index: i64) -> Outcome {
        match self {
            Value::Tuple(tuple) => tuple.item(index).ok_or(Failure::MissingItem),
            _ => Err(Failure::WrongType),
        }
    }

    /// Python's `value[index]` with any value as index.
    ///
    /// # Errors
    /// As [`Value::item`]; [`Failure::WrongType`] too for an index that is no
    /// integer.
    pub fn item_at(&self, index: &Value) -> Outcome {
        match self {
            Value::Tuple(_) => self.item(index.integer()?),
            _ => Err(Failure::WrongType),
        }
    }

    /// The items of a container of exactly `COUNT` items, as an unpacking
    /// assignment or loop target takes them (from sets too, in slot order).
    ///
    /// # Errors
    /// [`Failure::WrongType`] for what cannot be iterated,
    /// [`Failure::WrongValue`] for another number of items.
    pub fn unpack<const COUNT: usize>(&self) -> Result<[Value; COUNT], Failure> {
        if self.length()? != COUNT {
            return Err(Failure::WrongValue);
        }
        if let Value::Tuple(tuple) = self {
            let part = |index| tuple.get(index).unwrap_or(Value::None);
            return Ok(std::array::from_fn(part));
        }
        let mut items = self.items()?;
        let unpacked = std::array::from_fn(|_| items.next().unwrap_or(Value::None));
        Ok(unpacked)
    }

    /// Python's `item in container`: by identity or equality.
    ///
    /// # Errors
    /// [`Failure::WrongType`] for anything but a tuple or a set.
    pub fn contains(&self, item: &Value) -> Result<bool, Failure> {
        match self {
            Value::Tuple(tuple) => Ok(match (tuple.as_slice(), tuple.as_bytes(), item) {
                (Some(items), ..) => items.iter().any(|own| own.same(item)),
                (_, Some(bytes), Value::Integer(integer)) => {
                    i8::try_from(*integer).is_ok_and(|byte| bytes.contains(&byte))
                }
                // A number is equal to no other kind of value.
                (_, Some(_), Value::Tuple(_) | Value::Set(_)) => false,
                _ => tuple.iter().any(|own| own.same(item)),
            }),
            Value::Set(set) => Ok(set.contains(item)),
            _ => Err(Failure::WrongType),
        }
    }

    /// Python's `==`. Every two values can be compared; functions by identity.
    pub fn equals(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Integer(a), Value::Integer(b)) => a == b,
            (Value::Tuple(a), Value::Tuple(b)) => a.equals(b),
            (Value::Set(a), Value::Set(b)) => a.equals(b),
            (Value::None, Value::None) => true,
            (Value::Primitive(a), Value::Primitive(b)) => a == b,
            (Value::Closure(a), Value::Closure(b)) => a.is(b),
            _ => number::equal(self, other),
        }
    }

    /// "Identical or equal", as containers compare their elements: like
    /// [`Value::equals`], and `nan` is itself.
    #[inline]
    pub fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Float(a), Value::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
            _ => self.equals(other),
        }
    }

    /// Measure of the value: how deep it nests and how much there is of it.
    #[inline]
    pub fn measure(&self) -> Measure {
        match self {
            Value::Tuple(tuple) => tuple.measure(),
            Value::Set(set) => set.measure(),
            Value::Closure(closure) => closure.measure(),
            _ => Measure::ATOM,
        }
    }
}

/// The items of a container; see [`Value::items`].
pub enum Items<'container> {
    /// Those of a tuple.
    Tuple(TupleIterator<'container>),
    /// Those of a set.
    Set(SetIterator<'container>),
}

impl Items<'_> {
    /// Passes over an item, which is not made.
    #[inline]
    pub(crate) fn pass(&mut self) {
        match self {
            Items::Tuple(items) => _ = items.next(),
            Items::Set(items) => items.pass(1),
        }
    }
}

impl Iterator for Items<'_> {
    type Item = Value;

    #[inline]
    fn next(&mut self) -> Option<Value> {
        match self {
            Items::Tuple(items) => items.next(),
            Items::Set(items) => items.next(),
        }
    }

    fn nth(&mut self, count: usize) -> Option<Value> {
        match self {
            Items::Tuple(items) => items.nth(count),
            Items::Set(items) => items.nth(count),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Items::Tuple(items) => items.size_hint(),
            Items::Set(items) => items.size_hint(),
        }
    }
}

impl ExactSizeIterator for Items<'_> {}

impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&canonical::brief(self))
    }
}

impl fmt::Display for Value {
    /// The [canonical](canonical::text) text: that of Python, but for sets, which
    /// stand in braces.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&canonical::text(self))
    }
}

impl From<bool> for Value {
    fn from(boolean: bool) -> Value {
        Value::Boolean(boolean)
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Value {
        Value::Integer(integer)
    }
}

impl From<f64> for Value {
    fn from(float: f64) -> Value {
        Value::Float(float)
    }
}

impl From<Tuple> for Value {
    fn from(tuple: Tuple) -> Value {
        Value::Tuple(tuple)
    }
}

impl From<Set> for Value {
    fn from(set: Set) -> Value {
        Value::Set(set)
    }
}

impl From<Grid> for Value {
    fn from(grid: Grid) -> Value {
        Value::Tuple(Tuple::from(grid))
    }
}
