//! `run_batt generate`: what is made from the command line's definitions.

use std::io;
use std::path::PathBuf;

use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::env::Shells;

use super::{Cli, completion};

/// Write shell completions or the man page to standard output, or man pages as files
#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// What to write; a shell's completions are what its start-up file is to read
    #[arg(value_enum)]
    what: Generated,
    /// Write a man page for each command into this folder: run_batt.1, run_batt-stats.1, …
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

/// What is made, and where it goes.
pub enum Made {
    /// Text for standard output.
    Text(Vec<u8>),
    /// Files of these names in a folder.
    Files(PathBuf, Vec<(String, Vec<u8>)>),
}

impl GenerateArguments {
    /// Makes it.
    pub fn make(&self) -> io::Result<Made> {
        let shell = match (self.what, &self.dir) {
            (Generated::Man, Some(folder)) => return Ok(Made::Files(folder.clone(), pages()?)),
            (Generated::Man, None) => {
                let first = pages()?.into_iter().next();
                return Ok(Made::Text(first.map(|(_, text)| text).unwrap_or_default()));
            }
            (Generated::Bash, _) => "bash",
            (Generated::Elvish, _) => "elvish",
            (Generated::Fish, _) => "fish",
            (Generated::Powershell, _) => "powershell",
            (Generated::Zsh, _) => "zsh",
        };
        let mut text = Vec::new();
        if let Some(completer) = Shells::builtins().completer(shell) {
            let name = "run_batt";
            completer.write_registration(completion::VARIABLE, name, name, name, &mut text)?;
        }
        Ok(Made::Text(text))
    }
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
