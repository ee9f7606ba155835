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
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use samples::{SampleInputs, samples_of};
pub use scores::{ProgramScore, SampleScores, ScoreSum, TaskScores};

use crate::card::{CallId, Card, CardPlanError, ScoredCall, ScoringPlan};
use crate::deadline::Timeout;
use crate::evaluation::{Evaluator, Limits, ProgramEnd, SharedResults};
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
        let ScoringPlan {
            plan,
            solvers,
            differs,
            ..
        } = &self.scoring;
        let evaluation = evaluator.on_sample(plan, shared_results, &sample.inputs, limits);
        let mut over_limit = evaluation.over_limit().to_vec();
        let outcome = |(program, scored): (usize, &ScoredCall)| Outcome {
            value: evaluation.result_of(scored.call).cloned(),
            end: evaluation.end_of(program, scored.call),
        };
        let mut outputs: Vec<Outcome> = (0..).zip(solvers).map(outcome).collect();
        let mut results: Vec<Outcome> = (solvers.len()..).zip(differs).map(outcome).collect();
        let mut alone = Evaluator::new();
        let mut alone = |program: usize, scored: &ScoredCall, input: Option<&Value>| {
            let known = scored.input.zip(input);
            let known = known.map(|(solver, input)| (solvers[solver].call, input));
            let evaluation = alone.alone(plan, &scored.own, known, &sample.inputs, limits);
            over_limit.extend(evaluation.over_limit());
            Outcome {
                value: evaluation.result_of(scored.call).cloned(),
                end: evaluation.end_of(program, scored.call),
            }
        };
        let was_crowded: Vec<bool> = outputs.iter().map(Outcome::is_crowded).collect();
        for (program, (scored, output)) in solvers.iter().zip(&mut outputs).enumerate() {
            if output.is_crowded() {
                *output = alone(program, scored, None);
            }
        }
        for (place, (scored, result)) in differs.iter().zip(&mut results).enumerate() {
            let program = solvers.len() + place;
            let input = scored.input.map(|solver| &outputs[solver]);
            match input {
                Some(Outcome { value: None, end }) => *result = Outcome::of_nothing(*end),
                Some(Outcome { value, .. }) => {
                    let was_missing = scored.input.is_some_and(|solver| was_crowded[solver]);
                    if result.is_crowded() || was_missing {
                        *result = alone(program, scored, value.as_ref());
                    }
                }
                None if result.is_crowded() => *result = alone(program, scored, None),
                None => {}
            }
        }
        let expected = sample.expected.as_ref();
        let of_solver = |output: &Value| score::of_solver(output, expected);
        // What compares with an output that is not known says nothing.
        let of_differ = |result: &Value| expected.map_or(0, |_| score::of_differ(result));
        SampleScores {
            solvers: outputs.iter().map(|own| own.scored(of_solver)).collect(),
            differs: results.iter().map(|own| own.scored(of_differ)).collect(),
            outputs: outputs.into_iter().map(|own| own.value).collect(),
            over_limit,
        }
    }
}

/// What came of a program on a sample.
struct Outcome {
    value: Option<Value>,
    end: ProgramEnd,
}

impl Outcome {
    /// That of a differ which is applied to nothing, for its solver has come to this.
    fn of_nothing(end: ProgramEnd) -> Self {
        Self {
            value: None,
            end: match end {
                ProgramEnd::Decided { .. } => ProgramEnd::Decided { steps: 0 },
                undecided => undecided,
            },
        }
    }

    fn is_crowded(&self) -> bool {
        self.end == ProgramEnd::Crowded
    }

    fn scored(&self, score: impl Fn(&Value) -> u64) -> ProgramScore {
        let (steps, is_decided) = match self.end {
            ProgramEnd::Decided { steps } => (steps, true),
            ProgramEnd::Crowded | ProgramEnd::Late => (0, false),
        };
        ProgramScore {
            score: self.value.as_ref().map_or(0, score),
            steps,
            is_decided,
        }
    }
}
