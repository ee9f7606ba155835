//! Which tasks are next: those that no earlier run has finished and no other
//! instance has in hand.

use std::collections::VecDeque;

use super::programs::Gathered;
use super::{Job, Programs, RunError, Runner, TOGETHER, TaskInHand};
use crate::claims::{Claim, OwnClaim};
use crate::event::{Event, FinishedBy, TaskReport};
use crate::fingerprint::{Fingerprint, Ingredients};
use arc_programs::batt::{SampleInputs, samples_of};
use arc_programs::task::TaskId;

/// The tasks that are not in hand yet.
pub(super) struct Queue {
    /// Not looked at yet.
    waiting: VecDeque<TaskId>,
    /// In the hands of other instances, when last looked at.
    elsewhere: VecDeque<(TaskId, Fingerprint)>,
    /// What all tasks are run with.
    shared: Ingredients,
}

/// Whose turn a task is.
enum Turn {
    /// This instance's; with its claim, where tasks are claimed.
    Own(Option<OwnClaim>),
    /// Another's, or it is finished.
    Others,
}

/// A task that was read.
struct ReadTask {
    /// Or why it cannot be run.
    samples: Result<Vec<SampleInputs>, String>,
    programs: Gathered,
    fingerprint: Fingerprint,
}

impl Queue {
    /// All tasks of a job.
    pub(super) fn of(job: &Job<'_>) -> Self {
        let mut shared = Ingredients::default();
        let limits = job.budget.limits;
        shared.text(&format!(
            "timeout {} s, steps {} a call and {} a sample, {} bytes, inlined {} bytes, out {}",
            job.budget.duration().as_secs_f64(),
            limits.call_steps,
            limits.steps,
            limits.bytes,
            job.inline_budget.maximum_bytes,
            job.store.out().display()
        ));
        match job.programs {
            Programs::Card(card) => shared.card(card),
            Programs::Libraries { solvers, differs } => {
                for library in [solvers, differs] {
                    for named in library.shared() {
                        shared.text(&named.program.expanded_file());
                    }
                }
            }
        }
        Self {
            waiting: job.selected.iter().copied().collect(),
            elsewhere: VecDeque::new(),
            shared,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.elsewhere.is_empty()
    }
}

impl Runner<'_> {
    /// Begins the next tasks, as many as are evaluated together; none where
    /// other instances have all that are left.
    pub(super) fn take_in_hand(&mut self) -> Result<Vec<TaskInHand>, RunError> {
        let mut hands = Vec::with_capacity(TOGETHER);
        while hands.len() < TOGETHER && self.interrupt.signal().is_none() {
            let Some(task) = self.queue.waiting.pop_front() else {
                break;
            };
            let read = self.read(task);
            if self.job.finished.contains(&read.fingerprint) {
                self.pass_over(task, FinishedBy::EarlierRun)?;
            } else if let Turn::Own(claim) = self.turn(task, read.fingerprint)? {
                hands.push(self.begin_task(task, read, claim)?);
            }
        }
        if hands.is_empty() && self.queue.waiting.is_empty() {
            for _ in 0..self.queue.elsewhere.len() {
                let Some((task, fingerprint)) = self.queue.elsewhere.pop_front() else {
                    break;
                };
                if hands.len() == TOGETHER {
                    self.queue.elsewhere.push_back((task, fingerprint));
                } else if let Turn::Own(claim) = self.turn(task, fingerprint)? {
                    let read = self.read(task);
                    hands.push(self.begin_task(task, read, claim)?);
                }
            }
        }
        Ok(hands)
    }

    /// Whose turn a task is; where tasks are claimed, it is claimed.
    fn turn(&mut self, task: TaskId, fingerprint: Fingerprint) -> Result<Turn, RunError> {
        let Some(claims) = &self.job.claims else {
            return Ok(Turn::Own(None));
        };
        match claims.claim(fingerprint)? {
            Claim::Own(claim) => return Ok(Turn::Own(Some(claim))),
            Claim::Taken => self.queue.elsewhere.push_back((task, fingerprint)),
            Claim::Finished => self.pass_over(task, FinishedBy::OtherInstance)?,
        }
        Ok(Turn::Others)
    }

    fn pass_over(&mut self, task: TaskId, by: FinishedBy) -> Result<(), RunError> {
        match by {
            FinishedBy::EarlierRun => self.summary.finished_before += 1,
            FinishedBy::OtherInstance => self.summary.finished_elsewhere += 1,
        }
        Ok(self.tell(&Event::TaskPassedOver { task, by })?)
    }

    /// Reads a task and its programs.
    fn read(&mut self, task: TaskId) -> ReadTask {
        let tasks = self.job.tasks;
        let loaded = self
            .stopwatch
            .time(self.clock, "read tasks", || tasks.load(task));
        let mut ingredients = self.queue.shared.clone();
        let samples = match &loaded {
            Ok(loaded) => {
                ingredients.task(loaded);
                samples_of(loaded).map_err(|failure| format!("task {task}: {failure}"))
            }
            Err(error) => {
                ingredients.id(task);
                Err(error.to_string())
            }
        };
        let programs = match (&samples, self.job.programs) {
            (Ok(_), Programs::Libraries { solvers, differs }) => {
                self.gather(task, [solvers, differs], &mut ingredients)
            }
            _ => Gathered::default(),
        };
        ReadTask {
            samples,
            programs,
            fingerprint: ingredients.fingerprint(),
        }
    }

    fn begin_task(
        &mut self,
        task: TaskId,
        read: ReadTask,
        claim: Option<OwnClaim>,
    ) -> Result<TaskInHand, RunError> {
        let timeout = self.job.budget.duration().as_secs_f64();
        self.tell(&Event::TaskStarted { task, timeout })?;
        self.pool.recover();
        let workers = self.pool.workers();
        let mut report = TaskReport::new(task, read.fingerprint, timeout, workers);
        report.thread_error = self.pool.take_refused();
        for skipped in &read.programs.skipped {
            report.skipped += 1;
            report.inlining.count_error(skipped.error_type());
            self.tell(&Event::Skipped(skipped))?;
        }
        let samples = read.samples.unwrap_or_else(|problem| {
            report.failure = Some(problem);
            Vec::new()
        });
        Ok(TaskInHand {
            task,
            claim,
            report,
            samples,
            items: read.programs.items,
        })
    }
}
