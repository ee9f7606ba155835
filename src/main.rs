//! The `run_batt` command: `run_batt --help` says what it does.

mod cli;
mod commands;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match commands::execute(cli::Cli::parse()) {
        Ok(code) => code.into(),
        Err(error) => {
            terminal::print_error(&error);
            commands::ExitStatus::CouldNotRun.into()
        }
    }
}
