//! Errors of JSON texts, with their place in the whole text.

use crate::program::Position;

/// A place in a JSON text and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{position}: found {problem}")]
pub struct JsonError {
    /// Where in the text.
    pub position: Position,
    /// What stands there, and what was expected.
    pub problem: String,
}

impl JsonError {
    /// An error at a byte of a text.
    pub fn at(text: &str, offset: usize, problem: impl Into<String>) -> Self {
        Self {
            position: Position::of_offset(text.as_bytes(), offset),
            problem: problem.into(),
        }
    }

    /// What serde_json says of `text[start..]`, its place counted in all of
    /// `text`.
    pub fn of_part(text: &str, start: usize, error: &serde_json::Error) -> Self {
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
        let problem = match text[start..].trim() {
            "" => "an empty file, expected JSON".to_owned(),
            _ => problem.to_owned(),
        };
        Self { position, problem }
    }
}
