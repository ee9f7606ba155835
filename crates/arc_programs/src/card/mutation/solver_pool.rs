//! The drawn solvers in one card, whose calls mutants are made of.
//!
//! A mutant is made as calls are merged: what a change leaves as it was keeps its calls, what
//! depends on the changed one is added anew behind all others. So a card stays a list in the
//! order of evaluation, whatever changes are made, and a part of one solver stands in another
//! as soon as a call of it is named there. Equal programs end with the same call: a mutant that
//! is the solver itself is told by comparing two numbers.

use std::collections::HashMap;

use rand_chacha::ChaCha8Rng;
use rustc_hash::FxBuildHasher;

use super::DrawnSolver;
use super::informed::Informed;
use super::mutator::Mutator;
use super::signature::Type;
use crate::card::merge::Draft;
use crate::card::program_digest::CallDigests;
use crate::card::term::TermRecord;
use crate::card::{CallId, Card, CardBuilder};
use crate::digest::Digest;
use crate::dsl::{Dialect, TaskPart};

/// A solver of the pool.
#[derive(Debug)]
pub(super) struct PooledSolver<'a> {
    /// Its last call.
    pub(super) output: CallId,
    /// Its calls, in their order.
    pub(super) calls: Vec<CallId>,
    /// What the samples of its task tell.
    pub(super) informed: Informed<'a>,
}

/// A position of a call: 0 for the callee, then the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) call: CallId,
    pub(super) position: usize,
}

/// The drawn solvers in one card.
pub(super) struct SolverPool<'a> {
    pub(super) dialect: &'static Dialect,
    pub(super) builder: CardBuilder,
    pub(super) mutator: Mutator,
    pub(super) solvers: Vec<PooledSolver<'a>>,
    /// The calls of the solvers; what comes after them is of mutants.
    pub(super) drawn_calls: usize,
    digests: CallDigests,
}

/// What has become of the calls of a solver that were changed.
type Changed = HashMap<CallId, TermRecord, FxBuildHasher>;

