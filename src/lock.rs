//! Locks between processes, which the system releases when their holder dies.
//!
//! A lock is held on a file or a folder itself, so nothing is left behind that
//! would have to be cleaned up, and `kill -9` leaves nothing locked. A file
//! that was replaced or removed while its lock was waited for is another file:
//! the lock is taken anew, on the one that is in its place.
//!
//! A child that a holder has begun shares its locks until it is the program that it is to
//! be. Where the holder is killed in that moment, its locks outlive it by as long as this
//! takes. So whoever finds a lock taken looks whether who took it lives, and waits a
//! moment where nobody does: it is as good as free, and to pass over it would be to take
//! the dead for instances at work. Who lives lets a lock go by name, and not by closing the
//! file alone, which such a child has too.
//!
//! Some file systems know no locks, and some say yes to all who ask. What can be done
//! without them is done; what must not go on beside others asks first ([`Locks`]).

#![allow(clippy::disallowed_methods, reason = "locks are files")]

use std::fs::{self, File, Metadata, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rustix::io::Errno;

use crate::processes::{Seen, lockers, see};

/// How often a lock of the dead is looked at, five seconds in all: a child becomes another
/// program within milliseconds, or somewhat later on a machine that is busy with much else.
const LOOKS: u32 = 2500;

/// Polling interval of that.
const LOOK: Duration = Duration::from_millis(2);

/// How many of these looks in a row may see nobody who has it.
const UNSEEN: u32 = 4;

/// The same where it is worth half a second not to take the dead for others: processes with
/// numbers of their own, as in a container, are not told of locks that the dead have taken.
const UNSEEN_PATIENTLY: u32 = 250;

/// A lock that is held, until it is dropped.
///
/// On a file system that knows no locks it holds nothing: whoever works there
/// with several instances at once has their atomic writes alone.
#[derive(Debug)]
#[must_use = "it is released when it is dropped"]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Waits until nobody else holds a lock on what is at `path`.
    pub fn exclusive(path: &Path) -> io::Result<Self> {
        Self::wait(path, File::lock)
    }

    /// Waits until nobody holds an exclusive lock on what is at `path`; others
    /// may hold shared ones.
    pub fn shared(path: &Path) -> io::Result<Self> {
        Self::wait(path, File::lock_shared)
    }

    /// Takes an exclusive lock on the folder or file at `path`, which is made a
    /// file where it is missing; `None` where somebody else holds a lock on it.
    pub fn try_exclusive(path: &Path) -> io::Result<Option<Self>> {
        Self::attempt(path, File::try_lock, UNSEEN)
    }

    /// As [`try_exclusive`](Self::try_exclusive), and waits longer for a lock of which nobody
    /// is seen to have it.
    pub(crate) fn try_exclusive_patiently(path: &Path) -> io::Result<Option<Self>> {
        Self::attempt(path, File::try_lock, UNSEEN_PATIENTLY)
    }

    /// Takes a shared lock on the file at `path`, which is made where it is
    /// missing; `None` where somebody else holds an exclusive one.
    pub fn try_shared(path: &Path) -> io::Result<Option<Self>> {
        Self::attempt(path, File::try_lock_shared, UNSEEN)
    }

    /// A lock on a file that is open, which nobody else knows yet.
    pub(crate) fn of_new(file: File) -> io::Result<Self> {
        lock_file(&file)?;
        Ok(Self { file })
    }

    /// The file that is locked.
    pub fn file(&self) -> &File {
        &self.file
    }

    fn attempt(
        path: &Path,
        lock: fn(&File) -> Result<(), TryLockError>,
        unseen: u32,
    ) -> io::Result<Option<Self>> {
        let mut options = File::options();
        options.read(true);
        if !path.is_dir() {
            options.write(true).create(true);
        }
        let file = options.open(path)?;
        match attempt(&file, lock, lockers, unseen)? {
            Ok(()) if is_at(&file, path)? => Ok(Some(Self { file })),
            Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) if is_unsupported(&error) => Ok(Some(Self { file })),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn wait(path: &Path, lock: fn(&File) -> io::Result<()>) -> io::Result<Self> {
        loop {
            let file = File::open(path)?;
            wait_for(&file, lock)?;
            if is_at(&file, path)? {
                return Ok(Self { file });
            }
        }
    }
}

impl Drop for Lock {
    /// Lets it go for a child too that has begun meanwhile and shares it: closing the file
    /// alone would leave it to the child.
    fn drop(&mut self) {
        // Where that is refused it goes with the file.
        let _ = unlock_file(&self.file);
    }
}

/// What locks are worth at a place, as far as it can be seen from one machine. Where they
/// hold on each machine alone that cannot be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locks {
    /// Who has one keeps others out.
    Hold,
    /// The file system knows none.
    Missing,
    /// Two have one at the same time, which only one can have.
    Lie,
}

