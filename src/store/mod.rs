//! What a run leaves behind: every program once, under its identity.
//!
//! A program is a file, expanded, and the best programs of each task are links to
//! such files ([`TaskTree`]); module `layout` knows the names of all of them.
//! Files are written whole or not at all (module `atomic_file`). One that is
//! there is not written again, for its name says what it holds; only what is to
//! be filed is compared with it, and mended where somebody has damaged it.
//!
//! # Many instances
//!
//! Any number of instances share a store. Two locks see to it, both held on
//! folders, so that nothing is left of them:
//!
//! - whoever adds programs shares the store's lock ([`Store::share`]) from
//!   keeping a program to linking it; whoever removes programs ([`clear()`],
//!   [`tidy()`]) holds it alone, so that no program goes between the two ([`sweep`], as short as can be);
//! - a task's folder is locked while its best are listed and changed
//!   ([`Sharing::file`]), so that they are the best of what all instances found.
//!
//! An instance remembers what folders had in them (module `remembered`), and asks each
//! time whether they have changed since, so that it sees what others do when it is done.
//!
//! # Nothing is written through links
//!
//! A store may come from anywhere. A folder of it that is a symbolic link is
//! not written through, for it may lead anywhere: that is an error which names
//! it. `--out` itself may be one.

#![allow(clippy::disallowed_methods, reason = "the store is files")]

mod clear;
mod dialect;
mod filing;
pub(crate) mod folder;
pub(crate) mod layout;
mod listing;
mod merging;
mod own_changes;
mod present;
mod remembered;
mod soundness;
mod sweep;
#[cfg(test)]
mod testing;
mod tidy;
mod tree;

use std::io;
use std::path::{Path, PathBuf};

use crate::atomic_file;
use crate::file_kind::{self, FileKind};
use crate::library::Role;
use crate::lock::{Lock, Locks};
use arc_programs::did_you_mean;
use arc_programs::dsl::{Dialect, REFERENCE};
use arc_programs::program::Identity;
use arc_programs::task::TaskName;

/// Store of programs under a folder, `--out`.
#[derive(Debug)]
pub struct Store {
    out: PathBuf,
    /// The folders of the programs.
    solvers: PathBuf,
    differs: PathBuf,
    /// The dialect of what is added to it.
    dialect: &'static Dialect,
    linked: filing::Linked,
    /// What its folders had in them, where it is to be added to.
    remembered: Option<remembered::Remembered>,
}

/// Shared lock on a store: the right to add programs to it, which nobody removes any from as long
/// as it lasts.
#[derive(Debug)]
pub struct Sharing<'store> {
    store: &'store Store,
    _lock: Lock,
}

pub use clear::{Contents, clear};
pub(crate) use dialect::store_of_path;
pub use dialect::{DialectError, dialect_of_path};
pub(crate) use filing::unlink;
pub use layout::{Standing, task_in_path};
pub use merging::TakenIn;
pub(crate) use soundness::{StoredProgram, dialect_of_head, read_program};
pub use sweep::sweep;
pub use tidy::{MAXIMUM_PROGRAM_BYTES, Tidied, Tidying, tidy};
pub use tree::{Foreign, KEPT, TaskTree};

/// Outcome of keeping a program: whether it was new to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It was written.
    New,
    /// It was there.
    Present,
}

/// Error for a store that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or folder of it cannot be written.
    #[error("{}: cannot be written: {reason}", path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// A file or folder of it cannot be read.
    #[error("{}: cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// Its programs are of another dialect, or it cannot be told of which.
    #[error(transparent)]
    Dialect(#[from] DialectError),
}

/// What keeps others out while something is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exclusion {
    /// Locks, and nothing is removed where they do not.
    Locks,
    /// The user, who knows that no instance is at work.
    User,
}

/// Error for what is not done beside others, where no lock keeps them out.
#[derive(Debug, thiserror::Error)]
#[error("{}: nothing was removed, for instances could be at work and not be kept out: {problem}", path.display())]
pub struct NoLocks {
    /// Where there are none.
    pub path: PathBuf,
    /// What is wrong with them.
    pub problem: &'static str,
}

/// Error for a store that is not had alone.
#[derive(Debug, thiserror::Error)]
pub enum AloneError {
    /// It cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No lock keeps others out.
    #[error(transparent)]
    NoLocks(#[from] NoLocks),
}

/// Error for a folder without a store, where there should be one.
#[derive(Debug, thiserror::Error)]
#[error(
    "{}: found no store, expected {} in it{}",
    out.display(),
    layout::folders().join(", "),
    did_you_mean::question(within.as_ref().map(|within| within.display()))
)]
pub struct NoStore {
    out: PathBuf,
    /// A store in one of its folders.
    within: Option<PathBuf>,
}

