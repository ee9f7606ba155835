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

mod informed;
mod mutator;
mod signature;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use informed::Informed;
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
    for solver in solvers {
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
    while pending_solvers.iter().any(Option::is_some) {
        for slot in &mut pending_solvers {
            let Some(own) = slot else { continue };
            match builder.next_draft(&mut own.pending) {
                Next::Call(mut draft) => {
                    if !options.freeze_solvers {
                        let informed = Some(&own.informed);
                        own.is_mutated |= mutator.mutate(&mut builder, &mut draft, informed);
                    }
                    let call = mutator.add(&mut builder, &draft);
                    own.pending.took(call, draft);
                }
                Next::Result(output) => {
                    builder.add_output(output, own.solver.task.name, own.is_mutated);
                    for (name, program) in &applied {
                        builder.add_differ(name, program, Some(output))?;
                    }
                    mutator.know(&builder);
                    *slot = None;
                }
            }
        }
    }
    builder.card_mut().mutations = mutator.finish();
    Ok(builder.finish())
}

/// A solver on its way into the card.
struct PendingSolver<'a> {
    solver: &'a DrawnSolver<'a>,
    informed: Informed,
    pending: PendingProgram<'a>,
    is_mutated: bool,
}

/// Types of what the calls of a card yield, in their order, as far as hints tell.
pub fn types_of(card: &Card) -> Vec<Type> {
    let mut known = mutator::Known::default();
    known.update(card);
    known.types
}
