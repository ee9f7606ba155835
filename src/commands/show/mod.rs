//! `run_batt show`: a task and what a program makes of it, or all tasks of a store.

mod of_store;
mod of_task;
mod picture_file;

use crate::cli::ShowTaskArguments;
use crate::commands::ExitStatus;

pub fn execute(arguments: &ShowTaskArguments) -> anyhow::Result<ExitStatus> {
    match arguments.is_of_store {
        true => of_store::show(arguments),
        false => of_task::show(arguments),
    }
}
