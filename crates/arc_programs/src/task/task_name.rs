//! What a task is called.

use std::fmt;
use std::str::FromStr;

use arrayvec::ArrayString;
use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};

/// Name of a task, such as `0520fde7`, `AboveBelow1` or `1d_fill`: a letter or digit,
/// then letters, digits, `_`, `-` and `.`, at most 64 of them, all ASCII. Being
/// checked, it is safe in a path, on a command line and within quotes. Names are
/// ordered as texts are.
///
/// It is held in place, without memory of its own, so that it is copied as a number
/// would be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskName(ArrayString<MAXIMUM_LENGTH>);

const MAXIMUM_LENGTH: usize = 64;

/// The text is no name of a task.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a task's name: {reason}")]
pub struct NotATaskName {
    /// The text, of a long one the beginning.
    pub text: String,
    /// What is wrong with it, and what was expected.
    pub reason: &'static str,
}

impl TaskName {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is of the form that the tasks of ARC-AGI have: eight hexadecimal
    /// digits in lower case.
    pub fn is_hexadecimal(&self) -> bool {
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        self.0.len() == 8 && self.0.bytes().all(is_digit)
    }
}

/// What is wrong with a text as a name.
fn reason_against(text: &str) -> Option<&'static str> {
    let is_inner = |character: char| character.is_ascii_alphanumeric() || "_-.".contains(character);
    if text.is_empty() {
        Some("it is empty")
    } else if !text.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        Some("expected a letter or digit first")
    } else if !text.chars().all(is_inner) {
        Some("expected letters, digits, `_`, `-` and `.` only, such as 0520fde7")
    } else if text.len() > MAXIMUM_LENGTH {
        Some("it is too long, expected at most 64 characters")
    } else if text == "None" {
        Some("cards have it where there is no task, expected another")
    } else if is_device(text) {
        Some("systems have a device of this name, expected one that can be a file's")
    } else {
        None
    }
}

/// Whether a file of this name would be a device under Windows, where tasks and
/// stores are copied to.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_uppercase();
    let is_numbered = |kind| {
        stem.strip_prefix(kind)
            .is_some_and(|number| matches!(number.as_bytes(), [b'1'..=b'9']))
    };
    ["CON", "PRN", "AUX", "NUL"].contains(&&*stem) || is_numbered("COM") || is_numbered("LPT")
}

impl FromStr for TaskName {
    type Err = NotATaskName;

    fn from_str(text: &str) -> Result<Self, NotATaskName> {
        let error = |reason| NotATaskName {
            text: text.chars().take(MAXIMUM_LENGTH).collect(),
            reason,
        };
        if let Some(reason) = reason_against(text) {
            return Err(error(reason));
        }
        let name = ArrayString::from(text).map_err(|_| error("it is too long"))?;
        Ok(Self(name))
    }
}

impl fmt::Display for TaskName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl fmt::Debug for TaskName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TaskName({self})")
    }
}

impl Serialize for TaskName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TaskName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_collection_are_names() {
        let longest = "x".repeat(64);
        for name in [
            "0520fde7",
            "AboveBelow1",
            "1d_denoising_mc_12",
            "task001",
            "mini-arc.v2",
            "00576224",
            "console",
            "COM10",
            "7",
            &longest,
        ] {
            assert_eq!(name.parse::<TaskName>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn what_would_not_be_safe_is_no_name() {
        let long = "x".repeat(65);
        for (text, reason) in [
            ("", "empty"),
            (".", "first"),
            ("..", "first"),
            (".hidden", "first"),
            ("-t", "first"),
            ("_private", "first"),
            ("../../ab", "first"),
            ("a/b", "only"),
            ("a\\b", "only"),
            ("0520fde7 ", "only"),
            ("a\0", "only"),
            ("línea", "only"),
            (&*long, "too long"),
            ("nul", "device"),
            ("Con.json", "device"),
            ("lpt9", "device"),
            ("None", "no task"),
        ] {
            let error = text.parse::<TaskName>().unwrap_err();
            assert!(error.reason.contains(reason), "{text:?}: {error}");
        }
    }

    #[test]
    fn the_form_of_arc_agi_is_told_apart() {
        let is_hexadecimal = |name: &str| name.parse::<TaskName>().unwrap().is_hexadecimal();
        assert!(is_hexadecimal("0520fde7") && is_hexadecimal("00576224"));
        for other in ["520fde7", "0520FDE7", "0520fde70", "0520fdez"] {
            assert!(!is_hexadecimal(other), "{other}");
        }
    }

    #[test]
    fn in_json_it_is_a_text_that_is_checked() {
        let name: TaskName = serde_json::from_str(r#""task\u0030""#).unwrap();
        assert_eq!(serde_json::to_string(&name).unwrap(), r#""task0""#);
        let error = serde_json::from_str::<TaskName>(r#""..""#).unwrap_err();
        assert!(error.to_string().contains("not a task's name"), "{error}");
    }
}
