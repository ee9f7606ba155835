//! The task loop: the order of the stages, their time, and what is told of them.

mod taking;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::thread;
use std::time::Duration;

use super::Planned;
use super::ahead::{Ahead, Reader};
use super::cards::Cards;
use super::core_slots::{Cores, wait_for_cores};
use super::early::Early;
use super::error::RunError;
use super::evaluate::{Beside, Evaluated, evaluate_beside};
use super::finish::{Finisher, ScoredTask, TaskInHand};
use super::known::Known;
use super::prepare::{TaskInputs, prepare_rest};
use super::queue::Queue;
use super::rank::rank;
use super::teller::Teller;
use super::tools::Tools;
use crate::clock::Clock;
use crate::event::{Event, ReportError, Reporter, RunStart};
use crate::fingerprint::Ingredients;
use crate::interrupt::Interrupt;
use crate::job::{Job, not_shared};
use crate::library::Role;
use crate::pool::Pool;
use crate::stopwatch::Stopwatch;
use crate::summary::Summary;
use arc_programs::dsl::REFERENCE;
use arc_programs::task::TaskName;
use taking::TOGETHER;

/// Polling interval while other instances have all remaining tasks in hand.
const LOOK: Duration = Duration::from_millis(50);

/// How many lots of tasks may be read before their turn.
const LOTS_AHEAD: usize = 3;

/// The run of a job.
pub(super) struct Runner<'a> {
    job: &'a Job,
    tools: Tools<'a>,
    cards: Box<dyn Cards + 'a>,
    /// What all tasks are run with.
    shared: Ingredients,
    queue: Queue,
    ahead: Ahead,
    finisher: Finisher<'a>,
}

