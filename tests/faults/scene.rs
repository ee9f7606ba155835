//! Where a fault happens: a folder, what a run does there, and what it should
//! come to.

use std::collections::{BTreeMap, HashSet};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use arc_programs::program::{InlineBudget, parse_module};
use rand::RngExt;
use serde_json::Value as Json;

use crate::Toll;
use crate::common::{Finished, Workplace, fixture};

/// A store: its programs and links by path, and what each holds.
pub type Contents = BTreeMap<String, String>;

/// A place where runs of the fixtures are disturbed.
pub struct Scene {
    pub workplace: Workplace,
    arguments: Vec<String>,
    expected: &'static Contents,
    /// How long a run without faults takes.
    pub time: Duration,
}

/// What is run: each task's own programs, or a card for all.
#[derive(Clone, Copy)]
pub enum Job {
    Library,
    Card,
}

impl Scene {
    pub fn new(job: Job) -> Self {
        static NOTHING: Contents = Contents::new();
        static EXPECTED: [OnceLock<(Contents, Duration)>; 2] = [OnceLock::new(), OnceLock::new()];
        let (arguments, place) = match job {
            Job::Library => (vec!["--quiet".to_owned()], 0),
            Job::Card => {
                let card = fixture("cards/small.json").display().to_string();
                (vec!["--quiet".to_owned(), "--card".to_owned(), card], 1)
            }
        };
        let mut scene = Self {
            workplace: Workplace::new(),
            arguments,
            expected: &NOTHING,
            time: Duration::ZERO,
        };
        let (expected, time) = EXPECTED[place].get_or_init(|| {
            let whole = Self {
                workplace: Workplace::new(),
                arguments: scene.arguments.clone(),
                ..scene
            };
            let begun = Instant::now();
            let finished = whole.run(&[]);
            assert_eq!(finished.code, Some(0), "{finished:?}");
            (whole.contents(), begun.elapsed())
        });
        (scene.expected, scene.time) = (expected, *time);
        scene
    }

    /// The arguments of a run, and more.
    pub fn arguments(&self, more: &[&str]) -> Vec<String> {
        let more = more.iter().map(|&argument| argument.to_owned());
        self.arguments.iter().cloned().chain(more).collect()
    }

    pub fn command(&self, more: &[&str]) -> Command {
        let mut command = self.workplace.command(&[]);
        command
            .args(self.arguments(more))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, more: &[&str]) -> Finished {
        Finished::of(&mut self.command(more))
    }

    pub fn start(&self, more: &[&str]) -> Child {
        self.command(more).spawn().expect("the binary starts")
    }

    /// What the store holds.
    pub fn contents(&self) -> Contents {
        let root = self.workplace.path(".");
        let mut contents = Contents::new();
        for folder in ["solver_md5", "differ_md5", "solver_dir", "differ_dir"] {
            for entry in walkdir::WalkDir::new(root.join(folder)) {
                let Ok(entry) = entry else { continue };
                let name = entry.file_name().to_string_lossy();
                if entry.file_type().is_dir() || name.starts_with('.') || name.ends_with(".damaged")
                {
                    continue;
                }
                let path = entry.path().strip_prefix(&root).expect("below");
                let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
                contents.insert(path.display().to_string(), meaning(&text));
            }
        }
        contents
    }

    /// Kills a process at any moment of a run; whether it was still there.
    pub fn kill(&self, child: &mut Child) -> bool {
        std::thread::sleep(self.time.mul_f64(rand::rng().random()));
        let is_there = child.try_wait().expect("a child").is_none();
        child.kill().expect("a process");
        child.wait().expect("a child");
        is_there
    }

    /// Kills a process while it rotates its timing records, or shortly after; whether
    /// it was still there.
    pub fn kill_in_rotation(&self, child: &mut Child) -> bool {
        // So that it is not always the first rotation.
        std::thread::sleep(self.time.mul_f64(0.8 * rand::rng().random::<f64>()));
        let copy = self
            .workplace
            .path("logs/.unfinished-run_batt_timing_stats.jsonl");
        let mut is_there = true;
        while is_there && !copy.exists() {
            is_there = child.try_wait().expect("a child").is_none();
        }
        let begun = Instant::now();
        let patience = Duration::from_micros(rand::rng().random_range(0..200));
        while begun.elapsed() < patience {
            std::hint::spin_loop();
        }
        child.kill().expect("a process");
        child.wait().expect("a child");
        is_there
    }

    /// Waits until the logs have so many bytes of timing records, or the
    /// process has ended.
    pub fn wait_for_records(&self, child: &mut Child, bytes: u64) {
        let timing = self.workplace.path("logs/run_batt_timing_stats.jsonl");
        let begun = Instant::now();
        while !std::fs::metadata(&timing).is_ok_and(|file| file.len() >= bytes)
            && child.try_wait().expect("a child").is_none()
            && begun.elapsed() < Duration::from_secs(60)
        {
            std::thread::sleep(Duration::from_micros(500));
        }
    }

