//! The tasks that are to be solved before a search ends.
//!
//! A task is solved where the store has a solver of it that is exact on all samples,
//! whoever has filed it: so the store is asked, before each round, for those that were
//! not solved yet.

use std::collections::BTreeSet;

use arc_programs::score;
use arc_programs::task::TaskName;

use crate::library::Role;
use crate::store::{Store, StoreError};
use crate::tasks::{TaskError, TaskSource};

/// The tasks that are to be solved, as they were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All that a round may run.
    All,
    /// Those of these names.
    Tasks(Vec<String>),
}

/// The tasks that are to be solved and are not yet.
#[derive(Debug)]
pub struct Goal(BTreeSet<TaskName>);

/// Error for a goal that no round can reach.
#[derive(Debug, thiserror::Error)]
pub enum GoalError {
    /// There is no such task.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// No round runs it.
    #[error(
        "task {task} is to be solved, and no round would run it: it is none of the {selectable} tasks that are selected"
    )]
    NotSelected {
        /// The task.
        task: TaskName,
        /// The number of tasks that a round may run.
        selectable: usize,
    },
}

impl Goal {
    /// The goal of these tasks, of those that a round may run.
    ///
    /// # Errors
    /// [`GoalError`] for a task that none runs.
    pub fn new(
        wanted: &Wanted,
        source: &TaskSource,
        selectable: &[TaskName],
    ) -> Result<Self, GoalError> {
        let names = match wanted {
            Wanted::All => return Ok(Self(selectable.iter().copied().collect())),
            Wanted::Tasks(names) => names,
        };
        let mut tasks = BTreeSet::new();
        for name in names {
            let task = source.find(name)?;
            if !selectable.contains(&task) {
                return Err(GoalError::NotSelected {
                    task,
                    selectable: selectable.len(),
                });
            }
            tasks.insert(task);
        }
        Ok(Self(tasks))
    }

    /// Whether a store has solvers of all that are exact on all samples.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be listed.
    pub fn is_reached(&mut self, source: &TaskSource, store: &Store) -> Result<bool, StoreError> {
        let mut solved = Vec::new();
        for &task in &self.0 {
            if let Some(best) = store.best_score(Role::Solver, task)?
                // Nothing else is worth a look at the samples.
                && best > 0
                && best.is_multiple_of(score::FULL)
                && let Ok(loaded) = source.load(task)
                && best >= (loaded.demo.len() + loaded.test.len()) as u64 * score::FULL
            {
                solved.push(task);
            }
        }
        self.0.retain(|task| !solved.contains(task));
        Ok(self.0.is_empty())
    }
}
