//! A command that is run for each task that is solved for the first time.
//!
//! It is a program's path, or its name on `$PATH`: no shell reads it, so that there is
//! nothing to quote; who wants options writes a script. It gets the task's name and the
//! solver's path as its arguments, and as `SOLVED_TASK` and `SOLVED_PROGRAM` in its
//! environment (`RUN_BATT_…` are settings of `run_batt`, which it may want to run).
//! Standard input is empty; what it writes goes to standard error.
//!
//! It is run at most once a task in a search, however often that is killed and gone on
//! with: what is solved for the first time is decided under the task's lock where a program
//! is filed, and the journal remembers the tasks of the rounds that are done. A kill between
//! filing and starting it, or while it waits for its turn, loses it: the task is solved
//! then, and `run_batt stats` names it.
//!
//! Nobody waits for it: a few run at a time, the others have their turn when one has
//! ended. That one fails is a notice.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use arc_programs::task::TaskName;

/// The most that run at a time.
const AT_ONCE: usize = 4;

/// The command, and those of it that run or wait for their turn.
#[derive(Debug)]
pub struct OnSolved {
    program: PathBuf,
    waiting: VecDeque<(TaskName, PathBuf)>,
    running: Vec<(TaskName, Child)>,
}

/// Error for a command that cannot be run.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}; it is one program that gets the task and its solver as arguments, so options need a script", command.display())]
pub struct NoCommand {
    command: PathBuf,
    problem: &'static str,
}

impl OnSolved {
    /// The command of this path, or of this name in one of the folders.
    ///
    /// # Errors
    /// [`NoCommand`] where there is no program that may be run.
    pub fn new<'a>(
        command: &Path,
        folders: impl IntoIterator<Item = &'a Path>,
    ) -> Result<Self, NoCommand> {
        let has_folder = command.parent().is_some_and(|parent| parent != "");
        let error = |problem| NoCommand {
            command: command.to_owned(),
            problem,
        };
        let program = match has_folder {
            true if !command.exists() => return Err(error("found no such program")),
            true if !is_program(command) => {
                return Err(error("found no program that may be run, check `chmod +x`"));
            }
            // Whatever the folder is that it is started in.
            true => std::path::absolute(command).unwrap_or_else(|_| command.to_owned()),
            false => {
                let mut places = folders.into_iter().map(|folder| folder.join(command));
                let found = places.find(|path| is_program(path));
                found.ok_or_else(|| error("found no program of this name on $PATH"))?
            }
        };
        Ok(Self {
            program,
            waiting: VecDeque::new(),
            running: Vec::new(),
        })
    }

    /// Has it run for a task.
    pub(super) fn add(&mut self, task: TaskName, program: &Path) {
        let program = std::path::absolute(program).unwrap_or_else(|_| program.to_owned());
        self.waiting.push_back((task, program));
    }

    /// Starts what waits, as far as there is room, and yields the failures of what has
    /// ended: a sentence each.
    pub(super) fn look(&mut self) -> Vec<String> {
        let mut failures = Vec::new();
        self.running.retain_mut(|(task, child)| {
            let problem = match child.try_wait() {
                Ok(None) => return true,
                Ok(Some(status)) if status.success() => return false,
                Ok(Some(status)) => status.to_string(),
                Err(error) => error.to_string(),
            };
            failures.push((*task, problem));
            false
        });
        while self.running.len() < AT_ONCE
            && let Some((task, path)) = self.waiting.pop_front()
        {
            match self.start(task, &path) {
                Ok(child) => self.running.push((task, child)),
                Err(error) => failures.push((task, error.to_string())),
            }
        }
        let told = failures.into_iter().map(|(task, problem)| {
            format!(
                "{}, which was run for task {task}, failed: {problem}",
                self.program.display()
            )
        });
        told.collect()
    }

    /// Whether none runs or waits.
    pub(super) fn is_idle(&self) -> bool {
        self.running.is_empty() && self.waiting.is_empty()
    }

    fn start(&self, task: TaskName, path: &Path) -> std::io::Result<Child> {
        let name: &OsStr = task.as_str().as_ref();
        Command::new(&self.program)
            .args([name, path.as_os_str()])
            .env("SOLVED_TASK", name)
            .env("SOLVED_PROGRAM", path)
            .stdin(Stdio::null())
            .stdout(std::io::stderr())
            .spawn()
    }
}

fn is_program(path: &Path) -> bool {
    let metadata = std::fs::metadata(path);
    metadata.is_ok_and(|own| own.is_file() && own.permissions().mode() & 0o111 != 0)
}
