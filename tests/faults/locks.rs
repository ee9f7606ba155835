//! Locks that are not there, and locks that say yes to all: the rows with many instances
//! once more, with a library loaded before the system's that answers in its place.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use crate::common::{Finished, OWN_FILES, SlowTasks, Workplace, preload, preloaded};
use crate::crowds;
use crate::kills;
use crate::scene::{Job, Scene};
use crate::{Extent, Toll};

/// What `flock` answers.
#[derive(Clone, Copy)]
enum Answer {
    /// That there is no such thing.
    NotThere,
    /// That it was had, whoever has it.
    Yes,
}

impl Answer {
    fn body(self) -> &'static str {
        match self {
            Self::NotThere => "errno = ENOSYS; return -1;",
            Self::Yes => "return 0;",
        }
    }

    /// The library, or why there is none.
    fn library(self) -> Result<PathBuf, String> {
        static BUILT: [OnceLock<Result<PathBuf, String>>; 2] = [OnceLock::new(), OnceLock::new()];
        BUILT[self as usize].get_or_init(|| self.build()).clone()
    }

    fn build(self) -> Result<PathBuf, String> {
        preload::library(&format!(
            "#include <errno.h>\nint flock(int file, int operation) {{ {} }}\n",
            self.body()
        ))
    }
}

/// A fault where `flock` answers so.
fn with(answer: Answer, extent: Extent, fault: fn(Extent) -> Toll) -> Toll {
    match answer.library() {
        Ok(library) => preloaded(&library, || fault(extent)),
        Err(why) => Toll::skipped(why),
    }
}

pub fn none_on_the_same_tasks(extent: Extent) -> Toll {
    with(Answer::NotThere, extent, crowds::on_the_same_tasks)
}

pub fn false_on_the_same_tasks(extent: Extent) -> Toll {
    with(Answer::Yes, extent, crowds::on_the_same_tasks)
}

pub fn none_dividing_tasks(extent: Extent) -> Toll {
    with(Answer::NotThere, extent, crowds::dividing_tasks)
}

pub fn false_dividing_tasks(extent: Extent) -> Toll {
    with(Answer::Yes, extent, crowds::dividing_tasks)
}

pub fn none_searching(extent: Extent) -> Toll {
    with(Answer::NotThere, extent, crowds::searching_one_store)
}

pub fn false_searching(extent: Extent) -> Toll {
    with(Answer::Yes, extent, crowds::searching_one_store)
}

pub fn none_killed(extent: Extent) -> Toll {
    with(Answer::NotThere, extent, kills::one_of_several)
}

pub fn false_killed(extent: Extent) -> Toll {
    with(Answer::Yes, extent, kills::one_of_several)
}

pub fn none_refused(extent: Extent) -> Toll {
    with(Answer::NotThere, extent, refused)
}

pub fn false_refused(extent: Extent) -> Toll {
    with(Answer::Yes, extent, refused)
}

pub fn false_slower_than_lease(extent: Extent) -> Toll {
    with(Answer::Yes, extent, slower_than_its_lease)
}

/// A task that takes longer than a lease of another machine holds stays its holder's while
/// that lives, and no longer.
fn slower_than_its_lease(_extent: Extent) -> Toll {
    let mut toll = Toll {
        tried: 1,
        ..Toll::default()
    };
    let sample = r#"{"input": [[1]], "output": [[2]]}"#;
    let workplace = Workplace::of_slow_tasks(&SlowTasks {
        count: 1,
        steps: 4_000_000,
        task: &format!(
            r#"{{"train": [{}], "test": [{sample}]}}"#,
            vec![sample; 20_000].join(", ")
        ),
        end: "    x4 = branch(x3, ONE, TWO)\n    return canvas(x4, UNITY)\n",
    });
    let start = || {
        let mut command = workplace.command(&OWN_FILES);
        let command = command.args(["--claim", "--quiet"]).stdout(Stdio::null());
        Killed(command.spawn().expect("the binary starts"))
    };
    let begun = || {
        let timing = "logs/run_batt_timing_stats.jsonl";
        workplace.path(timing).exists() && !workplace.read(timing).is_empty()
    };
    let begun_times = || workplace.records("logs/run_batt_timing_stats.jsonl").len();
    let first = start();
    is_so_in_time(&mut toll, "the task is begun", &begun);
    let claims = workplace.names("logs/claims");
    let lease = claims.iter().find(|name| name.ends_with(".1"));
    let lease = workplace.path(&format!("logs/claims/{}", lease.expect("a lease")));
    let age = || {
        let file = File::options().write(true).open(&lease).expect("a lease");
        file.set_modified(SystemTime::UNIX_EPOCH).expect("a time");
    };
    // As another machine sees it: by its age alone.
    std::fs::write(&lease, "held elsewhere 7 9\n").expect("a lease");
    age();
    is_so_in_time(&mut toll, "the lease is renewed", &|| {
        let modified = lease.metadata().expect("a lease").modified();
        modified.expect("a time") > SystemTime::UNIX_EPOCH
    });
    let second = start();
    // Each says how it stands when it has been at work for a second.
    is_so_in_time(&mut toll, "another is at work", &|| {
        workplace.names("logs/instances").len() == 2
    });
    if begun_times() != 1 {
        toll.wrong += 1;
        toll.seen.push("the task was run twice".to_owned());
    }
    drop(first);
    age();
    is_so_in_time(&mut toll, "the other takes over", &|| begun_times() == 2);
    drop(second);
    toll
}

