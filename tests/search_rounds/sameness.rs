//! What does not depend on workers, on what is known, or on what was run before.

use serde_json::Value as Json;

use crate::common::Workplace;
use crate::{CHANGING, SEARCH, contents, search, tried, with};

#[test]
fn the_same_seed_comes_to_the_same_whatever_the_workers() {
    for command in [&SEARCH[..], &CHANGING] {
        let [one, other, another] = [("7", "1"), ("7", "3"), ("8", "1")].map(|(seed, workers)| {
            let workplace = Workplace::new();
            let size = if workers == "1" { "0" } else { "256MiB" };
            let rest = ["--seed", seed, "--workers", workers, "--cache-size", size];
            let finished = workplace.run(&[command, &["--rounds", "6"], &rest].concat());
            assert!(matches!(finished.code, Some(0 | 3)), "{finished:?}");
            (contents(&workplace), tried(&workplace))
        });
        assert!(!one.0.is_empty());
        assert_eq!(one, other);
        assert_ne!(one, another);
    }
}

/// What the records say of the tasks, but for times, names of runs and what was known.
fn told_by_records(workplace: &Workplace) -> Vec<String> {
    let records = workplace.records("logs/run_batt_timing_stats.jsonl");
    let ends = records.into_iter().filter(|own| own["success"] == true);
    let without_chance = |mut record: Json| {
        let members = record.as_object_mut().expect("an object");
        for key in [
            "timestamp",
            "run_id",
            "execution_time",
            "evaluated",
            "remembered",
            "peak_memory_bytes",
            "round_seconds",
        ] {
            assert!(members.remove(key).is_some(), "{key}");
        }
        // It has the path of the store in it.
        members.remove("fingerprint");
        record.to_string()
    };
    ends.map(without_chance).collect()
}

#[test]
fn what_is_known_changes_nothing_but_how_much_is_evaluated() {
    let runs = ["0", "20kB", "256MiB"].map(|size| {
        let workplace = Workplace::new();
        let arguments = ["--rounds", "6", "--seed", "9", "--cache-size", size];
        let told = search(&workplace, &arguments);
        let is_on_disk = workplace.path("result_cache").exists();
        assert_eq!(is_on_disk, size == "256MiB", "{size}");
        let whole = told.last().expect("a summary").clone();
        let count = |key: &str| whole[key].as_u64().expect("a number");
        let counts = (count("evaluated"), count("remembered"));
        (contents(&workplace), told_by_records(&workplace), counts)
    });
    let [none, tiny, large] = &runs;
    for other in [tiny, large] {
        assert_eq!(none.0, other.0, "the store");
        assert_eq!(none.1, other.1, "the records");
        assert_eq!(none.2.0 + none.2.1, other.2.0 + other.2.1, "all results");
    }
    assert!(none.2.0 >= tiny.2.0 && tiny.2.0 > large.2.0, "{runs:?}");
    assert!(large.2.1 > none.2.1, "{runs:?}");
}

#[test]
fn what_an_earlier_search_has_found_out_is_known_to_the_next() {
    let rounds = ["--rounds", "3", "--seed", "9"];
    let fresh = Workplace::new();
    let first = search(&fresh, &rounds);
    // The same search from the same store, which remembers.
    let again = Workplace::new();
    search(&again, &rounds);
    for folder in ["solver_md5", "differ_md5", "solver_dir", "differ_dir"] {
        std::fs::remove_dir_all(again.path(folder)).expect("removed");
    }
    let warm = search(&again, &rounds);
    assert_eq!(contents(&fresh), contents(&again));
    let evaluated = |told: &[Json]| {
        let whole = told.last().expect("a summary");
        whole["evaluated"].as_u64().expect("a number")
    };
    assert!(evaluated(&warm) < evaluated(&first) / 4, "{warm:?}");
    // What is damaged is told, and changes nothing.
    for entry in std::fs::read_dir(again.path("result_cache")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("a segment");
        std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("cut off");
    }
    for folder in ["solver_md5", "differ_md5", "solver_dir", "differ_dir"] {
        std::fs::remove_dir_all(again.path(folder)).expect("removed");
    }
    search(&again, &rounds);
    assert_eq!(contents(&fresh), contents(&again));
}

#[test]
fn the_first_round_is_what_a_run_draws_by_the_seed() {
    let [searched, drawn] = [(); 2].map(|()| Workplace::new());
    search(&searched, &["--rounds", "1", "--seed", "7"]);
    let run = drawn.run(&with(&["--seed", "7"])[1..]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let tidied = drawn.run(&["tidy", "--unlinked"]);
    assert_eq!(tidied.code, Some(0), "{tidied:?}");
    assert_eq!(contents(&searched), contents(&drawn));
}

#[test]
fn a_task_files_the_same_whatever_other_tasks_were_run_before_it() {
    let [together, apart] = [Workplace::new(), Workplace::new()];
    let done = |workplace: &Workplace, arguments: &[&str]| {
        let finished = workplace.run(arguments);
        assert!(matches!(finished.code, Some(0 | 3)), "{finished:?}");
    };
    // So many that new ones beat those that are there.
    let filled = with(&["--rounds", "12", "--seed", "4"]);
    for workplace in [&together, &apart] {
        done(workplace, &filled);
    }
    for seed in 0..16 {
        let seed = seed.to_string();
        let card = ["card", "-c", "4", "--mutation", "0.05", "--seed", &seed];
        for workplace in [&together, &apart] {
            done(workplace, &card);
        }
        let run = ["--card", "card.json", "-q"];
        done(&together, &[&run[..], &["-c", "4"]].concat());
        for task in ["007bbfb7", "00d62c1b", "0520fde7", "08ed6ac7"] {
            done(&apart, &[&run[..], &["-t", task]].concat());
        }
        assert_eq!(contents(&together), contents(&apart), "seed {seed}");
    }
}
