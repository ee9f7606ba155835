//! What would be run: `list` and `--dry-run`, as a table and as JSON.

mod common;

use common::{SMALL_TASK, Workplace, fixture};
use serde_json::Value;

fn workplace() -> Workplace {
    let workplace = Workplace::new();
    workplace.write("parts/training/0520fde7.json", SMALL_TASK);
    let unknown = SMALL_TASK.replace(r#", "output": [[4]]"#, "");
    workplace.write("parts/training/00000001.json", unknown);
    workplace.write("parts/evaluation/ffffffff.json", SMALL_TASK);
    workplace.write("damaged/0520fde7.json", SMALL_TASK);
    workplace.write("damaged/00000001.json", "{");
    workplace.write(
        "solvers.py",
        "def solve_0520fde7(S, I, C):\n    x1 = rot90(I)\n    return rot90(x1)\n\n\
         def solve_00000001(S, I, C):\n    return rot91(I)\n\n\
         def solve_00000002(S, I, C):\n    return [I]\n",
    );
    workplace.write(
        "tree/solve_0520fde7/1500/9/0123456789abcdef0123456789abcdef.py",
        "def solve(S, I, C):\n    return rot180(I)\n",
    );
    workplace.write(
        "differs.py",
        "def differ_size(S, I, C):\n    return astuple(4, 2)\n",
    );
    workplace
}

/// A command line and what it comes to.
fn shown(workplace: &Workplace, line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let finished = workplace.run(&words);
    let code = finished.code.expect("it ends by itself");
    format!(
        "$ run_batt {line}\n{}{}= {code}\n\n",
        finished.stdout, finished.stderr
    )
}

fn json(workplace: &Workplace, line: &str) -> Value {
    let words: Vec<&str> = line.split_whitespace().collect();
    let finished = workplace.run(&words);
    serde_json::from_str(&finished.stdout).unwrap_or_else(|error| panic!("{error}: {finished:?}"))
}

#[test]
fn tasks_are_listed_as_a_run_would_take_them() {
    let workplace = workplace();
    let lines = [
        "list --tasks parts",
        "list --tasks parts --data both",
        "list --tasks parts --data both -s 1 -c 1",
        "list --tasks parts -t 0520fde7",
        "list --tasks damaged",
        "list -c 3",
        "list --tasks parts -t 0520fde8",
    ];
    let transcript: String = lines.iter().map(|line| shown(&workplace, line)).collect();
    insta::assert_snapshot!(transcript);
    let list = json(&workplace, "list --tasks parts --data both --format json");
    insta::assert_snapshot!(serde_json::to_string_pretty(&list).expect("JSON"));
    let sample = |seed: &str| {
        json(
            &workplace,
            &format!("list -c -5 --seed {seed} --format json"),
        )
    };
    assert_eq!(sample("7"), sample("7"));
    assert_eq!(sample("7")["tasks"].as_array().map(Vec::len), Some(5));
    assert_eq!(workplace.names("logs"), [""; 0], "nothing is written");
}

#[test]
fn programs_are_listed_with_what_is_wrong_with_them() {
    let workplace = workplace();
    let lines = [
        "list --solvers solvers.py",
        "list --solvers tree --differs differs.py",
        "list --tasks parts --solvers solvers.py tree -t 0520fde7",
    ];
    let transcript: String = lines.iter().map(|line| shown(&workplace, line)).collect();
    insta::assert_snapshot!(transcript);
    let list = json(&workplace, "list --solvers solvers.py --format json");
    insta::assert_snapshot!(serde_json::to_string_pretty(&list).expect("JSON"));
    let all = json(
        &workplace,
        &format!(
            "list --format json --differs {}",
            fixture("differs").display()
        ),
    );
    assert!(all["programs"].as_array().map(Vec::len) > Some(6), "{all}");
}

#[test]
fn a_dry_run_shows_what_would_be_run_and_writes_nothing() {
    let workplace = workplace();
    let card = std::fs::read(fixture("cards/small.json")).expect("a card");
    workplace.write("card.json", card);
    let own =
        "--tasks parts --data both --solvers solvers.py tree --differs differs.py --out store";
    let lines = [
        format!("{own} --dry-run"),
        format!("{own} --dry-run -c 1"),
        "--dry-run -c 2 --card card.json --out store".to_owned(),
        "--dry-run --tasks parts --out store".to_owned(),
    ];
    let names = workplace.names(".");
    let transcript: String = lines.iter().map(|line| shown(&workplace, line)).collect();
    insta::assert_snapshot!(transcript);
    assert_eq!(workplace.names("."), names, "nothing is written");
    let plan = json(&workplace, &format!("{own} --dry-run --format json -c 1"));
    insta::assert_snapshot!(serde_json::to_string_pretty(&plan).expect("JSON"));

    // It shows what a run then does.
    let planned = json(&workplace, "--dry-run -c -4 --seed 3 --format json");
    let ran = workplace.run(&["-c", "-4", "--seed", "3", "-q"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let ids = |rows: &[Value], name: &str| -> Vec<String> {
        rows.iter().map(|row| row[name].to_string()).collect()
    };
    let records = workplace.records("logs/inlining_telemetry.jsonl");
    let planned = planned["tasks"].as_array().expect("tasks").clone();
    assert_eq!(ids(&planned, "task"), ids(&records, "task_id"));
    let resumed = json(
        &workplace,
        "--dry-run -c -4 --seed 3 --resume --format json",
    );
    let resumed = resumed["tasks"].as_array().expect("tasks").clone();
    assert!(
        resumed.iter().all(|row| row["finished"] == true),
        "{resumed:?}"
    );
    assert_eq!(workplace.records("logs/inlining_telemetry.jsonl").len(), 4);
}
