//! Which tasks come into a run's hands, and how each is begun: those that an earlier run or
//! another instance has finished are passed over.

use super::super::ahead::ReadAhead;
use super::super::error::RunError;
use super::super::finish::TaskInHand;
use super::super::note::Note;
use super::super::queue::Turn;
use super::super::still_finished;
use super::{Runner, reader};
use crate::claims::OwnClaim;
use crate::event::{Event, FinishedBy, TaskReport};
use crate::fingerprint::Fingerprint;
use arc_programs::task::TaskName;
use arc_programs::verdict::FullScore;

/// The most tasks that are evaluated together: enough samples for many workers,
/// and few enough tasks to begin again when a run is killed. The same for any
/// number of workers, so that the logs are.
pub(super) const TOGETHER: usize = 8;

impl Runner<'_> {
    /// Begins the next tasks, as many as are evaluated together; none where
    /// other instances have all that are left.
    pub(super) fn take_in_hand(&mut self) -> Result<Vec<TaskInHand>, RunError> {
        let mut hands = Vec::with_capacity(TOGETHER);
        while hands.len() < TOGETHER && !self.tools.interrupt.is_asked() {
            self.read_next(TOGETHER - hands.len());
            let Some(task) = self.queue.next() else {
                break;
            };
            let read = self.read(task);
            if self.is_finished(task, read.fingerprint)? {
                self.pass_over(task, FinishedBy::EarlierRun)?;
            } else if let Turn::Own(claim) = self.turn(task, read.fingerprint)? {
                self.begin_task(read, claim, &mut hands)?;
            }
        }
        if hands.is_empty() {
            for (task, fingerprint) in self.queue.take_elsewhere() {
                if hands.len() == TOGETHER {
                    self.queue.put_back(task, fingerprint);
                } else if let Turn::Own(claim) = self.turn(task, fingerprint)? {
                    let read = self.read(task);
                    self.begin_task(read, claim, &mut hands)?;
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
        let teller = &mut self.finisher.teller;
        if !is_kept && teller.is_new("filed programs are gone".to_owned()) {
            teller.tell(&Event::Notice(
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
        let summary = &mut self.finisher.summary;
        match by {
            FinishedBy::EarlierRun => summary.finished_before += 1,
            FinishedBy::OtherInstance => summary.finished_elsewhere += 1,
        }
        Ok(self.tell(&Event::TaskPassedOver { task, by })?)
    }

    /// Reads the next tasks, unless the next one was read.
    fn read_next(&mut self, most: usize) {
        let next = self.queue.peek(most);
        if next.first().is_some_and(|task| !self.ahead.has(*task)) {
            let reader = reader(self.job, &*self.cards, &self.shared);
            let (ahead, tools) = (&mut self.ahead, &self.tools);
            let teller = &mut self.finisher.teller;
            teller.time("read tasks", || ahead.read(&next, &reader, tools));
        }
    }

    /// A task and its programs, as they were read; they are read now where they were not.
    fn read(&mut self, task: TaskName) -> ReadAhead {
        let read = self.ahead.take(task);
        let reader = reader(self.job, &*self.cards, &self.shared);
        let teller = &mut self.finisher.teller;
        read.unwrap_or_else(|| teller.time("read tasks", || reader.read(task)))
    }

    /// Begins a task, as one of those that are evaluated together.
    fn begin_task(
        &mut self,
        read: ReadAhead,
        claim: Option<OwnClaim>,
        hands: &mut Vec<TaskInHand>,
    ) -> Result<(), RunError> {
        let ReadAhead {
            inputs,
            fingerprint,
            problem,
            skipped,
            prepared,
        } = read;
        let task = inputs.task;
        let timeout = self.job.budget.duration().as_secs_f64();
        self.tell(&Event::TaskStarted { task, timeout })?;
        let pool = &mut self.tools.pool;
        if hands.is_empty() {
            pool.recover();
        }
        let mut report = TaskReport::new(task, fingerprint, timeout, pool.workers());
        let mut notes = vec![Note::ThreadsRefused(pool.take_refused())];
        notes.extend(skipped.into_iter().map(Note::Skipped));
        notes.extend(problem.map(Note::Failed));
        self.finisher.teller.take_note(&mut report, notes)?;
        report.full_score = FullScore::of_samples(&inputs.samples);
        hands.push(TaskInHand {
            inputs,
            prepared,
            claim,
            report,
        });
        Ok(())
    }
}
