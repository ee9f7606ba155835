//! What a task is called.

use std::fmt;
use std::str::FromStr;

/// A task's ID: eight hexadecimal digits in lower case. Being checked, it is
/// safe in a path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(u32);

/// The text is no task ID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a task ID (eight hexadecimal digits in lower case, such as 0520fde7)")]
pub struct NotATaskId(pub String);

impl FromStr for TaskId {
    type Err = NotATaskId;

    fn from_str(text: &str) -> Result<Self, NotATaskId> {
        let is_digits = text.len() == 8
            && text
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match u32::from_str_radix(text, 16) {
            Ok(number) if is_digits => Ok(Self(number)),
            _ => Err(NotATaskId(text.chars().take(80).collect())),
        }
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:08x}", self.0)
    }
}

impl fmt::Debug for TaskId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TaskId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_eight_lower_case_digits_are_an_id() {
        assert_eq!(
            "0520fde7".parse::<TaskId>().unwrap().to_string(),
            "0520fde7"
        );
        for wrong in [
            "",
            "520fde7",
            "0520FDE7",
            "+520fde7",
            "0520fde7 ",
            "../../ab",
        ] {
            assert!(wrong.parse::<TaskId>().is_err(), "{wrong:?}");
        }
    }
}
