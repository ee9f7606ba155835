//! `run_batt submit`: what a store has found, handed in.

use std::path::Path;

use run_batt::job::given::{self, Owner};
use run_batt::job::settle_limits;
use run_batt::pool::Pool;
use run_batt::shown_path::shown;
use run_batt::store::Store;
use run_batt::submission::{Made, Making};
use run_batt::text_file::write_text;
use run_batt::words::counted;
use serde::Serialize;

use super::machine::{environment, resources};
use super::{ExitStatus, dialect_of, tell_of_data, tell_of_shard};
use crate::cli::{Format, SubmitArguments};
use crate::terminal::{print_line, print_result};

/// What was written, as JSON.
#[derive(Serialize)]
struct Record<'a> {
    output: String,
    data: String,
    tasks: usize,
    test_samples: usize,
    /// Tasks with a program that is exact on all demo samples.
    exact: usize,
    /// Tasks without a program.
    without_program: usize,
    passed_over: &'a [String],
}

pub fn execute(arguments: &SubmitArguments) -> anyhow::Result<ExitStatus> {
    let resources = resources(&arguments.workers, arguments.budget())?;
    let store = Store::existing(arguments.store.out())?;
    let dialect = dialect_of(&store, arguments.dialect.asked())?;
    let owner = Owner::Fixtures.or_stored(store.out());
    let tasks = given::tasks(arguments.tasks.as_deref(), owner, arguments.split())?;
    tell_of_data(&tasks);
    let shard = tell_of_shard(arguments.shard(&environment)?);
    let selection = arguments.selection(rand::random, shard);
    let selected = selection.select(&tasks)?.tasks;
    let (budget, told) = settle_limits(arguments.limits(), &tasks, resources.budget);
    for notice in told.into_iter().chain(resources.notice()) {
        print_line(&format!("run_batt: {notice}"));
    }
    let making = Making {
        tasks: &tasks,
        selected: &selected,
        store: &store,
        dialect,
        budget,
    };
    let made = making.on(&Pool::new(&resources.profile));
    for passed_over in &made.passed_over {
        print_line(&format!("run_batt: passed over: {passed_over}"));
    }
    making.check(&made)?;
    let output = &arguments.output;
    let told = match arguments.format {
        Format::Text => line(&made, output),
        Format::Json => serde_json::to_string(&Record {
            output: output.display().to_string(),
            data: tasks.description(),
            tasks: made.tasks(),
            test_samples: made.test_samples(),
            exact: made.exact,
            without_program: made.without_program,
            passed_over: &made.passed_over,
        })?,
    };
    let text = made.submission.to_json();
    if output == Path::new("-") {
        print_result(&text)?;
        print_line(&told);
    } else {
        write_text(output, &text)?;
        print_result(&format!("{told}\n"))?;
    }
    Ok(match made.passed_over.is_empty() {
        true => ExitStatus::Done,
        false => ExitStatus::Incomplete,
    })
}

/// What a person wants to know of a submission.
fn line(made: &Made, output: &Path) -> String {
    let place = match output == Path::new("-") {
        true => "run_batt".to_owned(),
        false => shown(output).to_string(),
    };
    format!(
        "{place}: {}, {}; with a program exact on all demos: {}, without a program: {}",
        counted(made.tasks(), "task"),
        counted(made.test_samples(), "test sample"),
        made.exact,
        made.without_program
    )
}
