//! A card of 32 solvers and 5 differs on 20 tasks: nanoseconds a call, what
//! merging and stages save, and where the steps go. Run with
//! `cargo bench --bench batt`; `-- once` evaluates all samples twice and no more,
//! for callgrind (`--toggle-collect='*::again'`). Needs `../shared`.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod allocator;

use std::path::Path;
use std::time::{Duration, Instant};

use arc_programs::batt::{Batt, NoCache, SampleBudget, SampleInputs, samples_of};
use arc_programs::card::{Card, CardBuilder};
use arc_programs::evaluation::{Evaluator, Limits, Plan, Stage};
use arc_programs::program::parse_expression;
use run_batt::fixtures;
use run_batt::library::{NamedProgram, Role};
use run_batt::tasks::{Split, TaskSource};

const SOLVERS: usize = 32;
const DIFFERS: usize = 5;
const TASKS: usize = 20;
const ROUNDS: usize = 31;

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/arc/kaggle-2025");
    if !path.exists() {
        println!("skipped: {} is not on this machine", path.display());
        return;
    }
    let source = TaskSource::open(&path, Split::Both).expect("tasks");
    let tasks: Vec<Vec<SampleInputs>> = source
        .names()
        .step_by(source.names().len() / TASKS)
        .take(TASKS)
        .map(|id| samples_of(&source.load(id).expect("a task")).expect("its samples"))
        .collect();
    let samples: usize = tasks.iter().map(Vec::len).sum();
    let (solvers, differs) = programs();
    let card = card(&solvers, &differs);
    let budget = SampleBudget {
        limits: Limits::default(),
        timeout: None,
    };

    if std::env::args().any(|argument| argument == "once") {
        let batt = Batt::new(&card, budget).expect("known names");
        evaluate_all(&batt, &tasks);
        println!("all samples again: {:?}", time(|| again(&batt, &tasks)));
        return;
    }
    println!(
        "{SOLVERS} solvers, {DIFFERS} differs, {TASKS} tasks, {samples} samples, one thread; medians"
    );
    let batt = Batt::new(&card, budget).expect("known names");
    let plan = card.plan().expect("known names");
    let unmerged = unmerged_calls(&solvers, &differs);
    row(
        "calls of all programs, each for itself",
        unmerged.to_string(),
    );
    row(
        "calls of the card",
        format!(
            "{} ({:.0} % fewer)",
            card.len(),
            saved(card.len(), unmerged)
        ),
    );
    for stage in Stage::ALL {
        let calls = (0..plan.calls()).filter(|&call| plan.stage(call) == stage);
        row(
            &format!("… at stage {}", stage.name()),
            calls.count().to_string(),
        );
    }

    row(
        "make the card",
        text(median(|| card_time(&solvers, &differs))),
    );
    row(
        "resolve it",
        text(median(|| time(|| Batt::new(&card, budget)))),
    );
    let every = median(|| time(|| evaluate_all(&batt, &tasks)));
    row("all samples", text(every));
    let a_sample = every / samples as u32;
    row(
        "a sample, with its share of the task's stage",
        text(a_sample),
    );
    let a_call = a_sample.as_secs_f64() * 1e9 / card.len() as f64;
    row("a call of the card on a sample", format!("{a_call:.0} ns"));
    row("calls a second", format!("{:.0}", 1e9 / a_call));

    let evaluated_each: usize = tasks.len() * calls_at(&plan, &[Stage::Samples])
        + samples * calls_at(&plan, &[Stage::Input, Stage::Expected])
        + calls_at(&plan, &[Stage::Constants]);
    row(
        "evaluations, of those without stages",
        format!(
            "{evaluated_each} of {} ({:.0} % fewer)",
            samples * card.len(),
            saved(evaluated_each, samples * card.len())
        ),
    );
    let mut evaluator = Evaluator::new();
    let without_stages = median(|| {
        time(|| {
            for sample in tasks.iter().flatten() {
                let evaluation =
                    evaluator.evaluate(&plan, &sample.inputs, budget.limits_from_now());
                std::hint::black_box(evaluation.result());
            }
        })
    });
    row("all samples, every call on each", text(without_stages));
    let plans: Vec<Plan> = separate(&solvers, &differs);
    let without_merging = median(|| {
        time(|| {
            for sample in tasks.iter().flatten() {
                for plan in &plans {
                    let evaluation =
                        evaluator.evaluate(plan, &sample.inputs, budget.limits_from_now());
                    std::hint::black_box(evaluation.result());
                }
            }
        })
    });
    row(
        "all samples, every program for itself",
        text(without_merging),
    );
    slowest(&card, &plan, &tasks);
    if let Some(bytes) = run_batt::memory::peak_bytes() {
        row(
            "peak memory of all this",
            format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20)),
        );
    }
}

fn evaluate_all(batt: &Batt, tasks: &[Vec<SampleInputs>]) {
    for samples in tasks {
        let begun = batt.on_task(samples, &NoCache);
        for (place, sample) in samples.iter().enumerate() {
            std::hint::black_box(batt.on_sample(&begun, place, sample, &NoCache));
        }
    }
}

