//! The texts of options that fingerprints of searches and trials are made of.
//!
//! Journals and the history are found again by them, so they stay as they are, whatever the
//! types and their members are called: each is written out here. They have the form in
//! which Rust once showed the options, for that was how they were made first.

use std::fmt::Debug;
use std::path::PathBuf;

use arc_programs::card::mutation::{ChangeKind, ChangeWeights, MutationOptions};

use crate::tasks::{Asked, Split};

/// The path of the data, where one is given.
pub(super) fn path(path: Option<&PathBuf>) -> String {
    option(path.map(shown))
}

/// A part of the data.
pub(super) fn split(split: Split) -> &'static str {
    match split {
        Split::Train => "Train",
        Split::Eval => "Eval",
        Split::Both => "Both",
    }
}

/// A seed, where one is given.
pub(super) fn seed(seed: Option<u64>) -> String {
    option(seed.map(|seed| seed.to_string()))
}

/// Words that stand where tasks are named.
pub(super) fn words(words: &[Asked]) -> String {
    list(words.iter().map(|word| match word {
        Asked::Task(name) => format!("Task({})", shown(name)),
        Asked::TaskIfKnown(word) => format!("TaskIfKnown({})", shown(word)),
    }))
}

/// Paths of programs.
pub(super) fn paths(paths: &[PathBuf]) -> String {
    list(paths.iter().map(shown))
}

/// How a card is changed, whatever the seed is.
pub(super) fn mutation(options: &MutationOptions) -> String {
    let MutationOptions {
        probability,
        freeze_solvers,
        freeze_differs,
        every_solver,
        // Of each round.
        seed: _,
    } = options;
    let probability = shown(probability);
    let weights = option(every_solver.as_ref().map(weights));
    format!(
        "MutationOptions {{ probability: {probability}, freeze_solvers: {freeze_solvers}, freeze_differs: {freeze_differs}, every_solver: {weights}, seed: 0 }}"
    )
}

fn weights(weights: &ChangeWeights) -> String {
    let weights = ChangeKind::all().iter().map(|kind| weights.of(*kind));
    format!(
        "ChangeWeights({})",
        list(weights.map(|own| own.to_string()))
    )
}

fn option(text: Option<String>) -> String {
    match text {
        Some(text) => format!("Some({text})"),
        None => "None".to_owned(),
    }
}

fn list(texts: impl Iterator<Item = String>) -> String {
    let texts: Vec<String> = texts.collect();
    format!("[{}]", texts.join(", "))
}

/// A text, a path, a time or a number of the standard library's, as it shows them.
pub(super) fn shown(value: impl Debug) -> String {
    format!("{value:?}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_the_standard_library_shows_stays() {
        assert_eq!(shown("a \"word\"\n"), r#""a \"word\"\n""#);
        assert_eq!(shown(PathBuf::from("dätä/a b")), r#""dätä/a b""#);
        for (number, text) in [(0.0, "0.0"), (0.05, "0.05"), (1e-7, "1e-7"), (1.0, "1.0")] {
            assert_eq!(shown(number), text);
        }
        for (nanoseconds, text) in [
            (600_000_000_000, "600s"),
            (1_500_000_000, "1.5s"),
            (500_000, "500µs"),
            (2_500_000, "2.5ms"),
        ] {
            assert_eq!(shown(Duration::from_nanos(nanoseconds)), text);
        }
        assert_eq!(shown(Duration::MAX), "18446744073709551615.999999999s");
    }
}
