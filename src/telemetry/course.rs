//! The course of a search: what came of each minute, of each task, and when each run was at
//! work.
//!
//! It is of the records that are still there: what was rotated away is remembered by its
//! best scores alone. Minutes are named by the beginning of a timestamp, which is local
//! time and sorts as text, so nothing is parsed for it: all who read the past pay a few
//! look-ups a record for it, and no more.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::reading::{Entry, Line, ReadError, entries};
use super::record::{InliningRecord, TaskEnd};

/// Length of the part of a timestamp that names its minute: `2026-11-23T11:15`.
const MINUTE: usize = 16;

/// Course of a search: what its records say of when and how much it was at work.
#[derive(Debug, Default)]
pub struct Course {
    /// What came of each minute, by the beginning of its timestamps.
    pub minutes: BTreeMap<String, Minute>,
    /// How long each task took, by its name as the records have it.
    pub tasks: HashMap<String, TimeSpent>,
    /// When each run was at work, by its ID.
    pub runs: HashMap<String, Span>,
    /// Tasks that could not be run, in the order of the records.
    pub failures: Vec<Failure>,
    /// Folders and files of data that tasks were of, the last that was run first.
    pub data: Vec<PathBuf>,
}

/// Sums over the tasks that ended in a minute.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Minute {
    /// Number of tasks that were run.
    pub tasks: u64,
    /// Number of tasks that could not be run, or were dropped.
    pub failed: u64,
    /// Number of results of programs on samples, those that were known included;
    /// earlier versions did not count them.
    pub results: Option<u64>,
    /// Number of new programs that the rounds of a search which began in it have; other
    /// runs, and earlier versions, did not say.
    pub new_programs: Option<u64>,
    /// Number of programs that were new to the store; earlier versions did not say.
    pub new_to_store: Option<u64>,
    /// Number of samples on which a call met a limit; earlier versions did not say.
    pub timed_out_samples: Option<u64>,
    /// The most memory that a process has had, in bytes; earlier versions did not say.
    pub peak_memory_bytes: Option<u64>,
    /// Number of threads that the system refused.
    pub refused_threads: u64,
}

/// Time that a task took in the runs of the records.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimeSpent {
    /// Number of times that it was run.
    pub runs: u64,
    /// Sum of the times, in seconds.
    pub seconds: f64,
    /// The longest, in seconds.
    pub longest: f64,
    /// Number of samples on which a call met a limit, of all times.
    pub timed_out_samples: u64,
}

/// Span of time in which a run was at work, as timestamps.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// End of its first task.
    pub first: String,
    /// How long that took, in seconds.
    pub first_seconds: f64,
    /// End of its last task.
    pub last: String,
}

/// Failure of a task: it could not be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Timestamp.
    pub at: String,
    /// ID of the run.
    pub run_id: String,
    /// Name of the task, as its record has it.
    pub task: String,
    /// Message.
    pub message: String,
}

impl Course {
    /// Takes in the end of a task, which the logs in a folder have.
    pub(super) fn add(&mut self, end: &TaskEnd, logs: &Path) {
        let minute = minute_of(&mut self.minutes, &end.timestamp);
        if !end.success {
            minute.failed += 1;
            if !end.is_interrupted() {
                self.failures.push(Failure {
                    at: end.timestamp.clone(),
                    run_id: end.run_id.clone(),
                    task: end.task_id.clone(),
                    message: end.error_msg.clone().unwrap_or_default(),
                });
            }
            return;
        }
        minute.tasks += 1;
        let results = end.evaluated.zip(end.remembered);
        add(&mut minute.results, results.map(|(new, known)| new + known));
        add(&mut minute.new_to_store, end.new_to_store);
        add(&mut minute.timed_out_samples, end.timed_out_samples);
        minute.peak_memory_bytes = minute.peak_memory_bytes.max(end.peak_memory_bytes);
        let task = self.tasks.entry(end.task_id.clone()).or_default();
        task.runs += 1;
        task.seconds += end.execution_time;
        task.longest = task.longest.max(end.execution_time);
        task.timed_out_samples += end.timed_out_samples.unwrap_or(0);
        let at = &end.timestamp;
        let span = self.runs.entry(end.run_id.clone()).or_insert_with(|| {
            add(&mut minute.new_programs, end.round_programs);
            Span {
                first: at.clone(),
                first_seconds: end.execution_time,
                last: at.clone(),
            }
        });
        if *at > span.last {
            span.last.clone_from(at);
        }
        if let Some(data) = &end.data {
            self.take_data(&logs.join(data));
        }
    }

    fn take_data(&mut self, data: &Path) {
        if self.data.first().is_some_and(|first| first == data) {
            return;
        }
        self.data.retain(|own| own != data);
        self.data.insert(0, data.to_owned());
    }

