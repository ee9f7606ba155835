//! Filing: how the links of a task's best programs come and go.
//!
//! A round of a search files thousands of programs, and all that it takes is the file
//! system's: a folder costs three times as much as a link, and removing one up to a
//! hundred times, where the disk is told of what is freed. So
//!
//! - what the listing has seen is not asked for again: which folders are there, and
//!   how many entries each has;
//! - a folder that would be emptied for a program that leaves becomes, by its new name,
//!   the folder of the one that takes its place;
//! - a program that this instance has linked for another task gets a second name of
//!   that very link ([`Linked`]): nothing new has to be made on the disk.
//!
//! None of it can be seen in the store's names, nor in what they lead to. A kill between
//! two steps leaves an empty folder, or has taken the program that had to leave and not
//! filed the one in its place: that one's task is not finished, and is run again.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::layout::{self, Place, Standing};
use super::tree::{KEPT, TaskTree};
use super::{StoreError, folder};
use crate::library::Role;
use arc_programs::program::Identity;

/// How often a link is tried where somebody without this version's locks removes
/// the emptied folder around it at the same time.
const TRIES: u32 = 16;

/// The most links that are remembered, for memory is not to grow with the store.
const REMEMBERED: usize = 4096;

/// Where this instance has last linked a program.
#[derive(Debug, Default)]
pub(super) struct Linked(Mutex<HashMap<(Role, Identity), PathBuf>>);

impl Linked {
    fn of(&self, role: Role, identity: Identity) -> Option<PathBuf> {
        let linked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        linked.get(&(role, identity)).cloned()
    }

    fn insert(&self, role: Role, identity: Identity, path: PathBuf) {
        let mut linked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if linked.len() >= REMEMBERED {
            linked.clear();
        }
        linked.insert((role, identity), path);
    }

    /// Makes a link to a program: a second name of one that leads there, or a new one.
    fn link(&self, role: Role, identity: Identity, path: &Path) -> io::Result<()> {
        let target = layout::target(role, identity);
        // File systems that know no second names of links make new ones.
        let is_named = self.of(role, identity).is_some_and(|other| {
            fs::read_link(&other).is_ok_and(|own| own == target)
                && fs::hard_link(&other, path).is_ok()
        });
        if !is_named {
            symlink(&target, path)?;
            self.insert(role, identity, path.to_owned());
        }
        Ok(())
    }
}

impl TaskTree {
    /// Files a program, unless 32 better ones are there; the worst makes room. A
    /// link that it has with another score or speed goes. Whether it is filed
    /// now.
    pub(super) fn file(&mut self, standing: Standing, linked: &Linked) -> Result<bool, StoreError> {
        let is_outdated = |own: &&Standing| own.identity == standing.identity && **own != standing;
        let outdated: Vec<Standing> = self.standings.iter().filter(is_outdated).copied().collect();
        let is_there = self.standings.contains(&standing);
        let better = |own: &&Standing| **own > standing && !outdated.contains(own);
        let is_filed = is_there || self.standings.iter().filter(better).count() < KEPT;
        let mut outdated = outdated.iter().copied();
        if is_filed && !is_there {
            match outdated.next() {
                Some(old) => self.relink(old, standing, linked)?,
                None => {
                    if self.standings.len() >= KEPT {
                        self.make_way(self.standings[0], &standing)?;
                    }
                    self.link(standing, linked)?;
                }
            }
            let place = self.standings.partition_point(|own| *own < standing);
            self.standings.insert(place, standing);
        }
        for old in outdated {
            self.unlink(old)?;
        }
        while self.standings.len() > KEPT {
            self.unlink(self.standings[0])?;
        }
        Ok(is_filed)
    }

    /// Moves a program's link, which costs a fifteenth of a new one.
    fn relink(
        &mut self,
        old: Standing,
        standing: Standing,
        linked: &Linked,
    ) -> Result<(), StoreError> {
        let (from, path) = (self.path(&old), self.path(&standing));
        let is_own = fs::read_link(&from).is_ok_and(|target| target == self.target(&standing));
        if !is_own {
            // What leads elsewhere, or is gone by now.
            self.link(standing, linked)?;
            return self.unlink(old);
        }
        if !self.reuse(&old, &standing, Content::Link) {
            let ([bucket, _], [old_bucket, _]) = (standing.places(), old.places());
            let moved = self.make(bucket).and_then(|()| fs::rename(&from, &path));
            match moved {
                Ok(()) => {
                    self.count(old_bucket, -1);
                    match self.foreign().iter().any(|dead| dead.path == path) {
                        // It is where one was that led nowhere.
                        true => drop(self.entries.remove(&bucket)),
                        false => self.count(bucket, 1),
                    }
                    self.remove_folders(&old);
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    self.link(standing, linked)?;
                    return self.unlink(old);
                }
                Err(reason) => return Err(StoreError::Unwritable { path, reason }),
            }
        }
        self.standings.retain(|own| *own != old);
        Ok(())
    }

