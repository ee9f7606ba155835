//! Programs that an instance has seen in their folder, so that it need not ask for one each
//! time that it meets a link to it: a store has some hundred links for each program.
//!
//! Whoever removes a program changes its folder's time of change. So what was seen holds as
//! long as that time is what it was when it was looked for, and had settled then (module
//! `remembered`). A program that is added changes it too, and all are asked for once more.

use std::cell::OnceCell;
use std::fmt::Write;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashSet;
use rustix::fs::{AtFlags, FileType};

use super::Store;
use super::folder;
use super::layout::ProgramFile;
use super::remembered::{Remembered, Stamp};
use crate::library::Role;
use arc_programs::program::Identity;

/// The most programs that are remembered, for memory is not to grow with the store.
const MOST: usize = 1 << 16;

/// The programs of a role that were seen.
#[derive(Debug, Default)]
pub(super) struct Present(Mutex<Option<(Stamp, SeenPrograms)>>);

/// Programs that were seen while their folder was as it was at some time.
#[derive(Clone, Debug, Default)]
struct SeenPrograms(Arc<Mutex<FxHashSet<Identity>>>);

impl Present {
    /// The programs that were seen in the folder as it is, which has this stamp and has
    /// settled.
    fn at(&self, stamp: Stamp) -> SeenPrograms {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((own, seen)) if *own == stamp => seen.clone(),
            _ => known.insert((stamp, SeenPrograms::default())).1.clone(),
        }
    }
}

impl SeenPrograms {
    fn contains(&self, program: Identity) -> bool {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.contains(&program)
    }

    fn insert(&self, program: Identity) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST {
            seen.clear();
        }
        seen.insert(program);
    }
}

/// The folder of a role's programs, while links to them are listed.
pub(super) struct Programs<'a> {
    store: &'a Store,
    role: Role,
    /// Those that were seen, where that holds.
    seen: Option<SeenPrograms>,
    /// The folder, once it was needed; `None` where it cannot be opened.
    opened: OnceCell<Option<OwnedFd>>,
    /// Room for a name.
    name: String,
}

impl<'a> Programs<'a> {
    pub(super) fn of(store: &'a Store, role: Role, remembered: &Remembered) -> Self {
        let stamp = remembered.settled_stamp(store.programs(role));
        Self {
            store,
            role,
            seen: stamp.map(|stamp| remembered.present(role).at(stamp)),
            opened: OnceCell::new(),
            name: String::new(),
        }
    }

    /// Whether they can be asked for.
    pub(super) fn are_there(&self) -> bool {
        self.seen.is_some() || self.folder().is_some()
    }

    /// Whether there is a program.
    pub(super) fn have(&mut self, program: Identity) -> bool {
        if self
            .seen
            .as_ref()
            .is_some_and(|seen| seen.contains(program))
        {
            return true;
        }
        self.name.clear();
        // Writing to a string does not fail.
        let _ = write!(self.name, "{}", ProgramFile(program));
        let Some(folder) = self.folder() else {
            return false;
        };
        let stat = rustix::fs::statat(folder, &*self.name, AtFlags::SYMLINK_NOFOLLOW);
        match stat.map(|stat| FileType::from_raw_mode(stat.st_mode)) {
            Ok(FileType::RegularFile) => {
                if let Some(seen) = &self.seen {
                    seen.insert(program);
                }
                true
            }
            // What it leads to goes without a change of this folder.
            Ok(FileType::Symlink) => folder::leads_somewhere(folder, &*self.name),
            other => other.is_ok(),
        }
    }

    fn folder(&self) -> Option<&OwnedFd> {
        let open = || folder::open(&self.store.out, self.store.programs(self.role));
        self.opened.get_or_init(|| open().ok().flatten()).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::store::testing::{remembering, standing};

    /// Longer than a folder takes to settle.
    const SETTLING: Duration = Duration::from_millis(150);

    const ROLE: Role = Role::Solver;

    #[test]
    fn a_program_that_was_seen_is_asked_for_again_when_its_folder_has_changed() {
        let out = tempfile::tempdir().unwrap();
        let store = remembering(out.path(), false);
        let remembered = store.remembered.as_ref().unwrap();
        let [first, second, third] = [1, 2, 3].map(|number| standing(0, 0, number).identity);
        let keep = |program| {
            let sharing = store.share().unwrap();
            sharing.keep(ROLE, program, String::new).unwrap();
        };
        let has = |program| Programs::of(&store, ROLE, remembered).have(program);
        let insert_unseen = |program| {
            let seen = Programs::of(&store, ROLE, remembered).seen;
            seen.map(|seen| seen.insert(program)).is_some()
        };
        keep(first);
        assert!(!insert_unseen(second), "its folder has changed just now");
        assert_eq!([first, second].map(has), [true, false]);
        thread::sleep(SETTLING);
        assert_eq!([first, second].map(has), [true, false]);
        // Were it asked for, it would not be there.
        assert!(insert_unseen(second));
        assert_eq!([first, second].map(has), [true, true]);
        keep(third);
        assert_eq!([first, second, third].map(has), [true, false, true]);
        thread::sleep(SETTLING);
        assert_eq!([first, second, third].map(has), [true, false, true]);
        fs::remove_file(store.path(ROLE, first)).unwrap();
        assert_eq!([first, second, third].map(has), [false, false, true]);
    }

    #[test]
    fn a_link_among_the_programs_is_followed_each_time() {
        for tells_each_change in [false, true] {
            let out = tempfile::tempdir().unwrap();
            let store = remembering(out.path(), tells_each_change);
            let remembered = store.remembered.as_ref().unwrap();
            let program = standing(0, 0, 1).identity;
            let elsewhere = out.path().join("elsewhere.py");
            fs::write(&elsewhere, "").unwrap();
            std::os::unix::fs::symlink(&elsewhere, store.path(ROLE, program)).unwrap();
            thread::sleep(SETTLING);
            let has = || Programs::of(&store, ROLE, remembered).have(program);
            assert!(has());
            fs::remove_file(elsewhere).unwrap();
            assert!(!has());
        }
    }
}
