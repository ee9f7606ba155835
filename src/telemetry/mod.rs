//! What a run writes about itself: two files of records and a log.
//!
//! `inlining_telemetry.jsonl` has a record a task, `run_batt_timing_stats.jsonl`
//! one when a task starts and one when it ends, `run_batt.log` a line an event
//! and, when a run ends, a line a count.
//! What a record has is declared in one place (module `record`), and logs are
//! read by one iterator, rotated files included (module `reading`).
//! Each record is one line, written whole (module `append`), so instances may share
//! the files, and may be killed, and the files may be rotated under them.

#![allow(clippy::disallowed_methods, reason = "the logs are files")]

mod append;
mod log;
mod python_json;
mod reading;
mod record;
mod rewriting;

use std::io;
use std::path::{Path, PathBuf};

use append::AppendFile;
pub(crate) use reading::{Entry, Line, entries, records};
pub use reading::{ReadError, finished};
use record::Record;
pub(crate) use record::{InliningRecord, TaskEnd, TaskStart, TimingRecord};
pub(crate) use rewriting::without_lines;

use crate::event::{Event, ReportError, Reporter, RunStart};
use crate::lock::Lock;
use crate::refusal::make_folder;

const LOG_FILE: &str = "run_batt.log";

/// Removes the three files from `logs`, and nothing else; those that are not
/// there are no error.
pub fn clear(logs: &Path) -> Result<(), ReportError> {
    for name in [InliningRecord::FILE, TimingRecord::FILE, LOG_FILE] {
        let path = logs.join(name);
        match std::fs::remove_file(&path) {
            Err(reason) if reason.kind() != io::ErrorKind::NotFound => {
                return Err(ReportError { path, reason });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Where the timing records are that instances write to now.
pub(crate) fn timing_file(logs: &Path) -> PathBuf {
    logs.join(TimingRecord::FILE)
}

/// Appends to the timing records that a task was begun and not finished.
pub(crate) fn append_interrupted(logs: &Path, end: &TaskEnd) -> Result<(), ReportError> {
    AppendFile::open(timing_file(logs))?.append(&python_json::line(end))
}

/// A lock on the logs that is had only while no instance writes to them.
pub(crate) fn nobody_writes(logs: &Path) -> io::Result<Option<Lock>> {
    Lock::try_exclusive(logs)
}

/// Telemetry of a run: the files of records and the log under `logs`, open.
pub struct Telemetry {
    inlining: AppendFile,
    timing: AppendFile,
    log: AppendFile,
    /// Of the run in hand.
    run: Option<RunStart>,
    /// Tells others that somebody writes here.
    _alive: Lock,
}

impl Telemetry {
    /// Opens the files, made where they are missing.
    ///
    /// Fails where one of them cannot be written, before there is anything to
    /// record.
    pub fn open(logs: &Path) -> Result<Self, ReportError> {
        make_folder(logs).map_err(|reason| ReportError {
            path: logs.to_owned(),
            reason,
        })?;
        let alive = Lock::shared(logs).map_err(|reason| ReportError {
            path: logs.to_owned(),
            reason,
        })?;
        let open = |name| AppendFile::open(logs.join(name));
        Ok(Self {
            _alive: alive,
            inlining: open(InliningRecord::FILE)?,
            timing: open(TimingRecord::FILE)?,
            log: open(LOG_FILE)?,
            run: None,
        })
    }
}

impl Reporter for Telemetry {
    fn report(&mut self, timestamp: &str, event: &Event<'_>) -> Result<(), ReportError> {
        if let Event::RunStarted(start) = event {
            self.run = Some((*start).clone());
        }
        let run_id = self.run.as_ref().map_or("", |run| run.run_id.as_str());
        self.log.append(&log::lines(timestamp, run_id, event))?;
        match event {
            Event::TaskStarted { task, timeout } => {
                let record = TaskStart::new(timestamp, run_id, *task, *timeout);
                self.timing.append(&python_json::line(&record))?;
            }
            Event::TaskFinished(report) => {
                // Last what says that it is finished: where that is missing the
                // task is run again, and `doctor` removes what was said before.
                if let Some(run) = &self.run {
                    let record = InliningRecord::new(timestamp, run, report);
                    self.inlining.append(&python_json::line(&record))?;
                }
                let record = TaskEnd::new(timestamp, run_id, report);
                self.timing.append(&python_json::line(&record))?;
            }
            Event::TaskDropped(report) => {
                let record = TaskEnd::dropped(timestamp, run_id, report);
                self.timing.append(&python_json::line(&record))?;
            }
            _ => {}
        }
        Ok(())
    }
}
