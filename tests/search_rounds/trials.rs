//! What was tried is not tried again, and may be lost.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::common::Workplace;
use crate::{stats, summaries, tried};

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
fn the_slot_of_a_solver_whose_mutants_were_all_tried_goes_to_the_reserve() {
    let workplace = Workplace::new();
    // Each solves its own task, so the store tells which of them was run.
    let solvers = [("3c9b0459", "rot180(I)"), ("74dd1130", "dmirror_t(I)")];
    let text =
        solvers.map(|(task, result)| format!("def solve_{task}(S, I, C):\n    return {result}\n"));
    workplace.write("solvers.py", text.concat());
    // The same numbers each time, from a store that is as it was: the history alone differs.
    let round = || {
        for folder in ["solver_md5", "differ_md5", "solver_dir", "differ_dir"] {
            let _ = std::fs::remove_dir_all(workplace.path(folder));
        }
        let common = ["search", "--solvers", "solvers.py", "--draw", "1"];
        let tasks = solvers.map(|(task, _)| ["-t", task]).concat();
        let rest = ["--rounds", "1", "--seed", "7", "--format", "json", "-q"];
        let finished = workplace.run(&[&common[..], &tasks, &rest].concat());
        assert!(matches!(finished.code, Some(0 | 3)), "{finished:?}");
        let whole = summaries(&finished).pop().expect("a summary");
        let new = whole["new_programs"].as_u64().expect("a number");
        (new, solved(&workplace, &solvers.map(|(task, _)| task)))
    };
    let (new, drawn) = round();
    assert_eq!((new, drawn.len()), (0, 1), "it is run as it is first");
    // How many mutants there are until a solver is run as it is, and which one that is.
    let until_as_it_is = || {
        let mut mutants = 0;
        loop {
            match round() {
                // Of so many changes one is tried that was not.
                (1, _) if mutants < 64 => mutants += 1,
                (0, solved) => break (mutants, solved),
                other => panic!("{other:?} after {mutants} mutants"),
            }
        }
    };
    let (of_drawn, reserve) = until_as_it_is();
    assert_eq!(reserve.len(), 1);
    assert_ne!(drawn, reserve);
    // Then its mutants are tried. When none is left of either, the drawn one stays.
    let (of_reserve, stays) = until_as_it_is();
    assert_eq!(drawn, stays);
    assert!(of_drawn > 1 && of_reserve > 1, "{of_drawn}, {of_reserve}");
    let all = tried(&workplace).concat();
    let once: BTreeSet<u64> = all.iter().copied().collect();
    assert_eq!(once.len(), 2 + of_drawn + of_reserve);
    assert_eq!(all.len(), once.len() + 1);
}

/// Those of some tasks that the store has a solver for which scores all.
fn solved<'a>(workplace: &Workplace, tasks: &[&'a str]) -> Vec<&'a str> {
    let stats = stats(workplace);
    let best = stats["best"].as_array().expect("a list");
    let is_solved = |task: &&&str| {
        let of_task = |own: &&Json| own["task"] == **task && own["verdict"] == "solved";
        best.iter().any(|own| of_task(&own))
    };
    tasks.iter().filter(is_solved).copied().collect()
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
