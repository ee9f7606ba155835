//! Files that are written whole or not at all: beside their place, and renamed
//! when they have all their content. Whoever looks sees the old content or the
//! new; a `kill -9` leaves at most a file whose name says that it is unfinished.
//! A file that is made or nothing, one to ask a file system with, and one that only its
//! process reads have no name until then, where that is possible, and a `kill -9` leaves
//! nothing of them.

#![allow(
    clippy::disallowed_methods,
    reason = "this is how the rooms that write files write them"
)]

use std::ffi::OsString;
use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};
use tempfile::NamedTempFile;

/// How the name of a file begins that is not in its place yet.
const UNFINISHED: &str = ".unfinished-";

/// Whether a name is that of a file which is not in its place yet.
pub(crate) fn is_unfinished(name: &str) -> bool {
    name.starts_with(UNFINISHED)
}

/// Writes a file; what is in its place is replaced.
pub(crate) fn replace(path: &Path, content: &str) -> io::Result<()> {
    replace_bytes(path, content.as_bytes())
}

/// The same for a file that is no text.
pub(crate) fn replace_bytes(path: &Path, content: &[u8]) -> io::Result<()> {
    finished(path, content)?.persist(path)?;
    Ok(())
}

/// Writes a file unless there is one in its place; whether it was written.
pub(crate) fn create(path: &Path, content: &str) -> io::Result<bool> {
    match create_unnamed(path, content) {
        Ok(()) => return Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        // Many file systems know no files without a name, and some systems have no `/proc`.
        Err(_) => {}
    }
    match finished(path, content.as_bytes())?.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.error),
    }
}

/// Writes a file that has no name until it is whole.
fn create_unnamed(path: &Path, content: &str) -> io::Result<()> {
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let mode = Mode::from_raw_mode(usual_permissions().mode());
    let mut file = File::from(open(folder_of(path), flags, mode)?);
    file.write_all(content.as_bytes())?;
    let own = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, own, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

/// An empty file on the file system of a path that has no name, to be written and read back.
pub(crate) fn unnamed(path: &Path) -> io::Result<File> {
    tempfile::tempfile_in(folder_of(path))
}

/// An empty file beside its place, which is removed where it is not persisted.
fn begin(path: &Path, permissions: Permissions) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(UNFINISHED)
        .permissions(permissions)
        .tempfile_in(folder_of(path))
}

/// Where the only file is that [`begin_alone`] begins for a place.
pub(crate) fn unfinished_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(UNFINISHED);
    name.push(path.file_name().unwrap_or_default());
    path.with_file_name(name)
}

/// The folder that a path is in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// The same under a lock that keeps all others from this place: what an instance
/// that died has left of it goes, so that there is one at most.
pub(crate) fn begin_alone(path: &Path, permissions: Permissions) -> io::Result<NamedTempFile> {
    let unfinished = unfinished_path(path);
    match std::fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    tempfile::Builder::new()
        .prefix(unfinished.file_name().unwrap_or_default())
        .rand_bytes(0)
        .permissions(permissions)
        .tempfile_in(folder_of(path))
}

/// Fails where no file can be written in a folder.
pub(crate) fn try_folder(folder: &Path) -> io::Result<()> {
    tempfile::tempfile_in(folder).map(drop)
}

/// The time as the file system of a folder has it, which may be another machine's.
pub(crate) fn time_at(folder: &Path) -> io::Result<SystemTime> {
    tempfile::tempfile_in(folder)?.metadata()?.modified()
}

fn finished(path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = begin(path, usual_permissions())?;
    file.write_all(content)?;
    Ok(file)
}

/// What the user's umask makes of it, as for any other file.
pub(crate) fn usual_permissions() -> Permissions {
    Permissions::from_mode(0o666)
}

#[cfg(test)]
pub(crate) mod testing {
    use std::fs;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// The names of unfinished files that are seen in a folder while some work is done, over
    /// and over; none, and that is told, where its file system knows no files without a name.
    #[allow(clippy::print_stderr, reason = "a skipped test says so")]
    pub(crate) fn unfinished_names_during(folder: &Path, work: impl FnOnce()) -> Vec<OsString> {
        let probe = folder.join("probe");
        if create_unnamed(&probe, "").is_err() {
            eprintln!("skipped: the file system of temporary files knows none without a name");
            return Vec::new();
        }
        fs::remove_file(probe).unwrap();
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let looking = scope.spawn(|| {
                let mut seen = Vec::new();
                while !is_done.load(Ordering::Relaxed) {
                    let names = fs::read_dir(folder).unwrap();
                    let names = names.map(|entry| entry.unwrap().file_name());
                    seen.extend(names.filter(|name| name.to_string_lossy().starts_with('.')));
                }
                seen
            });
            work();
            is_done.store(true, Ordering::Relaxed);
            looking.join().unwrap()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::testing::unfinished_names_during;
    use super::*;

    #[test]
    fn a_file_is_there_whole_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        assert!(create(&path, "first").unwrap());
        assert!(!create(&path, "second").unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        replace(&path, "third").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "third");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_ne!(mode & 0o044, 0, "others may read it, as the umask allows");
        try_folder(folder.path()).unwrap();
        assert!(try_folder(&path).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_made_or_nothing_has_no_name_before() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let seen = unfinished_names_during(folder, || {
            for number in 0..300 {
                assert!(create(&folder.join(number.to_string()), "whole").unwrap());
                try_folder(folder).unwrap();
                time_at(folder).unwrap();
                unnamed(&folder.join("file")).unwrap();
            }
            assert_eq!(fs::read_to_string(folder.join("299")).unwrap(), "whole");
        });
        assert!(seen.is_empty(), "{seen:?}");
    }

    #[test]
    fn one_that_is_alone_takes_the_place_of_what_was_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let left = begin_alone(&path, usual_permissions()).unwrap();
        left.keep().unwrap();
        let file = begin_alone(&path, usual_permissions()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        file.persist(&path).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(path.exists());
    }

    #[test]
    fn what_is_unfinished_has_a_name_that_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let _file = begin(&folder.path().join("file"), usual_permissions()).unwrap();
        let entry = fs::read_dir(folder.path()).unwrap().next().unwrap();
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(is_unfinished(&name), "{name}");
        assert!(name.starts_with(".unfinished-"), "{name}");
    }
}
