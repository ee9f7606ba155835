//! Calls that both sides of a fork make.
//!
//! `fork(shift, f, compose(invert, compose(ulcorner, f)))` calls `f` twice on one value, and so
//! do many programs whose lines name a function in several others. So where both sides of a
//! fork begin with one function, what such functions yield for the value is kept until both
//! sides are there. Loops over many items do the same for all at once
//! ([`columns`](super::columns)); this is for those over few, and for items that are called one
//! by one.
//!
//! # Nobody can tell
//!
//! As in [`memo`](super::memo), steps and failures are those of calls that are made. And a set
//! that comes of one call is no other's: one met with itself is copied, and has another order
//! then. So what is kept are sets that nobody else has, and the second call yields another one
//! with the same elements in the same order ([`Value::again`]). A function from outside is called
//! as often as CPython would call it: what called one is not kept.

use std::sync::Arc;

use super::call::call_made;
use super::charge::{MadeCall, Meter};
use super::context::Context;
use crate::value::{Closure, Failure, Outcome, Value};

/// How many steps a call took at least: a cheaper one is as soon made.
const STEPS: u64 = 16;

/// Both sides of a fork, which begin with one function, of a value.
///
/// # Errors
/// Those of the sides.
pub(super) fn with_in_hand<Made>(
    context: &mut Context,
    value: &Value,
    sides: impl FnOnce(&mut Context) -> Result<Made, Failure>,
) -> Result<Made, Failure> {
    if !context.allows_shortcuts() || context.in_hand().has(value) {
        return sides(context);
    }
    context.in_hand_mut().take_up(value);
    let made = sides(context);
    context.in_hand_mut().put_down(value);
    made
}

/// What a function yields for a value that a fork has in hand, from the call before if there
/// was one.
///
/// # Errors
/// As [`call`](super::call::call).
pub(super) fn recalled(
    context: &mut Context,
    function: &Arc<Closure>,
    argument: &Value,
) -> Outcome {
    let frames = *context.frames_mut();
    let key = context.in_hand().key(argument, frames);
    let meter = Meter::of(context);
    if let Some(made) = context.in_hand().made(function, key)
        && let Some((value, charge)) = made.answer(&meter)
    {
        #[cfg(test)]
        context.count_answered_fork();
        charge.again(context)?;
        return Ok(value);
    }
    let foreign_calls = context.foreign_calls();
    let value = call_made(context, function, &[argument])?;
    let charge = meter.charge(context);
    if charge.steps >= STEPS
        && !context.is_exhausted()
        && context.foreign_calls() == foreign_calls
        && context.in_hand().has_room()
        && let Some(made) = MadeCall::new(&value, charge)
    {
        context.in_hand_mut().keep(function, key, made);
    }
    Ok(value)
}
