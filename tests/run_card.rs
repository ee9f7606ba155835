//! The loop that operators run.

mod common;

use std::process::{Command, Stdio};

use arc_programs::program::{InlineBudget, parse_module};
use common::{Finished, Workplace, repository, send};

fn rounds(workplace: &Workplace) -> usize {
    let log = workplace.path("logs/run_batt.log");
    let text = std::fs::read_to_string(log).unwrap_or_default();
    text.matches("run finished").count()
}

#[test]
fn one_round_is_one_run() {
    let workplace = Workplace::new();
    let finished = Finished::of(&mut workplace.run_card(&[
        "-o", "-c", "3", "-t", "2.5", "-g", "-T", "--", "--seed", "7",
    ]));
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(rounds(&workplace), 1);
    let records = workplace.records("logs/inlining_telemetry.jsonl");
    assert_eq!(records.len(), 3);
    assert_eq!(records[0]["profile"], "gpu");
    assert_eq!(
        workplace.records("logs/run_batt_timing_stats.jsonl")[0]["timeout_value"],
        2.5
    );
    assert!(
        finished.stdout.contains("3 tasks - timeouts = 0"),
        "{}",
        finished.stdout
    );
    assert!(
        finished.stdout.contains("stage"),
        "-T shows the time: {}",
        finished.stdout
    );
}

#[test]
fn more_options_are_passed_on() {
    let workplace = Workplace::new();
    let arguments = [
        "-o",
        "-m",
        "-c",
        "-2",
        "--",
        "--seed",
        "7",
        "--out",
        "store",
        "--logs",
        "elsewhere",
    ];
    let finished = Finished::of(&mut workplace.run_card(&arguments));
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(
        workplace
            .records("elsewhere/inlining_telemetry.jsonl")
            .len(),
        2
    );
    assert!(!workplace.names("store/solver_md5").is_empty());
    assert_eq!(workplace.names("."), ["elsewhere", "store"]);
}

#[test]
fn starting_fresh_clears_the_store_and_the_logs_alone() {
    let workplace = Workplace::new();
    let old = workplace.write("solver_md5/0123456789abcdef0123456789abcdef.py", "");
    let telemetry = workplace.write("logs/inlining_telemetry.jsonl", "{\"old\": 1}\n");
    let foreign = [
        workplace.write("solver_md5/notes.txt", "mine"),
        workplace.write("notes.txt", "mine"),
    ];
    let finished =
        Finished::of(&mut workplace.run_card(&["-i", "-o", "-c", "1", "--", "--seed", "7"]));
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(!old.exists());
    assert!(!std::fs::read_to_string(telemetry).unwrap().contains("old"));
    assert!(foreign.iter().all(|path| path.exists()));

    // Also where they were put elsewhere.
    let old = workplace.write("store/differ_md5/0123456789abcdef0123456789abcdef.py", "");
    let arguments = [
        "-i",
        "-o",
        "-c",
        "1",
        "--",
        "--seed",
        "7",
        "--out",
        "store",
        "--logs=other",
    ];
    let finished = Finished::of(&mut workplace.run_card(&arguments));
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(!old.exists());
}

