//! Folders of a store: made, listed, and never reached through a link.
//!
//! A task's tree is some hundred small folders, which are listed over and over. So
//! what is under a folder is reached from the open folder, by its name alone: that is
//! half the system's work, and what a name leads to cannot change between a look at it
//! and its opening.

use std::ffi::CStr;
use std::fs::{self, Metadata};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, RawDir};
use rustix::io::{Errno, retry_on_intr};

use crate::lock::Lock;

/// Bytes of entries that the system is asked for at once: most folders of a store have
/// fewer, and no entry has more.
const PIECE: usize = 16 << 10;

/// Makes a folder under `out`, and those between, where they are missing.
///
/// Fails where one of them is a symbolic link or no folder.
pub(crate) fn make(out: &Path, folder: &Path) -> io::Result<()> {
    if !out.is_dir() {
        fs::create_dir_all(out)?;
    }
    let mut path = out.to_owned();
    for name in folder.strip_prefix(out).unwrap_or(folder) {
        path.push(name);
        match fs::create_dir(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => check(&path)?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Makes a folder, and those around it, where they are missing; also through links, for what
/// a user names may be one, and what is under it.
///
/// # Errors
/// As [`fs::create_dir_all`]; where a file is in the way the error says which.
pub(crate) fn make_path(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path).map_err(|error| {
        let in_the_way = path.ancestors().find(|own| own.exists() && !own.is_dir());
        match in_the_way {
            None => error,
            Some(file) if file == path => not_a_folder("it is a file"),
            Some(file) => not_a_folder(&format!("{} is a file", file.display())),
        }
    })
}

fn not_a_folder(found: &str) -> io::Error {
    let message = format!("{found}, expected a folder");
    io::Error::new(io::ErrorKind::NotADirectory, message)
}

/// Waits until nobody else has a folder under `out`, which is made where it is missing.
///
/// Fails where it, or a folder between, is a symbolic link or no folder.
pub(super) fn locked(out: &Path, folder: &Path) -> io::Result<Lock> {
    make_missing(out, folder)?;
    match Lock::exclusive(folder) {
        // Somebody has removed it just now.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make(out, folder)?;
            Lock::exclusive(folder)
        }
        other => other,
    }
}

/// The same as [`make`], for what is mostly there: a look takes the system less than an
/// attempt to make it.
pub(super) fn make_missing(out: &Path, folder: &Path) -> io::Result<()> {
    let found = walk_to(out, folder)?;
    match found.is_some_and(|metadata| metadata.is_dir()) {
        true => Ok(()),
        false => make(out, folder),
    }
}

/// The names in a folder under `out` that are UTF-8, in no order; none where it
/// is missing.
///
/// Fails where it, or a folder between, is a symbolic link: what is listed may
/// be changed.
pub(crate) fn names(out: &Path, folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    if let Some(opened) = open(out, folder)? {
        each_entry(&opened, |name, _| {
            names.extend(name.to_str().map(str::to_owned));
        })?;
    }
    Ok(names)
}

/// Opens a folder under `out`; `None` where it is missing.
///
/// Fails where it, or a folder between, is a symbolic link: what is listed may
/// be changed.
pub(super) fn open(out: &Path, folder: &Path) -> io::Result<Option<OwnedFd>> {
    let is_out = folder == out;
    // What it is itself is seen when it is opened.
    let around = folder.parent().filter(|around| !is_out && *around != out);
    if let Some(around) = around
        && walk_to(out, around)?.is_none()
    {
        return Ok(None);
    }
    open_from(CWD, folder, folder, !is_out)
}

/// What the system says of what is at a path under `out`; `None` where it is missing.
///
/// Fails where it, or a folder between, is a symbolic link.
fn walk_to(out: &Path, folder: &Path) -> io::Result<Option<Metadata>> {
    let mut path = out.to_owned();
    let mut found = None;
    for name in folder.strip_prefix(out).unwrap_or(folder) {
        path.push(name);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_symlink() => check(&path)?,
            Ok(metadata) => found = Some(metadata),
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Opens a folder in one that is open, whose path is this; `None` where it is missing.
///
/// Fails where it is a symbolic link.
pub(super) fn open_inside(
    around: impl AsFd,
    name: &str,
    path: &Path,
) -> io::Result<Option<OwnedFd>> {
    open_from(around, name, path, true)
}

fn open_from(
    from: impl AsFd,
    name: impl rustix::path::Arg + Copy,
    path: &Path,
    is_own: bool,
) -> io::Result<Option<OwnedFd>> {
    let mut flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    flags.set(OFlags::NOFOLLOW, is_own);
    match retry_on_intr(|| rustix::fs::openat(&from, name, flags, Mode::empty())) {
        Ok(folder) => Ok(Some(folder)),
        Err(Errno::NOENT) => Ok(None),
        Err(Errno::NOTDIR | Errno::LOOP) if !path.is_symlink() => Ok(None),
        Err(Errno::NOTDIR | Errno::LOOP) => check(path).map(|()| None),
        Err(error) => Err(error.into()),
    }
}

/// Calls a function with the name of each entry of an open folder, in no order, and with
/// what it is.
pub(super) fn each_entry(
    folder: impl AsFd,
    mut call: impl FnMut(&CStr, FileType),
) -> io::Result<()> {
    let folder = folder.as_fd();
    let mut buffer = [MaybeUninit::uninit(); PIECE];
    let mut entries = RawDir::new(folder, &mut buffer);
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(Errno::INTR) => continue,
            // It was removed meanwhile.
            Err(Errno::NOENT) => break,
            Err(error) => return Err(error.into()),
        };
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let kind = match entry.file_type() {
            // Not every file system tells.
            FileType::Unknown => {
                let metadata = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW);
                metadata.map_or(FileType::Unknown, |own| {
                    FileType::from_raw_mode(own.st_mode)
                })
            }
            kind => kind,
        };
        call(name, kind);
    }
    Ok(())
}

/// Whether an entry of an open folder is there; for a link, whether what it leads to is.
pub(super) fn leads_somewhere(folder: impl AsFd, name: impl rustix::path::Arg) -> bool {
    rustix::fs::statat(folder, name, AtFlags::empty()).is_ok()
}

fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Whether a folder is there, and no link to one.
pub(crate) fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// Fails where what is at a path is no folder, or a link to one.
pub(super) fn check(path: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if kind.is_dir() {
        return Ok(());
    }
    let found = match kind.is_symlink() {
        true => "a symbolic link, through which nothing is written",
        false => "no folder",
    };
    Err(io::Error::other(format!(
        "{} is {found}; expected a folder",
        path.display()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_the_way_of_a_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let told = make_path(&file).unwrap_err().to_string();
        assert_eq!(told, "it is a file, expected a folder");
        let told = make_path(&file.join("deep/folder")).unwrap_err();
        assert!(
            told.to_string()
                .ends_with("file is a file, expected a folder")
        );
        make_path(&folder.path().join("deep/folder")).unwrap();
    }
}
