//! Stored text against what the card scored: a solver's with `C` withheld, as it
//! is scored.

use std::collections::HashSet;

use super::error::StoredTextError;
use super::file::Newcomer;
use super::inline::Identified;
use super::known::Valid;
use super::note::{Note, Notes};
use super::tools::Tools;
use crate::library::Role;
use arc_programs::batt::{Batt, SampleBudget, SampleInputs, TaskScores};
use arc_programs::dsl::Dialect;
use arc_programs::evaluation::{Evaluator, Inputs, Plan};
use arc_programs::program::{Identity, parse_module};
use arc_programs::score;
use arc_programs::value::Value;

/// What validating the newcomers yields.
pub(super) struct Validated {
    /// Those that score as they should, in no order.
    pub(super) valid: Vec<Newcomer>,
    /// The programs that do not; none of their texts is kept.
    pub(super) invalid: HashSet<(Role, Identity)>,
    pub(super) notes: Notes,
}

/// What a task's stored texts are scored with.
#[derive(Clone, Copy)]
pub(super) struct Findings<'a> {
    pub(super) samples: &'a [SampleInputs],
    /// What its card has scored, and returned.
    pub(super) scores: &'a TaskScores,
    pub(super) batt: &'a Batt,
    pub(super) budget: SampleBudget,
}

/// Scores the stored text of those whose text no earlier task has scored.
pub(super) fn validate(
    newcomers: Vec<Newcomer>,
    items: &[Identified],
    findings: Findings<'_>,
    known: &mut Valid,
    tools: &Tools<'_>,
) -> Validated {
    // What a text computes does not change from task to task.
    let (valid, unknown): (Vec<_>, Vec<_>) = newcomers.into_iter().partition(|newcomer| {
        let identity = newcomer.standing.identity;
        newcomer.candidate.sum.is_whole && known.contains(newcomer.role(items), identity)
    });
    let of_newcomer = |newcomer: &Newcomer| {
        let item = &items[newcomer.candidate.item].item;
        let program = &item.program;
        let solver = newcomer.candidate.solver;
        score_of_text(
            item.role,
            program.dialect(),
            program.text(),
            findings,
            solver,
        )
    };
    let results = tools.map(&unknown, of_newcomer).results;
    let mut validated = Validated {
        valid,
        invalid: HashSet::new(),
        notes: Notes::new(),
    };
    for (mut newcomer, result) in unknown.into_iter().zip(results) {
        let role = newcomer.role(items);
        let identity = newcomer.standing.identity;
        let stored = result.unwrap_or_else(|not_done| Err(not_done.into()));
        let sum = newcomer.candidate.sum;
        match stored {
            Ok(score) if score == sum.score => {
                known.insert(role, identity);
                validated.valid.push(newcomer);
            }
            // Alone it has room that it had to share in the card.
            Ok(score) if score > sum.score && !sum.is_whole => {
                newcomer.standing.score = score;
                validated.valid.push(newcomer);
            }
            stored => {
                validated.invalid.insert((role, identity));
                let item = &items[newcomer.candidate.item].item;
                validated.notes.push(Note::Mismatch {
                    program: item.program.name().to_owned(),
                    identity,
                    card_score: newcomer.standing.score,
                    stored,
                });
            }
        }
    }
    validated
}

