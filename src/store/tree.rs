//! The best programs of each task, by score and speed.
//!
//! Each is a link to the program, whose path says all there is to know (module
//! `layout`), so listing a folder is enough to draw from it. A task keeps its best 32. Which those are depends on
//! what was offered and not on the order, for ties go by identity.
//!
//! What is not of this form is [`Foreign`]: it is neither counted nor touched,
//! and told. So is a link that leads nowhere; where its program is kept again,
//! it works again.

use std::fmt;
use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

use super::folder;
use super::layout::{self, Place, Standing, TaskFolder};
use super::{Store, StoreError};
use crate::event::FiledCounts;
use crate::library::Role;
use arc_programs::program::Identity;
use arc_programs::task::TaskName;

/// Number of programs of a role that a task keeps: its best.
pub const KEPT: usize = 32;

/// Tree of the best programs of a task, as its folder has them.
#[derive(Debug)]
pub struct TaskTree {
    pub(super) out: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) role: Role,
    /// From worst to best.
    pub(super) standings: Vec<Standing>,
    /// The folders under it that are there and no links, by their place under it: how
    /// many entries each has.
    pub(super) entries: FxHashMap<Place, usize>,
    /// Those that had something in them that is not the store's, when they were listed.
    pub(super) mixed: FxHashSet<Place>,
    /// Those that were changed since.
    pub(super) changed: FxHashSet<Place>,
    pub(super) foreign: Vec<Foreign>,
}

/// Foreign entry in a task's folder: something that the store did not put there, or that is
/// broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// Path of the entry.
    pub path: PathBuf,
    problem: &'static str,
}

pub(super) const DEAD_LINK: &str = "found a link that leads nowhere";

impl Foreign {
    pub(super) fn new(path: PathBuf, problem: &'static str) -> Self {
        Self { path, problem }
    }

    /// Whether it is a link to a program that is not there.
    pub fn is_dead_link(&self) -> bool {
        self.problem == DEAD_LINK
    }

    /// What is wrong with it.
    pub fn problem(&self) -> &'static str {
        self.problem
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path.display(), self.problem)
    }
}

impl Store {
    /// Tasks that have a folder for programs of a role, by name.
    pub fn tasks(&self, role: Role) -> Result<Vec<TaskName>, StoreError> {
        let folder = self.links(role);
        let names = folder::names(&self.out, &folder).map_err(StoreError::unreadable(&folder))?;
        let task = |name: &String| Some(name.parse::<TaskFolder>().ok()?.0);
        let mut tasks: Vec<TaskName> = names.iter().filter_map(task).collect();
        tasks.sort_unstable();
        Ok(tasks)
    }

    /// Tree of the programs of a role that a task keeps.
    pub fn tree(&self, role: Role, task: TaskName) -> Result<TaskTree, StoreError> {
        let mut tree = TaskTree {
            out: self.out.clone(),
            folder: self.task_folder(role, task),
            role,
            standings: Vec::new(),
            entries: FxHashMap::default(),
            mixed: FxHashSet::default(),
            changed: FxHashSet::default(),
            foreign: Vec::new(),
        };
        match tree.list(self, task) {
            Ok(()) => Ok(tree),
            Err(reason) => Err(StoreError::unreadable(&tree.folder)(reason)),
        }
    }

    /// Score of the best program of a role that a task keeps, if it has one.
    ///
    /// # Errors
    /// [`StoreError`] where the task's folder cannot be listed.
    pub fn best_score(&self, role: Role, task: TaskName) -> Result<Option<u64>, StoreError> {
        let folder = self.task_folder(role, task);
        // Most tasks need no more than a look at the names of the scores.
        let names = folder::names(&self.out, &folder).map_err(StoreError::unreadable(&folder))?;
        let scores = names.iter().filter_map(|name| name.parse::<u64>().ok());
        match scores.max() {
            None | Some(0) => Ok(None),
            Some(_) => Ok(self.tree(role, task)?.best().map(|best| best.score)),
        }
    }

