//! The binary over 400 tasks with 100 differs each: seconds and peak memory.
//! Run with `cargo bench --bench whole_run`.
//!
//! Three shapes of the same work: differs that all tasks share, which are
//! inlined once; differs that each task has of its own, 40 000 programs in
//! all, new to the store; and the same again, when the store has them.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const TASKS: usize = 400;
const DIFFERS: usize = 100;
const REPETITIONS: usize = 5;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = folder.path();
    let task = r#"{"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[3]], "output": [[4]]}]}"#;
    let write = |path: &str, content: &str| {
        let path = place.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    };
    let mut solvers = String::new();
    for number in 0..TASKS {
        let id = format!("{number:08x}");
        write(&format!("tasks/{id}.json"), task);
        let _ = write!(
            solvers,
            "def solve_{id}(S, I, C):\n    return canvas({number}, UNITY)\n\n"
        );
        write(&format!("own/solve_{id}/differs.py"), &differs(number + 1));
    }
    write("solvers.py", &solvers);
    write("shared.py", &differs(0));

    println!("{TASKS} tasks, {DIFFERS} differs each, median of {REPETITIONS} runs");
    println!(
        "{:<26} {:>10} {:>10} {:>12}",
        "differs", "programs", "seconds", "peak MiB"
    );
    report("shared by all tasks", place, "shared.py", true);
    report("each task's own, new", place, "own", true);
    report("each task's own, present", place, "own", false);
}

/// A module of differs of 12 lines, unlike those of any other number.
fn differs(number: usize) -> String {
    let mut text = String::new();
    for differ in 0..DIFFERS {
        let _ = write!(
            text,
            "def differ_{number}_{differ}(S, I, C):\n    x1 = add({number}, {differ})\n"
        );
        for line in 2..12 {
            let _ = writeln!(text, "    x{line} = combine_f(x{}, C)", line - 1);
        }
        text += "    O = astuple(x11, I)\n    return O\n\n";
    }
    text
}

fn report(name: &str, place: &Path, differs: &str, fresh: bool) {
    let mut runs: Vec<Value> = (0..REPETITIONS)
        .map(|_| {
            if fresh {
                run(place, &["clear"]);
            }
            let arguments = [
                "--tasks",
                "tasks",
                "--solvers",
                "solvers.py",
                "--differs",
                differs,
            ];
            let output = run(
                place,
                &[&arguments[..], &["--format", "json", "--timing"]].concat(),
            );
            serde_json::from_slice(&output).expect("a summary")
        })
        .collect();
    let seconds = |run: &Value| run["seconds"].as_f64().expect("seconds");
    runs.sort_by(|left, right| seconds(left).total_cmp(&seconds(right)));
    let median = &runs[REPETITIONS / 2];
    let peak = median["peak_memory_bytes"].as_f64().expect("bytes") / f64::from(1 << 20);
    println!(
        "{name:<26} {:>10} {:>10.3} {peak:>12.1}",
        median["programs"],
        seconds(median)
    );
}

fn run(place: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_run_batt"))
        .args(arguments)
        .current_dir(place)
        .output()
        .expect("the binary starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}
