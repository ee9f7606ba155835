//! `run_batt list`: which tasks there are, or which programs.

use std::fmt::Write;

use arc_programs::dsl::Dialect;
use arc_programs::evaluation::{Plan, arity_concerns_in};
use arc_programs::program::{Expression, InlineBudget, Program};
use arc_programs::task::TaskName;
use run_batt::job::SettledDialect;
use run_batt::job::given::{self, Owner};
use run_batt::library::{Library, NamedProgram, Role};
use run_batt::tasks::{Selection, TaskSource};
use run_batt::words::counted;
use serde::Serialize;

use super::machine::environment;
use super::task_table::{TaskRow, table};
use super::{ExitStatus, tell_of_data, tell_of_shard};
use crate::cli::{Format, ListArguments};
use crate::terminal::{print_line, print_result};

pub fn execute(arguments: &ListArguments) -> anyhow::Result<ExitStatus> {
    let owner = Owner::given(!arguments.solvers.is_empty());
    let source = given::tasks(arguments.tasks.as_deref(), owner, arguments.split())?;
    tell_of_data(&source);
    let shard = tell_of_shard(arguments.shard(&environment)?);
    let selection = arguments.selection(rand::random, shard);
    let selected = selection.select(&source)?.tasks;
    let settled = SettledDialect::of(arguments.dialect.asked(), None, &arguments.solvers)?;
    if let Some(notice) = &settled.notice {
        print_line(&format!("run_batt: {notice}"));
    }
    let libraries: Vec<Library> = arguments
        .programs()
        .map(|(role, paths)| given::library(role, settled.or_default(), paths))
        .collect::<Result<_, _>>()?;
    if libraries.is_empty() {
        let has_arc_gen = arguments.generated.arc_gen;
        return tasks(&source, &selected, has_arc_gen, arguments.format);
    }
    programs(&libraries, &selection, &selected, arguments.format)
}

/// The tasks as JSON.
#[derive(Serialize)]
struct TaskList<'a> {
    data: String,
    tasks: &'a [TaskRow],
}

fn tasks(
    source: &TaskSource,
    selected: &[TaskName],
    has_arc_gen: bool,
    format: Format,
) -> anyhow::Result<ExitStatus> {
    let row = |&name: &TaskName| {
        let row = TaskRow::read(source, name, None);
        match has_arc_gen {
            true => row.with_arc_gen(source, name),
            false => row,
        }
    };
    let rows: Vec<TaskRow> = selected.iter().map(row).collect();
    let data = source.description();
    let is_sound = rows.iter().all(TaskRow::is_sound);
    let text = match format {
        Format::Text => format!(
            "{}\n{} of {data}\n",
            table(&rows),
            counted(rows.len(), "task")
        ),
        Format::Json => serde_json::to_string(&TaskList { data, tasks: &rows })? + "\n",
    };
    print_result(&text)?;
    Ok(status(is_sound))
}

fn status(is_sound: bool) -> ExitStatus {
    match is_sound {
        true => ExitStatus::Done,
        false => ExitStatus::Incomplete,
    }
}

/// A program.
#[derive(Serialize)]
struct ProgramRow {
    role: &'static str,
    name: String,
    /// `null` where it is for all.
    task: Option<String>,
    /// Number of calls.
    calls: usize,
    /// The name that a store gives it.
    md5: String,
    /// The score that a store says.
    score: Option<u64>,
    /// What is wrong with it.
    problems: Vec<String>,
}

/// The programs as JSON.
#[derive(Serialize)]
struct ProgramList {
    programs: Vec<ProgramRow>,
    skipped: Vec<String>,
}

