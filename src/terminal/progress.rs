//! What a person sees while a run goes on.
//!
//! On a terminal there is a bar over the tasks, and lines above it; elsewhere (in a
//! log file, under nohup, and in a notebook, which calls itself a terminal) a line at the start and a heartbeat every so
//! often. A thread of its own moves them while a slow task runs, where the system
//! grants it one; and as it is there anyway, it is the one that publishes how the
//! instance stands, and renews the leases that it holds. Of a search it is one thread for all rounds, so that the heartbeat
//! goes on where each of them is shorter than that.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use console::{Term, truncate_str};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use run_batt::clock::time_since_start;
use run_batt::event::{Event, ReportError, Reporter};
use run_batt::instances::Publication;
use run_batt::lease;
use run_batt::words::counted;

use super::narrow::Narrow;
use super::pulse::{Beat, Pulse};
use super::tally::Tally;
use super::{Verbosity, print_line};

/// How often the bar is drawn while nothing happens.
const TICK: Duration = Duration::from_millis(200);

/// The least width at which there is room for a bar beside the counts.
const WIDE: u16 = 76;

/// What is shown of a run.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// Which events.
    pub verbosity: Verbosity,
    /// How often it is told how far the run is, where there is no terminal; never
    /// for zero.
    pub heartbeat: Duration,
    /// Whether it is kept as text by a notebook, whose cells are terminals in which
    /// nothing can move: what would be a bar is lines there.
    pub is_notebook: bool,
    /// Whether there may be a thread for it.
    pub has_room_for_threads: bool,
}

/// Shows what happens, on standard error.
pub struct Progress {
    shown: Shown,
    tally: Arc<Mutex<Tally>>,
    /// When the run began, and the search that it is a round of.
    begun: Arc<Mutex<Begun>>,
    bar: Arc<Mutex<Option<ProgressBar>>>,
    publication: Publication,
    pulse: Option<Pulse>,
    /// Whether the run is a round of a search.
    is_search: bool,
}

/// When a run began, and the search that it is a round of: itself, where it is none.
#[derive(Clone, Copy, Debug)]
struct Begun {
    run: Duration,
    search: Duration,
}

impl Begun {
    fn now() -> Self {
        let now = time_since_start();
        Self {
            run: now,
            search: now,
        }
    }

    /// How long the run has gone on, and the search.
    fn elapsed(self) -> (Duration, Duration) {
        let now = time_since_start();
        let since = |begun| now.saturating_sub(begun);
        (since(self.run), since(self.search))
    }
}

impl Progress {
    pub fn new(shown: Shown, publication: Publication) -> Self {
        Self {
            shown,
            tally: Arc::default(),
            begun: Arc::new(Mutex::new(Begun::now())),
            bar: Arc::default(),
            publication,
            pulse: None,
            is_search: false,
        }
    }

    fn has_bar(&self) -> bool {
        let is_terminal = Term::stderr().is_term() && !self.shown.is_notebook;
        self.shown.verbosity > Verbosity::Quiet && is_terminal
    }

    fn start(&mut self, tasks: usize) {
        let begun = Begun::now();
        let mut of_search = lock(&self.begun);
        of_search.run = begun.run;
        if !self.is_search {
            of_search.search = begun.search;
        }
        drop(of_search);
        if self.has_bar() {
            let target = ProgressDrawTarget::term_like(Box::new(Narrow::stderr()));
            let bar = ProgressBar::with_draw_target(None, target);
            draw(&bar, &lock(&self.tally), *lock(&self.begun));
            bar.set_length(tasks as u64);
            *lock(&self.bar) = Some(bar);
        }
        if self.pulse.is_none() && self.shown.has_room_for_threads {
            self.pulse = Pulse::of(self.beats());
        }
    }

    /// What is done every so often.
    fn beats(&self) -> Vec<Beat> {
        let (bar, publication) = (Arc::clone(&self.bar), self.publication.clone());
        let is_told = self.shown.verbosity > Verbosity::Quiet;
        let mut beats = vec![
            Beat::every(Publication::PERIOD, move || {
                publish(&publication, &bar, is_told);
            }),
            Beat::every(lease::RENEWAL, lease::renew_held),
        ];
        let (tally, begun) = (Arc::clone(&self.tally), Arc::clone(&self.begun));
        let period = self.shown.heartbeat;
        if self.has_bar() {
            let bar = Arc::clone(&self.bar);
            beats.push(Beat::every(TICK, move || {
                if let Some(bar) = &*lock(&bar) {
                    draw(bar, &lock(&tally), *lock(&begun));
                }
            }));
        } else if is_told && !period.is_zero() {
            beats.push(Beat::every(period, move || {
                let (run, search) = lock(&begun).elapsed();
                let line = lock(&tally).heartbeat(run, search);
                print_line(&format!("run_batt: {line}"));
            }));
        }
        beats
    }

