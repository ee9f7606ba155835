//! The pace of a search: what came of each minute, of each task, and when each run was at
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

/// Pace of a search.
#[derive(Debug, Default)]
pub struct Pace {
    /// What came of each minute, by the beginning of its timestamps.
    pub minutes: BTreeMap<String, Minute>,
    /// How long each task took, by its name as the records have it.
    pub tasks: HashMap<String, TaskTimes>,
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
    /// Number of programs that were new to the store; earlier versions did not say.
    pub new_programs: Option<u64>,
    /// Number of samples on which a call met a limit; earlier versions did not say.
    pub timed_out_samples: Option<u64>,
    /// The most memory that a process has had, in bytes; earlier versions did not say.
    pub peak_memory_bytes: Option<u64>,
    /// Number of threads that the system refused.
    pub refused_threads: u64,
}

/// Times of a task in the runs of the records.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TaskTimes {
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// End of its first task.
    pub first: String,
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

impl Pace {
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
        add(&mut minute.new_programs, end.new_programs);
        add(&mut minute.timed_out_samples, end.timed_out_samples);
        minute.peak_memory_bytes = minute.peak_memory_bytes.max(end.peak_memory_bytes);
        if let Some(data) = &end.data {
            self.take_data(&logs.join(data));
        }
        let task = self.tasks.entry(end.task_id.clone()).or_default();
        task.runs += 1;
        task.seconds += end.execution_time;
        task.longest = task.longest.max(end.execution_time);
        task.timed_out_samples += end.timed_out_samples.unwrap_or(0);
        let at = &end.timestamp;
        let span = self.runs.entry(end.run_id.clone()).or_insert_with(|| Span {
            first: at.clone(),
            last: at.clone(),
        });
        if *at > span.last {
            span.last.clone_from(at);
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