    /// Removes the link of the worst program before another takes its place, where the
    /// folder of the one can become the other's.
    fn make_way(&mut self, worst: Standing, standing: &Standing) -> Result<(), StoreError> {
        let ([old, _], [new, _]) = (worst.places(), standing.places());
        if self.entries.get(&old) == Some(&1) && old != new && !self.entries.contains_key(&new) {
            self.remove_link(worst)?;
            if !self.reuse(&worst, standing, Content::None) {
                self.remove_folders(&worst);
            }
        }
        Ok(())
    }

    /// Has the folder of one standing become that of another, whether it has the link
    /// still or is empty. Whether the other has its folder now.
    fn reuse(&mut self, old: &Standing, new: &Standing, content: Content) -> bool {
        let ([old_bucket, old_score], [new_bucket, new_score]) = (old.places(), new.places());
        let entries = |place: Place| self.entries.get(&place).copied();
        let has_all = entries(old_bucket) == Some(content as usize);
        if !has_all || entries(new_bucket).is_some() {
            return false;
        }
        // A link must not be seen with the score of the one and the speed of the other.
        let may_go_by_half = content == Content::None || old.speed == new.speed;
        if may_go_by_half && entries(old_score) == Some(1) && entries(new_score).is_none() {
            let halfway = Place::Speed(new.score, old.speed);
            return self.rename(old_score, new_score)
                && (halfway == new_bucket || self.rename(halfway, new_bucket));
        }
        let is_moved = self.make(new_score).is_ok() && self.rename(old_bucket, new_bucket);
        if is_moved {
            self.remove_empty(old_score);
        }
        is_moved
    }

    /// Gives one of its folders a new place; whether that could be done.
    fn rename(&mut self, from: Place, to: Place) -> bool {
        if fs::rename(self.folder_at(from), self.folder_at(to)).is_err() {
            return false;
        }
        let moved = |place: &Place| place.moved(from, to);
        let inside = self.entries.extract_if(|place, _| moved(place).is_some());
        let inside: Vec<(Place, usize)> = inside.collect();
        for (place, entries) in inside {
            let is_mixed = self.mixed.remove(&place);
            if let Some(place) = moved(&place) {
                self.entries.insert(place, entries);
                self.changed.insert(place);
                if is_mixed {
                    self.mixed.insert(place);
                }
            }
        }
        for (place, change) in [(from, -1), (to, 1)] {
            self.count_around(place, change);
        }
        true
    }

