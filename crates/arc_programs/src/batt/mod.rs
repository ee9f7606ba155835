//! The batt: a card evaluated on the samples of a task.
//!
//! A card's plan is made once, and its constants are evaluated once
//! ([`Batt::new`]); what depends on the demo samples is evaluated once a task
//! ([`Batt::on_task`]), and the rest on each sample ([`Batt::on_sample`]), which
//! may happen on any number of threads at once. What comes out are the scores of
//! the card's solvers and differs on each sample, and the solvers' outputs; no
//! other value outlives its sample.
//!
//! Solvers are evaluated with `C` withheld, differs see it: [`ScoringPlan`].

mod samples;
mod scores;

use std::time::Duration;

pub use samples::{SampleInputs, samples_of};
pub use scores::{SampleScores, ScoreSum, TaskScores};

use crate::card::{CallId, Card, CardPlanError, ScoredCall, ScoringPlan};
use crate::deadline::Timeout;
use crate::evaluation::{Evaluator, Limits, SharedResults};
use crate::score;
use crate::value::Value;

/// A card, ready to be evaluated on any task.
#[derive(Debug)]
pub struct Batt {
    scoring: ScoringPlan,
    constants: SharedResults,
    budget: SampleBudget,
}

/// Budget of the evaluation of a card on one sample.
#[derive(Clone, Copy, Debug, Default)]
pub struct SampleBudget {
    /// Limits on steps and bytes: the same on every machine.
    pub limits: Limits,
    /// Timeout, for a machine in trouble; `None` for as long as it
    /// takes.
    pub timeout: Option<Timeout>,
}

impl SampleBudget {
    /// The budget of a worker that may take so many bytes of memory, where that
    /// is less than this one lets programs take: half for what they keep, half
    /// for what a call makes on its way, at most a pair of pairs each step.
    pub fn within(self, bytes: u64) -> Self {
        let limits = Limits {
            bytes: self.limits.bytes.min(bytes / 2),
            call_steps: self.limits.call_steps.min(bytes / 256),
            ..self.limits
        };
        Self { limits, ..self }
    }

    /// Time that a sample may take: for ever where there is no timeout.
    pub fn duration(&self) -> Duration {
        self.timeout
            .map_or(Duration::MAX, |timeout| timeout.duration)
    }

    /// The limits of an evaluation that begins now.
    pub fn limits_from_now(&self) -> Limits {
        Limits {
            deadline: self.timeout.map(Timeout::from_now),
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
        let scoring = card.scoring_plan()?;
        let constants = Evaluator::new().constants(&scoring.plan, budget.limits_from_now());
        Ok(Self {
            scoring,
            constants,
            budget,
        })
    }

    /// Which call of the card a call of its scoring is, the first being 0.
    pub fn card_call(&self, call: usize) -> CallId {
        self.scoring.calls[call]
    }

    /// The steps that the program of a solver takes, by its place.
    pub fn steps_of_solver(&self, solver: usize, scores: &TaskScores) -> u64 {
        scores.steps(&self.scoring.solvers[solver])
    }

    /// The steps that the program of a differ takes, by its place.
    pub fn steps_of_differ(&self, differ: usize, scores: &TaskScores) -> u64 {
        scores.steps(&self.scoring.differs[differ])
    }

    /// Evaluates what depends on a task's demo samples; `samples` is the value
    /// of `S`.
    pub fn on_task(&self, samples: &Value) -> SharedResults {
        let limits = self.budget.limits_from_now();
        Evaluator::new().on_task(&self.scoring.plan, &self.constants, samples, limits)
    }

    /// Evaluates the rest on a sample of the task that `shared_results` is for, and
    /// scores it.
    pub fn on_sample(&self, shared_results: &SharedResults, sample: &SampleInputs) -> SampleScores {
        let mut evaluator = Evaluator::new();
        let limits = self.budget.limits_from_now();
        let plan = &self.scoring.plan;
        let evaluation = evaluator.on_sample(plan, shared_results, &sample.inputs, limits);
        let expected = sample.expected.as_ref();
        let value = |scored: &ScoredCall| evaluation.result_of(scored.call);
        let solver = |scored: &ScoredCall| Some(score::of_solver(value(scored)?, expected));
        // What compares with an output that is not known says nothing.
        let differ = |scored: &ScoredCall| match expected {
            Some(_) => Some(score::of_differ(value(scored)?)),
            None => Some(0),
        };
        let (solvers, differs) = (&self.scoring.solvers, &self.scoring.differs);
        SampleScores {
            solvers: solvers.iter().map(solver).collect(),
            differs: differs.iter().map(differ).collect(),
            outputs: solvers.iter().map(|own| value(own).cloned()).collect(),
            costs: evaluation.costs().to_vec(),
            over_limit: evaluation.over_limit().to_vec(),
        }
    }
}
