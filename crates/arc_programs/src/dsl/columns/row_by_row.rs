//! Functions called in one row after the other: those that have no way in columns.
//!
//! What is called on an item that is in several rows, or that a loop before had, is called
//! once. A function that was made for each row is a value only where it is called.

use std::cell::Cell;

use smallvec::{SmallVec, smallvec};

use super::super::call::call;
use super::super::charge::{MadeCall, Meter};
use super::super::hint::Hint;
use super::Column;
use super::calls::{Columns, LOOKS};
use super::product::Picked;
use crate::value::{Closure, Operation, PrimitiveId, Value};

impl Columns<'_> {
    /// What a function yields in each row, called in one after the other; `None` where that
    /// fails or meets a limit, and where a row stands for several items.
    pub(super) fn call_row_by_row(
        &mut self,
        function: &Value,
        arguments: &[&Column],
    ) -> Option<Column> {
        if self.items != self.rows {
            return None;
        }
        let depth = self.context.depth();
        if let Some((call, picked)) = self.known.picked.find(function, arguments, depth) {
            self.at_once += 1;
            return self.call_on_picked(function, arguments, (call, picked));
        }
        if let (true, Value::Primitive(id), [Column::Values(items)]) =
            (self.recurs, function, arguments)
        {
            return self.call_on_recurring(*id, items);
        }
        self.row_by_row += 1;
        let mut values = Vec::with_capacity(self.rows);
        for row in 0..self.rows {
            values.push(self.call_row(function, arguments, row)?);
        }
        Some(Column::of_values(values))
    }

    /// As [`Columns::call_row_by_row`], of a call on items of a factor, each of which is
    /// in several rows: one is made for each.
    fn call_on_picked(
        &mut self,
        function: &Value,
        arguments: &[&Column],
        (call, picked): (usize, &Picked),
    ) -> Option<Column> {
        let mut values = Vec::with_capacity(self.rows);
        for (row, item) in picked.numbers().iter().enumerate() {
            let meter = Meter::of(self.context);
            if let Some(made) = self.known.picked.made(call, *item)
                && let Some((value, charge)) = made.answer(&meter)
            {
                charge.again(self.context).ok()?;
                values.push(value);
                continue;
            }
            let value = self.call_row(function, arguments, row)?;
            if let Some(made) = MadeCall::new(&value, meter.charge(self.context)) {
                self.known.picked.keep(call, *item, made);
            }
            values.push(value);
        }
        Some(Column::of_values(values))
    }

    /// As [`Columns::call_row_by_row`], of a primitive on items of which each may be that
    /// of a loop before, though the functions around it are others.
    fn call_on_recurring(&mut self, id: PrimitiveId, items: &[Value]) -> Option<Column> {
        let function = Value::Primitive(id);
        let mut were_all_known = true;
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let meter = Meter::of(self.context);
            if let Some(made) = self.context.columns_mut().result_on((id, item))
                && let Some((value, charge)) = made.answer(&meter)
            {
                charge.again(self.context).ok()?;
                values.push(value);
                continue;
            }
            were_all_known = false;
            let value = call(self.context, &function, &[item]).ok()?;
            if self.context.is_exhausted() {
                return None;
            }
            if let Some(made) = MadeCall::new(&value, meter.charge(self.context)) {
                self.context.columns_mut().remember_on((id, item), made);
            }
            values.push(value);
        }
        match were_all_known {
            true => self.at_once += 1,
            false => self.row_by_row += 1,
        }
        Some(Column::of_values(values))
    }

    /// What a function yields in a row.
    pub(super) fn call_row(
        &mut self,
        function: &Value,
        arguments: &[&Column],
        row: usize,
    ) -> Option<Value> {
        if let [column] = arguments
            && !matches!(column, Column::Closures(_))
        {
            let value = match column.held(row) {
                Some(held) => call(self.context, function, &[held]),
                None => call(self.context, function, &[&column.value(row).ok()?]),
            };
            return value.ok().filter(|_| !self.context.is_exhausted());
        }
        let mut made: SmallVec<[Option<Value>; 3]> = smallvec![None; arguments.len()];
        let mut values: SmallVec<[&Value; 3]> = SmallVec::new();
        let mut has_made_closure = false;
        for (place, (column, made)) in arguments.iter().zip(&mut made).enumerate() {
            values.push(match (column.held(row), *column) {
                (Some(held), _) => held,
                (None, Column::Closures(operation)) => {
                    if !self.is_only_called(function, place) {
                        return None;
                    }
                    has_made_closure = true;
                    made.insert(closure_in_row(operation, row)?)
                }
                (None, _) => made.insert(column.value(row).ok()?),
            });
        }
        let value = call(self.context, function, &values).ok()?;
        // Nobody is to have a function twice that was made once.
        let is_seen = has_made_closure && !value.is_free_of_closures(&mut { LOOKS });
        (!is_seen && !self.context.is_exhausted()).then_some(value)
    }

    /// Whether a function does nothing with the argument with this number but to call it, or to
    /// make another function of it.
    fn is_only_called(&self, function: &Value, place: usize) -> bool {
        let Value::Primitive(id) = function else {
            return false;
        };
        let primitive = self.context.dialect().primitive(*id);
        let parameter = primitive.and_then(|primitive| primitive.parameters.get(place));
        parameter.is_some_and(|parameter| matches!(parameter.hint, Hint::Callable))
    }
}

/// The function that was made for a row, as a value; `None` where a part of it is none.
fn closure_in_row(operation: &Operation<Column>, row: usize) -> Option<Value> {
    let are_all = Cell::new(true);
    let part_in_row = |part: &Column| {
        let value = match part {
            Column::Closures(operation) => closure_in_row(operation, row),
            part => part.value(row).ok(),
        };
        are_all.set(are_all.get() && value.is_some());
        value.unwrap_or(Value::None)
    };
    let operation = operation.with_parts(part_in_row);
    let closure = are_all.get().then(|| Closure::new(operation).ok())?;
    closure.map(Value::Closure)
}
