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

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::entry::Entry;
use crate::atomic_file::{begin_alone, unfinished_path, usual_permissions};
use crate::file_system::FileSystem;
use crate::fingerprint::Fingerprint;
use crate::lease::{self, Lease};
use crate::lock::{Lock, Locks};
use crate::refusal::make_folder;
use crate::store::folder;

/// The folder of the journals, beside the store's.
const FOLDER: &str = "searches";

/// How often the folder may be removed by others while a journal is taken.
const REMOVALS: u32 = 64;

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
            make_folder(out)?;
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

/// Removes the journals beside the store under `out`, and nothing else.
///
/// # Errors
/// [`JournalError`] where one cannot be removed.
pub fn clear(out: &Path) -> Result<(), JournalError> {
    let place = out.join(FOLDER);
    let is_folder = fs::symlink_metadata(&place).is_ok_and(|metadata| metadata.is_dir());
    if !is_folder {
        return Ok(());
    }
    let clear = || {
        for number in numbers(&place)? {
            remove_file(&path_of(&place, number))?;
        }
        remove_folder(&place)
    };
    clear().map_err(JournalError::at(&place))
}

/// Whom locks keep out, as far as it is known of a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    All,
    /// Instances on this machine; of others nothing is known.
    OneMachine,
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

/// What keeps others from a journal.
struct Taking {
    lock: Lock,
    /// Where locks do not hold for all.
    lease: Option<Lease>,
}

/// As [`attempt_in_folder`], where another search may be the last to leave meanwhile, and
/// remove the folder.
fn attempt(place: &Path, path: &Path, reach: Reach) -> io::Result<Option<Taking>> {
    past_removals(|| match attempt_in_folder(path, reach) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::create_dir(place) {
            // Another was quicker, and may have removed it again.
            Err(made) if made.kind() != io::ErrorKind::AlreadyExists => Err(made),
            _ => Err(error),
        },
        other => other,
    })
}

/// What is done in a folder, once more where others have removed it meanwhile.
fn past_removals<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 0..REMOVALS {
        match attempt() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => return other,
        }
    }
    attempt()
}

/// Takes the lock on a journal, which is made where it is missing, and its lease where
/// locks do not hold for all; `None` where another instance has it.
fn attempt_in_folder(path: &Path, reach: Reach) -> io::Result<Option<Taking>> {
    let of = path.with_extension("");
    // Also where locks hold: the file system may be known by another name elsewhere. And
    // first, for a file that is made here and not had would be left.
    if lease::is_taken(&of)? {
        return Ok(None);
    }
    let Some(lock) = Lock::try_exclusive(path)? else {
        return Ok(None);
    };
    if reach == Reach::All && Locks::at(path).hold() {
        return Ok(Some(Taking { lock, lease: None }));
    }
    let lease = Lease::take(&of)?;
    Ok(lease.map(|lease| Taking {
        lock,
        lease: Some(lease),
    }))
}

