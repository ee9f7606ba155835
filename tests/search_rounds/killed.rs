//! Searches that are killed, and gone on with: they come to what they would have come to.

use std::collections::BTreeSet;
use std::time::Instant;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::common::{Workplace, preload, preloaded};
use crate::{
    CHANGING, SEARCH, beginnings, contents, ended, search, spawn, start, stats, summaries, tried,
    wait_until,
};

#[test]
fn a_search_that_is_killed_comes_to_what_it_would_have_come_to() {
    killed_and_whole(&SEARCH, 3);
}

/// There what was tried decides what is drawn.
#[test]
fn one_that_changes_every_solver_and_is_killed_comes_to_the_same_too() {
    killed_and_whole(&CHANGING, 4);
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
    // Once a search goes on there is no other: whose journal is taken for another's begins anew.
    let beginnings = beginnings(&killed);
    let goes_on = |beginning: &String| beginning.contains(" goes on ");
    let gone_on_with = beginnings.iter().skip_while(|own| !goes_on(own));
    assert!(
        gone_on_with.clone().all(goes_on),
        "seed {seed}: {beginnings:#?}"
    );
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