    /// Adds to the toll what is damaged, and what the logs call finished and
    /// the store lacks.
    pub fn examine(&self, toll: &mut Toll) {
        self.look_for_damage(toll);
        let contents = self.contents();
        for task in self.finished_tasks() {
            let is_of_task = |path: &&String| path.contains(&format!("solve_{task}/"));
            for path in self.expected.keys().filter(is_of_task) {
                if !contents.contains_key(path) {
                    toll.lost += 1;
                    toll.seen.push(format!("{task} is finished without {path}"));
                }
            }
        }
    }

    /// Adds to the toll what is damaged.
    pub fn look_for_damage(&self, toll: &mut Toll) {
        let finished = self.workplace.run(&["doctor", "--format", "json"]);
        let text = match is_before_the_store(&finished) {
            true => r#"{"findings": []}"#,
            false => &finished.stdout,
        };
        let Ok(diagnosis) = serde_json::from_str::<Json>(text) else {
            toll.corrupt += 1;
            toll.seen.push(format!("doctor: {finished:?}"));
            return;
        };
        let left_by_kills = [
            "unfinished_file",
            "unfinished_rotation",
            "unfinished_task",
            "record_of_unfinished_task",
            "abandoned_claim",
            "abandoned_status",
        ];
        for finding in diagnosis["findings"].as_array().expect("findings") {
            if !left_by_kills.iter().any(|kind| finding["kind"] == *kind) {
                toll.corrupt += 1;
                toll.seen.push(finding.to_string());
            }
        }
    }

    /// The tasks that the logs call finished, in the order of their ends.
    pub fn finished_tasks(&self) -> Vec<String> {
        let lines = self.lines_of("run_batt_timing_stats.jsonl");
        let records = lines
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok());
        let ended = records.filter(|record: &Json| record["success"] == true);
        ended
            .map(|record| record["task_id"].as_str().expect("an ID").to_owned())
            .collect()
    }

    /// The lines of a log, rotated ones too, each once: a kill in the middle of a
    /// rotation leaves some twice.
    pub fn lines_of(&self, name: &str) -> Vec<String> {
        let mut names = self.workplace.names("logs");
        // The one that is appended to is the last.
        names.retain(|own| own.starts_with(name));
        names.sort_by_key(|own| (own == name, own.clone()));
        let mut seen = HashSet::new();
        let mut lines = Vec::new();
        for name in names {
            let text = self.workplace.read(&format!("logs/{name}"));
            for line in text.split_inclusive('\n') {
                if seen.insert(line.to_owned()) {
                    lines.push(line.to_owned());
                }
            }
        }
        lines
    }

    /// Finishes what is left, and adds to the toll what differs from a run
    /// without faults.
    pub fn resume(&self, toll: &mut Toll) {
        self.finish_with(&["--resume"], toll);
    }

    /// The same with other arguments.
    pub fn finish_with(&self, arguments: &[&str], toll: &mut Toll) {
        let finished = self.run(arguments);
        if finished.code != Some(0) {
            toll.lost += 1;
            toll.seen.push(format!("{arguments:?}: {finished:?}"));
        }
        self.compare(toll);
        self.examine(toll);
    }

    /// Adds to the toll what differs from a run without faults.
    pub fn compare(&self, toll: &mut Toll) {
        let contents = self.contents();
        for (path, text) in self.expected {
            match contents.get(path) {
                None => {
                    toll.lost += 1;
                    toll.seen.push(format!("lost: {path}"));
                }
                Some(found) if found != text => {
                    toll.wrong += 1;
                    toll.seen.push(format!("wrong: {path}: {found}"));
                }
                Some(_) => {}
            }
        }
        for path in contents
            .keys()
            .filter(|path| !self.expected.contains_key(*path))
        {
            toll.wrong += 1;
            toll.seen.push(format!("not expected: {path}"));
        }
    }

    /// Adds to the toll a run that did neither succeed nor say in a line why it
    /// failed.
    pub fn ended_clearly(&self, finished: &Finished, toll: &mut Toll) {
        let is_clear = match finished.code {
            Some(0) => true,
            Some(1) => {
                let lines: Vec<&str> = finished.stderr.lines().collect();
                lines
                    .last()
                    .is_some_and(|line| line.starts_with("run_batt: error: "))
            }
            _ => false,
        };
        if !is_clear {
            toll.wrong += 1;
            toll.seen.push(format!("no clear end: {finished:?}"));
        }
    }
}

/// The identity of a file's program, whatever its comments and the names of its
/// lines; the text of a file that has none.
fn meaning(text: &str) -> String {
    match parse_module(text).only_program() {
        Ok(program) => program.inline(InlineBudget::DEFAULT).identity.to_string(),
        Err(_) => text.to_owned(),
    }
}

/// Runs a command as a user who is not root, whom no permission binds and no
/// limit.
pub fn as_somebody(command: &mut Command, workplace: &Workplace) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    if is_root {
        let open = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(workplace.path("."), open).expect("permissions");
        command
            .uid(65_534)
            .gid(65_534)
            .env("TMPDIR", workplace.path("."));
    }
}

/// The binary where everybody may run it.
pub fn binary_for_everybody(workplace: &Workplace) -> std::path::PathBuf {
    workplace.executable("binary", env!("CARGO_BIN_EXE_run_batt"))
}

/// Whether what looks at a store has found none, for nothing has got so far yet.
pub fn is_before_the_store(finished: &Finished) -> bool {
    finished.code == Some(1) && finished.stderr.contains("found no store")
}
