//! Programs of the original dialect, arc-dsl, through the command.

mod common;

use common::{Finished, Workplace, repository};
use serde_json::Value;

/// A solver, and a verifier whose fourth line fails, of our own making.
const PROGRAMS: &str = include_str!("../fixtures/arc_dsl/solvers.py");

fn workplace() -> (Workplace, String) {
    let workplace = Workplace::new();
    workplace.write("solvers.py", PROGRAMS);
    let tasks = repository().join("fixtures/tasks");
    (workplace, tasks.to_str().expect("a path").to_owned())
}

#[test]
fn a_solver_is_evaluated_line_by_line() {
    let (workplace, tasks) = workplace();
    let arguments = ["eval", "solvers.py", "-t", "0520fde7", "--tasks", &tasks];
    let finished = workplace.run(&[&arguments[..], &["--dialect", "arc-dsl"]].concat());
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let text = finished.stdout;
    assert!(
        text.contains("ground = canvas(ZERO, shape(left))"),
        "{text}"
    );
    assert!(text.contains("exact, score 1000"), "{text}");
    // No other dialect has its names, which is said.
    let finished = workplace.run(&arguments);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(finished.stdout.contains("exact, score 1000"));
    let said = "solvers.py is taken for arc-dsl, for the reference has no `ofcolor`";
    assert!(finished.stderr.contains(said), "{}", finished.stderr);
    // Whoever asks for the reference gets it.
    let finished = workplace.run(&[&arguments[..], &["--dialect", "reference"]].concat());
    assert_ne!(finished.code, Some(0));
    assert!(
        finished.stderr.contains("found the name `shape`"),
        "{}",
        finished.stderr
    );
}

#[test]
fn a_failing_line_ends_the_program_though_nothing_uses_it() {
    let (workplace, tasks) = workplace();
    let arguments = [
        "eval",
        "solvers.py",
        "--function",
        "verify_0520fde7",
        "--tasks",
        &tasks,
    ];
    let finished = workplace.run(&arguments);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let failed = "failed in line 18, x3 = extract(x1, x2)\nTypeError: a call of something \
                  that is no function\n";
    assert!(finished.stdout.contains(failed), "{}", finished.stdout);
    let finished = workplace.run(&[&arguments[..], &["--format", "json"]].concat());
    let record: Value = serde_json::from_str(&finished.stdout).expect("JSON");
    let ended = &record["ended"];
    assert_eq!(ended["line"], 18);
    assert_eq!(ended["call"], "x3 = extract(x1, x2)");
    assert_eq!(ended["exception"], "TypeError");
    assert_eq!(record["result"], Value::Null);
    assert_eq!(record["score"], 0);
}

