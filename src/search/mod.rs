//! Rounds in one process.
//!
//! ```text
//!            ┌──────────────────────── round r ────────────────────────┐
//! Rounds ──▶ next: an end? ──▶ draw (store, seed r) ──▶ journal ──▶ run ──▶ end
//! (listed        ▲                                                   │
//!  once)         └───────────────────────────────────────────────────┘
//! ```
//!
//! Data and base differs are listed once; the store is read anew each round, for it
//! changes, also by other instances. A round's randomness follows from the search's seed
//! and the number of the round alone (module `seeds`).
//!
//! # What a kill leaves
//!
//! Before a round begins its card and its tasks are written into the journal (module
//! `journal`), while the card is planned. A search that is started again by the same command
//! goes on with that round, under its run ID: tasks that the records say are finished are
//! passed over, the others run again, and as a task's best do not depend on the order in
//! which they are offered, the store comes to what it would have come to. What a kill has
//! left of the first time are programs that nothing links to; they go when the store is swept.
//!
//! # What was tried
//!
//! When a round has ended, the programs that it has run are added to the history (module
//! `tried`), which all searches of a store share and which outlives them. The next round is
//! drawn with it: of mutants that were tried before others are drawn.
//!
//! # Whose turn it is
//!
//! The search tells what happens as events, and prints nothing. Whoever drives it asks for
//! the [next](Search::next) round, has it [run](Search::run), and in the end has it
//! [ended](Search::end): between these is room for what is shown of each.

mod ending;
mod entry;
mod first_round;
mod goal;
mod journal;
mod on_solved;
mod seeds;
mod summary;
mod tried;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use arc_programs::task::TaskName;

pub use ending::{Ending, Ends};
pub use first_round::first_round;
pub use goal::{Goal, GoalError, Wanted};
pub use journal::{JournalError, clear, found};
pub use on_solved::{NoCommand, OnSolved};
pub use seeds::seed_of_shard;
pub use summary::SearchSummary;
pub use tried::{HistoryFiles, clear_history, found_history};

use ending::RoundTimes;
use entry::{Entry, RoundInHand};
use first_round::too_short;
use journal::{Journal, Taken};
use tried::Tried;

use crate::clock::{Clock, ClockSince};
use crate::event::{Event, FiledCounts, News, ReportError, Reporter, RoundOfSearch, SearchStart};
use crate::fingerprint::Fingerprint;
use crate::interrupt::Interrupt;
use crate::job::{DrawnRound, Job, JobError, Rounds};
use crate::pool::Pool;
use crate::run::{Planned, RunError, run_with};
use crate::stopwatch::Stopwatch;
use crate::store::{self, StoreError};
use crate::summary::Summary;
use crate::telemetry::ReadError;

/// Number of rounds after which what nothing links to any more is removed.
const SWEEP_AFTER: u64 = 16;

/// The most notices that are remembered, so as not to be told again: memory is not to
/// grow with the rounds.
const REMEMBERED: usize = 4096;

/// How long the commands of the last tasks are waited for in the end, to tell of those
/// that fail at once.
const PATIENCE: Duration = Duration::from_secs(1);

/// Polling interval of that.
const LOOK: Duration = Duration::from_millis(10);

/// What a search is asked for, beside what its rounds are.
#[derive(Debug)]
pub struct SearchOptions {
    /// The seed, if one is given.
    pub seed: Option<u64>,
    /// When it ends.
    pub ends: Ends,
    /// The tasks that are to be solved, if it ends with that.
    pub goal: Option<Goal>,
    /// The command for each task that is solved for the first time.
    pub on_solved: Option<OnSolved>,
}

/// Source of what has to differ each time.
#[derive(Clone, Copy, Debug)]
pub struct Chance {
    /// A seed.
    pub seed: fn() -> u64,
    /// A name for a run or a search.
    pub id: fn() -> String,
}

/// Search that goes on.
pub struct Search<'a> {
    rounds: Rounds,
    ends: Ends,
    goal: Option<Goal>,
    on_solved: Option<OnSolved>,
    clock: &'a dyn Clock,
    interrupt: &'a Interrupt,
    chance: Chance,
    journal: Journal,
    entry: Entry,
    tried: Tried,
    /// A round that an earlier process had in hand.
    found: Option<RoundInHand>,
    /// Notices that the next round tells.
    notices: Vec<String>,
    told: HashSet<String>,
    pool: Option<Pool>,
    unswept: u64,
    summary: SearchSummary,
}

