//! The journal of a search: the round in hand, so that a search that was killed goes on
//! with that very round.
//!
//! It is state, as the seed is: losing it changes what is drawn, never what is right. So
//! one that is damaged, or of another version, is told, and made anew.
//!
//! # Whose it is
//!
//! Journals are files `searches/<number>.json` beside the store's folders, one a search. The
//! instance that has one holds a lock on it. Whoever starts takes the first that nobody
//! holds and that is of the same command: the options that decide what is drawn and
//! filed, and the seed where one is given. So several instances of one command each find
//! one of theirs again, and it does not matter which: each is a whole search. A search
//! that ends because it did what it was asked for removes its journal; one that was
//! stopped, or had no more time, leaves it.
//!
//! Where locks do not hold, or are not known to hold beyond one machine, whose it is says
//! a lease beside it too (module `lease`): two machines that start one search each have one of
//! their own then, and the journal of a machine that died is free after ten minutes. On
//! other file systems the lock alone says it, and it is free at once.
//!
//! # Its bound
//!
//! A journal holds one card, and is replaced whole. There are at most [`MOST`] of
//! them: where so many searches were left, the one that was left longest goes.

#![allow(clippy::disallowed_methods, reason = "journals are files")]

mod files;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::entry::Entry;
use crate::atomic_file::{begin_alone, usual_permissions};
use crate::file_system::FileSystem;
use crate::fingerprint::Fingerprint;
use crate::lease::Lease;
use crate::lock::Lock;
use crate::store::folder;
use files::{
    Reach, Taking, attempt, numbers, past_removals, path_of, remove_file, remove_folder,
    remove_oldest,
};

/// The folder of the journals, beside the store's.
const FOLDER: &str = "searches";

/// The most journals beside a store.
pub const MOST: usize = 32;

/// The journal of this instance's search, which no other takes.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    /// Whether there is nothing in it to go on with.
    is_empty: bool,
    _lock: Lock,
    /// Where locks do not hold for all.
    lease: Option<Lease>,
}

/// What was found of a search to go on with.
#[derive(Debug)]
pub struct Taken {
    /// The journal from now on.
    pub journal: Journal,
    /// What it held, of the same command.
    pub entry: Option<Entry>,
    /// Notices of what is damaged: a sentence each.
    pub notices: Vec<String>,
}

/// Error for a journal that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be written: {reason}", path.display())]
pub struct JournalError {
    /// The file or its folder.
    pub path: PathBuf,
    /// What the system said.
    pub reason: io::Error,
}

impl JournalError {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |reason| Self {
            path: path.to_owned(),
            reason,
        }
    }
}

impl Journal {
    /// Takes the journal of a command beside the store under `out`, or a new one.
    ///
    /// # Errors
    /// [`JournalError`] where the folder cannot be written, or is a link.
    pub fn take(out: &Path, command: Fingerprint) -> Result<Taken, JournalError> {
        let place = out.join(FOLDER);
        let take = || {
            folder::make_path(out)?;
            folder::make(out, &place)?;
            let reach = match FileSystem::of(&place)?.concern() {
                None => Reach::All,
                Some(_) => Reach::OneMachine,
            };
            Self::take_in(&place, &command.to_string(), reach)
        };
        past_removals(take).map_err(JournalError::at(&place))
    }

    fn take_in(place: &Path, command: &str, reach: Reach) -> io::Result<Taken> {
        let mut notices = Vec::new();
        let mut free = None;
        let mut left = Vec::new();
        for number in numbers(place)? {
            let path = path_of(place, number);
            // Another's is not touched: whoever starts at the same time is to find it free.
            if let Content::OfAnother(modified) = Content::of(&path, command)? {
                left.push((modified, path));
                continue;
            }
            let Some(Taking { lock, lease }) = attempt(place, &path, reach)? else {
                continue;
            };
            match Content::of(&path, command)? {
                Content::Own(entry) => {
                    let journal = Self {
                        path,
                        is_empty: false,
                        _lock: lock,
                        lease,
                    };
                    return Ok(Taken {
                        journal,
                        entry: Some(*entry),
                        notices,
                    });
                }
                Content::OfAnother(modified) => {
                    left.push((modified, path));
                    continue;
                }
                Content::Damaged(problem) => {
                    notices.push(format!(
                        "{}: a journal of a search that cannot be gone on with is removed: {problem}",
                        path.display()
                    ));
                    fs::remove_file(&path)?;
                }
                Content::Nothing => fs::remove_file(&path)?,
            }
            free.get_or_insert(number);
        }
        if left.len() >= MOST {
            notices.extend(remove_oldest(left)?);
        }
        let first = free.unwrap_or(0);
        let mut number = first;
        loop {
            let path = path_of(place, number);
            if fs::symlink_metadata(&path).is_err()
                && let Some(Taking { lock, lease }) = attempt(place, &path, reach)?
            {
                return Ok(Taken {
                    journal: Self {
                        path,
                        is_empty: true,
                        _lock: lock,
                        lease,
                    },
                    entry: None,
                    notices,
                });
            }
            number += 1;
        }
    }

