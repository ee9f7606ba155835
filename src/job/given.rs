//! The tasks and the programs that are meant where no path is named: the
//! fixtures', or the user's own.

use std::fs;
use std::path::{Path, PathBuf};

use arc_programs::dsl::{Dialect, REFERENCE};

use crate::fixtures;
use crate::library::{Library, LibraryError, Role};
use crate::store::Store;
use crate::tasks::{Split, TaskError, TaskSource};

/// Where the reference looks for tasks.
const REFERENCE_DATA: &str = "../arc-prize-2025";

/// Owner of the programs that are worked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The user's own, who has data for them.
    User,
    /// The fixtures', made for the fixtures' tasks.
    Fixtures,
}

impl Owner {
    /// Whose they are, by whether the user has given any.
    pub fn given(are_given: bool) -> Self {
        match are_given {
            true => Self::User,
            false => Self::Fixtures,
        }
    }

    /// The user's own where these are, or else where the store under `out` has
    /// solvers.
    pub fn or_stored(self, out: &Path) -> Self {
        let has_entry =
            |mut entries: fs::ReadDir| entries.next().is_some_and(|entry| entry.is_ok());
        let is_stored = fs::read_dir(Store::at(out).links(Role::Solver)).is_ok_and(has_entry);
        match self {
            Self::Fixtures => Self::given(is_stored),
            Self::User => self,
        }
    }
}

/// Error for tasks that could not be listed.
#[derive(Debug, thiserror::Error)]
pub enum GivenTasksError {
    /// Those of the path, or of the fixtures.
    #[error(transparent)]
    Given(#[from] TaskError),
    /// Those that no path names.
    #[error("{REFERENCE_DATA} is taken for programs of one's own where no data are named")]
    Reference(#[source] TaskError),
}

/// The tasks of a path. Without one, those that the reference would take, if
/// the programs are the user's own and the data are there; else the fixtures'.
///
/// # Errors
/// [`GivenTasksError`] where they cannot be listed.
pub fn tasks(
    path: Option<&Path>,
    owner: Owner,
    split: Split,
) -> Result<TaskSource, GivenTasksError> {
    let reference = Path::new(REFERENCE_DATA);
    if let Some(path) = path {
        return Ok(TaskSource::open(path, split)?);
    }
    if owner == Owner::User && reference.is_dir() {
        return TaskSource::open(reference, split).map_err(GivenTasksError::Reference);
    }
    Ok(fixtures::tasks()?)
}

/// The programs of the paths in a dialect, or the fixtures', which are the reference's.
///
/// # Errors
/// [`LibraryError`] for a path that is not there.
pub fn library(
    role: Role,
    dialect: &'static Dialect,
    paths: &[PathBuf],
) -> Result<Library, LibraryError> {
    match paths {
        [] if dialect == &REFERENCE => Ok(fixtures::library(role)),
        [] => Ok(Library::in_dialect(role, dialect)),
        paths => Library::open(role, dialect, paths),
    }
}
