//! The folder of the segments: whose is which, what is read of them, and the one that is
//! appended to.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::Refused;
use super::block::{Blocks, HEADER, Version};
use super::compaction::{self, Dead};
use super::files::{self, COMPACTED, Segment, list, make_own_folder, remove};
use super::memory::MemoryCache;
use super::notice::Notice;
use super::record::{Kind, Record, Waiting};
use crate::atomic_file;
use crate::lock::{Lock, is_at, lock_file};

/// Segments of instances that are gone, at most, until they are made one.
const MOST_DEAD: usize = 8;

/// Segments of a folder, and the one of this instance.
pub(super) struct Segments {
    folder: PathBuf,
    bound: u64,
    version: Version,
    own: Option<Own>,
    /// How far what is in each segment is known.
    read: HashMap<String, u64>,
    has_told_of_no_room: bool,
}

/// The segment that this instance appends to, which is locked as long as it does.
struct Own {
    name: String,
    path: PathBuf,
    file: File,
    length: u64,
}

/// What a segment turned out to be.
enum State {
    Sound,
    Damaged(u64),
    OtherVersion,
}

impl Segments {
    /// Parts of the bound, of which an instance's own segment has one: when it is full
    /// another is begun, so that the full one can be made one with others.
    pub(super) const SHARES: u64 = 8;

    /// Reads what is in a folder into memory, the oldest first; `None` where nothing can
    /// be written there.
    pub(super) fn open(
        folder: &Path,
        bound: u64,
        version: Version,
        memory: &MemoryCache,
        notices: &mut Vec<Notice>,
    ) -> Option<Self> {
        let mut segments = Self {
            folder: folder.to_owned(),
            bound,
            version,
            own: None,
            read: HashMap::new(),
            has_told_of_no_room: false,
        };
        match segments.begin(memory, notices) {
            Ok(()) => Some(segments),
            Err(Refused { path, reason }) => {
                notices.push(Notice::Refused { path, reason });
                None
            }
        }
    }

    fn begin(&mut self, memory: &MemoryCache, notices: &mut Vec<Notice>) -> Result<(), Refused> {
        let folder = self.folder.clone();
        let at_folder = || Refused::at(&folder);
        make_own_folder(&self.folder).map_err(at_folder())?;
        let _alone = Lock::exclusive(&self.folder).map_err(at_folder())?;
        let mut of_other_versions = 0;
        let mut is_damaged = false;
        for segment in self.list()? {
            self.read.insert(segment.name.clone(), segment.bytes);
            // What nobody writes to is read and removed under its lock.
            let (file, is_dead) = match segment.open() {
                Ok(Some(opened)) => opened,
                Ok(None) => continue,
                Err(reason) => {
                    let path = segment.path;
                    notices.push(Notice::Refused { path, reason });
                    continue;
                }
            };
            match self.read_whole(&file, memory) {
                Ok(State::Sound) if segment.bytes > 0 => {}
                Ok(State::Sound) => remove_if(is_dead, &segment.path)?,
                Ok(State::OtherVersion) => {
                    of_other_versions += 1;
                    remove_if(is_dead, &segment.path)?;
                }
                Ok(State::Damaged(bytes)) => {
                    is_damaged |= is_dead;
                    let path = segment.path;
                    notices.push(Notice::Damaged { path, bytes });
                }
                Err(reason) => {
                    let path = segment.path;
                    notices.push(Notice::Refused { path, reason });
                }
            }
        }
        if of_other_versions > 0 {
            notices.push(Notice::OtherVersion {
                folder: self.folder.clone(),
                segments: of_other_versions,
            });
        }
        atomic_file::try_folder(&self.folder).map_err(at_folder())?;
        // Who holds the folder's lock is the only one who may have one.
        remove(&atomic_file::unfinished_path(&self.folder.join(COMPACTED)))?;
        self.make_room(0, is_damaged).map(drop)
    }

