//! Reading records again, whoever has written between them.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::TIMING_FILE;
use crate::fingerprint::Fingerprint;

/// The longest line that is looked at, in bytes. The longest record has a few
/// hundred; a line beyond this is none, and holding it would only cost.
const LONGEST_LINE: usize = 1 << 20;

/// A file of records cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be read: {reason}", path.display())]
pub struct ReadError {
    path: PathBuf,
    reason: io::Error,
}

/// A line of a file of records.
pub(crate) enum Line<R> {
    /// A record of the wanted form.
    Record(R),
    /// JSON of another form: other records, and other programs'.
    Other,
    /// No JSON, or not even a whole line.
    Broken,
}

/// Hands every line of a file of records to `take`, the first first, with its
/// number, which counts from 1; none where there is no file.
pub(crate) fn read<R: DeserializeOwned>(
    path: &Path,
    mut take: impl FnMut(u64, Line<R>),
) -> Result<(), ReadError> {
    let error = |reason| ReadError {
        path: path.to_owned(),
        reason,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(reason) => return Err(error(reason)),
    };
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let length = read_line(&mut reader, &mut line).map_err(error)?;
        if length == 0 {
            break;
        }
        let is_whole = length == line.len() as u64 && line.ends_with(b"\n");
        take(number, if is_whole { parse(&line) } else { Line::Broken });
    }
    Ok(())
}

fn parse<R: DeserializeOwned>(line: &[u8]) -> Line<R> {
    match serde_json::from_slice(line) {
        Ok(record) => Line::Record(record),
        Err(_) if serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok() => Line::Other,
        Err(_) => Line::Broken,
    }
}

/// Reads a line, of which at most [`LONGEST_LINE`] bytes are kept; how long it
/// is.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<u64> {
    let mut length = 0;
    loop {
        let buffer = reader.fill_buf()?;
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let piece = &buffer[..end.map_or(buffer.len(), |end| end + 1)];
        let room = LONGEST_LINE.saturating_sub(line.len());
        line.extend_from_slice(&piece[..piece.len().min(room)]);
        let read = piece.len();
        reader.consume(read);
        length += read as u64;
        if end.is_some() || read == 0 {
            return Ok(length);
        }
    }
}

/// The members of a task's last record that matter here.
#[derive(Deserialize)]
struct TaskEnd {
    success: bool,
    fingerprint: String,
}

/// What the tasks were run with that the logs record as finished, those that
/// were rotated included.
pub fn finished(logs: &Path) -> Result<HashSet<Fingerprint>, ReadError> {
    let mut finished = HashSet::new();
    for path in files_of(logs, TIMING_FILE)? {
        read(&path, |_, line: Line<TaskEnd>| {
            if let Line::Record(record) = line
                && record.success
            {
                finished.extend(record.fingerprint.parse::<Fingerprint>());
            }
        })?;
    }
    Ok(finished)
}

/// The file of this name in a folder, and what it was renamed to when it was
/// rotated: `….jsonl.1`, `….jsonl-20261123`. None that were compressed.
pub(crate) fn files_of(logs: &Path, name: &str) -> Result<Vec<PathBuf>, ReadError> {
    let error = |reason| ReadError {
        path: logs.to_owned(),
        reason,
    };
    let entries = match fs::read_dir(logs) {
        Ok(entries) => entries,
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(reason) => return Err(error(reason)),
    };
    let is_number = |rest: &str| {
        let mut characters = rest.chars();
        characters.all(|character| character.is_ascii_digit() || "-.".contains(character))
    };
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry.map_err(error)?;
        let own = entry.file_name();
        let rest = own.to_str().and_then(|own| own.strip_prefix(name));
        if rest.is_some_and(is_number) {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::Ingredients;

    fn kinds(content: &str) -> Vec<&'static str> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records");
        fs::write(&path, content).unwrap();
        let mut kinds = Vec::new();
        read(&path, |_, line: Line<TaskEnd>| {
            kinds.push(match line {
                Line::Record(_) => "record",
                Line::Other => "other",
                Line::Broken => "broken",
            });
        })
        .unwrap();
        kinds
    }

    #[test]
    fn lines_are_told_apart() {
        let record = "{\"success\": true, \"fingerprint\": \"x\"}";
        let long = "x".repeat(LONGEST_LINE + 1);
        let content = format!("{record}\n{{}}\n\u{0}\n\n{long}\n{record}\n{record}");
        assert_eq!(
            kinds(&content),
            [
                "record", "other", "broken", "broken", "broken", "record", "broken"
            ]
        );
        assert_eq!(kinds(""), [""; 0]);
    }

    #[test]
    fn rotated_records_count() {
        let logs = tempfile::tempdir().unwrap();
        let mut expected = HashSet::new();
        for (name, success) in [("", true), (".1", true), (".2", false), ("-20261123", true)] {
            let mut ingredients = Ingredients::default();
            ingredients.text(name);
            let fingerprint = ingredients.fingerprint();
            let line = format!("{{\"success\": {success}, \"fingerprint\": \"{fingerprint}\"}}\n");
            fs::write(logs.path().join(format!("{TIMING_FILE}{name}")), line).unwrap();
            if success {
                expected.insert(fingerprint);
            }
        }
        assert_eq!(finished(logs.path()).unwrap(), expected);
        assert!(finished(&logs.path().join("missing")).unwrap().is_empty());
    }
}
