//! Segments whose instances are gone, made one.
//!
//! They are read the oldest first, and what is beyond the bytes that may be kept is left
//! out at the beginning. What is there twice, for several instances found it, is kept
//! once, as far as a table of fixed size can tell. The new segment takes its place whole,
//! and then the old ones go: who is killed between leaves results twice, which the next
//! compaction mends.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::Refused;
use super::block::{Blocks, HEADER, Version};
use super::files::{COMPACTED, remove};
use super::record::{Kind, Record, Waiting};
use crate::atomic_file;

/// A segment whose instance is gone, locked as long as the file is open.
pub(super) struct Dead {
    pub(super) path: PathBuf,
    pub(super) file: File,
    pub(super) bytes: u64,
}

/// Makes one segment of several, in their order, of at most so many bytes. Under the
/// folder's lock.
pub(super) fn compact(
    folder: &Path,
    version: Version,
    mut dead: Vec<Dead>,
    most_bytes: u64,
) -> Result<(), Refused> {
    if dead.is_empty() {
        return Ok(());
    }
    let path = folder.join(COMPACTED);
    let total: u64 = dead.iter().map(|dead| dead.bytes).sum();
    let mut left_out = total.saturating_sub(most_bytes.saturating_sub(HEADER as u64));
    let file = atomic_file::begin_alone(&path, atomic_file::usual_permissions());
    let mut writer = BufWriter::new(file.map_err(Refused::at(&path))?);
    let mut write = |bytes: &[u8]| writer.write_all(bytes).map_err(Refused::at(&path));
    write(&version.header())?;
    let mut merge = Merge {
        version,
        waiting: Waiting::default(),
        seen: Seen::for_bytes(total - left_out),
        has_any: false,
    };
    for segment in &mut dead {
        let beginning = left_out.min(segment.bytes);
        left_out -= beginning;
        if beginning < segment.bytes {
            // Blocks are whole words.
            let start = SeekFrom::Start(beginning.next_multiple_of(8));
            let sought = segment.file.seek(start);
            sought.map_err(Refused::at(&segment.path))?;
            merge.add(segment, &mut write)?;
        }
    }
    for kind in Kind::ALL {
        write(&merge.blocks_of(kind, merge.waiting.of(kind).len()))?;
    }
    if merge.has_any {
        let file = writer.into_inner().map_err(|error| error.into_error());
        let persisted = file.and_then(|file| file.persist(&path).map_err(|error| error.error));
        persisted.map_err(Refused::at(&path))?;
        dead.retain(|segment| segment.path != path);
    }
    dead.iter().try_for_each(|segment| remove(&segment.path))
}

/// Records of several segments, each once.
struct Merge {
    version: Version,
    /// Those that make no block yet.
    waiting: Waiting,
    seen: Seen,
    has_any: bool,
}

impl Merge {
    fn add(
        &mut self,
        segment: &Dead,
        write: &mut impl FnMut(&[u8]) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let mut blocks = Blocks::after_header(self.version, &segment.file);
        while let Some(records) = blocks.next().map_err(Refused::at(&segment.path))? {
            for record in records {
                if self.seen.is_new(record) {
                    self.has_any = true;
                    self.waiting.add(record);
                }
            }
            for kind in Kind::ALL {
                let full = Version::full(kind);
                if self.waiting.of(kind).len() >= full {
                    write(&self.blocks_of(kind, full))?;
                    self.waiting.of_mut(kind).drain(..full);
                }
            }
        }
        Ok(())
    }

    /// The first so many bytes of the records of a kind, as blocks.
    fn blocks_of(&self, kind: Kind, length: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.version
            .append(&mut bytes, kind, &self.waiting.of(kind)[..length]);
        bytes
    }
}

/// Keys that were met, each in one slot: a later one takes it. That two keys are taken for
/// one is as likely as a collision of 64 bits, and costs an evaluation.
struct Seen {
    slots: Vec<u64>,
}

impl Seen {
    const MOST_SLOTS: u64 = 1 << 21;

    fn for_bytes(bytes: u64) -> Self {
        let records = bytes / Kind::Differ.bytes() as u64;
        let slots = (2 * records + 1).next_power_of_two().min(Self::MOST_SLOTS);
        Self {
            slots: vec![0; slots as usize],
        }
    }

    fn is_new(&mut self, record: Record) -> bool {
        let key = record.key().number();
        let slot = key as usize & (self.slots.len() - 1);
        let tag = ((key >> 64) as u64).wrapping_add(record.kind() as u64);
        std::mem::replace(&mut self.slots[slot], tag) != tag
    }
}
