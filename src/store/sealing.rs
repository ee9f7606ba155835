//! Folders that this instance itself has changed, remembered without being listed again.
//!
//! Filing knows what it leaves in a folder, but not that it will be seen when others change
//! it next: times come in ticks, and who changes a folder in the tick of its last change
//! leaves it the time that it had (module `remembered`). So a folder is *sealed* when all of
//! it is done: it is given a time of modification that it cannot come by in any other way,
//! some seconds ago and by chance. Whatever comes or goes then, in the same tick too, and
//! whoever does it, gives it the time of that.
//!
//! What is left is what somebody without the task's lock, a person, changes in that very
//! folder between its listing and its seal, within milliseconds. That is not seen at once,
//! so what a seal says holds for a minute only, and the folder is listed then.

use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::{AtFlags, Timespec, Timestamps, UTIME_OMIT};

use super::layout::{Named, Place};
use super::remembered::{Remembered, Stamp};
use super::tree::TaskTree;
use crate::clock;
use arc_programs::task::TaskName;

/// How long a sealed folder is remembered.
const HOLDS: Duration = Duration::from_secs(60);

const SECOND: i64 = 1_000_000_000;

impl TaskTree {
    /// Seals the folders that were changed since the tree was listed and that have nothing in
    /// them but what is the store's, and has them remembered. `folder` is the task's, open
    /// and locked.
    pub(super) fn seal(&mut self, folder: impl AsFd, remembered: &Remembered, task: TaskName) {
        let mut sealed = Vec::new();
        for place in std::mem::take(&mut self.changed) {
            if let Some(content) = self.content(place)
                && let Some(stamp) = seal(&folder, place, remembered)
            {
                sealed.push((place, stamp, content));
            }
        }
        let until = clock::time_of_changes().saturating_add(HOLDS.as_nanos() as i64);
        remembered.take_in((self.role, task), sealed, until);
    }

    /// What is in the folder at a place, where it is known and all of it is the store's.
    fn content(&self, place: Place) -> Option<Arc<[Named]>> {
        let number = *self.entries.get(&place)?;
        let content: Arc<[Named]> = match place.has_links() {
            _ if self.mixed.contains(&place) => return None,
            true => {
                let standings = self.standings.iter();
                let links = standings.filter(|own| own.places()[0] == place);
                links.copied().map(Named::Link).collect()
            }
            false => {
                let inside = self.entries.keys();
                let inside = inside.filter(|own| own.around() == Some(place));
                inside.copied().map(Named::Folder).collect()
            }
        };
        // What leads nowhere is counted, and is no standing.
        (content.len() == number).then_some(content)
    }
}

/// Gives a folder at a place in a task's a time that tells any change from now on; yields how
/// it is now. `None` where that cannot be had.
fn seal(task: impl AsFd, place: Place, remembered: &Remembered) -> Option<Stamp> {
    let modified = unlike_any(clock::time_of_changes());
    let times = Timestamps {
        last_access: Timespec {
            tv_sec: 0,
            tv_nsec: UTIME_OMIT,
        },
        last_modification: Timespec {
            tv_sec: modified.div_euclid(SECOND),
            tv_nsec: modified.rem_euclid(SECOND),
        },
    };
    let stat = match place {
        Place::Task => {
            rustix::fs::futimens(&task, &times).ok()?;
            rustix::fs::fstat(&task).ok()?
        }
        place => {
            let (name, flags) = (place.to_string(), AtFlags::SYMLINK_NOFOLLOW);
            rustix::fs::utimensat(&task, &*name, &times, flags).ok()?;
            rustix::fs::statat(&task, &*name, flags).ok()?
        }
    };
    // Some file systems have coarser times.
    let stamp = remembered.stamp(&stat)?;
    stamp.was_modified_at(modified).then_some(stamp)
}

