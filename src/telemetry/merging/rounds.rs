//! What is remembered of records that have gone, united.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{self, Write};
use std::path::Path;

use super::super::ReportError;
use super::super::best_scores::{self, RoundRecord};
use super::super::place::Owner;
use super::super::python_json;
use super::super::reading::{Line, ReadError, parse};
use super::super::record::{Record, TimingRecord};
use super::lines::{Stamped, read_log, stamped};
use crate::atomic_file;

/// What is remembered of records that have gone, by store and run, and lines of other
/// versions.
pub(super) struct Rounds {
    records: BTreeMap<(String, Option<String>, String), RoundRecord>,
    others: BTreeSet<Vec<u8>>,
    through: u32,
    pub(super) is_changed: bool,
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

    /// Takes in what is remembered in other logs, where there are `own` lines here.
    pub(super) fn take_in(&mut self, logs: &Path, own: &HashSet<Stamped>) -> Result<(), ReadError> {
        let out = logs.parent().unwrap_or(logs);
        let owner = Owner::of(out, logs);
        let mut lines = HashSet::new();
        read_log::<TimingRecord>(logs, |_, _, _, text| {
            lines.insert(stamped::<TimingRecord>(text));
        })?;
        // Tasks whose records are here, and have gone there.
        let mut known: HashMap<&str, u64> = HashMap::new();
        for line in own.iter().filter(|line| !lines.contains(line)) {
            if let Line::Record(TimingRecord::End(end)) = parse(&line.text)
                && end.best().is_some()
            {
                *known.entry(&line.run_id).or_default() += 1;
            }
        }
        read_log::<RoundRecord>(logs, |_, _, line, text| match line {
            Line::Record(mut record) if owner.has(record.store.as_deref()) => {
                record.through = self.through;
                let known = known.get(record.run_id.as_str()).copied().unwrap_or(0);
                record.tasks = record.tasks.saturating_sub(known);
                let key = key(&record);
                let says_more = |there: &RoundRecord| there.tasks >= record.tasks;
                if record.tasks > 0 && !self.records.get(&key).is_some_and(says_more) {
                    self.records.insert(key, record);
                    self.is_changed = true;
                }
            }
            Line::Other => self.is_changed |= self.others.insert(text.to_vec()),
            Line::Record(_) | Line::Broken => {}
        })
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
