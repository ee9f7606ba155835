//! `eval` evaluates the function that is asked for, on its own task, or says what it
//! has instead.

mod common;

use common::{SMALL_TASK, Workplace};

/// The IDs of two tasks of the data.
const ONE: &str = "0520fde7";
const OTHER: &str = "007bbfb7";

fn solver(name: &str, result: &str) -> String {
    format!("def {name}(S, I, C):\n    x1 = {result}(I)\n    return x1\n\n")
}

fn workplace() -> Workplace {
    let workplace = Workplace::new();
    for (task, cell) in [(ONE, "1"), (OTHER, "5")] {
        let task_text = SMALL_TASK.replacen("[[1]]", &format!("[[{cell}]]"), 1);
        workplace.write(&format!("tasks/{task}.json"), task_text);
    }
    let broken = format!("def solve_{OTHER}(S, I, C):\n    return [I]\n\n");
    let one = solver(&format!("solve_{ONE}"), "rot90");
    let other = solver(&format!("solve_{OTHER}"), "rot180");
    workplace.write("two.py", format!("{one}{other}"));
    workplace.write("one.py", &one);
    workplace.write("skipped.py", format!("{one}{broken}"));
    workplace.write("broken.py", broken);
    workplace.write("plain.py", solver("solve", "rot270"));
    workplace.write("plain/0520fde7.py", solver("solve", "rot270"));
    workplace.write(
        &format!("solver_dir/solve_{OTHER}/2000/9/{:032x}.py", 1),
        solver("solve", "vmirror_t"),
    );
    workplace.write(
        "differ.py",
        "def differ(S, I, C):\n    return astuple(4, 2)\n",
    );
    workplace
}

/// The call of a program, and the cell of the sample that it was evaluated on.
fn evaluated(workplace: &Workplace, line: &str) -> (String, String) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let common = ["--tasks", "tasks", "--format", "json"];
    let finished = workplace.run(&[&["eval"], &words[..], &common].concat());
    assert_eq!(finished.code, Some(0), "{line}: {finished:?}");
    let record: serde_json::Value = serde_json::from_str(&finished.stdout).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let call = &record["calls"][0];
    (text(&call["call"]), text(&call["value"]))
}

#[test]
fn the_function_and_the_task_that_were_asked_for_are_evaluated() {
    let workplace = workplace();
    let stored = format!("solver_dir/solve_{OTHER}/2000/9/{:032x}.py", 1);
    for (line, call, cell) in [
        (format!("two.py -t {ONE}"), "rot90", "1"),
        (format!("two.py -t {OTHER}"), "rot180", "5"),
        (format!("two.py --function solve_{OTHER}"), "rot180", "5"),
        (
            format!("two.py --function solve_{OTHER} -t {ONE}"),
            "rot180",
            "1",
        ),
        ("one.py".to_owned(), "rot90", "1"),
        (format!("plain.py -t {OTHER}"), "rot270", "5"),
        ("plain/0520fde7.py".to_owned(), "rot270", "1"),
        (stored.clone(), "vmirror_t", "5"),
        (
            format!("{stored} --function solve -t {ONE}"),
            "vmirror_t",
            "1",
        ),
    ] {
        let (evaluated_call, value) = evaluated(&workplace, &line);
        assert_eq!(evaluated_call, format!("O = {call}(I)"), "{line}");
        assert_eq!(value, format!("(({cell},),)"), "{line}");
    }
}

#[test]
fn what_cannot_be_evaluated_says_what_the_file_has() {
    let workplace = workplace();
    let stored = format!("solver_dir/solve_{OTHER}/2000/9/{:032x}.py", 1);
    let mut transcript = String::new();
    for line in [
        "two.py".to_owned(),
        "two.py -t ffffffff".to_owned(),
        "two.py --function solve_0520fde".to_owned(),
        format!("one.py -t {OTHER}"),
        format!("skipped.py -t {OTHER}"),
        "broken.py".to_owned(),
        format!("broken.py -t {OTHER}"),
        "plain.py".to_owned(),
        "differ.py".to_owned(),
        format!("{stored} -t {ONE}"),
        "one.py -t nonsense".to_owned(),
        "--check two.py -t ffffffff".to_owned(),
    ] {
        let words: Vec<&str> = line.split_whitespace().collect();
        let finished = workplace.run(&[&["eval", "--tasks", "tasks"], &words[..]].concat());
        assert_eq!(finished.code, Some(1), "{line}: {finished:?}");
        assert_eq!(finished.stderr.lines().count(), 1, "{line}: {finished:?}");
        transcript.push_str(&format!("$ run_batt eval {line}\n{}\n", finished.stderr));
    }
    insta::assert_snapshot!(transcript);
}

#[test]
fn a_check_is_of_the_function_that_was_asked_for() {
    let workplace = workplace();
    let wrong = solver(&format!("solve_{OTHER}"), "rot91");
    workplace.write(
        "mixed.py",
        solver(&format!("solve_{ONE}"), "rot90") + &wrong,
    );
    let check = |more: &[&str]| {
        let finished = workplace.run(&[&["eval", "--check", "mixed.py"], more].concat());
        (finished.code, finished.stderr.lines().count())
    };
    assert_eq!(check(&["-t", ONE]), (Some(0), 0));
    assert_eq!(check(&["-t", OTHER]), (Some(3), 1));
    assert_eq!(check(&[]), (Some(3), 1));
}

#[test]
fn on_a_sample_without_a_known_output_nothing_is_exact() {
    let workplace = workplace();
    let task = r#"{"train": [{"input": [[1]], "output": [[1]]}], "test": [{"input": [[3]]}]}"#;
    workplace.write("tasks/00000001.json", task);
    let shown = |expression: &str, format: &str| {
        let sample = ["-t", "00000001", "--sample", "test:0", "--tasks", "tasks"];
        let more = ["eval", "-e", expression, "--format", format];
        let finished = workplace.run(&[&more[..], &sample].concat());
        assert_eq!(finished.code, Some(0), "{finished:?}");
        finished.stdout
    };
    for expression in ["rot90(I)", "identity(C)"] {
        let text = shown(expression, "text");
        assert!(
            !text.contains("exact") && !text.contains("score 0"),
            "{text}"
        );
        assert!(text.ends_with("what is expected is not known\n"), "{text}");
        let record: serde_json::Value =
            serde_json::from_str(&shown(expression, "json")).expect("JSON");
        for field in ["expected", "exact", "score"] {
            assert_eq!(record[field], serde_json::Value::Null, "{field}");
        }
    }
    // Nor is a task solved that has such a sample.
    workplace.write("own.py", "def solve_00000001(S, I, C):\n    return I\n");
    let words = ["--tasks", "tasks", "--solvers", "own.py", "-t", "00000001"];
    let summary = workplace.run(&[&words[..], &["--format", "json"]].concat());
    let summary: serde_json::Value = serde_json::from_str(&summary.stdout).expect("JSON");
    assert_eq!(summary["solved"], serde_json::json!([]));
    assert_eq!(summary["demos_exact"], serde_json::json!(["00000001"]));
}
