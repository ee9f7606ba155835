//! The rounds of a search, as the logs know them.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::telemetry::{INTERRUPTED, Line, ReadError, TIMING_FILE, read};

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

/// The members of a task's last record that matter here. Records that begin a
/// task, and those of the reference, have no best score.
#[derive(Deserialize)]
struct TaskEnd {
    timestamp: String,
    run_id: String,
    task_id: String,
    best_score: u64,
    full_score: u64,
    #[serde(default)]
    error_type: Option<String>,
}

/// The rounds in the logs, the first first; none where there are no logs.
/// Lines that are no records of tasks run are passed over.
pub fn rounds(logs: &Path) -> Result<Vec<Round>, ReadError> {
    let mut history = History::default();
    read(&logs.join(TIMING_FILE), |_, line: Line<TaskEnd>| {
        if let Line::Record(record) = line
            && record.error_type.as_deref() != Some(INTERRUPTED)
        {
            history.add(record);
        }
    })?;
    Ok(history.rounds)
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
