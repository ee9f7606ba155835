//! What the logs of a store say of its past: its rounds, how its best scores rose,
//! and which tasks are finished.
//!
//! All that is asked of the past is read here, in one way: what is remembered of
//! files that have gone, then the files that are there, the oldest first, each
//! record once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::best_scores::{BestScore, RoundRecord};
use super::course::Course;
use super::pace::{self, Pace};
use super::place::{LogPlace, Owner};
use super::reading::{Entry, Line, ReadError, entries};
use super::record::{TaskEnd, TimingRecord};
use crate::event::FiledCounts;
use crate::fingerprint::Fingerprint;
use arc_programs::verdict::{FullScore, Verdict};

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

/// History of a store, and where a part of it was found that is elsewhere than
/// its logs.
#[derive(Debug)]
pub struct Past {
    /// The history.
    pub history: History,
    /// Notice that other logs were read too, and why.
    pub notice: Option<String>,
    /// Folders of the logs that were read, the oldest first.
    pub folders: Vec<PathBuf>,
}

impl Past {
    /// Past of the store under `out`, whose logs have this place: what they say, and
    /// before it what an earlier version has put into the logs of the current folder.
    /// What there names no store is taken if `takes_unnamed` says so of it.
    ///
    /// # Errors
    /// [`ReadError`] where a file cannot be read.
    pub fn read(
        out: &Path,
        place: &LogPlace,
        takes_unnamed: impl FnOnce(&History) -> bool,
    ) -> Result<Self, ReadError> {
        let folder = place.folder(out);
        let own = (folder.as_path(), &Owner::of(out, &folder));
        let only_own = || {
            Ok(Self {
                history: History::of(&[own])?,
                notice: None,
                folders: vec![folder.clone()],
            })
        };
        let Some(earlier) = place.earlier_folder(out) else {
            return only_own();
        };
        let owner = Owner::of(out, &earlier);
        if History::read(&earlier, &owner)?.is_empty() {
            return only_own();
        }
        let unnamed = History::read(&earlier, &owner.clone().unnamed_alone())?;
        let owner = match unnamed.is_empty() || takes_unnamed(&unnamed) {
            true => owner,
            false => owner.named_alone(),
        };
        if History::read(&earlier, &owner)?.is_empty() {
            return only_own();
        }
        let is_missing = if folder.is_dir() {
            ""
        } else {
            ", which is missing"
        };
        Ok(Self {
            history: History::of(&[(&earlier, &owner), own])?,
            folders: vec![earlier.clone(), folder.clone()],
            notice: Some(format!(
                "{} is read too, for it has records of the store under {}, whose own logs are under {}{is_missing}",
                earlier.display(),
                out.display(),
                folder.display()
            )),
        })
    }
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

#[cfg(test)]
mod tests {
    use super::super::best_scores::BestScores;
    use super::super::record::Record;
    use super::super::rotation::Memory;
    use super::*;
    use crate::fingerprint::Ingredients;

    fn record(run: &str, success: bool, rest: &str) -> String {
        format!(
            "{{\"timestamp\": \"{run}\", \"run_id\": \"{run}\", \"task_id\": \"0520fde7\", \"success\": {success}, {rest}}}\n"
        )
    }

    fn scores(best: u64) -> String {
        format!("\"best_score\": {best}, \"full_score\": 4000")
    }

    fn read(logs: &Path) -> History {
        History::read(logs, &Owner::of(logs, logs)).unwrap()
    }

    fn full_score(history: &History) -> Option<u64> {
        history
            .full_score("0520fde7", || None)
            .map(|full| full.score)
    }

    fn told(history: &History) -> Vec<(&str, u64, u64)> {
        let told = history.rounds.iter();
        told.map(|round| (round.run_id.as_str(), round.total, round.solved))
            .collect()
    }

    fn write(logs: &Path, suffix: &str, lines: &str) -> std::path::PathBuf {
        let path = logs.join(format!("{}{suffix}", TimingRecord::FILE));
        std::fs::write(&path, lines).unwrap();
        path
    }

