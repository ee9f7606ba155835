//! What options take, out of what was typed.

use std::time::Duration;

use arc_programs::task::TaskId;
use run_batt::pool::Workers;

use super::programs::{SampleChoice, SampleKind};

/// A value of `-t`, which names a task here and limits the time in the
/// reference.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TaskOrLimit {
    /// A task's ID, or what cannot be one and is told to be unknown.
    Task(String),
    /// A time limit, and how it was typed.
    Limit(Duration, String),
}

/// Tells a time limit from a task by its form alone, for the tasks are not
/// known yet: a plain number, digits with at most one point, is a limit,
/// unless it is eight digits long as an ID is, such as 00576224.
pub(super) fn parse_task_or_limit(text: &str) -> Result<TaskOrLimit, String> {
    let is_number = text.bytes().any(|byte| byte.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && text.bytes().filter(|&byte| byte == b'.').count() <= 1;
    if !is_number || text.parse::<TaskId>().is_ok() {
        return Ok(TaskOrLimit::Task(text.to_owned()));
    }
    let limit = parse_seconds(text)
        .map_err(|expected| format!("{expected}, or a task's ID, eight hexadecimal digits"))?;
    Ok(TaskOrLimit::Limit(limit, text.to_owned()))
}

pub(super) fn parse_workers(text: &str) -> Result<Workers, String> {
    if text == "auto" {
        return Ok(Workers::Auto);
    }
    match parse_at_least_one(text) {
        // A thread is worth having while there is a core for it; far beyond
        // that, a typing error is likelier than a machine.
        Ok(workers) if workers <= 1024 => Ok(Workers::Exactly(workers)),
        _ => Err("expected auto or a number from 1 to 1024".to_owned()),
    }
}

pub(super) fn parse_at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number >= 1 => Ok(number),
        _ => Err("expected a number, at least 1".to_owned()),
    }
}

pub(super) fn parse_log_size(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| "expected a number of bytes, such as 33554432, or 0".to_owned())
}

pub(super) fn parse_probability(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(probability) if (0.0..=1.0).contains(&probability) => Ok(probability),
        _ => Err("expected a probability from 0 to 1, such as 0.01".to_owned()),
    }
}

pub(super) fn parse_sample(text: &str) -> Result<SampleChoice, String> {
    let wrong = || "expected demo:N or test:N, such as demo:0".to_owned();
    let (kind, index) = text.split_once(':').ok_or_else(wrong)?;
    let kind = match kind {
        "demo" => SampleKind::Demo,
        "test" => SampleKind::Test,
        _ => return Err(wrong()),
    };
    let index = index.parse().map_err(|_| wrong())?;
    Ok(SampleChoice { kind, index })
}

pub(super) fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok().filter(|&seconds| seconds > 0.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "expected seconds, more than 0, such as 2.5".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_number_is_a_limit_and_what_may_be_a_task_is_none() {
        for (text, seconds) in [("20.0", 20.0), ("20", 20.0), (".5", 0.5), ("7.", 7.0)] {
            assert_eq!(
                parse_task_or_limit(text),
                Ok(TaskOrLimit::Limit(
                    Duration::from_secs_f64(seconds),
                    text.to_owned()
                ))
            );
        }
        for text in [
            "0520fde7", "00576224", "20s", "1e3", "1.2.3", ".", "-5", "inf", "",
        ] {
            assert_eq!(
                parse_task_or_limit(text),
                Ok(TaskOrLimit::Task(text.to_owned()))
            );
        }
        for text in ["0", "0.0", "9999999999999999999999999"] {
            assert!(parse_task_or_limit(text).is_err(), "{text}");
        }
    }
}
