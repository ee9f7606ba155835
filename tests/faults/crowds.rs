//! Many instances at once.

use std::collections::BTreeMap;
use std::process::Child;

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
            command.arg("--claim").stdout(std::process::Stdio::null());
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
