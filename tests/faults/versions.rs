//! Another version of the program, at work in the same folder.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::common::{Finished, repository};
use crate::scene::{Job, Scene};
use crate::{Extent, Toll};

/// An earlier commit that scores and files by the same rules: of one with others the stores
/// cannot be alike.
const OTHER: &str = "eb6a265";

/// Builds the other version; why it cannot be.
fn build() -> Result<PathBuf, String> {
    let place = format!("target/version-{OTHER}");
    let folder = repository().join(&place);
    let binary = folder.join("target/debug/run_batt");
    if binary.exists() {
        return Ok(binary);
    }
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let script = format!("git archive {OTHER} | tar -x -C {place}");
    let unpacked = Finished::of(
        Command::new("bash")
            .args(["-o", "pipefail", "-c", &script])
            .current_dir(repository()),
    );
    if unpacked.code != Some(0) {
        return Err(format!("commit {OTHER} is not there"));
    }
    let built = Finished::of(
        Command::new("cargo")
            .args(["build", "--locked", "--quiet", "--target-dir", "target"])
            .current_dir(&folder),
    );
    match built.code {
        Some(0) => Ok(binary),
        _ => Err(built.stderr),
    }
}

/// Both versions run the same tasks in the same folder at once.
pub fn two_at_once(extent: Extent) -> Toll {
    if extent == Extent::Bounded {
        return Toll::skipped("takes a build; FAULTS=full does it");
    }
    let other = match build() {
        Ok(other) => other,
        Err(why) => return Toll::skipped(why),
    };
    let mut toll = Toll::default();
    for _ in 0..10 {
        for job in [Job::Library, Job::Card] {
            let scene = Scene::new(job);
            let mut children = Vec::new();
            for _ in 0..2 {
                children.push(scene.start(&[]));
                let mut command = Command::new(&other);
                command
                    .args(scene.arguments(&[]))
                    .current_dir(scene.workplace.path("."))
                    .env("EXPECT_GPU", "0")
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped());
                children.push(command.spawn().expect("the other binary starts"));
            }
            for child in children {
                let finished: Finished = child.wait_with_output().expect("a child").into();
                scene.ended_clearly(&finished, &mut toll);
            }
            toll.tried += 2;
            scene.compare(&mut toll);
            scene.examine(&mut toll);
        }
    }
    toll
}
