//! The binary as a user runs it: what it writes, and how it ends.

#[path = "../common/mod.rs"]
mod common;
mod damage;
mod inlining;
mod reading;

use common::{OWN_FILES, SMALL_TASK, Workplace};

const SOLVER: &str = "from dsl import *\nfrom constants import *\n\ndef solve_0520fde7(S, I, C):\n    x1 = rot90(I)\n    O = rot90(x1)\n    return O\n";
const DIFFER: &str =
    "def differ_size(S, I, C):\n    x1 = size(I)\n    O = astriple(x1, x1, I)\n    return O\n";

/// A workplace with one small task, a solver and a differ for it.
fn small_workplace() -> Workplace {
    let workplace = Workplace::new();
    workplace.write("tasks/0520fde7.json", SMALL_TASK);
    workplace.write("solvers.py", SOLVER);
    workplace.write("differs.py", DIFFER);
    workplace
}

#[test]
fn programs_are_stored_under_the_md5_of_their_inlined_text() {
    let workplace = small_workplace();
    let finished = workplace.run(&OWN_FILES);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    // md5 of `def solve(S, I, C):\n    return rot90(rot90(I))`
    let solver = "146d4921085ad3c0f00866f40209634c.py";
    assert_eq!(workplace.names("solver_md5"), [solver]);
    assert_eq!(
        workplace.read(&format!("solver_md5/{solver}")),
        "from dsl import *\nfrom constants import *\n\ndef solve(S, I, C):\n    x1 = rot90(I)\n    O = rot90(x1)\n    return O\n"
    );
    assert_eq!(workplace.names("differ_md5").len(), 1);
    assert_eq!(
        workplace.names("."),
        [
            "differ_dir",
            "differ_md5",
            "differs.py",
            "logs",
            "solver_dir",
            "solver_md5",
            "solvers.py",
            "tasks"
        ]
    );
}

#[test]
fn the_telemetry_has_the_members_and_the_form_that_operators_know() {
    let workplace = small_workplace();
    assert_eq!(workplace.run(&OWN_FILES).code, Some(0));
    let text = workplace.read("logs/inlining_telemetry.jsonl");
    let members = [
        "timestamp",
        "run_id",
        "task_id",
        "profile",
        "workers",
        "chunk_size",
        "chunks",
        "peak_in_flight",
        "total_attempts",
        "success_count",
        "timeout_count",
        "timeout_retry_success",
        "timeout_retry_fail",
        "other_errors",
        "thread_error",
        "retry_time_ms",
        "cache_hits",
        "error_types",
        "inline_ms",
    ];
    let mut rest = text.as_str();
    for member in members {
        let start = rest
            .find(&format!("\"{member}\": "))
            .unwrap_or_else(|| panic!("{member} in {text}"));
        rest = &rest[start..];
    }
    let record = &workplace.records("logs/inlining_telemetry.jsonl")[0];
    assert_eq!(record["task_id"], "0520fde7");
    assert_eq!(record["total_attempts"], 2);
    assert_eq!(record["success_count"], 2);
    assert_eq!(record["profile"], "cpu");
    assert_eq!(
        (&record["workers"], &record["chunk_size"]),
        (&2.into(), &8.into())
    );
    assert_eq!(record["error_types"], serde_json::json!({}));

    let timing = workplace.records("logs/run_batt_timing_stats.jsonl");
    assert_eq!(timing.len(), 2);
    assert_eq!(timing[0]["event"], "task_start");
    assert_eq!(timing[1]["success"], true);
    assert_eq!(timing[1]["error_type"], serde_json::Value::Null);
    assert_eq!(timing[0]["run_id"], timing[1]["run_id"]);
    assert_eq!(timing[0]["timeout_value"], 10.0);
    let log = workplace.read("logs/run_batt.log");
    assert!(log.contains("profile cpu because EXPECT_GPU=0"), "{log}");
}

#[test]
fn the_store_is_not_written_again() {
    let workplace = small_workplace();
    workplace.run(&OWN_FILES);
    let modified = |name: &String| {
        let path = workplace.path("solver_md5").join(name);
        std::fs::metadata(path).unwrap().modified().unwrap()
    };
    let before: Vec<_> = workplace.names("solver_md5").iter().map(modified).collect();
    let again = workplace.run(&OWN_FILES);
    assert_eq!(again.code, Some(0));
    assert!(
        !again.stdout.contains("new to the store"),
        "{}",
        again.stdout
    );
    let after: Vec<_> = workplace.names("solver_md5").iter().map(modified).collect();
    assert_eq!(before, after);
    assert_eq!(workplace.records("logs/inlining_telemetry.jsonl").len(), 2);
}

