//! `--partition`: what each shard takes, and what it is told.

mod common;

use std::collections::BTreeSet;

use common::{Finished, Workplace};
use serde_json::Value as Json;

/// The tasks that a command line lists, in their order.
fn listed(workplace: &Workplace, more: &[&str]) -> Vec<String> {
    let finished = workplace.run(&[&["list", "--format", "json"], more].concat());
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let list: Json = serde_json::from_str(&finished.stdout).expect("JSON");
    let rows = list["tasks"].as_array().expect("tasks").iter();
    rows.map(|row| row["task"].as_str().expect("a name").to_owned())
        .collect()
}

/// The same with an environment.
fn run_in(workplace: &Workplace, environment: &[(&str, &str)], arguments: &[&str]) -> Finished {
    let mut command = workplace.command(arguments);
    for name in [
        "SLURM_ARRAY_TASK_ID",
        "HQ_TASK_ID",
        "JOB_COMPLETION_INDEX",
        "PARALLEL_SEQ",
    ] {
        command.env_remove(name);
    }
    Finished::of(command.envs(environment.iter().copied()))
}

#[test]
fn shards_are_disjoint_and_together_have_what_was_selected() {
    let workplace = Workplace::new();
    let finished = workplace.run(&["-c", "6", "-q"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let written = workplace.run(&["stats", "--times", "times.jsonl"]);
    assert_eq!(written.code, Some(0), "{written:?}");
    assert_eq!(workplace.records("times.jsonl").len(), 6);
    for selection in [
        &[][..],
        &["-c", "7", "-s", "2"],
        &["-c", "-7", "--seed", "3"],
        &["-i", "3c9b0459", "0520fde7", "007bbfb7"],
        &["-t", "3c9b0459", "0520fde7", "-c", "9"],
    ] {
        let all = listed(&workplace, selection);
        for deal in ["slice", "hash", "balanced"] {
            let mut together = BTreeSet::new();
            let mut number = 0;
            for shard in 1..=3 {
                let partition = format!("{deal}:{shard}/3");
                let mut more = vec!["--partition", &partition];
                if deal == "balanced" {
                    more.extend(["--times", "times.jsonl"]);
                }
                let own = listed(&workplace, &[selection, &more].concat());
                let is_own = |task: &&String| own.contains(task);
                let in_order: Vec<&String> = all.iter().filter(is_own).collect();
                assert!(own.iter().eq(in_order), "{selection:?} {partition}");
                number += own.len();
                together.extend(own);
            }
            assert_eq!(number, all.len(), "{selection:?} {deal}");
            assert!(together.iter().eq(all.iter().collect::<BTreeSet<_>>()));
        }
    }
}

#[test]
fn every_command_that_selects_tasks_takes_its_shard() {
    let workplace = Workplace::new();
    assert_eq!(workplace.run(&["-c", "4", "-q"]).code, Some(0));
    let first = listed(&workplace, &["-c", "4"]);
    let run = workplace.run(&["-c", "4", "--partition", "slice:2/4", "--out", "own"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let told = "shard 2 of 4 has 1 of 4 tasks (slice:2/4)";
    assert!(run.stderr.contains(told), "{run:?}");
    assert_eq!(
        workplace.names("own/solver_dir"),
        [format!("solve_{}", first[1])]
    );
    let submit = [
        "submit",
        "-o",
        "-",
        "-c",
        "4",
        "--partition",
        "slice:3/4",
        "--tasks",
    ];
    let tasks = common::fixture("tasks").display().to_string();
    let submitted = workplace.run(&[&submit[..], &[&tasks]].concat());
    let submission: Json = serde_json::from_str(&submitted.stdout).expect("JSON");
    let names: Vec<&String> = submission.as_object().expect("tasks").keys().collect();
    assert_eq!(names, [&first[2]]);
    let card = workplace.run(&[
        "card",
        "-t",
        &first[0],
        "-t",
        &first[1],
        "--partition",
        "slice:1/2",
        "-o",
        "-",
        "--seed",
        "1",
    ]);
    assert_eq!(card.code, Some(0), "{card:?}");
    assert!(card.stderr.contains("a card of 1 solvers"), "{card:?}");
}

#[test]
fn a_shard_without_tasks_has_done_all_of_them() {
    let workplace = Workplace::new();
    let run = workplace.run(&["-c", "2", "--partition", "slice:3/3", "--format", "json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let summary: Json = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(summary["tasks"], 0);
    let search = workplace.run(&[
        "search",
        "-c",
        "2",
        "--rounds",
        "1",
        "--partition",
        "slice:3/3",
    ]);
    assert_eq!(search.code, Some(1), "{search:?}");
    assert!(
        search
            .stderr
            .contains("none of the 2 tasks is this shard's (slice:3/3)"),
        "{search:?}"
    );
}

#[test]
fn an_engine_says_which_shard_it_is_and_that_is_told() {
    let workplace = Workplace::new();
    let all = listed(&workplace, &["-c", "8"]);
    let slurm = [
        ("SLURM_ARRAY_TASK_ID", "6"),
        ("SLURM_ARRAY_TASK_MIN", "4"),
        ("SLURM_ARRAY_TASK_MAX", "10"),
        ("SLURM_ARRAY_TASK_STEP", "2"),
        ("SLURM_ARRAY_TASK_COUNT", "4"),
    ];
    for (environment, partition, place) in [
        (&slurm[..], "auto", 1),
        (&slurm[..], "auto/4", 1),
        (&[("HQ_TASK_ID", "3")][..], "auto/8", 2),
        (&[("JOB_COMPLETION_INDEX", "3")][..], "auto/8", 3),
        (&[("PARALLEL_SEQ", "3")][..], "auto/8", 2),
    ] {
        let list = [
            "list",
            "-c",
            "8",
            "--format",
            "json",
            "--partition",
            partition,
        ];
        let finished = run_in(&workplace, environment, &list);
        let list: Json = serde_json::from_str(&finished.stdout).expect("JSON");
        assert_eq!(list["tasks"][0]["task"], *all[place], "{environment:?}");
        let (variable, value) = environment[0];
        let told = format!("--partition {partition} is shard {} of ", place + 1);
        assert!(finished.stderr.contains(&told), "{finished:?}");
        let from = format!("{variable} {value}");
        assert!(finished.stderr.contains(&from), "{finished:?}");
    }
}

#[test]
fn a_search_of_a_shard_has_a_seed_of_its_own_and_its_own_tasks() {
    let workplace = Workplace::new();
    let search = |more: &[&str]| -> Json {
        let base = [
            "search",
            "-c",
            "-2",
            "--draw",
            "2",
            "--rounds",
            "2",
            "--format",
            "json",
            "-q",
            "--summaries",
            "search",
        ];
        let finished = workplace.run(&[&base, more].concat());
        assert!(matches!(finished.code, Some(0 | 3)), "{finished:?}");
        serde_json::from_str(&finished.stdout).expect("JSON")
    };
    let seeds: BTreeSet<u64> = (1..=3)
        .map(|shard| {
            let partition = format!("hash:{shard}/3");
            let out = format!("shard-{shard}");
            let own = listed(&workplace, &["--partition", &partition]);
            let summary = search(&["--partition", &partition, "--out", &out]);
            let again = search(&["--partition", &partition, "--out", &format!("{out}-again")]);
            assert_eq!(summary["seed"], again["seed"]);
            let timing = format!("{out}/logs/run_batt_timing_stats.jsonl");
            for record in workplace.records(&timing) {
                let task = record["task_id"].as_str().expect("a name").to_owned();
                assert!(own.contains(&task), "{task} is not of {partition}");
            }
            summary["seed"].as_u64().expect("a seed")
        })
        .collect();
    assert_eq!(seeds.len(), 3);
    let given = search(&["--partition", "hash:1/3", "--seed", "7", "--out", "given"]);
    assert_eq!(given["seed"], 7);
}

#[test]
fn what_one_shard_has_in_hand_another_does_not_go_on_with() {
    let workplace = Workplace::new();
    let tasks = |partition: &str| -> BTreeSet<String> {
        let _ = std::fs::remove_dir_all(workplace.path("store/logs"));
        let finished = workplace.run(&[
            "search",
            "--draw",
            "2",
            "--rounds",
            "1",
            "-q",
            "--out",
            "store",
            "--seed",
            "3",
            "--partition",
            partition,
        ]);
        assert!(matches!(finished.code, Some(0 | 3)), "{finished:?}");
        let records = workplace.records("store/logs/run_batt_timing_stats.jsonl");
        let task = |record: &Json| record["task_id"].as_str().expect("a name").to_owned();
        records.iter().map(task).collect()
    };
    assert!(tasks("slice:1/2").is_disjoint(&tasks("slice:2/2")));
}

#[test]
fn a_setting_gives_it_as_the_command_line_does() {
    let workplace = Workplace::new();
    let all = listed(&workplace, &["-c", "4"]);
    workplace.write("run_batt.toml", "[list]\npartition = \"slice:2/4\"\n");
    assert_eq!(listed(&workplace, &["-c", "4"]), all[1..2]);
    let mut command = workplace.command(&["list", "-c", "4", "--format", "json"]);
    command.env("RUN_BATT_PARTITION", "slice:3/4");
    let finished = Finished::of(&mut command);
    let list: Json = serde_json::from_str(&finished.stdout).unwrap_or_default();
    assert_eq!(list["tasks"][0]["task"], *all[2], "{finished:?}");
}
