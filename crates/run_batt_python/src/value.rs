//! The border between values of programs and Python's.
//!
//! | value | in Python |
//! | --- | --- |
//! | `None`, boolean, integer, float | Python's own |
//! | tuple | `tuple`; one that has the form of a grid is a `run_batt.Grid`, a subclass of `tuple` |
//! | set | [`FrozenSet`], which is equal to the `frozenset` of the same items and iterates in the program's order |
//! | function | [`Function`], which can be called; one of Python's own is that object |
//!
//! # Crossing once
//!
//! A grid of Python's is read cell by cell each time that it is handed over, in about a
//! microsecond for a hundred cells. A `Grid` is a tuple for Python, and holds the value
//! that it was made of, or became, besides ([`KeptValue`]): handing it over is a look at an
//! attribute. Sets and functions hold their values too, and their items become Python's
//! when somebody looks.
//!
//! A tuple is what Python users compare, unpack, hash, pickle and give to numpy, so a
//! class that only behaves like one would be the wrong trade: it would save the
//! microsecond of making the rows, and fail `isinstance(value, tuple)`.
//!
//! # The way in
//!
//! Lists, and arrays of integers as numpy has them, are taken as the tuples of their
//! items, and a `set` as a `frozenset`. Whatever else can be called is a function
//! ([`PythonFunction`]).

use std::sync::Arc;

use arc_programs::dsl::{Dialect, REFERENCE};
use arc_programs::value::{Closure, Grid, Measure, Value};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyFloat, PyFrozenSet, PyInt, PyList, PySet, PyString, PyTuple, PyType};

use crate::error::over_limit;
use crate::function::Function;
use crate::python_function::{PythonFunction, fits};
use crate::set::FrozenSet;

/// Value that an object of Python's keeps, so that it does not cross again.
#[pyclass(frozen, module = "run_batt._native")]
pub struct KeptValue(Value);

/// What `__reduce__` yields: what makes an object again, and its arguments.
pub type Reduced<'py, Arguments> = PyResult<(Bound<'py, PyAny>, Arguments)>;

/// Attribute of a `Grid` that holds its [`KeptValue`].
macro_rules! kept {
    ($py:expr) => {
        intern!($py, "_kept")
    };
}

/// Object of Python's that a value is.
pub fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::None => py.None().into_bound(py),
        Value::Boolean(boolean) => PyBool::new(py, *boolean).to_owned().into_any(),
        Value::Integer(integer) => integer.into_pyobject(py)?.into_any(),
        Value::Float(float) => PyFloat::new(py, *float).into_any(),
        Value::Tuple(tuple) => match tuple.as_grid() {
            Some(grid) => grid_to_python(py, value, grid)?,
            None => {
                let items = tuple.iter().map(|item| to_python(py, &item));
                PyTuple::new(py, items.collect::<PyResult<Vec<_>>>()?)?.into_any()
            }
        },
        Value::Set(set) => Bound::new(py, FrozenSet::of(set.clone()))?.into_any(),
        Value::Closure(closure) => match closure.as_foreign().and_then(PythonFunction::of) {
            Some(function) => function.object(py),
            None => Bound::new(py, Function::of(value.clone()))?.into_any(),
        },
        Value::Primitive(_) => Bound::new(py, Function::of(value.clone()))?.into_any(),
    })
}

/// As [`to_python`], where there may be no value: `None` then.
pub fn optional_to_python<'py>(
    py: Python<'py>,
    value: Option<&Value>,
) -> PyResult<Bound<'py, PyAny>> {
    to_python(py, value.unwrap_or(&Value::None))
}

fn grid_to_python<'py>(py: Python<'py>, value: &Value, grid: &Grid) -> PyResult<Bound<'py, PyAny>> {
    static NEW: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let new = NEW.get_or_try_init(py, || {
        let tuple = py.get_type::<PyTuple>();
        tuple.getattr("__new__").map(Bound::unbind)
    })?;
    let row = |row: &[i8]| PyTuple::new(py, row.iter().map(|&cell| i64::from(cell)));
    let rows = grid.rows().map(row).collect::<PyResult<Vec<_>>>()?;
    let rows = PyTuple::new(py, rows)?;
    let object = new.bind(py).call1((grid_class(py)?, rows))?;
    object.setattr(kept!(py), KeptValue(value.clone()))?;
    Ok(object)
}

