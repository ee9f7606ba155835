//! Tasks that are called otherwise than those of ARC-AGI.

mod common;

use common::Workplace;
use serde_json::Value;

/// A task of two samples that `rot180` solves.
const TURNED: &str = r#"{"train": [{"input": [[1, 2]], "output": [[2, 1]]}], "test": [{"input": [[3, 4]], "output": [[4, 3]]}]}"#;

const NAMES: [&str; 4] = ["1d-fill.v2", "AboveBelow1", "7", "task001"];

/// A folder of tasks, a module for the names that can be a function's, and a store's
/// tree for those that cannot.
fn workplace() -> Workplace {
    let workplace = Workplace::new();
    let mut module = String::new();
    for name in NAMES {
        workplace.write(&format!("tasks/{name}.json"), TURNED);
        let is_part_of_an_identifier = name.chars().all(char::is_alphanumeric);
        match is_part_of_an_identifier {
            true => module += &format!("def solve_{name}(S, I, C):\n    return rot180(I)\n\n"),
            false => drop(workplace.write(
                &format!("tree/solve_{name}/own.py"),
                "def solve(S, I, C):\n    return rot180(I)\n",
            )),
        }
    }
    workplace.write("solvers.py", module);
    workplace.write(
        "differs.py",
        "def differ_one(S, I, C):\n    return astuple(1, 1)\n",
    );
    workplace
}

const FILES: [&str; 7] = [
    "--tasks",
    "tasks",
    "--solvers",
    "solvers.py",
    "tree",
    "--differs",
    "differs.py",
];

fn run(workplace: &Workplace, options: &[&str]) -> Value {
    let finished = workplace.run(&[&FILES[..], options, &["--format", "json"]].concat());
    assert_eq!(finished.code, Some(0), "{finished:?}");
    serde_json::from_str(&finished.stdout).expect("JSON")
}

#[test]
fn tasks_of_any_name_are_run_stored_recorded_and_gone_on_with() {
    let workplace = workplace();
    let summary = run(&workplace, &[]);
    let solved = summary["solved"].as_array().expect("names");
    assert_eq!(solved.len(), NAMES.len(), "{summary}");
    assert!(NAMES.iter().all(|name| solved.contains(&(*name).into())));
    for name in NAMES {
        let links = workplace.names(&format!("solver_dir/solve_{name}/2000"));
        assert_eq!(links.len(), 1, "{name}");
    }
    let records = workplace.records("logs/inlining_telemetry.jsonl");
    assert!(NAMES.iter().all(|name| {
        records
            .iter()
            .any(|record| record["task_id"].as_str() == Some(name))
    }));
    // What was finished is passed over, and the store is sound.
    let again = run(&workplace, &["--resume"]);
    assert_eq!(again["finished_before"], NAMES.len());
    let doctor = workplace.run(&["doctor"]);
    assert_eq!(doctor.code, Some(0), "{doctor:?}");
    let stats = workplace.run(&["stats", "--format", "json"]);
    let stats: Value = serde_json::from_str(&stats.stdout).expect("JSON");
    let best: Vec<&str> = stats["best"]
        .as_array()
        .expect("tasks")
        .iter()
        .filter_map(|best| best["task"].as_str())
        .collect();
    assert_eq!(best, ["1d-fill.v2", "7", "AboveBelow1", "task001"]);
    let page = workplace.run(&["stats"]).stdout;
    let mut rows = page.lines().take_while(|line| !line.is_empty());
    let width = rows.next().expect("a head").len();
    for row in rows {
        let (columns, verdict) = row.split_at(width);
        assert!(
            columns.ends_with(|last: char| last.is_ascii_digit()),
            "{page}"
        );
        assert!(verdict.starts_with("  "), "{page}");
    }
    // A store is a source of solvers, and of a card.
    let stored = [
        "--tasks",
        "tasks",
        "--solvers",
        "solver_dir",
        "--out",
        "other",
        "--differs",
        "differs.py",
    ];
    let finished = workplace.run(&stored);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    for (file, format) in [("card.json", "json"), ("drawn_run.py", "py")] {
        let made = workplace.run(&[
            "card",
            "--tasks",
            "tasks",
            "-o",
            file,
            "--format",
            format,
            "--differs",
            "differs.py",
            "--mutation",
            "0",
        ]);
        assert_eq!(made.code, Some(0), "{made:?}");
        let run = workplace.run(&["--card", file, "--tasks", "tasks", "--out", "of_card"]);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(workplace.read(file).contains("1d-fill.v2"), "{file}");
    }
}

#[test]
fn a_number_is_a_task_where_the_data_has_one_of_that_name() {
    let workplace = workplace();
    for (options, tasks, told) in [
        (
            &["-t", "7"][..],
            1,
            Some(
                "-t 7 names a task of the data; --timeout 7 limits the time, -i 7 can name the task alone",
            ),
        ),
        (
            &["-t", "7", "--timeout", "3"],
            1,
            Some("-t 7 names a task of the data"),
        ),
        (&["-i", "7"], 1, None),
        (&["-t", "8"], 4, Some("-t 8 is taken as the time limit")),
        (
            &["-t", "8", "task001"],
            1,
            Some("-t 8 is taken as the time limit"),
        ),
        (&["--timeout", "7"], 4, None),
    ] {
        let line = [&FILES[..], options, &["--format", "json"]].concat();
        let finished = workplace.run(&line);
        let summary: Value = serde_json::from_str(&finished.stdout).expect("JSON");
        assert_eq!(summary["tasks"], tasks, "{options:?}");
        match told {
            Some(told) => assert!(finished.stderr.contains(told), "{finished:?}"),
            None => assert!(!finished.stderr.contains("-t "), "{finished:?}"),
        }
    }
}

#[test]
fn what_is_no_name_reaches_no_path() {
    let workplace = workplace();
    let long = "x".repeat(65);
    for name in ["..", ".hidden", "a/b", "../../evil", "nul", "_x", &long] {
        for option in ["-t", "-i"] {
            let finished = workplace.run(&[&FILES[..], &[option, name]].concat());
            assert_eq!(finished.code, Some(1), "{name}: {finished:?}");
            assert!(finished.stderr.contains("unknown task"), "{finished:?}");
        }
    }
    assert!(workplace.names("solver_dir").is_empty());
    // In a module such a solver is skipped, and told with what is wrong.
    workplace.write(
        "odd.py",
        "def solve__x(S, I, C):\n    return I\n\ndef solve_7(S, I, C):\n    return I\n",
    );
    let finished = workplace.run(&["--tasks", "tasks", "--solvers", "odd.py"]);
    assert_eq!(finished.code, Some(3), "{finished:?}");
    assert!(
        finished
            .stderr
            .contains("`_x` after `solve_`, which names no task: expected a letter or digit first"),
        "{finished:?}"
    );
}

#[test]
fn a_task_whose_name_looks_like_an_option_is_none() {
    let workplace = workplace();
    let finished = workplace.run(&[&FILES[..], &["-i", "--task001"]].concat());
    assert_eq!(finished.code, Some(2), "{finished:?}");
}