impl Locks {
    /// What locks are worth on the file or the folder at a path, which is opened twice:
    /// one shares it, and the other is not to have it alone then. What cannot be opened
    /// is for those to tell who have to write there.
    pub fn at(path: &Path) -> Self {
        Self::try_at(path).unwrap_or(Self::Hold)
    }

    fn try_at(path: &Path) -> io::Result<Self> {
        let (one, other) = (File::open(path)?, File::open(path)?);
        let is_had = |attempt: Result<(), TryLockError>| match attempt {
            Ok(()) => Ok(Some(true)),
            Err(TryLockError::WouldBlock) => Ok(Some(false)),
            Err(TryLockError::Error(error)) if is_unsupported(&error) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        };
        Ok(match is_had(one.try_lock_shared())? {
            None => Self::Missing,
            // Somebody else has it, and keeps this one out.
            Some(false) => Self::Hold,
            Some(true) => match is_had(other.try_lock())? {
                None => Self::Missing,
                Some(false) => Self::Hold,
                Some(true) => Self::Lie,
            },
        })
    }

    /// Whether they keep others out, as far as it can be seen.
    pub fn hold(self) -> bool {
        self == Self::Hold
    }

    /// What is wrong with them, if something is.
    pub fn problem(self) -> Option<&'static str> {
        match self {
            Self::Hold => None,
            Self::Missing => Some("the file system knows no locks (flock)"),
            Self::Lie => Some("locks (flock) there keep nobody out: two could have one at once"),
        }
    }
}

/// Waits for an exclusive lock on an open file, which is held until
/// [`unlock_file`]; whether it is had, for on a file system that knows no locks
/// it is not.
pub fn lock_file(file: &File) -> io::Result<bool> {
    wait_for(file, File::lock)
}

/// Lets a lock on an open file go, where the file system knows locks.
pub fn unlock_file(file: &File) -> io::Result<()> {
    wait_for(file, File::unlock).map(drop)
}

/// Whether a path leads to this very file.
pub fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    metadata_at(file, path).map(|metadata| metadata.is_some())
}