/// The class of grids.
fn grid_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "run_batt._grid", "Grid")
}

/// The grid of Python's rows, whatever sequences they are.
///
/// Raises `ValueError` for what is no rectangle of integers from −128 to 127.
#[pyfunction]
pub fn grid<'py>(rows: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let value = grid_of(rows)?;
    to_python(rows.py(), &value)
}

/// The value of a grid; an error says what is wrong with one that is none.
pub fn grid_of(rows: &Bound<'_, PyAny>) -> PyResult<Value> {
    let value = from_python(rows)?;
    match value.as_grid() {
        Some(_) => Ok(value),
        None => Err(PyValueError::new_err(format!(
            "found {}, expected a grid: rows of one length, of integers from -128 to 127",
            problem_of_grid(&value)
        ))),
    }
}

/// What keeps a value from being a grid.
fn problem_of_grid(value: &Value) -> String {
    let Some(rows) = value.as_tuple() else {
        return format!("{value:?}");
    };
    let mut width = None;
    for (number, row) in (1..).zip(rows.iter()) {
        let Some(cells) = row.as_tuple() else {
            return format!("{row:?} as row {number}");
        };
        let first = *width.get_or_insert(cells.len());
        if cells.len() != first {
            return format!(
                "row {number} of {} cells after rows of {first}",
                cells.len()
            );
        }
        if let Some(cell) = cells.iter().find(|cell| cell.as_byte().is_none()) {
            return format!("a cell {cell:?} in row {number}");
        }
    }
    match width {
        None => "no row".to_owned(),
        Some(_) => "rows without cells".to_owned(),
    }
}

/// Value that an object of Python's stands for.
///
/// # Errors
/// `TypeError` for an object that is none, `OverflowError` for an integer beyond 64 bits,
/// `ValueError` for what nests too deep or is too large.
pub fn from_python(object: &Bound<'_, PyAny>) -> PyResult<Value> {
    from_python_in(object, &REFERENCE)
}

/// As [`from_python`], for programs in a dialect; `TypeError` too for a function of
/// another.
pub fn from_python_in(object: &Bound<'_, PyAny>, dialect: &'static Dialect) -> PyResult<Value> {
    let depth = Measure::DEPTH;
    read(object, Border { dialect, depth })
}

/// What an object is read for.
#[derive(Clone, Copy)]
struct Border {
    /// The dialect of the programs.
    dialect: &'static Dialect,
    /// How deep what it holds may nest.
    depth: u32,
}

impl Border {
    /// That of the items.
    fn inner(self) -> PyResult<Self> {
        let depth = deeper(self.depth)?;
        Ok(Self { depth, ..self })
    }

    /// A value that is one already, with the functions in it.
    fn kept(self, value: Value) -> PyResult<Value> {
        match fits(&value, self.dialect) {
            true => Ok(value),
            false => Err(PyTypeError::new_err(format!(
                "found a function of run_batt.dsl, which a program in the dialect {} cannot call; a lambda around it, it can",
                self.dialect.name()
            ))),
        }
    }
}

/// Values of all arguments of a call.
pub fn from_arguments(arguments: &Bound<'_, PyTuple>) -> PyResult<Vec<Value>> {
    let arguments = arguments.iter();
    arguments.map(|argument| from_python(&argument)).collect()
}

