//! The logs: every line is a record, counts add up, and every task that was
//! begun was ended.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use super::{Doctor, DoctorError, Finding, FindingKind};
use crate::claims;
use crate::clock::Clock;
use crate::telemetry::{
    Entry, InliningRecord, Line, RoundRecord, TaskEnd, TimingRecord, append_interrupted, entries,
    finish_rotation, growing, is_broken, is_half_done, nobody_writes, notice_of_others,
    timing_file, unfinished, without_lines,
};

/// What says which task of which run a record is of; the reference's records
/// have no run.
type TaskOfRun = (String, String);

/// What the records of both files say together.
#[derive(Default)]
struct Records {
    /// Tasks that were begun, and whose end has not been met yet.
    unfinished: BTreeSet<TaskOfRun>,
    /// Tasks whose end was met first: in another file than their beginning.
    ended: HashSet<TaskOfRun>,
    /// How many tasks of a run ended, and how many have an inlining record.
    by_run: BTreeMap<String, (u64, u64)>,
    /// When the oldest records were written, where there were older ones in one of the
    /// files: what is before has no counterpart in the other.
    since: String,
    /// Lines that should not be there, by file.
    lines: BTreeMap<PathBuf, Vec<(u64, FindingKind)>>,
}

impl Records {
    fn line(&mut self, path: &Path, number: u64, kind: FindingKind) {
        let lines = self.lines.entry(path.to_owned()).or_default();
        lines.push((number, kind));
    }
}

impl Doctor {
    pub(super) fn logs(&mut self, logs: &Path, clock: &dyn Clock) -> Result<(), DoctorError> {
        if !logs.is_dir() {
            return Ok(());
        }
        let alone = nobody_writes(logs).map_err(|reason| DoctorError::Path {
            path: logs.to_owned(),
            reason,
        })?;
        // First, for what is repaired in a copy is no longer what was copied.
        self.rotations(logs)?;
        let mut records = Records {
            since: since(logs)?,
            ..Records::default()
        };
        self.timing(logs, &mut records)?;
        self.inlining(logs, &mut records)?;
        self.best_scores(logs, &mut records)?;
        if alone.is_none() {
            // A task in hand may have its first record already.
            for lines in records.lines.values_mut() {
                lines.retain(|(_, kind)| *kind == FindingKind::BrokenLine);
            }
        }
        self.lines(&records, alone.is_some())?;
        let others = notice_of_others(self.diagnosis.other_records);
        self.diagnosis.notes.extend(others);
        // While instances write, tasks are in hand and counts are on their way.
        if alone.is_none() {
            let note = format!(
                "instances write to {}: unfinished tasks are theirs, or of a run that died; look again when they have ended",
                logs.display()
            );
            self.diagnosis.notes.push(note);
            return Ok(());
        }
        let at_logs = |reason| DoctorError::Path {
            path: logs.to_owned(),
            reason,
        };
        for path in unfinished(logs) {
            let problem = "found a file that an instance had not finished when it died";
            let remove = || std::fs::remove_file(&path);
            self.find(
                &path,
                FindingKind::UnfinishedFile,
                problem.to_owned(),
                "removed",
                remove,
            )?;
        }
        drop(alone);
        self.unfinished(logs, &records, clock)?;
        for (run, (ended, inlined)) in &records.by_run {
            if ended != inlined {
                self.diagnosis.notes.push(format!(
                    "run {run}: {ended} tasks ended and {inlined} have an inlining record; were the logs rotated one by one?"
                ));
            }
        }
        let abandoned = claims::abandoned(logs).map_err(at_logs)?;
        for path in abandoned {
            let problem = "a claim of an instance that died".to_owned();
            let remove = || std::fs::remove_file(&path);
            self.find(
                &path,
                FindingKind::AbandonedClaim,
                problem,
                "removed",
                remove,
            )?;
        }
        Ok(())
    }

    /// Finds logs that an instance was about to cut when it died.
    fn rotations(&mut self, logs: &Path) -> Result<(), DoctorError> {
        for log in growing(logs) {
            let is_half_done = is_half_done(&log).map_err(|reason| DoctorError::Path {
                path: log.clone(),
                reason,
            })?;
            if is_half_done {
                let problem = "begins with all that was rotated last, for an instance died while it rotated it";
                let finish = || finish_rotation(&log);
                self.find(
                    &log,
                    FindingKind::UnfinishedRotation,
                    problem.to_owned(),
                    "what is there twice was removed",
                    finish,
                )?;
            }
        }
        Ok(())
    }

