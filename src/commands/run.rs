//! The main job: tasks and their programs, inlined and stored.

use std::fmt;

use run_batt::clock::SystemClock;
use run_batt::event::Reporter;
use run_batt::instances::Activity;
use run_batt::memory;
use run_batt::run::run;
use run_batt::shown_path::shown;
use run_batt::stopwatch::{Stopwatch, Timing};
use run_batt::summary::{Line, SlowProgram, Summary};
use serde::Serialize;

use super::machine::environment;
use super::surroundings::{Surroundings, new_id, publish};
use super::{ExitStatus, dry_run};
use crate::cli::{Format, GivenArguments, RunArguments, ShowArguments};
use crate::terminal::{Progress, coloured, print_result};

pub fn execute(arguments: &RunArguments) -> anyhow::Result<ExitStatus> {
    let clock = SystemClock::start();
    let mut stopwatch = Stopwatch::default();
    let surroundings = Surroundings::find(&arguments.work, arguments.budget())?;
    let show = &arguments.show;
    let shown = surroundings.shown(show);
    let Surroundings {
        interrupt,
        resources,
        sharing,
        publication,
    } = surroundings;
    let shard = arguments.which.shard(&environment)?;
    let options = arguments.options(resources, sharing, shard, rand::random, &environment);
    if show.dry_run {
        let mut job = options.plan(new_id(), &clock, &mut stopwatch)?;
        job.notices.extend(arguments.which.left_out(&job.left_out));
        return dry_run::show(&job, show.format);
    }
    let (out, place) = (options.out.clone(), options.logs.place.clone());
    let (mut job, telemetry) = options.job(new_id(), &clock, &mut stopwatch)?;
    job.notices.extend(arguments.which.left_out(&job.left_out));
    let publisher = publish(&publication, Activity::Run, &out, &place);
    let mut reporters: Vec<Box<dyn Reporter>> = vec![
        Box::new(telemetry),
        Box::new(publisher),
        Box::new(Progress::new(shown, publication)),
    ];
    let summary = run(&job, &clock, &mut stopwatch, &interrupt, &mut reporters)?;
    let goes_on = match arguments.is_drawn() {
        true => "the next round draws from what was filed so far",
        false => "the same command with --resume runs the tasks that are left",
    };
    print_summary(&summary, &stopwatch, show, &arguments.given, goes_on)?;
    Ok(match interrupt.signal() {
        Some(signal) => ExitStatus::Interrupted(signal),
        None if summary.is_complete() => ExitStatus::Done,
        None => ExitStatus::Incomplete,
    })
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

/// Prints what came of a run; `goes_on` says how it does where it was interrupted.
pub fn print_summary(
    summary: &Summary,
    stopwatch: &Stopwatch,
    show: &ShowArguments,
    given: &GivenArguments,
    goes_on: &str,
) -> anyhow::Result<()> {
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
            let next = next_steps(summary, given, goes_on);
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
fn next_steps(summary: &Summary, given: &GivenArguments, goes_on: &str) -> Vec<Line> {
    let line = |label, text| Line {
        label,
        text,
        is_news: false,
    };
    let found = summary.found.as_ref().map(|found| {
        let data = given.tasks().map_or_else(String::new, |tasks| {
            format!(" --tasks {}", shell_word(&tasks.display().to_string()))
        });
        let path = shell_word(&shown(&found.path).to_string());
        line(
            "look",
            format!("run_batt eval {path} -t {}{data}", found.task),
        )
    });
    let goes_on =
        (summary.interrupted && summary.tasks_left > 0).then(|| line("go on", goes_on.to_owned()));
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
