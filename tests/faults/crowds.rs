//! Many instances at once.

use std::collections::BTreeMap;
use std::process::{Child, Stdio};

use serde_json::Value as Json;

use crate::common::{Finished, Workplace, fixture, shared};
use crate::scene::{Job, Scene, is_before_the_store};
use crate::{Extent, Toll};

const INSTANCES: usize = 8;

fn wait_for(children: Vec<Child>, scene: &Scene, toll: &mut Toll) {
    for child in children {
        let finished: Finished = child.wait_with_output().expect("a child").into();
        scene.ended_clearly(&finished, toll);
    }
}

/// All of them run all tasks.
pub fn on_the_same_tasks(extent: Extent) -> Toll {
    let mut toll = Toll::default();
    for _ in 0..extent.times(1, 5) {
        for job in [Job::Library, Job::Card] {
            let scene = Scene::new(job);
            let children = (0..INSTANCES).map(|_| scene.start(&[])).collect();
            wait_for(children, &scene, &mut toll);
            toll.tried += INSTANCES;
            let records = scene.finished_tasks().len();
            if records != INSTANCES * 27 {
                toll.lost += 1;
                toll.seen.push(format!("{records} records"));
            }
            scene.compare(&mut toll);
            scene.examine(&mut toll);
        }
    }
    toll
}

/// They divide a hundred tasks: each is run once.
pub fn dividing_tasks(extent: Extent) -> Toll {
    let Some(data) = shared("arc/kaggle-2025") else {
        return Toll::skipped("the shared data is absent");
    };
    let mut toll = Toll::default();
    for _ in 0..extent.times(1, 4) {
        let card = fixture("cards/small.json").display().to_string();
        let data = data.display().to_string();
        let given = ["-c", "100", "--tasks", &data, "--card", &card, "--quiet"];
        let alone = Workplace::new();
        alone.run(&given);
        let workplace = Workplace::new();
        let start = |_| {
            let mut command = workplace.command(&given);
            command.arg("--claim").stdout(Stdio::null());
            command.spawn().expect("the binary starts")
        };
        let children: Vec<Child> = (0..INSTANCES).map(start).collect();
        for mut child in children {
            child.wait().expect("a child");
        }
        toll.tried += INSTANCES;
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for record in workplace.records("logs/run_batt_timing_stats.jsonl") {
            if record["success"] == true {
                *times.entry(record["task_id"].to_string()).or_default() += 1;
            }
        }
        if times.len() != 100 {
            toll.lost += 100 - times.len();
            toll.seen
                .push(format!("{} of 100 tasks were finished", times.len()));
        }
        let more_than_once = times.values().filter(|&&times| times > 1).count();
        if more_than_once > 0 {
            toll.wrong += more_than_once;
            toll.seen
                .push(format!("{more_than_once} tasks were run more than once"));
        }
        for folder in ["solver_md5", "differ_md5"] {
            let (own, expected) = (workplace.names(folder), alone.names(folder));
            if own != expected {
                toll.wrong += 1;
                toll.seen
                    .push(format!("{folder}: {} and {}", own.len(), expected.len()));
            }
        }
    }
    toll
}

/// They search in one store, half of them so that every solver changes, and every other one is
/// killed and started again: no best score that was recorded is lost, and each is what its
/// program scores.
pub fn searching_one_store(extent: Extent) -> Toll {
    let mut toll = Toll::default();
    for _ in 0..extent.times(1, 5) {
        let scene = Scene::new(Job::Library);
        scene.run(&[]);
        let start = |instance: usize| {
            let seed = instance.to_string();
            let arguments = ["search", "-c", "6", "--draw", "4", "--seed", &seed];
            let ends = ["--rounds", "18", "--quiet"];
            let mutation: &[&str] = match instance % 4 {
                0 | 1 => &["--mutation", "0.05"],
                _ => &[],
            };
            let all = [&arguments[..], &ends, mutation].concat();
            let mut command = scene.workplace.command(&all);
            command
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the binary starts")
        };
        let mut children: Vec<Child> = (0..INSTANCES).map(start).collect();
        for instance in (0..INSTANCES).step_by(2) {
            scene.kill(&mut children[instance]);
            children[instance] = start(instance);
        }
        for child in children {
            let finished: Finished = child.wait_with_output().expect("a child").into();
            if !matches!(finished.code, Some(0 | 3)) {
                toll.wrong += 1;
                toll.seen.push(format!("no clear end: {finished:?}"));
            }
        }
        toll.tried += INSTANCES;
        if scene.workplace.path("searches").exists() {
            toll.wrong += 1;
            let names = scene.workplace.names("searches");
            toll.seen.push(format!("journals are left: {names:?}"));
        }
        scene.look_for_damage(&mut toll);
        scores_hold(&scene, &mut toll);
    }
    toll
}

/// Adds to the toll best scores that were recorded and are not in the store, and those
/// that the programs do not score when they are run again.
fn scores_hold(scene: &Scene, toll: &mut Toll) {
    let best = |workplace: &Workplace| -> BTreeMap<String, u64> {
        let finished = workplace.run(&["stats", "--format", "json"]);
        let told: Json = serde_json::from_str(&finished.stdout).unwrap_or_default();
        let best = told["best"].as_array().cloned().unwrap_or_default();
        let best = best.iter().filter_map(|own| {
            let task = own["task"].as_str()?.to_owned();
            Some((task, own["score"].as_u64()?))
        });
        best.collect()
    };
    let own = best(&scene.workplace);
    for line in scene.lines_of("run_batt_timing_stats.jsonl") {
        let record: Json = serde_json::from_str(&line).unwrap_or_default();
        let score = record["best_score"].as_u64().unwrap_or(0);
        let task = record["task_id"].as_str().unwrap_or_default();
        if own.get(task).copied().unwrap_or(0) < score {
            toll.lost += 1;
            toll.seen
                .push(format!("{task} scored {score}, its best is {own:?}"));
        }
    }
    let again = Workplace::new();
    let solvers = scene.workplace.path("solver_dir").display().to_string();
    again.run(&["--solvers", &solvers, "--quiet"]);
    if best(&again) != own {
        toll.wrong += 1;
        toll.seen
            .push(format!("{own:?}, run again {:?}", best(&again)));
    }
}

/// Instances run, and all the while others tidy, and examine, and repair.
pub fn tidied_meanwhile(extent: Extent) -> Toll {
    let mut toll = Toll::default();
    for _ in 0..extent.times(2, 10) {
        let scene = Scene::new(Job::Card);
        let mut children: Vec<Child> = (0..4).map(|_| scene.start(&[])).collect();
        while children
            .iter_mut()
            .any(|child| child.try_wait().expect("a child").is_none())
        {
            for arguments in [&["tidy"][..], &["doctor", "--fix"]] {
                let finished = scene.workplace.run(arguments);
                if finished.code != Some(0) && !is_before_the_store(&finished) {
                    toll.wrong += 1;
                    toll.seen.push(format!("{arguments:?}: {finished:?}"));
                }
            }
            toll.tried += 2;
        }
        wait_for(children, &scene, &mut toll);
        scene.compare(&mut toll);
        scene.examine(&mut toll);
    }
    toll
}
