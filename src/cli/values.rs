//! What options take, out of what was typed.

use std::str::FromStr;
use std::time::Duration;

use arc_programs::task::TaskName;
use bytesize::ByteSize;
use jiff::SignedDuration;
use run_batt::pool::{MOST_WORKERS, Workers};
use run_batt::report::Since;
use run_batt::tasks::Partition;

use super::programs::{SampleChoice, SampleKind, SamplesChoice};

/// A value of `-t`, which names a task here and limits the time in the
/// reference.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TaskOrLimit {
    /// A task's name, or what cannot be one and is told to be unknown.
    Task(String),
    /// A time limit, and how it was typed; unless the data has a task of this name.
    Limit(Duration, String),
}

/// Tells a time limit from a task by its form alone, for the tasks are not
/// known yet: a plain number, digits with at most one point, is a limit,
/// unless it is eight digits long as a task of ARC-AGI is named, such as 00576224; so
/// is a number with a unit of time. Where the data has a task of that name, it is
/// the task.
pub(super) fn parse_task_or_limit(text: &str) -> Result<TaskOrLimit, String> {
    let is_of_arc_agi = text
        .parse()
        .is_ok_and(|name: TaskName| name.is_hexadecimal());
    if is_of_arc_agi || !is_plain_number(text) && with_unit(text).is_none() {
        return Ok(TaskOrLimit::Task(text.to_owned()));
    }
    let limit = parse_duration(text)
        .map_err(|expected| format!("{expected}; or a task's name, such as 0520fde7"))?;
    Ok(TaskOrLimit::Limit(limit, text.to_owned()))
}

/// Digits with at most one point.
fn is_plain_number(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(is_part)
        && text.bytes().filter(|&byte| byte == b'.').count() <= 1
}

pub(super) fn parse_workers(text: &str) -> Result<Workers, String> {
    if text == "auto" {
        return Ok(Workers::Auto);
    }
    match parse_at_least_one(text) {
        Ok(workers) if workers <= MOST_WORKERS => Ok(Workers::Exactly(workers)),
        _ => Err(format!(
            "expected auto or a number from 1 to {MOST_WORKERS}, such as 4"
        )),
    }
}

/// The first so many, so many at random if negative, or all for 0.
pub(super) fn parse_count(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| {
        "expected a whole number: 10 for the first ten, -10 for ten at random, 0 for all".to_owned()
    })
}

/// A number that something is counted, or drawn, from.
pub(super) fn parse_from_zero<Number: FromStr>(text: &str) -> Result<Number, String> {
    text.parse()
        .map_err(|_| "expected a whole number, 0 or more, such as 7".to_owned())
}

pub(super) fn parse_at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number >= 1 => Ok(number),
        _ => Err("expected a whole number, at least 1, such as 8".to_owned()),
    }
}

/// The side of a cell of a picture, in pixels.
pub(super) fn parse_cell(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(pixels @ 1..=1000) => Ok(pixels),
        _ => Err("expected a whole number of pixels from 1 to 1000, such as 16".to_owned()),
    }
}

pub(super) fn parse_partition(text: &str) -> Result<Partition, String> {
    text.parse()
        .map_err(|error: run_batt::tasks::NotAPartition| error.to_string())
}

pub(super) fn parse_probability(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(probability) if (0.0..=1.0).contains(&probability) => Ok(probability),
        _ => Err("expected a probability from 0 to 1, such as 0.01".to_owned()),
    }
}

pub(super) fn parse_samples(text: &str) -> Result<SamplesChoice, String> {
    if text == "all" {
        return Ok(SamplesChoice::All);
    }
    let wrong = || "expected demo:N, test:N or arc-gen:N, such as demo:0, or all".to_owned();
    let (kind, index) = text.split_once(':').ok_or_else(wrong)?;
    let kind = match kind {
        "demo" => SampleKind::Demo,
        "test" => SampleKind::Test,
        "arc-gen" => SampleKind::ArcGen,
        _ => return Err(wrong()),
    };
    let index = index.parse().map_err(|_| wrong())?;
    Ok(SamplesChoice::One(SampleChoice { kind, index }))
}

/// Time, more than none: a number with a unit, or several of these; a plain number
/// is seconds.
pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let seconds = || Duration::try_from_secs_f64(text.parse().ok()?).ok();
    seconds()
        .or_else(|| with_unit(text))
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| {
            "expected a time, more than 0, such as 10s, 500ms or 1m30s; a plain number is seconds"
                .to_owned()
        })
}

