//! The items of a tuple, one after the other.

use std::sync::Arc;

use super::{Form, Tuple, part_of_cell};
use crate::value::{Grid, Value};

impl Tuple {
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
