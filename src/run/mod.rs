//! The order of the stages, from tasks and programs to what is kept.
//!
//! ```text
//! gather ──▶ prepare ──▶ evaluate ──▶ candidates ──▶ inline ──▶ validate, keep, file
//! (a task's   (its card    (its samples)  (what scores,   (their      (what the store
//!  programs)   and batt)                   and is wanted)  identity)   takes)
//! ```
//!
//! Evaluation goes over several tasks at once, for one has too few samples to
//! keep many workers busy; all else goes task by task, in their order, so what
//! is written is the same whatever the number of workers.
//!
//! A run has its programs from libraries, each task a card of its own made of
//! its solvers and its differ list; or it has one card for all tasks. Of the
//! libraries' programs all are inlined and kept under their identities, which
//! is what the programs of a library are put there for; of a card only the
//! candidates: what scores, and would be among the best of a task.
//!
//! Before all this stands the queue: a task may have been finished by an earlier
//! run, or be in the hands of another instance, and is passed over then.
//!
//! A program that earlier tasks used is not inlined again: the base differs
//! are every task's, a file of the store is known by its name, and a candidate
//! of a card by its call.

mod candidates;
mod cores;
mod evaluate;
mod filing;
mod inlining;
mod programs;
mod queue;
mod validate;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use candidates::CardCandidates;
use cores::Cores;
use evaluate::{Evaluated, Prepared};
use programs::{Item, SharedKey};
use queue::Queue;

use crate::claims::{ClaimError, Claims, OwnClaim};
use crate::clock::Clock;
use crate::event::{Event, ReportError, Reporter, RunStart, TaskReport};
use crate::fingerprint::Fingerprint;
use crate::interrupt::Interrupt;
use crate::library::{Library, Role};
use crate::pool::{HeldSlots, Pool, Profile, Slots};
use crate::stopwatch::Stopwatch;
use crate::store::{Store, StoreError};
use crate::summary::Summary;
use crate::tasks::TaskSource;
use arc_programs::batt::{Batt, SampleBudget, SampleInputs, TaskScores};
use arc_programs::card::{Card, CardPlanError};
use arc_programs::program::{Identity, InlineBudget};
use arc_programs::task::TaskId;

/// How many tasks are evaluated together: enough samples for many workers, and
/// few enough tasks to begin again when a run is killed. The same for any number
/// of workers, so that the logs are.
const TOGETHER: usize = 8;

/// How long it waits before it looks again whether a task of another instance
/// is anybody's again.
const LOOK: Duration = Duration::from_millis(50);

/// What a run works on, and how.
pub struct Job<'a> {
    /// Names the run in every record.
    pub run_id: String,
    /// What the user should know before it begins.
    pub notices: Vec<String>,
    /// The tasks to run, in this order.
    pub selected: Vec<TaskId>,
    /// What was run before: a task that would be run with the same is passed
    /// over.
    pub finished: HashSet<Fingerprint>,
    /// By what it divides the tasks with other instances, if it does.
    pub claims: Option<Claims>,
    /// Where their samples are.
    pub tasks: &'a TaskSource,
    /// What is evaluated.
    pub programs: Programs<'a>,
    /// Where programs are kept.
    pub store: &'a Store,
    /// How it works.
    pub profile: Profile,
    /// What it shares the cores by with other instances; `None` where it has
    /// them for itself.
    pub slots: Option<Slots>,
    /// What random choices were drawn from.
    pub seed: u64,
    /// How much a sample may take; what is inlined later than its timeout is
    /// kept raw.
    pub budget: SampleBudget,
    /// How large an inlined text may become.
    pub inline_budget: InlineBudget,
}

/// Where a run has its programs from.
#[derive(Clone, Copy)]
pub enum Programs<'a> {
    /// Each task's solvers, and its differ list.
    Libraries {
        /// The solvers.
        solvers: &'a Library,
        /// The differs.
        differs: &'a Library,
    },
    /// One card for all tasks.
    Card(&'a Card),
}

/// Why a run could not go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The telemetry or the log could not be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A task could not be claimed, or not be said to be finished.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// The card cannot be evaluated.
    #[error(transparent)]
    Card(#[from] CardPlanError),
}

