//! The records of `run_batt_timing_stats.jsonl`, as the reference has them and
//! with the run's ID: one when a task starts, so that a task which never ends
//! shows, and one when it ends.

use serde::Serialize;

use super::milliseconds;
use crate::event::TaskReport;
use crate::fingerprint::Fingerprint;
use arc_programs::task::TaskId;

/// The `error_type` of a task that was not finished, for no fault of its own.
pub(crate) const INTERRUPTED: &str = "interrupted";

#[derive(Serialize)]
pub(super) struct TaskStart<'a> {
    timestamp: &'a str,
    run_id: &'a str,
    task_id: String,
    event: &'static str,
    timeout_value: f64,
}

impl<'a> TaskStart<'a> {
    pub(super) fn new(timestamp: &'a str, run_id: &'a str, task: TaskId, timeout: f64) -> Self {
        Self {
            timestamp,
            run_id,
            task_id: task.to_string(),
            event: "task_start",
            timeout_value: timeout,
        }
    }
}

#[derive(Serialize)]
pub(super) struct TaskEnd<'a> {
    timestamp: &'a str,
    run_id: &'a str,
    task_id: String,
    /// Seconds.
    execution_time: f64,
    success: bool,
    error_type: Option<&'static str>,
    error_msg: Option<&'a str>,
    timeout_value: f64,
    /// What the best solver that the store has for the task scores.
    best_score: u64,
    /// What one would score that is exact on all samples.
    full_score: u64,
    /// What it was run with.
    fingerprint: Fingerprint,
}

impl<'a> TaskEnd<'a> {
    pub(super) fn new(timestamp: &'a str, run_id: &'a str, report: &'a TaskReport) -> Self {
        Self {
            timestamp,
            run_id,
            task_id: report.task.to_string(),
            execution_time: milliseconds(report.execution_time) / 1e3,
            success: report.failure.is_none(),
            error_type: report.failure.as_ref().map(|_| "task_error"),
            error_msg: report.failure.as_deref(),
            timeout_value: report.timeout,
            best_score: report.best_score,
            full_score: report.full_score,
            fingerprint: report.fingerprint,
        }
    }

    /// Of a task that was begun and not finished.
    pub(super) fn dropped(timestamp: &'a str, run_id: &'a str, report: &'a TaskReport) -> Self {
        Self {
            success: false,
            error_type: Some(INTERRUPTED),
            error_msg: Some("asked to stop; nothing of it is kept"),
            ..Self::new(timestamp, run_id, report)
        }
    }
}
