//! Files that somebody has changed by hand.

use rand::RngExt;
use rand::seq::{IndexedRandom, IteratorRandom};

use crate::scene::{Job, Scene};
use crate::{Extent, Toll};

/// Some bytes changed, cut off, or put in their place.
fn damaged(content: &[u8]) -> Vec<u8> {
    let mut random = rand::rng();
    let place = random.random_range(0..content.len().max(1));
    let mut damaged = content.to_vec();
    match random.random_range(0..4) {
        0 => damaged.truncate(place),
        1 => damaged.clear(),
        2 => damaged = vec![0; content.len()],
        _ => {
            for byte in damaged.iter_mut().skip(place).take(8) {
                *byte = random.random();
            }
        }
    }
    damaged
}

/// Programs of the store are damaged: they are passed over and told, found by
/// the doctor, and found again by the search.
pub fn stored_files(extent: Extent) -> Toll {
    let mut toll = Toll::default();
    for _ in 0..extent.times(3, 20) {
        let scene = Scene::new(Job::Library);
        scene.run(&[]);
        for folder in ["solver_md5", "differ_md5"] {
            let names = scene.workplace.names(folder);
            for name in names.iter().sample(&mut rand::rng(), 4) {
                let path = scene.workplace.path(&format!("{folder}/{name}"));
                let content = std::fs::read(&path).expect("a program");
                std::fs::write(&path, damaged(&content)).expect("a file");
                toll.tried += 1;
            }
        }
        // With the damaged store as what is given: nothing it says is believed.
        let finished = scene.run(&["--solvers", "solver_dir", "--all-stored"]);
        if !matches!(finished.code, Some(0 | 3)) {
            toll.wrong += 1;
            toll.seen.push(format!("{finished:?}"));
        }
        let fixed = scene.workplace.run(&["doctor", "--fix"]);
        if fixed.code != Some(0) {
            toll.corrupt += 1;
            toll.seen.push(format!("{fixed:?}"));
        }
        // What is kept under its own name now is a program all the same.
        scene.workplace.run(&["tidy"]);
        scene.finish_with(&[], &mut toll);
    }
    toll
}

/// Lines of the logs are damaged: who reads them passes over those.
pub fn logs(extent: Extent) -> Toll {
    let mut toll = Toll::default();
    for _ in 0..extent.times(3, 20) {
        let scene = Scene::new(Job::Library);
        scene.run(&[]);
        for name in ["inlining_telemetry.jsonl", "run_batt_timing_stats.jsonl"] {
            let path = scene.workplace.path(&format!("logs/{name}"));
            let content = std::fs::read(&path).expect("records");
            let mut lines: Vec<Vec<u8>> = content
                .split_inclusive(|&byte| byte == b'\n')
                .map(<[u8]>::to_vec)
                .collect();
            let chosen = *(0..lines.len())
                .collect::<Vec<_>>()
                .choose(&mut rand::rng())
                .expect("lines");
            lines[chosen] = damaged(&lines[chosen]);
            std::fs::write(&path, lines.concat()).expect("a file");
            toll.tried += 1;
        }
        for arguments in [&["stats"][..], &["doctor"], &["doctor", "--fix"]] {
            let finished = scene.workplace.run(arguments);
            if !matches!(finished.code, Some(0 | 3)) {
                toll.wrong += 1;
                toll.seen.push(format!("{arguments:?}: {finished:?}"));
            }
        }
        scene.resume(&mut toll);
    }
    toll
}

/// What searches remember is damaged: the same search comes to the same store.
pub fn memories(extent: Extent) -> Toll {
    const STORE: [&str; 4] = ["solver_md5", "differ_md5", "solver_dir", "differ_dir"];
    let mut toll = Toll::default();
    let scene = Scene::new(Job::Library);
    let search = |toll: &mut Toll| {
        // What was tried decides nothing where each argument changes by chance.
        let arguments = ["search", "-c", "4", "--draw", "3", "--mutation", "0.05"];
        let ends = ["--rounds", "3", "--seed", "7", "--quiet"];
        let finished = scene.workplace.run(&[&arguments[..], &ends].concat());
        if !matches!(finished.code, Some(0 | 3)) {
            toll.wrong += 1;
            toll.seen.push(format!("{finished:?}"));
        }
        scene.contents()
    };
    let expected = search(&mut toll);
    for _ in 0..extent.times(4, 40) {
        for folder in ["result_cache", "search_history"] {
            for name in scene.workplace.names(folder) {
                let path = scene.workplace.path(&format!("{folder}/{name}"));
                let content = std::fs::read(&path).expect("a file");
                std::fs::write(&path, damaged(&content)).expect("a file");
                toll.tried += 1;
            }
        }
        for folder in STORE {
            std::fs::remove_dir_all(scene.workplace.path(folder)).expect("removed");
        }
        if search(&mut toll) != expected {
            toll.wrong += 1;
            toll.seen.push("another store".to_owned());
        }
        scene.look_for_damage(&mut toll);
    }
    toll
}
