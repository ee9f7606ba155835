//! What a program is for, as its name and place tell.

use std::fmt;
use std::path::Path;

use crate::file_kind::FileKind;
use arc_programs::program::{Program, SyntaxError};
use arc_programs::task::{NotATaskName, TaskName};

/// Role of a program: what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Returns a grid.
    Solver,
    /// Compares a grid with the expected output.
    Differ,
}

impl Role {
    /// Both roles.
    pub const ALL: [Self; 2] = [Self::Solver, Self::Differ];

    /// What several programs of it are called.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Solver => "solvers",
            Self::Differ => "differs",
        }
    }

    /// The functions that are programs of it.
    pub(super) fn form(self) -> &'static str {
        match self {
            Self::Solver => "solve_<task>(S, I, C)",
            Self::Differ => "differ_<name>(S, I, C)",
        }
    }

    /// The kind of a file with programs of it.
    pub(super) fn kind(self) -> FileKind {
        match self {
            Self::Solver => FileKind::Solvers,
            Self::Differ => FileKind::Differs,
        }
    }

    /// Name of the function in the store.
    pub fn function_name(self) -> &'static str {
        match self {
            Self::Solver => "solve",
            Self::Differ => "differ",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Solver => "solver",
            Self::Differ => "differ",
        })
    }
}

/// What a program's name and place say.
pub(super) struct Assigned {
    pub(super) name: String,
    /// The task that it is for; `None`, for a differ, where it is for all.
    pub(super) task: Option<TaskName>,
}

/// What a function is in a library of `role`: `None` if it is a program of the
/// other role, an error if it is of neither.
pub(super) fn assign(
    role: Role,
    path: &Path,
    task_in_path: Option<TaskName>,
    program: &Program,
) -> Result<Option<Assigned>, SyntaxError> {
    let error = |found: String, expected: &str| SyntaxError {
        position: program.head_position(),
        function: Some(program.name().to_owned()),
        found,
        expected: expected.to_owned(),
    };
    let (own_role, suffix) = if let Some(suffix) = program.name().strip_prefix("solve") {
        (Role::Solver, suffix)
    } else if let Some(suffix) = program.name().strip_prefix("differ") {
        (Role::Differ, suffix)
    } else {
        return Err(error(
            "a function that is neither solver nor differ".to_owned(),
            "`solve_<task>` or `differ_<name>`",
        ));
    };
    if own_role != role {
        return Ok(None);
    }
    let parameters: Vec<&str> = program.parameters().collect();
    if !matches!(parameters[..], ["S", "I", "C"] | ["S", "I"]) {
        return Err(error(
            format!("the parameters ({})", parameters.join(", ")),
            "(S, I, C) or (S, I)",
        ));
    }
    let assigned = match (role, suffix.strip_prefix('_')) {
        (Role::Solver, Some(id)) => {
            let task = id.parse().map_err(|NotATaskName { reason, .. }| {
                error(
                    format!("`{id}` after `solve_`, which names no task: {reason}"),
                    "the name of a task, such as 0520fde7",
                )
            })?;
            Assigned {
                name: program.name().to_owned(),
                task: Some(task),
            }
        }
        (Role::Solver, None) if suffix.is_empty() => match task_in_path {
            Some(task) => Assigned {
                name: format!("solve_{task}"),
                task: Some(task),
            },
            None => {
                return Err(error(
                    "a solver of no task".to_owned(),
                    "`solve_<task>`, or a folder `solve_<task>` around the file",
                ));
            }
        },
        (Role::Differ, Some(name)) if !name.is_empty() => Assigned {
            name: program.name().to_owned(),
            task: task_in_path,
        },
        (Role::Differ, None) if suffix.is_empty() => {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            Assigned {
                name: format!("differ_{stem}"),
                task: task_in_path,
            }
        }
        _ => {
            return Err(error(
                "a function that is neither solver nor differ".to_owned(),
                "`solve_<task>` or `differ_<name>`",
            ));
        }
    };
    Ok(Some(assigned))
}
