//! A store: a thumbnail of each task of the data, by how far its best solver has come.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use arc_programs::task::TaskName;
use run_batt::job::given::{self, Owner};
use run_batt::library::Role;
use run_batt::one_line::one_line;
use run_batt::picture::{ShownStore, StoredTask, store_page};
use run_batt::shown_path::shown;
use run_batt::store::Store;
use run_batt::words::counted;

use super::picture_file;
use crate::cli::ShowTaskArguments;
use crate::commands::{ExitStatus, tell_of_data};
use crate::terminal::grids::{Block, columns, push_blocks};
use crate::terminal::{print_line, print_result};

/// Columns that a thumbnail's grid takes at most.
const SIDE: usize = 10;

/// Columns of a page where standard output is no terminal.
const COLUMNS: usize = 80;

/// The most tasks that a notice names.
const NAMED: usize = 8;

pub fn show(arguments: &ShowTaskArguments) -> anyhow::Result<ExitStatus> {
    let out = arguments.store.out();
    let store = Store::existing(out)?;
    let owner = Owner::Fixtures.or_stored(out);
    let source = given::tasks(arguments.tasks.as_deref(), owner, arguments.split())?;
    tell_of_data(&source);
    let mut status = ExitStatus::Done;
    let mut tell = |problem: String| {
        print_line(&format!("run_batt: {problem}"));
        status = ExitStatus::Incomplete;
    };
    let mut tasks = ShownStore::default();
    for name in source.names() {
        match source.load(name) {
            Ok(task) => {
                let best = store.best_score(Role::Solver, name)?;
                tasks.tasks.push(StoredTask::new(&task, best));
            }
            Err(error) => tell(format!("passed over: {error}")),
        }
    }
    let known: HashSet<TaskName> = source.names().collect();
    let mut lacking = store.tasks(Role::Solver)?;
    lacking.retain(|name| !known.contains(name));
    if !lacking.is_empty() {
        let named: Vec<&str> = lacking.iter().take(NAMED).map(TaskName::as_str).collect();
        let more = match lacking.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {}", counted(more, "other")),
        };
        tell(format!(
            "not drawn: {} of the store, not in {}: {}{more}; --tasks names their data",
            counted(lacking.len(), "task"),
            source.description(),
            named.join(", "),
        ));
    }
    let title = match store.out() == Path::new(".") {
        true => "store of this folder".to_owned(),
        false => one_line(&format!("store {}", shown(store.out()))).into_owned(),
    };
    if picture_file::is_asked_for(arguments) {
        let page = store_page(&title, &tasks, arguments.cell);
        picture_file::write(arguments, &page)?;
    } else {
        print_result(&page_of_text(&title, &tasks))?;
    }
    Ok(status)
}

fn page_of_text(title: &str, store: &ShownStore) -> String {
    let columns = columns().unwrap_or(COLUMNS);
    let mut text = format!("{title}\n");
    for (title, tasks) in store.groups() {
        let _ = writeln!(text, "\n{title}\n");
        let thumbnails: Vec<Block> = tasks.into_iter().map(thumbnail).collect();
        push_blocks(&mut text, &thumbnails, Some(columns));
    }
    text
}

fn thumbnail(task: &StoredTask) -> Block {
    let grids: Vec<Block> = match &task.example {
        None => Vec::new(),
        Some((input, output)) => {
            let grids = [Some(input), output.as_ref()];
            let block = |grid| Block::of_thumbnail(grid, SIDE);
            grids.into_iter().flatten().map(|own| block(own)).collect()
        }
    };
    Block::beside(&grids, 1)
        .under(&task.score())
        .under(task.name.as_str())
        .at_least(2 * SIDE + 1)
}
