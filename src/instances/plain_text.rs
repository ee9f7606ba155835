//! Text of somebody else's that may be shown as it is.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize};

use crate::one_line::one_line;

/// The most bytes of such a text, about.
const LONGEST: usize = 500;

/// Text on one line, without what a terminal would obey, and not long; however it came
/// to be, also where it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PlainText(String);

impl From<&str> for PlainText {
    fn from(text: &str) -> Self {
        let end = text.floor_char_boundary(LONGEST);
        let rest = if end < text.len() { "…" } else { "" };
        Self(format!("{}{rest}", one_line(&text[..end])))
    }
}

impl<'de> Deserialize<'de> for PlainText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(String::deserialize(deserializer)?.as_str().into())
    }
}

impl Deref for PlainText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PlainText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped_also_where_it_was_read() {
        let read: PlainText = serde_json::from_str(r#""\u001b[2Ja\nb""#).unwrap();
        assert_eq!(&*read, "\\u{1b}[2Ja; b");
        assert_eq!(read, PlainText::from("\u{1b}[2Ja\nb"));
        let long = PlainText::from("é".repeat(10_000).as_str());
        assert!(long.len() <= LONGEST + "…".len() && long.ends_with('…'));
    }
}
