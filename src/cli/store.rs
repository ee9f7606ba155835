//! What looks at a store and its logs, or changes them.

use std::path::PathBuf;

use arc_programs::batt::SampleBudget;
use clap::{Args, ValueHint};
use run_batt::doctor::Treatment;
use run_batt::merge::Logs;
use run_batt::report::Since;
use run_batt::store::{Exclusion, Tidying};
use run_batt::telemetry::{LogBound, LogPlace};

use super::common::{DialectArguments, Format, OutputArguments, StoreArguments, TimeoutArguments};
use super::run::{LogSizeArguments, WorkerArguments};
use super::values::parse_since;

/// Show how far a store is: tasks solved, best scores, and how they moved
#[derive(Debug, Args)]
pub struct StatsArguments {
    /// ARC tasks, which tell what a full score is [default: ../arc-prize-2025 if it
    /// is there, else the fixtures]
    #[arg(long, value_name = "PATH")]
    pub tasks: Option<PathBuf>,
    #[command(flatten)]
    pub output: OutputArguments,
    /// Write how long each task took into this file, for --partition balanced:K/N
    #[arg(long, value_name = "FILE")]
    pub times: Option<PathBuf>,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Merge stores that shared no disk into one, with their logs
///
/// All programs, the best 32 links of each task, and all records; in any order, as often
/// as one likes, and while instances run. What is damaged is left out and named.
#[derive(Debug, Args)]
pub struct MergeArguments {
    /// The folder of the store that the others are merged into; made where it is missing
    #[arg(value_name = "INTO", value_hint = ValueHint::DirPath)]
    pub into: PathBuf,
    /// The folders of the others, which stay as they are
    #[arg(value_name = "FROM", value_hint = ValueHint::DirPath, required = true)]
    pub from: Vec<PathBuf>,
    /// Where the logs of INTO are [default: logs under it]
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    logs: Option<PathBuf>,
    /// A folder with logs of FROM that are not under it, where runs were given --logs; of
    /// each the records that name it are taken. May be given several times
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    from_logs: Vec<PathBuf>,
    #[command(flatten)]
    log_size: LogSizeArguments,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

impl MergeArguments {
    /// Logs that are not under their stores.
    pub fn logs(&self) -> Logs {
        let into = self.logs.clone();
        Logs {
            into: into.map_or(LogPlace::OfStore, LogPlace::Named),
            from: self.from_logs.clone(),
            bound: LogBound {
                bytes: self.log_size.bytes(),
                // All stay: the next run removes what is too much, and remembers it.
                ..LogBound::DEFAULT
            },
        }
    }
}

/// Write a page that tells a search's story: progress, tasks drawn, pace, what is new
///
/// One file of HTML, which asks for nothing from anywhere. It is made of the store, its
/// records and the data; where one of these is missing, of the others.
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// The file to write; - for standard output
    #[arg(short, long, value_name = "FILE", default_value = "report.html")]
    pub output: PathBuf,
    /// Since when something is new: a date such as 2026-11-20 or 2026-11-20T08:00, or how
    /// long ago, such as 8h or 7d
    #[arg(long, value_name = "WHEN", default_value = "24h", value_parser = parse_since)]
    pub since: Since,
    /// ARC tasks that are drawn, and tell what a full score is [default: those that the
    /// records remember; else ../arc-prize-2025 if it is there, else the fixtures]
    #[arg(long, value_name = "PATH")]
    pub tasks: Option<PathBuf>,
    #[command(flatten)]
    pub place: OutputArguments,
    #[command(flatten)]
    pub dialect: DialectArguments,
    #[command(flatten)]
    pub workers: WorkerArguments,
    #[command(flatten)]
    timeout: TimeoutArguments,
}

impl ReportArguments {
    /// Budget of a program on a sample.
    pub fn budget(&self) -> SampleBudget {
        self.timeout.budget()
    }
}

/// Watch the instances of a store while they are at work: who runs what, how fast, what
/// was found, what went wrong
///
/// On a terminal, with keys: sort, open a task, stop an instance in order, ? for all of
/// them. It keeps no run waiting and writes nothing; instances of other machines are
/// shown too.
#[derive(Debug, Args)]
pub struct WatchArguments {
    /// ARC tasks, to draw them [default: those of the last run, as its records say, if
    /// they are there; else as for run_batt]
    #[arg(long, value_name = "PATH")]
    pub tasks: Option<PathBuf>,
    #[command(flatten)]
    pub output: OutputArguments,
    /// Print the same once, as text
    #[arg(long)]
    pub once: bool,
}

/// Remove from a store what is of no use: programs that nothing links to,
/// programs over 10 kB, links that lead nowhere, empty folders
#[derive(Debug, Args)]
pub struct TidyArguments {
    #[command(flatten)]
    pub store: StoreArguments,
    /// Keep linked programs over 10 kB
    #[arg(long)]
    unlinked: bool,
    #[command(flatten)]
    pub exclusion: ExclusionArguments,
    /// Show errors only
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct ExclusionArguments {
    /// No instance is at work in this store: go on where the file system has no locks that
    /// would keep one out
    #[arg(long)]
    alone: bool,
}

impl ExclusionArguments {
    /// What keeps others out.
    pub fn exclusion(&self) -> Exclusion {
        match self.alone {
            true => Exclusion::User,
            false => Exclusion::Locks,
        }
    }
}

impl DoctorArguments {
    pub fn treatment(&self) -> Treatment {
        match self.fix {
            true => Treatment::Fix(self.exclusion.exclusion()),
            false => Treatment::Look,
        }
    }
}

impl TidyArguments {
    pub fn what(&self) -> Tidying {
        match self.unlinked {
            true => Tidying::Unlinked,
            false => Tidying::All,
        }
    }
}

/// Examine a store and its logs, and repair them: programs that are not what their
/// names say, dead links, broken lines, tasks begun and not ended
#[derive(Debug, Args)]
pub struct DoctorArguments {
    #[command(flatten)]
    pub output: OutputArguments,
    /// Repair what is found
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    exclusion: ExclusionArguments,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Remove the store and the logs, those that were rotated too, and nothing that
/// run_batt did not write
///
/// Says what that is and asks first, where there is a terminal.
#[derive(Debug, Args)]
pub struct ClearArguments {
    #[command(flatten)]
    pub output: OutputArguments,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}
