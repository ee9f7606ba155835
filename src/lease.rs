//! Leases: what one instance has for itself where no lock can be relied on.
//!
//! A lease is a file beside what it is of, `<name>.1`, which is made exclusively and says
//! who holds it (a `Holder`). It is lost when its holder is dead: at once where that can be
//! seen, and of another machine's when it was not renewed for ten minutes. Who takes over
//! makes the next one, `<name>.2`, exclusively too, so that one alone does; the last one
//! counts.
//!
//! That holds wherever files can be made exclusively, on a file system of many machines
//! without locks as well. Only the dead of another machine cost time.
//!
//! What a lease is of may take longer than it holds: a slow task, a long round. So all that
//! this process holds is renewed every now and then by a thread that is there anyway
//! ([`renew_held`]): the one that shows how far a run is, or the caller's from Python.
//! Which those are is known here, as the system knows a process's locks, so that no front
//! end has to be told of a lease to keep it. Where the system grants no such thread, they
//! are renewed between tasks and rounds alone.

#![allow(clippy::disallowed_methods, reason = "leases are files")]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::fs::{Timespec, Timestamps, UTIME_NOW, UTIME_OMIT, futimens};

use crate::atomic_file;
use crate::holder::{Holder, Life};

/// How long a lease of another machine holds that is not renewed, by the clock of the file
/// system.
const LEASE: Duration = Duration::from_secs(600);

/// How often [`renew_held`] is to be called. A sign of life may be seen a minute late, on
/// a file system that remembers what files were like.
pub const RENEWAL: Duration = Duration::from_secs(5);

/// The leases that this process holds.
static HELD: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Says of all leases that this process holds that it lives.
pub fn renew_held() {
    let held: Vec<PathBuf> = held().iter().cloned().collect();
    held.iter().for_each(|lease| renew(lease));
}

fn held() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

fn renew(lease: &Path) {
    // Where that is refused it ends, and at worst what it is of is done twice.
    if let Ok(file) = File::open(lease) {
        let _ = touch(&file);
    }
}

/// Lease of this instance's, until it is dropped.
#[derive(Debug)]
#[must_use = "it is given up when it is dropped"]
pub(crate) struct Lease {
    of: PathBuf,
    /// Its number, from 1.
    generation: u32,
}

impl Lease {
    /// Takes the lease of what is at a path, there or not; `None` where somebody has it.
    pub(crate) fn take(of: &Path) -> io::Result<Option<Self>> {
        let last = last_of(of)?;
        if last > 0 && is_held(&path_of(of, last))? {
            return Ok(None);
        }
        let generation = last + 1;
        let text = format!("{}\n", Holder::own());
        let is_made = atomic_file::create(&path_of(of, generation), &text)?;
        // Else another was quicker.
        Ok(is_made.then(|| {
            held().insert(path_of(of, generation));
            Self {
                of: of.to_owned(),
                generation,
            }
        }))
    }

    /// Says that it is held still.
    pub(crate) fn renew(&self) {
        renew(&path_of(&self.of, self.generation));
    }

    /// Ends it, for nobody is to have what it is of any more.
    pub(crate) fn end(self) {
        // Those before it are of the dead.
        for generation in 1..self.generation {
            let _ = fs::remove_file(path_of(&self.of, generation));
        }
    }
}

impl Drop for Lease {
    /// One that stays is of a holder that is dead.
    fn drop(&mut self) {
        let path = path_of(&self.of, self.generation);
        held().remove(&path);
        let _ = fs::remove_file(path);
    }
}

/// Whether somebody has the lease of what is at a path.
pub(crate) fn is_taken(of: &Path) -> io::Result<bool> {
    let last = last_of(of)?;
    Ok(last > 0 && is_held(&path_of(of, last))?)
}

/// All leases of what is at a path, those of the dead too.
pub(crate) fn all_of(of: &Path) -> io::Result<Vec<PathBuf>> {
    Ok((1..=last_of(of)?)
        .map(|number| path_of(of, number))
        .collect())
}

/// What a file is a lease of, by its name; `None` where that is none.
pub(crate) fn of_path(path: &Path) -> Option<PathBuf> {
    let number: u32 = path.extension()?.to_str()?.parse().ok()?;
    let of = path.with_extension("");
    (path_of(&of, number) == path).then_some(of)
}

