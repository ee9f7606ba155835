//! Processes that are killed, and have no say in it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::common::Finished;
use crate::scene::{Job, Scene};
use crate::{Extent, Toll};

/// One instance, killed again and again, and at last let go on to the end.
pub fn one_instance(extent: Extent) -> Toll {
    let mut toll = Toll::default();
    let kills = extent.times(24, 200);
    while toll.tried < kills {
        for job in [Job::Library, Job::Card] {
            let scene = Scene::new(job);
            // Twice in the same folder: what the first left is there.
            for _ in 0..2 {
                let mut child = scene.start(&["--resume"]);
                toll.tried += usize::from(scene.kill(&mut child));
                scene.examine(&mut toll);
            }
            scene.resume(&mut toll);
        }
    }
    toll
}

/// Several instances that divide the tasks, of which all but one are killed.
pub fn one_of_several(extent: Extent) -> Toll {
    let mut toll = Toll::default();
    let kills = extent.times(9, 60);
    while toll.tried < kills {
        let scene = Scene::new(Job::Library);
        let mut doomed: Vec<_> = (0..3).map(|_| scene.start(&["--claim"])).collect();
        let survivor = scene.start(&["--claim"]);
        for child in &mut doomed {
            toll.tried += usize::from(scene.kill(child));
        }
        let finished: Finished = survivor.wait_with_output().expect("a child").into();
        scene.ended_clearly(&finished, &mut toll);
        scene.compare(&mut toll);
        scene.examine(&mut toll);
    }
    toll
}

/// Two instances that rotate their logs at every few records, killed again and
/// again: no record is lost while all files are kept, and no round while the oldest
/// go.
pub fn while_logs_rotate(extent: Extent) -> Toll {
    let mut toll = Toll::default();
    let kills = extent.times(8, 160);
    while toll.tried < kills {
        for files in ["100000", "1"] {
            let scene = Scene::new(Job::Library);
            let bound = ["--log-size", "1500", "--log-files", files];
            let (mut lines, mut tasks) = (BTreeSet::new(), 0);
            for _ in 0..4 {
                let mut children = [(); 2].map(|()| scene.start(&bound));
                for child in &mut children {
                    toll.tried += usize::from(scene.kill_in_rotation(child));
                }
                scene.examine(&mut toll);
                if files != "1" {
                    lines = lines_are_there(&scene, &lines, &mut toll);
                }
                tasks = rounds_are_there(&scene, tasks, &mut toll);
            }
            scene.finish_with(&[&["--resume"], &bound[..]].concat(), &mut toll);
            let tasks = rounds_are_there(&scene, tasks, &mut toll);
            if files != "1" {
                let ended = scene.finished_tasks().len() as u64;
                if ended != tasks {
                    toll.wrong += 1;
                    toll.seen
                        .push(format!("{ended} tasks ended, {tasks} are told"));
                }
            }
            let fixed = scene.workplace.run(&["doctor", "--fix"]);
            if fixed.code != Some(0) || rounds_are_there(&scene, tasks, &mut toll) != tasks {
                toll.wrong += 1;
                toll.seen.push(format!("doctor --fix: {fixed:?}"));
            }
        }
    }
    toll
}

/// The whole lines of the timing records; adds to the toll those that were there
/// before and are not any more.
fn lines_are_there(scene: &Scene, before: &BTreeSet<String>, toll: &mut Toll) -> BTreeSet<String> {
    let timing = scene.lines_of("run_batt_timing_stats.jsonl");
    records_go_together(&timing, &scene.lines_of("inlining_telemetry.jsonl"), toll);
    let mut lines: BTreeSet<String> = timing.into_iter().collect();
    lines.retain(|line| line.ends_with('\n'));
    for line in before.difference(&lines) {
        toll.lost += 1;
        toll.seen.push(format!("lost: {line}"));
    }
    lines
}

/// Adds to the toll tasks that ended and were not begun or have no inlining record,
/// and those that have one and did not end: a kill leaves one such a run.
fn records_go_together(timing: &[String], inlining: &[String], toll: &mut Toll) {
    let tasks = |lines: &[String], is_wanted: fn(&Json) -> bool| -> BTreeSet<(String, String)> {
        let records = lines
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok());
        records
            .filter(is_wanted)
            .map(|record: Json| (record["run_id"].to_string(), record["task_id"].to_string()))
            .collect()
    };
    let begun = tasks(timing, |record| record["event"] == "task_start");
    let ended = tasks(timing, |record| record["success"] == true);
    let inlined = tasks(inlining, |_| true);
    let mut lost: Vec<_> = ended.difference(&begun).collect();
    lost.extend(ended.difference(&inlined));
    let mut runs = BTreeSet::new();
    lost.extend(
        inlined
            .difference(&ended)
            .filter(|(run, _)| !runs.insert(run.clone())),
    );
    for (run, task) in lost {
        toll.lost += 1;
        toll.seen
            .push(format!("lost: a record of task {task} of run {run}"));
    }
}

/// How many tasks all rounds together ran; adds to the toll where these are fewer
/// than before, and a round that ran a task twice.
fn rounds_are_there(scene: &Scene, before: u64, toll: &mut Toll) -> u64 {
    let finished = scene.workplace.run(&["stats", "--format", "json"]);
    let told: Json = serde_json::from_str(&finished.stdout).unwrap_or_default();
    let rounds = told["rounds"].as_array().cloned().unwrap_or_default();
    let tasks = rounds.iter().filter_map(|round| round["tasks"].as_u64());
    let (sum, most) = tasks.fold((0, 0), |(sum, most), tasks| (sum + tasks, tasks.max(most)));
    if sum < before {
        toll.lost += 1;
        toll.seen
            .push(format!("{before} tasks were told, {sum} are: {finished:?}"));
    }
    if most > 27 {
        toll.wrong += 1;
        toll.seen
            .push(format!("a round of {most} tasks: {finished:?}"));
    }
    sum
}
