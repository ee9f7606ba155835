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

use std::sync::Arc;

use smallvec::SmallVec;

use super::chained::Chained;
use super::grid::FEW;
use super::hash::{CachedHash, TupleHash};
use super::identity::Identity;
use super::patch::Kind;
use super::visited::Visited;
use super::{Failure, Grid, Measure, Set, Value};

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

    /// The tuple of these items.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] or [`Failure::TooLarge`] beyond the limits of
    /// [`Measure`].
    pub fn new(items: Vec<Value>) -> Result<Tuple, Failure> {
        match Tuple::fast_form(&items) {
            Some(form) => Ok(Tuple(form)),
            None => Tuple::general(items),
        }
    }

    /// As [`Tuple::new`], of two or three items.
    pub(super) fn of_few<const ITEMS: usize>(items: [Value; ITEMS]) -> Result<Tuple, Failure> {
        match Tuple::fast_form(&items) {
            Some(form) => Ok(Tuple(form)),
            None => Tuple::of_items(items.into_iter().collect()),
        }
    }

    /// The general form, whatever the items are. For the constructors, and for
    /// tests that hold the forms against each other.
    pub(super) fn general(items: Vec<Value>) -> Result<Tuple, Failure> {
        let items = match items.len() {
            ..=3 => items.into_iter().collect(),
            _ => Items::from_vec(items.into_boxed_slice().into_vec()),
        };
        Tuple::of_items(items)
    }

    fn of_items(items: Items) -> Result<Tuple, Failure> {
        let measure = Measure::around(&items)?;
        Ok(Tuple(Form::Items(Arc::new(General {
            items,
            measure,
            hash: CachedHash::unknown(),
        }))))
    }

    /// The fast form of a tuple of these items, if it has one.
    fn fast_form(items: &[Value]) -> Option<Form> {
        match items.first() {
            None => Some(Form::Empty),
            Some(Value::Integer(_)) => Tuple::flat_form(items),
            Some(Value::Tuple(_)) => Tuple::grid_form(items),
            Some(_) => None,
        }
    }

    /// The fast form of a tuple that begins with an integer, if it has one.
    fn flat_form(items: &[Value]) -> Option<Form> {
        match items {
            [Value::Integer(first), Value::Integer(second)] => Some(Form::Pair([
                i32::try_from(*first).ok()?,
                i32::try_from(*second).ok()?,
            ])),
            [
                Value::Integer(first),
                Value::Integer(second),
                Value::Integer(third),
            ] => Some(Form::Triple([
                i32::try_from(*first).ok()?,
                i32::try_from(*second).ok()?,
                i32::try_from(*third).ok()?,
            ])),
            [
                Value::Integer(colour),
                Value::Tuple(Tuple(Form::Pair([row, column]))),
            ] => Some(Form::ColourFirst([
                i32::try_from(*colour).ok()?,
                *row,
                *column,
            ])),
            [_, _] | [_, _, _] => None,
            _ => {
                let mut bytes = SmallVec::with_capacity(items.len());
                for item in items {
                    bytes.push(item.as_byte()?);
                }
                Tuple::row_form(bytes)
            }
        }
    }

    /// The form of a row of signed bytes that is neither a pair nor a triple.
    fn row_form(bytes: SmallVec<[i8; FEW]>) -> Option<Form> {
        let grid = Arc::new(Grid::of_cells(1, bytes.len(), bytes)?);
        Some(Form::Row { row: 0, grid })
    }

    /// The fast form of a tuple that begins with a tuple, if it has one.
    fn grid_form(items: &[Value]) -> Option<Form> {
        let width = items.first()?.as_tuple()?.len();
        // Reject before copying: most tuples of tuples that are no grids show
        // it in the first row or the last.
        items.last()?.as_tuple()?.byte_row(width)?;
        let mut cells = SmallVec::with_capacity(items.len() * width);
        for item in items {
            item.as_tuple()?.byte_row(width)?.extend(&mut cells);
        }
        let grid = Grid::of_cells(items.len(), width, cells)?;
        Some(Form::Grid(Arc::new(grid)))
    }

    /// The tuple of one cell.
    pub(super) fn of_cell(cell: Value) -> Result<Tuple, Failure> {
        let byte = |part| i8::try_from(part).ok();
        let bytes = || {
            let (row, column, colour) = cell.as_triple()?;
            Some([byte(row)?, byte(column)?, byte(colour)?])
        };
        let grid = bytes().and_then(|cells| Grid::of_cells(1, 3, SmallVec::from_slice(&cells)));
        match grid {
            Some(grid) => Ok(Tuple(Form::Grid(Arc::new(grid)))),
            None => Tuple::new(vec![cell]),
        }
    }

    /// The tuple of two pairs, where it has its fast form: without a list of them.
    pub(super) fn of_pairs(top: &Tuple, bottom: &Tuple) -> Option<Tuple> {
        let (Form::Pair([a, b]), Form::Pair([c, d])) = (&top.0, &bottom.0) else {
            return None;
        };
        let byte = |part: &i32| i8::try_from(*part).ok();
        let cells = [byte(a)?, byte(b)?, byte(c)?, byte(d)?];
        Some(Tuple(Form::Grid(Arc::new(Grid::of_cells(
            2,
            2,
            SmallVec::from_slice(&cells),
        )?))))
    }

    /// The items as signed bytes, where all are and there are `width` of them.
    fn byte_row(&self, width: usize) -> Option<ByteRow<'_>> {
        let row = match &self.0 {
            Form::Pair([a, b]) => ByteRow::Pair([i8::try_from(*a).ok()?, i8::try_from(*b).ok()?]),
            Form::Triple([a, b, c]) => ByteRow::Triple([
                i8::try_from(*a).ok()?,
                i8::try_from(*b).ok()?,
                i8::try_from(*c).ok()?,
            ]),
            Form::Row { row, grid } => ByteRow::Slice(grid.row(*row as usize)?),
            Form::Empty
            | Form::ColourFirst(_)
            | Form::Grid(_)
            | Form::Visited(_)
            | Form::Chained(_)
            | Form::Items(_) => return None,
        };
        (row.as_slice().len() == width).then_some(row)
    }

    /// `(first, second)`.
    #[inline]
    pub fn pair(first: i64, second: i64) -> Tuple {
        match (i32::try_from(first), i32::try_from(second)) {
            (Ok(first), Ok(second)) => Tuple(Form::Pair([first, second])),
            _ => Tuple::integers(&[first, second]),
        }
    }

    /// `(first, second)`, in a constant.
    pub const fn small_pair(first: i32, second: i32) -> Tuple {
        Tuple(Form::Pair([first, second]))
    }

    /// `(first, second, third)`.
    #[inline]
    pub fn triple(first: i64, second: i64, third: i64) -> Tuple {
        match (
            i32::try_from(first),
            i32::try_from(second),
            i32::try_from(third),
        ) {
            (Ok(first), Ok(second), Ok(third)) => Tuple(Form::Triple([first, second, third])),
            _ => Tuple::integers(&[first, second, third]),
        }
    }

    /// `(colour, (row, column))`.
    #[inline]
    pub(super) fn colour_first(row: i64, column: i64, colour: i64) -> Result<Tuple, Failure> {
        match (
            i32::try_from(colour),
            i32::try_from(row),
            i32::try_from(column),
        ) {
            (Ok(colour), Ok(row), Ok(column)) => {
                Ok(Tuple(Form::ColourFirst([colour, row, column])))
            }
            _ => Tuple::of_few([Value::Integer(colour), Value::pair(row, column)]),
        }
    }

    /// The general form of a few integers that do not fit a fast one.
    #[cold]
    fn integers(integers: &[i64]) -> Tuple {
        Tuple(Form::Items(Arc::new(General {
            items: integers.iter().copied().map(Value::Integer).collect(),
            measure: Measure::flat(integers.len()),
            hash: CachedHash::unknown(),
        })))
    }

    /// The tuple of these small integers.
    pub fn from_bytes(bytes: &[i8]) -> Tuple {
        match *bytes {
            [] => Tuple::EMPTY,
            [a, b] => Tuple(Form::Pair([i32::from(a), i32::from(b)])),
            [a, b, c] => Tuple(Form::Triple([i32::from(a), i32::from(b), i32::from(c)])),
            _ => Tuple(Tuple::row_form(SmallVec::from_slice(bytes)).unwrap_or(Form::Empty)),
        }
    }

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

    /// The items from first to last.
    #[inline]
    pub fn iter(&self) -> TupleIterator<'_> {
        TupleIterator(match &self.0 {
            Form::Empty => Rest::Items([].iter()),
            Form::Pair(items) => Rest::Integers(items.iter()),
            Form::Triple(items) => Rest::Integers(items.iter()),
            Form::ColourFirst(parts) => Rest::Cell(parts, 0..2),
            Form::Row { row, grid } => {
                Rest::Bytes(grid.row(*row as usize).unwrap_or_default().iter())
            }
            Form::Grid(grid) => Rest::Rows(grid, 0..grid.height()),
            Form::Visited(visited) => return visited.in_order().iter(),
            Form::Chained(chained) => return chained.in_order().iter(),
            Form::Items(general) => Rest::Items(general.items.iter()),
        })
    }

    /// The items from `start` up to `end`, both cut to the tuple's ends.
    pub fn slice(&self, start: usize, end: usize) -> Tuple {
        let end = end.min(self.len());
        let start = start.min(end);
        if start == 0 && end == self.len() {
            return self.clone();
        }
        if let Some(in_order) = self.on_demand() {
            return in_order.slice(start, end);
        }
        if let Form::Grid(grid) = &self.0 {
            let width = grid.width();
            let cells = grid.cells()[start * width..end * width].to_vec();
            return Grid::new(end - start, width, cells).map_or(Tuple::EMPTY, Tuple::from);
        }
        if let Form::Row { row, grid } = &self.0 {
            let bytes = grid.row(*row as usize).unwrap_or_default();
            return Tuple::from_bytes(&bytes[start..end]);
        }
        let items = (start..end).filter_map(|index| self.get(index)).collect();
        // A part of a tuple is within the limits that the whole is within.
        Tuple::new(items).unwrap_or(Tuple::EMPTY)
    }

    /// The items from last to first.
    pub fn reversed(&self) -> Tuple {
        if let Some(in_order) = self.on_demand() {
            return in_order.reversed();
        }
        if let Form::Grid(grid) = &self.0 {
            let mut cells = Vec::with_capacity(grid.cells().len());
            for row in grid.rows().rev() {
                cells.extend_from_slice(row);
            }
            return Grid::new(grid.height(), grid.width(), cells).map_or(Tuple::EMPTY, Tuple::from);
        }
        if let Some(bytes) = self.as_bytes() {
            let bytes = bytes.iter().rev().copied().collect();
            return Tuple(Tuple::row_form(bytes).unwrap_or(Form::Empty));
        }
        let mut items: Vec<Value> = self.iter().collect();
        items.reverse();
        // The same items are within the same limits.
        Tuple::new(items).unwrap_or(Tuple::EMPTY)
    }

    /// The items of this tuple, then those of the other.
    ///
    /// # Errors
    /// [`Failure::TooLarge`] beyond the limit of [`Measure`].
    pub fn concatenated(&self, other: &Tuple) -> Result<Tuple, Failure> {
        if let Some(in_order) = self.on_demand() {
            return in_order.concatenated(other);
        }
        if let Some(in_order) = other.on_demand() {
            return self.concatenated(in_order);
        }
        if other.is_empty() {
            return Ok(self.clone());
        }
        if self.is_empty() {
            return Ok(other.clone());
        }
        if let (Form::Grid(above), Form::Grid(below)) = (&self.0, &other.0)
            && above.width() == below.width()
        {
            let height = above.height() + below.height();
            Measure::flat(above.cells().len() + below.cells().len() + height).checked()?;
            let mut cells = Vec::with_capacity(above.cells().len() + below.cells().len());
            cells.extend_from_slice(above.cells());
            cells.extend_from_slice(below.cells());
            return Ok(Grid::new(height, above.width(), cells).map_or(Tuple::EMPTY, Tuple::from));
        }
        if let (Some(before), Some(after)) = (self.as_bytes(), other.as_bytes()) {
            return Ok(Tuple::from_bytes(&[before, after].concat()));
        }
        let mut items = Vec::with_capacity(self.len() + other.len());
        items.extend(self.iter());
        items.extend(other.iter());
        Tuple::new(items)
    }

    /// The cells of an object as a search visited them, whose order is found when it
    /// is asked for.
    pub(super) fn visited(visited: Visited) -> Tuple {
        Tuple(Form::Visited(Arc::new(visited)))
    }

    /// The items of several sets, which are listed when they are asked for.
    pub(super) fn of_chained(chained: Arc<Chained>) -> Tuple {
        Tuple(Form::Chained(chained))
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
    pub(super) fn as_chained(&self) -> Option<&[Set]> {
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

/// A row of signed bytes, wherever it lies.
enum ByteRow<'tuple> {
    Pair([i8; 2]),
    Triple([i8; 3]),
    Slice(&'tuple [i8]),
}

impl ByteRow<'_> {
    fn as_slice(&self) -> &[i8] {
        match self {
            ByteRow::Pair(bytes) => bytes,
            ByteRow::Triple(bytes) => bytes,
            ByteRow::Slice(bytes) => bytes,
        }
    }

    fn extend(&self, cells: &mut SmallVec<[i8; FEW]>) {
        cells.extend_from_slice(self.as_slice());
    }
}

impl From<Grid> for Tuple {
    fn from(grid: Grid) -> Tuple {
        Tuple(Form::Grid(Arc::new(grid)))
    }
}

impl From<Arc<Grid>> for Tuple {
    fn from(grid: Arc<Grid>) -> Tuple {
        Tuple(Form::Grid(grid))
    }
}

/// The items of a tuple; see [`Tuple::iter`].
#[derive(Clone)]
pub struct TupleIterator<'tuple>(Rest<'tuple>);