    /// Replaces what the journal says, whole: a kill leaves the old or the new.
    ///
    /// # Errors
    /// [`JournalError`] where it cannot be written.
    pub fn write(&mut self, entry: &Entry) -> Result<(), JournalError> {
        let path = self.path.clone();
        let write = || {
            let mut file = match begin_alone(&path, usual_permissions()) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    // Somebody has removed the folder.
                    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
                    begin_alone(&path, usual_permissions())?
                }
                begun => begun?,
            };
            file.write_all(entry.to_text().as_bytes())?;
            // Nobody finds it without its lock, nor the old one while this goes on.
            let lock = Lock::of_new(file.as_file().try_clone()?)?;
            file.persist(&path)?;
            Ok(lock)
        };
        self._lock = write().map_err(JournalError::at(&self.path))?;
        if let Some(lease) = &self.lease {
            lease.renew();
        }
        self.is_empty = false;
        Ok(())
    }

    /// Removes it: there is nothing to go on with.
    ///
    /// # Errors
    /// [`JournalError`] where it cannot be removed.
    pub fn remove(mut self) -> Result<(), JournalError> {
        self.is_empty = false;
        self.remove_file_and_folder()
    }

    fn remove_file_and_folder(&self) -> Result<(), JournalError> {
        remove_file(&self.path).map_err(JournalError::at(&self.path))?;
        let place = self.path.parent().unwrap_or(Path::new("."));
        remove_folder(place).map_err(JournalError::at(place))
    }
}

impl Drop for Journal {
    /// A search that could not begin leaves nothing.
    fn drop(&mut self) {
        if self.is_empty {
            // A file that stays is empty, and the next search takes it.
            let _ = self.remove_file_and_folder();
        }
    }
}

/// A journal that was left, or that an instance has.
#[derive(Debug)]
pub struct Left {
    /// Its file.
    pub path: PathBuf,
    /// What it holds.
    pub entry: Entry,
}

/// The first journal of a command beside the store under `out`, looked at: it is another
/// instance's, if one has it.
///
/// # Errors
/// [`JournalError`] where the journals cannot be listed or read.
pub fn left(out: &Path, command: Fingerprint) -> Result<Option<Left>, JournalError> {
    let place = out.join(FOLDER);
    if !folder::is_there(&place) {
        return Ok(None);
    }
    let command = command.to_string();
    for number in numbers(&place).map_err(JournalError::at(&place))? {
        let path = path_of(&place, number);
        let content = Content::of(&path, &command).map_err(JournalError::at(&path))?;
        if let Content::Own(entry) = content {
            let entry = *entry;
            return Ok(Some(Left { path, entry }));
        }
    }
    Ok(None)
}

/// Number of the journals beside the store under `out`.
///
/// # Errors
/// [`JournalError`] where they cannot be listed.
pub fn found(out: &Path) -> Result<u64, JournalError> {
    let place = out.join(FOLDER);
    match folder::is_there(&place) {
        true => Ok(numbers(&place).map_err(JournalError::at(&place))?.len() as u64),
        false => Ok(0),
    }
}

/// Removes the journals beside the store under `out`, and nothing else; their number.
///
/// # Errors
/// [`JournalError`] where one cannot be removed.
pub fn clear(out: &Path) -> Result<u64, JournalError> {
    let place = out.join(FOLDER);
    if !folder::is_there(&place) {
        return Ok(0);
    }
    let clear = || {
        let numbers = numbers(&place)?;
        for &number in &numbers {
            remove_file(&path_of(&place, number))?;
        }
        remove_folder(&place)?;
        Ok(numbers.len() as u64)
    };
    clear().map_err(JournalError::at(&place))
}

/// What is in the file of a journal.
enum Content {
    /// Nothing: its search was killed before it had anything to say, or begins just now.
    Nothing,
    /// A search of the command that is asked for.
    Own(Box<Entry>),
    /// One of another command, last written then.
    OfAnother(SystemTime),
    /// What is wrong with it.
    Damaged(String),
}

impl Content {
    fn of(path: &Path, command: &str) -> io::Result<Self> {
        let mut text = Vec::new();
        let modified = match fs::File::open(path) {
            Ok(mut file) => {
                file.read_to_end(&mut text)?;
                file.metadata()?.modified()?
            }
            // Whoever had it has removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::Nothing),
            Err(error) => return Err(error),
        };
        if text.is_empty() {
            return Ok(Self::Nothing);
        }
        let text = String::from_utf8(text).map_err(|error| error.to_string());
        let entry =
            text.and_then(|text| Entry::from_text(&text).map_err(|error| error.to_string()));
        Ok(match entry {
            Ok(entry) if entry.command == command => Self::Own(Box::new(entry)),
            Ok(_) => Self::OfAnother(modified),
            Err(problem) => Self::Damaged(problem),
        })
    }
}
