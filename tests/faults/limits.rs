//! Systems that refuse threads, memory and files.

use std::process::Command;

use rand::RngExt;

use crate::common::Finished;
use crate::scene::{Job, Scene, as_somebody, binary_for_everybody};
use crate::{Extent, Toll};

/// A run under a limit of `prlimit`, as a user whom limits bind.
fn limited(scene: &Scene, limit: &str) -> Finished {
    let mut command = Command::new("prlimit");
    command
        .arg(limit)
        .arg(binary_for_everybody(&scene.workplace))
        .args(scene.arguments(&[]))
        .current_dir(scene.workplace.path("."))
        .env("EXPECT_GPU", "0");
    as_somebody(&mut command, &scene.workplace);
    Finished::of(&mut command)
}

/// A limit under which the run gets to its end.
fn goes_on_under(limits: impl IntoIterator<Item = String>) -> Toll {
    let mut toll = Toll::default();
    for limit in limits {
        for job in [Job::Library, Job::Card] {
            let scene = Scene::new(job);
            let finished = limited(&scene, &limit);
            toll.tried += 1;
            if finished.code != Some(0) {
                toll.lost += 1;
                toll.seen.push(format!("{limit}: {finished:?}"));
            }
            scene.compare(&mut toll);
            scene.examine(&mut toll);
        }
    }
    toll
}

/// No thread beyond the first, or a few.
pub fn threads(extent: Extent) -> Toll {
    let most = extent.times(2, 6);
    goes_on_under((1..=most).map(|threads| format!("--nproc={threads}")))
}

/// Little memory: it goes on, or says what it needs.
pub fn memory(extent: Extent) -> Toll {
    // No allocator is to take for itself what a run is to work with.
    let mut toll = goes_on_under([100, 150].map(|megabytes| format!("--as={megabytes}000000")));
    for _ in 0..extent.times(6, 40) {
        // With less a build that is not optimized is not even loaded.
        let megabytes = rand::rng().random_range(50..400);
        let scene = Scene::new(Job::Library);
        let finished = limited(&scene, &format!("--as={}", megabytes * 1_000_000));
        toll.tried += 1;
        scene.ended_clearly(&finished, &mut toll);
        scene.examine(&mut toll);
        // As whoever owns the folder now: its limits are gone.
        scene.finish_with(&[], &mut toll);
    }
    toll
}

/// As few descriptors as POSIX grants at least, and fewer: there it says so.
pub fn descriptors(extent: Extent) -> Toll {
    let mut toll = goes_on_under(["--nofile=32".to_owned()]);
    for limit in (4..32).step_by(extent.times(9, 1)) {
        let scene = Scene::new(Job::Library);
        let finished = limited(&scene, &format!("--nofile={limit}"));
        toll.tried += 1;
        if limit >= 8 {
            scene.ended_clearly(&finished, &mut toll);
        }
        scene.examine(&mut toll);
        scene.finish_with(&[], &mut toll);
    }
    toll
}
