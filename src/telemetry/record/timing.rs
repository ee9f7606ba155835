//! The records of when tasks began and ended, and what came of them.

use serde::{Deserialize, Serialize};

use super::{Record, Version, milliseconds};
use crate::event::{RoundOfSearch, TaskReport};
use arc_programs::task::TaskName;

/// The `error_type` of a task that was not finished, for no fault of its own.
const INTERRUPTED: &str = "interrupted";

/// The `error_type` of a task that could not be run.
const FAILED: &str = "task_error";

/// A record of `run_batt_timing_stats.jsonl`, which has the reference's members
/// and the run's ID.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[allow(
    clippy::large_enum_variant,
    reason = "one at a time is read or written, and most are ends"
)]
pub(crate) enum TimingRecord {
    /// A task has ended.
    End(TaskEnd),
    /// A task has started; so one that never ends shows.
    Start(TaskStart),
}

impl Record for TimingRecord {
    const FILE: &'static str = "run_batt_timing_stats.jsonl";
    const IS_REMEMBERED: bool = true;

    // As serde reads what is untagged, in half the time: a resumed run reads a
    // hundred thousand of them.
    fn from_line(line: &[u8]) -> serde_json::Result<Self> {
        match serde_json::from_slice(line) {
            Ok(end) => Ok(Self::End(end)),
            Err(_) => serde_json::from_slice(line).map(Self::Start),
        }
    }
}

/// The start of a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TaskStart {
    #[serde(default, skip_serializing)]
    version: Version,
    pub(crate) timestamp: String,
    pub(crate) run_id: String,
    pub(crate) task_id: String,
    event: StartEvent,
    /// Seconds.
    timeout_value: f64,
}

/// The only `event` that is a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum StartEvent {
    #[serde(rename = "task_start")]
    TaskStart,
}

impl TaskStart {
    pub(in crate::telemetry) fn new(
        timestamp: &str,
        run_id: &str,
        task: TaskName,
        timeout: f64,
    ) -> Self {
        Self {
            version: Version,
            timestamp: timestamp.to_owned(),
            run_id: run_id.to_owned(),
            task_id: task.to_string(),
            event: StartEvent::TaskStart,
            timeout_value: timeout,
        }
    }
}

/// The end of a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TaskEnd {
    #[serde(default, skip_serializing)]
    version: Version,
    pub(crate) timestamp: String,
    pub(crate) run_id: String,
    pub(crate) task_id: String,
    /// Seconds.
    #[serde(default)]
    pub(crate) execution_time: f64,
    pub(crate) success: bool,
    error_type: Option<String>,
    pub(crate) error_msg: Option<String>,
    /// Seconds; unknown of a task that was found unfinished.
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_value: Option<f64>,
    /// The score of the best solver that the store has for the task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) best_score: Option<u64>,
    /// The score of a solver that is exact on all samples whose outputs are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) full_score: Option<u64>,
    /// How many outputs are not known; of a version that did not say it, they count in
    /// the full score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unknown_outputs: Option<u64>,
    /// What the task was run with, as text: of another version's form it is
    /// nobody's, and the record holds all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fingerprint: Option<String>,
    /// How many solvers of the task were filed among its best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) filed_solvers: Option<u64>,
    /// How many differs were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) filed_differs: Option<u64>,
    /// Where the store is, from the folder of the logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) store: Option<String>,
    /// How many results of programs on samples were evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) evaluated: Option<u64>,
    /// How many were known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remembered: Option<u64>,
    /// How many programs were new to the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new_to_store: Option<u64>,
    /// On how many samples a call met a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timed_out_samples: Option<u64>,
    /// The most memory that the process has had until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) peak_memory_bytes: Option<u64>,
    /// Where the data are, from the folder of the logs; none of the fixtures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data: Option<String>,
    /// Of a round of a search: how many new programs its card has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) round_programs: Option<u64>,
    /// Of one: the seconds from when the round began to be drawn until the task ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) round_seconds: Option<f64>,
}

/// What a record says of where a task was run: the same for all tasks of a run, but for
/// the memory.
#[derive(Clone, Copy, Debug)]
pub(in crate::telemetry) struct Surroundings<'a> {
    pub(in crate::telemetry) run_id: &'a str,
    /// Where the store is, from the folder of the logs.
    pub(in crate::telemetry) store: &'a str,
    /// Where the data are, likewise.
    pub(in crate::telemetry) data: Option<&'a str>,
    pub(in crate::telemetry) peak_memory_bytes: Option<u64>,
    /// The place of the run in a search, if it has one.
    pub(in crate::telemetry) round: Option<&'a RoundOfSearch>,
}

