//! Logs with a bound, and a history that adds up: what is rotated, remembered, read
//! again and cleared.

#[path = "../common/mod.rs"]
mod common;
mod earlier;
mod rotation;

use std::fs;
use std::process::{Command, Stdio};

use common::{Finished, SMALL_TASK, Workplace, path_with_binary};
use serde_json::Value as Json;

const INLINING: &str = "inlining_telemetry.jsonl";
const TIMING: &str = "run_batt_timing_stats.jsonl";

/// A bound that a run of a few tasks goes beyond.
const SMALL_LOGS: [&str; 4] = ["--log-size", "3000", "--log-files", "1"];

fn succeed(workplace: &Workplace, arguments: &[&str]) -> Finished {
    let finished = workplace.run(arguments);
    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
    finished
}

fn stats(workplace: &Workplace, arguments: &[&str]) -> Json {
    let arguments = [&["stats", "--format", "json"], arguments].concat();
    serde_json::from_str(&succeed(workplace, &arguments).stdout).expect("statistics")
}

/// What the rounds came to, without what differs from one run to another.
fn rounds(stats: &Json) -> Vec<Json> {
    let rounds = stats["rounds"].as_array().expect("rounds").iter().cloned();
    rounds
        .map(|mut round| {
            for name in ["run_id", "began"] {
                let member = round.as_object_mut().expect("an object").remove(name);
                assert!(member.is_some(), "{round}");
            }
            round
        })
        .collect()
}

fn summary(workplace: &Workplace, arguments: &[&str]) -> Json {
    let arguments = [&["--format", "json", "-q"], arguments].concat();
    serde_json::from_str(&succeed(workplace, &arguments).stdout).expect("a summary")
}

/// The files of a log, by their names.
fn files_of(workplace: &Workplace, folder: &str, name: &str) -> Vec<String> {
    let mut names = workplace.names(folder);
    names.retain(|own| own.starts_with(name));
    names
}

#[test]
fn logs_are_under_their_store() {
    let workplace = Workplace::new();
    succeed(&workplace, &["-c", "1", "--out", "store"]);
    assert_eq!(workplace.names("."), ["store"]);
    let names = [INLINING, "run_batt.log", TIMING];
    assert_eq!(workplace.names("store/logs"), names);
    // And under the current folder where the store is.
    succeed(&workplace, &["-c", "1"]);
    assert_eq!(workplace.names("logs"), names);
    // The other commands look there.
    for command in ["doctor", "stats", "clear"] {
        let arguments = match command {
            "clear" => vec![command, "--out", "store", "--yes"],
            _ => vec![command, "--out", "store", "--format", "json"],
        };
        let told = succeed(&workplace, &arguments).stdout;
        let expected = match command {
            "doctor" => "\"records\":3",
            "stats" => "\"tasks\":1",
            _ => "3 files of logs under store/logs",
        };
        assert!(told.contains(expected), "{told}");
    }
    assert_eq!(workplace.names("logs"), names, "another store's");
}

#[test]
fn the_tasks_of_a_store_are_known_without_its_data() {
    let workplace = Workplace::new();
    workplace.write("mine/0123abcd.json", SMALL_TASK);
    let solver = "def solve_0123abcd(S, I, C):\n    return canvas(TWO, UNITY)\n";
    workplace.write("solvers.py", solver);
    let given = ["--tasks", "mine", "--solvers", "solvers.py", "-q"];
    for _ in 0..12 {
        succeed(
            &workplace,
            &[&given[..], &["--log-size", "1000", "--log-files", "1"]].concat(),
        );
    }
    fs::rename(workplace.path("mine"), workplace.path("elsewhere")).expect("a folder");
    let told = stats(&workplace, &[]);
    assert_eq!(told["best"][0]["full_score"], 2000, "{told}");
    // The data that are named count for more.
    workplace.write(
        "other/0123abcd.json",
        SMALL_TASK.replace(
            "\"test\": [",
            "\"test\": [{\"input\": [[3]], \"output\": [[4]]}, ",
        ),
    );
    let told = stats(&workplace, &["--tasks", "other"]);
    assert_eq!(told["best"][0]["full_score"], 3000, "{told}");
    // Data that are not there are not needed either.
    fs::create_dir_all(workplace.path("project")).expect("a folder");
    let project = Workplace::new();
    let out = workplace.path(".").display().to_string();
    assert_eq!(
        stats(&project, &["--out", &out])["best"][0]["full_score"],
        2000
    );
}

