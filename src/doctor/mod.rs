//! A store and its logs, examined and repaired.
//!
//! Everything that is there is read and held against what its name or its
//! neighbours say. What a `kill -9` leaves behind is no damage, and is found all
//! the same: files that are not in their place yet, tasks that were begun and
//! not ended, claims that nobody holds. No repair destroys what somebody might
//! want: a program that is not what its name says is kept under its own name,
//! a file that is no program is renamed.
//!
//! While the store is examined no instance adds to it; they wait.

#![allow(clippy::disallowed_methods, reason = "it repairs stores and logs")]

mod dialect;
mod instances;
mod logs;
mod place;
mod store;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

use crate::clock::Clock;
use crate::event::ReportError;
use crate::result_cache;
use crate::search;
use crate::store::{AloneError, Exclusion, StoreError};
use crate::telemetry::ReadError;
use crate::words::size;

/// Diagnosis of a store and its logs: what was looked at, and what was found.
#[derive(Debug, Default, Serialize)]
pub struct Diagnosis {
    /// Number of programs in the store.
    pub programs: u64,
    /// Number of links to the best programs of tasks.
    pub links: u64,
    /// Number of records in the logs.
    pub records: u64,
    /// Bytes of the results that are remembered on disk.
    pub result_cache_bytes: u64,
    /// Bytes of what searches have tried.
    pub search_history_bytes: u64,
    /// Number of those that are of a later version, or of another program.
    pub other_records: u64,
    /// File system that the store is on, where the system says it.
    pub file_system: Option<String>,
    /// Findings: what is not as it should be.
    pub findings: Vec<Finding>,
    /// Notes of what one might want to know, a sentence each.
    pub notes: Vec<String>,
}

/// Finding of something that is not as it should be.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// File or folder that it is in.
    #[serde(serialize_with = "as_text")]
    pub path: PathBuf,
    /// Number of the line, where it is one, counting from 1.
    pub line: Option<u64>,
    /// Kind of the finding.
    pub kind: FindingKind,
    /// Problem: what was found, and what was expected.
    pub problem: String,
    /// Repair, in a few words.
    pub repair: &'static str,
    /// Whether the repair was done.
    pub repaired: bool,
}

/// Kinds of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A file that an instance had not put in its place when it died.
    UnfinishedFile,
    /// A program under the name of another.
    MisnamedProgram,
    /// A file that holds no program.
    DamagedProgram,
    /// A program of another dialect than the store's.
    ForeignProgram,
    /// A file that does not say, or does not rightly say, which dialect the store is of.
    UnknownDialect,
    /// A link to a program that is not there.
    DeadLink,
    /// A link that leads elsewhere than to its program.
    StrayLink,
    /// A program beyond the best of a task.
    BeyondTheBest,
    /// A line that is no record.
    BrokenLine,
    /// A task that was begun and not ended when its instance died.
    UnfinishedTask,
    /// A record of a task that was not ended.
    RecordOfUnfinishedTask,
    /// A log that was copied and not cut, so that its records are there twice.
    UnfinishedRotation,
    /// A claim of an instance that died.
    AbandonedClaim,
    /// What an instance that died has said of itself.
    AbandonedStatus,
}

/// Error for a store or logs that cannot be examined.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store is not had alone.
    #[error(transparent)]
    Alone(#[from] AloneError),
    /// The logs.
    #[error(transparent)]
    Logs(#[from] ReadError),
    /// A log could not be repaired.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A file or folder of either.
    #[error("{}: {reason}; check its permissions", path.display())]
    Path {
        /// Which.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
}

/// Treatment of what is found: repaired or left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// Nothing is touched.
    Look,
    /// What can be repaired is, while this keeps others out.
    Fix(Exclusion),
}

impl Treatment {
    fn repairs(self) -> bool {
        matches!(self, Self::Fix(_))
    }
}

/// Examines the store under `out` and the logs.
pub fn examine(
    out: &Path,
    logs: &Path,
    treatment: Treatment,
    clock: &dyn Clock,
) -> Result<Diagnosis, DoctorError> {
    let mut doctor = Doctor {
        treatment,
        diagnosis: Diagnosis::default(),
    };
    doctor.place(out, logs)?;
    doctor.store(out)?;
    doctor.logs(logs, clock)?;
    doctor.instances(logs)?;
    doctor.beside_the_store(out)?;
    Ok(doctor.diagnosis)
}

/// Examines, and writes down what it finds.
struct Doctor {
    treatment: Treatment,
    diagnosis: Diagnosis,
}

impl Doctor {
    /// Counts what is remembered, which mends itself.
    fn beside_the_store(&mut self, out: &Path) -> Result<(), DoctorError> {
        let folder = result_cache::folder_of(out);
        let at = |path: &Path| {
            let path = path.to_owned();
            |reason| DoctorError::Path { path, reason }
        };
        let segments = result_cache::found(&folder).map_err(at(&folder))?;
        self.diagnosis.result_cache_bytes = segments.bytes;
        let history = search::found_history(out).map_err(at(out))?.bytes;
        self.diagnosis.search_history_bytes = history;
        Ok(())
    }

    /// Writes something down, and repairs it where that is wanted.
    fn find(
        &mut self,
        path: &Path,
        kind: FindingKind,
        problem: String,
        repair: &'static str,
        action: impl FnOnce() -> io::Result<()>,
    ) -> Result<(), DoctorError> {
        let repaired = self.treatment.repairs();
        if repaired {
            action().map_err(|reason| DoctorError::Path {
                path: path.to_owned(),
                reason,
            })?;
        }
        self.diagnosis.findings.push(Finding {
            path: path.to_owned(),
            line: None,
            kind,
            problem,
            repair,
            repaired,
        });
        Ok(())
    }
}

impl Diagnosis {
    /// Whether all is as it should be, now.
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.repaired)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.path.display())?;
        if let Some(line) = self.line {
            write!(formatter, "line {line}: ")?;
        }
        let (problem, repair) = (&self.problem, self.repair);
        match self.repaired {
            true => write!(formatter, "{problem}; {repair}"),
            false => write!(formatter, "{problem}; with --fix: {repair}"),
        }
    }
}

impl fmt::Display for Diagnosis {
    /// A line each, and a last one that sums up.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(formatter, "{finding}")?;
        }
        for note in &self.notes {
            writeln!(formatter, "note: {note}")?;
        }
        write!(
            formatter,
            "looked at {} programs, {} links, {} records",
            self.programs, self.links, self.records
        )?;
        if let Some(file_system) = &self.file_system {
            write!(formatter, " on {file_system}")?;
        }
        for (bytes, what) in [
            (self.result_cache_bytes, "known results"),
            (self.search_history_bytes, "what was tried"),
        ] {
            if bytes > 0 {
                write!(formatter, ", {} of {what}", size(bytes))?;
            }
        }
        formatter.write_str(": ")?;
        let repaired = self.findings.iter().filter(|own| own.repaired).count();
        match (self.findings.len(), repaired) {
            (0, _) => formatter.write_str("all is well"),
            (found, 0) => write!(formatter, "{found} things to repair"),
            (found, repaired) => write!(formatter, "{found} things found, {repaired} repaired"),
        }
    }
}

fn as_text<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}
