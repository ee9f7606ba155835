//! Several instances at once, in one folder.

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Stdio};

use common::{Finished, Workplace, fixture};
use serde_json::Value as Json;

/// What a store comes to: the names and contents of its programs, and its
/// links.
fn store(workplace: &Workplace, out: &str) -> BTreeSet<(String, String)> {
    let root = workplace.path(out);
    let is_of_store = |path: &Path| {
        let top = path
            .strip_prefix(&root)
            .ok()
            .and_then(|path| path.iter().next());
        top.is_some_and(|top| {
            let top = top.to_string_lossy();
            top.ends_with("_md5") || top.ends_with("_dir")
        })
    };
    walkdir::WalkDir::new(&root)
        .into_iter()
        .map(|entry| entry.expect("an entry").into_path())
        .filter(|path| is_of_store(path) && !path.is_dir())
        // All that a kill leaves behind; no program has such a name.
        .filter(|path| !path.display().to_string().contains("/.unfinished-"))
        .map(|path| {
            let name = path
                .strip_prefix(&root)
                .expect("below")
                .display()
                .to_string();
            (name, std::fs::read_to_string(&path).expect("a program"))
        })
        .collect()
}

fn start(workplace: &Workplace, arguments: &[&str]) -> Child {
    let mut command = workplace.command(arguments);
    command.args(["--format", "json", "--quiet"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the binary starts")
}

fn summary(child: Child) -> Json {
    let finished = Finished::from(child.wait_with_output().expect("a child"));
    serde_json::from_str(&finished.stdout).unwrap_or_else(|error| panic!("{error}: {finished:?}"))
}

/// How often each task was finished, by the logs.
fn finished(workplace: &Workplace, logs: &str) -> Vec<String> {
    let records = workplace.records(&format!("{logs}/run_batt_timing_stats.jsonl"));
    let ended = records.iter().filter(|record| record["success"] == true);
    let mut tasks: Vec<String> = ended
        .map(|record| record["task_id"].as_str().expect("an ID").to_owned())
        .collect();
    tasks.sort();
    tasks
}

#[test]
fn instances_divide_the_tasks_and_come_to_what_one_comes_to() {
    let card = fixture("cards/small.json").display().to_string();
    for given in [&[][..], &["--card", &card]] {
        let workplace = Workplace::new();
        let alone = [given, &["--out", "alone", "--logs", "alone/logs"]].concat();
        let alone = summary(start(&workplace, &alone));
        let shared = [
            given,
            &["--claim", "--out", "shared", "--logs", "shared/logs"],
        ]
        .concat();
        let children: Vec<Child> = (0..8).map(|_| start(&workplace, &shared)).collect();
        let summaries: Vec<Json> = children.into_iter().map(summary).collect();
        let sum = |name: &str| {
            summaries
                .iter()
                .filter_map(|own| own[name].as_u64())
                .sum::<u64>()
        };
        for name in [
            "tasks",
            "candidates",
            "filed",
            "tot_d_score",
            "new_programs",
        ] {
            assert_eq!(alone[name], sum(name), "{name}: {summaries:?}");
        }
        for own in &summaries {
            let all = own["tasks"]
                .as_u64()
                .zip(own["finished_elsewhere"].as_u64());
            let all = all.map(|(own, others)| own + others);
            assert_eq!(all, alone["tasks"].as_u64(), "{own}");
        }
        assert_eq!(
            finished(&workplace, "shared/logs"),
            finished(&workplace, "alone/logs")
        );
        assert_eq!(store(&workplace, "shared"), store(&workplace, "alone"));
    }
}

#[test]
fn what_a_dead_instance_had_in_hand_is_run_by_others() {
    for round in 0..4 {
        let workplace = Workplace::new();
        let timing = workplace.path("logs/run_batt_timing_stats.jsonl");
        let mut doomed = start(&workplace, &["--claim", "--seed", "1"]);
        let others: Vec<Child> = (0..2)
            .map(|_| start(&workplace, &["--claim", "--seed", "1"]))
            .collect();
        // In the middle: a little later each round.
        while !std::fs::metadata(&timing).is_ok_and(|file| file.len() > 2000 * round) {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        doomed.kill().expect("a process");
        doomed.wait().expect("a child");
        for other in others {
            let own = summary(other);
            assert_eq!(own["tasks_left"], 0, "{own}");
        }
        let finished: BTreeSet<String> = finished(&workplace, "logs").into_iter().collect();
        assert_eq!(finished.len(), 27);
        let whole = Workplace::new();
        whole.run(&["--seed", "1"]);
        assert_eq!(store(&workplace, "."), store(&whole, "."));
    }
}

#[test]
fn instances_share_the_cores_unless_they_are_told_not_to() {
    let workplace = Workplace::new();
    let slots = workplace.path("slots");
    std::fs::create_dir(&slots).expect("a folder");
    let mut command = workplace.command(&["-c", "1", "--no-share"]);
    Finished::of(command.env("TMPDIR", &slots));
    assert_eq!(workplace.names("slots"), [""; 0]);
    let mut command = workplace.command(&["-c", "1"]);
    Finished::of(command.env("TMPDIR", &slots));
    assert_eq!(workplace.names("slots").len(), 1);
    // Where there is no room for them it says so, and runs.
    let mut command = workplace.command(&["-c", "1"]);
    let finished = Finished::of(command.env("TMPDIR", workplace.path("missing")));
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(
        finished
            .stderr
            .contains("cores are not shared with other instances"),
        "{finished:?}"
    );
}