    /// Whether a task still has as many programs as were filed of it: where others
    /// took their place they are as many.
    pub fn has_as_many(&self, task: TaskName, filed: FiledCounts) -> Result<bool, StoreError> {
        let FiledCounts { solvers, differs } = filed;
        for (role, filed) in [(Role::Solver, solvers), (Role::Differ, differs)] {
            if filed > 0 && (self.tree(role, task)?.standings.len() as u64) < filed {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Where a task's programs of a role are filed.
    pub(super) fn task_folder(&self, role: Role, task: TaskName) -> PathBuf {
        self.links(role).join(TaskFolder(task).to_string())
    }
}

impl TaskTree {
    /// Standings of the programs that are kept, from worst to best.
    pub fn standings(&self) -> &[Standing] {
        &self.standings
    }

    /// Foreign entries, each passed over.
    pub fn foreign(&self) -> &[Foreign] {
        &self.foreign
    }

    /// Whether a new program of this score and speed could be among the best.
    pub fn accepts(&self, score: u64, speed: u32) -> bool {
        match self.standings.first() {
            Some(worst) if self.standings.len() >= KEPT => {
                (score, speed) >= (worst.score, worst.speed)
            }
            _ => true,
        }
    }

    /// The best program.
    pub fn best(&self) -> Option<&Standing> {
        self.standings.last()
    }

    /// Standing of a program that is among the best; the best of several links
    /// that an earlier version made.
    pub fn of(&self, program: Identity) -> Option<Standing> {
        let mut standings = self.standings.iter().rev();
        standings.find(|own| own.identity == program).copied()
    }

    /// Target of a program's link, from where that is.
    pub fn target(&self, standing: &Standing) -> PathBuf {
        layout::target(self.role, standing.identity)
    }

    /// Path of the folder at a place.
    pub(super) fn folder_at(&self, place: Place) -> PathBuf {
        self.folder.join(place.to_string())
    }

    /// Path of the link of a program of this standing, there or not.
    pub fn path(&self, standing: &Standing) -> PathBuf {
        self.folder.join(standing.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::store::testing::standing;

    fn task() -> TaskName {
        "0520fde7".parse().unwrap()
    }

    /// Keeps and files a program; how many were filed.
    fn file(store: &Store, role: Role, standing: Standing) -> u64 {
        let sharing = store.share().unwrap();
        let text = || "text".to_owned();
        sharing.keep(role, standing.identity, text).unwrap();
        sharing.file(role, task(), &[standing]).unwrap().filed
    }

    #[test]
    fn the_best_are_kept_whatever_the_order_they_come_in() {
        let offered: Vec<Standing> = (0..60_u32)
            .map(|number| standing(u64::from(number % 7) * 1000, number % 5, number.into()))
            .collect();
        let mut best = offered.clone();
        best.sort_unstable();
        let best = best.split_off(best.len() - KEPT);
        for step in [1, 7, 11, 59] {
            let out = tempfile::tempdir().unwrap();
            let store = Store::open(out.path()).unwrap();
            for index in 0..offered.len() {
                let tree = store.tree(Role::Solver, task()).unwrap();
                let offered = offered[index * step % offered.len()];
                let is_accepted = tree.accepts(offered.score, offered.speed);
                assert!(file(&store, Role::Solver, offered) == 0 || is_accepted);
            }
            let tree = store.tree(Role::Solver, task()).unwrap();
            assert_eq!(tree.standings(), best);
        }
    }

    #[test]
    fn a_link_is_relative_and_leads_to_the_program() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        let standing = standing(3000, 17, 1);
        for _ in 0..2 {
            assert_eq!(file(&store, Role::Differ, standing), 1);
        }
        let path = out.path().join(format!(
            "differ_dir/solve_0520fde7/3000/17/{}.py",
            standing.identity
        ));
        assert!(fs::read_link(&path).unwrap().is_relative());
        assert_eq!(fs::read_to_string(path).unwrap(), "text");
    }

    #[test]
    fn a_program_has_one_link_a_task() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        let tree = || store.tree(Role::Solver, task()).unwrap();
        // As an earlier version left it: two links of one program.
        for speed in [16, 17] {
            let own = standing(3000, speed, 1);
            let folder = tree().path(&own);
            fs::create_dir_all(folder.parent().unwrap()).unwrap();
            symlink(tree().target(&own), folder).unwrap();
        }
        for again in [standing(3000, 17, 1), standing(2000, 5, 1)] {
            assert_eq!(file(&store, Role::Solver, again), 1);
            assert_eq!(tree().standings(), [again]);
        }
        let better: Vec<Standing> = (2..34).map(|number| standing(2500, 9, number)).collect();
        for own in &better {
            file(&store, Role::Solver, *own);
        }
        // With 32 better ones there it has no link any more, nor gets one.
        file(&store, Role::Solver, standing(2500, 8, 1));
        assert_eq!(tree().standings(), better);
    }

    #[test]
    fn a_link_that_leads_nowhere_works_again_with_its_program() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        let standing = standing(3000, 17, 1);
        let tree = || store.tree(Role::Solver, task()).unwrap();
        file(&store, Role::Solver, standing);
        fs::remove_file(store.path(Role::Solver, standing.identity)).unwrap();
        assert_eq!(tree().standings(), []);
        assert!(tree().foreign()[0].to_string().contains("leads nowhere"));
        let sharing = store.share().unwrap();
        sharing
            .keep(Role::Solver, standing.identity, String::new)
            .unwrap();
        assert_eq!(tree().standings(), [standing]);
        assert_eq!(tree().foreign(), []);
    }

    #[test]
    fn foreign_files_are_neither_counted_nor_touched() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        let folder = out.path().join("solver_dir/solve_0520fde7");
        let foreign = [
            "best/17/00000000000000000000000000000001.py",
            "1000/17/notes.txt",
            "1000/fast/x.py",
            "007/1/00000000000000000000000000000001.py",
        ];
        for path in foreign {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let tree = store.tree(Role::Solver, task()).unwrap();
        assert_eq!(tree.standings(), []);
        let told: Vec<String> = tree.foreign().iter().map(Foreign::to_string).collect();
        assert_eq!(told.len(), foreign.len(), "{told:?}");
        for number in 0..40 {
            file(&store, Role::Solver, standing(1000, 17, number));
        }
        let tree = store.tree(Role::Solver, task()).unwrap();
        assert_eq!(tree.standings().len(), KEPT);
        for path in foreign {
            assert!(folder.join(path).exists(), "{path}");
        }
    }

    #[test]
    fn instances_that_file_at_once_keep_the_best_of_all() {
        let out = tempfile::tempdir().unwrap();
        let standings: Vec<Standing> = (0..400_u32)
            .map(|number| standing(u64::from(number / 3), number % 5, number.into()))
            .collect();
        std::thread::scope(|scope| {
            for part in 0..4 {
                let (out, standings) = (out.path(), &standings);
                // A store of its own, as each instance has one.
                scope.spawn(move || {
                    let store = Store::open(out).unwrap();
                    for standing in standings.iter().skip(part).step_by(4) {
                        file(&store, Role::Solver, *standing);
                    }
                });
            }
        });
        let mut best = standings;
        best.sort_unstable();
        let store = Store::at(out.path());
        let tree = store.tree(Role::Solver, task()).unwrap();
        assert_eq!(tree.standings(), best.split_off(best.len() - KEPT));
    }

    #[test]
    fn nothing_is_written_through_a_link() {
        for path in [
            "solver_dir",
            "solver_dir/solve_0520fde7",
            "solver_dir/solve_0520fde7/1000",
        ] {
            let out = tempfile::tempdir().unwrap();
            let elsewhere = tempfile::tempdir().unwrap();
            let store = Store::open(out.path()).unwrap();
            let link = out.path().join(path);
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            symlink(elsewhere.path(), &link).unwrap();
            let sharing = store.share().unwrap();
            let filed = sharing.file(Role::Solver, task(), &[standing(1000, 1, 1)]);
            let message = filed.unwrap_err().to_string();
            assert!(message.contains("is a symbolic link"), "{message}");
            assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0, "{path}");
        }
    }
}
