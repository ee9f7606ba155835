//! What a run says that it has found, and of whom.

mod common;

use std::collections::BTreeSet;
use std::process::Stdio;

use common::{Finished, OWN_FILES, Workplace};
use serde_json::Value as Json;

/// A task that `rot180` solves, and `identity` does in part.
const TURNED: &str = r#"{"train": [{"input": [[1, 2, 3]], "output": [[3, 2, 1]]}], "test": [{"input": [[4, 5, 6]], "output": [[6, 5, 4]]}]}"#;

/// Tasks that `rot180` turns upside down.
fn workplace(tasks: &[&str]) -> Workplace {
    let workplace = Workplace::new();
    for task in tasks {
        workplace.write(&format!("tasks/{task}.json"), TURNED);
    }
    workplace.write(
        "differs.py",
        "def differ_none(S, I, C):\n    return astuple(ZERO, I)\n",
    );
    workplace
}

/// The solvers of tasks, all with this body.
fn write_solvers(workplace: &Workplace, solvers: &[(&str, &str)]) {
    let solver =
        |(task, body): &(&str, &str)| format!("def solve_{task}(S, I, C):\n    return {body}\n\n");
    workplace.write("solvers.py", solvers.iter().map(solver).collect::<String>());
}

fn json(workplace: &Workplace) -> Json {
    let finished = workplace.run(&[&OWN_FILES[..], &["--format", "json", "-q"]].concat());
    assert_eq!(finished.stderr, "");
    serde_json::from_str(&finished.stdout).expect("a summary")
}

fn tasks(summary: &Json, field: &str) -> Vec<String> {
    let tasks = summary[field].as_array().expect("tasks").iter();
    tasks
        .map(|task| task.as_str().expect("an ID").to_owned())
        .collect()
}

#[test]
fn what_is_solved_for_the_first_time_and_what_is_better_is_told_once() {
    let (first, second) = ("0000000a", "0000000b");
    let workplace = workplace(&[first, second]);
    write_solvers(&workplace, &[(first, "I"), (second, "I")]);
    let poor = json(&workplace);
    assert_eq!(tasks(&poor, "newly_solved"), [""; 0], "{poor}");
    let found_at_first = tasks(&poor, "improved");

    write_solvers(&workplace, &[(first, "rot180(I)"), (second, "rot90(I)")]);
    let good = json(&workplace);
    assert_eq!(tasks(&good, "newly_solved"), [first], "{good}");
    let path = good["found"]["path"].as_str().expect("a path");
    assert!(workplace.path(path).exists(), "{path}");
    assert!(!tasks(&good, "improved").contains(&first.to_owned()));
    assert_eq!(
        (&good["solved_before"], &good["solved_now"]),
        (&0.into(), &1.into())
    );

    let again = json(&workplace);
    for field in ["newly_solved", "improved"] {
        assert_eq!(tasks(&again, field), [""; 0], "{again}");
    }
    assert_eq!(again["solved"], good["solved"]);
    assert!(again["found"].is_null());
    assert!(found_at_first.len() <= 2);
}

#[test]
fn the_summary_the_log_and_the_lines_name_it_and_what_to_type() {
    let task = "0000000a";
    let workplace = workplace(&[task]);
    write_solvers(&workplace, &[(task, "rot180(I)")]);
    let finished = workplace.run(&[&OWN_FILES[..], &["-v"]].concat());
    let new = finished.stdout.lines().next().expect("lines");
    assert_eq!(new, "new       0 → 1 solved: 0000000a");
    let look = finished
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("look      run_batt "));
    let look: Vec<&str> = look.expect("what to type").split(' ').collect();
    let shown = workplace.run(&look);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert!(shown.stdout.contains("exact"), "{}", shown.stdout);
    let told = "task 0000000a solved for the first time: solver_dir/solve_0000000a/";
    assert!(finished.stderr.contains(told), "{}", finished.stderr);
    assert!(workplace.read("logs/run_batt.log").contains(told));

    let again = workplace.run(&OWN_FILES);
    assert!(
        again.stdout.starts_with("new       nothing: "),
        "{}",
        again.stdout
    );
    assert!(!again.stderr.contains("first time"), "{}", again.stderr);
    let mut counts = again.stdout.lines().rev().skip(1);
    assert!(
        counts.all(|line| !line.contains(" 0 ")),
        "a count of nothing: {}",
        again.stdout
    );
}

