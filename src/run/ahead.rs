//! Tasks that are read before their turn.
//!
//! While tasks are evaluated the workers read those that come after them, as the last of
//! what they do: so none waits for another's last sample. Nothing is told of it, and it
//! decides nothing; what is not there when its turn comes is read then.

use std::collections::HashMap;

use super::cards::Cards;
use super::error::TaskProblem;
use super::prepare::{Prepared, TaskInputs, prepare};
use super::read::{ReadTask, read};
use super::tools::Tools;
use crate::fingerprint::{Fingerprint, Ingredients};
use crate::job::Job;
use crate::library::Skipped;
use arc_programs::batt::ResultCache;
use arc_programs::task::TaskName;

/// A task that was read, and what was found out of it by the way.
pub(super) struct ReadAhead {
    pub(super) inputs: TaskInputs,
    pub(super) fingerprint: Fingerprint,
    /// Why it cannot be run, if it cannot.
    pub(super) problem: Option<TaskProblem>,
    /// Programs of it that were passed over.
    pub(super) skipped: Vec<Skipped>,
    /// Its card, where that was made.
    pub(super) prepared: Option<Result<Prepared, TaskProblem>>,
}

/// What reads a run's tasks.
pub(super) struct Reader<'a> {
    pub(super) job: &'a Job,
    pub(super) cards: &'a dyn Cards,
    /// What all tasks are run with.
    pub(super) shared: &'a Ingredients,
}

/// Tasks that were read and whose turn it is not yet.
#[derive(Default)]
pub(super) struct Ahead(HashMap<TaskName, ReadAhead>);

impl Reader<'_> {
    /// Reads a task and its programs.
    pub(super) fn read(&self, task: TaskName) -> ReadAhead {
        let loaded = self.job.tasks.load(task);
        let ReadTask {
            samples,
            programs,
            fingerprint,
        } = read(task, loaded, self.cards, self.shared.clone());
        let (samples, problem) = match samples {
            Ok(samples) => (samples, None),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        ReadAhead {
            inputs: TaskInputs {
                task,
                samples,
                items: programs.items,
            },
            fingerprint,
            problem,
            skipped: programs.skipped,
            prepared: None,
        }
    }

    /// The same, and makes its card unless an earlier run has finished it.
    pub(super) fn read_and_prepare(&self, task: TaskName, cache: &dyn ResultCache) -> ReadAhead {
        let read = self.read(task);
        let is_wanted = !self.job.finished.contains_key(&read.fingerprint);
        let prepare = || prepare(&read.inputs, self.cards, self.job.budget, cache);
        ReadAhead {
            prepared: is_wanted.then(prepare),
            ..read
        }
    }
}

impl Ahead {
    /// Takes in what was read.
    pub(super) fn extend(&mut self, read: impl Iterator<Item = ReadAhead>) {
        self.0.extend(read.map(|read| (read.inputs.task, read)));
    }

    /// A task that was read.
    pub(super) fn take(&mut self, task: TaskName) -> Option<ReadAhead> {
        self.0.remove(&task)
    }

    pub(super) fn has(&self, task: TaskName) -> bool {
        self.0.contains_key(&task)
    }

    /// Reads those of some tasks that were not read, several at once.
    pub(super) fn read(&mut self, tasks: &[TaskName], reader: &Reader<'_>, tools: &Tools<'_>) {
        let missing = tasks.iter().filter(|task| !self.has(**task));
        let missing: Vec<TaskName> = missing.copied().collect();
        let read = tools.map(&missing, |task| reader.read(*task)).results;
        self.extend(read.into_iter().flatten());
    }
}
