//! Tasks and their samples.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use arc_programs::batt::{SampleInputs, samples_of};
use arc_programs::json_error::JsonError;
use arc_programs::task::{MAXIMUM_SIDE, Sample as CoreSample, Task as CoreTask, TaskName};
use arc_programs::value::{Failure, Grid, Tuple, Value};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use run_batt::fixtures;
use run_batt::picture::palette;
use run_batt::tasks::{Split, TaskSource};
use run_batt::text_file::read_text;

use crate::drawing;
use crate::error::{TaskError, raise};
use crate::value::{Reduced, grid_of, to_python};

/// Task of ARC: its name, the demo samples and the test samples.
///
/// In a notebook it shows itself.
///
/// >>> from run_batt import Task
/// >>> task = Task.from_json('{"train": [{"input": [[1, 2]], "output": [[2, 1]]}], "test": [{"input": [[3, 4]]}]}')
/// >>> task
/// Task('task', 1 demo sample, 1 test sample)
/// >>> task.demo[0].output
/// Grid(((2, 1),))
/// >>> task.test[0].output is None
/// True
#[pyclass(frozen, module = "run_batt")]
pub struct Task {
    task: CoreTask,
    samples: OnceLock<Arc<[SampleInputs]>>,
    shown: PyOnceLock<Vec<Py<Sample>>>,
    samples_as_value: PyOnceLock<Py<PyTuple>>,
}

/// Sample of a task: an input grid, and the expected output where it is known.
#[pyclass(frozen, module = "run_batt")]
pub struct Sample {
    /// Name of the sample: `demo:0`, `test:1`.
    #[pyo3(get)]
    name: String,
    /// Input grid.
    #[pyo3(get)]
    input: Py<PyAny>,
    /// Expected output grid; `None` where the data do not tell it.
    #[pyo3(get)]
    output: Py<PyAny>,
    grids: CoreSample,
}

impl Task {
    fn of(task: CoreTask) -> Self {
        Self {
            task,
            samples: OnceLock::new(),
            shown: PyOnceLock::new(),
            samples_as_value: PyOnceLock::new(),
        }
    }

    /// The task of the core.
    pub fn core(&self) -> &CoreTask {
        &self.task
    }

    /// Its samples as programs see them, the demo samples first.
    pub fn inputs(&self) -> Result<Arc<[SampleInputs]>, Failure> {
        if let Some(samples) = self.samples.get() {
            return Ok(Arc::clone(samples));
        }
        let samples: Arc<[SampleInputs]> = samples_of(&self.task)?.into();
        Ok(Arc::clone(self.samples.get_or_init(|| samples)))
    }

    fn shown(&self, py: Python<'_>) -> PyResult<&[Py<Sample>]> {
        let shown = self.shown.get_or_try_init(py, || {
            let demo = self.task.demo.iter().enumerate();
            let test = self.task.test.iter().enumerate();
            let demo = demo.map(|(number, own)| (format!("demo:{number}"), own));
            let test = test.map(|(number, own)| (format!("test:{number}"), own));
            let samples = demo.chain(test);
            let samples = samples.map(|(name, own)| Py::new(py, Sample::new(py, name, own)?));
            samples.collect::<PyResult<Vec<_>>>()
        })?;
        Ok(shown)
    }

    fn list<'py>(&self, py: Python<'py>, kind: &str) -> PyResult<Bound<'py, PyList>> {
        let shown = self.shown(py)?.iter();
        let of_kind = shown.filter(|own| own.get().name.starts_with(kind));
        PyList::new(py, of_kind)
    }

    /// The place of a sample among all, by its name.
    pub fn place_of(&self, name: &str) -> PyResult<usize> {
        let (demo, test) = (self.task.demo.len(), self.task.test.len());
        let place = |kind: &str, samples: usize| {
            let number: usize = name.strip_prefix(kind)?.parse().ok()?;
            (number < samples).then_some(number)
        };
        let found = place("demo:", demo).or_else(|| Some(demo + place("test:", test)?));
        found.ok_or_else(|| {
            PyKeyError::new_err(format!(
                "task {} has no sample {name:.80}; it has {demo} demo samples, from demo:0, and {test} test samples, from test:0",
                self.task.name
            ))
        })
    }
}

impl Sample {
    fn new(py: Python<'_>, name: String, grids: &CoreSample) -> PyResult<Self> {
        let value = |grid: &Arc<Grid>| Value::Tuple(Tuple::from(Arc::clone(grid)));
        let output = grids.output.as_ref().map_or(Value::None, value);
        Ok(Self {
            name,
            input: to_python(py, &value(&grids.input))?.unbind(),
            output: to_python(py, &output)?.unbind(),
            grids: grids.clone(),
        })
    }
}

