//! `run_batt card`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use clap_complete::ArgValueCandidates;
use run_batt::tasks::{Asked, Selection, Shard, Split};

use super::common::{DialectArguments, MutationArguments, SplitArgument, StoreArguments};
use super::completion;
use super::partition::{OwnShard, PartitionArguments};
use super::run::Environment;
use super::values::{parse_at_least_one, parse_from_zero};

/// Draw programs from a store, mutate them, and write the card that they make
#[derive(Debug, Args)]
pub struct CardArguments {
    /// Draw solvers for N tasks
    #[arg(
        short,
        long,
        value_name = "N",
        default_value_t = 32,
        allow_negative_numbers = true,
        value_parser = parse_at_least_one
    )]
    pub count: usize,
    /// Draw for these tasks only (several, repeated or comma-separated)
    #[arg(
        short,
        long = "task",
        value_name = "NAME",
        num_args = 1..,
        value_delimiter = ',',
        add = ArgValueCandidates::new(completion::task_ids)
    )]
    pub task: Vec<String>,
    #[command(flatten)]
    partition: PartitionArguments,
    /// Draw from this seed [default: a new one, which is told]
    #[arg(
        long,
        value_name = "SEED",
        allow_negative_numbers = true,
        value_parser = parse_from_zero::<u64>
    )]
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
    /// ARC tasks, as for run_batt [default: the fixtures; with --solvers, or solvers
    /// in the store, ../arc-prize-2025 if it is there]
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
    #[command(flatten)]
    pub store: StoreArguments,
    #[command(flatten)]
    pub dialect: DialectArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CardFormat {
    Json,
    Py,
}

impl CardArguments {
    pub fn split(&self) -> Split {
        self.data.split()
    }

    pub(super) fn check(&self) -> Result<(), String> {
        self.partition.check(false, self.seed)
    }

    /// The shard that is taken of the tasks.
    pub fn shard(&self, environment: Environment<'_>) -> anyhow::Result<OwnShard> {
        self.partition.shard(environment)
    }

    /// The tasks that may be drawn: all, or those that are given, of this shard.
    pub fn among(&self, shard: Option<Shard>) -> Selection {
        Selection {
            only: self.task.iter().cloned().map(Asked::Task).collect(),
            shard,
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