/// What a stored text scores on all samples together, a differ's as
/// applied to the outputs of one of the card's solvers, by its place.
///
/// # Errors
/// What is wrong with a text that cannot be evaluated.
fn score_of_text(
    role: Role,
    dialect: &'static Dialect,
    text: &str,
    findings: Findings<'_>,
    solver: Option<usize>,
) -> Result<u64, StoredTextError> {
    let Findings {
        samples,
        scores,
        batt,
        budget,
    } = findings;
    let program = parse_module(text).only_program()?;
    let plan = Plan::of_result(dialect, &program)?;
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
                let output = solver.and_then(|solver| match &scores.outputs[index][solver] {
                    Some(output) => Some(output.clone()),
                    // It may be known only by its digest.
                    None => batt.output_of(solver, sample),
                });
                let (Some(output), Some(_)) = (output, expected) else {
                    continue;
                };
                let inputs = with_input(&sample.inputs, &output);
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
    use std::sync::Arc;

    use super::super::candidates::Candidate;
    use super::super::testing::{self, FULL, Surroundings};
    use super::*;
    use crate::store::Standing;
    use arc_programs::dsl::REFERENCE;
    use arc_programs::evaluation::Limits;

    /// A solver and a differ that scores the same, and what their card scored.
    fn scored() -> (Vec<SampleInputs>, TaskScores, Arc<Batt>) {
        let differ = testing::item(Role::Differ, "differ_same", SAME);
        let inputs = testing::inputs(vec![testing::solver("rot180(I)"), differ]);
        let evaluated = testing::evaluated(&inputs, SampleBudget::default());
        (
            inputs.samples,
            evaluated.scores,
            Arc::clone(&evaluated.card.batt),
        )
    }

    const SAME: &str = "astuple(1, add(equality(I, C), 0))";

    #[test]
    fn the_text_counts_and_not_what_the_card_says() {
        let (samples, scores, batt) = scored();
        let findings = Findings {
            samples: &samples,
            scores: &scores,
            batt: &batt,
            budget: SampleBudget {
                limits: Limits::default(),
                timeout: None,
            },
        };
        let of = |role: Role, expression: &str| {
            let function = role.function_name();
            let text = format!("def {function}(S, I, C):\n    return {expression}\n");
            score_of_text(role, &REFERENCE, &text, findings, Some(0))
        };
        assert_eq!(scores.solvers[0].score, FULL);
        assert_eq!(of(Role::Solver, "rot180(I)"), Ok(FULL));
        assert!(of(Role::Solver, "rot90(I)").unwrap() < FULL);
        assert_eq!(of(Role::Solver, "identity(C)"), Ok(0), "`C` is withheld");
        assert_eq!(of(Role::Differ, SAME), Ok(FULL));
        let other = "astuple(1, add(equality(C, S), 0))";
        assert_eq!(of(Role::Differ, other), Ok(0));
        let unknown = of(Role::Solver, "rot91(I)").unwrap_err();
        assert!(unknown.to_string().contains("rot90"), "{unknown}");
        let two = "def solve(S, I, C):\n    return I\n".repeat(2);
        let error = score_of_text(Role::Solver, &REFERENCE, &two, findings, None).unwrap_err();
        assert_eq!(error.to_string(), "found 2 functions, expected one");
    }

    /// Validates `rot180(I)`, which the card says to score this.
    fn of_rot180(candidate: Candidate, surroundings: &Surroundings) -> (Validated, Valid) {
        let (samples, scores, batt) = scored();
        let items = testing::identified(vec![testing::solver("rot180(I)")]);
        let newcomer = Newcomer {
            standing: Standing {
                score: candidate.sum.score,
                speed: candidate.speed,
                identity: items[0].identity.unwrap(),
            },
            candidate,
        };
        let findings = Findings {
            samples: &samples,
            scores: &scores,
            batt: &batt,
            budget: SampleBudget::default(),
        };
        let mut known = Valid::default();
        let tools = surroundings.tools();
        let validated = validate(vec![newcomer], &items, findings, &mut known, &tools);
        (validated, known)
    }

    #[test]
    fn a_text_that_scores_otherwise_is_a_mismatch() {
        for (claimed, is_whole) in [(FULL - 1, true), (FULL + 1, true), (FULL + 1, false)] {
            let candidate = testing::candidate(0, claimed, is_whole);
            let (validated, known) = of_rot180(candidate, &Surroundings::quiet());
            assert!(validated.valid.is_empty());
            let [
                Note::Mismatch {
                    card_score,
                    stored,
                    identity,
                    ..
                },
            ] = &validated.notes[..]
            else {
                panic!("{:?}", validated.notes);
            };
            assert_eq!((*card_score, stored), (claimed, &Ok(FULL)));
            assert!(validated.invalid.contains(&(Role::Solver, *identity)));
            assert!(!known.contains(Role::Solver, *identity));
        }
    }

    #[test]
    fn a_text_may_score_more_where_a_limit_took_from_its_calls() {
        let candidate = testing::candidate(0, 1, false);
        let (validated, _) = of_rot180(candidate, &Surroundings::quiet());
        assert_eq!(validated.valid[0].standing.score, FULL);
        assert!(validated.invalid.is_empty() && validated.notes.is_empty());
    }

    #[test]
    fn a_text_that_was_valid_is_not_scored_again() {
        let candidate = testing::candidate(0, FULL, true);
        let (validated, mut known) = of_rot180(candidate.clone(), &Surroundings::quiet());
        assert_eq!(validated.valid.len(), 1);
        let items = testing::identified(vec![testing::solver("rot180(I)")]);
        // There are no samples to score it on.
        let findings = Findings {
            samples: &[],
            scores: &TaskScores::default(),
            batt: &scored().2,
            budget: SampleBudget::default(),
        };
        let surroundings = Surroundings::quiet();
        let tools = surroundings.tools();
        let mut again = |candidate: Candidate| {
            let standing = validated.valid[0].standing;
            let newcomer = Newcomer {
                standing,
                candidate,
            };
            validate(vec![newcomer], &items, findings, &mut known, &tools)
        };
        assert_eq!(again(candidate).valid.len(), 1);
        // But it is where a limit has taken from it.
        assert_eq!(again(testing::candidate(0, 1, false)).notes.len(), 1);
    }

    #[test]
    fn what_was_stopped_is_not_valid() {
        let clock = testing::StepClock::of(0);
        let stopped = Surroundings::of(clock, crate::interrupt::Interrupt::overdue());
        let (validated, _) = of_rot180(testing::candidate(0, FULL, true), &stopped);
        assert!(validated.valid.is_empty());
    }
}
