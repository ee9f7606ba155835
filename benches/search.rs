//! A round of the search: drawing a card, and running it.
//!
//! `cargo bench --bench search`. The tasks are those of the Kaggle data of
//! 2025 where `../shared` is there, else the fixtures; the store is filled with
//! the fixtures' solvers before.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod allocator;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use arc_programs::card::mutation::MutationOptions;
use arc_programs::task::TaskName;
use run_batt::draw::{Origin, Turns, draw};
use run_batt::fixtures;
use run_batt::library::Role;
use run_batt::store::Store;
use run_batt::tasks::{Split, TaskSource};

const SOLVERS: usize = 32;
const SEEDS: u64 = 41;
const ROUNDS: u64 = 5;

fn main() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/arc/kaggle-2025");
    let data = Some(data).filter(|path| path.exists());
    let tasks = match &data {
        Some(path) => TaskSource::open(path, Split::Both),
        None => fixtures::tasks(),
    }
    .expect("tasks");
    let filling = round(out.path(), data.as_ref(), &["-c", "0"]);
    println!(
        "filling the store, {} tasks: {filling:.3?}",
        tasks.names().count()
    );

    let all: Vec<TaskName> = tasks.names().collect();
    let (solvers, differs) = (
        fixtures::library(Role::Solver),
        fixtures::library(Role::Differ),
    );
    let store = Store::at(out.path());
    let origin = Origin {
        tasks: &tasks,
        among: &all,
        preferred: &[],
        store: &store,
        solvers: &solvers,
        differs: &differs,
    };
    let mut drawing = Vec::new();
    let mut making = Vec::new();
    let mut writing = Vec::new();
    let mut calls = 0;
    for seed in 0..SEEDS {
        let (drawn, time) =
            timed(|| draw(origin, SOLVERS, Turns::ByChance, seed).expect("programs"));
        drawing.push(time);
        let options = MutationOptions {
            probability: 0.01,
            freeze_solvers: false,
            freeze_differs: false,
            every_solver: None,
            seed,
        };
        let (card, time) = timed(|| drawn.card(options).expect("a card"));
        making.push(time);
        calls = card.len();
        writing.push(timed(|| card.to_json()).1);
    }
    println!("a card of {} solvers, {calls} calls", solvers_of(&tasks));
    println!("  drawing {:.3?}", median(drawing));
    println!("  merging and mutating {:.3?}", median(making));
    println!("  as JSON {:.3?}", median(writing));

    let rounds = (0..ROUNDS).map(|seed| {
        let seed = seed.to_string();
        round(
            out.path(),
            data.as_ref(),
            &["-c", "-200", "--draw", "32", "--seed", &seed],
        )
    });
    println!(
        "a round over 200 tasks at random, from start to end: {:.3?}",
        median(rounds.collect())
    );
}

/// How many tasks have a solver to draw.
fn solvers_of(tasks: &TaskSource) -> usize {
    let library = fixtures::library(Role::Solver);
    let has_solver = |task: &TaskName| !library.of_task(*task).is_empty();
    tasks.names().filter(has_solver).count().min(SOLVERS)
}

fn round(out: &Path, data: Option<&PathBuf>, arguments: &[&str]) -> Duration {
    let mut command = Command::new(env!("CARGO_BIN_EXE_run_batt"));
    command
        .current_dir(out)
        .args(["-q", "--data", "both", "--profile", "cpu"])
        .args(arguments);
    if let Some(data) = data {
        command.arg("--tasks").arg(data);
    }
    let (output, time) = timed(|| command.output().expect("run_batt starts"));
    assert!(output.status.success(), "{output:?}");
    time
}

fn timed<R>(work: impl FnOnce() -> R) -> (R, Duration) {
    let begun = Instant::now();
    let result = work();
    (result, begun.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
