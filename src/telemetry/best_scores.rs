//! What is remembered of timing records that have gone: how the best scores of the
//! tasks rose, round by round.
//!
//! `run_batt_best_scores.jsonl` has a record a round, with the best scores that rose
//! in it. Scores rise seldom: of the rounds in which none did, those long ago share
//! a record, so the file stays small however long a search goes on. It is written
//! anew, whole, before the file of timing records goes that is remembered in it; a
//! record says up to which file it remembers, so that none counts twice where an
//! instance died between the two. Lines of a later version stay as they are.
//!
//! It never rotates away, so each rise says when it was: a round may be a run of hours,
//! and the story of a search is told by the moments in which its scores rose.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::pace::{self, Pace};
use super::python_json;
use super::reading::{Line, ReadError, entries, parse};
use super::record::{Record, TaskEnd, TimingRecord, Version};
use super::rotation::Memory;
use crate::atomic_file;
use arc_programs::verdict::{FullScore, Verdict};

/// How many rounds, the last, have a record of their own: one that goes on in
/// files that are still there must be known again.
const ROUNDS_APART: usize = 1000;

/// What a round, or several in which no score rose, came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RoundRecord {
    version: Version,
    /// The first, where they are several.
    pub(crate) run_id: String,
    /// The end of its first task.
    pub(crate) began: String,
    /// How many they are.
    pub(crate) rounds: u64,
    /// How many tasks they ran.
    pub(crate) tasks: u64,
    /// The tasks whose best score rose, or whose full score is another than before.
    pub(crate) risen: BTreeMap<String, RisenScore>,
    /// The last file of timing records that is remembered in it.
    pub(super) through: u32,
    /// Where the store is, from the folder of the logs; `None` where the timing
    /// records did not say.
    pub(crate) store: Option<String>,
    /// How much they tried, of rounds of a search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pace: Option<Pace>,
}

/// A best score that rose, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RisenScore {
    #[serde(flatten)]
    pub(crate) best: BestScore,
    /// The end of the task; of a version that did not say it, the round's beginning is
    /// all there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<String>,
}

/// The score of the best solver of a task, and what it is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BestScore {
    pub(crate) best_score: u64,
    /// Of a solver that is exact on all samples whose outputs are known; 0 where the
    /// task was not read.
    pub(crate) full_score: u64,
    /// How many outputs are not known; of a version that did not say it, they count in
    /// the full score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unknown_outputs: Option<u64>,
}

impl BestScore {
    pub(super) fn full(&self) -> FullScore {
        FullScore {
            score: self.full_score,
            unknown_outputs: self.unknown_outputs.unwrap_or(0),
        }
    }

    pub(super) fn verdict(&self) -> Verdict {
        self.full().verdict(self.best_score)
    }

    /// Takes in what a later record says: the better score, and the full score unless
    /// it says none, or is of an earlier version and tells less of the same samples.
    /// Whether the full score is another.
    pub(super) fn take_in(&mut self, later: Self) -> bool {
        let before = self.full();
        let says_less =
            later.unknown_outputs.is_none() && later.full_score == before.when_all_are_known();
        if later.full_score > 0 && !says_less {
            self.full_score = later.full_score;
            self.unknown_outputs = later.unknown_outputs;
        }
        self.best_score = self.best_score.max(later.best_score);
        self.full() != before
    }
}

#[cfg(test)]
impl RoundRecord {
    /// A round of five tasks in which none rose, of the usual store.
    pub(super) fn of_test(run_id: &str, through: u32) -> Self {
        Self {
            version: Version,
            run_id: run_id.to_owned(),
            began: "2026-11-26T09:00:00.000000".to_owned(),
            rounds: 1,
            tasks: 5,
            risen: BTreeMap::new(),
            through,
            store: Some("..".to_owned()),
            pace: None,
        }
    }
}

impl Record for RoundRecord {
    const FILE: &'static str = "run_batt_best_scores.jsonl";

    fn from_line(line: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(line)
    }
}

impl TaskEnd {
    /// The best score of its task, where the task was run and its version knew one.
    pub(crate) fn best(&self) -> Option<BestScore> {
        if self.is_interrupted() {
            return None;
        }
        Some(BestScore {
            best_score: self.best_score?,
            full_score: self.full_score?,
            unknown_outputs: self.unknown_outputs,
        })
    }
}

/// The number of the last file of timing records that is remembered.
pub(super) fn remembered(logs: &Path) -> Result<u32, ReadError> {
    let mut last = 0;
    for entry in entries::<RoundRecord>(logs)? {
        if let Line::Record(record) = entry?.line {
            last = last.max(record.through);
        }
    }
    Ok(last)
}

/// The rounds under a folder of logs, as the memory of its timing records.
pub(super) struct BestScores {
    pub(super) logs: PathBuf,
}

impl Memory for BestScores {
    fn remembered(&self) -> io::Result<u32> {
        Ok(remembered(&self.logs)?)
    }

