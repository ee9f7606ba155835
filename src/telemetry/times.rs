//! How long tasks take, out of the records of earlier runs: what a deal to shards is
//! balanced by.
//!
//! A file of times is records as the timing records are, a task a line, with its name
//! and its mean time: so a file of timing records will do as well. Every shard is given
//! the same file, for a deal follows from it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::place::{LogPlace, Owner};
use super::python_json;
use super::reading::{Entry, Line, ReadError, entries};
use super::record::{TimingRecord, is_interruption};
use crate::tasks::TaskTimes;
use crate::text_file::{TextFileError, read_text};
use arc_programs::task::TaskName;

/// Time that a task took: of a timing record all that a deal needs.
#[derive(Debug, Serialize, Deserialize)]
struct TaskTime {
    task_id: String,
    /// Seconds.
    execution_time: f64,
    #[serde(default, skip_serializing)]
    error_type: Option<String>,
}

/// Error for a file of times that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TimesError {
    /// Its text could not be had.
    #[error(transparent)]
    Text(#[from] TextFileError),
    /// A line is no record.
    #[error(
        "{}: line {line}: found no whole JSON record, expected a timing record; `run_batt stats --times FILE` writes them",
        path.display()
    )]
    Broken {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
    },
    /// It has no time of any task.
    #[error(
        "{}: found no time of a task, expected timing records; `run_batt stats --times FILE` writes them",
        path.display()
    )]
    None {
        /// The file.
        path: PathBuf,
    },
}

/// Means of times, by task.
#[derive(Default)]
struct Means(BTreeMap<TaskName, (Duration, u32)>);

impl Means {
    /// Takes in a time; one that is none, and of what cannot be a task, is passed over.
    fn add(&mut self, task: &str, seconds: f64) {
        let (Ok(task), Ok(time)) = (task.parse(), Duration::try_from_secs_f64(seconds)) else {
            return;
        };
        let (sum, count) = self.0.entry(task).or_default();
        *sum = sum.saturating_add(time);
        *count = count.saturating_add(1);
    }

    fn times(self) -> TaskTimes {
        let means = self.0.into_iter();
        means
            .map(|(task, (sum, count))| (task, sum / count.max(1)))
            .collect()
    }
}

/// Reads how long tasks take from a file of timing records, the mean of several of a
/// task. What is JSON and tells no time is passed over.
///
/// # Errors
/// [`TimesError`] for a file that cannot be read, a line that is no JSON, and where no
/// time is told at all.
pub fn read_times(path: &Path) -> Result<TaskTimes, TimesError> {
    let text = read_text(path)?;
    let mut means = Means::default();
    for (place, line) in text.lines().enumerate() {
        match serde_json::from_str::<TaskTime>(line) {
            Ok(time) if is_interruption(time.error_type.as_deref()) => {}
            Ok(time) => means.add(&time.task_id, time.execution_time),
            Err(error) if error.is_data() => {}
            Err(_) => {
                return Err(TimesError::Broken {
                    path: path.to_owned(),
                    line: place + 1,
                });
            }
        }
    }
    let times = means.times();
    match times.is_empty() {
        true => Err(TimesError::None {
            path: path.to_owned(),
        }),
        false => Ok(times),
    }
}

/// How long the tasks of the store under `out` took, in its logs.
///
/// # Errors
/// [`ReadError`] where these cannot be read.
pub fn times_of(out: &Path, place: &LogPlace) -> Result<TaskTimes, ReadError> {
    let logs = place.folder(out);
    let owner = Owner::of(out, &logs);
    let mut means = Means::default();
    for entry in entries::<TimingRecord>(&logs)? {
        if let Entry {
            line: Line::Record(TimingRecord::End(end)),
            is_repeated: false,
            ..
        } = entry?
            && owner.has(end.store.as_deref())
            && !end.is_interrupted()
        {
            means.add(&end.task_id, end.execution_time);
        }
    }
    Ok(means.times())
}

/// A file of times.
pub fn times_text(times: &TaskTimes) -> String {
    let line = |(task, time): (&TaskName, &Duration)| {
        python_json::line(&TaskTime {
            task_id: task.to_string(),
            execution_time: time.as_secs_f64(),
            error_type: None,
        })
    };
    times.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TaskTimes, TimesError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("times.jsonl");
        std::fs::write(&path, text).unwrap();
        read_times(&path)
    }

    #[test]
    fn times_are_written_as_they_are_read() {
        let times: TaskTimes = [("0520fde7", 1500), ("007bbfb7", 0)]
            .map(|(task, time)| (task.parse().unwrap(), Duration::from_millis(time)))
            .into();
        assert_eq!(read(&times_text(&times)).unwrap(), times);
        let promised = "{\"task_id\": \"007bbfb7\", \"execution_time\": 0.0}\n{\"task_id\": \"0520fde7\", \"execution_time\": 1.5}\n";
        assert_eq!(times_text(&times), promised);
    }

    #[test]
    fn timing_records_will_do() {
        let text = r#"{"timestamp": "then", "task_id": "0520fde7", "event": "task_start", "timeout_value": 10.0}
{"task_id": "0520fde7", "execution_time": 1.0, "success": true, "error_type": null}
{"task_id": "0520fde7", "execution_time": 3.0, "success": false, "error_type": "task_error"}
{"task_id": "0520fde7", "execution_time": 90.0, "success": false, "error_type": "interrupted"}
{"task_id": "007bbfb7", "execution_time": -1.0}
"#;
        let expected: TaskTimes = [("0520fde7".parse().unwrap(), Duration::from_secs(2))].into();
        assert_eq!(read(text).unwrap(), expected);
    }

    #[test]
    fn what_tells_no_times_is_refused_with_its_place() {
        let broken = read("{}\n{\"task_id\"").unwrap_err().to_string();
        assert!(
            broken.contains("times.jsonl: line 2: found no whole JSON"),
            "{broken}"
        );
        for text in ["", "{}\n", "[]\n"] {
            assert!(matches!(read(text), Err(TimesError::None { .. })), "{text}");
        }
    }
}
