//! Cards: built, read, written, and scored over many tasks.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_programs::batt::{Batt, NoCache, SampleInputs, ScoreSum, TaskScores};
use arc_programs::card::{Card as CoreCard, CardBuilder, CardPlanError};
use arc_programs::dsl::REFERENCE;
use arc_programs::task::TaskName;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use run_batt::card_file::read_card;
use run_batt::pool::{Pool, Profile, ProfileKind};

use crate::error::{CardError, TaskError, over_limit, raise};
use crate::interruptible::interruptible;
use crate::limits::{budget, workers_of};
use crate::program::Program;
use crate::task::Task;

/// Card: many solvers and differs merged into one list of calls, in which equal calls stand
/// once.
///
/// >>> from run_batt import Card, Program, fixtures
/// >>> solvers = [("3c9b0459", Program.parse("rot180(I)")), ("67a3c6ac", Program.parse("vmirror_t(I)"))]
/// >>> card = Card.build(solvers)
/// >>> card.calls
/// ['t1 = rot180(I)', 't2 = vmirror_t(I)']
/// >>> task = next(own for own in fixtures() if own.name == "3c9b0459")
/// >>> [(own["of"], own["score"]) for own in card.scores([task])]
/// [('3c9b0459', 5000), ('67a3c6ac', 2600)]
#[pyclass(frozen, module = "run_batt")]
pub struct Card(CoreCard);

/// What a card came to on a task.
struct Scored {
    task: TaskName,
    samples: usize,
    scores: TaskScores,
}

#[pymethods]
impl Card {
    /// The card of solvers, each with the task that it is for, and of differs, each with its
    /// name: a differ is applied to the input, and to the output of each solver.
    ///
    /// Raises `CardError` for programs that cannot be merged, as those of two dialects.
    #[staticmethod]
    #[pyo3(signature = (solvers, differs = Vec::new()))]
    fn build(
        solvers: Vec<(String, PyRef<'_, Program>)>,
        differs: Vec<(String, PyRef<'_, Program>)>,
    ) -> PyResult<Self> {
        let programs = solvers.iter().chain(&differs).map(|(_, program)| program);
        let mut dialects = programs.map(|program| program.core_dialect());
        let dialect = dialects.next().unwrap_or(&REFERENCE);
        if let Some(other) = dialects.find(|own| *own != dialect) {
            return Err(CardError::new_err(format!(
                "found programs in the dialects {} and {}, expected one",
                dialect.name(),
                other.name()
            )));
        }
        let mut builder = CardBuilder::in_dialect(dialect);
        let mut outputs = vec![None];
        for (task, program) in &solvers {
            let task: TaskName = task.parse().map_err(raise(TaskError::new_err))?;
            let output = builder.add_solver(task, program.core(), false);
            let output = Some(output.map_err(raise(CardError::new_err))?);
            if !outputs.contains(&output) {
                outputs.push(output);
            }
        }
        for (name, program) in &differs {
            for output in &outputs {
                let added = builder.add_differ(name, program.core(), *output);
                added.map_err(raise(CardError::new_err))?;
            }
        }
        Ok(Self(builder.finish()))
    }

    /// The card of a file: this project's JSON, or a module that the reference generates.
    ///
    /// Raises `CardError` where it cannot be read or is none.
    #[staticmethod]
    fn load(path: PathBuf) -> PyResult<Self> {
        let card = read_card(&path).map_err(raise(CardError::new_err));
        card.map(Self)
    }

    /// The card of a text, as of a file.
    #[staticmethod]
    #[pyo3(signature = (text, name = "card"))]
    fn from_text(text: &str, name: &str) -> PyResult<Self> {
        let card = CoreCard::from_text(name, text).map_err(raise(CardError::new_err));
        card.map(Self)
    }

    /// The card as this project's JSON.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// Name of the dialect of its calls.
    #[getter]
    fn dialect(&self) -> &'static str {
        self.0.dialect().name()
    }

    /// Its calls: `t1 = rot90(I)`.
    #[getter]
    fn calls(&self) -> Vec<String> {
        let calls = self.0.calls();
        calls.map(|(id, call)| format!("{id} = {call}")).collect()
    }

    /// Its solvers: the task that each is for, the call that is its output, and whether a
    /// mutation made it.
    #[getter]
    fn solvers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let dicts = self.0.solvers().iter().map(|entry| {
            let dict = PyDict::new(py);
            dict.set_item("task", entry.task.as_str())?;
            dict.set_item("call", entry.call.to_string())?;
            dict.set_item("mutated", entry.mutated)?;
            Ok(dict)
        });
        PyList::new(py, dicts.collect::<PyResult<Vec<_>>>()?)
    }