    fn link(&mut self, standing: Standing, linked: &Linked) -> Result<(), StoreError> {
        let path = self.path(&standing);
        let [bucket, _] = standing.places();
        let mut tries = 0;
        loop {
            let made = match tries {
                0 => self.make(bucket),
                _ => folder::make(&self.out, &self.folder_at(bucket)),
            };
            let link = || linked.link(self.role, standing.identity, &path);
            match made.and_then(|()| link()) {
                Ok(()) => {
                    self.count(bucket, 1);
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    // Where one was that led nowhere, or that somebody has made since.
                    self.entries.remove(&bucket);
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound && tries < TRIES => {
                    // Somebody has removed what was listed.
                    self.entries.clear();
                    tries += 1;
                }
                Err(reason) => return Err(StoreError::Unwritable { path, reason }),
            }
        }
    }

    /// Makes a folder at a place, and those between, unless they are known to be there.
    fn make(&mut self, place: Place) -> io::Result<()> {
        if self.entries.contains_key(&place) {
            return Ok(());
        }
        if let Some(around) = place.around().filter(|around| *around != Place::Task) {
            self.make(around)?;
        }
        let path = self.folder_at(place);
        match fs::create_dir(&path) {
            Ok(()) => {
                self.entries.insert(place, 0);
                self.mixed.remove(&place);
                self.changed.insert(place);
                self.count_around(place, 1);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => folder::check(&path),
            Err(error) => Err(error),
        }
    }

    fn unlink(&mut self, standing: Standing) -> Result<(), StoreError> {
        self.remove_link(standing)?;
        self.remove_folders(&standing);
        Ok(())
    }

    fn remove_link(&mut self, standing: Standing) -> Result<(), StoreError> {
        self.standings.retain(|own| *own != standing);
        let path = self.path(&standing);
        let [bucket, _] = standing.places();
        match fs::remove_file(&path) {
            Ok(()) => self.count(bucket, -1),
            // What else is gone by now is not known.
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.entries.clear(),
            Err(reason) => return Err(StoreError::Unwritable { path, reason }),
        }
        Ok(())
    }

    /// Removes the folders that a link of this standing has left empty.
    fn remove_folders(&mut self, standing: &Standing) {
        for place in standing.places() {
            if !self.remove_empty(place) {
                break;
            }
        }
    }

    /// Removes a folder, unless it has or may have entries; whether it is gone.
    fn remove_empty(&mut self, place: Place) -> bool {
        if self.entries.get(&place).is_some_and(|&entries| entries > 0) {
            return false;
        }
        self.entries.remove(&place);
        let is_gone = fs::remove_dir(self.folder_at(place)).is_ok();
        if is_gone {
            self.count_around(place, -1);
        }
        is_gone
    }

    /// An entry more or less in a folder whose entries are known.
    fn count(&mut self, place: Place, change: isize) {
        if let Some(entries) = self.entries.get_mut(&place) {
            *entries = entries.saturating_add_signed(change);
            self.changed.insert(place);
        }
    }

    /// The same in the folder that one is in.
    fn count_around(&mut self, place: Place, change: isize) {
        if let Some(around) = place.around() {
            self.count(around, change);
        }
    }
}

/// What a link's folder has in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    None = 0,
    /// The link alone.
    Link = 1,
}

/// Removes a link, and the folders around it that it leaves empty.
pub(crate) fn unlink(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    for folder in path.ancestors().skip(1).take(layout::STANDING_FOLDERS) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::os::unix::fs::MetadataExt;

    use proptest::prelude::*;
    use walkdir::WalkDir;

    use super::*;
    use crate::store::Store;
    use crate::store::testing::standing;
    use arc_programs::task::TaskName;

    fn task(number: u32) -> TaskName {
        format!("{number:08x}").parse().unwrap()
    }

    fn keep(store: &Store, number: u8) {
        let identity = standing(0, 0, number.into()).identity;
        let sharing = store.share().unwrap();
        sharing
            .keep(Role::Solver, identity, || "text".to_owned())
            .unwrap();
    }

    fn file(store: &Store, task: TaskName, standings: &[Standing]) -> TaskTree {
        let sharing = store.share().unwrap();
        sharing.file(Role::Solver, task, standings).unwrap().tree
    }

    /// All that is under a folder and has nothing in it.
    fn leaves(folder: &Path) -> BTreeSet<String> {
        let name = |path: &Path| path.strip_prefix(folder).unwrap().display().to_string();
        let is_leaf = |path: &Path| fs::read_dir(path).map_or(true, |mut own| own.next().is_none());
        let entries = WalkDir::new(folder).min_depth(1).into_iter();
        let leaves = entries.map(|entry| entry.unwrap().into_path());
        leaves
            .filter(|path| is_leaf(path))
            .map(|path| name(&path))
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn the_names_are_those_of_the_best_and_no_folder_is_left_empty(
            rounds in prop::collection::vec(
                prop::collection::vec((0..40_u64, 0..3_u32, 0..90_u8), 1..30),
                1..8,
            ),
            foreign in prop::option::of((0..40_u64, 0..3_u32)),
        ) {
            let out = tempfile::tempdir().unwrap();
            let store = Store::open(out.path()).unwrap();
            (0..90).for_each(|number| keep(&store, number));
            let folder = store.task_folder(Role::Solver, task(1));
            let foreign = foreign.map(|(score, speed)| format!("{score}/{speed}/notes.txt"));
            if let Some(foreign) = &foreign {
                let path = folder.join(foreign);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, "").unwrap();
            }
            for round in rounds {
                let offered: Vec<Standing> = round
                    .into_iter()
                    .map(|(score, speed, number)| standing(score, speed, number.into()))
                    .collect();
                let tree = file(&store, task(1), &offered);
                let names = tree.standings().iter().map(ToString::to_string);
                let expected: BTreeSet<String> = names.chain(foreign.clone()).collect();
                prop_assert_eq!(leaves(&folder), expected);
                let listed = store.tree(Role::Solver, task(1)).unwrap();
                prop_assert_eq!(listed.standings(), tree.standings());
                for own in tree.standings() {
                    let target = fs::read_link(tree.path(own)).unwrap();
                    prop_assert_eq!(target, tree.target(own));
                }
            }
        }
    }

