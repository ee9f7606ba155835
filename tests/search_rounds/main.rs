//! Searches: rounds in one process, killed and gone on with.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

#[path = "../common/mod.rs"]
mod common;
mod ends;
mod journals;
mod killed;
mod sameness;
mod trials;

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use common::{Finished, Workplace};
use serde_json::Value as Json;

/// A small search of the fixtures.
const SEARCH: [&str; 10] = [
    "search",
    "-c",
    "4",
    "--draw",
    "3",
    "--mutation",
    "0.05",
    "--format",
    "json",
    "-q",
];

/// The same where every solver changes.
const CHANGING: [&str; 8] = ["search", "-c", "4", "--draw", "3", "--format", "json", "-q"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    SEARCH.iter().chain(more).copied().collect()
}

/// Runs a search to its end, and yields the summaries of its rounds and its own, which
/// is the last.
fn search(workplace: &Workplace, more: &[&str]) -> Vec<Json> {
    let finished = workplace.run(&with(more));
    assert!(matches!(finished.code, Some(0 | 3)), "{finished:?}");
    summaries(&finished)
}

fn summaries(finished: &Finished) -> Vec<Json> {
    let lines = finished.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// Starts a search that ends by itself where its test does not come to it.
fn start(workplace: &Workplace, more: &[&str]) -> Child {
    spawn(workplace, &with(&[more, &["--for", "5min"]].concat()))
}

fn spawn(workplace: &Workplace, arguments: &[&str]) -> Child {
    workplace
        .command(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts")
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(120), "{what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// What the store of a workplace holds.
fn contents(workplace: &Workplace) -> BTreeMap<String, String> {
    common::contents(&workplace.path("."))
}

/// The tasks that ended, by the run that they ended in.
fn ended(workplace: &Workplace) -> BTreeMap<String, Vec<String>> {
    let mut ended: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if !workplace.path("logs/run_batt_timing_stats.jsonl").exists() {
        return ended;
    }
    for record in workplace.records("logs/run_batt_timing_stats.jsonl") {
        if record["success"] == true {
            let text = |key: &str| record[key].as_str().expect("a text").to_owned();
            ended
                .entry(text("run_id"))
                .or_default()
                .push(text("task_id"));
        }
    }
    ended
}

/// The lines of the log that say how a search began.
fn beginnings(workplace: &Workplace) -> Vec<String> {
    let log = std::fs::read_to_string(workplace.path("logs/run_batt.log")).unwrap_or_default();
    let lines = log.lines().filter(|line| {
        line.contains(" search ") && (line.contains(" started ") || line.contains(" goes on "))
    });
    lines.map(str::to_owned).collect()
}

fn stats(workplace: &Workplace) -> Json {
    let finished = workplace.run(&["stats", "--format", "json"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    serde_json::from_str(&finished.stdout).expect("statistics")
}

/// What was tried in each round, as the history has it.
fn tried(workplace: &Workplace) -> Vec<Vec<u64>> {
    let path = workplace.path("search_history/tried");
    let bytes = std::fs::read(path).unwrap_or_default();
    let words = bytes.chunks_exact(8);
    let words = words.map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes")));
    let words: Vec<u64> = words.collect();
    let mut rest = words.get(4..).unwrap_or_default();
    let mut rounds = Vec::new();
    while let [_mark, _checksum, _round, number, behind @ ..] = rest {
        let (trials, after) = behind.split_at(*number as usize);
        rounds.push(trials.to_vec());
        rest = after;
    }
    rounds
}

#[test]
fn rounds_have_run_ids_of_their_own_and_a_summary_each() {
    let workplace = Workplace::new();
    let told = search(&workplace, &["--rounds", "3", "--seed", "7"]);
    let [rounds @ .., whole] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(rounds.len(), 3);
    let text = |round: &Json| round["run_id"].as_str().expect("a text").to_owned();
    let ids: BTreeSet<String> = rounds.iter().map(text).collect();
    let ended = ended(&workplace);
    assert_eq!(ended.keys().cloned().collect::<BTreeSet<_>>(), ids);
    assert!(ended.values().all(|tasks| tasks.len() == 4), "{ended:?}");
    assert_eq!((&whole["rounds"], &whole["tasks"]), (&3.into(), &12.into()));
    assert_eq!(whole["ending"], "rounds");
    assert_eq!(whole["seed"], 7);
    let pace = whole["new_programs_a_second"].as_f64().expect("a number");
    let expected = whole["new_programs"].as_f64().unwrap() / whole["seconds"].as_f64().unwrap();
    assert!((pace - expected).abs() <= expected * 0.01, "{whole}");
    let told = stats(&workplace);
    let told_rounds = told["rounds"].as_array().expect("a list");
    assert_eq!(told_rounds.len(), 3);
    for key in ["new_programs", "evaluated", "remembered"] {
        let of_rounds = told_rounds.iter().map(|round| round["pace"][key].as_u64());
        let sum: u64 = of_rounds.map(|count| count.expect("a number")).sum();
        assert_eq!(whole[key], sum, "{key}");
        assert_eq!(told["pace"][key], sum, "{key}");
    }
    // From when rounds began to be drawn to their last tasks, so within the search.
    let seconds = told["pace"]["seconds"].as_f64().expect("a number");
    assert!(seconds > 0.0 && seconds <= whole["seconds"].as_f64().unwrap());
    let expected = whole["new_programs"].as_f64().unwrap() / seconds;
    let pace = told["new_programs_a_second"].as_f64().expect("a number");
    assert!((pace - expected).abs() <= expected * 0.01, "{told}");
    let page = workplace.run(&["stats"]).stdout;
    assert!(page.contains("    total    new   new/s  known\n"), "{page}");
    assert!(page.contains(" of results known\n"), "{page}");
    assert!(!workplace.path("searches").exists(), "it is done");
    let diagnosis = workplace.run(&["doctor"]);
    assert_eq!(diagnosis.code, Some(0), "{diagnosis:?}");
}

#[test]
fn settings_of_runs_hold_for_the_rounds_of_a_search() {
    let workplace = Workplace::new();
    workplace.write(
        "run_batt.toml",
        "[run]\ncount = 2\ndraw = 2\ntimeout = '3s'\ncard = 'not for a search'\n\n[search]\nrounds = 2\ncount = 3\n",
    );
    let finished = workplace.run(&["search", "--format", "json", "-q", "--seed", "7"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let told = summaries(&finished);
    let whole = told.last().expect("a summary");
    assert_eq!((&whole["rounds"], &whole["tasks"]), (&2.into(), &6.into()));
    let timing = workplace.records("logs/run_batt_timing_stats.jsonl");
    assert!(timing.iter().all(|record| record["timeout_value"] == 3.0));
    let mut command = workplace.command(&["search", "--format", "json", "-q"]);
    command.env("RUN_BATT_ROUNDS", "1");
    let told = summaries(&Finished::of(&mut command));
    assert_eq!(told.last().unwrap()["rounds"], 1);
    let config = workplace.run(&["config", "search"]).stdout;
    for line in ["rounds = 2", "count = 3", "draw = 2"] {
        assert!(config.contains(line), "{config}");
    }
}

#[test]
fn what_is_shown_is_chosen() {
    let workplace = Workplace::new();
    let shown = |more: &[&str]| {
        let common = [
            "search", "-c", "1", "--draw", "1", "--rounds", "2", "--seed", "7",
        ];
        let finished = workplace.run(&[&common[..], more].concat());
        assert_eq!(finished.code, Some(0), "{finished:?}");
        finished.stdout
    };
    let both = shown(&[]);
    let rounds = |text: &str| text.matches("1 tasks - timeouts = ").count();
    assert_eq!(rounds(&both), 2, "{both}");
    let of_search = |text: &str| text.matches("search    2 rounds").count();
    assert_eq!(of_search(&both), 1, "{both}");
    assert!(
        both.contains(" new, ") && both.contains(" a second; "),
        "{both}"
    );
    let of_rounds = shown(&["--summaries", "rounds", "--dates"]);
    assert_eq!((rounds(&of_rounds), of_search(&of_rounds)), (2, 0));
    let years = of_rounds.lines().filter(|line| line.contains(" UTC 20"));
    assert!(
        years.count() == 2 || std::env::var_os("TZ").is_some(),
        "{of_rounds}"
    );
    let alone = shown(&["--summaries", "search"]);
    assert_eq!((rounds(&alone), of_search(&alone)), (0, 1));
    // A heartbeat goes on over rounds, and says which.
    let mut command = workplace.command(&[
        "search",
        "-c",
        "5",
        "--draw",
        "8",
        "--rounds",
        "8",
        "--seed",
        "7",
        "--heartbeat",
        "20ms",
    ]);
    let finished = Finished::of(&mut command);
    let beats = finished
        .stderr
        .lines()
        .filter(|line| line.contains(" of 8"));
    let with_pace =
        beats.filter(|line| line.contains("done, ") && line.contains(" new programs/s"));
    assert!(with_pace.count() > 0, "{}", finished.stderr);
}

#[test]
fn a_dry_run_shows_the_first_round_and_writes_nothing() {
    let workplace = Workplace::new();
    let finished = workplace.run(&["search", "-c", "2", "--seed", "7", "--dry-run"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(finished.stdout.contains("2 would be run"), "{finished:?}");
    assert_eq!(workplace.names("."), [""; 0]);
    // What would be an error is one.
    for wrong in [
        ["--until-solved", "ffffffff"],
        ["--on-solved", "no-such-command"],
        ["--for", "1ms"],
    ] {
        let finished = workplace.run(&with(&[&wrong[..], &["--dry-run"]].concat()));
        assert_eq!(finished.code, Some(1), "{wrong:?}: {finished:?}");
        assert_eq!(workplace.names("."), [""; 0]);
    }
}

#[test]
fn a_dry_run_shows_the_round_that_a_killed_search_goes_on_with() {
    let workplace = Workplace::new();
    let mut child = start(&workplace, &["--seed", "7"]);
    wait_until("a round", || !ended(&workplace).is_empty());
    child.kill().expect("a process");
    child.wait().expect("a child");
    let journal = workplace.read("searches/0.json");
    let body = journal.lines().nth(1).expect("two lines");
    let body: Json = serde_json::from_str(body).expect("JSON");
    let finished = workplace.run(&with(&["--seed", "7", "--dry-run"]));
    assert!(matches!(finished.code, Some(0 | 3)), "{finished:?}");
    let told: Json = serde_json::from_str(&finished.stdout).expect("JSON");
    let search_id = body["search_id"].as_str().expect("an ID");
    let goes_on = format!("search {search_id} goes on with round ");
    assert!(told["notices"].to_string().contains(&goes_on), "{told}");
    let tasks = told["tasks"].as_array().expect("tasks");
    assert_eq!(tasks.len(), 4, "{told}");
    assert_eq!(workplace.read("searches/0.json"), journal);
}
