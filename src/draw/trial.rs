//! Trials: programs that are run on tasks, each as a digest of 8 bytes.
//!
//! # On these tasks
//!
//! A search that runs the same tasks each round has tried a program when it was run on all
//! of them, whatever task it was drawn for: its trial is the program on that set of tasks.
//!
//! Where the tasks of a round are drawn by chance hardly any set comes twice. A program is
//! then worth most on the task that it was drawn for, which the sample has where there is
//! room, and on the others it is worth as much as any other program: its trial is the
//! program on that one task. Of a program whose task is not in the round nothing is known
//! by that; it has no trial. Each pair of a program and a task would say more, and in a
//! week of search be some 10⁹ of them: 7 GB.
//!
//! The data's path and part are a part of each trial, so that equal names in other data are
//! other tasks. What limits a program had is not: trials change what is drawn, and never
//! what is right.

use arc_programs::digest::Digest;
use arc_programs::task::TaskName;
use xxhash_rust::xxh3::Xxh3;

/// A program on tasks, as a digest.
///
/// Of 4 million of them, of 64 bits each, two different ones are taken for one by a chance
/// of one in two million: then a mutant is drawn anew that need not have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Trial(pub u64);

/// Origin of the tasks of a round, which says what a trial is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TasksOf<'a> {
    /// Every round has these.
    EachRound(&'a [TaskName]),
    /// They are drawn by chance for each round.
    Chance(&'a [TaskName]),
}

/// Scope of the trials of a round: the tasks that its programs are run on.
#[derive(Debug)]
pub struct Scope<'a> {
    tasks: TasksOf<'a>,
    /// Digest of what all trials of the round share.
    shared: u64,
}

impl<'a> Scope<'a> {
    /// The scope of a round with these tasks, of data that are told apart by `data`.
    pub fn new(tasks: TasksOf<'a>, data: &str) -> Self {
        let mut hasher = Xxh3::new();
        text(&mut hasher, data);
        if let TasksOf::EachRound(tasks) = tasks {
            // In whatever order they are run.
            let mut names: Vec<&str> = tasks.iter().map(TaskName::as_str).collect();
            names.sort_unstable();
            names.iter().for_each(|name| text(&mut hasher, name));
        }
        Self {
            tasks,
            shared: hasher.digest(),
        }
    }

    /// The trial of a program that was drawn for a task; `None` where it is not known what
    /// running it in this round would try.
    pub fn trial(&self, program: Digest, task: TaskName) -> Option<Trial> {
        let mut hasher = Xxh3::new();
        hasher.update(&self.shared.to_le_bytes());
        hasher.update(&program.number().to_le_bytes());
        if let TasksOf::Chance(tasks) = self.tasks {
            if !tasks.contains(&task) {
                return None;
            }
            text(&mut hasher, task.as_str());
        }
        Some(Trial(hasher.digest()))
    }

    /// Whether a program that the store has for a task was tried by that alone.
    pub fn is_tried_by_being_stored(&self) -> bool {
        matches!(self.tasks, TasksOf::Chance(_))
    }
}

fn text(hasher: &mut Xxh3, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<TaskName> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn on_the_same_tasks_a_program_is_one_trial_whatever_it_was_drawn_for() {
        let [forwards, backwards, others] = [&["a", "b"][..], &["b", "a"], &["a", "c"]].map(names);
        let trial = |tasks, program: u128, task: &str| {
            let scope = Scope::new(TasksOf::EachRound(tasks), "data");
            scope.trial(Digest::from(program), task.parse().unwrap())
        };
        let own = trial(&forwards, 1, "a");
        assert!(own.is_some());
        assert_eq!(own, trial(&forwards, 1, "elsewhere"));
        assert_eq!(own, trial(&backwards, 1, "b"));
        assert_ne!(own, trial(&others, 1, "a"));
        assert_ne!(own, trial(&forwards, 2, "a"));
        let elsewhere = Scope::new(TasksOf::EachRound(&forwards), "other data");
        assert_ne!(own, elsewhere.trial(Digest::from(1), forwards[0]));
    }

    #[test]
    fn on_tasks_by_chance_it_is_one_for_each_task_that_it_was_drawn_for() {
        let (first, second) = (names(&["a", "b"]), names(&["a", "c"]));
        let trial = |tasks, task: &str| {
            let scope = Scope::new(TasksOf::Chance(tasks), "data");
            scope.trial(Digest::from(1), task.parse().unwrap())
        };
        assert!(trial(&first, "a").is_some());
        assert_eq!(trial(&first, "a"), trial(&second, "a"));
        assert_ne!(trial(&first, "a"), trial(&first, "b"));
        assert_eq!(trial(&first, "c"), None);
    }
}
