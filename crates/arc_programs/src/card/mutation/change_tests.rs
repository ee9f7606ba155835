//! What each kind of change reaches, and what it leaves alone.

use std::collections::BTreeSet;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use strum::VariantArray;

use super::solver_pool::SolverPool;
use super::*;
use crate::program::{InlineBudget, parse_expression};

const DRAWS: u64 = 4000;

fn task(name: &str) -> Task {
    let text = r#"{"train": [{"input": [[1, 2]], "output": [[2]]}], "test": [{"input": [[3]]}]}"#;
    Task::from_json(name.parse().unwrap(), text).unwrap()
}

fn programs(expressions: &[&str]) -> Vec<Program> {
    let parse = |text: &&str| parse_expression(text).unwrap();
    expressions.iter().map(parse).collect()
}

fn drawn<'a>(task: &'a Task, programs: &'a [Program]) -> Vec<DrawnSolver<'a>> {
    let drawn = |program| DrawnSolver { task, program };
    programs.iter().map(drawn).collect()
}

/// What a kind of change makes of the first of some solvers: expressions.
fn reached(kind: ChangeKind, solvers: &[&str]) -> BTreeSet<String> {
    let (task, programs) = (task("0520fde7"), programs(solvers));
    let drawn = drawn(&task, &programs);
    let mut pool = SolverPool::new(&REFERENCE, ChaCha8Rng::seed_from_u64(1), &drawn);
    let mut reached = BTreeSet::new();
    for _ in 0..DRAWS {
        if let Some(output) = pool.changed(0, kind) {
            let program = pool.card().program_of(output, "solve");
            let text = program.inline(InlineBudget::DEFAULT).text;
            let (_, expression) = text.split_once("return ").unwrap();
            reached.insert(expression.to_owned());
        }
    }
    reached
}

fn is(kind: ChangeKind, solvers: &[&str], expected: &[&str]) {
    let expected: BTreeSet<String> = expected.iter().map(ToString::to_string).collect();
    assert_eq!(reached(kind, solvers), expected, "{kind:?}");
}

fn has(kind: ChangeKind, solvers: &[&str], expected: &[&str]) {
    let reached = reached(kind, solvers);
    for expected in expected {
        assert!(reached.contains(*expected), "{kind:?}: {reached:?}");
    }
}

#[test]
fn each_kind_of_change_reaches_what_it_says() {
    use ChangeKind::*;
    has(
        Function,
        &["vconcat(rot90(I), I)"],
        &["vconcat(rot180(I), I)", "hconcat(rot90(I), I)"],
    );
    has(
        Constant,
        &["canvas(RED, UNITY)"],
        &["canvas(CYAN, UNITY)", "canvas(RED, DOWN_LEFT)"],
    );
    is(
        Step,
        &["canvas(RED, UNITY)"],
        &[
            "canvas(BLUE, UNITY)",
            "canvas(GREEN, UNITY)",
            "canvas(RED, ORIGIN)",
            "canvas(RED, NEG_UNITY)",
        ],
    );
    // From the last of a range there is one way.
    is(
        Step,
        &["canvas(0, THREE_BY_THREE)"],
        &[
            "canvas(-1, THREE_BY_THREE)",
            "canvas(1, THREE_BY_THREE)",
            "canvas(0, TWO_BY_TWO)",
        ],
    );
    has(
        Variable,
        &["vconcat(rot90(I), rot180(I))"],
        &[
            "vconcat(I, rot180(I))",
            "vconcat(rot180(I), rot180(I))",
            "vconcat(rot90(rot180(I)), rot180(I))",
        ],
    );
    is(
        ToConstant,
        &["canvas(mostcolor_t(I), UNITY)"],
        &[
            "BLACK", "BLUE", "RED", "GREEN", "YELLOW", "GRAY", "MAGENTA", "ORANGE", "CYAN",
            "BURGUNDY",
        ]
        .map(|colour| format!("canvas({colour}, UNITY)"))
        .each_ref()
        .map(String::as_str),
    );
    has(
        Graft,
        &["vconcat(I, I)", "hconcat(rot90(rot180(I)), I)"],
        &[
            "vconcat(rot90(rot180(I)), I)",
            "vconcat(I, rot180(I))",
            "vconcat(I, hconcat(rot90(rot180(I)), I))",
        ],
    );
    has(
        Insertion,
        &["rot90(I)"],
        &["rot90(rot180(I))", "rot90(hconcat(I, I))"],
    );
    is(
        Removal,
        &["vconcat(rot90(I), I)"],
        &["rot90(I)", "identity(I)", "vconcat(I, I)"],
    );
    is(
        Doubling,
        &["hconcat(rot90(I), I)"],
        &[
            "hconcat(rot90(rot90(I)), I)",
            "hconcat(hconcat(rot90(I), I), I)",
            "hconcat(rot90(I), hconcat(rot90(I), I))",
        ],
    );
    is(
        Composition,
        &["rot90(I)", "hconcat(rot180(I), I)"],
        &["hconcat(rot90(I), I)", "hconcat(rot180(I), rot90(I))"],
    );
}

