//! What a library could not use.

use std::path::{Path, PathBuf};

use crate::program::SyntaxError;
use crate::text_file::TextFileError;

/// A function, or a whole file, that is passed over: where, and why.
#[derive(Debug)]
pub struct Skipped {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub reason: SkippedReason,
}

/// Why something is passed over.
#[derive(Debug)]
pub enum SkippedReason {
    /// A function is not a program of this language.
    Syntax(SyntaxError),
    /// The file could not be read.
    Unread(TextFileError),
    /// A folder could not be listed, or a link leads nowhere.
    Unlisted(walkdir::Error),
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

    pub(super) fn unreadable(error: walkdir::Error) -> Self {
        Self {
            path: error.path().unwrap_or(Path::new("?")).to_owned(),
            reason: SkippedReason::Unlisted(error),
        }
    }

    /// What kind of error it is, in one word, for counting.
    pub fn error_type(&self) -> &'static str {
        match self.reason {
            SkippedReason::Syntax(_) => "SyntaxError",
            SkippedReason::Unread(TextFileError::NotUtf8 { .. }) => "UnicodeDecodeError",
            SkippedReason::Unread(_) | SkippedReason::Unlisted(_) => "OSError",
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
                "{}: {error}; mend or remove the link or folder",
                self.path.display()
            ),
        }
    }
}
