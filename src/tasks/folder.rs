//! The task files of a folder, or of the folders in it.
//!
//! The tasks of ARC-AGI are told by their file names, so that a thousand of them are
//! listed without being read. Any other name may be a task's, and any other file's: a
//! submission, a list of what is in the folder. Of such a file the beginning is read,
//! which tells what it is.
//!
//! ConceptARC has a folder for each concept, 1D-ARC one for each type, re-arc one
//! beside a file of statistics. So where a folder has no task file itself, those of
//! its folders are meant. How deep they stand and how many entries are looked at is
//! bounded, for the folder may be anybody's home; links to folders are not followed;
//! and a folder that is data of its own, with parts or bundles, is not mixed with
//! others.

use std::path::{Path, PathBuf};

use arc_programs::task::TaskName;

use super::layout::{is_bundle, is_split};
use super::notice::Notice;
use super::{TaskError, layout};
use crate::file_kind::FileKind;

/// How deep below a folder its task files may stand, and the most entries that are
/// looked at for them.
const DEPTH: usize = 3;
const ENTRIES: usize = 100_000;

/// Task files, and what was found among them.
#[derive(Debug, Default)]
pub(super) struct TaskFiles {
    pub(super) files: Vec<(TaskName, PathBuf)>,
    /// JSON files that hold no task.
    pub(super) no_task: Vec<PathBuf>,
    /// Files whose names are none, and why.
    no_name: Vec<(PathBuf, &'static str)>,
    /// Folders that are data of their own.
    own_data: Vec<PathBuf>,
    /// The number of entries that were looked at.
    entries: usize,
}

impl TaskFiles {
    /// The task files of a folder alone.
    ///
    /// Fails where it cannot be listed, and where none of its files has a task's name.
    pub(super) fn of_folder(folder: &Path) -> Result<Self, TaskError> {
        Self::within(folder, 0)
    }

    /// The task files of a folder, or those of the folders in it.
    ///
    /// Fails as [`TaskFiles::of_folder`], and where there is too much to look at.
    pub(super) fn of_folders(folder: &Path) -> Result<Self, TaskError> {
        Self::within(folder, DEPTH)
    }

    fn within(folder: &Path, depth: usize) -> Result<Self, TaskError> {
        let mut found = Self::default();
        found.look_into(folder, depth)?;
        match found.no_name.first() {
            Some((path, _)) if found.files.is_empty() => Err(task_of_file(path)
                .err()
                .unwrap_or_else(|| TaskError::layout(path, "is no task's file"))),
            _ => Ok(found),
        }
    }

    fn look_into(&mut self, folder: &Path, depth: usize) -> Result<(), TaskError> {
        let entries = layout::list(folder)?;
        self.entries += entries.len();
        if self.entries > ENTRIES {
            return Err(TaskError::layout(
                folder,
                format!(
                    "found more than {ENTRIES} files and folders on the way here, expected tasks; give the folder that has them"
                ),
            ));
        }
        let before = self.files.len();
        for path in entries.iter().filter(|path| is_json(path)) {
            self.add(path);
        }
        if self.files.len() > before || depth == 0 {
            return Ok(());
        }
        let is_folder = |path: &&PathBuf| path.symlink_metadata().is_ok_and(|own| own.is_dir());
        for path in entries.iter().filter(is_folder) {
            match is_own_data(path) {
                true => self.own_data.push(path.clone()),
                false => self.look_into(path, depth - 1)?,
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path) {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        match stem.parse::<TaskName>() {
            Err(error) => self.no_name.push((path.to_owned(), error.reason)),
            Ok(name) if name.is_hexadecimal() || FileKind::of(path) == Some(FileKind::Task) => {
                self.files.push((name, path.to_owned()));
            }
            Ok(_) => self.no_task.push(path.to_owned()),
        }
    }

    /// What a user should know of what is not taken.
    pub(super) fn notices(&self) -> impl Iterator<Item = Notice> {
        let no_task = self.no_task.first().map(|first| Notice::NoTask {
            first: first.clone(),
            files: self.no_task.len(),
        });
        let no_name = self.no_name.first().map(|(first, reason)| Notice::NoName {
            first: first.clone(),
            files: self.no_name.len(),
            reason,
        });
        let own_data = self.own_data.first().map(|first| Notice::OwnData {
            first: first.clone(),
            folders: self.own_data.len(),
        });
        [no_task, no_name, own_data].into_iter().flatten()
    }
}

/// The task that a file of the name `<task>.json` holds.
pub(super) fn task_of_file(path: &Path) -> Result<TaskName, TaskError> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem.parse().map_err(|error| {
        TaskError::layout(
            path,
            format!("the file's name {error}; rename it or move it out of the folder of tasks"),
        )
    })
}

/// Whether a file's name alone says that it holds a task.
pub(super) fn is_task_by_name(path: &Path) -> bool {
    is_json(path) && task_of_file(path).is_ok_and(|name| name.is_hexadecimal())
}

fn is_json(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "json")
}

/// Whether a folder has parts or bundles; one that cannot be listed is told where it is
/// looked into.
fn is_own_data(folder: &Path) -> bool {
    let has_bundles = || layout::list(folder).is_ok_and(|own| own.iter().any(|own| is_bundle(own)));
    is_split(folder) || has_bundles()
}