/// What `--toggle-collect='*::again'` counts.
#[inline(never)]
fn again(batt: &Batt, tasks: &[Vec<SampleInputs>]) {
    evaluate_all(batt, tasks);
}

fn row(what: &str, figure: String) {
    println!("{what:<48} {figure:>28}");
}

fn text(time: Duration) -> String {
    format!("{:.3} ms", time.as_secs_f64() * 1e3)
}

fn saved(less: usize, more: usize) -> f64 {
    100.0 - 100.0 * less as f64 / more as f64
}

fn time<R>(work: impl FnOnce() -> R) -> Duration {
    let begun = Instant::now();
    std::hint::black_box(work());
    begun.elapsed()
}

fn median(mut measured: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| measured()).collect();
    times.sort();
    times[ROUNDS / 2]
}

fn programs() -> (Vec<NamedProgram>, Vec<NamedProgram>) {
    let library = fixtures::library(Role::Solver);
    let source = fixtures::tasks().expect("fixtures");
    let mut solvers: Vec<NamedProgram> = Vec::new();
    for id in source.names() {
        solvers.extend(
            library
                .of_task(id)
                .iter()
                .map(|named| named.as_ref().clone()),
        );
    }
    // Shifts the whole grid once for each of its cells, and on a grid of 900
    // takes longer than all others together.
    solvers.retain(|solver| solver.name != "solve_007bbfb7");
    for more in [
        "hconcat(vmirror_t(I), fill(I, RED, f_ofcolor(I, leastcolor_t(I))))",
        "vconcat(tophalf(I), hmirror_t(tophalf(I)))",
    ] {
        solvers.push(NamedProgram {
            name: "solve_0520fde7".to_owned(),
            program: parse_expression(more).expect("an expression"),
        });
    }
    solvers.truncate(SOLVERS);
    assert_eq!(solvers.len(), SOLVERS);
    let library = fixtures::library(Role::Differ);
    let differs = library.shared().iter().take(DIFFERS);
    (
        solvers,
        differs.map(|named| named.as_ref().clone()).collect(),
    )
}

fn card(solvers: &[NamedProgram], differs: &[NamedProgram]) -> Card {
    let mut builder = CardBuilder::new();
    let mut outputs = vec![None];
    for solver in solvers {
        let task = solver
            .name
            .trim_start_matches("solve_")
            .parse()
            .expect("a task");
        let output = builder.add_solver(task, &solver.program, false);
        outputs.push(Some(output.expect("no name of a call")));
    }
    for differ in differs {
        for &output in &outputs {
            builder
                .add_differ(&differ.name, &differ.program, output)
                .expect("no name of a call");
        }
    }
    builder.finish()
}

fn card_time(solvers: &[NamedProgram], differs: &[NamedProgram]) -> Duration {
    time(|| card(solvers, differs))
}

/// Each solver, and each differ on the input and on each solver, for itself.
fn separate(solvers: &[NamedProgram], differs: &[NamedProgram]) -> Vec<Plan> {
    let mut plans = Vec::new();
    for solver in solvers {
        let alone = card(std::slice::from_ref(solver), &[]);
        plans.push(alone.plan().expect("known names"));
        for differ in differs {
            let mut builder = CardBuilder::new();
            let task = solver
                .name
                .trim_start_matches("solve_")
                .parse()
                .expect("a task");
            let output = builder
                .add_solver(task, &solver.program, false)
                .expect("a solver");
            builder
                .add_differ(&differ.name, &differ.program, Some(output))
                .expect("a differ");
            plans.push(builder.finish().plan().expect("known names"));
        }
    }
    plans
}

fn unmerged_calls(solvers: &[NamedProgram], differs: &[NamedProgram]) -> usize {
    separate(solvers, differs).iter().map(Plan::calls).sum()
}

fn calls_at(plan: &Plan, stages: &[Stage]) -> usize {
    (0..plan.calls())
        .filter(|&call| stages.contains(&plan.stage(call)))
        .count()
}

/// The callees that take the most steps.
fn slowest(card: &Card, plan: &Plan, tasks: &[Vec<SampleInputs>]) {
    let mut steps = std::collections::BTreeMap::<String, u64>::new();
    let mut evaluator = Evaluator::new();
    for sample in tasks.iter().flatten() {
        let evaluation = evaluator.evaluate(plan, &sample.inputs, Limits::default());
        for ((_, call), cost) in card.calls().zip(evaluation.costs()) {
            *steps.entry(call.callee.to_string()).or_default() += cost;
        }
    }
    let all: u64 = steps.values().sum();
    let mut steps: Vec<(u64, String)> =
        steps.into_iter().map(|(name, cost)| (cost, name)).collect();
    steps.sort_unstable_by(|a, b| b.cmp(a));
    for (cost, name) in steps.into_iter().take(6) {
        row(
            &format!("steps in {name}"),
            format!("{:.0} %", 100.0 * cost as f64 / all as f64),
        );
    }
}
