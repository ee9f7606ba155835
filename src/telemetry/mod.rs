//! What a run writes about itself: two files of records and a log.
//!
//! `inlining_telemetry.jsonl` has a record a task, `run_batt_timing_stats.jsonl`
//! one when a task starts and one when it ends, `run_batt.log` a line an event.
//! Each record is one line, written whole (module `append`), so instances may share
//! the files, and may be killed, and the files may be rotated under them.

mod append;
mod inlining;
mod log;
mod python_json;
mod reading;
mod timing;

use std::io;
use std::path::Path;

use append::AppendFile;
pub(crate) use reading::{Line, read};
pub use reading::{ReadError, finished};

use crate::event::{Event, ReportError, Reporter, RunStart};

const INLINING_FILE: &str = "inlining_telemetry.jsonl";
/// A record when a task starts, and one when it ends.
pub(crate) const TIMING_FILE: &str = "run_batt_timing_stats.jsonl";
const LOG_FILE: &str = "run_batt.log";

/// Removes the three files from `logs`, and nothing else; those that are not
/// there are no error.
pub fn clear(logs: &Path) -> Result<(), ReportError> {
    for name in [INLINING_FILE, TIMING_FILE, LOG_FILE] {
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

/// The files under `logs`, open.
pub struct Telemetry {
    inlining: AppendFile,
    timing: AppendFile,
    log: AppendFile,
    /// Of the run in hand.
    run: Option<RunStart>,
}

impl Telemetry {
    /// Opens the files, made where they are missing.
    ///
    /// Fails where one of them cannot be written, before there is anything to
    /// record.
    pub fn open(logs: &Path) -> Result<Self, ReportError> {
        std::fs::create_dir_all(logs).map_err(|reason| ReportError {
            path: logs.to_owned(),
            reason,
        })?;
        let open = |name| AppendFile::open(logs.join(name));
        Ok(Self {
            inlining: open(INLINING_FILE)?,
            timing: open(TIMING_FILE)?,
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
        self.log.append(&log::line(timestamp, run_id, event))?;
        match event {
            Event::TaskStarted { task, timeout } => {
                let record = timing::TaskStart::new(timestamp, run_id, *task, *timeout);
                self.timing.append(&python_json::line(&record))?;
            }
            Event::TaskFinished(report) => {
                let record = timing::TaskEnd::new(timestamp, run_id, report);
                self.timing.append(&python_json::line(&record))?;
                if let Some(run) = &self.run {
                    let record = inlining::Record::new(timestamp, run, report);
                    self.inlining.append(&python_json::line(&record))?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// A duration in milliseconds, to the microsecond.
fn milliseconds(duration: std::time::Duration) -> f64 {
    duration.as_micros() as f64 / 1e3
}
