//! `run_batt tidy`: a store without what is of no use.

use super::ExitStatus;
use crate::cli::TidyArguments;
use crate::terminal::print_result;

pub fn execute(arguments: &TidyArguments) -> anyhow::Result<ExitStatus> {
    let tidied = run_batt::store::tidy(arguments.store.out(), arguments.what())?;
    if !arguments.quiet {
        print_result(&format!("{tidied}\n"))?;
    }
    Ok(ExitStatus::Done)
}