/// Runs the job.
///
/// A task or a program that fails is counted and told to `reporter`, and the
/// rest goes on; only a card that cannot be evaluated, or a store or a log that
/// cannot be written, ends the run. When `interrupt` has a signal, no other task
/// is begun, and those in hand are finished; when it is overdue they are dropped,
/// each whole, as if they had not been begun.
pub fn run(
    job: &Job<'_>,
    clock: &dyn Clock,
    stopwatch: &mut Stopwatch,
    interrupt: &Interrupt,
    reporter: &mut dyn Reporter,
) -> Result<Summary, RunError> {
    let begun = clock.elapsed();
    let shared = match job.programs {
        Programs::Libraries { .. } => None,
        Programs::Card(card) => Some(stopwatch.time(clock, "resolve card", || {
            Batt::new(card, job.budget).map(|batt| SharedCard {
                card,
                batt: Arc::new(batt),
                candidates: CardCandidates::default(),
            })
        })?),
    };
    let pool = stopwatch.time(clock, "start workers", || Pool::new(&job.profile));
    let mut runner = Runner {
        job,
        clock,
        stopwatch,
        reporter,
        interrupt,
        pool,
        shared,
        queue: Queue::of(job),
        identities: HashMap::new(),
        valid: HashSet::new(),
        sound: HashSet::new(),
        told: HashSet::new(),
        summary: Summary {
            run_id: job.run_id.clone(),
            seed: job.seed,
            data: job.tasks.description(),
            ..Summary::default()
        },
    };
    runner.begin()?;
    runner.work()?;
    runner.finish(begun)
}

struct Runner<'a> {
    job: &'a Job<'a>,
    clock: &'a dyn Clock,
    stopwatch: &'a mut Stopwatch,
    reporter: &'a mut dyn Reporter,
    interrupt: &'a Interrupt,
    pool: Pool,
    /// The card, where all tasks have the same.
    shared: Option<SharedCard<'a>>,
    /// The tasks that are not in hand yet.
    queue: Queue,
    /// The programs that earlier tasks have inlined.
    identities: HashMap<SharedKey, Identity>,
    /// The programs whose stored text was seen to score what the card says.
    valid: HashSet<(Role, Identity)>,
    /// The programs that are known to be kept as they should be.
    sound: HashSet<(Role, Identity)>,
    /// What has been told once, and is not told again.
    told: HashSet<String>,
    summary: Summary,
}

/// A card for all tasks.
struct SharedCard<'a> {
    card: &'a Card,
    batt: Arc<Batt>,
    candidates: CardCandidates,
}

/// A task that has been begun.
struct TaskInHand {
    task: TaskId,
    /// What keeps other instances from it.
    claim: Option<OwnClaim>,
    report: TaskReport,
    samples: Vec<SampleInputs>,
    /// Its programs, where they are from libraries.
    items: Vec<Item>,
}

/// What became of a task that was begun.
enum Outcome {
    Finished,
    /// Nothing of it is kept.
    Dropped,
}

/// What evaluating a task has found.
struct Findings<'a> {
    task: TaskId,
    samples: &'a [SampleInputs],
    /// The card that was evaluated, the task's own or the one that all have.
    card: (&'a Card, &'a Batt),
    prepared: &'a Prepared,
    scores: &'a TaskScores,
}

impl<'a> Runner<'a> {
    fn begin(&mut self) -> Result<(), RunError> {
        let job = self.job;
        let start = RunStart {
            run_id: job.run_id.clone(),
            tasks: job.selected.len(),
            profile: job.profile.clone(),
            workers: self.pool.workers(),
            seed: job.seed,
        };
        self.tell(&Event::RunStarted(&start))?;
        for notice in &job.notices {
            self.tell(&Event::Notice(notice))?;
        }
        if let Programs::Libraries { solvers, differs } = job.programs {
            for skipped in solvers.skipped().iter().chain(differs.skipped()) {
                self.summary.skipped += 1;
                self.told.insert(skipped.path.display().to_string());
                self.tell(&Event::Skipped(skipped))?;
            }
        }
        Ok(())
    }

