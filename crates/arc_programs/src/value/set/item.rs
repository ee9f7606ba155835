//! Items of patches in eight bytes.
//!
//! Nearly all sets that programs make hold places `(row, column)` or cells `(row,
//! column, colour)` of small integers. [`Item`] is one of either: 24 bits for the
//! row, 24 for the column, 16 for the colour and for how a cell is laid out, which is
//! more than any value may have parts. So items are in the order of their rows, then their columns, then
//! their colours as numbers are; two are equal where their bytes are; and they
//! are moved by an addition.

use std::ops::RangeInclusive;

use super::super::affine::Affine;
use super::super::hash::TupleHash;
use super::super::patch::{CellLayout, Kind};
use super::super::{Grid, Tuple, Value, number};
use super::growth::SMALLEST;
use super::table::Element;

/// A place or a cell whose row and column lie within [`COORDINATES`], and its
/// colour from −16 382 to 16 383.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Item(u64);

/// What is added to a coordinate, so that it is not negative.
const ORIGIN: i64 = 1 << 23;

/// One more than the largest coordinate, with the origin added.
const END: i64 = 1 << 24;

/// The range of coordinates.
pub(super) const COORDINATES: RangeInclusive<i64> = -ORIGIN..=(END - 1 - ORIGIN);

const ROW: u32 = 40;
const COLUMN: u32 = 16;

/// What stands where a cell has its colour: 0 in a slot without an item, 1 in a
/// place.
const COLOURS: u64 = 0xffff;
const NO_COLOUR: u64 = 1;

/// Bits that tell slots without an item apart. None of them is zero: memory of
/// zeros is asked for in another way, and glibc's allocator never takes what is given
/// in that way from the pieces that it has at hand.
const DISCARDED: u64 = COLOURS + 1;
const UNUSED: u64 = DISCARDED << 1;

/// The bit of cells that begin with their colour.
const COLOUR_FIRST: u64 = 1 << 15;

/// What is added to a colour, so that it is above [`NO_COLOUR`].
const COLOUR_ORIGIN: i64 = 1 << 14;

/// One more than the largest colour, with the origin added.
const COLOUR_END: i64 = COLOUR_FIRST as i64;

/// The bit that tells a layout.
const fn bit_of(layout: CellLayout) -> u64 {
    match layout {
        CellLayout::RowFirst => 0,
        CellLayout::ColourFirst => COLOUR_FIRST,
    }
}

impl Item {
    /// The bits that a row and a column have which are not negative.
    const FROM_ORIGIN: u64 = ((END / 2) as u64) << ROW | ((END / 2) as u64) << COLUMN;

    /// The place; `None` out of the range.
    #[inline]
    pub(super) fn place(row: i64, column: i64) -> Option<Item> {
        let (row, column) = (row.wrapping_add(ORIGIN), column.wrapping_add(ORIGIN));
        // Both at once: a bit beyond the range is set in one of them.
        if (row | column) & !(END - 1) != 0 {
            return None;
        }
        Some(Item(
            (row as u64) << ROW | (column as u64) << COLUMN | NO_COLOUR,
        ))
    }

    /// The cell; `None` out of the range.
    #[inline]
    pub(super) fn cell(layout: CellLayout, row: i64, column: i64, colour: i64) -> Option<Item> {
        Some(Item::place(row, column)?.coloured(Colour::new(layout, colour)?))
    }

    /// The cell of this colour in the same place.
    #[inline]
    pub(super) fn coloured(self, colour: Colour) -> Item {
        Item(self.0 & !COLOURS | colour.0)
    }

    /// The cell of this colour in the same place.
    #[inline]
    pub(super) fn coloured_by_byte(self, layout: CellLayout, colour: i8) -> Item {
        self.coloured(Colour::of_byte(layout, colour))
    }

    /// The cell of this colour in the place of a cell of colour 0.
    #[inline]
    pub(super) fn instead_of_zero(self, colour: i8) -> Item {
        Item(self.0.wrapping_add_signed(i64::from(colour)))
    }

    /// The cell that a grid has in the same place; `None` outside of it.
    #[inline]
    pub(super) fn shown_on(self, layout: CellLayout, grid: &Grid) -> Option<Item> {
        let colour = grid.cell(self.row(), self.column())?;
        Some(self.coloured_by_byte(layout, colour))
    }

    /// The item moved by what [`Item::offset`] yields, in the range.
    #[inline]
    pub(super) fn moved(self, offset: u64) -> Item {
        Item(self.0.wrapping_add(offset))
    }

