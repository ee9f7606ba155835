//! Cards whose calls are changed a little.
//!
//! [`make_card`] merges solvers and differs into a card, round by round: one
//! call of each solver in turn, so that a call has those of other solvers
//! before it to refer to. Each position of a new call, its callee and its
//! arguments, changes with the same probability, to something that the hints
//! allow there:
//!
//! - a variable becomes an earlier call, a later one likelier, or a constant of
//!   its type;
//! - a function becomes another primitive that takes and yields the like;
//! - a constant becomes another of its range; a rank or a number its neighbour;
//! - a colour that a task's samples lose or gain, or an orientation that makes
//!   their outputs, becomes the calls that compute it from `S`.
//!
//! A changed call is new to the card; where no change makes it so, it stays as
//! it is. A solver refers to no call that depends on `C`, which it cannot know.
//!
//! A differ is changed once, where it is applied to the input, and applied as
//! it then is to each solver's output.
//!
//! # Every solver changed
//!
//! A search that remembers what it has tried has no use for a drawn solver that came out as
//! it was, which of 32 some 23 do. With [`MutationOptions::every_solver`] each becomes a
//! mutant by one change of a [`ChangeKind`], whatever the probability is (which then is that
//! of the differs' alone). These changes know more than those of an argument: a part of one
//! solver comes into another, calls come and go. Whoever makes the card may refuse a mutant,
//! as one that was tried before; another is drawn then, a bounded number of times.

mod change;
#[cfg(test)]
mod change_tests;
mod every_solver;
mod informed;
mod kind;
mod mutator;
mod signature;
mod solver_pool;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

pub use every_solver::{Proposal, SolverChange};
use informed::Informed;
pub use kind::{ChangeKind, ChangeWeights};
use mutator::Mutator;
pub use signature::{Signature, Type};

use super::merge::{Next, PendingProgram, check_names};
use super::{CallId, Card, CardBuilder, MergeError};
use crate::dsl::{Dialect, REFERENCE};
use crate::program::Program;
use crate::task::Task;

/// The stream of a seed's numbers that mutations are drawn from; the tasks of a
/// run and the programs of a card are drawn from others.
const MUTATIONS: u64 = 2;

/// Options of mutation: what changes in a card, and how often.
#[derive(Clone, Copy, Debug)]
pub struct MutationOptions {
    /// The probability with which each position of a call changes.
    pub probability: f64,
    /// Solvers stay as they are.
    pub freeze_solvers: bool,
    /// Differs stay as they are.
    pub freeze_differs: bool,
    /// Where given, every solver changes at least once, by kinds of change that are drawn by
    /// these weights; else each position of its calls changes with the probability.
    pub every_solver: Option<ChangeWeights>,
    /// Seed that changes are drawn from.
    pub seed: u64,
}

/// A change of a position of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutation {
    /// The call, as it is in the card.
    pub call: CallId,
    /// 0 for the callee, then the arguments.
    pub position: usize,
    /// Kind of the change.
    pub kind: MutationKind,
    /// Term that stood there, as Python writes it.
    pub from: String,
    /// Term that stands there now.
    pub to: String,
}

/// The kinds of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, strum::VariantArray)]
pub enum MutationKind {
    /// A variable became an earlier call.
    Variable,
    /// A variable became a constant.
    VariableToConstant,
    /// A function became another.
    Function,
    /// A constant became another of its range.
    Constant,
    /// A colour became the calls that compute it.
    Color,
    /// An orientation became the call that computes it.
    Orientation,
}

impl MutationKind {
    /// Its name in a card's file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::VariableToConstant => "variable to constant",
            Self::Function => "function",
            Self::Constant => "constant",
            Self::Color => "color",
            Self::Orientation => "orientation",
        }
    }
}

/// A solver for a card.
#[derive(Clone, Copy, Debug)]
pub struct DrawnSolver<'a> {
    /// The task that it is for, whose samples inform its mutations.
    pub task: &'a Task,
    /// The solver.
    pub program: &'a Program,
}