#[test]
fn stores_that_share_their_logs_do_not_mix() {
    let workplace = Workplace::new();
    let logs = ["--logs", "shared", "-q"];
    for (out, tasks) in [("one", "2"), ("two", "3"), ("one", "1")] {
        let given = ["--out", out, "-c", tasks];
        succeed(&workplace, &[&given[..], &logs, &SMALL_LOGS].concat());
    }
    for (out, tasks) in [("one", vec![2, 1]), ("two", vec![3])] {
        let told = stats(&workplace, &["--out", out, "--logs", "shared"]);
        let own: Vec<u64> = rounds(&told)
            .iter()
            .filter_map(|round| round["tasks"].as_u64())
            .collect();
        assert_eq!(own, tasks, "{out}");
    }
    fs::create_dir_all(workplace.path("none/solver_dir")).expect("a store without programs");
    let none = stats(&workplace, &["--out", "none", "--logs", "shared"]);
    assert!(rounds(&none).is_empty(), "{none}");
    assert!(
        none["notes"][0]
            .as_str()
            .expect("a note")
            .contains("name other stores")
    );
    // Nor where one is moved with its logs.
    succeed(&workplace, &["--out", "three", "-c", "2", "-q"]);
    fs::rename(workplace.path("three"), workplace.path("moved")).expect("a folder");
    assert_eq!(rounds(&stats(&workplace, &["--out", "moved"])).len(), 1);
}

#[test]
fn what_the_store_has_lost_is_run_again() {
    let workplace = Workplace::new();
    succeed(&workplace, &["-c", "4", "-q"]);
    let resumed = || summary(&workplace, &["-c", "4", "--resume"]);
    assert_eq!(resumed()["finished_before"], 4);
    let record = &workplace.records(&format!("logs/{TIMING}"))[4];
    assert!(record["filed_solvers"].as_u64() >= Some(1), "{record}");
    assert!(record["filed_differs"].as_u64() >= Some(1), "{record}");
    // Of one task a link is gone, of another the program.
    let folders: Vec<String> = workplace.names("solver_dir");
    let link = walkdir::WalkDir::new(workplace.path(&format!("solver_dir/{}", folders[0])))
        .into_iter()
        .filter_map(Result::ok)
        .find(walkdir::DirEntry::path_is_symlink)
        .expect("a link");
    fs::remove_file(link.path()).expect("a link");
    let told = workplace.run(&["-c", "4", "--resume"]);
    assert!(
        told.stderr.contains("no longer in the store are run again"),
        "{told:?}"
    );
    assert!(told.stdout.contains("3 finished before"), "{told:?}");
    assert_eq!(resumed()["finished_before"], 4, "it is there again");
    fs::remove_dir_all(workplace.path("differ_dir")).expect("a folder");
    assert_eq!(resumed()["finished_before"], 0);
    assert_eq!(resumed()["finished_before"], 4);
    // None filed is no reason.
    let none = Workplace::new();
    none.write(
        "solvers.py",
        "def solve_0520fde7(S, I, C):\n    return ZERO\n",
    );
    none.write(
        "differs.py",
        "def differ_none(S, I, C):\n    return astuple(ONE, ZERO)\n",
    );
    let given = [
        "-t",
        "0520fde7",
        "--solvers",
        "solvers.py",
        "--differs",
        "differs.py",
    ];
    let again = [&given[..], &["--resume"]].concat();
    assert_eq!(summary(&none, &again)["filed"], 0);
    assert_eq!(summary(&none, &again)["finished_before"], 1);
}

