//! Whole runs: what is solved, scored, validated and filed; and that it is the
//! same whatever happens on the way.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use common::{SMALL_TASK, Workplace, fixture};
use rand::RngExt;
use serde_json::Value as Json;

/// Every file under a folder but the logs: its content, or where its link
/// leads.
fn contents(folder: &Path) -> BTreeMap<String, String> {
    let mut contents = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.expect("an entry");
        let path = entry.path();
        let name = path
            .strip_prefix(folder)
            .expect("under it")
            .display()
            .to_string();
        if name.starts_with("logs") {
            continue;
        }
        if entry.path_is_symlink() {
            let target = fs::read_link(path).expect("a link");
            contents.insert(name, format!("-> {}", target.display()));
        } else if entry.file_type().is_file() {
            contents.insert(name, fs::read_to_string(path).expect("a file"));
        }
    }
    contents
}

fn summary(workplace: &Workplace, arguments: &[&str]) -> Json {
    let finished = workplace.run(&[arguments, &["--format", "json"]].concat());
    assert!(
        matches!(finished.code, Some(0 | 3)),
        "{arguments:?}: {finished:?}"
    );
    serde_json::from_str(&finished.stdout).expect("a summary")
}

/// A record without what differs from run to run.
fn without(mut record: Json, members: &[&str]) -> Json {
    let object = record.as_object_mut().expect("an object");
    for member in members {
        object.remove(*member);
    }
    record
}

#[test]
fn all_fixtures_are_solved_and_filed_as_listed() {
    let workplace = Workplace::new();
    let summary = summary(&workplace, &["-c", "0"]);
    assert_eq!(summary["tasks"], 27);
    assert_eq!(summary["solved"].as_array().map(Vec::len), Some(27));
    assert_eq!(summary["mismatches"], 0);
    assert_eq!(summary["timeouts"], 0);
    let listing: Vec<String> = contents(&workplace.path("solver_dir"))
        .into_iter()
        .map(|(path, target)| format!("{path} {target}\n"))
        .collect();
    let expected = fs::read_to_string(fixture("expected/solver_dir.txt")).expect("a fixture");
    assert_eq!(listing.concat(), expected);
    for (path, target) in contents(&workplace.path("differ_dir")) {
        let md5 = Path::new(&path)
            .file_name()
            .expect("a name")
            .display()
            .to_string();
        assert_eq!(target, format!("-> ../../../../differ_md5/{md5}"));
    }
}

#[test]
fn the_closing_line_has_the_form_that_users_know() {
    let workplace = Workplace::new();
    let stdout = workplace.run(&["-c", "3"]).stdout;
    let last = stdout.lines().last().expect("a last line");
    let middle = last
        .strip_prefix("3 tasks - timeouts = 0 - tot_d_score = ")
        .and_then(|rest| rest.strip_suffix('s'))
        .expect("the form");
    let (score, seconds) = middle.split_once(" in ").expect("a score and a time");
    assert!(score.parse::<u64>().expect("a score") > 0);
    assert!(seconds.parse::<f64>().is_ok());
}

#[test]
fn any_number_of_workers_yields_the_same() {
    let outcome = |workers: &str| {
        let workplace = Workplace::new();
        let arguments = [
            "-c",
            "12",
            "--seed",
            "1",
            "--chunk",
            "8",
            "--no-share",
            "--workers",
            workers,
        ];
        let summary = summary(&workplace, &arguments);
        let telemetry: Vec<Json> = workplace
            .records("logs/inlining_telemetry.jsonl")
            .into_iter()
            .map(|record| {
                without(
                    record,
                    &[
                        "timestamp",
                        "run_id",
                        "workers",
                        "inline_ms",
                        "retry_time_ms",
                    ],
                )
            })
            .collect();
        let timing: Vec<Json> = workplace
            .records("logs/run_batt_timing_stats.jsonl")
            .into_iter()
            .map(|record| {
                let by_chance = ["timestamp", "run_id", "execution_time", "peak_memory_bytes"];
                without(record, &by_chance)
            })
            .collect();
        let summary = without(summary, &["run_id", "workers", "seconds", "slowest_tasks"]);
        (contents(&workplace.path(".")), summary, telemetry, timing)
    };
    let one = outcome("1");
    assert_eq!(outcome("2"), one);
    assert_eq!(outcome("8"), one);
}

