//! When a search ends.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

/// Number of rounds whose times say how long the next one may take.
const REMEMBERED: usize = 8;

/// The ends that a search was given; without any it goes on until it is stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// Number of rounds, those of earlier processes included.
    pub rounds: Option<u64>,
    /// Time of the process, from its start.
    pub time: Option<Duration>,
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It had the rounds that it was asked for.
    Rounds,
    /// The tasks are solved that were to be.
    Solved,
    /// There was no time for another round, or for all of the last one.
    Time,
    /// It was asked to stop.
    Signal,
}

impl Ending {
    /// Whether it did what it was asked for, so that there is nothing to go on with.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Rounds | Self::Solved)
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Rounds => "all rounds are done",
            Self::Solved => "the tasks are solved that were to be",
            Self::Time => "there is no time for another round",
            Self::Signal => "asked to stop",
        })
    }
}

/// The times of the last rounds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoundTimes(Vec<Duration>);

impl RoundTimes {
    /// The times of the last rounds, the last last.
    pub fn new(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut own = Self::default();
        times.into_iter().for_each(|time| own.add(time));
        own
    }

    /// Remembers the time of another round, and forgets that of the oldest.
    pub fn add(&mut self, time: Duration) {
        if self.0.len() >= REMEMBERED {
            self.0.remove(0);
        }
        self.0.push(time);
    }

    /// The times, the last last.
    pub fn all(&self) -> &[Duration] {
        &self.0
    }

    /// How long another round may take: as long as the longest of them; no time where
    /// none is known.
    pub fn expected(&self) -> Duration {
        self.0.iter().copied().max().unwrap_or_default()
    }
}

impl Ends {
    /// Whether an end is reached after so many rounds and at this time.
    pub fn reached(&self, rounds: u64, elapsed: Duration, times: &RoundTimes) -> Option<Ending> {
        if self.rounds.is_some_and(|asked| rounds >= asked) {
            return Some(Ending::Rounds);
        }
        self.is_too_late(elapsed, times).then_some(Ending::Time)
    }

    /// Whether another round would not end in time.
    pub fn is_too_late(&self, elapsed: Duration, times: &RoundTimes) -> bool {
        let end = elapsed.saturating_add(times.expected());
        self.time.is_some_and(|time| end > time || elapsed >= time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn no_round_begins_that_would_not_end_in_time() {
        let ends = Ends {
            rounds: None,
            time: Some(10 * SECOND),
        };
        let times = RoundTimes::new([SECOND, 3 * SECOND, 2 * SECOND]);
        assert_eq!(ends.reached(3, 7 * SECOND, &times), None);
        assert_eq!(ends.reached(3, 8 * SECOND, &times), Some(Ending::Time));
        // Of a search without a past nothing is known.
        let none = RoundTimes::default();
        assert_eq!(ends.reached(0, 9 * SECOND, &none), None);
        assert_eq!(ends.reached(0, 10 * SECOND, &none), Some(Ending::Time));
    }

    #[test]
    fn a_long_round_is_forgotten_after_some_others() {
        let mut times = RoundTimes::new([9 * SECOND]);
        for _ in 1..REMEMBERED {
            times.add(SECOND);
            assert_eq!(times.expected(), 9 * SECOND);
        }
        times.add(SECOND);
        assert_eq!(times.expected(), SECOND);
        assert_eq!(times.all().len(), REMEMBERED);
    }

    #[test]
    fn rounds_are_counted_and_without_an_end_there_is_none() {
        let ends = Ends {
            rounds: Some(2),
            time: None,
        };
        let times = RoundTimes::new([SECOND]);
        assert_eq!(ends.reached(1, SECOND, &times), None);
        assert_eq!(ends.reached(2, SECOND, &times), Some(Ending::Rounds));
        let never = Ends::default();
        assert_eq!(never.reached(u64::MAX, 1_000_000 * SECOND, &times), None);
    }
}