    fn finish(&mut self) {
        if !self.is_search {
            self.pulse = None;
        }
        if let Some(bar) = lock(&self.bar).take() {
            bar.finish_and_clear();
        }
    }
}

/// Writes a line, above the bar where there is one.
fn show(bar: &Mutex<Option<ProgressBar>>, line: &str) {
    match &*lock(bar) {
        Some(bar) => bar.suspend(|| print_line(line)),
        None => print_line(line),
    }
}

/// Publishes how the instance stands; that it cannot be is worth a line, and no more.
fn publish(publication: &Publication, bar: &Mutex<Option<ProgressBar>>, is_told: bool) {
    if let Err(error) = publication.publish(time_since_start())
        && is_told
    {
        let line = format!("run_batt: {error}; run_batt watch will not see this instance");
        show(bar, &line);
    }
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Draws the bar in the width that the terminal has now, cut to one line: so it leaves
/// nothing behind, at any width.
fn draw(bar: &ProgressBar, tally: &Tally, begun: Begun) {
    let (run, search) = begun.elapsed();
    let width = Narrow::columns();
    let (template, taken) = match width >= WIDE {
        true => ("{bar:12.cyan/dim} {msg}", 13),
        false => ("{msg}", 0),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    let text = match width >= WIDE {
        true => tally.progress(run, search),
        false => tally.short_progress(),
    };
    let room = usize::from(width).saturating_sub(taken);
    bar.set_message(truncate_str(&text, room, "…").into_owned());
    bar.set_position(tally.done as u64);
    bar.tick();
}

impl Reporter for Progress {
    fn report(&mut self, _timestamp: &str, event: &Event<'_>) -> Result<(), ReportError> {
        lock(&self.tally).add(event);
        let least = match event {
            Event::RunStarted(start) => {
                self.start(start.tasks);
                if !self.has_bar() && self.shown.verbosity == Verbosity::Normal {
                    let (tasks, workers) = (start.tasks, start.workers);
                    let (tasks, workers) = (counted(tasks, "task"), counted(workers, "worker"));
                    print_line(&format!("run_batt: {tasks}, {workers}"));
                }
                Verbosity::Verbose
            }
            Event::RunFinished(_) => {
                self.finish();
                // The summary is the run's result, and printed as such.
                return Ok(());
            }
            Event::SearchStarted(start) => {
                self.is_search = true;
                *lock(&self.begun) = Begun::now();
                // What it goes on with is news; a seed that was drawn is in the summaries.
                match start.goes_on {
                    true => Verbosity::Normal,
                    false => Verbosity::Verbose,
                }
            }
            Event::SearchFinished(_) => {
                self.pulse = None;
                return Ok(());
            }
            Event::TaskFinished(report) if report.failure.is_some() => Verbosity::Normal,
            Event::Notice(_)
            | Event::Skipped(_)
            | Event::OverBudget { .. }
            | Event::OverLimit { .. }
            | Event::Unresolved { .. }
            | Event::WrongCall { .. }
            | Event::Mismatch { .. }
            | Event::ItemFailed { .. } => Verbosity::Normal,
            Event::TaskFinished(_)
            | Event::Found { .. }
            | Event::TaskPassedOver { .. }
            | Event::TaskStarted { .. }
            | Event::TaskDropped(_) => Verbosity::Verbose,
        };
        // The pulse does it; where the system refused that thread, the events do.
        if self.pulse.is_none() {
            if let Some(bar) = &*lock(&self.bar) {
                draw(bar, &lock(&self.tally), *lock(&self.begun));
            }
            let is_told = self.shown.verbosity > Verbosity::Quiet;
            publish(&self.publication, &self.bar, is_told);
        }
        if self.shown.verbosity >= least {
            show(&self.bar, &format!("run_batt: {event}"));
        }
        Ok(())
    }
}
