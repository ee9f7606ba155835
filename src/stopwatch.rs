//! Where a run's time went.

use std::fmt;
use std::time::Duration;

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

use crate::clock::Clock;

/// The time of each stage of a run, in the order in which the stages first ran.
#[derive(Debug, Default)]
pub struct Stopwatch {
    stages: IndexMap<&'static str, Stage>,
}

#[derive(Debug, Default)]
struct Stage {
    time: Duration,
    times_run: u64,
}

impl Stopwatch {
    /// Runs a piece of a stage, and adds its time to the stage's.
    pub fn time<R>(
        &mut self,
        clock: &dyn Clock,
        stage: &'static str,
        work: impl FnOnce() -> R,
    ) -> R {
        let start = clock.elapsed();
        let result = work();
        self.add(stage, clock.elapsed().saturating_sub(start));
        result
    }

    /// The time of a stage so far; nothing where it has not run.
    pub fn time_of(&self, stage: &str) -> Duration {
        self.stages
            .get(stage)
            .map_or(Duration::ZERO, |stage| stage.time)
    }

    /// Adds the time of a piece of a stage that was run beside another.
    pub fn add(&mut self, stage: &'static str, time: Duration) {
        let entry = self.stages.entry(stage).or_default();
        entry.time += time;
        entry.times_run += 1;
    }
}

/// Times of the stages within the time of the whole run, which they add up to: what
/// no stage took is one of its own.
#[derive(Debug)]
pub struct Timing<'a> {
    stopwatch: &'a Stopwatch,
    whole: Duration,
}

impl Stopwatch {
    /// The times of the stages within a run's.
    pub fn of(&self, whole: Duration) -> Timing<'_> {
        Timing {
            stopwatch: self,
            whole,
        }
    }
}

impl Timing<'_> {
    /// What no stage took; nothing where stages ran beside each other.
    fn elsewhere(&self) -> Duration {
        let stages = self.stopwatch.stages.values();
        self.whole
            .saturating_sub(stages.map(|stage| stage.time).sum())
    }
}

impl Serialize for Timing<'_> {
    /// An object: stage, milliseconds.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let milliseconds = |time: Duration| time.as_micros() as f64 / 1e3;
        let stages = self.stopwatch.stages.iter();
        let stages = stages.map(|(name, stage)| (*name, milliseconds(stage.time)));
        serializer.collect_map(stages.chain([("elsewhere", milliseconds(self.elsewhere()))]))
    }
}

impl fmt::Display for Timing<'_> {
    /// A table: stage, milliseconds, share of the whole, how often it ran.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:<16} {:>10} {:>6} {:>8}",
            "stage", "ms", "share", "times"
        )?;
        let row = |formatter: &mut fmt::Formatter<'_>, name: &str, time: Duration| {
            let share = time.as_secs_f64() / self.whole.as_secs_f64().max(f64::MIN_POSITIVE);
            let milliseconds = time.as_secs_f64() * 1e3;
            write!(
                formatter,
                "\n{name:<16} {milliseconds:>10.3} {:>5.1}%",
                share * 100.0
            )
        };
        for (name, stage) in &self.stopwatch.stages {
            row(formatter, name, stage.time)?;
            write!(formatter, " {:>8}", stage.times_run)?;
        }
        row(formatter, "elsewhere", self.elsewhere())?;
        row(formatter, "all", self.whole)
    }
}
