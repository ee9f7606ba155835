//! Processes that are killed, and have no say in it.

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
