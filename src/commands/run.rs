//! The main job: tasks and their programs, inlined and stored.

use std::fmt;

use anyhow::Context;
use run_batt::clock::SystemClock;
use run_batt::event::Reporter;
use run_batt::interrupt::Interrupt;
use run_batt::job::CoreSharing;
use run_batt::memory;
use run_batt::run::run;
use run_batt::shown_path::shown;
use run_batt::stopwatch::{Stopwatch, Timing};
use run_batt::summary::{Line, SlowProgram, Summary};
use serde::Serialize;

use super::machine::{cores, environment, resources};
use super::{ExitStatus, dry_run};
use crate::cli::{Format, RunArguments, ShowArguments};
use crate::terminal::{Progress, Shown, Verbosity, clear_bar, coloured, print_line, print_result};

pub fn execute(arguments: &RunArguments) -> anyhow::Result<ExitStatus> {
    let clock = SystemClock::start();
    let mut stopwatch = Stopwatch::default();
    let interrupt = Interrupt::listen().context("signals cannot be listened to")?;
    let resources = resources(&arguments.work.workers, arguments.budget())?;
    if resources.has_room_for_threads {
        interrupt.watch(end_late);
    }
    let has_room_for_threads = resources.has_room_for_threads;
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
    let shown = Shown {
        verbosity: verbosity(show),
        heartbeat: show.heartbeat,
        has_room_for_threads,
    };
    let mut reporters: Vec<Box<dyn Reporter>> =
        vec![Box::new(telemetry), Box::new(Progress::new(shown))];
    let summary = run(&job, &clock, &mut stopwatch, &interrupt, &mut reporters)?;
    print_summary(&summary, &stopwatch, arguments)?;
    Ok(match interrupt.signal() {
        Some(signal) => ExitStatus::Interrupted(signal),
        None if summary.is_complete() => ExitStatus::Done,
        None => ExitStatus::Incomplete,
    })
}

/// Ends a process that was asked to stop and does not come to it.
fn end_late(signal: i32) {
    clear_bar();
    print_line("run_batt: stopped; what was in hand took too long to end and is dropped");
    std::process::exit(Interrupt::exit_code(signal));
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
    timing_ms: Timing<'a>,
    peak_memory_bytes: Option<u64>,
    #[serde(skip)]
    summary: &'a Summary,
}

impl fmt::Display for Usage<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.timing_ms)?;
        let slowest = &self.summary.slowest_tasks;
        let tasks = slowest
            .iter()
            .map(|own| format!("{} {:.3} s", own.task, own.time.as_secs_f64()));
        let programs = self.summary.slowest_programs.iter();
        let programs = programs.map(|own| {
            let SlowProgram {
                program,
                task,
                steps,
            } = own;
            format!("{program} on {task} {steps} steps")
        });
        for (label, names) in [
            ("slowest tasks", tasks.collect::<Vec<_>>()),
            ("slowest programs", programs.collect()),
        ] {
            if !names.is_empty() {
                write!(formatter, "\n{label:<16} {}", names.join(", "))?;
            }
        }
        match self.peak_memory_bytes {
            Some(bytes) => write!(
                formatter,
                "\n{:<16} {:.1} MiB",
                "peak memory",
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
    arguments: &RunArguments,
) -> anyhow::Result<()> {
    let show = &arguments.show;
    let usage = show.timing.then(|| Usage {
        timing_ms: stopwatch.of(summary.time),
        peak_memory_bytes: memory::peak_bytes(),
        summary,
    });
    let text = match show.format {
        Format::Json => serde_json::to_string(&SummaryRecord { summary, usage })?,
        Format::Text => {
            let usage = usage.map(|usage| usage.to_string());
            let lines = summary.lines();
            let next = next_steps(summary, arguments);
            let lines = lines.iter().chain(&next).map(coloured);
            let closing = summary.closing_line();
            let all: Vec<String> = usage.into_iter().chain(lines).chain([closing]).collect();
            all.join("\n")
        }
    };
    print_result(&format!("{text}\n"))?;
    Ok(())
}

/// What a person may want to type next.
fn next_steps(summary: &Summary, arguments: &RunArguments) -> Vec<Line> {
    let line = |label, text| Line {
        label,
        text,
        is_news: false,
    };
    let found = summary.found.as_ref().map(|found| {
        let data = arguments.tasks().map_or_else(String::new, |tasks| {
            format!(" --tasks {}", shell_word(&tasks.display().to_string()))
        });
        let path = shell_word(&shown(&found.path).to_string());
        line(
            "look",
            format!("run_batt eval {path} -t {}{data}", found.task),
        )
    });
    let goes_on = (summary.interrupted && summary.tasks_left > 0).then(|| {
        let text = match arguments.is_drawn() {
            true => "the next round draws from what was filed so far",
            false => "the same command with --resume runs the tasks that are left",
        };
        line("go on", text.to_owned())
    });
    found.into_iter().chain(goes_on).collect()
}

/// A word as a shell takes it.
fn shell_word(word: &str) -> String {
    let is_plain =
        |character: char| character.is_alphanumeric() || "/._-+:@%=,".contains(character);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}
