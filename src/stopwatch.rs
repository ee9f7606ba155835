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

    /// Adds the time of a piece of a stage that was run beside another.
    pub fn add(&mut self, stage: &'static str, time: Duration) {
        let entry = self.stages.entry(stage).or_default();
        entry.time += time;
        entry.times_run += 1;
    }
}

impl Serialize for Stopwatch {
    /// An object: stage, milliseconds.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let milliseconds = |stage: &Stage| stage.time.as_micros() as f64 / 1e3;
        serializer.collect_map(
            self.stages
                .iter()
                .map(|(name, stage)| (name, milliseconds(stage))),
        )
    }
}

impl fmt::Display for Stopwatch {
    /// A table: stage, milliseconds, share of all stages, how often it ran.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total: Duration = self.stages.values().map(|stage| stage.time).sum();
        write!(
            formatter,
            "{:<16} {:>10} {:>6} {:>8}",
            "stage", "ms", "share", "times"
        )?;
        for (name, stage) in &self.stages {
            let share = stage.time.as_secs_f64() / total.as_secs_f64().max(f64::MIN_POSITIVE);
            write!(
                formatter,
                "\n{name:<16} {:>10.3} {:>5.1}% {:>8}",
                stage.time.as_secs_f64() * 1e3,
                share * 100.0,
                stage.times_run
            )?;
        }
        Ok(())
    }
}
