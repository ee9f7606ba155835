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
use super::super::in_hand::InHand;
use super::memory::Remembered;
use super::{Column, Columns};
use crate::value::{Closure, Value};

/// How many steps a call took at least in each row: a cheaper one is as soon made.
const STEPS: u64 = 8;

/// What functions yielded for the columns in hand.
pub(super) type Recalled = InHand<Column, Remembered>;

impl Columns<'_> {
    /// What is called on a column, or in calls on it, while it is in hand.
    pub(super) fn with_in_hand<Made>(
        &mut self,
        column: &Column,
        inside: impl FnOnce(&mut Self) -> Made,
    ) -> Made {
        self.recalled.take_up(column);
        let made = inside(self);
        self.recalled.put_down(column);
        made
    }

    /// What a function yields for arguments, from the call before if there was one.
    pub(super) fn recalled(
        &mut self,
        function: &Arc<Closure>,
        arguments: &[&Column],
        make: impl FnOnce(&mut Self) -> Option<Column>,
    ) -> Option<Column> {
        let argument = match *arguments {
            // What only one place has is called once.
            [argument] if Arc::strong_count(function) > 1 && self.recalled.has(argument) => {
                argument
            }
            _ => return make(self),
        };
        let key = self.recalled.key(argument, *self.context.frames_mut());
        let meter = Meter::of(self.context);
        if let Some(remembered) = self.recalled.made(function, key)
            && meter.allows(&remembered.charge)
            && let Some(column) = remembered.column.again()
        {
            self.has_made_closures |= remembered.has_made_closures;
            self.at_once += remembered.counts.0 + remembered.counts.1;
            remembered.charge.again(self.context).ok()?;
            return Some(column);
        }
        let made = self.metered(&meter, make)?;
        if made.charge.steps >= STEPS * self.rows as u64
            && self.recalled.has_room()
            && !self.context.is_exhausted()
            && made.column.is_nobody_elses()
        {
            self.recalled.keep(function, key, made.clone());
        }
        Some(made.column)
    }
}

impl Column {
    /// Whether it holds no sets but such that nobody else has.
    pub(super) fn is_nobody_elses(&self) -> bool {
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
    pub(super) fn again(&self) -> Option<Column> {
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
