//! The main job: tasks and their programs, inlined and stored.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fmt;
use std::num::NonZero;

use anyhow::Context;
use arc_programs::card::Card;
use arc_programs::task::TaskId;
use run_batt::card_file::read_card;
use run_batt::claims::Claims;
use run_batt::clock::SystemClock;
use run_batt::draw::{Origin, draw};
use run_batt::event::Reporter;
use run_batt::interrupt::Interrupt;
use run_batt::library::{Library, Role};
use run_batt::memory;
use run_batt::pool::{Machine, Profile, Slots, ask_nvidia_driver};
use run_batt::run::{Job, Programs, run};
use run_batt::stopwatch::Stopwatch;
use run_batt::store::Store;
use run_batt::summary::Summary;
use run_batt::tasks::Selected;
use run_batt::telemetry::{Telemetry, finished};
use serde::Serialize;

use super::means::Means;
use super::{ExitStatus, given};
use crate::cli::{Format, PlaceArguments, RunArguments, ShowArguments, WorkArguments};
use crate::terminal::{Progress, Verbosity, print_line, print_result};

pub fn execute(arguments: &RunArguments) -> anyhow::Result<ExitStatus> {
    let RunArguments {
        which,
        places,
        search,
        work,
        show,
        ..
    } = arguments;
    let clock = SystemClock::start();
    let mut stopwatch = Stopwatch::default();
    let interrupt = Interrupt::listen().context("signals cannot be listened to")?;
    let means = Means::within(memory::bytes_left(), profile(work), arguments.budget())?;
    if means.has_room_for_threads {
        interrupt.watch(end_late);
    }

    let mut notices = arguments.notices(&environment);
    notices.extend(means.notice());
    let mut selection = which.selection(rand::random);
    let tasks = stopwatch.time(&clock, "list tasks", || {
        let programs = given_programs(places, search.draw.is_some());
        given::tasks(places.tasks.as_deref(), programs, which.split())
    })?;
    let given = stopwatch.time(&clock, "list programs", || {
        Given::read(places, search.draw.is_some())
    })?;
    let store = Store::open(places.output.store.out())?;
    let given = match (search.draw, &given) {
        (Some(count), Given::Libraries { solvers, differs }) => {
            stopwatch.time(&clock, "make card", || {
                let all: Vec<TaskId> = tasks.ids().collect();
                let preferred = match selection.count {
                    // A random sample has those that were drawn for.
                    ..0 => Vec::new(),
                    _ => selection.select(&tasks)?.tasks,
                };
                let origin = Origin {
                    tasks: &tasks,
                    among: &all,
                    preferred: &preferred,
                    store: &store,
                    solvers,
                    differs,
                };
                let drawn = draw(origin, count, selection.seed)?;
                let card = drawn.card(search.mutation.options(selection.seed))?;
                // A changed solver is likeliest to be worth something for the
                // task that it was drawn for.
                selection.sure = drawn.solvers.iter().map(|(task, _)| task.id).collect();
                notices.extend(drawn.notices);
                anyhow::Ok(Given::Card(card))
            })?
        }
        _ => given,
    };
    let selected = selection.select(&tasks)?;
    notices.extend(shortfall(&selected));
    let slots = match work.no_share {
        true => None,
        false => Slots::open(&std::env::temp_dir(), cores())
            .map_err(|error| {
                notices.push(format!(
                    "cores are not shared with other instances: {error}"
                ));
            })
            .ok(),
    };
    let mut reporters: Vec<Box<dyn Reporter>> = vec![
        Box::new(Telemetry::open(&places.output.logs)?),
        Box::new(Progress::new(verbosity(show))),
    ];
    let logs = &places.output.logs;
    let finished = match work.resume {
        true => stopwatch.time(&clock, "read logs", || finished(logs))?,
        false => HashSet::new(),
    };
    let claims = match work.claim {
        true => Some(Claims::open(logs)?),
        false => None,
    };
    let job = Job {
        run_id: uuid::Uuid::now_v7().to_string(),
        notices,
        selected: selected.tasks,
        finished,
        claims,
        tasks: &tasks,
        programs: given.programs(),
        store: &store,
        profile: means.profile,
        slots,
        seed: selection.seed,
        budget: means.budget,
        inline_budget: work.inline_budget(&environment),
    };
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

/// Whose programs a run is given. A store counts where it is asked for: it may
/// also be what an earlier run of the fixtures has left.
fn given_programs(places: &PlaceArguments, is_drawn: bool) -> given::Programs {
    let programs = given::Programs::given(places.card().is_some() || !places.solvers.is_empty());
    match is_drawn || places.output.store.is_named() {
        true => programs.or_stored(places.output.store.out()),
        false => programs,
    }
}

/// The programs that a run is given.
enum Given {
    Libraries { solvers: Library, differs: Library },
    Card(Card),
}

impl Given {
    /// The card; or the solvers and the differs, those given or the fixtures',
    /// and the differs that the store keeps for a task. What is drawn from the
    /// store is listed where it is drawn.
    fn read(places: &PlaceArguments, is_drawn: bool) -> anyhow::Result<Self> {
        if let Some(path) = places.card() {
            return Ok(Self::Card(read_card(&path)?));
        }
        let mut solvers = given::library(Role::Solver, &places.solvers)?;
        if !places.all_stored {
            solvers.keep_best_stored();
        }
        let mut differs = given::library(Role::Differ, &places.differs)?;
        let kept = Store::at(places.output.store.out()).links(Role::Differ);
        if kept.is_dir() && !is_drawn {
            differs.add_kept(&kept)?;
        }
        Ok(Self::Libraries { solvers, differs })
    }

    fn programs(&self) -> Programs<'_> {
        match self {
            Self::Libraries { solvers, differs } => Programs::Libraries { solvers, differs },
            Self::Card(card) => Programs::Card(card),
        }
    }
}

fn profile(work: &WorkArguments) -> Profile {
    let machine = Machine {
        variable: &environment,
        ask_gpu: &ask_nvidia_driver,
        cores: cores(),
    };
    Profile::choose(work.profile(), work.workers, work.chunk, &machine)
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

fn shortfall(selected: &Selected) -> Option<String> {
    let asked = selected.asked?;
    Some(format!(
        "{asked} tasks were asked for and there are {}; running these",
        selected.tasks.len()
    ))
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
struct Resources<'a> {
    timing_ms: &'a Stopwatch,
    peak_memory_bytes: Option<u64>,
}

impl fmt::Display for Resources<'_> {
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
    resources: Option<Resources<'a>>,
}

fn print_summary(
    summary: &Summary,
    stopwatch: &Stopwatch,
    show: &ShowArguments,
) -> anyhow::Result<()> {
    let resources = show.timing.then(|| Resources {
        timing_ms: stopwatch,
        peak_memory_bytes: memory::peak_bytes(),
    });
    let text = match (show.format, resources) {
        (Format::Json, resources) => serde_json::to_string(&SummaryRecord { summary, resources })?,
        (Format::Text, Some(resources)) => format!("{resources}\n{summary}"),
        (Format::Text, None) => summary.to_string(),
    };
    print_result(&format!("{text}\n")).context("standard output cannot be written")
}
