//! What programs return on samples.

use arc_programs::batt::{SampleInputs, SampleName};
use arc_programs::dsl::Dialect;
use arc_programs::solver::SolverOutput;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::drawing;
use crate::python_function::fits;
use crate::value::optional_to_python;

/// Output of a program on a sample, and what it is worth.
#[pyclass(frozen, module = "run_batt")]
pub struct Output {
    sample: SampleName,
    result: SolverOutput,
    /// The dialect of the functions in it.
    dialect: &'static Dialect,
    shown: PyOnceLock<Py<PyAny>>,
}

impl Output {
    pub fn of(sample: &SampleInputs, dialect: &'static Dialect, result: SolverOutput) -> Self {
        Self {
            sample: sample.name,
            result,
            dialect,
            shown: PyOnceLock::new(),
        }
    }
}

#[pymethods]
impl Output {
    /// Name of the sample: `demo:0`, `test:1`.
    #[getter]
    fn sample(&self) -> String {
        self.sample.to_string()
    }

    /// Value that the program returned; `None` also where there is none, see `has_value`, and
    /// where it is or has a function of another dialect than the reference's.
    #[getter]
    fn output<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let shown = self.shown.get_or_try_init(py, || {
            // Of another dialect it means nothing to Python.
            let output = self.result.output.as_ref();
            let output = output.filter(|own| fits(own, self.dialect));
            optional_to_python(py, output).map(Bound::unbind)
        })?;
        Ok(shown.bind(py).clone())
    }

    /// Whether there is a value: no call met a limit, nor failed where that ends the
    /// program.
    #[getter]
    fn has_value(&self) -> bool {
        self.result.output.is_some()
    }

    /// The class of the exception of a failing call that ended the program, such as
    /// `TypeError`; `None` where none did, as always in the reference's dialect.
    ///
    /// >>> import run_batt
    /// >>> task = run_batt.fixtures()[0]
    /// >>> program = run_batt.Program.parse("first(ZERO)", dialect="arc-dsl")
    /// >>> program.on_sample(task, "test:0").exception
    /// 'TypeError'
    #[getter]
    fn exception(&self) -> Option<&'static str> {
        self.result.ended_by?.exception()
    }

    /// Whether the output is the expected one; `None` where that is not known.
    #[getter]
    fn is_exact(&self) -> Option<bool> {
        self.result.is_exact
    }

    /// Score, 0 to 1000; `None` where the expected output is not known.
    #[getter]
    fn score(&self) -> Option<u64> {
        self.result.score
    }

    /// Cost of the calls: one for each, and one for each item that they look at or make.
    #[getter]
    fn steps(&self) -> u64 {
        self.result.steps
    }

    /// Number of calls that failed and yielded what stands for that, inner ones included; 1 where
    /// one ended the program.
    #[getter]
    fn failures(&self) -> u64 {
        self.result.failures
    }

    fn _repr_html_(&self) -> Option<String> {
        let output = self.result.output.as_ref()?;
        drawing::value_as_html(output, &format!("{}, output", self.sample))
    }

    fn __repr__(&self) -> String {
        let exact = match self.result.is_exact {
            Some(true) => "exact",
            Some(false) => "not exact",
            None => "nobody knows",
        };
        let steps = self.result.steps;
        format!("Output('{}', {exact}, {steps} steps)", self.sample)
    }
}
