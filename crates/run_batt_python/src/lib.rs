//! The Python module `run_batt`, as far as it is Rust: `run_batt._native`.
//!
//! ```text
//! Python ──▶ value (the border) ──▶ arc_programs: evaluating
//!        ──▶ task, program, card ─┘
//!        ──▶ store, search ──────▶ run_batt: reading, searching
//! ```
//!
//! The Python around it is the folder `python/run_batt`: the class of grids, the module of
//! primitives, types. What is said to a user of Python is said there and in the
//! docstrings here, whose examples are tested.
//!
//! # The border
//!
//! `value` alone knows what values are in Python, and `python_function` how its functions are
//! called back. What evaluates for longer than a
//! primitive lets go of the interpreter's lock, and what may take minutes
//! (`Card.scores`, `search`) goes through `interruptible`, so that Ctrl-C ends it.
//!
//! # Threads
//!
//! None outlives the call that began it, so a process may fork between calls. A daemon thread that
//! comes back when the interpreter has ended waits for the end of the process (`without_lock`).
//!
//! # Errors
//!
//! Each error of the libraries is an exception of Python's with the same text (`error`).

mod card;
mod drawing;
mod error;
mod function;
mod interruptible;
mod json;
mod limits;
mod mutation;
mod output;
mod program;
mod python_function;
mod search;
mod set;
mod store;
mod task;
mod value;
mod without_lock;

/// Memory of evaluation: small pieces, taken and given back by one thread, for which the system's
/// allocator takes twice as long.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The native part of the module `run_batt`.
#[pyo3::pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::card::Card;
    #[pymodule_export]
    use crate::drawing::grid_as_svg;
    #[pymodule_export]
    use crate::error::{
        CardError, Error, LimitError, ProgramError, SearchError, StoreError, TaskError,
    };
    #[pymodule_export]
    use crate::function::{Function, constants, primitive, primitives};
    #[pymodule_export]
    use crate::mutation::{mutate, mutation_weights};
    #[pymodule_export]
    use crate::output::Output;
    #[pymodule_export]
    use crate::program::{Program, evaluate, parse_module};
    #[pymodule_export]
    use crate::search::search;
    #[pymodule_export]
    use crate::set::FrozenSet;
    #[pymodule_export]
    use crate::store::Store;
    #[pymodule_export]
    use crate::task::{Sample, Task, fixture_tasks, load_tasks};
    #[pymodule_export]
    use crate::value::grid;

    /// Version of run_batt.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::without_lock::heed_the_end(module)
    }
}