impl<'a> SolverPool<'a> {
    pub(super) fn new(
        dialect: &'static Dialect,
        random: ChaCha8Rng,
        drawn: &[DrawnSolver<'a>],
    ) -> Self {
        let mut builder = CardBuilder::in_dialect(dialect);
        let outputs: Vec<CallId> = drawn
            .iter()
            .map(|solver| builder.add_program(solver.program, None))
            .collect();
        let mut mutator = Mutator::new(dialect, random, 0.0);
        mutator.know(&builder);
        let pooled = |(solver, output): (&DrawnSolver<'a>, CallId)| PooledSolver {
            output,
            calls: builder.card().dependencies(output),
            informed: Informed::of(dialect, solver.task),
        };
        let solvers = drawn.iter().zip(outputs).map(pooled).collect();
        let mut digests = CallDigests::default();
        digests.update(builder.card());
        Self {
            dialect,
            solvers,
            mutator,
            drawn_calls: builder.card().len(),
            digests,
            builder,
        }
    }

    pub(super) fn card(&self) -> &Card {
        self.builder.card()
    }

    pub(super) fn draft(&self, call: CallId) -> Draft {
        let (callee, arguments) = self.card().records(call);
        Draft {
            callee,
            arguments: arguments.to_vec(),
        }
    }

    pub(super) fn record(&self, place: Place) -> TermRecord {
        let (callee, arguments) = self.card().records(place.call);
        match place.position.checked_sub(1) {
            None => callee,
            Some(argument) => arguments[argument].term,
        }
    }

    pub(super) fn type_of(&self, record: TermRecord) -> Type {
        self.mutator.type_of(self.card(), record)
    }

    /// What a place asks for.
    pub(super) fn asked(&self, place: Place) -> Type {
        let term = self.card().terms.term(self.record(place));
        let draft = self.draft(place.call);
        self.mutator
            .asked(self.card(), &draft, place.position, term)
    }

    /// The places of a solver's calls where the term is of this sort.
    pub(super) fn places(
        &self,
        solver: usize,
        is_sought: impl Fn(&Self, Place, TermRecord) -> bool,
    ) -> Vec<Place> {
        let calls = self.solvers[solver].calls.iter();
        let places = calls.flat_map(|&call| {
            let positions = 0..=self.card().records(call).1.len();
            positions.map(move |position| Place { call, position })
        });
        places
            .filter(|&place| is_sought(self, place, self.record(place)))
            .collect()
    }

    /// The terms, that are no function's name, which a solver may have in the place of one of
    /// its terms: its calls that do not depend on the call there, and the parameters, but for
    /// what is given the expected output.
    pub(super) fn own_terms(&mut self, solver: usize, not_above: CallId) -> Vec<TermRecord> {
        let mut above = vec![not_above];
        let mut terms = Vec::new();
        for parameter in self.dialect.parameters() {
            if parameter.given != TaskPart::Expected {
                let name = self.builder.card_mut().terms.name(parameter.name);
                terms.push(TermRecord::Name(name));
            }
        }
        for &call in &self.solvers[solver].calls {
            let mut operands = self.card().call(call).operands();
            if call == not_above || operands.any(|operand| above.contains(&operand)) {
                above.push(call);
            } else {
                terms.push(TermRecord::Call(call));
            }
        }
        terms.retain(|&term| self.is_allowed(term));
        terms
    }

    /// Whether a solver may have a term: not where it depends on the expected output.
    pub(super) fn is_allowed(&self, term: TermRecord) -> bool {
        match term {
            TermRecord::Call(call) => !self.mutator.depends_on_expected(call),
            _ => true,
        }
    }

    /// The call that a draft is, new or not.
    pub(super) fn add(&mut self, draft: &Draft) -> CallId {
        let call = self.builder.add_call(draft);
        self.mutator.know(&self.builder);
        self.digests.update(self.builder.card());
        call
    }

    /// The digest of the solver whose output a call is.
    pub(super) fn digest_of_solver(&self, output: CallId) -> Digest {
        self.digests.of_solver(self.dialect, output)
    }

    /// The output of a solver after another term has come to a place of it.
    pub(super) fn with_term(&mut self, solver: usize, place: Place, term: TermRecord) -> CallId {
        let draft = self.changed_draft(place, term);
        let call = self.add(&draft);
        self.with_call(solver, place.call, TermRecord::Call(call))
    }

    /// A call with another term at a place of it.
    pub(super) fn changed_draft(&self, place: Place, term: TermRecord) -> Draft {
        let mut draft = self.draft(place.call);
        match place.position.checked_sub(1) {
            None => draft.callee = term,
            Some(argument) => draft.arguments[argument].term = term,
        }
        draft
    }

    fn is_below_any(&self, call: CallId, changed: &Changed) -> bool {
        let mut operands = self.card().call(call).operands();
        operands.any(|operand| changed.contains_key(&operand))
    }

    /// The output of a solver after a term has come wherever a call of it was.
    pub(super) fn with_call(&mut self, solver: usize, call: CallId, term: TermRecord) -> CallId {
        let mut changed = Changed::default();
        changed.insert(call, term);
        for place in 0..self.solvers[solver].calls.len() {
            let own = self.solvers[solver].calls[place];
            if changed.contains_key(&own) || !self.is_below_any(own, &changed) {
                continue;
            }
            let mut draft = self.draft(own);
            let now = |record: &mut TermRecord| {
                if let TermRecord::Call(earlier) = record
                    && let Some(&term) = changed.get(earlier)
                {
                    *record = term;
                }
            };
            let terms = draft
                .arguments
                .iter_mut()
                .map(|argument| &mut argument.term);
            let terms = terms.chain([&mut draft.callee]);
            terms.for_each(now);
            let new = self.add(&draft);
            changed.insert(own, TermRecord::Call(new));
        }
        let output = self.solvers[solver].output;
        match changed.get(&output) {
            None => output,
            Some(&TermRecord::Call(call)) => call,
            // The result of a program is a call.
            Some(&term) => {
                let identity = self.dialect.identity().name;
                let callee = TermRecord::Name(self.builder.card_mut().terms.name(identity));
                self.add(&Draft::of(callee, [term]))
            }
        }
    }
}
