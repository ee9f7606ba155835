//! `run_batt stats`: how far a search has come.

use anyhow::Context;
use run_batt::stats::Stats;
use run_batt::store::Store;
use run_batt::telemetry::{times_of, times_text};
use run_batt::text_file::write_text;

use super::ExitStatus;
use super::tasks_of_store::TasksOfStore;
use crate::cli::{Format, StatsArguments};
use crate::terminal::print_result;

pub fn execute(arguments: &StatsArguments) -> anyhow::Result<ExitStatus> {
    let out = arguments.output.store.out();
    let store = Store::existing(out)?;
    let tasks = TasksOfStore::open(arguments.tasks.as_deref(), out)?;
    let stats = Stats::read(&store, tasks.for_stats(), &arguments.output.place())?;
    if let Some(path) = &arguments.times {
        let times = times_of(out, &arguments.output.place())?;
        write_text(path, &times_text(&times)).context("--times")?;
    }
    let text = match arguments.format {
        Format::Text => stats.to_string(),
        Format::Json => serde_json::to_string(&stats)?,
    };
    print_result(&format!("{text}\n"))?;
    Ok(ExitStatus::Done)
}
