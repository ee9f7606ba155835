//! Stored text against what the card scored: a solver's with `C` withheld, as it
//! is scored.

use crate::library::Role;
use arc_programs::batt::{SampleBudget, SampleInputs, TaskScores};
use arc_programs::evaluation::{Evaluator, Inputs, Plan};
use arc_programs::program::parse_module;
use arc_programs::score;
use arc_programs::value::Value;

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
    let plan = Plan::of_result(program).map_err(|error| error.to_string())?;
    let mut evaluator = Evaluator::new();
    let mut sum = 0;
    for (index, sample) in samples.iter().enumerate() {
        let expected = sample.expected.as_ref();
        let limits = budget.limits_from_now();
        sum += match role {
            Role::Solver => {
                let evaluation = evaluator.evaluate(&plan, &sample.inputs.withheld(), limits);
                let output = evaluation.result();
                output.map_or(0, |output| score::of_solver(output, expected))
            }
            Role::Differ => {
                let output = solver.and_then(|solver| scores.outputs[index][solver].as_ref());
                let (Some(output), Some(_)) = (output, expected) else {
                    continue;
                };
                let inputs = with_input(&sample.inputs, output);
                let evaluation = evaluator.evaluate(&plan, &inputs, limits);
                evaluation.result().map_or(0, score::of_differ)
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

#[cfg(test)]
mod tests {

    use super::*;
    use crate::fixtures;
    use arc_programs::batt::{Batt, samples_of};
    use arc_programs::card::CardBuilder;
    use arc_programs::evaluation::Limits;
    use arc_programs::program::parse_expression;

    #[test]
    fn the_text_counts_and_not_what_the_card_says() {
        let source = fixtures::tasks().unwrap();
        let task = source.load("3c9b0459".parse().unwrap()).unwrap();
        let samples = samples_of(&task).unwrap();
        let mut builder = CardBuilder::new();
        let solver = parse_expression("rot180(I)").unwrap();
        let output = builder.add_solver(task.id, &solver, false).unwrap();
        let same = "astuple(1, add(equality(I, C), 0))";
        let differ = parse_expression(same).unwrap();
        builder
            .add_differ("differ_same", &differ, Some(output))
            .unwrap();
        let budget = SampleBudget {
            limits: Limits::default(),
            timeout: None,
        };
        let batt = Batt::new(&builder.finish(), budget).unwrap();
        let base = batt.on_task(&samples[0].inputs.samples);
        let scores = TaskScores::of(samples.iter().map(|sample| batt.on_sample(&base, sample)));
        let of = |role: Role, expression: &str| {
            let function = role.function_name();
            let text = format!("def {function}(S, I, C):\n    return {expression}\n");
            score_of_file(role, &text, &samples, &scores, Some(0), budget)
        };
        let full = samples.len() as u64 * score::FULL;
        assert_eq!(scores.solvers[0].score, full);
        assert_eq!(of(Role::Solver, "rot180(I)"), Ok(full));
        assert!(of(Role::Solver, "rot90(I)").unwrap() < full);
        assert_eq!(of(Role::Solver, "identity(C)"), Ok(0), "`C` is withheld");
        assert_eq!(scores.differs[0].score, full);
        assert_eq!(of(Role::Differ, same), Ok(full));
        let other = "astuple(1, add(equality(C, S), 0))";
        assert_eq!(of(Role::Differ, other), Ok(0));
        assert!(of(Role::Solver, "rot91(I)").unwrap_err().contains("rot90"));
        let two = "def solve(S, I, C):\n    return I\n".repeat(2);
        assert!(score_of_file(Role::Solver, &two, &samples, &scores, None, budget).is_err());
    }
}
