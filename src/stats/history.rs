//! The rounds of a search, as the logs know them, those that were rotated
//! included.

use std::collections::HashMap;
use std::path::Path;

use serde::Serialize;

use crate::telemetry::{ReadError, TaskEnd, TimingRecord, records};

/// Standing of a search when a round of it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Round {
    /// ID of the run that it was.
    pub run_id: String,
    /// Timestamp of the end of its first task.
    pub began: String,
    /// Number of tasks it ran.
    pub tasks: u64,
    /// Number of these that have a better solver than any round before it found.
    pub risen: u64,
    /// Number of tasks, of all rounds so far, that have a solver which is exact on
    /// all samples.
    pub solved: u64,
    /// Sum of the scores of the best solvers of all tasks so far.
    pub total: u64,
}

/// The rounds in the logs, the first first; none where there are no logs.
/// Lines that are no records of tasks run are passed over, and so are those of
/// versions that knew no best score.
pub fn rounds(logs: &Path) -> Result<Vec<Round>, ReadError> {
    let mut history = History::default();
    for record in records(logs)? {
        if let TimingRecord::End(end) = record?
            && !end.is_interrupted()
            && let (Some(best), Some(full)) = (end.best_score, end.full_score)
        {
            history.add(end, best, full);
        }
    }
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
    fn add(&mut self, end: TaskEnd, best: u64, full: u64) {
        let known = self.best.get(&end.task_id).copied();
        let before = known.unwrap_or(0);
        let has_risen = best > before;
        if has_risen {
            let is_full = full > 0 && best >= full;
            let was_full = before >= full;
            self.solved += u64::from(is_full && !was_full);
            self.total += best - before;
            self.best.insert(end.task_id, best);
        }
        // Instances that share the logs have their records between each other.
        let next = self.rounds.len();
        let place = *self.places.entry(end.run_id.clone()).or_insert(next);
        if place == next {
            self.rounds.push(Round {
                run_id: end.run_id,
                began: end.timestamp,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_go_on_when_logs_are_rotated() {
        let logs = tempfile::tempdir().unwrap();
        let record = |run: &str, success: bool, rest: &str| {
            format!(
                "{{\"timestamp\": \"{run}\", \"run_id\": \"{run}\", \"task_id\": \"0520fde7\", \"success\": {success}, {rest}}}\n"
            )
        };
        let scores = |best: u64| format!("\"best_score\": {best}, \"full_score\": 4000");
        for (suffix, lines) in [
            ("", record("third", true, &scores(4000))),
            (".1", record("second", true, &scores(3000))),
            ("-20251231", record("first", true, &scores(2000))),
            (
                ".2",
                // Dropped, and of a version that knew no scores.
                record(
                    "dropped",
                    false,
                    "\"error_type\": \"interrupted\", \"best_score\": 9, \"full_score\": 9",
                ) + &record("old", true, "\"execution_time\": 1.0"),
            ),
        ] {
            let name = format!("run_batt_timing_stats.jsonl{suffix}");
            std::fs::write(logs.path().join(name), lines).unwrap();
        }
        let rounds = rounds(logs.path()).unwrap();
        let told: Vec<(&str, u64, u64)> = rounds
            .iter()
            .map(|round| (round.run_id.as_str(), round.total, round.solved))
            .collect();
        let expected = [("first", 2000, 0), ("second", 3000, 0), ("third", 4000, 1)];
        assert_eq!(told, expected);
        // None is risen that an earlier round had as well.
        assert!(rounds.iter().all(|round| round.risen == 1));
    }
}
