//! Searches: rounds in one process, killed and gone on with.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use common::{Finished, Workplace, preload, preloaded, send};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
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
fn a_search_that_is_killed_comes_to_what_it_would_have_come_to() {
    killed_and_whole(&SEARCH, 3);
}

/// There what was tried decides what is drawn.
#[test]
fn one_that_changes_every_solver_and_is_killed_comes_to_the_same_too() {
    killed_and_whole(&CHANGING, 4);
}

/// Commands that begin late: their processes are there, and are not what they are to be.
const LATE_COMMANDS: &str = "\
#define _GNU_SOURCE
#include <errno.h>
#include <spawn.h>
#include <unistd.h>
int posix_spawnp(pid_t *child, const char *file, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const arguments[], char *const variables[]) {
    pid_t process = fork();
    if (process < 0) return errno;
    if (process == 0) { usleep(500000); execvpe(file, arguments, variables); _exit(127); }
    *child = process;
    return 0;
}
";

#[test]
fn one_killed_while_its_command_begins_is_gone_on_with() {
    let library = match preload::library(LATE_COMMANDS) {
        Ok(library) => library,
        Err(why) => return eprintln!("skipped: {why}"),
    };
    let workplace = preloaded(&library, Workplace::new);
    workplace.script("tell", "#!/bin/sh\n");
    let arguments = ["--seed", "7", "--freeze-solvers", "--on-solved", "./tell"];
    let mut child = start(&workplace, &arguments);
    let threads = format!("/proc/{}/task", child.id());
    wait_until("no command begins", || {
        let threads = std::fs::read_dir(&threads).expect("a process at work");
        let children = |thread: std::io::Result<std::fs::DirEntry>| {
            std::fs::read_to_string(thread.ok()?.path().join("children")).ok()
        };
        threads
            .filter_map(children)
            .any(|children| !children.is_empty())
    });
    child.kill().expect("a process");
    child.wait().expect("a child");
    search(&workplace, &[&arguments[..], &["--rounds", "9"]].concat());
    let beginnings = beginnings(&workplace);
    assert_eq!(beginnings.len(), 2, "{beginnings:?}");
    assert!(beginnings[1].contains(" goes on "), "{beginnings:?}");
    assert!(!workplace.path("searches").exists());
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

/// A search that is killed at random moments and gone on with, and one that is not.
fn killed_and_whole(command: &[&str], search_seed: u64) {
    const ROUNDS: u64 = 50;
    const KILLS: u32 = 20;
    let seed_text = search_seed.to_string();
    let ends = ["--rounds", "50", "--seed", &seed_text];
    let arguments = [command, &ends[..]].concat();
    let for_a_while = [&arguments[..], &["--for", "5min"]].concat();
    let whole = Workplace::new();
    let begun = Instant::now();
    let finished = whole.run(&arguments);
    assert!(matches!(finished.code, Some(0 | 3)), "{finished:?}");
    let slice = begun.elapsed() / KILLS;

    let seed = rand::rng().random();
    let mut random = StdRng::seed_from_u64(seed);
    let killed = Workplace::new();
    killed.script("tell", "#!/bin/sh\necho \"$1\" >> told\n");
    let arguments = [&arguments[..], &["--on-solved", "./tell"]].concat();
    let for_a_while = [&for_a_while[..], &["--on-solved", "./tell"]].concat();
    let mut kills = 0;
    let is_over = || {
        let log = std::fs::read_to_string(killed.path("logs/run_batt.log"));
        log.is_ok_and(|log| log.contains(" search ended: "))
            || ended(&killed).len() as u64 == ROUNDS && !killed.path("searches").exists()
    };
    while kills < KILLS {
        let mut child = spawn(&killed, &for_a_while);
        std::thread::sleep(slice.mul_f64(random.random_range(0.2..1.6)));
        child.kill().expect("a process");
        child.wait().expect("a child");
        kills += 1;
        if is_over() {
            break;
        }
    }
    assert!(kills > KILLS / 4, "{kills} kills only, seed {seed}");
    if !is_over() {
        let told = summaries(&killed.run(&arguments));
        let done = told.last().expect("a summary");
        let count = |key: &str| done[key].as_u64().expect("a number");
        let all = count("rounds") + count("rounds_before");
        assert_eq!(all, ROUNDS, "seed {seed}: {done}");
    }
    assert_eq!(contents(&killed), contents(&whole), "seed {seed}");
    assert_eq!(tried(&killed), tried(&whole), "seed {seed}");
    let told = std::fs::read_to_string(killed.path("told")).unwrap_or_default();
    let once: BTreeSet<&str> = told.lines().collect();
    assert_eq!(once.len(), told.lines().count(), "seed {seed}: {told}");
    assert_eq!(tried(&whole).len() as u64, ROUNDS);
    let [own, expected] = [&killed, &whole].map(stats);
    assert_eq!(own["best"], expected["best"], "seed {seed}");
    assert_eq!(own["rounds"].as_array().map(Vec::len), Some(50));
    // Each task of a round ended once, killed or not.
    for (run_id, mut tasks) in ended(&killed) {
        tasks.sort();
        let all = tasks.len();
        tasks.dedup();
        assert_eq!((tasks.len(), all), (4, 4), "seed {seed}, run {run_id}");
    }
    assert!(!killed.path("searches").exists());
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

#[test]
fn a_signal_ends_it_and_the_same_command_goes_on() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let workplace = Workplace::new();
        let child = start(&workplace, &[]);
        wait_until("two rounds", || ended(&workplace).len() >= 2);
        send(signal, child.id());
        let finished = Finished::from(child.wait_with_output().expect("a child"));
        assert_eq!(finished.code, Some(code), "{finished:?}");
        let told = summaries(&finished);
        let first = told.last().expect("a summary");
        assert_eq!(first["ending"], "signal");
        assert_eq!(workplace.names("searches"), ["0.json"]);
        // Another command is another search.
        search(&workplace, &["--rounds", "1", "--mutation", "0.06"]);
        assert_eq!(workplace.names("searches"), ["0.json"]);
        let rounds = first["rounds"].as_u64().expect("a number");
        let more = (rounds + 1).to_string();
        let told = search(&workplace, &["--rounds", &more]);
        let second = told.last().expect("a summary");
        assert_eq!(second["search_id"], first["search_id"]);
        assert_eq!(second["seed"], first["seed"]);
        assert_eq!(second["rounds_before"], first["rounds"]);
        assert_eq!(second["rounds"], 1);
        assert!(!workplace.path("searches").exists());
    }
}

