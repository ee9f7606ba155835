//! Parts of tuples, and tuples put together.

use std::cmp::Ordering;

use super::{Form, Tuple};
use crate::value::{Failure, Grid, Measure, Value};

impl Tuple {
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

    /// The largest of the items, or the smallest, where they are kept as integers.
    pub(crate) fn extreme_integer(&self, side: Ordering) -> Option<i64> {
        fn of<Integer: Copy + Ord + Into<i64>>(items: &[Integer], side: Ordering) -> Option<i64> {
            let items = items.iter().copied();
            let furthest = match side {
                Ordering::Greater => items.max(),
                _ => items.min(),
            };
            furthest.map(Integer::into)
        }
        match &self.0 {
            Form::Pair(items) => of(items, side),
            Form::Triple(items) => of(items, side),
            _ => of(self.as_bytes()?, side),
        }
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
}
