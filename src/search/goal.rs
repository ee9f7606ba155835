//! The tasks that are to be solved before a search ends.
//!
//! A task is solved where the store has a solver of it that is exact on all samples,
//! whoever has filed it: so the store is asked, before each round, for those that were
//! not solved yet. Where not all outputs are known none can be seen to be, unless the store
//! has it from when they were.

use std::collections::BTreeMap;
use std::fmt;

use arc_programs::task::TaskName;
use arc_programs::verdict::{FullScore, Verdict};

use crate::library::Role;
use crate::store::{Store, StoreError};
use crate::tasks::{TaskError, TaskSource};

/// The tasks that are to be solved, as they were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All that a round may run.
    All,
    /// Those of these names.
    Tasks(Vec<String>),
}

/// The tasks that are to be solved and are not yet, with what their full scores were when
/// the search began.
#[derive(Debug)]
pub struct Goal(BTreeMap<TaskName, FullScore>);

/// Error for a goal that no round can reach.
#[derive(Debug, thiserror::Error)]
pub enum GoalError {
    /// There is no such task, or it cannot be read.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// No round runs it.
    #[error(
        "task {task} is to be solved, and no round would run it: it is none of the {selectable} tasks that are selected"
    )]
    NotSelected {
        /// The task.
        task: TaskName,
        /// The number of tasks that a round may run.
        selectable: usize,
    },
    /// Nobody would see that it is reached.
    #[error(
        "task {task} is to be solved, and no round can show that it is: {}{}",
        Missing(full), Others(*others)
    )]
    NotKnown {
        /// The first such task.
        task: TaskName,
        /// Its full score.
        full: FullScore,
        /// The number of other such tasks.
        others: usize,
    },
    /// The store cannot be listed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a task lacks, so that none of its solvers is known to be exact on all samples.
struct Missing<'a>(&'a FullScore);

impl fmt::Display for Missing<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.unknown_outputs {
            0 => formatter.write_str("it has no sample"),
            1 => formatter.write_str("the output of one of its samples is not known"),
            more => write!(
                formatter,
                "the outputs of {more} of its samples are not known"
            ),
        }
    }
}

/// How many more tasks an error is of.
struct Others(usize);

impl fmt::Display for Others {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            1 => formatter.write_str("; so it is with another task"),
            more => write!(formatter, "; so it is with {more} other tasks"),
        }
    }
}

impl Goal {
    /// The goal of these tasks, of those that a round may run.
    ///
    /// # Errors
    /// [`GoalError`] for a task that none runs, that cannot be read, or that no round can
    /// show to be solved and the store does not have solved.
    pub fn new(
        wanted: &Wanted,
        source: &TaskSource,
        store: &Store,
        selectable: &[TaskName],
    ) -> Result<Self, GoalError> {
        let tasks = match wanted {
            Wanted::All => selectable.to_vec(),
            Wanted::Tasks(names) => {
                let names = names.iter();
                let tasks = names.map(|name| selected(source.find(name)?, selectable));
                tasks.collect::<Result<_, GoalError>>()?
            }
        };
        let mut full_scores = BTreeMap::new();
        let mut not_known = Vec::new();
        for task in tasks {
            let full = FullScore::of_task(&source.load(task)?);
            let is_shown = full.verdict(full.score) == Verdict::Solved;
            if !is_shown && !is_solved(task, full, store)? {
                not_known.push((task, full));
            }
            full_scores.insert(task, full);
        }
        match not_known[..] {
            [] => Ok(Self(full_scores)),
            [(task, full), ..] => Err(GoalError::NotKnown {
                task,
                full,
                others: not_known.len() - 1,
            }),
        }
    }

    /// Whether a store has solvers of all that are exact on all samples.
    ///
    /// # Errors
    /// [`GoalError`] where the store cannot be listed, or a task not be read any more.
    pub fn is_reached(&mut self, source: &TaskSource, store: &Store) -> Result<bool, GoalError> {
        let mut solved = Vec::new();
        for (&task, &full) in &self.0 {
            // Somebody may have changed its samples since, which are looked at for those
            // alone of which that matters.
            if is_solved(task, full, store)?
                && is_solved(task, FullScore::of_task(&source.load(task)?), store)?
            {
                solved.push(task);
            }
        }
        self.0.retain(|task, _| !solved.contains(task));
        Ok(self.0.is_empty())
    }
}

/// A task, if a round may run it.
fn selected(task: TaskName, selectable: &[TaskName]) -> Result<TaskName, GoalError> {
    match selectable.contains(&task) {
        true => Ok(task),
        false => Err(GoalError::NotSelected {
            task,
            selectable: selectable.len(),
        }),
    }
}