    /// The item moved by a map, in the range.
    #[inline]
    pub(super) fn mirrored(self, affine: &Affine) -> Item {
        let (row, column) = affine.apply(self.row(), self.column());
        let (row, column) = ((row + ORIGIN) as u64, (column + ORIGIN) as u64);
        Item(row << ROW | column << COLUMN | self.0 & COLOURS)
    }

    /// What moves an item by this vector, each part of 25 bits with a sign.
    #[inline]
    pub(super) fn offset(down: i64, right: i64) -> u64 {
        (down << ROW).wrapping_add(right << COLUMN) as u64
    }

    /// A number that other items hardly ever have, in all its bits.
    #[inline]
    pub(super) fn scattered(self) -> u64 {
        let spread = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (spread ^ (spread >> 32)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    }

    /// The place that lies this much further; `None` out of the range.
    #[inline]
    pub(super) fn neighbour(self, down: i64, right: i64) -> Option<Item> {
        Item::place(self.row() + down, self.column() + right)
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
        let tuple = value.as_tuple()?;
        if let Some((row, column, colour)) = tuple.as_triple() {
            return Item::cell(CellLayout::RowFirst, row, column, colour);
        }
        if let Some((row, column)) = tuple.as_pair() {
            return Item::place(row, column);
        }
        let (row, column, colour) = tuple.as_colour_first()?;
        Item::cell(CellLayout::ColourFirst, row, column, colour)
    }

    /// The item that equals a value.
    pub(super) fn equal_to(value: &Value) -> Option<Item> {
        if let Some(item) = Item::of(value) {
            return Some(item);
        }
        let tuple = value.as_tuple()?;
        let part = |index: usize| integer_equal_to(tuple, index);
        if let Some(Value::Tuple(place)) = tuple.get(1) {
            let of_place = |index: usize| integer_equal_to(&place, index);
            return match (tuple.len(), place.len()) {
                (2, 2) => Item::cell(
                    CellLayout::ColourFirst,
                    of_place(0)?,
                    of_place(1)?,
                    part(0)?,
                ),
                _ => None,
            };
        }
        match tuple.len() {
            2 => Item::place(part(0)?, part(1)?),
            3 => Item::cell(CellLayout::RowFirst, part(0)?, part(1)?, part(2)?),
            _ => None,
        }
    }

    /// The value that it stands for.
    #[inline]
    pub(super) fn value(self) -> Value {
        if self.begins_with_colour() {
            return self.colour_first_value();
        }
        match self.0 & COLOURS {
            NO_COLOUR => Value::pair(self.row(), self.column()),
            _ => Value::triple(self.row(), self.column(), self.colour()),
        }
    }

    #[inline]
    fn begins_with_colour(self) -> bool {
        self.0 & COLOUR_FIRST != 0
    }

    /// Apart from the other layout, whose values and hashes stay as quick as they are.
    #[cold]
    fn colour_first_value(self) -> Value {
        CellLayout::ColourFirst.small_cell(self.row(), self.column(), self.colour())
    }

    /// The hash of an item far from the origin: mostly without negative parts, of which one has
    /// another hash than itself.
    fn hash_of_far(self) -> i64 {
        const CELL: u64 = Item::FROM_ORIGIN | COLOUR_ORIGIN as u64;
        const PLACE: u64 = Item::FROM_ORIGIN | NO_COLOUR;
        const COLOURED_CELL: u64 = CELL | COLOUR_FIRST;
        let place = || [self.row() as u64, self.column() as u64];
        if self.0 & (CELL | COLOUR_FIRST) == CELL {
            let [row, column] = place();
            return TupleHash::of_small([row, column, self.colour() as u64]);
        }
        if self.0 & (PLACE | COLOURS) == PLACE {
            return TupleHash::of_small(place());
        }
        if self.0 & COLOURED_CELL == COLOURED_CELL {
            let place = TupleHash::of_small(place());
            return TupleHash::of_small([self.colour() as u64, place as u64]);
        }
        self.hash_of_any()
    }

    /// The hash, whatever the layout and the signs.
    #[cold]
    fn hash_of_any(self) -> i64 {
        // No part has more than 24 bits.
        let (row, column) = (self.row() as i32, self.column() as i32);
        if self.begins_with_colour() {
            return TupleHash::of_colour_first([self.colour() as i32, row, column]);
        }
        match self.0 & COLOURS {
            NO_COLOUR => TupleHash::of_integers(&[row, column]),
            _ => TupleHash::of_integers(&[row, column, self.colour() as i32]),
        }
    }

    #[inline]
    pub(super) fn kind(self) -> Kind {
        match self.0 & COLOURS {
            NO_COLOUR => Kind::Indices,
            colour if colour & COLOUR_FIRST == 0 => Kind::Object(CellLayout::RowFirst),
            _ => Kind::Object(CellLayout::ColourFirst),
        }
    }

    #[inline]
    pub(super) fn row(self) -> i64 {
        (self.0 >> ROW) as i64 - ORIGIN
    }

    #[inline]
    pub(super) fn column(self) -> i64 {
        (self.0 >> COLUMN) as i64 % END - ORIGIN
    }

    /// The first and the last column of some items; the last before the first of nothing.
    #[inline]
    pub(super) fn columns_of(items: &[Item]) -> (i64, i64) {
        // With the column before all else: what comes behind it does not matter.
        const BEFORE: u32 = u64::BITS - ROW;
        let ends = items.iter().fold((u64::MAX, 0), |(first, last), item| {
            let own = item.0 << BEFORE;
            (first.min(own), last.max(own))
        });
        let column = |end: u64| Item(end >> BEFORE).column();
        (column(ends.0), column(ends.1))
    }

    /// The colour; of a place, nothing that means something.
    #[inline]
    pub(super) fn colour(self) -> i64 {
        (self.0 & (COLOURS ^ COLOUR_FIRST)) as i64 - COLOUR_ORIGIN
    }

    /// Whether both lie in the same row.
    #[inline]
    pub(super) fn is_in_row_of(self, other: Item) -> bool {
        (self.0 ^ other.0) >> ROW == 0
    }

    /// Whether it lies in a grid.
    #[inline]
    pub(super) fn is_in(self, grid: &Grid) -> bool {
        grid.place(self.row(), self.column()).is_some()
    }

    /// Where it lies in the cells of a grid of so many columns, row by row; `None` beside it, and
    /// beyond all cells above and below it.
    #[inline]
    pub(super) fn index_in(self, width: u64) -> Option<usize> {
        // What is negative is beyond all grids then.
        let bits = self.0 ^ Item::FROM_ORIGIN;
        let (row, column) = (bits >> ROW, (bits >> COLUMN) % END as u64);
        (column < width).then(|| (row * width + column) as usize)
    }

    /// The colour, where it is a byte.
    #[inline]
    pub(super) fn colour_as_byte(self) -> Option<i8> {
        i8::try_from(self.colour()).ok()
    }

    /// Whether both lie in the same place.
    #[inline]
    pub(super) fn is_where(self, other: Item) -> bool {
        (self.0 ^ other.0) & !COLOURS == 0
    }
}

/// Whether both list one item in each of the same places: cells of two grids of one
/// shape do. No look ends early, so that several are taken at once.
pub(super) fn are_where(items: &[Item], others: &[Item]) -> bool {
    let ends = |items: &[Item]| Some((*items.first()?, *items.last()?));
    let (Some(own), Some(other)) = (ends(items), ends(others)) else {
        return false;
    };
    if items.len() != others.len() || !own.0.is_where(other.0) || !own.1.is_where(other.1) {
        return false;
    }
    let pairs = items.iter().zip(others);
    let differences = pairs.fold(0, |found, (item, other)| found | (item.0 ^ other.0));
    differences & !COLOURS == 0 && are_apart(items)
}

/// Whether no two of these items, row by row, lie in one place. No look ends early here either.
pub(super) fn are_apart(items: &[Item]) -> bool {
    let next = items.iter().zip(items.get(1..).unwrap_or_default());
    // One less than how much further the next one lies: negative where that is nothing.
    let further = next.fold(0, |found, (item, next)| {
        let further = (next.0 >> COLUMN).wrapping_sub(item.0 >> COLUMN);
        found | further.wrapping_sub(1)
    });
    further.cast_signed() >= 0
}

/// A colour from −16 382 to 16 383, as an item has it: with the cell's layout.
#[derive(Clone, Copy)]
pub(super) struct Colour(u64);

impl Colour {
    /// `None` out of the range.
    #[inline]
    pub(super) fn new(layout: CellLayout, colour: i64) -> Option<Colour> {
        let colour = colour.wrapping_add(COLOUR_ORIGIN);
        ((NO_COLOUR as i64 + 1)..COLOUR_END)
            .contains(&colour)
            .then_some(Colour(colour as u64 | bit_of(layout)))
    }