/// The next thing of a search.
pub enum Next {
    /// Another round.
    Round(Box<Round>),
    /// None.
    End(Ending),
}

/// Round that is to be run.
pub struct Round {
    job: Job,
    begun: Duration,
    new_programs: u64,
    /// Whether an earlier process had begun it.
    is_found: bool,
}

impl Round {
    /// Tasks that were named and are not run in it.
    pub fn left_out(&self) -> &[TaskName] {
        &self.job.left_out
    }

    /// Adds a notice that it tells when it begins.
    pub fn add_notice(&mut self, notice: String) {
        self.job.notices.push(notice);
    }
}

/// Error for a search that cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// A round could not be drawn.
    #[error(transparent)]
    Job(#[from] JobError),
    /// A round could not go on.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Whether its goal is reached could not be told.
    #[error(transparent)]
    Goal(#[from] GoalError),
    /// The store could not be listed or swept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The journal could not be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The records could not be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The records could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It was given less time than a round takes.
    #[error(
        "{:.3} s are too short for a round: it could begin after {:.3} s, and the last ones took up to {:.3} s",
        time.as_secs_f64(), begun.as_secs_f64(), round.as_secs_f64()
    )]
    TooShort {
        /// The time.
        time: Duration,
        /// When a round could have begun.
        begun: Duration,
        /// How long the last ones took, as the journal has it; no time without one.
        round: Duration,
    },
}

impl<'a> Search<'a> {
    /// Begins a search, or goes on with one of the same command that was stopped.
    ///
    /// # Errors
    /// [`SearchError`] where the journal cannot be written, and for a time that is too
    /// short for a round.
    pub fn begin(
        rounds: Rounds,
        options: SearchOptions,
        clock: &'a dyn Clock,
        interrupt: &'a Interrupt,
        chance: Chance,
        reporter: &mut dyn Reporter,
    ) -> Result<Self, SearchError> {
        let SearchOptions {
            seed,
            ends,
            goal,
            on_solved,
        } = options;
        let command = rounds.fingerprint(seed);
        let Taken {
            journal,
            entry,
            notices,
        } = Journal::take(rounds.store().out(), command)?;
        let goes_on = entry.is_some();
        let mut entry = entry.unwrap_or_else(|| Entry {
            command: command.to_string(),
            search_id: (chance.id)(),
            seed: seed.unwrap_or_else(chance.seed),
            rounds_done: 0,
            times: RoundTimes::default(),
            told_solved: BTreeSet::new(),
            in_hand: None,
        });
        let begun = clock.elapsed();
        if let Err(error) = too_short(&ends, begun, &entry.times) {
            if !goes_on {
                journal.remove()?;
            }
            return Err(error);
        }
        if let Some(time) = ends.time {
            interrupt.end_in(time.saturating_sub(begun));
        }
        let (tried, told) = Tried::open(rounds.store().out(), rounds.dialect());
        let start = SearchStart {
            search_id: entry.search_id.clone(),
            seed: entry.seed,
            next_round: entry.rounds_done + 1,
            goes_on,
        };
        reporter.report(&clock.timestamp(), &Event::SearchStarted(&start))?;
        let summary = SearchSummary::new(start.search_id, entry.seed, entry.rounds_done);
        Ok(Self {
            notices: [rounds.notices(), &notices, &told].concat(),
            tried,
            found: entry.in_hand.take(),
            rounds,
            ends,
            goal,
            on_solved,
            clock,
            interrupt,
            chance,
            journal,
            entry,
            told: HashSet::new(),
            pool: None,
            unswept: 0,
            summary,
        })
    }

