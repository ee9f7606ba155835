//! A search, run from Python.
//!
//! What happens is told as dicts, on the thread that has called. A callback that raises
//! ends the search as Ctrl-C does: what is in hand is finished within a second or
//! dropped, the journal stays, and the exception is raised. The same call goes on with
//! the round that was in hand.

use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use arc_programs::card::mutation::{ChangeWeights, MutationOptions};
use arc_programs::program::InlineBudget;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use run_batt::clock::SystemClock;
use run_batt::event::{Event, ReportError, Reporter};
use run_batt::interrupt::Interrupt;
use run_batt::job::{
    CacheBound, CoreSharing, JobError, JobOptions, LibraryOptions, ProgramOptions, Resources,
    TaskOptions,
};
use run_batt::memory;
use run_batt::pool::{Profile, ProfileKind};
use run_batt::search::{
    Chance, Ends, Goal, GoalError, Next, Search, SearchError as CoreSearchError, SearchOptions,
    SearchSummary, Wanted,
};
use run_batt::stopwatch::Stopwatch;
use run_batt::tasks::{Asked, Selection};
use run_batt::telemetry::{LogBound, LogDetail, LogOptions, LogPlace};
use serde_json::{Value as Json, json};

use crate::error::{SearchError, raise, text_of};
use crate::interruptible::interruptible;
use crate::json::json_to_python;
use crate::limits::{budget, cores, workers_of};
use crate::program::dialect_of;
use crate::task::part_of;

/// How many tasks are worked on at once by each worker.
const CHUNK_OF_A_WORKER: usize = 4;

/// Searches in rounds, until an end that is given, Ctrl-C, or an exception of `on_event`;
/// as `run_batt search` does, with the same store, journal and logs under `out`. Yields the
/// summary.
///
/// `tasks` is a path of data (the fixtures, where there is none), `part` is `train`,
/// `eval` or `both`; `only` names tasks, of which `count` are taken: the first, or a random
/// sample of `-count`, or all for 0. `solvers` and `differs` are paths of programs to draw
/// from beside the store. A round draws the solvers of `draw` tasks. It ends after `rounds`,
/// before `seconds` are over, or when the tasks of `until_solved` are solved.
///
/// `dialect` is what names mean: that of the store where nothing is said, else the
/// reference's, unless the solvers have names that `arc-dsl` alone has, which is told.
///
/// `on_event` is called with a dict for each event: `event`, `timestamp`, `text`, and what
/// belongs to it.
///
/// Raises `SearchError` where it cannot start or go on.
#[pyfunction]
#[pyo3(signature = (
    out, *, tasks = None, part = "train", only = Vec::new(), count = 0, solvers = Vec::new(),
    differs = Vec::new(), draw = 32, mutation = None, rounds = None, seconds = None,
    until_solved = Vec::new(), seed = None, workers = None, timeout = 10.0, dialect = None,
    on_event = None
))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of Python's")]
pub fn search<'py>(
    py: Python<'py>,
    out: PathBuf,
    tasks: Option<PathBuf>,
    part: &str,
    only: Vec<String>,
    count: i64,
    solvers: Vec<PathBuf>,
    differs: Vec<PathBuf>,
    draw: usize,
    mutation: Option<f64>,
    rounds: Option<u64>,
    seconds: Option<f64>,
    until_solved: Vec<String>,
    seed: Option<u64>,
    workers: Option<usize>,
    timeout: f64,
    dialect: Option<&str>,
    on_event: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let workers = workers_of(workers)?;
    let profile = Profile {
        kind: ProfileKind::Cpu,
        reason: "it is run from Python".to_owned(),
        workers,
        chunk_size: workers * CHUNK_OF_A_WORKER,
    };
    let budget = budget(None, None, None, Some(timeout))?;
    let resources = Resources::within(memory::bytes_left(), profile, budget);
    let resources = resources.map_err(raise(SearchError::new_err))?;
    let options = JobOptions {
        tasks: TaskOptions {
            path: tasks,
            split: part_of(part)?,
            selection: Selection {
                only: only.into_iter().map(Asked::Task).collect(),
                count,
                ..Selection::default()
            },
            limits: Vec::new(),
        },
        programs: ProgramOptions::Drawn {
            libraries: LibraryOptions {
                solvers,
                differs,
                all_stored: false,
            },
            count: draw.max(1),
            mutation: mutation_options(mutation)?,
        },
        dialect: dialect.map(dialect_of).transpose()?,
        out,
        is_out_named: true,
        logs: LogOptions {
            place: LogPlace::OfStore,
            bound: LogBound::DEFAULT,
            detail: LogDetail::Normal,
        },
        resume: false,
        claim: false,
        notices: resources.notice().into_iter().collect(),
        resources,
        cores: Some(CoreSharing {
            temporary: std::env::temp_dir(),
            cores: cores(),
        }),
        inline_budget: InlineBudget::DEFAULT,
        cache: CACHE,
    };
    let asked = Asking {
        options,
        seed,
        ends: Ends {
            rounds,
            time: seconds.map(time_of).transpose()?,
        },
        wanted: match until_solved.as_slice() {
            [] => None,
            [all] if all == "all" => Some(Wanted::All),
            _ => Some(Wanted::Tasks(until_solved)),
        },
    };
    let interrupt = Interrupt::default();
    let hear = |told: Json| match &on_event {
        Some(on_event) => on_event.call1((json_to_python(py, &told)?,)).map(drop),
        None => Ok(()),
    };
    let is_heard = on_event.is_some();
    let summary = interruptible(
        py,
        // The caller listens, to signals too, as long as one is left who could tell.
        |teller| asked.search(&interrupt, is_heard.then(|| Teller(teller.clone()))),
        hear,
        || interrupt.ask(),
    )?;
    let summary = summary.map_err(|problem| SearchError::new_err(problem.text()))?;
    let json = serde_json::to_value(summary).map_err(raise(SearchError::new_err))?;
    json_to_python(py, &json)
}

