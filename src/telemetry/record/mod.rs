//! The records of the logs, each declared once: what is written is what is read.
//!
//! A member's name, its place in the line and its type stand here alone. Who
//! needs a member asks the record for it, so that renaming one is an error of
//! the compiler everywhere but in the test that holds the bytes.
//!
//! Logs outlive versions. A member that earlier versions did not write is an
//! `Option`, or has a default; the others, and those of the reference that go
//! by the same names, are what makes a line this record. Members that are not
//! declared here, as a later version may write, are passed over in reading.
//! A later version that means something else by a member says so in `version`,
//! and its record is none that is known here.
//! Nothing is lost by that, for records are never written again: repairing a
//! file copies the lines that stay byte by byte (module `rewriting`).

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::event::{RoundOfSearch, RunStart, TaskReport};
use arc_programs::task::TaskName;

/// The `error_type` of a task that was not finished, for no fault of its own.
const INTERRUPTED: &str = "interrupted";

/// The `error_type` of a task that could not be run.
const FAILED: &str = "task_error";

/// A line of one of the files of records.
pub(crate) trait Record: Serialize + Sized {
    /// The file's name under `--logs`.
    const FILE: &'static str;

    /// Whether what its oldest files say is written elsewhere before they go (module
    /// `best_scores`).
    const IS_REMEMBERED: bool = false;

    /// The record that a line is, its newline included or not.
    fn from_line(line: &[u8]) -> serde_json::Result<Self>;
}

/// The version of a record's form, where it says one: only that which is known
/// here is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Version;

impl Version {
    const KNOWN: u64 = 1;
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(Self::KNOWN)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            Self::KNOWN => Ok(Self),
            later => Err(serde::de::Error::custom(format!("version {later}"))),
        }
    }
}

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
    pub(super) fn new(timestamp: &str, run_id: &str, task: TaskName, timeout: f64) -> Self {
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
pub(super) struct Surroundings<'a> {
    pub(super) run_id: &'a str,
    /// Where the store is, from the folder of the logs.
    pub(super) store: &'a str,
    /// Where the data are, likewise.
    pub(super) data: Option<&'a str>,
    pub(super) peak_memory_bytes: Option<u64>,
    /// The place of the run in a search, if it has one.
    pub(super) round: Option<&'a RoundOfSearch>,
}

