//! What settings may say, read off clap's definition of the commands.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use arc_programs::did_you_mean::nearest;
use clap::builder::{Resettable, ValueHint};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

/// The table of what is run without a command.
pub(super) const RUN: &str = "run";

/// The table that also holds for a command, after its own: a search is runs, and what
/// is set for them is set for its rounds.
pub(super) fn table_behind(table: &str) -> Option<&'static str> {
    (table == "search").then_some(RUN)
}

/// The command that a table is of: `run_batt` itself for `[run]`.
pub(super) fn command_of<'a>(command: &'a Command, table: &str) -> Option<&'a Command> {
    match table {
        RUN => Some(command),
        _ => command.find_subcommand(table),
    }
}

/// The name of the table of each command, that of the run first.
pub(super) fn tables(command: &Command) -> impl Iterator<Item = &str> {
    let commands = command.get_subcommands().map(Command::get_name);
    std::iter::once(RUN).chain(commands)
}

/// The options of a command that can be settings: those with a long name.
pub(super) fn options(command: &Command) -> impl Iterator<Item = (&Arg, &str)> {
    let arguments = command.get_arguments();
    let long = arguments.filter_map(|argument| Some((argument, argument.get_long()?)));
    long.filter(|(_, long)| !matches!(*long, "help" | "version"))
}

pub(super) fn option<'a>(command: &'a Command, key: &str) -> Option<&'a Arg> {
    let mut options = options(command);
    options
        .find(|(_, long)| *long == key)
        .map(|(argument, _)| argument)
}

/// The key that was most likely meant by another: the one whose short name it is, or
/// one that is like it.
pub(super) fn nearest_key<'a>(
    commands: impl IntoIterator<Item = &'a Command>,
    key: &str,
) -> Option<String> {
    let known: Vec<(&Arg, &str)> = commands.into_iter().flat_map(options).collect();
    let is_short = |argument: &Arg| {
        argument
            .get_short()
            .is_some_and(|own| key == own.to_string())
    };
    let by_short = known.iter().find(|(argument, _)| is_short(argument));
    by_short
        .map(|(_, long)| *long)
        .or_else(|| nearest(key, known.iter().map(|(_, long)| *long)))
        .map(str::to_owned)
}

/// Whether an option is on or off, and takes no value.
pub(super) fn is_switch(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::SetTrue)
}

/// Whether an option takes several values.
pub(super) fn is_several(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Append)
}

/// Whether an option's values are paths.
pub(super) fn is_path(argument: &Arg) -> bool {
    matches!(
        argument.get_value_hint(),
        ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath
    )
}

/// A path that a file in this folder says: it is relative to the file.
pub(super) fn in_folder(folder: &Path, path: &str) -> PathBuf {
    if path == "-" {
        return path.into();
    }
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => folder.join(path),
    }
}

/// A value that an option does not take.
pub(super) struct Refusal {
    pub value: String,
    pub expected: String,
}

/// Tries values of an option on their own, as if they were typed.
pub(super) fn try_values(argument: &Arg, key: &str, values: &[OsString]) -> Result<(), Refusal> {
    let line = values.iter().map(|value| {
        let mut word = OsString::from(format!("--{key}="));
        word.push(value);
        word
    });
    let alone = argument.clone().conflicts_with(Resettable::Reset);
    let command = Command::new("run_batt").no_binary_name(true).arg(alone);
    let Err(error) = command.try_get_matches_from(line) else {
        return Ok(());
    };
    let refused = match error.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(value)) => value.clone(),
        _ => shown(values.first().map_or(OsStr::new(""), OsString::as_os_str)),
    };
    let expected = match (error.kind(), error.get(ContextKind::ValidValue)) {
        (ErrorKind::InvalidValue, Some(ContextValue::Strings(valid))) => {
            format!("expected one of {}", valid.join(", "))
        }
        _ => reason(&error),
    };
    Err(Refusal {
        value: refused,
        expected,
    })
}

/// Why a value was refused: what its parser said, or the first line of all that clap
/// would print.
fn reason(error: &clap::Error) -> String {
    if let Some(source) = std::error::Error::source(error) {
        return source.to_string();
    }
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.trim_start_matches("error: ").to_owned()
}

pub(super) fn shown(text: &OsStr) -> String {
    text.to_string_lossy().into_owned()
}