/// What the rounds may remember, as the command's.
const CACHE: CacheBound = CacheBound {
    memory: 256 << 20,
    disk: 64 << 20,
};

fn mutation_options(probability: Option<f64>) -> PyResult<MutationOptions> {
    if let Some(found) = probability.filter(|own| !(0.0..=1.0).contains(own)) {
        return Err(PyValueError::new_err(format!(
            "found {found} as the probability of a mutation, expected 0 to 1"
        )));
    }
    Ok(MutationOptions {
        probability: probability.unwrap_or(0.01),
        freeze_solvers: false,
        freeze_differs: false,
        every_solver: probability.is_none().then(ChangeWeights::default),
        // Each round has a seed of its own.
        seed: 0,
    })
}

fn time_of(seconds: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| PyValueError::new_err(format!("found {seconds} as a time, expected seconds")))
}

/// What a search is asked for.
struct Asking {
    options: JobOptions,
    seed: Option<u64>,
    ends: Ends,
    wanted: Option<Wanted>,
}

/// Why there is no summary.
enum Problem {
    Job(JobError),
    Goal(GoalError),
    Search(CoreSearchError),
}

impl Problem {
    fn text(&self) -> String {
        match self {
            Self::Job(error) => text_of(error),
            Self::Goal(error) => text_of(error),
            Self::Search(error) => text_of(error),
        }
    }
}

impl From<CoreSearchError> for Problem {
    fn from(error: CoreSearchError) -> Self {
        Self::Search(error)
    }
}

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        Self::Job(error)
    }
}

