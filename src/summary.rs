//! The summary of a run.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::event::{InliningCounts, TaskReport};
use arc_programs::task::TaskId;

/// Summary of a run: the sum over its tasks.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Names the run in the logs.
    pub run_id: String,
    /// The seed of its random choices.
    pub seed: u64,
    /// Which data its tasks are of: a path and a part of it, or the fixtures.
    pub data: String,
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
    #[serde(serialize_with = "as_texts")]
    pub solved: Vec<TaskId>,
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
    /// Refused threads.
    pub thread_error: u64,
    /// The workers that the system granted.
    pub workers: usize,
    /// Its duration.
    #[serde(rename = "seconds", serialize_with = "as_seconds")]
    pub time: Duration,
}

fn as_seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    let milliseconds = time.as_secs_f64() * 1e3;
    serializer.serialize_f64(milliseconds.round() / 1e3)
}

fn as_texts<S: Serializer>(tasks: &[TaskId], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(tasks.iter().map(ToString::to_string))
}

impl Summary {
    /// Adds what came of a task.
    pub fn add(&mut self, report: &TaskReport) {
        self.tasks += 1;
        self.failed_tasks += u64::from(report.failure.is_some());
        self.programs += report.inlining.total_attempts();
        self.new_programs += report.new_programs;
        self.over_budget += report.inlining.timeout_count;
        if report.is_solved {
            self.solved.push(report.task);
        }
        self.candidates += report.candidates;
        self.filed += report.filed;
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

impl fmt::Display for Summary {
    /// A few lines for a person; the last has the form that operators know.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "tasks     {} run, {} failed",
            self.tasks, self.failed_tasks
        )?;
        for (tasks, what) in [
            (self.finished_before, "finished before"),
            (self.finished_elsewhere, "finished by other instances"),
            (self.tasks_left, "not reached"),
        ] {
            if tasks > 0 {
                write!(formatter, ", {tasks} {what}")?;
            }
        }
        writeln!(formatter, ", seed {}", self.seed)?;
        writeln!(formatter, "data      {}", self.data)?;
        writeln!(
            formatter,
            "solved    {} of {} tasks, by {} candidates; {} programs filed among the best",
            self.solved.len(),
            self.tasks,
            self.candidates,
            self.filed
        )?;
        writeln!(
            formatter,
            "programs  {} inlined, {} new to the store, {} over the budget, {} failed, {} skipped, {} not evaluated, {} mismatches, {} shared with earlier tasks",
            self.programs - self.errors - self.over_budget,
            self.new_programs,
            self.over_budget,
            self.errors,
            self.skipped,
            self.unresolved,
            self.mismatches,
            self.cache_hits
        )?;
        if !self.misused.is_empty() {
            writeln!(formatter, "names     {}", Misused(&self.misused))?;
        }
        if !self.over_limit.is_empty() {
            writeln!(formatter, "limits    {}", OverLimit(&self.over_limit))?;
        }
        writeln!(
            formatter,
            "threads   {} working, {} refused",
            self.workers, self.thread_error
        )?;
        write!(
            formatter,
            "{} tasks - timeouts = {} - tot_d_score = {} in {:.3}s",
            self.tasks,
            self.timeouts,
            self.tot_d_score,
            self.time.as_secs_f64()
        )
    }
}

/// The most calls that met a limit to be named.
const NAMED: usize = 3;

/// Names that programs have wrongly, all of them.
struct Misused<'a>(&'a BTreeMap<String, u64>);

impl fmt::Display for Misused<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("unknown or with wrong arguments: ")?;
        for (place, (name, programs)) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            match programs {
                1 => write!(formatter, "{comma}{name} (once)")?,
                times => write!(formatter, "{comma}{name} ({times} times)")?,
            }
        }
        Ok(())
    }
}

/// The calls that met a limit, those that did most often by name.
struct OverLimit<'a>(&'a BTreeMap<String, u64>);

impl fmt::Display for OverLimit<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: u64 = self.0.values().sum();
        write!(
            formatter,
            "{all} calls had no value, for they met a limit: "
        )?;
        let mut calls: Vec<(&String, &u64)> = self.0.iter().collect();
        calls.sort_by_key(|(_, times)| Reverse(**times));
        for (place, (call, times)) in calls.iter().take(NAMED).enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(formatter, "{comma}{call} ({times} times)")?;
        }
        match calls.len().saturating_sub(NAMED) {
            0 => Ok(()),
            others => write!(formatter, ", and {others} others"),
        }
    }
}