impl<'a> Runner<'a> {
    /// The run, with the workers of an earlier one where there are some.
    pub(super) fn new(
        job: &'a Job,
        planned: Planned<'a>,
        pool: Option<Pool>,
        clock: &'a dyn Clock,
        stopwatch: &'a mut Stopwatch,
        interrupt: &'a Interrupt,
        reporter: &'a mut dyn Reporter,
    ) -> Self {
        let Planned { cards, shared } = planned;
        let pool = match pool {
            Some(mut pool) => {
                pool.count_anew();
                pool
            }
            None => stopwatch.time(clock, "start workers", || Pool::new(&job.profile)),
        };
        Self {
            job,
            tools: Tools {
                cache: &*job.cache,
                pool,
                clock,
                interrupt,
            },
            cards,
            shared,
            queue: Queue::of(&job.selected),
            ahead: Ahead::default(),
            finisher: Finisher {
                job,
                teller: Teller::new(clock, stopwatch, reporter),
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
            },
        }
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
        let Finisher {
            teller, summary, ..
        } = &mut self.finisher;
        summary.skipped += job.unused_solvers;
        for skipped in self.cards.skipped() {
            summary.skipped += 1;
            teller.is_new(skipped.path.display().to_string());
            teller.tell(&Event::Skipped(skipped))?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(Summary, Pool), RunError> {
        let Finisher {
            mut teller,
            mut summary,
            ..
        } = self.finisher;
        let reached = summary.tasks + summary.finished_before + summary.finished_elsewhere;
        summary.tasks_left = self.job.selected.len() as u64 - reached;
        summary.interrupted = self.tools.interrupt.is_asked();
        summary.workers = self.tools.pool.workers();
        summary.thread_error += self.tools.pool.take_refused();
        // The clock began when the run was asked for: what came before the first task
        // counts.
        summary.time = self.tools.clock.elapsed();
        // After the time that the summary gives, so no stage counts it.
        teller.tell_last(&Event::RunFinished(&summary))?;
        Ok((summary, self.tools.pool))
    }

    fn tell(&mut self, event: &Event<'_>) -> Result<(), ReportError> {
        self.finisher.teller.tell(event)
    }

    /// Runs the tasks, some together at a time, as they come into its hands. Those that
    /// were evaluated are finished while the next are.
    fn work(&mut self) -> Result<(), RunError> {
        let mut scored = Vec::new();
        while !self.tools.interrupt.is_asked() {
            let mut cores = self.wait_for_cores()?;
            if let Cores::Stopped = cores {
                break;
            }
            let hands = self.take_in_hand()?;
            if !hands.is_empty() {
                scored = self.evaluate(hands, scored, &mut cores)?;
                // What is claimed is not to wait: nobody else can have it.
                if self.job.claims.is_some() {
                    self.finish_all(std::mem::take(&mut scored), &mut cores)?;
                }
                continue;
            }
            self.finish_all(std::mem::take(&mut scored), &mut cores)?;
            drop(cores);
            if self.queue.is_empty() {
                break;
            }
            // Others have the rest in hand, and may yet die.
            thread::sleep(LOOK);
        }
        // It was asked to stop, but for these.
        self.finish_all(scored, &mut Cores::All)
    }

    /// Waits until other instances leave it a core to work on.
    fn wait_for_cores(&mut self) -> Result<Cores<'a>, RunError> {
        let Some(slots) = &self.job.slots else {
            return Ok(Cores::All);
        };
        let (tools, teller) = (&self.tools, &mut self.finisher.teller);
        let waited = teller.time("wait for cores", || wait_for_cores(slots, tools));
        waited.or_else(|error| {
            if teller.is_new("cores".to_owned()) {
                teller.tell(&Event::Notice(&not_shared(&error)))?;
            }
            Ok(Cores::All)
        })
    }

    /// Evaluates tasks, all of them together, while those are finished that were evaluated
    /// before; and reads those that come after them.
    fn evaluate(
        &mut self,
        mut hands: Vec<TaskInHand>,
        before: Vec<ScoredTask>,
        cores: &mut Cores<'_>,
    ) -> Result<Vec<ScoredTask>, RunError> {
        let (clock, budget) = (self.tools.clock, self.job.budget);
        let (finisher, tools, cards) = (&mut self.finisher, &self.tools, &*self.cards);
        let read = hands.iter_mut().map(|hand| hand.prepared.take()).collect();
        let inputs: Vec<&TaskInputs> = hands.iter().map(|hand| &hand.inputs).collect();
        let prepared = finisher.teller.time("make cards", || {
            prepare_rest(&inputs, read, cards, budget, tools)
        });
        cores.ask_for_more(tools);
        let finish = || {
            let finished = finisher.finish_all(before, cards, cores, tools);
            finished.map(|()| clock.elapsed())
        };
        // What is claimed is read when that is had.
        let next = match self.job.claims {
            Some(_) => Vec::new(),
            None => self.queue.peek(TOGETHER * LOTS_AHEAD),
        };
        let reader = reader(self.job, cards, &self.shared);
        let read = |task: TaskName| {
            let is_asked = tools.interrupt.is_asked();
            (!is_asked).then(|| reader.read_and_prepare(task, tools.cache))
        };
        let ahead = &mut self.ahead;
        let beside = Beside {
            early: Early::of(&next, TOGETHER, |task| ahead.take(task)),
            read: &read,
            own: finish,
        };
        let (store, pool) = (&self.job.store, &tools.pool);
        let rank = |inputs: &TaskInputs, evaluated: Evaluated| {
            let ranked = rank(inputs, &evaluated, store, cards, pool);
            (evaluated, ranked)
        };
        let (ranked, read, finished) = evaluate_beside(&inputs, prepared, tools, rank, beside);
        let waited = clock.elapsed().saturating_sub(finished?);
        self.finisher.teller.stopwatch.add("evaluate", waited);
        self.ahead.extend(read.into_iter());
        for claim in hands.iter().filter_map(|hand| hand.claim.as_ref()) {
            claim.renew();
        }
        let scored = hands.into_iter().zip(ranked);
        let scored = scored.map(|(hand, ranked)| ScoredTask { hand, ranked });
        Ok(scored.collect())
    }

    fn finish_all(
        &mut self,
        scored: Vec<ScoredTask>,
        cores: &mut Cores<'_>,
    ) -> Result<(), RunError> {
        self.finisher
            .finish_all(scored, &*self.cards, cores, &self.tools)
    }
}

fn reader<'a>(job: &'a Job, cards: &'a dyn Cards, shared: &'a Ingredients) -> Reader<'a> {
    Reader { job, cards, shared }
}
