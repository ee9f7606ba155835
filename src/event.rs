//! What happens in a run, told to whoever wants to know.
//!
//! The run itself neither prints nor logs: it tells a [`Reporter`] each
//! [`Event`] when it happens. The telemetry, the log and the progress bar are
//! reporters.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::fingerprint::Fingerprint;
use crate::library::Skipped;
use crate::pool::Profile;
use crate::run::{StoredTextError, UnusableProgram};
use crate::summary::Summary;
use arc_programs::program::Identity;
use arc_programs::task::TaskId;

/// One thing that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// The run has all it needs, and begins.
    RunStarted(&'a RunStart),
    /// Something that the user should know, and that stops nothing.
    Notice(&'a str),
    /// A given function or file is passed over.
    Skipped(&'a Skipped),
    /// A task is not run, for it was finished already with the same card, data
    /// and options.
    TaskPassedOver {
        /// The task.
        task: TaskId,
        /// By whom it was finished.
        by: FinishedBy,
    },
    /// A task's turn has come.
    TaskStarted {
        /// The task.
        task: TaskId,
        /// How many seconds it has.
        timeout: f64,
    },
    /// A program's inlined text would exceed the budget, or came too late; its
    /// raw source is kept instead.
    OverBudget {
        /// The task.
        task: TaskId,
        /// The program.
        program: &'a str,
        /// How many bytes its inlined text would have.
        inlined_bytes: u64,
    },
    /// A program has a name that means nothing; it is kept and not evaluated.
    Unresolved {
        /// The task.
        task: TaskId,
        /// The program.
        program: &'a str,
        /// Which name, and where.
        problem: &'a UnusableProgram,
    },
    /// Work on a program failed; no other is touched.
    ItemFailed {
        /// The task.
        task: TaskId,
        /// The program.
        program: &'a str,
        /// What happened.
        problem: &'a str,
    },
    /// A call met a limit, so that it has no value; what does not depend on it
    /// counts.
    OverLimit {
        /// The task.
        task: TaskId,
        /// The samples on which it did: `demo:0, test:0`.
        samples: &'a str,
        /// The call, and the program that it is of, or the first of them, where
        /// known: `t12 = repeat(t3, t4) of solve_0520fde7`.
        call: &'a str,
    },
    /// What is to be stored of a program does not score what the card says; it
    /// is not stored.
    Mismatch {
        /// The task.
        task: TaskId,
        /// The program.
        program: &'a str,
        /// What it would be stored under.
        identity: Identity,
        /// What its calls in the card score.
        card_score: u64,
        /// What the text scores, or why it scores nothing.
        stored: &'a Result<u64, StoredTextError>,
    },
    /// A task that was begun is dropped whole, because the run was asked to stop
    /// and there is no time left.
    TaskDropped(&'a TaskReport),
    /// A task is done, well or not.
    TaskFinished(&'a TaskReport),
    /// The run is over.
    RunFinished(&'a Summary),
}

impl fmt::Display for Event<'_> {
    /// The event in a sentence.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RunStarted(start) => write!(
                formatter,
                "run started: {} tasks, profile {} because {}; {} of {} workers, chunks of {}, seed {}",
                start.tasks,
                start.profile.kind,
                start.profile.reason,
                start.workers,
                start.profile.workers,
                start.profile.chunk_size,
                start.seed
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
            Self::TaskDropped(report) => write!(
                formatter,
                "task {} dropped: asked to stop, nothing of it is kept",
                report.task
            ),
            Self::TaskFinished(report) => write!(formatter, "{report}"),
            Self::RunFinished(summary) => write!(formatter, "run finished: {summary}"),
        }
    }
}

/// By whom a task was finished that is not run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinishedBy {
    /// By a run that the logs record.
    EarlierRun,
    /// By an instance that it divides the tasks with.
    OtherInstance,
}

/// What is known when a run begins.
#[derive(Clone, Debug)]
pub struct RunStart {
    /// Names this run in every record it writes.
    pub run_id: String,
    /// How many tasks it has before it.
    pub tasks: usize,
    /// How it works.
    pub profile: Profile,
    /// How many workers the system granted.
    pub workers: usize,
    /// What its random choices are drawn from.
    pub seed: u64,
}

/// What came of a task.
#[derive(Clone, Debug)]
pub struct TaskReport {
    /// The task.
    pub task: TaskId,
    /// What it was run with.
    pub fingerprint: Fingerprint,
    /// Why it could not be run; `None` if it was.
    pub failure: Option<String>,
    /// What came of inlining its programs.
    pub inlining: InliningCounts,
    /// How many functions or files of its own were passed over.
    pub skipped: u64,
    /// How many programs have names that mean nothing, so that they could not
    /// be evaluated.
    pub unresolved: u64,
    /// How many programs were new to the store.
    pub new_programs: u64,
    /// Whether a solver is exact on all samples.
    pub is_solved: bool,
    /// What the best solver that the store has for it scores.
    pub best_score: u64,
    /// What a solver would score that is exact on all samples.
    pub full_score: u64,
    /// How many different solvers score above 0.
    pub candidates: u64,
    /// How many programs were filed among the best.
    pub filed: u64,
    /// What all differs score on the solvers, together.
    pub differ_score: u64,
    /// How many samples had a call that met a limit.
    pub timed_out_samples: u64,
    /// The calls that met a limit, each with the number of samples on which it
    /// did.
    pub over_limit: BTreeMap<String, u64>,
    /// How many programs score otherwise stored than in the card.
    pub mismatches: u64,
    /// How many workers it had.
    pub workers: usize,
    /// How many chunks its programs were inlined in.
    pub chunks: usize,
    /// The most programs in flight at any time.
    pub peak_in_flight: usize,
    /// How often the system refused a thread.
    pub thread_error: u64,
    /// How long inlining took.
    pub inline_time: Duration,
    /// How long all of it took.
    pub execution_time: Duration,
    /// How many seconds it had.
    pub timeout: f64,
}

impl TaskReport {
    /// The report of a task that is begun.
    pub fn new(task: TaskId, fingerprint: Fingerprint, timeout: f64, workers: usize) -> Self {
        Self {
            task,
            fingerprint,
            failure: None,
            inlining: InliningCounts::default(),
            skipped: 0,
            unresolved: 0,
            new_programs: 0,
            is_solved: false,
            best_score: 0,
            full_score: 0,
            candidates: 0,
            filed: 0,
            differ_score: 0,
            timed_out_samples: 0,
            over_limit: BTreeMap::new(),
            mismatches: 0,
            workers,
            chunks: 0,
            peak_in_flight: 0,
            thread_error: 0,
            inline_time: Duration::ZERO,
            execution_time: Duration::ZERO,
            timeout,
        }
    }
}

impl fmt::Display for TaskReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.failure {
            Some(failure) => write!(formatter, "task {} failed: {failure}", self.task),
            None => write!(
                formatter,
                "task {} finished in {:.3} s: {}, {} candidates, {} filed; {} programs, {} new, {} shared, {} over the budget, {} errors, {} samples timed out, {} threads refused",
                self.task,
                self.execution_time.as_secs_f64(),
                if self.is_solved {
                    "solved"
                } else {
                    "not solved"
                },
                self.candidates,
                self.filed,
                self.inlining.total_attempts(),
                self.new_programs,
                self.inlining.cache_hits,
                self.inlining.timeout_count,
                self.inlining.other_errors + self.mismatches,
                self.timed_out_samples,
                self.thread_error
            ),
        }
    }
}

