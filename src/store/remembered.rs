//! What folders had in them when they were listed, remembered by this instance, so that
//! those which nobody has changed since need not be listed again.
//!
//! A folder whose time of change is what it was has the entries that it had, for each
//! that comes or goes changes it, whoever does it. To ask for the time takes the system a
//! tenth of what listing does. But times come in ticks: a folder that was changed just
//! before it was listed may be changed again without being seen to, so only what had
//! [settled](Stamp::is_settled) is remembered. Newer systems (Linux from 6.13 on, for most
//! file systems) give a change another time where the last one was asked for, also in the
//! same tick. Where that is seen to be so, nothing has to settle, and what this instance has
//! changed itself is remembered too (module `own_changes`).
//!
//! Where other machines change a store too, the system may tell what it has heard of a
//! folder some time ago, and hears the news when it is opened. So nothing is remembered
//! but on file systems of this machine alone.

#![allow(
    clippy::disallowed_methods,
    reason = "one file is made to see how it is timed"
)]

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustc_hash::FxHashMap;
use rustix::fs::{AtFlags, CWD, FileType, Stat};

use super::layout::{Named, Place};
use super::present::Present;
use crate::clock;
use crate::file_system::FileSystem;
use crate::library::Role;
use arc_programs::task::TaskName;

/// The most folders that are remembered, for memory is not to grow with the store: those
/// of a thousand tasks, in some 20 MB.
const MOST: usize = 1 << 17;

/// How many changes have to be told apart for it to be believed.
const CHANGES: u64 = 8;

/// How long ago a folder has to have changed to have settled, where its time has digits
/// beyond a hundredth of a second: twice the longest tick that Linux is built with.
const TICKS: Duration = Duration::from_millis(20);

/// The same where it has none: some file systems count whole seconds, or every other.
const SECONDS: Duration = Duration::from_secs(2);

/// In nanoseconds.
const HUNDREDTH: i64 = 10_000_000;

/// Which folder one is, and when it was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    inode: u64,
    /// In nanoseconds since the epoch: the time that nobody can set.
    changed: i64,
}

impl Stamp {
    #[allow(clippy::unnecessary_cast, reason = "of other types on other machines")]
    fn of(stat: &Stat) -> Self {
        Self {
            inode: stat.st_ino as u64,
            changed: (stat.st_ctime as i64)
                .saturating_mul(1_000_000_000)
                .saturating_add(stat.st_ctime_nsec as i64),
        }
    }

    /// Whether its folder cannot be changed from this time on without being seen to.
    fn is_settled(self, now: i64) -> bool {
        let ticks = match self.changed % HUNDREDTH {
            0 => SECONDS,
            _ => TICKS,
        };
        now.saturating_sub(self.changed) > ticks.as_nanos() as i64
    }
}

/// A folder that had nothing in it but what is the store's.
#[derive(Clone, Debug)]
struct Folder {
    stamp: Stamp,
    content: Arc<[Named]>,
    /// Until when that holds, in nanoseconds since the epoch; as long as its stamp where it
    /// was listed.
    until: i64,
}

/// Folders of a task by their places.
type Folders = FxHashMap<Place, Folder>;

/// The folders that an instance remembers of a store.
#[derive(Debug)]
pub(super) struct Remembered {
    /// The device that they are on.
    device: u64,
    /// Whether a time of change that was asked for is followed by another one.
    tells_each_change: bool,
    trees: Mutex<Trees>,
    /// The programs that were seen, by their role.
    present: [Present; Role::ALL.len()],
}

#[derive(Debug, Default)]
struct Trees {
    of_tasks: HashMap<(Role, TaskName), Folders>,
    /// How many folders these have together.
    folders: usize,
}

impl Remembered {
    /// What is to be remembered of folders on the file system of this one; `None` where
    /// nothing may be.
    pub(super) fn on(folder: &Path) -> Option<Self> {
        let is_of_one_machine = FileSystem::of(folder).is_ok_and(|own| own.is_of_one_machine());
        let tells_each_change = || tells_each_change(folder).unwrap_or(false);
        match is_of_one_machine {
            true => Self::on_one_machine(folder, tells_each_change()).ok(),
            false => None,
        }
    }

    /// The same on a file system that no other machine changes; and whether a time of change
    /// that was asked for is followed by another one.
    pub(super) fn on_one_machine(folder: &Path, tells_each_change: bool) -> io::Result<Self> {
        Ok(Self {
            device: std::fs::metadata(folder)?.dev(),
            tells_each_change,
            trees: Mutex::default(),
            present: Default::default(),
        })
    }

    /// Whether a time of change that was asked for is followed by another one, whenever
    /// the next change comes.
    pub(super) fn tells_each_change(&self) -> bool {
        self.tells_each_change
    }

    /// The programs of a role that were seen.
    pub(super) fn present(&self, role: Role) -> &Present {
        &self.present[role as usize]
    }