    #[test]
    fn rounds_go_on_when_logs_are_rotated() {
        let logs = tempfile::tempdir().unwrap();
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
            write(logs.path(), suffix, &lines);
        }
        let history = read(logs.path());
        let expected = [("first", 2000, 0), ("second", 3000, 0), ("third", 4000, 1)];
        assert_eq!(told(&history), expected);
        // None is risen that an earlier round had as well.
        assert!(history.rounds.iter().all(|round| round.risen == 1));
        assert_eq!(full_score(&history), Some(4000));
        assert!(told(&read(&logs.path().join("missing"))).is_empty());
    }

    #[test]
    fn what_has_gone_is_remembered_and_counts_once() {
        let logs = tempfile::tempdir().unwrap();
        let first = record("first", true, &scores(2000)) + &record("second", true, &scores(3000));
        let path = write(logs.path(), ".000001", &first);
        write(logs.path(), "", &record("second", true, &scores(4000)));
        let before = read(logs.path());
        let memory = BestScores {
            logs: logs.path().to_owned(),
        };
        memory.remember(&path, 1).unwrap();
        // An instance that died here has both.
        assert_eq!(read(logs.path()).rounds, before.rounds);
        std::fs::remove_file(path).unwrap();
        let after = read(logs.path());
        assert_eq!(after.rounds, before.rounds);
        assert_eq!(told(&after), [("first", 2000, 0), ("second", 4000, 1)]);
        assert_eq!(full_score(&after), Some(4000));
    }

    #[test]
    fn when_scores_rose_is_known_of_what_has_gone_too() {
        let logs = tempfile::tempdir().unwrap();
        let at = |minute: u32| format!("2026-11-26T10:{minute:02}:00");
        let line = |minute: u32, best: u64| {
            record("run", true, &scores(best)).replacen(
                "\"timestamp\": \"run\"",
                &format!("\"timestamp\": \"{}\"", at(minute)),
                1,
            )
        };
        let gone = write(
            logs.path(),
            ".000001",
            &(line(1, 900) + &line(2, 900) + &line(3, 4000)),
        );
        write(logs.path(), "", &line(4, 4000));
        let told = |history: &History| -> Vec<(String, u64, u64, Verdict)> {
            let rise = |own: &Rise| (own.at.clone(), own.before, own.now, own.verdict);
            history.rises.iter().map(rise).collect()
        };
        let whole = [
            (at(1), 0, 900, Verdict::Open),
            (at(3), 900, 4000, Verdict::Solved),
        ];
        assert_eq!(told(&read(logs.path())), whole);
        let scores = BestScores {
            logs: logs.path().to_owned(),
        };
        scores.remember(&gone, 1).unwrap();
        std::fs::remove_file(&gone).unwrap();
        // A round remembers of a task where it ended, and when.
        assert_eq!(
            told(&read(logs.path())),
            [(at(3), 0, 4000, Verdict::Solved)]
        );
    }

    #[test]
    fn verdicts_follow_what_was_known() {
        let logs = tempfile::tempdir().unwrap();
        let of = |run, best, full, unknown: &str| {
            let scores = format!("\"best_score\": {best}, \"full_score\": {full}{unknown}");
            record(run, true, &scores)
        };
        let lines = [
            // An earlier version's: of three samples the output is known.
            of("earlier", 3000, 4000, ""),
            of("hidden", 3000, 3000, ", \"unknown_outputs\": 1"),
            of("earlier again", 3000, 4000, ""),
            of("known", 3900, 4000, ", \"unknown_outputs\": 0"),
            of("solved", 4000, 4000, ", \"unknown_outputs\": 0"),
            // It could not be run, so nothing is known of it.
            of("failed", 4000, 0, ", \"unknown_outputs\": 0"),
        ];
        write(logs.path(), "", &lines.concat());
        let history = read(logs.path());
        let told = history.rounds.iter();
        let told: Vec<_> = told
            .map(|round| (round.run_id.as_str(), round.solved, round.demos_exact))
            .collect();
        let expected = [
            ("earlier", 0, 0),
            ("hidden", 0, 1),
            ("earlier again", 0, 1),
            ("known", 0, 0),
            ("solved", 1, 0),
            ("failed", 1, 0),
        ];
        assert_eq!(told, expected);
        assert_eq!(full_score(&history), Some(4000));
    }

