//! Disks that are full, and folders that change under a running instance.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use rand::RngExt;

use crate::common::Finished;
use crate::scene::{Job, Scene, as_somebody, binary_for_everybody, is_before_the_store};
use crate::{Extent, Toll};

/// A file may not grow beyond a size: a write fails in the middle of a line.
pub fn small_files(extent: Extent) -> Toll {
    let mut toll = Toll::default();
    for _ in 0..extent.times(5, 40) {
        let scene = Scene::new(Job::Library);
        let size = rand::rng().random_range(100..16_000);
        let mut command = Command::new("prlimit");
        command
            .arg(format!("--fsize={size}"))
            .arg(env!("CARGO_BIN_EXE_run_batt"))
            .args(scene.arguments(&[]))
            .current_dir(scene.workplace.path("."))
            .env("EXPECT_GPU", "0");
        let finished = Finished::of(&mut command);
        toll.tried += 1;
        scene.ended_clearly(&finished, &mut toll);
        scene.examine(&mut toll);
        scene.resume(&mut toll);
    }
    toll
}

/// A small disk, which is full at some moment, and larger then.
pub fn full_disk(extent: Extent) -> Toll {
    let mut toll = Toll::default();
    for _ in 0..extent.times(3, 20) {
        let scene = Scene::new(Job::Library);
        let kilobytes = rand::rng().random_range(60..1000);
        let disk = scene.workplace.path("disk");
        std::fs::create_dir(&disk).expect("a folder");
        // A mount of its own, which goes with the shell; what is on it is
        // copied out.
        let script = r#"
            mount -t tmpfs -o "size=$1k" disk "$2" || exit 99
            shift; disk=$1; shift
            cd "$disk"
            "$@"; code=$?
            mount -o remount,size=64m "$disk"
            cp -a "$disk"/. "$disk/.."
            exit "$code""#;
        let mut command = Command::new("unshare");
        command
            .args(["--map-root-user", "--mount", "sh", "-c", script, "sh"])
            .arg(kilobytes.to_string())
            .arg(&disk)
            .arg(env!("CARGO_BIN_EXE_run_batt"))
            .args(scene.arguments(&[]))
            .env("EXPECT_GPU", "0");
        let finished = Finished::of(&mut command);
        if finished.stderr.contains("unshare") || finished.code == Some(99) {
            return Toll::skipped("no mounts are allowed");
        }
        toll.tried += 1;
        scene.ended_clearly(&finished, &mut toll);
        scene.examine(&mut toll);
        scene.resume(&mut toll);
    }
    toll
}

/// A run as somebody whom permissions bind.
fn start_bound(scene: &Scene) -> Child {
    let mut command = Command::new(binary_for_everybody(&scene.workplace));
    command
        .args(scene.arguments(&[]))
        .current_dir(scene.workplace.path("."))
        .env("EXPECT_GPU", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    as_somebody(&mut command, &scene.workplace);
    command.spawn().expect("the binary starts")
}

/// A folder of the store becomes read-only in the middle.
pub fn read_only(extent: Extent) -> Toll {
    let mut toll = Toll::default();
    for _ in 0..extent.times(2, 12) {
        for folder in ["solver_md5", "differ_dir", "logs"] {
            let scene = Scene::new(Job::Library);
            let mut child = start_bound(&scene);
            let bytes = rand::rng().random_range(1..8000);
            scene.wait_for_records(&mut child, bytes);
            let path = scene.workplace.path(folder);
            let _ = set_permissions(&path, Permissions::from_mode(0o555));
            let finished: Finished = child.wait_with_output().expect("a child").into();
            toll.tried += 1;
            scene.ended_clearly(&finished, &mut toll);
            scene.examine(&mut toll);
            let _ = set_permissions(&path, Permissions::from_mode(0o777));
            scene.resume(&mut toll);
        }
    }
    toll
}

/// A folder of the store or the logs is removed in the middle: it is made
/// again, and what is run afterwards is all there.
pub fn removed(extent: Extent) -> Toll {
    let mut toll = Toll::default();
    for _ in 0..extent.times(2, 12) {
        for folder in ["solver_md5", "solver_dir", "differ_dir", "logs"] {
            let scene = Scene::new(Job::Library);
            let mut child = scene.start(&[]);
            let bytes = rand::rng().random_range(1..8000);
            scene.wait_for_records(&mut child, bytes);
            let _ = std::fs::remove_dir_all(scene.workplace.path(folder));
            let finished: Finished = child.wait_with_output().expect("a child").into();
            toll.tried += 1;
            scene.ended_clearly(&finished, &mut toll);
            // What somebody has removed is gone; links to it may lead nowhere.
            let fixed = scene.workplace.run(&["doctor", "--fix"]);
            if fixed.code != Some(0) && !is_before_the_store(&fixed) {
                toll.corrupt += 1;
                toll.seen.push(format!("doctor --fix: {fixed:?}"));
            }
            scene.finish_with(&[], &mut toll);
        }
    }
    toll
}
