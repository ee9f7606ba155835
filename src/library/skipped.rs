//! What a library could not use.

use std::io;
use std::path::{Path, PathBuf};

use super::{LibraryError, Role};
use crate::text_file::TextFileError;
use arc_programs::program::SyntaxError;
use arc_programs::task::TaskName;

/// Skipped function, or a whole file: where, and why.
#[derive(Debug)]
pub struct Skipped {
    /// Path of the file.
    pub path: PathBuf,
    /// Reason: what is wrong.
    pub reason: SkippedReason,
}

/// Reason why something is skipped.
#[derive(Debug)]
pub enum SkippedReason {
    /// A function is not a program of this language.
    Syntax(SyntaxError),
    /// The file could not be read.
    Unread(TextFileError),
    /// A folder could not be listed.
    Unlisted(walkdir::Error),
    /// A link leads nowhere.
    DeadLink(io::Error),
    /// A link leads to a folder.
    LinkToFolder,
    /// A path that was given has no program of the role that it was given for.
    WithoutPrograms(Box<LibraryError>),
    /// A file under a task's folder has no program of the role for that task.
    WithoutOwn(Role, TaskName),
}

impl Skipped {
    pub(super) fn syntax(path: &Path, error: SyntaxError) -> Self {
        Self {
            path: path.to_owned(),
            reason: SkippedReason::Syntax(error),
        }
    }

    pub(super) fn unread(path: &Path, error: TextFileError) -> Self {
        Self {
            path: path.to_owned(),
            reason: SkippedReason::Unread(error),
        }
    }

    pub(super) fn dead_link(path: &Path, error: io::Error) -> Self {
        Self {
            path: path.to_owned(),
            reason: SkippedReason::DeadLink(error),
        }
    }

    pub(super) fn link_to_folder(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            reason: SkippedReason::LinkToFolder,
        }
    }

    pub(super) fn without_programs(error: LibraryError) -> Self {
        Self {
            path: error.path().to_owned(),
            reason: SkippedReason::WithoutPrograms(Box::new(error)),
        }
    }

    pub(super) fn without_own(path: &Path, role: Role, task: TaskName) -> Self {
        Self {
            path: path.to_owned(),
            reason: SkippedReason::WithoutOwn(role, task),
        }
    }

    pub(super) fn unreadable(error: walkdir::Error) -> Self {
        Self {
            path: error.path().unwrap_or(Path::new("?")).to_owned(),
            reason: SkippedReason::Unlisted(error),
        }
    }

    /// Kind of the error in one word, for counting.
    pub fn error_type(&self) -> &'static str {
        match self.reason {
            SkippedReason::Syntax(_) => "SyntaxError",
            SkippedReason::Unread(TextFileError::NotUtf8 { .. }) => "UnicodeDecodeError",
            SkippedReason::Unread(_)
            | SkippedReason::Unlisted(_)
            | SkippedReason::DeadLink(_)
            | SkippedReason::LinkToFolder => "OSError",
            SkippedReason::WithoutPrograms(_) | SkippedReason::WithoutOwn(..) => "ValueError",
        }
    }
}

impl std::fmt::Display for Skipped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.reason {
            SkippedReason::Syntax(error) => write!(formatter, "{}: {error}", self.path.display()),
            SkippedReason::Unread(error) => write!(formatter, "{error}"),
            SkippedReason::Unlisted(error) => write!(
                formatter,
                "{}: {error}; mend or remove the folder",
                self.path.display()
            ),
            SkippedReason::DeadLink(error) => write!(
                formatter,
                "{}: found a link that leads nowhere: {error}; mend or remove it",
                self.path.display()
            ),
            SkippedReason::LinkToFolder => write!(
                formatter,
                "{}: found a link to a folder, which is not followed; give the folder itself",
                self.path.display()
            ),
            SkippedReason::WithoutPrograms(error) => write!(formatter, "{error}"),
            SkippedReason::WithoutOwn(role, task) => write!(
                formatter,
                "{}: found no {role} of task {task}, expected one as its folder says",
                self.path.display()
            ),
        }
    }
}
