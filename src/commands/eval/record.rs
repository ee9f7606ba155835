//! An evaluation for a machine.

use arc_programs::value::{Value, canonical};
use serde::Serialize;

use super::{End, Shown};
use crate::cli::ExpectedArgument;

/// What a machine gets to read.
#[derive(Serialize)]
pub struct Record<'a> {
    /// As `--sample` takes it.
    sample: String,
    /// Those that Python reaches: up to the one that ended the program.
    calls: Vec<CallRecord<'a>>,
    #[serde(flatten)]
    result: Option<ResultRecord>,
    complete: bool,
    /// What `C` was: `seen`, the expected output; or `None`, for it is `withheld` or
    /// `unknown`.
    c: &'static str,
    /// The call that ended the program.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<End<'a>>,
    /// The calls that met a limit and have no value.
    over_limit: Vec<&'a str>,
    /// Calls that failed, inner ones included; of a program that a failing call ends, that one.
    failures: u64,
}

#[derive(Serialize)]
struct CallRecord<'a> {
    call: &'a str,
    /// `null` where it has none.
    value: Option<String>,
    /// What it depends on: `constants`, `S`, `I` or `C`.
    stage: &'static str,
    /// Steps.
    cost: u64,
}

#[derive(Serialize)]
struct ResultRecord {
    result: Option<String>,
    /// `null` where it is not known, and then nothing is known of the next two.
    expected: Option<String>,
    exact: Option<bool>,
    score: Option<u64>,
}

impl<'a> Record<'a> {
    pub fn new(shown: &'a Shown<'a>) -> Self {
        let Shown {
            subject,
            sample,
            evaluation,
            expected,
            shown_expected,
            ..
        } = shown;
        let values = evaluation.results().zip(evaluation.costs());
        let call =
            |((call, stage), (value, &cost)): ((&'a str, _), (Option<&Value>, &u64))| CallRecord {
                call,
                value: value.map(canonical::digest),
                stage,
                cost,
            };
        let over_limit = evaluation.over_limit().iter();
        let ended = shown.end();
        let reached = ended
            .as_ref()
            .map_or(usize::MAX, |end| end.place as usize + 1);
        Self {
            sample: sample.to_string(),
            calls: subject
                .calls()
                .zip(values)
                .map(call)
                .take(reached)
                .collect(),
            result: subject.result.map(|role| ResultRecord {
                result: evaluation.result().map(canonical::digest),
                expected: expected.map(canonical::digest),
                exact: shown.is_exact(),
                score: shown.score(role),
            }),
            complete: evaluation.is_complete(),
            c: match (shown_expected, expected) {
                (ExpectedArgument::Seen, Some(_)) => "seen",
                (ExpectedArgument::Seen, None) => "unknown",
                (ExpectedArgument::Withheld, _) => "withheld",
            },
            failures: match ended {
                Some(_) => 1,
                None => evaluation.failures(),
            },
            ended,
            over_limit: over_limit
                .filter(|&&call| (call as usize) < reached)
                .filter_map(|&call| subject.lines.get(call as usize))
                .map(String::as_str)
                .collect(),
        }
    }
}
