//! Cards: programs into one, and out again.

mod common;

use arc_programs::batt::{Batt, NoCache, SampleBudget, ScoreSum, TaskScores, samples_of};
use arc_programs::card::{CallId, Card, CardBuilder, MergeError};
use arc_programs::evaluation::Limits;
use arc_programs::program::{Expression, Program, parse_expression, parse_module};
use arc_programs::task::TaskName;
use common::Workplace;
use proptest::prelude::*;
use run_batt::card_file::read_card;
use run_batt::fixtures;
use run_batt::library::Role;

fn task(text: &str) -> TaskName {
    text.parse().expect("a task's ID")
}

fn program(text: &str) -> Program {
    parse_expression(text).expect("an expression")
}

/// All calls as Python writes them.
fn calls(card: &Card) -> Vec<String> {
    card.calls().map(|(_, call)| call.to_string()).collect()
}

#[test]
fn equal_calls_are_merged() {
    let mut builder = CardBuilder::new();
    let baseline = program("equality(shape_t(I), shape_t(C))");
    let first = program("vconcat(rot90(I), rot90(rot90(I)))");
    let second = program("rot90(rot90(I))");
    let none = builder.add_differ("differ_shape", &baseline, None).unwrap();
    let solver = builder.add_solver(task("0520fde7"), &first, false).unwrap();
    let other = builder.add_solver(task("3c9b0459"), &second, true).unwrap();
    let applied = builder
        .add_differ("differ_shape", &baseline, Some(solver))
        .unwrap();
    let card = builder.finish();
    let expected = [
        "shape_t(I)",
        "shape_t(C)",
        "equality(t1, t2)",
        "rot90(I)",
        "rot90(t4)",
        "vconcat(t4, t5)",
        "shape_t(t6)",
        "equality(t7, t2)",
    ];
    assert_eq!(calls(&card), expected);
    let numbers = [none, solver, other, applied].map(CallId::number);
    assert_eq!(numbers, [3, 6, 5, 8]);
    assert_eq!(card.program_of(other, "solve"), second);
    assert_eq!(card.program_of(none, "solve"), baseline);
    let whole = "equality(shape_t(vconcat(rot90(I), rot90(rot90(I)))), shape_t(C))";
    assert_eq!(card.program_of(applied, "solve"), program(whole));
    assert_eq!(card.plan().unwrap().calls(), 8);
}

#[test]
fn two_solvers_that_compute_the_same_are_one_call() {
    let mut builder = CardBuilder::new();
    let turn = program("rot180(I)");
    let differ = program("equality(I, C)");
    let first = builder.add_solver(task("3c9b0459"), &turn, false).unwrap();
    let again = builder.add_solver(task("3c9b0459"), &turn, true).unwrap();
    let elsewhere = builder.add_solver(task("0520fde7"), &turn, false).unwrap();
    assert_eq!((first, first), (again, elsewhere));
    builder
        .add_differ("differ_equal", &differ, Some(first))
        .unwrap();
    builder
        .add_differ("differ_equal", &differ, Some(again))
        .unwrap();
    let card = builder.finish();
    assert_eq!(card.len(), 2);
    assert_eq!(card.solvers().len(), 2, "one for each task");
    assert_eq!(card.differs().count(), 1);
}

/// What the entries of a card score on each sample of a task: of each solver, and
/// of each differ.
fn scores(card: &Card, id: &str) -> (Vec<u64>, Vec<u64>) {
    let source = fixtures::tasks().expect("the fixtures");
    let task = source.load(task(id)).expect("a fixture");
    let samples = samples_of(&task).expect("a task of a usual size");
    let budget = SampleBudget {
        limits: Limits::default(),
        timeout: None,
    };
    let batt = Batt::new(card, budget).expect("known names");
    let begun = batt.on_task(&samples, &NoCache);
    let scores = TaskScores::of(
        samples
            .iter()
            .enumerate()
            .map(|(place, sample)| batt.on_sample(&begun, place, sample, &NoCache)),
    );
    let all = |sums: &[ScoreSum]| sums.iter().map(|sum| sum.score).collect();
    (all(&scores.solvers), all(&scores.differs))
}

