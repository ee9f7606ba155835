//! Moments: timestamps of records as points of an axis, and the date since when
//! something is new.
//!
//! Timestamps are local times without a zone. As points of an axis they are seconds as
//! if they were UTC, which is right but for the hour in which clocks are put back.

use std::time::Duration;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::Serialize;

/// How a timestamp is written.
const TIMESTAMP: &str = "%Y-%m-%dT%H:%M:%S.%6f";

/// Date since when something is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Then.
    Date(DateTime),
    /// So long before now.
    Span(Duration),
}

/// Error for a text that is no date and no span.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a date such as 2026-11-20 or 2026-11-20T08:00, or how long ago, such as 8h or 7d"
)]
pub struct SinceError;

impl Since {
    /// A date, or a date and a time.
    ///
    /// # Errors
    /// [`SinceError`] for another text.
    pub fn of_date(text: &str) -> Result<Self, SinceError> {
        let day = || {
            text.parse::<Date>()
                .map(|date| date.to_datetime(midnight()))
        };
        let moment = text.parse::<DateTime>().or_else(|_| day());
        moment.map(Self::Date).map_err(|_| SinceError)
    }

    /// The timestamp that it is, where it is now so late.
    pub fn timestamp(self, now: &str) -> String {
        let moment = match self {
            Self::Date(moment) => moment,
            Self::Span(span) => {
                let now: DateTime = now.parse().unwrap_or(DateTime::MAX);
                now.checked_sub(span).unwrap_or(DateTime::MIN)
            }
        };
        moment.strftime(TIMESTAMP).to_string()
    }
}

fn midnight() -> jiff::civil::Time {
    jiff::civil::Time::midnight()
}

/// The point of a timestamp on an axis, in seconds; `None` for a text that is none.
pub(super) fn seconds(timestamp: &str) -> Option<f64> {
    let moment: DateTime = timestamp.parse().ok()?;
    let moment = TimeZone::UTC.to_timestamp(moment).ok()?;
    Some(moment.as_microsecond() as f64 / 1e6)
}

/// Timestamp as a person reads it, to the minute; what is none as it is.
pub(super) fn readable(timestamp: &str) -> String {
    match timestamp.parse::<DateTime>() {
        Ok(moment) => moment.strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => timestamp.to_owned(),
    }
}

/// What stands at a point of an axis whose ticks are so many seconds apart: the day, or
/// within a day the time.
pub(super) fn tick(point: f64, step: f64) -> String {
    let Ok(moment) = jiff::Timestamp::from_second(point as i64) else {
        return String::new();
    };
    let moment = TimeZone::UTC.to_datetime(moment);
    let is_midnight = moment.time() == midnight();
    let form = match is_midnight && step >= 3600.0 {
        true => "%b %-d",
        false if step < 60.0 => "%H:%M:%S",
        false => "%H:%M",
    };
    moment.strftime(form).to_string()
}

/// Timestamp of a point of an axis, to the second.
pub(super) fn timestamp(point: f64) -> String {
    let moment = jiff::Timestamp::from_second(point as i64).unwrap_or_default();
    TimeZone::UTC.to_datetime(moment).to_string()
}

/// How long a span of seconds is, in two units at most.
pub(super) fn duration(seconds: f64) -> String {
    let all = seconds.max(0.0).round() as u64;
    let (days, hours, minutes, rest) = (all / 86_400, all / 3600 % 24, all / 60 % 60, all % 60);
    match (days, hours, minutes) {
        (0, 0, 0) if seconds < 1.0 => format!("{:.0} ms", 1000.0 * seconds.max(0.0)),
        (0, 0, 0) if all < 10 => format!("{seconds:.1} s"),
        (0, 0, 0) => format!("{rest} s"),
        (0, 0, _) => format!("{minutes} min {rest} s"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

impl Serialize for Since {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Date(moment) => serializer.collect_str(moment),
            Self::Span(span) => serializer.serialize_u64(span.as_secs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-26T17:15:38.000001";

    #[test]
    fn a_date_or_a_span_is_a_timestamp() {
        for (since, expected) in [
            (Since::of_date("2026-11-20"), "2026-11-20T00:00:00.000000"),
            (
                Since::of_date("2026-11-20T08:30"),
                "2026-11-20T08:30:00.000000",
            ),
            (
                Ok(Since::Span(Duration::from_secs(8 * 3600))),
                "2026-11-26T09:15:38.000001",
            ),
        ] {
            assert_eq!(since.unwrap().timestamp(NOW), expected);
        }
        for text in ["", "yesterday", "2026-13-01", "8h"] {
            assert_eq!(Since::of_date(text), Err(SinceError), "{text}");
        }
        // Longer ago than there are years.
        let ages = Since::Span(Duration::from_secs(u64::MAX));
        assert!(ages.timestamp(NOW).starts_with("-9999"));
    }

    #[test]
    fn timestamps_are_points_and_other_texts_are_none() {
        let (first, second) = ("2026-11-26T17:15:38.5", "2026-11-26T17:15:40");
        assert_eq!(seconds(second).unwrap() - seconds(first).unwrap(), 1.5);
        for text in ["then", "", "<b>2026</b>"] {
            assert_eq!((seconds(text), readable(text)), (None, text.to_owned()));
        }
        assert_eq!(readable(NOW), "2026-11-26 17:15");
    }

    #[test]
    fn a_span_has_two_units() {
        for (seconds, expected) in [
            (0.04, "40 ms"),
            (-1.0, "0 ms"),
            (3.21, "3.2 s"),
            (59.6, "1 min 0 s"),
            (3700.0, "1 h 1 min"),
            (90_000.0, "1 d 1 h"),
        ] {
            assert_eq!(duration(seconds), expected);
        }
    }
}
