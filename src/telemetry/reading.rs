//! Reading a log again, whoever has written to it and whatever it was renamed
//! to meanwhile: one iterator over the lines of all its files, for all who ask
//! the logs something.
//!
//! Files that were rotated do not change; the one that is appended to is read
//! last, under a shared lock, so that it is not cut meanwhile. What an instance
//! that died while it rotated has left twice is told ([`Entry::is_repeated`]), and
//! a file that is remembered elsewhere is not read.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::best_scores;
use super::files::{LogFile, files_of};
use super::record::Record;
use super::repetition::repeated_bytes;
use crate::lock::Lock;

/// The longest line that is looked at, in bytes. The longest record has a few
/// hundred; a line beyond this is none, and holding it would only cost.
pub(super) const LONGEST_LINE: usize = 1 << 20;

/// Error for a log that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be read: {reason}", path.display())]
pub struct ReadError {
    path: PathBuf,
    reason: io::Error,
}

impl ReadError {
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |reason| Self {
            path: path.to_owned(),
            reason,
        }
    }
}

impl From<ReadError> for io::Error {
    fn from(error: ReadError) -> Self {
        error.reason
    }
}

/// A line of a log, and where it stands.
#[derive(Debug)]
pub(crate) struct Entry<R> {
    pub(crate) path: Arc<Path>,
    /// Counts from 1 in its file.
    pub(crate) number: u64,
    /// Whether the file before has it too, for its instance died while it rotated
    /// the log.
    pub(crate) is_repeated: bool,
    pub(crate) line: Line<R>,
}

/// What a line of a file of records is.
#[derive(Debug)]
pub(crate) enum Line<R> {
    /// A record of the wanted form.
    Record(R),
    /// JSON of another form: records of a later version, and other programs'.
    Other,
    /// No JSON, or not even a whole line.
    Broken,
}

/// The lines of a log and of what it was rotated to, the oldest first.
#[derive(Debug)]
pub(crate) struct Entries<R> {
    logs: PathBuf,
    /// Those that are not begun, the next first.
    files: VecDeque<LogFile>,
    /// The number of the last file that is remembered elsewhere or was begun, of
    /// those that this program has rotated.
    serial: u32,
    remembered: u32,
    has_older_gone: bool,
    before: Option<File>,
    open: Option<OpenLog>,
    has_missed: bool,
    line: Vec<u8>,
    record: PhantomData<R>,
}

#[derive(Debug)]
struct OpenLog {
    path: Arc<Path>,
    reader: BufReader<File>,
    /// Of the line read last.
    number: u64,
    /// How much is left of what the file before has too, in bytes.
    repeated: u64,
    /// Keeps others from appending to it.
    _lock: Option<Lock>,
}

/// All lines of the log that has these records; none where there is no log.
pub(crate) fn entries<R: Record>(logs: &Path) -> Result<Entries<R>, ReadError> {
    let remembered = match R::IS_REMEMBERED {
        true => best_scores::remembered(logs)?,
        false => 0,
    };
    let mut files: VecDeque<LogFile> = list::<R>(logs)?.into();
    files.retain(|file| file.serial().is_none_or(|serial| serial > remembered));
    let first = files.iter().find_map(LogFile::serial);
    let mut entries = Entries {
        logs: logs.to_owned(),
        files,
        serial: remembered,
        remembered,
        has_older_gone: remembered > 0 || first.is_some_and(|first| first > 1),
        before: None,
        open: None,
        has_missed: false,
        line: Vec::new(),
        record: PhantomData,
    };
    // It is the next to go.
    entries.open = entries.open_next()?;
    Ok(entries)
}

fn list<R: Record>(logs: &Path) -> Result<Vec<LogFile>, ReadError> {
    files_of(logs, R::FILE).map_err(ReadError::at(logs))
}

impl<R: Record> Entries<R> {
    /// The number of the last file that is remembered elsewhere, and not read here.
    pub(super) fn remembered(&self) -> u32 {
        self.remembered
    }

