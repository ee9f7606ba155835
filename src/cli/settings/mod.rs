//! Settings: options that the environment and a file give.
//!
//! # Declared once
//!
//! An option is declared for clap, and nowhere else: what `run_batt.toml` and
//! `RUN_BATT_…` may say is read off clap's own definition of each command. A new
//! option is a setting at once, by its long name.
//!
//! # Ranks
//!
//! ```text
//! command line ▶ RUN_BATT_… ▶ the command's table ▶ the file's first lines ▶ default
//!                             ([run], [stats], …)   (for all commands)
//! ```
//!
//! A search is runs: for it `[run]` holds too, after `[search]`.
//!
//! A setting is set aside by what stands above it: by the same option, and by one that
//! it cannot be had with. `card` in the file does not keep anybody from typing
//! `--solvers`. Two settings of the same rank that cannot be had together are an
//! error.
//!
//! # How they come in
//!
//! As clap's default values, in a second reading of the same command line. So types,
//! lists and checks are clap's, and errors and help speak of what was typed. What a
//! setting says is tried on its own before: if it is wrong, the error names the
//! file and the line, or the variable. Clap can read variables itself, but takes them
//! for typed: one that conflicts with an option would keep the option from being
//! typed, and an error would not name the variable.

mod environment;
mod error;
mod file;
mod in_force;
mod known;
mod report;

use std::ffi::OsString;

use clap::{ArgMatches, Command};

use error::SettingsError;
use file::SettingsFile;
pub(super) use in_force::typed_command;
use in_force::{InForce, is_typed};
pub use report::{CommandReport, OptionReport, Report, ValueKind};

/// What the environment and the file say.
pub(super) struct Settings {
    variables: Vec<(OsString, OsString)>,
    file: Option<SettingsFile>,
}

impl Settings {
    /// Reads the file of the current folder, or of the nearest above, and picks the
    /// settings of the environment. Fails where they cannot be those of
    /// `command`.
    pub(super) fn read(
        command: &Command,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, SettingsError> {
        let file = SettingsFile::find()?;
        if let Some(file) = &file {
            file.check(command)?;
        }
        Ok(Self {
            variables: environment::settings(command, variables)?,
            file,
        })
    }

    /// The matches of a command line, with what the settings add to it.
    pub(super) fn complete(
        &self,
        command: &Command,
        line: &[OsString],
        typed: ArgMatches,
    ) -> Result<Result<ArgMatches, clap::Error>, SettingsError> {
        let (table, own) = typed_command(&typed);
        let in_force = InForce::new(self, command, table, |argument| is_typed(own, argument))?;
        if in_force.is_empty() {
            return Ok(Ok(typed));
        }
        let command = in_force.as_defaults(command.clone());
        Ok(command.try_get_matches_from(line))
    }
}
