//! What a shell offers when a word is completed: clap's words, and names that are
//! looked up there and then.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use arc_programs::dsl::DIALECTS;
use clap::{Command, CommandFactory};
use clap_complete::{CompleteEnv, CompletionCandidate};
use run_batt::job::given::{self, Owner};
use run_batt::tasks::Split;

use super::Cli;
use super::settings::{Settings, typed_command};

/// The variable by which a shell asks. No other program is asked by it.
pub(super) const VARIABLE: &str = "RUN_BATT_COMPLETE";

/// Answers a shell that asks for completions, which ends the process; does nothing in
/// any other.
pub fn complete() {
    CompleteEnv::with_factory(Cli::command)
        .var(VARIABLE)
        .complete();
}

/// The tasks of the data that the command line or a setting names; else of the
/// fixtures, and of the data that are taken for programs of one's own.
pub(super) fn task_ids() -> Vec<CompletionCandidate> {
    let path = named_data();
    let sources = match &path {
        Some(path) => vec![given::tasks(Some(path), Owner::User, Split::Both)],
        None => [Owner::User, Owner::Fixtures]
            .map(|owner| given::tasks(None, owner, Split::Both))
            .into(),
    };
    // Data that cannot be listed have no tasks to offer.
    let listed = sources.iter().flatten();
    let ids: BTreeSet<String> = listed
        .flat_map(|source| source.names())
        .map(|id| id.to_string())
        .collect();
    ids.into_iter().map(CompletionCandidate::new).collect()
}

/// What `--tasks` is, typed or set.
fn named_data() -> Option<PathBuf> {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    let line: Vec<OsString> = words.collect();
    // The line is not yet whole.
    let command = Cli::command().ignore_errors(true);
    let typed = command.clone().try_get_matches_from(&line).ok()?;
    let complete = Settings::read(&command, std::env::vars_os())
        .and_then(|settings| settings.complete(&command, &line, typed.clone()));
    let matches = complete.ok().and_then(Result::ok).unwrap_or(typed);
    let (_, own) = typed_command(&matches);
    own.try_get_one("tasks").ok().flatten().cloned()
}

/// The primitives and the constants of all dialects.
pub(super) fn dsl_names() -> Vec<CompletionCandidate> {
    let names = DIALECTS.into_iter().flat_map(|dialect| {
        let primitives = dialect.primitives().iter().map(|own| own.name);
        let constants = dialect.constants().iter().map(|(name, _)| name);
        primitives.chain(constants)
    });
    let names: BTreeSet<&str> = names.collect();
    names.into_iter().map(CompletionCandidate::new).collect()
}

/// The commands.
pub(super) fn commands() -> Vec<CompletionCandidate> {
    let command = Cli::command();
    let names = command.get_subcommands().map(Command::get_name);
    names.map(CompletionCandidate::new).collect()
}
