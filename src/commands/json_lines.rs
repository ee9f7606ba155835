//! Requests and answers as JSON lines.

use std::io::BufRead;

use anyhow::Context;
use serde::Serialize;

use super::ExitStatus;
use crate::terminal::{Reader, print_result};

/// Answers each line of `input` as soon as it is read, until there are no
/// more: with what `answer` makes of it, or with `{"error": …}`. A reader that
/// goes away ends it.
pub fn answer<Answer: Serialize>(
    mut input: impl BufRead,
    mut answer: impl FnMut(&[u8]) -> Result<Answer, String>,
) -> anyhow::Result<ExitStatus> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = input
            .read_until(b'\n', &mut line)
            .context("standard input cannot be read")?;
        if length == 0 {
            return Ok(ExitStatus::Done);
        }
        let text = match answer(&line) {
            Ok(answer) => serde_json::to_string(&answer)?,
            Err(error) => serde_json::json!({ "error": error }).to_string(),
        };
        if print_result(&format!("{text}\n"))? == Reader::Gone {
            return Ok(ExitStatus::Done);
        }
    }
}