/// Where a lease is, by its number.
fn path_of(of: &Path, generation: u32) -> PathBuf {
    of.with_extension(generation.to_string())
}

/// The number of the last lease; 0 where there is none.
fn last_of(of: &Path) -> io::Result<u32> {
    let mut last = 0;
    while fs::exists(path_of(of, last + 1))? {
        last += 1;
    }
    Ok(last)
}

/// Whether the holder of a lease has it still.
fn is_held(lease: &Path) -> io::Result<bool> {
    let text = match fs::read_to_string(lease) {
        // It was given up just now.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        other => other?,
    };
    let holder = Holder::from_text(&text);
    match holder.map_or(Life::Unknown, |holder| holder.life()) {
        Life::Lives => Ok(true),
        Life::Dead => Ok(false),
        Life::Unknown => {
            let renewed = fs::metadata(lease)?.modified()?;
            let now = atomic_file::time_at(lease.parent().unwrap_or(Path::new(".")))?;
            // One that was renewed later than now was renewed just now.
            Ok(now.duration_since(renewed).unwrap_or_default() < LEASE)
        }
    }
}

/// Sets the time of change of a file to the present, by the clock of its file system.
fn touch(file: &File) -> io::Result<()> {
    let time = |nanoseconds| Timespec {
        tv_sec: 0,
        tv_nsec: nanoseconds,
    };
    let times = Timestamps {
        last_access: time(UTIME_OMIT),
        last_modification: time(UTIME_NOW),
    };
    Ok(futimens(file, &times)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_it_until_it_is_given_up_or_its_holder_is_dead() {
        let folder = tempfile::tempdir().unwrap();
        let of = folder.path().join("of");
        let first = Lease::take(&of).unwrap().unwrap();
        assert!(is_taken(&of).unwrap() && Lease::take(&of).unwrap().is_none());
        drop(first);
        assert!(!is_taken(&of).unwrap());
        // Of a process that began at another time under this PID.
        let own = Holder::own().to_string();
        let dead = own.rsplit_once(' ').unwrap().0.to_owned() + " 1";
        fs::write(path_of(&of, 1), dead).unwrap();
        let second = Lease::take(&of).unwrap().unwrap();
        assert_eq!(second.generation, 2);
        assert!(Lease::take(&of).unwrap().is_none());
        second.end();
        assert_eq!(all_of(&of).unwrap(), [] as [PathBuf; 0]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    /// As if it had not been renewed since the clock began.
    fn age(lease: &Path) {
        let file = File::options().write(true).open(lease).unwrap();
        let long_ago = fs::FileTimes::new().set_modified(std::time::UNIX_EPOCH);
        file.set_times(long_ago).unwrap();
    }

    #[test]
    fn all_that_are_held_are_renewed_together_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let of = ["one", "two", "given up", "left"].map(|name| folder.path().join(name));
        let held = of.each_ref().map(|of| Lease::take(of).unwrap());
        let [one, two, given_up, left] = held;
        drop(given_up);
        // Of a holder that was killed, and is of another machine.
        drop(left);
        // So that each is seen by its age alone.
        for of in &of {
            fs::write(path_of(of, 1), "held elsewhere 7 9").unwrap();
            age(&path_of(of, 1));
            assert!(!is_taken(of).unwrap());
        }
        renew_held();
        assert_eq!(
            of.map(|of| is_taken(&of).unwrap()),
            [true, true, false, false]
        );
        drop([one, two]);
    }

    #[test]
    fn of_another_machine_it_ends_when_it_is_not_renewed() {
        let folder = tempfile::tempdir().unwrap();
        let of = folder.path().join("of");
        let path = path_of(&of, 1);
        for text in ["held elsewhere 7 9", ""] {
            fs::write(&path, text).unwrap();
            assert!(is_taken(&of).unwrap(), "{text}");
            age(&path);
            assert!(!is_taken(&of).unwrap(), "{text}");
            renew(&path);
            assert!(is_taken(&of).unwrap(), "{text}");
        }
        assert_eq!(of_path(&path), Some(of));
        assert_eq!(of_path(&folder.path().join("notes.txt")), None);
    }
}
