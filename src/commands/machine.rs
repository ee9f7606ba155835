//! The machine that a command works on: its cores, its memory, its environment.

use std::ffi::OsString;
use std::num::NonZero;

use arc_programs::batt::SampleBudget;
use run_batt::job::{Resources, TooLittleMemory};
use run_batt::memory;
use run_batt::pool::{Hardware, ask_nvidia_driver};

use crate::cli::WorkerArguments;

/// The workers and the budget that this machine has room for.
pub fn resources(
    workers: &WorkerArguments,
    budget: SampleBudget,
) -> Result<Resources, TooLittleMemory> {
    let hardware = Hardware {
        variable: &environment,
        ask_gpu: &ask_nvidia_driver,
        cores: cores(),
    };
    Resources::within(memory::bytes_left(), workers.profile(&hardware), budget)
}

#[allow(
    clippy::disallowed_methods,
    reason = "the edge: the environment comes in here"
)]
pub fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}