/// What came of inlining programs: `total_attempts` is always the sum of
/// `success_count`, `timeout_count` and `other_errors`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InliningCounts {
    /// Programs inlined.
    pub success_count: u64,
    /// Programs over the budget.
    pub timeout_count: u64,
    /// Of these, those whose raw source was kept instead.
    pub timeout_retry_success: u64,
    /// Of these, those that were lost.
    pub timeout_retry_fail: u64,
    /// Programs that failed otherwise.
    pub other_errors: u64,
    /// How long it took to keep raw sources.
    pub retry_time: Duration,
    /// Programs that an earlier task of the run had inlined already.
    pub cache_hits: u64,
    /// How often each kind of error occurred.
    pub error_types: BTreeMap<String, u64>,
}

impl InliningCounts {
    /// How many programs were tried.
    pub fn total_attempts(&self) -> u64 {
        self.success_count + self.timeout_count + self.other_errors
    }

    /// Adds what came of other programs.
    pub fn add(&mut self, other: &Self) {
        self.success_count += other.success_count;
        self.timeout_count += other.timeout_count;
        self.timeout_retry_success += other.timeout_retry_success;
        self.timeout_retry_fail += other.timeout_retry_fail;
        self.other_errors += other.other_errors;
        self.retry_time += other.retry_time;
        self.cache_hits += other.cache_hits;
        for (kind, count) in &other.error_types {
            *self.error_types.entry(kind.clone()).or_default() += count;
        }
    }

    /// Counts an error of a kind.
    pub fn count_error(&mut self, kind: &str) {
        self.other_errors += 1;
        *self.error_types.entry(kind.to_owned()).or_default() += 1;
    }
}

/// A record could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be written: {reason}", path.display())]
pub struct ReportError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub reason: io::Error,
}

/// Somebody who is told what happens.
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
