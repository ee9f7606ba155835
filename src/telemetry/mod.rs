//! What a run writes about itself: two files of records and a log.
//!
//! `inlining_telemetry.jsonl` has a record a task, `run_batt_timing_stats.jsonl`
//! one when a task starts and one when it ends, `run_batt.log` a line an event.
//! Each record is one `write` of one line to a file opened for appending, so
//! instances may share the files, and `kill -9` cuts no line in two.

mod append;
mod inlining;
mod log;
mod python_json;
mod timing;

use std::path::Path;

use append::AppendFile;

use crate::event::{Event, ReportError, Reporter, RunStart};

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
            inlining: open("inlining_telemetry.jsonl")?,
            timing: open("run_batt_timing_stats.jsonl")?,
            log: open("run_batt.log")?,
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
