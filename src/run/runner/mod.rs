//! The task loop: the order of the stages, their time, and what is told of them.

mod stages;
mod taking;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::cards::{self, Cards};
use super::core_slots::{Cores, wait_for_cores};
use super::error::RunError;
use super::known::Known;
use super::note::Notes;
use super::queue::Queue;
use super::tools::Tools;
use crate::clock::Clock;
use crate::event::{Event, ReportError, Reporter, RunStart, TaskReport};
use crate::fingerprint::Ingredients;
use crate::interrupt::Interrupt;
use crate::job::{Job, not_shared};
use crate::library::Role;
use crate::pool::Pool;
use crate::stopwatch::Stopwatch;
use crate::summary::Summary;
use arc_programs::dsl::REFERENCE;

/// Polling interval while other instances have all remaining tasks in hand.
const LOOK: Duration = Duration::from_millis(50);

/// The run of a job.
pub(super) struct Runner<'a> {
    job: &'a Job,
    tools: Tools<'a>,
    stopwatch: &'a mut Stopwatch,
    journal: Journal<'a>,
    cards: Box<dyn Cards + 'a>,
    /// What all tasks are run with.
    shared: Ingredients,
    queue: Queue,
    known: Known,
    summary: Summary,
}

/// Whom events are told to.
struct Journal<'a> {
    reporter: &'a mut dyn Reporter,
    /// What has been told once, and is not told again.
    told: HashSet<String>,
}

impl<'a> Runner<'a> {
    /// The run, with the workers of an earlier one where there are some.
    pub(super) fn new(
        job: &'a Job,
        pool: Option<Pool>,
        clock: &'a dyn Clock,
        stopwatch: &'a mut Stopwatch,
        interrupt: &'a Interrupt,
        reporter: &'a mut dyn Reporter,
    ) -> Result<Self, RunError> {
        let cards = stopwatch.time(clock, "resolve card", || cards::of(job))?;
        let pool = pool
            .unwrap_or_else(|| stopwatch.time(clock, "start workers", || Pool::new(&job.profile)));
        let mut shared = job.ingredients();
        cards.add_shared(&mut shared);
        Ok(Self {
            job,
            tools: Tools {
                cache: &*job.cache,
                pool,
                clock,
                interrupt,
            },
            stopwatch,
            journal: Journal {
                reporter,
                told: HashSet::new(),
            },
            cards,
            shared,
            queue: Queue::of(&job.selected),
            known: Known::default(),
            summary: Summary {
                run_id: job.run_id.clone(),
                seed: job.seed,
                is_random: job.is_random,
                data: job.tasks.description(),
                dialect: (job.dialect != &REFERENCE).then(|| job.dialect.name()),
                results: job.store.links(Role::Solver),
                ..Summary::default()
            },
        })
    }

    /// Runs the job, and yields its workers too.
    pub(super) fn run(mut self) -> Result<(Summary, Pool), RunError> {
        self.begin()?;
        self.work()?;
        self.finish()
    }

    fn begin(&mut self) -> Result<(), RunError> {
        let job = self.job;
        let start = RunStart {
            run_id: job.run_id.clone(),
            tasks: job.selected.len(),
            profile: job.profile.clone(),
            workers: self.tools.pool.workers(),
            seed: job.seed,
            is_random: job.is_random,
            round: job.round.clone(),
            data: job.tasks.path().map(Path::to_owned),
        };
        self.tell(&Event::RunStarted(&start))?;
        for notice in &job.notices {
            self.tell(&Event::Notice(notice))?;
        }
        self.summary.skipped += job.unused_solvers;
        for skipped in self.cards.skipped() {
            self.summary.skipped += 1;
            self.journal.told.insert(skipped.path.display().to_string());
            let event = Event::Skipped(skipped);
            self.journal
                .tell(self.tools.clock, self.stopwatch, &event)?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(Summary, Pool), RunError> {
        let mut summary = std::mem::take(&mut self.summary);
        let reached = summary.tasks + summary.finished_before + summary.finished_elsewhere;
        summary.tasks_left = self.job.selected.len() as u64 - reached;
        summary.interrupted = self.tools.interrupt.is_asked();
        summary.workers = self.tools.pool.workers();
        summary.thread_error += self.tools.pool.take_refused();
        // The clock began when the run was asked for: what came before the first task
        // counts.
        summary.time = self.tools.clock.elapsed();
        // After the time that the summary gives, so no stage counts it.
        let timestamp = self.tools.clock.timestamp();
        let finished = Event::RunFinished(&summary);
        self.journal.reporter.report(&timestamp, &finished)?;
        Ok((summary, self.tools.pool))
    }

    fn time_since(&self, begun: Duration) -> Duration {
        self.tools.clock.elapsed().saturating_sub(begun)
    }

    fn tell(&mut self, event: &Event<'_>) -> Result<(), ReportError> {
        self.journal.tell(self.tools.clock, self.stopwatch, event)
    }

    /// Tells what a stage has noted of a task, and adds it to the task's report.
    fn take_note(&mut self, report: &mut TaskReport, notes: Notes) -> Result<(), ReportError> {
        for note in notes {
            let is_told_already = note
                .told_once()
                .is_some_and(|once| !self.journal.told.insert(once));
            if let Some(event) = note.event(report.task)
                && !is_told_already
            {
                self.tell(&event)?;
            }
            note.add_to(report);
        }
        Ok(())
    }

    /// Runs the tasks, some together at a time, as they come into its hands.
    fn work(&mut self) -> Result<(), RunError> {
        while !self.tools.interrupt.is_asked() {
            let mut cores = self.wait_for_cores()?;
            if let Cores::Stopped = cores {
                break;
            }
            let hands = self.take_in_hand()?;
            if !hands.is_empty() {
                self.run_together(hands, &mut cores)?;
                continue;
            }
            drop(cores);
            if self.queue.is_empty() {
                break;
            }
            // Others have the rest in hand, and may yet die.
            thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Waits until other instances leave it a core to work on.
    fn wait_for_cores(&mut self) -> Result<Cores<'a>, RunError> {
        let Some(slots) = &self.job.slots else {
            return Ok(Cores::All);
        };
        let tools = &mut self.tools;
        let waited = self.stopwatch.time(tools.clock, "wait for cores", || {
            wait_for_cores(slots, tools)
        });
        waited.or_else(|error| {
            if self.journal.told.insert("cores".to_owned()) {
                self.tell(&Event::Notice(&not_shared(&error)))?;
            }
            Ok(Cores::All)
        })
    }
}

impl Journal<'_> {
    fn tell(
        &mut self,
        clock: &dyn Clock,
        stopwatch: &mut Stopwatch,
        event: &Event<'_>,
    ) -> Result<(), ReportError> {
        stopwatch.time(clock, "telemetry, log", || {
            self.reporter.report(&clock.timestamp(), event)
        })
    }
}
