//! Submissions: `run_batt submit` and `run_batt score`.

use std::path::PathBuf;

use arc_programs::batt::SampleBudget;
use clap::Args;
use run_batt::job::TypedLimit;
use run_batt::tasks::{Selection, Shard, Split};

use super::common::{DialectArguments, Format, SplitArgument, StoreArguments, TimeoutArguments};
use super::partition::OwnShard;
use super::run::{Environment, WhichArguments, WorkerArguments};

/// Write a submission, as Kaggle's ARC competitions take it: for each test sample the
/// outputs of two stored solvers
///
/// Solvers are ranked by the demo samples alone: those that are exact on all of them
/// first, then by score, then the shorter, by the bytes of its text.
#[derive(Debug, Args)]
pub struct SubmitArguments {
    #[command(flatten)]
    which: WhichArguments,
    /// ARC tasks, as for run_batt [default: ../arc-prize-2025 if it is there, else the
    /// fixtures]
    #[arg(long, value_name = "PATH")]
    pub tasks: Option<PathBuf>,
    #[command(flatten)]
    pub store: StoreArguments,
    #[command(flatten)]
    pub dialect: DialectArguments,
    /// The file to write; - for standard output
    #[arg(short, long, value_name = "FILE", default_value = "submission.json")]
    pub output: PathBuf,
    #[command(flatten)]
    pub workers: WorkerArguments,
    #[command(flatten)]
    timeout: TimeoutArguments,
    /// How it is told what was written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

impl SubmitArguments {
    pub fn split(&self) -> Split {
        self.which.split()
    }

    pub(super) fn check(&self) -> Result<(), String> {
        self.which.check_partition(true)
    }

    /// The shard that is taken of the tasks.
    pub fn shard(&self, environment: Environment<'_>) -> anyhow::Result<OwnShard> {
        self.which.shard(environment)
    }

    pub fn selection(&self, drawn_seed: impl FnOnce() -> u64, shard: Option<Shard>) -> Selection {
        self.which.selection(drawn_seed, shard)
    }

    /// Budget of a program on a sample, but for the time limit that a value of `-t` may
    /// set.
    pub fn budget(&self) -> SampleBudget {
        self.timeout.budget()
    }

    /// The values of `-t` that are time limits by their form.
    pub fn limits(&self) -> Vec<TypedLimit> {
        self.which.limits(0)
    }
}

/// Score a submission against known solutions, and name all that is wrong with it
///
/// The score is the share of all test samples that one of the attempts meets, as
/// Kaggle has it; that of the mean task, as ARC Prize has it, is told too.
#[derive(Debug, Args)]
pub struct ScoreArguments {
    /// The submission; - for standard input
    #[arg(value_name = "FILE")]
    pub submission: PathBuf,
    /// ARC tasks with their solutions, as for run_batt [default: ../arc-prize-2025 if
    /// it is there, else the fixtures]
    #[arg(long, value_name = "PATH")]
    pub tasks: Option<PathBuf>,
    /// Which tasks, where the data is split
    #[arg(long, value_enum, default_value_t = SplitArgument::Train)]
    data: SplitArgument,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

impl ScoreArguments {
    pub fn split(&self) -> Split {
        self.data.split()
    }
}
