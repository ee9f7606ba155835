//! Evaluating a plan, stage by stage.

use std::time::Instant;

use super::plan::{Callee, PARAMETERS, Slot};
use super::{Inputs, Plan, Stage};
use crate::dsl::call::call;
use crate::dsl::{Budget, Context};
use crate::value::Value;

/// How much the evaluation of a stage may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The steps of one call. A call beyond it yields its default, and the rest
    /// goes on.
    pub call_steps: u64,
    /// The steps of all calls together. Beyond it the evaluation ends.
    pub steps: u64,
    /// How much the results of all calls may weigh, in bytes. Beyond it the
    /// evaluation ends.
    pub bytes: u64,
    /// A point in time at which it ends, whatever it is at: for a machine in
    /// trouble. What it decides is not the same on every machine.
    pub deadline: Option<Instant>,
}

impl Default for Limits {
    /// Limits that an honest program does not meet: a call may take a twentieth
    /// of a second, a sample half a second, on a machine of 2026.
    fn default() -> Self {
        Self {
            call_steps: 5_000_000,
            steps: 50_000_000,
            bytes: 256 << 20,
            deadline: None,
        }
    }
}

/// What the calls of a plan yield that do not depend on what is still unknown:
/// those of constants alone, or also those of a task's demo samples.
///
/// Made once and used for every task, or for every sample of a task.
#[derive(Clone, Debug)]
pub struct Base {
    /// By slot; `None` where not evaluated yet, or no longer needed.
    values: Vec<Option<Value>>,
    costs: Vec<u64>,
    is_complete: bool,
    exhausted_calls: u64,
    first_exhausted: Option<u32>,
    failures: u64,
}

/// What came of evaluating a plan on a sample.
#[derive(Debug)]
pub struct Evaluation<'evaluator> {
    plan: &'evaluator Plan,
    state: &'evaluator Base,
}

impl<'evaluator> Evaluation<'evaluator> {
    /// The value of each call of the plan, in the plan's order; `None` where
    /// the evaluation ended before it, or where the plan does not keep it.
    pub fn results(&self) -> impl ExactSizeIterator<Item = Option<&'evaluator Value>> {
        let first = self.plan.call_slot(0);
        self.state.values[first..].iter().map(Option::as_ref)
    }

    /// The value of one call, the first being 0; `None` as for
    /// [`Evaluation::results`].
    pub fn result_of(&self, call: usize) -> Option<&'evaluator Value> {
        self.state.values.get(self.plan.call_slot(call))?.as_ref()
    }

    /// The value of the plan's result; `None` where the evaluation ended
    /// before it.
    pub fn result(&self) -> Option<&'evaluator Value> {
        self.state.values.get(self.plan.result.0 as usize)?.as_ref()
    }

    /// How many steps each call took.
    pub fn costs(&self) -> &'evaluator [u64] {
        &self.state.costs
    }

    /// Whether every call was evaluated within the limits.
    pub fn is_complete(&self) -> bool {
        self.state.is_complete
    }

    /// The calls that ran out of their own budget and yielded their default.
    pub fn exhausted_calls(&self) -> u64 {
        self.state.exhausted_calls
    }

    /// The first call that ran out of its own budget, or that of all; the first
    /// call of a plan being 0.
    pub fn first_exhausted(&self) -> Option<usize> {
        self.state.first_exhausted.map(|call| call as usize)
    }

    /// The calls that failed, inner ones included.
    pub fn failures(&self) -> u64 {
        self.state.failures
    }
}

/// Evaluates plans; keeps its memory from one to the next.
#[derive(Debug)]
pub struct Evaluator {
    context: Context,
    state: Base,
    arguments: Vec<Value>,
}

impl Default for Evaluator {
    fn default() -> Self {
        Self::new()
    }
}

impl Evaluator {
    /// An evaluator.
    pub fn new() -> Self {
        Self {
            context: Context::new(Budget::of_steps(0)),
            state: Base {
                values: Vec::new(),
                costs: Vec::new(),
                is_complete: true,
                exhausted_calls: 0,
                first_exhausted: None,
                failures: 0,
            },
            arguments: Vec::new(),
        }
    }

    /// Evaluates what depends on constants alone.
    pub fn constants(&mut self, plan: &Plan, limits: Limits) -> Base {
        self.begin(plan);
        self.stages(plan, &[Stage::Constants], limits);
        self.state.clone()
    }

