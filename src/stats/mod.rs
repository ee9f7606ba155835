//! How far a search has come: what a store has for each task, and how that
//! moved from round to round.
//!
//! What there is now is read from the store, whose paths say it; what there was
//! is read from `run_batt_timing_stats.jsonl`, where each task's record says
//! its best score when the task ended.

mod history;

use std::fmt;
use std::path::Path;

use serde::{Serialize, Serializer};

pub use history::{Round, rounds};

use crate::library::Role;
use crate::store::{Store, StoreError};
use crate::tasks::TaskSource;
use crate::telemetry::ReadError;
use arc_programs::score;
use arc_programs::task::TaskId;

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
    /// Best of each task, by ID.
    pub best: Vec<TaskBest>,
    /// Rounds that the logs know, the first first.
    pub rounds: Vec<Round>,
}

/// Best solver that a store has for a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskBest {
    /// The task.
    #[serde(serialize_with = "as_text")]
    pub task: TaskId,
    /// Score of the best solver.
    pub score: u64,
    /// Score of a solver that is exact on all samples; `None` for a task that
    /// the data lacks.
    pub full_score: Option<u64>,
    /// Number of solvers that are kept for the task.
    pub solvers: usize,
}

fn as_text<S: Serializer>(task: &TaskId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(task)
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
    /// Reads what a store has, and what the logs under `logs` say of it.
    pub fn read(store: &Store, tasks: &TaskSource, logs: &Path) -> Result<Self, StatsError> {
        let mut best = Vec::new();
        for task in store.tasks(Role::Solver)? {
            let tree = store.tree(Role::Solver, task)?;
            let Some(standing) = tree.standings().last() else {
                continue;
            };
            let loaded = tasks.load(task).ok();
            let samples = loaded.map(|task| task.demo.len() + task.test.len());
            best.push(TaskBest {
                task,
                score: standing.score,
                full_score: samples.map(|samples| samples as u64 * score::FULL),
                solvers: tree.standings().len(),
            });
        }
        Ok(Self {
            tasks: best.iter().filter(|own| own.score > 0).count(),
            solved: best.iter().filter(|own| own.is_solved()).count(),
            total: best.iter().map(|own| own.score).sum(),
            best,
            rounds: rounds(logs)?,
        })
    }
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
        for (index, round) in self.rounds.iter().enumerate().skip(first) {
            writeln!(
                formatter,
                "{:>5}  {:<26} {:>6} {:>6} {:>7} {:>8}",
                index + 1,
                round.began,
                round.tasks,
                round.risen,
                round.solved,
                round.total
            )?;
        }
        write!(
            formatter,
            "\n{} of {} tasks solved, best scores {} together, {} rounds",
            self.solved,
            self.tasks,
            self.total,
            self.rounds.len()
        )
    }
}
