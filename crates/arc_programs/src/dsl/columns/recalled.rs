//! Calls of a function that a part of a loop makes twice.
//!
//! `fork(shift, f, compose(invert, compose(ulcorner, f)))` calls `f` twice on each item, and
//! so do most programs whose lines name a function in several others. So what such a
//! function yields for a column is kept as long as that column is in hand.
//!
//! # Nobody can tell
//!
//! As in [`memo`](super::super::memo), steps and failures are those of calls that are made.
//! And a set that comes of one call is no other's: one met with itself is copied, and has
//! another order then. So what is kept are sets that nobody else has, and who asks for them
//! again gets others with the same elements in the same order ([`Column::again`]).

use std::sync::Arc;

use super::super::charge::Meter;
use super::memory::Remembered;
use super::{Column, Columns};
use crate::value::{Closure, Value};

/// How many steps a call took at least in each row: a cheaper one is as soon made.
const STEPS: u64 = 8;

/// How many calls are kept at most.
const MOST: usize = 32;

/// What functions yielded for the columns in hand.
#[derive(Default)]
pub(super) struct Recalled {
    /// Where the columns lie that are in hand.
    in_hand: Vec<usize>,
    calls: Vec<Call>,
}

/// A call of a function on a column.
struct Call {
    function: Arc<Closure>,
    key: Key,
    remembered: Remembered,
}

/// Where a column lies, and how many Python frames are in use.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    argument: usize,
    frames: u32,
}

/// Where a column lies: no other one does as long as it is in hand.
fn address(column: &Column) -> usize {
    std::ptr::from_ref(column).addr()
}

impl Columns<'_> {
    /// What is called on a column, or in calls on it, while it is in hand.
    pub(super) fn with_in_hand<Made>(
        &mut self,
        column: &Column,
        inside: impl FnOnce(&mut Self) -> Made,
    ) -> Made {
        let own = address(column);
        self.recalled.in_hand.push(own);
        let made = inside(self);
        self.recalled.in_hand.pop();
        self.recalled.calls.retain(|call| call.key.argument != own);
        made
    }

    /// What a function yields for arguments, from the call before if there was one.
    pub(super) fn recalled(
        &mut self,
        function: &Arc<Closure>,
        arguments: &[&Column],
        make: impl FnOnce(&mut Self) -> Option<Column>,
    ) -> Option<Column> {
        let key = match arguments {
            // What only one place has is called once.
            [argument] if Arc::strong_count(function) > 1 => Key {
                argument: address(argument),
                frames: *self.context.frames_mut(),
            },
            _ => return make(self),
        };
        if !self.recalled.in_hand.contains(&key.argument) {
            return make(self);
        }
        let meter = Meter::of(self.context);
        let is_it = |call: &&Call| call.key == key && Arc::ptr_eq(&call.function, function);
        if let Some(call) = self.recalled.calls.iter().find(is_it)
            && meter.allows(&call.remembered.charge)
            && let Some(column) = call.remembered.column.again()
        {
            let remembered = &call.remembered;
            self.has_made_closures |= remembered.has_made_closures;
            self.at_once += remembered.counts.0 + remembered.counts.1;
            remembered.charge.again(self.context).ok()?;
            return Some(column);
        }
        let made = self.metered(&meter, make)?;
        if made.charge.steps >= STEPS * self.rows as u64
            && self.recalled.calls.len() < MOST
            && !self.context.is_exhausted()
            && made.column.is_nobody_elses()
        {
            self.recalled.calls.push(Call {
                function: Arc::clone(function),
                key,
                remembered: made.clone(),
            });
        }
        Some(made.column)
    }
}

impl Column {
    /// Whether it holds no sets but such that nobody else has.
    fn is_nobody_elses(&self) -> bool {
        match self {
            Column::Integers(_) | Column::Booleans(_) => true,
            Column::Same(value) => value.is_nobody_elses(),
            Column::Values(values) => values.iter().all(Value::is_nobody_elses),
            Column::Sets(rows) => rows.is_nobody_elses(),
            Column::Tuples(parts) => parts.iter().all(Column::is_nobody_elses),
            Column::Singles(items) => items.is_nobody_elses(),
            Column::Picked(_) | Column::Closures(_) | Column::Untold => false,
        }
    }

    /// What another call would yield that does the same; `None` where that is not known.
    fn again(&self) -> Option<Column> {
        Some(match self {
            Column::Integers(_) | Column::Booleans(_) => self.clone(),
            Column::Same(value) => Column::Same(value.again()?),
            Column::Values(values) => {
                Column::Values(values.iter().map(Value::again).collect::<Option<_>>()?)
            }
            Column::Sets(rows) => Column::Sets(rows.again()),
            Column::Tuples(parts) => {
                Column::Tuples(parts.iter().map(Column::again).collect::<Option<_>>()?)
            }
            Column::Singles(items) => Column::Singles(Box::new(items.again()?)),
            Column::Picked(_) | Column::Closures(_) | Column::Untold => return None,
        })
    }
}
