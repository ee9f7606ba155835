//! What happens in a run, told to whoever wants to know.
//!
//! The run itself neither prints nor logs: it tells a [`Reporter`] each
//! [`Event`] when it happens. The telemetry, the log and the progress bar are
//! reporters.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::fingerprint::Fingerprint;
use crate::library::{Role, Skipped};
use crate::pool::Profile;
use crate::run::{StoredTextError, UnusableProgram};
use crate::search::SearchSummary;
use crate::shown_path::shown;
use crate::summary::Summary;
use crate::words::counted;
use arc_programs::evaluation::Concern;
use arc_programs::program::Identity;
use arc_programs::task::TaskName;
use arc_programs::verdict::{FullScore, Verdict};

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

/// Report of a task: what came of it.
#[derive(Clone, Debug)]
pub struct TaskReport {
    /// The task.
    pub task: TaskName,
    /// The fingerprint of what it was run with.
    pub fingerprint: Fingerprint,
    /// The reason why it could not be run; `None` if it was.
    pub failure: Option<String>,
    /// The counts of inlining its programs.
    pub inlining: InliningCounts,
    /// The number of functions or files of its own that were passed over.
    pub skipped: u64,
    /// The number of programs with names that mean nothing, so that they could not
    /// be evaluated.
    pub unresolved: u64,
    /// The names that mean nothing, and those of primitives that are called with
    /// arguments that they do not take, each with the number of programs that do so.
    pub misused: BTreeMap<String, u64>,
    /// The number of programs that were new to the store.
    pub new_programs: u64,
    /// The verdict by the solvers that it was run with.
    pub verdict: Verdict,
    /// The best solver that the store has for it, before and now.
    pub best: BestSolver,
    /// Its full score; of nothing where it could not be read.
    pub full_score: FullScore,
    /// The number of different solvers that score above 0.
    pub candidates: u64,
    /// The number of programs that were filed among the best.
    pub filed: FiledCounts,
    /// The score of all differs on the solvers, together.
    pub differ_score: u64,
    /// The number of results of its programs, on all samples, and how many of them were
    /// evaluated; the others were known.
    pub results: ResultCounts,
    /// The number of samples with a call that met a limit.
    pub timed_out_samples: u64,
    /// The calls that met a limit, each with the number of samples on which it
    /// did.
    pub over_limit: BTreeMap<String, u64>,
    /// The number of programs that score otherwise stored than in the card.
    pub mismatches: u64,
    /// The program whose evaluation took the most steps on all samples together, and
    /// how many.
    pub slowest: Option<(String, u64)>,
    /// The number of workers it had.
    pub workers: usize,
    /// The number of chunks that its programs were inlined in.
    pub chunks: usize,
    /// The most programs in flight at any time.
    pub peak_in_flight: usize,
    /// The number of threads that the system refused.
    pub thread_error: u64,
    /// The duration of inlining.
    pub inline_time: Duration,
    /// The duration of all of it.
    pub execution_time: Duration,
    /// The time from when its run was asked for until it ended.
    pub ended_after: Duration,
    /// Its time limit, in seconds.
    pub timeout: f64,
}

/// How many results of programs on samples were evaluated, and how many known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResultCounts {
    /// Those that were evaluated.
    pub evaluated: u64,
    /// Those that were known: from a cache, or from the same differ on the same output.
    pub remembered: u64,
}

/// The best solver of a task in a store, before and after a run of the task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BestSolver {
    /// Its score before; 0 where there was none.
    pub before: u64,
    /// Its score now.
    pub now: u64,
    /// Where it is filed now.
    pub path: Option<PathBuf>,
}

/// What a run has found of a task that its store did not have. Of several instances
/// one only has found it: the one that filed the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A solver that is exact on all samples, the first one.
    Solved,
    /// A solver that is exact on all demo samples, the first one, where the outputs of
    /// some test samples are not known.
    DemosExact,
    /// A solver that scores more than any before.
    Better {
        /// The best score before; 0 where no solver had scored.
        before: u64,
        /// The best score now.
        now: u64,
    },
}

impl fmt::Display for News {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Solved => formatter.write_str("solved for the first time"),
            Self::DemosExact => formatter
                .write_str("exact on all demos for the first time, with test outputs not known"),
            Self::Better { before, now } => write!(formatter, "better, {before} → {now}"),
        }
    }
}

