//! A solver on its own, evaluated on the samples of a task: the short way in.
//!
//! [`Batt`](crate::batt::Batt) evaluates many solvers at once, each distinct call
//! once; this is for one, where ten lines are better than the last factor of speed.

use crate::evaluation::{Evaluator, Inputs, Limits, Plan, ResolveError};
use crate::program::{Program, SyntaxError, parse_expression, parse_module};
use crate::score;
use crate::task::Task;
use crate::value::{Failure, Value};

/// A solver that is ready to be evaluated.
///
/// ```
/// use arc_programs::Solver;
///
/// assert!(Solver::parse("rot180(I)").is_ok());
/// assert!(Solver::parse("def solve(S, I, C):\n    x1 = rot90(I)\n    return rot90(x1)").is_ok());
/// let error = Solver::parse("rot91(I)").unwrap_err();
/// assert!(error.to_string().contains("the nearest is `rot90`"));
/// ```
#[derive(Clone, Debug)]
pub struct Solver {
    plan: Plan,
}

/// A text that is no solver.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SolverError {
    /// Not an expression, or a function that is not a program.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// A name that means nothing.
    #[error(transparent)]
    Name(#[from] ResolveError),
    /// No function, or several.
    #[error("found {} functions{}, expected one; take the one that is meant from `parse_module`, and give it to `Solver::of_program`", names.len(), of(names))]
    NotOne {
        /// What the functions are called.
        names: Vec<String>,
    },
}

fn of(names: &[String]) -> String {
    match names {
        [] => String::new(),
        names => format!(" ({})", names.join(", ")),
    }
}

/// Output of a solver on a sample, and what it is worth.
#[derive(Clone, Debug)]
pub struct SolverOutput {
    /// Value that it returned; `None` where a call met a limit.
    pub output: Option<Value>,
    /// Cost of its calls: one for each, and one for each item that they look at
    /// or make.
    pub steps: u64,
    /// Whether the output is the expected one; `None` where that is not known.
    pub is_exact: Option<bool>,
    /// The score, 0 to 1000, as [`score::of_solver`] has it; `None` where the
    /// expected output is not known.
    pub score: Option<u64>,
}

impl Solver {
    /// A solver from text: an expression, or a file with one function.
    ///
    /// # Errors
    /// Fails for a text that is neither, and for a name that is neither primitive
    /// nor constant.
    pub fn parse(text: &str) -> Result<Self, SolverError> {
        if !text.lines().any(|line| line.starts_with("def ")) {
            return Ok(Self::of_program(&parse_expression(text)?)?);
        }
        let module = parse_module(text);
        if let Some(error) = module.skipped.into_iter().next() {
            return Err(error.into());
        }
        match module.programs.as_slice() {
            [program] => Ok(Self::of_program(program)?),
            programs => Err(SolverError::NotOne {
                names: programs.iter().map(|own| own.name().to_owned()).collect(),
            }),
        }
    }

    /// The solver that a program is.
    ///
    /// # Errors
    /// Fails for a name that is neither primitive nor constant.
    pub fn of_program(program: &Program) -> Result<Self, ResolveError> {
        Ok(Self {
            plan: Plan::of_result(program)?,
        })
    }

    /// Outputs on each sample of a task, the demo samples first. It does
    /// not see the expected output.
    ///
    /// # Errors
    /// [`Failure::TooLarge`] for a task of a million cells.
    pub fn on_task(&self, task: &Task, limits: Limits) -> Result<Vec<SolverOutput>, Failure> {
        let of_task = Inputs::samples_of(task)?;
        let mut evaluator = Evaluator::new();
        let samples = task.demo.iter().chain(&task.test);
        let outputs = samples.map(|sample| {
            let inputs = Inputs::new(of_task.clone(), sample);
            let expected = sample.output.as_ref().map(|_| &inputs.expected);
            let evaluation = evaluator.evaluate(&self.plan, &inputs.withheld(), limits);
            let output = evaluation.result();
            let is = |expected: &Value| output.is_some_and(|output| output.equals(expected));
            let worth = |expected| output.map_or(0, |own| score::of_solver(own, Some(expected)));
            SolverOutput {
                output: output.cloned(),
                steps: evaluation.costs().iter().sum(),
                is_exact: expected.map(is),
                score: expected.map(worth),
            }
        });
        Ok(outputs.collect())
    }
}
