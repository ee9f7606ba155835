//! What was tried, beside the store: so that a search does not try it again.
//!
//! It is state, as the seed is: losing it changes what is drawn, never what is right. So
//! what is damaged or of another version is told once and made anew, and where nothing can
//! be written the search goes on with what it remembers itself.
//!
//! # Whose it is
//!
//! All searches in a store share one file, `search_history/tried`, and it outlives them: a
//! mutant that one has tried is no news to another, and eight instances would else try the
//! few small changes of a good solver eight times. Each round reads what others have added
//! before it draws, and appends what it has tried when it ends, under a lock on the
//! folder. A lone search is as deterministic as it would be with a history of its own, and
//! several draw from a store that the others change in any case.
//!
//! # What a kill leaves
//!
//! A round that is in a journal was drawn with the history as it stood, and has its card
//! there. It is appended once, when it has ended: who goes on with it looks whether it is
//! there already. A block that was torn is cut off, and its round, which is still in hand,
//! appends it again.
//!
//! # Its bound
//!
//! | on two cores, 32 solvers a round | rounds of a week | trials | bytes |
//! | --- | ---: | ---: | ---: |
//! | 30 tasks a round, 90 rounds a minute | 907 000 | 29 million | 261 MB |
//! | 200 tasks a round, 37 rounds a minute | 373 000 | 12 million | 107 MB |
//! | 1 120 tasks a round, 6 rounds a minute | 60 000 | 2 million | 17 MB |
//!
//! The file has at most [`MOST_BYTES`], some 3.7 million trials; then the older half goes. So
//! a search of all tasks remembers its week, one of 200 a day or two, and one of 30, whose
//! solvers change soon, half a day to a day. In memory a trial takes about 18 bytes: 75 MB
//! at most.

#![allow(clippy::disallowed_methods, reason = "what was tried is a file")]

mod block;

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use arc_programs::dsl::Dialect;

use block::{HEADER, RoundKey, Version};

use crate::atomic_file::{begin_alone, unfinished_path, usual_permissions};
use crate::draw::Trial;
use crate::lock::Lock;
use crate::store::folder;

/// The folder of the history, beside the store's.
const FOLDER: &str = "search_history";

/// The file in it.
const FILE: &str = "tried";

/// The most bytes of the file.
const MOST_BYTES: u64 = 32 << 20;

/// What was tried in a store, as far as it is remembered.
#[derive(Debug)]
pub struct Tried {
    out: PathBuf,
    version: Version,
    most_bytes: u64,
    known: HashSet<Trial>,
    /// How far which file is known.
    read: Option<ReadFile>,
    /// Whether what is new is written.
    writes: bool,
}

/// A file, and how far it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ReadFile {
    device_and_inode: (u64, u64),
    bytes: u64,
}

/// What a file turned out to be when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Missing,
    OtherVersion,
    /// With so many bytes behind the last whole block.
    Read {
        left: u64,
    },
}

impl Tried {
    /// What was tried in the store under `out`, which is of a dialect, and notices of what is damaged: a sentence
    /// each. Never fails: it is what can be had.
    pub fn open(out: &Path, dialect: &Dialect) -> (Self, Vec<String>) {
        Self::open_as(Version::of(dialect), out, MOST_BYTES)
    }

    /// Nothing of what was tried, before it is read.
    fn unread(version: Version, out: &Path, most_bytes: u64) -> Self {
        Self {
            out: out.to_owned(),
            version,
            most_bytes,
            known: HashSet::new(),
            read: None,
            writes: true,
        }
    }

    fn open_as(version: Version, out: &Path, most_bytes: u64) -> (Self, Vec<String>) {
        let mut tried = Self::unread(version, out, most_bytes);
        let mut notices = Vec::new();
        // A search that ends before a round leaves nothing.
        if fs::symlink_metadata(out.join(FOLDER)).is_ok() {
            let begun = tried.begin(&mut notices);
            notices.extend(tried.refused(begun.map(drop)));
        }
        (tried, notices)
    }