#[test]
fn the_time_ends_it_and_the_same_command_goes_on() {
    let workplace = Workplace::new();
    let begun = Instant::now();
    let told = search(&workplace, &["--for", "3s"]);
    assert!(begun.elapsed() < Duration::from_secs(6));
    let first = told.last().expect("a summary");
    assert_eq!(first["ending"], "time");
    assert_eq!(workplace.names("searches"), ["0.json"]);
    let told = search(&workplace, &["--for", "3s"]);
    assert_eq!(told.last().unwrap()["search_id"], first["search_id"]);
}

#[test]
fn it_ends_when_tasks_are_solved() {
    let workplace = Workplace::new();
    // The fixtures' solver of the only task is drawn, and as good as it was.
    let frozen = ["-t", "007bbfb7", "--freeze-solvers", "--seed", "7"];
    let until = |name| [&frozen[..], &["--until-solved", name]].concat();
    for (name, rounds) in [("007bbfb7", 1), ("all", 0), ("007bbfb7", 0)] {
        let told = search(&workplace, &until(name));
        let whole = told.last().expect("a summary");
        assert_eq!(whole["ending"], "solved", "{name}");
        assert_eq!(whole["rounds"], rounds, "{name}");
        assert!(!workplace.path("searches").exists());
    }
}

#[test]
fn a_command_is_run_for_each_task_that_is_solved() {
    let workplace = Workplace::new();
    workplace.script(
        "tell",
        "#!/bin/sh\necho \"$1 $2 $SOLVED_TASK $SOLVED_PROGRAM\" >> told\ntest -f \"$2\"\n",
    );
    workplace.script("fail", "#!/bin/sh\nexit 7\n");
    let arguments = ["--rounds", "1", "--seed", "7", "--freeze-solvers"];
    let told = search(
        &workplace,
        &[&arguments[..], &["--on-solved", "./tell"]].concat(),
    );
    let solved = told.last().unwrap()["newly_solved"].as_array().unwrap();
    assert!(!solved.is_empty(), "{told:?}");
    let lines = workplace.read("told");
    assert_eq!(lines.lines().count(), solved.len(), "{lines}");
    for line in lines.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [task, program, again, path] = words.as_slice() else {
            panic!("{line}");
        };
        assert_eq!((task, program), (again, path));
        assert!(solved.contains(&Json::from(*task)));
        assert!(program.contains(&format!("solve_{task}/")), "{program}");
    }
    // A failure is told and changes nothing.
    let other = Workplace::new();
    let path = workplace.path("fail");
    let failing = ["--on-solved", path.to_str().expect("UTF-8")];
    let finished = other.run(&with(&[&arguments[..], &failing].concat()));
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let log = other.read("logs/run_batt.log");
    assert_eq!(log.matches("failed: exit status: 7").count(), solved.len());
    assert_eq!(contents(&other), contents(&workplace));
}

