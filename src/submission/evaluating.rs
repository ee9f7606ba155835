//! A program on the samples of a task, as a run evaluates solvers: with the expected
//! output withheld, under the same limits.

use std::cmp::Reverse;
use std::sync::Arc;

use arc_programs::Solver;
use arc_programs::batt::{SampleBudget, SampleInputs};
use arc_programs::dsl::Dialect;
use arc_programs::evaluation::{Evaluator, ResolveError};
use arc_programs::program::{Identity, Program};

use super::contender::{Contender, Rank, grid_of};

/// The samples of a task.
#[derive(Clone, Copy)]
pub(super) struct Samples<'a> {
    pub(super) demo: &'a [SampleInputs],
    pub(super) test: &'a [SampleInputs],
}

/// Evaluates a program of a dialect, which a store has under this identity, on all samples
/// of a task.
///
/// # Errors
/// [`ResolveError`] for a name that means nothing.
pub(super) fn evaluate(
    dialect: &'static Dialect,
    program: &Program,
    identity: Identity,
    samples: Samples<'_>,
    budget: SampleBudget,
) -> Result<Contender, ResolveError> {
    let solver = Solver::in_dialect(dialect, program)?;
    let mut evaluator = Evaluator::new();
    let mut on = |sample| solver.on_sample(sample, &mut evaluator, budget.limits_from_now());
    let mut is_exact = !samples.demo.is_empty();
    let mut score = 0;
    for sample in samples.demo {
        let output = on(sample);
        is_exact &= output.is_exact == Some(true);
        score += output.score.unwrap_or(0);
    }
    let output = |sample| grid_of(&on(sample).output?).map(Arc::new);
    Ok(Contender {
        outputs: samples.test.iter().map(output).collect(),
        rank: Rank {
            is_inexact: !is_exact,
            score: Reverse(score),
            length: program.expanded_file().len(),
            identity,
        },
    })
}

#[cfg(test)]
mod tests {
    use arc_programs::batt::samples_of;
    use arc_programs::evaluation::Limits;
    use arc_programs::program::parse_module;
    use arc_programs::task::Task;

    use super::*;
    use arc_programs::dsl::REFERENCE;

    const TASK: &str = r#"{
        "train": [{"input": [[1, 2]], "output": [[2, 1]]}, {"input": [[3, 3]], "output": [[3, 3]]}],
        "test": [{"input": [[5, 6]], "output": [[5, 6]]}, {"input": [[7, 8]]}]
    }"#;

    fn on_task(expression: &str, budget: SampleBudget) -> Contender {
        let task = Task::from_json("0123abcd".parse().unwrap(), TASK).unwrap();
        let all = samples_of(&task).unwrap();
        let (demo, test) = all.split_at(task.demo.len());
        let text = format!("def solve(S, I, C):\n    return {expression}\n");
        let program = parse_module(&text).only_program().unwrap();
        let identity = Identity::of(&text);
        evaluate(
            &REFERENCE,
            &program,
            identity,
            Samples { demo, test },
            budget,
        )
        .unwrap()
    }

    fn outputs(contender: &Contender) -> Vec<Option<Vec<i8>>> {
        let cells =
            |grid: &Option<Arc<arc_programs::value::Grid>>| Some(grid.as_ref()?.cells().to_vec());
        contender.outputs.iter().map(cells).collect()
    }

    #[test]
    fn the_demos_alone_say_what_a_program_is_worth() {
        let budget = SampleBudget::default();
        let turned = on_task("vmirror_t(I)", budget);
        assert!(!turned.rank.is_inexact);
        assert_eq!(turned.rank.score, Reverse(2000));
        assert_eq!(outputs(&turned), [Some(vec![6, 5]), Some(vec![8, 7])]);
        // Exact on the only test sample that is known.
        let same = on_task("I", budget);
        assert!(same.rank.is_inexact && turned.rank < same.rank);
        assert!(same.rank.length < turned.rank.length);
    }

    #[test]
    fn the_expected_output_is_not_seen() {
        let peeks = on_task("identity(C)", SampleBudget::default());
        assert!(peeks.rank.is_inexact);
        assert_eq!(outputs(&peeks), [None, None]);
    }

    #[test]
    fn what_meets_a_limit_has_no_output() {
        let limits = Limits {
            call_steps: 10,
            ..Limits::default()
        };
        let budget = SampleBudget {
            limits,
            timeout: None,
        };
        let large = on_task("canvas(0, astuple(30, 30))", budget);
        assert_eq!(outputs(&large), [None, None]);
        assert_eq!(large.rank.score, Reverse(0));
    }
}
