//! A task: its samples, and what a program makes of them.

use std::fmt::Write as _;

use anyhow::{anyhow, bail};
use arc_programs::Solver;
use arc_programs::dsl::Dialect;
use arc_programs::evaluation::arity_concerns_in;
use arc_programs::program::Program;
use arc_programs::task::{Task, TaskName};
use run_batt::job::given::{self, Owner};
use run_batt::library::{BestStored, Role, StoredSolver};
use run_batt::one_line::one_line;
use run_batt::picture::{
    CELL, Difference, MadeOutput, ShownProgram, ShownSample, ShownTask, task_page,
};
use run_batt::shown_path::shown;
use run_batt::store::Store;
use run_batt::tasks::{TaskError, TaskSource};

use super::picture_file;
use crate::cli::ShowTaskArguments;
use crate::commands::given_programs::{Chosen, GivenPrograms, tell_concerns};
use crate::commands::idle_lines::idle_lines;
use crate::commands::{ExitStatus, dialect_of, tell_of_data};
use crate::terminal::grids::{Block, columns, push_blocks};
use crate::terminal::{print_line, print_result};

/// The program that is shown, and how it is called.
struct Subject {
    program: Program,
    dialect: &'static Dialect,
    place: String,
}

pub fn show(arguments: &ShowTaskArguments) -> anyhow::Result<ExitStatus> {
    let (task, subject, status) = match arguments.asked_program() {
        Some(asked) => {
            let source = source(arguments, Owner::User)?;
            let given = GivenPrograms::read(asked, asked_dialect(arguments)?)?;
            let Chosen { program, task } = given.chosen(asked)?;
            let first = || source.names().next().map(|name| name.to_string());
            let Some(name) = task.or_else(first) else {
                bail!("there are no tasks; give --tasks");
            };
            let dialect = given.dialect_of(program)?;
            tell_concerns(&given, program, dialect);
            if let Some(listing) = given.listing_of(program)
                && let Some(notice) = idle_lines(listing, program, dialect)
            {
                print_line(&format!("run_batt: {}: {notice}", given.place));
            }
            let subject = Subject {
                program: program
                    .clone()
                    .renamed(program.name(), dialect.parameter_names()),
                dialect,
                place: given.place.clone(),
            };
            let task = source.load(source.find(&name)?)?;
            (task, Some(subject), ExitStatus::Done)
        }
        None => of_store(arguments)?,
    };
    let shown = match subject {
        Some(subject) => with_program(&task, &subject, arguments)?,
        None => ShownTask::of(&task),
    };
    if picture_file::is_asked_for(arguments) {
        let page = task_page(&shown, arguments.cell.unwrap_or(CELL));
        picture_file::write(arguments, &page)?;
    } else {
        print_result(&page_of_text(&shown))?;
    }
    let is_complete = |sample: &ShownSample| {
        let made = sample.output.as_ref().map(|output| &output.made);
        !matches!(made, Some(MadeOutput::Nothing))
    };
    Ok(match shown.samples.iter().all(is_complete) {
        true => status,
        false => ExitStatus::Incomplete,
    })
}

/// The dialect that is asked for, or that of the store that is named.
fn asked_dialect(arguments: &ShowTaskArguments) -> anyhow::Result<Option<&'static Dialect>> {
    let asked = arguments.dialect.asked();
    match Store::existing(arguments.store.out()) {
        Ok(store) if arguments.store.is_named() => Ok(Some(dialect_of(&store, asked)?)),
        _ => Ok(asked),
    }
}

fn source(arguments: &ShowTaskArguments, owner: Owner) -> anyhow::Result<TaskSource> {
    let source = given::tasks(arguments.tasks.as_deref(), owner, arguments.split())?;
    tell_of_data(&source);
    Ok(source)
}

