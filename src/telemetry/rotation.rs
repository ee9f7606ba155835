//! Keeping a log within a bound, while others read it and append to it.
//!
//! A log that is full is copied beside and renamed, and cut then: it stays the same
//! file, so that `tail -f` goes on with it. All of it happens under the lock that
//! appending takes. A kill leaves one of these behind:
//!
//! - an unfinished copy: the next rotation writes over it;
//! - a copy of a log that was not cut: its records are there twice, which readers
//!   see (module `repetition`) and the next rotation mends;
//! - a rotated file too many: the next rotation removes it.
//!
//! The oldest files go. What is to be remembered of one is written elsewhere
//! before; which files that has happened to is written with it, so that no record
//! counts twice.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

use super::files::{LogFile, files_of, rotated_path};
use super::repetition::repeated_bytes;
use crate::atomic_file;
use crate::event::ReportError;
use crate::lock::Lock;

/// Bound of a log: the size at which it is rotated, and how much of it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogBound {
    /// Size of the largest file, in bytes; 0 for any.
    pub bytes: u64,
    /// Number of rotated files that are kept, at least 1.
    pub files: usize,
}

impl LogBound {
    /// Where nothing is said: nine files of 32 MiB a log, less than 1 GB for the
    /// three. That is a twentieth of the disk that Kaggle gives (20 GB), however long
    /// a search goes on; at 0.5 kB a task in the largest of them, the half a million
    /// tasks that were run last are there to be resumed.
    pub const DEFAULT: Self = Self {
        bytes: 32 << 20,
        files: 8,
    };

    /// Whether a log of this length is rotated before a line of that length is
    /// appended to it.
    pub(super) fn is_reached(&self, length: u64, line: usize) -> bool {
        self.bytes > 0 && length > 0 && length.saturating_add(line as u64) > self.bytes
    }
}

/// Where what is to be remembered of a file that goes is written.
pub(super) trait Memory {
    /// The number of the last file that was remembered, and need not be there.
    fn remembered(&self) -> io::Result<u32>;

    /// Remembers a file.
    fn remember(&self, file: &Path, serial: u32) -> io::Result<()>;
}

/// Of a log that nothing is remembered of.
pub(super) struct NoMemory;

impl Memory for NoMemory {
    fn remembered(&self) -> io::Result<u32> {
        Ok(0)
    }

    fn remember(&self, _file: &Path, _serial: u32) -> io::Result<()> {
        Ok(())
    }
}

/// Empties a log, whose content is kept beside it, and removes the oldest files
/// beyond a number. The log is open, and locked.
pub(super) fn rotate(
    log: &Path,
    file: &File,
    kept: usize,
    memory: &dyn Memory,
) -> Result<(), ReportError> {
    let at_log = |reason| ReportError {
        path: log.to_owned(),
        reason,
    };
    let rotated = rotated_files(log).map_err(at_log)?;
    let remembered = memory.remembered().map_err(at_log)?;
    let half_done = half_done(log, file).map_err(at_log)?;
    let last = rotated.last().map_or(0, |(serial, _)| *serial);
    let target = match &half_done {
        Some(copy) => copy.path.clone(),
        None => rotated_path(log, last.max(remembered) + 1),
    };
    // First what makes room.
    let others = kept.max(1) - usize::from(half_done.is_none());
    let excess = rotated.len().saturating_sub(others);
    for (index, (serial, own)) in rotated.iter().enumerate() {
        let removed = match (*serial <= remembered, index < excess) {
            (true, _) => fs::remove_file(&own.path),
            (false, true) => memory
                .remember(&own.path, *serial)
                .and_then(|()| fs::remove_file(&own.path)),
            (false, false) => Ok(()),
        };
        removed.map_err(|reason| ReportError {
            path: own.path.clone(),
            reason,
        })?;
    }
    copy_and_cut(log, file, &target).map_err(|reason| ReportError {
        path: target,
        reason,
    })
}

/// Finishes the rotation of a log, if it was cut short.
pub(crate) fn finish(log: &Path) -> io::Result<()> {
    let _lock = Lock::exclusive(log)?;
    let file = OpenOptions::new().read(true).append(true).open(log)?;
    match half_done(log, &file)? {
        Some(copy) => copy_and_cut(log, &file, &copy.path),
        None => Ok(()),
    }
}

/// Whether the rotation of a log was cut short, so that its records are there twice.
pub(crate) fn is_half_done(log: &Path) -> io::Result<bool> {
    let lock = match Lock::shared(log) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        other => other?,
    };
    Ok(half_done(log, lock.file())?.is_some())
}

/// The copy of a log that was not cut.
fn half_done(log: &Path, file: &File) -> io::Result<Option<LogFile>> {
    let Some((_, newest)) = rotated_files(log)?.pop() else {
        return Ok(None);
    };
    let repeated = repeated_bytes(&File::open(&newest.path)?, file)?;
    Ok((repeated > 0).then_some(newest))
}

/// The files that this program has rotated a log to, by number.
fn rotated_files(log: &Path) -> io::Result<Vec<(u32, LogFile)>> {
    let (folder, name) = (log.parent(), log.file_name());
    let (Some(folder), Some(name)) = (folder, name.and_then(|name| name.to_str())) else {
        return Ok(Vec::new());
    };
    let files = files_of(folder, name)?.into_iter();
    Ok(files
        .filter_map(|file| Some((file.serial()?, file)))
        .collect())
}

