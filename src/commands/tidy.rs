//! `run_batt tidy`: a store without what is of no use.

use run_batt::store::{Store, tidy};

use super::ExitStatus;
use crate::cli::TidyArguments;
use crate::terminal::print_result;

pub fn execute(arguments: &TidyArguments) -> anyhow::Result<ExitStatus> {
    let out = arguments.store.out();
    let told = match Store::existing(out) {
        Ok(_) => tidy(out, arguments.what(), arguments.exclusion.exclusion())?.to_string(),
        Err(no_store) => format!("nothing to remove: {no_store}"),
    };
    if !arguments.quiet {
        print_result(&format!("{told}\n"))?;
    }
    Ok(ExitStatus::Done)
}