fn read(object: &Bound<'_, PyAny>, border: Border) -> PyResult<Value> {
    if let Ok(integer) = object.cast_exact::<PyInt>() {
        return integer_of(integer);
    }
    if let Ok(tuple) = object.cast_exact::<PyTuple>() {
        return match grid_of_rows(tuple) {
            Some(grid) => Ok(Value::from(grid)),
            None => items(tuple.iter(), tuple.len(), border),
        };
    }
    if object.get_type().is(grid_class(object.py())?)
        && let Ok(kept) = object.getattr(kept!(object.py()))
        && let Ok(kept) = kept.cast::<KeptValue>()
    {
        return Ok(kept.get().0.clone());
    }
    let own_set = object.cast::<FrozenSet>().ok();
    if let Some(set) = own_set
        && let value = set.get().value()
        && fits(&value, border.dialect)
    {
        return Ok(value);
    }
    if let Ok(function) = object.cast::<Function>() {
        return border.kept(function.get().value().clone());
    }
    if object.is_none() {
        return Ok(Value::None);
    }
    if let Ok(boolean) = object.cast::<PyBool>() {
        return Ok(Value::Boolean(boolean.is_true()));
    }
    if let Ok(float) = object.cast::<PyFloat>() {
        return Ok(Value::Float(float.value()));
    }
    if let Ok(integer) = object.cast::<PyInt>() {
        return integer_of(integer);
    }
    if let Ok(tuple) = object.cast::<PyTuple>() {
        return items(tuple.iter(), tuple.len(), border);
    }
    if let Ok(list) = object.cast::<PyList>() {
        return items(list.iter(), list.len(), border);
    }
    let is_set = object.is_instance_of::<PyFrozenSet>() || object.is_instance_of::<PySet>();
    // One of our own may hold functions of Python's for another dialect: each is taken anew.
    if is_set || own_set.is_some() {
        let inner = border.inner()?;
        let items = object.try_iter()?.map(|item| read(&item?, inner));
        return Value::set(items.collect::<PyResult<Vec<Value>>>()?).map_err(over_limit);
    }
    array(object, border)
}

fn integer_of(integer: &Bound<'_, PyInt>) -> PyResult<Value> {
    let too_large = |_| PyOverflowError::new_err("found an integer beyond 64 bits");
    integer.extract().map(Value::Integer).map_err(too_large)
}

fn deeper(depth: u32) -> PyResult<u32> {
    depth
        .checked_sub(1)
        .ok_or_else(|| over_limit(arc_programs::value::Failure::TooDeep))
}

fn items<'py>(
    objects: impl Iterator<Item = Bound<'py, PyAny>>,
    length: usize,
    border: Border,
) -> PyResult<Value> {
    let inner = border.inner()?;
    let mut items = Vec::with_capacity(length);
    for object in objects {
        items.push(read(&object, inner)?);
    }
    Value::tuple(items).map_err(over_limit)
}

/// The grid of a tuple of rows, where it is one, without a value for each cell and row.
fn grid_of_rows(rows: &Bound<'_, PyTuple>) -> Option<Grid> {
    let first = rows.get_item(0).ok()?;
    let width = first.cast_exact::<PyTuple>().ok()?.len();
    let mut cells = Vec::with_capacity(rows.len() * width);
    for row in rows.iter_borrowed() {
        let row = row.cast_exact::<PyTuple>().ok()?;
        if row.len() != width {
            return None;
        }
        for cell in row.iter_borrowed() {
            let cell: i64 = cell.cast_exact::<PyInt>().ok()?.extract().ok()?;
            cells.push(i8::try_from(cell).ok()?);
        }
    }
    Grid::new(rows.len(), width, cells)
}

/// The value of an array, or of a number out of one, as numpy has them; else of what can be
/// called.
fn array(object: &Bound<'_, PyAny>, border: Border) -> PyResult<Value> {
    let kind = object
        .getattr(intern!(object.py(), "dtype"))
        .and_then(|form| form.getattr(intern!(object.py(), "kind")));
    let Ok(kind) = kind else {
        return function(object, border);
    };
    let kind: String = kind.extract()?;
    match kind.as_str() {
        "i" | "u" | "b" => read(
            &object.call_method0(intern!(object.py(), "tolist"))?,
            border,
        ),
        _ => Err(PyTypeError::new_err(format!(
            "found an array of {}, expected one of integers",
            object.getattr("dtype")?
        ))),
    }
}

/// The value of a function of Python's own.
fn function(object: &Bound<'_, PyAny>, border: Border) -> PyResult<Value> {
    if object.is_callable() {
        let function = PythonFunction::new(object, border.dialect);
        return Ok(Value::Closure(Closure::foreign(Arc::new(function))));
    }
    let class = object.get_type();
    let class = class
        .name()
        .unwrap_or_else(|_| PyString::new(object.py(), "object"));
    Err(PyTypeError::new_err(format!(
        "found an object of type {class}, expected None, a bool, int, float, tuple, frozenset or function"
    )))
}
