//! Reading a log again, whoever has written to it and whatever it was renamed
//! to meanwhile: one iterator over the lines of all its files, for all who ask
//! the logs something.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::record::{Record, TimingRecord};
use crate::fingerprint::Fingerprint;

/// The longest line that is looked at, in bytes. The longest record has a few
/// hundred; a line beyond this is none, and holding it would only cost.
const LONGEST_LINE: usize = 1 << 20;

/// Error for a log that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be read: {reason}", path.display())]
pub struct ReadError {
    path: PathBuf,
    reason: io::Error,
}

impl ReadError {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |reason| Self {
            path: path.to_owned(),
            reason,
        }
    }
}

/// A line of a log, and where it stands.
#[derive(Debug)]
pub(crate) struct Entry<R> {
    pub(crate) path: Arc<Path>,
    /// Counts from 1 in its file.
    pub(crate) number: u64,
    pub(crate) line: Line<R>,
}

/// What a line of a file of records is.
#[derive(Debug)]
pub(crate) enum Line<R> {
    /// A record of the wanted form.
    Record(R),
    /// JSON of another form: other records, and other programs'.
    Other,
    /// No JSON, or not even a whole line.
    Broken,
}

/// The lines of a log and of what it was renamed to when it was rotated, the
/// oldest first.
#[derive(Debug)]
pub(crate) struct Entries<R> {
    /// Those that are not begun, the next last.
    files: Vec<PathBuf>,
    open: Option<OpenLog>,
    line: Vec<u8>,
    record: PhantomData<R>,
}

#[derive(Debug)]
struct OpenLog {
    path: Arc<Path>,
    reader: BufReader<File>,
    /// Of the line read last.
    number: u64,
}

/// All lines of the log that has these records; none where there is no log.
pub(crate) fn entries<R: Record>(logs: &Path) -> Result<Entries<R>, ReadError> {
    let mut files = files_of(logs, R::FILE)?;
    files.reverse();
    Ok(Entries {
        files,
        open: None,
        line: Vec::new(),
        record: PhantomData,
    })
}

/// The records of a log, without what else is in it.
pub(crate) fn records<R: Record>(
    logs: &Path,
) -> Result<impl Iterator<Item = Result<R, ReadError>>, ReadError> {
    let record = |entry: Result<Entry<R>, _>| match entry.map(|entry| entry.line) {
        Ok(Line::Record(record)) => Some(Ok(record)),
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    };
    Ok(entries(logs)?.filter_map(record))
}

impl<R: Record> Iterator for Entries<R> {
    type Item = Result<Entry<R>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(open) = &mut self.open else {
                let path = self.files.pop()?;
                match OpenLog::open(&path) {
                    Ok(open) => self.open = open,
                    Err(error) => return Some(Err(ReadError::at(&path)(error))),
                }
                continue;
            };
            self.line.clear();
            let length = match read_line(&mut open.reader, &mut self.line) {
                Ok(length) => length,
                Err(error) => {
                    let error = ReadError::at(&open.path)(error);
                    self.open = None;
                    return Some(Err(error));
                }
            };
            if length == 0 {
                self.open = None;
                continue;
            }
            open.number += 1;
            let is_whole = length == self.line.len() as u64 && self.line.ends_with(b"\n");
            return Some(Ok(Entry {
                path: Arc::clone(&open.path),
                number: open.number,
                line: match is_whole {
                    true => parse(&self.line),
                    false => Line::Broken,
                },
            }));
        }
    }
}

