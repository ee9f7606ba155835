//! Folders of a store: made, listed, and never reached through a link.
//!
//! A task's tree is some hundred small folders, which are listed over and over. So
//! what is under a folder is reached from the open folder, by its name alone
//! ([`Listed`]): that is half the system's work, and what a name leads to cannot
//! change between a look at it and its opening.

use std::ffi::CString;
use std::fs;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};

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

/// The names in a folder under `out` that are UTF-8, in no order; none where it
/// is missing.
///
/// Fails where it, or a folder between, is a symbolic link: what is listed may
/// be changed.
pub(crate) fn names(out: &Path, folder: &Path) -> io::Result<Vec<String>> {
    let Some(listed) = Listed::open(out, folder)? else {
        return Ok(Vec::new());
    };
    let names = listed.entries.into_iter();
    let utf8 = names.filter_map(|entry| entry.name.into_string().ok());
    Ok(utf8.collect())
}

/// A folder that is open, and its entries.
pub(super) struct Listed {
    dir: Dir,
    /// In no order.
    pub(super) entries: Vec<Entry>,
}

/// What a folder has under a name.
pub(super) struct Entry {
    name: CString,
    pub(super) is_link: bool,
}

impl Entry {
    /// `None` where it is not UTF-8.
    pub(super) fn name(&self) -> Option<&str> {
        self.name.to_str().ok()
    }
}

impl Listed {
    /// A folder under `out`; `None` where it is missing.
    ///
    /// Fails where it, or a folder between, is a symbolic link: what is listed may
    /// be changed.
    pub(super) fn open(out: &Path, folder: &Path) -> io::Result<Option<Self>> {
        let mut path = out.to_owned();
        for name in folder.strip_prefix(out).unwrap_or(folder) {
            path.push(name);
            match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_symlink() => check(&path)?,
                Ok(_) => {}
                Err(error) if is_missing(&error) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        let is_out = folder == out;
        Self::open_from(CWD, folder, folder, !is_out)
    }

    /// A folder in this one, whose path is this; `None` where it is missing.
    ///
    /// Fails where it is a symbolic link.
    pub(super) fn open_inside(&self, entry: &Entry, path: &Path) -> io::Result<Option<Self>> {
        Self::open_from(self.dir.fd()?, entry.name.as_c_str(), path, true)
    }

    fn open_from(
        from: impl AsFd,
        name: impl rustix::path::Arg + Copy,
        path: &Path,
        is_own: bool,
    ) -> io::Result<Option<Self>> {
        let mut flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        flags.set(OFlags::NOFOLLOW, is_own);
        let opened = retry_on_intr(|| rustix::fs::openat(&from, name, flags, Mode::empty()));
        let mut dir = match opened {
            Ok(folder) => Dir::new(folder)?,
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::NOTDIR | Errno::LOOP) if !path.is_symlink() => return Ok(None),
            Err(Errno::NOTDIR | Errno::LOOP) => return check(path).map(|()| None),
            Err(error) => return Err(error.into()),
        };
        let mut entries = Vec::new();
        while let Some(entry) = dir.read() {
            let entry = entry?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            let kind = match entry.file_type() {
                // Not every file system tells.
                FileType::Unknown => {
                    let flags = AtFlags::SYMLINK_NOFOLLOW;
                    let metadata = rustix::fs::statat(dir.fd()?, name, flags);
                    metadata.map_or(FileType::Unknown, |own| {
                        FileType::from_raw_mode(own.st_mode)
                    })
                }
                kind => kind,
            };
            entries.push(Entry {
                name: name.to_owned(),
                is_link: kind == FileType::Symlink,
            });
        }
        Ok(Some(Self { dir, entries }))
    }

    /// Whether an entry of it is there; for a link, whether what it leads to is.
    pub(super) fn leads_somewhere(&self, entry: &Entry) -> bool {
        let follow = AtFlags::empty();
        let look = |from| rustix::fs::statat(from, &entry.name, follow).is_ok();
        self.dir.fd().is_ok_and(look)
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
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
