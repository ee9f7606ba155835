//! Programs into a card.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use super::entries::KnownEntries;
use super::term::{ArgumentRecord, CallId, TermRecord, call_digits};
use super::{Card, SolverEntry};
use crate::dsl::{Dialect, REFERENCE, TaskPart};
use crate::program::{Expression, Position, Program};
use crate::task::TaskName;

/// A program that cannot be merged into a card.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// A name that would be taken for a call of the card. No primitive has
    /// such a name.
    #[error("{position}: found the name `{name}`, which in a card is a call; rename it")]
    NameOfCall {
        /// Where the program uses it.
        position: Position,
        /// The name.
        name: String,
    },
    /// A differ is to be applied to a call that is no solver's output.
    #[error("found {call} for the differ `{name}` to be applied to, expected a solver's output")]
    NotASolver {
        /// The differ.
        name: String,
        /// The call.
        call: CallId,
    },
}

/// Merges programs into a card.
///
/// # The order of calls
///
/// Calls are in the order of the programs that were added, and within a program
/// in its order of evaluation, which numbers the lines of its expanded text; a
/// call that an earlier program or line has made already is not repeated. So
/// the order follows from the programs alone, and each call comes after those
/// that it refers to.
///
/// # What a program becomes
///
/// Every entry names a call. A program whose result is none (`return I`,
/// `return (1, 2)`) is given one: `identity` of it.
///
/// A program that is added again adds nothing, nor does one that computes the
/// same as one before: an entry for the same call and task, or for the same
/// call, solver and differ's name, is there once, the first.
#[derive(Debug)]
pub struct CardBuilder {
    card: Card,
    calls_by_content: HashTable<CallId>,
    entries: KnownEntries,
}

impl Default for CardBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl CardBuilder {
    /// A builder of a card in the reference's dialect whose seed is not known.
    pub fn new() -> Self {
        Self::in_dialect(&REFERENCE)
    }

    /// As [`CardBuilder::new`], in another dialect.
    pub fn in_dialect(dialect: &'static Dialect) -> Self {
        Self {
            card: Card::new(dialect),
            calls_by_content: HashTable::new(),
            entries: KnownEntries::default(),
        }
    }

    /// A builder that adds to a card. Of equal calls that it has, the first is
    /// referred to.
    pub(super) fn resume(card: Card) -> Self {
        let mut builder = Self {
            entries: KnownEntries::of(&card),
            card,
            calls_by_content: HashTable::new(),
        };
        let card = &builder.card;
        for id in (0..card.len() as u32).map(CallId) {
            builder
                .calls_by_content
                .entry(
                    hash(parts(card, id)),
                    |own| parts(card, *own) == parts(card, id),
                    |own| hash(parts(card, *own)),
                )
                .or_insert(id);
        }
        builder
    }

    /// Notes what the mutations of its programs were drawn from.
    pub fn set_seed(&mut self, seed: u64) {
        self.card.seed = Some(seed);
    }

    /// Adds a solver of a task; the call that is its output.
    ///
    /// # Errors
    /// [`MergeError::NameOfCall`]; nothing was added then.
    pub fn add_solver(
        &mut self,
        task: TaskName,
        program: &Program,
        mutated: bool,
    ) -> Result<CallId, MergeError> {
        check_names(program)?;
        let call = self.add_program(program, None);
        self.add_output(call, task, mutated);
        Ok(call)
    }

    /// Adds a differ, applied to a solver's output or, for the baseline, to the
    /// input; the call that is its result.
    ///
    /// A differ's `I` is the grid that it compares. Applied to a solver, its
    /// `I` becomes the call that is the solver's output; `S` and `C` stay what
    /// they are.
    ///
    /// # Errors
    /// [`MergeError::NameOfCall`], and [`MergeError::NotASolver`] where
    /// [`CardBuilder::add_solver`] never gave `solver`; nothing was added then.
    pub fn add_differ(
        &mut self,
        name: &str,
        program: &Program,
        solver: Option<CallId>,
    ) -> Result<CallId, MergeError> {
        check_names(program)?;
        if let Some(call) = solver.filter(|&call| !self.entries.is_solver_output(call)) {
            return Err(MergeError::NotASolver {
                name: name.to_owned(),
                call,
            });
        }
        let call = self.add_program(program, solver);
        self.add_result(call, solver, name);
        Ok(call)
    }

    /// The card.
    pub fn finish(self) -> Card {
        self.card
    }

    /// Adds the calls of a program, its `I` being the value of a call if that
    /// is given; the call that is its result.
    pub(super) fn add_program(&mut self, program: &Program, grid: Option<CallId>) -> CallId {
        let mut pending = PendingProgram::new(program, grid);
        loop {
            match self.next_draft(&mut pending) {
                Next::Call(draft) => {
                    let call = self.add_call(&draft);
                    pending.took(call, draft);
                }
                Next::Result(call) => return call,
            }
        }
    }