/// The task that is asked for, with the best solver that the store has of it. Where there
/// is none, the task is shown alone, which is told where there is a store, and which is
/// less than was asked for where the store was named.
fn of_store(arguments: &ShowTaskArguments) -> anyhow::Result<(Task, Option<Subject>, ExitStatus)> {
    let out = arguments.store.out();
    let store = Store::existing(out);
    let source = source(arguments, Owner::Fixtures.or_stored(out))?;
    let asked = arguments.task.as_deref().unwrap_or_default();
    let name = source
        .find(asked)
        .map_err(|error| not_in_data(error, asked, &source, store.as_ref().ok()))?;
    let task = source.load(name)?;
    let of_none = match arguments.store.is_named() {
        true => ExitStatus::Incomplete,
        false => ExitStatus::Done,
    };
    let store = match store {
        Ok(store) => store,
        Err(error) => {
            if arguments.store.is_named() {
                print_line(&format!("run_batt: {error}; task {name} is shown alone"));
            }
            return Ok((task, None, of_none));
        }
    };
    let dialect = dialect_of(&store, arguments.dialect.asked())?;
    let BestStored {
        solver,
        passed_over,
    } = BestStored::of(&store, name)?;
    for problem in &passed_over {
        print_line(&format!("run_batt: passed over: {problem}"));
    }
    let Some(StoredSolver { program, path, .. }) = solver else {
        print_line(&format!(
            "run_batt: {}: found no solver of task {name}, which is shown alone",
            shown(&store.links(Role::Solver))
        ));
        let status = match passed_over.is_empty() {
            true => of_none,
            false => ExitStatus::Incomplete,
        };
        return Ok((task, None, status));
    };
    let place = shown(&path).to_string();
    for concern in arity_concerns_in(dialect, &program) {
        print_line(&format!("run_batt: {place}: {concern}"));
    }
    let status = match passed_over.is_empty() {
        true => ExitStatus::Done,
        false => ExitStatus::Incomplete,
    };
    let subject = Subject {
        program,
        dialect,
        place,
    };
    Ok((task, Some(subject), status))
}

/// The error for a task that the data do not have; where the store has solvers of it, that
/// is said.
fn not_in_data(
    error: TaskError,
    asked: &str,
    source: &TaskSource,
    store: Option<&Store>,
) -> anyhow::Error {
    let of_store = || {
        let (store, name) = (store?, asked.parse::<TaskName>().ok()?);
        let tree = store.tree(Role::Solver, name).ok()?;
        tree.best()?;
        Some(anyhow!(
            "{}: has solvers of task {name}, which is not in {}; --tasks names the data that it is of",
            shown(&store.links(Role::Solver)),
            source.description()
        ))
    };
    of_store().unwrap_or_else(|| error.into())
}

fn with_program(
    task: &Task,
    subject: &Subject,
    arguments: &ShowTaskArguments,
) -> anyhow::Result<ShownTask> {
    let Subject {
        program,
        dialect,
        place,
    } = subject;
    if program.name().starts_with(Role::Differ.function_name()) {
        bail!(
            "{place}: {} is a differ, expected a solver; run_batt eval evaluates it",
            program.name()
        );
    }
    let solver =
        Solver::in_dialect(dialect, program).map_err(|error| anyhow!("{place}: {error}"))?;
    let outputs = solver.on_task(task, arguments.limits()).map_err(|_| {
        anyhow!(
            "the samples of task {} are more than a value holds",
            task.name
        )
    })?;
    let program = ShownProgram {
        name: place.clone(),
        text: program.expanded_file(),
    };
    Ok(ShownTask::of(task).with_program(program, outputs))
}

/// The task for a person at a terminal.
fn page_of_text(task: &ShownTask) -> String {
    let mut text = format!("task {}\n", task.name);
    if let (Some(program), Some((score, full))) = (&task.program, task.score()) {
        let _ = writeln!(
            text,
            "{}: score {score} of {}",
            one_line(&program.name),
            full.score
        );
    }
    for sample in &task.samples {
        push_sample(&mut text, sample);
    }
    if let Some(program) = &task.program {
        text.push('\n');
        for line in program.text.lines() {
            let _ = writeln!(text, "{}", one_line(line));
        }
    }
    text
}

fn push_sample(text: &mut String, sample: &ShownSample) {
    let columns = columns();
    let grid = |label: &str, grid, difference: Option<&Difference>| {
        Block::of_grid(grid, difference, columns).under(label)
    };
    let told = |label: &str, told: &str| Block::of_lines(vec![told.to_owned()]).under(label);
    let _ = match &sample.output {
        Some(output) => writeln!(text, "\n{}: {output}", sample.name),
        None => writeln!(text, "\n{}", sample.name),
    };
    let mut blocks = vec![grid("input", &sample.input, None)];
    blocks.push(match &sample.expected {
        Some(expected) => grid("expected", expected, None),
        None => told("expected", "not known"),
    });
    blocks.extend(sample.output.as_ref().map(|output| match &output.made {
        MadeOutput::Grid(own, difference) => grid("output", own, difference.as_ref()),
        MadeOutput::Value(value) => told("output", &one_line(value)),
        MadeOutput::Nothing => told("output", "none"),
    }));
    push_blocks(text, &blocks, columns);
}
