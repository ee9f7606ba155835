//! How instances share the cores of a machine.
//!
//! There is a slot for each core: a file in a folder of the user's under the
//! system's temporary folder, and whoever holds its lock may have a worker at
//! work. A process that dies loses its locks, so no slot is ever lost.
//!
//! An instance takes slots for a while, and gives them back. Where several
//! want them they queue: the one at the head, which holds the queue's lock,
//! waits for a slot, and takes only one as long as others wait behind it. So
//! with many instances each has one worker, which is also the best use of the
//! cores, for a lone worker never waits for another. Waiting is done by looking
//! again every millisecond or two: a wait that the system does could not be
//! ended by a signal.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::lock::Lock;

/// How long the head of the queue waits before it looks for a slot again.
const LOOK: Duration = Duration::from_millis(1);

/// How long the others wait before they try to be the head.
const QUEUE: Duration = Duration::from_millis(2);

/// The slots of a machine.
#[derive(Debug)]
pub struct Slots {
    folder: PathBuf,
    cores: usize,
}

/// Slots that are held, until it is dropped.
#[derive(Debug)]
#[must_use = "they are given back when it is dropped"]
pub struct HeldSlots<'slots> {
    slots: &'slots Slots,
    held: Vec<Option<Lock>>,
}

impl Slots {
    /// The slots for so many cores, in a folder of the user's own under
    /// `temporary`.
    ///
    /// Fails where the folder cannot be made, or is somebody else's.
    pub fn open(temporary: &Path, cores: usize) -> io::Result<Self> {
        let user = rustix::process::geteuid().as_raw();
        let folder = temporary.join(format!("run_batt-slots-{user}"));
        let made = fs::DirBuilder::new().mode(0o700).create(&folder);
        if let Err(error) = made
            && error.kind() != io::ErrorKind::AlreadyExists
        {
            return Err(at(&folder, error));
        }
        // The temporary folder is everybody's: what is there may be a trap.
        let metadata = fs::symlink_metadata(&folder).map_err(|error| at(&folder, error))?;
        if !metadata.is_dir() || metadata.uid() != user {
            let problem = io::Error::other("is not a folder of this user");
            return Err(at(&folder, problem));
        }
        let slots = Self {
            folder,
            cores: cores.max(1),
        };
        slots
            .lock("queue")
            .map_err(|error| at(&slots.folder, error))?;
        Ok(slots)
    }

    /// Waits for a slot, and takes up to `wanted`; `None` once `is_stopped`.
    ///
    /// Fails where the files of the slots cannot be made or opened.
    pub fn take(
        &self,
        wanted: usize,
        is_stopped: &dyn Fn() -> bool,
    ) -> io::Result<Option<HeldSlots<'_>>> {
        let mut held = HeldSlots {
            slots: self,
            held: Vec::new(),
        };
        held.held.resize_with(self.cores, || None);
        // Tells who has slots that somebody waits.
        let mut waiting = None;
        let tell = |waiting: &mut Option<Lock>| -> io::Result<()> {
            if waiting.is_none() {
                *waiting = Lock::try_shared(&self.folder.join("waiting"))?;
            }
            Ok(())
        };
        while !is_stopped() {
            let Some(_head) = self.lock("queue")? else {
                tell(&mut waiting)?;
                thread::sleep(QUEUE);
                continue;
            };
            while !is_stopped() {
                held.add(1)?;
                if held.count() > 0 {
                    drop(waiting);
                    held.grow_to(wanted)?;
                    return Ok(Some(held));
                }
                tell(&mut waiting)?;
                thread::sleep(LOOK);
            }
        }
        Ok(None)
    }

    /// A lock on one of its files, unless somebody holds it.
    fn lock(&self, name: &str) -> io::Result<Option<Lock>> {
        Lock::try_exclusive(&self.folder.join(name))
    }
}

