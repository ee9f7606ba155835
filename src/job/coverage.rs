//! Which of a run's tasks have a solver, and which solvers have no task.
//!
//! A run in which nothing can be solved, because the solvers and the tasks that were
//! given do not go together, looks like a search that has found nothing. So it is an
//! error, and solvers that are for other tasks are told.

use std::collections::HashSet;

use arc_programs::dsl::REFERENCE;
use arc_programs::task::TaskName;

use super::given::GivenTasksError;
use crate::library::Library;
use crate::tasks::TaskSource;
use crate::words::counted;

/// The most IDs that a sentence names.
const NAMED: usize = 3;

/// The solvers of a run, and its tasks.
pub(super) struct Coverage<'a> {
    pub(super) solvers: &'a Library,
    /// Those that are to be run.
    pub(super) selected: &'a [TaskName],
    /// Those that the selection is of.
    pub(super) tasks: &'a TaskSource,
}

/// Solvers for tasks that are not in the data.
#[derive(Debug, Default)]
pub(super) struct Unused {
    /// For how many tasks.
    pub(super) number: u64,
    /// What the user is told.
    pub(super) notice: Option<String>,
}

/// Error for a run without a solver, though solvers were given.
#[derive(Debug, thiserror::Error)]
#[error(
    "no task of this run has a solver: those given are for {}",
    Given { tasks: *given, in_data: *in_data, source_name }
)]
pub struct NoSolver {
    /// Number of tasks that solvers were given for.
    given: usize,
    /// Number of those that are in the data.
    in_data: usize,
    /// The data.
    source_name: String,
}

impl NoSolver {
    /// Whether the data have tasks that solvers were given for, which are not selected.
    pub fn is_in_data(&self) -> bool {
        self.in_data > 0
    }
}

/// The tasks that solvers were given for.
struct Given<'a> {
    tasks: usize,
    in_data: usize,
    source_name: &'a str,
}

impl std::fmt::Display for Given<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            tasks,
            in_data,
            source_name,
        } = self;
        match in_data {
            0 => write!(
                formatter,
                "{} that {source_name} does not have",
                counted(*tasks as u64, "task")
            ),
            _ => write!(formatter, "other tasks of {source_name}"),
        }
    }
}

impl Coverage<'_> {
    fn has_solver(&self) -> bool {
        self.selected.iter().any(|&task| self.solvers.has_own(task))
    }

    /// That no task has a solver, where nobody has given any.
    pub(super) fn notice_of_none(&self) -> Option<String> {
        let dialect = self.solvers.dialect();
        let not_for = match dialect == &REFERENCE {
            true => format!("for {}", self.tasks.description()),
            false => format!("in the dialect {}", dialect.name()),
        };
        (!self.has_solver()).then(|| {
            format!(
                "no task of this run has a solver: none were given, and those of the fixtures are not {not_for}"
            )
        })
    }

    /// The solvers that were given and have no task in the data; `all` has all parts of
    /// the data, and is asked where the tasks are a part of them.
    ///
    /// # Errors
    /// [`NoSolver`] where no task that is to be run has a solver.
    pub(super) fn check(
        &self,
        all: impl FnOnce() -> Result<TaskSource, GivenTasksError>,
    ) -> Result<Unused, NoSolver> {
        let given = self.solvers.tasks();
        if !self.has_solver() {
            return Err(NoSolver {
                in_data: given.iter().filter(|&&id| self.tasks.contains(id)).count(),
                given: given.len(),
                source_name: self.tasks.description(),
            });
        }
        let mut missing: Vec<TaskName> = given.into_iter().collect();
        missing.retain(|&task| !self.tasks.contains(task));
        if !missing.is_empty() && self.tasks.is_part() {
            // Where the rest cannot be read, what is missing is not known.
            let rest: HashSet<TaskName> = match all() {
                Ok(all) => all.names().collect(),
                Err(_) => return Ok(Unused::default()),
            };
            missing.retain(|task| !rest.contains(task));
        }
        let notice = (!missing.is_empty()).then(|| {
            let names: Vec<String> = missing.iter().map(TaskName::to_string).collect();
            let shown = names[..names.len().min(NAMED)].join(", ");
            let more = if names.len() > NAMED { ", …" } else { "" };
            format!(
                "the solvers of {} are not used: not in {} ({shown}{more})",
                counted(missing.len() as u64, "task"),
                self.tasks.description()
            )
        });
        Ok(Unused {
            number: missing.len() as u64,
            notice,
        })
    }
}
