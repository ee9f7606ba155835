//! The record of what came of inlining a task's programs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Record, Version, milliseconds};
use crate::event::{RunStart, TaskReport};

/// A record of `inlining_telemetry.jsonl`: what came of inlining a task's
/// programs. `formats.md` says what each member counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct InliningRecord {
    #[serde(default, skip_serializing)]
    version: Version,
    #[serde(default)]
    pub(crate) timestamp: String,
    pub(crate) run_id: String,
    pub(crate) task_id: String,
    #[serde(default)]
    profile: String,
    #[serde(default)]
    workers: usize,
    #[serde(default)]
    chunk_size: usize,
    #[serde(default)]
    chunks: usize,
    #[serde(default)]
    peak_in_flight: usize,
    pub(crate) total_attempts: u64,
    success_count: u64,
    timeout_count: u64,
    #[serde(default)]
    timeout_retry_success: u64,
    #[serde(default)]
    timeout_retry_fail: u64,
    other_errors: u64,
    #[serde(default)]
    pub(crate) thread_error: u64,
    #[serde(default)]
    retry_time_ms: f64,
    #[serde(default)]
    cache_hits: u64,
    #[serde(default)]
    error_types: BTreeMap<String, u64>,
    #[serde(default)]
    inline_ms: f64,
}

impl Record for InliningRecord {
    const FILE: &'static str = "inlining_telemetry.jsonl";

    fn from_line(line: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(line)
    }
}

impl InliningRecord {
    pub(in crate::telemetry) fn new(timestamp: &str, run: &RunStart, report: &TaskReport) -> Self {
        let inlining = &report.inlining;
        Self {
            version: Version,
            timestamp: timestamp.to_owned(),
            run_id: run.run_id.clone(),
            task_id: report.task.to_string(),
            profile: run.profile.kind.to_string(),
            workers: report.workers,
            chunk_size: run.profile.chunk_size,
            chunks: report.chunks,
            peak_in_flight: report.peak_in_flight,
            total_attempts: inlining.total_attempts(),
            success_count: inlining.success_count,
            timeout_count: inlining.timeout_count,
            timeout_retry_success: inlining.timeout_retry_success,
            timeout_retry_fail: inlining.timeout_retry_fail,
            other_errors: inlining.other_errors,
            thread_error: report.thread_error,
            retry_time_ms: milliseconds(inlining.retry_time),
            cache_hits: inlining.cache_hits,
            error_types: inlining.error_types.clone(),
            inline_ms: milliseconds(report.inline_time),
        }
    }

    /// The sum of what came of the attempts, which `total_attempts` is to be.
    pub(crate) fn attempts_by_outcome(&self) -> u64 {
        let counts = [self.success_count, self.timeout_count, self.other_errors];
        counts.into_iter().fold(0, u64::saturating_add)
    }
}
