//! Errors of JSON texts, with their place in the whole text.

use crate::program::Position;

/// A place in a JSON text and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{position}: found {problem}")]
pub struct JsonError {
    /// Position in the text.
    pub position: Position,
    /// Problem: what stands there, and what was expected.
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

    /// Error of serde_json in `text[start..]`, its place counted in all of
    /// `text`.
    pub fn of_part(text: &str, start: usize, error: &serde_json::Error) -> Self {
        match text[start..].trim() {
            "" => Self::at(text, start, "an empty file, expected JSON"),
            _ => {
                let mut own = Self::of_serde(text, start, error);
                if error.is_eof() {
                    own.problem.push_str("; is it cut off?");
                }
                own
            }
        }
    }

    /// The same, whatever the text, and without what to do.
    pub(crate) fn of_serde(text: &str, start: usize, error: &serde_json::Error) -> Self {
        let part = &text[start..];
        let line_start = match error.line() {
            0 | 1 => 0,
            line => part
                .match_indices('\n')
                .nth(line - 2)
                .map_or(0, |(newline, _)| newline + 1),
        };
        // serde_json counts bytes where a reader counts characters.
        let offset = start + line_start + error.column().saturating_sub(1);
        let message = error.to_string();
        // It appends the place to its message; ours stands in front.
        let problem = match message.rfind(" at line ") {
            Some(end) => &message[..end],
            None => &message,
        };
        // "EOF while parsing a list" is nothing that a person says.
        match problem.strip_prefix("EOF while parsing ") {
            Some(part) => Self::at(text, offset, format!("the end of the file inside {part}")),
            None => Self::at(text, offset, problem),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_one_in_the_whole_text_in_characters() {
        for (text, start, expected) in [
            ("[1, x]", 0, "line 1, column 5: found expected value"),
            ("a\nbc[1, x]", 4, "line 2, column 7: found expected value"),
            (
                "a\nbc[1,\n\n  x]",
                4,
                "line 4, column 3: found expected value",
            ),
            (
                "é [\"éé\", x]",
                3,
                "line 1, column 10: found expected value",
            ),
            (
                "a\nbc[1,\n {",
                4,
                "line 3, column 2: found the end of the file inside an object; is it cut off?",
            ),
            (
                "é\n\n \t",
                3,
                "line 2, column 1: found an empty file, expected JSON",
            ),
        ] {
            let error = serde_json::from_str::<serde::de::IgnoredAny>(&text[start..]).unwrap_err();
            let told = JsonError::of_part(text, start, &error).to_string();
            assert_eq!(told, expected, "{text:?}");
        }
    }
}