#[test]
fn the_fixtures_run_from_anywhere() {
    let workplace = Workplace::new();
    let one = workplace.run(&["-c", "1", "-t", "0520fde7"]);
    assert_eq!(one.code, Some(0), "{one:?}");
    let record = &workplace.records("logs/inlining_telemetry.jsonl")[0];
    assert_eq!(record["task_id"], "0520fde7");
    let ten = workplace.run(&["-c", "10", "--format", "json", "--timing"]);
    assert_eq!(ten.code, Some(0), "{ten:?}");
    let summary: serde_json::Value = serde_json::from_str(&ten.stdout).unwrap();
    assert_eq!(summary["tasks"], 10);
    assert!(summary["timing_ms"]["inline"].is_number());
    assert_eq!(
        ten.stderr, "run_batt: 10 tasks, 2 workers\n",
        "no bar where there is no terminal"
    );
    assert_eq!(summary["data"], "the fixtures");
    let all = workplace.run(&["-q"]);
    assert!(
        all.stdout.contains("\ndata      the fixtures\n"),
        "{}",
        all.stdout
    );
    assert_eq!(all.code, Some(0), "{all:?}");
    assert!(all.stdout.ends_with("s\n"), "{}", all.stdout);
}

#[test]
fn one_fixture_task_has_over_200_differs() {
    let workplace = Workplace::new();
    assert_eq!(workplace.run(&[]).code, Some(0));
    let records = workplace.records("logs/inlining_telemetry.jsonl");
    assert!(records.len() >= 24, "{}", records.len());
    let programs = |record: &serde_json::Value| {
        record["total_attempts"].as_u64().unwrap() + record["cache_hits"].as_u64().unwrap()
    };
    assert!(records.iter().map(programs).max() > Some(200));
    assert!(
        records.iter().all(|record| programs(record) >= 7),
        "a solver and six differs each"
    );
}

#[test]
fn a_negative_count_is_a_random_sample_repeated_by_its_seed() {
    let tasks = |seed: &str| {
        let workplace = Workplace::new();
        let finished = workplace.run(&["-c", "-5", "--seed", seed]);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let records = workplace.records("logs/inlining_telemetry.jsonl");
        let ids = records.iter().map(|record| record["task_id"].to_string());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(tasks("7").len(), 5);
    assert_eq!(tasks("7"), tasks("7"));
    assert!((0..10).any(|seed| tasks(&seed.to_string()) != tasks("7")));
}

#[test]
fn more_tasks_than_there_are_is_said_and_run() {
    let workplace = small_workplace();
    let finished = workplace.run(&[&OWN_FILES[..], &["-c", "5"]].concat());
    assert_eq!(finished.code, Some(0));
    assert!(
        finished
            .stderr
            .contains("5 tasks were asked for and there are 1"),
        "{}",
        finished.stderr
    );
}

#[test]
fn completions_and_man_page_are_generated() {
    let workplace = Workplace::new();
    for (what, sign) in [
        ("bash", "_run_batt"),
        ("zsh", "#compdef run_batt"),
        ("fish", "--command run_batt"),
        ("man", ".TH run_batt"),
    ] {
        let finished = workplace.run(&["generate", what]);
        assert_eq!(finished.code, Some(0));
        assert!(finished.stdout.contains(sign), "{what}");
    }
}

#[test]
fn help_has_examples_and_groups() {
    let finished = Workplace::new().run(&["--help"]);
    assert_eq!(finished.code, Some(0));
    for part in [
        "Examples:",
        "Which tasks",
        "Where things are",
        "How to work",
        "What to show",
        "Exit codes",
    ] {
        assert!(finished.stdout.contains(part), "{part}");
    }
}

#[test]
fn clear_removes_what_was_written_and_nothing_else() {
    let workplace = small_workplace();
    workplace.run(&OWN_FILES);
    workplace.write("logs/notes.txt", "mine");
    workplace.write("solver_md5/notes.txt", "mine");
    assert_eq!(workplace.run(&["clear", "--yes"]).code, Some(0));
    assert_eq!(workplace.names("logs"), ["notes.txt"]);
    assert_eq!(workplace.names("solver_md5"), ["notes.txt"]);
    assert!(!workplace.path("differ_md5").exists());
    assert!(workplace.path("solvers.py").exists());
}

#[test]
fn a_bar_is_drawn_on_a_terminal_alone_and_without_color_where_that_is_asked() {
    let workplace = Workplace::new();
    let on_terminal = |has_color: bool| {
        let mut command = std::process::Command::new("script");
        let line = format!("{} -c 10", env!("CARGO_BIN_EXE_run_batt"));
        command
            .args(["-qec", &line, "/dev/null"])
            .current_dir(workplace.path("."))
            .env("EXPECT_GPU", "0")
            .env("TERM", "xterm-256color")
            .env_remove("NO_COLOR");
        if !has_color {
            command.env("NO_COLOR", "1");
        }
        common::Finished::of(&mut command).stdout
    };
    let (with_color, without) = (on_terminal(true), on_terminal(false));
    for output in [&with_color, &without] {
        assert!(output.contains("/10 "), "{output:?}");
        assert!(output.contains(" solved"), "{output:?}");
    }
    assert!(with_color.contains("\x1b[36m"), "{with_color:?}");
    assert!(!without.contains("\x1b[36m"), "{without:?}");
}