#[test]
fn killed_at_any_moment_and_run_again_it_ends_alike() {
    let whole = Workplace::new();
    summary(&whole, &["-c", "0"]);
    let expected = contents(&whole.path("."));
    let mut random = rand::rng();
    for _ in 0..20 {
        let workplace = Workplace::new();
        let mut child = workplace
            .command(&["-c", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        std::thread::sleep(Duration::from_micros(random.random_range(0..250_000)));
        // A child that has ended already is as good.
        let _ = child.kill();
        child.wait().expect("the child ends");
        summary(&workplace, &["-c", "0"]);
        let mut left = contents(&workplace.path("."));
        left.retain(|name, _| !name.contains("/.unfinished-"));
        assert_eq!(left, expected);
    }
}

#[test]
fn greedy_solvers_are_stopped_and_named_and_touch_no_other() {
    let workplace = Workplace::new();
    workplace.write("tasks/0520fde7.json", SMALL_TASK);
    let mut solvers =
        String::from("def solve_0520fde7(S, I, C):\n    return canvas(TWO, UNITY)\n\n");
    workplace.write("good.py", &solvers);
    // For ever; all memory; 100 000 functions inside each other.
    solvers = String::from(
        "def solve_0520fde7(S, I, C):\n    x1 = power(increment, 1000000000000)\n    return x1(1)\n",
    );
    workplace.write("forever.py", &solvers);
    solvers = String::from("def solve_0520fde7(S, I, C):\n    x1 = interval(0, 500000, 1)\n");
    for line in 2..400 {
        solvers += &format!("    x{line} = combine(x1, astuple({line}, {line}))\n");
    }
    let all: Vec<String> = (2..400).map(|line| format!("x{line}")).collect();
    solvers += "    y1 = identity(x399)\n";
    for (number, name) in all.iter().enumerate() {
        solvers += &format!(
            "    y{} = astuple({name}, size(y{}))\n",
            number + 2,
            number + 1
        );
    }
    solvers += &format!("    return y{}\n", all.len() + 1);
    workplace.write("memory.py", &solvers);
    solvers = String::from("def solve_0520fde7(S, I, C):\n    x1 = compose(identity, identity)\n");
    for line in 2..100_000 {
        solvers += &format!("    x{line} = compose(x{}, identity)\n", line - 1);
    }
    solvers += "    return x99999(I)\n";
    workplace.write("nested.py", &solvers);
    workplace.write(
        "differs.py",
        "def differ_same(S, I, C):\n    x1 = equality(I, C)\n    return astuple(1, add(x1, 0))\n",
    );

    let arguments = [
        "--tasks",
        "tasks",
        "--solvers",
        "good.py",
        "forever.py",
        "memory.py",
        "nested.py",
        "--differs",
        "differs.py",
        "--format",
        "json",
        "--timing",
    ];
    let finished = workplace.run(&arguments);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let summary: Json = serde_json::from_str(&finished.stdout).expect("a summary");
    assert_eq!(
        summary["candidates"], 1,
        "the good one is found all the same"
    );
    assert_eq!(summary["timeouts"], 2, "each sample ran out of budget");
    let peak = summary["peak_memory_bytes"].as_u64().expect("bytes");
    assert!(peak < 1 << 30, "a sample may keep half of it: {peak}");
    let log = workplace.read("logs/run_batt.log");
    assert!(
        log.contains(
            "met a limit on demo:0, test:0: it has no value, and what depends on it scores 0"
        ),
        "{log}"
    );
    assert!(log.contains(" of solve_0520fde7 met a limit"), "{log}");
    assert_eq!(workplace.names("solver_dir/solve_0520fde7").len(), 1);
}

#[test]
fn a_card_runs_as_the_reference_s_users_give_it() {
    let stores: Vec<_> = [
        vec!["--card", "card.json"],
        vec!["--card", "small_run.py"],
        vec!["-b", "small_run"],
    ]
    .into_iter()
    .map(|arguments| {
        let workplace = Workplace::new();
        for (from, to) in [
            ("small.json", "card.json"),
            ("small_run.py", "small_run.py"),
        ] {
            fs::copy(fixture("cards").join(from), workplace.path(to)).expect("a copy");
        }
        let summary = summary(&workplace, &arguments);
        assert_eq!(summary["solved"], serde_json::json!(["3c9b0459"]));
        for copied in ["card.json", "small_run.py"] {
            fs::remove_file(workplace.path(copied)).expect("a copy");
        }
        (
            contents(&workplace.path(".")),
            summary["tot_d_score"].clone(),
        )
    })
    .collect();
    assert!(stores[0].0.len() > 10);
    assert_eq!(stores[1], stores[0]);
    assert_eq!(stores[2], stores[0]);
}

#[test]
fn a_card_that_cannot_be_evaluated_is_one_line() {
    let workplace = Workplace::new();
    let card = |calls: &str| {
        format!("{{\"version\": 1, \"calls\": [{calls}], \"differs\": [], \"solvers\": []}}")
    };
    let later = card(r#"["identity", "t2"], ["rot90", "I"]"#);
    let unknown = card(r#"["rot91", "I"]"#);
    for (text, expected) in [
        (unknown.as_str(), "rot90"),
        (later.as_str(), "t2"),
        (&later[..40], "column"),
        ("{\"version\": 3}", "version"),
    ] {
        workplace.write("card.json", text);
        let finished = workplace.run(&["--card", "card.json"]);
        assert_eq!(finished.code, Some(1), "{text}: {finished:?}");
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
        assert!(finished.stderr.contains("card.json"), "{}", finished.stderr);
        assert!(finished.stderr.contains(expected), "{}", finished.stderr);
    }
    assert!(workplace.names("solver_md5").is_empty());
}

#[test]
fn the_store_feeds_back_the_best_of_each_task_or_all() {
    let workplace = Workplace::new();
    summary(&workplace, &["-c", "0"]);
    let listed = contents(&workplace.path("solver_dir")).len() as u64;
    assert!(listed > 27, "some tasks have more than one");
    let again = |more: &[&str]| {
        let arguments = [
            "--solvers",
            "solver_dir",
            "--out",
            "second",
            "--logs",
            "second/logs",
        ];
        summary(&workplace, &[&arguments, more].concat())
    };
    let best = again(&[]);
    assert_eq!(best["candidates"], 27);
    assert_eq!(best["solved"].as_array().map(Vec::len), Some(27));
    fs::remove_dir_all(workplace.path("second")).expect("a folder");
    assert_eq!(again(&["--all-stored"])["candidates"], listed);
    assert_eq!(
        contents(&workplace.path("second/solver_dir")),
        contents(&workplace.path("solver_dir"))
    );
}

#[test]
fn what_is_foreign_in_a_store_is_told_once_and_stays() {
    let workplace = Workplace::new();
    let md5 = "0123456789abcdef0123456789abcdef";
    let folder = "solver_dir/solve_0520fde7";
    workplace.write(&format!("{folder}/notes.txt"), "mine");
    workplace.write(&format!("{folder}/best/17/{md5}.py"), "mine");
    workplace.write(&format!("{folder}/1000/17/readme"), "mine");
    let link = workplace.path(&format!("{folder}/2000/17/{md5}.py"));
    fs::create_dir_all(link.parent().expect("a folder")).expect("a folder");
    std::os::unix::fs::symlink("nowhere", &link).expect("a link");
    // As the reference writes them: to an absolute path.
    let absolute = workplace.write("elsewhere.py", "def solve(S, I, C):\n    return I\n");
    let kept = workplace.path(&format!("{folder}/3000/17/{}.py", md5.replace('0', "1")));
    fs::create_dir_all(kept.parent().expect("a folder")).expect("a folder");
    std::os::unix::fs::symlink(&absolute, &kept).expect("a link");
    let finished = workplace.run(&["-t", "0520fde7"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    for foreign in ["notes.txt", "best", "1000/17/readme", "leads nowhere"] {
        assert_eq!(
            finished.stderr.matches(foreign).count(),
            1,
            "{foreign}: {}",
            finished.stderr
        );
    }
    assert_eq!(workplace.read(&format!("{folder}/notes.txt")), "mine");
    assert!(fs::symlink_metadata(link).is_ok());
    assert_eq!(fs::read_link(kept).expect("a link"), absolute);
    assert!(workplace.names(folder).contains(&"4000".to_owned()));
}

#[test]
fn every_call_of_a_card_is_shown_with_its_stage_and_cost() {
    let workplace = Workplace::new();
    let card = fixture("cards/small.json").display().to_string();
    let finished = workplace.run(&[
        "eval", "--card", &card, "-t", "3c9b0459", "--sample", "demo:0", "--format", "json",
    ]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let shown: Json = serde_json::from_str(&finished.stdout).expect("an object");
    let calls = shown["calls"].as_array().expect("calls");
    assert_eq!(calls.len(), 17);
    assert_eq!(calls[0]["call"], "t1 = shape_t(I)");
    assert_eq!(calls[0]["value"], "(3, 3)");
    let stages: Vec<&str> = calls
        .iter()
        .filter_map(|call| call["stage"].as_str())
        .collect();
    assert_eq!(stages[..5], ["I", "C", "C", "constants", "C"]);
    assert!(calls.iter().all(|call| call["cost"].as_u64() > Some(0)));
}

#[test]
fn run_card_prints_each_round_s_summary() {
    let workplace = Workplace::new();
    let finished = common::Finished::of(
        // What a round changes is drawn: the same every time with a seed.
        &mut workplace.run_card(&["-o", "-c", "2", "--", "--seed", "7", "--mutation", "0"]),
    );
    assert!(
        finished.stdout.contains("solved    2 of 2 tasks"),
        "{finished:?}"
    );
}
