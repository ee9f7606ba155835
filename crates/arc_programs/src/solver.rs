//! A solver on its own, evaluated on the samples of a task: the short way in.
//!
//! [`Batt`](crate::batt::Batt) evaluates many solvers at once, each distinct call
//! once; this is for one, where ten lines are better than the last factor of speed.

use crate::batt::{SampleInputs, samples_of};
use crate::dsl::{Dialect, REFERENCE};
use crate::evaluation::{Evaluator, Limits, Plan, ResolveError};
use crate::program::{
    Listing, NotOneProgram, Program, SyntaxError, is_module, parse_expression, parse_module,
};
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
/// assert!(error.to_string().contains("did you mean rot90?"));
/// ```
#[derive(Clone, Debug)]
pub struct Solver {
    plan: Plan,
}

/// A text that is no solver.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SolverError {
    /// Not an expression.
    #[error(transparent)]
    Expression(#[from] SyntaxError),
    /// A file that is not one function that is a program. Of a file with several,
    /// take the one that is meant from [`parse_module`].
    #[error(transparent)]
    File(#[from] NotOneProgram),
    /// A name that means nothing.
    #[error(transparent)]
    Name(#[from] ResolveError),
}

/// Output of a solver on a sample, and what it is worth.
#[derive(Clone, Debug)]
pub struct SolverOutput {
    /// Value that it returned; `None` where a call met a limit, or failed in a dialect in
    /// which that ends the program.
    pub output: Option<Value>,
    /// Cost of its calls: one for each, and one for each item that they look at
    /// or make.
    pub steps: u64,
    /// Number of calls that failed and yielded what stands for that, inner ones included.
    pub failures: u64,
    /// Why a call failed and so ended the program, in a dialect in which it does.
    pub ended_by: Option<Failure>,
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
        let program = match is_module(text) {
            true => parse_module(text).only_program()?,
            false => parse_expression(text)?,
        };
        Ok(Self::of_program(&program)?)
    }

    /// The solver that a program is.
    ///
    /// # Errors
    /// Fails for a name that is neither primitive nor constant.
    pub fn of_program(program: &Program) -> Result<Self, ResolveError> {
        Self::in_dialect(&REFERENCE, program)
    }

    /// As [`Solver::of_program`], in a dialect.
    ///
    /// # Errors
    /// As [`Solver::of_program`].
    pub fn in_dialect(dialect: &'static Dialect, program: &Program) -> Result<Self, ResolveError> {
        Ok(Self {
            plan: Plan::of_result(dialect, program)?,
        })
    }

    /// The solver that a program is line by line: in a dialect whose failing calls end the
    /// program those of lines that nothing uses do so, too.
    ///
    /// # Errors
    /// As [`Solver::of_program`].
    pub fn of_listing(dialect: &'static Dialect, listing: &Listing) -> Result<Self, ResolveError> {
        Ok(Self {
            plan: Plan::of_listing(dialect, listing)?,
        })
    }

    /// Outputs on each sample of a task, the demo samples first. It does
    /// not see the expected output.
    ///
    /// # Errors
    /// [`Failure::TooLarge`] for a task of a million cells.
    pub fn on_task(&self, task: &Task, limits: Limits) -> Result<Vec<SolverOutput>, Failure> {
        let mut evaluator = Evaluator::new();
        let samples = samples_of(task)?;
        let outputs = samples
            .iter()
            .map(|sample| self.on_sample(sample, &mut evaluator, limits));
        Ok(outputs.collect())
    }

    /// Output on one sample, of whose expected output it sees nothing. An evaluator
    /// can be used for any number of samples and solvers, one after the other.
    pub fn on_sample(
        &self,
        sample: &SampleInputs,
        evaluator: &mut Evaluator,
        limits: Limits,
    ) -> SolverOutput {
        let (inputs, expected) = (&sample.inputs, sample.expected.as_ref());
        let evaluation = evaluator.evaluate(&self.plan, &inputs.withheld(), limits);
        let output = evaluation.result();
        let is = |expected: &Value| output.is_some_and(|output| output.equals(expected));
        let worth = |expected| output.map_or(0, |own| score::of_solver(own, Some(expected)));
        SolverOutput {
            output: output.cloned(),
            steps: evaluation.costs().iter().sum(),
            failures: evaluation.failures(),
            ended_by: evaluation.first_end().and_then(|(_, failure)| failure),
            is_exact: expected.map(is),
            score: expected.map(worth),
        }
    }
}
