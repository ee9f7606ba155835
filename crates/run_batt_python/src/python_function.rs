//! Python's own functions, as functions of programs.
//!
//! A `lambda` that is handed to a primitive is called back, when and as often as CPython
//! would call it. To the evaluator it is a [`ForeignFunction`], of which nothing is
//! remembered. It is the same as itself alone, by identity, whatever its `__eq__` says.
//!
//! # What it raises
//!
//! Primitives of the reference turn failures into defaults. That is for programs, of which
//! most are made by chance; a function of Python's is a user's, whose bug nothing should
//! swallow. So whatever it raises (`KeyboardInterrupt` and `StopIteration` too) ends the
//! evaluation and comes out as that very exception, in both dialects. So does a `TypeError`
//! where what it returns is no value.
//!
//! # Within each other
//!
//! It may call `run_batt.dsl` or a program itself. What that evaluates begins as deep as
//! closures are nested around the function ([`depth`]), so all on one stack together nest no
//! deeper than one evaluation may, whatever Python's own limit is set to. A program on a task
//! begins at no depth, for its score must not depend on who asks: it is given no function of
//! Python's, so that this is once on a stack.
//!
//! The interpreter's lock is held while it runs, whether the evaluation let go of it or not.
//!
//! What is made of such a function holds it, in a way that Python's collector of cycles does
//! not see.

use std::any::Any;
use std::cell::Cell;

use arc_programs::dsl::{Context, Dialect, REFERENCE};
use arc_programs::value::{ForeignCall, ForeignFunction, Raised, Value};
use pyo3::exceptions::{
    PyOverflowError, PyRecursionError, PyRuntimeError, PyTypeError, PyValueError,
};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::value::{from_python_in, to_python};

/// Function of Python's that programs call.
#[derive(Debug)]
pub struct PythonFunction {
    function: Py<PyAny>,
    parameters: Option<usize>,
    /// Where the primitives are from that it may be called with.
    dialect: &'static Dialect,
}

impl PythonFunction {
    /// A callable object, for programs in a dialect.
    pub fn new(function: &Bound<'_, PyAny>, dialect: &'static Dialect) -> Self {
        // As the DSLs of Python's count them; what is no function has none.
        let py = function.py();
        let code = function.getattr(intern!(py, "__code__"));
        let count = code.and_then(|code| code.getattr(intern!(py, "co_argcount")));
        Self {
            function: function.clone().unbind(),
            parameters: count.and_then(|count| count.extract()).ok(),
            dialect,
        }
    }

    /// The one that a function from outside is.
    pub fn of(function: &dyn ForeignFunction) -> Option<&Self> {
        (function as &dyn Any).downcast_ref()
    }

    /// The object of Python's.
    pub fn object<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        self.function.bind(py).clone()
    }

    fn called(&self, py: Python<'_>, arguments: &[&Value]) -> PyResult<Value> {
        if let Some(hidden) = arguments.iter().find(|own| !fits(own, self.dialect)) {
            return Err(PyTypeError::new_err(format!(
                "a function of Python would be called with {hidden}, which is or has a function of {}, which Python cannot be given",
                self.dialect.name()
            )));
        }
        let arguments = arguments.iter().map(|argument| to_python(py, argument));
        let arguments = PyTuple::new(py, arguments.collect::<PyResult<Vec<_>>>()?)?;
        let function = self.function.bind(py);
        let returned = function.call1(arguments)?;
        from_python_in(&returned, self.dialect).map_err(|error| no_value(function, error))
    }
}

impl ForeignFunction for PythonFunction {
    fn call(&self, call: ForeignCall<'_>) -> Result<Value, Raised> {
        let _around = Around::deep(call.depth);
        let outcome = Python::attach(|py| self.called(py, call.arguments));
        outcome.map_err(|error| Raised(Box::new(error)))
    }

    fn parameters(&self) -> Option<usize> {
        self.parameters
    }

    fn is(&self, other: &dyn ForeignFunction) -> bool {
        Self::of(other).is_some_and(|other| self.function.is(&other.function))
    }
}

/// Whether Python may hand over a value to programs in a dialect, or these hand it to
/// Python: all functions in it are Python's own for that dialect, or it is that of `run_batt.dsl`.
pub fn fits(value: &Value, dialect: &Dialect) -> bool {
    if dialect == &REFERENCE {
        return true;
    }
    match value {
        Value::Primitive(_) => false,
        Value::Closure(closure) => {
            let function = closure.as_foreign().and_then(PythonFunction::of);
            function.is_some_and(|function| function.dialect == dialect)
        }
        _ if value.as_grid().is_some() => true,
        _ => match (value.as_tuple(), value.as_set()) {
            (Some(items), _) => items.iter().all(|item| fits(&item, dialect)),
            (None, Some(items)) => items.iter().all(|item| fits(&item, dialect)),
            _ => true,
        },
    }
}

/// The exception that a function of Python's has raised.
pub fn exception(Raised(raised): Raised) -> PyErr {
    match raised.downcast() {
        Ok(exception) => *exception,
        Err(other) => PyRuntimeError::new_err(format!("found {other:?}, expected an exception")),
    }
}

/// The error of what a function has returned, with its name.
fn no_value(function: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    let py = function.py();
    let is_of_border = error.is_instance_of::<PyTypeError>(py)
        || error.is_instance_of::<PyValueError>(py)
        || error.is_instance_of::<PyOverflowError>(py);
    match function.repr() {
        Ok(name) if is_of_border => PyErr::from_type(
            error.get_type(py),
            format!("what {name} returned is no value: {}", error.value(py)),
        ),
        _ => error,
    }
}

thread_local! {
    /// How deep closures are nested around the function of Python's that is running on this
    /// thread; 0 where none is.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// How deep closures may be nested around what begins to evaluate.
const DEEPEST: u32 = Context::DEPTH - 16;

/// How deep closures are nested around what is about to be evaluated.
///
/// # Errors
/// `RecursionError` where there is too little room left within it.
pub fn depth() -> PyResult<u32> {
    match DEPTH.get() {
        depth if depth <= DEEPEST => Ok(depth),
        _ => Err(PyRecursionError::new_err(format!(
            "functions of Python and of run_batt call each other more than {DEEPEST} levels deep"
        ))),
    }
}

/// What is around a function of Python's while it runs; as before when it is dropped.
struct Around {
    before: u32,
}

impl Around {
    fn deep(depth: u32) -> Self {
        Self {
            before: DEPTH.replace(depth),
        }
    }
}

impl Drop for Around {
    fn drop(&mut self) {
        DEPTH.set(self.before);
    }
}