    fn finish(mut self, begun: Duration) -> Result<Summary, RunError> {
        let Summary {
            tasks,
            finished_before,
            finished_elsewhere,
            ..
        } = self.summary;
        let selected = self.job.selected.len() as u64;
        self.summary.tasks_left = selected - tasks - finished_before - finished_elsewhere;
        self.summary.workers = self.pool.workers();
        self.summary.thread_error += self.pool.take_refused();
        self.summary.time = self.clock.elapsed().saturating_sub(begun);
        let summary = std::mem::take(&mut self.summary);
        self.tell(&Event::RunFinished(&summary))?;
        Ok(summary)
    }

    fn tell(&mut self, event: &Event<'_>) -> Result<(), ReportError> {
        let (clock, reporter) = (self.clock, &mut *self.reporter);
        self.stopwatch.time(clock, "telemetry, log", || {
            reporter.report(&clock.timestamp(), event)
        })
    }

    /// Tells what is the same for every task it concerns, the first time.
    fn tell_once(&mut self, what: String, event: &Event<'_>) -> Result<(), ReportError> {
        match self.told.insert(what) {
            true => self.tell(event),
            false => Ok(()),
        }
    }

    /// Runs the tasks, some together at a time, as they come into its hands.
    fn work(&mut self) -> Result<(), RunError> {
        while self.interrupt.signal().is_none() {
            let Cores::Asked(mut cores) = self.wait_for_cores()? else {
                break;
            };
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

    /// Runs tasks, evaluated together.
    fn run_together(
        &mut self,
        hands: Vec<TaskInHand>,
        cores: &mut Option<HeldSlots<'_>>,
    ) -> Result<(), RunError> {
        let prepared = self.prepare(&hands);
        self.ask_for_more(cores);
        let evaluated = self.evaluate(&hands, prepared);
        for (hand, evaluated) in hands.into_iter().zip(evaluated) {
            self.ask_for_more(cores);
            self.finish_task(hand, evaluated)?;
        }
        Ok(())
    }

    /// Inlines and keeps what a task's evaluation has found, or drops it.
    fn finish_task(
        &mut self,
        hand: TaskInHand,
        evaluated: Result<Evaluated, String>,
    ) -> Result<(), RunError> {
        let begun = self.clock.elapsed();
        let TaskInHand {
            task,
            claim,
            mut report,
            samples,
            items,
        } = hand;
        let outcome = match evaluated {
            _ if self.interrupt.is_overdue() => Outcome::Dropped,
            Ok(evaluated) => self.keep_the_best(task, &samples, items, evaluated, &mut report)?,
            Err(problem) => {
                report.failure.get_or_insert(problem);
                Outcome::Finished
            }
        };
        report.execution_time += self.clock.elapsed().saturating_sub(begun);
        if let Outcome::Dropped = outcome {
            return Ok(self.tell(&Event::TaskDropped(&report))?);
        }
        self.summary.add(&report);
        self.tell(&Event::TaskFinished(&report))?;
        if let Some(claim) = claim {
            claim.finish(&self.job.run_id)?;
        }
        Ok(())
    }

    fn keep_the_best(
        &mut self,
        task: TaskId,
        samples: &[SampleInputs],
        items: Vec<Item>,
        evaluated: Evaluated,
        report: &mut TaskReport,
    ) -> Result<Outcome, RunError> {
        let Evaluated {
            prepared,
            scores,
            time,
        } = evaluated;
        let shared = self.shared.as_ref();
        let shared = shared.map(|shared| (shared.card, Arc::clone(&shared.batt)));
        let card = match (&prepared.own, &shared) {
            (Some(own), _) => (&own.card, &own.batt),
            (None, Some((card, batt))) => (*card, &**batt),
            // Nothing was evaluated.
            (None, None) => return Ok(Outcome::Finished),
        };
        let findings = Findings {
            task,
            samples,
            card,
            prepared: &prepared,
            scores: &scores,
        };
        report.execution_time += time;
        for (item, problem) in &prepared.unresolved {
            report.unresolved += 1;
            let program = items[*item].named.name.as_str();
            let event = Event::Unresolved {
                task,
                program,
                problem,
            };
            self.tell_once(format!("{program}: {problem}"), &event)?;
        }
        self.tell_over_limit(&findings, &items, report)?;
        let trees = self.trees(task)?;
        let (items, candidates) = self.candidates(&findings, items, &trees, report);
        let items = self.inline(task, items, report)?;
        self.keep_and_file(&findings, &items, &candidates, trees, report)
    }
}
