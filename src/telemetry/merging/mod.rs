//! Taking the records of other stores in.
//!
//! Records are a set of lines, each of which has the time to the microsecond and the ID
//! of its run: so what several logs come to is the union of their lines, in the order of
//! time, run and text, whichever is taken into which, and however often. What is
//! remembered of records that have gone is united by run (module `best_scores`). Lines
//! that are no records are left out, and told with their places.
//!
//! The lines are written anew, whole, under the lock that appending takes, and beside
//! what is there: a kill leaves some of them twice, and taken in once more each is there
//! once. Where there are no locks that hold, somebody might append to what is written
//! anew; what is new is appended then, as an instance would.
//!
//! The logs of each store are those under it. A record that names another store is left
//! where it is. What has gone from the logs here for their bound is not brought back,
//! where it is remembered.

mod lines;
mod rounds;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use super::ReportError;
use super::append::AppendFile;
use super::place::{LogPlace, Owner};
use super::reading::{Line, ReadError};
use super::record::{InliningRecord, Record, TimingRecord};
use crate::lock::{Lock, Locks};
use crate::refusal::make_folder;
use lines::{
    LogLine, Placed, Stamp, Stamped, append, lock_log, own_files, read_log, read_log_locked,
    stamped, write,
};
use rounds::Rounds;

/// What was taken in of the logs of other stores.
#[derive(Debug, Default)]
pub struct RecordsTakenIn {
    /// Number of lines that are new: records, and lines of the log.
    pub lines: u64,
    /// Number of records that are of yet other stores, and were not taken.
    pub of_others: u64,
    /// What was left out: the file, the number of the line, and what is wrong with it.
    pub left_out: Vec<(PathBuf, u64, &'static str)>,
    /// Notices that one might want to know, a sentence each.
    pub notices: Vec<String>,
}

/// Error for records that cannot be taken in.
#[derive(Debug, thiserror::Error)]
pub enum TakeInError {
    /// They cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// They cannot be written.
    #[error(transparent)]
    Write(#[from] ReportError),
}

/// Logs of other stores, as far as they are taken in.
struct Others {
    /// Their folders, with the runs of each that are of yet other stores.
    logs: Vec<(PathBuf, HashSet<String>)>,
}

/// Takes the records of the stores under other folders into those of the store under
/// `out`.
///
/// # Errors
/// [`TakeInError`] where a file cannot be read or written.
pub fn take_in(out: &Path, others: &[PathBuf]) -> Result<RecordsTakenIn, TakeInError> {
    let logs = LogPlace::OfStore.folder(out);
    let at_logs = |reason| ReportError {
        path: logs.clone(),
        reason,
    };
    make_folder(&logs).map_err(at_logs)?;
    // Tells others that somebody writes here.
    let _alive = Lock::shared(&logs).map_err(at_logs)?;
    let mut taken = RecordsTakenIn::default();
    let timing = logs.join(TimingRecord::FILE);
    AppendFile::open(timing.clone())?;
    let rewrites = Locks::at(&timing).hold();
    if !rewrites {
        taken.notices.push(format!(
            "{}: there are no locks that hold, so what is new was appended and not sorted in",
            logs.display()
        ));
    }
    let mut found = Others { logs: Vec::new() };
    for other in others {
        let folder = LogPlace::OfStore.folder(other);
        match folder.is_dir() {
            true => {
                let runs = taken.runs_of_others(other, &folder)?;
                found.logs.push((folder, runs));
            }
            false => {
                let notice = format!(
                    "{}: found no logs, so no records were taken",
                    folder.display()
                );
                taken.notices.push(notice);
            }
        }
    }
    let owner = Owner::of(out, &logs);
    taken.timing(&logs, &owner, &found, rewrites)?;
    taken.file::<InliningRecord>(&logs, &found, rewrites, |_, _| true)?;
    taken.file::<LogLine>(&logs, &found, rewrites, |_, _| true)?;
    Ok(taken)
}

impl RecordsTakenIn {
    /// The runs in a folder of logs that other stores are named in, and never its own.
    fn runs_of_others(&mut self, out: &Path, logs: &Path) -> Result<HashSet<String>, TakeInError> {
        let owner = Owner::of(out, logs);
        let (mut own, mut others) = (HashSet::new(), HashSet::new());
        read_log::<TimingRecord>(logs, |_, _, line, text| {
            if let Line::Record(TimingRecord::End(_)) = line {
                let Stamp { run_id, store, .. } = TimingRecord::stamp(text);
                match owner.has(store.as_deref()) {
                    true => own.insert(run_id),
                    false => {
                        self.of_others += 1;
                        others.insert(run_id)
                    }
                };
            }
        })?;
        Ok(&others - &own)
    }

