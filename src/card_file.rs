//! Card files: a module that the reference generated, or this project's JSON.

use std::path::Path;

use arc_programs::card::{Card, CardError};

use crate::file_kind::{FileKind, WrongKind};
use crate::text_file::{TextFileError, read_text};

/// Error for a card file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CardFileError {
    /// The file's text could not be had.
    #[error(transparent)]
    Text(#[from] TextFileError),
    /// The file is something else.
    #[error(transparent)]
    WrongKind(#[from] WrongKind),
    /// The text is no card, or a damaged one.
    #[error(transparent)]
    Card(#[from] CardError),
}

/// Reads a card from a file, in the form that its name or its text tells.
///
/// # Errors
/// Fails for a file that cannot be read, and for a text that is no card.
pub fn read_card(path: &Path) -> Result<Card, CardFileError> {
    // Python of which nothing is known may be a module that is cut off.
    let suitable = [FileKind::Card, FileKind::Python];
    let wrong = || WrongKind::of(path, &suitable, "a card").map(CardFileError::from);
    if path.is_dir() {
        // The system says only that it cannot be read.
        wrong().map_or(Ok(()), Err)?;
    }
    let text = read_text(path)?;
    Card::from_text(&path.display().to_string(), &text)
        .map_err(|error| wrong().unwrap_or(CardFileError::Card(error)))
}