    /// Whether there were older files, which this program has removed.
    pub(crate) fn has_older_gone(&self) -> bool {
        self.has_older_gone
    }

    /// Whether a file was removed before its turn came, by an instance that rotated
    /// the log meanwhile.
    pub(super) fn has_missed(&self) -> bool {
        self.has_missed
    }

    fn open_next(&mut self) -> Result<Option<OpenLog>, ReadError> {
        while let Some(next) = self.files.pop_front() {
            let path = next.path.clone();
            match self.open(next) {
                Ok(Some(open)) => return Ok(Some(open)),
                Ok(None) => {}
                Err(error) => return Err(ReadError::at(&path)(error)),
            }
        }
        Ok(None)
    }

    /// `None` for a file that somebody has removed or renamed since it was listed,
    /// and for one whose turn has not come.
    fn open(&mut self, next: LogFile) -> io::Result<Option<OpenLog>> {
        let is_there = |opened: io::Result<File>| match opened {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            other => other.map(Some),
        };
        let mut lock = None;
        let file = if next.is_current() {
            let locked = match Lock::shared(&next.path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                other => other?,
            };
            // What was rotated meanwhile comes first.
            let mut rotated = files_of(&self.logs, R::FILE)?;
            rotated.retain(|file| file.serial().is_some_and(|serial| serial > self.serial));
            if !rotated.is_empty() {
                self.files = rotated.into_iter().chain([next]).collect();
                return Ok(None);
            }
            let file = locked.file().try_clone()?;
            lock = Some(locked);
            file
        } else {
            let Some(file) = is_there(File::open(&next.path))? else {
                self.has_missed = true;
                return Ok(None);
            };
            self.serial = self.serial.max(next.serial().unwrap_or(0));
            file
        };
        let repeated = match &self.before {
            Some(before) => repeated_bytes(before, &file)?,
            None => 0,
        };
        // A copy of what is locked would hold the lock.
        self.before = match lock {
            None => Some(file.try_clone()?),
            Some(_) => None,
        };
        let mut reader = BufReader::new(file);
        reader.seek(SeekFrom::Start(0))?;
        Ok(Some(OpenLog {
            path: next.path.into(),
            reader,
            number: 0,
            repeated,
            _lock: lock,
        }))
    }
}

/// The records of a log, each once, without what else is in it.
#[cfg(test)]
pub(super) fn records<R: Record>(
    logs: &Path,
) -> Result<impl Iterator<Item = Result<R, ReadError>>, ReadError> {
    let record = |entry: Result<Entry<R>, _>| match entry {
        Ok(Entry {
            line: Line::Record(record),
            is_repeated: false,
            ..
        }) => Some(Ok(record)),
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
                match self.open_next() {
                    Ok(None) => return None,
                    Ok(open) => self.open = open,
                    Err(error) => return Some(Err(error)),
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
            let is_repeated = open.repeated > 0;
            open.repeated = open.repeated.saturating_sub(length);
            let is_whole = length == self.line.len() as u64 && self.line.ends_with(b"\n");
            return Some(Ok(Entry {
                path: Arc::clone(&open.path),
                number: open.number,
                is_repeated,
                line: match is_whole {
                    true => parse(&self.line),
                    false => Line::Broken,
                },
            }));
        }
    }
}

/// Whether a line is no record, nor any other JSON.
pub(crate) fn is_broken(line: &[u8]) -> bool {
    line.len() > LONGEST_LINE
        || !line.ends_with(b"\n")
        // Of a string that is passed over serde_json does not ask it.
        || std::str::from_utf8(line).is_err()
        || serde_json::from_slice::<serde::de::IgnoredAny>(line).is_err()
}

pub(super) fn parse<R: Record>(line: &[u8]) -> Line<R> {
    match R::from_line(line) {
        Ok(record) => Line::Record(record),
        Err(_) if !is_broken(line) => Line::Other,
        Err(_) => Line::Broken,
    }
}

