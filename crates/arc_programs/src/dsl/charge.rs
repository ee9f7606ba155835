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

/// A call that was made.
#[derive(Clone, Debug)]
pub(super) struct MadeCall {
    pub(super) value: Value,
    pub(super) charge: Charge,
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
