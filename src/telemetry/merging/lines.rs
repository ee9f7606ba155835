//! Lines of logs as members of a set: where each belongs, how all of a log are read, and
//! how they are written anew.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::super::append::AppendFile;
use super::super::best_scores;
use super::super::files::{files_of, rotated_path};
use super::super::reading::{Line, ReadError, parse, read_line};
use super::super::record::{InliningRecord, Record, TimingRecord};
use super::super::rotation::LogBound;
use super::super::{LOG_FILE, ReportError, python_json};
use crate::atomic_file;
use crate::json_members::RawMembers;
use crate::lock::Lock;

/// A line, and where it belongs: in the order of time, run, and text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Stamped {
    pub(super) timestamp: String,
    pub(super) run_id: String,
    pub(super) text: Vec<u8>,
}

/// What says where a line belongs, of records of any form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Stamp {
    pub(super) timestamp: String,
    pub(super) run_id: String,
    pub(super) store: Option<String>,
}

/// A line of the log, as a record: when it was written, and by which run.
#[derive(Serialize)]
pub(super) struct LogLine {
    timestamp: String,
    run_id: String,
}

impl Record for LogLine {
    const FILE: &'static str = LOG_FILE;

    fn from_line(line: &[u8]) -> serde_json::Result<Self> {
        use serde::de::Error;
        let text = std::str::from_utf8(line).map_err(Error::custom)?;
        let mut words = text.splitn(3, ' ');
        let (timestamp, run_id) = (words.next(), words.next());
        match (timestamp, run_id, words.next()) {
            (Some(timestamp), Some(run_id), Some(_)) => Ok(Self {
                timestamp: timestamp.to_owned(),
                run_id: run_id.to_owned(),
            }),
            _ => Err(Error::custom("no line of the log")),
        }
    }
}

/// The place in time of a file's lines.
pub(super) trait Placed: Record {
    const PROBLEM: &'static str = "found no whole JSON record, expected one";

    fn stamp(line: &[u8]) -> Stamp {
        serde_json::from_slice(line).unwrap_or_default()
    }
}

impl Placed for TimingRecord {}
impl Placed for InliningRecord {}
impl Placed for LogLine {
    const PROBLEM: &'static str =
        "found no line of the log, expected the time, the run and what it tells";

    fn stamp(line: &[u8]) -> Stamp {
        let line = Self::from_line(line).ok();
        line.map_or_else(Stamp::default, |line| Stamp {
            timestamp: line.timestamp,
            run_id: line.run_id,
            store: None,
        })
    }
}

/// How much is appended at once, in bytes; more than the longest line has.
const TOGETHER: usize = 2 << 20;

/// Appends lines, so many together as an instance does one: a kill leaves whole lines.
pub(super) fn append(
    path: &Path,
    new: impl Iterator<Item = io::Result<Stamped>>,
) -> Result<(), ReportError> {
    let mut text = String::new();
    let mut file = None;
    let mut put = |text: &mut String| {
        let file = match &mut file {
            Some(file) => file,
            none => none.insert(AppendFile::open(path.to_owned())?),
        };
        file.append(text)?;
        text.clear();
        Ok(())
    };
    for line in new {
        let line = line.map_err(|reason| ReportError {
            path: path.to_owned(),
            reason,
        })?;
        text.push_str(&String::from_utf8_lossy(&line.text));
        if text.len() >= TOGETHER {
            put(&mut text)?;
        }
    }
    match text.is_empty() {
        true => Ok(()),
        false => put(&mut text),
    }
}

/// Waits for the lock that appending to a log takes, which is made where it is missing.
pub(super) fn lock_log(path: &Path) -> Result<Lock, ReportError> {
    // Opening it makes it.
    AppendFile::open(path.to_owned())?;
    Lock::exclusive(path).map_err(|reason| ReportError {
        path: path.to_owned(),
        reason,
    })
}

pub(super) fn stamped<R: Placed>(text: &[u8]) -> Stamped {
    let Stamp {
        timestamp, run_id, ..
    } = R::stamp(text);
    Stamped {
        timestamp,
        run_id,
        text: text.to_vec(),
    }
}

