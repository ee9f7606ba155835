//! What a run tells, and where its time goes.

use std::collections::HashSet;

use super::note::Notes;
use crate::clock::Clock;
use crate::event::{Event, ReportError, Reporter, TaskReport};
use crate::stopwatch::Stopwatch;

/// Whom events are told to, and who times the stages.
pub(super) struct Teller<'a> {
    clock: &'a dyn Clock,
    pub(super) stopwatch: &'a mut Stopwatch,
    reporter: &'a mut dyn Reporter,
    /// What has been told once, and is not told again.
    told: HashSet<String>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(
        clock: &'a dyn Clock,
        stopwatch: &'a mut Stopwatch,
        reporter: &'a mut dyn Reporter,
    ) -> Self {
        Self {
            clock,
            stopwatch,
            reporter,
            told: HashSet::new(),
        }
    }

    /// Runs a piece of a stage, and adds its time to the stage's.
    pub(super) fn time<R>(&mut self, stage: &'static str, work: impl FnOnce() -> R) -> R {
        self.stopwatch.time(self.clock, stage, work)
    }

    /// Whether this is the first time that it is said to be told.
    pub(super) fn is_new(&mut self, once: String) -> bool {
        self.told.insert(once)
    }

    pub(super) fn tell(&mut self, event: &Event<'_>) -> Result<(), ReportError> {
        let (clock, reporter) = (self.clock, &mut self.reporter);
        self.stopwatch.time(clock, "telemetry, log", || {
            reporter.report(&clock.timestamp(), event)
        })
    }

    /// Tells an event in whose time no stage has a part.
    pub(super) fn tell_last(&mut self, event: &Event<'_>) -> Result<(), ReportError> {
        self.reporter.report(&self.clock.timestamp(), event)
    }

    /// Tells what a stage has noted of a task, and adds it to the task's report.
    pub(super) fn take_note(
        &mut self,
        report: &mut TaskReport,
        notes: Notes,
    ) -> Result<(), ReportError> {
        for note in notes {
            let is_told_already = note.told_once().is_some_and(|once| !self.is_new(once));
            if let Some(event) = note.event(report.task)
                && !is_told_already
            {
                self.tell(&event)?;
            }
            note.add_to(report);
        }
        Ok(())
    }
}
