//! The entries of a card, each there once, wherever they come from.

use std::collections::HashSet;

use rustc_hash::FxBuildHasher;

use super::term::{CallId, NameId};
use super::{Card, DifferRecord, SolverEntry};
use crate::task::TaskName;

type Seen<Entry> = HashSet<Entry, FxBuildHasher>;

/// The entries that a card has, to tell a new one from one that is there.
///
/// Equal are entries for the same call and task, and for the same call, solver
/// and differ's name; the first stays.
#[derive(Debug, Default)]
pub(super) struct KnownEntries {
    solver_outputs: Seen<CallId>,
    solvers: Seen<(CallId, TaskName)>,
    differs: Seen<(CallId, Option<CallId>, NameId)>,
}

impl KnownEntries {
    /// The entries that a card has already.
    pub(super) fn of(card: &Card) -> Self {
        let differs = card.differs.iter();
        Self {
            solver_outputs: card.solvers.iter().map(|own| own.call).collect(),
            solvers: card
                .solvers
                .iter()
                .map(|own| (own.call, own.task))
                .collect(),
            differs: differs
                .map(|own| (own.call, own.solver, own.name))
                .collect(),
        }
    }

    /// Adds a solver to the card, unless it is there.
    pub(super) fn add_solver(&mut self, card: &mut Card, entry: SolverEntry) {
        self.solver_outputs.insert(entry.call);
        if self.solvers.insert((entry.call, entry.task)) {
            card.solvers.push(entry);
        }
    }

    /// Adds a differ to the card, unless it is there.
    pub(super) fn add_differ(
        &mut self,
        card: &mut Card,
        call: CallId,
        solver: Option<CallId>,
        name: &str,
    ) {
        let name = card.terms.name(name);
        if self.differs.insert((call, solver, name)) {
            card.differs.push(DifferRecord { call, solver, name });
        }
    }

    /// Whether a call is the output of one of the solvers.
    pub(super) fn is_solver_output(&self, call: CallId) -> bool {
        self.solver_outputs.contains(&call)
    }
}
