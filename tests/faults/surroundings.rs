//! Logs that are rotated, and clocks that jump.

use std::path::Path;
use std::time::Duration;

use serde_json::Value as Json;

use crate::common::Finished;
use crate::scene::{Job, Scene};
use crate::{Extent, Toll};

/// All logs are renamed every few milliseconds, while four instances write.
pub fn rotated_logs(extent: Extent) -> Toll {
    let mut toll = Toll::default();
    for _ in 0..extent.times(1, 6) {
        let scene = Scene::new(Job::Library);
        let mut children: Vec<_> = (0..4).map(|_| scene.start(&[])).collect();
        let logs = scene.workplace.path("logs");
        let mut rotation = 0;
        while children
            .iter_mut()
            .any(|child| child.try_wait().expect("a child").is_none())
        {
            rotation += 1;
            for name in [
                "inlining_telemetry.jsonl",
                "run_batt_timing_stats.jsonl",
                "run_batt.log",
            ] {
                // Not there yet, or not there again.
                let _ = std::fs::rename(logs.join(name), logs.join(format!("{name}.{rotation}")));
            }
            toll.tried += 1;
            std::thread::sleep(Duration::from_millis(5));
        }
        for child in children {
            let finished: Finished = child.wait_with_output().expect("a child").into();
            scene.ended_clearly(&finished, &mut toll);
        }
        let mut ended = 0;
        for name in scene.workplace.names("logs") {
            let text = scene.workplace.read(&format!("logs/{name}"));
            if !name.contains(".jsonl") {
                continue;
            }
            for line in text.split_inclusive('\n') {
                match serde_json::from_str::<Json>(line) {
                    Ok(record) if line.ends_with('\n') => {
                        ended += usize::from(record["success"] == true);
                    }
                    _ => {
                        toll.corrupt += 1;
                        toll.seen.push(format!("{name}: {line}"));
                    }
                }
            }
        }
        if ended != 4 * 27 {
            toll.lost += 1;
            toll.seen.push(format!("{ended} of {} records", 4 * 27));
        }
        scene.compare(&mut toll);
        // Whoever resumes reads the rotated logs too.
        let resumed = scene.run(&["--resume"]);
        if !resumed.stdout.contains("tasks     0 run") {
            toll.lost += 1;
            toll.seen.push(format!("{resumed:?}"));
        }
    }
    toll
}

/// The clock jumps back by years in the middle, and stands still.
pub fn clock_jumps_back(extent: Extent) -> Toll {
    let libraries = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
        .map(|machine| format!("/usr/lib/{machine}/faketime/libfaketimeMT.so.1"));
    let Some(library) = libraries.iter().find(|path| Path::new(path).exists()) else {
        return Toll::skipped("libfaketime is not installed (package faketime)");
    };
    let mut toll = Toll::default();
    let times = extent.times(2, 12);
    for _ in 0..10 * times {
        if toll.tried == times {
            break;
        }
        let scene = Scene::new(Job::Library);
        let time = scene.workplace.write("time", "@2026-11-23 12:00:00");
        let mut command = scene.command(&[]);
        command
            .env("LD_PRELOAD", library)
            .env("FAKETIME_TIMESTAMP_FILE", &time)
            .env("FAKETIME_NO_CACHE", "1");
        let mut child = command.spawn().expect("the binary starts");
        scene.wait_for_records(&mut child, 1500);
        std::fs::write(&time, "2019-12-31 23:59:59").expect("a file");
        let finished: Finished = child.wait_with_output().expect("a child").into();
        scene.ended_clearly(&finished, &mut toll);
        scene.compare(&mut toll);
        scene.examine(&mut toll);
        let years: Vec<bool> = scene
            .workplace
            .records("logs/run_batt_timing_stats.jsonl")
            .iter()
            .filter_map(|record| Some(record["timestamp"].as_str()?.starts_with("2019")))
            .collect();
        // Unless the run was quicker.
        let is_in_the_middle = years.contains(&true) && years.contains(&false);
        toll.tried += usize::from(is_in_the_middle);
    }
    if toll.tried == 0 {
        toll.wrong += 1;
        toll.seen
            .push("the clock never jumped in the middle".to_owned());
    }
    toll
}