    /// Draws the next round, unless the search ends.
    ///
    /// # Errors
    /// [`SearchError`] where it cannot be drawn.
    pub fn next(&mut self, stopwatch: &mut Stopwatch) -> Result<Next, SearchError> {
        let begun = self.clock.elapsed();
        if let Some(ending) = self.ending(begun)? {
            // What is not run now is in hand still.
            self.entry.in_hand = self.found.take().or(self.entry.in_hand.take());
            return Ok(Next::End(ending));
        }
        let clock = self.clock;
        let found = self.found.take();
        let is_found = found.is_some();
        let in_hand = match found {
            Some(found) => found,
            None => {
                let seed = seeds::of_round(self.entry.seed, self.entry.rounds_done);
                self.notices.extend(self.tried.refresh());
                let (rounds, tried) = (&self.rounds, &self.tried);
                let (is_tried, workers) = (|trial| tried.contains(trial), self.pool.as_ref());
                let draw = || rounds.draw_by(seed, &is_tried, workers);
                let drawn = stopwatch.time(clock, "make card", draw)?;
                let run_id = (self.chance.id)();
                RoundInHand { run_id, drawn }
            }
        };
        let finished = match is_found {
            true => stopwatch.time(clock, "read logs", || self.rounds.finished())?,
            false => HashMap::new(),
        };
        let job = self.job(&in_hand, finished);
        self.entry.in_hand = Some(in_hand);
        let new_programs = job.round.as_ref().map_or(0, |round| round.new_programs);
        Ok(Next::Round(Box::new(Round {
            job,
            begun,
            new_programs,
            is_found,
        })))
    }

    /// Writes a round into the journal, and runs it.
    ///
    /// # Errors
    /// [`SearchError`] where it cannot be written or go on.
    pub fn run(
        &mut self,
        round: Round,
        stopwatch: &mut Stopwatch,
        reporter: &mut dyn Reporter,
    ) -> Result<Summary, SearchError> {
        let Round {
            job,
            begun,
            new_programs,
            is_found,
        } = round;
        let clock = ClockSince::new(self.clock, begun);
        let planned = match is_found {
            true => Planned::of(&job, &clock, stopwatch).map_err(RunError::from)?,
            false => self.write_and_plan(&job, &clock, stopwatch)?,
        };
        let mut listener = Listener {
            reporter,
            on_solved: self.on_solved.as_mut(),
            told_solved: &mut self.entry.told_solved,
        };
        let (summary, pool) = run_with(
            self.pool.take(),
            planned,
            &job,
            &clock,
            stopwatch,
            self.interrupt,
            &mut listener,
        )?;
        self.pool = Some(pool);
        for notice in self.rounds.flush_cache() {
            reporter.report(&self.clock.timestamp(), &Event::Notice(&notice))?;
        }
        self.summary.add(&summary, new_programs);
        if summary.tasks_left == 0 {
            if let Some(RoundInHand { run_id, drawn }) = self.entry.in_hand.take() {
                let trials = self.rounds.trials(&drawn)?;
                let mut notices = self.tried.add(&run_id, &trials, is_found);
                notices.retain(|notice| self.told.insert(notice.clone()));
                for notice in notices {
                    reporter.report(&self.clock.timestamp(), &Event::Notice(&notice))?;
                }
            }
            self.entry.rounds_done += 1;
            self.unswept += 1;
            if self.unswept >= SWEEP_AFTER && !self.interrupt.is_asked() {
                self.sweep()?;
            }
            if !is_found {
                let took = self.clock.elapsed().saturating_sub(begun);
                self.entry.times.add(took);
            }
        }
        Ok(summary)
    }

