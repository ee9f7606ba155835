//! Evaluating: each primitive on typical arguments, and the fixtures' solvers
//! on their samples. Run with `cargo bench --bench evaluation`; a name after
//! `--` picks some, such as `cargo bench --bench evaluation -- rot90`.
//!
//! The arguments of a primitive are those of the committed vectors, two or
//! three calls each; the time is that of one round over them.

mod allocator;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use arc_programs::dsl::{Budget, Context, JsonFunctions, REFERENCE};
use arc_programs::evaluation::{Evaluator, Inputs, Limits, Plan};
use arc_programs::value::{Value, json};
use divan::Bencher;
use divan::counter::ItemsCount;
use run_batt::fixtures;
use run_batt::library::Role;

fn main() {
    divan::main();
}

/// The arguments of each primitive's calls.
static CALLS: LazyLock<BTreeMap<String, Vec<Vec<Value>>>> = LazyLock::new(|| {
    let text = include_str!("../fixtures/vectors/prims.jsonl");
    let mut calls: BTreeMap<String, Vec<Vec<Value>>> = BTreeMap::new();
    for line in text.lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("a record");
        let name = record["fn"].as_str().expect("a name");
        let arguments = record["args"].as_array().expect("arguments");
        let arguments = arguments.iter().map(|argument| {
            json::decode(argument, &mut JsonFunctions::of(&REFERENCE)).expect("a value")
        });
        calls
            .entry(name.to_owned())
            .or_default()
            .push(arguments.collect());
    }
    calls
});

#[divan::bench(args = CALLS.keys().map(String::as_str), sample_count = 20)]
fn primitive(bencher: Bencher<'_, '_>, name: &str) {
    let primitive = REFERENCE
        .named(name)
        .expect("every primitive of the vectors is in the table");
    // As a card calls them, with arguments that lie elsewhere.
    let calls: Vec<Vec<&Value>> = CALLS[name].iter().map(|own| own.iter().collect()).collect();
    let mut context = Context::new(&REFERENCE, Budget::of_steps(u64::MAX));
    bencher
        .counter(ItemsCount::new(calls.len()))
        .bench_local(|| {
            // As each call of a card begins: nothing is remembered of another.
            context.refill(Budget::of_steps(u64::MAX));
            for arguments in &calls {
                divan::black_box(primitive.call_by_reference(&mut context, arguments));
            }
        });
}

/// The fixtures' solvers with the samples of their tasks, and the number of
/// calls in one round over all.
fn solvers() -> (Vec<(Plan, Vec<Inputs>)>, usize) {
    let source = fixtures::tasks().expect("fixtures");
    let library = fixtures::library(Role::Solver);
    let mut solvers = Vec::new();
    let mut calls = 0;
    for id in source.names() {
        let task = source.load(id).expect("a sound task");
        let samples = Inputs::samples_of(&task).expect("a task of a usual size");
        let inputs: Vec<Inputs> = task
            .demo
            .iter()
            .chain(&task.test)
            .map(|sample| Inputs::new(samples.clone(), sample))
            .collect();
        for named in library.of_task(id) {
            let plan = Plan::of_program(&named.program).expect("known names");
            calls += plan.calls() * inputs.len();
            solvers.push((plan, inputs.clone()));
        }
    }
    (solvers, calls)
}

/// All fixtures' solvers on all samples of their tasks; items are calls.
#[divan::bench]
fn fixture_solvers(bencher: Bencher<'_, '_>) {
    let (solvers, calls) = solvers();
    let mut evaluator = Evaluator::new();
    bencher.counter(ItemsCount::new(calls)).bench_local(|| {
        for (plan, inputs) in &solvers {
            for inputs in inputs {
                let evaluation = evaluator.evaluate(plan, inputs, Limits::default());
                divan::black_box(evaluation.result());
            }
        }
    });
}
