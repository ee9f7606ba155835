//! Listing a task's folders: the links in them, and what is foreign there.
//!
//! What is remembered of a folder is asked for no more (module `remembered`). A link leads
//! nowhere once its program has gone: of a link that is the store's the folder of programs
//! is asked by the program's own name, which takes the system a third of the way through the
//! link, and not at all where that folder is what it was (module `present`).

use std::fmt::Write;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::fs::{AtFlags, FileType, Stat};

use super::Store;
use super::folder::{self, each_entry, leads_somewhere, open_inside};
use super::layout::{self, Named, NotOfTheStore, Place, Standing};
use super::present::Programs;
use super::remembered::{Seen, Stamp};
use super::tree::{DEAD_LINK, Foreign, TaskTree};
use arc_programs::task::TaskName;

/// Room for what a link of the store leads to, and for any name more.
const TARGET: usize = 128;

/// The listing of a tree, in hand.
struct Listing<'a> {
    tree: &'a mut TaskTree,
    /// What is remembered of its folders, where something may be.
    seen: Option<Seen<'a>>,
    /// The programs, where something may be remembered.
    programs: Option<Programs<'a>>,
    /// The way from a link to that folder.
    way: String,
    /// Room for a name.
    name: String,
}

impl TaskTree {
    /// Takes in the links in its folders; none where they are missing.
    ///
    /// # Errors
    /// Fails where they cannot be listed, or something there is a symbolic link where a
    /// folder should be.
    pub(super) fn list(&mut self, store: &Store, task: TaskName) -> io::Result<()> {
        let Some(folder) = folder::open(&store.out, &self.folder)? else {
            return Ok(());
        };
        let (role, remembered) = (self.role, store.remembered.as_ref());
        let mut listing = Listing {
            tree: self,
            seen: remembered.map(|own| own.of(role, task)),
            programs: remembered.map(|own| Programs::of(store, role, own)),
            way: layout::way_to_programs(role),
            name: String::new(),
        };
        listing.task(&folder)?;
        if let Some(seen) = listing.seen {
            seen.remember();
        }
        self.standings.sort_unstable();
        Ok(())
    }
}

