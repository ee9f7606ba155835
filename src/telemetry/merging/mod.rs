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
//! anew; what is new is appended then, as an instance would. They are sorted in a bounded
//! memory (module `sorting`), for a thousand logs are more than one.
//!
//! The logs of each store are those under it, or where they are said to be. A record that
//! names another store is left where it is. A record says where its store is from its
//! logs; where that is another way here, it is said anew in what is taken. What has gone
//! from the logs here for their bound is not brought back, where it is remembered.

mod lines;
mod rounds;
mod sorting;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use itertools::Itertools;

use super::ReportError;
use super::append::AppendFile;
use super::place::{LogPlace, Owner};
use super::reading::{Line, ReadError};
use super::record::{InliningRecord, Record, TimingRecord};
use super::rotation::LogBound;
use crate::lock::{Lock, Locks};
use crate::store::folder;
use lines::{
    LogLine, Placed, Stamp, Stamped, append, lock_log, own_files, read_log, read_log_locked,
    renamed_store, stamped, write,
};
use rounds::{OwnEnds, Rounds};
use sorting::{Distinct, Sorting, Source};

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

/// Folder of logs, and the stores in it that are taken in.
struct Logs {
    folder: PathBuf,
    owners: Vec<Owner>,
    /// Whether it is the one that they are taken into.
    is_own: bool,
    /// The runs in it that are of yet other stores.
    runs_of_others: HashSet<String>,
}

/// Takes the records of the stores under other folders into those of the store under
/// `out`, whose logs are at a place, in files within a bound. Those of the others are under them; those of any may
/// be in `elsewhere` too.
///
/// # Errors
/// [`TakeInError`] where a file cannot be read or written.
pub fn take_in(
    out: &Path,
    (place, bound): (&LogPlace, LogBound),
    others: &[PathBuf],
    elsewhere: &[PathBuf],
) -> Result<RecordsTakenIn, TakeInError> {
    let logs = place.folder(out);
    let at_logs = |reason| ReportError {
        path: logs.clone(),
        reason,
    };
    folder::make_path(&logs).map_err(at_logs)?;
    // Tells others that somebody writes here.
    let _alive = Lock::shared(&logs).map_err(at_logs)?;
    let mut taken = RecordsTakenIn::default();
    let timing = logs.join(TimingRecord::FILE);
    AppendFile::open(timing.clone())?;
    let into = Into {
        owner: Owner::of(out, &logs),
        store: place.store_from(out),
        bound,
        rewrites: Locks::at(&timing).hold(),
        logs,
    };
    if !into.rewrites {
        taken.notices.push(format!(
            "{}: there are no locks that hold, so what is new was appended and not sorted in",
            into.logs.display()
        ));
    }
    let found = taken.find(&into.logs, others, elsewhere)?;
    taken.timing(&into, &found)?;
    taken.file::<InliningRecord>(&into, &found, |_| true)?;
    taken.file::<LogLine>(&into, &found, |_| true)?;
    Ok(taken)
}

/// Logs that others are taken into.
struct Into {
    logs: PathBuf,
    owner: Owner,
    /// The store, as its records name it.
    store: String,
    bound: LogBound,
    /// Whether its files are written anew.
    rewrites: bool,
}

impl Logs {
    fn has(&self, store: Option<&str>) -> bool {
        self.owners.iter().any(|owner| owner.has(store))
    }
}

impl RecordsTakenIn {
    /// The folders that have logs of other stores, each once.
    fn find(
        &mut self,
        own: &Path,
        others: &[PathBuf],
        elsewhere: &[PathBuf],
    ) -> Result<Vec<Logs>, TakeInError> {
        let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let own = canonical(own);
        let mut found: IndexMap<PathBuf, Logs> = IndexMap::new();
        let mut add = |folder: &Path, other: &Path| {
            let place = canonical(folder);
            let is_own = place == own;
            let logs = found.entry(place).or_insert_with(|| Logs {
                folder: folder.to_owned(),
                owners: Vec::new(),
                is_own,
                runs_of_others: HashSet::new(),
            });
            logs.owners.push(Owner::of(other, folder));
        };
        for other in others {
            let folder = LogPlace::OfStore.folder(other);
            match folder.is_dir() {
                true => add(&folder, other),
                false if elsewhere.is_empty() => {
                    let notice = format!(
                        "{}: found no logs, so no records were taken",
                        folder.display()
                    );
                    self.notices.push(notice);
                }
                false => {}
            }
        }
        for folder in elsewhere {
            for other in others {
                add(folder, other);
            }
        }
        let mut found: Vec<Logs> = found.into_values().collect();
        for logs in &mut found {
            self.find_runs_of_others(logs)?;
        }
        Ok(found)
    }

