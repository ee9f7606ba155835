//! `run_batt --dry-run`: what would be run, with nothing run or written.

use std::fmt::Write;
use std::path::PathBuf;

use arc_programs::dsl::REFERENCE;
use arc_programs::task::TaskName;
use run_batt::job::{Job, Libraries, Programs};
use run_batt::library::Library;
use run_batt::run;
use run_batt::words::counted;
use serde::Serialize;

use super::ExitStatus;
use super::task_table::{RunRow, TaskRow, table};
use crate::cli::Format;
use crate::terminal::{print_line, print_result};

/// What would be run, as JSON.
#[derive(Serialize)]
struct DryRun {
    data: String,
    /// Where it is not the reference's.
    #[serde(skip_serializing_if = "Option::is_none")]
    dialect: Option<&'static str>,
    tasks: Vec<TaskRow>,
    /// `null` where each task has programs of its own.
    card: Option<CardShape>,
    out: PathBuf,
    workers: usize,
    /// Functions and files that would be passed over.
    skipped: Vec<String>,
    notices: Vec<String>,
}

/// What a card for all tasks has.
#[derive(Serialize)]
struct CardShape {
    calls: usize,
    solvers: usize,
    differs: usize,
}

/// Shows what a job would do.
pub fn show(job: &Job, format: Format) -> anyhow::Result<ExitStatus> {
    let tasks: Vec<TaskRow> = job
        .selected
        .iter()
        .map(|&task| Ok(TaskRow::read(&job.tasks, task, Some(run_of(job, task)?))))
        .collect::<anyhow::Result<_>>()?;
    let (card, skipped) = match &job.programs {
        Programs::Card(card) => {
            let shape = CardShape {
                calls: card.len(),
                solvers: card.solvers().len(),
                differs: card.differs().count(),
            };
            (Some(shape), Vec::new())
        }
        Programs::Libraries(libraries) => {
            let both = [&libraries.solvers, &libraries.differs];
            let skipped = both.into_iter().flat_map(Library::skipped);
            (None, skipped.map(ToString::to_string).collect())
        }
    };
    let dry_run = DryRun {
        data: job.tasks.description(),
        dialect: (job.dialect != &REFERENCE).then(|| job.dialect.name()),
        tasks,
        card,
        out: job.store.out().to_owned(),
        workers: job.profile.workers,
        skipped,
        notices: job.notices.clone(),
    };
    let text = match format {
        Format::Text => page(&dry_run),
        Format::Json => serde_json::to_string(&dry_run)? + "\n",
    };
    for notice in &dry_run.notices {
        print_line(&format!("run_batt: {notice}"));
    }
    for skipped in &dry_run.skipped {
        print_line(&format!("run_batt: skipped: {skipped}"));
    }
    print_result(&text)?;
    let is_complete = dry_run.skipped.is_empty()
        && job.unused_solvers == 0
        && dry_run.tasks.iter().all(TaskRow::is_sound);
    Ok(match is_complete {
        true => ExitStatus::Done,
        false => ExitStatus::Incomplete,
    })
}

fn run_of(job: &Job, task: TaskName) -> anyhow::Result<RunRow> {
    let (solvers, differs) = match &job.programs {
        Programs::Card(_) => (None, None),
        Programs::Libraries(libraries) => {
            let Libraries { solvers, differs } = &**libraries;
            let of = |library: &Library| {
                library.shared().len()
                    + library.of_task(task).len()
                    + library.files_of_task(task).len()
            };
            (Some(of(solvers)), Some(of(differs)))
        }
    };
    // To find out what a task is run with costs as much as to begin it.
    let finished = run::is_passed_over(job, task)?;
    Ok(RunRow {
        solvers,
        differs,
        finished,
    })
}

fn page(dry_run: &DryRun) -> String {
    let mut page = table(&dry_run.tasks);
    let finished = |row: &&TaskRow| row.run.as_ref().is_some_and(|run| run.finished);
    let before = dry_run.tasks.iter().filter(finished).count();
    let passed_over = match before {
        0 => String::new(),
        before => format!(", {before} passed over"),
    };
    let _ = writeln!(
        page,
        "\ntasks     {} would be run{passed_over}",
        dry_run.tasks.len() - before
    );
    let _ = writeln!(page, "data      {}", dry_run.data);
    if let Some(dialect) = dry_run.dialect {
        let _ = writeln!(page, "dialect   {dialect}");
    }
    if let Some(card) = &dry_run.card {
        let _ = writeln!(
            page,
            "card      {}, {}, {}",
            counted(card.calls, "call"),
            counted(card.solvers, "solver"),
            counted(card.differs, "differ")
        );
    }
    let _ = writeln!(page, "store     {}", dry_run.out.display());
    let _ = writeln!(page, "threads   {}", dry_run.workers);
    page.push_str("nothing was run, and nothing written\n");
    page
}
