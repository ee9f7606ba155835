//! `run_batt eval`: a program on a sample, call by call; or single primitives,
//! asked for line by line.

mod drawing;
mod generated;
mod given;
mod requests;

use std::path::Path;

use anyhow::{Context, anyhow, bail};
use arc_programs::card::Card;
use arc_programs::dsl::{Dialect, FailingCalls};
use arc_programs::evaluation::{Evaluation, Evaluator, Inputs, Plan, Stage, arity_concerns_in};
use arc_programs::program::{Listing, Program};
use arc_programs::score;
use arc_programs::task::{Sample, Task};
use arc_programs::value::{Value, canonical};
use run_batt::card_file::{CardFileError, read_card};
use run_batt::file_kind::{FileKind, WrongKind};
use run_batt::job;
use run_batt::library::Role;
use run_batt::tasks::TaskSource;
use serde::Serialize;

use given::{Chosen, GivenPrograms};

use super::{ExitStatus, tell_of_data};
use crate::cli::{EvalArguments, ExpectedArgument, Format, SampleChoice, SampleKind};
use crate::terminal::{print_line, print_result};

pub fn execute(arguments: &EvalArguments) -> anyhow::Result<ExitStatus> {
    if arguments.requests {
        return requests::answer(arguments.limits());
    }
    let (subject, asked) = match &arguments.card {
        Some(path) => (Subject::of_card(&card(path)?)?, arguments.task.clone()),
        None => {
            let given = GivenPrograms::read(arguments)?;
            if arguments.check {
                return given.check(arguments);
            }
            let Chosen { program, task } = given.chosen(arguments)?;
            let dialect = given.dialect_of(program, arguments.dialect());
            (Subject::of_program(&given, program, dialect)?, task)
        }
    };
    let source = source(arguments)?;
    let task = task(&source, asked)?;
    if arguments.generated.arc_gen {
        let samples = source.load_arc_gen(task.name)?;
        return generated::score_all(arguments, &subject, &task, &samples);
    }
    let seen = inputs(&source, &task, arguments.sample)?;
    let shown_expected = arguments.expected.unwrap_or(match subject.result {
        Some(Role::Solver) => ExpectedArgument::Withheld,
        Some(Role::Differ) | None => ExpectedArgument::Seen,
    });
    let inputs = match shown_expected {
        ExpectedArgument::Withheld => seen.withheld(),
        ExpectedArgument::Seen => seen.clone(),
    };
    let mut evaluator = Evaluator::new();
    let shown = Shown {
        subject: &subject,
        evaluation: evaluator.evaluate(&subject.plan, &inputs, arguments.limits()),
        input: &inputs.input,
        expected: Some(&seen.expected).filter(|own| !matches!(own, Value::None)),
        shown_expected,
    };
    let text = match arguments.format {
        Format::Text => drawing::steps(&shown),
        Format::Json => serde_json::to_string(&Record::new(&shown))? + "\n",
    };
    print_result(&text)?;
    Ok(match shown.evaluation.is_complete() {
        true => ExitStatus::Done,
        false => ExitStatus::Incomplete,
    })
}

/// Subject of an evaluation, and how its calls are written.
pub struct Subject {
    plan: Plan,
    lines: Vec<String>,
    /// The line of the file that each call stands in, where they are those of a file.
    line_numbers: Vec<u32>,
    /// What its result is scored as; a card has many results.
    result: Option<Role>,
}

/// View of an evaluation that is shown.
pub struct Shown<'a> {
    subject: &'a Subject,
    evaluation: Evaluation<'a>,
    input: &'a Value,
    /// The expected output, `None` where it is not known.
    expected: Option<&'a Value>,
    /// What the program saw of it.
    shown_expected: ExpectedArgument,
}

/// The call at which a program ended, and why.
#[derive(Serialize)]
pub struct End<'a> {
    /// Its place among the calls, the first being 0.
    #[serde(skip)]
    place: u32,
    /// Its line in the file; `null` in an expression.
    line: Option<u32>,
    call: &'a str,
    /// Class of the exception in CPython; `null` where it would have gone on.
    exception: Option<&'static str>,
    reason: String,
}

