//! What can go wrong with a run, a task, a program.

use arc_programs::card::{CardPlanError, MergeError};
use arc_programs::evaluation::ResolveError;
use arc_programs::program::NotOneProgram;
use arc_programs::task::TaskName;
use arc_programs::value::Failure;

use crate::claims::ClaimError;
use crate::event::ReportError;
use crate::pool::NotDone;
use crate::store::StoreError;
use crate::tasks::TaskError;

/// Error that ends a run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The telemetry or the log could not be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A task could not be claimed, or not be said to be finished.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// The card cannot be evaluated.
    #[error(transparent)]
    Card(#[from] CardPlanError),
}

/// Error of a task that could not be run; others are not touched.
#[derive(Debug, thiserror::Error)]
pub enum TaskProblem {
    /// It could not be read.
    #[error(transparent)]
    Unread(#[from] TaskError),
    /// Its samples make no value.
    #[error("task {task}: {failure}")]
    Samples {
        /// The task.
        task: TaskName,
        /// What is wrong with them.
        failure: Failure,
    },
    /// It has no samples.
    #[error("a task without samples; nothing can be evaluated")]
    NoSamples,
    /// The card of its programs cannot be evaluated.
    #[error(transparent)]
    Card(#[from] CardPlanError),
    /// Its evaluation was stopped, or panicked.
    #[error(transparent)]
    NotDone(#[from] NotDone),
}

/// Error of a program that cannot be a part of a card, so that it is not evaluated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusableProgram {
    /// A name of it means nothing.
    #[error(transparent)]
    Name(#[from] ResolveError),
    /// A name of it is one that a card gives.
    #[error(transparent)]
    Merge(#[from] MergeError),
}

impl UnusableProgram {
    /// The name that means nothing, if that is what is wrong.
    pub(super) fn unknown_name(&self) -> Option<&str> {
        match self {
            Self::Name(ResolveError::UnknownName { name, .. }) => Some(name),
            Self::Name(ResolveError::Tuple { .. }) | Self::Merge(_) => None,
        }
    }
}

/// Error of a stored text that cannot be scored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoredTextError {
    /// It is not one program.
    #[error(transparent)]
    Text(#[from] NotOneProgram),
    /// A name of it means nothing.
    #[error(transparent)]
    Name(#[from] ResolveError),
    /// Its evaluation was stopped, or panicked.
    #[error(transparent)]
    NotDone(#[from] NotDone),
}
