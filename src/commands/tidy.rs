//! `run_batt tidy`: a store without what is of no use.

use run_batt::store::tidy;

use super::ExitStatus;
use crate::cli::TidyArguments;
use crate::terminal::print_result;

pub fn execute(arguments: &TidyArguments) -> anyhow::Result<ExitStatus> {
    let exclusion = arguments.exclusion.exclusion();
    let tidied = tidy(arguments.store.out(), arguments.what(), exclusion)?;
    if !arguments.quiet {
        print_result(&format!("{tidied}\n"))?;
    }
    Ok(ExitStatus::Done)
}