/// Name that a task is given, in Python.
fn name_of(name: &str) -> PyResult<TaskName> {
    name.parse().map_err(raise(TaskError::new_err))
}

#[pymethods]
impl Task {
    /// The task of a file `<name>.json`, as ARC's own and as re-arc has them.
    ///
    /// Raises `TaskError` where it cannot be read, or is none.
    #[staticmethod]
    fn load(path: PathBuf) -> PyResult<Self> {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = name_of(&stem)?;
        let text = read_text(&path).map_err(raise(TaskError::new_err))?;
        let problem = |error: JsonError| TaskError::new_err(format!("{}: {error}", path.display()));
        CoreTask::from_json(name, &text)
            .map(Self::of)
            .map_err(problem)
    }

    /// The task of a JSON text.
    ///
    /// Raises `TaskError` where it is none, with the place in the text.
    #[staticmethod]
    #[pyo3(signature = (text, name = "task"))]
    fn from_json(text: &str, name: &str) -> PyResult<Self> {
        let task = CoreTask::from_json(name_of(name)?, text);
        task.map(Self::of).map_err(raise(TaskError::new_err))
    }

    /// The task of a dict as JSON has it: `{"train": [{"input": …, "output": …}, …], "test":
    /// […]}`, its grids being lists, tuples or numpy's arrays.
    ///
    /// Raises `TaskError` where it is none, and says which sample is wrong.
    #[staticmethod]
    #[pyo3(signature = (task, name = "task"))]
    fn from_dict(task: &Bound<'_, PyDict>, name: &str) -> PyResult<Self> {
        let name = name_of(name)?;
        let demo = samples_of_dict(task, "train")?;
        if let Some(number) = demo.iter().position(|sample| sample.output.is_none()) {
            return Err(TaskError::new_err(format!(
                "train sample {}: found no output, expected one",
                number + 1
            )));
        }
        let test = samples_of_dict(task, "test")?;
        Ok(Self::of(CoreTask { name, demo, test }))
    }

    /// Name of the task, such as `0520fde7`.
    #[getter]
    fn name(&self) -> &str {
        self.task.name.as_str()
    }

    /// Samples that show what is asked.
    #[getter]
    fn demo<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.list(py, "demo:")
    }

    /// Samples that ask it.
    #[getter]
    fn test<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.list(py, "test:")
    }

    /// All samples, the demo samples first.
    #[getter]
    fn samples<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.list(py, "")
    }

    /// A sample by its name, such as `demo:0`.
    ///
    /// Raises `KeyError` where there is none.
    fn sample(&self, py: Python<'_>, name: &str) -> PyResult<Py<Sample>> {
        let place = self.place_of(name)?;
        Ok(self.shown(py)?[place].clone_ref(py))
    }

    /// The demo samples as programs see them, `S`: a tuple of pairs of grids.
    #[getter]
    #[allow(non_snake_case, reason = "the name that programs have for it")]
    fn S<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let samples = self.samples_as_value.get_or_try_init(py, || {
            let demo = self.shown(py)?.iter().take(self.task.demo.len());
            let pairs = demo.map(|own| PyTuple::new(py, [&own.get().input, &own.get().output]));
            let pairs = PyTuple::new(py, pairs.collect::<PyResult<Vec<_>>>()?);
            pairs.map(Bound::unbind)
        })?;
        Ok(samples.bind(py).clone())
    }

    /// The task as JSON has it, of dicts and lists.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (key, samples) in [("train", &self.task.demo), ("test", &self.task.test)] {
            let samples = samples.iter().map(|sample| {
                let own = PyDict::new(py);
                own.set_item("input", lists(py, &sample.input)?)?;
                if let Some(output) = &sample.output {
                    own.set_item("output", lists(py, output)?)?;
                }
                Ok(own)
            });
            dict.set_item(key, samples.collect::<PyResult<Vec<_>>>()?)?;
        }
        Ok(dict)
    }

    fn _repr_html_(&self) -> String {
        drawing::task_as_html(&self.task)
    }

    fn __repr__(&self) -> String {
        let counted = |samples: usize, kind: &str| match samples {
            1 => format!("1 {kind} sample"),
            samples => format!("{samples} {kind} samples"),
        };
        format!(
            "Task('{}', {}, {})",
            self.task.name,
            counted(self.task.demo.len(), "demo"),
            counted(self.task.test.len(), "test")
        )
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Reduced<'py, (Bound<'py, PyDict>, String)> {
        let make = slf.get_type().getattr("from_dict")?;
        let task = slf.get();
        Ok((make, (task.to_dict(slf.py())?, task.task.name.to_string())))
    }
}

