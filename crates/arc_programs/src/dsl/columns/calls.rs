//! Functions called on columns.

use super::super::call::parameters;
use super::super::charge::Meter;
use super::super::context::Context;
use super::super::relations::CoveredPatches;
use super::Column;
use super::memory::{CallNumber, Remembered};
use super::product::PickedCalls;
use super::recalled::Recalled;
use crate::value::{CellLayout, Operation, Value};

/// The Python frames, or more, that a function is in that a primitive calls on items: the
/// primitive's own, that of a generator, and that of a primitive around it.
const FRAMES: u32 = 3;

/// How many parts of a value are looked at to find closures.
pub(super) const LOOKS: u32 = 64;

/// Calls in columns, of so many rows.
pub(in crate::dsl) struct Columns<'context> {
    pub(super) context: &'context mut Context,
    pub(super) rows: usize,
    /// For how many items the calls are paid: as many as there are rows, or more where a
    /// row stands for several.
    pub(super) items: usize,
    /// Whether a call may have been paid for in another way than each row alike.
    may_differ: bool,
    /// Calls of primitives that were made for all rows at once, and those that were
    /// made row by row.
    pub(super) at_once: usize,
    pub(super) row_by_row: usize,
    /// Whether functions were made, which are one for all rows here and one for each
    /// where they are called one by one.
    pub(super) has_made_closures: bool,
    /// Whether the items are those of a loop before, so that what is made of them is
    /// worth to be remembered.
    pub(super) recurs: bool,
    pub(super) known: Known,
    pub(super) recalled: Recalled,
}

/// What calls have found out about items of a loop.
#[derive(Default)]
pub(super) struct Known {
    covered: CoveredPatches,
    pub(super) picked: PickedCalls,
}

