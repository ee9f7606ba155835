//! Card files: a module that the reference generated, or this project's JSON.

use std::path::Path;

use arc_programs::card::{Card, CardError};

use crate::text_file::{TextFileError, read_text};

/// Error for a card file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CardFileError {
    /// The file's text could not be had.
    #[error(transparent)]
    Text(#[from] TextFileError),
    /// The text is no card, or a damaged one.
    #[error(transparent)]
    Card(#[from] CardError),
}

/// Reads a card from a file, in the form that its name or its text tells.
///
/// # Errors
/// Fails for a file that cannot be read, and for a text that is no card.
pub fn read_card(path: &Path) -> Result<Card, CardFileError> {
    let text = read_text(path)?;
    Ok(Card::from_text(&path.display().to_string(), &text)?)
}