    /// The stamp of the folder at a path, no link, if it tells any change from now on.
    pub(super) fn settled_stamp(&self, folder: &Path) -> Option<Stamp> {
        // Before the folder is asked.
        let now = clock::time_of_changes();
        let stat = rustix::fs::statat(CWD, folder, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let stamp = self.stamp(&stat)?;
        (self.tells_each_change || stamp.is_settled(now)).then_some(stamp)
    }

    /// The stamp of what the system says this of; `None` where it is no folder, or on
    /// another file system.
    pub(super) fn stamp(&self, stat: &Stat) -> Option<Stamp> {
        let is_folder = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
        (is_folder && stat.st_dev == self.device).then(|| Stamp::of(stat))
    }

    /// Takes in what is in folders of a task that have these stamps, until some time.
    pub(super) fn take_in(
        &self,
        of: (Role, TaskName),
        folders: Vec<(Place, Stamp, Arc<[Named]>)>,
        until: i64,
    ) {
        let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        trees.make_room(folders.len());
        for (place, stamp, content) in folders {
            let folder = Folder {
                stamp,
                content,
                until,
            };
            let own = trees.of_tasks.entry(of).or_default();
            let is_new = own.insert(place, folder).is_none();
            trees.folders += usize::from(is_new);
        }
    }

    /// What is remembered of a task's folders, for a listing of them.
    pub(super) fn of(&self, role: Role, task: TaskName) -> Seen<'_> {
        let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        let before = trees.of_tasks.remove(&(role, task)).unwrap_or_default();
        trees.folders -= before.len();
        Seen {
            remembered: self,
            of: (role, task),
            // Before anything is listed.
            now: clock::time_of_changes(),
            before,
            after: Folders::default(),
        }
    }
}

/// Whether changes of a file in a folder are told apart that come one right after another,
/// each after a look: so many that few ticks cannot have done it.
fn tells_each_change(folder: &Path) -> io::Result<bool> {
    let file = tempfile::tempfile_in(folder)?;
    let changed = || file.metadata().map(|own| (own.ctime(), own.ctime_nsec()));
    let (mut last, mut ticks) = (changed()?, BTreeSet::new());
    for length in 1..=CHANGES {
        ticks.insert(clock::time_of_changes());
        file.set_len(length)?;
        let now = changed()?;
        if now == last {
            return Ok(false);
        }
        last = now;
    }
    ticks.insert(clock::time_of_changes());
    Ok(ticks.len() as u64 <= CHANGES / 2)
}

impl Trees {
    /// Forgets all where so many more would be too many.
    fn make_room(&mut self, folders: usize) {
        if self.folders + folders > MOST {
            self.of_tasks.clear();
            self.folders = 0;
        }
    }
}

/// What was seen of a task's folders before, and what is seen now.
pub(super) struct Seen<'a> {
    remembered: &'a Remembered,
    of: (Role, TaskName),
    now: i64,
    before: Folders,
    after: Folders,
}

impl Seen<'_> {
    /// The stamp of what the system says this of; `None` where it is no folder, or on
    /// another file system.
    pub(super) fn stamp(&self, stat: &Stat) -> Option<Stamp> {
        self.remembered.stamp(stat)
    }

    /// What a folder has in it, if it is known to be what it was.
    pub(super) fn known(&mut self, place: Place, stamp: Stamp) -> Option<Arc<[Named]>> {
        let is_what_it_was = |own: &Folder| own.stamp == stamp && self.now < own.until;
        let known = self.before.remove(&place).filter(is_what_it_was)?;
        let content = Arc::clone(&known.content);
        self.after.insert(place, known);
        Some(content)
    }

    /// Takes in what a folder has in it that had this stamp before it was listed.
    pub(super) fn listed(&mut self, place: Place, stamp: Stamp, content: Arc<[Named]>) {
        if self.remembered.tells_each_change || stamp.is_settled(self.now) {
            let folder = Folder {
                stamp,
                content,
                until: i64::MAX,
            };
            self.after.insert(place, folder);
        }
    }

    /// Remembers what was seen.
    pub(super) fn remember(self) {
        let trees = self.remembered.trees.lock();
        let mut trees = trees.unwrap_or_else(PoisonError::into_inner);
        trees.make_room(self.after.len());
        trees.folders += self.after.len();
        // Another thread may have listed it at the same time.
        let other = trees.of_tasks.insert(self.of, self.after);
        trees.folders -= other.map_or(0, |other| other.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_in_this_tick_has_not_settled() {
        let stamp = |changed| Stamp { inode: 1, changed };
        let (second, millisecond) = (1_000_000_000, 1_000_000);
        let fine = stamp(7 * second + 123_456);
        assert!(!fine.is_settled(fine.changed));
        assert!(!fine.is_settled(fine.changed + 19 * millisecond));
        assert!(fine.is_settled(fine.changed + 21 * millisecond));
        // Of a file system that counts every other second.
        let coarse = stamp(8 * second);
        assert!(!coarse.is_settled(coarse.changed + 1999 * millisecond));
        assert!(coarse.is_settled(coarse.changed + 2001 * millisecond));
        // Nor has what is of a time to come.
        assert!(!fine.is_settled(fine.changed - second));
    }

    #[test]
    fn they_are_no_more_than_so_many() {
        let remembered = Remembered {
            device: 0,
            tells_each_change: false,
            trees: Mutex::default(),
            present: Default::default(),
        };
        let stamp = Stamp {
            inode: 1,
            changed: 1,
        };
        let each = MOST / 8 + 1;
        for number in 0..40 {
            let task = format!("{:08x}", number % 20).parse().unwrap();
            let mut seen = remembered.of(Role::Solver, task);
            for score in 0..each as u64 {
                seen.listed(Place::Score(score), stamp, Arc::default());
            }
            seen.remember();
            let trees = remembered.trees.lock().unwrap();
            let counted: usize = trees.of_tasks.values().map(Folders::len).sum();
            assert_eq!(trees.folders, counted);
            assert!((each..=MOST).contains(&counted), "{counted}");
        }
    }
}
