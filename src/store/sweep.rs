//! Removing programs that nothing links to, while others go on adding.
//!
//! [`tidy`](super::tidy()) keeps all others from the store while it walks through every
//! task's tree, which takes half a second for 400 tasks. A search does so over and over,
//! so it looks first, and keeps nobody from anything: which programs nothing seems to link
//! to. Only if there are some it takes the store for itself, and looks again at those
//! folders alone whose time of change is not what it was: a new link changes that of the
//! folder that it is in. To ask for these times is a tenth of the work, and a folder that
//! was changed just before it was looked at is looked at again, for times of change come
//! in ticks.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use walkdir::WalkDir;

use super::layout::{LINK_LEVELS, identity_in_path};
use super::tidy::programs;
use super::{Store, StoreError};
use crate::atomic_file;
use crate::library::Role;
use crate::pool::Pool;
use arc_programs::program::Identity;

/// How long ago a folder is to have changed, so that its time tells of any change since.
const SETTLED: Duration = Duration::from_secs(2);

/// What was found while nobody was kept from the store.
pub(super) struct Sweep<'store> {
    store: &'store Store,
    workers: Option<&'store Pool>,
    roles: Vec<Candidates>,
}

/// The programs of a role that nothing seemed to link to.
struct Candidates {
    role: Role,
    unlinked: HashMap<Identity, PathBuf>,
    trees: HashMap<PathBuf, Tree>,
}

/// The folders of a task, and when each changed; `None` where that may have been while
/// they were looked at.
struct Tree(Option<Vec<(PathBuf, SystemTime)>>);

/// Removes the programs that nothing links to, and yields their number. Others wait for
/// a moment, and only if there are some; where no lock keeps them out nothing is removed.
/// Workers, where there are some, look at several tasks' folders at once.
///
/// # Errors
/// [`StoreError`] where the store cannot be listed or changed.
pub fn sweep(store: &Store, workers: Option<&Pool>) -> Result<u64, StoreError> {
    if !store.locks().hold() {
        return Ok(0);
    }
    Sweep::look(store, workers)?.finish()
}

impl<'store> Sweep<'store> {
    /// Looks for candidates, while others may add programs and links.
    pub(super) fn look(
        store: &'store Store,
        workers: Option<&'store Pool>,
    ) -> Result<Self, StoreError> {
        let mut roles = Vec::new();
        for role in Role::ALL {
            let folder = store.programs(role);
            let now = atomic_file::time_at(folder).map_err(StoreError::unwritable(folder))?;
            let settled = now.checked_sub(SETTLED);
            let look = || {
                // What is kept from now on is no candidate.
                let mut unlinked = programs(&store.out, folder)?;
                let folders = task_folders(store, role)?;
                let looked = each(workers, &folders, |path| Tree::look(path, settled));
                let (trees, linked): (Vec<Tree>, Vec<_>) = looked.into_iter().unzip();
                for identity in linked.into_iter().flatten() {
                    unlinked.remove(&identity);
                }
                Ok(Candidates {
                    role,
                    unlinked,
                    trees: folders.into_iter().zip(trees).collect(),
                })
            };
            roles.push(look().map_err(StoreError::unreadable(folder))?);
        }
        Ok(Self {
            store,
            workers,
            roles,
        })
    }

    /// Removes those that nothing links to now.
    pub(super) fn finish(mut self) -> Result<u64, StoreError> {
        self.roles.retain(|own| !own.unlinked.is_empty());
        if self.roles.is_empty() {
            return Ok(0);
        }
        let _alone = self.store.alone()?;
        let mut removed = 0;
        for candidates in self.roles {
            let folder = self.store.programs(candidates.role);
            let unlinked = candidates.still_unlinked(self.store, self.workers);
            let unlinked = unlinked.map_err(StoreError::unreadable(folder))?;
            removed += remove(unlinked).map_err(StoreError::unwritable(folder))?;
        }
        Ok(removed)
    }
}

impl Candidates {
    /// Those that nothing links to now.
    fn still_unlinked(
        mut self,
        store: &Store,
        workers: Option<&Pool>,
    ) -> io::Result<impl Iterator<Item = PathBuf>> {
        let folders = task_folders(store, self.role)?;
        let newly_linked = |path: &PathBuf| match self.trees.get(path) {
            Some(tree) if tree.is_as_it_was() => Ok(HashSet::new()),
            _ => walk(path).map(|walked| walked.linked),
        };
        for linked in each(workers, &folders, newly_linked) {
            for identity in linked? {
                self.unlinked.remove(&identity);
            }
        }
        Ok(self.unlinked.into_values())
    }
}

