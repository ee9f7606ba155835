//! `run_batt generate`.

use clap::{Args, ValueEnum};

/// Write shell completions or the man page to standard output
#[derive(Debug, Args)]
pub struct GenerateArguments {
    #[arg(value_enum)]
    pub what: Generated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Generated {
    Man,
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}
