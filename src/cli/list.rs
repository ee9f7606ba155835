//! `run_batt list`.

use std::path::PathBuf;

use clap::Args;
use run_batt::library::Role;
use run_batt::tasks::{Selection, Shard, Split};

use super::common::{ArcGenArguments, DialectArguments, Format};
use super::partition::OwnShard;
use super::run::{Environment, WhichArguments};

/// List tasks, or with --solvers or --differs the programs in them
#[derive(Debug, Args)]
pub struct ListArguments {
    #[command(flatten)]
    which: WhichArguments,
    /// ARC tasks, as for run_batt [default: the fixtures; with --solvers,
    /// ../arc-prize-2025 if it is there]
    #[arg(long, value_name = "PATH")]
    pub tasks: Option<PathBuf>,
    #[command(flatten)]
    pub generated: ArcGenArguments,
    /// List the solvers in these .py files or folders of them
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub solvers: Vec<PathBuf>,
    /// List the differs in these .py files or folders of them
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub differs: Vec<PathBuf>,
    #[command(flatten)]
    pub dialect: DialectArguments,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

impl ListArguments {
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

    /// The paths of programs, by their role; none for those that are not asked for.
    pub fn programs(&self) -> impl Iterator<Item = (Role, &[PathBuf])> {
        let both = [
            (Role::Solver, self.solvers.as_slice()),
            (Role::Differ, self.differs.as_slice()),
        ];
        both.into_iter().filter(|(_, paths)| !paths.is_empty())
    }
}
