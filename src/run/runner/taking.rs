//! Which tasks come into a run's hands, and how each is begun: those that an earlier run or
//! another instance has finished are passed over.

use super::super::note::Note;
use super::super::prepare::TaskInputs;
use super::super::queue::Turn;
use super::super::read::{ReadTask, read};
use super::super::{RunError, still_finished};
use super::Runner;
use crate::claims::OwnClaim;
use crate::event::{Event, FinishedBy, TaskReport};
use crate::fingerprint::Fingerprint;
use arc_programs::task::TaskName;
use arc_programs::verdict::FullScore;

/// The most tasks that are evaluated together: enough samples for many workers,
/// and few enough tasks to begin again when a run is killed. The same for any
/// number of workers, so that the logs are.
const TOGETHER: usize = 8;

/// A task that has been begun.
pub(super) struct TaskInHand {
    pub(super) inputs: TaskInputs,
    /// What keeps other instances from it.
    pub(super) claim: Option<OwnClaim>,
    pub(super) report: TaskReport,
}

impl Runner<'_> {
    /// Begins the next tasks, as many as are evaluated together; none where
    /// other instances have all that are left.
    pub(super) fn take_in_hand(&mut self) -> Result<Vec<TaskInHand>, RunError> {
        let mut hands = Vec::with_capacity(TOGETHER);
        while hands.len() < TOGETHER && !self.tools.interrupt.is_asked() {
            let Some(task) = self.queue.next() else {
                break;
            };
            let read = self.read(task);
            if self.is_finished(task, read.fingerprint)? {
                self.pass_over(task, FinishedBy::EarlierRun)?;
            } else if let Turn::Own(claim) = self.turn(task, read.fingerprint)? {
                hands.push(self.begin_task(task, read, claim)?);
            }
        }
        if hands.is_empty() {
            for (task, fingerprint) in self.queue.take_elsewhere() {
                if hands.len() == TOGETHER {
                    self.queue.put_back(task, fingerprint);
                } else if let Turn::Own(claim) = self.turn(task, fingerprint)? {
                    let read = self.read(task);
                    hands.push(self.begin_task(task, read, claim)?);
                }
            }
        }
        Ok(hands)
    }

    /// Whether an earlier run has finished a task, and the store still has as much as
    /// was filed of it.
    fn is_finished(&mut self, task: TaskName, fingerprint: Fingerprint) -> Result<bool, RunError> {
        let Some(is_kept) = still_finished(self.job, task, fingerprint)? else {
            return Ok(false);
        };
        if !is_kept
            && self
                .journal
                .told
                .insert("filed programs are gone".to_owned())
        {
            self.tell(&Event::Notice(
                "tasks whose filed programs are no longer in the store are run again",
            ))?;
        }
        Ok(is_kept)
    }

    /// Whose turn a task is; one that another instance has finished is passed over.
    fn turn(&mut self, task: TaskName, fingerprint: Fingerprint) -> Result<Turn, RunError> {
        let claims = self.job.claims.as_ref();
        let turn = self.queue.turn(claims, task, fingerprint)?;
        if let Turn::Finished = turn {
            self.pass_over(task, FinishedBy::OtherInstance)?;
        }
        Ok(turn)
    }

    fn pass_over(&mut self, task: TaskName, by: FinishedBy) -> Result<(), RunError> {
        match by {
            FinishedBy::EarlierRun => self.summary.finished_before += 1,
            FinishedBy::OtherInstance => self.summary.finished_elsewhere += 1,
        }
        Ok(self.tell(&Event::TaskPassedOver { task, by })?)
    }

    /// Reads a task and its programs.
    fn read(&mut self, task: TaskName) -> ReadTask {
        let clock = self.tools.clock;
        let tasks = &self.job.tasks;
        let loaded = self
            .stopwatch
            .time(clock, "read tasks", || tasks.load(task));
        let shared = self.shared.clone();
        self.stopwatch.time(clock, "read programs", || {
            read(task, loaded, &*self.cards, shared, &self.tools.pool)
        })
    }

    fn begin_task(
        &mut self,
        task: TaskName,
        read: ReadTask,
        claim: Option<OwnClaim>,
    ) -> Result<TaskInHand, RunError> {
        let ReadTask {
            samples,
            programs,
            fingerprint,
        } = read;
        let timeout = self.job.budget.duration().as_secs_f64();
        self.tell(&Event::TaskStarted { task, timeout })?;
        let pool = &mut self.tools.pool;
        pool.recover();
        let mut report = TaskReport::new(task, fingerprint, timeout, pool.workers());
        let mut notes = vec![Note::ThreadsRefused(pool.take_refused())];
        notes.extend(programs.skipped.into_iter().map(Note::Skipped));
        let samples = samples.unwrap_or_else(|problem| {
            notes.push(Note::Failed(problem));
            Vec::new()
        });
        self.take_note(&mut report, notes)?;
        report.full_score = FullScore::of_samples(&samples);
        let inputs = TaskInputs {
            task,
            samples,
            items: programs.items,
        };
        Ok(TaskInHand {
            inputs,
            claim,
            report,
        })
    }
}
