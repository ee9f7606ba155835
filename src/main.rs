//! The `run_batt` command: `run_batt --help` says what it does.

#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod allocator;
mod cli;
mod commands;
mod terminal;
mod watch;

use std::process::ExitCode;

fn main() -> ExitCode {
    allocator::heed_limits();
    cli::complete();
    match cli::Cli::read().and_then(commands::execute) {
        Ok(code) => code.into(),
        Err(error) => {
            terminal::print_error(&error, commands::advice(&error));
            commands::ExitStatus::CouldNotRun.into()
        }
    }
}