/// A line whose record names its store, as it names another one.
pub(super) fn renamed_store(text: &[u8], store: &str) -> Vec<u8> {
    let renamed = || {
        let RawMembers(members) = serde_json::from_slice(text).ok()?;
        let (_, value) = members.iter().find(|(name, _)| name == "store")?;
        let value = value.get();
        let start = value.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
        let (before, rest) = text.split_at_checked(start)?;
        let after = rest.get(value.len()..)?;
        let name = python_json::value(&store);
        Some([before, name.as_bytes(), after].concat())
    };
    renamed().unwrap_or_else(|| text.to_vec())
}

/// The files of a log that are appended to, or were rotated, by this program.
pub(super) fn own_files(logs: &Path, name: &str) -> io::Result<HashSet<PathBuf>> {
    let files = files_of(logs, name)?.into_iter();
    let own = files.filter(|file| file.is_current() || file.serial().is_some());
    Ok(own.map(|file| file.path).collect())
}

/// Reads all lines of a log; nobody cuts the file that is appended to meanwhile.
pub(super) fn read_log<R: Record>(
    logs: &Path,
    each: impl FnMut(&Path, u64, Line<R>, &[u8]),
) -> Result<(), ReadError> {
    let path = logs.join(R::FILE);
    let _lock = match Lock::shared(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        lock => Some(lock.map_err(ReadError::at(&path))?),
    };
    read_log_locked(logs, each)
}

/// The same where it is locked already.
pub(super) fn read_log_locked<R: Record>(
    logs: &Path,
    mut each: impl FnMut(&Path, u64, Line<R>, &[u8]),
) -> Result<(), ReadError> {
    let remembered = match R::IS_REMEMBERED {
        true => best_scores::remembered(logs)?,
        false => 0,
    };
    let files = files_of(logs, R::FILE).map_err(ReadError::at(logs))?;
    let is_there = |serial: Option<u32>| serial.is_none_or(|serial| serial > remembered);
    for file in files.into_iter().filter(|file| is_there(file.serial())) {
        let mut read = || -> io::Result<()> {
            let mut reader = BufReader::new(File::open(&file.path)?);
            let mut text = Vec::new();
            for number in 1.. {
                text.clear();
                let length = read_line(&mut reader, &mut text)?;
                if length == 0 {
                    break;
                }
                let is_whole = length == text.len() as u64 && text.ends_with(b"\n");
                let line = if is_whole { parse(&text) } else { Line::Broken };
                each(&file.path, number, line, &text);
            }
            Ok(())
        };
        match read() {
            // Rotated away since it was listed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => other.map_err(ReadError::at(&file.path))?,
        }
    }
    Ok(())
}

/// Writes all lines of a log anew, into files within the bound: those that were rotated
/// first, then the one that is appended to. What was there before goes last.
pub(super) fn write(
    logs: &Path,
    name: &str,
    bound: LogBound,
    lines: impl Iterator<Item = io::Result<Stamped>>,
) -> io::Result<()> {
    let path = logs.join(name);
    let serials: Vec<(u32, PathBuf)> = files_of(logs, name)?
        .into_iter()
        .filter_map(|file| Some((file.serial()?, file.path)))
        .collect();
    let mut next = serials.last().map_or(0, |(serial, _)| *serial);
    if name == TimingRecord::FILE {
        next = next.max(best_scores::remembered(logs)?);
    }
    let permissions = fs::metadata(&path)?.permissions();
    let begin = || {
        let file = atomic_file::begin_alone(&path, permissions.clone())?;
        Ok::<_, io::Error>(BufWriter::new(file))
    };
    let finish = |writer: BufWriter<tempfile::NamedTempFile>, place: &Path| {
        writer.into_inner()?.persist(place)?;
        Ok::<_, io::Error>(())
    };
    let mut writer = begin()?;
    let mut length = 0;
    for line in lines {
        let line = line?;
        if bound.is_reached(length, line.text.len()) {
            next += 1;
            finish(writer, &rotated_path(&path, next))?;
            writer = begin()?;
            length = 0;
        }
        writer.write_all(&line.text)?;
        length += line.text.len() as u64;
    }
    finish(writer, &path)?;
    for (_, old) in serials {
        fs::remove_file(old)?;
    }
    Ok(())
}