    /// Standings with scores and speeds, of a program each, from best to worst.
    fn of_programs(scores: Vec<Option<(u64, u32)>>) -> Vec<Standing> {
        let numbered = scores.into_iter().zip(0..);
        let standings = numbered.filter_map(|(scored, number)| {
            let (score, speed) = scored?;
            Some(standing(score, speed, number))
        });
        let mut standings: Vec<Standing> = standings.collect();
        standings.sort_unstable_by(|one, other| other.cmp(one));
        standings
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn the_best_of_all_by_their_last_standing_are_kept_wherever_a_kill_came_between(
            before in prop::collection::vec(prop::option::of((0..9_u64, 0..2_u32)), 60),
            offered in prop::collection::vec(prop::option::of((0..9_u64, 0..2_u32)), 60),
            cut in 0..60_usize,
        ) {
            let out = tempfile::tempdir().unwrap();
            let store = Store::open(out.path()).unwrap();
            (0..60).for_each(|number| keep(&store, number));
            let (before, offered) = (of_programs(before), of_programs(offered));
            let [whole, killed] = [1, 2].map(task);
            for task in [whole, killed] {
                file(&store, task, &before);
            }
            let there = store.tree(Role::Solver, whole).unwrap();
            let is_offered = |own: &&Standing| offered.iter().any(|new| new.identity == own.identity);
            let stay = there.standings().iter().filter(|own| !is_offered(own));
            let mut expected: Vec<Standing> = stay.chain(&offered).copied().collect();
            expected.sort_unstable();
            let expected = &expected[expected.len().saturating_sub(KEPT)..];
            let whole = file(&store, whole, &offered);
            prop_assert_eq!(whole.standings(), expected);
            // One after the other, as far as the kill lets it come.
            let is_fall = |own: &&Standing| there.of(own.identity).is_some_and(|old| old > **own);
            let falls = offered.iter().filter(is_fall);
            let others = offered.iter().filter(|own| !is_fall(own));
            for own in falls.chain(others).take(cut) {
                file(&store, killed, &[*own]);
            }
            let killed = file(&store, killed, &offered);
            prop_assert_eq!(killed.standings(), expected);
        }
    }

    #[test]
    fn a_program_of_several_tasks_has_one_link_of_several_names() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        keep(&store, 1);
        let own = standing(1000, 17, 1);
        let link = |number| file(&store, task(number), &[own]).path(&own);
        let number = |path: &Path| fs::symlink_metadata(path).unwrap().ino();
        let first = link(1);
        assert_eq!(number(&first), number(&link(2)));
        // What somebody has put in its place gets no second name.
        fs::remove_file(&first).unwrap();
        symlink("elsewhere", &first).unwrap();
        let third = link(3);
        assert_ne!(number(&first), number(&third));
        let tree = store.tree(Role::Solver, task(3)).unwrap();
        assert_eq!(fs::read_link(&third).unwrap(), tree.target(&own));
        // Nor does one that is gone.
        fs::remove_file(&third).unwrap();
        assert_eq!(fs::read_link(link(4)).unwrap(), tree.target(&own));
    }

    #[test]
    fn the_folder_of_who_leaves_becomes_that_of_who_comes() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        (0..40).for_each(|number| keep(&store, number));
        let first: Vec<Standing> = (0..KEPT as u8)
            .map(|number| standing(u64::from(number), 1, number.into()))
            .collect();
        let tree = file(&store, task(1), &first);
        let folder = |standing: &Standing| tree.path(standing).parent().unwrap().to_owned();
        let number = |standing: &Standing| fs::metadata(folder(standing)).unwrap().ino();
        let before = number(&first[0]);
        let better = standing(1000, 2, 39);
        file(&store, task(1), &[better]);
        assert_eq!(number(&better), before);
        assert!(!folder(&first[0]).exists());
    }
}