impl Shown<'_> {
    /// Where the program ended with a failing call, in a dialect in which it does.
    fn end(&self) -> Option<End<'_>> {
        let first = self.evaluation.ended().iter().min_by_key(|own| own.call)?;
        let place = first.call as usize;
        Some(End {
            place: first.call,
            line: self.subject.line_numbers.get(place).copied(),
            call: self.subject.lines.get(place).map_or("", String::as_str),
            exception: first.failure.exception(),
            reason: first.failure.to_string(),
        })
    }

    /// Whether it makes a difference what `C` is.
    fn depends_on_expected(&self) -> bool {
        let plan = &self.subject.plan;
        (0..plan.calls()).any(|call| plan.stage(call) == Stage::Expected)
    }

    /// Whether the result is what is expected; `None` where that is not known.
    fn is_exact(&self) -> Option<bool> {
        let expected = self.expected?;
        let result = self.evaluation.result();
        Some(result.is_some_and(|result| result.equals(expected)))
    }

    /// What the result scores, 0 without one; `None` where what is expected is not
    /// known.
    fn score(&self, role: Role) -> Option<u64> {
        let expected = self.expected?;
        Some(match (self.evaluation.result(), role) {
            (None, _) => 0,
            (Some(result), Role::Solver) => score::of_solver(result, Some(expected)),
            (Some(result), Role::Differ) => score::of_differ(result),
        })
    }
}

impl Subject {
    fn of_program(
        given: &GivenPrograms,
        program: &Program,
        dialect: &'static Dialect,
    ) -> anyhow::Result<Self> {
        for concern in arity_concerns_in(dialect, program) {
            print_line(&format!("run_batt: {}: {concern}", given.place));
        }
        if dialect.failing_calls() == FailingCalls::EndTheProgram
            && let Some(listing) = given.listing_of(program)
        {
            return Self::of_listing(given, &listing, dialect);
        }
        let plan = Plan::in_dialect(dialect, program)
            .map_err(|error| anyhow!("{}: {error}", given.place))?;
        // The line of each call, as the expanded program has it.
        let expanded = program.expanded();
        let lines = expanded.lines().map(str::trim);
        let is_call = |line: &&str| line.ends_with(')') && line.contains(" = ");
        Ok(Self {
            plan,
            lines: lines.filter(is_call).map(str::to_owned).collect(),
            line_numbers: Vec::new(),
            result: Some(
                match program.name().starts_with(Role::Differ.function_name()) {
                    true => Role::Differ,
                    false => Role::Solver,
                },
            ),
        })
    }

    /// All lines of a program as they are written.
    fn of_listing(
        given: &GivenPrograms,
        listing: &Listing,
        dialect: &'static Dialect,
    ) -> anyhow::Result<Self> {
        let plan = Plan::of_listing(dialect, listing)
            .map_err(|error| anyhow!("{}: {error}", given.place))?;
        let numbers: Vec<u32> = listing.calls().map(|position| position.line).collect();
        Ok(Self {
            plan,
            lines: numbers
                .iter()
                .map(|&line| given.line(line).to_owned())
                .collect(),
            line_numbers: numbers,
            result: Some(Role::Solver),
        })
    }

    fn of_card(card: &Card) -> anyhow::Result<Self> {
        let line = |(id, call)| format!("{id} = {call}");
        Ok(Self {
            plan: card.plan()?,
            lines: card.calls().map(line).collect(),
            line_numbers: Vec::new(),
            result: None,
        })
    }

    /// Each call as it is written, and what it depends on.
    fn calls(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let numbered = self.lines.iter().enumerate();
        numbered.map(|(number, line)| (line.as_str(), self.plan.stage(number).name()))
    }
}

/// The card of a file.
fn card(path: &Path) -> anyhow::Result<Card> {
    read_card(path).map_err(|error| match error {
        CardFileError::WrongKind(
            wrong @ WrongKind {
                found: FileKind::Solvers | FileKind::Differs | FileKind::Programs,
                ..
            },
        ) => anyhow!("{wrong}; give it without --card"),
        error => error.into(),
    })
}

/// The data that are asked for.
fn source(arguments: &EvalArguments) -> anyhow::Result<TaskSource> {
    // What is evaluated is always given.
    let source = job::given::tasks(
        arguments.tasks.as_deref(),
        job::given::Owner::User,
        arguments.split(),
    )?;
    tell_of_data(&source);
    Ok(source)
}

