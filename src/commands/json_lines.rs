//! Requests and answers as JSON lines.

use std::io::{self, BufRead, Write};

use anyhow::Context;
use serde::Serialize;

use super::ExitStatus;

/// Answers each line of `input` as soon as it is read, until there are no
/// more: with what `answer` makes of it, or with `{"error": …}`. A reader that
/// goes away ends it.
pub fn answer<Answer: Serialize>(
    mut input: impl BufRead,
    answer: impl Fn(&[u8]) -> Result<Answer, String>,
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
        let mut text = match answer(&line) {
            Ok(answer) => serde_json::to_vec(&answer)?,
            Err(error) => serde_json::to_vec(&serde_json::json!({ "error": error }))?,
        };
        text.push(b'\n');
        let mut output = io::stdout().lock();
        match output.write_all(&text).and_then(|()| output.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return Ok(ExitStatus::Done);
            }
            written => written.context("standard output cannot be written")?,
        }
    }
}
