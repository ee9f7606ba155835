//! Making tuples: which form fits the items.

use std::sync::Arc;

use smallvec::SmallVec;

use super::{Form, General, Items, Tuple};
use crate::value::chained::Chained;
use crate::value::grid::FEW;
use crate::value::hash::CachedHash;
use crate::value::visited::Visited;
use crate::value::{Failure, Grid, Measure, Value};

impl Tuple {
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
    pub(in crate::value) fn of_few<const ITEMS: usize>(
        items: [Value; ITEMS],
    ) -> Result<Tuple, Failure> {
        match Tuple::fast_form(&items) {
            Some(form) => Ok(Tuple(form)),
            None => Tuple::of_items(items.into_iter().collect()),
        }
    }

    /// The general form, whatever the items are. For the constructors, and for
    /// tests that hold the forms against each other.
    pub(in crate::value) fn general(items: Vec<Value>) -> Result<Tuple, Failure> {
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
    pub(super) fn row_form(bytes: SmallVec<[i8; FEW]>) -> Option<Form> {
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
    pub(in crate::value) fn of_cell(cell: Value) -> Result<Tuple, Failure> {
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
    pub(in crate::value) fn of_pairs(top: &Tuple, bottom: &Tuple) -> Option<Tuple> {
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
    pub(in crate::value) fn colour_first(
        row: i64,
        column: i64,
        colour: i64,
    ) -> Result<Tuple, Failure> {
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

    /// The cells of an object as a search visited them, whose order is found when it
    /// is asked for.
    pub(in crate::value) fn visited(visited: Visited) -> Tuple {
        Tuple(Form::Visited(Arc::new(visited)))
    }

    /// The items of several sets, which are listed when they are asked for.
    pub(in crate::value) fn of_chained(chained: Arc<Chained>) -> Tuple {
        Tuple(Form::Chained(chained))
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
