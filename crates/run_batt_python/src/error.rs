//! Errors of the libraries as Python's exceptions, with the same text.

use std::error::Error as StandardError;

use arc_programs::value::Failure;
use pyo3::PyErr;
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyValueError};

create_exception!(
    run_batt,
    Error,
    PyException,
    "Error of run_batt: the base of all others."
);
create_exception!(
    run_batt,
    TaskError,
    Error,
    "Error of data: what is no task, and where."
);
create_exception!(
    run_batt,
    ProgramError,
    Error,
    "Error of a text that is no program: what was found, where, and what was expected."
);
create_exception!(
    run_batt,
    CardError,
    Error,
    "Error of a card that cannot be read, built or evaluated."
);
create_exception!(
    run_batt,
    StoreError,
    Error,
    "Error of a store or its logs that cannot be read."
);
create_exception!(
    run_batt,
    SearchError,
    Error,
    "Error of a search that cannot start or go on."
);
create_exception!(
    run_batt,
    LimitError,
    Error,
    "Error of a call that met a limit, so that it has no value."
);

/// The text of an error and of what lies behind it, as the command prints it.
pub fn text_of(error: &dyn StandardError) -> String {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(error) = behind {
        text.push_str(": ");
        text.push_str(&error.to_string());
        behind = error.source();
    }
    text
}

/// For [`Result::map_err`]: an exception of a class, such as [`TaskError::new_err`].
pub fn raise<Cause: StandardError>(class: fn(String) -> PyErr) -> impl Fn(Cause) -> PyErr {
    move |error| class(text_of(&error))
}

/// Error of values that are deeper or larger than any may be.
pub fn over_limit(failure: Failure) -> PyErr {
    PyValueError::new_err(text_of(&failure))
}
