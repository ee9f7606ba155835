//! What a store has, and what its logs say of it.

use std::path::PathBuf;

use arc_programs::dsl::Dialect;
use arc_programs::program::Identity;
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use run_batt::library::Role;
use run_batt::stats::{Stats, StatsTasks};
use run_batt::store::Store as RunStore;
use run_batt::telemetry::{LogPlace, RecordKind, json_records};
use run_batt::text_file::read_text;

use crate::error::{StoreError, raise};
use crate::json::json_to_python;
use crate::program::Program;
use crate::without_lock::without_lock;

/// Store: the best programs of each task, as runs and searches have filed them.
#[pyclass(frozen, module = "run_batt")]
pub struct Store(RunStore);

fn role_of(role: &str) -> PyResult<Role> {
    let named = Role::ALL.into_iter().find(|own| own.to_string() == role);
    named.ok_or_else(|| {
        PyValueError::new_err(format!(
            "found {role:?} as a role, expected 'solver' or 'differ'"
        ))
    })
}

impl Store {
    fn core_dialect(&self) -> PyResult<&'static Dialect> {
        self.0.dialect().map_err(raise(StoreError::new_err))
    }
}

#[pymethods]
impl Store {
    /// The store under a folder.
    ///
    /// Raises `StoreError` where there is none.
    #[new]
    #[pyo3(signature = (path = PathBuf::from(".")))]
    fn new(path: PathBuf) -> PyResult<Self> {
        let store = RunStore::existing(&path).map_err(raise(StoreError::new_err));
        store.map(Self)
    }

    /// Its folder.
    #[getter]
    fn path(&self) -> PathBuf {
        self.0.out().to_owned()
    }

    /// Name of the dialect of its programs.
    ///
    /// Raises `StoreError` where that cannot be told.
    #[getter]
    fn dialect(&self) -> PyResult<&'static str> {
        Ok(self.core_dialect()?.name())
    }

    /// The programs that are filed among the best of each task, the worst of a task first,
    /// as dicts that make a table of pandas: `task`, `role`, `score`, `speed`, `identity` and
    /// `path`.
    #[pyo3(signature = (role = "solver"))]
    fn programs<'py>(&self, py: Python<'py>, role: &str) -> PyResult<Bound<'py, PyList>> {
        let role = role_of(role)?;
        let rows = PyList::empty(py);
        for task in self.0.tasks(role).map_err(raise(StoreError::new_err))? {
            let tree = self
                .0
                .tree(role, task)
                .map_err(raise(StoreError::new_err))?;
            for standing in tree.standings() {
                let row = PyDict::new(py);
                row.set_item("task", task.as_str())?;
                row.set_item("role", role.to_string())?;
                row.set_item("score", standing.score)?;
                row.set_item("speed", standing.speed)?;
                row.set_item("identity", standing.identity.to_string())?;
                row.set_item("path", tree.path(standing))?;
                rows.append(row)?;
            }
        }
        Ok(rows)
    }

    /// The program of an identity.
    ///
    /// Raises `KeyError` where the store does not have it, and `ProgramError` where its
    /// file is damaged.
    #[pyo3(signature = (identity, role = "solver"))]
    fn program(&self, identity: &str, role: &str) -> PyResult<Program> {
        let role = role_of(role)?;
        let absent = || PyKeyError::new_err(format!("the store has no {role} {identity:.80}"));
        let known: Identity = identity.parse().map_err(|_| absent())?;
        let path = self.0.path(role, known);
        if !path.is_file() {
            return Err(absent());
        }
        let text = read_text(&path).map_err(raise(StoreError::new_err))?;
        Program::parse(&text, Some(self.core_dialect()?.name()))
    }

    /// The records of the logs, the oldest first, as dicts: one for each task that was run
    /// (`tasks`), or one for its start and one for its end (`timing`).
    #[pyo3(signature = (kind = "tasks"))]
    fn records<'py>(&self, py: Python<'py>, kind: &str) -> PyResult<Bound<'py, PyList>> {
        let kind = match kind {
            "tasks" => RecordKind::Tasks,
            "timing" => RecordKind::Timing,
            _ => {
                return Err(PyValueError::new_err(format!(
                    "found {kind:?} as a kind of records, expected 'tasks' or 'timing'"
                )));
            }
        };
        let logs = LogPlace::OfStore.folder(self.0.out());
        let records = without_lock(py, || json_records(&logs, kind));
        let records = records.map_err(raise(StoreError::new_err))?;
        let records = records.iter().map(|record| json_to_python(py, record));
        PyList::new(py, records.collect::<PyResult<Vec<_>>>()?)
    }

    /// How far the search has come, as `run_batt stats --format json` tells it.
    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let stats = without_lock(py, || {
            Stats::read(&self.0, StatsTasks::Recorded(None), &LogPlace::OfStore)
        });
        let stats = stats.map_err(raise(StoreError::new_err))?;
        let json = serde_json::to_value(stats).map_err(raise(StoreError::new_err))?;
        json_to_python(py, &json)
    }

    fn __repr__(&self) -> String {
        format!("Store('{}')", self.0.out().display())
    }
}
