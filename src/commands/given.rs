//! What a command is given: files, or else what is there without them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use run_batt::fixtures;
use run_batt::library::{Library, LibraryError, Role};
use run_batt::store::Store;
use run_batt::tasks::{Split, TaskSource};

/// Where the reference looks for tasks.
const REFERENCE_DATA: &str = "../arc-prize-2025";

/// Whose programs a command works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Programs {
    /// The user's own, who has data for them.
    Own,
    /// The fixtures', made for the fixtures' tasks.
    Fixtures,
}

impl Programs {
    /// Whose they are, by whether the user has given any.
    pub fn given(are_given: bool) -> Self {
        match are_given {
            true => Self::Own,
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
            Self::Own => self,
        }
    }
}

/// The tasks of a path. Without one, those that the reference would take, if
/// the programs are the user's own and the data are there; else the fixtures'.
pub fn tasks(path: Option<&Path>, programs: Programs, split: Split) -> anyhow::Result<TaskSource> {
    let reference = Path::new(REFERENCE_DATA);
    if let Some(path) = path {
        return Ok(TaskSource::open(path, split)?);
    }
    if programs == Programs::Own && reference.is_dir() {
        return TaskSource::open(reference, split).with_context(|| {
            format!(
                "{REFERENCE_DATA} is taken for programs of one's own where --tasks names no data"
            )
        });
    }
    Ok(fixtures::tasks()?)
}

/// The programs of the paths, or the fixtures'.
pub fn library(role: Role, paths: &[PathBuf]) -> Result<Library, LibraryError> {
    match paths {
        [] => Ok(fixtures::library(role)),
        paths => Library::open(role, paths),
    }
}
