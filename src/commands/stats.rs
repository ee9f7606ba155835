//! `run_batt stats`: how far a search has come.

use run_batt::job::given;
use run_batt::stats::Stats;
use run_batt::store::Store;
use run_batt::tasks::Split;

use super::ExitStatus;
use crate::cli::{Format, StatsArguments};
use crate::terminal::print_result;

pub fn execute(arguments: &StatsArguments) -> anyhow::Result<ExitStatus> {
    let store = Store::existing(arguments.output.store.out())?;
    let owner = given::Owner::Fixtures.or_stored(arguments.output.store.out());
    let tasks = given::tasks(arguments.tasks.as_deref(), owner, Split::Both)?;
    let stats = Stats::read(&store, &tasks, &arguments.output.logs)?;
    let text = match arguments.format {
        Format::Text => stats.to_string(),
        Format::Json => serde_json::to_string(&stats)?,
    };
    print_result(&format!("{text}\n"))?;
    Ok(ExitStatus::Done)
}
