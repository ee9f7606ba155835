//! The order of the stages, from tasks and programs to what is kept.
//!
//! ```text
//! read ──▶ prepare ──▶ evaluate ──▶ rank ─────────▶ inline ──▶ validate ──▶ keep, file
//! (a task,  (its card   (its         (what scores,  (their     (the stored  (what the
//!  its       and batt)   samples)     and is wanted) identity)  text)        store takes)
//!  programs)
//! ```
//!
//! Each stage is a function: it takes values, its tools (the pool, the clock, the
//! interrupt) and, where it needs that, what earlier tasks have found out; and
//! returns its output and its notes. None of them tells anybody anything. The
//! runner has the order, the clock and the reporter: it times the stages, tells
//! their notes as events, and folds them into the task's report.
//!
//! Evaluation goes over several tasks at once, for one has too few samples to
//! keep many workers busy, and whoever evaluates the last sample of a task ranks it; what
//! comes after goes task by task, in their order, so what is written is the same whatever the
//! number of workers.
//!
//! ```text
//! calling thread   tell: 2nd begun │ finish 1st lot      │ tell: 3rd begun │ finish 2nd …
//! workers                          │ evaluate 2nd, read 3rd │              │ evaluate 3rd …
//! ```
//!
//! Finishing waits for the file system more than it computes, so it is done while the
//! next lot is evaluated; nothing of that follows from it. The tasks after these are read
//! by workers that have no sample left, and their samples evaluated by those that would wait.
//!
//! A run has its programs from libraries, each task a card of its own made of
//! its solvers and its differ list; or it has one card for all tasks. What
//! differs between the two is a trait, `Cards`, which each implements: of the
//! libraries' programs all are inlined and kept under their identities, which is
//! what the programs of a library are put there for; of a card only the
//! candidates: what scores, and would be among the best of a task.
//!
//! Before all this stands the queue: a task may have been finished by an earlier
//! run, or be in the hands of another instance, and is passed over then.
//!
//! A program that earlier tasks used is not inlined again: the base differs
//! are every task's, a file of the store is known by its name, and a candidate
//! of a card by its call. Its text is printed and its names are resolved once.

mod ahead;
mod candidates;
mod cards;
mod core_slots;
mod early;
mod error;
mod evaluate;
mod file;
mod finish;
mod inline;
mod items;
mod keep;
mod known;
mod note;
mod own_cards;
mod pending;
mod prepare;
mod queue;
mod rank;
mod read;
mod runner;
mod shared_card;
mod teller;
#[cfg(test)]
mod testing;
mod tools;
mod validate;

pub use error::{RunError, StoredTextError, TaskProblem, UnusableProgram};

use crate::clock::Clock;
use crate::event::{FiledCounts, Reporter};
use crate::fingerprint::{Fingerprint, Ingredients};
use crate::interrupt::Interrupt;
use crate::job::Job;
use crate::pool::Pool;
use crate::stopwatch::Stopwatch;
use crate::store::StoreError;
use crate::summary::Summary;
use arc_programs::card::CardPlanError;
use arc_programs::task::TaskName;
use cards::Cards;
use runner::Runner;

/// Runs the job.
///
/// A task or a program that fails is counted and told to `reporter`, and the
/// rest goes on; only a card that cannot be evaluated, or a store or a log that
/// cannot be written, ends the run. When `interrupt` has a signal, no other task
/// is begun, and those in hand are finished; when it is overdue they are dropped,
/// each whole, as if they had not been begun.
///
/// # Errors
/// [`RunError`] where the run could not go on.
pub fn run(
    job: &Job,
    clock: &dyn Clock,
    stopwatch: &mut Stopwatch,
    interrupt: &Interrupt,
    reporter: &mut dyn Reporter,
) -> Result<Summary, RunError> {
    let planned = Planned::of(job, clock, stopwatch)?;
    run_with(None, planned, job, clock, stopwatch, interrupt, reporter).map(|(summary, _)| summary)
}

/// What the tasks of a job are run with, as far as it is the same for all.
pub(crate) struct Planned<'a> {
    cards: Box<dyn Cards + 'a>,
    shared: Ingredients,
}

impl<'a> Planned<'a> {
    /// Plans the card of a job, where it has one for all tasks.
    ///
    /// # Errors
    /// Fails for a card that cannot be evaluated.
    pub(crate) fn of(
        job: &'a Job,
        clock: &dyn Clock,
        stopwatch: &mut Stopwatch,
    ) -> Result<Self, CardPlanError> {
        Self::beside(job, clock, stopwatch, None, || ()).0
    }

    /// The same beside something else: that, and whatever need not wait for the plan, is done
    /// by a worker where there is one.
    pub(crate) fn beside<Other: Send>(
        job: &'a Job,
        clock: &dyn Clock,
        stopwatch: &mut Stopwatch,
        workers: Option<&Pool>,
        other: impl Fn() -> Other + Sync,
    ) -> (Result<Self, CardPlanError>, Other) {
        let mut plan = || stopwatch.time(clock, "resolve card", || cards::of(job));
        let others = || (other(), job.ingredients());
        let (cards, (other, mut shared)) = match workers {
            Some(workers) => workers.both(plan, others),
            None => (plan(), others()),
        };
        let planned = cards.map(|cards| {
            cards.add_shared(&mut shared);
            Self { cards, shared }
        });
        (planned, other)
    }
}

/// As [`run`], with what was planned of the job before, and with the workers of an earlier
/// run where there are some; yields them for the next.
///
/// # Errors
/// As [`run`].
pub(crate) fn run_with<'a>(
    pool: Option<Pool>,
    planned: Planned<'a>,
    job: &'a Job,
    clock: &'a dyn Clock,
    stopwatch: &'a mut Stopwatch,
    interrupt: &'a Interrupt,
    reporter: &'a mut dyn Reporter,
) -> Result<(Summary, Pool), RunError> {
    Runner::new(job, planned, pool, clock, stopwatch, interrupt, reporter).run()
}

/// Whether the job passes a task over: an earlier run has finished it with the same, and
/// the store still has as much as was filed of it.
///
/// # Errors
/// As [`run`].
pub fn is_passed_over(job: &Job, task: TaskName) -> Result<bool, RunError> {
    if job.finished.is_empty() {
        return Ok(false);
    }
    let fingerprint = fingerprint(job, task)?;
    Ok(still_finished(job, task, fingerprint)?.unwrap_or(false))
}

/// Of a task that an earlier run has finished with the same, whether the store still has
/// as much as was filed of it; `None` of any other.
fn still_finished(
    job: &Job,
    task: TaskName,
    fingerprint: Fingerprint,
) -> Result<Option<bool>, StoreError> {
    let filed = job.finished.get(&fingerprint);
    let is_kept = |filed: &FiledCounts| job.store.has_as_many(task, *filed);
    filed.map(is_kept).transpose()
}

/// Fingerprint of what the job would run a task with: a task of two jobs with the same comes to
/// the same.
///
/// # Errors
/// Fails for a card that cannot be evaluated.
pub fn fingerprint(job: &Job, task: TaskName) -> Result<Fingerprint, CardPlanError> {
    let cards = cards::of(job)?;
    let mut shared = job.ingredients();
    cards.add_shared(&mut shared);
    let read = read::read(task, job.tasks.load(task), &*cards, shared);
    Ok(read.fingerprint)
}
