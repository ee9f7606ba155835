//! What a call took, which is charged again where one like it is answered from memory.
//!
//! Nobody can tell such an answer: the steps and failures are those of the call that was
//! made, and it is made again where it could come to another end, for fewer steps are left
//! than it took, or it could nest too deeply.

use super::context::Context;
use crate::value::{Failure, Value};

/// What a call took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Charge {
    pub(super) steps: u64,
    pub(super) failures: u64,
    /// How deep it was nested: so deep closures within it do not nest too deeply.
    depth: u32,
    /// How much deeper closures within it nest, or less.
    height: u32,
    /// Whether it asked whether Python has so many frames, which depends on how deep it is.
    has_asked_for_frames: bool,
}

impl Charge {
    /// Of so many calls like it; `None` of more steps than can be counted.
    pub(super) fn times(self, calls: u64) -> Option<Charge> {
        Some(Charge {
            steps: self.steps.checked_mul(calls)?,
            failures: self.failures.checked_mul(calls)?,
            ..self
        })
    }

    /// Charges it again.
    ///
    /// # Errors
    /// As [`Context::repeat`].
    #[inline]
    pub(super) fn again(self, context: &mut Context) -> Result<(), Failure> {
        context.reach(self.height, self.has_asked_for_frames);
        context.repeat(self.steps, self.failures)
    }
}

/// A call that was made, by which others like it are answered.
#[derive(Clone, Debug)]
pub(super) struct MadeCall {
    value: Value,
    charge: Charge,
}

impl MadeCall {
    /// A call that yielded this; `None` where another call yields what could be told from it: a
    /// closure, or a set that others have already, for that may be one which the call has made,
    /// or one which it was given and would be given again.
    pub(super) fn new(value: &Value, charge: Charge) -> Option<MadeCall> {
        value.is_nobody_elses().then(|| MadeCall {
            value: value.clone(),
            charge,
        })
    }

    /// How many steps it took.
    pub(super) fn steps(&self) -> u64 {
        self.charge.steps
    }

    /// How many nodes are kept of what it yielded.
    pub(super) fn weight(&self) -> u64 {
        u64::from(self.value.measure().weight)
    }

    /// What another call yields, of a set another one, and what that takes; `None` where it has
    /// to be made, for it could come to another end.
    #[inline]
    pub(super) fn answer(&self, meter: &Meter) -> Option<(Value, Charge)> {
        match meter.allows(&self.charge) {
            true => Some((self.value.again()?, self.charge)),
            false => None,
        }
    }
}

/// Where a context stands before a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meter {
    steps_left: u64,
    failures: u64,
    depth: u32,
    frames_asked: u64,
}

impl Meter {
    #[inline]
    pub(super) fn of(context: &Context) -> Self {
        Self {
            steps_left: context.steps_left(),
            failures: context.failures(),
            depth: context.depth(),
            frames_asked: context.frames_asked(),
        }
    }

    /// Whether a call that took this comes to the same end here.
    #[inline]
    pub(super) fn allows(&self, charge: &Charge) -> bool {
        let may_be_deeper =
            !charge.has_asked_for_frames && self.depth + charge.height <= Context::DEPTH;
        charge.steps <= self.steps_left && (charge.depth >= self.depth || may_be_deeper)
    }

    /// What the call took, which has ended.
    #[inline]
    pub(super) fn charge(&self, context: &Context) -> Charge {
        Charge {
            steps: self.steps_left - context.steps_left(),
            failures: context.failures() - self.failures,
            depth: self.depth,
            height: context.deepest().saturating_sub(self.depth),
            has_asked_for_frames: context.frames_asked() != self.frames_asked,
        }
    }
}