/// A time that names its units; it begins with a digit, as only such do that mean
/// nothing else.
fn with_unit(text: &str) -> Option<Duration> {
    let begins = text.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    let parsed: SignedDuration = text.parse().ok().filter(|_| begins)?;
    parsed.try_into().ok()
}

/// A date, a date and a time, or how long ago: a number with a unit, days and weeks too.
pub(super) fn parse_since(text: &str) -> Result<Since, String> {
    Since::of_date(text).or_else(|error| {
        let span = with_unit(text).or_else(|| days(text)).map(Since::Span);
        span.ok_or_else(|| error.to_string())
    })
}

/// `7d` or `2w`, as whole days of 24 hours.
fn days(text: &str) -> Option<Duration> {
    let weeks = text.strip_suffix('w').map(|weeks| (weeks, 7));
    let (number, days) = weeks.or_else(|| text.strip_suffix('d').map(|days| (days, 1)))?;
    let number: u32 = number.parse().ok()?;
    Some(Duration::from_secs(u64::from(number) * days * 86_400))
}

/// Size in bytes: a number with a unit; a plain number is bytes.
pub(super) fn parse_size(text: &str) -> Result<u64, String> {
    let parsed: Result<ByteSize, _> = text.parse();
    parsed.map(|size| size.as_u64()).map_err(|_| {
        "expected a size such as 500kB, 4MB or 1GiB; a plain number is bytes".to_owned()
    })
}

/// A size as [`parse_size`] reads it and a person likes it, for a default that the library
/// declares.
pub(super) fn size_text(bytes: u64) -> String {
    match bytes % (1 << 20) {
        0 => format!("{}MiB", bytes >> 20),
        _ => bytes.to_string(),
    }
}

/// A time between two things that happen; 0 where they never do.
pub(super) fn parse_period(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(0.0) => Ok(Duration::ZERO),
        _ => parse_duration(text).map_err(|expected| format!("{expected}, 0 is never")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_written_as_it_is_read() {
        for bytes in [0, 1, 1000, 1 << 20, 32 << 20, (32 << 20) + 1] {
            assert_eq!(parse_size(&size_text(bytes)), Ok(bytes));
        }
        assert_eq!(size_text(32 << 20), "32MiB");
    }

    #[test]
    fn a_plain_number_is_a_limit_and_what_may_be_a_task_is_none() {
        for (text, seconds) in [
            ("20.0", 20.0),
            ("20", 20.0),
            (".5", 0.5),
            ("7.", 7.0),
            ("20s", 20.0),
            ("2.5s", 2.5),
            ("1m30s", 90.0),
        ] {
            assert_eq!(
                parse_task_or_limit(text),
                Ok(TaskOrLimit::Limit(
                    Duration::from_secs_f64(seconds),
                    text.to_owned()
                ))
            );
        }
        for text in [
            "0520fde7", "00576224", "20x", "1e3", "1.2.3", ".", "-5s", "inf", "", "PT5S", "5d",
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
    #[test]
    fn times_have_units_or_are_seconds() {
        for (text, milliseconds) in [
            ("2.5", 2500),
            ("10s", 10_000),
            ("500ms", 500),
            ("1m30s", 90_000),
            ("1 h 1 min", 3_660_000),
            ("1e1", 10_000),
        ] {
            let expected = Ok(Duration::from_millis(milliseconds));
            assert_eq!(parse_duration(text), expected, "{text}");
        }
        for text in [
            "0", "0s", "-1", "-1s", "1s ago", "nan", "inf", "ten", "10q", "", "s",
        ] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_have_units_or_are_bytes() {
        for (text, bytes) in [
            ("0", 0),
            ("9", 9),
            ("500kB", 500_000),
            ("4MB", 4_000_000),
            ("4 MiB", 4 << 20),
            ("1.5GiB", 3 << 29),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for text in ["-1", "4 apples", "", "MB", "1e3"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_is_given_or_how_long_ago_it_was() {
        let span = |hours: u64| Ok(Since::Span(Duration::from_secs(hours * 3600)));
        for (text, hours) in [("8h", 8), ("7d", 168), ("2w", 336), ("120m", 2)] {
            assert_eq!(parse_since(text), span(hours), "{text}");
        }
        assert_eq!(
            parse_since("2026-11-20").ok(),
            Since::of_date("2026-11-20").ok()
        );
        for text in ["8", "d", "-7d", "soon", "2026-11", "99999999999d"] {
            assert!(parse_since(text).is_err(), "{text}");
        }
    }
}
