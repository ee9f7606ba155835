//! What several test files need.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

#[path = "../../crates/arc_programs/tests/common/mod.rs"]
mod core;
pub mod preload;
mod store_contents;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[allow(unused_imports, reason = "each test file uses a part")]
pub use self::core::{fixture, programs, records, repository, shared, vectors};
#[allow(unused_imports, reason = "each test file uses a part")]
pub use self::store_contents::contents;
use serde_json::Value;
use tempfile::TempDir;

/// The tasks, solvers and differs of a workplace, where most tests put them.
pub const OWN_FILES: [&str; 6] = [
    "--tasks",
    "tasks",
    "--solvers",
    "solvers.py",
    "--differs",
    "differs.py",
];

/// Tasks, each of which keeps its own solver busy for so many steps.
pub struct SlowTasks<'a> {
    /// How many, named by numbers of eight digits from 0 on.
    pub count: usize,
    pub steps: u64,
    /// What each is.
    pub task: &'a str,
    /// What the last lines of a solver say; `x3` is `False`, and took the steps.
    pub end: &'a str,
}

/// A folder of its own, in which the binary runs as a user would run it.
pub struct Workplace {
    folder: TempDir,
    /// For what instances share, so that a test waits for no other.
    temporary: TempDir,
    /// A library that is loaded before the system's.
    library: Option<PathBuf>,
}

thread_local! {
    static LIBRARY: RefCell<Option<PathBuf>> = const { RefCell::new(None) };
}

/// Does something in which all commands of workplaces load a library before the system's.
pub fn preloaded<T>(library: &Path, work: impl FnOnce() -> T) -> T {
    LIBRARY.set(Some(library.to_owned()));
    let done = work();
    LIBRARY.set(None);
    done
}

impl Workplace {
    /// One with slow tasks and their solvers, and a differ, in [`OWN_FILES`].
    pub fn of_slow_tasks(slow: &SlowTasks<'_>) -> Self {
        let SlowTasks {
            count,
            steps,
            task,
            end,
        } = slow;
        let workplace = Self::new();
        let solver = |number| {
            format!(
                "def solve_{number:08x}(S, I, C):\n    x1 = power(increment, {steps})\n    x2 = x1(size(I))\n    x3 = equality(x2, ZERO)\n{end}\n"
            )
        };
        for number in 0..*count {
            workplace.write(&format!("tasks/{number:08x}.json"), task);
        }
        workplace.write("solvers.py", (0..*count).map(solver).collect::<String>());
        workplace.write(
            "differs.py",
            "def differ_none(S, I, C):\n    return astuple(ZERO, I)\n",
        );
        workplace
    }

    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            temporary: tempfile::tempdir().expect("a temporary folder"),
            library: LIBRARY.with_borrow(Clone::clone),
        }
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file, and the folders around it.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        std::fs::write(&path, content).expect("a file");
        path
    }

    /// Writes a file that may be run.
    pub fn script(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let written = self.write(&format!("{path}.written"), content);
        let script = self.executable(path, &written);
        std::fs::remove_file(written).expect("the file that was written");
        script
    }

    /// Copies a file that everybody may run.
    ///
    /// A process of its own does it: what this one has open for writing is open for a moment
    /// in each child that another test begins, and nothing may run a file until then.
    pub fn executable(&self, path: &str, from: impl AsRef<Path>) -> PathBuf {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        let mut copying = Command::new("install");
        copying.args(["-m", "755"]).arg(from.as_ref()).arg(&path);
        let finished = Finished::of(&mut copying);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        path
    }

    pub fn read(&self, path: &str) -> String {
        let path = self.path(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The records of a file of JSON lines.
    pub fn records(&self, path: &str) -> Vec<Value> {
        records(&self.path(path))
    }

    /// The names in a folder, sorted; none where it is missing.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.path(folder)) else {
            return Vec::new();
        };
        let name = |entry: std::io::Result<std::fs::DirEntry>| {
            let name = entry.expect("an entry").file_name();
            name.into_string().expect("a name in UTF-8")
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    /// The binary with arguments, without a GPU, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.command_of(Path::new(env!("CARGO_BIN_EXE_run_batt")));
        command.args(arguments);
        command
    }

    /// `run_card.sh` with arguments and the binary on the path, not started yet. It
    /// minds SIGINT, also where the tests are run in the background and do not.
    pub fn run_card(&self, arguments: &[&str]) -> Command {
        self.run_card_with("--default-signal=INT", arguments)
    }

    /// The same, as a script that has put it in the background starts it: a shell
    /// cannot unignore SIGINT.
    pub fn run_card_in_background(&self, arguments: &[&str]) -> Command {
        self.run_card_with("--ignore-signal=INT", arguments)
    }

    fn run_card_with(&self, signals: &str, arguments: &[&str]) -> Command {
        let mut command = self.command_of(Path::new("env"));
        command
            .arg(signals)
            .arg(repository().join("run_card.sh"))
            .args(arguments)
            .env("PATH", path_with_binary());
        command
    }

    fn command_of(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env("TMPDIR", self.temporary.path())
            .env("EXPECT_GPU", "0");
        if let Some(library) = &self.library {
            command.env("LD_PRELOAD", library);
        }
        command
    }

    /// Runs the binary with arguments.
    pub fn run(&self, arguments: &[&str]) -> Finished {
        Finished::of(&mut self.command(arguments))
    }

    /// Runs the binary with arguments, a file being its standard input.
    pub fn run_fed(&self, arguments: &[&str], file: &str) -> Finished {
        let input = std::fs::File::open(self.path(file)).expect("a file");
        Finished::of(self.command(arguments).stdin(input))
    }
}

/// What came of running a command.
#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the command starts");
        output.into()
    }

    /// What was told on standard error, but for the line at the start of a run.
    pub fn notices(&self) -> &str {
        match self.stderr.split_once('\n') {
            Some((start, notices)) if start.ends_with(" workers") => notices,
            _ => &self.stderr,
        }
    }
}

impl From<Output> for Finished {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

/// Shows a person something, whether a test fails or not.
#[allow(clippy::print_stdout, reason = "that is what it is for")]
pub fn show(text: &str) {
    println!("{text}");
}

/// Sends a signal, `TERM` or the like, to a process.
pub fn send(signal: &str, process: u32) {
    let sent = Command::new("kill")
        .args(["-s", signal, &process.to_string()])
        .status();
    assert!(sent.expect("kill starts").success());
}

/// A task of one sample, as JSON.
pub const SMALL_TASK: &str = r#"{"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[3]], "output": [[4]]}]}"#;

/// The search path, the binary's folder first.
pub fn path_with_binary() -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_run_batt"));
    let folder = binary.parent().expect("the binary is in a folder");
    let path = std::env::var("PATH").expect("a search path");
    format!("{}:{path}", folder.display())
}