impl From<StoreError> for io::Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unwritable { reason, .. } | StoreError::Unreadable { reason, .. } => reason,
            StoreError::Dialect(error) => Self::other(error),
        }
    }
}

impl StoreError {
    fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |reason| Self::Unwritable {
            path: path.to_owned(),
            reason,
        }
    }

    fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |reason| Self::Unreadable {
            path: path.to_owned(),
            reason,
        }
    }
}

impl Store {
    /// The store under `out`, in the reference's dialect, its folders made where they are
    /// missing.
    ///
    /// # Errors
    /// As [`Store::open_in`].
    pub fn open(out: &Path) -> Result<Self, StoreError> {
        Self::open_in(out, &REFERENCE)
    }

    /// The store under `out`, its folders made where they are missing; to have programs of a
    /// dialect.
    ///
    /// # Errors
    /// Fails where they cannot be made or written to, which is found out here, before there
    /// is anything to lose; and where the store has programs of another dialect, before
    /// anything is made.
    pub fn open_in(out: &Path, dialect: &'static Dialect) -> Result<Self, StoreError> {
        let mut store = Self {
            dialect,
            ..Self::at(out)
        };
        store.check_dialect(dialect)?;
        folder::make_path(out).map_err(StoreError::unwritable(out))?;
        for path in [&store.solvers, &store.differs] {
            folder::make(out, path)
                .and_then(|()| atomic_file::try_folder(path))
                .map_err(StoreError::unwritable(path))?;
        }
        store.remembered = remembered::Remembered::on(&store.solvers);
        Ok(store)
    }

    /// The store under `out`, to be looked at: nothing is made where it is
    /// missing, and it has no programs then.
    pub fn at(out: &Path) -> Self {
        Self {
            out: out.to_owned(),
            solvers: out.join(layout::programs(Role::Solver)),
            differs: out.join(layout::programs(Role::Differ)),
            dialect: &REFERENCE,
            linked: filing::Linked::default(),
            remembered: None,
        }
    }

    /// The store under `out`, to be looked at.
    ///
    /// # Errors
    /// [`NoStore`] where it has none of a store's folders.
    pub fn existing(out: &Path) -> Result<Self, NoStore> {
        let store = Self::at(out);
        match store.is_there() {
            true => Ok(store),
            false => Err(NoStore {
                out: out.to_owned(),
                within: file_kind::within(out, FileKind::Store)
                    .map(|path| path.strip_prefix(".").map(Path::to_owned).unwrap_or(path)),
            }),
        }
    }

    /// Whether it has one of a store's folders.
    pub(crate) fn is_there(&self) -> bool {
        let folders = layout::folders();
        folders.iter().any(|name| self.out.join(name).is_dir())
    }

    /// Folder that holds the store's folders.
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// Folder of the programs of a role.
    pub fn programs(&self, role: Role) -> &Path {
        match role {
            Role::Solver => &self.solvers,
            Role::Differ => &self.differs,
        }
    }

    /// Folder of the links to the best programs of a role.
    pub fn links(&self, role: Role) -> PathBuf {
        self.out.join(layout::links(role))
    }

    /// Path of a program's file.
    pub fn path(&self, role: Role, identity: Identity) -> PathBuf {
        let file = layout::ProgramFile(identity);
        self.programs(role).join(file.to_string())
    }

    /// Waits until nobody removes programs from the store, and keeps others from
    /// it. Folders that somebody has removed are made again.
    ///
    /// # Errors
    /// Fails where it cannot be written, or is of another dialect by now.
    pub fn share(&self) -> Result<Sharing<'_>, StoreError> {
        Ok(Sharing {
            store: self,
            _lock: self.share_in(self.dialect)?,
        })
    }

    /// Whether a task's folders that have not changed are not listed again.
    pub(crate) fn remembers_folders(&self) -> bool {
        self.remembered.is_some()
    }

    /// What locks on it are worth.
    pub fn locks(&self) -> Locks {
        Locks::at(&self.solvers)
    }

    /// The same as [`alone`](Self::alone), for who removes what others may be adding:
    /// refused where no lock keeps them out, unless the user knows that nobody is there.
    pub(crate) fn alone_for_sure(&self, exclusion: Exclusion) -> Result<Option<Lock>, AloneError> {
        match (exclusion, self.locks().problem()) {
            (Exclusion::Locks, Some(problem)) => Err(AloneError::NoLocks(NoLocks {
                path: self.solvers.clone(),
                problem,
            })),
            _ => Ok(self.alone()?),
        }
    }

    /// Waits until nobody adds programs, and keeps others from it; `None` where
    /// there is no store.
    pub(crate) fn alone(&self) -> Result<Option<Lock>, StoreError> {
        match Lock::exclusive(&self.solvers) {
            Ok(lock) => Ok(Some(lock)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::unwritable(&self.solvers)(error)),
        }
    }
}

