//! The files that a log has: the one that is appended to, and those that it was
//! rotated to, by this program or by others.
//!
//! What this program rotates has a number that grows: `….jsonl.000001` is older
//! than `….jsonl.000002`, and is never renamed, so that whoever reads a file has
//! what its name says. Others number by age (`….jsonl.1` is the newest) or by date
//! (`….jsonl-20261123`); theirs are read, and left to them.

use std::cmp::Reverse;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Digits of the number of a file that this program has rotated. Another length
/// is another program's.
const SERIAL_DIGITS: usize = 6;

/// A file of a log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LogFile {
    pub(super) rotation: Rotation,
    pub(super) path: PathBuf,
}

/// When a file of a log was rotated; the earlier the less. A log that this program
/// rotates was rotated by others before, if at all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rotation {
    /// On a date, whose digits stand in the order of time.
    Date(String),
    /// So many rotations ago.
    Number(Reverse<u32>),
    /// By this program, after those with lesser numbers.
    Serial(u32),
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
        if suffix.is_empty() {
            return Some(Self::Current);
        }
        let number = suffix.strip_prefix(['.', '-']).unwrap_or(suffix);
        Some(match number.parse::<u32>() {
            Ok(serial) if suffix.starts_with('.') && number.len() == SERIAL_DIGITS => {
                Self::Serial(serial)
            }
            // A date has at least a year, a month and a day.
            Ok(number) if suffix.len() < 7 => Self::Number(Reverse(number)),
            _ => Self::Date(number.to_owned()),
        })
    }
}

impl LogFile {
    /// The number of a file that this program has rotated.
    pub(super) fn serial(&self) -> Option<u32> {
        match self.rotation {
            Rotation::Serial(serial) => Some(serial),
            _ => None,
        }
    }

    pub(super) fn is_current(&self) -> bool {
        self.rotation == Rotation::Current
    }
}

/// Where the records of a log go that this program rotates.
pub(super) fn rotated_path(log: &Path, serial: u32) -> PathBuf {
    let mut path = log.as_os_str().to_owned();
    path.push(format!(".{serial:0SERIAL_DIGITS$}"));
    path.into()
}

/// The files of the log of this name in a folder, the oldest first; none where
/// there is no folder. None that were compressed.
pub(super) fn files_of(logs: &Path, name: &str) -> io::Result<Vec<LogFile>> {
    let entries = match fs::read_dir(logs) {
        Ok(entries) => entries,
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(reason) => return Err(reason),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let own = entry.file_name();
        let suffix = own.to_str().and_then(|own| own.strip_prefix(name));
        if let Some(rotation) = suffix.and_then(Rotation::of_suffix) {
            let path = entry.path();
            files.push(LogFile { rotation, path });
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_in_the_order_they_were_written_in() {
        let logs = tempfile::tempdir().unwrap();
        let suffixes = [
            "-20251231",
            ".2026-01-01",
            ".10",
            ".9",
            ".1",
            ".000009",
            ".000010",
            "",
        ];
        for suffix in suffixes.iter().chain(&[".1.gz", ".old", "~"]) {
            fs::write(logs.path().join(format!("log{suffix}")), "").unwrap();
        }
        let files = files_of(logs.path(), "log").unwrap();
        let names = files
            .iter()
            .map(|file| file.path.to_str().unwrap().rsplit_once("/log").unwrap().1);
        assert!(names.eq(suffixes));
        let serials: Vec<u32> = files.iter().filter_map(LogFile::serial).collect();
        assert_eq!(serials, [9, 10]);
        assert!(files.last().unwrap().is_current());
        assert!(
            files_of(&logs.path().join("missing"), "log")
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn what_is_rotated_is_found_again() {
        let logs = tempfile::tempdir().unwrap();
        let path = rotated_path(&logs.path().join("log"), 7);
        assert!(path.ends_with("log.000007"), "a promise to those who look");
        fs::write(&path, "").unwrap();
        let files = files_of(logs.path(), "log").unwrap();
        assert_eq!((files[0].serial(), &files[0].path), (Some(7), &path));
    }
}
