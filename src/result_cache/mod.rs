//! What programs came to on samples, remembered in memory and on disk.
//!
//! A search draws the same solvers round after round, and most solvers return on a task
//! what another has returned. What is known is not evaluated again: see
//! [`ResultCache`], which a batt asks. A cache changes nothing but time.
//!
//! # In memory
//!
//! [`MemoryCache`] answers, and nothing else does: a question must cost less than a
//! call. What is on disk is read into it at the start, the oldest first, and what other
//! instances have added since at the end of each round. So a bound on disk of more than
//! a third of that in memory keeps what nobody can ask for, unless a later search has
//! more memory.
//!
//! # On disk
//!
//! [`DiskCache`] adds segments behind it, under one folder that all instances share:
//!
//! - An instance appends to a segment of its own, on which it holds a lock as long as it
//!   lives. Nobody else writes to it. What an instance has not written when it is killed
//!   is lost, and nothing else.
//! - Records are of a fixed size, in blocks with a checksum that begins from the version
//!   of the primitives and of the costs (module `block`). What is damaged, cut off or of
//!   another version is passed over.
//! - Segments whose instance is gone are made one now and then (module `compaction`), and
//!   then the oldest results go where the bound asks for it.
//! - Whoever changes the folder holds its lock, so that the bound holds for all instances
//!   together. While segments are made one they take up to half of it once more.
//!
//! Where the file system knows no locks nobody can tell that an instance is gone: nothing
//! is made one, and nothing more is written when the bound is met.

#![allow(clippy::disallowed_methods, reason = "segments are files")]

mod block;
mod clear;
mod compaction;
mod entry;
mod files;
mod memory;
mod notice;
mod record;
mod segments;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use arc_programs::batt::{ProgramScore, ResultCache, SolverResult};
use arc_programs::digest::Digest;
use arc_programs::dsl::Dialect;
use arc_programs::value::Value;

use block::Version;
use entry::{Score, SolverEntry};
use record::{Record, Waiting};
use segments::Segments;

pub use clear::{SegmentFiles, clear, found};
pub use memory::MemoryCache;
pub use notice::Notice;

/// Folder of the segments, under that of the store.
const FOLDER: &str = "result_cache";

/// Bytes that wait in memory until they are written.
const WAITING_BYTES: usize = 256 << 10;

/// Folder of the result cache of the store under `out`.
pub fn folder_of(out: &Path) -> PathBuf {
    out.join(FOLDER)
}

/// Cache of results in memory, and on disk behind it.
pub struct DiskCache {
    memory: MemoryCache,
    /// Whether what is new is written.
    writes: AtomicBool,
    waiting: Mutex<Waiting>,
    disk: Mutex<Disk>,
}

struct Disk {
    segments: Option<Segments>,
    /// What has not been told yet.
    notices: Vec<Notice>,
}

impl DiskCache {
    /// Bytes on disk from which on any result is kept there.
    pub const LEAST_BYTES_ON_DISK: u64 = Segments::SHARES * 2 * WAITING_BYTES as u64;

    /// The cache whose segments are in a folder, which is made where it is missing, and
    /// what a user should know of them. It takes about `bytes_in_memory`, and all
    /// instances with this folder together at most `bytes_on_disk`; of 0 bytes there is
    /// none.
    ///
    /// Never fails: it is what can be had, in memory alone or none at all.
    pub fn open(
        folder: &Path,
        dialect: &Dialect,
        bytes_in_memory: u64,
        bytes_on_disk: u64,
    ) -> (Self, Vec<Notice>) {
        Self::open_as(
            Version::own(dialect),
            folder,
            bytes_in_memory,
            bytes_on_disk,
        )
    }

    fn open_as(
        version: Version,
        folder: &Path,
        bytes_in_memory: u64,
        bytes_on_disk: u64,
    ) -> (Self, Vec<Notice>) {
        let memory = MemoryCache::of_bytes(bytes_in_memory);
        let mut notices = Vec::new();
        let (least_in_memory, least_on_disk) =
            (MemoryCache::LEAST_BYTES, Self::LEAST_BYTES_ON_DISK);
        let segments = if bytes_in_memory < least_in_memory {
            if bytes_in_memory > 0 {
                notices.push(Notice::SmallInMemory {
                    bytes: bytes_in_memory,
                    least: least_in_memory,
                });
            }
            None
        } else if bytes_on_disk < least_on_disk {
            if bytes_on_disk > 0 {
                notices.push(Notice::SmallOnDisk {
                    bytes: bytes_on_disk,
                    least: least_on_disk,
                });
            }
            None
        } else {
            Segments::open(folder, bytes_on_disk, version, &memory, &mut notices)
        };
        let cache = Self {
            memory,
            writes: AtomicBool::new(segments.is_some()),
            waiting: Mutex::default(),
            disk: Mutex::new(Disk {
                segments,
                notices: Vec::new(),
            }),
        };
        (cache, notices)
    }

