//! `run_batt report`: a search's story as a page.

use std::path::Path;

use run_batt::clock::{Clock, SystemClock};
use run_batt::pool::Pool;
use run_batt::report::page::page;
use run_batt::report::{Making, Report};
use run_batt::shown_path::shown;
use run_batt::store::Store;
use run_batt::text_file::write_text;
use run_batt::words::counted;

use super::machine::resources;
use super::tasks_of_store::TasksOfStore;
use super::{ExitStatus, dialect_of};
use crate::cli::ReportArguments;
use crate::terminal::{print_line, print_result};

pub fn execute(arguments: &ReportArguments) -> anyhow::Result<ExitStatus> {
    let resources = resources(&arguments.workers, arguments.budget())?;
    if let Some(notice) = resources.notice() {
        print_line(&format!("run_batt: {notice}"));
    }
    let out = arguments.place.store.out();
    let store = Store::at(out);
    let dialect = dialect_of(&store, arguments.dialect.asked())?;
    let tasks = TasksOfStore::open(arguments.tasks.as_deref(), out)?;
    let making = Making {
        store: &store,
        dialect,
        logs: &arguments.place.place(),
        tasks: tasks.for_stats(),
        since: arguments.since,
        budget: resources.budget,
        now: &SystemClock::start().timestamp(),
    };
    let report = making.on(&Pool::new(&resources.profile))?;
    for notice in &report.notices {
        print_line(&format!("run_batt: {notice}"));
    }
    let page = page(&report);
    let output = &arguments.output;
    if output == Path::new("-") {
        print_result(&page)?;
        print_line(&line(&report, output));
    } else {
        write_text(output, &page)?;
        print_result(&format!("{}\n", line(&report, output)))?;
    }
    Ok(ExitStatus::Done)
}

/// What a person wants to know of a page that was written.
fn line(report: &Report, output: &Path) -> String {
    let place = match output == Path::new("-") {
        true => "run_batt".to_owned(),
        false => shown(output).to_string(),
    };
    let stats = &report.stats;
    format!(
        "{place}: {} of {} solved, {}, {} with news since {}",
        stats.solved,
        counted(stats.tasks, "task"),
        counted(stats.number_of_rounds(), "round"),
        report.news.tasks.len(),
        report.news.since.get(..16).unwrap_or(&report.news.since),
    )
}