#[test]
fn no_solver_sees_what_is_expected() {
    let mut builder = CardBuilder::new();
    let id = task("3c9b0459");
    let copied = builder.add_solver(id, &program("identity(C)"), false);
    let mixed = program("hconcat(rot180(C), rot180(I))");
    builder.add_solver(id, &mixed, false).unwrap();
    let honest = builder.add_solver(id, &program("rot180(I)"), false);
    let card = {
        // A differ's own calls see it, whichever solver they are shared with; the
        // output that it compares is the one that was scored.
        let same = program("astuple(2, add(equality(I, C), equality(rot180(C), rot180(C))))");
        for output in [copied.unwrap(), honest.unwrap()] {
            builder
                .add_differ("differ_same", &same, Some(output))
                .unwrap();
        }
        let blind = program("astuple(1, add(equality(identity(C), C), 0))");
        let output = builder.add_solver(id, &program("rot90(C)"), false).unwrap();
        builder
            .add_differ("differ_own", &blind, Some(output))
            .unwrap();
        builder.finish()
    };
    let (solvers, differs) = scores(&card, "3c9b0459");
    let full = solvers[2];
    assert_eq!(full % 1000, 0);
    assert_eq!(solvers[0], 0, "a card of `identity(C)` solves nothing");
    assert!(solvers[1] < full);
    assert_eq!(solvers[3], 0);
    assert_eq!(differs, [full / 2, full, full]);
}

#[test]
fn what_a_solver_scores_in_a_card_it_scores_alone() {
    let library = fixtures::library(Role::Solver);
    let ids = ["3c9b0459", "0520fde7", "007bbfb7", "b6afb2da"];
    let programs = ids.map(|id| library.of_task(task(id))[0].program.clone());
    let mut builder = CardBuilder::new();
    for (id, own) in ids.iter().zip(&programs) {
        builder.add_solver(task(id), own, false).unwrap();
    }
    let card = builder.finish();
    for on in ids {
        let (together, _) = scores(&card, on);
        for (own, score) in programs.iter().zip(&together) {
            let mut builder = CardBuilder::new();
            builder.add_solver(task(on), own, false).unwrap();
            let (alone, _) = scores(&builder.finish(), on);
            assert_eq!(alone, [*score]);
        }
        assert!(together.iter().any(|score| score % 1000 != 0), "in parts");
    }
}

#[test]
fn a_result_that_is_no_call_becomes_one() {
    let mut builder = CardBuilder::new();
    let tuple = builder
        .add_differ("differ_none", &program("(1, (2,))"), None)
        .unwrap();
    let input = builder
        .add_solver(task("0520fde7"), &program("I"), false)
        .unwrap();
    let differ = builder
        .add_differ("differ_i", &program("I"), Some(input))
        .unwrap();
    let card = builder.finish();
    let expected = ["identity((1, (2,)))", "identity(I)", "identity(t2)"];
    assert_eq!(calls(&card), expected);
    assert_eq!([tuple, input, differ].map(CallId::number), [1, 2, 3]);
}

#[test]
fn what_cannot_be_merged_is_said() {
    let mut builder = CardBuilder::new();
    let error = builder.add_solver(task("0520fde7"), &program("rot90(t12)"), false);
    let expected = "line 1, column 7: found the name `t12`, which in a card is a call; rename it";
    assert_eq!(error.unwrap_err().to_string(), expected);
    let call = builder
        .add_differ("differ_a", &program("size(I)"), None)
        .unwrap();
    let error = builder.add_differ("differ_b", &program("size(I)"), Some(call));
    let expected = MergeError::NotASolver {
        name: "differ_b".to_owned(),
        call,
    };
    assert_eq!(error.unwrap_err(), expected);
    assert_eq!(
        expected.to_string(),
        "found t1 for the differ `differ_b` to be applied to, expected a solver's output"
    );
    assert_eq!(builder.finish().len(), 1);
}

fn programs() -> impl Strategy<Value = Vec<Program>> {
    let parse = |text: String| parse_module(&text).programs.remove(0);
    prop::collection::vec(common::programs::program_source().prop_map(parse), 1..6)
}

proptest! {
    #[test]
    fn programs_come_out_as_they_went_in(programs in programs(), seed in any::<Option<u64>>()) {
        let mut builder = CardBuilder::new();
        if let Some(seed) = seed {
            builder.set_seed(seed);
        }
        let mut added = Vec::new();
        for (index, program) in programs.iter().enumerate() {
            let id = task(&format!("{index:08x}"));
            let name = format!("differ_{index} \"é\\");
            let baseline = builder.add_differ(&name, program, None).unwrap();
            let output = builder.add_solver(id, program, index % 2 == 1).unwrap();
            prop_assert_eq!(baseline, output);
            builder.add_differ(&name, &programs[0], Some(output)).unwrap();
            added.push(output);
        }
        let card = builder.finish();
        for (program, call) in programs.iter().zip(added) {
            let result = program.expression(program.result());
            if let Expression::Call { .. } = result {
                prop_assert_eq!(&card.program_of(call, "solve"), program);
            }
        }
        for (id, call) in card.calls() {
            prop_assert!(call.operands().all(|operand| operand < id));
        }
        let json = card.to_json();
        let workplace = Workplace::new();
        let again = read_card(&workplace.write("card.json", &json)).unwrap();
        prop_assert_eq!(&again, &card);
        prop_assert_eq!(again.to_json(), json);
    }
}
