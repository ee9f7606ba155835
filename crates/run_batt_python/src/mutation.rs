//! Mutants of programs, made as a search makes them.

use arc_programs::card::MergeError;
use arc_programs::card::mutation::{
    ChangeKind, ChangeWeights, DrawnSolver, MutationOptions, SolverChange, make_card_unless,
};
use arc_programs::task::Task as CoreTask;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::{ProgramError, TaskError, raise};
use crate::program::Program;
use crate::task::Task;
use crate::without_lock::without_lock;

/// Mutant of a program by one change, as a search makes it; the same for the same seed.
/// ``None`` where many tries came to no other program. Lines that nothing uses are left out,
/// as a store leaves them out.
///
/// The samples of ``task`` tell colours and orientations that may become a constant;
/// ``donors`` are programs whose parts may come into it. ``weights`` say which kinds of
/// change are drawn, and how often each against the others; those of a search where it is
/// ``None``, which are what ``mutation_weights()`` yields.
///
/// Raises `ValueError` for donors in another dialect and for an unknown kind of change.
///
/// >>> from run_batt import Program, mutate
/// >>> program = Program.parse("vmirror_t(rot180(I))")
/// >>> mutant = mutate(program, seed=2)
/// >>> mutant == mutate(program, seed=2), mutant.identity == program.identity
/// (True, False)
/// >>> mutate(program, seed=2, weights={"removal": 1}).inlined()
/// 'def solve(S, I, C):\n    return vmirror_t(I)'
/// >>> donor = Program.parse("cellwise(I, hmirror_t(I), ZERO)")
/// >>> grafted = mutate(program, seed=2, donors=[donor], weights={"graft": 1})
#[pyfunction]
#[pyo3(signature = (program, seed, *, task = None, donors = Vec::new(), weights = None))]
pub fn mutate(
    py: Python<'_>,
    program: &Program,
    seed: u64,
    task: Option<&Task>,
    donors: Vec<PyRef<'_, Program>>,
    weights: Option<&Bound<'_, PyDict>>,
) -> PyResult<Option<Program>> {
    let dialect = program.core_dialect();
    if let Some(other) = donors.iter().find(|own| own.core_dialect() != dialect) {
        return Err(PyValueError::new_err(format!(
            "found a donor in the dialect {}, expected {} as of the program",
            other.core_dialect().name(),
            dialect.name()
        )));
    }
    let weights = weights.map_or(Ok(ChangeWeights::default()), weights_of)?;
    let no_task = CoreTask {
        name: "none".parse().map_err(raise(TaskError::new_err))?,
        demo: Vec::new(),
        test: Vec::new(),
    };
    let task = task.map_or(&no_task, Task::core);
    let drawn = |program| DrawnSolver { task, program };
    let own = [drawn(program.core())];
    let donors: Vec<DrawnSolver<'_>> = donors.iter().map(|own| drawn(own.core())).collect();
    let options = MutationOptions {
        probability: 0.0,
        freeze_solvers: false,
        freeze_differs: true,
        every_solver: Some(weights),
        seed,
    };
    let mutant = without_lock(py, || {
        let mut mutant = None;
        let made = make_card_unless(dialect, &own, &donors, &[], options, &mut |proposal| {
            if proposal.change.is_none() || mutant.is_some() {
                return true;
            }
            mutant = Some(Program::of(dialect, proposal.program()));
            false
        })?;
        // A slot that the program left empty went to a donor.
        let is_of_program = matches!(made.changes.first(), Some(SolverChange::Changed(_)));
        Ok::<_, MergeError>(mutant.filter(|_| is_of_program))
    });
    mutant.map_err(raise(ProgramError::new_err))
}

/// Kinds of change that make a mutant, and how often a search draws each against the others.
///
/// >>> from run_batt import mutation_weights
/// >>> mutation_weights()["function"], "graft" in mutation_weights()
/// (8, True)
#[pyfunction]
pub fn mutation_weights(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let weights = PyDict::new(py);
    for &kind in ChangeKind::all() {
        weights.set_item(kind.name(), ChangeWeights::default().of(kind))?;
    }
    Ok(weights)
}

fn weights_of(named: &Bound<'_, PyDict>) -> PyResult<ChangeWeights> {
    let mut weights = ChangeWeights::NONE;
    for (name, weight) in named {
        let name: String = name.extract()?;
        let kind = ChangeKind::all().iter().find(|own| own.name() == name);
        let Some(&kind) = kind else {
            let names: Vec<_> = ChangeKind::all().iter().map(|own| own.name()).collect();
            return Err(PyValueError::new_err(format!(
                "found {name:?} as a kind of change, expected one of {}",
                names.join(", ")
            )));
        };
        weights = weights.with(kind, weight.extract()?);
    }
    Ok(weights)
}
