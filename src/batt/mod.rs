//! The batt: a card evaluated on the samples of a task.
//!
//! A card's plan is made once, and its constants are evaluated once
//! ([`Batt::new`]); what depends on the demo samples is evaluated once a task
//! ([`Batt::on_task`]), and the rest on each sample ([`Batt::on_sample`]), which
//! may happen on any number of threads at once. What comes out are the scores of
//! the card's solvers and differs on each sample, and the solvers' outputs; no
//! other value outlives its sample.

mod samples;
mod scores;

use std::time::{Duration, Instant};

pub use samples::{SampleInputs, samples_of};
pub use scores::{SampleScores, TaskScores};

use crate::card::{Card, CardPlanError};
use crate::evaluation::{Base, Evaluator, Limits, Plan};
use crate::score;
use crate::value::Value;

/// A card, ready to be evaluated on any task.
#[derive(Debug)]
pub struct Batt {
    plan: Plan,
    constants: Base,
    /// The calls that are the solvers' outputs, in the card's order.
    solvers: Vec<usize>,
    /// The calls that are the differs' results, in the card's order.
    differs: Vec<usize>,
    budget: SampleBudget,
}

/// How much the evaluation of a card on one sample may take.
#[derive(Clone, Copy, Debug)]
pub struct SampleBudget {
    /// What it may do: the same on every machine.
    pub limits: Limits,
    /// How long it may take, for a machine in trouble.
    pub timeout: Duration,
}

impl SampleBudget {
    /// The budget of a worker that may take so many bytes of memory, where that
    /// is less than this one lets programs take: half for what they keep, half
    /// for what a call makes on its way, at most a value of 16 bytes each step
    /// and that twice while a list grows.
    pub fn within(self, bytes: u64) -> Self {
        let limits = Limits {
            bytes: self.limits.bytes.min(bytes / 2),
            call_steps: self.limits.call_steps.min(bytes / 64),
            ..self.limits
        };
        Self { limits, ..self }
    }

    /// The limits of an evaluation that begins now.
    pub fn limits_from_now(&self) -> Limits {
        Limits {
            // A timeout beyond the end of the clock is none.
            deadline: Instant::now().checked_add(self.timeout),
            ..self.limits
        }
    }
}

impl Batt {
    /// Resolves a card's names and evaluates its constants.
    ///
    /// # Errors
    /// Fails for a card that names what is neither primitive nor constant.
    pub fn new(card: &Card, budget: SampleBudget) -> Result<Self, CardPlanError> {
        let plan = card.plan_for_scores()?;
        let constants = Evaluator::new().constants(&plan, budget.limits_from_now());
        Ok(Self {
            plan,
            constants,
            solvers: card
                .solvers()
                .iter()
                .map(|entry| entry.call.index())
                .collect(),
            differs: card.differs().map(|entry| entry.call.index()).collect(),
            budget,
        })
    }

    /// Evaluates what depends on a task's demo samples; `samples` is the value
    /// of `S`.
    pub fn on_task(&self, samples: &Value) -> Base {
        let limits = self.budget.limits_from_now();
        Evaluator::new().on_task(&self.plan, &self.constants, samples, limits)
    }

    /// Evaluates the rest on a sample of the task that `base` is for, and
    /// scores it.
    pub fn on_sample(&self, base: &Base, sample: &SampleInputs) -> SampleScores {
        let begun = Instant::now();
        let mut evaluator = Evaluator::new();
        let limits = self.budget.limits_from_now();
        let evaluation = evaluator.on_sample(&self.plan, base, &sample.inputs, limits);
        let expected = sample.expected.as_ref();
        let solver = |&call: &usize| score::of_solver(evaluation.result_of(call), expected);
        // What compares with an output that is not known says nothing.
        let differ = |&call: &usize| match expected {
            Some(_) => score::of_differ(evaluation.result_of(call)),
            None => 0,
        };
        let output = |&call: &usize| evaluation.result_of(call).cloned();
        SampleScores {
            solvers: self.solvers.iter().map(solver).collect(),
            differs: self.differs.iter().map(differ).collect(),
            outputs: self.solvers.iter().map(output).collect(),
            costs: evaluation.costs().to_vec(),
            timed_out_in: evaluation.first_exhausted(),
            time: begun.elapsed(),
        }
    }
}
