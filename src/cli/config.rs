//! `run_batt config`.

use std::ffi::OsString;

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::common::Format;
use super::completion;

/// Show what options hold, and where each comes from
///
/// That is the command line, RUN_BATT_… in the environment, run_batt.toml, or a default;
/// the first of these that says something holds. What is shown is a run_batt.toml
/// itself.
#[derive(Debug, Args)]
pub struct ConfigArguments {
    /// How it is shown; before the command line
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// The command line to explain, with its options: stats --out store [default: run,
    /// that is run_batt without a command]
    #[arg(value_name = "COMMAND", trailing_var_arg = true, allow_hyphen_values = true, num_args = 0.., add = ArgValueCandidates::new(completion::commands))]
    line: Vec<OsString>,
}

impl ConfigArguments {
    /// The command line that is asked about, as it would be typed.
    pub fn line(&self) -> Vec<OsString> {
        let rest = match self.line.split_first() {
            Some((first, rest)) if first == "run" => rest,
            _ => &self.line,
        };
        let name = OsString::from("run_batt");
        std::iter::once(&name).chain(rest).cloned().collect()
    }
}
