//! What came of a task: the facts that the stages leave, and what is said of them.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::fingerprint::Fingerprint;
use crate::library::Role;
use crate::words::counted;
use arc_programs::task::TaskName;
use arc_programs::verdict::{FullScore, Verdict};

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
