//! What was tried is not tried again, and may be lost.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::common::Workplace;
use crate::{summaries, tried};

#[test]
fn what_was_tried_is_not_tried_again_by_a_later_search_either() {
    for which in ["-c4", "-c-4"] {
        let workplace = Workplace::new();
        let search = |ends: &[&str]| {
            let common = ["search", which, "--draw", "6", "--format", "json", "-q"];
            let finished = workplace.run(&[&common[..], ends].concat());
            assert!(matches!(finished.code, Some(0 | 3)), "{finished:?}");
            summaries(&finished).pop().expect("a summary")
        };
        search(&["--rounds", "12", "--seed", "5"]);
        let first = tried(&workplace);
        // The same numbers again, from the store as it is now.
        search(&["--rounds", "12", "--seed", "5"]);
        search(&["--rounds", "1", "--seed", "6"]);
        let all = tried(&workplace);
        assert_eq!(all.len(), 25);
        assert_eq!(all[..12], first);
        let mut once = BTreeSet::new();
        for trial in all.concat() {
            assert!(once.insert(trial), "{which}: {trial:x} was tried twice");
        }
    }
}

#[test]
fn a_solver_is_run_as_it_is_before_it_is_changed() {
    let workplace = Workplace::new();
    let common = ["-t", "3c9b0459", "--draw", "1", "--format", "json", "-q"];
    let search = [&["search"], &common[..], &["--seed", "7", "--rounds"]].concat();
    let new = |rounds: &str| {
        let finished = workplace.run(&[&search[..], &[rounds]].concat());
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let whole = summaries(&finished).pop().expect("a summary");
        whole["new_programs"].as_u64().expect("a number")
    };
    // The fixtures' only solver that is for a task of the round, or one for another: each
    // is new to this task.
    assert_eq!(new("1"), 0);
    assert_eq!(new("1"), 1, "the same numbers draw the same solver");
}

#[test]
fn what_was_tried_may_be_lost_or_damaged_and_is_told_once() {
    let workplace = Workplace::new();
    let run = |seed: &str| {
        let arguments = ["search", "-c", "4", "--draw", "3", "--rounds", "2"];
        let shown = ["--seed", seed, "--summaries", "search"];
        let finished = workplace.run(&[&arguments[..], &shown].concat());
        assert_eq!(finished.code, Some(0), "{finished:?}");
        finished.stderr
    };
    run("1");
    let path = workplace.path("search_history/tried");
    let whole = std::fs::read(&path).expect("a file");
    let mut later = whole.clone();
    later[8] = 2;
    for (bytes, told) in [
        (&whole[..whole.len() - 3], "damaged or cut off"),
        (&later, "of another version, or damaged"),
    ] {
        std::fs::write(&path, bytes).expect("written");
        let stderr = run("2");
        assert_eq!(stderr.matches(told).count(), 1, "{stderr}");
        assert!(!run("3").contains("tried"));
        assert!(tried(&workplace).len() >= 4);
    }
    std::fs::remove_dir_all(workplace.path("search_history")).expect("removed");
    assert!(!run("4").contains("tried"));
    assert_eq!(tried(&workplace).len(), 2);
    let diagnosis = workplace.run(&["doctor"]);
    assert_eq!(diagnosis.code, Some(0), "{diagnosis:?}");
    for told in [
        " kB of known results, ",
        " kB of what was tried: all is well",
    ] {
        assert!(diagnosis.stdout.contains(told), "{diagnosis:?}");
    }
    let diagnosis = workplace.run(&["doctor", "--format", "json"]).stdout;
    let diagnosis: Json = serde_json::from_str(&diagnosis).expect("JSON");
    let bytes = |folder: &str| -> u64 {
        let entries = std::fs::read_dir(workplace.path(folder)).expect("a folder");
        let lengths = entries.map(|entry| entry.expect("an entry").metadata().expect("a file"));
        lengths.map(|file| file.len()).sum()
    };
    assert_eq!(diagnosis["result_cache_bytes"], bytes("result_cache"));
    assert_eq!(diagnosis["search_history_bytes"], bytes("search_history"));
    let cleared = workplace.run(&["clear", "--yes"]);
    assert_eq!(cleared.code, Some(0), "{cleared:?}");
    assert!(!workplace.path("search_history").exists());
}
