//! Paying: steps, bytes and time, and what happens where one of them runs out.

use super::Context;
use crate::deadline::Deadline;
use crate::value::{Failure, Measure, Value};

/// Budget of an evaluation, in steps, bytes and time.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Units of work: a call is one, and so is each item that a primitive
    /// looks at or makes.
    pub steps: u64,
    /// Weight that a value may have, in bytes: no call makes one beyond it. What several
    /// that are kept weigh together is bounded by those who keep them.
    pub bytes: u64,
    /// A point in time beyond which nothing goes on. A guard against a machine
    /// in trouble; results that depend on it are not the same everywhere.
    pub deadline: Option<Deadline>,
}

impl Budget {
    /// A budget of steps alone.
    pub fn of_steps(steps: u64) -> Budget {
        Budget {
            steps,
            bytes: u64::MAX,
            deadline: None,
        }
    }
}

/// What a value weighs: the same in whatever form it is kept, shared parts
/// counted as often as they are reached.
#[inline]
pub(crate) fn nominal_bytes(value: &Value) -> u64 {
    u64::from(value.measure().weight) * Measure::NODE_BYTES
}

impl Context {
    /// The steps that were spent since the budget was last filled; 0 while what
    /// runs is paid for.
    pub(in crate::dsl) fn spent(&self) -> u64 {
        self.granted.saturating_sub(self.progress.steps)
    }

    /// Spends and fails what a call did that is answered from memory. It must be
    /// within what is left.
    ///
    /// # Errors
    /// [`Failure::OutOfBudget`] where the deadline has passed.
    pub(in crate::dsl) fn repeat(&mut self, steps: u64, failures: u64) -> Result<(), Failure> {
        self.progress.failures += failures;
        self.spend(steps as usize)
    }

    /// The steps that are left, of a call over a limit those that it did not
    /// take.
    #[inline]
    pub fn steps_left(&self) -> u64 {
        self.progress.steps + self.progress.unspent
    }

    /// Whether the deadline, if there is one, has passed.
    pub fn is_late(&self) -> bool {
        self.deadline.is_some_and(Deadline::has_passed)
    }

    /// Checks that a value of so many nodes may be built, before it is.
    ///
    /// # Errors
    /// [`Failure::TooLarge`] beyond [`Measure::WEIGHT`], and where it could not
    /// be kept.
    #[inline]
    pub(in crate::dsl) fn room_for(&self, nodes: u64) -> Result<(), Failure> {
        if nodes > u64::from(Measure::WEIGHT) || nodes > self.bytes / Measure::NODE_BYTES {
            return Err(Failure::TooLarge);
        }
        Ok(())
    }

    /// Whether so many steps are left, and no limit was met.
    pub(in crate::dsl) fn affords(&self, steps: usize) -> bool {
        !self.progress.exhausted && self.progress.steps >= steps as u64
    }

    /// Pays for work about to be done.
    ///
    /// # Errors
    /// [`Failure::OutOfBudget`] where there is not enough left, and from then
    /// on.
    #[inline]
    pub fn spend(&mut self, steps: usize) -> Result<(), Failure> {
        let steps = steps as u64;
        if self.progress.steps < steps {
            return self.exhaust();
        }
        self.progress.steps -= steps;
        if self.progress.until_clock <= steps {
            return self.look_at_clock();
        }
        self.progress.until_clock -= steps;
        Ok(())
    }

    /// Runs what is paid for already: whatever it calls costs nothing. Only for
    /// what takes no longer than was paid for, so not for functions that a
    /// program hands over.
    #[inline]
    pub(in crate::dsl) fn prepaid<T>(&mut self, inside: impl FnOnce(&mut Context) -> T) -> T {
        if self.progress.exhausted {
            return inside(self);
        }
        let steps = std::mem::replace(&mut self.progress.steps, u64::MAX);
        let result = inside(self);
        if !self.progress.exhausted {
            self.progress.steps = steps;
        } else if self.progress.unspent > 0 {
            self.progress.unspent = steps;
        }
        result
    }

    #[cold]
    fn exhaust(&mut self) -> Result<(), Failure> {
        self.progress.exhausted = true;
        self.progress.steps = 0;
        Err(Failure::OutOfBudget)
    }

    /// Ends the call for another reason than its steps.
    #[cold]
    pub(super) fn exceed(&mut self) -> Result<(), Failure> {
        if !self.progress.exhausted {
            self.progress.unspent = self.progress.steps;
        }
        self.exhaust()
    }

    #[cold]
    fn look_at_clock(&mut self) -> Result<(), Failure> {
        self.progress.until_clock = Context::CLOCK;
        if self.is_late() {
            return self.exhaust();
        }
        Ok(())
    }
}
