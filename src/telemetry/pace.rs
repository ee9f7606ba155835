//! How much a round has tried, and in what time, as its records say it.

use serde::{Deserialize, Serialize};

use super::record::TaskEnd;

/// Pace of rounds of a search: new programs, results, and the time that they took. Of
/// other rounds, and of those of earlier versions, there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// Number of solvers that a mutation has made.
    pub new_programs: u64,
    /// Seconds from when a round began to be drawn until its last task ended; of one that
    /// a process has gone on with, in the process that took longer.
    pub seconds: f64,
    /// Number of results of programs on samples that were evaluated.
    pub evaluated: u64,
    /// Number of those that were known.
    pub remembered: u64,
}

impl Pace {
    /// That of several rounds; `None` of none.
    pub(crate) fn of(rounds: impl Iterator<Item = Self>) -> Option<Self> {
        rounds.fold(None, |mut all, round| {
            add(&mut all, Some(round));
            all
        })
    }

    /// Adds another round.
    fn add(&mut self, other: Self) {
        self.new_programs += other.new_programs;
        self.seconds += other.seconds;
        self.evaluated += other.evaluated;
        self.remembered += other.remembered;
    }

    /// New programs a second; 0 where it took no time.
    pub fn new_programs_a_second(&self) -> f64 {
        match self.seconds > 0.0 {
            true => self.new_programs as f64 / self.seconds,
            false => 0.0,
        }
    }

    /// The share of results that were known, in percent; 0 of none.
    pub fn known_percent(&self) -> f64 {
        let all = self.evaluated + self.remembered;
        100.0 * self.remembered as f64 / all.max(1) as f64
    }
}

/// Takes the end of a task of a round in.
pub(super) fn take_in(pace: &mut Option<Pace>, end: &TaskEnd) {
    let (Some(new_programs), Some(seconds)) = (end.round_programs, end.round_seconds) else {
        return;
    };
    let own = pace.get_or_insert_default();
    own.new_programs = own.new_programs.max(new_programs);
    own.seconds = own.seconds.max(seconds);
    own.evaluated += end.evaluated.unwrap_or(0);
    own.remembered += end.remembered.unwrap_or(0);
}

/// Adds the pace of other rounds to that of some.
pub(super) fn add(pace: &mut Option<Pace>, other: Option<Pace>) {
    if let Some(other) = other {
        pace.get_or_insert_default().add(other);
    }
}
