//! `run_batt eval`: a program on a sample, call by call; or single primitives,
//! asked for line by line.

mod drawing;
mod given;
mod requests;

use anyhow::{Context, anyhow, ensure};
use run_batt::card::Card;
use run_batt::evaluation::{Evaluation, Evaluator, Inputs, Plan, arity_concerns};
use run_batt::program::Program;
use run_batt::tasks::Task;
use run_batt::value::{Value, canonical};
use serde::Serialize;

use given::Given;

use super::{ExitStatus, given as given_files};
use crate::cli::{EvalArguments, Format, SampleChoice, SampleKind};
use crate::terminal::{print_line, print_result};

pub fn execute(arguments: &EvalArguments) -> anyhow::Result<ExitStatus> {
    if arguments.requests {
        return requests::answer(arguments.limits());
    }
    let subject = match &arguments.card {
        Some(path) => Subject::of_card(&Card::read(path)?)?,
        None => {
            let given = Given::read(arguments)?;
            if arguments.check {
                return given.check(arguments.function.as_deref());
            }
            Subject::of_program(&given, given.chosen(arguments)?)?
        }
    };
    let task = task(arguments)?;
    let inputs = inputs(&task, arguments.sample)?;
    let mut evaluator = Evaluator::new();
    let evaluation = evaluator.evaluate(&subject.plan, &inputs, arguments.limits());
    let shown = match arguments.format {
        Format::Text => drawing::steps(&subject, &evaluation, &inputs),
        Format::Json => serde_json::to_string(&Record::new(&subject, &evaluation, &inputs))? + "\n",
    };
    print_result(&shown).context("standard output cannot be written")?;
    Ok(match evaluation.is_complete() {
        true => ExitStatus::Done,
        false => ExitStatus::Incomplete,
    })
}

/// What is evaluated, and how its calls are written.
pub struct Subject {
    plan: Plan,
    lines: Vec<String>,
    /// Whether it has a result of its own: a program has, a card has many.
    has_result: bool,
}

impl Subject {
    fn of_program(given: &Given, program: &Program) -> anyhow::Result<Self> {
        for concern in arity_concerns(program) {
            print_line(&format!("run_batt: {}: {concern}", given.place));
        }
        let plan =
            Plan::of_program(program).map_err(|error| anyhow!("{}: {error}", given.place))?;
        // The line of each call, as the expanded program has it.
        let expanded = program.expanded();
        let lines = expanded.lines().map(str::trim);
        let is_call = |line: &&str| line.ends_with(')') && line.contains(" = ");
        Ok(Self {
            plan,
            lines: lines.filter(is_call).map(str::to_owned).collect(),
            has_result: true,
        })
    }

    fn of_card(card: &Card) -> anyhow::Result<Self> {
        let line = |(id, call)| format!("{id} = {call}");
        Ok(Self {
            plan: card.plan()?,
            lines: card.calls().map(line).collect(),
            has_result: false,
        })
    }

    /// Each call as it is written, and what it depends on.
    fn calls(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let numbered = self.lines.iter().enumerate();
        numbered.map(|(number, line)| (line.as_str(), self.plan.stage(number).name()))
    }
}

fn task(arguments: &EvalArguments) -> anyhow::Result<Task> {
    // What is evaluated is always given.
    let source = given_files::tasks(
        arguments.tasks.as_deref(),
        given_files::Programs::Own,
        arguments.split(),
    )?;
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

/// What a machine gets to read.
#[derive(Serialize)]
struct Record<'a> {
    calls: Vec<CallRecord<'a>>,
    #[serde(flatten)]
    result: Option<ResultRecord>,
    complete: bool,
    exhausted_calls: u64,
    failures: u64,
}

#[derive(Serialize)]
struct CallRecord<'a> {
    call: &'a str,
    /// `null` where the evaluation ended before it.
    value: Option<String>,
    /// What it depends on: `constants`, `S`, `I` or `C`.
    stage: &'static str,
    /// Steps.
    cost: u64,
}

#[derive(Serialize)]
struct ResultRecord {
    result: Option<String>,
    expected: String,
    exact: bool,
}

impl<'a> Record<'a> {
    fn new(subject: &'a Subject, evaluation: &Evaluation<'_>, inputs: &Inputs) -> Self {
        let values = evaluation.results().zip(evaluation.costs());
        let call =
            |((call, stage), (value, &cost)): ((&'a str, _), (Option<&Value>, &u64))| CallRecord {
                call,
                value: value.map(canonical::digest),
                stage,
                cost,
            };
        Self {
            calls: subject.calls().zip(values).map(call).collect(),
            result: subject.has_result.then(|| ResultRecord {
                result: evaluation.result().map(canonical::digest),
                expected: canonical::digest(&inputs.expected),
                exact: is_exact(evaluation, &inputs.expected),
            }),
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
