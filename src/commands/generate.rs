//! `run_batt generate`: what is made from the command line's definitions.

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;

use super::ExitStatus;
use crate::cli::{Cli, GenerateArguments, Generated};
use crate::terminal::print_result;

pub fn execute(arguments: &GenerateArguments) -> anyhow::Result<ExitStatus> {
    let mut command = Cli::command();
    let mut output = Vec::new();
    let shell = match arguments.what {
        Generated::Man => None,
        Generated::Bash => Some(Shell::Bash),
        Generated::Elvish => Some(Shell::Elvish),
        Generated::Fish => Some(Shell::Fish),
        Generated::Powershell => Some(Shell::PowerShell),
        Generated::Zsh => Some(Shell::Zsh),
    };
    match shell {
        Some(shell) => clap_complete::generate(shell, &mut command, "run_batt", &mut output),
        None => clap_mangen::Man::new(command)
            .render(&mut output)
            .context("the man page cannot be made")?,
    }
    print_result(&String::from_utf8_lossy(&output))?;
    Ok(ExitStatus::Done)
}