    /// The same, looked at: nothing is made, mended or written.
    pub fn look(out: &Path, dialect: &Dialect) -> (Self, Option<String>) {
        let mut tried = Self {
            writes: false,
            ..Self::unread(Version::of(dialect), out, MOST_BYTES)
        };
        let problem = match tried.read_new() {
            Ok(State::Missing | State::Read { left: 0 }) => return (tried, None),
            Ok(State::OtherVersion) => "it is of another version, or damaged".to_owned(),
            Ok(State::Read { left }) => format!("{left} bytes of it are damaged or cut off"),
            Err(reason) => reason.to_string(),
        };
        let path = tried.path();
        let told = format!(
            "{}: what was tried is not all known: {problem}",
            path.display()
        );
        (tried, Some(told))
    }

    /// Whether a trial is remembered.
    pub fn contains(&self, trial: Trial) -> bool {
        self.known.contains(&trial)
    }

    /// Reads what others have added; yields what a user should know.
    pub fn refresh(&mut self) -> Option<String> {
        if !self.writes {
            return None;
        }
        // A block that somebody is about to write is read the next time.
        let read = self.read_new().map(drop);
        self.refused(read)
    }

    /// Adds the trials of a round that has ended, unless it did so before it was killed;
    /// yields what a user should know.
    pub fn add(&mut self, run_id: &str, trials: &[Trial], is_gone_on_with: bool) -> Vec<String> {
        let mut notices = Vec::new();
        if self.writes {
            let round = RoundKey::of(run_id);
            let added = self.append(round, trials, is_gone_on_with, &mut notices);
            notices.extend(self.refused(added));
        }
        if !self.writes {
            // It remembers by itself, within the same bound.
            if self.known.len() as u64 > self.most_bytes / size_of::<Trial>() as u64 {
                self.known.clear();
            }
            self.known.extend(trials);
        }
        notices
    }

    fn path(&self) -> PathBuf {
        self.out.join(FOLDER).join(FILE)
    }

    /// The lock on the folder, which is made where it is missing.
    fn alone(&self) -> io::Result<Lock> {
        let place = self.out.join(FOLDER);
        folder::make(&self.out, &place)?;
        Lock::exclusive(&place)
    }

    /// Reads the file, and mends it.
    fn begin(&mut self, notices: &mut Vec<String>) -> io::Result<Lock> {
        let alone = self.alone()?;
        self.mend(notices)?;
        self.forget_oldest()?;
        Ok(alone)
    }

    fn append(
        &mut self,
        round: RoundKey,
        trials: &[Trial],
        is_gone_on_with: bool,
        notices: &mut Vec<String>,
    ) -> io::Result<()> {
        let _alone = self.begin(notices)?;
        if is_gone_on_with && self.has(round)? {
            return Ok(());
        }
        let path = self.path();
        let mut file = File::options().append(true).create(true).open(&path)?;
        let length = file.metadata()?.len();
        let mut bytes = match length {
            0 => self.version.header().to_vec(),
            _ => Vec::new(),
        };
        bytes.extend(self.version.block(round, trials));
        if let Err(error) = file.write_all(&bytes) {
            file.set_len(length)?;
            return Err(error);
        }
        self.read_new()?;
        self.forget_oldest()
    }

    /// Reads what is new, and removes what cannot be read. Under the folder's lock.
    fn mend(&mut self, notices: &mut Vec<String>) -> io::Result<()> {
        let path = self.path();
        match self.read_new()? {
            State::Missing | State::Read { left: 0 } => {}
            State::OtherVersion => {
                fs::remove_file(&path)?;
                notices.push(format!(
                    "{}: what was tried is of another version, or damaged; it is made anew",
                    path.display()
                ));
            }
            State::Read { left } => {
                let file = File::options().write(true).open(&path)?;
                let whole = self.read.map_or(0, |read| read.bytes);
                file.set_len(whole)?;
                notices.push(format!(
                    "{}: {left} bytes of what was tried are damaged or cut off; they are \
                     removed, and what they held may be tried again",
                    path.display()
                ));
            }
        }
        Ok(())
    }

