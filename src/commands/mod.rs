//! What each command does, from its options to its exit code.

mod advice;
mod card;
mod clear;
mod config;
mod doctor;
mod dry_run;
mod dsl;
mod eval;
mod generate;
mod given_programs;
mod idle_lines;
mod inline;
mod json_lines;
mod list;
mod machine;
mod merge;
mod named_text;
mod report;
mod run;
mod score;
mod search;
mod show;
mod stats;
mod submit;
mod surroundings;
mod task_table;
mod tasks_of_store;
mod tidy;
mod watch;

use std::process::ExitCode;

pub use advice::advice;
use anyhow::Context;
use arc_programs::dsl::Dialect;
pub use machine::environment;
use run_batt::interrupt::{Interrupt, survive_full_files};
use run_batt::store::{Store, StoreError};
use run_batt::tasks::{Shard, TaskSource};

use crate::cli::{Cli, Command, OwnShard};
use crate::terminal::{self, print_line};

/// Exit status of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// All that was asked for was done.
    Done,
    /// It could not start or go on.
    CouldNotRun,
    /// It was asked for what cannot be had so.
    Usage,
    /// It ran, and some of what was given failed or was passed over.
    Incomplete,
    /// A signal asked it to stop.
    Interrupted(i32),
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        match status {
            ExitStatus::Done => Self::SUCCESS,
            ExitStatus::CouldNotRun => Self::from(1),
            ExitStatus::Usage => Self::from(2),
            ExitStatus::Incomplete => Self::from(3),
            ExitStatus::Interrupted(signal) => {
                Self::from(u8::try_from(Interrupt::exit_code(signal)).unwrap_or(u8::MAX))
            }
        }
    }
}

/// Tells the user what of data was taken, and what not; a run does it with its other
/// notices.
fn tell_of_data(tasks: &TaskSource) {
    for notice in tasks.notices() {
        print_line(&format!("run_batt: {notice}"));
    }
}

/// The dialect of a store, which is the one that is asked for, if one is.
fn dialect_of(
    store: &Store,
    asked: Option<&'static Dialect>,
) -> Result<&'static Dialect, StoreError> {
    if let Some(asked) = asked {
        store.check_dialect(asked)?;
    }
    Ok(store.dialect()?)
}

/// Tells the user what the shard was taken from, where an engine said it; a run does it
/// with its other notices.
fn tell_of_shard(OwnShard { shard, told }: OwnShard) -> Option<Shard> {
    if let Some(told) = told {
        print_line(&format!("run_batt: {told}"));
    }
    shard
}

/// Does what the command line says.
pub fn execute(cli: Cli) -> anyhow::Result<ExitStatus> {
    survive_full_files().context("signals cannot be listened to")?;
    terminal::colour(cli.color.are_wanted());
    match cli.command {
        Some(Command::Search(arguments)) => search::execute(&arguments),
        Some(Command::List(arguments)) => list::execute(&arguments),
        Some(Command::Card(arguments)) => card::execute(&arguments),
        Some(Command::Stats(arguments)) => stats::execute(&arguments),
        Some(Command::Report(arguments)) => report::execute(&arguments),
        Some(Command::Watch(arguments)) => watch::execute(&arguments),
        Some(Command::Submit(arguments)) => submit::execute(&arguments),
        Some(Command::Score(arguments)) => score::execute(&arguments),
        Some(Command::Merge(arguments)) => merge::execute(&arguments),
        Some(Command::Doctor(arguments)) => doctor::execute(&arguments),
        Some(Command::Tidy(arguments)) => tidy::execute(&arguments),
        Some(Command::Inline(arguments)) => inline::execute(&arguments),
        Some(Command::Eval(arguments)) => eval::execute(&arguments),
        Some(Command::Show(arguments)) => show::execute(&arguments),
        Some(Command::Dsl(arguments)) => dsl::execute(&arguments),
        Some(Command::Clear(arguments)) => clear::execute(&arguments),
        Some(Command::Config(arguments)) => config::execute(&arguments),
        Some(Command::Generate(arguments)) => generate::execute(&arguments),
        None => run::execute(&cli.run),
    }
}
