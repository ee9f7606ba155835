//! `run_batt merge`: shards that shared nothing, made one store, held against one run.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Stdio;
use std::time::Instant;

use common::{Finished, Workplace, fixture};
use rand::RngExt;
use serde_json::Value as Json;

/// What the store in a folder of the workplace holds.
fn contents(workplace: &Workplace, out: &str) -> BTreeMap<String, String> {
    let contents = common::contents(&workplace.path(out));
    assert!(!contents.is_empty(), "{out}");
    contents
}

/// The records of a log, without what no two runs have in common.
fn records(workplace: &Workplace, out: &str, file: &str) -> BTreeSet<String> {
    let records = workplace.records(&format!("{out}/logs/{file}"));
    let plain = |mut record: Json| {
        let members = record.as_object_mut().expect("an object");
        for name in [
            "timestamp",
            "run_id",
            "execution_time",
            "fingerprint",
            "inline_ms",
            "peak_in_flight",
            "cache_hits",
            "chunks",
            "success_count",
            "total_attempts",
            "peak_memory_bytes",
            // What one task has filed is not new for the next, and a shard has fewer.
            "new_to_store",
        ] {
            members.remove(name);
        }
        record.to_string()
    };
    records.into_iter().map(plain).collect()
}

const FILES: [&str; 3] = [
    "run_batt_timing_stats.jsonl",
    "inlining_telemetry.jsonl",
    "run_batt.log",
];

/// The lines of the logs of a store.
fn lines(workplace: &Workplace, out: &str) -> BTreeSet<String> {
    let text = FILES.map(|file| workplace.read(&format!("{out}/logs/{file}")));
    text.concat().lines().map(str::to_owned).collect()
}

fn run(workplace: &Workplace, arguments: &[&str]) -> Finished {
    let finished = workplace.run(arguments);
    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
    finished
}

/// A store of all tasks, and three shards of them: of each task's own programs, or of one
/// card for all.
fn sharded(programs: &[&str]) -> Workplace {
    let workplace = Workplace::new();
    run(&workplace, &[&["-q", "--out", "whole"], programs].concat());
    for shard in 1..=3 {
        let (partition, out) = (format!("hash:{shard}/3"), format!("shard-{shard}"));
        let own = ["-q", "--out", &out, "--partition", &partition];
        run(&workplace, &[&own, programs].concat());
    }
    workplace
}

#[test]
fn logs_that_are_written_anew_are_rotated_at_the_size_that_is_asked_for() {
    const SIZE: u64 = 3000;
    let sizes = |workplace: &Workplace, out: &str| -> Vec<u64> {
        let logs = fs::read_dir(workplace.path(&format!("{out}/logs"))).expect("a folder");
        let files = logs.map(|entry| entry.expect("an entry").metadata().expect("a file"));
        files.map(|file| file.len()).collect()
    };
    let workplace = sharded(&[]);
    let merge = ["merge", "all", "shard-1", "shard-2", "shard-3"];
    run(&workplace, &[&merge[..], &["--log-size", "3000"]].concat());
    let found = sizes(&workplace, "all");
    assert!(found.iter().all(|size| *size <= SIZE), "{found:?}");
    assert!(found.len() > FILES.len(), "{found:?}");
    // As the settings say it for all commands.
    workplace.write("run_batt.toml", "log-size = '3000'\n");
    let again = ["merge", "again", "shard-1", "shard-2", "shard-3"];
    run(&workplace, &again);
    assert_eq!(sizes(&workplace, "again").len(), found.len());
}

