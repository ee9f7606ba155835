//! A solver on its own, evaluated on the samples of a task: the short way in.
//!
//! [`Batt`](crate::batt::Batt) evaluates many solvers at once, each distinct call
//! once; this is for one, where ten lines are better than the last factor of speed.

use crate::batt::{SampleInputs, samples_of};
use crate::dsl::{Dialect, REFERENCE};
use crate::evaluation::{Evaluation, Evaluator, Limits, Plan, ResolveError};
use crate::program::{Listing, NotAProgram, Program, parse_program};
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
    /// Neither an expression nor a file with one function that is a program.
    #[error(transparent)]
    Text(#[from] NotAProgram),
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
    /// Number of calls that failed and yielded what stands for that, inner ones included; 1
    /// where one ended the program.
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
        Ok(Self::of_program(&parse_program(text)?.program)?)
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
            plan: Plan::of_listing_result(dialect, listing)?,
        })
    }

    /// Outputs on each sample of a task, the demo samples first. It does
    /// not see the expected output.
    ///
    /// # Errors
    /// [`Failure::TooLarge`] for a task of a million cells.
    pub fn on_task(&self, task: &Task, limits: Limits) -> Result<Vec<SolverOutput>, Failure> {
        Ok(self.on_samples(&samples_of(task)?, || limits))
    }

    /// As [`Solver::on_task`], on samples that were made before, all of them of one task. The
    /// limits are asked for when a sample begins, so that each can have a deadline of its own.
    ///
    /// What depends on neither the input nor the expected output is evaluated once, and
    /// counts on each sample.
    pub fn on_samples(
        &self,
        samples: &[SampleInputs],
        mut limits: impl FnMut() -> Limits,
    ) -> Vec<SolverOutput> {
        let mut evaluator = Evaluator::new();
        if let [first, _, ..] = samples {
            let limits_of_shared = match self.plan.has_shared_calls() {
                true => limits(),
                false => Limits::default(),
            };
            let of_task = &first.inputs.samples;
            let mut begun = evaluator.begin_task(&self.plan, of_task, limits_of_shared);
            // What ran out of time may have more on a sample of its own.
            if !begun.has_ended_early() {
                let on_sample = |sample: &SampleInputs| {
                    SolverOutput::of(begun.on_sample(sample.withheld(), limits()), sample)
                };
                return samples.iter().map(on_sample).collect();
            }
        }
        let on_sample = |sample| self.on_sample(sample, &mut evaluator, limits());
        samples.iter().map(on_sample).collect()
    }

    /// Output on one sample, of whose expected output it sees nothing. An evaluator
    /// can be used for any number of samples and solvers, one after the other.
    pub fn on_sample(
        &self,
        sample: &SampleInputs,
        evaluator: &mut Evaluator,
        limits: Limits,
    ) -> SolverOutput {
        let evaluation = evaluator.evaluate(&self.plan, sample.withheld(), limits);
        SolverOutput::of(evaluation, sample)
    }
}

impl SolverOutput {
    fn of(evaluation: Evaluation<'_>, sample: &SampleInputs) -> Self {
        let output = evaluation.result();
        let worth = |expected: &Value| {
            let Some(output) = output else {
                return (false, 0);
            };
            match output.equals(expected) {
                // Without a look at each cell again.
                true if !matches!(output, Value::None) => (true, score::FULL),
                is_exact => (is_exact, score::of_solver(output, Some(expected))),
            }
        };
        let worth = sample.expected.as_ref().map(worth);
        let ended_by = evaluation.first_end().and_then(|(_, failure)| failure);
        Self {
            output: output.cloned(),
            steps: evaluation.costs().iter().sum(),
            failures: match ended_by {
                // Python comes to no other.
                Some(_) => 1,
                None => evaluation.failures(),
            },
            ended_by,
            is_exact: worth.map(|(is_exact, _)| is_exact),
            score: worth.map(|(_, score)| score),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsl::ARC_DSL;
    use crate::program::parse_listings;

    fn task() -> Task {
        let text = r#"{"train": [
            {"input": [[1, 2], [0, 1]], "output": [[0, 1], [1, 2]]},
            {"input": [[3, 0, 3]], "output": [[3, 0, 3]]}
        ], "test": [
            {"input": [[5, 5], [1, 2]], "output": [[1, 2], [5, 5]]},
            {"input": [[4]]}
        ]}"#;
        Task::from_json("0520fde7".parse().unwrap(), text).unwrap()
    }

    /// What is told of an output, as text.
    fn told(output: &SolverOutput) -> String {
        let value = output.output.as_ref().map(|own| format!("{own:?}"));
        format!(
            "{value:?} {} {} {:?} {:?} {:?}",
            output.steps, output.failures, output.ended_by, output.is_exact, output.score
        )
    }