#[test]
fn clear_says_what_it_removes_and_asks() {
    let workplace = Workplace::new();
    let empty = succeed(&workplace, &["clear"]);
    assert!(empty.stdout.starts_with("nothing to remove"), "{empty:?}");
    let filled = || {
        succeed(&workplace, &[&["-c", "6", "-q"], &SMALL_LOGS[..]].concat());
        succeed(&workplace, &[&["-c", "6", "-q"], &SMALL_LOGS[..]].concat());
        workplace.write(&format!("logs/{TIMING}.1"), "{}\n");
        workplace.write(&format!("logs/{TIMING}.1.gz"), "mine");
        workplace.write("logs/.unfinished-run_batt.log", "");
        workplace.write("result_cache/compacted.segment", "any");
        assert!(workplace.path("logs/run_batt_best_scores.jsonl").exists());
    };
    filled();
    let names = workplace.names("logs");
    // Nobody can be asked.
    let refused = Finished::of(workplace.command(&["clear"]).stdin(Stdio::null()));
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let what = " files of logs under logs (";
    for part in [
        "nothing was removed",
        "--yes",
        " programs and ",
        " links of the store under .",
        ", its result cache (0.0 MB), ",
        what,
    ] {
        assert!(refused.stderr.contains(part), "{part}: {refused:?}");
    }
    assert_eq!(workplace.names("logs"), names);
    // On a terminal.
    let answer = |answer: &str| {
        let line = format!("echo {answer} | script -qec 'run_batt clear' /dev/null");
        let mut command = Command::new("bash");
        command
            .args(["-c", &line])
            .current_dir(workplace.path("."))
            .env("PATH", path_with_binary());
        Finished::of(&mut command)
    };
    let no = answer("n");
    assert!(
        no.stdout.contains("[y/N]") && no.stdout.contains("nothing was removed"),
        "{no:?}"
    );
    assert_eq!(no.code, Some(1), "{no:?}");
    assert_eq!(workplace.names("logs"), names);
    let yes = answer("y");
    assert_eq!(yes.code, Some(0), "{yes:?}");
    assert!(
        yes.stdout.contains("removed ") && yes.stdout.contains(what),
        "{yes:?}"
    );
    assert_eq!(workplace.names("."), ["logs"]);
    assert_eq!(workplace.names("logs"), [format!("{TIMING}.1.gz")]);
    // Without asking, before it does.
    filled();
    let done = succeed(&workplace, &["clear", "--yes"]);
    assert!(done.stderr.starts_with("run_batt: removing "), "{done:?}");
    assert!(done.stdout.starts_with("removed "), "{done:?}");
    assert_eq!(workplace.names("logs"), [format!("{TIMING}.1.gz")]);
    filled();
    let fresh = Finished::of(
        workplace
            .run_card(&["-i", "-o", "-c", "1"])
            .stdin(Stdio::null()),
    );
    assert_eq!(fresh.code, Some(0), "{fresh:?}");
    assert!(fresh.stderr.contains("run_batt: removing "), "{fresh:?}");
}

#[test]
fn clear_asks_whatever_is_left_of_a_store() {
    let workplace = Workplace::new();
    let fingerprint = "0123456789abcdef0123456789abcdef";
    for (path, told) in [
        ("store_dialect.json", "1 other files of it"),
        ("solver_md5/.unfinished-x", "1 other files of it"),
        ("searches/0.json", "1 journals of its searches"),
        ("search_history/tried", "their history (0.0 MB)"),
        ("search_history/.unfinished-tried", "their history (0.0 MB)"),
        (&format!("logs/claims/{fingerprint}"), "1 files of claims"),
        (&format!("logs/claims/{fingerprint}.1"), "1 files of claims"),
        ("logs/instances/x.json", "1 statuses of instances"),
    ] {
        let left = workplace.write(path, "");
        let refused = Finished::of(workplace.command(&["clear"]).stdin(Stdio::null()));
        assert_eq!(refused.code, Some(1), "{path}: {refused:?}");
        let is_told =
            refused.stderr.contains("nothing was removed") && refused.stderr.contains(told);
        assert!(is_told && left.exists(), "{path}: {refused:?}");
        let done = succeed(&workplace, &["clear", "--yes"]);
        let is_told = done.stderr.contains(told) && done.stdout.contains(told);
        assert!(is_told && !left.exists(), "{path}: {done:?}");
        let again = succeed(&workplace, &["clear"]);
        assert!(again.stdout.starts_with("nothing to remove"), "{again:?}");
    }
}

#[test]
fn the_log_tells_what_a_person_wants_to_read() {
    let workplace = Workplace::new();
    workplace.write("mine/0123abcd.json", SMALL_TASK);
    workplace.write("mine/4567abcd.json", "[");
    let run = |more: &[&str]| {
        workplace.run(&[&["--tasks", "mine", "--out", "store"], more].concat());
        let log = workplace.read("store/logs/run_batt.log");
        fs::remove_file(workplace.path("store/logs/run_batt.log")).expect("a log");
        log
    };
    let log = run(&[]);
    for part in [
        "run started: 2 tasks",
        "task 4567abcd failed: ",
        "run finished: ",
        " thread_error: 0\n",
    ] {
        assert_eq!(log.matches(part).count(), 1, "{part}: {log}");
    }
    for part in ["0123abcd", "task 4567abcd started"] {
        assert!(!log.contains(part), "{part}: {log}");
    }
    let log = run(&["-v"]);
    for part in ["task 0123abcd started", "task 0123abcd finished in"] {
        assert!(log.contains(part), "{part}: {log}");
    }
}

/// The page of `stats`, with the times at which rounds began left out.
#[test]
fn the_page_of_stats_is_as_a_reader_knows_it() {
    let workplace = Workplace::new();
    for tasks in ["3", "4"] {
        succeed(&workplace, &["-c", tasks, "-q"]);
    }
    let page = workplace.run(&["stats"]).stdout;
    let word = |word: &str| match word.len() == 26 && word.contains('T') {
        true => "TIME".to_owned(),
        false => word.to_owned(),
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    let page: Vec<String> = page.lines().map(line).collect();
    insta::assert_snapshot!(page.join("\n"));
}