    #[test]
    fn an_earlier_version_s_full_score_is_told_by_data_of_as_many_samples() {
        let logs = tempfile::tempdir().unwrap();
        let full = |score, unknown_outputs| FullScore {
            score,
            unknown_outputs,
        };
        let told = |record: &str, data: Option<FullScore>| {
            write(logs.path(), "", record);
            read(logs.path()).full_score("0520fde7", || data)
        };
        let earlier = record("run", true, &scores(3000));
        for (data, expected) in [
            (Some(full(3000, 1)), full(3000, 1)),
            (Some(full(4000, 0)), full(4000, 0)),
            (Some(full(3000, 2)), full(4000, 0)),
            (None, full(4000, 0)),
        ] {
            assert_eq!(told(&earlier, data), Some(expected), "{data:?}");
        }
        // What was solved had all outputs known, and what a record says counts.
        let solved = record("run", true, &scores(4000));
        let known = record("run", true, &(scores(3000) + ", \"unknown_outputs\": 0"));
        for record in [solved, known] {
            assert_eq!(told(&record, Some(full(3000, 1))), Some(full(4000, 0)));
        }
        assert_eq!(told("", Some(full(3000, 1))), Some(full(3000, 1)));
    }

    #[test]
    fn two_stores_do_not_mix_and_later_versions_are_counted() {
        let logs = tempfile::tempdir().unwrap();
        let of = |run: &str, store: &str| {
            record(run, true, &format!("{}, \"store\": \"{store}\"", scores(7)))
        };
        let later = of("later", "..").replacen('{', "{\"version\": 2, ", 1);
        let lines = of("own", "..") + &of("other", "../other") + &later + "{}\n";
        write(
            logs.path(),
            "",
            &(lines + &record("unnamed", true, &scores(8))),
        );
        let owner = Owner::of(logs.path().parent().unwrap(), logs.path());
        let history = History::read(logs.path(), &owner).unwrap();
        assert_eq!(told(&history), [("own", 7, 0), ("unnamed", 8, 0)]);
        assert_eq!(history.other_records, 2);
        let history = History::read(logs.path(), &owner.named_alone()).unwrap();
        assert_eq!(told(&history), [("own", 7, 0)]);
    }

    #[test]
    fn rotated_records_count_as_finished_with_the_most_that_was_filed() {
        let logs = tempfile::tempdir().unwrap();
        let of = |name: &str| {
            let mut ingredients = Ingredients::default();
            ingredients.text(name);
            ingredients.fingerprint()
        };
        let line = |name: &str, success: bool, rest: &str| {
            let fingerprint = format!("\"fingerprint\": \"{}\"{rest}", of(name));
            record(name, success, &fingerprint)
        };
        for (suffix, lines) in [
            (
                "",
                line("a", true, ", \"filed_solvers\": 0, \"filed_differs\": 1"),
            ),
            (
                ".1",
                line("a", true, ", \"filed_solvers\": 5, \"filed_differs\": 0"),
            ),
            (".000002", line("old", true, "")),
            ("-20261123", line("failed", false, "")),
        ] {
            write(logs.path(), suffix, &lines);
        }
        let finished = read(logs.path()).finished;
        let (solvers, differs) = (5, 1);
        assert_eq!(finished.len(), 2);
        assert_eq!(finished[&of("a")], FiledCounts { solvers, differs });
        assert_eq!(finished[&of("old")], FiledCounts::default());
    }
}
