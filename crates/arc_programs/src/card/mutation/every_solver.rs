//! Mutants of every drawn solver.

use std::fmt;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::DrawnSolver;
use super::kind::{ChangeKind, ChangeWeights};
use super::solver_pool::SolverPool;
use crate::card::CallId;
use crate::digest::Digest;
use crate::dsl::Dialect;
use crate::program::Program;
use crate::task::TaskName;

/// The stream of a seed's numbers that the mutants of solvers are drawn from; changes of each
/// argument are drawn from another.
const MUTANTS: u64 = 3;

/// How many changes of a solver are tried that come to nothing, or are refused.
const TRIES: usize = 64;

/// The most calls of a mutant, but that of a solver with more calls may have as many as that:
/// parts of parts would grow without end in a search of days.
const LARGEST: usize = 200;

/// Program that may go into a card for a drawn solver.
#[derive(Clone, Copy)]
pub struct Proposal<'a> {
    /// The task that it is for.
    pub task: TaskName,
    /// The kind of change that made it; `None` for the drawn solver itself, which is proposed
    /// first.
    pub change: Option<ChangeKind>,
    pool: &'a SolverPool<'a>,
    output: CallId,
}

impl Proposal<'_> {
    /// The program, as `solve(S, I, C)`.
    pub fn program(&self) -> Program {
        self.pool.card().program_of(self.output, "solve")
    }

    /// Digest of the program, which [scoring plans](crate::card::ScoredCall::digest) give it
    /// as well.
    pub fn digest(&self) -> Digest {
        self.pool.digest_of_solver(self.output)
    }
}

impl fmt::Debug for Proposal<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Proposal")
            .field("task", &self.task)
            .field("change", &self.change)
            .field("digest", &self.digest())
            .finish_non_exhaustive()
    }
}

/// What has become of a drawn solver in a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SolverChange {
    /// It stands there as it was drawn, as was asked for.
    AsDrawn,
    /// Some of its arguments changed, each by chance.
    PerArgument,
    /// It is a mutant by a change of this kind.
    Changed(ChangeKind),
    /// It stands there as it was drawn, for every mutant of it was refused.
    Refused,
    /// It stands there as it was drawn, for no change of it was found.
    Unchangeable,
    /// It is not there: its slot went to one of the reserve, or it is of the reserve and no
    /// slot came to it.
    PassedOver,
}

/// The mutants of solvers, in their order, with what has become of each; `None` for one that
/// stays as it was drawn, or is passed over.
///
/// There are `slots` of them. A solver of which nothing comes that is not refused gives its
/// slot to one behind; where nobody is left it keeps it, and stays as it was drawn.
pub(super) fn mutants(
    dialect: &'static Dialect,
    solvers: &[DrawnSolver<'_>],
    slots: usize,
    weights: ChangeWeights,
    seed: u64,
    refuses: &mut dyn FnMut(&Proposal<'_>) -> bool,
) -> Vec<(Option<Program>, SolverChange)> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(MUTANTS);
    let mut pool = SolverPool::new(dialect, random, solvers);
    let mut left = slots;
    let mut mutants = Vec::with_capacity(solvers.len());
    for (place, solver) in solvers.iter().enumerate() {
        let mutant = match left {
            0 => (None, SolverChange::PassedOver),
            _ => pool.unrefused(place, solver.task.name, weights, refuses),
        };
        left -= usize::from(mutant.1.fills_a_slot());
        mutants.push(mutant);
    }
    for (_, change) in &mut mutants {
        match change {
            SolverChange::Refused | SolverChange::Unchangeable if left > 0 => left -= 1,
            SolverChange::Refused | SolverChange::Unchangeable => {
                *change = SolverChange::PassedOver;
            }
            _ => {}
        }
    }
    mutants
}

impl SolverChange {
    fn fills_a_slot(self) -> bool {
        match self {
            Self::AsDrawn | Self::PerArgument | Self::Changed(_) => true,
            Self::Refused | Self::Unchangeable | Self::PassedOver => false,
        }
    }
}

impl SolverPool<'_> {
    /// What comes of a solver: itself, or the first of its mutants that is not refused.
    fn unrefused(
        &mut self,
        place: usize,
        task: TaskName,
        weights: ChangeWeights,
        refuses: &mut dyn FnMut(&Proposal<'_>) -> bool,
    ) -> (Option<Program>, SolverChange) {
        let mut is_refused = |pool: &Self, change, output| {
            refuses(&Proposal {
                task,
                change,
                pool,
                output,
            })
        };
        if !is_refused(self, None, self.solvers[place].output) {
            return (None, SolverChange::AsDrawn);
        }
        let mut end = SolverChange::Unchangeable;
        for _ in 0..TRIES {
            let Some((kind, output)) = self.mutant(place, weights) else {
                continue;
            };
            if !is_refused(self, Some(kind), output) {
                let mutant = self.card().program_of(output, "solve");
                return (Some(mutant), SolverChange::Changed(kind));
            }
            end = SolverChange::Refused;
        }
        (None, end)
    }

    /// A mutant of a solver by one change; `None` where the change came to nothing.
    fn mutant(&mut self, solver: usize, weights: ChangeWeights) -> Option<(ChangeKind, CallId)> {
        let kind = weights.draw(&mut self.mutator.random)?;
        let output = self.changed(solver, kind)?;
        let own = &self.solvers[solver];
        let calls = || self.card().dependencies(output).len();
        if output == own.output || calls() > own.calls.len().max(LARGEST) {
            return None;
        }
        Some((kind, output))
    }
}
