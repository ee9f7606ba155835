//! Runs that are asked to stop, and what is left to do after them.

mod common;

use std::process::{Child, Stdio};
use std::time::Duration;

use common::{Finished, SlowTasks, Workplace, send};
use serde_json::Value as Json;

const ARGUMENTS: [&str; 9] = [
    "--tasks",
    "tasks",
    "--solvers",
    "solvers.py",
    "--differs",
    "differs.py",
    "--format",
    "json",
    "--quiet",
];

const TASKS: usize = 200;

/// Tasks with this many demo samples, each of which keeps a solver busy for
/// this many steps.
fn workplace(samples: usize, steps: u64) -> Workplace {
    let sample = r#"{"input": [[1]], "output": [[2]]}"#;
    let demo = vec![sample; samples].join(", ");
    Workplace::of_slow_tasks(&SlowTasks {
        count: TASKS,
        steps,
        task: &format!(r#"{{"train": [{demo}], "test": [{sample}]}}"#),
        end: "    x4 = branch(x3, ONE, TWO)\n    return canvas(x4, UNITY)\n",
    })
}

/// Starts a run, and waits until it has begun a task.
fn begun(workplace: &Workplace) -> Child {
    let child = workplace
        .command(&ARGUMENTS)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let timing = workplace.path("logs/run_batt_timing_stats.jsonl");
    while !std::fs::metadata(&timing).is_ok_and(|file| file.len() > 0) {
        std::thread::sleep(Duration::from_millis(1));
    }
    child
}

fn records(workplace: &Workplace, is_wanted: impl Fn(&Json) -> bool) -> Vec<String> {
    let records = workplace.records("logs/run_batt_timing_stats.jsonl");
    let wanted = records.iter().filter(|record| is_wanted(record));
    wanted
        .map(|record| record["task_id"].as_str().expect("an ID").to_owned())
        .collect()
}

fn has_ended(record: &Json) -> bool {
    record["success"] == true
}

#[test]
fn a_signal_ends_the_run_after_the_tasks_in_hand() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let workplace = workplace(1, 20_000);
        let child = begun(&workplace);
        send(signal, child.id());
        let finished = Finished::from(child.wait_with_output().expect("a child"));
        assert_eq!(finished.code, Some(code), "{finished:?}");
        let summary: Json = serde_json::from_str(&finished.stdout).expect("a summary");
        assert!(summary["tasks_left"].as_u64() > Some(0), "{summary}");
        // Every task that was begun was finished.
        let ended = records(&workplace, has_ended);
        let begun = records(&workplace, |record| record["event"] == "task_start");
        assert_eq!(begun, ended);
        assert_eq!(summary["tasks"], ended.len() as u64);
    }
}

#[test]
fn tasks_that_take_too_long_are_dropped_whole() {
    let workplace = workplace(400, 400_000);
    let child = begun(&workplace);
    send("TERM", child.id());
    let finished = Finished::from(child.wait_with_output().expect("a child"));
    assert_eq!(finished.code, Some(143), "{finished:?}");
    let summary: Json = serde_json::from_str(&finished.stdout).expect("a summary");
    let ended = records(&workplace, has_ended);
    assert_eq!(summary["tasks"], ended.len() as u64);
    assert_eq!(summary["tasks_left"], (TASKS - ended.len()) as u64);
    let log = workplace.read("logs/run_batt.log");
    let begun = records(&workplace, |record| record["event"] == "task_start");
    assert_eq!(
        log.matches("dropped: asked to stop").count(),
        begun.len() - ended.len()
    );
    assert!(begun.len() > ended.len(), "{begun:?} {ended:?}");
    // Nothing of them is kept.
    assert_eq!(workplace.names("solver_dir").len(), ended.len());
    assert_eq!(
        workplace.records("logs/inlining_telemetry.jsonl").len(),
        ended.len()
    );
}

#[test]
fn a_second_signal_ends_at_once() {
    let workplace = workplace(400, 400_000);
    let child = begun(&workplace);
    send("INT", child.id());
    std::thread::sleep(Duration::from_millis(100));
    send("TERM", child.id());
    let finished = Finished::from(child.wait_with_output().expect("a child"));
    assert_eq!(finished.code, Some(143), "{finished:?}");
    assert_eq!(finished.stdout, "", "no summary");
}

/// The arguments of a run, and more.
fn with(more: &[&'static str]) -> Vec<&'static str> {
    ARGUMENTS.iter().chain(more).copied().collect()
}

fn summary(finished: &Finished) -> Json {
    serde_json::from_str(&finished.stdout).unwrap_or_else(|error| panic!("{error}: {finished:?}"))
}

#[test]
fn resuming_runs_what_is_left_and_comes_to_the_same() {
    let workplace = workplace(1, 20_000);
    let child = begun(&workplace);
    send("TERM", child.id());
    let first = summary(&Finished::from(child.wait_with_output().expect("a child")));
    let second = summary(&workplace.run(&with(&["--resume"])));
    assert_eq!(second["finished_before"], first["tasks"]);
    assert_eq!(second["tasks"], first["tasks_left"]);
    let mut ended = records(&workplace, has_ended);
    ended.sort();
    let all: Vec<String> = (0..TASKS).map(|number| format!("{number:08x}")).collect();
    assert_eq!(ended, all, "each task once");
    // Nothing is left.
    let third = workplace.run(&with(&["--resume"]));
    assert_eq!(third.code, Some(0), "{third:?}");
    assert_eq!(summary(&third)["tasks"], 0);
    assert_eq!(summary(&third)["finished_before"], TASKS);
}

#[test]
fn what_has_changed_is_run_again() {
    let workplace = workplace(1, 10);
    workplace.run(&with(&["-c", "10"]));
    let left = |more: &[&'static str]| {
        let finished = workplace.run(&with(&[&["-c", "10", "--resume"], more].concat()));
        summary(&finished)["tasks"].clone()
    };
    assert_eq!(left(&[]), 0);
    assert_eq!(left(&["--workers", "1", "--no-share"]), 0);
    // A task, and a solver.
    let sample = r#"{"input": [[5]], "output": [[2]]}"#;
    let task = format!(r#"{{"train": [{sample}], "test": [{sample}]}}"#);
    workplace.write("tasks/00000003.json", task);
    let solvers = workplace.read("solvers.py").replacen("TWO", "THREE", 1);
    workplace.write("solvers.py", solvers);
    assert_eq!(left(&[]), 2);
    // An option that programs feel, and the base differs, which are all tasks'.
    assert_eq!(left(&["--timeout", "9"]), 10);
    workplace.write(
        "differs.py",
        "def differ_one(S, I, C):\n    return astuple(ONE, I)\n",
    );
    assert_eq!(left(&[]), 10);
    // Logs that were rotated.
    for name in workplace.names("logs") {
        let path = workplace.path(&format!("logs/{name}"));
        std::fs::rename(&path, path.with_extension("jsonl.1")).expect("a rename");
    }
    assert_eq!(left(&[]), 0);
}