    /// On all samples, and on each alone, with limits that are met anywhere.
    fn are_the_same(solver: &Solver) {
        let samples = samples_of(&task()).unwrap();
        let most: u64 = {
            let outputs = solver.on_samples(&samples, Limits::default);
            outputs.iter().map(|own| own.steps).max().unwrap()
        };
        let mut limits = vec![Limits::default()];
        for steps in 0..=most + 1 {
            let usual = Limits::default();
            limits.push(Limits { steps, ..usual });
            limits.push(Limits {
                call_steps: steps,
                ..usual
            });
            limits.push(Limits {
                bytes: 16 * steps,
                ..usual
            });
        }
        for limits in limits {
            let mut evaluator = Evaluator::new();
            let together = solver.on_samples(&samples, || limits);
            assert_eq!(together.len(), samples.len());
            for (sample, own) in samples.iter().zip(&together) {
                let alone = solver.on_sample(sample, &mut evaluator, limits);
                assert_eq!(told(own), told(&alone), "{sample}, {limits:?}");
                let worth = |expected: &Value| {
                    let output = alone.output.as_ref()?;
                    Some(score::of_solver(output, Some(expected)))
                };
                let score = sample.expected.as_ref().map(|own| worth(own).unwrap_or(0));
                assert_eq!(own.score, score);
            }
        }
    }

    #[test]
    fn what_samples_share_is_what_each_has_alone() {
        for text in [
            "hmirror_t(I)",
            // Of constants, of the samples, of the input, and all three.
            "canvas(ZERO, astuple(TWO, add(ONE, ONE)))",
            "mir_rot_t(I, a_mr(S))",
            "fill(I, c_zo_n(S, p_g, first_t), f_ofcolor(I, c_iz_n(S, p_g, first_t)))",
            "apply_t(compose(increment, rbind(add, size_t(S))), interval(0, 4, 1))",
            // Fails on its way, and on some samples.
            "astuple(first_t(add(S, ONE)), crop(I, ORIGIN, astuple(ONE, first_t(rot90(I)))))",
            "replace(I, C, size(S))",
            "last_t(S)",
            "C",
        ] {
            are_the_same(&Solver::parse(text).unwrap());
        }
    }

    #[test]
    fn lines_that_samples_share_end_a_program_on_each() {
        for text in [
            "def solve(I):\n    x1 = rot90(I)\n    x2 = add(ONE, TWO)\n    return x1",
            "def solve(I):\n    x1 = hmirror(I)\n    x2 = first(ONE)\n    return x1",
            "def solve(I):\n    x1 = lbind(add, 1)\n    x2 = first(I)\n    x3 = apply(x1, x2)\n    \
             x4 = other(x3, ONE)\n    return x3",
        ] {
            let [listing] = parse_listings(text).try_into().unwrap();
            are_the_same(&Solver::of_listing(&ARC_DSL, &listing).unwrap());
        }
    }

    /// Whether values are kept until the end or dropped when they have been read, the result is
    /// the same, and so is what it took and how lines ended that nothing uses.
    #[test]
    fn lines_whose_values_are_dropped_end_as_those_that_are_kept() {
        for text in [
            "def solve(I):\n    x1 = rot90(I)\n    x2 = first(x1)\n    return x1",
            "def solve(I):\n    x1 = rot90(I)\n    x2 = x1\n    x3 = add(ONE, TWO)\n    return x2",
            "def solve(I):\n    x1 = asindices(I)\n    x2 = lbind(shift, x1)\n    \
             x3 = compose(size, x2)\n    x4 = x3(ORIGIN)\n    x5 = x3(x4)\n    \
             x6 = product(x1, x1)\n    x7 = merge(x6)\n    return x4",
            "def solve(I):\n    x1 = canvas(ZERO, UNITY)\n    x2 = hconcat(I, I)\n    \
             x3 = vconcat(x2, x2)\n    x4 = first(ONE)\n    x5 = crop(x3, x4, x2)\n    return x1",
        ] {
            let [listing] = parse_listings(text).try_into().unwrap();
            let kept = Plan::of_listing(&ARC_DSL, &listing).unwrap();
            let solver = Solver::of_listing(&ARC_DSL, &listing).unwrap();
            are_the_same(&solver);
            let keeping = Solver { plan: kept };
            let samples = samples_of(&task()).unwrap();
            let usual = Limits::default();
            let bytes = (0..2_000)
                .step_by(48)
                .map(|bytes| Limits { bytes, ..usual });
            let steps = (0..60).map(|steps| Limits { steps, ..usual });
            for limits in bytes.chain(steps).chain([usual]) {
                let texts = |solver: &Solver| -> Vec<String> {
                    let outputs = solver.on_samples(&samples, || limits);
                    outputs.iter().map(told).collect()
                };
                assert_eq!(texts(&solver), texts(&keeping), "{text} {limits:?}");
                let (mut one, mut other) = (Evaluator::new(), Evaluator::new());
                for sample in &samples {
                    let one = one.evaluate(&solver.plan, sample.withheld(), limits);
                    let other = other.evaluate(&keeping.plan, sample.withheld(), limits);
                    assert_eq!(one.costs(), other.costs());
                    assert_eq!(one.ended(), other.ended());
                    assert_eq!(one.over_limit(), other.over_limit());
                    assert!(one.results().flatten().count() <= other.results().flatten().count());
                }
            }
        }
    }
}