/// A time before `now` that no change from then on can have, nor another seal but by chance:
/// odd, so that none of a coarser grain is it.
fn unlike_any(now: i64) -> i64 {
    (now.saturating_sub(i64::from(rand::random::<u32>())) - 2) | 1
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::os::unix::fs::{MetadataExt, symlink};

    use super::*;
    use crate::library::Role;
    use crate::store::Store;
    use crate::store::testing::standing;

    const ROLE: Role = Role::Solver;

    fn task() -> TaskName {
        "0520fde7".parse().unwrap()
    }

    fn keep(store: &Store, numbers: std::ops::Range<u128>) {
        let sharing = store.share().unwrap();
        for number in numbers {
            let identity = standing(0, 0, number).identity;
            sharing.keep(ROLE, identity, || "text".to_owned()).unwrap();
        }
    }

    fn file(store: &Store, score: u64, speed: u32, number: u128) {
        let sharing = store.share().unwrap();
        let standings = [standing(score, speed, number)];
        sharing.file(ROLE, task(), &standings).unwrap();
    }

    /// What is known of a folder without a listing.
    fn known(store: &Store, place: Place) -> Option<Vec<Named>> {
        let mut seen = store.remembered.as_ref()?.of(ROLE, task());
        let folder = store.task_folder(ROLE, task()).join(place.to_string());
        let stamp = seen.stamp(&rustix::fs::stat(folder).ok()?)?;
        let known = seen.known(place, stamp).map(|content| content.to_vec());
        seen.remember();
        known
    }

    fn listed(store: &Store) -> (usize, usize) {
        let tree = store.tree(ROLE, task()).unwrap();
        (tree.standings().len(), tree.foreign().len())
    }

    #[test]
    fn what_this_instance_has_changed_is_not_listed_again() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        keep(&store, 1..3);
        file(&store, 7, 1, 1);
        if store.remembered.is_none() {
            // The file system of temporary files is no one machine's.
            return;
        }
        let link = |speed, number| Named::Link(standing(7, speed, number));
        let folder = Named::Folder;
        let at = |place| known(&store, place);
        assert_eq!(at(Place::Task), Some(vec![folder(Place::Score(7))]));
        assert_eq!(at(Place::Score(7)), None, "what is looked at is forgotten");
        file(&store, 7, 2, 1);
        assert_eq!(at(Place::Speed(7, 2)), Some(vec![link(2, 1)]));
        file(&store, 7, 2, 2);
        let both = known(&store, Place::Speed(7, 2)).unwrap();
        assert!(both.len() == 2 && both.contains(&link(2, 1)) && both.contains(&link(2, 2)));
    }

    #[test]
    fn a_folder_with_what_is_not_the_store_s_is_listed_again() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        keep(&store, 1..9);
        file(&store, 7, 1, 1);
        let folder = store.task_folder(ROLE, task()).join("7/1");
        fs::write(folder.join("notes.txt"), "").unwrap();
        file(&store, 7, 1, 2);
        assert_eq!(known(&store, Place::Speed(7, 1)), None);
        assert_eq!(listed(&store), (2, 1));
        fs::remove_file(folder.join("notes.txt")).unwrap();
        // A link that leads elsewhere stands there, and may lead nowhere any time.
        let elsewhere = out.path().join("elsewhere.py");
        fs::write(&elsewhere, "").unwrap();
        let link = folder.join(format!("{}.py", standing(0, 0, 3).identity));
        symlink(&elsewhere, link).unwrap();
        file(&store, 7, 1, 4);
        assert_eq!(known(&store, Place::Speed(7, 1)), None);
        assert_eq!(listed(&store), (4, 0));
        fs::remove_file(elsewhere).unwrap();
        assert_eq!(listed(&store), (3, 1));
    }

    #[test]
    fn what_others_change_right_after_it_is_seen() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        let other = Store::open(out.path()).unwrap();
        keep(&store, 1..130);
        for number in 1..60 {
            file(&store, 7, 1, number);
            let folder = store.task_folder(ROLE, task()).join("7/1");
            match number % 3 {
                0 => file(&other, 7, 1, number + 60),
                1 => fs::write(folder.join("notes.txt"), "").unwrap(),
                _ => {
                    let link = format!("{}.py", standing(0, 0, number).identity);
                    fs::remove_file(folder.join(link)).unwrap();
                }
            }
            assert_eq!(listed(&store), listed(&Store::at(out.path())), "{number}");
            let _ = fs::remove_file(folder.join("notes.txt"));
        }
    }

    #[test]
    fn a_seal_holds_for_a_while_and_no_two_are_alike() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        keep(&store, 1..2);
        file(&store, 7, 1, 1);
        let Some(remembered) = &store.remembered else {
            return;
        };
        let path = store.task_folder(ROLE, task());
        let folder = fs::File::open(&path).unwrap();
        let stamps: Vec<Stamp> = (0..20)
            .filter_map(|_| seal(&folder, Place::Score(7), remembered))
            .collect();
        let times: BTreeSet<i64> = (0..20)
            .map(|_| unlike_any(clock::time_of_changes()))
            .collect();
        assert_eq!((stamps.len(), times.len()), (20, 20));
        assert!(
            times
                .iter()
                .all(|time| time % 2 == 1 && *time < clock::time_of_changes())
        );
        let now = clock::time_of_changes();
        assert!(fs::metadata(path.join("7")).unwrap().mtime() <= now / SECOND);
        let last = *stamps.last().unwrap();
        for (until, holds) in [(now - 1, false), (i64::MAX, true)] {
            let content: Arc<[Named]> = [].into();
            let sealed = vec![(Place::Score(7), last, content)];
            remembered.take_in((ROLE, task()), sealed, until);
            assert_eq!(known(&store, Place::Score(7)).is_some(), holds);
        }
    }
}