    /// Reads what is not known yet; the whole file where it is another than before.
    fn read_new(&mut self) -> io::Result<State> {
        let path = self.path();
        let is_link = fs::symlink_metadata(&path).is_ok_and(|own| own.is_symlink());
        if is_link {
            let message = "it is a symbolic link, expected a file";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let mut file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.forget();
                return Ok(State::Missing);
            }
            other => other?,
        };
        let metadata = file.metadata()?;
        let device_and_inode = (metadata.dev(), metadata.ino());
        let known = self.read.filter(|read| {
            read.device_and_inode == device_and_inode && read.bytes <= metadata.len()
        });
        let from = match known {
            Some(read) => read.bytes,
            None => {
                self.forget();
                let mut header = Vec::new();
                (&file).take(HEADER as u64).read_to_end(&mut header)?;
                if header.is_empty() {
                    // Who made it was killed before there was anything to say.
                    return Ok(State::Missing);
                }
                if header != self.version.header() {
                    return Ok(State::OtherVersion);
                }
                HEADER as u64
            }
        };
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let mut whole = 0;
        for block in self.version.blocks(&bytes) {
            whole += block.bytes();
            self.known.extend(block.trials());
        }
        self.read = Some(ReadFile {
            device_and_inode,
            bytes: from + whole as u64,
        });
        Ok(State::Read {
            left: (bytes.len() - whole) as u64,
        })
    }

    fn forget(&mut self) {
        self.known.clear();
        self.read = None;
    }

    /// Whether the file has the block of a round.
    fn has(&self, round: RoundKey) -> io::Result<bool> {
        let bytes = match fs::read(self.path()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            other => other?,
        };
        let blocks = bytes.get(HEADER..).unwrap_or_default();
        Ok(self
            .version
            .blocks(blocks)
            .any(|block| block.round == round))
    }

    /// Replaces a file over the bound by one with the later half of its blocks. Under the
    /// folder's lock.
    fn forget_oldest(&mut self) -> io::Result<()> {
        let length = self.read.map_or(0, |read| read.bytes);
        if length <= self.most_bytes {
            return Ok(());
        }
        let path = self.path();
        let bytes = fs::read(&path)?;
        let blocks = bytes.get(HEADER..).unwrap_or_default();
        let mut passed_over = 0;
        for block in self.version.blocks(blocks) {
            if (blocks.len() - passed_over) as u64 <= self.most_bytes / 2 {
                break;
            }
            passed_over += block.bytes();
        }
        let mut file = begin_alone(&path, usual_permissions())?;
        file.write_all(&self.version.header())?;
        file.write_all(&blocks[passed_over..])?;
        file.persist(&path)?;
        self.read_new()?;
        Ok(())
    }

    /// Writes nothing any more where something was refused, which is told.
    fn refused(&mut self, outcome: io::Result<()>) -> Option<String> {
        let reason = outcome.err()?;
        self.writes = false;
        Some(format!(
            "{}: what was tried cannot be read or written here: {reason}; the search goes on \
             with what it remembers itself, check permissions and free space",
            self.path().display()
        ))
    }
}

/// Files of what was tried: how many, and how large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HistoryFiles {
    /// Number of files.
    pub files: u64,
    /// Size of all of them together.
    pub bytes: u64,
}

/// Files of what was tried in the store under `out`, which [`clear_history`] would remove.
///
/// # Errors
/// What the system refused.
pub fn found_history(out: &Path) -> io::Result<HistoryFiles> {
    let place = out.join(FOLDER);
    let mut found = HistoryFiles::default();
    if !folder::is_there(&place) {
        return Ok(found);
    }
    for path in paths(&place) {
        match fs::symlink_metadata(path) {
            Ok(metadata) => {
                found.files += 1;
                found.bytes += metadata.len();
            }
            Err(error) if is_nothing(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Removes what was tried in the store under `out`, and nothing else.
///
/// # Errors
/// What the system refused.
pub fn clear_history(out: &Path) -> io::Result<HistoryFiles> {
    let place = out.join(FOLDER);
    if !folder::is_there(&place) {
        return Ok(HistoryFiles::default());
    }
    let _alone = Lock::exclusive(&place)?;
    let found = found_history(out)?;
    for path in paths(&place) {
        match fs::remove_file(path) {
            Err(error) if !is_nothing(&error) => return Err(error),
            _ => {}
        }
    }
    match fs::remove_dir(&place) {
        Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(error),
        _ => Ok(found),
    }
}

/// The file in the history's folder, after what a kill may have left of the next one.
fn paths(place: &Path) -> [PathBuf; 2] {
    let path = place.join(FILE);
    [unfinished_path(&path), path]
}

fn is_nothing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests;