impl TaskReport {
    /// What is new of the task, if anything.
    pub fn news(&self) -> Option<News> {
        let BestSolver { before, now, .. } = self.best;
        if now <= before {
            return None;
        }
        Some(match self.verdict_now() {
            Verdict::Solved if self.verdict_before() < Verdict::Solved => News::Solved,
            Verdict::DemosExact => News::DemosExact,
            _ => News::Better { before, now },
        })
    }

    /// The verdict by the best solver that the store had before.
    pub fn verdict_before(&self) -> Verdict {
        self.full_score.verdict(self.best.before)
    }

    /// The verdict by the best solver that the store has now.
    pub fn verdict_now(&self) -> Verdict {
        self.full_score.verdict(self.best.now)
    }

    /// Whether the outputs of some of its test samples are not known.
    pub fn has_unknown_outputs(&self) -> bool {
        self.full_score.unknown_outputs > 0
    }

    /// The report of a task that is begun.
    pub fn new(task: TaskName, fingerprint: Fingerprint, timeout: f64, workers: usize) -> Self {
        Self {
            task,
            fingerprint,
            failure: None,
            inlining: InliningCounts::default(),
            skipped: 0,
            unresolved: 0,
            misused: BTreeMap::new(),
            new_programs: 0,
            verdict: Verdict::Open,
            best: BestSolver::default(),
            slowest: None,
            results: ResultCounts::default(),
            full_score: FullScore::default(),
            candidates: 0,
            filed: FiledCounts::default(),
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
            ended_after: Duration::ZERO,
            timeout,
        }
    }
}

impl TaskReport {
    /// The number of failures: its own, and of work on its programs.
    pub fn errors(&self) -> u64 {
        self.inlining.other_errors + self.mismatches + u64::from(self.failure.is_some())
    }

    /// Counts a program that has a name wrongly.
    pub(crate) fn count_misused(&mut self, name: &str) {
        *self.misused.entry(name.to_owned()).or_default() += 1;
    }
}

impl fmt::Display for TaskReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.failure {
            Some(failure) => write!(formatter, "task {} failed: {failure}", self.task),
            None => write!(
                formatter,
                "task {} finished in {:.3} s: {}{}, {} candidates, {} filed; {} programs, {} new, {} shared, {} over the budget, {} errors, {} samples timed out, {} threads refused",
                self.task,
                self.execution_time.as_secs_f64(),
                match self.verdict {
                    Verdict::Solved => "solved",
                    Verdict::DemosExact => "exact on all demos",
                    Verdict::Open if self.has_unknown_outputs() => "not exact on what is known",
                    Verdict::Open => "not solved",
                },
                match self.full_score.unknown_outputs {
                    0 => String::new(),
                    unknown => format!(", {} not known", counted(unknown, "test output")),
                },
                self.candidates,
                self.filed.all(),
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

/// Counts of programs filed among the best of a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FiledCounts {
    /// Solvers.
    pub solvers: u64,
    /// Differs.
    pub differs: u64,
}

impl FiledCounts {
    /// The number of programs of a role.
    pub fn of(&mut self, role: Role) -> &mut u64 {
        match role {
            Role::Solver => &mut self.solvers,
            Role::Differ => &mut self.differs,
        }
    }

    /// The number of programs.
    pub fn all(&self) -> u64 {
        self.solvers + self.differs
    }
}

/// Counts of inlining programs: `total_attempts` is always the sum of
/// `success_count`, `timeout_count` and `other_errors`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InliningCounts {
    /// Programs inlined.
    pub success_count: u64,
    /// Programs over the budget.
    pub timeout_count: u64,
    /// Number of these whose raw source was kept instead.
    pub timeout_retry_success: u64,
    /// Number of these that were lost.
    pub timeout_retry_fail: u64,
    /// Programs that failed otherwise.
    pub other_errors: u64,
    /// The duration of keeping raw sources.
    pub retry_time: Duration,
    /// Programs that an earlier task of the run had inlined already.
    pub cache_hits: u64,
    /// The number of errors of each kind.
    pub error_types: BTreeMap<String, u64>,
}

impl InliningCounts {
    /// The number of programs that were tried.
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
