//! Stored text against what the card scored.

use crate::batt::{SampleBudget, SampleInputs, TaskScores};
use crate::evaluation::{Evaluator, Inputs, Plan};
use crate::library::Role;
use crate::program::parse_module;
use crate::score;
use crate::value::Value;

/// What the text of a stored file scores on all samples together, a differ's as
/// applied to the outputs of one of the card's solvers, by its place.
///
/// # Errors
/// What is wrong with a text that cannot be evaluated.
pub(super) fn score_of_file(
    role: Role,
    text: &str,
    samples: &[SampleInputs],
    scores: &TaskScores,
    solver: Option<usize>,
    budget: SampleBudget,
) -> Result<u64, String> {
    let module = parse_module(text);
    let program = match (module.programs.as_slice(), module.skipped.first()) {
        ([program], None) => program,
        (_, Some(error)) => return Err(error.to_string()),
        (programs, None) => return Err(format!("{} functions, expected one", programs.len())),
    };
    let plan = Plan::of_program(program).map_err(|error| error.to_string())?;
    let mut evaluator = Evaluator::new();
    let mut sum = 0;
    for (index, sample) in samples.iter().enumerate() {
        let expected = sample.expected.as_ref();
        let limits = budget.limits_from_now();
        sum += match role {
            Role::Solver => {
                let evaluation = evaluator.evaluate(&plan, &sample.inputs, limits);
                score::of_solver(evaluation.result(), expected)
            }
            Role::Differ => {
                let output = solver.and_then(|solver| scores.outputs[index][solver].as_ref());
                let (Some(output), Some(_)) = (output, expected) else {
                    continue;
                };
                let inputs = with_input(&sample.inputs, output);
                let evaluation = evaluator.evaluate(&plan, &inputs, limits);
                score::of_differ(evaluation.result())
            }
        };
    }
    Ok(sum)
}

fn with_input(inputs: &Inputs, input: &Value) -> Inputs {
    Inputs {
        input: input.clone(),
        ..inputs.clone()
    }
}