    /// Counts a line, and passes on the record that it is.
    fn count<R>(&mut self, entry: Entry<R>, records: &mut Records) -> Option<(PathBuf, u64, R)> {
        let Entry {
            path,
            number,
            is_repeated,
            line,
        } = entry;
        let counts = u64::from(!is_repeated);
        match line {
            Line::Broken => {
                records.line(&path, number, FindingKind::BrokenLine);
                None
            }
            Line::Other => {
                self.diagnosis.records += counts;
                self.diagnosis.other_records += counts;
                None
            }
            Line::Record(record) => {
                self.diagnosis.records += counts;
                (!is_repeated).then(|| (path.to_path_buf(), number, record))
            }
        }
    }

    fn best_scores(&mut self, logs: &Path, records: &mut Records) -> Result<(), DoctorError> {
        for entry in entries::<RoundRecord>(logs)? {
            self.count(entry?, records);
        }
        Ok(())
    }

    fn timing(&mut self, logs: &Path, records: &mut Records) -> Result<(), DoctorError> {
        for entry in entries(logs)? {
            let Some((_, _, record)) = self.count(entry?, records) else {
                continue;
            };
            match record {
                TimingRecord::Start(start) => {
                    let key = (start.run_id, start.task_id);
                    if !records.ended.remove(&key) {
                        records.unfinished.insert(key);
                    }
                }
                TimingRecord::End(end) => {
                    let has_counterpart = !end.is_interrupted() && end.timestamp > records.since;
                    let key = (end.run_id, end.task_id);
                    if has_counterpart {
                        records.by_run.entry(key.0.clone()).or_default().0 += 1;
                    }
                    if !records.unfinished.remove(&key) {
                        records.ended.insert(key);
                    }
                }
            }
        }
        Ok(())
    }

    fn inlining(&mut self, logs: &Path, records: &mut Records) -> Result<(), DoctorError> {
        for entry in entries::<InliningRecord>(logs)? {
            let Some((path, number, record)) = self.count(entry?, records) else {
                continue;
            };
            let (total, sum) = (record.total_attempts, record.attempts_by_outcome());
            if sum != total {
                self.diagnosis.notes.push(format!(
                    "{}: line {number}: total_attempts is {total}, expected {sum}, the sum of success_count, timeout_count and other_errors",
                    path.display()
                ));
            }
            let key = (record.run_id, record.task_id);
            if records.unfinished.contains(&key) {
                records.line(&path, number, FindingKind::RecordOfUnfinishedTask);
            } else if record.timestamp > records.since {
                records.by_run.entry(key.0).or_default().1 += 1;
            }
        }
        Ok(())
    }

    fn unfinished(
        &mut self,
        logs: &Path,
        records: &Records,
        clock: &dyn Clock,
    ) -> Result<(), DoctorError> {
        let path = timing_file(logs);
        for (run, task) in &records.unfinished {
            let problem = format!("task {task} of run {run} was begun and not ended");
            if self.treatment.repairs() {
                append_interrupted(logs, &TaskEnd::interrupted(&clock.timestamp(), run, task))?;
            }
            let repair = "recorded as interrupted";
            self.find(&path, FindingKind::UnfinishedTask, problem, repair, || {
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Writes down lines that should not be there, and removes them where that
    /// is wanted.
    fn lines(&mut self, records: &Records, is_alone: bool) -> Result<(), DoctorError> {
        let repaired = self.treatment.repairs();
        for (path, lines) in &records.lines {
            let numbers: HashSet<u64> = lines.iter().map(|(number, _)| *number).collect();
            if repaired && !numbers.is_empty() {
                // What is not broken goes only where nobody else writes.
                without_lines(path, &numbers, |line| is_alone || is_broken(line))?;
            }
            let finding = |&(line, kind): &(u64, FindingKind)| Finding {
                path: path.clone(),
                line: Some(line),
                kind,
                problem: match kind {
                    FindingKind::BrokenLine => "found no whole JSON record, expected one",
                    _ => "a record of a task that was not ended, and is run again",
                }
                .to_owned(),
                repair: "removed",
                repaired,
            };
            self.diagnosis.findings.extend(lines.iter().map(finding));
        }
        Ok(())
    }
}

/// When the oldest records were written that have a counterpart in the other file;
/// before all where nothing has gone.
fn since(logs: &Path) -> Result<String, DoctorError> {
    let mut since = String::new();
    let timing = entries::<TimingRecord>(logs)?;
    if timing.has_older_gone() {
        let oldest = timing.filter_map(|entry| match entry.ok()?.line {
            Line::Record(TimingRecord::Start(start)) => Some(start.timestamp),
            Line::Record(TimingRecord::End(end)) => Some(end.timestamp),
            Line::Other | Line::Broken => None,
        });
        since = since.max(oldest.take(1).collect());
    }
    let inlining = entries::<InliningRecord>(logs)?;
    if inlining.has_older_gone() {
        let oldest = inlining.filter_map(|entry| match entry.ok()?.line {
            Line::Record(record) => Some(record.timestamp),
            Line::Other | Line::Broken => None,
        });
        since = since.max(oldest.take(1).collect());
    }
    Ok(since)
}