impl Listing<'_> {
    fn task(&mut self, task: &OwnedFd) -> io::Result<()> {
        let stamp = self.stamp(rustix::fs::fstat(task));
        let scores = match self.known(Place::Task, stamp) {
            Some(known) => known,
            None => self.read(task, Place::Task, stamp)?,
        };
        for score in folders(&scores) {
            self.score(task, score)?;
        }
        Ok(())
    }

    fn score(&mut self, task: &OwnedFd, score: Place) -> io::Result<()> {
        let stamp = self.stamp_at(task, score);
        let mut opened = None;
        let speeds = match self.known(score, stamp) {
            Some(known) => known,
            None => {
                let Some(folder) = self.open(task, score)? else {
                    return Ok(());
                };
                let entries = self.read(&folder, score, stamp)?;
                opened = Some(folder);
                entries
            }
        };
        for speed in folders(&speeds) {
            let stamp = self.stamp_at(task, speed);
            if let Some(links) = self.known(speed, stamp) {
                self.known_links(&links);
                continue;
            }
            if opened.is_none() {
                opened = self.open(task, score)?;
            }
            let Some(around) = &opened else {
                return Ok(());
            };
            if let Some(folder) = self.open(around, speed)? {
                self.read(&folder, speed, stamp)?;
            }
        }
        Ok(())
    }

    fn open(&self, around: &OwnedFd, place: Place) -> io::Result<Option<OwnedFd>> {
        open_inside(around, &place.name(), &self.tree.folder_at(place))
    }

    /// What tells whether a folder is what it was, before it is listed; `None` where that
    /// does not matter.
    fn stamp(&self, stat: rustix::io::Result<Stat>) -> Option<Stamp> {
        self.seen.as_ref()?.stamp(&stat.ok()?)
    }

    /// The same of a folder at a place in the task's.
    fn stamp_at(&mut self, task: &OwnedFd, place: Place) -> Option<Stamp> {
        self.seen.as_ref()?;
        let name = written(&mut self.name, place);
        let stat = rustix::fs::statat(task, name, AtFlags::SYMLINK_NOFOLLOW);
        self.stamp(stat)
    }

    /// What a folder has in it, if it is what it was.
    fn known(&mut self, place: Place, stamp: Option<Stamp>) -> Option<Arc<[Named]>> {
        let known = self.seen.as_mut()?.known(place, stamp?)?;
        self.tree.entries.insert(place, known.len());
        Some(known)
    }

    /// Takes in links of the store that are known to be there.
    fn known_links(&mut self, links: &[Named]) {
        for named in links {
            if let Named::Link(standing) = named {
                let programs = self.programs.as_mut();
                let is_alive = programs.is_some_and(|programs| programs.have(standing.identity));
                self.link(*standing, is_alive);
            }
        }
    }

    /// Takes in a link; one that leads nowhere is foreign.
    fn link(&mut self, standing: Standing, is_alive: bool) {
        match is_alive {
            true => self.tree.standings.push(standing),
            false => {
                let path = self.tree.path(&standing);
                self.tree.foreign.push(Foreign::new(path, DEAD_LINK));
            }
        }
    }

    /// Lists a folder that is open, and takes in what is no folder of the store; yields
    /// what is the store's.
    fn read(
        &mut self,
        folder: &OwnedFd,
        place: Place,
        stamp: Option<Stamp>,
    ) -> io::Result<Arc<[Named]>> {
        let mut entries = Vec::new();
        let mut number = 0;
        // Whether all of it is the store's, as far as a listing tells.
        let mut is_own = true;
        each_entry(folder, |name, kind| {
            number += 1;
            let Ok(name) = name.to_str() else {
                is_own = false;
                return;
            };
            let problem = match place.named(name) {
                _ if !place.has_links() && kind == FileType::Symlink => {
                    "found a symbolic link, expected a folder"
                }
                Err(NotOfTheStore(problem)) => problem,
                Ok(named) => {
                    entries.push(named);
                    if let Named::Link(standing) = named {
                        let may_be_own = self.programs.as_ref().is_some_and(Programs::are_there);
                        let is_own_link = may_be_own && self.is_own_link(folder, name);
                        is_own &= is_own_link;
                        let is_alive = match &mut self.programs {
                            Some(programs) if is_own_link => programs.have(standing.identity),
                            _ => leads_somewhere(folder, name),
                        };
                        self.link(standing, is_alive);
                    }
                    return;
                }
            };
            is_own = false;
            let path = self.tree.folder_at(place).join(name);
            self.tree.foreign.push(Foreign::new(path, problem));
        })?;
        self.tree.entries.insert(place, number);
        if !is_own {
            self.tree.mixed.insert(place);
        }
        let entries: Arc<[Named]> = entries.into();
        if let (Some(seen), Some(stamp), true) = (&mut self.seen, stamp, is_own) {
            seen.listed(place, stamp, Arc::clone(&entries));
        }
        Ok(entries)
    }

    /// Whether what a folder has under the name of a program is a link to it, as the store
    /// makes them.
    fn is_own_link(&self, folder: &OwnedFd, name: &str) -> bool {
        let mut target = [0; TARGET];
        let read = rustix::fs::readlinkat_raw(folder, name, &mut target);
        let target = read.ok().and_then(|length| target.get(..length));
        let program = target.and_then(|target| target.strip_prefix(self.way.as_bytes()));
        program == Some(name.as_bytes())
    }
}

fn folders(entries: &[Named]) -> impl Iterator<Item = Place> {
    entries.iter().filter_map(|named| match named {
        Named::Folder(place) => Some(*place),
        Named::Link(_) => None,
    })
}