    /// Takes in the threads that the system refused to its runs, which the records of
    /// inlining tell.
    ///
    /// # Errors
    /// [`ReadError`] where a file cannot be read.
    pub fn add_refused_threads(&mut self, logs: &Path) -> Result<(), ReadError> {
        for entry in entries::<InliningRecord>(logs)? {
            let Entry {
                line: Line::Record(record),
                is_repeated: false,
                ..
            } = entry?
            else {
                continue;
            };
            // The records of other stores may be between them.
            if record.thread_error > 0 && self.runs.contains_key(&record.run_id) {
                let minute = minute_of(&mut self.minutes, &record.timestamp);
                minute.refused_threads += record.thread_error;
            }
        }
        Ok(())
    }
}

/// The minute that a timestamp is in.
fn minute_of<'a>(minutes: &'a mut BTreeMap<String, Minute>, timestamp: &str) -> &'a mut Minute {
    let name = timestamp.get(..MINUTE).unwrap_or(timestamp);
    minutes.entry(name.to_owned()).or_default()
}

fn add(sum: &mut Option<u64>, count: Option<u64>) {
    if let Some(count) = count {
        *sum = Some(sum.unwrap_or(0).saturating_add(count));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::record::Record;
    use super::*;

    fn end(run: &str, at: &str, rest: &str) -> TaskEnd {
        let line = format!(
            "{{\"timestamp\": \"{at}\", \"run_id\": \"{run}\", \"task_id\": \"0520fde7\", {rest}}}"
        );
        serde_json::from_str(&line).unwrap()
    }

    #[test]
    fn what_a_record_says_is_summed_by_minute_task_and_run() {
        let mut course = Course::default();
        let logs = Path::new("store/logs");
        let earlier = r#""success": true, "execution_time": 2.0, "round_programs": 31"#;
        let now = r#""success": true, "execution_time": 4.0, "evaluated": 5, "remembered": 2, "new_to_store": 3, "round_programs": 31, "timed_out_samples": 1, "peak_memory_bytes": 900, "data": "../../tasks""#;
        let failed = r#""success": false, "error_type": "task_error", "error_msg": "no""#;
        let dropped = r#""success": false, "error_type": "interrupted", "error_msg": "stop""#;
        course.add(&end("a", "2026-11-26T10:00:01.5", earlier), logs);
        course.add(&end("a", "2026-11-26T10:00:59.5", now), logs);
        course.add(&end("b", "2026-11-26T10:01:00.5", failed), logs);
        course.add(&end("b", "2026-11-26T10:01:00.6", dropped), logs);
        // Not a timestamp.
        course.add(&end("b", "é then", earlier), logs);
        let minutes: Vec<(&str, u64, u64)> = course
            .minutes
            .iter()
            .map(|(name, own)| (name.as_str(), own.tasks, own.failed))
            .collect();
        let expected = [
            ("2026-11-26T10:00", 2, 0),
            ("2026-11-26T10:01", 0, 2),
            ("é then", 1, 0),
        ];
        assert_eq!(minutes, expected);
        let first = course.minutes["2026-11-26T10:00"];
        assert_eq!((first.results, first.new_to_store), (Some(7), Some(3)));
        assert_eq!(first.new_programs, Some(31), "once a round");
        assert_eq!(first.peak_memory_bytes, Some(900));
        let task = course.tasks["0520fde7"];
        assert_eq!((task.runs, task.seconds, task.longest), (3, 8.0, 4.0));
        assert_eq!(course.runs["a"].first_seconds, 2.0);
        assert_eq!(course.runs["a"].last, "2026-11-26T10:00:59.5");
        assert_eq!(course.failures.len(), 1);
        assert_eq!(course.data, [Path::new("store/logs/../../tasks")]);
    }

    #[test]
    fn refused_threads_are_those_of_its_own_runs() {
        let logs = tempfile::tempdir().unwrap();
        let line = |run: &str, refused: u64| {
            format!(
                "{{\"timestamp\": \"2026-11-26T10:00:30\", \"run_id\": \"{run}\", \"task_id\": \"0520fde7\", \"total_attempts\": 0, \"success_count\": 0, \"timeout_count\": 0, \"other_errors\": 0, \"thread_error\": {refused}}}\n"
            )
        };
        let lines = line("own", 2) + &line("own", 0) + &line("other", 7) + &line("own", 1);
        fs::write(logs.path().join(InliningRecord::FILE), lines).unwrap();
        let mut course = Course::default();
        let own = end("own", "2026-11-26T10:00:01", r#""success": true"#);
        course.add(&own, logs.path());
        course.add_refused_threads(logs.path()).unwrap();
        assert_eq!(course.minutes["2026-11-26T10:00"].refused_threads, 3);
        assert_eq!(course.minutes.len(), 1);
    }
}