    /// Finds the runs that yet other stores are named in, and never one that is taken in.
    fn find_runs_of_others(&mut self, logs: &mut Logs) -> Result<(), TakeInError> {
        let (mut own, mut others) = (HashSet::new(), HashSet::new());
        read_log::<TimingRecord>(&logs.folder, |_, _, line, text| {
            if let Line::Record(TimingRecord::End(_)) = line {
                let Stamp { run_id, store, .. } = TimingRecord::stamp(text);
                match logs.has(store.as_deref()) {
                    true => own.insert(run_id),
                    false => {
                        self.of_others += 1;
                        others.insert(run_id)
                    }
                };
            }
        })?;
        logs.runs_of_others = &others - &own;
        Ok(())
    }

    /// Takes in the timing records, and what is remembered of those that have gone.
    fn timing(&mut self, into: &Into, others: &[Logs]) -> Result<(), TakeInError> {
        let logs = &into.logs;
        // Whoever rotates the records writes what is remembered under this lock.
        let lock = lock_log(&logs.join(TimingRecord::FILE))?;
        let mut oldest: Option<Stamped> = None;
        let mut ends = OwnEnds::default();
        read_log_locked::<TimingRecord>(logs, |_, _, line, text| {
            let stamped = stamped::<TimingRecord>(text);
            ends.add(&line, &stamped);
            if oldest.as_ref().is_none_or(|oldest| stamped < *oldest) {
                oldest = Some(stamped);
            }
        })?;
        let mut rounds = Rounds::read(logs)?;
        let gone: HashSet<String> = rounds.of_owner(&into.owner).collect();
        for other in others {
            rounds.take_in(other, into, &ends)?;
        }
        if rounds.is_changed {
            rounds.write(logs)?;
        }
        drop(lock);
        let is_gone = |line: &Stamped| {
            gone.contains(&line.run_id) && oldest.as_ref().is_some_and(|oldest| line < oldest)
        };
        self.file::<TimingRecord>(into, others, |line| !is_gone(line))
    }

    /// Takes in the lines of a file.
    fn file<R: Placed>(
        &mut self,
        into: &Into,
        others: &[Logs],
        is_taken: impl Fn(&Stamped) -> bool,
    ) -> Result<(), TakeInError> {
        let logs = &into.logs;
        let path = logs.join(R::FILE);
        let at_path = |reason| ReportError {
            path: path.clone(),
            reason,
        };
        let mut sorting = Sorting::<R>::beside(&path);
        for other in others {
            let mut added = Ok(());
            read_log::<R>(&other.folder, |path, number, line, text| {
                if let Line::Broken = line {
                    self.left_out.push((path.to_owned(), number, R::PROBLEM));
                    return;
                }
                let stamp = R::stamp(text);
                let store = stamp.store.as_deref();
                // Of yet other stores.
                if !other.has(store) || other.runs_of_others.contains(&stamp.run_id) {
                    return;
                }
                let line = match store.is_some_and(|store| store != into.store) {
                    true => stamped::<R>(&renamed_store(text, &into.store)),
                    false => stamped::<R>(text),
                };
                if is_taken(&line) && added.is_ok() {
                    added = sorting.add(line, Source::Offered);
                }
            })?;
            added.map_err(at_path)?;
        }
        let lock = lock_log(&path)?;
        let own_files = own_files(logs, R::FILE).map_err(ReadError::at(logs))?;
        let mut broken = Vec::new();
        let (mut added, mut is_in_order) = (Ok(()), true);
        let mut last: Option<Stamped> = None;
        read_log_locked::<R>(logs, |path, number, line, text| {
            let line = match line {
                Line::Broken => return broken.push((path.to_owned(), number, R::PROBLEM)),
                _ => stamped::<R>(text),
            };
            // Files that others have rotated are left to them.
            let source = match own_files.contains(path) {
                true => Source::Own,
                false => Source::RotatedByOthers,
            };
            if source == Source::Own {
                is_in_order &= last.as_ref().is_none_or(|last| *last < line);
                last = Some(line.clone());
            }
            if added.is_ok() {
                added = sorting.add(line, source);
            }
        })?;
        added.map_err(at_path)?;
        let mut sorted = sorting.sorted();
        let mut new = 0;
        for line in sorted.distinct().map_err(at_path)? {
            new += u64::from(line.map_err(at_path)?.is_new());
        }
        self.lines += new;
        let all = sorted.distinct().map_err(at_path)?;
        if !into.rewrites {
            drop(lock);
            let new = all.filter_ok(|line| line.is_new()).map_ok(|own| own.line);
            return Ok(append(&path, new)?);
        }
        if is_in_order && new == 0 {
            return Ok(());
        }
        // As `doctor --fix` would have it.
        self.left_out.extend(broken);
        let stays = |line: &Distinct| line.is_new() || line.is_in(Source::Own);
        let all = all.filter_ok(stays).map_ok(|own| own.line);
        Ok(write(logs, R::FILE, into.bound, all).map_err(at_path)?)
    }
}
