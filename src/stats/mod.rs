//! How far a search has come: what a store has for each task, and how that
//! moved from round to round.
//!
//! What there is now is read from the store, whose paths say it; what there was
//! is read from the logs ([`Past`]), where each task's record says its best score
//! when the task ended, and the score of a solver that is exact on all samples.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::library::Role;
use crate::store::{Store, StoreError};
use crate::tasks::TaskSource;
pub use crate::telemetry::Round;
use crate::telemetry::{History, LogPlace, Past, ReadError};
use arc_programs::score;
use arc_programs::task::TaskName;

/// Number of rounds that the table shows: the last.
const SHOWN_ROUNDS: usize = 20;

/// Statistics of a search: how far it has come.
#[derive(Clone, Debug, Serialize)]
pub struct Stats {
    /// Number of tasks that have a solver which scores above 0.
    pub tasks: usize,
    /// Number of those that have one which is exact on all samples.
    pub solved: usize,
    /// Sum of the scores of the best solvers of all tasks.
    pub total: u64,
    /// Best of each task, by name.
    pub best: Vec<TaskBest>,
    /// Rounds that the logs know, the first first.
    pub rounds: Vec<Round>,
    /// Number of records of a later version, or of another program, in the logs.
    pub other_records: u64,
    /// Notes of what one might want to know, a sentence each.
    pub notes: Vec<String>,
}

/// Tasks of a store, whose samples say what a full score is.
#[derive(Clone, Copy, Debug)]
pub enum StatsTasks<'source> {
    /// These, which the user has named.
    Named(&'source TaskSource),
    /// Those of the records, and for tasks that these do not know the usual ones, if
    /// there are any.
    Recorded(Option<&'source TaskSource>),
}

/// Best solver that a store has for a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskBest {
    /// The task.
    pub task: TaskName,
    /// Score of the best solver.
    pub score: u64,
    /// Score of a solver that is exact on all samples; `None` for a task that
    /// neither the records nor the data have.
    pub full_score: Option<u64>,
    /// Number of solvers that are kept for the task.
    pub solvers: usize,
}

/// Error for statistics that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum StatsError {
    /// The store cannot be listed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The logs cannot be read.
    #[error(transparent)]
    History(#[from] ReadError),
}

impl TaskBest {
    /// Whether a solver is exact on all samples.
    pub fn is_solved(&self) -> bool {
        self.full_score.is_some_and(|full| self.score >= full)
    }
}

impl Stats {
    /// Reads what a store has, and what its logs say of it.
    ///
    /// # Errors
    /// [`StatsError`] where the store cannot be listed, or the logs cannot be read.
    pub fn read(store: &Store, tasks: StatsTasks<'_>, logs: &LogPlace) -> Result<Self, StatsError> {
        let mut best = Vec::new();
        for task in store.tasks(Role::Solver)? {
            let tree = store.tree(Role::Solver, task)?;
            let Some(standing) = tree.standings().last() else {
                continue;
            };
            best.push(TaskBest {
                task,
                score: standing.score,
                full_score: None,
                solvers: tree.standings().len(),
            });
        }
        let is_new = logs.folder(store.out()).is_dir();
        let past = Past::read(store.out(), logs, |unnamed| {
            !is_new && agrees(unnamed, &best, store)
        })?;
        let Past { history, notice } = past;
        for own in &mut best {
            own.full_score = tasks.full_score(own.task, &history);
        }
        let others = history.notice_of_others();
        let other_stores = history.notice_of_other_stores();
        let History {
            rounds,
            other_records,
            ..
        } = history;
        Ok(Self {
            tasks: best.iter().filter(|own| own.score > 0).count(),
            solved: best.iter().filter(|own| own.is_solved()).count(),
            total: best.iter().map(|own| own.score).sum(),
            best,
            rounds,
            other_records,
            notes: [notice, others, other_stores]
                .into_iter()
                .flatten()
                .collect(),
        })
    }

    /// Number of rounds.
    fn number_of_rounds(&self) -> u64 {
        self.rounds.iter().map(|round| round.rounds).sum()
    }
}

impl StatsTasks<'_> {
    fn full_score(self, task: TaskName, history: &History) -> Option<u64> {
        let of_data = |source: &TaskSource| {
            let task = source.load(task).ok()?;
            Some((task.demo.len() + task.test.len()) as u64 * score::FULL)
        };
        let of_records = || history.full_score(&task.to_string());
        match self {
            Self::Named(source) => of_data(source).or_else(of_records),
            Self::Recorded(source) => of_records().or_else(|| source.and_then(of_data)),
        }
    }
}

/// Whether records that name no store can be those of this one, and of no other:
/// none has a better score than it, and there is no store where an earlier version
/// would have had them by itself.
fn agrees(unnamed: &History, best: &[TaskBest], store: &Store) -> bool {
    let is_other = Store::at(Path::new(".")).links(Role::Solver).is_dir();
    let best: HashMap<String, u64> = best
        .iter()
        .map(|own| (own.task.to_string(), own.score))
        .collect();
    let has = |(task, score)| score <= best.get(task).copied().unwrap_or(0);
    !is_other && store.out() != Path::new(".") && unnamed.best_scores().all(has)
}

impl fmt::Display for Stats {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.best.is_empty() {
            writeln!(formatter, "task         best    full  solvers")?;
        }
        for own in &self.best {
            let full = own
                .full_score
                .map_or("?".to_owned(), |full| full.to_string());
            writeln!(
                formatter,
                "{}  {:>7} {full:>7} {:>8}  {}",
                own.task,
                own.score,
                own.solvers,
                if own.is_solved() { "solved" } else { "" }
            )?;
        }
        if !self.rounds.is_empty() {
            writeln!(
                formatter,
                "\nround  began                       tasks  risen  solved    total"
            )?;
        }
        let first = self.rounds.len().saturating_sub(SHOWN_ROUNDS);
        let mut number: u64 = self.rounds[..first].iter().map(|own| own.rounds).sum();
        for round in &self.rounds[first..] {
            number += round.rounds;
            writeln!(
                formatter,
                "{:>5}  {:<26} {:>6} {:>6} {:>7} {:>8}",
                number, round.began, round.tasks, round.risen, round.solved, round.total
            )?;
        }
        for note in &self.notes {
            writeln!(formatter, "\nnote: {note}")?;
        }
        write!(
            formatter,
            "\n{} of {} tasks solved, best scores {} together, {} rounds",
            self.solved,
            self.tasks,
            self.total,
            self.number_of_rounds()
        )
    }
}
