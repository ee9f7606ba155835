//! What a command is given: files, or else the fixtures.

use std::path::{Path, PathBuf};

use run_batt::fixtures;
use run_batt::library::{Library, LibraryError, Role};
use run_batt::tasks::{Split, TaskError, TaskSource};

/// The tasks of a path, or the fixtures'.
pub fn tasks(path: Option<&Path>, split: Split) -> Result<TaskSource, TaskError> {
    match path {
        Some(path) => TaskSource::open(path, split),
        None => fixtures::tasks(),
    }
}

/// The programs of the paths, or the fixtures'.
pub fn library(role: Role, paths: &[PathBuf]) -> Result<Library, LibraryError> {
    match paths {
        [] => Ok(fixtures::library(role)),
        paths => Library::open(role, paths),
    }
}
