//! How far a search has come: what a store has for each task, and how that
//! moved from round to round.
//!
//! What there is now is read from the store, whose paths say it; what there was
//! is read from the logs ([`Past`]), where each task's record says its best score
//! when the task ended, and its full score.

mod remembered;

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::library::Role;
use crate::store::{Store, StoreError, TaskTree};
use crate::tasks::TaskSource;
use crate::telemetry::{History, LogPlace, Past, ReadError};
pub use crate::telemetry::{Pace, Round};
use crate::words::counted;
use arc_programs::task::TaskName;
use arc_programs::verdict::{FullScore, Verdict};
pub use remembered::RememberedData;

/// Number of rounds that the table shows: the last.
const SHOWN_ROUNDS: usize = 20;

/// Statistics of a search: how far it has come.
#[derive(Clone, Debug, Serialize)]
pub struct Stats {
    /// Number of tasks that have a solver which scores above 0.
    pub tasks: usize,
    /// Number of those that have one which is exact on all samples.
    pub solved: usize,
    /// Number of those that have one which is exact on all demo samples, where the
    /// outputs of some test samples are not known.
    pub demos_exact: usize,
    /// Number of those with such test samples, which cannot be told to be solved; but
    /// for those that were solved when their outputs were known.
    pub tasks_with_unknown_outputs: usize,
    /// Sum of the scores of the best solvers of all tasks.
    pub total: u64,
    /// Best of each task, by name.
    pub best: Vec<TaskBest>,
    /// Rounds that the logs know, the first first.
    pub rounds: Vec<Round>,
    /// Pace of all of them that are rounds of searches; `None` where there is none.
    pub pace: Option<Pace>,
    /// New programs a second in these.
    pub new_programs_a_second: Option<f64>,
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
    /// Those of the records, and for tasks that these do not know the data that they
    /// remember, or the usual ones, if there are any.
    Recorded(Option<&'source TaskSource>),
}

/// Best solver that a store has for a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskBest {
    /// The task.
    pub task: TaskName,
    /// Score of the best solver.
    pub score: u64,
    /// Score of a solver that is exact on all samples whose outputs are known; `None`
    /// for a task that neither the records nor the data have.
    pub full_score: Option<u64>,
    /// Number of samples whose outputs are not known; `None` as before.
    pub unknown_outputs: Option<u64>,
    /// The verdict on it; `None` as before.
    pub verdict: Option<Verdict>,
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
    fn take_in(&mut self, full: Option<FullScore>) {
        self.full_score = full.map(|full| full.score);
        self.unknown_outputs = full.map(|full| full.unknown_outputs);
        self.verdict = full.map(|full| full.verdict(self.score));
    }

    /// Whether it can be no more than exact on its demos, for all that is known.
    fn has_unknown_outputs(&self) -> bool {
        let is_unknown = self.unknown_outputs.is_some_and(|unknown| unknown > 0);
        is_unknown && self.verdict != Some(Verdict::Solved)
    }
}

/// Statistics, and all that they were read from.
#[derive(Debug)]
pub struct StatsAndPast {
    /// The statistics, which have the rounds.
    pub stats: Stats,
    /// The rest of the past.
    pub history: History,
    /// Folders of the logs that were read, the oldest first.
    pub folders: Vec<PathBuf>,
    /// The solvers that are kept of each task which has some.
    pub trees: Vec<(TaskName, TaskTree)>,
    /// The data that the records remember.
    pub remembered: RememberedData,
}

impl Stats {
    /// Reads what a store has, and what its logs say of it.
    ///
    /// # Errors
    /// [`StatsError`] where the store cannot be listed, or the logs cannot be read.
    pub fn read(store: &Store, tasks: StatsTasks<'_>, logs: &LogPlace) -> Result<Self, StatsError> {
        Ok(Self::read_with_past(store, tasks, logs)?.stats)
    }

    /// The same, with all that it was read from.
    ///
    /// # Errors
    /// As [`Stats::read`].
    pub fn read_with_past(
        store: &Store,
        tasks: StatsTasks<'_>,
        logs: &LogPlace,
    ) -> Result<StatsAndPast, StatsError> {
        let mut best = Vec::new();
        let mut trees = Vec::new();
        for task in store.tasks(Role::Solver)? {
            let tree = store.tree(Role::Solver, task)?;
            let Some(standing) = tree.standings().last() else {
                continue;
            };
            best.push(TaskBest {
                task,
                score: standing.score,
                full_score: None,
                unknown_outputs: None,
                verdict: None,
                solvers: tree.standings().len(),
            });
            trees.push((task, tree));
        }
        let is_new = logs.folder(store.out()).is_dir();
        let past = Past::read(store.out(), logs, |unnamed| {
            !is_new && agrees(unnamed, &best, store)
        })?;
        let Past {
            mut history,
            notice,
            folders,
        } = past;
        let remembered = RememberedData::at(&history.course.data);
        for own in &mut best {
            own.take_in(tasks.full_score(own.task, &history, &remembered));
        }
        let others = history.notice_of_others();
        let other_stores = history.notice_of_other_stores();
        let rounds = std::mem::take(&mut history.rounds);
        let pace = Pace::of(rounds.iter().filter_map(|round| round.pace));
        let scored = || best.iter().filter(|own| own.score > 0);
        let with = |verdict| scored().filter(|own| own.verdict == Some(verdict)).count();
        let stats = Self {
            tasks: scored().count(),
            solved: with(Verdict::Solved),
            demos_exact: with(Verdict::DemosExact),
            tasks_with_unknown_outputs: scored().filter(|own| own.has_unknown_outputs()).count(),
            total: best.iter().map(|own| own.score).sum(),
            best,
            rounds,
            pace,
            new_programs_a_second: pace.as_ref().map(Pace::new_programs_a_second),
            other_records: history.other_records,
            notes: [notice, others, other_stores]
                .into_iter()
                .flatten()
                .collect(),
        };
        Ok(StatsAndPast {
            stats,
            history,
            folders,
            trees,
            remembered,
        })
    }

