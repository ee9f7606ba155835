//! The files of journals: their numbers, how one is taken while others come and go, and how
//! they are removed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::atomic_file::unfinished_path;
use crate::lease::{self, Lease};
use crate::lock::{Lock, Locks};

/// How often the folder may be removed by others while a journal is taken.
const REMOVALS: u32 = 64;

/// Whom locks keep out, as far as it is known of a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    All,
    /// Instances on this machine; of others nothing is known.
    OneMachine,
}

/// What keeps others from a journal.
pub(super) struct Taking {
    pub(super) lock: Lock,
    /// Where locks do not hold for all.
    pub(super) lease: Option<Lease>,
}

/// As [`attempt_in_folder`], where another search may be the last to leave meanwhile, and
/// remove the folder.
pub(super) fn attempt(place: &Path, path: &Path, reach: Reach) -> io::Result<Option<Taking>> {
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
pub(super) fn past_removals<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
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
    // To take a killed search's for another's is to begin a second one.
    let Some(lock) = Lock::try_exclusive_patiently(path)? else {
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
pub(super) fn numbers(place: &Path) -> io::Result<Vec<u64>> {
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

pub(super) fn path_of(place: &Path, number: u64) -> PathBuf {
    place.join(format!("{number}.json"))
}

/// Removes the journal that was left longest, of those that nobody has.
pub(super) fn remove_oldest(mut left: Vec<(SystemTime, PathBuf)>) -> io::Result<Option<String>> {
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
pub(super) fn remove_file(path: &Path) -> io::Result<()> {
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
pub(super) fn remove_folder(place: &Path) -> io::Result<()> {
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