impl TaskEnd {
    pub(super) fn new(timestamp: &str, around: Surroundings<'_>, report: &TaskReport) -> Self {
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
    pub(super) fn dropped(timestamp: &str, around: Surroundings<'_>, report: &TaskReport) -> Self {
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
pub(super) fn is_interruption(error_type: Option<&str>) -> bool {
    error_type == Some(INTERRUPTED)
}

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
    pub(super) fn new(timestamp: &str, run: &RunStart, report: &TaskReport) -> Self {
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

/// A duration in milliseconds, to the microsecond.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1e3
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use proptest::prelude::*;

    use super::super::python_json;
    use super::*;
    use crate::fingerprint::Ingredients;
    use crate::pool::{Profile, ProfileKind};
    use arc_programs::verdict::FullScore;

    const AROUND: Surroundings<'_> = Surroundings {
        run_id: "run",
        store: "..",
        data: Some("../tasks"),
        peak_memory_bytes: Some(4096),
        round: None,
    };

    fn report() -> TaskReport {
        let fingerprint = Ingredients::default().fingerprint();
        let task = "0520fde7".parse().unwrap();
        let mut report = TaskReport::new(task, fingerprint, 10.0, 2);
        report.execution_time = Duration::from_micros(12_345);
        report.inline_time = Duration::from_micros(400);
        report.best.now = 3900;
        report.full_score = FullScore {
            score: 4000,
            unknown_outputs: 0,
        };
        report.results.evaluated = 90;
        report.results.remembered = 7;
        report.filed.solvers = 2;
        report.filed.differs = 1;
        report.new_programs = 5;
        report.chunks = 5;
        report.peak_in_flight = 8;
        report.thread_error = 1;
        report.inlining.success_count = 36;
        report.inlining.count_error("Panic");
        report.inlining.cache_hits = 155;
        report
    }

    fn run() -> RunStart {
        RunStart {
            run_id: "run".to_owned(),
            tasks: 1,
            profile: Profile {
                kind: ProfileKind::Cpu,
                reason: "asked".to_owned(),
                workers: 4,
                chunk_size: 8,
            },
            workers: 2,
            seed: 7,
            is_random: true,
            round: None,
            data: None,
        }
    }

    /// The bytes of a record, which others read, and that they are read again.
    fn assert_bytes<R: Record + PartialEq + Debug>(record: &R, expected: &str) {
        let line = python_json::line(record);
        assert_eq!(line, format!("{expected}\n"));
        assert_eq!(R::from_line(line.as_bytes()).unwrap(), *record);
    }

    #[test]
    fn the_bytes_of_each_record_are_a_promise() {
        let start = TaskStart::new("then", "run", report().task, 10.0);
        assert_bytes(
            &TimingRecord::Start(start),
            r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "event": "task_start", "timeout_value": 10.0}"#,
        );
        let end = TaskEnd::new("then", AROUND, &report());
        assert_bytes(
            &TimingRecord::End(end),
            r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "execution_time": 0.012345, "success": true, "error_type": null, "error_msg": null, "timeout_value": 10.0, "best_score": 3900, "full_score": 4000, "unknown_outputs": 0, "fingerprint": "d41d8cd98f00b204e9800998ecf8427e", "filed_solvers": 2, "filed_differs": 1, "store": "..", "evaluated": 90, "remembered": 7, "new_to_store": 5, "timed_out_samples": 0, "peak_memory_bytes": 4096, "data": "../tasks"}"#,
        );
        let round = RoundOfSearch {
            search_id: "search".to_owned(),
            number: 3,
            of: None,
            new_programs: 31,
        };
        let report_of_round = TaskReport {
            ended_after: Duration::from_micros(1_500_250),
            ..report()
        };
        let in_round = Surroundings {
            round: Some(&round),
            ..AROUND
        };
        let end = TaskEnd::new("then", in_round, &report_of_round);
        assert_bytes(
            &TimingRecord::End(end),
            r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "execution_time": 0.012345, "success": true, "error_type": null, "error_msg": null, "timeout_value": 10.0, "best_score": 3900, "full_score": 4000, "unknown_outputs": 0, "fingerprint": "d41d8cd98f00b204e9800998ecf8427e", "filed_solvers": 2, "filed_differs": 1, "store": "..", "evaluated": 90, "remembered": 7, "new_to_store": 5, "timed_out_samples": 0, "peak_memory_bytes": 4096, "data": "../tasks", "round_programs": 31, "round_seconds": 1.50025}"#,
        );
        let failed = TaskReport {
            failure: Some("no é".to_owned()),
            ..report()
        };
        assert_bytes(
            &TimingRecord::End(TaskEnd::new("then", AROUND, &failed)),
            r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "execution_time": 0.012345, "success": false, "error_type": "task_error", "error_msg": "no \u00e9", "timeout_value": 10.0, "best_score": 3900, "full_score": 4000, "unknown_outputs": 0, "fingerprint": "d41d8cd98f00b204e9800998ecf8427e", "filed_solvers": 2, "filed_differs": 1, "store": "..", "evaluated": 90, "remembered": 7, "new_to_store": 5, "timed_out_samples": 0, "peak_memory_bytes": 4096, "data": "../tasks"}"#,
        );
        assert_bytes(
            &TimingRecord::End(TaskEnd::dropped("then", AROUND, &report())),
            r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "execution_time": 0.012345, "success": false, "error_type": "interrupted", "error_msg": "asked to stop; nothing of it is kept", "timeout_value": 10.0, "best_score": 3900, "full_score": 4000, "unknown_outputs": 0, "fingerprint": "d41d8cd98f00b204e9800998ecf8427e", "filed_solvers": 2, "filed_differs": 1, "store": "..", "evaluated": 90, "remembered": 7, "new_to_store": 5, "timed_out_samples": 0, "peak_memory_bytes": 4096, "data": "../tasks"}"#,
        );
        assert_bytes(
            &TimingRecord::End(TaskEnd::interrupted("then", "run", "0520fde7")),
            r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "execution_time": 0.0, "success": false, "error_type": "interrupted", "error_msg": "the process ended while it was in hand"}"#,
        );
        assert_bytes(
            &InliningRecord::new("then", &run(), &report()),
            r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "profile": "cpu", "workers": 2, "chunk_size": 8, "chunks": 5, "peak_in_flight": 8, "total_attempts": 37, "success_count": 36, "timeout_count": 0, "timeout_retry_success": 0, "timeout_retry_fail": 0, "other_errors": 1, "thread_error": 1, "retry_time_ms": 0.0, "cache_hits": 155, "error_types": {"Panic": 1}, "inline_ms": 0.4}"#,
        );
    }

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
