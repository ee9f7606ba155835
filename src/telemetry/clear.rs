//! Removing logs, and nothing else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::best_scores::RoundRecord;
use super::files::files_of;
use super::record::Record;
use super::{GROWING, nobody_writes};
use crate::atomic_file;
use crate::event::ReportError;

/// Files of logs: how many, and how large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogFiles {
    /// Number of files.
    pub files: u64,
    /// Size of all of them together.
    pub bytes: u64,
}

/// Files that [`clear`] would remove from a folder.
pub fn found(logs: &Path) -> Result<LogFiles, ReportError> {
    each(logs, |_| Ok(()))
}

/// Removes the logs from a folder, those that were rotated included; those that
/// are not there are no error.
pub fn clear(logs: &Path) -> Result<LogFiles, ReportError> {
    each(logs, |path| fs::remove_file(path))
}

/// Does something with each file that is there.
fn each(logs: &Path, action: impl Fn(&Path) -> io::Result<()>) -> Result<LogFiles, ReportError> {
    let mut found = LogFiles::default();
    for path in own_files(logs).map_err(|reason| ReportError {
        path: logs.to_owned(),
        reason,
    })? {
        let size = || fs::symlink_metadata(&path).map(|file| file.len());
        match size().and_then(|size| action(&path).map(|()| size)) {
            Ok(size) => {
                found.files += 1;
                found.bytes += size;
            }
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => {}
            Err(reason) => return Err(ReportError { path, reason }),
        }
    }
    Ok(found)
}

fn own_files(logs: &Path) -> io::Result<Vec<PathBuf>> {
    let mut own = Vec::new();
    for name in GROWING.into_iter().chain([RoundRecord::FILE]) {
        own.extend(files_of(logs, name)?.into_iter().map(|file| file.path));
    }
    // While instances are at work these may be theirs.
    if logs.is_dir() && nobody_writes(logs)?.is_some() {
        own.extend(unfinished(logs));
    }
    Ok(own)
}

/// Files that are not in their place yet; while nobody writes, those that an
/// instance had in hand when it died.
pub(crate) fn unfinished(logs: &Path) -> Vec<PathBuf> {
    let names = GROWING.into_iter().chain([RoundRecord::FILE]);
    names
        .map(|name| atomic_file::unfinished_path(&logs.join(name)))
        .filter(|path| fs::symlink_metadata(path).is_ok_and(|own| own.is_file()))
        .collect()
}