#[test]
fn shards_come_to_what_one_run_over_all_comes_to() {
    let card = fixture("cards/small.json").display().to_string();
    for programs in [&[][..], &["--card", &card]] {
        let workplace = sharded(programs);
        let told = run(
            &workplace,
            &["merge", "all", "shard-1", "shard-2", "shard-3"],
        );
        assert!(told.stdout.starts_with("3 stores merged: "), "{told:?}");
        assert_eq!(contents(&workplace, "all"), contents(&workplace, "whole"));
        for file in &FILES[..2] {
            let expected = records(&workplace, "whole", file);
            assert_eq!(records(&workplace, "all", file), expected, "{file}");
        }
        // Byte for byte the lines of the shards, in the order of time.
        let timing = workplace.read(&format!("all/logs/{}", FILES[0]));
        let times: Vec<&str> = timing.lines().map(|line| &line[15..41]).collect();
        assert!(times.is_sorted(), "{timing}");
        let of_shards = (1..=3).map(|shard| lines(&workplace, &format!("shard-{shard}")));
        let of_shards: BTreeSet<String> = of_shards.flatten().collect();
        assert_eq!(lines(&workplace, "all"), of_shards);
        let doctor = run(&workplace, &["doctor", "--out", "all"]);
        assert!(doctor.stdout.ends_with("all is well\n"), "{doctor:?}");
        // As `stats` has it too.
        let stats = |out| -> Json {
            let told = run(&workplace, &["stats", "--format", "json", "--out", out]);
            serde_json::from_str(&told.stdout).expect("JSON")
        };
        for member in ["solved", "tasks"] {
            assert_eq!(stats("all")[member], stats("whole")[member], "{member}");
        }
        // In any order, as often as one likes, and one after another.
        let bytes = |out: &str| FILES.map(|file| workplace.read(&format!("{out}/logs/{file}")));
        let once = (contents(&workplace, "all"), bytes("all"));
        let again = run(&workplace, &["merge", "all", "shard-2"]);
        assert!(
            again
                .stdout
                .contains("0 programs, 0 links, 0 lines of the logs are new"),
            "{again:?}"
        );
        assert_eq!((contents(&workplace, "all"), bytes("all")), once);
        run(&workplace, &["merge", "other", "shard-3"]);
        run(&workplace, &["merge", "two", "shard-2", "shard-1"]);
        run(&workplace, &["merge", "other", "two"]);
        assert_eq!((contents(&workplace, "other"), bytes("other")), once);
    }
}

#[test]
fn what_was_merged_is_known_as_finished() {
    let workplace = Workplace::new();
    for shard in ["1", "2"] {
        let partition = format!("slice:{shard}/2");
        let mut command = workplace.command(&["-q", "-c", "6", "--out", "store", "--partition"]);
        let folder = workplace.path(&format!("machine-{shard}"));
        fs::create_dir(&folder).expect("a folder");
        let finished = Finished::of(command.arg(&partition).current_dir(&folder));
        assert_eq!(finished.code, Some(0), "{finished:?}");
    }
    run(
        &workplace,
        &["merge", "store", "machine-1/store", "machine-2/store"],
    );
    let resumed = run(
        &workplace,
        &["--resume", "-c", "6", "--out", "store", "--format", "json"],
    );
    let summary: Json = serde_json::from_str(&resumed.stdout).expect("JSON");
    assert_eq!(summary["finished_before"], 6, "{summary}");
}