impl HeldSlots<'_> {
    /// Number of slots held.
    pub fn count(&self) -> usize {
        self.held.iter().flatten().count()
    }

    /// Takes more slots, up to `wanted` in all, as far as they are free and
    /// nobody waits for one.
    pub fn grow_to(&mut self, wanted: usize) -> io::Result<()> {
        if self.count() >= wanted.min(self.slots.cores) {
            return Ok(());
        }
        // Nobody can hold it alone while somebody waits.
        match self.slots.lock("waiting")? {
            Some(_nobody_waits) => self.add(wanted),
            None => Ok(()),
        }
    }

    fn add(&mut self, wanted: usize) -> io::Result<()> {
        for core in 0..self.held.len() {
            if self.count() >= wanted {
                break;
            }
            if self.held[core].is_none() {
                self.held[core] = self.slots.lock(&format!("slot-{core}"))?;
            }
        }
        Ok(())
    }
}

fn at(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const GO_ON: fn() -> bool = || false;

    #[test]
    fn one_instance_alone_has_what_it_wants_and_there_is() {
        let folder = tempfile::tempdir().unwrap();
        let slots = Slots::open(folder.path(), 4).unwrap();
        for (wanted, expected) in [(1, 1), (3, 3), (8, 4)] {
            let held = slots.take(wanted, &GO_ON).unwrap().unwrap();
            assert_eq!(held.count(), expected);
        }
    }

    #[test]
    fn who_waits_gets_the_first_slot_that_is_given_back() {
        let folder = tempfile::tempdir().unwrap();
        let [first, second] = [(); 2].map(|()| Slots::open(folder.path(), 2).unwrap());
        let held = first.take(2, &GO_ON).unwrap().unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| second.take(2, &GO_ON).unwrap().unwrap().count());
            thread::sleep(Duration::from_millis(20));
            assert!(!waiting.is_finished());
            drop(held);
            assert_eq!(waiting.join().unwrap(), 2);
        });
    }

    #[test]
    fn nobody_takes_more_while_somebody_waits() {
        let folder = tempfile::tempdir().unwrap();
        let [first, second, third] = [(); 3].map(|()| Slots::open(folder.path(), 2).unwrap());
        let mut held = first.take(1, &GO_ON).unwrap().unwrap();
        let other = second.take(1, &GO_ON).unwrap().unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| third.take(1, &GO_ON).unwrap().unwrap().count());
            while first.lock("waiting").unwrap().is_some() {
                thread::sleep(LOOK);
            }
            drop(other);
            held.grow_to(2).unwrap();
            assert_eq!(held.count(), 1);
            assert_eq!(waiting.join().unwrap(), 1);
        });
        held.grow_to(2).unwrap();
        assert_eq!(held.count(), 2);
    }

    #[test]
    fn who_waits_can_be_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let slots = Slots::open(folder.path(), 1).unwrap();
        let _held = slots.take(1, &GO_ON).unwrap().unwrap();
        let looks = AtomicUsize::new(0);
        let is_stopped = || looks.fetch_add(1, Ordering::Relaxed) > 5;
        assert!(slots.take(1, &is_stopped).unwrap().is_none());
    }

    #[test]
    fn many_instances_never_hold_more_than_there_are_and_all_get_some() {
        let folder = tempfile::tempdir().unwrap();
        let (at_work, turns) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    let slots = Slots::open(folder.path(), 2).unwrap();
                    for _ in 0..20 {
                        let held = slots.take(2, &GO_ON).unwrap().unwrap();
                        let now = at_work.fetch_add(held.count(), Ordering::Relaxed) + held.count();
                        assert!(now <= 2, "{now} at work");
                        thread::sleep(Duration::from_millis(1));
                        at_work.fetch_sub(held.count(), Ordering::Relaxed);
                        turns.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(turns.load(Ordering::Relaxed), 120);
    }

    #[test]
    fn a_folder_that_is_not_the_user_s_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let user = rustix::process::geteuid().as_raw();
        let path = folder.path().join(format!("run_batt-slots-{user}"));
        std::os::unix::fs::symlink(elsewhere.path(), &path).unwrap();
        let message = Slots::open(folder.path(), 2).unwrap_err().to_string();
        assert!(message.contains("not a folder of this user"), "{message}");
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }
}
