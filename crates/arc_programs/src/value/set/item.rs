//! Items of patches in four bytes.
//!
//! Nearly all sets that programs make hold places `(row, column)` or cells `(row,
//! column, colour)` of small integers. [`Item`] is one of either, in four bytes:
//! 12 bits for the row, 12 for the column, 8 for the colour. So items are in the
//! order of their rows, then their columns, then their colours as numbers are;
//! two are equal where their bytes are; and they are moved by an addition.

use std::ops::RangeInclusive;

use super::super::hash::TupleHash;
use super::super::patch::Kind;
use super::super::{Tuple, Value, number};
use super::table::Element;

/// A place or a cell whose row and column lie from −2048 to 2047, and its colour
/// from −126 to 127.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Item(u32);

/// What is added to a coordinate, so that it is not negative.
const ORIGIN: i64 = 1 << 11;

/// One more than the largest coordinate, with the origin added.
const END: i64 = 1 << 12;

const ROW: u32 = 20;
const COLUMN: u32 = 8;

/// What stands where a cell has its colour: 0 in a slot without an item, 1 in a
/// place.
const COLOURS: u32 = 0xff;
const NO_COLOUR: u32 = 1;

/// What is added to a colour, so that it is above [`NO_COLOUR`].
const COLOUR_ORIGIN: i64 = 128;

impl Item {
    /// The place; `None` out of the range.
    #[inline]
    pub(super) fn place(row: i64, column: i64) -> Option<Item> {
        let (row, column) = (row.wrapping_add(ORIGIN), column.wrapping_add(ORIGIN));
        // Both at once: a bit beyond the range is set in one of them.
        if (row | column) & !(END - 1) != 0 {
            return None;
        }
        Some(Item(
            (row as u32) << ROW | (column as u32) << COLUMN | NO_COLOUR,
        ))
    }

    /// The cell; `None` out of the range.
    #[inline]
    pub(super) fn cell(row: i64, column: i64, colour: i64) -> Option<Item> {
        Some(Item::place(row, column)?.coloured(Colour::new(colour)?))
    }

    /// The cell of this colour in the same place.
    #[inline]
    pub(super) fn coloured(self, colour: Colour) -> Item {
        Item(self.0 & !COLOURS | colour.0)
    }

    /// The cell of this colour in the same place; `None` out of the range.
    #[inline]
    pub(super) fn coloured_by_byte(self, colour: i8) -> Option<Item> {
        Some(self.coloured(Colour::new(i64::from(colour))?))
    }

    /// The item moved by what [`Item::offset`] yields, in the range.
    #[inline]
    pub(super) fn moved(self, offset: u32) -> Item {
        Item(self.0.wrapping_add(offset))
    }

    /// What moves an item by this vector, each part of 13 bits with a sign.
    #[inline]
    pub(super) fn offset(down: i64, right: i64) -> u32 {
        ((down << ROW) + (right << COLUMN)) as u32
    }

    /// The place, of a cell too.
    #[inline]
    pub(super) fn uncoloured(self) -> Item {
        Item(self.0 & !COLOURS | NO_COLOUR)
    }

    /// The item that this very value is; `None` where it is none, though it may
    /// equal one.
    #[inline]
    pub(super) fn of(value: &Value) -> Option<Item> {
        if let Some((row, column, colour)) = value.as_triple() {
            return Item::cell(row, column, colour);
        }
        let (row, column) = value.as_pair()?;
        Item::place(row, column)
    }

    /// The item that equals a value.
    pub(super) fn equal_to(value: &Value) -> Option<Item> {
        if let Some(item) = Item::of(value) {
            return Some(item);
        }
        let tuple = value.as_tuple()?;
        let part = |index: usize| integer_equal_to(tuple, index);
        match tuple.len() {
            2 => Item::place(part(0)?, part(1)?),
            3 => Item::cell(part(0)?, part(1)?, part(2)?),
            _ => None,
        }
    }

    /// The value that it stands for.
    #[inline]
    pub(super) fn value(self) -> Value {
        match self.kind() {
            Kind::Indices => Value::pair(self.row(), self.column()),
            Kind::Object => Value::triple(self.row(), self.column(), self.colour()),
        }
    }

    #[inline]
    pub(super) fn kind(self) -> Kind {
        match self.0 & COLOURS {
            NO_COLOUR => Kind::Indices,
            _ => Kind::Object,
        }
    }

    #[inline]
    pub(super) fn row(self) -> i64 {
        i64::from(self.0 >> ROW) - ORIGIN
    }

    #[inline]
    pub(super) fn column(self) -> i64 {
        i64::from(self.0 >> COLUMN & (END - 1) as u32) - ORIGIN
    }

    /// The colour; of a place, nothing that means something.
    #[inline]
    pub(super) fn colour(self) -> i64 {
        i64::from(self.0 & COLOURS) - COLOUR_ORIGIN
    }

    /// Whether both lie in the same place.
    #[inline]
    pub(super) fn is_where(self, other: Item) -> bool {
        (self.0 ^ other.0) & !COLOURS == 0
    }
}

/// A colour from −126 to 127, as an item has it.
#[derive(Clone, Copy)]
pub(super) struct Colour(u32);

impl Colour {
    /// `None` out of the range.
    #[inline]
    pub(super) fn new(colour: i64) -> Option<Colour> {
        let colour = colour.wrapping_add(COLOUR_ORIGIN);
        ((i64::from(NO_COLOUR) + 1)..=i64::from(COLOURS))
            .contains(&colour)
            .then_some(Colour(colour as u32))
    }
}

/// The range of coordinates.
pub(super) const COORDINATES: RangeInclusive<i64> = -ORIGIN..=(END - 1 - ORIGIN);

/// The integer of small size that equals an item of a tuple.
fn integer_equal_to(tuple: &Tuple, index: usize) -> Option<i64> {
    let part = tuple.get(index)?;
    match part {
        Value::Float(float) => {
            let integer = Value::Integer(float as i64);
            number::equal(&part, &integer).then_some(float as i64)
        }
        _ => part.as_integer(),
    }
}

/// The hash of a small integer: −1 has that of −2.
#[inline]
fn hash_of(integer: i64) -> i64 {
    integer - i64::from(integer == -1)
}

impl Element for Item {
    const UNUSED: Item = Item(0);
    const DISCARDED: Item = Item(COLOURS + 1);

    #[inline]
    fn is_unused(&self) -> bool {
        self.0 == 0
    }

    #[inline]
    fn is_held(&self) -> bool {
        self.0 & COLOURS != 0
    }

    #[inline]
    fn hash(&self) -> i64 {
        let mut hash = TupleHash::new();
        hash.push(hash_of(self.row()));
        hash.push(hash_of(self.column()));
        if self.0 & COLOURS != NO_COLOUR {
            hash.push(hash_of(self.colour()));
        }
        hash.finish()
    }

    #[inline]
    fn same(&self, other: &Item) -> bool {
        self == other
    }
}