    /// The bits of an item that it is.
    #[inline]
    pub(super) fn bits(self) -> u16 {
        self.0 as u16
    }

    /// The colour with these [bits](Colour::bits).
    #[inline]
    pub(super) fn of_bits(bits: u16) -> Colour {
        Colour(u64::from(bits))
    }

    /// Every byte is in the range.
    #[inline]
    pub(super) fn of_byte(layout: CellLayout, colour: i8) -> Colour {
        Colour((i64::from(colour) + COLOUR_ORIGIN) as u64 | bit_of(layout))
    }
}

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

impl Element for Item {
    const UNUSED: Item = Item(UNUSED);
    const DISCARDED: Item = Item(DISCARDED);

    #[inline]
    fn is_unused(&self) -> bool {
        self.0 == UNUSED
    }

    #[inline]
    fn is_held(&self) -> bool {
        self.0 & COLOURS != 0
    }

    #[inline]
    fn hash(&self) -> i64 {
        /// What no place has that has a known hash: the bits of its coordinates, from the origin.
        const BEYOND: u64 = {
            let coordinate = TupleHash::KNOWN_PLACES - 1;
            !(coordinate << ROW | coordinate << COLUMN | COLOURS)
        };
        const COLOUR: u64 = COLOUR_ORIGIN as u64;
        let bits = self.0 ^ Item::FROM_ORIGIN;
        if bits & BEYOND != 0 {
            return self.hash_of_far();
        }
        let number = ((bits >> ROW) * TupleHash::KNOWN_PLACES)
            | ((bits >> COLUMN) % TupleHash::KNOWN_PLACES);
        let mut place = TupleHash::of_known_place(number);
        // Of colours that are negative one has another hash than itself.
        match bits & COLOURS {
            NO_COLOUR => place.finish(),
            colours if colours & (COLOUR_FIRST | COLOUR) == COLOUR_FIRST | COLOUR => {
                TupleHash::of_small([self.colour() as u64, place.finish() as u64])
            }
            colours if colours & COLOUR == COLOUR => {
                place.push(self.colour());
                place.finish()
            }
            _ => self.hash_of_any(),
        }
    }

