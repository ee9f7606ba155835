//! Solvers, and what they come to on their tasks.

use arc_programs::Solver;
use arc_programs::batt::{SampleInputs, samples_of};
use arc_programs::evaluation::{Evaluator, Limits};
use arc_programs::program::Program;
use arc_programs::task::Task;

use crate::data;

/// A tenth of what a search allows, so that a mutant which never ends counts for little.
const LIMITS: Limits = Limits {
    call_steps: 600_000,
    steps: 1_200_000,
    bytes: 64 << 20,
    deadline: None,
};

/// A task, a solver of it, and what that scores.
pub(crate) struct Solved {
    pub(crate) task: Task,
    pub(crate) samples: Vec<SampleInputs>,
    pub(crate) program: Program,
    pub(crate) length: usize,
    pub(crate) steps: u64,
    pub(crate) score: u64,
}

/// The tasks whose solvers solve them.
pub(crate) fn solved(evaluator: &mut Evaluator) -> Vec<Solved> {
    let (tasks, solvers) = (data::tasks(), data::solvers());
    let mut solved = Vec::new();
    for name in solvers.tasks() {
        let Ok(task) = tasks.load(name) else { continue };
        let samples = samples_of(&task).expect("samples");
        let files = solvers.files_of_task(name).iter();
        let read = files.flat_map(|file| file.read().programs);
        let programs = solvers.of_task(name).iter();
        let mut programs = programs.map(|own| own.program.clone());
        let program = programs.next();
        let Some(program) = program.or_else(|| read.map(|own| own.program).next()) else {
            continue;
        };
        let result = result(&program, &samples, evaluator);
        if result.solves {
            solved.push(Solved {
                task,
                samples,
                length: length(&program),
                steps: result.steps,
                score: result.score,
                program,
            });
        }
    }
    solved
}

pub(crate) fn length(program: &Program) -> usize {
    program.expressions().len()
}

/// What a program comes to on all samples.
pub(crate) struct ProgramResult {
    pub(crate) solves: bool,
    pub(crate) score: u64,
    pub(crate) steps: u64,
}

/// A program on all samples, as in a search, where a part of a score is worth something.
pub(crate) fn result(
    program: &Program,
    samples: &[SampleInputs],
    evaluator: &mut Evaluator,
) -> ProgramResult {
    let solver = Solver::of_program(program).expect("known names");
    let mut result = ProgramResult {
        solves: true,
        score: 0,
        steps: 0,
    };
    for sample in samples {
        let output = solver.on_sample(sample, evaluator, LIMITS);
        result.solves &= output.is_exact == Some(true);
        result.score += output.score.unwrap_or(0);
        result.steps += output.steps;
    }
    result
}