/// The items that are left, in the form that they are kept in.
#[derive(Clone)]
enum Rest<'tuple> {
    Integers(std::slice::Iter<'tuple, i32>),
    Bytes(std::slice::Iter<'tuple, i8>),
    Rows(&'tuple Arc<Grid>, std::ops::Range<usize>),
    Cell(&'tuple [i32; 3], std::ops::Range<usize>),
    Items(std::slice::Iter<'tuple, Value>),
}

impl Iterator for TupleIterator<'_> {
    type Item = Value;

    #[inline]
    fn next(&mut self) -> Option<Value> {
        match &mut self.0 {
            Rest::Integers(items) => items.next().map(|item| Value::Integer((*item).into())),
            Rest::Bytes(items) => items.next().map(|item| Value::Integer((*item).into())),
            Rest::Rows(grid, rows) => Tuple::row_of(grid, rows.next()?).map(Value::Tuple),
            Rest::Cell(parts, left) => part_of_cell(parts, left.next()?),
            Rest::Items(items) => items.next().cloned(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Rest::Integers(items) => items.size_hint(),
            Rest::Bytes(items) => items.size_hint(),
            Rest::Rows(_, rows) => rows.size_hint(),
            Rest::Cell(_, left) => left.size_hint(),
            Rest::Items(items) => items.size_hint(),
        }
    }
}

impl DoubleEndedIterator for TupleIterator<'_> {
    fn next_back(&mut self) -> Option<Value> {
        match &mut self.0 {
            Rest::Integers(items) => items.next_back().map(|item| Value::Integer((*item).into())),
            Rest::Bytes(items) => items.next_back().map(|item| Value::Integer((*item).into())),
            Rest::Rows(grid, rows) => Tuple::row_of(grid, rows.next_back()?).map(Value::Tuple),
            Rest::Cell(parts, left) => part_of_cell(parts, left.next_back()?),
            Rest::Items(items) => items.next_back().cloned(),
        }
    }
}

impl ExactSizeIterator for TupleIterator<'_> {}

impl<'tuple> IntoIterator for &'tuple Tuple {
    type Item = Value;
    type IntoIter = TupleIterator<'tuple>;

    fn into_iter(self) -> TupleIterator<'tuple> {
        self.iter()
    }
}
