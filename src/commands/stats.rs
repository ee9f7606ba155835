//! `run_batt stats`: how far a search has come.

use anyhow::Context;
use run_batt::job::given;
use run_batt::stats::{Stats, StatsTasks};
use run_batt::store::Store;
use run_batt::tasks::Split;
use run_batt::telemetry::{times_of, times_text};
use run_batt::text_file::write_text;

use super::{ExitStatus, tell_of_data};
use crate::cli::{Format, StatsArguments};
use crate::terminal::print_result;

pub fn execute(arguments: &StatsArguments) -> anyhow::Result<ExitStatus> {
    let out = arguments.output.store.out();
    let store = Store::existing(out)?;
    let owner = given::Owner::Fixtures.or_stored(out);
    let path = arguments.tasks.as_deref();
    let tasks = given::tasks(path, owner, Split::Both);
    let (named, usual) = match path {
        Some(_) => {
            let tasks = tasks?;
            tell_of_data(&tasks);
            (Some(tasks), None)
        }
        // The records say what is needed of them.
        None => (None, tasks.ok()),
    };
    let tasks = match &named {
        Some(tasks) => StatsTasks::Named(tasks),
        None => StatsTasks::Recorded(usual.as_ref()),
    };
    let stats = Stats::read(&store, tasks, &arguments.output.place())?;
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
