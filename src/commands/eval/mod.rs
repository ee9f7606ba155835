//! `run_batt eval`: a program on a sample, call by call; or single primitives,
//! asked for line by line.

mod drawing;
mod requests;

use anyhow::{Context, anyhow, bail, ensure};
use run_batt::evaluation::{Evaluation, Evaluator, Inputs, Plan, arity_concerns};
use run_batt::fixtures;
use run_batt::program::{Module, Program, parse_expression, parse_module};
use run_batt::tasks::{Task, TaskSource};
use run_batt::text_file::read_text;
use run_batt::value::{Value, canonical};
use serde::Serialize;

use super::ExitStatus;
use crate::cli::{EvalArguments, Format, SampleChoice, SampleKind};
use crate::terminal::{print_line, print_result};

pub fn execute(arguments: &EvalArguments) -> anyhow::Result<ExitStatus> {
    if arguments.requests {
        return requests::answer(arguments.limits());
    }
    let (program, place) = program(arguments)?;
    let at = |text: String| format!("{place}: {text}");
    let concerns = arity_concerns(&program);
    for concern in &concerns {
        print_line(&format!("run_batt: {}", at(concern.to_string())));
    }
    let plan = Plan::of_program(&program).map_err(|error| anyhow!(at(error.to_string())))?;
    if arguments.check {
        return Ok(match concerns.is_empty() {
            true => ExitStatus::Done,
            false => ExitStatus::Incomplete,
        });
    }
    let task = task(arguments)?;
    let inputs = inputs(&task, arguments.sample)?;
    let mut evaluator = Evaluator::new();
    let evaluation = evaluator.evaluate(&plan, &inputs, arguments.limits());
    let shown = match arguments.format {
        Format::Text => drawing::steps(&lines(&program), &evaluation, &inputs),
        Format::Json => serde_json::to_string(&Record::new(&program, &evaluation, &inputs))? + "\n",
    };
    print_result(&shown).context("standard output cannot be written")?;
    Ok(match evaluation.is_complete() {
        true => ExitStatus::Done,
        false => ExitStatus::Incomplete,
    })
}

/// The program that is asked for, and how to speak of where it stands.
fn program(arguments: &EvalArguments) -> anyhow::Result<(Program, String)> {
    if let Some(expression) = &arguments.expression {
        let place = "the expression".to_owned();
        return match parse_expression(expression) {
            Ok(program) => Ok((program, place)),
            Err(error) => Err(anyhow!("{place}: {error}")),
        };
    }
    let Some(path) = &arguments.file else {
        bail!("nothing to evaluate; give a FILE, -e EXPRESSION or --requests");
    };
    let Module { programs, skipped } = parse_module(&read_text(path)?);
    let place = path.display().to_string();
    if let [error, ..] = skipped.as_slice()
        && programs.is_empty()
    {
        bail!("{place}: {error}");
    }
    let names: Vec<&str> = programs.iter().map(Program::name).collect();
    let wanted = match (&arguments.function, &arguments.task) {
        (Some(name), _) => names.iter().position(|own| own == name),
        (None, _) if names.len() == 1 => Some(0),
        (None, Some(task)) => {
            let name = format!("solve_{task}");
            names.iter().position(|own| *own == name)
        }
        (None, None) => None,
    };
    let Some(index) = wanted else {
        bail!(
            "{place}: has {} functions, and none is the one; choose with --function among {}",
            names.len(),
            names.join(", ")
        );
    };
    Ok((programs[index].clone(), place))
}

fn task(arguments: &EvalArguments) -> anyhow::Result<Task> {
    let source = match &arguments.tasks {
        Some(path) => TaskSource::open(path, arguments.split())?,
        None => fixtures::tasks()?,
    };
    let first = || source.ids().next().map(|id| id.to_string());
    let asked = arguments.task.clone().or_else(first);
    let asked = asked.context("there are no tasks; give --tasks")?;
    let id = source.find(&asked)?;
    Ok(source.load(id)?)
}

fn inputs(task: &Task, choice: SampleChoice) -> anyhow::Result<Inputs> {
    let samples = match choice.kind {
        SampleKind::Demo => &task.demo,
        SampleKind::Test => &task.test,
    };
    ensure!(
        choice.index < samples.len(),
        "task {} has no sample {choice}; it has demo:0 to demo:{} and test:0 to test:{}",
        task.id,
        task.demo.len().saturating_sub(1),
        task.test.len().saturating_sub(1)
    );
    let of_task = Inputs::samples_of(task).with_context(|| {
        format!(
            "the samples of task {} are more than a value holds",
            task.id
        )
    })?;
    Ok(Inputs::new(of_task, &samples[choice.index]))
}

/// The line of each call, as the expanded program has it.
fn lines(program: &Program) -> Vec<String> {
    let expanded = program.expanded();
    let lines = expanded.lines().map(str::trim);
    lines
        .filter(|line| line.ends_with(')') && line.contains(" = "))
        .map(str::to_owned)
        .collect()
}

/// What a machine gets to read.
#[derive(Serialize)]
struct Record {
    calls: Vec<CallRecord>,
    result: Option<String>,
    expected: String,
    exact: bool,
    complete: bool,
    exhausted_calls: u64,
    failures: u64,
}

#[derive(Serialize)]
struct CallRecord {
    call: String,
    /// `null` where the evaluation ended before it.
    value: Option<String>,
    cost: u64,
}

impl Record {
    fn new(program: &Program, evaluation: &Evaluation<'_>, inputs: &Inputs) -> Self {
        let values = evaluation.results().zip(evaluation.costs());
        Self {
            calls: lines(program)
                .into_iter()
                .zip(values)
                .map(|(call, (value, &cost))| CallRecord {
                    call,
                    value: value.map(canonical::digest),
                    cost,
                })
                .collect(),
            result: evaluation.result().map(canonical::digest),
            expected: canonical::digest(&inputs.expected),
            exact: is_exact(evaluation, &inputs.expected),
            complete: evaluation.is_complete(),
            exhausted_calls: evaluation.exhausted_calls(),
            failures: evaluation.failures(),
        }
    }
}

fn is_exact(evaluation: &Evaluation<'_>, expected: &Value) -> bool {
    evaluation
        .result()
        .is_some_and(|result| result.equals(expected))
}
