//! Taking the programs of another store in, and its links.
//!
//! A store is a set of programs, and of each task the best links that were offered. So
//! what two stores come to does not depend on which is taken into which, nor on how
//! often: programs are united; of each program that a task has in both the better
//! standing holds, and of all of these the best 32. Of two files of one program, both
//! sound, the shorter stays, or the one that is less.
//!
//! Instances may be at work in both. What is taken in is written as a run writes it: a
//! program before the links to it, under the same locks. A kill between leaves programs
//! that nothing links to yet; taken in once more it is whole.
//!
//! What is damaged in the other store is left out, and told; it stays as it is there.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::layout::{ProgramFile, Standing};
use super::soundness::problem_of;
use super::tree::KEPT;
use super::{Sharing, Store, StoreError, folder};
use crate::atomic_file;
use crate::library::Role;
use crate::lock::Lock;
use crate::text_file::read_text;
use arc_programs::program::Identity;
use arc_programs::task::TaskName;

/// How many programs are taken in before whoever removes programs has a turn.
const TOGETHER: usize = 256;

/// What was taken in of a store.
#[derive(Debug, Default)]
pub struct TakenIn {
    /// Number of programs that are new.
    pub programs: u64,
    /// Number of links that are new, or better than those before.
    pub links: u64,
    /// What was left out: where it is, and what is wrong with it.
    pub left_out: Vec<(PathBuf, String)>,
}

/// What is taken in of one role, out of another store.
struct Taking<'a> {
    into: &'a Store,
    other: &'a Store,
    role: Role,
    sound: HashSet<Identity>,
    damaged: HashSet<Identity>,
}

impl Store {
    /// Takes in the programs of another store, and of each task the links that are among
    /// its best then.
    ///
    /// # Errors
    /// [`StoreError`] where either cannot be listed, or this one not be written.
    pub fn take_in(&self, other: &Self) -> Result<TakenIn, StoreError> {
        let mut taken = TakenIn::default();
        // So that nobody removes programs from it meanwhile.
        let folder = other.programs(Role::Solver);
        let _shared = match Lock::shared(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            lock => Some(lock.map_err(StoreError::unreadable(folder))?),
        };
        for role in Role::ALL {
            let mut taking = Taking::new(self, other, role);
            taking.programs(&mut taken)?;
            taking.links(&mut taken)?;
        }
        Ok(taken)
    }

    /// Has each task keep its best alone, one link a program, as of what was taken in: an
    /// earlier version, or the reference, has left more.
    ///
    /// # Errors
    /// [`StoreError`] where it cannot be listed or written.
    pub fn keep_the_best(&self) -> Result<(), StoreError> {
        for role in Role::ALL {
            let taking = Taking::new(self, self, role);
            for task in self.tasks(role)? {
                taking.file(task, &[])?;
            }
        }
        Ok(())
    }
}

impl<'a> Taking<'a> {
    fn new(into: &'a Store, other: &'a Store, role: Role) -> Self {
        Self {
            into,
            other,
            role,
            sound: HashSet::new(),
            damaged: HashSet::new(),
        }
    }

