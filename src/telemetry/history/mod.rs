//! What the logs of a store say of its past: its rounds, how its best scores rose,
//! and which tasks are finished.
//!
//! All that is asked of the past is read here, in one way: what is remembered of
//! files that have gone, then the files that are there, the oldest first, each
//! record once.

mod past;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::Path;

use serde::Serialize;

use super::best_scores::{BestScore, RoundRecord};
use super::course::Course;
use super::pace::{self, Pace};
use super::place::Owner;
use super::reading::{Entry, Line, ReadError, entries};
use super::record::{TaskEnd, TimingRecord};
use crate::event::FiledCounts;
use crate::fingerprint::Fingerprint;
use arc_programs::verdict::{FullScore, Verdict};
pub use past::Past;

/// How often reading begins again, where instances rotate the logs so quickly that
/// files go before they are read.
const ATTEMPTS: usize = 8;

/// Standing of a search when a round of it ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Round {
    /// ID of the run that it was; of the first, where they are several.
    pub run_id: String,
    /// Timestamp of the end of its first task.
    pub began: String,
    /// Number of rounds that it stands for: more than one of those long ago in which
    /// no score rose.
    pub rounds: u64,
    /// Number of tasks it ran.
    pub tasks: u64,
    /// Number of these that have a better solver than any round before it found.
    pub risen: u64,
    /// Number of tasks, of all rounds so far, that have a solver which is exact on
    /// all samples.
    pub solved: u64,
    /// Number of those that have one which is exact on all demo samples, where the
    /// outputs of some test samples are not known.
    pub demos_exact: u64,
    /// Sum of the scores of the best solvers of all tasks so far.
    pub total: u64,
    /// Its pace, where it is one of a search.
    pub pace: Option<Pace>,
}

/// Rise of a task's best score, or another verdict on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rise {
    /// Name of the task, as its record has it.
    pub task: String,
    /// Timestamp of the end of the task, in the run that found it; of the beginning of
    /// the round where an earlier version remembered no more.
    pub at: String,
    /// Place of its round among the rounds.
    pub round: usize,
    /// Best score before; 0 where there was none.
    pub before: u64,
    /// Best score now.
    pub now: u64,
    /// Verdict before.
    pub verdict_before: Verdict,
    /// Verdict now.
    pub verdict: Verdict,
}

/// History of a store.
#[derive(Debug, Default)]
pub struct History {
    /// Its rounds, the first first.
    pub rounds: Vec<Round>,
    /// Rises of its best scores, in the order in which they are recorded.
    pub rises: Vec<Rise>,
    /// Course of the search, of the records that are still there.
    pub course: Course,
    /// Tasks that are recorded as finished, by what they were run with, and how many
    /// programs were filed.
    pub finished: HashMap<Fingerprint, FiledCounts>,
    /// Number of records that are of a later version, or of another program. They
    /// are left alone.
    pub other_records: u64,
    /// Number of records that are of other stores.
    pub records_of_others: u64,
    places: HashMap<String, usize>,
    best: HashMap<String, BestScore>,
    solved: u64,
    demos_exact: u64,
    total: u64,
}

impl History {
    /// History in the logs under a folder, those that were rotated included; nothing
    /// where there are none. Records of other owners are passed over, and so are those
    /// of tasks that were not run, and of versions that knew no best score.
    ///
    /// # Errors
    /// [`ReadError`] where a file cannot be read.
    pub fn read(logs: &Path, owner: &Owner) -> Result<Self, ReadError> {
        Self::of(&[(logs, owner)])
    }

    /// History in several folders, the oldest first.
    fn of(logs: &[(&Path, &Owner)]) -> Result<Self, ReadError> {
        let mut history = Self::default();
        for _ in 0..ATTEMPTS {
            history = Self::default();
            let mut has_missed = false;
            for (logs, owner) in logs {
                has_missed |= history.take_in(logs, owner)?;
            }
            if !has_missed {
                break;
            }
        }
        Ok(history)
    }

    /// Reads a folder once; whether a file went before it was read.
    fn take_in(&mut self, logs: &Path, owner: &Owner) -> Result<bool, ReadError> {
        // Opened first: what goes from now on is remembered later.
        let mut timing = entries(logs)?;
        let remembered = timing.remembered();
        for entry in entries::<RoundRecord>(logs)? {
            match entry?.line {
                Line::Record(record) if record.through > remembered => return Ok(true),
                Line::Record(record) if owner.has(record.store.as_deref()) => {
                    self.remember(record);
                }
                Line::Record(_) => self.records_of_others += 1,
                Line::Other => self.other_records += 1,
                Line::Broken => {}
            }
        }
        for entry in &mut timing {
            match entry? {
                Entry {
                    line: Line::Record(TimingRecord::End(end)),
                    is_repeated: false,
                    ..
                } => match owner.has(end.store.as_deref()) {
                    true => self.add(&end, logs),
                    false => self.records_of_others += 1,
                },
                Entry {
                    line: Line::Other,
                    is_repeated: false,
                    ..
                } => self.other_records += 1,
                _ => {}
            }
        }
        Ok(timing.has_missed())
    }