impl Sharing<'_> {
    /// Keeps a program's expanded file, which is made where it is new.
    pub fn keep(
        &self,
        role: Role,
        identity: Identity,
        file: impl FnOnce() -> String,
    ) -> Result<Stored, StoreError> {
        let path = self.store.path(role, identity);
        if path.exists() {
            return Ok(Stored::Present);
        }
        match atomic_file::create(&path, &file()).map_err(StoreError::unwritable(&path))? {
            true => Ok(Stored::New),
            // Another instance was quicker, with the same content.
            false => Ok(Stored::Present),
        }
    }

    /// Keeps a program that is about to be filed. What is there in its place is
    /// looked at, and replaced where it is something else.
    pub fn keep_sound(
        &self,
        role: Role,
        identity: Identity,
        file: &str,
    ) -> Result<Stored, StoreError> {
        let path = self.store.path(role, identity);
        let is_file = std::fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
        if is_file && std::fs::read(&path).is_ok_and(|found| found == file.as_bytes()) {
            return Ok(Stored::Present);
        }
        atomic_file::replace(&path, file).map_err(StoreError::unwritable(&path))?;
        Ok(Stored::New)
    }

    /// Files programs of a task, from best to worst, of which it keeps its best. The same
    /// again changes nothing, also where a kill came between.
    ///
    /// Fails where its folder cannot be written, or is a link.
    pub fn file(
        &self,
        role: Role,
        task: TaskName,
        newcomers: &[Standing],
    ) -> Result<Filed, StoreError> {
        let path = self.store.task_folder(role, task);
        let lock = folder::locked(&self.store.out, &path).map_err(StoreError::unwritable(&path))?;
        // Another instance may have changed it since it was last listed.
        let mut tree = self.store.tree(role, task)?;
        let best_before = tree.best().copied();
        // What falls makes room first, or a program that is better than it would have
        // made room for one that is better still.
        let falls = |own: &Standing| tree.of(own.identity).is_some_and(|there| there > *own);
        let (falling, others): (Vec<_>, Vec<_>) = newcomers.iter().copied().partition(falls);
        for newcomer in falling.into_iter().chain(others) {
            tree.file(newcomer, &self.store.linked)?;
        }
        if let Some(remembered) = &self.store.remembered {
            tree.remember_changes(lock.file(), remembered, task);
        }
        let is_there = |own: &&Standing| tree.of(own.identity) == Some(**own);
        let filed = newcomers.iter().filter(is_there).count() as u64;
        Ok(Filed {
            filed,
            best_before,
            tree,
        })
    }
}

/// Outcome of filing programs.
#[derive(Debug)]
pub struct Filed {
    /// Number of those that are among the best now.
    pub filed: u64,
    /// Best of the programs that were there: no other instance has filed one since.
    pub best_before: Option<Standing>,
    /// Best programs of the task now.
    pub tree: TaskTree,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_written_once_and_left_alone() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        let identity = Identity::of("text");
        let sharing = store.share().unwrap();
        let keep = |file: &str| {
            sharing
                .keep(Role::Differ, identity, || file.to_owned())
                .unwrap()
        };
        assert_eq!(keep("first"), Stored::New);
        assert_eq!(keep("second"), Stored::Present);
        let path = out.path().join(format!("differ_md5/{identity}.py"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "first");
        let names = std::fs::read_dir(out.path().join("differ_md5")).unwrap();
        assert_eq!(names.count(), 1, "nothing unfinished is left");
    }

    #[test]
    fn says_which_folder_cannot_be_written() {
        let out = tempfile::tempdir().unwrap();
        let file = out.path().join("file");
        std::fs::write(&file, "").unwrap();
        let message = Store::open(&file).unwrap_err().to_string();
        assert!(message.contains("file: cannot be written"), "{message}");
    }

    /// A folder that is a link is not listed, as one without permission is not, which root
    /// has for all.
    #[test]
    fn says_which_folder_cannot_be_read() {
        let task = "0123abcd".parse().unwrap();
        for link in ["solver_dir", "solver_dir/solve_0123abcd"] {
            let out = tempfile::tempdir().unwrap();
            let path = out.path().join(link);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink("/", &path).unwrap();
            let store = Store::at(out.path());
            let errors = [
                store.tree(Role::Solver, task).err(),
                store.best_score(Role::Solver, task).err(),
                store.tasks(Role::Solver).err(),
            ];
            let told: Vec<String> = errors.iter().flatten().map(ToString::to_string).collect();
            assert!(!told.is_empty(), "{link}");
            for message in told {
                assert!(message.contains(": cannot be read: "), "{message}");
            }
        }
    }
}