    fn programs(&mut self, taken: &mut TakenIn) -> Result<(), StoreError> {
        let folder = self.other.programs(self.role);
        let names =
            folder::names(&self.other.out, folder).map_err(StoreError::unreadable(folder))?;
        let files = names.iter().filter_map(|name| name.parse().ok());
        let mut identities: Vec<Identity> = files.map(|ProgramFile(own)| own).collect();
        identities.sort_unstable();
        for some in identities.chunks(TOGETHER) {
            let _sharing = self.into.share()?;
            for &identity in some {
                match self.program(identity)? {
                    Ok(is_new) => {
                        taken.programs += u64::from(is_new);
                        self.sound.insert(identity);
                    }
                    Err(problem) => {
                        let path = self.other.path(self.role, identity);
                        taken.left_out.push((path, problem));
                        self.damaged.insert(identity);
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether a program is new; or what is wrong with it.
    fn program(&self, identity: Identity) -> Result<Result<bool, String>, StoreError> {
        let text = match read(&self.other.path(self.role, identity)) {
            Ok(text) => text,
            Err(problem) => return Ok(Err(problem)),
        };
        let path = self.into.path(self.role, identity);
        let there = read(&path).ok();
        // To find out that a program is sound takes longer than all the rest.
        if there.as_ref() == Some(&text) {
            return Ok(Ok(false));
        }
        let dialect = self.into.dialect;
        if let Some(problem) = problem_of(&text, identity, dialect) {
            return Ok(Err(problem));
        }
        let stays = |there: &String| {
            (there.len(), there) < (text.len(), &text)
                && problem_of(there, identity, dialect).is_none()
        };
        if !there.as_ref().is_some_and(stays) {
            atomic_file::replace(&path, &text).map_err(StoreError::unwritable(&path))?;
        }
        Ok(Ok(there.is_none()))
    }

    fn links(&self, taken: &mut TakenIn) -> Result<(), StoreError> {
        for task in self.other.tasks(self.role)? {
            let tree = self.other.tree(self.role, task)?;
            for foreign in tree.foreign() {
                let (path, problem) = (foreign.path.clone(), foreign.problem());
                taken.left_out.push((path, problem.to_owned()));
            }
            let mut offered = Vec::new();
            for standing in tree.standings() {
                if self.sound.contains(&standing.identity) {
                    offered.push(*standing);
                } else if !self.damaged.contains(&standing.identity) {
                    let problem = "found no program of its name in its store";
                    taken
                        .left_out
                        .push((tree.path(standing), problem.to_owned()));
                }
            }
            taken.links += self.file(task, &offered)?;
        }
        Ok(())
    }

    /// Files what is offered for a task, and yields how many links that made.
    fn file(&self, task: TaskName, offered: &[Standing]) -> Result<u64, StoreError> {
        let before = self.into.tree(self.role, task)?;
        if is_best_already(before.standings(), offered) {
            return Ok(0);
        }
        let sharing = self.into.share()?;
        let path = self.into.task_folder(self.role, task);
        let _lock = folder::locked(&self.into.out, &path).map_err(StoreError::unwritable(&path))?;
        let mut tree = self.into.tree(self.role, task)?;
        let there: HashSet<Identity> = tree.standings().iter().map(|own| own.identity).collect();
        let mut links = 0;
        for standing in best(tree.standings(), offered) {
            // Somebody may have tidied since it was taken in.
            if !there.contains(&standing.identity) && !self.keep(&sharing, standing.identity)? {
                continue;
            }
            let is_new = !tree.standings().contains(&standing);
            links += u64::from(tree.file(standing, &self.into.linked)? && is_new);
        }
        Ok(links)
    }

    /// Keeps a program that is about to be filed; whether it is there.
    fn keep(&self, sharing: &Sharing<'_>, identity: Identity) -> Result<bool, StoreError> {
        if self.into.path(self.role, identity).exists() {
            return Ok(true);
        }
        let Ok(text) = read(&self.other.path(self.role, identity)) else {
            return Ok(false);
        };
        sharing.keep(self.role, identity, || text)?;
        Ok(true)
    }
}

/// The best of what is there and of what is offered, from best to worst: of each program
/// its best standing.
fn best(there: &[Standing], offered: &[Standing]) -> Vec<Standing> {
    let mut of_program: HashMap<Identity, Standing> = HashMap::new();
    for standing in there.iter().chain(offered) {
        let best = of_program.entry(standing.identity).or_insert(*standing);
        *best = (*best).max(*standing);
    }
    let mut best: Vec<Standing> = of_program.into_values().collect();
    best.sort_unstable_by(|one, other| other.cmp(one));
    best.truncate(KEPT);
    best
}

fn is_best_already(there: &[Standing], offered: &[Standing]) -> bool {
    let best = best(there, offered);
    best.iter().rev().eq(there)
}

/// The text of a program's file, which is to be one and no link; or what is wrong.
fn read(path: &Path) -> Result<String, String> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err("a symbolic link, expected a file".to_owned()),
        Ok(metadata) if !metadata.is_file() => Err("no file, expected a program's".to_owned()),
        _ => read_text(path).map_err(|error| format!("holds no program: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use walkdir::WalkDir;

    use super::*;

    /// A link of a small store: its task, its program, its score and its speed.
    type Link = (usize, usize, u64, u32);

    const TASKS: [&str; 2] = ["0123abcd", "4567abcd"];

    /// So many different programs, more than a task keeps.
    const PROGRAMS: usize = 40;

    fn program(number: usize) -> (Identity, String) {
        static ALL: LazyLock<Vec<(Identity, String)>> =
            LazyLock::new(|| (0..PROGRAMS).map(made).collect());
        ALL[number].clone()
    }

    fn made(number: usize) -> (Identity, String) {
        let text = format!("def solve(S, I, C):\n    O = canvas({number}, UNITY)\n    return O\n");
        let program = arc_programs::program::parse_module(&text);
        let program = program.only_program().unwrap();
        let inlined = program.inline(arc_programs::program::InlineBudget::DEFAULT);
        (inlined.identity, program.expanded_file())
    }

    fn store(out: &Path, links: &[Link]) -> Store {
        let store = Store::open(out).unwrap();
        let sharing = store.share().unwrap();
        for &(task, number, score, speed) in links {
            let (identity, text) = program(number);
            sharing.keep(Role::Solver, identity, || text).unwrap();
            let standing = Standing {
                score,
                speed,
                identity,
            };
            let task = TASKS[task].parse().unwrap();
            sharing.file(Role::Solver, task, &[standing]).unwrap();
        }
        drop(sharing);
        store
    }

    /// All that is under a store: of files what they hold, of links where they lead.
    fn contents(out: &Path) -> BTreeMap<PathBuf, String> {
        let entries = WalkDir::new(out).into_iter().map(Result::unwrap);
        let content = |entry: walkdir::DirEntry| {
            let path = entry.path();
            let content = match (entry.path_is_symlink(), entry.file_type().is_file()) {
                (true, _) => fs::read_link(path).unwrap().display().to_string(),
                (_, true) => fs::read_to_string(path).unwrap(),
                _ => "a folder".to_owned(),
            };
            (path.strip_prefix(out).unwrap().to_owned(), content)
        };
        entries.map(content).collect()
    }

    /// What several stores come to that are taken in one after another.
    fn merged(parts: &[&[Link]]) -> BTreeMap<PathBuf, String> {
        let folder = tempfile::tempdir().unwrap();
        let into = Store::open(&folder.path().join("into")).unwrap();
        for (number, links) in parts.iter().enumerate() {
            let other = store(&folder.path().join(number.to_string()), links);
            let taken = into.take_in(&other).unwrap();
            assert!(taken.left_out.is_empty(), "{taken:?}");
        }
        contents(into.out())
    }

    fn links() -> impl Strategy<Value = Vec<Link>> {
        proptest::collection::vec((0..2_usize, 0..PROGRAMS, 1..4_u64, 0..3_u32), 0..40)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn it_matters_neither_in_which_order_nor_how_often(
            one in links(), two in links(), three in links(),
        ) {
            let all = merged(&[&one, &two, &three]);
            prop_assert_eq!(&merged(&[&three, &one, &two]), &all);
            prop_assert_eq!(&merged(&[&two, &one, &three, &one, &two]), &all);
            // Two made one before they are taken in.
            let folder = tempfile::tempdir().unwrap();
            let [first, second, third] = [("1", &one), ("2", &two), ("3", &three)]
                .map(|(name, links)| store(&folder.path().join(name), links));
            second.take_in(&third).unwrap();
            first.take_in(&second).unwrap();
            prop_assert_eq!(&contents(first.out()), &all);
        }

        #[test]
        fn what_shares_no_task_comes_to_what_one_run_files(links in links()) {
            let of_task = |task| -> Vec<Link> {
                links.iter().copied().filter(|own| own.0 == task).collect()
            };
            let folder = tempfile::tempdir().unwrap();
            let whole = store(folder.path(), &links);
            prop_assert_eq!(merged(&[&of_task(0), &of_task(1)]), contents(whole.out()));
        }
    }

    fn standings() -> impl Strategy<Value = Vec<Standing>> {
        let standing = (0..2 * PROGRAMS, 0..4_u64, 0..3_u32);
        let standing = standing.prop_map(|(number, score, speed)| Standing {
            score,
            speed,
            identity: format!("{number:032x}").parse().unwrap(),
        });
        proptest::collection::vec(standing, 0..200)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn the_best_of_all_are_those_of_the_best_of_parts(
            one in standings(), two in standings(), three in standings(),
        ) {
            let all = best(&[&one[..], &two, &three].concat(), &[]);
            prop_assert!(all.len() <= KEPT);
            prop_assert_eq!(&best(&best(&one, &two), &three), &all);
            prop_assert_eq!(&best(&best(&three, &[]), &best(&two, &one)), &all);
            prop_assert_eq!(&best(&all, &two), &all);
            let programs: HashSet<Identity> = all.iter().map(|own| own.identity).collect();
            prop_assert_eq!(programs.len(), all.len());
        }
    }

    #[test]
    fn what_is_damaged_is_left_out_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let links = [(0, 1, 1, 1), (0, 2, 2, 1), (1, 3, 3, 1), (1, 4, 4, 1)];
        let other = store(&folder.path().join("other"), &links);
        let path = |number| other.path(Role::Solver, program(number).0);
        fs::write(path(1), "def solve(S, I, C):").unwrap();
        fs::write(path(2), program(5).1).unwrap();
        fs::remove_file(path(3)).unwrap();
        let into = store(&folder.path().join("into"), &[]);
        let taken = into.take_in(&other).unwrap();
        assert_eq!((taken.programs, taken.links), (1, 1));
        let told: Vec<String> = taken
            .left_out
            .iter()
            .map(|(path, problem)| format!("{}: {problem}", path.display()))
            .collect();
        assert_eq!(told.len(), 3, "{told:#?}");
        for (number, expected) in [
            (1, "holds no program"),
            (2, "holds the program"),
            (3, "leads nowhere"),
        ] {
            let name = program(number).0.to_string();
            assert!(
                told.iter()
                    .any(|own| own.contains(&name) && own.contains(expected)),
                "{told:#?}"
            );
        }
        assert!(fs::read_to_string(path(1)).is_ok(), "it stays as it is");
        // What is damaged in the store itself is mended by it.
        let own = into.path(Role::Solver, program(4).0);
        fs::write(&own, "").unwrap();
        into.take_in(&other).unwrap();
        assert_eq!(fs::read_to_string(&own).unwrap(), program(4).1);
    }
}