    /// Writes the round in hand into the journal while its card is planned.
    fn write_and_plan<'job>(
        &mut self,
        job: &'job Job,
        clock: &dyn Clock,
        stopwatch: &mut Stopwatch,
    ) -> Result<Planned<'job>, SearchError> {
        let (journal, entry) = (Mutex::new(&mut self.journal), &self.entry);
        let write = || {
            let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
            journal.write(entry)
        };
        let (begun, planned_before) = (clock.elapsed(), stopwatch.time_of("resolve card"));
        let (planned, written) = Planned::beside(job, clock, stopwatch, self.pool.as_ref(), write);
        let planning = stopwatch.time_of("resolve card") - planned_before;
        let took = clock.elapsed().saturating_sub(begun);
        // What went on beside the other took nobody's time.
        stopwatch.add("journal", took.saturating_sub(planning));
        written?;
        Ok(planned.map_err(RunError::from)?)
    }

    /// Ends the search: what nothing links to goes, and so does the journal of one that
    /// did what it was asked for.
    ///
    /// # Errors
    /// [`SearchError`] where the store cannot be swept, or the journal not be written.
    pub fn end(
        mut self,
        ending: Ending,
        reporter: &mut dyn Reporter,
    ) -> Result<SearchSummary, SearchError> {
        if self.unswept > 0 && !self.interrupt.is_asked() {
            self.sweep()?;
        }
        match ending.is_done() {
            true => self.journal.remove()?,
            false => self.journal.write(&self.entry)?,
        }
        if let Some(on_solved) = &mut self.on_solved {
            wait_for(on_solved, self.clock, self.interrupt, reporter)?;
        }
        self.summary.end(ending, self.clock.elapsed());
        let finished = Event::SearchFinished(&self.summary);
        reporter.report(&self.clock.timestamp(), &finished)?;
        Ok(self.summary)
    }

    /// Whether it ends before another round.
    fn ending(&mut self, elapsed: Duration) -> Result<Option<Ending>, GoalError> {
        if self.interrupt.signal().is_some() {
            return Ok(Some(Ending::Signal));
        }
        if self.interrupt.is_asked() {
            return Ok(Some(Ending::Time));
        }
        let (tasks, store) = (self.rounds.tasks(), self.rounds.store());
        if let Some(goal) = &mut self.goal
            && goal.is_reached(tasks, store)?
        {
            return Ok(Some(Ending::Solved));
        }
        let Entry {
            rounds_done, times, ..
        } = &self.entry;
        Ok(self.ends.reached(*rounds_done, elapsed, times))
    }

    /// The job of a round; its notices are those that were not told yet.
    fn job(&mut self, in_hand: &RoundInHand, finished: HashMap<Fingerprint, FiledCounts>) -> Job {
        let RoundInHand { run_id, drawn } = in_hand;
        let round = Some(self.round_of(drawn));
        let mut job = self.rounds.job(run_id.clone(), drawn, round);
        job.finished = finished;
        if self.told.len() >= REMEMBERED {
            self.told.clear();
        }
        let notices = self
            .notices
            .drain(..)
            .chain(std::mem::take(&mut job.notices));
        job.notices = notices
            .filter(|notice| self.told.insert(notice.clone()))
            .collect();
        job
    }

    fn round_of(&self, drawn: &DrawnRound) -> RoundOfSearch {
        RoundOfSearch {
            search_id: self.entry.search_id.clone(),
            number: self.entry.rounds_done + 1,
            of: self.ends.rounds,
            new_programs: drawn.new_programs(),
        }
    }

    fn sweep(&mut self) -> Result<(), StoreError> {
        self.summary.removed += store::sweep(self.rounds.store(), self.pool.as_ref())?;
        self.unswept = 0;
        Ok(())
    }
}

/// Waits a moment for commands to end, so that one that fails at once is told.
fn wait_for(
    on_solved: &mut OnSolved,
    clock: &dyn Clock,
    interrupt: &Interrupt,
    reporter: &mut dyn Reporter,
) -> Result<(), ReportError> {
    let begun = clock.elapsed();
    loop {
        for failure in on_solved.look() {
            reporter.report(&clock.timestamp(), &Event::Notice(&failure))?;
        }
        let waited = clock.elapsed().saturating_sub(begun);
        if on_solved.is_idle() || waited >= PATIENCE || interrupt.is_asked() {
            return Ok(());
        }
        thread::sleep(LOOK);
    }
}

/// Tells events to a reporter, and has a command run for tasks that are solved.
struct Listener<'a> {
    reporter: &'a mut dyn Reporter,
    on_solved: Option<&'a mut OnSolved>,
    /// The tasks that it was run for.
    told_solved: &'a mut BTreeSet<TaskName>,
}

impl Reporter for Listener<'_> {
    fn report(&mut self, timestamp: &str, event: &Event<'_>) -> Result<(), ReportError> {
        self.reporter.report(timestamp, event)?;
        let Some(on_solved) = &mut self.on_solved else {
            return Ok(());
        };
        if let Event::Found {
            task,
            news: News::Solved,
            path,
        } = event
            && self.told_solved.insert(*task)
        {
            on_solved.add(*task, path);
        }
        for failure in on_solved.look() {
            self.reporter.report(timestamp, &Event::Notice(&failure))?;
        }
        Ok(())
    }
}
