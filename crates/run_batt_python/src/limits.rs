//! Limits, as keyword arguments.

use std::time::Duration;

use arc_programs::batt::SampleBudget;
use arc_programs::deadline::Timeout;
use arc_programs::evaluation::Limits;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use run_batt::clock::time_since_start;
use run_batt::pool::MOST_WORKERS;

/// Number of cores.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The number of workers that is asked for; where none is, that of cores.
pub fn workers_of(asked: Option<usize>) -> PyResult<usize> {
    match asked {
        None => Ok(cores().min(MOST_WORKERS)),
        Some(workers @ 1..=MOST_WORKERS) => Ok(workers),
        Some(workers) => Err(PyValueError::new_err(format!(
            "found {workers} as workers, expected 1 to {MOST_WORKERS}"
        ))),
    }
}

/// The budget of a sample that keyword arguments ask for; the usual one where they are
/// `None`.
pub fn budget(
    call_steps: Option<u64>,
    steps: Option<u64>,
    memory: Option<u64>,
    timeout: Option<f64>,
) -> PyResult<SampleBudget> {
    let usual = Limits::default();
    let call_steps = call_steps.unwrap_or(usual.call_steps);
    let duration = |seconds: f64| {
        let duration = Duration::try_from_secs_f64(seconds).ok();
        let duration = duration.filter(|duration| !duration.is_zero());
        duration.ok_or_else(|| {
            PyValueError::new_err(format!(
                "found {seconds:?} as a timeout, expected seconds, more than 0 and below 1e19"
            ))
        })
    };
    Ok(SampleBudget {
        limits: Limits {
            call_steps,
            steps: steps.unwrap_or(usual.steps.max(call_steps)),
            bytes: memory.unwrap_or(usual.bytes),
            deadline: None,
        },
        timeout: timeout.map(duration).transpose()?.map(|duration| Timeout {
            clock: time_since_start,
            duration,
        }),
    })
}
