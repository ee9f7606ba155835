//! What can be wrong with a card.

use std::fmt;
use std::path::PathBuf;

use super::{CallId, Card};
use crate::program::Position;
use crate::text_file::TextFileError;
use crate::value::Failure;

/// A card that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// The file's text could not be had.
    #[error(transparent)]
    Text(#[from] TextFileError),
    /// The text is no card, or a damaged one.
    #[error(
        "{}: {position}: {}found {found}, expected {expected}",
        path.display(),
        call.map(|call| format!("in {call}: ")).unwrap_or_default(),
    )]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where the first problem is.
        position: Position,
        /// The call that it is in, if it is in one.
        call: Option<CallId>,
        /// What stands there.
        found: String,
        /// What could have stood there, or what to do instead.
        expected: String,
    },
}

/// A card that cannot be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardPlanError {
    /// A call has a name that is neither parameter nor primitive nor constant.
    #[error(
        "{place}: found the name `{name}`, which is neither primitive nor constant; the nearest is `{nearest}`"
    )]
    UnknownName {
        /// The call.
        place: CallPlace,
        /// The name.
        name: String,
        /// The known name that is most like it.
        nearest: String,
    },
    /// A call has a tuple of literals that is larger or deeper than a value may
    /// be.
    #[error("{place}: found a tuple that cannot be made: {failure}")]
    Tuple {
        /// The call.
        place: CallPlace,
        /// Why.
        failure: Failure,
    },
}

/// Which call of which card, as a person finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallPlace {
    /// The call.
    pub call: CallId,
    /// The file that the card was read from, and where in it the call stands.
    pub source: Option<(PathBuf, Position)>,
}

impl CallPlace {
    pub(super) fn of(card: &Card, call: CallId) -> Self {
        let path = card.path().map(PathBuf::from);
        Self {
            call,
            source: path.zip(card.position(call)),
        }
    }
}

impl fmt::Display for CallPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((path, position)) = &self.source {
            write!(formatter, "{}: {position}: in ", path.display())?;
        }
        write!(formatter, "{}", self.call)
    }
}