#[test]
fn a_part_that_knows_the_expected_output_comes_into_no_solver() {
    for kind in ChangeKind::VARIANTS {
        let reached = reached(*kind, &["vconcat(rot90(I), I)", "hconcat(rot180(C), C)"]);
        let is_of_a_name = |one: char| one.is_alphanumeric() || one == '_';
        let sees = |text: &&String| {
            let mut names = text.split(|one| !is_of_a_name(one));
            names.any(|name| name == "C")
        };
        assert_eq!(reached.iter().find(sees), None, "{kind:?}");
    }
}

/// The card of solvers that all are to change, and what was proposed for it.
fn changed(
    solvers: &[&str],
    weights: ChangeWeights,
    seed: u64,
    refuses: impl Fn(&str, Option<ChangeKind>) -> bool,
) -> (MutatedCard, Vec<String>) {
    changed_of(solvers, solvers.len(), weights, seed, refuses)
}

/// As [`changed`], where only the first of them have a slot and the others are the reserve.
fn changed_of(
    solvers: &[&str],
    slots: usize,
    weights: ChangeWeights,
    seed: u64,
    refuses: impl Fn(&str, Option<ChangeKind>) -> bool,
) -> (MutatedCard, Vec<String>) {
    let (task, programs) = (task("0520fde7"), programs(solvers));
    let drawn = drawn(&task, &programs);
    let (drawn, reserve) = drawn.split_at(slots);
    let options = MutationOptions {
        probability: 0.0,
        freeze_solvers: false,
        freeze_differs: false,
        every_solver: Some(weights),
        seed,
    };
    let mut proposed = Vec::new();
    let made = make_card_unless(&REFERENCE, drawn, reserve, &[], options, &mut |proposal| {
        let text = proposal.program().inline(InlineBudget::DEFAULT).text;
        let (_, expression) = text.split_once("return ").unwrap();
        proposed.push(expression.to_owned());
        refuses(expression, proposal.change)
    });
    (made.unwrap(), proposed)
}

#[test]
fn every_solver_changes_and_what_is_refused_is_drawn_anew() {
    let solvers = ["vconcat(rot90(I), I)", "canvas(RED, UNITY)"];
    let weights = ChangeWeights::default();
    for seed in 0..100 {
        let is_drawn = |_: &str, change: Option<ChangeKind>| change.is_none();
        let (made, _) = changed(&solvers, weights, seed, is_drawn);
        assert!(made.card.solvers().iter().all(|entry| entry.mutated));
        let (again, _) = changed(&solvers, weights, seed, is_drawn);
        assert_eq!(made.card.to_json(), again.card.to_json());
        assert_eq!(made.changes, again.changes);
        for (change, drawn) in made.changes.iter().zip(solvers) {
            assert!(matches!(change, SolverChange::Changed(_)), "{drawn}");
        }
    }
    // Of the three that there are two are refused.
    let weights = ChangeWeights::NONE.with(ChangeKind::Removal, 1);
    let (made, proposed) = changed(&solvers[..1], weights, 1, |text, _| text != "rot90(I)");
    assert_eq!(
        made.changes,
        [SolverChange::Changed(ChangeKind::Removal)],
        "{proposed:?}"
    );
    assert_eq!(made.card.calls().last().unwrap().1.to_string(), "rot90(I)");
    assert_eq!(proposed[0], solvers[0], "the solver itself comes first");
}

#[test]
fn a_solver_that_stays_is_told() {
    let solver = ["vconcat(rot90(I), I)"];
    let weights = ChangeWeights::default();
    let (made, proposed) = changed(&solver, weights, 1, |_, _| false);
    assert_eq!(made.changes, [SolverChange::AsDrawn]);
    assert_eq!(proposed.len(), 1);
    let (made, proposed) = changed(&solver, weights, 1, |_, _| true);
    assert_eq!(made.changes, [SolverChange::Refused]);
    assert!(proposed.len() > 20, "{}", proposed.len());
    assert!(!made.card.solvers()[0].mutated);
    let weights = ChangeWeights::NONE.with(ChangeKind::Step, 1);
    let (made, _) = changed(&solver, weights, 1, |_, change| change.is_none());
    assert_eq!(made.changes, [SolverChange::Unchangeable]);
    assert_eq!(made.card.len(), 2);
    let (made, _) = changed(&solver, ChangeWeights::NONE, 1, |_, _| true);
    assert_eq!(made.changes, [SolverChange::Unchangeable]);
}

