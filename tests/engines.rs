//! Engines that count, really at work: GNU parallel, HyperQueue, Slurm. Each runs 8 shards
//! that share no store, with the lines of the README and of `contrib/`; some are killed in
//! the middle, and what is merged in the end is held against one run over all. Then what
//! searches share, on a shared disk and by rsync.
//!
//! Where an engine is absent the test says so and is skipped; `.ci/run` installs them.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use common::{Finished, Workplace, contents, path_with_binary, repository};

const SHARDS: usize = 8;

/// How many tasks all shards have together.
const TASKS: &str = "16";

/// How long an engine may take, in seconds; what is still there is killed then.
const PATIENCE: &str = "300";

/// What came of each task that the records of a store call finished: what its best solver
/// scores, and how many programs were filed of it.
fn finished(workplace: &Workplace, out: &str) -> BTreeSet<String> {
    let records = workplace.records(&format!("{out}/logs/run_batt_timing_stats.jsonl"));
    let finished = records.iter().filter(|record| record["success"] == true);
    finished
        .map(|record| {
            let members = [
                "task_id",
                "best_score",
                "full_score",
                "filed_solvers",
                "filed_differs",
            ];
            members.map(|name| record[name].to_string()).join(" ")
        })
        .collect()
}

/// Merges what an engine has left, and holds it against one run.
fn merged_is_whole(workplace: &Workplace) {
    let shards: Vec<String> = workplace.names("shards");
    assert_eq!(shards.len(), SHARDS, "{shards:?}");
    let whole = workplace.run(&["--quiet", "-c", TASKS, "--out", "whole"]);
    assert_eq!(whole.code, Some(0), "{whole:?}");
    let from: Vec<String> = shards.iter().map(|own| format!("shards/{own}")).collect();
    let from: Vec<&str> = from.iter().map(String::as_str).collect();
    let merged = workplace.run(&[&["merge", "store"], &from[..]].concat());
    assert_eq!(merged.code, Some(0), "{merged:?}");
    let [store, expected] = ["store", "whole"].map(|out| contents(&workplace.path(out)));
    assert!(!expected.is_empty() && store == expected, "{merged:?}");
    assert_eq!(finished(workplace, "store"), finished(workplace, "whole"));
}

/// The search path, with a `run_batt` before the binary: that of one shard is killed the
/// first time, once it has begun.
fn path_with_a_victim(workplace: &Workplace) -> String {
    let place = workplace.path(".").display().to_string();
    let binary = env!("CARGO_BIN_EXE_run_batt");
    let script = format!(
        r#"#!/bin/sh
if [ "${{PARALLEL_SEQ:-$HQ_TASK_ID}}" = 3 ] && mkdir "{place}/killed" 2>/dev/null; then
  "{binary}" "$@" &
  tries=0
  while [ ! -s shards/3/logs/run_batt_timing_stats.jsonl ] && [ $tries -lt 500 ]; do
    tries=$((tries + 1)); sleep 0.01
  done
  kill -KILL $!
  exit 137
fi
exec "{binary}" "$@"
"#
    );
    workplace.script("bin/run_batt", script);
    format!("{}:{}", workplace.path("bin").display(), path_with_binary())
}

/// Runs a command for so long at most; it and all that it has begun is killed then.
fn run(workplace: &Workplace, command: &[&str], path: &str) -> Finished {
    let mut bounded = Command::new("timeout");
    bounded
        .args(["--kill-after=10", PATIENCE])
        .args(command)
        .current_dir(workplace.path("."))
        .env("PATH", path)
        .env("EXPECT_GPU", "0");
    for name in [
        "SLURM_ARRAY_TASK_ID",
        "HQ_TASK_ID",
        "JOB_COMPLETION_INDEX",
        "PARALLEL_SEQ",
    ] {
        bounded.env_remove(name);
    }
    Finished::of(&mut bounded)
}

fn is_there(program: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .output();
    found.is_ok_and(|output| output.status.success())
}

/// A Python that has these modules: that of `.ci/run`, or the user's.
fn python_with(modules: &str) -> Option<String> {
    let ours = std::env::var("ENGINES_PYTHON").ok();
    let candidates = ours.into_iter().chain(["python3".to_owned()]);
    let has = |python: &String| {
        let import = format!("import {modules}");
        let asked = Command::new(python).args(["-c", &import]).output();
        asked.is_ok_and(|output| output.status.success())
    };
    candidates.into_iter().find(has)
}

#[test]
fn gnu_parallel() {
    if !is_there("parallel") {
        eprintln!("skipped: there is no GNU parallel");
        return;
    }
    let workplace = Workplace::new();
    // As the README has it.
    let readme = fs::read_to_string(repository().join("README.md")).expect("a README");
    let line = readme
        .lines()
        .find(|line| line.starts_with("seq 8 | parallel "));
    let line = format!("{} -c {TASKS}", line.expect("its line"));
    let path = path_with_a_victim(&workplace);
    let finished = run(&workplace, &["bash", "-c", &line], &path);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(workplace.path("killed").exists(), "none was killed");
    merged_is_whole(&workplace);
}

#[test]
fn hyperqueue() {
    let Some(python) = python_with("hyperqueue.cluster") else {
        eprintln!("skipped: there is no Python with the package hyperqueue");
        return;
    };
    let workplace = Workplace::new();
    let script = repository().join("tests/engines/local_hyperqueue.py");
    let (script, place) = (script.display().to_string(), workplace.path("."));
    let place = place.display().to_string();
    let path = path_with_a_victim(&workplace);
    let finished = run(&workplace, &[&python, &script, &place, "-c", TASKS], &path);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(
        finished.stdout.contains("attempt 0: 1 of 8 have failed"),
        "{finished:?}"
    );
    merged_is_whole(&workplace);
}

