//! Removing the files of a result cache, and nothing else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::files::{COMPACTED, list};
use crate::atomic_file;
use crate::lock::Lock;
use crate::store::folder;

/// Files of a result cache: how many, and how large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SegmentFiles {
    /// Number of files.
    pub files: u64,
    /// Size of all of them together.
    pub bytes: u64,
}

/// Files that [`clear`] would remove from the folder of a result cache.
pub fn found(folder: &Path) -> io::Result<SegmentFiles> {
    let mut found = SegmentFiles::default();
    for path in own_files(folder)? {
        match fs::symlink_metadata(path) {
            Ok(metadata) => {
                found.files += 1;
                found.bytes += metadata.len();
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Removes the segments from a folder, and the folder where nothing else is in it. What
/// is not there is no error. An instance that is at work begins anew.
pub fn clear(folder: &Path) -> io::Result<SegmentFiles> {
    if !folder::is_there(folder) {
        return Ok(SegmentFiles::default());
    }
    let _alone = Lock::exclusive(folder)?;
    let found = found(folder)?;
    for path in own_files(folder)? {
        fs::remove_file(path)?;
    }
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(error),
        _ => Ok(found),
    }
}

/// Files that an instance wrote to a folder, those included that are not in their place
/// yet.
fn own_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder::is_there(folder) {
        return Ok(Vec::new());
    }
    let mut own: Vec<_> = list(folder)?.into_iter().map(|own| own.path).collect();
    let unfinished = atomic_file::unfinished_path(&folder.join(COMPACTED));
    if fs::symlink_metadata(&unfinished).is_ok_and(|own| own.is_file()) {
        own.push(unfinished);
    }
    Ok(own)
}
