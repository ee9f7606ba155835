//! What a program is for, as its name and place tell.

use std::fmt;
use std::path::Path;

use crate::file_kind::FileKind;
use arc_programs::dsl::{DIALECTS, Dialect, REFERENCE};
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

    /// The functions that are programs of it in a dialect.
    pub fn form(self, dialect: &Dialect) -> String {
        let head = head(dialect);
        match self {
            Self::Solver => format!("solve_<task>{head}"),
            Self::Differ => format!("differ_<name>{head}"),
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

/// The parameters of programs of a dialect, as they are written.
fn head(dialect: &Dialect) -> String {
    let names: Vec<&str> = dialect.parameter_names().collect();
    format!("({})", names.join(", "))
}

/// Whether a function with these parameters is a program of a dialect.
pub(crate) fn has_head<'a>(
    dialect: &Dialect,
    parameters: impl ExactSizeIterator<Item = &'a str>,
) -> bool {
    let own = dialect.parameter_names();
    let (count, all) = (parameters.len(), own.len());
    let are_own = parameters.zip(own).all(|(found, own)| found == own);
    // The reference's solvers may do without the last, which they are not given.
    are_own && (count == all || count > 1 && count + 1 == all)
}

/// What may stand in front of the name of a task. A verifier is a solver too: so those of
/// re-arc are named.
fn prefixes(dialect: &Dialect) -> &'static [(&'static str, Role)] {
    const SOLVER: (&str, Role) = ("solve", Role::Solver);
    match dialect.has_differs() {
        true => &[SOLVER, ("differ", Role::Differ)],
        false => &[SOLVER, ("verify", Role::Solver)],
    }
}

/// What a function is in a library of `role` in a dialect: `None` if it is a program of the
/// other role, an error if it is of neither.
pub(super) fn assign(
    role: Role,
    dialect: &Dialect,
    path: &Path,
    task_in_path: Option<TaskName>,
    program: &Program,
) -> Result<Option<Assigned>, SyntaxError> {
    let error = |found: String, expected: &str| at_head(program, found, expected.to_owned());
    let expected = match dialect.has_differs() {
        true => "`solve_<task>` or `differ_<name>`",
        false => "`solve_<task>` or `verify_<task>`",
    };
    let of_none = || {
        let is_differ = program.name().starts_with(Role::Differ.function_name());
        let found = match is_differ && !dialect.has_differs() {
            true => format!("a differ, and {} has none", dialect.name()),
            false => "a function that is neither solver nor differ".to_owned(),
        };
        error(found, expected)
    };
    let own = prefixes(dialect).iter().find_map(|&(prefix, role)| {
        let suffix = program.name().strip_prefix(prefix)?;
        Some((role, suffix))
    });
    let (own_role, suffix) = own.ok_or_else(of_none)?;
    if own_role != role {
        return Ok(None);
    }
    check_head(dialect, program)?;
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
        _ => return Err(of_none()),
    };
    Ok(Some(assigned))
}

/// An error at the head of a function.
fn at_head(program: &Program, found: String, expected: String) -> SyntaxError {
    SyntaxError {
        position: program.head_position(),
        function: Some(program.name().to_owned()),
        found,
        expected,
    }
}

/// Check of a function's parameters against those of a dialect's programs.
///
/// # Errors
/// [`SyntaxError`] where it has others, with the dialect that it is of where there is one.
pub fn check_head(dialect: &Dialect, program: &Program) -> Result<(), SyntaxError> {
    if has_head(dialect, program.parameters()) {
        return Ok(());
    }
    let parameters: Vec<&str> = program.parameters().collect();
    let of_other = DIALECTS
        .into_iter()
        .find(|own| has_head(own, program.parameters()));
    let expected = match (dialect == &REFERENCE, of_other) {
        (true, None) => "(S, I, C) or (S, I)".to_owned(),
        (true, Some(other)) => format!("(S, I, C) or (S, I); {}", taken_by(other)),
        (false, None) => head(dialect),
        (false, Some(other)) => format!(
            "{}, for the dialect is {}; {}",
            head(dialect),
            dialect.name(),
            taken_by(other)
        ),
    };
    let found = format!("the parameters ({})", parameters.join(", "));
    Err(at_head(program, found, expected))
}

fn taken_by(dialect: &Dialect) -> String {
    format!("--dialect {} takes it", dialect.name())
}
