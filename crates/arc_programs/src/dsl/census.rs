//! Counting what a call is given, paid for.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::context::Context;
use super::cost;
pub(super) use crate::value::Census;
use crate::value::{CellLayout, Failure, Kind, Set, SmallPatch, Value};

impl Census {
    /// Of the items of a container.
    ///
    /// # Errors
    /// [`Failure::WrongType`] for what is no container, and where it cannot be
    /// paid.
    pub(super) fn of_items(context: &mut Context, items: &Value) -> Result<Census, Failure> {
        context.spend(items.length()?)?;
        Ok(Census::of_values(items.items()?))
    }

    /// Of the colours of a grid, row by row.
    ///
    /// # Errors
    /// As [`Census::of_items`].
    pub(super) fn of_grid<'grid>(
        context: &mut Context,
        grid: &'grid Value,
    ) -> Result<Cow<'grid, Census>, Failure> {
        context.spend(cost::of_grid(grid)?)?;
        if let Some(grid) = grid.as_grid() {
            return Ok(Cow::Borrowed(grid.census()));
        }
        let mut colours = Vec::new();
        for row in grid.items()? {
            colours.extend(row.items()?);
        }
        Ok(Cow::Owned(Census::of_values(colours)))
    }

    /// Of the colours of an object's cells.
    ///
    /// # Errors
    /// As [`Census::of_items`], and where a cell has not three items.
    pub(super) fn of_object(context: &mut Context, object: &Value) -> Result<Census, Failure> {
        context.spend(object.length()?)?;
        Census::of_object_in(context.cells(), object)
    }

    /// The most frequent colour of an object's cells, or the least frequent one; `None` where
    /// there are no cells.
    ///
    /// # Errors
    /// As [`Census::of_object`].
    pub(super) fn extreme_of_object(
        context: &mut Context,
        object: &Value,
        side: Ordering,
    ) -> Result<Option<Value>, Failure> {
        context.spend(object.length()?)?;
        let cells = context.cells();
        if let Some(object) = SmallPatch::of_kind(object, Kind::Object(cells)) {
            let unordered = || {
                let colours = object.cells_in_any_order().map(|(_, _, colour)| colour);
                Census::extreme_of_unordered(colours, side)
            };
            if let Some(colour) = object.only_colour().or_else(unordered) {
                return Ok(Some(Value::Integer(colour)));
            }
        }
        Census::of_object_in(cells, object)?.extreme(side)
    }

    /// The number of the colours in an object, whose palette another call would make: paid for
    /// as that; `None` where the palette has to be made, and then nothing is spent.
    pub(super) fn number_of_colours(context: &mut Context, object: &Value) -> Option<usize> {
        let Value::Set(cells) = object else {
            return None;
        };
        let steps = cells.len().saturating_add(1);
        let object = SmallPatch::of_kind(object, Kind::Object(context.cells()))?;
        if !context.affords(steps) {
            return None;
        }
        let number = match object.only_colour() {
            Some(_) => 1,
            None => {
                let colours = object.cells_in_any_order().map(|(_, _, colour)| colour);
                Census::number_of_unordered(colours)?
            }
        };
        context.spend(steps).ok()?;
        Some(number)
    }

    /// The set of the colours of an object's cells, as they come first, or a copy of it.
    ///
    /// # Errors
    /// As [`Census::of_object`].
    pub(super) fn palette_of_object(
        context: &mut Context,
        object: &Value,
        is_copied: bool,
    ) -> Result<Set, Failure> {
        context.spend(object.length()?)?;
        let cells = context.cells();
        if let Some(object) = SmallPatch::of_kind(object, Kind::Object(cells)) {
            if let Some(colour) = object.only_colour() {
                return Set::of_one(Value::Integer(colour));
            }
            let unordered = object.cells_in_any_order().map(|(_, _, colour)| colour);
            if let Some(palette) = Census::palette_of_unordered(unordered, is_copied) {
                return palette;
            }
        }
        let palette = Census::of_object_in(cells, object)?.palette()?;
        match is_copied {
            true => palette.copied(),
            false => Ok(palette),
        }
    }

    fn of_object_in(cells: CellLayout, object: &Value) -> Result<Census, Failure> {
        let length = object.length()?;
        if let Some(object) = SmallPatch::of_kind(object, Kind::Object(cells)) {
            if let Some(colour) = object.only_colour() {
                return Ok(Census::of_one(Value::Integer(colour), length));
            }
            let unordered = object.cells_in_any_order().map(|(_, _, colour)| colour);
            if let Some(census) = Census::of_unordered(unordered) {
                return Ok(census);
            }
            let colours = object.cells().map(|(_, _, colour)| Value::Integer(colour));
            return Ok(Census::of_values(colours));
        }
        let colour = |cell: Value| cells.colour(&cell);
        let colours = object.items()?.map(colour);
        Ok(Census::of_values(colours.collect::<Result<Vec<_>, _>>()?))
    }
}
