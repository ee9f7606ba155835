//! A record of `inlining_telemetry.jsonl`: what came of inlining a task's
//! programs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::milliseconds;
use crate::event::{RunStart, TaskReport};

/// The members, in this order; `formats.md` says what each counts.
#[derive(Serialize)]
pub(super) struct Record<'a> {
    timestamp: &'a str,
    run_id: &'a str,
    task_id: String,
    profile: String,
    workers: usize,
    chunk_size: usize,
    chunks: usize,
    peak_in_flight: usize,
    total_attempts: u64,
    success_count: u64,
    timeout_count: u64,
    timeout_retry_success: u64,
    timeout_retry_fail: u64,
    other_errors: u64,
    thread_error: u64,
    retry_time_ms: f64,
    cache_hits: u64,
    error_types: &'a BTreeMap<String, u64>,
    inline_ms: f64,
}

impl<'a> Record<'a> {
    pub(super) fn new(timestamp: &'a str, run: &'a RunStart, report: &'a TaskReport) -> Self {
        let inlining = &report.inlining;
        Self {
            timestamp,
            run_id: &run.run_id,
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
            error_types: &inlining.error_types,
            inline_ms: milliseconds(report.inline_time),
        }
    }
}
