//! The programs of a task, as the stages hand them on.

use std::sync::{Arc, OnceLock};

use crate::library::{NamedProgram, Role, Skipped};
use arc_programs::card::CallId;
use arc_programs::dsl::Dialect;
use arc_programs::evaluation::{Concern, Plan, ResolveError, arity_concerns_in};
use arc_programs::program::{Identity, Position, Program};

/// By what a program that several tasks use is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum SharedKey {
    /// Its place among the base differs.
    BaseDiffer(usize),
    /// The MD5 of its file's text, and its place there. The file's name may be another
    /// program's: copies are edited, and no two stores have to agree.
    Stored(Role, Identity, Position),
    /// Its call in the card that all tasks have, and what is its `I` there.
    Call(CallId, Option<CallId>),
}

/// A program of a task.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) role: Role,
    pub(super) program: Arc<ItemProgram>,
    pub(super) key: Option<SharedKey>,
}

/// A program, and what the run has worked out of it: its text is printed once,
/// and its names are resolved once, whichever tasks and stages ask for them.
pub(super) struct ItemProgram {
    named: Arc<NamedProgram>,
    dialect: &'static Dialect,
    text: OnceLock<String>,
    check: OnceLock<Result<(), ResolveError>>,
    concerns: OnceLock<Vec<Concern>>,
}

impl ItemProgram {
    pub(super) fn new(named: Arc<NamedProgram>, dialect: &'static Dialect) -> Self {
        Self {
            named,
            dialect,
            text: OnceLock::new(),
            check: OnceLock::new(),
            concerns: OnceLock::new(),
        }
    }

    /// The name that it is spoken of by.
    pub(super) fn name(&self) -> &str {
        &self.named.name
    }

    pub(super) fn program(&self) -> &Program {
        &self.named.program
    }

    pub(super) fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// The expanded file that is kept of it.
    pub(super) fn text(&self) -> &str {
        self.text.get_or_init(|| self.named.program.expanded_file())
    }

    /// Its calls with arguments that their primitives do not take.
    pub(super) fn concerns(&self) -> &[Concern] {
        let concerns = || arity_concerns_in(self.dialect, &self.named.program);
        self.concerns.get_or_init(concerns)
    }

    /// Whether every name of it means something.
    pub(super) fn check(&self) -> Result<(), ResolveError> {
        let check = || Plan::check(self.dialect, &self.named.program);
        self.check.get_or_init(check).clone()
    }
}

/// The programs of a task, and what had to be passed over.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) items: Vec<Item>,
    pub(super) skipped: Vec<Skipped>,
}
