//! The batt: a card evaluated on the samples of a task.
//!
//! A card's plan is made once, and its constants evaluated once ([`Batt::new`]);
//! what depends on the demo samples is evaluated once a task
//! ([`Batt::on_task`]), and the rest on each sample ([`TaskBatt::scores`]), which
//! may happen on any number of threads at once. What comes out are the scores of
//! the card's solvers and differs on each sample, and no value outlives its
//! sample.

use std::fmt;

use crate::card::{Card, CardError};
use crate::evaluation::{Base, Evaluator, Inputs, Limits, Plan};
use crate::score;
use crate::tasks::{Sample, Task};
use crate::value::{Failure, Value};

/// A card, ready to be evaluated on any task.
#[derive(Debug)]
pub struct Batt<'card> {
    card: &'card Card,
    plan: Plan,
    constants: Base,
    limits: Limits,
}

/// A card on one task: all that its samples share is evaluated.
#[derive(Debug)]
pub struct TaskBatt<'batt> {
    batt: &'batt Batt<'batt>,
    base: Base,
    samples: Vec<SampleInputs>,
}

/// A sample, and how it is spoken of.
#[derive(Debug)]
pub struct SampleInputs {
    /// `demo:0`, `test:1`.
    pub name: String,
    /// What a program sees of it.
    pub inputs: Inputs,
    /// The output that is expected, where it is known.
    pub expected: Option<Value>,
}

/// The scores of a card on one sample.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SampleScores {
    /// Of each solver of the card.
    pub solvers: Vec<u64>,
    /// Of each differ of the card.
    pub differs: Vec<u64>,
    /// Whether a limit ended the evaluation; what was computed before counts.
    pub is_timed_out: bool,
    /// The calls that ran out of their own budget.
    pub exhausted_calls: u64,
    /// The calls that failed, inner ones included.
    pub failures: u64,
}

impl<'card> Batt<'card> {
    /// Resolves a card's names and evaluates its constants.
    ///
    /// Fails for a card that names what is neither primitive nor constant.
    pub fn new(card: &'card Card, limits: Limits) -> Result<Self, CardError> {
        let plan = card.plan()?;
        let constants = Evaluator::new().constants(&plan, limits);
        Ok(Self {
            card,
            plan,
            constants,
            limits,
        })
    }

    /// Evaluates what depends on a task's demo samples.
    ///
    /// # Errors
    /// [`Failure::TooLarge`] for a task whose samples are more than a value
    /// holds.
    pub fn on_task(&self, task: &Task, limits: Limits) -> Result<TaskBatt<'_>, Failure> {
        let samples = samples(task)?;
        let base = match samples.first() {
            Some(first) => Evaluator::new().on_task(
                &self.plan,
                &self.constants,
                &first.inputs.samples,
                limits,
            ),
            None => self.constants.clone(),
        };
        Ok(TaskBatt {
            batt: self,
            base,
            samples,
        })
    }
}

impl TaskBatt<'_> {
    /// The task's samples: the demo samples, then the test samples.
    pub fn samples(&self) -> &[SampleInputs] {
        &self.samples
    }

    /// The scores on one of the samples.
    pub fn scores(&self, sample: &SampleInputs) -> SampleScores {
        let Batt {
            card, plan, limits, ..
        } = self.batt;
        let mut evaluator = Evaluator::new();
        let evaluation = evaluator.on_sample(plan, &self.base, &sample.inputs, *limits);
        let expected = sample.expected.as_ref();
        SampleScores {
            solvers: card
                .solvers()
                .iter()
                .map(|solver| score::of_solver(evaluation.result_of(solver.call.index()), expected))
                .collect(),
            // What compares with an output that is not known says nothing.
            differs: card
                .differs()
                .iter()
                .map(|differ| match expected {
                    Some(_) => score::of_differ(evaluation.result_of(differ.call.index())),
                    None => 0,
                })
                .collect(),
            is_timed_out: !evaluation.is_complete(),
            exhausted_calls: evaluation.exhausted_calls(),
            failures: evaluation.failures(),
        }
    }
}

/// All samples of a task with what programs see of them.
pub fn samples(task: &Task) -> Result<Vec<SampleInputs>, Failure> {
    let of_task = Inputs::samples_of(task)?;
    let named = |kind: &'static str| {
        move |(index, sample): (usize, &Sample)| (format!("{kind}:{index}"), sample.clone())
    };
    let demo = task.demo.iter().enumerate().map(named("demo"));
    let test = task.test.iter().enumerate().map(named("test"));
    let inputs = |(name, sample): (String, Sample)| {
        let inputs = Inputs::new(of_task.clone(), &sample);
        let expected = sample.output.as_ref().map(|_| inputs.expected.clone());
        SampleInputs {
            name,
            inputs,
            expected,
        }
    };
    Ok(demo.chain(test).map(inputs).collect())
}

impl fmt::Display for SampleInputs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}
