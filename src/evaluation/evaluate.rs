//! Evaluating a plan, one call after the other.

use std::ops::Range;
use std::time::Instant;

use super::plan::{Call, Callee, PARAMETERS, Slot};
use super::{Inputs, Plan};
use crate::dsl::call::call;
use crate::dsl::{Budget, Context};
use crate::value::Value;

/// How much an evaluation on one sample may do.
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

/// What came of evaluating a plan on a sample.
#[derive(Debug)]
pub struct Evaluation<'evaluator> {
    plan: &'evaluator Plan,
    values: &'evaluator [Value],
    costs: &'evaluator [u64],
    /// The calls that ran out of their own budget and yielded their default.
    pub exhausted_calls: u64,
    /// The calls that failed, inner ones included.
    pub failures: u64,
}

impl Evaluation<'_> {
    /// The values of the calls that were evaluated, in order: of all of them,
    /// unless the evaluation [ended early](Evaluation::is_complete).
    pub fn results(&self) -> &[Value] {
        &self.values[self.plan.call_slot(0)..]
    }

    /// How many steps each of these calls took.
    pub fn costs(&self) -> &[u64] {
        self.costs
    }

    /// Whether every call was evaluated within the limits.
    pub fn is_complete(&self) -> bool {
        self.results().len() == self.plan.calls()
    }

    /// The value of the plan's result; `None` where the evaluation ended
    /// before it.
    pub fn result(&self) -> Option<&Value> {
        self.values.get(self.plan.result.0 as usize)
    }
}

/// Evaluates plans; keeps its memory from one to the next.
#[derive(Debug)]
pub struct Evaluator {
    context: Context,
    values: Vec<Value>,
    costs: Vec<u64>,
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
            values: Vec::new(),
            costs: Vec::new(),
            arguments: Vec::new(),
        }
    }

    /// Evaluates a plan on a sample.
    pub fn evaluate<'evaluator>(
        &'evaluator mut self,
        plan: &'evaluator Plan,
        inputs: &Inputs,
        limits: Limits,
    ) -> Evaluation<'evaluator> {
        self.values.clear();
        self.costs.clear();
        let parameters: [&Value; PARAMETERS.len()] =
            [&inputs.samples, &inputs.input, &inputs.expected];
        self.values.extend(parameters.into_iter().cloned());
        self.values.extend(plan.constants.iter().cloned());

        let failures_before = self.context.failures();
        let mut exhausted_calls = 0;
        let mut steps_left = limits.steps;
        let mut bytes_left = limits.bytes;
        for call in &plan.calls {
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
            exhausted_calls += u64::from(is_exhausted);
            if !is_exhausted && self.context.keep(&value).is_err() {
                break;
            }
            bytes_left = self.context.bytes_left();
            self.costs.push(used);
            self.values.push(value);
            if is_exhausted && (steps_left == 0 || self.context.is_late()) {
                break;
            }
        }
        Evaluation {
            plan,
            values: &self.values,
            costs: &self.costs,
            exhausted_calls,
            failures: self.context.failures() - failures_before,
        }
    }

    fn call(&mut self, plan: &Plan, one: &Call) -> Value {
        let range: Range<usize> = one.first_argument as usize..one.last_argument as usize;
        self.arguments.clear();
        let slots = plan.arguments[range].iter();
        let values = &self.values;
        self.arguments
            .extend(slots.map(|&Slot(slot)| values[slot as usize].clone()));
        match one.callee {
            Callee::Primitive(primitive) => primitive.call(&mut self.context, &self.arguments),
            Callee::Slot(Slot(slot)) => {
                call(&mut self.context, &values[slot as usize], &self.arguments)
                    .unwrap_or(Value::EMPTY_TUPLE)
            }
            Callee::Failing(default) => default.value(),
        }
    }
}
