//! `run_batt score`: a submission against known solutions.

use anyhow::{Context, anyhow};
use arc_programs::task::TaskName;
use run_batt::file_kind::{FileKind, WrongKind};
use run_batt::job::given::{self, Owner};
use run_batt::submission::{Scored, Solution, TaskScore, read, score};
use run_batt::tasks::{TaskError, TaskSource};
use run_batt::words::counted;
use serde::Serialize;

use super::named_text::read_named;
use super::{ExitStatus, tell_of_data};
use crate::cli::{Format, ScoreArguments};
use crate::terminal::{print_line, print_result};

/// A score as JSON.
#[derive(Serialize)]
struct Record<'a> {
    data: String,
    /// The share of test samples that are met.
    score: f64,
    met: usize,
    test_samples: usize,
    /// The mean over the tasks of the share of their test samples that are met.
    mean_of_tasks: f64,
    /// Test samples whose output is not known.
    unknown: usize,
    tasks: &'a [TaskScore],
    problems: Vec<String>,
    /// Problems beyond those that are named.
    more_problems: usize,
    /// Tasks of the data that could not be read.
    passed_over: &'a [String],
}

pub fn execute(arguments: &ScoreArguments) -> anyhow::Result<ExitStatus> {
    let path = &arguments.submission;
    let text = read_named(path)?;
    let submission = read(&text).map_err(|error| anyhow!("{}: {error}", path.display()))?;
    if !submission.has_attempts()
        && let Some(found) = FileKind::of_text(path, &text)
        && found != FileKind::Submission
    {
        return Err(WrongKind {
            path: path.clone(),
            found,
            expected: "a submission",
        }
        .into());
    }
    let tasks = given::tasks(arguments.tasks.as_deref(), Owner::User, arguments.split())?;
    tell_of_data(&tasks);
    let mut passed_over = Vec::new();
    let mut solutions = Vec::new();
    for name in tasks.names() {
        match solution(&tasks, name) {
            Ok(solution) => solutions.push(solution),
            Err(error) => passed_over.push(error.to_string()),
        }
    }
    for task in &passed_over {
        print_line(&format!("run_batt: passed over: {task}"));
    }
    let scored = score(submission, &solutions)
        .with_context(|| format!("{} against {}", path.display(), tasks.description()))?;
    let problem = |problem| format!("{}: {problem}", path.display());
    let problems: Vec<String> = scored.problems.iter().map(problem).collect();
    for problem in &problems {
        print_line(&format!("run_batt: {problem}"));
    }
    let text = match arguments.format {
        Format::Text => page(&scored, &tasks.description()),
        Format::Json => {
            let record = Record {
                data: tasks.description(),
                score: scored.score(),
                met: scored.met(),
                test_samples: scored.known(),
                mean_of_tasks: scored.mean_of_tasks(),
                unknown: scored.unknown(),
                tasks: &scored.tasks,
                problems,
                more_problems: scored.more_problems,
                passed_over: &passed_over,
            };
            serde_json::to_string(&record)? + "\n"
        }
    };
    print_result(&text)?;
    Ok(match scored.number_of_problems() + passed_over.len() {
        0 => ExitStatus::Done,
        _ => ExitStatus::Incomplete,
    })
}

fn solution(tasks: &TaskSource, name: TaskName) -> Result<Solution, TaskError> {
    let outputs = tasks.load(name)?.test.into_iter();
    Ok(Solution {
        task: name,
        outputs: outputs.map(|sample| sample.output).collect(),
    })
}

fn page(scored: &Scored, data: &str) -> String {
    let tasks = scored.known_tasks().count();
    let mut lines = vec![
        format!(
            "score     {:.4}: {} of {} met",
            scored.score(),
            scored.met(),
            counted(scored.known(), "test sample")
        ),
        format!(
            "by task   {:.4}: the mean over {} of the share of its test samples",
            scored.mean_of_tasks(),
            counted(tasks, "task")
        ),
    ];
    if scored.unknown() > 0 {
        lines.push(format!(
            "unknown   {} whose outputs the data do not tell: not counted",
            counted(scored.unknown(), "test sample")
        ));
    }
    if scored.number_of_problems() > 0 {
        let more = match scored.more_problems {
            0 => String::new(),
            more => format!(", {more} of them not"),
        };
        let number = counted(scored.number_of_problems(), "problem");
        lines.push(format!("wrong     {number}, named above{more}"));
    }
    lines.push(format!("data      {data}\n"));
    lines.join("\n")
}
