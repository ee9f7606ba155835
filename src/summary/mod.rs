//! The summary of a run: what it found, what it did, what went wrong.
//!
//! What a person reads of it is in `text`; as JSON it has a field for each count.

mod text;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::event::{InliningCounts, News, TaskReport};
use arc_programs::task::TaskName;
use arc_programs::verdict::Verdict;

pub use text::Line;

/// Summary of a run: the sum over its tasks.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Names the run in the logs.
    pub run_id: String,
    /// The seed of its random choices.
    pub seed: u64,
    /// Whether it made any.
    #[serde(skip)]
    pub is_random: bool,
    /// Which data its tasks are of: a path and a part of it, or the fixtures.
    pub data: String,
    /// The dialect of its programs, where it is not the reference's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<&'static str>,
    /// Tasks run.
    pub tasks: u64,
    /// Tasks among them that failed.
    pub failed_tasks: u64,
    /// Tasks that were not run, because an earlier run had finished them.
    pub finished_before: u64,
    /// Tasks that were not run, because an instance with which they are divided
    /// had finished them.
    pub finished_elsewhere: u64,
    /// Tasks that were selected and not reached, or dropped, because the run was
    /// interrupted.
    pub tasks_left: u64,
    /// The tasks of which a solver is exact on all demo and test samples.
    pub solved: Vec<TaskName>,
    /// The tasks of which a solver is exact on all demo samples, and on the test
    /// samples that are known, while the outputs of others are not.
    pub demos_exact: Vec<TaskName>,
    /// Tasks run of which the outputs of some test samples are not known: none of them
    /// can be solved.
    pub tasks_with_unknown_outputs: u64,
    /// The tasks that were solved for the first time: no solver of the store was exact
    /// before, and one that this run has filed is.
    pub newly_solved: Vec<TaskName>,
    /// The same of those with unknown outputs, for the demo samples.
    pub newly_demos_exact: Vec<TaskName>,
    /// The tasks whose best solver scores more than any before, but for those that
    /// were solved, or exact on their demos, for the first time; as JSON their names.
    #[serde(serialize_with = "as_tasks")]
    pub improved: Vec<Rise>,
    /// Of the tasks that were run, those that the store had a solver of that is exact
    /// on all samples, before.
    pub solved_before: u64,
    /// The same, now.
    pub solved_now: u64,
    /// Of the tasks that were run and have unknown outputs, those that the store had a
    /// solver of that is exact on all demo samples, before.
    pub demos_exact_before: u64,
    /// The same, now.
    pub demos_exact_now: u64,
    /// Where the best solvers are filed, by task.
    pub results: PathBuf,
    /// Where the first program was filed that solves a task for the first time or,
    /// where none does, that is exact on its demos or, where none is, that is better.
    pub found: Option<Found>,
    /// Whether it was asked to stop.
    pub interrupted: bool,
    /// Different solvers that score above 0, each task's.
    pub candidates: u64,
    /// Programs that were filed among the best of a task.
    pub filed: u64,
    /// The score of all differs on all solvers, together.
    pub tot_d_score: u64,
    /// Samples on which a call met a limit.
    pub timeouts: u64,
    /// The calls that met a limit, so that they had no value, each with how often
    /// it did.
    pub over_limit: BTreeMap<String, u64>,
    /// Programs that score otherwise stored than in the card, and are not
    /// stored.
    pub mismatches: u64,
    /// Programs with names that mean nothing, which were not evaluated.
    pub unresolved: u64,
    /// Names that mean nothing, and those of primitives that are called with arguments
    /// that they do not take, each with how many programs do so.
    pub misused: BTreeMap<String, u64>,
    /// Programs whose inlining was tried.
    pub programs: u64,
    /// Programs that were new to the store.
    pub new_programs: u64,
    /// Results of programs on samples that were evaluated.
    pub evaluated: u64,
    /// Those that were known: from a cache, or from the same differ on the same output.
    pub remembered: u64,
    /// Programs over the budget, kept as raw source.
    pub over_budget: u64,
    /// Programs that failed.
    pub errors: u64,
    /// Programs that an earlier task had inlined already.
    pub cache_hits: u64,
    /// Given functions and files that were passed over.
    pub skipped: u64,
    /// The counts of inlining, as the telemetry has them.
    #[serde(skip)]
    pub inlining: InliningCounts,
    /// The tasks that took longest, at most [`Summary::SLOWEST`], the slowest first.
    pub slowest_tasks: Vec<SlowTask>,
    /// The programs that took the most steps on a task, as many, the slowest first.
    pub slowest_programs: Vec<SlowProgram>,
    /// Refused threads.
    pub thread_error: u64,
    /// The workers that the system granted.
    pub workers: usize,
    /// Its duration.
    #[serde(rename = "seconds", serialize_with = "as_seconds")]
    pub time: Duration,
}