fn programs(
    libraries: &[Library],
    selection: &Selection,
    selected: &[TaskName],
    format: Format,
) -> anyhow::Result<ExitStatus> {
    let everything = Selection {
        seed: selection.seed,
        ..Selection::default()
    };
    let is_wanted = |task: TaskName| *selection == everything || selected.contains(&task);
    let mut list = ProgramList {
        programs: Vec::new(),
        skipped: Vec::new(),
    };
    for library in libraries {
        list.add(library, is_wanted);
    }
    for skipped in &list.skipped {
        print_line(&format!("run_batt: skipped: {skipped}"));
    }
    let text = match format {
        Format::Text => page(&list),
        Format::Json => serde_json::to_string(&list)? + "\n",
    };
    print_result(&text)?;
    let is_sound = |row: &ProgramRow| row.problems.is_empty();
    Ok(status(
        list.skipped.is_empty() && list.programs.iter().all(is_sound),
    ))
}

impl ProgramList {
    fn add(&mut self, library: &Library, is_wanted: impl Fn(TaskName) -> bool) {
        let (role, dialect) = (library.role(), library.dialect());
        let row =
            |task, named: &NamedProgram, score| ProgramRow::new(role, dialect, task, named, score);
        let skipped = library.skipped().iter();
        self.skipped.extend(skipped.map(ToString::to_string));
        for named in library.shared() {
            self.programs.push(row(None, named, None));
        }
        for task in library.tasks().into_iter().filter(|task| is_wanted(*task)) {
            for named in library.of_task(task) {
                self.programs.push(row(Some(task), named, None));
            }
            for file in library.files_of_task(task) {
                let content = file.read();
                let skipped = content.skipped.iter();
                self.skipped.extend(skipped.map(ToString::to_string));
                let score = file.standing().map(|standing| standing.score);
                for named in &content.programs {
                    self.programs.push(row(Some(task), named, score));
                }
            }
        }
    }
}

impl ProgramRow {
    fn new(
        role: Role,
        dialect: &'static Dialect,
        task: Option<TaskName>,
        named: &NamedProgram,
        score: Option<u64>,
    ) -> Self {
        let NamedProgram { name, program } = named;
        let is_call = |(_, own): &(_, Expression<'_>)| matches!(own, Expression::Call { .. });
        Self {
            role: match role {
                Role::Solver => "solver",
                Role::Differ => "differ",
            },
            name: name.clone(),
            task: task.map(|task| task.to_string()),
            calls: program.expressions().filter(is_call).count(),
            md5: program.inline(InlineBudget::DEFAULT).identity.to_string(),
            score,
            problems: problems(dialect, program),
        }
    }
}

/// Names that mean nothing, and wrong numbers of arguments.
fn problems(dialect: &'static Dialect, program: &Program) -> Vec<String> {
    let unknown = Plan::check(dialect, program).err();
    let unknown = unknown.map(|error| error.to_string());
    let concerns = arity_concerns_in(dialect, program);
    let concerns = concerns.iter().map(ToString::to_string);
    unknown.into_iter().chain(concerns).collect()
}

fn page(list: &ProgramList) -> String {
    let rows = &list.programs;
    let longest = |length: fn(&ProgramRow) -> usize| rows.iter().map(length).max().unwrap_or(0);
    let width = longest(|row| row.name.chars().count()).clamp(7, 40);
    let mut page = String::new();
    if !rows.is_empty() {
        let _ = writeln!(page, "{:width$}  task      calls  score  md5", "program");
    }
    for row in rows {
        let task = row.task.as_deref().unwrap_or("all");
        let score = row
            .score
            .map_or_else(|| "-".to_owned(), |own| own.to_string());
        let _ = writeln!(
            page,
            "{:width$}  {task:8}  {:>5}  {score:>5}  {}",
            row.name, row.calls, row.md5
        );
        for problem in &row.problems {
            let _ = writeln!(page, "    {problem}");
        }
    }
    let of = |role: &str| rows.iter().filter(|row| row.role == role).count();
    let _ = writeln!(
        page,
        "\n{}, {}",
        counted(of("solver"), "solver"),
        counted(of("differ"), "differ")
    );
    page
}
