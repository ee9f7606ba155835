//! What a person sees while a run goes on.
//!
//! On a terminal there is a bar over the tasks, and lines above it; elsewhere (in a
//! log file, a notebook, under nohup) a line at the start and a heartbeat every so
//! often. A thread of its own moves them while a slow task runs, where the system
//! grants it one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use console::{Term, truncate_str};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use run_batt::event::{Event, ReportError, Reporter};
use run_batt::words::counted;

use super::narrow::Narrow;
use super::pulse::Pulse;
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
    /// Whether there may be a thread for it.
    pub has_room_for_threads: bool,
}

/// Shows what happens, on standard error.
pub struct Progress {
    shown: Shown,
    tally: Arc<Mutex<Tally>>,
    bar: Option<ProgressBar>,
    pulse: Option<Pulse>,
}

impl Progress {
    pub fn new(shown: Shown) -> Self {
        let has_bar = shown.verbosity > Verbosity::Quiet && Term::stderr().is_term();
        let bar = || {
            ProgressBar::with_draw_target(
                None,
                ProgressDrawTarget::term_like(Box::new(Narrow::stderr())),
            )
        };
        Self {
            shown,
            tally: Arc::default(),
            bar: has_bar.then(bar),
            pulse: None,
        }
    }

    fn start(&mut self, tasks: usize) {
        let may_beat = self.shown.has_room_for_threads;
        if let Some(bar) = &self.bar {
            draw(bar, &lock(&self.tally));
            bar.set_length(tasks as u64);
            let (bar, tally) = (bar.clone(), Arc::clone(&self.tally));
            let beat = move || draw(&bar, &lock(&tally));
            self.pulse = may_beat.then(|| Pulse::every(TICK, beat)).flatten();
            return;
        }
        let period = self.shown.heartbeat;
        if self.shown.verbosity > Verbosity::Quiet && !period.is_zero() {
            let (begun, tally) = (Instant::now(), Arc::clone(&self.tally));
            let beat = move || {
                let line = lock(&tally).heartbeat(begun.elapsed());
                print_line(&format!("run_batt: {line}"));
            };
            self.pulse = may_beat.then(|| Pulse::every(period, beat)).flatten();
        }
    }

    fn show(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| print_line(line)),
            None => print_line(line),
        }
    }
}

fn lock(tally: &Mutex<Tally>) -> std::sync::MutexGuard<'_, Tally> {
    tally.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Draws the bar in the width that the terminal has now, cut to one line: so it leaves
/// nothing behind, at any width.
fn draw(bar: &ProgressBar, tally: &Tally) {
    let width = Narrow::columns();
    let (template, taken) = match width >= WIDE {
        true => ("{bar:12.cyan/dim} {msg}", 13),
        false => ("{msg}", 0),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    let text = match width >= WIDE {
        true => tally.progress(bar.elapsed()),
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
        let has_bar = self.bar.is_some();
        let least = match event {
            Event::RunStarted(start) => {
                self.start(start.tasks);
                if !has_bar && self.shown.verbosity == Verbosity::Normal {
                    let (tasks, workers) = (start.tasks, start.workers);
                    let (tasks, workers) = (counted(tasks, "task"), counted(workers, "worker"));
                    print_line(&format!("run_batt: {tasks}, {workers}"));
                }
                Verbosity::Verbose
            }
            Event::RunFinished(_) => {
                self.pulse = None;
                if let Some(bar) = &self.bar {
                    bar.finish_and_clear();
                }
                // The summary is the run's result, and printed as such.
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
        // The pulse draws it; where the system refused that thread, the events do.
        if let (Some(bar), None) = (&self.bar, &self.pulse) {
            draw(bar, &lock(&self.tally));
        }
        if self.shown.verbosity >= least {
            self.show(&format!("run_batt: {event}"));
        }
        Ok(())
    }
}