/// Removes programs; the number of those that were there.
fn remove(programs: impl Iterator<Item = PathBuf>) -> io::Result<u64> {
    let mut removed = 0;
    for path in programs {
        match fs::remove_file(&path) {
            Ok(()) => removed += 1,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(removed)
}

impl Tree {
    /// Looks at a task's folder, and yields what it links to as well.
    fn look(path: &Path, settled: Option<SystemTime>) -> (Self, HashSet<Identity>) {
        // What others change meanwhile is looked at again when they wait.
        let Ok(Walked { linked, folders }) = walk(path) else {
            return (Self(None), HashSet::new());
        };
        let is_settled = |(_, changed): &(_, SystemTime)| Some(*changed) < settled;
        let is_all_settled = folders.iter().all(is_settled);
        (Self(is_all_settled.then_some(folders)), linked)
    }

    fn is_as_it_was(&self) -> bool {
        let Some(folders) = &self.0 else {
            return false;
        };
        let mut folders = folders.iter();
        folders.all(|(path, changed)| {
            let now = fs::symlink_metadata(path).and_then(|own| own.modified());
            now.is_ok_and(|now| now == *changed)
        })
    }
}

/// What is under a task's folder.
struct Walked {
    linked: HashSet<Identity>,
    folders: Vec<(PathBuf, SystemTime)>,
}

fn walk(path: &Path) -> io::Result<Walked> {
    let mut walked = Walked {
        linked: HashSet::new(),
        folders: Vec::new(),
    };
    for entry in WalkDir::new(path).max_depth(LINK_LEVELS.len() - 1) {
        let entry = entry?;
        if entry.file_type().is_dir() {
            // Before what is in it is read.
            let changed = entry.metadata()?.modified()?;
            walked.folders.push((entry.into_path(), changed));
        } else {
            walked.linked.extend(identity_in_path(entry.path()));
        }
    }
    Ok(walked)
}

/// Does some work with each, several at once where there are workers.
fn each<T: Sync, R: Send>(
    workers: Option<&Pool>,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let done = workers.map(|workers| workers.map(items, &work).results);
    let mut done = done.into_iter().flatten();
    // It does not panic; if it ever does, it does here.
    let own = |item| {
        done.next()
            .and_then(Result::ok)
            .unwrap_or_else(|| work(item))
    };
    items.iter().map(own).collect()
}

/// The folders of the tasks that have programs of a role.
fn task_folders(store: &Store, role: Role) -> io::Result<Vec<PathBuf>> {
    let tasks = store.tasks(role).map_err(io::Error::from)?;
    let folders = tasks.into_iter();
    Ok(folders.map(|task| store.task_folder(role, task)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::{Profile, ProfileKind};
    use crate::store::Standing;
    use arc_programs::task::TaskName;

    fn task(name: &str) -> TaskName {
        name.parse().unwrap()
    }

    fn keep(store: &Store, text: &str) -> Standing {
        let identity = Identity::of(text);
        let sharing = store.share().unwrap();
        sharing
            .keep(Role::Solver, identity, || text.to_owned())
            .unwrap();
        Standing {
            score: 7,
            speed: 1,
            identity,
        }
    }

    fn file(store: &Store, name: &str, standing: Standing) {
        let sharing = store.share().unwrap();
        sharing.file(Role::Solver, task(name), &[standing]).unwrap();
    }

    fn workers() -> Pool {
        Pool::new(&Profile {
            kind: ProfileKind::Cpu,
            workers: 3,
            chunk_size: 8,
            reason: String::new(),
        })
    }

    /// Has all folders have changed long ago.
    fn settle(store: &Store) {
        let old = SystemTime::now() - 10 * SETTLED;
        for entry in WalkDir::new(store.links(Role::Solver)) {
            let entry = entry.unwrap();
            if entry.file_type().is_dir() {
                fs::File::open(entry.path())
                    .unwrap()
                    .set_modified(old)
                    .unwrap();
            }
        }
    }

    #[test]
    fn what_nothing_links_to_goes_and_all_else_stays() {
        goes_and_stays(None);
        goes_and_stays(Some(&workers()));
    }

    fn goes_and_stays(workers: Option<&Pool>) {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        let [linked, unlinked] = ["one", "two"].map(|text| keep(&store, text));
        file(&store, "0123abcd", linked);
        let mine = store.programs(Role::Solver).join("notes.txt");
        fs::write(&mine, "mine").unwrap();
        let path = |standing: Standing| store.path(Role::Solver, standing.identity);
        assert_eq!(sweep(&store, workers).unwrap(), 1);
        assert!(path(linked).exists() && !path(unlinked).exists() && mine.exists());
        assert_eq!(sweep(&store, workers).unwrap(), 0);
    }

    #[test]
    fn what_is_linked_after_the_look_stays() {
        stays(None);
        stays(Some(&workers()));
    }

    fn stays(workers: Option<&Pool>) {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        let texts = ["one", "same folder", "new task", "new score", "none"];
        let [one, same, new_task, mut new_score, none] = texts.map(|text| keep(&store, text));
        new_score.score = 9;
        file(&store, "0123abcd", one);
        for is_settled in [true, false] {
            if is_settled {
                settle(&store);
            }
            let sweep = Sweep::look(&store, workers).unwrap();
            file(&store, "0123abcd", same);
            file(&store, "4567abcd", new_task);
            file(&store, "0123abcd", new_score);
            let later = keep(&store, "kept later");
            assert_eq!(sweep.finish().unwrap(), u64::from(is_settled));
            for standing in [one, same, new_task, new_score, later] {
                assert!(store.path(Role::Solver, standing.identity).exists());
            }
            assert!(!store.path(Role::Solver, none.identity).exists());
            file(&store, "0123abcd", later);
        }
    }
}