/// Whether a store has a solver of a task that is exact on all samples.
fn is_solved(task: TaskName, full: FullScore, store: &Store) -> Result<bool, StoreError> {
    let best = store.best_score(Role::Solver, task)?;
    Ok(best.is_some_and(|best| full.verdict(best) == Verdict::Solved))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::tasks::Split;
    use arc_programs::program::Identity;

    const KNOWN: &str = r#"{"input": [[3]], "output": [[4]]}"#;
    const UNKNOWN: &str = r#"{"input": [[3]]}"#;

    /// A folder with tasks of one demo sample each, and with a store of what solvers of
    /// them score.
    struct Scene(tempfile::TempDir);

    impl Scene {
        fn of(tasks: &[(&str, &str)]) -> Self {
            let scene = Self(tempfile::tempdir().unwrap());
            std::fs::create_dir(scene.0.path().join("data")).unwrap();
            for (task, test) in tasks {
                scene.write(
                    task,
                    &format!(r#"{{"train": [{KNOWN}], "test": [{test}]}}"#),
                );
            }
            scene
        }

        fn path(&self) -> &Path {
            self.0.path()
        }

        fn write(&self, task: &str, text: &str) {
            std::fs::write(self.path().join(format!("data/{task}.json")), text).unwrap();
        }

        fn store(&self) -> Store {
            Store::at(self.path())
        }

        fn file(&self, task: &str, score: u64) {
            let folder = format!("solver_dir/solve_{task}/{score}/20");
            let folder = self.path().join(folder);
            std::fs::create_dir_all(&folder).unwrap();
            let name = format!("{}.py", Identity::of(task));
            std::fs::write(folder.join(name), "").unwrap();
        }

        fn source(&self) -> TaskSource {
            TaskSource::open(&self.path().join("data"), Split::Both).unwrap()
        }

        fn goal(&self, wanted: &Wanted) -> Result<Goal, GoalError> {
            let source = self.source();
            let selectable: Vec<TaskName> = source.names().collect();
            Goal::new(wanted, &source, &self.store(), &selectable)
        }

        fn is_reached(&self, goal: &mut Goal) -> Result<bool, GoalError> {
            goal.is_reached(&self.source(), &self.store())
        }
    }

    fn wanted(task: &str) -> Wanted {
        Wanted::Tasks(vec![task.to_owned()])
    }

    #[test]
    fn it_is_reached_once_all_are_solved() {
        let scene = Scene::of(&[("aaaa0000", KNOWN), ("bbbb0000", KNOWN)]);
        let mut goal = scene.goal(&Wanted::All).unwrap();
        for (task, score, is_reached) in [
            ("aaaa0000", 2000, false),
            ("bbbb0000", 1000, false),
            ("bbbb0000", 1900, false),
            ("bbbb0000", 2000, true),
        ] {
            scene.file(task, score);
            assert_eq!(
                scene.is_reached(&mut goal).unwrap(),
                is_reached,
                "{task} {score}"
            );
        }
    }

    #[test]
    fn what_no_round_can_show_is_refused_unless_the_store_has_it_solved() {
        let scene = Scene::of(&[
            ("aaaa0000", KNOWN),
            ("bbbb0000", UNKNOWN),
            ("cccc0000", UNKNOWN),
        ]);
        for (asked, others) in [(wanted("bbbb0000"), 0), (Wanted::All, 1)] {
            let error = scene.goal(&asked).unwrap_err();
            let GoalError::NotKnown {
                task,
                others: found,
                ..
            } = error
            else {
                panic!("{error}");
            };
            assert_eq!((task.as_str(), found), ("bbbb0000", others));
        }
        // It is exact on the demo sample alone.
        scene.file("bbbb0000", 1000);
        assert!(scene.goal(&wanted("bbbb0000")).is_err());
        // From when the output was known.
        scene.file("bbbb0000", 2000);
        let mut goal = scene.goal(&wanted("bbbb0000")).unwrap();
        assert!(scene.is_reached(&mut goal).unwrap());
        assert!(scene.goal(&wanted("aaaa0000")).is_ok());
    }

    #[test]
    fn a_task_that_cannot_be_read_is_told() {
        let scene = Scene::of(&[("aaaa0000", KNOWN), ("bbbb0000", KNOWN)]);
        let mut goal = scene.goal(&Wanted::All).unwrap();
        scene.file("bbbb0000", 2000);
        scene.write("bbbb0000", "[");
        let told = |error: GoalError| error.to_string().contains("bbbb0000.json");
        assert!(told(scene.is_reached(&mut goal).unwrap_err()));
        for asked in [wanted("bbbb0000"), Wanted::All] {
            assert!(told(scene.goal(&asked).unwrap_err()));
        }
    }
}
