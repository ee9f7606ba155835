//! Solvers spoilt by one change each, with a fixed seed, so that their tasks are unsolved.

use std::path::Path;

use arc_programs::card::mutation::{ChangeKind, MutationOptions, SolverChange};
use arc_programs::dsl::REFERENCE;
use arc_programs::evaluation::Evaluator;
use arc_programs::program::InlineBudget;

use crate::solved::{Solved, length, result};
use crate::ways::alike;
use crate::{PER_ARGUMENT, card, frozen_differs, output};

/// How often spoiling a solver is tried.
const SPOILING: u64 = 1 << 12;

/// How solvers are spoilt.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Spoiling {
    PerArgument,
    ByKind,
}

/// A solver after one change by which its task is unsolved.
pub(crate) fn spoilt(
    solved: &Solved,
    spoiling: Spoiling,
    seed: u64,
    evaluator: &mut Evaluator,
) -> Option<Solved> {
    (0..SPOILING).find_map(|attempt| {
        let every_solver = match spoiling {
            Spoiling::PerArgument => None,
            Spoiling::ByKind => Some(
                // Of several solvers a change needs more than there are here.
                alike()
                    .with(ChangeKind::Graft, 0)
                    .with(ChangeKind::Composition, 0),
            ),
        };
        let options = MutationOptions {
            probability: PER_ARGUMENT,
            every_solver,
            seed: seed | attempt,
            ..frozen_differs()
        };
        let made = card(&[solved], &[], options, &mut |_, _, change| {
            change.is_none()
        });
        let is_one = match made.changes[..] {
            [SolverChange::PerArgument] => made.card.mutations().len() == 1,
            [SolverChange::Changed(_)] => true,
            _ => false,
        };
        let program = made.card.program_of(output(&made.card), "solve");
        let result = result(&program, &solved.samples, evaluator);
        (is_one && !result.solves).then(|| Solved {
            task: solved.task.clone(),
            samples: solved.samples.clone(),
            length: length(&program),
            steps: result.steps,
            score: result.score,
            program,
        })
    })
}

/// Writes solvers as files, one each.
pub(crate) fn write(solvers: &[Solved], folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for own in solvers {
        let name = format!("solve_{}", own.task.name);
        let program = own
            .program
            .clone()
            .renamed(&name, REFERENCE.parameter_names());
        let text = program.inline(InlineBudget::DEFAULT).text;
        std::fs::write(folder.join(format!("{name}.py")), text)?;
    }
    Ok(())
}
