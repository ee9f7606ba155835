//! Folders that this instance itself has changed, remembered without being listed again.
//!
//! Filing knows what it leaves in a folder. Where a time of change that was asked for is
//! followed by another one (module `remembered`), to ask for it when all is done is enough:
//! whatever comes or goes then, in the same tick too and whoever does it, is told by it.
//!
//! What is left is what somebody without the task's lock, a person, changes in that very
//! folder between its listing and that look, within milliseconds. That is not seen at once,
//! so what is remembered like this holds for a minute only, and is listed then.

use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::AtFlags;

use super::layout::{Named, Place};
use super::remembered::{Remembered, Stamp};
use super::tree::TaskTree;
use crate::clock;
use arc_programs::task::TaskName;

/// How long what was not listed is remembered.
const HOLDS: Duration = Duration::from_secs(60);

impl TaskTree {
    /// Has those folders remembered that were changed since the tree was listed, where
    /// nothing is in them but what is the store's. `folder` is the task's, open and locked.
    pub(super) fn remember_changes(
        &mut self,
        folder: impl AsFd,
        remembered: &Remembered,
        task: TaskName,
    ) {
        let changed = std::mem::take(&mut self.changed);
        if !remembered.tells_each_change() {
            return;
        }
        let mut known = Vec::with_capacity(changed.len());
        for place in changed {
            if let Some(content) = self.content(place)
                && let Some(stamp) = stamp(&folder, place, remembered)
            {
                known.push((place, stamp, content));
            }
        }
        let until = clock::time_of_changes().saturating_add(HOLDS.as_nanos() as i64);
        remembered.take_in((self.role, task), known, until);
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

/// The stamp of the folder at a place in a task's.
fn stamp(task: impl AsFd, place: Place, remembered: &Remembered) -> Option<Stamp> {
    let stat = match place {
        Place::Task => rustix::fs::fstat(&task),
        place => rustix::fs::statat(&task, place.to_string(), AtFlags::SYMLINK_NOFOLLOW),
    };
    remembered.stamp(&stat.ok()?)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::library::Role;
    use crate::store::Store;
    use crate::store::testing::{remembering, standing};

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
        let store = remembering(out.path(), true);
        keep(&store, 1..3);
        file(&store, 7, 1, 1);
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
    fn where_times_come_in_ticks_it_is() {
        let out = tempfile::tempdir().unwrap();
        let store = remembering(out.path(), false);
        keep(&store, 1..3);
        for number in 1..3 {
            file(&store, 7, 1, number);
            for place in [Place::Task, Place::Score(7), Place::Speed(7, 1)] {
                assert_eq!(known(&store, place), None, "{place}");
            }
        }
    }

    #[test]
    fn a_folder_with_what_is_not_the_store_s_is_listed_again() {
        let out = tempfile::tempdir().unwrap();
        let store = remembering(out.path(), true);
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
    fn what_was_not_listed_holds_for_a_while() {
        let out = tempfile::tempdir().unwrap();
        let store = remembering(out.path(), true);
        let remembered = store.remembered.as_ref().unwrap();
        keep(&store, 1..2);
        file(&store, 7, 1, 1);
        let folder = fs::File::open(store.task_folder(ROLE, task())).unwrap();
        let (place, now) = (Place::Score(7), clock::time_of_changes());
        let stamp = stamp(&folder, place, remembered).unwrap();
        for (until, holds) in [(now - 1, false), (i64::MAX, true)] {
            let content: Arc<[Named]> = [].into();
            remembered.take_in((ROLE, task()), vec![(place, stamp, content)], until);
            assert_eq!(known(&store, place).is_some(), holds);
        }
    }
}
