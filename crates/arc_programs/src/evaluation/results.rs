//! What evaluating a plan has come to.

use super::spending::{ProgramEnd, Spending};
use super::{Limits, Plan};
use crate::value::{Failure, Value};

/// Results of those calls of a plan that do not depend on what is still unknown:
/// those of constants alone, or also those of a task's demo samples.
///
/// Made once and used for every task, or for every sample of a task.
#[derive(Debug)]
pub struct SharedResults {
    /// By slot; `None` where not evaluated yet, or no longer needed.
    pub(super) values: Vec<Option<Value>>,
    pub(super) costs: Vec<u64>,
    pub(super) has_ended_early: bool,
    pub(super) over_limit: Vec<u32>,
    pub(super) ended: Vec<EndedCall>,
    pub(super) failures: u64,
    pub(super) spending: Spending,
}

impl Clone for SharedResults {
    fn clone(&self) -> Self {
        Self {
            values: self.values.clone(),
            costs: self.costs.clone(),
            has_ended_early: self.has_ended_early,
            over_limit: self.over_limit.clone(),
            ended: self.ended.clone(),
            failures: self.failures,
            spending: self.spending.clone(),
        }
    }

    /// As [`Clone::clone`], in the memory at hand.
    fn clone_from(&mut self, source: &Self) {
        let Self {
            values,
            costs,
            has_ended_early,
            over_limit,
            ended,
            failures,
            spending,
        } = source;
        match self.values.is_empty() {
            true => self.values.extend_from_slice(values),
            false => {
                self.values.resize(values.len(), None);
                // Nearly all have no value, here nor there.
                for (own, value) in self.values.iter_mut().zip(values) {
                    if own.is_some() || value.is_some() {
                        own.clone_from(value);
                    }
                }
            }
        }
        self.costs.clone_from(costs);
        self.has_ended_early = *has_ended_early;
        self.over_limit.clone_from(over_limit);
        self.ended.clone_from(ended);
        self.failures = *failures;
        self.spending.clone_from(spending);
    }
}

/// A call that failed and so ended its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedCall {
    /// Its place in the plan, the first call being 0.
    pub call: u32,
    /// Why it failed, or the call inside of it that did.
    pub failure: Failure,
}

/// Evaluation of a plan on a sample: values, steps, calls over a limit.
#[derive(Debug)]
pub struct Evaluation<'evaluator> {
    pub(super) plan: &'evaluator Plan,
    pub(super) state: &'evaluator SharedResults,
    pub(super) limits: Limits,
}

impl<'evaluator> Evaluation<'evaluator> {
    /// The value of each call of the plan, in the plan's order; `None` for a call
    /// that has none: it met a limit or ended its program, or depends on one that did, or the
    /// evaluation ended before it, or the plan does not keep it.
    pub fn results(&self) -> impl ExactSizeIterator<Item = Option<&'evaluator Value>> {
        let first = self.plan.call_slot(0);
        self.state.values[first..].iter().map(Option::as_ref)
    }

    /// The value of one call, the first being 0; `None` as for
    /// [`Evaluation::results`].
    pub fn result_of(&self, call: usize) -> Option<&'evaluator Value> {
        self.state.values.get(self.plan.call_slot(call))?.as_ref()
    }

    /// The value of the plan's result; `None` as for [`Evaluation::results`], and where
    /// a call ended the one program that it is.
    pub fn result(&self) -> Option<&'evaluator Value> {
        if self.plan.programs.is_none() && !self.state.ended.is_empty() {
            return None;
        }
        self.state.values.get(self.plan.result.0 as usize)?.as_ref()
    }

    /// What came of a program of the plan, by its place, that ends with a call.
    pub fn end_of(&self, program: usize, call: usize) -> ProgramEnd {
        let has_value = self.result_of(call).is_some();
        let spending = &self.state.spending;
        spending.end_of(program, has_value, &self.limits)
    }

    /// Steps that each call took; 0 for one that was not evaluated.
    pub fn costs(&self) -> &'evaluator [u64] {
        &self.state.costs
    }

    /// Whether no call met a limit and none is left.
    pub fn is_complete(&self) -> bool {
        self.state.over_limit.is_empty() && !self.state.has_ended_early
    }

    /// The calls that met a limit, so that they have no value, in the order in
    /// which they were evaluated; the first call of a plan being 0.
    pub fn over_limit(&self) -> &'evaluator [u32] {
        &self.state.over_limit
    }

    /// The calls that failed and so ended their program, in the order in which
    /// they were evaluated: none in a dialect where failing calls yield a value.
    pub fn ended(&self) -> &'evaluator [EndedCall] {
        &self.state.ended
    }

    /// The call at which a program that is evaluated line by line ends, of those that
    /// failed or met a limit: the first in the plan's order, for the others may not be
    /// reached. The failure is `None` for a limit.
    pub fn first_end(&self) -> Option<(u32, Option<Failure>)> {
        let ended = self.ended().iter();
        let ended = ended.map(|own| (own.call, Some(own.failure)));
        let over_limit = self.over_limit().iter().map(|&call| (call, None));
        ended.chain(over_limit).min_by_key(|(call, _)| *call)
    }

    /// The calls that failed, inner ones included.
    pub fn failures(&self) -> u64 {
        self.state.failures
    }
}