impl TaskEnd {
    pub(in crate::telemetry) fn new(
        timestamp: &str,
        around: Surroundings<'_>,
        report: &TaskReport,
    ) -> Self {
        Self {
            version: Version,
            timestamp: timestamp.to_owned(),
            run_id: around.run_id.to_owned(),
            task_id: report.task.to_string(),
            execution_time: milliseconds(report.execution_time) / 1e3,
            success: report.failure.is_none(),
            error_type: report.failure.as_ref().map(|_| FAILED.to_owned()),
            error_msg: report.failure.clone(),
            timeout_value: Some(report.timeout),
            best_score: Some(report.best.now),
            full_score: Some(report.full_score.score),
            unknown_outputs: Some(report.full_score.unknown_outputs),
            fingerprint: Some(report.fingerprint.to_string()),
            filed_solvers: Some(report.filed.solvers),
            filed_differs: Some(report.filed.differs),
            store: Some(around.store.to_owned()),
            evaluated: Some(report.results.evaluated),
            remembered: Some(report.results.remembered),
            new_to_store: Some(report.new_programs),
            timed_out_samples: Some(report.timed_out_samples),
            peak_memory_bytes: around.peak_memory_bytes,
            data: around.data.map(str::to_owned),
            round_programs: around.round.map(|round| round.new_programs),
            round_seconds: around
                .round
                .map(|_| report.ended_after.as_micros() as f64 / 1e6),
        }
    }

    /// Of a task that its own run has dropped.
    pub(in crate::telemetry) fn dropped(
        timestamp: &str,
        around: Surroundings<'_>,
        report: &TaskReport,
    ) -> Self {
        Self {
            success: false,
            error_type: Some(INTERRUPTED.to_owned()),
            error_msg: Some("asked to stop; nothing of it is kept".to_owned()),
            ..Self::new(timestamp, around, report)
        }
    }

    /// Of a task whose run was found dead.
    pub(crate) fn interrupted(timestamp: &str, run_id: &str, task_id: &str) -> Self {
        Self {
            version: Version,
            timestamp: timestamp.to_owned(),
            run_id: run_id.to_owned(),
            task_id: task_id.to_owned(),
            execution_time: 0.0,
            success: false,
            error_type: Some(INTERRUPTED.to_owned()),
            error_msg: Some("the process ended while it was in hand".to_owned()),
            timeout_value: None,
            best_score: None,
            full_score: None,
            unknown_outputs: None,
            fingerprint: None,
            filed_solvers: None,
            filed_differs: None,
            store: None,
            evaluated: None,
            remembered: None,
            new_to_store: None,
            timed_out_samples: None,
            peak_memory_bytes: None,
            data: None,
            round_programs: None,
            round_seconds: None,
        }
    }

    /// Whether the task was not finished, for no fault of its own.
    pub(crate) fn is_interrupted(&self) -> bool {
        is_interruption(self.error_type.as_deref())
    }
}

/// Whether the `error_type` of a task says that it was not finished, for no fault of its
/// own.
pub(in crate::telemetry) fn is_interruption(error_type: Option<&str>) -> bool {
    error_type == Some(INTERRUPTED)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::telemetry::python_json;

    #[test]
    fn what_other_versions_wrote_is_read() {
        let read = |line: &str| TimingRecord::from_line(line.as_bytes()).ok();
        // The first version's.
        let first = r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "execution_time": 0.5, "success": true, "error_type": null, "error_msg": null, "timeout_value": 10.0}"#;
        let Some(TimingRecord::End(end)) = read(first) else {
            panic!("the end of a task");
        };
        assert_eq!((end.best_score, end.fingerprint), (None, None));
        // A later one's, with members in another order and more of them.
        let later = r#"{"fingerprint":"sha256:12","memory":{"peak":[1]},"task_id":"0520fde7","run_id":"run","timestamp":"then","success":true,"best_score":7}"#;
        let Some(TimingRecord::End(end)) = read(later) else {
            panic!("the end of a task");
        };
        assert_eq!(end.best_score, Some(7));
        assert_eq!(end.fingerprint.as_deref(), Some("sha256:12"));
        // The reference's have no run; and what is neither start nor end.
        for other in [
            r#"{"timestamp": "then", "task_id": "0520fde7", "event": "task_start", "timeout_value": 10}"#,
            r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "event": "task_paused", "timeout_value": 10.0}"#,
            "{}",
            // A later version, which means something else by what it says.
            &later.replacen('{', "{\"version\": 2, ", 1),
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn a_record_is_read_as_it_was_written(
            text in any::<[String; 4]>(),
            success in any::<bool>(),
            error_type in any::<Option<String>>(),
            numbers in any::<[Option<u64>; 11]>(),
            micros in 0_u64..1 << 50,
            fingerprint in any::<Option<String>>(),
            store in any::<Option<String>>(),
            data in any::<Option<String>>(),
        ) {
            let [timestamp, run_id, task_id, error_msg] = text;
            let record = TimingRecord::End(TaskEnd {
                version: Version,
                timestamp,
                run_id,
                task_id,
                execution_time: milliseconds(Duration::from_micros(micros)),
                success,
                error_type,
                error_msg: Some(error_msg),
                timeout_value: numbers[0].map(|number| f64::from(number as u32)),
                best_score: numbers[0],
                full_score: numbers[1],
                unknown_outputs: numbers[4],
                fingerprint,
                filed_solvers: numbers[2],
                filed_differs: numbers[3],
                store,
                evaluated: numbers[5],
                remembered: numbers[6],
                new_to_store: numbers[7],
                timed_out_samples: numbers[8],
                peak_memory_bytes: numbers[9],
                data,
                round_programs: numbers[10],
                round_seconds: numbers[10].map(|number| f64::from(number as u32) / 8.0),
            });
            let line = python_json::line(&record);
            prop_assert!(line.is_ascii() && line.trim_end_matches('\n').lines().count() == 1);
            prop_assert_eq!(TimingRecord::from_line(line.as_bytes()).unwrap(), record);
        }
    }
}
