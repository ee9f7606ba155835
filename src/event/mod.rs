//! What happens in a run, told to whoever wants to know.
//!
//! The run itself neither prints nor logs: it tells a [`Reporter`] each
//! [`Event`] when it happens. The telemetry, the log and the progress bar are
//! reporters.

mod task_report;

pub use task_report::{BestSolver, FiledCounts, InliningCounts, News, ResultCounts, TaskReport};

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::library::Skipped;
use crate::pool::Profile;
use crate::run::{StoredTextError, UnusableProgram};
use crate::search::SearchSummary;
use crate::shown_path::shown;
use crate::summary::Summary;
use arc_programs::evaluation::Concern;
use arc_programs::program::Identity;
use arc_programs::task::TaskName;

/// Event of a run: one thing that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// Start of the run, which has all it needs.
    RunStarted(&'a RunStart),
    /// Notice that the user should know, and that stops nothing.
    Notice(&'a str),
    /// Function or file that is passed over.
    Skipped(&'a Skipped),
    /// Task that is not run, for it was finished already with the same card, data
    /// and options.
    TaskPassedOver {
        /// The task.
        task: TaskName,
        /// The run or the instance that has finished it.
        by: FinishedBy,
    },
    /// Start of a task.
    TaskStarted {
        /// The task.
        task: TaskName,
        /// Its time limit, in seconds.
        timeout: f64,
    },
    /// Program kept as raw source, for its inlined text would exceed the budget, or
    /// came too late.
    OverBudget {
        /// The task.
        task: TaskName,
        /// The program.
        program: &'a str,
        /// The length of its inlined text, in bytes.
        inlined_bytes: u64,
    },
    /// Program with a name that means nothing; it is kept and not evaluated.
    Unresolved {
        /// The task.
        task: TaskName,
        /// The program.
        program: &'a str,
        /// The name, and its place.
        problem: &'a UnusableProgram,
    },
    /// Program that calls a primitive with arguments that it does not take: the call
    /// fails on every sample, the program goes on.
    WrongCall {
        /// The task.
        task: TaskName,
        /// The program.
        program: &'a str,
        /// The call, its place, and what would be right.
        concern: &'a Concern,
    },
    /// Failure of the work on a program; no other is touched.
    ItemFailed {
        /// The task.
        task: TaskName,
        /// The program.
        program: &'a str,
        /// The message of the failure.
        problem: &'a str,
    },
    /// Call that met a limit, so that it has no value; what does not depend on it
    /// counts.
    OverLimit {
        /// The task.
        task: TaskName,
        /// The samples on which it did: `demo:0, test:0`.
        samples: &'a str,
        /// The call, and the program that it is of, or the first of them, where
        /// known: `t12 = repeat(t3, t4) of solve_0520fde7`.
        call: &'a str,
    },
    /// Program whose text does not score what the card says; it is not stored.
    Mismatch {
        /// The task.
        task: TaskName,
        /// The program.
        program: &'a str,
        /// The identity that it would be stored under.
        identity: Identity,
        /// The score of its calls in the card.
        card_score: u64,
        /// The score of the text, or why it has none.
        stored: &'a Result<u64, StoredTextError>,
    },
    /// Something that the store did not have: a task that is solved, or exact on its
    /// demos, for the first time, or a better solver.
    Found {
        /// The task.
        task: TaskName,
        /// What is new.
        news: News,
        /// Where the program is filed.
        path: &'a Path,
    },
    /// Task that was begun and is dropped whole, because the run was asked to stop
    /// and there is no time left.
    TaskDropped(&'a TaskReport),
    /// End of a task, well or not.
    TaskFinished(&'a TaskReport),
    /// End of the run.
    RunFinished(&'a Summary),
    /// Start of a search, whose rounds are runs.
    SearchStarted(&'a SearchStart),
    /// End of a search.
    SearchFinished(&'a SearchSummary),
}

impl fmt::Display for Event<'_> {
    /// The event in a sentence.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RunStarted(start) => write!(
                formatter,
                "run started: {} tasks, profile {} because {}; {} of {} workers, chunks of {}{}",
                start.tasks,
                start.profile.kind,
                start.profile.reason,
                start.workers,
                start.profile.workers,
                start.profile.chunk_size,
                match (start.is_random, &start.round) {
                    (true, Some(round)) => format!(
                        ", seed {}, {round} of search {}",
                        start.seed, round.search_id
                    ),
                    (true, None) => format!(", seed {}", start.seed),
                    (false, _) => String::new(),
                }
            ),
            Self::Notice(notice) => formatter.write_str(notice),
            Self::Skipped(skipped) => write!(formatter, "skipped: {skipped}"),
            Self::TaskPassedOver { task, by } => write!(
                formatter,
                "task {task} passed over: {}",
                match by {
                    FinishedBy::EarlierRun => "an earlier run has finished it",
                    FinishedBy::OtherInstance => "another instance has finished it",
                }
            ),
            Self::TaskStarted { task, timeout } => {
                write!(formatter, "task {task} started, timeout {timeout} s")
            }
            Self::OverBudget {
                task,
                program,
                inlined_bytes,
            } => write!(
                formatter,
                "task {task}: {program} kept as raw source, its inlined text would have {inlined_bytes} bytes"
            ),
            Self::Unresolved {
                task,
                program,
                problem,
            } => write!(
                formatter,
                "task {task}: {program} is not evaluated: {problem}"
            ),
            Self::WrongCall {
                task,
                program,
                concern,
            } => write!(
                formatter,
                "task {task}: {program} has a call that always fails: {concern}"
            ),
            Self::ItemFailed {
                task,
                program,
                problem,
            } => write!(formatter, "task {task}: {program} failed: {problem}"),
            Self::OverLimit {
                task,
                samples,
                call,
            } => write!(
                formatter,
                "task {task}: {call} met a limit on {samples}: it has no value, and what depends on it scores 0"
            ),
            Self::Mismatch {
                task,
                program,
                identity,
                card_score,
                stored,
            } => {
                write!(
                    formatter,
                    "task {task}: {program} scores {card_score} in the card, and its stored text {identity}.py "
                )?;
                match stored {
                    Ok(score) => write!(formatter, "{score}"),
                    Err(problem) => write!(formatter, "cannot be evaluated: {problem}"),
                }?;
                formatter.write_str("; it is not stored")
            }
            Self::Found { task, news, path } => {
                write!(formatter, "task {task} {news}: {}", shown(path))
            }
            Self::TaskDropped(report) => write!(
                formatter,
                "task {} dropped: asked to stop, nothing of it is kept",
                report.task
            ),
            Self::TaskFinished(report) => write!(formatter, "{report}"),
            Self::RunFinished(summary) => write!(formatter, "run finished: {summary}"),
            Self::SearchStarted(start) => {
                let SearchStart {
                    search_id,
                    seed,
                    next_round,
                    goes_on,
                } = start;
                let how = match goes_on {
                    true => "goes on",
                    false => "started",
                };
                write!(
                    formatter,
                    "search {search_id} {how} with round {next_round}, seed {seed}"
                )
            }
            Self::SearchFinished(summary) => write!(formatter, "search ended: {summary}"),
        }
    }
}

/// The run or the instance that has finished a task which is not run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinishedBy {
    /// A run that the logs record.
    EarlierRun,
    /// An instance that the tasks are divided with.
    OtherInstance,
}

/// Facts of a run that are known when it begins.
#[derive(Clone, Debug)]
pub struct RunStart {
    /// Names this run in every record it writes.
    pub run_id: String,
    /// The number of tasks it has before it.
    pub tasks: usize,
    /// The profile of its pool.
    pub profile: Profile,
    /// The number of workers that the system granted.
    pub workers: usize,
    /// The seed of its random choices.
    pub seed: u64,
    /// Whether it makes any.
    pub is_random: bool,
    /// The round of a search that it is, if it is one.
    pub round: Option<RoundOfSearch>,
    /// Path of its data; `None` for the fixtures.
    pub data: Option<PathBuf>,
}

/// Place of a round in its search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundOfSearch {
    /// Names the search in the log.
    pub search_id: String,
    /// Number of the round, the first being 1.
    pub number: u64,
    /// Number of rounds that the search was asked for.
    pub of: Option<u64>,
    /// Number of programs of its card that are new.
    pub new_programs: u64,
}

impl fmt::Display for RoundOfSearch {
    /// Which round.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "round {}", self.number)?;
        match self.of {
            Some(of) => write!(formatter, " of {of}"),
            None => Ok(()),
        }
    }
}

/// Facts of a search that are known when it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchStart {
    /// Names the search in the log.
    pub search_id: String,
    /// The seed that the seeds of all rounds follow from.
    pub seed: u64,
    /// Number of its next round, the first being 1.
    pub next_round: u64,
    /// Whether it goes on where an earlier process was stopped.
    pub goes_on: bool,
}

/// Error for a record that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be written: {reason}", path.display())]
pub struct ReportError {
    /// The file.
    pub path: PathBuf,
    /// The system's reason.
    pub reason: io::Error,
}

/// Receiver of a run's events.
pub trait Reporter {
    /// Takes note of an event that happened at `timestamp`, a local date and
    /// time as [`Clock::timestamp`](crate::clock::Clock::timestamp) has it.
    fn report(&mut self, timestamp: &str, event: &Event<'_>) -> Result<(), ReportError>;
}

/// Tells all of them, in their order.
impl Reporter for Vec<Box<dyn Reporter + '_>> {
    fn report(&mut self, timestamp: &str, event: &Event<'_>) -> Result<(), ReportError> {
        self.iter_mut()
            .try_for_each(|reporter| reporter.report(timestamp, event))
    }
}