/// The numbers of the journals in a folder, the first first. What is no file is none.
fn numbers(place: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    let entries = match fs::read_dir(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(numbers),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".json"));
        if let Some(number) = number.and_then(|number| number.parse::<u64>().ok())
            && entry.file_type()?.is_file()
            && path_of(place, number) == entry.path()
        {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

fn path_of(place: &Path, number: u64) -> PathBuf {
    place.join(format!("{number}.json"))
}

/// Removes the journal that was left longest, of those that nobody has.
fn remove_oldest(mut left: Vec<(SystemTime, PathBuf)>) -> io::Result<Option<String>> {
    left.sort();
    for (_, path) in &left {
        let Some(_lock) = Lock::try_exclusive(path)? else {
            continue;
        };
        if lease::is_taken(&path.with_extension(""))? {
            continue;
        }
        remove_file(path)?;
        return Ok(Some(format!(
            "{}: the journal of a search that was left is removed, for there are {}",
            path.display(),
            left.len()
        )));
    }
    Ok(None)
}

/// Removes a journal, and what a kill has left beside it.
fn remove_file(path: &Path) -> io::Result<()> {
    let leases = lease::all_of(&path.with_extension(""))?;
    let beside = leases.into_iter().chain([unfinished_path(path)]);
    for path in [path.to_owned()].into_iter().chain(beside) {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Removes the folder where nothing is in it.
fn remove_folder(place: &Path) -> io::Result<()> {
    match fs::remove_dir(place) {
        Err(error)
            if !matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty
            ) =>
        {
            Err(error)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::Ingredients;
    use crate::search::ending::RoundTimes;

    fn command(name: &str) -> Fingerprint {
        let mut ingredients = Ingredients::default();
        ingredients.text(name);
        ingredients.fingerprint()
    }

    fn entry(command: Fingerprint) -> Entry {
        Entry {
            command: command.to_string(),
            search_id: "search".to_owned(),
            seed: 7,
            rounds_done: 1,
            times: RoundTimes::default(),
            told_solved: Default::default(),
            in_hand: None,
        }
    }

    fn take(out: &Path, name: &str) -> Taken {
        Journal::take(out, command(name)).unwrap()
    }

    fn names(out: &Path) -> Vec<u64> {
        numbers(&out.join(FOLDER)).unwrap()
    }

    /// Takes a journal, writes it, and is killed.
    fn leave(out: &Path, name: &str) {
        take(out, name)
            .journal
            .write(&entry(command(name)))
            .unwrap();
    }

    #[test]
    fn each_finds_one_of_its_command_that_nobody_has() {
        let out = tempfile::tempdir().unwrap();
        let out = out.path();
        leave(out, "one");
        let mut other = take(out, "other");
        assert!(other.entry.is_none());
        let one = take(out, "one");
        assert_eq!(one.entry, Some(entry(command("one"))));
        // While it is held, also after it was written.
        let mut second = take(out, "one");
        assert!(second.entry.is_none());
        second.journal.write(&entry(command("one"))).unwrap();
        other.journal.write(&entry(command("other"))).unwrap();
        assert!(take(out, "other").entry.is_none());
        assert_eq!(names(out), [0, 1, 2]);
        drop(second);
        assert!(take(out, "one").entry.is_some());
        one.journal.remove().unwrap();
        assert_eq!(names(out), [1, 2]);
        clear(out).unwrap();
        assert!(!out.join(FOLDER).exists());
    }

    /// Who is on another machine holds the same journal by its lease alone.
    #[test]
    fn where_locks_are_of_one_machine_a_lease_keeps_those_of_others_out() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path();
        leave(out, "one");
        let place = out.join(FOLDER);
        let taken = |reach| {
            let command = command("one").to_string();
            Journal::take_in(&place, &command, reach).unwrap()
        };
        let elsewhere = place.join("0.1");
        fs::write(&elsewhere, "held elsewhere 7 9").unwrap();
        for reach in [Reach::OneMachine, Reach::All] {
            let other = taken(reach);
            assert_eq!((other.entry, names(out)), (None, vec![0, 1]), "{reach:?}");
            let has_lease = fs::exists(place.join("1.1")).unwrap();
            assert_eq!(has_lease, reach == Reach::OneMachine);
        }
        // It died, ten minutes ago.
        let file = fs::File::open(&elsewhere).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        let own = taken(Reach::OneMachine);
        assert_eq!(own.entry, Some(entry(command("one"))));
        assert!(fs::exists(place.join("0.2")).unwrap());
        own.journal.remove().unwrap();
        assert!(!place.exists());
    }

    #[test]
    fn what_is_had_by_a_lease_alone_is_passed_over_and_no_file_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join(FOLDER);
        fs::create_dir(&place).unwrap();
        // Who has it has just removed the file, or is about to make it.
        fs::write(place.join("0.1"), "held elsewhere 7 9").unwrap();
        for reach in [Reach::OneMachine, Reach::All] {
            let taken = Journal::take_in(&place, "one", reach).unwrap();
            assert_eq!(names(folder.path()), [1], "{reach:?}");
            drop(taken);
        }
    }

    #[test]
    fn each_finds_its_own_while_others_look_for_theirs() {
        let out = tempfile::tempdir().unwrap();
        let out = out.path();
        let commands = ["one", "two", "three"];
        for name in commands {
            leave(out, name);
        }
        std::thread::scope(|scope| {
            for name in commands {
                scope.spawn(move || {
                    for _ in 0..100 {
                        assert_eq!(take(out, name).entry, Some(entry(command(name))));
                    }
                });
            }
        });
        assert_eq!(names(out), [0, 1, 2]);
    }

    #[test]
    fn one_that_could_not_begin_leaves_nothing() {
        let out = tempfile::tempdir().unwrap();
        drop(take(out.path(), "one"));
        assert!(!out.path().join(FOLDER).exists());
    }

    #[test]
    fn there_are_never_more_than_the_bound() {
        let out = tempfile::tempdir().unwrap();
        let out = out.path();
        let old = |number: u64| {
            let file = fs::File::open(path_of(&out.join(FOLDER), number)).unwrap();
            let long_ago = SystemTime::now() - std::time::Duration::from_secs(1000 - number);
            file.set_modified(long_ago).unwrap();
        };
        for number in 0..MOST as u64 {
            leave(out, &number.to_string());
            old(number);
        }
        assert_eq!(names(out).len(), MOST);
        for number in 0..3 {
            let name = format!("more {number}");
            let taken = take(out, &name);
            assert_eq!(taken.notices.len(), 1, "{:?}", taken.notices);
            drop(taken);
            leave(out, &name);
            assert!(names(out).len() <= MOST);
        }
        assert!(take(out, "0").entry.is_none(), "it was left longest");
        assert!(take(out, "20").entry.is_some());
    }

    #[test]
    fn what_is_no_file_is_left_alone_and_a_link_is_not_followed() {
        let out = tempfile::tempdir().unwrap();
        let out = out.path();
        let place = out.join(FOLDER);
        fs::create_dir(&place).unwrap();
        fs::create_dir(place.join("0.json")).unwrap();
        let elsewhere = out.join("elsewhere");
        std::os::unix::fs::symlink(&elsewhere, place.join("1.json")).unwrap();
        leave(out, "one");
        assert!(!elsewhere.exists());
        assert_eq!(names(out), [2]);
        fs::create_dir(&elsewhere).unwrap();
        let linked = out.join("linked");
        fs::create_dir(&linked).unwrap();
        std::os::unix::fs::symlink(&elsewhere, linked.join(FOLDER)).unwrap();
        assert!(Journal::take(&linked, command("one")).is_err());
    }

    /// Who leaves last removes the folder, at any moment of another's beginning.
    #[test]
    fn who_begins_while_others_leave_has_a_journal() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for searcher in 0..8 {
                let out = folder.path();
                scope.spawn(move || {
                    for round in 0..300 {
                        let command = command(&format!("{searcher} {round}"));
                        let taken = Journal::take(out, command).unwrap();
                        taken.journal.remove().unwrap();
                    }
                });
            }
        });
        assert!(!folder.path().join(FOLDER).exists());
    }
}