/// Runs of two stores whose logs are elsewhere: in one folder together, or of each its own.
#[test]
fn logs_that_are_elsewhere_are_merged_too() {
    let timing = FILES[0];
    let card = fixture("cards/small.json").display().to_string();
    for own_logs in [["logs", "logs"], ["logs/1", "logs/2"]] {
        let workplace = Workplace::new();
        for (shard, logs) in ["1", "2"].into_iter().zip(own_logs) {
            let (partition, out) = (format!("slice:{shard}/2"), format!("shards/{shard}"));
            let own = ["-q", "-c", "6", "--card", &card, "--partition", &partition];
            run(
                &workplace,
                &[&own[..], &["--out", &out, "--logs", logs]].concat(),
            );
        }
        let mut from: Vec<&str> = own_logs.to_vec();
        from.dedup();
        let from: Vec<&str> = from.iter().flat_map(|logs| ["--from-logs", logs]).collect();
        let stores = ["shards/1", "shards/2"];
        // Those that the records of a store say were run.
        let tasks = |place: &[&str]| -> u64 {
            let told = ["stats", "--format", "json"];
            let told = run(&workplace, &[&told, place].concat());
            let told: Json = serde_json::from_str(&told.stdout).expect("JSON");
            let rounds = told["rounds"].as_array().expect("rounds");
            rounds.iter().filter_map(|own| own["tasks"].as_u64()).sum()
        };
        for (out, logs) in [
            ("plain", &[][..]),
            ("named", &["--logs", "merged_logs"]),
            // Into the very folder that they are in.
            ("beside", &["--logs", own_logs[0]]),
        ] {
            let arguments = [&["merge", out], &stores[..], logs, &from].concat();
            run(&workplace, &arguments);
            let place = [&["--out", out], logs].concat();
            assert_eq!(tasks(&place), 6, "{out}");
            let again = run(&workplace, &arguments);
            assert!(
                again.stdout.contains("0 lines of the logs are new"),
                "{out}: {again:?}"
            );
        }
        let records = workplace.records(&format!("merged_logs/{timing}"));
        let ends = records.iter().filter(|record| record["success"] == true);
        let stores: Vec<&str> = ends.filter_map(|record| record["store"].as_str()).collect();
        assert_eq!(stores, ["../named"; 6]);
        // What is in one folder and not asked for stays there.
        let merged = run(
            &workplace,
            &[&["merge", "one", "shards/1"], &from[..]].concat(),
        );
        assert!(merged.stdout.contains("of yet other stores"), "{merged:?}");
        assert_eq!(tasks(&["--out", "one"]), 3);
    }
    let workplace = Workplace::new();
    run(&workplace, &["-q", "-c", "1", "--out", "shard"]);
    let missing = workplace.run(&["merge", "all", "shard", "--from-logs", "nowhere"]);
    assert_eq!(missing.code, Some(1), "{missing:?}");
    assert!(
        missing.stderr.contains("nowhere: found no folder"),
        "{missing:?}"
    );
    assert!(!workplace.path("all").exists());
}

#[test]
fn what_is_damaged_is_left_out_with_its_file_and_line() {
    let workplace = Workplace::new();
    run(&workplace, &["-q", "-c", "3", "--out", "shard"]);
    let program = workplace.names("shard/solver_md5").remove(0);
    workplace.write(&format!("shard/solver_md5/{program}"), "def solve(");
    let timing = "shard/logs/run_batt_timing_stats.jsonl";
    let text = workplace.read(timing);
    let (first, rest) = text.split_once('\n').expect("lines");
    workplace.write(timing, format!("{first}\n{{\"timestamp\"\n{rest}"));
    let merged = workplace.run(&["merge", "all", "shard"]);
    assert_eq!(merged.code, Some(3), "{merged:?}");
    let told = format!("left out: shard/solver_md5/{program}: holds no program: ");
    assert!(merged.stderr.contains(&told), "{merged:?}");
    let told = format!("left out: {timing}: line 2: found no whole JSON record, expected one");
    assert!(merged.stderr.contains(&told), "{merged:?}");
    assert!(
        merged.stdout.contains("2 damaged and left out"),
        "{merged:?}"
    );
    let doctor = run(&workplace, &["doctor", "--out", "all"]);
    assert!(doctor.stdout.ends_with("all is well\n"), "{doctor:?}");
    // It is as it was where it came from.
    assert_eq!(workplace.run(&["doctor", "--out", "shard"]).code, Some(3));
}

