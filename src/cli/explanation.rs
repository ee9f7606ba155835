//! Usage errors that say what was most likely meant, where clap cannot know it.

use std::ffi::OsString;
use std::path::Path;

use arc_programs::did_you_mean::nearest;
use arc_programs::task::TaskName;
use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use run_batt::file_kind::FileKind;
use run_batt::fixtures;

/// Options that cannot be had together, and why, and what to do.
const CONFLICTS: [(&str, &str, &str); 7] = [
    (
        "--resume",
        "--draw",
        "a round draws another card each time, so that no earlier run has finished a task of it; leave --resume out, for a search goes on from its store by itself",
    ),
    (
        "--claim",
        "--draw",
        "each instance draws a card of its own, so that they have no work to divide; leave --claim out, or draw one card with `run_batt card` and give it to all with --card",
    ),
    (
        "--card",
        "--draw",
        "--draw makes a card of its own; give one of the two",
    ),
    (
        "--batt_import",
        "--draw",
        "--draw makes a card of its own; give one of the two",
    ),
    (
        "--card",
        "--solvers",
        "a card has its solvers in it; give one of the two",
    ),
    (
        "--card",
        "--differs",
        "a card has its differs in it; give one of the two",
    ),
    (
        "--quiet",
        "--verbose",
        "one shows less and the other more; give one of the two",
    ),
];

/// The error, or a better one in its place; `line` is what was typed.
pub(super) fn explained(command: &Command, line: &[OsString], error: clap::Error) -> clap::Error {
    let better = match error.kind() {
        ErrorKind::ArgumentConflict => conflict(&error).or_else(|| stray(command, line, &error)),
        ErrorKind::InvalidSubcommand | ErrorKind::UnknownArgument => stray(command, line, &error),
        _ => None,
    };
    match better {
        Some(problem) => command.clone().error(error.kind(), problem),
        None => error,
    }
}

fn conflict(error: &clap::Error) -> Option<String> {
    let named = |kind| match error.get(kind)? {
        ContextValue::String(name) => Some(name.clone()),
        ContextValue::Strings(names) => names.first().cloned(),
        _ => None,
    };
    let both = [
        named(ContextKind::InvalidArg)?,
        named(ContextKind::PriorArg)?,
    ];
    // clap names an option with its value: `--draw <N>`.
    let has = |option: &str| both.iter().any(|own| own.split(' ').next() == Some(option));
    let (first, second, why) = CONFLICTS
        .into_iter()
        .find(|(first, second, _)| has(first) && has(second))?;
    Some(format!("{first} cannot be had with {second}: {why}"))
}

/// That a word stands where no option takes it, and how to say what it means; of
/// `run_batt` itself alone, for its commands have arguments.
fn stray(command: &Command, line: &[OsString], error: &clap::Error) -> Option<String> {
    let is_command = |word: &OsString| {
        word.to_str()
            .is_some_and(|word| command.find_subcommand(word).is_some())
    };
    if line.get(1).is_some_and(is_command) {
        return None;
    }
    let kinds = [ContextKind::InvalidSubcommand, ContextKind::InvalidArg];
    let word = kinds.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(word) => Some(word.clone()),
        _ => None,
    })?;
    let meant = meant_by(&word)?;
    Some(format!(
        "unexpected argument '{word}'; did you mean run_batt {meant}?"
    ))
}

fn meant_by(word: &str) -> Option<String> {
    if word.starts_with("--") {
        return None;
    }
    let lower = word.to_lowercase();
    if lower
        .parse()
        .is_ok_and(|name: TaskName| name.is_hexadecimal())
    {
        return Some(format!("-t {lower}"));
    }
    if word.parse::<i64>().is_ok() {
        return Some(format!("-c {word}"));
    }
    if let Some(kind) = FileKind::of(Path::new(word)) {
        let before = match kind {
            FileKind::Task | FileKind::Tasks => "--tasks",
            FileKind::Submission => "score",
            FileKind::Card => "--card",
            FileKind::Differs => "--differs",
            FileKind::Solvers | FileKind::Programs | FileKind::Python => "--solvers",
            FileKind::Store => "--out",
        };
        return Some(format!("{before} {word}"));
    }
    let ids = fixtures::tasks().ok()?;
    let task = nearest(word, ids.names().map(|id| id.to_string()))?;
    Some(format!("-t {task}"))
}
