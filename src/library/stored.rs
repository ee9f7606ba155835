//! The solver that a store has of a task.

use std::path::PathBuf;

use super::{FileContent, NamedProgram, Role, TaskFile};
use crate::store::{Standing, Store, StoreError, TaskTree};
use arc_programs::dsl::Dialect;
use arc_programs::program::Program;
use arc_programs::task::TaskName;

/// Best solver that a store has of a task and that can be read.
#[derive(Debug, Default)]
pub struct BestStored {
    /// The solver; `None` where there is none.
    pub solver: Option<StoredSolver>,
    /// Those that stand better and cannot be used, a line each.
    pub passed_over: Vec<String>,
}

/// Solver of a store.
#[derive(Debug)]
pub struct StoredSolver {
    /// The program.
    pub program: Program,
    /// Where it stands.
    pub standing: Standing,
    /// Path of its link.
    pub path: PathBuf,
}

impl BestStored {
    /// Reads the best solver of a task; where it is damaged, the next.
    ///
    /// # Errors
    /// [`StoreError`] where the task's folder cannot be listed.
    pub fn of(store: &Store, task: TaskName) -> Result<Self, StoreError> {
        let dialect = store.dialect()?;
        let tree = store.tree(Role::Solver, task)?;
        let mut best = Self::default();
        for standing in tree.standings().iter().rev() {
            match StoredSolver::read(dialect, task, &tree, standing) {
                Ok(solver) => {
                    best.solver = Some(solver);
                    break;
                }
                Err(problems) => best.passed_over.extend(problems),
            }
        }
        Ok(best)
    }
}

impl StoredSolver {
    /// Reads the solver of a task that stands here, in the dialect of its store.
    ///
    /// # Errors
    /// What is wrong with its file, a line each.
    pub fn read(
        dialect: &'static Dialect,
        task: TaskName,
        tree: &TaskTree,
        standing: &Standing,
    ) -> Result<Self, Vec<String>> {
        let path = tree.path(standing);
        let FileContent {
            programs, skipped, ..
        } = TaskFile::new(Role::Solver, dialect, task, path.clone()).read();
        match programs.into_iter().next() {
            Some(NamedProgram { program, .. }) => Ok(Self {
                program,
                standing: *standing,
                path,
            }),
            None => Err(skipped.iter().map(ToString::to_string).collect()),
        }
    }
}