#[test]
fn what_makes_no_sense_is_an_error_before_work_starts() {
    let workplace = Workplace::new();
    workplace.write("notes.txt", "no program");
    for (arguments, told) in [
        (&["--for", "1ms"][..], "0.001 s are too short for a round"),
        (
            &["--until-solved", "f25fbde4"],
            "no round would run it: it is none of the 4 tasks that are selected",
        ),
        (&["--until-solved", "ffffffff"], "unknown task `ffffffff`"),
        (
            &["--on-solved", "no-such-command"],
            "found no program of this name on $PATH",
        ),
        (&["--on-solved", "./missing"], "found no such program"),
        (&["--on-solved", "./notes.txt"], "check `chmod +x`"),
    ] {
        let finished = workplace.run(&with(arguments));
        assert_eq!(finished.code, Some(1), "{arguments:?}: {finished:?}");
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
        assert!(finished.stderr.contains(told), "{finished:?}");
        assert!(!workplace.path("searches").exists(), "{arguments:?}");
        assert!(ended(&workplace).is_empty(), "{arguments:?}");
    }
    // The last rounds took longer than this.
    let child = start(&workplace, &[]);
    wait_until("two rounds", || ended(&workplace).len() >= 2);
    send("TERM", child.id());
    child.wait_with_output().expect("a child");
    let journal = workplace.read("searches/0.json");
    let body = journal.lines().nth(1).expect("two lines");
    let body: Json = serde_json::from_str(body).expect("JSON");
    let longest = body["round_milliseconds"].as_array().unwrap().iter();
    let longest = longest.filter_map(Json::as_u64).max().expect("a round");
    let finished = workplace.run(&with(&["--for", &format!("{longest}ms")]));
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert!(
        finished.stderr.contains("too short for a round"),
        "{finished:?}"
    );
    assert_eq!(workplace.read("searches/0.json"), journal, "it can go on");
}

#[test]
fn a_journal_that_is_damaged_is_told_once_and_made_anew() {
    let workplace = Workplace::new();
    let child = start(&workplace, &["--seed", "7"]);
    wait_until("a round", || !ended(&workplace).is_empty());
    send("KILL", child.id());
    child.wait_with_output().expect("a child");
    let whole = workplace.read("searches/0.json");
    let cut = whole[..whole.len() / 2].to_owned();
    let later = whole.replacen("journal 1 ", "journal 2 ", 1);
    let turned = whole.replacen("\"seed\":7", "\"seed\":8", 1);
    for (text, told) in [
        (cut, "cut off or damaged"),
        (later, "found version 2, expected 1"),
        (turned, "its MD5 is another"),
        (
            "\u{1b}[2Jnothing".to_owned(),
            "found no journal of a search",
        ),
    ] {
        workplace.write("searches/0.json", text);
        let mut arguments = with(&["--seed", "7", "--rounds", "1"]);
        arguments.retain(|argument| *argument != "-q");
        let finished = workplace.run(&arguments);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        assert_eq!(finished.stderr.matches(told).count(), 1, "{finished:?}");
        assert!(finished.stderr.contains("searches/0.json"), "{finished:?}");
        assert!(!finished.stderr.contains("goes on"), "{finished:?}");
        assert!(!workplace.path("searches").exists());
    }
    // What it says is gone on with where it is whole.
    workplace.write("searches/0.json", whole);
    search(&workplace, &["--seed", "7", "--rounds", "2"]);
    assert!(beginnings(&workplace).last().unwrap().contains(" goes on "));
}

#[test]
fn instances_of_one_command_have_a_journal_each() {
    let workplace = Workplace::new();
    let mut children = [(); 3].map(|()| start(&workplace, &["--seed", "7"]));
    let is_written = |name: &String| {
        let path = workplace.path(&format!("searches/{name}"));
        std::fs::metadata(path).is_ok_and(|file| file.len() > 0)
    };
    let journals = || {
        let names = workplace.names("searches").into_iter();
        names
            .filter(|name| !name.starts_with('.'))
            .filter(is_written)
            .count()
    };
    wait_until("three journals", || journals() == 3);
    for child in &mut children {
        child.kill().expect("a process");
        child.wait().expect("a child");
    }
    let id = |line: &String| line.split(' ').nth(1).expect("an ID").to_owned();
    let begun: BTreeSet<String> = beginnings(&workplace).iter().map(id).collect();
    assert_eq!(begun.len(), 3, "{begun:?}");
    let children = [(); 3].map(|()| start(&workplace, &["--seed", "7", "--rounds", "3"]));
    for child in children {
        let finished = Finished::from(child.wait_with_output().expect("a child"));
        assert!(matches!(finished.code, Some(0 | 3)), "{finished:?}");
    }
    let all = beginnings(&workplace);
    let gone_on = all.iter().filter(|line| line.contains(" goes on "));
    let gone_on: BTreeSet<String> = gone_on.map(id).collect();
    assert_eq!(gone_on, begun, "each is gone on with, and once: {all:#?}");
    assert!(!workplace.path("searches").exists());
    let diagnosis = workplace.run(&["doctor"]);
    let damage = diagnosis.stdout.contains("damaged") || diagnosis.stdout.contains("nowhere");
    assert!(!damage, "{diagnosis:?}");
}

#[test]
fn clearing_a_store_removes_its_journals() {
    let workplace = Workplace::new();
    let mut child = start(&workplace, &[]);
    wait_until("a round", || !ended(&workplace).is_empty());
    child.kill().expect("a process");
    child.wait().expect("a child");
    let mine = workplace.write("searches/notes.txt", "mine");
    let cleared = workplace.run(&["clear", "--yes"]);
    assert_eq!(cleared.code, Some(0), "{cleared:?}");
    assert_eq!(workplace.names("searches"), ["notes.txt"]);
    assert!(mine.exists());
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
}