#[test]
fn a_signal_ends_the_loop_and_the_round_in_hand() {
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let workplace = Workplace::new();
        let child = workplace
            .run_card(&["-c", "20"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the loop starts");
        while rounds(&workplace) < 2 {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        send(signal, child.id());
        // The round has the other end of the pipe: it has ended too.
        let finished = Finished::from(child.wait_with_output().expect("a child"));
        assert_eq!(finished.code, Some(code), "{finished:?}");
        let timing = workplace.records("logs/run_batt_timing_stats.jsonl");
        let ended = timing.iter().filter(|record| record["success"] == true);
        let records = workplace.records("logs/inlining_telemetry.jsonl");
        assert_eq!(records.len(), ended.count(), "every task is whole");
        assert!(workplace.read("logs/run_batt.log").ends_with('\n'));
    }
}

#[test]
fn a_loop_in_the_background_of_a_script_ends_on_sigterm() {
    let workplace = Workplace::new();
    let child = workplace
        .run_card_in_background(&["-c", "20"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the loop starts");
    let wait_for = |number: usize| {
        while rounds(&workplace) < number {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    };
    wait_for(1);
    // What the terminal sends to all of its processes does not concern it.
    send("INT", child.id());
    wait_for(3);
    send("TERM", child.id());
    let finished = Finished::from(child.wait_with_output().expect("a child"));
    assert_eq!(finished.code, Some(143), "{finished:?}");
}

#[test]
fn several_loops_share_a_folder() {
    let workplace = Workplace::new();
    let children: Vec<_> = (0..4)
        .map(|_| {
            workplace
                .run_card(&["-o"])
                .stdout(Stdio::null())
                .spawn()
                .expect("a loop starts")
        })
        .collect();
    for mut child in children {
        assert!(child.wait().expect("a child").success());
    }
    // Each round has drawn for itself; what they left is whole all the same.
    for (folder, tree) in [("solver_md5", "solver_dir"), ("differ_md5", "differ_dir")] {
        assert!(!workplace.names(folder).is_empty());
        for name in workplace.names(folder) {
            let module = parse_module(&workplace.read(&format!("{folder}/{name}")));
            let [program] = &module.programs[..] else {
                panic!("{name}: {module:?}");
            };
            let identity = program.inline(InlineBudget::DEFAULT).identity;
            assert_eq!(name, format!("{identity}.py"));
        }
        let links = walkdir::WalkDir::new(workplace.path(tree)).min_depth(4);
        for link in links {
            let link = link.expect("an entry");
            assert!(link.path().exists(), "{link:?}");
        }
    }
    let records = workplace.records("logs/inlining_telemetry.jsonl");
    assert_eq!(records.len(), 4 * 27);
}

#[test]
fn wrong_options_are_usage_errors() {
    let workplace = Workplace::new();
    for (arguments, told) in [
        (&["-x"][..], "unknown option -x"),
        (&["-c"], "-c needs a value"),
        (&["-c", "many"], "-c many: expected a number"),
        (&["-d", "0"], "-d 0: expected a number, at least 1"),
        (
            &["-o", "--timing"],
            "--timing: options of run_batt go behind --, as in run_card.sh -o -- --timing",
        ),
        (
            &["-o", "5"],
            "5: expected an option; what is for run_batt goes behind --",
        ),
    ] {
        let finished = Finished::of(&mut workplace.run_card(arguments));
        assert_eq!(finished.code, Some(2), "{arguments:?}: {finished:?}");
        let first = finished.stderr.lines().next().unwrap_or_default();
        assert_eq!(first, format!("run_card.sh: {told}"));
        assert!(finished.stderr.contains("Usage: run_card.sh"));
    }
    for arguments in [&["-h"][..], &["--help"], &["-o", "-c", "5", "--help"]] {
        let finished = Finished::of(&mut workplace.run_card(arguments));
        assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
        assert!(finished.stdout.starts_with("Usage: run_card.sh"));
        assert!(finished.stdout.contains("end it with SIGTERM"));
    }
    assert_eq!(workplace.names("."), [""; 0]);
}

#[test]
fn what_is_passed_on_and_settings_go_before_the_defaults() {
    let workplace = Workplace::new();
    workplace.write(
        "run_batt.toml",
        "out = 'store'\n\n[run]\ntimeout = '3s'\ndraw = 2\ncount = 4\n",
    );
    let timeouts = || {
        let records = workplace.records("store/logs/run_batt_timing_stats.jsonl");
        let timeouts = records.iter().map(|record| record["timeout_value"].clone());
        timeouts.collect::<Vec<_>>()
    };
    let run = |arguments: &[&str]| {
        let finished = Finished::of(&mut workplace.run_card(arguments));
        assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
        finished.stdout
    };
    // `-i` runs every task with its own solvers, whatever is to be drawn later.
    let filled = run(&["-i", "-o", "-m", "--", "--seed", "7", "--data", "train"]);
    assert!(filled.contains("\n27 tasks - timeouts"), "{filled}");
    assert!(filled.contains("\n4 tasks - timeouts"), "{filled}");
    assert!(timeouts().iter().all(|timeout| *timeout == 3.0));
    assert!(!workplace.names("store/solver_md5").is_empty());
    let own = run(&["-o", "-c", "2", "-t", "4s", "--", "--data", "train"]);
    assert!(own.contains("\n2 tasks - timeouts"), "{own}");
    assert_eq!(timeouts().last(), Some(&4.0.into()));
}

#[test]
fn a_round_that_cannot_run_ends_the_loop() {
    let workplace = Workplace::new();
    let finished = Finished::of(&mut workplace.run_card(&["--", "--tasks", "missing"]));
    assert_eq!(finished.code, Some(1), "{finished:?}");
}

#[test]
fn the_release_build_beside_it_is_found() {
    let workplace = Workplace::new();
    let script = workplace.executable("run_card.sh", repository().join("run_card.sh"));
    let start = || {
        let mut command = Command::new(&script);
        command
            .args(["-o", "-c", "1"])
            .current_dir(workplace.path("."))
            .env("EXPECT_GPU", "0");
        Finished::of(&mut command)
    };
    let without = start();
    assert_eq!(without.code, Some(1));
    assert!(
        without.stderr.contains("cargo build --release"),
        "{}",
        without.stderr
    );
    workplace.executable("target/release/run_batt", env!("CARGO_BIN_EXE_run_batt"));
    assert_eq!(start().code, Some(0));
}