    /// Takes in the timing records, and what is remembered of those that have gone.
    fn timing(
        &mut self,
        logs: &Path,
        owner: &Owner,
        others: &Others,
        rewrites: bool,
    ) -> Result<(), TakeInError> {
        // Whoever rotates the records writes what is remembered under this lock.
        let lock = lock_log(&logs.join(TimingRecord::FILE))?;
        let mut own = Vec::new();
        read_log_locked::<TimingRecord>(logs, |_, _, _, text| {
            own.push(stamped::<TimingRecord>(text))
        })?;
        let own: HashSet<Stamped> = own.into_iter().collect();
        let oldest = own.iter().min();
        let mut rounds = Rounds::read(logs)?;
        let gone: HashSet<String> = rounds.of_owner(owner).collect();
        for (folder, _) in &others.logs {
            rounds.take_in(folder, &own)?;
        }
        if rounds.is_changed {
            rounds.write(logs)?;
        }
        drop(lock);
        let is_gone = |line: &Stamped| {
            gone.contains(&line.run_id) && oldest.is_some_and(|oldest| line < oldest)
        };
        self.file::<TimingRecord>(logs, others, rewrites, |line, store| {
            // Of yet other stores.
            store.is_none_or(|store| owner.has(Some(store))) && !is_gone(line)
        })
    }

    /// Takes in the lines of a file.
    fn file<R: Placed>(
        &mut self,
        logs: &Path,
        others: &Others,
        rewrites: bool,
        is_taken: impl Fn(&Stamped, Option<&str>) -> bool,
    ) -> Result<(), TakeInError> {
        let mut offered = BTreeSet::new();
        for (folder, runs_of_others) in &others.logs {
            read_log::<R>(folder, |path, number, line, text| {
                if let Line::Broken = line {
                    self.left_out.push((path.to_owned(), number, R::PROBLEM));
                    return;
                }
                let Stamp {
                    timestamp,
                    run_id,
                    store,
                } = R::stamp(text);
                let text = text.to_vec();
                let line = Stamped {
                    timestamp,
                    run_id,
                    text,
                };
                if !runs_of_others.contains(&line.run_id) && is_taken(&line, store.as_deref()) {
                    offered.insert(line);
                }
            })?;
        }
        let path = logs.join(R::FILE);
        let lock = lock_log(&path)?;
        let own_files = own_files(logs, R::FILE).map_err(ReadError::at(logs))?;
        let (mut there, mut elsewhere, mut broken) = (Vec::new(), HashSet::new(), Vec::new());
        read_log_locked::<R>(logs, |path, number, line, text| match line {
            Line::Broken => broken.push((path.to_owned(), number, R::PROBLEM)),
            // Files that others have rotated are left to them.
            _ if own_files.contains(path) => there.push(stamped::<R>(text)),
            _ => drop(elsewhere.insert(stamped::<R>(text))),
        })?;
        let known: HashSet<&Stamped> = there.iter().collect();
        let new: BTreeSet<Stamped> = offered
            .into_iter()
            .filter(|line| !known.contains(line) && !elsewhere.contains(line))
            .collect();
        self.lines += new.len() as u64;
        if !rewrites {
            drop(lock);
            return Ok(append::<R>(&path, &new)?);
        }
        let number = there.len();
        let is_in_order = there.is_sorted_by(|one, other| one < other);
        let all: BTreeSet<Stamped> = there.into_iter().chain(new).collect();
        if is_in_order && all.len() == number {
            return Ok(());
        }
        // As `doctor --fix` would have it.
        self.left_out.extend(broken);
        let at_path = |reason| ReportError {
            path: path.clone(),
            reason,
        };
        Ok(write(logs, R::FILE, &all).map_err(at_path)?)
    }
}
