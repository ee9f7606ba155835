//! Functions of programs, which Python can call.

use arc_programs::dsl::call::call;
use arc_programs::dsl::{Budget, Context, Primitive, REFERENCE};
use arc_programs::evaluation::Limits;
use arc_programs::value::{Closure, Operation, Value};
use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::error::{LimitError, text_of};
use crate::python_function::{depth, exception};
use crate::value::{Reduced, from_arguments, from_python, to_python};

// Function of a program: a primitive, or what one has made. Without a docstring of the
// class: each primitive has its own.
#[pyclass(frozen, module = "run_batt")]
pub struct Function(Value);

impl Function {
    /// The function that a value is.
    pub fn of(value: Value) -> Self {
        Self(value)
    }

    /// Its value.
    pub fn value(&self) -> &Value {
        &self.0
    }

    fn primitive(&self) -> Option<&'static Primitive> {
        match &self.0 {
            Value::Primitive(id) => REFERENCE.primitive(*id),
            _ => None,
        }
    }

    /// Name of the primitive that it is, or that made it.
    fn own_name(&self) -> &'static str {
        match &self.0 {
            Value::Closure(closure) => maker(closure),
            _ => self.primitive().map_or("function", |own| own.name),
        }
    }
}

/// What made a closure.
fn maker(closure: &Closure) -> &'static str {
    match closure.operation() {
        Operation::Compose { .. } => "compose",
        Operation::Chain { .. } => "chain",
        Operation::Fork { .. } => "fork",
        Operation::Match { .. } => "matcher",
        Operation::BindLeft { .. } => "lbind",
        Operation::BindRight { .. } => "rbind",
        Operation::Repeat { .. } => "power",
        Operation::Nothing => "nothing",
        Operation::Foreign(_) => "Python",
    }
}

#[pymethods]
impl Function {
    #[pyo3(signature = (*arguments, **keywords))]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        arguments: &Bound<'py, PyTuple>,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let mut values = from_arguments(arguments)?;
        if let Some(keywords) = keywords {
            self.add_keywords(&mut values, keywords)?;
        }
        let Limits {
            call_steps, bytes, ..
        } = Limits::default();
        let budget = Budget {
            steps: call_steps,
            bytes,
            deadline: None,
        };
        let mut context = Context::new(&REFERENCE, budget).at_depth(depth()?);
        let outcome = match self.primitive() {
            Some(primitive) => Ok(primitive.call(&mut context, &values)),
            None => {
                let values: Vec<&Value> = values.iter().collect();
                call(&mut context, &self.0, &values)
            }
        };
        if let Some(raised) = context.take_raised() {
            return Err(exception(raised));
        }
        if context.is_exhausted() {
            return Err(LimitError::new_err(format!(
                "the call of `{}` met a limit, so that it has no value",
                self.own_name()
            )));
        }
        let value = outcome.map_err(|failure| {
            PyTypeError::new_err(format!("{}: {}", self.own_name(), text_of(&failure)))
        })?;
        to_python(py, &value)
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.own_name()
    }

    #[getter]
    fn __qualname__(&self) -> &'static str {
        self.own_name()
    }

    #[getter]
    fn __doc__(&self) -> Option<&'static str> {
        self.primitive().map(|own| own.documentation)
    }

    /// Names of the parameters, those with defaults included; none of a function that a
    /// primitive made.
    #[getter]
    fn parameters(&self) -> Vec<&'static str> {
        let parameters = self.primitive().map_or(&[][..], |own| own.parameters);
        parameters.iter().map(|own| own.name).collect()
    }

    /// Number of parameters without defaults; `None` of a function that a primitive made.
    #[getter]
    fn required(&self) -> Option<usize> {
        self.primitive().map(Primitive::required)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        let other = other.cast::<Self>();
        other.is_ok_and(|other| self.0.equals(&other.get().0))
    }

    fn __hash__(&self) -> i64 {
        self.0.hash()
    }

    fn __repr__(&self) -> String {
        match self.primitive() {
            Some(primitive) => format!("run_batt.dsl.{}", primitive.name),
            None => format!("<function made by {}>", self.own_name()),
        }
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Reduced<'py, (&'static str,)> {
        let py = slf.py();
        let Some(primitive) = slf.get().primitive() else {
            return Err(PyTypeError::new_err(
                "a function that a primitive made is equal to itself alone, and cannot be pickled",
            ));
        };
        let make = py.import("run_batt._native")?.getattr("primitive")?;
        Ok((make, (primitive.name,)))
    }
}

impl Function {
    /// Adds the arguments that are given by the names of parameters.
    fn add_keywords(&self, values: &mut Vec<Value>, keywords: &Bound<'_, PyDict>) -> PyResult<()> {
        let parameters = self.primitive().map_or(&[][..], |own| own.parameters);
        let mut left = keywords.len();
        for parameter in parameters.iter().skip(values.len()) {
            if let Some(argument) = keywords.get_item(parameter.name)? {
                values.push(from_python(&argument)?);
                left -= 1;
            } else {
                break;
            }
        }
        match left {
            0 => Ok(()),
            _ => Err(PyTypeError::new_err(format!(
                "{}: found keyword arguments that it does not take, expected ({})",
                self.own_name(),
                self.parameters().join(", ")
            ))),
        }
    }
}

/// The primitive of a name.
#[pyfunction]
pub fn primitive(name: &str) -> PyResult<Function> {
    let id = REFERENCE.find(name);
    let id = id.ok_or_else(|| PyKeyError::new_err(format!("unknown primitive `{name:.80}`")))?;
    Ok(Function::of(Value::Primitive(id)))
}

/// The primitives, by name.
#[pyfunction]
pub fn primitives(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let named = PyDict::new(py);
    for primitive in REFERENCE.primitives() {
        if let Some(id) = REFERENCE.find(primitive.name) {
            named.set_item(primitive.name, Function::of(Value::Primitive(id)))?;
        }
    }
    Ok(named)
}

/// The constants, by name.
#[pyfunction]
pub fn constants(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let named = PyDict::new(py);
    for (name, value) in REFERENCE.constants().iter() {
        named.set_item(name, to_python(py, value)?)?;
    }
    Ok(named)
}