/// A name as text, in this room.
fn written(room: &mut String, name: impl std::fmt::Display) -> &str {
    room.clear();
    // Writing to a string does not fail.
    let _ = write!(room, "{name}");
    room
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::thread;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::library::Role;
    use crate::store::testing::{remembering, standing};

    const ROLE: Role = Role::Solver;

    /// Longer than a folder takes to settle.
    const SETTLING: Duration = Duration::from_millis(150);

    fn task() -> TaskName {
        "0520fde7".parse().unwrap()
    }

    fn keep(store: &Store, number: u8) {
        let sharing = store.share().unwrap();
        let text = || "text".to_owned();
        sharing
            .keep(ROLE, standing(0, 0, number.into()).identity, text)
            .unwrap();
    }

    fn file(store: &Store, standing: Standing) {
        let sharing = store.share().unwrap();
        sharing.file(ROLE, task(), &[standing]).unwrap();
    }

    /// All that a listing tells.
    fn told(store: &Store) -> (Vec<Standing>, BTreeSet<(String, usize)>, BTreeSet<String>) {
        let tree = store.tree(ROLE, task()).unwrap();
        let entries = tree.entries.iter();
        let foreign = tree.foreign.iter();
        (
            tree.standings.clone(),
            entries
                .map(|(place, number)| (place.to_string(), *number))
                .collect(),
            foreign.map(ToString::to_string).collect(),
        )
    }

    /// What somebody does to a store.
    #[derive(Clone, Debug)]
    enum Deed {
        FileByThis(u64, u32, u8),
        FileByAnother(u64, u32, u8),
        /// A program comes or goes.
        Program(u8),
        /// What is foreign comes or goes, at a level.
        Foreign(usize, u64, u32),
        /// A link goes, and one that leads elsewhere is in its place.
        Replace(u64, u32, u8),
        /// A folder gets another's place.
        Move(u64, u64),
        /// A folder's time is set back to what it was before an entry came.
        Hide(u64, u32, u8),
        Wait,
    }

    impl Deed {
        fn strategy() -> impl Strategy<Value = Self> {
            let (score, speed, number) = (0..4_u64, 0..2_u32, 0..9_u8);
            let place = (score.clone(), speed, number.clone());
            prop_oneof![
                4 => place.clone().prop_map(|(score, speed, own)| Self::FileByThis(score, speed, own)),
                4 => place.clone().prop_map(|(score, speed, own)| Self::FileByAnother(score, speed, own)),
                2 => number.prop_map(Self::Program),
                1 => (0..3_usize, 0..4_u64, 0..2_u32)
                    .prop_map(|(level, score, speed)| Self::Foreign(level, score, speed)),
                1 => place.clone().prop_map(|(score, speed, own)| Self::Replace(score, speed, own)),
                1 => (score.clone(), score).prop_map(|(from, to)| Self::Move(from, to)),
                1 => place.prop_map(|(score, speed, own)| Self::Hide(score, speed, own)),
                3 => Just(Self::Wait),
            ]
        }

        fn done(self, this: &Store, another: &Store) {
            let folder = this.task_folder(ROLE, task());
            let link = |standing: Standing| folder.join(standing.to_string());
            match self {
                Self::FileByThis(score, speed, own) => {
                    file(this, standing(score, speed, own.into()))
                }
                Self::FileByAnother(score, speed, own) => {
                    file(another, standing(score, speed, own.into()));
                }
                Self::Program(own) => {
                    let path = this.path(ROLE, standing(0, 0, own.into()).identity);
                    if fs::remove_file(path).is_err() {
                        keep(another, own);
                    }
                }
                Self::Foreign(level, score, speed) => {
                    let place =
                        [Place::Task, Place::Score(score), Place::Speed(score, speed)][level];
                    let path = folder.join(place.to_string()).join("notes.txt");
                    if fs::remove_file(&path).is_err() {
                        let _ = fs::write(path, "");
                    }
                }
                Self::Replace(score, speed, own) => {
                    let path = link(standing(score, speed, own.into()));
                    if fs::remove_file(&path).is_ok() {
                        symlink("elsewhere", path).unwrap();
                    }
                }
                Self::Move(from, to) => {
                    let [from, to] = [from, to].map(|own| folder.join(own.to_string()));
                    let _ = fs::rename(from, to);
                }
                Self::Hide(score, speed, own) => {
                    let path = link(standing(score, speed, own.into()));
                    let around = path.parent().unwrap();
                    let Ok(before) = fs::metadata(around).and_then(|own| own.modified()) else {
                        return;
                    };
                    let target = layout::target(ROLE, standing(0, 0, own.into()).identity);
                    let _ = symlink(target, &path);
                    fs::File::open(around)
                        .unwrap()
                        .set_modified(before)
                        .unwrap();
                }
                Self::Wait => thread::sleep(SETTLING),
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn what_is_remembered_is_what_is_there_whoever_changed_it(
            deeds in prop::collection::vec(Deed::strategy(), 1..24),
            goes_by_ticks in any::<bool>(),
        ) {
            let out = tempfile::tempdir().unwrap();
            let [mut this, another] = [(); 2].map(|()| Store::open(out.path()).unwrap());
            if goes_by_ticks {
                this = remembering(out.path(), false);
            }
            (0..9).for_each(|number| keep(&this, number));
            for deed in deeds {
                deed.done(&this, &another);
                // Twice: the second remembers what the first has seen.
                for _ in 0..2 {
                    prop_assert_eq!(told(&this), told(&Store::at(out.path())));
                }
            }
        }
    }

    #[test]
    fn what_has_not_changed_is_not_listed_again() {
        for tells_each_change in [false, true] {
            let out = tempfile::tempdir().unwrap();
            let store = remembering(out.path(), tells_each_change);
            let remembered = store.remembered.as_ref().unwrap();
            for number in 0..3 {
                keep(&store, number);
                file(&store, standing(number.into(), 1, number.into()));
            }
            thread::sleep(SETTLING);
            drop(told(&store));
            let mut seen = remembered.of(ROLE, task());
            let stat = rustix::fs::stat(store.task_folder(ROLE, task())).unwrap();
            let stamp = seen.stamp(&stat).unwrap();
            let known = seen.known(Place::Task, stamp).unwrap();
            assert_eq!(known.len(), 3);
            // Were it listed, it would have three.
            seen.listed(Place::Task, stamp, known[..2].into());
            seen.remember();
            assert_eq!(told(&store).0.len(), 2);
            file(&Store::at(out.path()), standing(9, 1, 0));
            assert_eq!(told(&store), told(&Store::at(out.path())));
        }
    }
}
