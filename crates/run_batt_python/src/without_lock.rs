//! Work without the interpreter's lock.
//!
//! A thread that asks for the lock while the interpreter ends is ended by Python there and then,
//! within frames of Rust, and the process crashes. A daemon thread that evaluates comes back at just
//! such a time. So from the end of the interpreter on whoever comes back stays where it is until
//! the process has ended, as CPython itself does from 3.14 on.

use std::sync::OnceLock;
use std::thread::{self, ThreadId};
use std::time::Duration;

use pyo3::prelude::*;

/// The thread that ends the interpreter, as soon as it does. It goes on.
static ENDED_BY: OnceLock<ThreadId> = OnceLock::new();

/// How long those that wait for the lock already are let in: after that nobody asks for it.
const LET_IN: Duration = Duration::from_millis(10);

/// Does some work while other threads of Python go on.
pub fn without_lock<Done: Send>(py: Python<'_>, work: impl FnOnce() -> Done + Send) -> Done {
    py.detach(|| {
        let done = work();
        let has_ended = || {
            let ended_by = ENDED_BY.get();
            ended_by.is_some_and(|own| *own != thread::current().id())
        };
        while has_ended() {
            thread::park();
        }
        done
    })
}

/// Called by Python before it ends.
#[pyfunction]
fn interpreter_ends(py: Python<'_>) {
    ENDED_BY.get_or_init(|| thread::current().id());
    py.detach(|| thread::sleep(LET_IN));
}

/// Has Python tell when it ends.
///
/// # Errors
/// What `atexit` raises.
pub fn heed_the_end(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let ends = wrap_pyfunction!(interpreter_ends, module)?;
    let atexit = module.py().import("atexit")?;
    atexit.call_method1("register", (ends,)).map(drop)
}
