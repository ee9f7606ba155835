//! `run_batt doctor`: a store and its logs examined, and repaired.

use run_batt::clock::SystemClock;
use run_batt::doctor::examine;
use run_batt::store::Store;

use super::ExitStatus;
use crate::cli::{DoctorArguments, Format};
use crate::terminal::print_result;

pub fn execute(arguments: &DoctorArguments) -> anyhow::Result<ExitStatus> {
    let treatment = arguments.treatment();
    let (out, logs) = (arguments.output.store.out(), &arguments.output.logs());
    Store::existing(out)?;
    let diagnosis = examine(out, logs, treatment, &SystemClock::start())?;
    let text = match arguments.format {
        Format::Text => diagnosis.to_string(),
        Format::Json => serde_json::to_string(&diagnosis)?,
    };
    print_result(&format!("{text}\n"))?;
    Ok(match diagnosis.is_sound() {
        true => ExitStatus::Done,
        false => ExitStatus::Incomplete,
    })
}
