//! What is shown of a task: its samples, and what a program makes of them.

use std::fmt;
use std::sync::Arc;

use arc_programs::score::FULL;
use arc_programs::solver::SolverOutput;
use arc_programs::task::{Sample, Task, TaskName};
use arc_programs::value::Grid;
use arc_programs::verdict::FullScore;

use super::difference::Difference;

/// Task as it is shown.
#[derive(Clone, Debug)]
pub struct ShownTask {
    /// Its name.
    pub name: TaskName,
    /// Its samples, the demo samples first.
    pub samples: Vec<ShownSample>,
    /// The program whose outputs are shown, if there is one.
    pub program: Option<ShownProgram>,
}

/// Sample as it is shown.
#[derive(Clone, Debug)]
pub struct ShownSample {
    /// Its name, such as `demo:0`.
    pub name: String,
    /// Input grid.
    pub input: Arc<Grid>,
    /// Expected output; `None` where it is not known.
    pub expected: Option<Arc<Grid>>,
    /// Output of the program, if there is one.
    pub output: Option<ShownOutput>,
}

/// Program as it is shown.
#[derive(Clone, Debug)]
pub struct ShownProgram {
    /// What it is called, or where it is.
    pub name: String,
    /// Its text, expanded.
    pub text: String,
}

/// Output of a program as it is shown.
#[derive(Clone, Debug)]
pub struct ShownOutput {
    /// What was made.
    pub made: MadeOutput,
    /// Whether it is what is expected; `None` where that is not known.
    pub is_exact: Option<bool>,
    /// Its score, 0 to 1000; `None` where what is expected is not known.
    pub score: Option<u64>,
}

/// What a program has made of an input.
#[derive(Clone, Debug)]
pub enum MadeOutput {
    /// A grid, and where it is not what is expected; `None` where that is not known.
    Grid(Arc<Grid>, Option<Difference>),
    /// Another value, as text.
    Value(String),
    /// Nothing, for a call met a limit.
    Nothing,
}

impl ShownTask {
    /// A task without a program.
    pub fn of(task: &Task) -> Self {
        let named = |kind: &'static str| {
            move |(place, sample): (usize, &Sample)| ShownSample {
                name: format!("{kind}:{place}"),
                input: Arc::clone(&sample.input),
                expected: sample.output.clone(),
                output: None,
            }
        };
        let demo = task.demo.iter().enumerate().map(named("demo"));
        let test = task.test.iter().enumerate().map(named("test"));
        Self {
            name: task.name,
            samples: demo.chain(test).collect(),
            program: None,
        }
    }

    /// The task with a program, and with what it makes of each sample, in their order.
    pub fn with_program(mut self, program: ShownProgram, outputs: Vec<SolverOutput>) -> Self {
        self.program = Some(program);
        for (sample, output) in self.samples.iter_mut().zip(outputs) {
            sample.output = Some(ShownOutput::new(output, sample.expected.as_deref()));
        }
        self
    }

    /// Score of the program, summed over the samples, and the full score; `None` without
    /// a program.
    pub fn score(&self) -> Option<(u64, FullScore)> {
        self.program.as_ref()?;
        let outputs = self.samples.iter().filter_map(|own| own.output.as_ref());
        let score = outputs.filter_map(|output| output.score).sum();
        let known = self.samples.iter().filter(|own| own.expected.is_some());
        let known = known.count() as u64;
        let full = FullScore {
            score: known * FULL,
            unknown_outputs: self.samples.len() as u64 - known,
        };
        Some((score, full))
    }
}

impl ShownOutput {
    fn new(output: SolverOutput, expected: Option<&Grid>) -> Self {
        let made = match &output.output {
            None => MadeOutput::Nothing,
            Some(value) => match value.as_grid() {
                Some(grid) => {
                    let difference = expected.map(|own| Difference::between(grid, own));
                    MadeOutput::Grid(Arc::clone(grid), difference)
                }
                None => MadeOutput::Value(format!("{value:?}")),
            },
        };
        Self {
            made,
            is_exact: output.is_exact,
            score: output.score,
        }
    }
}

/// What is to be said of an output: its score, and what there is about it.
impl fmt::Display for ShownOutput {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.score {
            Some(score) => write!(formatter, "score {score}, ")?,
            None => formatter.write_str("what is expected is not known")?,
        }
        let of_limit = "no output, for a call met a limit";
        match (&self.made, self.score) {
            (MadeOutput::Nothing, Some(_)) => formatter.write_str(of_limit),
            (MadeOutput::Nothing, None) => write!(formatter, ", {of_limit}"),
            (_, None) => Ok(()),
            (MadeOutput::Grid(_, Some(difference)), Some(_)) => {
                formatter.write_str(&difference.summary())
            }
            _ if self.is_exact == Some(true) => formatter.write_str("exact"),
            _ => formatter.write_str("no grid of this kind"),
        }
    }
}