    #[inline]
    fn same(&self, other: &Item) -> bool {
        self == other
    }

    #[inline]
    fn unused(count: usize) -> Box<[Item]> {
        match count {
            SMALLEST => Box::new([Item::UNUSED; SMALLEST]),
            _ => vec![Item::UNUSED; count].into_boxed_slice(),
        }
    }
}

/// Hands over the items of both in their order, each once, until one side has no more;
/// yields what the other has left.
pub(super) fn merged<'items>(
    mut own: &'items [Item],
    mut others: &'items [Item],
    mut take: impl FnMut(Item),
) -> &'items [Item] {
    while let ([first, own_rest @ ..], [other, others_rest @ ..]) = (own, others) {
        take(*first.min(other));
        if first <= other {
            own = own_rest;
        }
        if other <= first {
            others = others_rest;
        }
    }
    match own {
        [] => others,
        _ => own,
    }
}

/// Items in their order, which are asked for in that order.
pub(super) struct InOrder<'items>(pub(super) &'items [Item]);

impl InOrder<'_> {
    /// Whether they have this one; nothing before it is asked for from then on.
    #[inline]
    pub(super) fn has(&mut self, item: &Item) -> bool {
        while let [other, rest @ ..] = self.0
            && other < item
        {
            self.0 = rest;
        }
        self.0.first() == Some(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hashes of places and of cells in them, without negative parts and with.
    #[test]
    fn the_hash_is_that_of_the_value() {
        for row in -3..40 {
            for column in -3..40 {
                let place = Item::place(row, column).expect("in the range");
                assert_eq!(place.hash(), place.value().hash(), "{row}, {column}");
                for layout in [CellLayout::RowFirst, CellLayout::ColourFirst] {
                    let zero = Item::cell(layout, row, column, 0).expect("in the range");
                    for colour in [-2, -1, 0, 9, 300] {
                        let cell = Item::cell(layout, row, column, colour).expect("in the range");
                        let value = cell.value();
                        assert_eq!(cell.hash(), value.hash(), "{value:?}");
                        if let Ok(byte) = i8::try_from(colour) {
                            assert_eq!(zero.instead_of_zero(byte), cell, "{value:?}");
                        }
                    }
                }
            }
        }
    }
}