#[test]
fn instances_never_both_claim_a_find() {
    let tasks: Vec<String> = (0..60).map(|number| format!("{number:08x}")).collect();
    let names: Vec<&str> = tasks.iter().map(String::as_str).collect();
    let workplace = workplace(&names);
    let solvers: Vec<(&str, &str)> = names.iter().map(|task| (*task, "rot180(I)")).collect();
    write_solvers(&workplace, &solvers);
    let arguments = [&OWN_FILES[..], &["-c", "0", "--format", "json", "-q"]].concat();
    let start = |_| {
        let mut command = workplace.command(&arguments);
        command
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts")
    };
    let instances: Vec<_> = (0..4).map(start).collect();
    let found: Vec<String> = instances
        .into_iter()
        .flat_map(|child| {
            let finished = Finished::from(child.wait_with_output().expect("a child"));
            let summary: Json = serde_json::from_str(&finished.stdout).expect("a summary");
            self::tasks(&summary, "newly_solved")
        })
        .collect();
    let different: BTreeSet<&String> = found.iter().collect();
    assert_eq!(different.len(), found.len(), "two claim one: {found:?}");
    assert_eq!(found.len(), 60);
}

#[test]
fn a_seed_is_told_only_where_something_was_random() {
    let workplace = workplace(&["0000000a", "0000000b"]);
    write_solvers(&workplace, &[("0000000a", "I")]);
    let all = workplace.run(&OWN_FILES);
    assert!(!all.stdout.contains("seed"), "{}", all.stdout);
    let sample = workplace.run(&[&OWN_FILES[..], &["-c", "-1", "--seed", "7"]].concat());
    assert!(
        sample.stdout.contains("\nseed      7\n"),
        "{}",
        sample.stdout
    );
}

#[test]
fn a_heartbeat_says_how_far_a_run_is_where_there_is_no_terminal() {
    let tasks: Vec<String> = (0..400).map(|number| format!("{number:08x}")).collect();
    let names: Vec<&str> = tasks.iter().map(String::as_str).collect();
    let workplace = workplace(&names);
    let slow = "branch(equality(power(increment, 20000)(size(I)), ZERO), I, I)";
    let solvers: Vec<(&str, &str)> = names.iter().map(|task| (*task, slow)).collect();
    write_solvers(&workplace, &solvers);
    let run = |more: &[&str]| workplace.run(&[&OWN_FILES[..], &["-c", "0"], more].concat());
    let told = run(&["--heartbeat", "0.01"]).stderr;
    assert!(told.starts_with("run_batt: 400 tasks, "), "{told}");
    let beats: Vec<&str> = told
        .lines()
        .filter(|line| line.contains(" of 400 tasks, "))
        .collect();
    assert!(!beats.is_empty(), "{told}");
    let late = beats.iter().find(|line| line.contains("/s, "));
    assert!(
        late.is_some_and(|line| line.contains("solved") && line.contains(" left")),
        "{told}"
    );
    assert_eq!(run(&["--heartbeat", "0.01", "-q"]).stderr, "");
    let without = run(&["--heartbeat", "0"]).stderr;
    assert!(!without.contains(" of 400 tasks"), "{without}");
}

#[test]
fn times_add_up_and_the_slowest_are_named() {
    let workplace = workplace(&["0000000a", "0000000b"]);
    write_solvers(
        &workplace,
        &[("0000000a", "rot180(I)"), ("0000000b", "rot90(rot90(I))")],
    );
    let finished = workplace.run(&[&OWN_FILES[..], &["--timing"]].concat());
    let text = &finished.stdout;
    let milliseconds = |line: &str| -> Option<f64> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let share = words.iter().position(|word| word.ends_with('%'))?;
        words.get(share.checked_sub(1)?)?.parse().ok()
    };
    let rows: Vec<(&str, f64)> = text
        .lines()
        .filter_map(|line| Some((line, milliseconds(line)?)))
        .collect();
    let ((whole, all), parts) = rows.split_last().expect("rows");
    assert!(whole.starts_with("all "), "{text}");
    let sum: f64 = parts.iter().map(|(_, time)| time).sum();
    assert!((sum - all).abs() < 0.1, "{sum} of {all}: {text}");
    let seconds = text.trim_end().rsplit(' ').next().expect("a time");
    let seconds: f64 = seconds.trim_end_matches('s').parse().expect("seconds");
    assert!((seconds * 1e3 - all).abs() < 1.0, "{text}");
    for named in ["slowest tasks", "slowest programs solve_0000000"] {
        assert!(text.contains(named), "{text}");
    }
}