    /// Its differs: the name of each, the call that is its result, and the call that it is
    /// applied to, `None` for the input.
    #[getter]
    fn differs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let dicts = self.0.differs().map(|entry| {
            let dict = PyDict::new(py);
            dict.set_item("name", entry.name)?;
            dict.set_item("call", entry.call.to_string())?;
            dict.set_item("solver", entry.solver.map(|call| call.to_string()))?;
            Ok(dict)
        });
        PyList::new(py, dicts.collect::<PyResult<Vec<_>>>()?)
    }

    /// The program of each solver, in their order.
    fn programs(&self) -> Vec<Program> {
        let solvers = self.0.solvers().iter();
        let program = |call| Program::of(self.0.dialect(), self.0.program_of(call, "solve"));
        solvers.map(|entry| program(entry.call)).collect()
    }

    /// The scores of all programs on all tasks, each summed over a task's samples, as dicts
    /// that make a table of pandas: `task`, `role`, `call`, `of` (the task that a solver is
    /// for, or a differ's name), `score`, `full_score`, `steps` and `is_whole`, which is
    /// false where a timeout has left a part.
    ///
    /// Solvers do not see the expected outputs, differs do. `workers` threads share the
    /// tasks, as many as there are cores if nothing is said. Other threads of Python go on
    /// meanwhile, and Ctrl-C ends it.
    ///
    /// Raises `CardError` for a name that means nothing.
    #[pyo3(signature = (tasks, *, workers = None, call_steps = None, steps = None, memory = None, timeout = None))]
    #[allow(clippy::too_many_arguments, reason = "what is asked, and the limits")]
    fn scores<'py>(
        &self,
        py: Python<'py>,
        tasks: Vec<Bound<'py, Task>>,
        workers: Option<usize>,
        call_steps: Option<u64>,
        steps: Option<u64>,
        memory: Option<u64>,
        timeout: Option<f64>,
    ) -> PyResult<Bound<'py, PyList>> {
        let budget = budget(call_steps, steps, memory, timeout)?;
        let mut given = Vec::with_capacity(tasks.len());
        for task in &tasks {
            let task = task.get();
            given.push((task.core().name, task.inputs().map_err(over_limit)?));
        }
        let profile = Profile {
            kind: ProfileKind::Cpu,
            reason: String::new(),
            workers: workers_of(workers)?.min(given.len().max(1)),
            chunk_size: given.len().max(1),
        };
        let is_stopped = AtomicBool::new(false);
        let mapped = interruptible(
            py,
            |_told| -> Result<_, CardPlanError> {
                // What no task decides is evaluated here.
                let batt = Batt::new(&self.0, budget)?;
                let is_stopped = || is_stopped.load(Ordering::Relaxed);
                let scored = |(task, samples): &(TaskName, Arc<[SampleInputs]>)| {
                    scored(&batt, *task, samples)
                };
                Ok(Pool::new(&profile).map_until(&is_stopped, &given, scored))
            },
            |(): ()| Ok(()),
            || is_stopped.store(true, Ordering::Relaxed),
        )?
        .map_err(raise(CardError::new_err))?;
        let rows = PyList::empty(py);
        for result in mapped.results {
            let scored = result.map_err(raise(PyRuntimeError::new_err))?;
            self.add_rows(&rows, &scored)?;
        }
        Ok(rows)
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        format!(
            "Card({} calls, {} solvers, {} differs)",
            self.0.len(),
            self.0.solvers().len(),
            self.0.differs().len()
        )
    }
}

impl Card {
    fn add_rows(&self, rows: &Bound<'_, PyList>, scored: &Scored) -> PyResult<()> {
        let solvers = self.0.solvers().iter().zip(&scored.scores.solvers);
        for (entry, sum) in solvers {
            let (call, of) = (entry.call.to_string(), entry.task.as_str());
            rows.append(row(rows.py(), scored, "solver", call, of, sum)?)?;
        }
        for (entry, sum) in self.0.differs().zip(&scored.scores.differs) {
            let call = entry.call.to_string();
            rows.append(row(rows.py(), scored, "differ", call, entry.name, sum)?)?;
        }
        Ok(())
    }
}

fn row<'py>(
    py: Python<'py>,
    scored: &Scored,
    role: &str,
    call: String,
    of: &str,
    sum: &ScoreSum,
) -> PyResult<Bound<'py, PyDict>> {
    let row = PyDict::new(py);
    row.set_item("task", scored.task.as_str())?;
    row.set_item("role", role)?;
    row.set_item("call", call)?;
    row.set_item("of", of)?;
    row.set_item("score", sum.score)?;
    row.set_item(
        "full_score",
        scored.samples as u64 * arc_programs::score::FULL,
    )?;
    row.set_item("steps", sum.steps)?;
    row.set_item("is_whole", sum.is_whole)?;
    Ok(row)
}

fn scored(batt: &Batt, task: TaskName, samples: &[SampleInputs]) -> Scored {
    let begun = batt.on_task(samples, &NoCache);
    let scores = samples
        .iter()
        .enumerate()
        .map(|(place, sample)| batt.on_sample(&begun, place, sample, &NoCache));
    Scored {
        task,
        samples: samples.len(),
        scores: TaskScores::of(scores),
    }
}
