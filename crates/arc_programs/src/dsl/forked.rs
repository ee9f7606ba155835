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

/// How many calls are kept at most.
const MOST: usize = 32;

/// What functions yielded for the values that forks have in hand.
#[derive(Debug, Default)]
pub(super) struct InHand {
    /// Where the values lie.
    values: Vec<usize>,
    calls: Vec<KeptCall>,
    #[cfg(test)]
    answered: usize,
}

/// A call of a function on a value in hand.
#[derive(Debug)]
struct KeptCall {
    function: Arc<Closure>,
    key: Key,
    made: MadeCall,
}

/// Where a value lies, and how many Python frames are in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    argument: usize,
    frames: u32,
}

/// Where a value lies: no other one does as long as it is in hand.
fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

impl InHand {
    /// Whether nothing is in hand, and nothing kept.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.calls.is_empty()
    }

    /// How many calls were answered by others.
    #[cfg(test)]
    pub(super) fn answered(&self) -> usize {
        self.answered
    }

    /// Whether a fork has this very value in hand.
    #[inline]
    pub(super) fn has(&self, value: &Value) -> bool {
        !self.values.is_empty() && self.values.contains(&address(value))
    }
}

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
    let own = address(value);
    context.in_hand_mut().values.push(own);
    let made = sides(context);
    let in_hand = context.in_hand_mut();
    in_hand.values.pop();
    in_hand.calls.retain(|call| call.key.argument != own);
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
    let key = Key {
        argument: address(argument),
        frames: *context.frames_mut(),
    };
    let meter = Meter::of(context);
    let is_it = |call: &&KeptCall| call.key == key && Arc::ptr_eq(&call.function, function);
    if let Some(call) = context.in_hand().calls.iter().find(is_it)
        && meter.allows(&call.made.charge)
        && let Some(value) = call.made.value.again()
    {
        let charge = call.made.charge;
        #[cfg(test)]
        {
            context.in_hand_mut().answered += 1;
        }
        charge.again(context)?;
        return Ok(value);
    }
    let foreign_calls = context.foreign_calls();
    let value = call_made(context, function, &[argument])?;
    let charge = meter.charge(context);
    if charge.steps >= STEPS
        && !context.is_exhausted()
        && context.foreign_calls() == foreign_calls
        && context.in_hand().calls.len() < MOST
        && value.is_nobody_elses()
    {
        let made = MadeCall {
            value: value.clone(),
            charge,
        };
        let function = Arc::clone(function);
        let calls = &mut context.in_hand_mut().calls;
        calls.push(KeptCall {
            function,
            key,
            made,
        });
    }
    Ok(value)
}
