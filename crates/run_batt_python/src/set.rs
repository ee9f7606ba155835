//! Sets of programs, as Python sees them.

use arc_programs::value::{Failure, Set, Value};
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::pyclass::CompareOp;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyFrozenSet, PyIterator, PySet, PyTuple};

use crate::error::over_limit;
use crate::value::{Reduced, from_python, to_python};

/// Set of a program: immutable, equal to the frozenset of the same items, with the same
/// hash, and iterating in the order that CPython gives the program's own.
///
/// It is a `collections.abc.Set`, and no `frozenset`, for the order of a frozenset is that
/// of how Python came to it.
///
/// >>> from run_batt import FrozenSet
/// >>> places = FrozenSet([(0, 1), (2, 3)])
/// >>> places == frozenset({(2, 3), (0, 1)})
/// True
/// >>> (0, 1) in places, len(places)
/// (True, 2)
/// >>> places & {(0, 1)}
/// FrozenSet([(0, 1)])
#[pyclass(frozen, sequence, module = "run_batt")]
pub struct FrozenSet {
    set: Set,
    /// The items in their order, made when somebody looks.
    items: PyOnceLock<Py<PyTuple>>,
    hash: PyOnceLock<isize>,
}

impl FrozenSet {
    /// The set of a program.
    pub fn of(set: Set) -> Self {
        Self {
            set,
            items: PyOnceLock::new(),
            hash: PyOnceLock::new(),
        }
    }

    /// Its value.
    pub fn value(&self) -> Value {
        Value::Set(self.set.clone())
    }

    fn items<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyTuple>> {
        let items = self.items.get_or_try_init(py, || {
            let items = self.set.iter().map(|item| to_python(py, &item));
            let items = PyTuple::new(py, items.collect::<PyResult<Vec<_>>>()?);
            items.map(Bound::unbind)
        })?;
        Ok(items.bind(py))
    }

    /// The set of Python's that has the same items.
    fn frozenset<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyFrozenSet>> {
        PyFrozenSet::new(py, self.items(py)?)
    }

    /// What an operation makes of this and another set; `NotImplemented` where the object is none.
    fn with<'py>(
        &self,
        object: &Bound<'py, PyAny>,
        other: Option<Set>,
        operation: impl FnOnce(&Set, &Set) -> Result<Set, Failure>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = object.py();
        let Some(other) = other else {
            return Ok(py.NotImplemented().into_bound(py));
        };
        let set = operation(&self.set, &other).map_err(over_limit)?;
        Ok(Bound::new(py, Self::of(set))?.into_any())
    }
}

/// The set of those items of an operand that are values; `None` for what is no set.
fn values_of(object: &Bound<'_, PyAny>) -> PyResult<Option<Set>> {
    if !object.is_instance_of::<PyFrozenSet>() && !object.is_instance_of::<PySet>() {
        return operand(object);
    }
    let mut values = Vec::new();
    for item in object.try_iter()? {
        values.extend(value_of(&item?)?);
    }
    Set::from_values(values).map(Some).map_err(over_limit)
}

/// The value that an item is; `None` of what is none, which is in no set.
fn value_of(item: &Bound<'_, PyAny>) -> PyResult<Option<Value>> {
    let py = item.py();
    let is_none = |error: &PyErr| {
        error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyOverflowError>(py)
    };
    match from_python(item) {
        Ok(value) => Ok(Some(value)),
        Err(error) if is_none(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The set that an operand is; `None` for what is no set.
fn operand(object: &Bound<'_, PyAny>) -> PyResult<Option<Set>> {
    if let Ok(own) = object.cast::<FrozenSet>() {
        return Ok(Some(own.get().set.clone()));
    }
    if object.is_instance_of::<PyFrozenSet>() || object.is_instance_of::<PySet>() {
        return Ok(from_python(object)?.as_set().cloned());
    }
    Ok(None)
}

#[pymethods]
impl FrozenSet {
    #[new]
    #[pyo3(signature = (items = None))]
    fn new(items: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let Some(items) = items else {
            return Ok(Self::of(Set::empty()));
        };
        // As `frozenset` of one is that one: made anew, its order might be another.
        if let Ok(own) = items.cast::<Self>() {
            return Ok(Self::of(own.get().set.clone()));
        }
        let values = items.try_iter()?.map(|item| from_python(&item?));
        let set = Set::from_values(values.collect::<PyResult<Vec<Value>>>()?);
        set.map(Self::of).map_err(over_limit)
    }

    fn __len__(&self) -> usize {
        self.set.len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.items(py)?.try_iter()
    }

    fn __contains__(&self, item: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(value_of(item)?.is_some_and(|value| self.set.contains(&value)))
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        let hash = self.hash.get_or_try_init(py, || self.frozenset(py)?.hash());
        hash.copied()
    }

    fn __richcmp__<'py>(
        &self,
        other: &Bound<'py, PyAny>,
        comparison: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = other.py();
        if let (Ok(other), CompareOp::Eq | CompareOp::Ne) = (other.cast::<Self>(), comparison) {
            let equal = self.set.equals(&other.get().set);
            let is = equal == matches!(comparison, CompareOp::Eq);
            return Ok(is.into_pyobject(py)?.to_owned().into_any());
        }
        let other = match other.cast::<Self>() {
            Ok(own) => own.get().frozenset(py)?.into_any(),
            Err(_) => other.clone(),
        };
        if !other.is_instance_of::<PyFrozenSet>() && !other.is_instance_of::<PySet>() {
            return Ok(py.NotImplemented().into_bound(py));
        }
        self.frozenset(py)?.rich_compare(other, comparison)
    }

    fn __and__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.with(other, values_of(other)?, Set::intersection)
    }

    fn __rand__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.with(other, values_of(other)?, |own, other| {
            other.intersection(own)
        })
    }

    fn __or__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.with(other, operand(other)?, Set::union)
    }

    fn __ror__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.with(other, operand(other)?, |own, other| other.union(own))
    }

    fn __sub__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.with(other, values_of(other)?, Set::difference)
    }

    fn __rsub__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.with(other, operand(other)?, |own, other| other.difference(own))
    }

    fn __xor__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.with(other, operand(other)?, |own, other| {
            own.difference(other)?.union(&other.difference(own)?)
        })
    }

    fn __rxor__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.__xor__(other)
    }

    /// Whether it has no item in common with another set.
    fn isdisjoint(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        for item in other.try_iter()? {
            if self.__contains__(&item?)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        if self.set.is_empty() {
            return Ok("FrozenSet()".to_owned());
        }
        let items = self.items(py)?.to_list();
        Ok(format!("FrozenSet({})", items.repr()?))
    }

    fn __copy__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
        slf.clone()
    }

    /// Nothing in it can be changed.
    #[pyo3(signature = (_memo, /))]
    fn __deepcopy__<'py>(slf: &Bound<'py, Self>, _memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        slf.clone()
    }

    /// By its items, as Python's own is pickled: what comes of that may have another order.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Reduced<'py, (Bound<'py, PyTuple>,)> {
        let items = slf.get().items(slf.py())?.clone();
        Ok((slf.get_type().into_any(), (items,)))
    }
}
