//! Folders that are made without following links.

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
