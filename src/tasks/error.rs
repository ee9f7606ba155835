//! Why tasks could not be had.

use std::path::{Path, PathBuf};

use super::Split;
use crate::file_kind::{FileKind, WrongKind};
use crate::refusal::remedy;
use crate::text_file::TextFileError;
use arc_programs::did_you_mean;
use arc_programs::json_error::JsonError;
use arc_programs::task::TaskName;

/// Error of tasks that could not be had: a file or folder, and what is wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// The file's text could not be read.
    #[error(transparent)]
    Text(#[from] TextFileError),
    /// The folder could not be listed.
    #[error(
        "{}: cannot be listed: {reason}; {}",
        path.display(),
        remedy(reason, "check the path and its permissions")
    )]
    Unlistable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// Not JSON, or not of the shape that its layout asks for.
    #[error("{}: {error}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where in it, and what is wrong there.
        error: JsonError,
    },
    /// The file's name or the layout around it is wrong.
    #[error("{}: {problem}", path.display())]
    Layout {
        /// The file or folder.
        path: PathBuf,
        /// What was found, what was expected, and what to do.
        problem: String,
    },
    /// Something else than tasks.
    #[error(transparent)]
    WrongKind(#[from] WrongKind),
    /// There is no task in the part of the data that was asked for.
    #[error("{}: found no tasks in this part of the data", path.display())]
    EmptyPart {
        /// The file or folder.
        path: PathBuf,
    },
    /// There is no task.
    #[error(
        "{}: found no tasks here, expected <task>.json files or a bundle of tasks{}{}",
        path.display(),
        but_for(no_task.as_deref()),
        did_you_mean::question(within.as_ref().map(|within| within.display()))
    )]
    Empty {
        /// The file or folder.
        path: PathBuf,
        /// A folder in it that has tasks.
        within: Option<PathBuf>,
        /// A JSON file in it that holds none.
        no_task: Option<PathBuf>,
    },
    /// Two files have the same task and differ about it.
    #[error(
        "task {task} is in two files that differ about it, {} and {}; give one of them by its path, or move one away",
        first.display(),
        second.display()
    )]
    Twice {
        /// The task.
        task: Box<TaskName>,
        /// The file that was found first.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// The names of two tasks are one to the file system.
    #[error(
        "tasks {} and {}: their names differ in case alone, which the file system of {} does not tell apart; rename one, or take an --out where it does",
        names[0],
        names[1],
        out.display()
    )]
    Alike {
        /// A task that was asked for, and another of the data.
        names: Box<[TaskName; 2]>,
        /// Where both would be filed.
        out: PathBuf,
    },
    /// As many tasks are to be passed over as there are, or more.
    #[error("passing over so many tasks ({start}) leaves none: {}", there_are(*tasks))]
    NoneLeft {
        /// How many are passed over.
        start: usize,
        /// How many there are.
        tasks: usize,
    },
    /// A task was asked for that the source does not have.
    #[error(
        "unknown task `{asked}`: none of the {known} tasks of {} has this name{}",
        source_name,
        did_you_mean::question(nearest.as_ref())
    )]
    Unknown {
        /// What was asked for.
        asked: String,
        /// The known name that was most likely meant.
        nearest: Option<String>,
        /// How many there are.
        known: usize,
        /// Where they come from.
        source_name: String,
        /// Which part of them was looked at.
        split: Split,
    },
}

/// The end of a sentence on a folder in which a file was looked at.
fn but_for(no_task: Option<&Path>) -> String {
    match no_task {
        None => String::new(),
        Some(path) => format!("; {} holds none", path.display()),
    }
}

fn there_are(tasks: usize) -> String {
    match tasks {
        1 => "there is one".to_owned(),
        tasks => format!("there are {tasks}"),
    }
}

impl TaskError {
    /// What is at a path is something else.
    pub(super) fn wrong_kind(path: &Path, found: FileKind) -> Self {
        Self::WrongKind(WrongKind {
            path: path.to_owned(),
            found,
            expected: "ARC tasks",
        })
    }

    pub(super) fn layout(path: &Path, problem: impl Into<String>) -> Self {
        Self::Layout {
            path: path.to_owned(),
            problem: problem.into(),
        }
    }

    /// For [`Result::map_err`]: what is wrong with a file's JSON.
    pub(super) fn in_file(path: &Path) -> impl FnOnce(JsonError) -> Self {
        |error| Self::Malformed {
            path: path.to_owned(),
            error,
        }
    }
}
