//! Programs into a card.

use std::collections::HashSet;
use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use super::term::{ArgumentRecord, CallId, NameId, TermRecord, call_digits};
use super::{Card, DifferRecord, SolverEntry};
use crate::program::{Expression, Position, Program};
use crate::tasks::TaskId;

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

type Seen<Entry> = HashSet<Entry, FxBuildHasher>;

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
#[derive(Debug, Default)]
pub struct CardBuilder {
    card: Card,
    calls_by_content: HashTable<CallId>,
    solver_outputs: Seen<CallId>,
    solvers: Seen<(CallId, TaskId)>,
    differs: Seen<(CallId, Option<CallId>, NameId)>,
    /// What the expressions of the program in hand became.
    terms: Vec<TermRecord>,
    /// The arguments of the call in hand.
    arguments: Vec<ArgumentRecord>,
}

impl CardBuilder {
    /// A builder of a card whose seed is not known.
    pub fn new() -> Self {
        Self::default()
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
        task: TaskId,
        program: &Program,
        mutated: bool,
    ) -> Result<CallId, MergeError> {
        check_names(program)?;
        let call = self.add_program(program, None);
        self.solver_outputs.insert(call);
        if self.solvers.insert((call, task)) {
            self.card.solvers.push(SolverEntry {
                call,
                task,
                mutated,
            });
        }
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
        if let Some(call) = solver.filter(|call| !self.solver_outputs.contains(call)) {
            return Err(MergeError::NotASolver {
                name: name.to_owned(),
                call,
            });
        }
        let call = self.add_program(program, solver);
        let name = self.card.terms.name(name);
        if self.differs.insert((call, solver, name)) {
            self.card.differs.push(DifferRecord { call, solver, name });
        }
        Ok(call)
    }

    /// The card.
    pub fn finish(self) -> Card {
        self.card
    }

    /// Adds the calls of a program, its `I` being the value of a call if that
    /// is given; the call that is its result.
    fn add_program(&mut self, program: &Program, grid: Option<CallId>) -> CallId {
        self.terms.clear();
        for (_, expression) in program.expressions() {
            let term = match expression {
                Expression::Name("I") if let Some(grid) = grid => TermRecord::Call(grid),
                Expression::Name(name) => TermRecord::Name(self.card.terms.name(name)),
                Expression::Integer(integer) => TermRecord::Integer(integer),
                Expression::Boolean(boolean) => TermRecord::Boolean(boolean),
                Expression::Tuple(items) => {
                    let items = items.iter().map(|(_, item)| self.terms[item.index()]);
                    self.card.terms.tuple(items.collect())
                }
                Expression::Call { callee, arguments } => {
                    self.arguments.clear();
                    for (keyword, value) in arguments.iter() {
                        self.arguments.push(ArgumentRecord {
                            keyword: keyword.map(|keyword| self.card.terms.name(keyword)),
                            term: self.terms[value.index()],
                        });
                    }
                    TermRecord::Call(self.add_call(self.terms[callee.index()]))
                }
            };
            self.terms.push(term);
        }
        let result = self.terms[program.result().index()];
        match program.expression(program.result()) {
            Expression::Call { .. } if let TermRecord::Call(call) = result => call,
            _ => {
                self.arguments.clear();
                self.arguments.push(ArgumentRecord {
                    keyword: None,
                    term: result,
                });
                let identity = self.card.terms.name("identity");
                self.add_call(TermRecord::Name(identity))
            }
        }
    }

    /// The call of `callee` with the arguments in hand, new or not.
    fn add_call(&mut self, callee: TermRecord) -> CallId {
        let card = &self.card;
        let hash = |callee: TermRecord, arguments: &[ArgumentRecord]| {
            FxBuildHasher.hash_one((callee, arguments))
        };
        let content = |id: &CallId| {
            let call = &card.calls[id.index()];
            let arguments = call.arguments.start as usize..call.arguments.end as usize;
            (call.callee, &card.arguments[arguments])
        };
        let new = card.next_call();
        let entry = self.calls_by_content.entry(
            hash(callee, &self.arguments),
            |id| content(id) == (callee, self.arguments.as_slice()),
            |id| {
                let (callee, arguments) = content(id);
                hash(callee, arguments)
            },
        );
        let id = *entry.or_insert(new).get();
        if id == new {
            self.card.push_call(callee, &self.arguments);
        }
        id
    }
}

fn check_names(program: &Program) -> Result<(), MergeError> {
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
