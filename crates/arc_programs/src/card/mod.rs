//! Cards: many solvers and differs as one list of calls.
//!
//! # Why
//!
//! The solvers of a task have much in common, and its differs even more: five
//! differs applied to 32 solvers are 160 programs that all look at the same
//! `C`. A card holds each distinct call of all of them once: `t1`, `t2`, …. A
//! sample then costs what its distinct calls cost, whoever needs them.
//!
//! # What a card is
//!
//! A list of [`Call`]s, each of a callee with arguments. Both are [`Term`]s: an
//! earlier call, a name, or a literal. So the list is in an order in which it
//! can be evaluated from start to end, and nothing about a card is recursive:
//! a card of 100 000 calls, each of the one before, is like any other.
//!
//! Two kinds of entries say what some of the calls are:
//! a [`SolverEntry`] names the call whose value is a solver's output, and the
//! task that the solver is for; a [`DifferEntry`] names the call whose value is
//! a differ's `(total, matching, …)`, the differ, and what it was applied to: the
//! call that is a solver's output, or nothing for the *baseline*, the differ
//! applied to the input.
//!
//! Entries know solvers by their output call and not by their place in a list:
//! two solvers that compute the same are one call, a differ says the same of
//! both, and has one entry for both.
//!
//! # From programs, and back
//!
//! A [`CardBuilder`] merges programs into a card. [`Card::program_of`] cuts a
//! program out again: what a call depends on. Going there and back gives the
//! program that went in. With mutated calls in between, it gives a new one: a
//! candidate.
//!
//! # From files, and back
//!
//! [`Card::from_text`] reads this project's JSON form, which [`Card::to_json`]
//! writes, and the modules that the reference generates. Calls keep the numbers
//! that they have in the file, so that what is said about `t12` can be looked
//! up there. The price: a file that has equal calls twice (the reference's may,
//! where a mutation made one call like another) is a card that has them twice.
//!
//! # Compactness
//!
//! A call is 24 bytes, each of its arguments 24 more; names and tuples are kept
//! once. What a caller sees ([`Call`], [`Term`]) is borrowed from that.
//!
//! ```
//! use arc_programs::card::CardBuilder;
//! use arc_programs::program::parse_expression;
//!
//! let mut builder = CardBuilder::new();
//! let solver = parse_expression("vconcat(I, rot90(rot90(I)))").unwrap();
//! let other = parse_expression("rot90(rot90(I))").unwrap();
//! let differ = parse_expression("equality(I, C)").unwrap();
//! let task = "0520fde7".parse().unwrap();
//! let output = builder.add_solver(task, &solver, false).unwrap();
//! builder.add_solver(task, &other, false).unwrap();
//! builder.add_differ("differ_equal", &differ, Some(output)).unwrap();
//! let card = builder.finish();
//!
//! let calls: Vec<String> = card.calls().map(|(id, call)| format!("{id} = {call}")).collect();
//! assert_eq!(calls, ["t1 = rot90(I)", "t2 = rot90(t1)", "t3 = vconcat(I, t2)", "t4 = equality(t3, C)"]);
//! assert_eq!(card.program_of(output, "solve"), solver);
//! ```

mod candidate;
mod concern;
mod entries;
mod error;
mod expected_use;
mod json;
mod merge;
pub mod mutation;
mod plan;
mod program_digest;
mod python;
mod reading;
mod term;

use mutation::Mutation;

pub use concern::WrongCalls;
pub use error::{CallPlace, CardError, CardPlanError};
pub use merge::check_names;
pub use merge::{CardBuilder, MergeError};
pub use plan::{ScoredCall, ScoringPlan};
use program_digest::ProgramDigests;
use term::{ArgumentRecord, CallRecord, NameId, TermPool, TermRecord};
pub use term::{Arguments, Call, CallId, Term, TupleItems};

use crate::digest::Digest;
use crate::dsl::{Dialect, REFERENCE};
use crate::program::Position;
use crate::task::TaskName;

/// A solver of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SolverEntry {
    /// The call whose value is its output.
    pub call: CallId,
    /// The task that it is for.
    pub task: TaskName,
    /// Whether a mutation made it.
    pub mutated: bool,
}

/// A differ of a card, applied to the input or to a solver's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DifferEntry<'card> {
    /// The call whose value is its `(total, matching, …)`.
    pub call: CallId,
    /// The call whose value it compares with the expected output, the output
    /// of one or more solvers; `None` for the baseline, which compares the
    /// input.
    pub solver: Option<CallId>,
    /// The differ's name: `differ_colors_lost`, `differ_24bc…`.
    pub name: &'card str,
}

#[derive(Clone, Copy, Debug)]
struct DifferRecord {
    call: CallId,
    solver: Option<CallId>,
    name: NameId,
}

/// Where the calls of a card were read.
#[derive(Clone, Debug)]
struct Source {
    name: String,
    positions: Vec<Position>,
}

