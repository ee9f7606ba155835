//! The same work by 1, 2, 4 and 8 instances, which divide the tasks between
//! them. Run with `cargo bench --bench instances`.
//!
//! Machines are noisy: the numbers of instances take turns, and what counts is
//! the ratio of their medians.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const TASKS: usize = 200;
const INSTANCES: [usize; 4] = [1, 2, 4, 8];
const ROUNDS: usize = 5;

fn main() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/arc/kaggle-2025");
    if !data.exists() {
        println!("skipped: {} is not on this machine", data.display());
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let card = folder.path().join("card.json");
    let drawn = binary(folder.path())
        .args(["card", "-c", "27", "--seed", "1", "--mutation", "0", "-o"])
        .arg(&card)
        .status();
    assert!(drawn.expect("the binary starts").success());

    println!("{TASKS} tasks, 27 solvers, median of {ROUNDS} rounds");
    println!(
        "{:>9} {:>9} {:>7} {:>17}",
        "instances", "seconds", "ratio", "tasks a second"
    );
    let mut seconds = INSTANCES.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for (place, &instances) in INSTANCES.iter().enumerate() {
            seconds[place].push(run(folder.path(), &data, &card, instances));
        }
    }
    let medians = seconds.map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        seconds[ROUNDS / 2]
    });
    for (instances, median) in INSTANCES.into_iter().zip(medians) {
        let ratio = median / medians[0];
        let rate = TASKS as f64 / median;
        println!("{instances:>9} {median:>9.2} {ratio:>7.2} {rate:>17.1}");
    }
}

/// How many seconds the work takes.
fn run(folder: &Path, data: &Path, card: &Path, instances: usize) -> f64 {
    let place: PathBuf = tempfile::tempdir_in(folder).expect("a folder").keep();
    let begun = Instant::now();
    let children: Vec<_> = (0..instances)
        .map(|_| {
            binary(&place)
                .args([
                    "--claim",
                    "--quiet",
                    "--data",
                    "both",
                    "-c",
                    &TASKS.to_string(),
                ])
                .arg("--tasks")
                .arg(data)
                .arg("--card")
                .arg(card)
                .spawn()
                .expect("the binary starts")
        })
        .collect();
    for mut child in children {
        assert!(child.wait().expect("a child").success());
    }
    begun.elapsed().as_secs_f64()
}

fn binary(place: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_run_batt"));
    command
        .current_dir(place)
        .env("EXPECT_GPU", "0")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}