    /// Evaluates what depends on a task's demo samples besides.
    pub fn on_task(&mut self, plan: &Plan, base: &Base, samples: &Value, limits: Limits) -> Base {
        self.state.clone_from(base);
        self.state.values[0] = Some(samples.clone());
        self.stages(plan, &[Stage::Samples], limits);
        self.state.clone()
    }

    /// Evaluates the rest on a sample, of the task that `base` is for.
    pub fn on_sample<'evaluator>(
        &'evaluator mut self,
        plan: &'evaluator Plan,
        base: &Base,
        inputs: &Inputs,
        limits: Limits,
    ) -> Evaluation<'evaluator> {
        self.state.clone_from(base);
        self.set_parameters(inputs);
        self.stages(plan, &[Stage::Input, Stage::Expected], limits);
        Evaluation {
            plan,
            state: &self.state,
        }
    }

    /// Evaluates all of a plan on a sample.
    pub fn evaluate<'evaluator>(
        &'evaluator mut self,
        plan: &'evaluator Plan,
        inputs: &Inputs,
        limits: Limits,
    ) -> Evaluation<'evaluator> {
        self.begin(plan);
        self.set_parameters(inputs);
        self.stages(plan, &Stage::ALL, limits);
        Evaluation {
            plan,
            state: &self.state,
        }
    }

    fn begin(&mut self, plan: &Plan) {
        let state = &mut self.state;
        state.values.clear();
        state.values.resize(PARAMETERS.len(), None);
        state
            .values
            .extend(plan.constants.iter().cloned().map(Some));
        state.values.resize(plan.call_slot(plan.calls()), None);
        state.costs.clear();
        state.costs.resize(plan.calls(), 0);
        state.is_complete = true;
        state.exhausted_calls = 0;
        state.first_exhausted = None;
        state.failures = 0;
    }

    fn set_parameters(&mut self, inputs: &Inputs) {
        let parameters = [&inputs.samples, &inputs.input, &inputs.expected];
        for (slot, value) in self.state.values.iter_mut().zip(parameters) {
            *slot = Some(value.clone());
        }
    }

    /// Evaluates the calls of some stages, which follow each other.
    fn stages(&mut self, plan: &Plan, stages: &[Stage], limits: Limits) {
        let failures_before = self.context.failures();
        let mut steps_left = limits.steps;
        let mut bytes_left = limits.bytes;
        for &call in stages.iter().flat_map(|&stage| plan.calls_of(stage)) {
            let call = call as usize;
            let allowed = limits.call_steps.min(steps_left);
            self.context.refill(Budget {
                steps: allowed,
                bytes: bytes_left,
                deadline: limits.deadline,
            });
            let value = self.call(plan, call);
            let is_exhausted = self.context.is_exhausted();
            let used = match is_exhausted {
                true => allowed,
                false => allowed - self.context.steps_left(),
            };
            steps_left -= used;
            self.state.exhausted_calls += u64::from(is_exhausted);
            let is_too_much = !is_exhausted && self.context.keep(&value).is_err();
            if is_exhausted || is_too_much {
                self.state.first_exhausted.get_or_insert(call as u32);
            }
            if is_too_much {
                self.state.is_complete = false;
                break;
            }
            bytes_left = self.context.bytes_left();
            self.state.costs[call] = used;
            self.state.values[plan.call_slot(call)] = Some(value);
            for &Slot(slot) in plan.dropped_after(call) {
                self.state.values[slot as usize] = None;
            }
            if is_exhausted && (steps_left == 0 || self.context.is_late()) {
                self.state.is_complete = false;
                break;
            }
        }
        self.state.failures += self.context.failures() - failures_before;
    }

    fn call(&mut self, plan: &Plan, index: usize) -> Value {
        let values = &self.state.values;
        // What the evaluation ended before counts as a call that failed.
        let value = |&Slot(slot): &Slot| match &values[slot as usize] {
            Some(value) => value.clone(),
            None => Value::EMPTY_TUPLE,
        };
        self.arguments.clear();
        self.arguments
            .extend(plan.arguments_of(index).iter().map(value));
        match &plan.calls[index].callee {
            Callee::Primitive(primitive) => primitive.call(&mut self.context, &self.arguments),
            Callee::Slot(slot) => {
                call(&mut self.context, &value(slot), &self.arguments).unwrap_or(Value::EMPTY_TUPLE)
            }
            Callee::Failing(default) => default.value(),
        }
    }
}