/// Many solvers and differs merged into one list of calls; see the
/// [module](self).
///
/// Equality is of what a card says, not of the file that it was read from.
#[derive(Clone, Debug)]
pub struct Card {
    dialect: &'static Dialect,
    seed: Option<u64>,
    terms: TermPool,
    calls: Vec<CallRecord>,
    arguments: Vec<ArgumentRecord>,
    solvers: Vec<SolverEntry>,
    differs: Vec<DifferRecord>,
    mutations: Vec<Mutation>,
    source: Option<Source>,
}

impl Card {
    /// A card without calls.
    fn new(dialect: &'static Dialect) -> Self {
        Self {
            dialect,
            seed: None,
            terms: TermPool::default(),
            calls: Vec::new(),
            arguments: Vec::new(),
            solvers: Vec::new(),
            differs: Vec::new(),
            mutations: Vec::new(),
            source: None,
        }
    }

    /// The dialect of its calls.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// A card from the text of a file of this name: a module that the reference
    /// generated if it is named `….py`, this project's JSON form if `….json`,
    /// and under any other name JSON if it begins with `{`.
    ///
    /// # Errors
    /// Fails for a text that is no card or a damaged one, with the name and the
    /// place in it. Whether its names mean anything is asked by [`Card::plan`].
    pub fn from_text(name: &str, text: &str) -> Result<Self, CardError> {
        let is_json = match name.rsplit_once('.') {
            Some((_, "py")) => false,
            Some((_, "json")) => true,
            _ => text.trim_start().starts_with('{'),
        };
        match is_json {
            true => Self::from_json(name, text),
            false => Self::from_python(name, text),
        }
    }

    /// Seed that the mutations were drawn from, if it is known.
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// Number of calls.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether it has no call.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// All calls, each after those that it refers to.
    pub fn calls(&self) -> impl ExactSizeIterator<Item = (CallId, Call<'_>)> {
        self.calls_after(0)
    }

    /// The calls after the first `count`.
    fn calls_after(&self, count: usize) -> impl ExactSizeIterator<Item = (CallId, Call<'_>)> {
        (count..self.calls.len()).map(|index| {
            let id = CallId(index as u32);
            (id, self.call(id))
        })
    }

    /// One call, which must be one of this card.
    pub fn call(&self, id: CallId) -> Call<'_> {
        let (callee, records) = self.records(id);
        Call {
            callee: self.terms.term(callee),
            arguments: Arguments {
                pool: &self.terms,
                records,
            },
        }
    }

    /// One call as it is kept: its callee and its arguments.
    fn records(&self, id: CallId) -> (TermRecord, &[ArgumentRecord]) {
        let CallRecord { callee, arguments } = &self.calls[id.index()];
        let arguments = arguments.start as usize..arguments.end as usize;
        (*callee, &self.arguments[arguments])
    }

    /// The solvers, in the order in which they were added.
    pub fn solvers(&self) -> &[SolverEntry] {
        &self.solvers
    }

    /// The digest of each solver, in the order in which they were added: equal ones compute
    /// the same, whatever else is in the card.
    pub fn solver_digests(&self) -> Vec<Digest> {
        let digests = ProgramDigests::of(self);
        let of_solver = |entry: &SolverEntry| digests.of_solver(entry.call);
        self.solvers.iter().map(of_solver).collect()
    }

    /// The differs applied, in the order in which they were added.
    pub fn differs(&self) -> impl ExactSizeIterator<Item = DifferEntry<'_>> {
        let view = |record: &DifferRecord| DifferEntry {
            call: record.call,
            solver: record.solver,
            name: self.terms.text(record.name),
        };
        self.differs.iter().map(view)
    }

    /// Mutations made when the card was; none of a card that was read.
    pub fn mutations(&self) -> &[Mutation] {
        &self.mutations
    }

    /// The name of the file that it was read from.
    pub fn file_name(&self) -> Option<&str> {
        self.source.as_ref().map(|source| source.name.as_str())
    }

    /// Position of a call in the file that the card was read from.
    pub fn position(&self, call: CallId) -> Option<Position> {
        let source = self.source.as_ref()?;
        source.positions.get(call.index()).copied()
    }

    fn next_call(&self) -> CallId {
        CallId(self.calls.len() as u32)
    }

    fn push_call(&mut self, callee: TermRecord, arguments: &[ArgumentRecord]) -> CallId {
        let id = self.next_call();
        let start = self.arguments.len() as u32;
        self.arguments.extend_from_slice(arguments);
        self.calls.push(CallRecord {
            callee,
            arguments: start..self.arguments.len() as u32,
        });
        id
    }
}

impl Default for Card {
    /// A card without calls, in the reference's dialect.
    fn default() -> Self {
        Self::new(&REFERENCE)
    }
}

impl PartialEq for Card {
    fn eq(&self, other: &Self) -> bool {
        self.dialect == other.dialect
            && self.seed == other.seed
            && self.calls().eq(other.calls())
            && self.solvers == other.solvers
            && self.differs().eq(other.differs())
    }
}

impl Eq for Card {}