#[pymethods]
impl Sample {
    fn _repr_html_(&self) -> String {
        drawing::sample_as_html(&self.name, &self.grids)
    }

    fn __repr__(&self) -> String {
        format!("Sample('{}')", self.name)
    }
}

fn lists<'py>(py: Python<'py>, grid: &Grid) -> PyResult<Bound<'py, PyList>> {
    let rows = grid.rows().map(|row| {
        let cells = row.iter().map(|&cell| i64::from(cell));
        PyList::new(py, cells)
    });
    PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)
}

fn samples_of_dict(task: &Bound<'_, PyDict>, key: &str) -> PyResult<Vec<CoreSample>> {
    let Some(samples) = task.get_item(key)? else {
        return Err(TaskError::new_err(format!(
            "found no `{key}`, expected a list of samples under it"
        )));
    };
    let mut read = Vec::new();
    for (number, sample) in (1..).zip(samples.try_iter()?) {
        let sample = sample?;
        let place = format!("{key} sample {number}");
        let member = |name: &str| match sample.get_item(name) {
            Ok(grid) if !grid.is_none() => arc_grid(&grid, &format!("{place}, {name}")).map(Some),
            Ok(_) => Ok(None),
            Err(error) if error.is_instance_of::<PyKeyError>(sample.py()) => Ok(None),
            Err(error) => Err(error),
        };
        let Some(input) = member("input")? else {
            return Err(TaskError::new_err(format!(
                "{place}: found no input, expected one"
            )));
        };
        let output = member("output")?;
        read.push(CoreSample { input, output });
    }
    Ok(read)
}

/// A grid of a task: 1 to 30 rows of as many colours 0 to 9.
fn arc_grid(rows: &Bound<'_, PyAny>, place: &str) -> PyResult<Arc<Grid>> {
    let wrong = |problem: String| TaskError::new_err(format!("{place}: {problem}"));
    let value = grid_of(rows).map_err(|error| {
        let text = error.value(rows.py()).str();
        wrong(text.map_or_else(
            |_| error.to_string(),
            |text: Bound<'_, PyString>| text.to_string(),
        ))
    })?;
    let Some(grid) = value.as_grid() else {
        return Err(wrong("found no grid, expected one".to_owned()));
    };
    let (height, width) = (grid.height(), grid.width());
    if height.max(width) > MAXIMUM_SIDE {
        return Err(wrong(format!(
            "found a grid of {height} by {width} cells, expected at most {MAXIMUM_SIDE} by {MAXIMUM_SIDE}"
        )));
    }
    match grid
        .cells()
        .iter()
        .find(|&&cell| palette::colour(cell).is_none())
    {
        Some(cell) => Err(wrong(format!("found a colour {cell}, expected 0 to 9"))),
        None => Ok(Arc::clone(grid)),
    }
}

/// The tasks of a path, whatever its layout, as `run_batt --tasks` takes it: a folder of
/// `<task>.json`, a bundle of Kaggle's, and others. `part` is `train`, `eval` or `both`,
/// where the data have parts.
///
/// Raises `TaskError` where there are none, or one cannot be read.
#[pyfunction]
#[pyo3(signature = (path, part = "both"))]
pub fn load_tasks(path: PathBuf, part: &str) -> PyResult<Vec<Task>> {
    let source = TaskSource::open(&path, part_of(part)?);
    all_of(&source.map_err(raise(TaskError::new_err))?)
}

/// The tasks that run_batt has inside it.
///
/// >>> import run_batt
/// >>> tasks = run_batt.fixtures()
/// >>> tasks[0]
/// Task('007bbfb7', 5 demo samples, 1 test sample)
#[pyfunction(name = "fixtures")]
pub fn fixture_tasks() -> PyResult<Vec<Task>> {
    all_of(&fixtures::tasks().map_err(raise(TaskError::new_err))?)
}

fn all_of(source: &TaskSource) -> PyResult<Vec<Task>> {
    let load = |name| source.load(name).map(Task::of);
    let tasks = source.names().map(load).collect::<Result<_, _>>();
    tasks.map_err(raise(TaskError::new_err))
}

/// The part of the data that is asked for.
pub fn part_of(part: &str) -> PyResult<Split> {
    match part {
        "train" => Ok(Split::Train),
        "eval" => Ok(Split::Eval),
        "both" => Ok(Split::Both),
        _ => Err(PyValueError::new_err(format!(
            "found {part:?} as a part of the data, expected 'train', 'eval' or 'both'"
        ))),
    }
}