#[test]
fn a_slot_whose_solver_has_no_mutant_left_goes_to_one_of_the_reserve() {
    use SolverChange::{Changed, PassedOver, Refused, Unchangeable};
    let removal = ChangeKind::Removal;
    let weights = ChangeWeights::NONE.with(removal, 1);
    let of = |solvers: &[&str], refused: &[&str]| {
        let (made, _) = changed_of(solvers, 2, weights, 1, |text, change| {
            change.is_none() || refused.contains(&text)
        });
        let outputs = made.card.solvers().iter();
        let programs = outputs.map(|entry| {
            let program = made.card.program_of(entry.call, "solve");
            let text = program.inline(InlineBudget::DEFAULT).text;
            text.split_once("return ").unwrap().1.to_owned()
        });
        (made.changes, programs.collect::<Vec<String>>())
    };
    let solvers = [
        "rot90(rot180(I))",
        "vmirror(rot90(I))",
        "hmirror(I)",
        "dmirror(rot270(I))",
    ];
    let used_up = ["rot90(I)", "rot180(I)", "identity(I)"];
    let (changes, programs) = of(&solvers, &used_up);
    // Of the first nothing is left, of the third, first of the reserve, neither.
    assert_eq!(
        changes,
        [PassedOver, Changed(removal), PassedOver, Changed(removal)]
    );
    assert_eq!(programs.len(), 2);
    // Where nobody is left the drawn one stays, and no mutant of the reserve is asked for.
    let (changes, programs) = of(&solvers[..3], &used_up);
    assert_eq!(changes, [Refused, Changed(removal), PassedOver]);
    assert_eq!(programs[0], solvers[0]);
    let (changes, _) = of(&solvers[1..], &[]);
    assert_eq!(changes, [Changed(removal), Changed(removal), PassedOver]);
    let weights = ChangeWeights::NONE.with(ChangeKind::Step, 1);
    let is_drawn = |_: &str, change: Option<ChangeKind>| change.is_none();
    let with_number = ["rot90(I)", "shift(I, TWO)"];
    let (made, _) = changed_of(&with_number, 1, weights, 1, is_drawn);
    assert_eq!(made.changes, [PassedOver, Changed(ChangeKind::Step)]);
    let (made, _) = changed_of(&["rot90(I)", "rot180(I)"], 1, weights, 1, is_drawn);
    assert_eq!(made.changes, [Unchangeable, PassedOver]);
}

#[test]
fn differs_change_as_ever_and_frozen_solvers_do_not() {
    let task = task("0520fde7");
    let program = parse_expression("vconcat(rot90(I), I)").unwrap();
    let drawn = [DrawnSolver {
        task: &task,
        program: &program,
    }];
    let differ = parse_expression("equality(rot90(I), C)").unwrap();
    let differs = [DrawnDiffer {
        name: "differ",
        program: &differ,
    }];
    let differ_of = |card: &Card| {
        let baseline = card.differs().next().unwrap().call;
        card.program_of(baseline, "differ")
    };
    let mut changed = 0;
    for seed in 0..50 {
        let per_argument = MutationOptions {
            probability: 0.3,
            freeze_solvers: false,
            freeze_differs: false,
            every_solver: None,
            seed,
        };
        let every_solver = MutationOptions {
            every_solver: Some(ChangeWeights::default()),
            ..per_argument
        };
        let card = |options| make_card(&drawn, &differs, options).unwrap();
        let own = differ_of(&card(every_solver));
        assert_eq!(own, differ_of(&card(per_argument)));
        changed += u64::from(
            own != differ
                .clone()
                .renamed("differ", REFERENCE.parameter_names()),
        );
        let frozen = card(MutationOptions {
            freeze_solvers: true,
            ..every_solver
        });
        assert!(!frozen.solvers()[0].mutated);
    }
    assert!(changed > 10, "{changed}");
}

#[test]
fn the_digest_of_a_proposal_is_that_of_the_scoring_plan() {
    let task = task("0520fde7");
    let program = parse_expression("vconcat(rot90(I), I)").unwrap();
    let drawn = [DrawnSolver {
        task: &task,
        program: &program,
    }];
    let options = MutationOptions {
        probability: 0.0,
        freeze_solvers: false,
        freeze_differs: false,
        every_solver: Some(ChangeWeights::default()),
        seed: 5,
    };
    let mut last = None;
    let made = make_card_unless(&REFERENCE, &drawn, &[], &[], options, &mut |proposal| {
        last = Some(proposal.digest());
        proposal.change.is_none()
    });
    let plan = made.unwrap().card.scoring_plan().unwrap();
    assert_eq!(Some(plan.solvers[0].digest), last);
}