    /// Number of rounds.
    pub fn number_of_rounds(&self) -> u64 {
        self.rounds.iter().map(|round| round.rounds).sum()
    }
}

impl StatsTasks<'_> {
    fn full_score(
        self,
        task: TaskName,
        history: &History,
        remembered: &RememberedData,
    ) -> Option<FullScore> {
        let of_data = |source: &TaskSource| Some(FullScore::of_task(&source.load(task).ok()?));
        let name = task.to_string();
        match self {
            Self::Named(source) => of_data(source).or_else(|| history.full_score(&name, || None)),
            Self::Recorded(usual) => history.full_score(&name, || {
                let source = remembered.with(task).or(usual);
                source.and_then(of_data)
            }),
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
        let names = self.best.iter().map(|own| own.task.as_str().len());
        let title = "task";
        let width = names.fold(title.len(), usize::max);
        if !self.best.is_empty() {
            let [best, full, solvers] = ["best", "full", "solvers"];
            writeln!(
                formatter,
                "{title:<width$}  {best:>7} {full:>7} {solvers:>8}"
            )?;
        }
        for own in &self.best {
            let full = own
                .full_score
                .map_or("?".to_owned(), |full| full.to_string());
            writeln!(
                formatter,
                "{:<width$}  {:>7} {full:>7} {:>8}  {}",
                own.task,
                own.score,
                own.solvers,
                match own.verdict {
                    Some(Verdict::Solved) => "solved",
                    Some(Verdict::DemosExact) => "demos exact",
                    Some(Verdict::Open) | None => "",
                }
            )?;
        }
        let has_demos_exact = self.rounds.iter().any(|round| round.demos_exact > 0);
        let has_pace = self.pace.is_some();
        if !self.rounds.is_empty() {
            let demos_exact = if has_demos_exact { "  demos exact" } else { "" };
            let pace = if has_pace {
                "    new   new/s  known"
            } else {
                ""
            };
            writeln!(
                formatter,
                "\nround  began                       tasks  risen  solved{demos_exact}    total{pace}"
            )?;
        }
        let first = self.rounds.len().saturating_sub(SHOWN_ROUNDS);
        let mut number: u64 = self.rounds[..first].iter().map(|own| own.rounds).sum();
        for round in &self.rounds[first..] {
            number += round.rounds;
            write!(
                formatter,
                "{number:>5}  {:<26} {:>6} {:>6} {:>7}",
                round.began, round.tasks, round.risen, round.solved
            )?;
            if has_demos_exact {
                write!(formatter, " {:>12}", round.demos_exact)?;
            }
            write!(formatter, " {:>8}", round.total)?;
            if let Some(pace) = &round.pace {
                let (rate, known) = (pace.new_programs_a_second(), pace.known_percent());
                write!(
                    formatter,
                    " {:>6} {rate:>7.1} {known:>5.0}%",
                    pace.new_programs
                )?;
            }
            writeln!(formatter)?;
        }
        for note in &self.notes {
            writeln!(formatter, "\nnote: {note}")?;
        }
        formatter.write_str("\n")?;
        let unknown = self.tasks_with_unknown_outputs;
        if self.tasks > unknown || unknown == 0 {
            let known = self.tasks - unknown;
            let known = counted(known, "task");
            write!(formatter, "{} of {known} solved, ", self.solved)?;
        }
        if unknown > 0 {
            write!(
                formatter,
                "demos exact in {} of {} with test outputs not known, ",
                self.demos_exact,
                counted(unknown, "task")
            )?;
        }
        write!(
            formatter,
            "best scores {} together, {}",
            self.total,
            counted(self.number_of_rounds(), "round")
        )?;
        match &self.pace {
            None => Ok(()),
            Some(pace) => write!(
                formatter,
                ", {} new programs, {:.1} a second, {:.0} % of results known",
                pace.new_programs,
                pace.new_programs_a_second(),
                pace.known_percent()
            ),
        }
    }
}