    /// Appends records to the segment of this instance. What finds no room is not
    /// written, which is told once.
    pub(super) fn write(&mut self, waiting: &Waiting) -> Result<Option<Notice>, Refused> {
        let mut bytes = Vec::new();
        for kind in Kind::ALL {
            self.version.append(&mut bytes, kind, waiting.of(kind));
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        make_own_folder(&self.folder).map_err(Refused::at(&self.folder))?;
        let _alone = Lock::exclusive(&self.folder).map_err(Refused::at(&self.folder))?;
        let share = self.bound / Self::SHARES;
        let is_full = |own: &Own| own.length + bytes.len() as u64 > share;
        let is_there = |own: &Own| is_at(&own.file, &own.path).unwrap_or(false);
        self.own.take_if(|own| is_full(own) || !is_there(own));
        if self.own.is_none() {
            bytes.splice(..0, self.version.header());
        }
        if !self.make_room(bytes.len() as u64, false)? {
            let is_news = !std::mem::replace(&mut self.has_told_of_no_room, true);
            return Ok(is_news.then(|| Notice::Full {
                folder: self.folder.clone(),
                bytes: self.bound,
            }));
        }
        let own = match &mut self.own {
            Some(own) => own,
            none => none.insert(Own::begin(&self.folder)?),
        };
        let appended = own.append(&bytes).map_err(Refused::at(&own.path));
        // Its own results are known.
        self.read.insert(own.name.clone(), own.length);
        if appended.is_err() {
            self.own = None;
        }
        appended.map(|()| None)
    }

    /// Reads what other instances have added since the last time. What somebody made of
    /// several segments is not read again.
    pub(super) fn read_others(
        &mut self,
        memory: &MemoryCache,
        notices: &mut Vec<Notice>,
    ) -> Result<(), Refused> {
        let alone = match Lock::exclusive(&self.folder) {
            // Somebody has removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other.map_err(Refused::at(&self.folder))?,
        };
        let listed = self.list()?;
        // What is there now is whole.
        drop(alone);
        self.read
            .retain(|name, _| listed.iter().any(|segment| &segment.name == name));
        for segment in listed {
            let from = self.read.get(&segment.name).copied().unwrap_or(0);
            if segment.bytes <= from {
                continue;
            }
            self.read.insert(segment.name.clone(), segment.bytes);
            if segment.name == COMPACTED {
                continue;
            }
            let read = || -> io::Result<()> {
                let from = from.max(HEADER as u64);
                let mut file = File::open(&segment.path)?;
                file.seek(SeekFrom::Start(from))?;
                let added = file.take(segment.bytes.saturating_sub(from));
                let mut blocks = Blocks::after_header(self.version, added);
                while let Some(records) = blocks.next()? {
                    remember(records, memory);
                }
                Ok(())
            };
            match read() {
                Err(reason) if reason.kind() != io::ErrorKind::NotFound => {
                    // It is not looked at again.
                    self.read.insert(segment.name, u64::MAX);
                    let path = segment.path;
                    notices.push(Notice::Refused { path, reason });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read_whole(&self, file: &File, memory: &MemoryCache) -> io::Result<State> {
        let (mut blocks, has_header) = Blocks::of_segment(self.version, file)?;
        let mut has_any = false;
        while let Some(records) = blocks.next()? {
            has_any = true;
            remember(records, memory);
        }
        Ok(match blocks.passed_over() {
            0 => State::Sound,
            bytes if has_any || has_header || bytes < HEADER as u64 => State::Damaged(bytes),
            _ => State::OtherVersion,
        })
    }

    /// Sees to it that so many bytes can be written, and that segments are not too many;
    /// whether they can. Under the folder's lock.
    fn make_room(&self, bytes: u64, is_damaged: bool) -> Result<bool, Refused> {
        let listed = self.list()?;
        let total = |listed: &[Segment]| listed.iter().map(|own| own.bytes).sum::<u64>();
        let before = total(&listed);
        let has_room = before + bytes <= self.bound;
        if has_room && !is_damaged && listed.len() <= MOST_DEAD {
            return Ok(true);
        }
        let is_own = |path: &Path| self.own.as_ref().is_some_and(|own| own.path == path);
        let mut dead = Vec::new();
        for segment in listed.into_iter().filter(|segment| !is_own(&segment.path)) {
            // One that cannot be opened was told when it was read.
            if let Ok(Some((file, true))) = segment.open() {
                let Segment { path, bytes, .. } = segment;
                dead.push(Dead { path, file, bytes });
            }
        }
        if has_room && !is_damaged && dead.len() <= MOST_DEAD {
            return Ok(true);
        }
        let living = before - dead.iter().map(|dead| dead.bytes).sum::<u64>();
        let free = self.bound.saturating_sub(living + bytes);
        // So that the next time is not at once.
        let kept = if has_room {
            free
        } else {
            free.min(self.bound / 2)
        };
        compaction::compact(&self.folder, self.version, dead, kept)?;
        Ok(total(&self.list()?) + bytes <= self.bound)
    }

    fn list(&self) -> Result<Vec<Segment>, Refused> {
        list(&self.folder).map_err(Refused::at(&self.folder))
    }
}

impl Own {
    /// A new one.
    fn begin(folder: &Path) -> Result<Self, Refused> {
        let name = files::new_name();
        let path = folder.join(&name);
        let begin = || {
            let file = File::create_new(&path)?;
            lock_file(&file)?;
            Ok(file)
        };
        let file = begin().map_err(Refused::at(&path))?;
        Ok(Self {
            name,
            path,
            file,
            length: 0,
        })
    }

    /// Adds all of it or, as far as the system lets it, nothing.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let written = self.file.write_all(bytes);
        match &written {
            Ok(()) => self.length += bytes.len() as u64,
            Err(_) if self.length == 0 => fs::remove_file(&self.path)?,
            Err(_) => self.file.set_len(self.length)?,
        }
        written
    }
}

fn remember(records: impl Iterator<Item = Record>, memory: &MemoryCache) {
    records.for_each(|record| memory.insert(record));
}

fn remove_if(is_dead: bool, path: &Path) -> Result<(), Refused> {
    if is_dead { remove(path) } else { Ok(()) }
}
