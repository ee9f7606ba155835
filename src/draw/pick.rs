//! One program of several, the likelier the better it scores.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::library::{FileContent, Library, NamedProgram, Role, TaskFile};
use crate::pool::Pool;
use crate::store::{Store, StoreError, TaskTree};
use arc_programs::card::check_names;
use arc_programs::dsl::Dialect;
use arc_programs::task::TaskName;

/// The weight of a task's best program. The next is half as likely, the third a
/// third: of 32 the best is drawn every fourth time, though their scores hardly
/// differ.
const BEST: u64 = 1 << 20;

/// Picks programs of tasks.
pub(super) struct Pick<'a> {
    store: &'a Store,
    dialect: &'static Dialect,
    /// The tasks that have a folder for solvers, and those for differs. Most
    /// tasks of a large data set have none, and asking for each costs more
    /// than all else.
    with_solvers: HashSet<TaskName>,
    with_differs: HashSet<TaskName>,
    /// Folders that were listed before their turn.
    ahead: HashMap<(Role, TaskName), TaskTree>,
    pub(super) random: ChaCha8Rng,
    /// What could not be used.
    pub(super) notices: Vec<String>,
}

/// A program that was picked.
pub(super) struct Picked {
    pub(super) program: Arc<NamedProgram>,
    /// The speed folder that it is in, if it is in one.
    pub(super) speed: Option<u32>,
}

/// A program that may be picked.
enum Choice {
    Read(Arc<NamedProgram>),
    Unread(TaskFile),
}

impl<'a> Pick<'a> {
    pub(super) fn new(
        store: &'a Store,
        dialect: &'static Dialect,
        random: ChaCha8Rng,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            store,
            dialect,
            with_solvers: store.tasks(Role::Solver)?.into_iter().collect(),
            with_differs: store.tasks(Role::Differ)?.into_iter().collect(),
            ahead: HashMap::new(),
            random,
            notices: Vec::new(),
        })
    }

    /// Lists the folders of the first so many tasks that have solvers, by several workers:
    /// most of these will have their turn, for a solver and for a differ.
    pub(super) fn list_ahead(&mut self, order: &[TaskName], most: usize, workers: &Pool) {
        let with_solvers = order
            .iter()
            .filter(|task| self.with_solvers.contains(*task));
        let folders: Vec<(Role, TaskName)> = with_solvers
            .take(most)
            .flat_map(|task| [(Role::Solver, *task), (Role::Differ, *task)])
            .filter(|(role, task)| self.are_there(*role).contains(task))
            .collect();
        let listed = workers.map(&folders, |(role, task)| self.store.tree(*role, *task));
        let listed = folders.into_iter().zip(listed.results);
        // What could not be listed is listed again in its turn, and fails then.
        self.ahead
            .extend(listed.filter_map(|(folder, tree)| Some((folder, tree.ok()?.ok()?))));
    }

    fn are_there(&self, role: Role) -> &HashSet<TaskName> {
        match role {
            Role::Solver => &self.with_solvers,
            Role::Differ => &self.with_differs,
        }
    }

    /// A given solver of a task, if there is one that can be read.
    pub(super) fn given(&mut self, task: TaskName, given: &Library) -> Option<Picked> {
        let read = given.of_task(task).iter().cloned().map(Choice::Read);
        let files = given.files_of_task(task).iter().cloned();
        // Of a store's tree by what they score; what has no score counts as
        // the least of those that have.
        let weight = |choice: &Choice| match choice {
            Choice::Unread(file) => file.standing().map_or(1, |standing| standing.score.max(1)),
            Choice::Read(_) => 1,
        };
        let choices = read
            .chain(files.map(Choice::Unread))
            .map(|choice| (weight(&choice), choice))
            .collect();
        self.one_of(choices)
    }

    /// A stored program of a task, if it has one that scores and can be read.
    pub(super) fn stored(
        &mut self,
        role: Role,
        task: TaskName,
    ) -> Result<Option<Picked>, StoreError> {
        if !self.are_there(role).contains(&task) {
            return Ok(None);
        }
        let tree = match self.ahead.remove(&(role, task)) {
            Some(tree) => tree,
            None => self.store.tree(role, task)?,
        };
        let foreign = tree.foreign().iter().map(ToString::to_string);
        self.notices.extend(foreign);
        let from_best = tree.standings().iter().rev();
        let choices = from_best
            .filter(|standing| standing.score > 0)
            .zip(1..)
            .map(|(standing, rank)| {
                let file = TaskFile::new(role, self.dialect, task, tree.path(standing));
                (BEST / rank, Choice::Unread(file))
            })
            .collect();
        Ok(self.one_of(choices))
    }

    /// One of the choices by their weights; what cannot be used is told, and
    /// another one drawn.
    fn one_of(&mut self, mut choices: Vec<(u64, Choice)>) -> Option<Picked> {
        loop {
            let all: u64 = choices.iter().map(|(weight, _)| weight).sum();
            if all == 0 {
                return None;
            }
            let mut left = self.random.random_range(0..all);
            let place = choices.iter().position(|(weight, _)| {
                let is_chosen = left < *weight;
                left = left.saturating_sub(*weight);
                is_chosen
            })?;
            let mut speed = None;
            let program = match choices.swap_remove(place).1 {
                Choice::Read(program) => Some(program),
                Choice::Unread(file) => {
                    speed = file.standing().map(|standing| standing.speed);
                    let FileContent {
                        programs, skipped, ..
                    } = file.read();
                    let told = skipped.iter().map(ToString::to_string);
                    self.notices.extend(told);
                    programs.into_iter().next().map(Arc::new)
                }
            };
            let Some(program) = program else { continue };
            match check_names(&program.program) {
                Ok(()) => return Some(Picked { program, speed }),
                Err(error) => self.notices.push(format!("{}: {error}", program.name)),
            }
        }
    }
}
