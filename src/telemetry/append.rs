//! A file to which whole lines are appended, by any number of instances.
//!
//! A line is one write under the file's lock, so lines never mix. What a disk
//! that is full or a kill has cut off is removed before the next line, for a
//! reader could not tell it from a record. A file that has reached its bound is
//! rotated before the next line (module `rotation`). Others may rotate it too, by
//! renaming or removing it; the next line is then written to a new one.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::rotation::{LogBound, Memory, NoMemory, rotate};
use crate::event::ReportError;
use crate::lock::{Locks, lock_file, metadata_at, unlock_file};

/// How much of the end of a file is read at once to find where its last whole
/// line ends.
const PIECE: usize = 4096;

/// How often a line that has no end is looked at, where another instance may be writing it.
const LOOKS: usize = 1000;

pub(super) struct AppendFile {
    path: PathBuf,
    file: File,
    locks: Locks,
    bound: Option<LogBound>,
    memory: Box<dyn Memory>,
}

impl AppendFile {
    /// A file that may grow as it likes.
    pub(super) fn open(path: PathBuf) -> Result<Self, ReportError> {
        match open(&path) {
            Ok(file) => Ok(Self {
                // A pipe or a terminal has no end to be cut off.
                locks: match path.is_file() {
                    true => Locks::at(&path),
                    false => Locks::Hold,
                },
                path,
                file,
                bound: None,
                memory: Box::new(NoMemory),
            }),
            Err(reason) => Err(ReportError { path, reason }),
        }
    }

    /// The same with a bound, and what remembers the files that go for it.
    pub(super) fn within(self, bound: LogBound, memory: impl Memory + 'static) -> Self {
        Self {
            bound: Some(bound),
            memory: Box::new(memory),
            ..self
        }
    }

    /// What locks are worth there.
    pub(super) fn locks(&self) -> Locks {
        self.locks
    }

    /// Appends a line, or several together, with their newlines: all or nothing.
    pub(super) fn append(&mut self, line: &str) -> Result<(), ReportError> {
        let at_path = |reason| ReportError {
            path: self.path.clone(),
            reason,
        };
        let mut is_alone = lock_file(&self.file).map_err(at_path)?;
        let metadata = loop {
            if let Some(own) = metadata_at(&self.file, &self.path).map_err(at_path)? {
                break own;
            }
            self.file = open(&self.path).map_err(at_path)?;
            is_alone = lock_file(&self.file).map_err(at_path)?;
        };
        let is_alone = is_alone && self.locks.hold();
        let written = self.append_locked(line.as_bytes(), &metadata, is_alone);
        let unlocked = unlock_file(&self.file).map_err(|reason| ReportError {
            path: self.path.clone(),
            reason,
        });
        written.and(unlocked)
    }

    fn append_locked(
        &mut self,
        line: &[u8],
        metadata: &Metadata,
        is_alone: bool,
    ) -> Result<(), ReportError> {
        let at_path = |reason| ReportError {
            path: self.path.clone(),
            reason,
        };
        // A pipe or a terminal has no end to look at.
        if !metadata.is_file() {
            return self.file.write_all(line).map_err(at_path);
        }
        if !is_alone {
            return append_beside_others(&self.file, line).map_err(at_path);
        }
        let mut end = without_rest(&self.file, metadata.len()).map_err(at_path)?;
        if let Some(bound) = self.bound
            && bound.is_reached(end, line.len())
        {
            rotate(&self.path, &self.file, bound.files, &*self.memory)?;
            end = 0;
        }
        self.file
            .write_all(line)
            .inspect_err(|_| {
                // Where even this fails, the next line's writer does it.
                let _ = self.file.set_len(end);
            })
            .map_err(at_path)
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true).read(true);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // The folder may have been removed with what was in it.
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            options.open(path)
        }
        other => other,
    }
}

/// Appends a line where no lock keeps others out. What seems to be cut off may be a line
/// that another instance is writing, so it is not removed: it is ended, if it stays as it
/// is, and the line of its own.
fn append_beside_others(mut file: &File, line: &[u8]) -> io::Result<()> {
    for _ in 0..LOOKS {
        let length = file.metadata()?.len();
        if end_of_lines(file, length)? == length {
            return file.write_all(line);
        }
        std::thread::yield_now();
    }
    file.write_all(&[b"\n", line].concat())
}

/// Removes what was cut off behind the last whole line; the length then.
fn without_rest(file: &File, length: u64) -> io::Result<u64> {
    let end = end_of_lines(file, length)?;
    if end < length {
        file.set_len(end)?;
    }
    Ok(end)
}

/// Where the last whole line of a file of this length ends.
fn end_of_lines(file: &File, length: u64) -> io::Result<u64> {
    let mut end = length;
    let mut piece = [0; PIECE];
    // The last byte alone decides nearly always.
    let mut size = 1;
    while end > 0 {
        let start = end.saturating_sub(size as u64);
        let piece = &mut piece[..(end - start) as usize];
        file.read_exact_at(piece, start)?;
        if let Some(place) = piece.iter().rposition(|&byte| byte == b'\n') {
            return Ok(start + place as u64 + 1);
        }
        end = start;
        size = PIECE;
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_line_that_was_cut_off_goes_before_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        for (before, kept) in [
            ("", String::new()),
            ("one\n", "one\n".to_owned()),
            ("one\ntw", "one\n".to_owned()),
            ("tw", String::new()),
            (
                &format!("one\n{}", "x".repeat(3 * PIECE)),
                "one\n".to_owned(),
            ),
        ] {
            fs::write(&path, before).unwrap();
            let mut file = AppendFile::open(path.clone()).unwrap();
            file.append("next\n").unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), kept + "next\n");
        }
    }

    #[test]
    fn beside_others_what_seems_cut_off_stays_and_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        for (before, after) in [
            ("", "next\n"),
            ("one\n", "one\nnext\n"),
            ("one\ntw", "one\ntw\nnext\n"),
        ] {
            fs::write(&path, before).unwrap();
            let file = open(&path).unwrap();
            append_beside_others(&file, b"next\n").unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), after);
        }
    }

    #[test]
    fn a_file_that_was_renamed_or_removed_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("logs");
        let path = logs.join("log");
        let mut file = AppendFile::open(path.clone()).unwrap();
        file.append("one\n").unwrap();
        let rotated = logs.join("log.1");
        fs::rename(&path, &rotated).unwrap();
        file.append("two\n").unwrap();
        assert_eq!(fs::read_to_string(&rotated).unwrap(), "one\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "two\n");
        fs::remove_dir_all(&logs).unwrap();
        file.append("three\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "three\n");
    }

    #[test]
    fn lines_of_many_writers_stay_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let path = path.clone();
                scope.spawn(move || {
                    let mut file = AppendFile::open(path).unwrap();
                    let line = format!("{}\n", writer.to_string().repeat(9000));
                    for _ in 0..100 {
                        file.append(&line).unwrap();
                    }
                });
            }
        });
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 400);
        for line in text.lines() {
            assert_eq!(line.len(), 9000);
            assert!(line.bytes().all(|byte| byte == line.as_bytes()[0]));
        }
    }
}