/// A program that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Its task.
    pub task: TaskName,
    /// Where it is filed.
    pub path: PathBuf,
}

/// A best score that rose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rise {
    /// The task.
    pub task: TaskName,
    /// The best score before; 0 where no solver had scored.
    pub before: u64,
    /// The best score now.
    pub now: u64,
}

/// A task, and how long it took.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SlowTask {
    /// The task.
    pub task: TaskName,
    /// How long it took, its samples one after the other.
    #[serde(rename = "seconds", serialize_with = "as_seconds")]
    pub time: Duration,
}

/// A program, and how much work it was on a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SlowProgram {
    /// Its name.
    pub program: String,
    /// The task.
    pub task: TaskName,
    /// Its steps, on all samples together.
    pub steps: u64,
}

fn as_tasks<S: Serializer>(rises: &[Rise], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rises.iter().map(|rise| rise.task))
}

fn as_seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    let milliseconds = time.as_secs_f64() * 1e3;
    serializer.serialize_f64(milliseconds.round() / 1e3)
}

impl Summary {
    /// How many slow tasks and programs are named.
    pub const SLOWEST: usize = 3;

    /// Adds what came of a task.
    pub fn add(&mut self, report: &TaskReport) {
        self.tasks += 1;
        self.failed_tasks += u64::from(report.failure.is_some());
        self.programs += report.inlining.total_attempts();
        self.new_programs += report.new_programs;
        self.evaluated += report.results.evaluated;
        self.remembered += report.results.remembered;
        self.over_budget += report.inlining.timeout_count;
        match report.verdict {
            Verdict::Solved => self.solved.push(report.task),
            Verdict::DemosExact => self.demos_exact.push(report.task),
            Verdict::Open => {}
        }
        self.tasks_with_unknown_outputs += u64::from(report.has_unknown_outputs());
        self.add_news(report);
        self.add_slowest(report);
        self.candidates += report.candidates;
        self.filed += report.filed.all();
        self.tot_d_score += report.differ_score;
        self.timeouts += report.timed_out_samples;
        for (call, samples) in &report.over_limit {
            *self.over_limit.entry(call.clone()).or_default() += samples;
        }
        self.mismatches += report.mismatches;
        self.unresolved += report.unresolved;
        for (name, programs) in &report.misused {
            *self.misused.entry(name.clone()).or_default() += programs;
        }
        self.errors += report.inlining.other_errors - report.skipped;
        self.cache_hits += report.inlining.cache_hits;
        self.skipped += report.skipped;
        self.inlining.add(&report.inlining);
        self.thread_error += report.thread_error;
        self.workers = report.workers;
    }

    fn add_news(&mut self, report: &TaskReport) {
        let task = report.task;
        let (before, now) = (report.verdict_before(), report.verdict_now());
        self.solved_before += u64::from(before == Verdict::Solved);
        self.solved_now += u64::from(now == Verdict::Solved);
        self.demos_exact_before += u64::from(before == Verdict::DemosExact);
        self.demos_exact_now += u64::from(now == Verdict::DemosExact);
        let Some(news) = report.news() else { return };
        let none_solved = self.newly_solved.is_empty();
        let none_exact = none_solved && self.newly_demos_exact.is_empty();
        let is_first = match news {
            News::Solved => none_solved,
            News::DemosExact => none_exact,
            News::Better { .. } => none_exact && self.improved.is_empty(),
        };
        if is_first && let Some(path) = &report.best.path {
            let path = path.clone();
            self.found = Some(Found { task, path });
        }
        match news {
            News::Solved => self.newly_solved.push(task),
            News::DemosExact => self.newly_demos_exact.push(task),
            News::Better { before, now } => self.improved.push(Rise { task, before, now }),
        }
    }

    fn add_slowest(&mut self, report: &TaskReport) {
        let task = report.task;
        self.slowest_tasks.push(SlowTask {
            task,
            time: report.execution_time,
        });
        self.slowest_tasks.sort_by_key(|own| Reverse(own.time));
        self.slowest_tasks.truncate(Summary::SLOWEST);
        if let Some((program, steps)) = &report.slowest {
            self.slowest_programs.push(SlowProgram {
                program: program.clone(),
                task,
                steps: *steps,
            });
            self.slowest_programs.sort_by_key(|own| Reverse(own.steps));
            self.slowest_programs.truncate(Summary::SLOWEST);
        }
    }

    /// Whether every task ran and every given program was used.
    pub fn is_complete(&self) -> bool {
        let failures = [
            self.failed_tasks,
            self.errors,
            self.skipped,
            self.unresolved,
            self.misused.len() as u64,
            self.mismatches,
        ];
        failures.iter().sum::<u64>() == 0
    }
}