    /// How many results it has in memory.
    pub fn results(&self) -> u64 {
        self.memory.results()
    }

    /// Writes what is new, and reads what is new of other instances: at the end of each
    /// round. Yields what a user should know since the last time.
    pub fn flush(&self) -> Vec<Notice> {
        let mut disk = self.disk();
        let disk = &mut *disk;
        let waiting = std::mem::take(&mut *self.waiting());
        self.write(disk, &waiting);
        if let Some(segments) = &mut disk.segments {
            let read = segments.read_others(&self.memory, &mut disk.notices);
            self.go_on_without(disk, read);
        }
        std::mem::take(&mut disk.notices)
    }

    fn keep(&self, record: Record) {
        self.memory.insert(record);
        self.write_later(std::iter::once(record));
    }

    /// Has records written some time, what is in memory already.
    fn write_later(&self, records: impl Iterator<Item = Record>) {
        if !self.writes.load(Ordering::Relaxed) {
            return;
        }
        let mut full = Vec::new();
        let mut waiting = self.waiting();
        for record in records {
            waiting.add(record);
            if waiting.bytes() >= WAITING_BYTES {
                full.push(std::mem::take(&mut *waiting));
            }
        }
        drop(waiting);
        for full in &full {
            self.write(&mut self.disk(), full);
        }
    }

    fn write(&self, disk: &mut Disk, waiting: &Waiting) {
        let Some(segments) = &mut disk.segments else {
            return;
        };
        let written = segments.write(waiting);
        let written = written.map(|notice| disk.notices.extend(notice));
        self.go_on_without(disk, written);
    }

    /// Leaves the disk alone from now on if something was refused.
    fn go_on_without(&self, disk: &mut Disk, outcome: Result<(), Refused>) {
        if let Err(Refused { path, reason }) = outcome {
            disk.notices.push(Notice::Refused { path, reason });
            disk.segments = None;
            self.writes.store(false, Ordering::Relaxed);
            *self.waiting() = Waiting::default();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // It is whole between any two changes.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for DiskCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DiskCache")
            .field("memory", &self.memory)
            .field("writes", &self.writes)
            .finish_non_exhaustive()
    }
}

impl ResultCache for DiskCache {
    fn solver(&self, key: Digest) -> Option<SolverResult> {
        self.memory.solver(key)
    }

    fn differ(&self, key: Digest) -> Option<ProgramScore> {
        self.memory.differ(key)
    }

    fn solvers(&self, keys: &[Digest]) -> Vec<Option<SolverResult>> {
        self.memory.solvers(keys)
    }

    fn differs(&self, keys: &[Digest]) -> Vec<Option<ProgramScore>> {
        self.memory.differs(keys)
    }

    fn output(&self, digest: Digest) -> Option<Value> {
        self.memory.output(digest)
    }

    fn keep_output(&self, digest: Digest, output: &Value) {
        self.memory.keep_output(digest, output);
    }

    fn keep_solver(&self, key: Digest, result: SolverResult) {
        if let Some(entry) = SolverEntry::pack(result) {
            self.keep(Record::Solver(key, entry));
        }
    }

    fn keep_differ(&self, key: Digest, score: ProgramScore) {
        if let Some(score) = Score::pack(score) {
            self.keep(Record::Differ(key, score));
        }
    }

    fn keep_differs(&self, scores: &[(Digest, ProgramScore)]) {
        let decided = memory::decided(scores);
        self.memory.insert_differs(&decided);
        let records = decided.into_iter();
        self.write_later(records.map(|(key, score)| Record::Differ(key, score)));
    }
}

/// What the system refused, and where.
#[derive(Debug)]
struct Refused {
    path: PathBuf,
    reason: io::Error,
}

impl Refused {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |reason| Self {
            path: path.to_owned(),
            reason,
        }
    }
}

#[cfg(test)]
mod tests;
