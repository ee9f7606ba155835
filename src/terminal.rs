//! The terminal: results on standard output, all else on standard error.

use std::io::{self, Write};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use run_batt::event::{Event, ReportError, Reporter};
use run_batt::one_line::one_line;

/// Whether anybody still reads standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    There,
    /// It has what it wanted, which is no error.
    Gone,
}

/// Writes a result to standard output.
pub fn print_result(text: &str) -> anyhow::Result<Reader> {
    let mut output = io::stdout().lock();
    let written = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    match written {
        Ok(()) => Ok(Reader::There),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(error).context("standard output cannot be written"),
    }
}

/// Writes an error, and what can be done about it, as one line on standard error.
pub fn print_error(error: &anyhow::Error, advice: Option<&str>) {
    let error = format!("{error:#}");
    let joint = if error.ends_with('?') { " " } else { "; " };
    let advice = advice.map_or_else(String::new, |advice| format!("{joint}{advice}"));
    print_line(&format!("run_batt: error: {error}{advice}"));
}

/// Writes a line on standard error, whatever is in it. Where even that fails
/// there is nobody to tell.
pub fn print_line(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", one_line(line));
}

/// Which events a person sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// None.
    Quiet,
    /// What went wrong.
    Normal,
    /// All.
    Verbose,
}

/// Shows what happens: a bar over the tasks, and lines above it.
///
/// There is a bar on a terminal only. It is drawn when something happens, so
/// that no thread is needed to draw it.
pub struct Progress {
    bar: ProgressBar,
    verbosity: Verbosity,
    errors: u64,
}

impl Progress {
    pub fn new(verbosity: Verbosity) -> Self {
        let target = match verbosity {
            Verbosity::Quiet => ProgressDrawTarget::hidden(),
            _ => ProgressDrawTarget::stderr(),
        };
        Self {
            bar: ProgressBar::with_draw_target(None, target),
            verbosity,
            errors: 0,
        }
    }

    fn start(&self, tasks: usize) {
        // The `console` crate leaves the colour out where NO_COLOR is set.
        let template = "{bar:30.cyan} {pos}/{len} tasks {per_sec} {eta} left {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_length(tasks as u64);
        self.bar.set_message("0 errors");
    }

    fn show(&self, line: &str) {
        self.bar.suspend(|| print_line(line));
    }
}

impl Reporter for Progress {
    fn report(&mut self, _timestamp: &str, event: &Event<'_>) -> Result<(), ReportError> {
        let needs_attention = match event {
            Event::RunStarted(start) => {
                self.start(start.tasks);
                false
            }
            Event::TaskFinished(report) => {
                let errors = report.inlining.other_errors
                    + report.mismatches
                    + u64::from(report.failure.is_some());
                if errors > 0 {
                    self.errors += errors;
                    self.bar.set_message(format!("{} errors", self.errors));
                }
                self.bar.inc(1);
                report.failure.is_some()
            }
            Event::RunFinished(_) => {
                self.bar.finish_and_clear();
                // The summary is the run's result, and printed as such.
                return Ok(());
            }
            Event::Notice(_)
            | Event::Skipped(_)
            | Event::OverBudget { .. }
            | Event::OverLimit { .. }
            | Event::Unresolved { .. }
            | Event::WrongCall { .. }
            | Event::Mismatch { .. }
            | Event::ItemFailed { .. } => true,
            Event::TaskPassedOver { .. } => {
                self.bar.inc(1);
                false
            }
            Event::TaskStarted { .. } | Event::TaskDropped(_) => false,
        };
        let least = if needs_attention {
            Verbosity::Normal
        } else {
            Verbosity::Verbose
        };
        if self.verbosity >= least {
            self.show(&format!("run_batt: {event}"));
        }
        Ok(())
    }
}