impl<'context> Columns<'context> {
    /// Calls of so many rows, which stand for so many items: `None` comes of whatever
    /// would look at an item apart from its row.
    pub(super) fn of_rows_for(
        context: &'context mut Context,
        rows: usize,
        items: usize,
    ) -> Columns<'context> {
        Columns {
            items,
            ..Columns::new(context, rows, Known::default())
        }
    }

    /// As [`Columns::results`], where each item surely takes as much as others of its row.
    pub(super) fn results_alike(mut self, function: &Value, items: &Column) -> Option<Column> {
        let results = self.results(function, items)?;
        (!self.may_differ).then_some(results)
    }

    pub(super) fn new(
        context: &'context mut Context,
        rows: usize,
        known: Known,
    ) -> Columns<'context> {
        Columns {
            context,
            rows,
            items: rows,
            may_differ: false,
            at_once: 0,
            row_by_row: 0,
            has_made_closures: false,
            recurs: false,
            known,
            recalled: Recalled::default(),
        }
    }

    /// The number of rows.
    pub(in crate::dsl) fn rows(&self) -> usize {
        self.rows
    }

    /// Pays for so many steps in each row; `None` where there is not enough left.
    pub(in crate::dsl) fn spend(&mut self, steps: usize) -> Option<()> {
        let steps = steps.saturating_mul(self.items);
        self.context.spend(steps).ok()
    }

    /// As [`Columns::spend`], so many in all rows together.
    pub(in crate::dsl) fn spend_in_all(&mut self, steps: usize) -> Option<()> {
        if self.items != self.rows {
            return None;
        }
        self.context.spend(steps).ok()
    }

    /// How the dialect's cells are laid out.
    pub(super) fn cells(&self) -> CellLayout {
        self.context.cells()
    }

    /// Calls that a primitive makes: further in by its frames, and those of what it calls.
    pub(in crate::dsl) fn further_in<Made>(
        &mut self,
        inside: impl FnOnce(&mut Self) -> Option<Made>,
    ) -> Option<Made> {
        *self.context.frames_mut() += FRAMES;
        let made = inside(self);
        *self.context.frames_mut() -= FRAMES;
        made
    }

    /// Calls of another number of rows, as of the items of what is in the rows.
    pub(super) fn on_items<Made>(
        &mut self,
        rows: usize,
        inside: impl FnOnce(&mut Columns<'_>) -> Option<Made>,
    ) -> Option<Made> {
        if self.items != self.rows {
            return None;
        }
        let mut columns = Columns::new(self.context, rows, Known::default());
        let made = inside(&mut columns);
        let (at_once, row_by_row) = (columns.at_once, columns.row_by_row);
        let has_made_closures = columns.has_made_closures;
        self.at_once += at_once;
        self.row_by_row += row_by_row;
        self.has_made_closures |= has_made_closures;
        made
    }

    /// The patches that were looked at in this loop, and what of them is left to
    /// spend.
    pub(in crate::dsl) fn covered(&mut self) -> (&mut CoveredPatches, &mut Context) {
        self.may_differ = true;
        (&mut self.known.covered, self.context)
    }

    /// What meets the limits while calls of a row are made. Whoever has it may pay for one
    /// row in another way than for others.
    pub(in crate::dsl) fn context(&mut self) -> &mut Context {
        self.may_differ = true;
        self.context
    }

    /// How many calls were made at once for one that was made row by row: beyond all
    /// numbers where none was.
    pub(super) fn gain(&self) -> usize {
        self.at_once
            .checked_div(self.row_by_row)
            .unwrap_or(usize::MAX)
    }

    #[cfg(test)]
    pub(super) fn row_by_row(&self) -> usize {
        self.row_by_row
    }

    /// What a function yields for the items; `None` where a call fails or meets a
    /// limit, or there are functions among the results.
    pub(super) fn results(&mut self, function: &Value, items: &Column) -> Option<Column> {
        let results = self.with_in_hand(items, |columns| columns.call_value(function, &[items]))?;
        let is_free_of_closures = |value: &Value| value.is_free_of_closures(&mut { LOOKS });
        let is_one_by_one = match &results {
            _ if !self.has_made_closures => true,
            Column::Integers(_) | Column::Booleans(_) | Column::Sets(_) => true,
            Column::Same(value) => is_free_of_closures(value),
            Column::Values(values) => values.iter().all(is_free_of_closures),
            Column::Picked(picked) => picked.iter().all(is_free_of_closures),
            Column::Tuples(parts) => parts
                .iter()
                .all(|part| matches!(part, Column::Integers(_) | Column::Booleans(_))),
            Column::Singles(_) | Column::Closures(_) | Column::Untold => false,
        };
        is_one_by_one.then_some(results)
    }

    /// What functions yield for the arguments in each row; `None` where a call of
    /// a row fails or meets a limit.
    pub(in crate::dsl) fn call(
        &mut self,
        functions: &Column,
        arguments: &[&Column],
    ) -> Option<Column> {
        match functions {
            Column::Same(function) => self.call_value(function, arguments),
            Column::Closures(operation) => self.call_closure(operation, arguments),
            _ => None,
        }
    }

    /// The number of a call with these arguments, or of functions made for each row; `None`
    /// where it will hardly recur.
    pub(in crate::dsl) fn number(
        &mut self,
        function: &Value,
        arguments: &[&Column],
    ) -> Option<CallNumber> {
        let memory = self.context.columns_mut();
        match self.recurs {
            true => memory.number(function, arguments, self.rows),
            false => None,
        }
    }

    /// What a call makes, or, of one that has a number, what it made for this item.
    pub(in crate::dsl) fn remembered(
        &mut self,
        call: Option<CallNumber>,
        item: &Value,
        make: impl FnOnce(&mut Self) -> Option<Column>,
    ) -> Option<Column> {
        let Some(call) = call else {
            return make(self);
        };
        let meter = Meter::of(self.context);
        if let Some(remembered) = self.context.columns_mut().result(call, item)
            && meter.allows(&remembered.charge)
        {
            remembered.charge.again(self.context).ok()?;
            self.has_made_closures |= remembered.has_made_closures;
            self.at_once += remembered.counts.0;
            self.row_by_row += remembered.counts.1;
            return Some(remembered.column);
        }
        let made = self.metered(&meter, make)?;
        if !self.context.is_exhausted() && made.column.is_nobody_elses() {
            let memory = self.context.columns_mut();
            memory.remember((call, item), self.rows, made.clone());
        }
        Some(made.column)
    }

    /// What a call makes, with all that has to be done again where it is remembered.
    pub(super) fn metered(
        &mut self,
        meter: &Meter,
        make: impl FnOnce(&mut Self) -> Option<Column>,
    ) -> Option<Remembered> {
        let (at_once, row_by_row) = (self.at_once, self.row_by_row);
        let had_made_closures = std::mem::take(&mut self.has_made_closures);
        let made = make(self);
        let has_made_closures = self.has_made_closures;
        self.has_made_closures |= had_made_closures;
        Some(Remembered {
            column: made?,
            charge: meter.charge(self.context),
            has_made_closures,
            counts: (self.at_once - at_once, self.row_by_row - row_by_row),
        })
    }

    /// The functions that a primitive makes in each row.
    pub(in crate::dsl) fn closures(&mut self, operation: Operation<Column>) -> Option<Column> {
        self.has_made_closures = true;
        Column::of_closures(operation)
    }

    /// How many parameters functions have that are not functions row by row.
    pub(in crate::dsl) fn parameters(&self, functions: &Column) -> Option<usize> {
        match functions {
            Column::Same(function) => parameters(self.context, function).ok(),
            Column::Closures(operation) => operation.parameters(),
            _ => None,
        }
    }

    fn call_value(&mut self, function: &Value, arguments: &[&Column]) -> Option<Column> {
        if arguments.iter().all(|own| matches!(own, Column::Same(_))) {
            return self.call_once(function, arguments);
        }
        match function {
            Value::Primitive(id) => {
                let primitive = self.context.dialect().primitive(*id)?;
                let made = primitive.in_columns.and_then(|make| {
                    let is_function = |own: &&Column| matches!(own, Column::Closures(_));
                    let call = match arguments.iter().any(is_function) {
                        true if primitive.calls_a_function => self.number(function, arguments),
                        _ => None,
                    };
                    self.remembered(call, &Value::None, |columns| {
                        columns.try_at_once(make, arguments)
                    })
                });
                match made {
                    Some(made) => {
                        self.at_once += 1;
                        Some(made)
                    }
                    None => self
                        .failing_alike(primitive, arguments)
                        .or_else(|| self.call_row_by_row(function, arguments)),
                }
            }
            Value::Closure(closure) => {
                let same = |part: &Value| Column::Same(part.clone());
                self.recalled(closure, arguments, |columns| {
                    columns.call_closure(&closure.operation().with_parts(same), arguments)
                })
            }
            _ => None,
        }
    }

    /// A primitive's way in columns; where it declines, nothing is spent.
    fn try_at_once(&mut self, make: InColumns, arguments: &[&Column]) -> Option<Column> {
        let before = self.context.checkpoint();
        let counts = (self.at_once, self.row_by_row);
        let made = self.spend(1).and_then(|()| make(self, arguments));
        if made.is_none() && !self.context.is_exhausted() {
            self.context.put_back(before);
            (self.at_once, self.row_by_row) = counts;
        }
        made
    }

    /// What the calls yield where they are all the same: one is made.
    fn call_once(&mut self, function: &Value, arguments: &[&Column]) -> Option<Column> {
        if self.rows == 0 {
            return None;
        }
        let meter = Meter::of(self.context);
        let value = self.call_row(function, arguments, 0)?;
        if !value.is_free_of_closures(&mut { LOOKS }) {
            self.has_made_closures = true;
        }
        self.pay_for_others(&meter)?;
        Some(Column::Same(value))
    }

    /// Pays for a call in all rows that was made in the first.
    pub(super) fn pay_for_others(&mut self, meter: &Meter) -> Option<()> {
        let others = self.items as u64 - 1;
        let one = meter.charge(self.context);
        let steps = one.steps.saturating_mul(others);
        self.context.repeat(steps, one.failures * others).ok()
    }

    fn call_closure(
        &mut self,
        operation: &Operation<Column>,
        arguments: &[&Column],
    ) -> Option<Column> {
        self.spend(1)?;
        self.context.enter().ok()?;
        let made = self.carry_out(operation, arguments);
        self.context.leave();
        made
    }

    fn carry_out(
        &mut self,
        operation: &Operation<Column>,
        arguments: &[&Column],
    ) -> Option<Column> {
        match operation {
            Operation::Compose { outer, inner } => {
                let inside = self.call(inner, &[only(arguments)?])?;
                self.with_in_hand(&inside, |columns| columns.call(outer, &[&inside]))
            }
            Operation::Chain {
                last,
                middle,
                first,
            } => {
                let inside = self.call(first, &[only(arguments)?])?;
                let inside =
                    self.with_in_hand(&inside, |columns| columns.call(middle, &[&inside]))?;
                self.with_in_hand(&inside, |columns| columns.call(last, &[&inside]))
            }
            Operation::Fork { outer, left, right } => {
                let argument = only(arguments)?;
                let left = self.call(left, &[argument])?;
                let right = self.call(right, &[argument])?;
                self.call(outer, &[&left, &right])
            }
            Operation::Match { function, target } => {
                let result = self.call(function, &[only(arguments)?])?;
                super::equal(self.rows, &result, target)
            }
            Operation::BindLeft {
                function,
                fixed,
                parameters,
            } => match *taken(arguments, *parameters)? {
                [a] => self.call(function, &[fixed, a]),
                [a, b] => self.call(function, &[fixed, a, b]),
                _ => self.call(function, &[&[fixed], arguments].concat()),
            },
            Operation::BindRight {
                function,
                fixed,
                parameters,
            } => match *taken(arguments, *parameters)? {
                [a] => self.call(function, &[a, fixed]),
                [a, b] => self.call(function, &[a, b, fixed]),
                _ => self.call(function, &[arguments, &[fixed]].concat()),
            },
            Operation::Repeat { function, count } => {
                let mut column = only(arguments)?.clone();
                self.context.room_for_frames(*count).ok()?;
                for _ in 0..*count {
                    self.spend(1)?;
                    column = self.call(function, &[&column])?;
                }
                Some(column)
            }
            Operation::Nothing => Some(Column::Same(Value::EMPTY_TUPLE)),
            Operation::Foreign(_) => {
                self.context.give_up_trial();
                None
            }
        }
    }
}

/// A primitive's way in columns: what it yields for the arguments in each row, its
/// own step paid for; `None` where it has no such way for these.
pub(in crate::dsl) type InColumns = fn(&mut Columns<'_>, &[&Column]) -> Option<Column>;

/// The argument, where there is one.
fn only<'column>(arguments: &[&'column Column]) -> Option<&'column Column> {
    match *arguments {
        [argument] => Some(argument),
        _ => None,
    }
}

/// The arguments, where they are as many as a function takes.
fn taken<'all, 'column>(
    arguments: &'all [&'column Column],
    parameters: u8,
) -> Option<&'all [&'column Column]> {
    (arguments.len() == usize::from(parameters)).then_some(arguments)
}