/// A process that is killed when it is dropped.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until something is so, and takes it for wrong that it never is.
fn is_so_in_time(toll: &mut Toll, what: &str, is_so: &dyn Fn() -> bool) {
    for _ in 0..6000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    toll.wrong += 1;
    toll.seen.push(format!("it was not so in a minute: {what}"));
}

/// What must not go on beside others is refused with the reason, and everything else goes
/// on.
fn refused(_extent: Extent) -> Toll {
    let mut toll = Toll::default();
    let scene = Scene::new(Job::Library);
    let mut is_so = |is_so: bool, finished: &dyn std::fmt::Debug| {
        toll.tried += 1;
        if !is_so {
            toll.wrong += 1;
            toll.seen.push(format!("{finished:?}"));
        }
    };
    let reason = |finished: &Finished| {
        finished.stderr.contains("(flock)") && finished.stderr.contains("--alone")
    };
    // A log that is full is not rotated, and that is told.
    let finished = scene.workplace.run(&["--log-size", "1kB"]);
    is_so(
        finished.code == Some(0) && finished.stderr.contains("logs are not rotated"),
        &finished,
    );
    let rotated = |workplace: &Workplace| {
        let names = workplace.names("logs");
        names.iter().filter(|name| name.ends_with("000001")).count()
    };
    is_so(rotated(&scene.workplace) == 0, &"a log was rotated");
    let unlinked = scene.workplace.names("solver_md5").len();
    let search = scene.workplace.run(&[
        "search", "-c", "2", "--draw", "2", "--rounds", "2", "--seed", "1",
    ]);
    let told = "programs that nothing links to are not removed, for ";
    is_so(
        matches!(search.code, Some(0 | 3)) && search.stderr.contains(told),
        &search,
    );
    is_so(
        scene.workplace.names("solver_md5").len() >= unlinked,
        &"a search has swept",
    );
    for refused in [&["tidy"][..], &["doctor", "--fix"]] {
        let finished = scene.workplace.run(refused);
        is_so(finished.code == Some(1) && reason(&finished), &finished);
        let alone = scene.workplace.run(&[refused, &["--alone"]].concat());
        is_so(alone.code == Some(0), &alone);
    }
    let doctor = scene.workplace.run(&["doctor"]);
    is_so(
        doctor.code == Some(0)
            && doctor.stdout.contains("note: ")
            && doctor.stdout.contains("(flock)"),
        &doctor,
    );
    // Merging appends, and loses nothing.
    let lines = |path: &str| -> std::collections::BTreeSet<String> {
        let text = scene.workplace.read(path);
        text.lines().map(str::to_owned).collect()
    };
    for _ in 0..2 {
        let merged = scene.workplace.run(&["merge", "merged", "."]);
        is_so(
            merged.code == Some(0) && merged.stderr.contains("appended and not sorted in"),
            &merged,
        );
        for file in ["run_batt_timing_stats.jsonl", "inlining_telemetry.jsonl"] {
            let (own, other) = (format!("logs/{file}"), format!("merged/logs/{file}"));
            is_so(lines(&own) == lines(&other), &other);
            let number = scene.workplace.read(&other).lines().count();
            is_so(number == lines(&own).len(), &"a line is there twice");
        }
    }
    scene.look_for_damage(&mut toll);
    toll
}