/// A differ for a card.
#[derive(Clone, Copy, Debug)]
pub struct DrawnDiffer<'a> {
    /// Its name.
    pub name: &'a str,
    /// The differ.
    pub program: &'a Program,
}

/// Merges solvers, in their order, and differs into a card of the reference's
/// dialect, and changes them.
///
/// # Errors
/// [`MergeError::NameOfCall`] for a program with such a name.
pub fn make_card(
    solvers: &[DrawnSolver<'_>],
    differs: &[DrawnDiffer<'_>],
    options: MutationOptions,
) -> Result<Card, MergeError> {
    make_card_in(&REFERENCE, solvers, differs, options)
}

/// As [`make_card`], in another dialect.
///
/// # Errors
/// As [`make_card`].
pub fn make_card_in(
    dialect: &'static Dialect,
    solvers: &[DrawnSolver<'_>],
    differs: &[DrawnDiffer<'_>],
    options: MutationOptions,
) -> Result<Card, MergeError> {
    let is_as_drawn = &mut |proposal: &Proposal<'_>| proposal.change.is_none();
    let made = make_card_unless(dialect, solvers, &[], differs, options, is_as_drawn)?;
    Ok(made.card)
}

/// A card, and what has become of the solvers that were drawn for it.
#[derive(Debug)]
pub struct MutatedCard {
    /// The card.
    pub card: Card,
    /// What has become of each drawn solver, in their order, and then of each of the reserve.
    pub changes: Vec<SolverChange>,
}

/// As [`make_card_in`]; where [every solver](MutationOptions::every_solver) is to change,
/// `refuses` tells which programs the card is not to have.
///
/// Each solver itself is proposed first: one that is not refused goes into the card as it is.
/// Then mutants of it are, until one is not refused, or so many were that it is given up. Its
/// slot then goes to a solver of the `reserve`, in their order, for which this is so as well;
/// where none is left, the solver goes into the card as it is, and that is told. Mutants of
/// two solvers may be equal: refuse what was let through before. Parts of the reserve may
/// come into mutants of the others. Where not every solver is to change, the reserve is
/// passed over.
///
/// # Errors
/// As [`make_card`].
pub fn make_card_unless(
    dialect: &'static Dialect,
    solvers: &[DrawnSolver<'_>],
    reserve: &[DrawnSolver<'_>],
    differs: &[DrawnDiffer<'_>],
    options: MutationOptions,
    refuses: &mut dyn FnMut(&Proposal<'_>) -> bool,
) -> Result<MutatedCard, MergeError> {
    for solver in solvers.iter().chain(reserve) {
        check_names(solver.program)?;
    }
    for differ in differs {
        check_names(differ.program)?;
    }
    let mut builder = CardBuilder::in_dialect(dialect);
    builder.set_seed(options.seed);
    let mut random = ChaCha8Rng::seed_from_u64(options.seed);
    random.set_stream(MUTATIONS);
    let mut mutator = Mutator::new(dialect, random, options.probability);

    let mut applied = Vec::with_capacity(differs.len());
    for differ in differs {
        let mut pending = PendingProgram::new(differ.program, None);
        let mut is_mutated = false;
        let baseline = loop {
            match builder.next_draft(&mut pending) {
                Next::Call(mut draft) => {
                    if !options.freeze_differs {
                        is_mutated |= mutator.mutate(&mut builder, &mut draft, None);
                    }
                    let call = mutator.add(&mut builder, &draft);
                    pending.took(call, draft);
                }
                Next::Result(call) => break call,
            }
        };
        mutator.know(&builder);
        builder.add_result(baseline, None, differ.name);
        applied.push((
            differ.name,
            match is_mutated {
                true => builder.card().program_of(baseline, "differ"),
                false => differ.program.clone(),
            },
        ));
    }

    let mut merging = Merging {
        builder,
        mutator,
        differs: applied,
    };
    let changes = match options.every_solver {
        Some(weights) if !options.freeze_solvers => {
            let (slots, seed) = (solvers.len(), options.seed);
            let solvers = [solvers, reserve].concat();
            let mutants = every_solver::mutants(dialect, &solvers, slots, weights, seed, refuses);
            merging.mutants(&solvers, mutants)?
        }
        _ => {
            let mut changes = merging.per_argument(solvers, options.freeze_solvers)?;
            changes.extend(reserve.iter().map(|_| SolverChange::PassedOver));
            changes
        }
    };
    let Merging {
        mut builder,
        mutator,
        ..
    } = merging;
    builder.card_mut().mutations = mutator.finish();
    Ok(MutatedCard {
        card: builder.finish(),
        changes,
    })
}

/// A card on its way, which has the differs' baselines.
struct Merging<'a> {
    builder: CardBuilder,
    mutator: Mutator,
    /// The differs as they are applied to solvers.
    differs: Vec<(&'a str, Program)>,
}

impl Merging<'_> {
    /// Adds the mutants of solvers, and of those that have none these themselves, but for
    /// those that are passed over.
    fn mutants(
        &mut self,
        solvers: &[DrawnSolver<'_>],
        mutants: Vec<(Option<Program>, SolverChange)>,
    ) -> Result<Vec<SolverChange>, MergeError> {
        let mut changes = Vec::with_capacity(solvers.len());
        for (solver, (mutant, change)) in solvers.iter().zip(mutants) {
            changes.push(change);
            if change == SolverChange::PassedOver {
                continue;
            }
            let program = mutant.as_ref().unwrap_or(solver.program);
            let output = self.builder.add_program(program, None);
            self.add_output(output, solver, mutant.is_some())?;
        }
        Ok(changes)
    }

    /// Adds solvers, a call of each in turn, and changes each argument with the probability,
    /// unless they are frozen.
    fn per_argument(
        &mut self,
        solvers: &[DrawnSolver<'_>],
        is_frozen: bool,
    ) -> Result<Vec<SolverChange>, MergeError> {
        let dialect = self.builder.card().dialect;
        let mut pending_solvers: Vec<Option<PendingSolver<'_>>> = solvers
            .iter()
            .map(|solver| {
                Some(PendingSolver {
                    solver,
                    informed: Informed::of(dialect, solver.task),
                    pending: PendingProgram::new(solver.program, None),
                    is_mutated: false,
                })
            })
            .collect();
        let mut changes = vec![SolverChange::AsDrawn; solvers.len()];
        while pending_solvers.iter().any(Option::is_some) {
            for (slot, change) in pending_solvers.iter_mut().zip(&mut changes) {
                let Some(own) = slot else { continue };
                match self.builder.next_draft(&mut own.pending) {
                    Next::Call(mut draft) => {
                        if !is_frozen {
                            let informed = Some(&own.informed);
                            let builder = &mut self.builder;
                            own.is_mutated |= self.mutator.mutate(builder, &mut draft, informed);
                        }
                        let call = self.mutator.add(&mut self.builder, &draft);
                        own.pending.took(call, draft);
                    }
                    Next::Result(output) => {
                        if own.is_mutated {
                            *change = SolverChange::PerArgument;
                        }
                        self.add_output(output, own.solver, own.is_mutated)?;
                        self.mutator.know(&self.builder);
                        *slot = None;
                    }
                }
            }
        }
        Ok(changes)
    }

    /// Notes that a call is a solver's output, and applies the differs to it.
    fn add_output(
        &mut self,
        output: CallId,
        solver: &DrawnSolver<'_>,
        is_mutated: bool,
    ) -> Result<(), MergeError> {
        self.builder
            .add_output(output, solver.task.name, is_mutated);
        for (name, program) in &self.differs {
            self.builder.add_differ(name, program, Some(output))?;
        }
        Ok(())
    }
}

/// A solver on its way into the card.
struct PendingSolver<'a> {
    solver: &'a DrawnSolver<'a>,
    informed: Informed<'a>,
    pending: PendingProgram<'a>,
    is_mutated: bool,
}

/// Types of what the calls of a card yield, in their order, as far as hints tell.
pub fn types_of(card: &Card) -> Vec<Type> {
    let mut known = mutator::Known::default();
    known.update(card);
    known.types
}