    fn remember(&self, file: &Path, serial: u32) -> io::Result<()> {
        let path = self.logs.join(RoundRecord::FILE);
        let mut rounds = Rounds::read(&path)?;
        let mut reader = BufReader::new(File::open(file)?);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            if let Line::Record(TimingRecord::End(end)) = parse(&line)
                && let Some(best) = end.best()
            {
                rounds.add(end, best, serial);
            }
            line.clear();
        }
        rounds.join(ROUNDS_APART);
        let mut written = atomic_file::begin_alone(&path, atomic_file::usual_permissions())?;
        written.write_all(&rounds.text())?;
        written.persist(&path)?;
        Ok(())
    }
}

/// The rounds of several stores, and what else is in their file.
#[derive(Default)]
struct Rounds {
    records: Vec<RoundRecord>,
    places: HashMap<(Option<String>, String), usize>,
    best: HashMap<(Option<String>, String), BestScore>,
    others: Vec<u8>,
}

impl Rounds {
    fn read(path: &Path) -> io::Result<Self> {
        let text = match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            other => other?,
        };
        let mut rounds = Self::default();
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            match parse::<RoundRecord>(line) {
                Line::Record(record) => rounds.push(record),
                Line::Other => rounds.others.extend(line),
                Line::Broken => {}
            }
        }
        Ok(rounds)
    }

    fn push(&mut self, record: RoundRecord) {
        let of_store = |name: &String| (record.store.clone(), name.clone());
        for (task, risen) in &record.risen {
            self.best
                .entry(of_store(task))
                .or_default()
                .take_in(risen.best);
        }
        let place = self.records.len();
        self.places.insert(of_store(&record.run_id), place);
        self.records.push(record);
    }

    fn add(&mut self, end: TaskEnd, best: BestScore, through: u32) {
        let key = (end.store.clone(), end.run_id.clone());
        let place = match self.places.get(&key) {
            Some(place) => *place,
            None => {
                self.push(RoundRecord {
                    version: Version,
                    run_id: key.1,
                    began: end.timestamp.clone(),
                    rounds: 1,
                    tasks: 0,
                    risen: BTreeMap::new(),
                    through,
                    store: key.0.clone(),
                    pace: None,
                });
                self.records.len() - 1
            }
        };
        let record = &mut self.records[place];
        record.tasks += 1;
        record.through = through;
        pace::take_in(&mut record.pace, &end);
        let known = self.best.entry((key.0, end.task_id.clone())).or_default();
        let before = known.best_score;
        let is_of_other_samples = known.take_in(best) && before > 0;
        if known.best_score > before || is_of_other_samples {
            let risen = RisenScore {
                best: *known,
                at: Some(end.timestamp),
            };
            record.risen.insert(end.task_id, risen);
        }
    }

    /// Gives those in which nothing rose one record, where they follow each other
    /// and are not among so many last ones.
    fn join(&mut self, apart: usize) {
        let end = self.records.len().saturating_sub(apart);
        let mut joined: Vec<RoundRecord> = Vec::new();
        for record in self.records.drain(..end) {
            match joined.last_mut() {
                Some(last)
                    if last.risen.is_empty()
                        && record.risen.is_empty()
                        && last.store == record.store =>
                {
                    last.rounds += record.rounds;
                    last.tasks += record.tasks;
                    last.through = last.through.max(record.through);
                    pace::add(&mut last.pace, record.pace);
                }
                _ => joined.push(record),
            }
        }
        self.records.splice(0..0, joined);
        self.places.clear();
    }

    fn text(&self) -> Vec<u8> {
        let mut text = self.others.clone();
        for record in &self.records {
            text.extend(python_json::line(record).into_bytes());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(run: &str, task: &str, best: u64) -> String {
        let mut end = TaskEnd::interrupted(run, run, task);
        end.success = true;
        let line = python_json::line(&end).replace("\"interrupted\"", "null");
        let scores = format!(", \"best_score\": {best}, \"full_score\": 4000, \"store\": \"..\"}}");
        line.replace('}', &scores)
    }

    #[test]
    fn the_bytes_of_a_record_are_a_promise() {
        let logs = tempfile::tempdir().unwrap();
        let file = logs.path().join("file");
        let lines = [
            ("a", "0520fde7", 9),
            ("a", "007bbfb7", 0),
            ("b", "0520fde7", 9),
        ];
        let lines: String = lines.map(|(run, task, best)| end(run, task, best)).concat();
        fs::write(&file, lines).unwrap();
        let scores = BestScores {
            logs: logs.path().to_owned(),
        };
        assert_eq!(scores.remembered().unwrap(), 0);
        scores.remember(&file, 7).unwrap();
        let path = logs.path().join(RoundRecord::FILE);
        let expected = concat!(
            r#"{"version": 1, "run_id": "a", "began": "a", "rounds": 1, "tasks": 2, "risen": {"0520fde7": {"best_score": 9, "full_score": 4000, "at": "a"}}, "through": 7, "store": ".."}"#,
            "\n",
            r#"{"version": 1, "run_id": "b", "began": "b", "rounds": 1, "tasks": 1, "risen": {}, "through": 7, "store": ".."}"#,
            "\n",
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), expected);
        assert_eq!(scores.remembered().unwrap(), 7);

        // As an earlier version wrote it, without the time of a rise.
        let earlier = expected.replace(", \"at\": \"a\"", "");
        fs::write(&path, &earlier).unwrap();
        fs::write(&file, "").unwrap();
        scores.remember(&file, 7).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), earlier);

        // A round goes on in the next file; what is a later version's stays.
        let later = "{\"version\": 2, \"run_id\": 7}\n";
        fs::write(&path, format!("{later}broken\n{expected}")).unwrap();
        fs::write(&file, end("b", "0520fde7", 10) + &end("c", "0520fde7", 10)).unwrap();
        scores.remember(&file, 8).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert_eq!(lines[0], later.trim_end());
        assert_eq!(lines[1], expected.lines().next().unwrap());
        assert!(lines[2].contains(r#""tasks": 2, "risen": {"0520fde7": {"best_score": 10"#));
        assert!(lines[3].contains(r#""run_id": "c""#), "{text}");
        assert_eq!(scores.remembered().unwrap(), 8);
    }

    #[test]
    fn a_full_score_that_is_another_is_remembered_without_a_rise() {
        let logs = tempfile::tempdir().unwrap();
        let file = logs.path().join("file");
        let scores = BestScores {
            logs: logs.path().to_owned(),
        };
        // As an earlier version counted it, then without the output that is not known,
        // then by the earlier version again.
        let earlier = |run: &str| end(run, "0520fde7", 3000);
        let known = earlier("b").replace("4000", "3000, \"unknown_outputs\": 1");
        let lines = [earlier("a"), known, earlier("c")];
        for (line, through) in lines.iter().zip(1..) {
            fs::write(&file, line).unwrap();
            scores.remember(&file, through).unwrap();
        }
        let text = fs::read_to_string(logs.path().join(RoundRecord::FILE)).unwrap();
        let risen = |line: &str| {
            let record = RoundRecord::from_line(line.as_bytes()).unwrap();
            let best = record.risen.get("0520fde7").map(|risen| risen.best);
            best.map(|best| (best.full(), best.verdict()))
        };
        let risen: Vec<_> = text.lines().map(risen).collect();
        let full = |score, unknown_outputs| FullScore {
            score,
            unknown_outputs,
        };
        assert_eq!(
            risen,
            [
                Some((full(4000, 0), Verdict::Open)),
                Some((full(3000, 1), Verdict::DemosExact)),
                None
            ]
        );
    }

    #[test]
    fn the_pace_of_a_round_is_remembered_and_added_up() {
        let of = |run: &str, task: &str, seconds: f64| {
            let pace = format!(
                ", \"round_programs\": 30, \"round_seconds\": {seconds}, \"evaluated\": 5, \"remembered\": 7}}"
            );
            end(run, task, 9).replace('}', &pace)
        };
        let mut rounds = Rounds::default();
        for (run, task, seconds) in [
            ("a", "0520fde7", 1.5),
            ("b", "0520fde7", 2.0),
            ("b", "007bbfb7", 2.5),
            ("c", "0520fde7", 0.5),
        ] {
            let line = of(run, task, seconds);
            let Line::Record(TimingRecord::End(end)) = parse(line.as_bytes()) else {
                panic!("{line}");
            };
            let best = BestScore::default();
            rounds.add(end, best, 1);
        }
        let text = |rounds: &Rounds| String::from_utf8(rounds.text()).unwrap();
        let second = r#""store": "..", "pace": {"new_programs": 30, "seconds": 2.5, "evaluated": 10, "remembered": 14}}"#;
        let told = text(&rounds);
        assert!(told.lines().nth(1).unwrap().ends_with(second), "{told}");
        rounds.join(0);
        let all =
            r#""pace": {"new_programs": 90, "seconds": 4.5, "evaluated": 20, "remembered": 28}}"#;
        let told = text(&rounds);
        assert!(
            told.trim_end().ends_with(all) && told.lines().count() == 1,
            "{told}"
        );
    }

    #[test]
    fn rounds_without_a_rise_long_ago_share_a_record() {
        let mut rounds = Rounds::default();
        for (number, best) in [9, 9, 9, 10, 10, 10, 10].into_iter().enumerate() {
            let line = end(&format!("run {number}"), "0520fde7", best);
            let Line::Record(TimingRecord::End(end)) = parse(line.as_bytes()) else {
                panic!("{line}");
            };
            let best = end.best().unwrap();
            rounds.add(end, best, 1);
        }
        rounds.join(1);
        let told = rounds.records.iter().map(|own| (own.rounds, own.tasks));
        assert!(told.eq([(1, 1), (2, 2), (1, 1), (2, 2), (1, 1)]));
    }
}
