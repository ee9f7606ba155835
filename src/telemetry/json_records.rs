//! Records as JSON, for those who make tables of them.

use std::marker::PhantomData;
use std::path::Path;

use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::reading::{Entry, Line, ReadError, entries};
use super::record::{InliningRecord, Record, TimingRecord};

/// Kind of records: which of the logs has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// One for each task that was run, with the counts of its programs.
    Tasks,
    /// One for the start of each task, one for its end.
    Timing,
}

/// The records of a log under a folder as JSON, with all members that their lines have,
/// the oldest first and each once; none where there is no log.
///
/// # Errors
/// [`ReadError`] where a file cannot be read.
pub fn json_records(logs: &Path, kind: RecordKind) -> Result<Vec<Json>, ReadError> {
    match kind {
        RecordKind::Tasks => all::<InliningRecord>(logs),
        RecordKind::Timing => all::<TimingRecord>(logs),
    }
}

fn all<R: Record>(logs: &Path) -> Result<Vec<Json>, ReadError> {
    let mut records = Vec::new();
    for entry in entries::<Whole<R>>(logs)? {
        if let Entry {
            line: Line::Record(record),
            is_repeated: false,
            ..
        } = entry?
        {
            records.push(record.json);
        }
    }
    Ok(records)
}

/// A line that is a record, and all that it says.
struct Whole<R> {
    json: Json,
    record: PhantomData<R>,
}

impl<R: Record> Serialize for Whole<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl<R: Record> Record for Whole<R> {
    const FILE: &'static str = R::FILE;

    fn from_line(line: &[u8]) -> serde_json::Result<Self> {
        R::from_line(line)?;
        Ok(Self {
            json: serde_json::from_slice(line)?,
            record: PhantomData,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_records_come_with_all_their_members() {
        let logs = tempfile::tempdir().unwrap();
        let start = r#"{"timestamp": "t", "run_id": "r", "task_id": "0520fde7", "event": "task_start", "timeout_value": 1.0, "more": [1]}"#;
        let text = format!("{start}\nno JSON\n{{\"other\": 1}}\n");
        std::fs::write(logs.path().join(TimingRecord::FILE), text).unwrap();
        let records = json_records(logs.path(), RecordKind::Timing).unwrap();
        assert_eq!(records, [serde_json::from_str::<Json>(start).unwrap()]);
        assert!(
            json_records(logs.path(), RecordKind::Tasks)
                .unwrap()
                .is_empty()
        );
    }
}