#[test]
fn slurm() {
    let workplace = Workplace::new();
    // Munge asks that others can look into the folders above its socket.
    let open = fs::Permissions::from_mode(0o755);
    fs::set_permissions(workplace.path("."), open).expect("permissions");
    let root = repository();
    let script = root.join("tests/engines/slurm.sh").display().to_string();
    let root = root.display().to_string();
    let place = workplace.path(".");
    let place = place
        .canonicalize()
        .expect("a folder")
        .display()
        .to_string();
    let binary = Path::new(env!("CARGO_BIN_EXE_run_batt"));
    let binary = binary.parent().expect("a folder").display().to_string();
    let command = [&script, &place, &binary, &root, "-c", TASKS];
    let finished = run(&workplace, &command.map(|word| word), &path_with_binary());
    if finished.code == Some(77) {
        eprintln!("skipped: {}", finished.stdout);
        return;
    }
    assert_eq!(finished.code, Some(0), "{finished:?}");
    // One was queued again, and one was on the node that died.
    let begun = workplace.read("began/all");
    for (element, why) in [("1 ", "it was queued again"), ("2 ", "its time was over")] {
        let again = |line: &&str| line.starts_with(element) && line.ends_with(" 1");
        assert!(begun.lines().any(|line| again(&line)), "{why}: {begun}");
    }
    let was_on_it = |element: &str| begun.contains(&format!("{element} n3 0\n"));
    let again = begun.lines().filter(|line| line.ends_with(" 1"));
    let mut again = again.filter_map(|line| line.split_once(' '));
    assert!(again.any(|(element, _)| was_on_it(element)), "{begun}");
    merged_is_whole(&workplace);
    for search in ["search-1", "search-2"] {
        searched_and_shared(&workplace, search);
    }
}

/// What searches have left that shared what they found: each has searched with a seed of
/// its own, and all have all programs then.
fn searched_and_shared(workplace: &Workplace, place: &str) {
    let shards = workplace.names(&format!("{place}/shards"));
    assert_eq!(shards.len(), SHARDS, "{place}: {shards:?}");
    let store = contents(&workplace.path(&format!("{place}/store")));
    assert!(!store.is_empty());
    let mut seeds = BTreeSet::new();
    for shard in shards {
        let shard = format!("{place}/shards/{shard}");
        let own = contents(&workplace.path(&shard));
        assert!(own == store, "{shard}: {} of {}", own.len(), store.len());
        let doctor = workplace.run(&["doctor", "--out", &shard]);
        assert_eq!(doctor.code, Some(0), "{doctor:?}");
        let log = workplace.read(&format!("{shard}/logs/run_batt.log"));
        let told = log
            .lines()
            .filter_map(|line| line.split_once("started with round 1, seed "));
        seeds.extend(told.map(|(_, seed)| seed.to_owned()));
    }
    assert!(seeds.len() >= SHARDS, "{place}: {seeds:?}");
}

/// Without a shared disk: a shard's folder is copied here and merged, and the store back.
/// rsync is real; what stands for ssh goes into the machine's folder.
#[test]
fn rsync_shares_what_machines_found() {
    if !is_there("rsync") {
        eprintln!("skipped: there is no rsync");
        return;
    }
    let workplace = Workplace::new();
    let script = "#!/bin/sh\nmachine=$1\nshift\ncd \"$MACHINES/$machine\" && exec sh -c \"$*\"\n";
    workplace.script("bin/ssh", script);
    let searched = |folder: &str, count: &str| {
        let out = workplace.path(folder).display().to_string();
        let finished = workplace.run(&["--quiet", "-c", count, "--out", &out]);
        assert_eq!(finished.code, Some(0), "{finished:?}");
    };
    searched("machines/node1/run/shards/1", "1");
    searched("copies/2", "2");
    let readme = fs::read_to_string(repository().join("README.md")).expect("a README");
    let lines: Vec<&str> = readme
        .lines()
        .filter(|line| line.starts_with("rsync "))
        .collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    let lines = format!(
        "set -e\nexport MACHINES=$PWD/machines\n{}",
        lines.join("\n")
    );
    let path = format!("{}:{}", workplace.path("bin").display(), path_with_binary());
    for _ in 0..2 {
        let finished = run(&workplace, &["bash", "-c", &lines], &path);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let [store, node] =
            ["store", "machines/node1/run/shards/1"].map(|out| contents(&workplace.path(out)));
        assert!(!store.is_empty() && store == node, "{finished:?}");
        // What is found there later comes too.
        searched("machines/node1/run/shards/1", "3");
    }
}

#[test]
fn kubernetes_knows_the_job_by_its_schema() {
    let Some(python) = python_with("kubernetes_validate") else {
        eprintln!("skipped: there is no Python with the package kubernetes-validate");
        return;
    };
    let job = repository().join("contrib/kubernetes.yaml");
    let text = fs::read_to_string(&job).expect("a file");
    assert!(text.contains("completionMode: Indexed") && text.contains("completions: 8"));
    let script = "import sys, yaml, kubernetes_validate as own\n\
        for document in yaml.safe_load_all(open(sys.argv[1])):\n    \
            own.validate(document, own.latest_version(), strict=True)\n";
    let checked = Finished::of(Command::new(python).args(["-c", script]).arg(&job));
    assert_eq!(checked.code, Some(0), "{checked:?}");
}
