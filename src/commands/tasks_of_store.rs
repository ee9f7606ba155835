//! The data of what is told of a store.

use std::path::Path;

use run_batt::job::given;
use run_batt::stats::StatsTasks;
use run_batt::tasks::{Split, TaskSource};

use super::tell_of_data;

/// Data of a store's tasks.
pub enum TasksOfStore {
    /// Those that the user has named.
    Named(TaskSource),
    /// The usual ones, if they are there, for tasks of which the records do not say enough.
    Usual(Option<TaskSource>),
}

impl TasksOfStore {
    /// The data that a path names; without one, the usual ones of the store under `out`.
    pub fn open(path: Option<&Path>, out: &Path) -> anyhow::Result<Self> {
        let owner = given::Owner::Fixtures.or_stored(out);
        let tasks = given::tasks(path, owner, Split::Both);
        if path.is_none() {
            return Ok(Self::Usual(tasks.ok()));
        }
        let tasks = tasks?;
        tell_of_data(&tasks);
        Ok(Self::Named(tasks))
    }

    /// The same for the statistics.
    pub fn for_stats(&self) -> StatsTasks<'_> {
        match self {
            Self::Named(tasks) => StatsTasks::Named(tasks),
            Self::Usual(usual) => StatsTasks::Recorded(usual.as_ref()),
        }
    }
}