fn copy_and_cut(log: &Path, file: &File, target: &Path) -> io::Result<()> {
    let metadata = file.metadata()?;
    let is_copied = fs::metadata(target).is_ok_and(|copy| copy.len() == metadata.len());
    if !is_copied {
        let mut copy = atomic_file::begin_alone(log, metadata.permissions())?;
        io::copy(&mut File::open(log)?, &mut copy)?;
        copy.persist(target)?;
    }
    file.set_len(0)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;
    use std::sync::{Arc, Mutex};

    use super::super::append::AppendFile;
    use super::*;

    /// Remembers numbers alone.
    #[derive(Clone, Default)]
    struct Numbers(Arc<Mutex<Vec<u32>>>);

    impl Memory for Numbers {
        fn remembered(&self) -> io::Result<u32> {
            Ok(self.0.lock().unwrap().last().copied().unwrap_or(0))
        }

        fn remember(&self, file: &Path, serial: u32) -> io::Result<()> {
            assert!(file.exists());
            self.0.lock().unwrap().push(serial);
            Ok(())
        }
    }

    /// A log of two-byte lines, four of which fill it.
    fn log(folder: &Path, files: usize, memory: Numbers) -> AppendFile {
        let bound = LogBound { bytes: 8, files };
        let file = AppendFile::open(folder.join("log")).unwrap();
        file.within(bound, memory)
    }

    fn contents(folder: &Path) -> Vec<(String, String)> {
        let mut contents: Vec<(String, String)> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, fs::read_to_string(path).unwrap().replace('\n', ""))
            })
            .collect();
        contents.sort();
        contents
    }

    fn expected(files: &[(&str, &str)]) -> Vec<(String, String)> {
        files
            .iter()
            .map(|(name, content)| ((*name).to_owned(), (*content).to_owned()))
            .collect()
    }

    #[test]
    fn a_full_log_is_copied_and_stays_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Numbers::default();
        let mut file = log(folder.path(), 2, memory.clone());
        let inode = || fs::metadata(folder.path().join("log")).unwrap().ino();
        let before = inode();
        for line in "abcdefghijklm".chars() {
            file.append(&format!("{line}\n")).unwrap();
        }
        let files = [("log", "m"), ("log.000002", "efgh"), ("log.000003", "ijkl")];
        assert_eq!(contents(folder.path()), expected(&files));
        assert_eq!(*memory.0.lock().unwrap(), [1]);
        assert_eq!(inode(), before);
        // A line that is longer than a file may be is written all the same.
        file.append("0123456789\n").unwrap();
        let files = [
            ("log", "0123456789"),
            ("log.000003", "ijkl"),
            ("log.000004", "m"),
        ];
        assert_eq!(contents(folder.path()), expected(&files));
    }

    #[test]
    fn a_rotation_that_was_cut_short_is_finished_and_loses_nothing() {
        for (before, after) in [
            // A copy that has no name yet.
            (
                [
                    ("log", "abcd"),
                    (".unfinished-log", "ab"),
                    ("log.000001", "xy"),
                ],
                vec![("log", "e"), ("log.000001", "xy"), ("log.000002", "abcd")],
            ),
            // A copy of a log that was not cut.
            (
                [
                    ("log", "abcd"),
                    ("log.000002", "abcd"),
                    ("log.000001", "xy"),
                ],
                vec![("log", "e"), ("log.000001", "xy"), ("log.000002", "abcd")],
            ),
            // And was appended to, by an instance with another bound.
            (
                [
                    ("log", "abcdz"),
                    ("log.000002", "abcd"),
                    ("log.000001", "xy"),
                ],
                vec![("log", "e"), ("log.000001", "xy"), ("log.000002", "abcdz")],
            ),
            // A file too many.
            (
                [("log", "abcd"), ("log.000002", "vw"), ("log.000001", "xy")],
                vec![("log", "e"), ("log.000002", "vw"), ("log.000003", "abcd")],
            ),
        ] {
            let folder = tempfile::tempdir().unwrap();
            for (name, content) in before {
                let lines: String = content.chars().flat_map(|line| [line, '\n']).collect();
                fs::write(folder.path().join(name), lines).unwrap();
            }
            let mut file = log(folder.path(), 2, Numbers::default());
            file.append("e\n").unwrap();
            assert_eq!(contents(folder.path()), expected(&after), "{before:?}");
        }
    }

    #[test]
    fn what_is_remembered_goes_and_is_not_remembered_again() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("log"), "abcdefgh").unwrap();
        fs::write(folder.path().join("log.000007"), "x\n").unwrap();
        let memory = Numbers(Arc::new(Mutex::new(vec![7])));
        fs::write(folder.path().join("log"), "a\nb\nc\nd\n").unwrap();
        log(folder.path(), 2, memory.clone()).append("e\n").unwrap();
        let files = [("log", "e"), ("log.000008", "abcd")];
        assert_eq!(contents(folder.path()), expected(&files));
        assert_eq!(*memory.0.lock().unwrap(), [7]);
    }

    #[test]
    fn a_log_without_a_bound_is_not_rotated() {
        let bound = LogBound { bytes: 0, files: 1 };
        assert!(!bound.is_reached(u64::MAX, 1));
        let bound = LogBound { bytes: 8, files: 1 };
        for (length, line, is_reached) in [(0, 9, false), (6, 2, false), (6, 3, true)] {
            assert_eq!(
                bound.is_reached(length, line),
                is_reached,
                "{length} {line}"
            );
        }
    }

    #[test]
    fn who_repairs_finishes_it_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, "a\nb\n").unwrap();
        assert!(!is_half_done(&path).unwrap());
        fs::write(folder.path().join("log.000001"), "a\n").unwrap();
        assert!(is_half_done(&path).unwrap());
        finish(&path).unwrap();
        assert!(!is_half_done(&path).unwrap());
        let files = [("log", ""), ("log.000001", "ab")];
        assert_eq!(contents(folder.path()), expected(&files));
        assert!(!is_half_done(&folder.path().join("missing")).unwrap());
    }
}