/// Reads a line, of which at most [`LONGEST_LINE`] bytes are kept; how long it
/// is.
pub(super) fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<u64> {
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

#[cfg(test)]
mod tests {
    use super::super::python_json;
    use super::super::record::{InliningRecord, TaskEnd, TimingRecord};
    use super::*;
    use std::fs;

    fn end(run: &str) -> String {
        python_json::line(&TaskEnd::interrupted("then", run, "0520fde7"))
    }

    #[test]
    fn lines_are_told_apart_and_numbered() {
        let record = end("run");
        let long = "x".repeat(LONGEST_LINE + 1);
        let cut_off = record.trim_end();
        let mut content = format!("{record}{{}}\n\u{0}\n\n{long}\n").into_bytes();
        content.extend(b"{\"of_no_record\": \"\xff\"}\n");
        content.extend(format!("{record}{cut_off}").into_bytes());
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
            "record", "other", "broken", "broken", "broken", "broken", "record", "broken",
        ];
        assert_eq!(kinds, expected);
        fs::write(&path, "").unwrap();
        assert_eq!(entries::<TimingRecord>(logs.path()).unwrap().count(), 0);
        assert_eq!(entries::<InliningRecord>(logs.path()).unwrap().count(), 0);
    }

    fn runs(logs: &Path) -> Vec<String> {
        let records = records(logs).unwrap();
        let run = |record: Result<TimingRecord, _>| match record.unwrap() {
            TimingRecord::End(end) => end.run_id,
            TimingRecord::Start(start) => panic!("{start:?}"),
        };
        records.map(run).collect()
    }

    #[test]
    fn rotated_files_come_in_the_order_they_were_written_in() {
        let logs = tempfile::tempdir().unwrap();
        let suffixes = ["-20251231", ".2026-01-01", ".10", ".9", ".1", ".000007", ""];
        for suffix in suffixes.iter().chain(&[".1.gz", ".old", "~"]) {
            let path = logs.path().join(format!("{}{suffix}", TimingRecord::FILE));
            fs::write(path, end(suffix)).unwrap();
        }
        assert_eq!(runs(logs.path()), suffixes);
    }

    #[test]
    fn what_an_interrupted_rotation_has_left_twice_is_read_once() {
        let logs = tempfile::tempdir().unwrap();
        let write = |suffix: &str, content: &str| {
            let path = logs.path().join(format!("{}{suffix}", TimingRecord::FILE));
            fs::write(path, content).unwrap();
        };
        let copied = end("one") + &end("two");
        write(".000001", &end("zero"));
        write(".000002", &copied);
        write("", &(copied.clone() + &end("three")));
        assert_eq!(runs(logs.path()), ["zero", "one", "two", "three"]);
        let repeated = entries::<TimingRecord>(logs.path()).unwrap();
        let repeated: Vec<(u64, bool)> = repeated
            .map(|entry| {
                entry
                    .map(|entry| (entry.number, entry.is_repeated))
                    .unwrap()
            })
            .collect();
        let expected = [
            (1, false),
            (1, false),
            (2, false),
            (1, true),
            (2, true),
            (3, false),
        ];
        assert_eq!(repeated, expected);
        // A part of it is no copy.
        write("", &(end("one") + &end("three")));
        assert_eq!(runs(logs.path()), ["zero", "one", "two", "one", "three"]);
    }

    #[test]
    fn what_is_rotated_while_it_is_read_is_read() {
        let logs = tempfile::tempdir().unwrap();
        let path = |suffix: &str| logs.path().join(format!("{}{suffix}", TimingRecord::FILE));
        fs::write(path(".000001"), end("one")).unwrap();
        fs::write(path(""), end("two")).unwrap();
        let mut reading = entries::<TimingRecord>(logs.path()).unwrap();
        assert!(reading.next().is_some());
        fs::copy(path(""), path(".000002")).unwrap();
        fs::write(path(""), end("three")).unwrap();
        // It is open already; what it says is read all the same.
        fs::remove_file(path(".000001")).unwrap();
        assert_eq!(reading.by_ref().count(), 2);
        assert!(!reading.has_missed());
    }
}
