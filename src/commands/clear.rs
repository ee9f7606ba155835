//! `run_batt clear`: back to the start.

use super::ExitStatus;
use crate::cli::ClearArguments;

pub fn execute(arguments: &ClearArguments) -> anyhow::Result<ExitStatus> {
    run_batt::store::clear(arguments.output.store.out())?;
    run_batt::claims::clear(&arguments.output.logs)?;
    run_batt::telemetry::clear(&arguments.output.logs)?;
    Ok(ExitStatus::Done)
}