/// The task that is asked for; where none is, the first.
fn task(source: &TaskSource, asked: Option<String>) -> anyhow::Result<Task> {
    let first = || source.names().next().map(|id| id.to_string());
    let asked = asked.or_else(first);
    let asked = asked.context("there are no tasks; give --tasks")?;
    let id = source.find(&asked)?;
    Ok(source.load(id)?)
}

fn inputs(source: &TaskSource, task: &Task, choice: SampleChoice) -> anyhow::Result<Inputs> {
    let generated = match choice.kind {
        SampleKind::ArcGen => source.load_arc_gen(task.name)?,
        SampleKind::Demo | SampleKind::Test => Vec::new(),
    };
    let samples = match choice.kind {
        SampleKind::Demo => &task.demo,
        SampleKind::Test => &task.test,
        SampleKind::ArcGen => &generated,
    };
    let Some(sample) = samples.get(choice.index) else {
        bail!(
            "task {} has no sample {choice}; it has {}",
            task.name,
            known_samples(task, &generated)
        );
    };
    Ok(Inputs::new(samples_of(task)?, sample))
}

/// The demo samples of a task as the value of `S`.
fn samples_of(task: &Task) -> anyhow::Result<Value> {
    Inputs::samples_of(task).with_context(|| {
        format!(
            "the samples of task {} are more than a value holds",
            task.name
        )
    })
}

/// The samples that there are: `demo:0 to demo:2 and test:0`.
fn known_samples(task: &Task, generated: &[Sample]) -> String {
    let kinds = [
        (SampleKind::Demo, task.demo.len()),
        (SampleKind::Test, task.test.len()),
        (SampleKind::ArcGen, generated.len()),
    ];
    let range = |(kind, samples): (SampleKind, usize)| {
        let name = |index| SampleChoice { kind, index };
        match samples {
            0 => None,
            1 => Some(name(0).to_string()),
            more => Some(format!("{} to {}", name(0), name(more - 1))),
        }
    };
    let ranges: Vec<String> = kinds.into_iter().filter_map(range).collect();
    match ranges.is_empty() {
        true => "none".to_owned(),
        false => ranges.join(" and "),
    }
}

/// What a machine gets to read.
#[derive(Serialize)]
struct Record<'a> {
    calls: Vec<CallRecord<'a>>,
    #[serde(flatten)]
    result: Option<ResultRecord>,
    complete: bool,
    /// What `C` was: `seen`, the expected output; or `None`, for it is `withheld` or
    /// `unknown`.
    c: &'static str,
    /// The call that ended the program.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<End<'a>>,
    /// The calls that met a limit and have no value.
    over_limit: Vec<&'a str>,
    failures: u64,
}

#[derive(Serialize)]
struct CallRecord<'a> {
    call: &'a str,
    /// `null` where it has none.
    value: Option<String>,
    /// What it depends on: `constants`, `S`, `I` or `C`.
    stage: &'static str,
    /// Steps.
    cost: u64,
}

#[derive(Serialize)]
struct ResultRecord {
    result: Option<String>,
    /// `null` where it is not known, and then nothing is known of the next two.
    expected: Option<String>,
    exact: Option<bool>,
    score: Option<u64>,
}

impl<'a> Record<'a> {
    fn new(shown: &'a Shown<'a>) -> Self {
        let Shown {
            subject,
            evaluation,
            expected,
            shown_expected,
            ..
        } = shown;
        let values = evaluation.results().zip(evaluation.costs());
        let call =
            |((call, stage), (value, &cost)): ((&'a str, _), (Option<&Value>, &u64))| CallRecord {
                call,
                value: value.map(canonical::digest),
                stage,
                cost,
            };
        let over_limit = evaluation.over_limit().iter();
        Self {
            calls: subject.calls().zip(values).map(call).collect(),
            result: subject.result.map(|role| ResultRecord {
                result: evaluation.result().map(canonical::digest),
                expected: expected.map(canonical::digest),
                exact: shown.is_exact(),
                score: shown.score(role),
            }),
            complete: evaluation.is_complete(),
            c: match (shown_expected, expected) {
                (ExpectedArgument::Seen, Some(_)) => "seen",
                (ExpectedArgument::Seen, None) => "unknown",
                (ExpectedArgument::Withheld, _) => "withheld",
            },
            ended: shown.end(),
            over_limit: over_limit
                .filter_map(|&call| subject.lines.get(call as usize))
                .map(String::as_str)
                .collect(),
            failures: evaluation.failures(),
        }
    }
}