#[test]
fn its_files_are_checked_and_inlined() {
    let (workplace, _) = workplace();
    let finished = workplace.run(&["eval", "--check", "solvers.py", "--dialect", "arc-dsl"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let finished = workplace.run(&["inline", "solvers.py"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let told = workplace.run(&["inline", "solvers.py", "--dialect", "arc-dsl"]);
    assert_eq!(told.stdout, finished.stdout);
    let said = "solvers.py: in `verify_0520fde7`: left out is what nothing uses in line 17, 18,";
    for said_by in [&told, &finished] {
        assert!(said_by.stderr.contains(said), "{}", said_by.stderr);
    }
    let inlined = "def verify_0520fde7(I):\n    return crop(I, ORIGIN, astuple(THREE, THREE))";
    assert!(finished.stdout.contains(inlined), "{}", finished.stdout);
}

/// A file of functions of the original dialect.
fn given(text: &str) -> (Workplace, String) {
    let (workplace, tasks) = workplace();
    workplace.write("given.py", text);
    (workplace, tasks)
}

#[test]
fn a_misspelt_name_is_told_and_the_other_functions_are_what_they_were() {
    let misspelt = PROGRAMS.replace("righthalf(I)", "rigthalf(I)");
    let (workplace, tasks) = given(&misspelt);
    let finished = workplace.run(&["eval", "--check", "given.py"]);
    let told = "run_batt: given.py is taken for arc-dsl, for the reference has no `ofcolor`; \
                --dialect says which it is\n\
                run_batt: given.py: line 7, column 13: found the name `rigthalf`, which is \
                neither primitive nor constant; did you mean righthalf?\n";
    assert_eq!(finished.stderr, told);
    let function = ["--function", "verify_0520fde7", "--tasks", &tasks];
    let finished = workplace.run(&[&["eval", "given.py"], &function[..]].concat());
    assert!(
        finished.stdout.contains("failed in line 18"),
        "{finished:?}"
    );
}

#[test]
fn the_later_of_two_functions_counts_and_what_is_left_out_is_told() {
    let (workplace, tasks) = given(
        "@cache\ndef solve_3c9b0459(I):\n    return hmirror(I)\n\n\n\
         def solve_0520fde7(I):\n    return hmirror(I)\n\n\n\
         def solve_0520fde7(I):\n    return rot180(I)\n",
    );
    let own = ["--dialect", "arc-dsl", "--tasks", &tasks];
    let redefined = "given.py: line 6, column 5: in `solve_0520fde7`: found another function of \
                     this name at line 10, expected one (the later counts, as in Python)";
    let commands: [&[&str]; 2] = [
        &["eval", "given.py", "-t", "0520fde7"],
        &["show", "0520fde7", "--program", "given.py"],
    ];
    for command in commands {
        let finished = workplace.run(&[command, &own].concat());
        assert!(finished.stdout.contains("rot180(I)"), "{finished:?}");
        assert!(finished.stderr.contains(redefined), "{finished:?}");
    }
    let finished = workplace.run(&["eval", "--check", "given.py"]);
    assert_eq!(finished.code, Some(3), "{finished:?}");
    for told in [redefined, "line 1, column 1: found `@`"] {
        assert!(finished.stderr.contains(told), "{finished:?}");
    }
}

#[test]
fn a_head_that_programs_have_not_is_told() {
    let (workplace, tasks) = given("def solve_0520fde7(I, J):\n    return hmirror(I)\n");
    let own = ["given.py", "--dialect", "arc-dsl", "--tasks", &tasks];
    for command in [
        &["eval"][..],
        &["eval", "--check"],
        &["show", "0520fde7", "--program"],
    ] {
        let finished = workplace.run(&[command, &own].concat());
        let told = "in `solve_0520fde7`: found the parameters (I, J), expected (I)";
        assert!(finished.stderr.contains(told), "{finished:?}");
        let code = if command.contains(&"--check") { 3 } else { 0 };
        assert_eq!(finished.code, Some(code), "{finished:?}");
    }
    let (workplace, _) = given("\n");
    let finished = workplace.run(&["eval", "given.py", "--dialect", "arc-dsl"]);
    assert!(
        finished.stderr.contains("expected `def solve_<task>(I):`"),
        "{finished:?}"
    );
}

#[test]
fn lines_that_nothing_uses_count_where_a_program_is_checked_or_shown() {
    let (workplace, tasks) =
        given("def solve_3c9b0459(I):\n    x1 = first(I, I, I)\n    return rot180(I)\n");
    let checked = workplace.run(&["eval", "--check", "given.py", "--dialect", "arc-dsl"]);
    assert_eq!(checked.code, Some(3), "{checked:?}");
    assert!(checked.stderr.contains("line 2"), "{checked:?}");
    let own = [
        "--program",
        "given.py",
        "--dialect",
        "arc-dsl",
        "--tasks",
        &tasks,
    ];
    let finished = workplace.run(&[&["show", "3c9b0459"], &own[..]].concat());
    assert!(
        finished.stdout.contains("score 5000 of 5000"),
        "{finished:?}"
    );
    let told = "left out is what nothing uses in line 2,";
    assert!(finished.stderr.contains(told), "{finished:?}");
}

#[test]
fn what_python_does_not_reach_is_in_no_record() {
    let (workplace, tasks) =
        given("def solve_3c9b0459(I):\n    x1 = mapply(first, ((), (1,)))\n    return rot180(I)\n");
    let own = [
        "eval",
        "given.py",
        "--dialect",
        "arc-dsl",
        "--tasks",
        &tasks,
    ];
    let finished = workplace.run(&[&own[..], &["--format", "json"]].concat());
    let record: Value = serde_json::from_str(&finished.stdout).expect("JSON");
    assert_eq!(record["ended"]["line"], 2);
    assert_eq!(
        record["calls"].as_array().map(Vec::len),
        Some(1),
        "{record}"
    );
    assert_eq!(record["failures"], 1);
}

#[test]
fn an_expression_is_shown_as_a_program_of_its_dialect() {
    let (workplace, tasks) = workplace();
    let own = ["-e", "rot180(I)", "--dialect", "arc-dsl", "--tasks", &tasks];
    let finished = workplace.run(&[&["show", "3c9b0459"], &own[..]].concat());
    assert!(finished.stdout.contains("def solve(I):\n"), "{finished:?}");
}

#[test]
fn a_failing_call_of_a_card_ends_only_its_own_program() {
    let (workplace, tasks) = given(
        "def solve_0520fde7(I):\n    return first(())\n\n\n\
         def solve_3c9b0459(I):\n    return rot180(I)\n",
    );
    let own = ["--dialect", "arc-dsl", "--tasks", &tasks];
    let made = [
        &[
            "card",
            "-c",
            "2",
            "--solvers",
            "given.py",
            "-o",
            "card.json",
        ],
        &own[..],
    ]
    .concat();
    let finished = workplace.run(&made);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let shown = [&["eval", "--card", "card.json", "-t", "3c9b0459"], &own[..]].concat();
    let finished = workplace.run(&shown);
    let text = &finished.stdout;
    assert!(
        text.contains("failed: StopIteration: no first item\n"),
        "{finished:?}"
    );
    let reached = text
        .split_once("= rot180(I)")
        .is_some_and(|(_, after)| !after.contains("no value"));
    assert!(reached, "{finished:?}");
}

#[test]
fn its_primitives_are_explained() {
    let workplace = Workplace::new();
    let explained = |arguments: &[&str]| {
        let finished = workplace.run(&[&["dsl"], arguments].concat());
        assert_eq!(finished.code, Some(0), "{finished:?}");
        finished.stdout
    };
    let text = explained(&["mostcolor", "--dialect", "arc-dsl"]);
    assert!(
        text.starts_with("mostcolor(element: Element) -> Integer\n"),
        "{text}"
    );
    assert!(text.contains("A failing call ends the program."), "{text}");
    let names = |dialect: &str| {
        let text = explained(&["--dialect", dialect, "--format", "json"]);
        let record: Value = serde_json::from_str(&text).expect("JSON");
        record["primitives"].as_array().map(Vec::len)
    };
    assert_eq!(names("arc-dsl"), Some(160));
    assert_ne!(names("reference"), Some(160));
}

#[test]
fn a_line_of_requests_says_its_dialect() {
    let (workplace, tasks) = workplace();
    let task = r#""task": {"train": [], "test": [{"input": [[1, 2]], "output": [[2, 1]]}]}"#;
    let idle = r#""def solve(I):\n    x1 = first(ZERO)\n    return vmirror(I)\n""#;
    let own = r#""dialect": "arc-dsl""#;
    let lines = [
        format!(r#"{{"fn": "mostcolor", "args": [[[1, 1, 2]]], {own}}}"#),
        r#"{"fn": "mostcolor", "args": [[[1, 1, 2]]]}"#.to_owned(),
        format!(r#"{{"fn": "first", "args": [0], {own}}}"#),
        format!(r#"{{"program": "vmirror(I)", {task}, {own}}}"#),
        format!(r#"{{"program": {idle}, {task}, {own}}}"#),
        format!(r#"{{"program": "rot180(I)", {task}}}"#),
        format!(r#"{{"program": "rot180(I)", {task}, "dialect": "other"}}"#),
        format!(r#"{{"program": "shape(hmirror(I))", {task}}}"#),
        format!(r#"{{"program": "mostcolor(I)", {task}, "dialect": "reference"}}"#),
    ];
    workplace.write("lines", lines.join("\n"));
    let file = std::fs::File::open(workplace.path("lines")).expect("a file");
    let mut command = workplace.command(&["eval", "--requests", "--tasks", &tasks]);
    let finished = Finished::of(command.stdin(file));
    let answers: Vec<Value> = finished
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(answers[0]["out"], 1, "{finished:?}");
    assert!(answers[0].get("dialect").is_none());
    // What the reference has not is guessed, and the answer says so.
    assert_eq!(
        (&answers[1]["out"], &answers[1]["dialect"]),
        (&1.into(), &"arc-dsl".into())
    );
    let failed = answers[2]["error"].as_str().expect("a text");
    assert!(
        failed.starts_with("the call of `first` failed: TypeError: "),
        "{failed}"
    );
    let sample = |answer: usize| &answers[answer]["samples"][0];
    assert_eq!(sample(3)["exact"], true);
    assert_eq!(sample(3)["ended"], Value::Null);
    // Each line is evaluated, as by `eval FILE`.
    assert_eq!(sample(4)["output"], Value::Null);
    assert_eq!(sample(4)["ended"]["line"], 2);
    assert_eq!(sample(4)["ended"]["exception"], "TypeError");
    assert_eq!(sample(4)["met_limit"], false);
    assert_eq!(sample(5)["exact"], true);
    assert!(sample(5).get("ended").is_none());
    let unknown = "`dialect`: found \"other\", expected \"reference\" or \"arc-dsl\"";
    assert_eq!(answers[6]["error"], unknown);
    assert!(answers[5].get("dialect").is_none());
    assert_eq!(answers[7]["dialect"], "arc-dsl");
    assert_eq!(sample(7)["output"], serde_json::json!([1, 2]));
    let unknown = answers[8]["error"].as_str().expect("a text");
    assert!(unknown.contains("found the name `mostcolor`"), "{unknown}");
}

#[test]
fn a_program_that_fails_is_not_told_to_be_slow() {
    let (workplace, tasks) = workplace();
    workplace.write(
        "solvers.py",
        "def solve_0520fde7(I):\n    x1 = first(ZERO)\n    return x1\n\n\
         def solve_3c9b0459(I):\n    return rot180(I)\n",
    );
    let run = [
        "--timing",
        "--solvers",
        "solvers.py",
        "--dialect",
        "arc-dsl",
    ];
    let on = [
        "--tasks", &tasks, "-t", "0520fde7", "3c9b0459", "--out", "store",
    ];
    let finished = workplace.run(&[&run[..], &on].concat());
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let said = format!("{}{}", finished.stdout, finished.stderr);
    let slowest = said.lines().find(|line| line.contains("slowest programs"));
    let slowest = slowest.expect("a line");
    assert!(slowest.contains("solve_3c9b0459 on 3c9b0459"), "{slowest}");
    assert!(!slowest.contains("on 0520fde7"), "{slowest}");
}
