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

mod result_cache;
mod sample;
mod samples;
mod scores;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use result_cache::{KnownOutput, NoCache, ResultCache, SolverResult};
pub use samples::{SampleInputs, SampleName, samples_of};
pub use scores::{ProgramScore, SampleScores, ScoreSum, TaskScores};

use crate::card::{CallId, Card, CardPlanError, ScoringPlan};
use crate::deadline::Timeout;
use crate::digest::Digest;
use crate::dsl::FailingCalls;
use crate::evaluation::{Evaluator, Limits, SharedResults};
use crate::value::Value;
use sample::{DifferPrograms, Known, OnSample};

/// A card, ready to be evaluated on any task.
#[derive(Debug)]
pub struct Batt {
    scoring: ScoringPlan,
    constants: SharedResults,
    budget: SampleBudget,
    of_limits: Digest,
    differ_programs: DifferPrograms,
}

/// Task that was begun: what its samples share, and what was known of each.
#[derive(Debug)]
pub struct BegunTask {
    shared_results: SharedResults,
    /// Of each sample, in their order.
    known: Vec<Known>,
}

impl BegunTask {
    /// How many programs are to be evaluated on one of its samples, by its place.
    pub fn to_be_evaluated(&self, place: usize) -> usize {
        let asked = self.known[place].asked.iter();
        asked.filter(|is_asked| **is_asked).count()
    }
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
            differ_programs: DifferPrograms::of(&scoring),
            scoring,
            constants,
            budget,
            of_limits: budget.limits.digest(),
        })
    }

    /// Which call of the card a call of its scoring is, the first being 0.
    pub fn card_call(&self, call: usize) -> CallId {
        self.scoring.calls[call]
    }

    /// Whether a failing call ended the program that this is the score of: one that is
    /// charged all that it may take, and took less.
    pub fn has_failed(&self, score: &ProgramScore) -> bool {
        self.scoring.plan.dialect().failing_calls() == FailingCalls::EndTheProgram
            && score.is_decided
            && !score.met_limit
            && score.steps == self.budget.limits.steps
    }

    /// Begins a task: asks the cache what programs come to on its samples, and evaluates
    /// what depends on the demo samples, where a program needs it that is not known.
    pub fn on_task(&self, samples: &[SampleInputs], cache: &dyn ResultCache) -> BegunTask {
        let limits = self.budget.limits_from_now();
        let known = samples.iter().map(|sample| self.on(sample, cache).known());
        let known: Vec<Known> = known.collect();
        let programs = self.scoring.solvers.len() + self.scoring.differs.len();
        let mut is_asked = vec![false; programs];
        for known in &known {
            for (is_asked, here) in is_asked.iter_mut().zip(&known.asked) {
                *is_asked |= here;
            }
        }
        let of_demos = samples.first().map(|sample| &sample.inputs.samples);
        let shared_results = Evaluator::new().on_task(
            &self.scoring.plan,
            &self.constants,
            of_demos.unwrap_or(&Value::EMPTY_TUPLE),
            |program| is_asked[program],
            limits,
        );
        BegunTask {
            shared_results,
            known,
        }
    }

    /// Evaluates the rest on one of the samples that a task was begun with, by its place
    /// among them, and scores it.
    pub fn on_sample(
        &self,
        begun: &BegunTask,
        place: usize,
        sample: &SampleInputs,
        cache: &dyn ResultCache,
    ) -> SampleScores {
        self.on_sample_by(&mut Evaluator::new(), begun, place, sample, cache)
    }

    /// The same by an evaluator that may have evaluated others, in whose memory there is
    /// room already.
    pub fn on_sample_by(
        &self,
        evaluator: &mut Evaluator,
        begun: &BegunTask,
        place: usize,
        sample: &SampleInputs,
        cache: &dyn ResultCache,
    ) -> SampleScores {
        let known = &begun.known[place];
        let limits = self.budget.limits_from_now();
        let on = self.on(sample, cache);
        on.scores(known, &begun.shared_results, evaluator, limits)
    }

    /// What a solver returns on a sample, by its place; `None` where it has no value.
    pub fn output_of(&self, solver: usize, sample: &SampleInputs) -> Option<Value> {
        let scored = &self.scoring.solvers[solver];
        let limits = self.budget.limits_from_now();
        let mut evaluator = Evaluator::new();
        let plan = &self.scoring.plan;
        let evaluation = evaluator.alone(plan, &scored.own, None, &sample.inputs, limits);
        evaluation.result_of(scored.call).cloned()
    }

    fn on<'a>(&'a self, sample: &'a SampleInputs, cache: &'a dyn ResultCache) -> OnSample<'a> {
        OnSample {
            scoring: &self.scoring,
            sample,
            cache,
            of_limits: self.of_limits,
            differ_programs: &self.differ_programs,
        }
    }
}
