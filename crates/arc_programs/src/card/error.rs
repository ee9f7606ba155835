//! What can be wrong with a card.

use std::fmt;

use super::{CallId, Card};
use crate::did_you_mean;
use crate::program::Position;
use crate::value::Failure;

/// A text that is no card, or a damaged one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{file}: {position}: {}found {found}, expected {expected}",
    call.map(|call| format!("in {call}: ")).unwrap_or_default(),
)]
pub struct CardError {
    /// The name of the file.
    pub file: String,
    /// Position of the first problem.
    pub position: Position,
    /// The call that it is in, if it is in one.
    pub call: Option<CallId>,
    /// Text that stands there.
    pub found: String,
    /// Text that could have stood there, or what to do instead.
    pub expected: String,
}

/// A card that cannot be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardPlanError {
    /// A call has a name that is neither parameter nor primitive nor constant.
    #[error(
        "{place}: found the name `{name}`, which is neither primitive nor constant{}",
        did_you_mean::question(nearest.as_ref())
    )]
    UnknownName {
        /// The call.
        place: CallPlace,
        /// The name.
        name: String,
        /// The known name that was most likely meant.
        nearest: Option<&'static str>,
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
    pub source: Option<(String, Position)>,
}

impl CallPlace {
    pub(super) fn of(card: &Card, call: CallId) -> Self {
        let file = card.file_name().map(str::to_owned);
        Self {
            call,
            source: file.zip(card.position(call)),
        }
    }
}

impl fmt::Display for CallPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((file, position)) = &self.source {
            write!(formatter, "{file}: {position}: in ")?;
        }
        write!(formatter, "{}", self.call)
    }
}
