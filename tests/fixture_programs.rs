//! The fixtures' programs do what they say.

mod common;

use arc_programs::evaluation::{Evaluator, Inputs, Limits, Plan, arity_concerns};
use arc_programs::score;
use arc_programs::task::{Task, TaskName};
use arc_programs::value::Value;
use run_batt::fixtures;
use run_batt::library::{Library, NamedProgram, Role};

/// Every sample of a task.
fn samples(task: &Task) -> Vec<Inputs> {
    let of_task = Inputs::samples_of(task).expect("a task of a usual size");
    let samples = task.demo.iter().chain(&task.test);
    samples
        .map(|sample| Inputs::new(of_task.clone(), sample))
        .collect()
}

fn tasks() -> Vec<Task> {
    let source = fixtures::tasks().expect("fixtures");
    let load = |id| source.load(id).expect("a sound task");
    source.names().map(load).collect()
}

fn plan(named: &NamedProgram) -> Plan {
    assert_eq!(arity_concerns(&named.program), [], "{}", named.name);
    Plan::of_program(&named.program).unwrap_or_else(|error| panic!("{}: {error}", named.name))
}

/// What a program yields on a sample.
fn result(named: &NamedProgram, inputs: &Inputs) -> Value {
    let plan = plan(named);
    let mut evaluator = Evaluator::new();
    let evaluation = evaluator.evaluate(&plan, inputs, Limits::default());
    assert!(evaluation.over_limit().is_empty(), "{}", named.name);
    evaluation.result().expect("within the limits").clone()
}

fn programs_of(library: &Library, task: TaskName) -> impl Iterator<Item = &NamedProgram> {
    library
        .shared()
        .iter()
        .chain(library.of_task(task))
        .map(AsRef::as_ref)
}

#[test]
fn every_solver_is_exact_on_every_sample_of_its_task() {
    let solvers = fixtures::library(Role::Solver);
    for task in tasks() {
        let mut programs = programs_of(&solvers, task.name).peekable();
        assert!(programs.peek().is_some(), "{} has a solver", task.name);
        for named in programs {
            for (index, inputs) in samples(&task).iter().enumerate() {
                let output = result(named, &inputs.withheld());
                let name = &named.name;
                assert!(
                    output.equals(&inputs.expected),
                    "{name}, sample {index}: {output:?}"
                );
            }
        }
    }
}

#[test]
fn every_differ_scores_what_is_expected_with_1000_and_nothing_with_more() {
    let differs = fixtures::library(Role::Differ);
    for task in tasks() {
        for named in programs_of(&differs, task.name) {
            for inputs in samples(&task) {
                let counts = |grid: &Value| {
                    let compared = Inputs {
                        input: grid.clone(),
                        ..inputs.clone()
                    };
                    let scored = result(named, &compared);
                    let count = |place| scored.item(place).ok()?.as_integer();
                    (count(0), count(1), score::of_differ(&scored))
                };
                let name = format!("{} on {}", named.name, task.name);
                assert_eq!(counts(&inputs.expected).2, 1000, "{name}");
                let (total, matching, score) = counts(&inputs.input);
                assert!(matching >= Some(0) && matching <= total, "{name}");
                assert!(score <= 1000, "{name}");
            }
        }
    }
}