#[test]
fn what_cannot_be_merged_is_told() {
    let workplace = Workplace::new();
    run(&workplace, &["-q", "-c", "1", "--out", "shard"]);
    let itself = workplace.run(&["merge", "shard", "shard/../shard"]);
    assert_eq!(itself.code, Some(1), "{itself:?}");
    assert!(itself.stderr.contains("leave it out"), "{itself:?}");
    let missing = workplace.run(&["merge", "all", "shard", "nowhere"]);
    assert_eq!(missing.code, Some(1), "{missing:?}");
    assert!(
        missing.stderr.contains("nowhere: found no store"),
        "{missing:?}"
    );
    assert!(!workplace.path("all").exists());
    assert_eq!(workplace.run(&["merge", "all"]).code, Some(2));
    fs::remove_dir_all(workplace.path("shard/logs")).expect("logs");
    let merged = run(&workplace, &["merge", "all", "shard"]);
    assert!(
        merged.stderr.contains("shard/logs: found no logs"),
        "{merged:?}"
    );
}

#[test]
fn one_that_was_killed_at_any_moments_comes_to_the_same() {
    let card = fixture("cards/small.json").display().to_string();
    // Many links and lines of few programs; and many programs, which take their time.
    for (programs, kills) in [(&["--card", &card][..], 80), (&["-c", "1"], 12)] {
        let workplace = sharded(programs);
        let merge = |out| ["merge", out, "shard-1", "shard-2", "shard-3"];
        let begun = Instant::now();
        run(&workplace, &merge("expected"));
        let time = begun.elapsed();
        let bytes = |out: &str| FILES.map(|file| workplace.read(&format!("{out}/logs/{file}")));
        let mut killed = 0;
        while killed < kills {
            // As it goes on it is killed again, up to three times; then it is let alone.
            let mut moments = Vec::new();
            let is_killed = |moment| {
                let mut command = workplace.command(&merge("all"));
                let command = command.stdout(Stdio::null()).stderr(Stdio::null());
                let mut child = command.spawn().expect("the binary starts");
                std::thread::sleep(moment);
                let is_there = child.try_wait().expect("a child").is_none();
                child.kill().expect("a process");
                child.wait().expect("a child");
                is_there
            };
            for _ in 0..3 {
                let moment = time.mul_f64(rand::rng().random_range(0.0..1.0));
                moments.push(moment);
                if !is_killed(moment) {
                    break;
                }
                killed += 1;
            }
            run(&workplace, &merge("all"));
            assert_eq!(
                contents(&workplace, "all"),
                contents(&workplace, "expected"),
                "killed after {moments:?}"
            );
            assert_eq!(bytes("all"), bytes("expected"), "killed after {moments:?}");
            fs::remove_dir_all(workplace.path("all")).expect("a store");
        }
    }
}

#[test]
fn instances_may_be_at_work_in_the_store_meanwhile() {
    let workplace = sharded(&["-c", "9"]);
    for shard in ["shard-1", "shard-2"] {
        run(&workplace, &["merge", "all", shard]);
    }
    let before = lines(&workplace, "all");
    let run_of_third = ["-q", "--out", "all", "--partition", "hash:3/3", "-c", "9"];
    let mut child = workplace
        .command(&run_of_third)
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary starts");
    while child.try_wait().expect("a child").is_none() {
        run(&workplace, &["merge", "all", "shard-1", "shard-3"]);
    }
    assert!(child.wait().expect("a child").success());
    run(&workplace, &["merge", "all", "shard-1", "shard-3"]);
    assert_eq!(contents(&workplace, "all"), contents(&workplace, "whole"));
    let after = lines(&workplace, "all");
    assert!(after.is_superset(&before) && after.is_superset(&lines(&workplace, "shard-3")));
    // Those of the run that went on meanwhile: a beginning and an end of each task.
    let own = workplace
        .records("shard-3/logs/run_batt_timing_stats.jsonl")
        .len();
    let all = workplace
        .records("all/logs/run_batt_timing_stats.jsonl")
        .len();
    let others: usize = ["shard-1", "shard-2"]
        .map(|shard| {
            workplace
                .records(&format!("{shard}/logs/run_batt_timing_stats.jsonl"))
                .len()
        })
        .iter()
        .sum();
    assert_eq!(all, others + 2 * own);
}
