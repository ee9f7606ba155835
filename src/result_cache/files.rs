//! The files in the folder of the segments: their names, their order, and whether the
//! instance of one is gone.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process;

use uuid::Uuid;

use super::Refused;
use crate::store::folder;

/// How the names of segments end.
const ENDING: &str = ".segment";

/// The segment that those of instances which are gone are made.
pub(super) const COMPACTED: &str = "compacted.segment";

/// A segment that is there.
pub(super) struct Segment {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
}

impl Segment {
    /// Opened, and whether its instance is gone: then nobody else has it as long as it is
    /// open. `None` where it is there no more.
    pub(super) fn open(&self) -> io::Result<Option<(File, bool)>> {
        let file = match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        // Where there are no locks, all live.
        let is_dead = file.try_lock().is_ok();
        Ok(Some((file, is_dead)))
    }
}

/// Segments in a folder, the oldest first.
pub(super) fn list(folder: &Path) -> io::Result<Vec<Segment>> {
    let mut segments = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if !is_segment(&name) {
            continue;
        }
        match entry.metadata() {
            Ok(metadata) if metadata.is_file() => segments.push(Segment {
                path: entry.path(),
                bytes: metadata.len(),
                name,
            }),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    // Names begin with the time.
    segments.sort_by(|one, other| {
        let key = |segment: &Segment| (segment.name != COMPACTED, segment.name.clone());
        key(one).cmp(&key(other))
    });
    Ok(segments)
}

/// Name of a new segment of this instance.
pub(super) fn new_name() -> String {
    format!("{}-{}{ENDING}", Uuid::now_v7(), process::id())
}

/// Whether a name is one that a segment has.
fn is_segment(name: &str) -> bool {
    let of_instance = || {
        let (uuid, process) = name.strip_suffix(ENDING)?.rsplit_once('-')?;
        process.parse::<u32>().ok()?;
        Uuid::parse_str(uuid).ok()
    };
    name == COMPACTED || of_instance().is_some()
}

/// Makes the folder where it is missing. One that is a link may lead anywhere.
pub(super) fn make_own_folder(folder: &Path) -> io::Result<()> {
    if fs::symlink_metadata(folder).is_ok_and(|own| own.is_symlink()) {
        let message = "it is a symbolic link, expected a folder";
        return Err(io::Error::new(io::ErrorKind::NotADirectory, message));
    }
    folder::make_path(folder)
}

/// Removes a file; one that is not there is no error.
pub(super) fn remove(path: &Path) -> Result<(), Refused> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Refused::at(path)(error)),
        _ => Ok(()),
    }
}