    /// The next call of a program.
    pub(super) fn next_draft(&mut self, pending: &mut PendingProgram<'_>) -> Next {
        let program = pending.program;
        for (_, expression) in program.expressions_after(pending.terms.len()) {
            let term = match expression {
                Expression::Name(name)
                    if let Some(grid) = pending.grid
                        && self.card.dialect.is_given(name, TaskPart::Input) =>
                {
                    TermRecord::Call(grid)
                }
                Expression::Name(name) => TermRecord::Name(self.card.terms.name(name)),
                Expression::Integer(integer) => TermRecord::Integer(integer),
                Expression::Boolean(boolean) => TermRecord::Boolean(boolean),
                Expression::Tuple(items) => {
                    let items = items.iter().map(|(_, item)| pending.terms[item.index()]);
                    self.card.terms.tuple(items.collect())
                }
                Expression::Call { callee, arguments } => {
                    let mut draft = std::mem::take(&mut pending.spare);
                    draft.callee = pending.terms[callee.index()];
                    for (keyword, value) in arguments.iter() {
                        draft.arguments.push(ArgumentRecord {
                            keyword: keyword.map(|keyword| self.card.terms.name(keyword)),
                            term: pending.terms[value.index()],
                        });
                    }
                    return Next::Call(draft);
                }
            };
            pending.terms.push(term);
        }
        let result = pending.terms[program.result().index()];
        match program.expression(program.result()) {
            Expression::Call { .. } if let TermRecord::Call(call) = result => Next::Result(call),
            _ => {
                let callee =
                    TermRecord::Name(self.card.terms.name(self.card.dialect.identity().name));
                let draft = Draft::of(callee, [result]);
                Next::Result(self.add_call(&draft))
            }
        }
    }

    /// Notes that a call is a solver's output.
    pub(super) fn add_output(&mut self, call: CallId, task: TaskName, mutated: bool) {
        let entry = SolverEntry {
            call,
            task,
            mutated,
        };
        self.entries.add_solver(&mut self.card, entry);
    }

    /// Notes that a call is a differ's result.
    pub(super) fn add_result(&mut self, call: CallId, solver: Option<CallId>, name: &str) {
        self.entries.add_differ(&mut self.card, call, solver, name);
    }

    /// The card so far.
    pub(super) fn card(&self) -> &Card {
        &self.card
    }

    /// The card so far, to be changed.
    pub(super) fn card_mut(&mut self) -> &mut Card {
        &mut self.card
    }

    /// The call that is the same as a draft, if there is one.
    pub(super) fn find_call(&self, draft: &Draft) -> Option<CallId> {
        let parts = |id: &CallId| parts(&self.card, *id);
        self.calls_by_content
            .find(hash(draft.parts()), |id| parts(id) == draft.parts())
            .copied()
    }

    /// The call of a draft, new or not.
    pub(super) fn add_call(&mut self, draft: &Draft) -> CallId {
        let card = &self.card;
        let new = card.next_call();
        let entry = self.calls_by_content.entry(
            hash(draft.parts()),
            |id| parts(card, *id) == draft.parts(),
            |id| hash(parts(card, *id)),
        );
        let id = *entry.or_insert(new).get();
        if id == new {
            self.card.push_call(draft.callee, &draft.arguments);
        }
        id
    }
}

/// What a call is: its callee and arguments.
type CallParts<'card> = (TermRecord, &'card [ArgumentRecord]);

fn parts(card: &Card, id: CallId) -> CallParts<'_> {
    card.records(id)
}

fn hash(parts: CallParts<'_>) -> u64 {
    FxBuildHasher.hash_one(parts)
}

/// A call that is to be added.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) callee: TermRecord,
    pub(super) arguments: Vec<ArgumentRecord>,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            callee: TermRecord::Boolean(false),
            arguments: Vec::new(),
        }
    }
}

impl Draft {
    /// A call with arguments by position.
    pub(super) fn of<const COUNT: usize>(
        callee: TermRecord,
        arguments: [TermRecord; COUNT],
    ) -> Self {
        let argument = |term| ArgumentRecord {
            keyword: None,
            term,
        };
        Self {
            callee,
            arguments: arguments.map(argument).into(),
        }
    }

    fn parts(&self) -> CallParts<'_> {
        (self.callee, &self.arguments)
    }
}

/// A program on its way into a card.
#[derive(Debug)]
pub(super) struct PendingProgram<'program> {
    program: &'program Program,
    /// The call that is its `I`.
    grid: Option<CallId>,
    /// What its expressions have become so far.
    terms: Vec<TermRecord>,
    spare: Draft,
}

/// What comes next of a program.
pub(super) enum Next {
    /// A call to be added.
    Call(Draft),
    /// Nothing; this call is its result.
    Result(CallId),
}

impl<'program> PendingProgram<'program> {
    pub(super) fn new(program: &'program Program, grid: Option<CallId>) -> Self {
        Self {
            program,
            grid,
            terms: Vec::with_capacity(program.expressions().len()),
            spare: Draft::default(),
        }
    }

    /// Notes which call the last draft has become.
    pub(super) fn took(&mut self, call: CallId, draft: Draft) {
        self.terms.push(TermRecord::Call(call));
        self.spare = draft;
        self.spare.arguments.clear();
    }
}

/// Whether a program can be merged.
pub fn check_names(program: &Program) -> Result<(), MergeError> {
    for (id, expression) in program.expressions() {
        if let Expression::Name(name) = expression
            && call_digits(name).is_some()
        {
            return Err(MergeError::NameOfCall {
                position: program.position(id),
                name: name.to_owned(),
            });
        }
    }
    Ok(())
}
