//! `run_batt generate`: what is made from the command line's definitions.

use std::io;
use std::path::PathBuf;

use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::env::Shells;
use clap_complete::{Generator, Shell};

use super::{Cli, completion};

/// Write shell completions or man pages
#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// What to write: the man page, or what a shell's start-up file is to read
    #[arg(value_enum)]
    what: Generated,
    /// Write files into this folder, and not to standard output: a man page for each
    /// command (run_batt.1, run_batt-stats.1, …), or the shell's completions
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Generated {
    Man,
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

/// Files that were made.
pub struct Made {
    /// Their names and their texts; the first is what standard output shows.
    pub files: Vec<(String, Vec<u8>)>,
    /// Where they are to be; standard output where nowhere.
    pub folder: Option<PathBuf>,
}

impl GenerateArguments {
    /// Makes it.
    pub fn make(&self) -> io::Result<Made> {
        let files = match self.what {
            Generated::Man => pages()?,
            Generated::Bash => vec![registration(Shell::Bash)?],
            Generated::Elvish => vec![registration(Shell::Elvish)?],
            Generated::Fish => vec![registration(Shell::Fish)?],
            Generated::Powershell => vec![registration(Shell::PowerShell)?],
            Generated::Zsh => vec![registration(Shell::Zsh)?],
        };
        Ok(Made {
            files,
            folder: self.dir.clone(),
        })
    }
}

/// What has a shell ask run_batt for completions, with the name of its file.
fn registration(shell: Shell) -> io::Result<(String, Vec<u8>)> {
    let name = "run_batt";
    let mut text = Vec::new();
    if let Some(completer) = Shells::builtins().completer(&shell.to_string()) {
        completer.write_registration(completion::VARIABLE, name, name, name, &mut text)?;
    }
    Ok((shell.file_name(name), text))
}

/// A man page for each command, with the name of its file.
fn pages() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let commands = std::iter::once(&command).chain(command.get_subcommands());
    commands
        .map(|command| {
            let page = clap_mangen::Man::new(command.clone());
            let mut text = Vec::new();
            page.render(&mut text)?;
            Ok((page.get_filename(), text))
        })
        .collect()
}
