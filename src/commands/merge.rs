//! `run_batt merge`: stores that shared no disk, made one.

use run_batt::merge::merge;

use super::ExitStatus;
use crate::cli::{Format, MergeArguments};
use crate::terminal::{print_line, print_result};

pub fn execute(arguments: &MergeArguments) -> anyhow::Result<ExitStatus> {
    let merged = merge(&arguments.into, &arguments.from, &arguments.logs())?;
    for notice in &merged.notices {
        print_line(&format!("run_batt: {notice}"));
    }
    for left_out in &merged.left_out {
        print_line(&format!("run_batt: left out: {left_out}"));
    }
    let text = match arguments.format {
        Format::Text => merged.to_string(),
        Format::Json => serde_json::to_string(&merged)?,
    };
    print_result(&format!("{text}\n"))?;
    Ok(match merged.is_complete() {
        true => ExitStatus::Done,
        false => ExitStatus::Incomplete,
    })
}
