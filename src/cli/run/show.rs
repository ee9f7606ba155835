//! What to show.

use std::time::Duration;

use clap::Args;
use run_batt::telemetry::LogDetail;

use crate::cli::common::Format;
use crate::cli::values::parse_period;

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

impl ShowArguments {
    /// What the log tells.
    pub(super) fn detail(&self) -> LogDetail {
        match self.verbose {
            true => LogDetail::All,
            false => LogDetail::Normal,
        }
    }
}
