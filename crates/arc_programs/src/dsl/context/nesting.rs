//! How deep calls nest: closures, and the frames that CPython would have.

use super::Context;
use crate::dsl::dialect::FailingCalls;
use crate::value::Failure;

impl Context {
    /// The context of calls that closures are already nested around, so deep.
    pub fn at_depth(mut self, depth: u32) -> Context {
        self.progress.depth = depth;
        self.deepest = depth;
        self
    }

    /// How deep the closure that is running is nested; 0 where none is.
    pub(in crate::dsl) fn depth(&self) -> u32 {
        self.progress.depth
    }

    /// Whether a closure may be called here.
    pub(in crate::dsl) fn may_nest(&self) -> bool {
        self.progress.depth < Context::DEPTH
    }

    /// Begins the inside of a closure.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] beyond [`Context::DEPTH`].
    #[inline]
    pub(in crate::dsl) fn enter(&mut self) -> Result<(), Failure> {
        if self.progress.depth >= Context::DEPTH {
            return Err(Failure::TooDeep);
        }
        self.progress.depth += 1;
        self.deepest = self.deepest.max(self.progress.depth);
        Ok(())
    }

    /// How deep closures were nested, at the deepest, since the budget was last filled.
    pub(in crate::dsl) fn deepest(&self) -> u32 {
        self.deepest
    }

    /// Counts closures that would be nested so much deeper than the one that is running, and
    /// whether they would ask for frames.
    #[inline]
    pub(in crate::dsl) fn reach(&mut self, height: u32, asks_for_frames: bool) {
        self.deepest = self.deepest.max(self.progress.depth + height);
        self.frames_asked += u64::from(asks_for_frames);
    }

    /// How often it was asked whether there are frames enough.
    pub(in crate::dsl) fn frames_asked(&self) -> u64 {
        self.frames_asked
    }

    /// Ends it.
    #[inline]
    pub(in crate::dsl) fn leave(&mut self) {
        self.progress.depth -= 1;
    }

    /// What runs inside of a generator: nothing that comes next is another failure
    /// there, for it would end the generator as if it were done.
    #[inline]
    pub(in crate::dsl) fn in_generator<T>(
        &mut self,
        inside: impl FnOnce(&mut Context) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let had_ended = self.progress.has_ended_program;
        let outcome = inside(self);
        if !had_ended && self.progress.ended_by == Some(Failure::NothingNext) {
            self.progress.ended_by = Some(Failure::NothingNextInGenerator);
        }
        match outcome {
            Err(Failure::NothingNext) => Err(Failure::NothingNextInGenerator),
            outcome => outcome,
        }
    }

    /// What runs so many Python frames further in.
    #[inline]
    pub(in crate::dsl) fn with_frames<T>(
        &mut self,
        frames: u32,
        inside: impl FnOnce(&mut Context) -> T,
    ) -> T {
        self.progress.frames += frames;
        let result = inside(self);
        self.progress.frames = self.progress.frames.saturating_sub(frames);
        result
    }

    /// The frames that are running, but for those of closures.
    #[inline]
    pub(in crate::dsl) fn frames_mut(&mut self) -> &mut u32 {
        &mut self.progress.frames
    }

    /// Checks that so many frames more are allowed.
    ///
    /// # Errors
    /// [`Failure::Recursion`] where they are not.
    pub(in crate::dsl) fn room_for_frames(&mut self, frames: u64) -> Result<(), Failure> {
        if self.dialect.failing_calls() == FailingCalls::YieldAValue {
            // Nobody sees how deep the reference's calls would nest.
            return Ok(());
        }
        self.frames_asked += 1;
        let running = u64::from(self.progress.frames + self.progress.depth);
        match running.saturating_add(frames) > u64::from(Context::FRAMES) {
            true => Err(Failure::Recursion),
            false => Ok(()),
        }
    }
}
