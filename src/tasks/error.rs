//! Why tasks could not be had.

use std::path::{Path, PathBuf};

use super::{Split, TaskId};
use crate::program::Position;
use crate::text_file::TextFileError;

/// Why tasks could not be had: a file or folder, and what is wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// The file's text could not be read.
    #[error(transparent)]
    Text(#[from] TextFileError),
    /// The folder could not be listed.
    #[error("{}: cannot be listed: {reason}; check the path and its permissions", path.display())]
    Unlistable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// Not JSON, or not of the shape that its layout asks for.
    #[error("{}: {position}: found {problem}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where in it.
        position: Position,
        /// What stands there, and what was expected.
        problem: String,
    },
    /// The file's name or the layout around it is wrong.
    #[error("{}: {problem}", path.display())]
    Layout {
        /// The file or folder.
        path: PathBuf,
        /// What was found, what was expected, and what to do.
        problem: String,
    },
    /// A task was asked for that the source does not have.
    #[error(
        "unknown task `{asked}`: none of the {known} tasks of {} has this ID{}{}",
        source_name,
        nearest.map(|nearest| format!("; the nearest is {nearest}")).unwrap_or_default(),
        match split {
            Split::Both => "",
            Split::Train => "; `--data both` also looks among the evaluation tasks",
            Split::Eval => "; `--data both` also looks among the training tasks",
        }
    )]
    Unknown {
        /// What was asked for.
        asked: String,
        /// The known ID that is most like it.
        nearest: Option<TaskId>,
        /// How many there are.
        known: usize,
        /// Where they come from.
        source_name: String,
        /// Which part of them was looked at.
        split: Split,
    },
}

impl TaskError {
    pub(super) fn layout(path: &Path, problem: impl Into<String>) -> Self {
        Self::Layout {
            path: path.to_owned(),
            problem: problem.into(),
        }
    }

    /// A serde_json error in `text[start..]`, its place counted in all of
    /// `text`.
    pub(super) fn json(path: &Path, text: &str, start: usize, error: &serde_json::Error) -> Self {
        let full = error.to_string();
        // serde_json appends the place to its message; ours stands in front.
        let problem = match full.rfind(" at line ") {
            Some(end) => &full[..end],
            None => &full,
        };
        let base = Position::of_offset(text.as_bytes(), start);
        let line = u32::try_from(error.line()).unwrap_or(u32::MAX).max(1);
        let column = u32::try_from(error.column()).unwrap_or(u32::MAX).max(1);
        let position = Position {
            line: base.line + line - 1,
            column: match line {
                1 => base.column + column - 1,
                _ => column,
            },
        };
        Self::Malformed {
            path: path.to_owned(),
            position,
            problem: match text[start..].trim() {
                "" => "an empty file, expected JSON".to_owned(),
                _ => problem.to_owned(),
            },
        }
    }
}