impl OpenLog {
    /// `None` for a file that somebody has removed or renamed since it was
    /// listed.
    fn open(path: &Path) -> io::Result<Option<Self>> {
        match File::open(path) {
            Ok(file) => Ok(Some(Self {
                path: path.into(),
                reader: BufReader::new(file),
                number: 0,
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn parse<R: Record>(line: &[u8]) -> Line<R> {
    match R::from_line(line) {
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

/// Fingerprints of the tasks that the logs record as finished, those that were
/// rotated included.
pub fn finished(logs: &Path) -> Result<HashSet<Fingerprint>, ReadError> {
    let mut finished = HashSet::new();
    for record in records(logs)? {
        if let TimingRecord::End(end) = record?
            && end.success
        {
            let fingerprint = end.fingerprint.map(|text| text.parse::<Fingerprint>());
            finished.extend(fingerprint.and_then(Result::ok));
        }
    }
    Ok(finished)
}

/// The file of this name in a folder, and what it was renamed to when it was
/// rotated: `….jsonl.1`, `….jsonl-20261123`; the oldest first. None that were
/// compressed.
fn files_of(logs: &Path, name: &str) -> Result<Vec<PathBuf>, ReadError> {
    let entries = match fs::read_dir(logs) {
        Ok(entries) => entries,
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(reason) => return Err(ReadError::at(logs)(reason)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(ReadError::at(logs))?;
        let own = entry.file_name();
        let suffix = own.to_str().and_then(|own| own.strip_prefix(name));
        if let Some(rotation) = suffix.and_then(Rotation::of_suffix) {
            files.push((rotation, entry.path()));
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, path)| path).collect())
}

/// When a file of a log was rotated; the earlier the less.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rotation {
    /// On a date, whose digits stand in the order of time.
    Date(String),
    /// So many rotations ago.
    Number(std::cmp::Reverse<u32>),
    /// Not yet.
    Current,
}

impl Rotation {
    /// What follows the log's own name, in the ways of those who rotate logs.
    fn of_suffix(suffix: &str) -> Option<Self> {
        let is_known = |character: char| character.is_ascii_digit() || "-.".contains(character);
        if !suffix.chars().all(is_known) {
            return None;
        }
        let number = suffix.strip_prefix(['.', '-']).unwrap_or(suffix);
        Some(match number.parse::<u32>() {
            _ if suffix.is_empty() => Self::Current,
            // A date has at least a year, a month and a day.
            Ok(number) if suffix.len() < 7 => Self::Number(std::cmp::Reverse(number)),
            _ => Self::Date(number.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::python_json;
    use super::super::record::{InliningRecord, TaskEnd};
    use super::*;
    use crate::fingerprint::Ingredients;

    fn end(run: &str) -> String {
        python_json::line(&TaskEnd::interrupted("then", run, "0520fde7"))
    }

    #[test]
    fn lines_are_told_apart_and_numbered() {
        let record = end("run");
        let long = "x".repeat(LONGEST_LINE + 1);
        let cut_off = record.trim_end();
        let content = format!("{record}{{}}\n\u{0}\n\n{long}\n{record}{cut_off}");
        let logs = tempfile::tempdir().unwrap();
        let path = logs.path().join(TimingRecord::FILE);
        fs::write(&path, content).unwrap();
        let kinds: Vec<&str> = entries::<TimingRecord>(logs.path())
            .unwrap()
            .zip(1..)
            .map(|(entry, number)| {
                let entry = entry.unwrap();
                assert_eq!((&*entry.path, entry.number), (&*path, number));
                match entry.line {
                    Line::Record(_) => "record",
                    Line::Other => "other",
                    Line::Broken => "broken",
                }
            })
            .collect();
        let expected = [
            "record", "other", "broken", "broken", "broken", "record", "broken",
        ];
        assert_eq!(kinds, expected);
        fs::write(&path, "").unwrap();
        assert_eq!(entries::<TimingRecord>(logs.path()).unwrap().count(), 0);
        assert_eq!(entries::<InliningRecord>(logs.path()).unwrap().count(), 0);
    }

    #[test]
    fn rotated_files_come_in_the_order_they_were_written_in() {
        let logs = tempfile::tempdir().unwrap();
        let suffixes = ["-20251231", ".2026-01-01", ".10", ".9", ".1", ""];
        for suffix in suffixes.iter().chain(&[".1.gz", ".old", "~"]) {
            let path = logs.path().join(format!("{}{suffix}", TimingRecord::FILE));
            fs::write(path, end(suffix)).unwrap();
        }
        let records = records(logs.path()).unwrap();
        let runs: Vec<String> = records
            .map(|record| match record.unwrap() {
                TimingRecord::End(end) => end.run_id,
                TimingRecord::Start(start) => panic!("{start:?}"),
            })
            .collect();
        assert_eq!(runs, suffixes);
    }

    #[test]
    fn rotated_records_count_as_finished() {
        let logs = tempfile::tempdir().unwrap();
        let mut expected = HashSet::new();
        for (suffix, success) in [("", true), (".1", true), (".2", false), ("-20261123", true)] {
            let mut ingredients = Ingredients::default();
            ingredients.text(suffix);
            let fingerprint = ingredients.fingerprint();
            let mut end = TaskEnd::interrupted("then", "run", "0520fde7");
            end.success = success;
            end.fingerprint = Some(fingerprint.to_string());
            let path = logs.path().join(format!("{}{suffix}", TimingRecord::FILE));
            fs::write(path, python_json::line(&end)).unwrap();
            if success {
                expected.insert(fingerprint);
            }
        }
        assert_eq!(finished(logs.path()).unwrap(), expected);
        assert!(finished(&logs.path().join("missing")).unwrap().is_empty());
    }
}
