//! How a call ends: with a value, with what stands for it, or with all that is running.

use super::Context;
use crate::dsl::dialect::FailingCalls;
use crate::dsl::failure_value::FailureValue;
use crate::value::{Failure, ForeignCall, ForeignFunction, Outcome, Raised, Value};

impl Context {
    /// Whether a limit was met since the budget was last filled: its steps, the
    /// deadline, or how large or deep a value, or how deep calls, may be. The
    /// call in hand has no value then. Nor has it where a failing call ended the
    /// program ([`Context::has_ended_program`]), which stops what is running in
    /// the same way.
    #[inline]
    pub fn is_exhausted(&self) -> bool {
        self.progress.exhausted
    }

    /// Whether a call has failed since the budget was last filled, in a dialect
    /// whose failing calls end the program.
    #[inline]
    pub fn has_ended_program(&self) -> bool {
        self.progress.has_ended_program
    }

    /// Why the first call failed of those that failed since the budget was last
    /// filled, in a dialect whose failing calls end the program: the innermost one.
    #[inline]
    pub fn ended_by(&self) -> Option<Failure> {
        self.progress.ended_by
    }

    /// Number of calls that have failed so far, inner ones included.
    #[inline]
    pub fn failures(&self) -> u64 {
        self.progress.failures
    }

    /// Why the last call failed that has failed so far.
    pub(in crate::dsl) fn last_failure(&self) -> Option<Failure> {
        self.progress.last_failure
    }

    /// What a call yields in the end: its result, or what stands for it where it
    /// failed. Where a limit was met, or the failure ends the program, that only
    /// stands in until all that is running has come back.
    #[inline(always)]
    pub(crate) fn settle(&mut self, outcome: Outcome, on_failure: FailureValue) -> Value {
        match outcome {
            Ok(value) if !self.progress.exhausted => value,
            outcome => self.settle_failed(outcome, on_failure),
        }
    }

    #[cold]
    fn settle_failed(&mut self, outcome: Outcome, on_failure: FailureValue) -> Value {
        match outcome {
            Ok(_) => self.fail(Failure::OutOfBudget, on_failure),
            Err(failure) => {
                if failure.ends_all() {
                    // What was spent stays spent; this only ends the call.
                    let _ = self.exceed();
                }
                self.fail(failure, on_failure)
            }
        }
    }

    /// What a call yields that is not begun, for its arguments are given in a way
    /// that no callee takes.
    pub(crate) fn refuse(&mut self, on_failure: FailureValue) -> Value {
        self.end_program_where_failures_do(Failure::ArgumentCount);
        on_failure.value()
    }

    fn fail(&mut self, failure: Failure, on_failure: FailureValue) -> Value {
        self.progress.failures += 1;
        self.progress.last_failure = Some(failure);
        self.end_program_where_failures_do(failure);
        on_failure.value()
    }

    #[inline]
    fn end_program_where_failures_do(&mut self, failure: Failure) {
        let ends = self.dialect.failing_calls() == FailingCalls::EndTheProgram;
        if ends && !self.progress.exhausted {
            self.progress.has_ended_program = true;
            self.progress.ended_by = Some(failure);
            let _ = self.exceed();
        }
    }

    /// Calls a function from outside.
    ///
    /// # Errors
    /// [`Failure::Raised`] where it raises something, which is kept for who made the
    /// context ([`Context::take_raised`]); no call is made from then on.
    /// [`Failure::OutOfBudget`] on trial.
    pub(in crate::dsl) fn call_foreign(
        &mut self,
        function: &dyn ForeignFunction,
        arguments: &[&Value],
    ) -> Outcome {
        if self.is_on_trial {
            self.give_up_trial();
            return Err(Failure::OutOfBudget);
        }
        self.foreign_calls += 1;
        let depth = self.progress.depth;
        let raised = match function.call(ForeignCall { arguments, depth }) {
            Ok(value) => return Ok(value),
            Err(raised) => raised,
        };
        // Whatever becomes of this failure on its way out.
        let _ = self.exceed();
        self.raised = Some(raised);
        Err(Failure::Raised)
    }

    /// How many functions from outside were called so far.
    pub(in crate::dsl) fn foreign_calls(&self) -> u64 {
        self.foreign_calls
    }

    /// Whether a function from outside has raised something since the budget was last
    /// filled: that has ended what was running, as a limit does.
    pub(crate) fn has_raised(&self) -> bool {
        self.raised.is_some()
    }

    /// What it has raised.
    pub fn take_raised(&mut self) -> Option<Raised> {
        self.raised.take()
    }
}
