//! Processes that are killed, and have no say in it.

use std::time::Duration;

use rand::RngExt;

use crate::scene::{Job, Scene};
use crate::{Extent, Toll};

/// One instance, killed again and again until it gets to the end.
pub fn one_instance(extent: Extent) -> Toll {
    let mut toll = Toll::default();
    let kills = extent.times(24, 200);
    while toll.tried < kills {
        for job in [Job::Library, Job::Card] {
            let scene = Scene::new(job);
            // Twice in the same folder: what the first left is there.
            for _ in 0..2 {
                let mut child = scene.start(&["--resume"]);
                // The first millisecond as likely as any of the first hundred.
                let delay = rand::rng().random_range(0..150_000);
                std::thread::sleep(Duration::from_micros(delay));
                child.kill().expect("a process");
                child.wait().expect("a child");
                toll.tried += 1;
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
            let delay = rand::rng().random_range(0..100_000);
            std::thread::sleep(Duration::from_micros(delay));
            child.kill().expect("a process");
            child.wait().expect("a child");
            toll.tried += 1;
        }
        let finished: crate::common::Finished =
            survivor.wait_with_output().expect("a child").into();
        scene.ended_clearly(&finished, &mut toll);
        scene.compare(&mut toll);
        scene.examine(&mut toll);
    }
    toll
}
