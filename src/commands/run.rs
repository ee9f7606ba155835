//! The main job: tasks and their programs, inlined and stored.

use std::ffi::OsString;
use std::fmt;
use std::num::NonZero;

use anyhow::Context;
use run_batt::clock::SystemClock;
use run_batt::event::Reporter;
use run_batt::interrupt::Interrupt;
use run_batt::job::{CoreSharing, Resources};
use run_batt::memory;
use run_batt::pool::{Machine, ask_nvidia_driver};
use run_batt::run::run;
use run_batt::stopwatch::Stopwatch;
use run_batt::summary::Summary;
use serde::Serialize;

use super::{ExitStatus, dry_run};
use crate::cli::{Format, RunArguments, ShowArguments};
use crate::terminal::{Progress, Verbosity, print_line, print_result};

pub fn execute(arguments: &RunArguments) -> anyhow::Result<ExitStatus> {
    let clock = SystemClock::start();
    let mut stopwatch = Stopwatch::default();
    let interrupt = Interrupt::listen().context("signals cannot be listened to")?;
    let machine = Machine {
        variable: &environment,
        ask_gpu: &ask_nvidia_driver,
        cores: cores(),
    };
    let profile = arguments.work.profile(&machine);
    let resources = Resources::within(memory::bytes_left(), profile, arguments.budget())?;
    if resources.has_room_for_threads {
        interrupt.watch(end_late);
    }
    let sharing = CoreSharing {
        temporary: std::env::temp_dir(),
        cores: cores(),
    };
    let options = arguments.options(resources, sharing, rand::random, &environment);
    let run_id = uuid::Uuid::now_v7().to_string();
    let show = &arguments.show;
    if show.dry_run {
        let mut job = options.plan(run_id, &clock, &mut stopwatch)?;
        job.notices.extend(arguments.left_out(&job.left_out));
        return dry_run::show(&job, show.format);
    }
    let (mut job, telemetry) = options.job(run_id, &clock, &mut stopwatch)?;
    job.notices.extend(arguments.left_out(&job.left_out));
    let mut reporters: Vec<Box<dyn Reporter>> = vec![
        Box::new(telemetry),
        Box::new(Progress::new(verbosity(show))),
    ];
    let summary = run(&job, &clock, &mut stopwatch, &interrupt, &mut reporters)?;
    print_summary(&summary, &stopwatch, show)?;
    Ok(match interrupt.signal() {
        Some(signal) => ExitStatus::Interrupted(signal),
        None if summary.is_complete() => ExitStatus::Done,
        None => ExitStatus::Incomplete,
    })
}

/// Ends a process that was asked to stop and does not come to it.
fn end_late(signal: i32) {
    print_line("run_batt: stopped; what was in hand took too long to end and is dropped");
    std::process::exit(Interrupt::exit_code(signal));
}

#[allow(
    clippy::disallowed_methods,
    reason = "the edge: the environment comes in here"
)]
fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

fn verbosity(show: &ShowArguments) -> Verbosity {
    match (show.quiet, show.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    }
}

/// Where the time and the memory went.
#[derive(Serialize)]
struct Usage<'a> {
    timing_ms: &'a Stopwatch,
    peak_memory_bytes: Option<u64>,
}

impl fmt::Display for Usage<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.timing_ms)?;
        match self.peak_memory_bytes {
            Some(bytes) => write!(
                formatter,
                "\npeak memory {:.1} MiB",
                bytes as f64 / f64::from(1 << 20)
            ),
            None => Ok(()),
        }
    }
}

/// The summary as JSON.
#[derive(Serialize)]
struct SummaryRecord<'a> {
    #[serde(flatten)]
    summary: &'a Summary,
    #[serde(flatten)]
    usage: Option<Usage<'a>>,
}

fn print_summary(
    summary: &Summary,
    stopwatch: &Stopwatch,
    show: &ShowArguments,
) -> anyhow::Result<()> {
    let usage = show.timing.then(|| Usage {
        timing_ms: stopwatch,
        peak_memory_bytes: memory::peak_bytes(),
    });
    let text = match (show.format, usage) {
        (Format::Json, usage) => serde_json::to_string(&SummaryRecord { summary, usage })?,
        (Format::Text, Some(usage)) => format!("{usage}\n{summary}"),
        (Format::Text, None) => summary.to_string(),
    };
    print_result(&format!("{text}\n"))?;
    Ok(())
}
