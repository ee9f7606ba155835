//! The rounds of a search, as the logs know them.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::telemetry::TIMING_FILE;

/// What was known when a round ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Round {
    /// The run that it was.
    pub run_id: String,
    /// When its first task ended.
    pub began: String,
    /// How many tasks it ran.
    pub tasks: u64,
    /// How many of these have a better solver than any round before it found.
    pub risen: u64,
    /// How many tasks, of all rounds so far, have a solver that is exact on all
    /// samples.
    pub solved: u64,
    /// What the best solvers of all tasks so far score together.
    pub total: u64,
}

/// The logs cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be read: {reason}; check --logs and its permissions", path.display())]
pub struct HistoryError {
    path: PathBuf,
    reason: io::Error,
}

/// The members of a task's last record that matter here. Records that begin a
/// task, and those of the reference, have no best score.
#[derive(Deserialize)]
struct TaskEnd {
    timestamp: String,
    run_id: String,
    task_id: String,
    best_score: u64,
    full_score: u64,
}

/// The rounds in the logs, the first first; none where there are no logs.
/// Lines that are no records of tasks run are passed over.
pub fn rounds(logs: &Path) -> Result<Vec<Round>, HistoryError> {
    let path = logs.join(TIMING_FILE);
    let error = |reason| HistoryError {
        path: path.clone(),
        reason,
    };
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(reason) => return Err(error(reason)),
    };
    let mut history = History::default();
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(error)? == 0 {
            return Ok(history.rounds);
        }
        if let Ok(record) = serde_json::from_slice::<TaskEnd>(&line) {
            history.add(record);
        }
    }
}

#[derive(Default)]
struct History {
    rounds: Vec<Round>,
    places: HashMap<String, usize>,
    best: HashMap<String, u64>,
    solved: u64,
    total: u64,
}

impl History {
    fn add(&mut self, record: TaskEnd) {
        let known = self.best.get(&record.task_id).copied();
        let before = known.unwrap_or(0);
        let has_risen = record.best_score > before;
        if has_risen {
            let is_full = record.full_score > 0 && record.best_score >= record.full_score;
            let was_full = before >= record.full_score;
            self.solved += u64::from(is_full && !was_full);
            self.total += record.best_score - before;
            self.best.insert(record.task_id, record.best_score);
        }
        // Instances that share the logs have their records between each other.
        let next = self.rounds.len();
        let place = *self.places.entry(record.run_id.clone()).or_insert(next);
        if place == next {
            self.rounds.push(Round {
                run_id: record.run_id,
                began: record.timestamp,
                tasks: 0,
                risen: 0,
                solved: 0,
                total: 0,
            });
        }
        let round = &mut self.rounds[place];
        round.tasks += 1;
        round.risen += u64::from(has_risen);
        round.solved = self.solved;
        round.total = self.total;
    }
}
