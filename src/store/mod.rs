//! What a run leaves behind: every program once, under its identity.
//!
//! The best programs of each task are linked from `solver_dir/` and
//! `differ_dir/` ([`TaskTree`]).
//!
//! `solver_md5/<md5>.py` and `differ_md5/<md5>.py` hold expanded programs. A
//! file is written beside its place and renamed, so whoever looks sees all of
//! it or nothing, and `kill -9` leaves at most a file whose name begins with a
//! dot. A file that is there is never written again: its name says what it
//! holds.

mod clear;
mod tidy;
mod tree;

use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::library::Role;
use crate::program::Identity;

/// A folder that holds the store's folders.
#[derive(Debug)]
pub struct Store {
    out: PathBuf,
    solver_md5: PathBuf,
    differ_md5: PathBuf,
}

pub use clear::clear;
pub use tidy::{MAXIMUM_PROGRAM_BYTES, Tidied, tidy};
pub use tree::{Foreign, KEPT, Standing, TaskTree};

/// Whether a program was new to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It was written.
    New,
    /// It was there.
    Present,
}

/// A file or folder of the store could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be written: {reason}; check --out, its permissions and the free space", path.display())]
pub struct StoreError {
    path: PathBuf,
    reason: io::Error,
}

/// How the name of a file begins that is not in its place yet.
const UNFINISHED: &str = ".unfinished-";

impl Store {
    /// The store under `out`, its folders made where they are missing.
    ///
    /// Fails where they cannot be made or written to, which is found out here,
    /// before there is anything to lose.
    pub fn open(out: &Path) -> Result<Self, StoreError> {
        let store = Self::at(out);
        for folder in [&store.solver_md5, &store.differ_md5] {
            let error = |reason| StoreError {
                path: folder.clone(),
                reason,
            };
            std::fs::create_dir_all(folder).map_err(error)?;
            unfinished_file(folder).map_err(error)?;
        }
        Ok(store)
    }

    /// The store under `out`, to be looked at: nothing is made where it is
    /// missing, and it has no programs then.
    pub fn at(out: &Path) -> Self {
        Self {
            out: out.to_owned(),
            solver_md5: out.join("solver_md5"),
            differ_md5: out.join("differ_md5"),
        }
    }

    /// The folder that holds its folders.
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// Where a program is kept.
    pub fn path(&self, role: Role, identity: Identity) -> PathBuf {
        let folder = match role {
            Role::Solver => &self.solver_md5,
            Role::Differ => &self.differ_md5,
        };
        folder.join(format!("{identity}.py"))
    }

    /// Keeps a program's expanded file, which is made where it is new.
    pub fn keep(
        &self,
        role: Role,
        identity: Identity,
        file: impl FnOnce() -> String,
    ) -> Result<Stored, StoreError> {
        let path = self.path(role, identity);
        if path.exists() {
            return Ok(Stored::Present);
        }
        write_once(&path, &file()).map_err(|reason| StoreError { path, reason })
    }
}

/// The program that a file of this name holds: `<md5>.py`.
fn identity_in(name: &str) -> Option<Identity> {
    name.strip_suffix(".py")?.parse().ok()
}

fn write_once(path: &Path, content: &str) -> io::Result<Stored> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = unfinished_file(folder)?;
    file.write_all(content.as_bytes())?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(Stored::New),
        // Another instance was quicker, with the same content.
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(Stored::Present),
        Err(error) => Err(error.error),
    }
}

fn unfinished_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new()
        .prefix(UNFINISHED)
        // What the user's umask makes of it, as for any other file.
        .permissions(std::fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_written_once_and_left_alone() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        let identity = Identity::of("text");
        let keep = |file: &str| {
            store
                .keep(Role::Differ, identity, || file.to_owned())
                .unwrap()
        };
        assert_eq!(keep("first"), Stored::New);
        assert_eq!(keep("second"), Stored::Present);
        let path = out.path().join(format!("differ_md5/{identity}.py"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "first");
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_ne!(mode & 0o044, 0, "others may read it, as the umask allows");
        let names = std::fs::read_dir(out.path().join("differ_md5")).unwrap();
        assert_eq!(names.count(), 1, "nothing unfinished is left");
    }

    #[test]
    fn says_which_folder_cannot_be_written() {
        let out = tempfile::tempdir().unwrap();
        let file = out.path().join("file");
        std::fs::write(&file, "").unwrap();
        let message = Store::open(&file).unwrap_err().to_string();
        assert!(
            message.contains("file/solver_md5: cannot be written"),
            "{message}"
        );
        assert!(message.contains("--out"), "{message}");
    }
}
