//! Submissions: written from a store, scored, and whatever can be wrong with either.

mod common;

use std::collections::BTreeMap;

use common::{Finished, SMALL_TASK, Workplace, fixture};
use serde_json::{Value, json};

/// The tasks of the fixtures by name, as JSON.
fn fixture_tasks() -> BTreeMap<String, Value> {
    let entries = std::fs::read_dir(fixture("tasks")).expect("a folder");
    let task = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        let name = path.file_stem()?.to_str()?.to_owned();
        let text = std::fs::read_to_string(&path).expect("a file");
        Some((name, serde_json::from_str(&text).expect("JSON")))
    };
    entries.filter_map(task).collect()
}

/// The same without the outputs of the test samples.
fn hidden(task: &Value) -> Value {
    let mut task = task.clone();
    for sample in task["test"].as_array_mut().expect("samples") {
        sample.as_object_mut().expect("a sample").remove("output");
    }
    task
}

/// A workplace with the store of a run over the fixtures, one task of which has lost
/// its solvers, and with the fixtures' tasks, whole and with hidden outputs.
fn with_store() -> Workplace {
    let workplace = Workplace::new();
    let run = workplace.run(&["-q"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    std::fs::remove_dir_all(workplace.path("solver_dir/solve_0520fde7")).expect("a folder");
    for (name, task) in fixture_tasks() {
        workplace.write(&format!("known/{name}.json"), task.to_string());
        let task = hidden(&task).to_string();
        workplace.write(&format!("hidden/{name}.json"), task);
    }
    workplace
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn done(workplace: &Workplace, arguments: &[&str]) -> Finished {
    let finished = workplace.run(arguments);
    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
    finished
}

#[test]
fn a_submission_is_scored_as_a_few_lines_score_it() {
    let workplace = with_store();
    let told = done(&workplace, &["submit", "--tasks", "known"]).stdout;
    assert_eq!(
        told,
        "submission.json: 27 tasks, 28 test samples; with a program exact on all demos: 26, \
         without a program: 1\n"
    );
    let submission = json_of(&workplace.read("submission.json"));
    let (mut met, mut all, mut shares) = (0, 0, 0.0);
    for (name, task) in &fixture_tasks() {
        let samples = task["test"].as_array().unwrap();
        let entries = submission[name].as_array().unwrap();
        assert_eq!(entries.len(), samples.len(), "{name}");
        let is_met = |(entry, sample): &(&Value, &Value)| {
            let output = &sample["output"];
            entry["attempt_1"] == *output || entry["attempt_2"] == *output
        };
        let own = entries.iter().zip(samples).filter(is_met).count();
        met += own;
        all += samples.len();
        shares += own as f64 / samples.len() as f64;
    }
    assert_eq!(submission.as_object().unwrap().len(), 27);
    let blank = json!([[0, 0], [0, 0]]);
    assert_eq!(
        submission["0520fde7"],
        json!([{"attempt_1": blank, "attempt_2": blank}])
    );
    assert!(met < all && met > 20, "{met} of {all}");
    let scored = done(
        &workplace,
        &[
            "score",
            "submission.json",
            "--tasks",
            "known",
            "--format",
            "json",
        ],
    );
    let from_input = workplace.run_fed(
        &["score", "-", "--tasks", "known", "--format", "json"],
        "submission.json",
    );
    assert_eq!(from_input.stdout, scored.stdout, "{from_input:?}");
    let scored = json_of(&scored.stdout);
    assert_eq!(scored["met"], met);
    assert_eq!(scored["test_samples"], all);
    let near = |name: &str, expected: f64| {
        let own = scored[name].as_f64().unwrap();
        assert!((own - expected).abs() < 1e-9, "{name}: {own}, {expected}");
    };
    near("score", met as f64 / all as f64);
    near("mean_of_tasks", shares / 27.0);
    let page = done(&workplace, &["score", "submission.json"]).stdout;
    assert_eq!(
        page,
        "score     0.9643: 27 of 28 test samples met\n\
         by task   0.9630: the mean over 27 tasks of the share of its test samples\n\
         data      the fixtures\n"
    );
}

#[test]
fn hidden_outputs_and_the_number_of_workers_change_nothing() {
    let workplace = with_store();
    for (tasks, workers, output) in [
        ("known", "1", "known1.json"),
        ("known", "4", "known4.json"),
        ("hidden", "2", "hidden.json"),
    ] {
        done(
            &workplace,
            &[
                "submit",
                "--tasks",
                tasks,
                "--workers",
                workers,
                "-o",
                output,
            ],
        );
    }
    let first = workplace.read("known1.json");
    assert_eq!(first, workplace.read("known4.json"));
    assert_eq!(first, workplace.read("hidden.json"));
    let printed = done(
        &workplace,
        &["submit", "--tasks", "hidden", "-o", "-", "--format", "json"],
    );
    assert_eq!(first, printed.stdout);
    let told = json_of(&printed.stderr);
    assert_eq!(
        (&told["tasks"], &told["exact"], &told["without_program"]),
        (&json!(27), &json!(26), &json!(1))
    );
    // What is hidden cannot be scored.
    let nothing = workplace.run(&["score", "hidden.json", "--tasks", "hidden"]);
    assert_eq!((nothing.code, &*nothing.stdout), (Some(1), ""));
    assert!(
        nothing
            .stderr
            .contains("no test sample whose output is known"),
        "{nothing:?}"
    );
    let name = "known/00d62c1b.json";
    let part = hidden(&json_of(&workplace.read(name)));
    workplace.write(name, part.to_string());
    let page = done(&workplace, &["score", "hidden.json", "--tasks", "known"]).stdout;
    assert!(page.contains("26 of 27 test samples met\n"), "{page}");
    assert!(page.contains("unknown   1 test sample whose"), "{page}");
}

/// Demos that both programs solve; the test output tells that the longer is right.
const AMBIGUOUS: &str = r#"{
    "train": [{"input": [[1, 1]], "output": [[1, 1]]}],
    "test": [{"input": [[1, 2]], "output": [[2, 1]]}, {"input": [[3, 3]]}]
}"#;

#[test]
fn the_demos_alone_rank_and_attempts_differ_where_outputs_do() {
    let workplace = Workplace::new();
    workplace.write("tasks/ambiguous-1.json", AMBIGUOUS);
    workplace.write(
        "tasks/no_tests.json",
        r#"{"train": [{"input": [[1]], "output": [[1]]}], "test": []}"#,
    );
    workplace.write(
        "solvers/solve_ambiguous-1/own.py",
        "def solve(S, I, C):\n    return identity(I)\n",
    );
    workplace.write(
        "solvers/solve_ambiguous-1/turned.py",
        "def solve(S, I, C):\n    x1 = hmirror_t(I)\n    return rot180(x1)\n",
    );
    // Its output is no grid of colours.
    workplace.write(
        "solvers/solve_ambiguous-1/wild.py",
        "def solve(S, I, C):\n    return canvas(12, shape_t(I))\n",
    );
    let run = workplace.run(&["--tasks", "tasks", "--solvers", "solvers", "-q"]);
    assert!(run.code == Some(0), "{run:?}");
    let best = workplace.names("solver_dir/solve_ambiguous-1");
    assert!(best.len() > 1, "the store knows better: {best:?}");
    done(
        &workplace,
        &["submit", "--tasks", "tasks", "-o", "own.json"],
    );
    let expected = r#"{
"ambiguous-1": [{"attempt_1": [[1, 2]], "attempt_2": [[2, 1]]}, {"attempt_1": [[3, 3]], "attempt_2": [[0, 0], [0, 0]]}],
"no_tests": []
}
"#;
    assert_eq!(workplace.read("own.json"), expected);
    let page = done(&workplace, &["score", "own.json", "--tasks", "tasks"]).stdout;
    assert!(
        page.starts_with("score     1.0000: 1 of 1 test sample met\n"),
        "{page}"
    );
}

#[test]
fn what_is_damaged_in_a_store_is_told_and_the_rest_handed_in() {
    let workplace = with_store();
    let program = |task: &str| {
        let mut path = format!("solver_dir/solve_{task}");
        while workplace.path(&path).is_dir() {
            let last = workplace.names(&path).pop().expect("an entry");
            path = format!("{path}/{last}");
        }
        path
    };
    let gone = program("007bbfb7");
    let file = std::fs::canonicalize(workplace.path(&gone)).unwrap();
    std::fs::remove_file(file).unwrap();
    let damaged = program("00d62c1b");
    std::fs::write(workplace.path(&damaged), "def solve(S, I").unwrap();
    let unknown = program("3c9b0459");
    std::fs::write(
        workplace.path(&unknown),
        "def solve(S, I, C):\n    return rot91(I)\n",
    )
    .unwrap();
    let finished = workplace.run(&["submit", "--tasks", "known"]);
    assert_eq!(finished.code, Some(3), "{finished:?}");
    for (path, problem) in [
        (gone, "a link that leads nowhere"),
        (damaged, "line 1"),
        (unknown, "did you mean rot90?"),
    ] {
        let is_told = |line: &&str| line.contains(&path) && line.contains(problem);
        let told: Vec<&str> = finished.stderr.lines().filter(is_told).collect();
        assert_eq!(told.len(), 1, "{path}: {finished:?}");
    }
    assert_eq!(
        json_of(&workplace.read("submission.json"))
            .as_object()
            .unwrap()
            .len(),
        27
    );
    workplace.write("known/0520fde7.json", "{");
    let finished = workplace.run(&["submit", "--tasks", "known", "--format", "json"]);
    assert_eq!(finished.code, Some(3), "{finished:?}");
    let told = json_of(&finished.stdout);
    assert_eq!(
        (
            &told["tasks"],
            told["passed_over"].as_array().unwrap().len()
        ),
        (&json!(26), 4)
    );
}

#[test]
fn where_nothing_can_be_handed_in_nothing_is_written() {
    let workplace = with_store();
    workplace.write("other/12345678.json", SMALL_TASK);
    workplace.write(
        "demos/007bbfb7.json",
        r#"{"train": [{"input": [[1]], "output": [[1]]}], "test": []}"#,
    );
    workplace.write("submission.json", "mine");
    for (arguments, told) in [
        (
            &["--tasks", "other"] as &[&str],
            "found no solver that can be used for any of the 1 tasks of other",
        ),
        (&["--tasks", "demos"], "demos: found no test samples"),
        (&["--out", "known"], "known: found no store"),
        (&["-t", "0520fde7"], "found no solver that can be used"),
        (&["-t", "0520fdef"], "did you mean 0520fde7?"),
        (
            &["-o", "missing/submission.json"],
            "missing/submission.json: cannot be written",
        ),
    ] {
        let finished = workplace.run(&[&["submit"], arguments].concat());
        assert_eq!(
            (finished.code, &*finished.stdout),
            (Some(1), ""),
            "{finished:?}"
        );
        assert!(finished.stderr.contains(told), "{told}: {finished:?}");
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
    }
    assert_eq!(workplace.read("submission.json"), "mine");
    let names = workplace.names(".");
    assert!(
        !names.iter().any(|name| name.contains("unfinished")),
        "{names:?}"
    );
}

#[test]
fn a_selection_is_handed_in_as_a_run_has_it() {
    let workplace = with_store();
    done(
        &workplace,
        &["submit", "-i", "3c9b0459", "007bbfb7", "--timeout", "5s"],
    );
    let text = workplace.read("submission.json");
    assert!(text.starts_with("{\n\"3c9b0459\": [{"), "{text}");
    let with_limit = done(
        &workplace,
        &["submit", "-i", "3c9b0459", "-t", "20", "-o", "one.json"],
    );
    assert!(
        with_limit
            .stderr
            .contains("-t 20 is taken as the time limit"),
        "{with_limit:?}"
    );
    assert_eq!(json_of(&text).as_object().unwrap().len(), 2);
    let scored = workplace.run(&["score", "submission.json"]);
    assert_eq!(scored.code, Some(3));
    let missing =
        |line: &&str| line.ends_with("found no entry, expected attempts at 1 test sample");
    assert_eq!(
        scored.stderr.lines().filter(missing).count(),
        24,
        "{scored:?}"
    );
    assert!(
        scored
            .stdout
            .contains("wrong     25 problems, named above\n"),
        "{scored:?}"
    );
}

#[test]
fn what_of_the_data_is_passed_over_is_told() {
    let workplace = with_store();
    workplace.write("known/notes.json", "{}");
    for line in [
        &["submit", "--tasks", "known"][..],
        &["score", "submission.json", "--tasks", "known"],
    ] {
        let told = done(&workplace, line).stderr;
        assert!(told.contains("notes.json: passed over"), "{line:?}: {told}");
    }
}

#[test]
fn all_that_is_wrong_with_a_submission_is_named() {
    let workplace = Workplace::new();
    for name in ["a1", "b2", "c3"] {
        workplace.write(&format!("tasks/{name}.json"), SMALL_TASK);
    }
    let right = r#"{"attempt_1": [[4]], "attempt_2": [[0]]}"#;
    workplace.write(
        "submission.json",
        format!(
            "{{\"a1\": [{right}, {right}],\n\"b2\": [{{\"attempt_1\": [[4], [1, 2]], \"attempt_3\": [[4]]}}],\n\"../x\\u001b\": []}}\n"
        ),
    );
    let finished = workplace.run(&["score", "submission.json", "--tasks", "tasks"]);
    let shown = format!(
        "{}{}= {}\n",
        finished.stderr,
        finished.stdout,
        finished.code.unwrap()
    );
    insta::assert_snapshot!(shown);
}

#[test]
fn what_is_no_submission_for_the_data_is_said_in_a_line() {
    let workplace = Workplace::new();
    workplace.write("tasks/a1.json", SMALL_TASK);
    workplace.write("challenges.json", format!("{{\"a1\": {SMALL_TASK}}}"));
    let attempt = r#"[{"attempt_1": [[4]], "attempt_2": [[0]]}]"#;
    workplace.write(
        "other.json",
        format!("{{\"b1\": {attempt}, \"b2\": {attempt}}}"),
    );
    workplace.write("cut.json", "{\"a1\":\n[{");
    workplace.write("list.json", "[]");
    workplace.write("empty.json", "{}");
    for (file, told) in [
        (
            "other.json",
            "none of its 2 tasks, such as b1, is among the 1 of the data; --tasks names other data",
        ),
        (
            "challenges.json",
            "challenges.json: these are ARC tasks, expected a submission; use --tasks",
        ),
        (
            "tasks/a1.json",
            "this is an ARC task, expected a submission",
        ),
        ("cut.json", "cut.json: line 2, column "),
        (
            "list.json",
            "line 1, column 1: found invalid type: sequence",
        ),
        ("empty.json", "found a submission of no tasks"),
        ("missing.json", "missing.json: cannot be read"),
    ] {
        let finished = workplace.run(&["score", file, "--tasks", "tasks"]);
        assert_eq!(
            (finished.code, &*finished.stdout),
            (Some(1), ""),
            "{finished:?}"
        );
        assert!(finished.stderr.contains(told), "{told}: {finished:?}");
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
    }
}