/// What the system says of a file that a path leads to; `None` where it leads to another, or
/// nowhere.
pub(crate) fn metadata_at(file: &File, path: &Path) -> io::Result<Option<Metadata>> {
    let own = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok(((own.dev(), own.ino()) == (there.dev(), there.ino())).then_some(own)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Attempts to lock a file. What the dead have is attempted again until those who share it
/// have let it go; where nobody is seen to have it, so many times in a row.
fn attempt(
    file: &File,
    lock: fn(&File) -> Result<(), TryLockError>,
    lockers: impl Fn(&File) -> io::Result<Vec<u32>>,
    most_unseen: u32,
) -> io::Result<Result<(), TryLockError>> {
    let mut attempt = lock(file);
    let mut unseen = 0;
    for _ in 0..LOOKS {
        if !matches!(attempt, Err(TryLockError::WouldBlock)) {
            break;
        }
        let lockers = lockers(file)?;
        if lockers.iter().any(|id| see(*id) != Seen::Nothing) {
            break;
        }
        // They have let it go just now, or are not to be seen from here, or the list,
        // which is read while it changes, has left them out: now and then, and not in a row.
        unseen = match lockers.is_empty() {
            true => unseen + 1,
            false => 0,
        };
        if unseen > most_unseen {
            break;
        }
        thread::sleep(LOOK);
        attempt = lock(file);
    }
    Ok(attempt)
}

/// Whether the lock is had.
fn wait_for(file: &File, lock: fn(&File) -> io::Result<()>) -> io::Result<bool> {
    loop {
        match lock(file) {
            Ok(()) => return Ok(true),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if is_unsupported(&error) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
}

/// Whether the file system knows no locks: NFS has none on folders, and some
/// network file systems have none at all.
fn is_unsupported(error: &io::Error) -> bool {
    let known = [Errno::BADF, Errno::NOLCK, Errno::NOSYS, Errno::OPNOTSUPP];
    Errno::from_io_error(error).is_some_and(|errno| known.contains(&errno))
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn one_holder_at_a_time_on_files_and_folders() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        for path in [folder.path(), &file] {
            let held = Lock::exclusive(path).unwrap();
            std::thread::scope(|scope| {
                let waiting = scope.spawn(|| Lock::shared(path).unwrap());
                std::thread::sleep(std::time::Duration::from_millis(20));
                assert!(!waiting.is_finished());
                drop(held);
                let _both = [waiting.join().unwrap(), Lock::shared(path).unwrap()];
            });
        }
        let held = Lock::try_exclusive(&file).unwrap();
        assert!(held.is_some());
        assert!(Lock::try_exclusive(&file).unwrap().is_none());
        assert!(Lock::try_shared(&file).unwrap().is_none());
        drop(held);
        let held = Lock::try_shared(&file).unwrap();
        assert!(held.is_some());
        assert!(Lock::try_exclusive(&file).unwrap().is_none());
        assert!(Lock::try_shared(&file).unwrap().is_some());
    }

    #[test]
    fn a_lock_that_is_let_go_is_free_whichever_child_shares_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "").unwrap();
        let held = Lock::exclusive(&path).unwrap();
        let mut child = Command::new("sleep")
            .arg("60")
            .stdin(held.file().try_clone().unwrap())
            .spawn()
            .unwrap();
        assert!(Lock::try_exclusive(&path).unwrap().is_none());
        drop(held);
        assert!(Lock::try_exclusive(&path).unwrap().is_some());
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_lock_that_the_dead_have_left_to_a_child_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "").unwrap();
        // `flock` has ended when its shell goes on, and `sleep` has what it took.
        let script = "exec 9< \"$0\"; flock 9; sleep 1 > /dev/null & echo $!";
        let left = Command::new("sh")
            .args(["-c", script])
            .arg(&path)
            .stderr(Stdio::null())
            .output();
        let heir = String::from_utf8(left.unwrap().stdout).unwrap();
        assert_ne!(see(heir.trim().parse().unwrap()), Seen::Nothing, "{heir}");
        assert!(Lock::try_exclusive(&path).unwrap().is_some());
    }

    #[test]
    fn a_lock_of_which_nobody_is_seen_to_have_it_is_waited_for_as_long_as_it_is_worth() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "").unwrap();
        // As in a container, whose list has no locks of the dead.
        let nobody = |_: &File| Ok(Vec::new());
        let file = File::open(&path).unwrap();
        let is_had = |unseen| {
            attempt(&file, File::try_lock, nobody, unseen)
                .unwrap()
                .is_ok()
        };
        let held = Lock::exclusive(&path).unwrap();
        assert!(!is_had(UNSEEN));
        std::thread::scope(|scope| {
            let patient = scope.spawn(|| is_had(u32::MAX));
            thread::sleep(20 * LOOK);
            assert!(!patient.is_finished());
            drop(held);
            assert!(patient.join().unwrap());
        });
    }

    #[test]
    fn what_the_dead_have_is_waited_for_though_the_list_leaves_it_out_now_and_then() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "").unwrap();
        let mut dead = Command::new("true").spawn().unwrap();
        dead.wait().unwrap();
        let looks = AtomicU32::new(0);
        let every_other = |_: &File| {
            let is_listed = looks.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
            Ok(Vec::from_iter(is_listed.then_some(dead.id())))
        };
        let file = File::open(&path).unwrap();
        let held = Lock::exclusive(&path).unwrap();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| attempt(&file, File::try_lock, every_other, UNSEEN));
            while !waiting.is_finished() && looks.load(Ordering::Relaxed) < 10 * UNSEEN {
                thread::sleep(LOOK);
            }
            drop(held);
            assert!(waiting.join().unwrap().unwrap().is_ok());
        });
    }

    #[test]
    fn locks_that_hold_are_found_out_whoever_has_them() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        for path in [folder.path(), &file] {
            assert_eq!(Locks::at(path), Locks::Hold);
            let shared = Lock::shared(path).unwrap();
            assert_eq!(Locks::at(path), Locks::Hold);
            drop(shared);
            let _alone = Lock::exclusive(path).unwrap();
            assert_eq!(Locks::at(path), Locks::Hold);
        }
        assert_eq!(Locks::at(&folder.path().join("missing")), Locks::Hold);
    }

    #[test]
    fn what_was_replaced_while_it_was_waited_for_is_locked_anew() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("file"), folder.path().join("other"));
        fs::write(&path, "old").unwrap();
        fs::write(&other, "new").unwrap();
        let held = Lock::exclusive(&path).unwrap();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| Lock::exclusive(&path).unwrap());
            fs::rename(&other, &path).unwrap();
            drop(held);
            let lock = waiting.join().unwrap();
            assert!(is_at(lock.file(), &path).unwrap());
        });
    }
}