    /// Notice that all records are of other stores, if they are: of logs that were
    /// moved without their store.
    pub fn notice_of_other_stores(&self) -> Option<String> {
        (self.is_empty() && self.records_of_others > 0).then(|| {
            format!(
                "{} records in the logs name other stores, none this one: where a store is they say from their own folder, and hold when both are moved together",
                self.records_of_others
            )
        })
    }

    /// Notice of the records that are left alone, if there are any.
    pub fn notice_of_others(&self) -> Option<String> {
        notice_of_others(self.other_records)
    }

    /// Whether it says nothing.
    fn is_empty(&self) -> bool {
        self.rounds.is_empty() && self.finished.is_empty()
    }

    /// The best score of each task.
    pub fn best_scores(&self) -> impl Iterator<Item = (&str, u64)> {
        let best = self.best.iter();
        best.map(|(task, best)| (task.as_str(), best.best_score))
    }

    /// Full score of a task as its records say, and where they do not as the data do.
    ///
    /// Earlier versions counted the samples whose outputs are not known too, and did
    /// not say how many these are. The data say it, where they have as many samples.
    pub fn full_score(
        &self,
        task: &str,
        data: impl FnOnce() -> Option<FullScore>,
    ) -> Option<FullScore> {
        let recorded = self.best.get(task).filter(|own| own.full_score > 0);
        let Some(recorded) = recorded else {
            return data();
        };
        let full = recorded.full();
        if recorded.unknown_outputs.is_some() || recorded.verdict() == Verdict::Solved {
            return Some(full);
        }
        let has_as_many = |data: &FullScore| data.when_all_are_known() == full.score;
        Some(data().filter(has_as_many).unwrap_or(full))
    }

    pub(super) fn remember(&mut self, record: RoundRecord) {
        let place = self.place(&record.run_id, &record.began);
        let mut risen = 0;
        let mut scores: Vec<_> = record.risen.into_iter().collect();
        scores.sort_by(|(_, one), (_, other)| one.at.cmp(&other.at));
        for (task, score) in scores {
            let at = score.at.as_deref().unwrap_or(&record.began);
            risen += u64::from(self.raise(&task, score.best, at, place));
        }
        let round = &mut self.rounds[place];
        round.rounds = record.rounds;
        round.tasks += record.tasks;
        round.pace = round.pace.or(record.pace);
        self.stand(place, risen);
    }

    pub(super) fn add(&mut self, end: &TaskEnd, logs: &Path) {
        self.course.add(end, logs);
        if end.success
            && let Some(fingerprint) = &end.fingerprint
            && let Ok(fingerprint) = fingerprint.parse()
        {
            // What was filed before is not filed again.
            let filed: &mut FiledCounts = self.finished.entry(fingerprint).or_default();
            filed.solvers = filed.solvers.max(end.filed_solvers.unwrap_or(0));
            filed.differs = filed.differs.max(end.filed_differs.unwrap_or(0));
        }
        let Some(best) = end.best() else { return };
        // Instances that share the logs have their records between each other.
        let place = self.place(&end.run_id, &end.timestamp);
        let has_risen = self.raise(&end.task_id, best, &end.timestamp, place);
        let round = &mut self.rounds[place];
        round.tasks += 1;
        pace::take_in(&mut round.pace, end);
        self.stand(place, u64::from(has_risen));
    }

    /// The round of a run, which may be new.
    fn place(&mut self, run_id: &str, began: &str) -> usize {
        if let Some(place) = self.places.get(run_id) {
            return *place;
        }
        let place = self.rounds.len();
        self.places.insert(run_id.to_owned(), place);
        self.rounds.push(Round {
            run_id: run_id.to_owned(),
            began: began.to_owned(),
            rounds: 1,
            tasks: 0,
            risen: 0,
            solved: 0,
            demos_exact: 0,
            total: 0,
            pace: None,
        });
        place
    }

    /// Takes in the best score of a task; whether it is better than before.
    fn raise(&mut self, task: &str, best: BestScore, at: &str, round: usize) -> bool {
        let known = match self.best.get_mut(task) {
            Some(known) => known,
            None => self.best.entry(task.to_owned()).or_default(),
        };
        let (before, verdict_before) = (known.best_score, known.verdict());
        known.take_in(best);
        // Without a rise it may be another: of other samples, or more of them known.
        let verdict = known.verdict();
        for (counted, count) in [
            (Verdict::Solved, &mut self.solved),
            (Verdict::DemosExact, &mut self.demos_exact),
        ] {
            *count += u64::from(verdict == counted);
            *count -= u64::from(verdict_before == counted);
        }
        let now = known.best_score;
        self.total += now - before;
        if now > before || verdict != verdict_before {
            self.rises.push(Rise {
                task: task.to_owned(),
                at: at.to_owned(),
                round,
                before,
                now,
                verdict_before,
                verdict,
            });
        }
        now > before
    }

    fn stand(&mut self, place: usize, risen: u64) {
        let round = &mut self.rounds[place];
        round.risen += risen;
        round.solved = self.solved;
        round.demos_exact = self.demos_exact;
        round.total = self.total;
    }
}

/// Notice of so many records that are left alone, if there are any.
pub(crate) fn notice_of_others(records: u64) -> Option<String> {
    (records > 0).then(|| {
        format!(
            "{records} records in the logs are of a later version or of another program, and left alone"
        )
    })
}