impl Asking {
    fn search(
        self,
        interrupt: &Interrupt,
        teller: Option<Teller>,
    ) -> Result<SearchSummary, Problem> {
        let clock = SystemClock::start();
        let mut stopwatch = Stopwatch::default();
        let Some(mut rounds) = self.options.rounds(&clock, &mut stopwatch)? else {
            unreachable!("its programs are drawn");
        };
        let goal = match self.wanted {
            None => None,
            Some(wanted) => {
                let selectable = rounds.selectable()?;
                let goal = Goal::new(&wanted, rounds.tasks(), rounds.store(), &selectable);
                Some(goal.map_err(Problem::Goal)?)
            }
        };
        let options = SearchOptions {
            seed: self.seed,
            ends: self.ends,
            goal,
            on_solved: None,
        };
        let chance = Chance {
            seed: rand::random,
            id: new_id,
        };
        let mut reporters: Vec<Box<dyn Reporter>> = vec![Box::new(rounds.open()?)];
        if let Some(teller) = teller {
            reporters.push(Box::new(teller));
        }
        let mut search = Search::begin(rounds, options, &clock, interrupt, chance, &mut reporters)?;
        let ending = loop {
            match search.next(&mut stopwatch)? {
                Next::Round(round) => {
                    search.run(*round, &mut stopwatch, &mut reporters)?;
                }
                Next::End(ending) => break ending,
            }
        };
        Ok(search.end(ending, &mut reporters)?)
    }
}

fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Tells events as JSON.
struct Teller(SyncSender<Json>);

impl Reporter for Teller {
    fn report(&mut self, timestamp: &str, event: &Event<'_>) -> Result<(), ReportError> {
        let mut told = json!({ "timestamp": timestamp, "text": event.to_string() });
        if let (Json::Object(told), Json::Object(own)) = (&mut told, members(event)) {
            told.extend(own);
        }
        // Where nobody hears it any more the search is about to end.
        let _ = self.0.send(told);
        Ok(())
    }
}

/// The name of an event, and what belongs to it.
fn members(event: &Event<'_>) -> Json {
    let path = |path: &Path| path.display().to_string();
    match event {
        Event::RunStarted(start) => json!({
            "event": "round_started",
            "round": start.round.as_ref().map(|round| round.number),
            "tasks": start.tasks,
            "seed": start.seed,
            "workers": start.workers,
        }),
        Event::TaskStarted { task, .. } => json!({ "event": "task_started", "task": task }),
        Event::TaskFinished(report) => json!({
            "event": "task_finished",
            "task": report.task,
            "failure": report.failure,
            "best_before": report.best.before,
            "best_now": report.best.now,
            "full_score": report.full_score.score,
            "filed": report.filed.solvers + report.filed.differs,
            "seconds": report.execution_time.as_secs_f64(),
        }),
        Event::Found {
            task, path: own, ..
        } => json!({
            "event": "found",
            "task": task,
            "path": path(own),
        }),
        Event::RunFinished(summary) => json!({
            "event": "round_finished",
            "summary": serde_json::to_value(summary).unwrap_or_default(),
        }),
        Event::SearchStarted(start) => json!({
            "event": "search_started",
            "seed": start.seed,
            "next_round": start.next_round,
            "goes_on": start.goes_on,
        }),
        Event::SearchFinished(summary) => json!({
            "event": "search_finished",
            "summary": serde_json::to_value(summary).unwrap_or_default(),
        }),
        Event::TaskDropped(report) => json!({ "event": "task_dropped", "task": report.task }),
        Event::Notice(_) => json!({ "event": "notice" }),
        Event::Skipped(_) => json!({ "event": "skipped" }),
        Event::TaskPassedOver { task, .. } => json!({ "event": "task_passed_over", "task": task }),
        Event::OverBudget { task, .. }
        | Event::Unresolved { task, .. }
        | Event::WrongCall { task, .. }
        | Event::ItemFailed { task, .. }
        | Event::OverLimit { task, .. }
        | Event::Mismatch { task, .. } => json!({ "event": "problem", "task": task }),
    }
}
