//! Where settings come from, and what is wrong with them.

use std::fmt;
use std::path::PathBuf;

use arc_programs::did_you_mean::question;
use arc_programs::program::Position;
use run_batt::text_file::TextFileError;
use serde::{Serialize, Serializer};

use super::known::Refusal;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub path: PathBuf,
    pub position: Position,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path.display(), self.position)
    }
}

/// Source of an option's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    CommandLine,
    Variable(String),
    File(Place),
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => formatter.write_str("command line"),
            Self::Variable(name) => formatter.write_str(name),
            Self::File(Place { path, position }) => {
                write!(formatter, "{}, line {}", path.display(), position.line)
            }
            Self::Default => formatter.write_str("default"),
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What an error begins with: the place in the file, to its column, or the variable.
pub(super) struct At<'a>(pub &'a Origin);

impl fmt::Display for At<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Origin::File(place) => place.fmt(formatter),
            Origin::Variable(_) => write!(formatter, "{} in the environment", self.0),
            Origin::CommandLine | Origin::Default => self.0.fmt(formatter),
        }
    }
}

/// Settings that make no sense.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file's text could not be read.
    #[error(transparent)]
    Text(#[from] TextFileError),
    /// It is not TOML.
    #[error("{place}: {problem}; lines are as `timeout = \"10s\"`, a table begins with `[run]`")]
    NotToml { place: Place, problem: String },
    /// A table of no command.
    #[error("{place}: no command is named `{name}`{}", question(nearest.as_ref().map(|name| format!("[{name}]"))))]
    UnknownTable {
        place: Place,
        name: String,
        nearest: Option<String>,
    },
    /// A key that is no option.
    #[error("{place}: `{key}` is no option of {owner}{hint}")]
    UnknownKey {
        place: Place,
        key: String,
        owner: String,
        /// What was meant, or where it belongs.
        hint: String,
    },
    /// A variable that is nearly an option.
    #[error(
        "{name} in the environment: there is no such option{}",
        question(Some(nearest))
    )]
    UnknownVariable { name: String, nearest: String },
    /// A value of a kind that the option does not take.
    #[error("{}: `{key}` is {found}, expected {expected}", At(origin))]
    WrongKind {
        origin: Origin,
        key: String,
        found: &'static str,
        expected: &'static str,
    },
    /// A value that the option does not take.
    #[error("{}: `{key}` is `{value}`, {expected}", At(origin))]
    WrongValue {
        origin: Origin,
        key: String,
        value: String,
        expected: String,
    },
    /// Two of the same rank that cannot be had together.
    #[error(
        "{}: `{key}` cannot be had together with `{other_key}` ({other}); take one of them out",
        At(origin)
    )]
    Conflict {
        origin: Origin,
        key: String,
        other: Origin,
        other_key: String,
    },
}

impl SettingsError {
    pub(super) fn wrong_value(origin: Origin, key: &str, refusal: Refusal) -> Self {
        Self::WrongValue {
            origin,
            key: key.to_owned(),
            value: refusal.value,
            expected: refusal.expected,
        }
    }
}
