//! Logs with a bound, and a history that adds up: what is rotated, remembered, read
//! again and cleared.

mod common;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{Finished, SMALL_TASK, Workplace, path_with_binary};
use serde_json::{Value as Json, json};

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
fn the_operators_line_goes_on_across_a_rotation() {
    let workplace = Workplace::new();
    let run = |tasks: &str| {
        let given = ["-c", tasks, "-q", "--log-size", "6000", "--log-files", "20"];
        succeed(&workplace, &given);
    };
    run("1");
    let inode = || fs::metadata(workplace.path(&format!("logs/{INLINING}"))).expect("a log");
    let before = inode().ino();
    let line = r#"tail -f logs/inlining_telemetry.jsonl | grep -o '"thread_error": [0-9]*'"#;
    let watching = Command::new("bash")
        .args(["-c", line])
        .current_dir(workplace.path("."))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("bash starts");
    let tail = child_of(watching.id(), "tail");
    let is_at = |length: u64| {
        // What it has read is where it stands in the file.
        let place = format!("/proc/{tail}/fdinfo");
        let stands = |entry: std::io::Result<fs::DirEntry>| {
            let text = fs::read_to_string(entry.ok()?.path()).ok()?;
            text.lines()
                .next()?
                .strip_prefix("pos:")?
                .trim()
                .parse()
                .ok()
        };
        let mut places = fs::read_dir(place).expect("a process").filter_map(stands);
        places.any(|place: u64| place == length)
    };
    let wait = || {
        let begun = Instant::now();
        while !is_at(inode().len()) && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    wait();
    // One task a run, so that it has read each before the next.
    let runs = 30;
    for _ in 0..runs {
        run("1");
        wait();
    }
    assert!(
        files_of(&workplace, "logs", INLINING).len() > 2,
        "it was rotated"
    );
    assert_eq!(inode().ino(), before, "it is the same file");
    common::send("TERM", tail);
    let told = Finished::from(watching.wait_with_output().expect("bash")).stdout;
    let told: Vec<&str> = told.lines().collect();
    assert_eq!(told, vec!["\"thread_error\": 0"; runs + 1]);
    // The other line.
    let line = r#"grep "can't start new thread" logs/*.log | wc -l"#;
    let found = Finished::of(
        Command::new("bash")
            .args(["-c", line])
            .current_dir(workplace.path(".")),
    );
    assert_eq!(found.stdout.trim(), "0");
}

/// The child with this name of a process.
fn child_of(parent: u32, name: &str) -> u32 {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"));
        for child in children.unwrap_or_default().split_whitespace() {
            let own = fs::read_to_string(format!("/proc/{child}/comm")).unwrap_or_default();
            if own.trim() == name {
                return child.parse().expect("a number");
            }
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    panic!("no {name} was started");
}

#[test]
fn what_rotates_away_takes_no_best_score_with_it() {
    let [bounded, whole] = [(); 2].map(|()| Workplace::new());
    for (workplace, bound) in [(&bounded, &SMALL_LOGS[..]), (&whole, &[])] {
        for round in [&["-c", "3"][..], &["-c", "8"], &["-c", "2"], &["-c", "8"]] {
            succeed(workplace, &[round, bound, &["-q"]].concat());
        }
    }
    for name in [INLINING, TIMING] {
        let files = files_of(&bounded, "logs", name);
        assert_eq!(files.len(), 2, "{files:?}");
        for file in files {
            let path = bounded.path(&format!("logs/{file}"));
            assert!(fs::metadata(path).expect("a log").len() <= 3000);
        }
    }
    assert!(bounded.records(&format!("logs/{TIMING}")).len() < 21 * 2);
    let [own, expected] = [&bounded, &whole].map(|workplace| stats(workplace, &[]));
    assert_eq!(rounds(&own), rounds(&expected));
    assert_eq!(own["best"], expected["best"]);
    assert!(own["solved"].as_u64() >= Some(8), "{own}");
    let risen: Vec<u64> = rounds(&own)
        .iter()
        .filter_map(|round| round["risen"].as_u64())
        .collect();
    assert_eq!(risen, [3, 5, 0, 0]);
    // And nothing that is left looks wrong.
    let diagnosis = succeed(&bounded, &["doctor"]).stdout;
    assert!(diagnosis.ends_with("all is well\n"), "{diagnosis}");
    assert!(!diagnosis.contains("note:"), "{diagnosis}");
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

/// A record as the version before this one has written it, of `--out store` from
/// the folder above.
fn earlier_record(best: u64) -> String {
    format!(
        "{}\n",
        json!({
            "timestamp": "2026-11-26T05:22:33.745845", "run_id": "earlier",
            "task_id": "0520fde7", "execution_time": 0.01, "success": true,
            "error_type": null, "error_msg": null, "timeout_value": 10.0,
            "best_score": best, "full_score": 4000,
        })
    )
}

#[test]
fn records_that_were_put_elsewhere_are_found_and_told() {
    let workplace = Workplace::new();
    let put = ["-c", "3", "-q", "--out", "store", "--logs", "logs"];
    succeed(&workplace, &put);
    assert!(!workplace.path("store/logs").exists());
    let told = stats(&workplace, &["--out", "store"]);
    assert_eq!(rounds(&told).len(), 1, "{told}");
    assert!(
        told["notes"][0]
            .as_str()
            .expect("a note")
            .starts_with("logs is read too")
    );
    let resumed = workplace.run(&["-c", "4", "--out", "store", "--resume"]);
    assert!(resumed.stdout.contains("3 finished before"), "{resumed:?}");
    assert!(resumed.stderr.contains("logs is read too"), "{resumed:?}");
    // Now it has logs of its own, and what was before counts on.
    assert!(workplace.path("store/logs").exists());
    let told = stats(&workplace, &["--out", "store"]);
    assert_eq!(rounds(&told).len(), 2, "{told}");
    assert_eq!(
        summary(&workplace, &["-c", "4", "--out", "store", "--resume"])["tasks"],
        0
    );
    // Another store has none of it.
    succeed(&workplace, &["-c", "1", "-q", "--out", "other"]);
    let told = stats(&workplace, &["--out", "other"]);
    assert_eq!(rounds(&told).len(), 1, "{told}");
    assert_eq!(told["notes"], json!([]));
    assert_eq!(
        summary(&workplace, &["-c", "4", "--out", "other", "--resume"])["tasks"],
        3
    );
}

#[test]
fn records_of_an_earlier_version_are_a_store_s_where_they_can_be_no_other_s() {
    let count = |best: u64, prepare: &dyn Fn(&Workplace)| {
        let workplace = Workplace::new();
        succeed(&workplace, &["-t", "0520fde7", "-q", "--out", "store"]);
        fs::remove_dir_all(workplace.path("store/logs")).expect("a folder");
        workplace.write(&format!("logs/{TIMING}"), earlier_record(best));
        prepare(&workplace);
        rounds(&stats(&workplace, &["--out", "store"])).len()
    };
    assert_eq!(count(4000, &|_| {}), 1);
    // A better score than the store has; a store where the logs are; logs of its own.
    assert_eq!(count(4001, &|_| {}), 0);
    let with_other = |workplace: &Workplace| {
        workplace.write("solver_dir/notes.txt", "mine");
    };
    assert_eq!(count(4000, &with_other), 0);
    let with_own = |workplace: &Workplace| {
        fs::create_dir(workplace.path("store/logs")).expect("a folder");
    };
    assert_eq!(count(4000, &with_own), 0);
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
fn what_has_rotated_away_is_run_again() {
    let workplace = Workplace::new();
    let given = [&["-c", "12", "-q"], &SMALL_LOGS[..]].concat();
    succeed(&workplace, &given);
    let left = files_of(&workplace, "logs", TIMING)
        .iter()
        .flat_map(|name| workplace.records(&format!("logs/{name}")))
        .filter(|record| record["success"] == true)
        .count();
    assert!((1..12).contains(&left), "{left}");
    let told = summary(&workplace, &[&given[..], &["--resume"]].concat());
    assert_eq!(told["finished_before"].as_u64(), Some(left as u64));
    assert_eq!(told["tasks"].as_u64(), Some(12 - left as u64));
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
fn records_of_a_later_version_are_left_alone_and_counted() {
    let workplace = Workplace::new();
    succeed(&workplace, &["-c", "2", "-q"]);
    let later = |text: &str, name: &str| {
        let line = text.lines().last().expect("a record");
        let line = line.replacen('{', "{\"version\": 2, ", 1);
        let path = format!("logs/{name}");
        let content = workplace.read(&path) + &line + "\n";
        workplace.write(&path, &content);
        content
    };
    let timing = later(&workplace.read(&format!("logs/{TIMING}")), TIMING);
    let inlining = later(&workplace.read(&format!("logs/{INLINING}")), INLINING);
    let best = "{\"version\": 2, \"rounds\": \"many\"}\n";
    workplace.write("logs/run_batt_best_scores.jsonl", best);

    let told = stats(&workplace, &[]);
    assert_eq!(told["other_records"], 2, "{told}");
    let text = succeed(&workplace, &["stats"]).stdout;
    assert!(
        text.contains("note: 2 records in the logs are of a later version"),
        "{text}"
    );
    assert_eq!(rounds(&told)[0]["tasks"], 2, "it is no task of the round");
    let resumed = workplace.run(&["-c", "2", "--resume"]);
    assert!(
        resumed.stderr.contains("2 records in the logs"),
        "{resumed:?}"
    );
    assert!(resumed.stdout.contains("2 finished before"), "{resumed:?}");
    let fixed = succeed(&workplace, &["doctor", "--fix"]).stdout;
    assert!(fixed.contains("note: 3 records in the logs"), "{fixed}");
    assert_eq!(workplace.read(&format!("logs/{TIMING}")), timing);
    assert_eq!(workplace.read(&format!("logs/{INLINING}")), inlining);
    // Nor does a rotation touch what it does not understand.
    for _ in 0..4 {
        succeed(&workplace, &[&["-c", "6", "-q"], &SMALL_LOGS[..]].concat());
    }
    let remembered = workplace.read("logs/run_batt_best_scores.jsonl");
    assert!(remembered.starts_with(best), "{remembered}");
    assert!(remembered.lines().count() > 1, "{remembered}");
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

#[test]
fn what_an_instance_has_left_that_died_while_it_rotated_is_found_and_mended() {
    let workplace = Workplace::new();
    succeed(&workplace, &["-c", "3", "-q"]);
    let expected = stats(&workplace, &[]);
    // Copied, and not cut.
    for name in [INLINING, TIMING, "run_batt.log"] {
        let text = workplace.read(&format!("logs/{name}"));
        workplace.write(&format!("logs/{name}.000001"), &text);
    }
    workplace.write(&format!("logs/.unfinished-{TIMING}"), "{");
    assert_eq!(stats(&workplace, &[]), expected);
    assert_eq!(
        summary(&workplace, &["-c", "3", "--resume"])["finished_before"],
        3
    );
    let looked = workplace.run(&["doctor"]);
    assert_eq!(looked.code, Some(3), "{looked:?}");
    assert_eq!(
        looked
            .stdout
            .matches("begins with all that was rotated")
            .count(),
        3
    );
    assert!(
        looked.stdout.contains(" 9 records on ") && looked.stdout.contains(": 4 things to repair"),
        "{looked:?}"
    );
    succeed(&workplace, &["doctor", "--fix"]);
    assert_eq!(workplace.read(&format!("logs/{TIMING}")), "");
    assert!(
        !workplace
            .path(&format!("logs/.unfinished-{TIMING}"))
            .exists()
    );
    let well = succeed(&workplace, &["doctor"]).stdout;
    assert!(
        well.contains(" 9 records on ") && well.contains(": all is well"),
        "{well}"
    );
    assert_eq!(stats(&workplace, &[])["rounds"], expected["rounds"]);
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
