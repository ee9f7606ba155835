//! Folders of a store: made, listed, and never reached through a link.

use std::fs;
use std::io;
use std::path::Path;

/// Makes a folder under `out`, and those between, where they are missing.
///
/// Fails where one of them is a symbolic link or no folder.
pub(super) fn make(out: &Path, folder: &Path) -> io::Result<()> {
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
    let mut path = out.to_owned();
    for name in folder.strip_prefix(out).unwrap_or(folder) {
        path.push(name);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_symlink() => check(&path)?,
            Ok(_) => {}
            Err(error) if is_missing(&error) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        }
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_missing(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().into_string());
    }
    Ok(names)
}

fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn check(path: &Path) -> io::Result<()> {
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
