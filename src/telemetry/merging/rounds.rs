//! What is remembered of records that have gone, united.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{self, Write};
use std::path::Path;

use xxhash_rust::xxh3::xxh3_128;

use super::super::ReportError;
use super::super::best_scores::{self, RoundRecord};
use super::super::place::Owner;
use super::super::python_json;
use super::super::reading::{Line, ReadError};
use super::super::record::{Record, TimingRecord};
use super::lines::{Stamped, read_log, read_log_locked, stamped};
use super::{Into, Logs};
use crate::atomic_file;

/// What is remembered of records that have gone, by store and run, and lines of other
/// versions.
pub(super) struct Rounds {
    records: BTreeMap<(String, Option<String>, String), RoundRecord>,
    others: BTreeSet<Vec<u8>>,
    through: u32,
    pub(super) is_changed: bool,
}

/// Ends of tasks that the logs here have, with a best score: of each run its lines, as
/// digests.
#[derive(Default)]
pub(super) struct OwnEnds(HashMap<String, HashSet<u128>>);

impl OwnEnds {
    pub(super) fn add(&mut self, line: &Line<TimingRecord>, stamped: &Stamped) {
        if let Line::Record(TimingRecord::End(end)) = line
            && end.best().is_some()
        {
            let run = self.0.entry(stamped.run_id.clone()).or_default();
            run.insert(xxh3_128(&stamped.text));
        }
    }

    fn of_run(&self, run_id: &str) -> Option<&HashSet<u128>> {
        self.0.get(run_id)
    }
}

impl Rounds {
    pub(super) fn read(logs: &Path) -> Result<Self, ReadError> {
        let mut rounds = Self {
            records: BTreeMap::new(),
            others: BTreeSet::new(),
            through: best_scores::remembered(logs)?,
            is_changed: false,
        };
        read_log::<RoundRecord>(logs, |_, _, line, text| match line {
            Line::Record(record) => drop(rounds.records.insert(key(&record), record)),
            Line::Other => drop(rounds.others.insert(text.to_vec())),
            Line::Broken => {}
        })?;
        Ok(rounds)
    }

    /// The runs of which something is remembered.
    pub(super) fn of_owner(&self, owner: &Owner) -> impl Iterator<Item = String> {
        let own = self
            .records
            .values()
            .filter(|own| owner.has(own.store.as_deref()));
        own.map(|own| own.run_id.clone())
    }

    /// Takes in what is remembered in other logs of the stores that are taken in.
    pub(super) fn take_in(
        &mut self,
        other: &Logs,
        into: &Into,
        own: &OwnEnds,
    ) -> Result<(), ReadError> {
        let (mut offered, mut others) = (Vec::new(), Vec::new());
        read_log::<RoundRecord>(&other.folder, |_, _, line, text| match line {
            Line::Record(record) if other.has(record.store.as_deref()) => offered.push(record),
            Line::Other => others.push(text.to_vec()),
            Line::Record(_) | Line::Broken => {}
        })?;
        for line in others {
            self.is_changed |= self.others.insert(line);
        }
        // Most have never gone so far.
        if offered.is_empty() {
            return Ok(());
        }
        // Tasks whose records are here, and have gone there.
        let mut known: HashMap<&str, HashSet<u128>> = HashMap::new();
        for record in &offered {
            let run_id = record.run_id.as_str();
            known.insert(run_id, own.of_run(run_id).cloned().unwrap_or_default());
        }
        let mut is_there = |text: &[u8]| {
            let line = stamped::<TimingRecord>(text);
            if let Some(known) = known.get_mut(line.run_id.as_str()) {
                known.remove(&xxh3_128(text));
            }
        };
        match other.is_own {
            // Locked already.
            true => read_log_locked::<TimingRecord>(&into.logs, |_, _, _, text| is_there(text))?,
            false => read_log::<TimingRecord>(&other.folder, |_, _, _, text| is_there(text))?,
        }
        let known: HashMap<String, u64> = known
            .into_iter()
            .map(|(run_id, ends)| (run_id.to_owned(), ends.len() as u64))
            .collect();
        for mut record in offered {
            record.through = self.through;
            record.store = record.store.map(|_| into.store.clone());
            let known = known.get(&record.run_id).copied().unwrap_or(0);
            record.tasks = record.tasks.saturating_sub(known);
            let key = key(&record);
            let says_more = |there: &RoundRecord| there.tasks >= record.tasks;
            if record.tasks > 0 && !self.records.get(&key).is_some_and(says_more) {
                self.records.insert(key, record);
                self.is_changed = true;
            }
        }
        Ok(())
    }

    pub(super) fn write(&self, logs: &Path) -> Result<(), ReportError> {
        let path = logs.join(RoundRecord::FILE);
        let mut text: Vec<u8> = self.others.iter().flatten().copied().collect();
        for record in self.records.values() {
            text.extend(python_json::line(record).into_bytes());
        }
        let write = || -> io::Result<()> {
            let mut file = atomic_file::begin_alone(&path, atomic_file::usual_permissions())?;
            file.write_all(&text)?;
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(|reason| ReportError {
            path: path.clone(),
            reason,
        })
    }
}

/// In the order of time.
fn key(record: &RoundRecord) -> (String, Option<String>, String) {
    (
        record.began.clone(),
        record.store.clone(),
        record.run_id.clone(),
    )
}
