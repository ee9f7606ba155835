//! `run_batt eval`: a program on a sample, call by call; or single primitives,
//! asked for line by line.

mod drawing;
mod generated;
mod record;
mod requests;
mod samples;
mod worth;

use std::path::Path;

use anyhow::{Context, anyhow};
use arc_programs::card::Card;
use arc_programs::dsl::Dialect;
use arc_programs::evaluation::{Evaluation, Evaluator, Inputs, Plan, Stage};
use arc_programs::program::{Listing, Program};
use arc_programs::score;
use arc_programs::task::Task;
use arc_programs::value::{Failure, Value};
use run_batt::card_file::{CardFileError, read_card};
use run_batt::file_kind::{FileKind, WrongKind};
use run_batt::job::{self, JobError};
use run_batt::library::Role;
use run_batt::tasks::TaskSource;
use serde::Serialize;

use record::Record;
use samples::{inputs, samples, samples_of};
use worth::Worth;

use super::given_programs::{Chosen, GivenPrograms, tell_concerns};
use super::{ExitStatus, tell_of_data};
use crate::cli::{EvalArguments, ExpectedArgument, Format, SampleChoice, SamplesChoice};
use crate::terminal::print_result;

pub fn execute(arguments: &EvalArguments) -> anyhow::Result<ExitStatus> {
    if arguments.requests {
        return requests::answer(arguments);
    }
    let (subject, asked) = match &arguments.card {
        Some(path) => {
            let card = card(path)?;
            let found = card.dialect();
            if let Some(expected) = arguments.dialect.asked().filter(|own| *own != found) {
                let path = path.clone();
                return Err(JobError::CardOfOther {
                    path,
                    found,
                    expected,
                }
                .into());
            }
            (Subject::of_card(&card)?, arguments.task.clone())
        }
        None => {
            let given = GivenPrograms::read(arguments.asked_program(), arguments.dialect.asked())?;
            if arguments.check {
                return given.check(arguments.asked_program());
            }
            let Chosen { program, task } = given.chosen(arguments.asked_program())?;
            let dialect = given.dialect_of(program)?;
            (Subject::of_program(&given, program, dialect)?, task)
        }
    };
    let source = source(arguments)?;
    let task = task(&source, asked)?;
    if arguments.generated.arc_gen {
        let samples = source.load_arc_gen(task.name)?;
        return generated::score_all(arguments, &subject, &task, &samples);
    }
    let samples = samples(&task, arguments.sample)?;
    let mut evaluator = Evaluator::new();
    let mut text = String::new();
    let mut worth = Worth::default();
    for &sample in &samples {
        let seen = inputs(&source, &task, sample)?;
        let shown = Shown::of(&subject, sample, &seen, arguments, &mut evaluator);
        worth.add(&shown);
        match arguments.format {
            Format::Text if arguments.sample == SamplesChoice::All => {
                text += &format!("{sample}\n\n{}\n", drawing::steps(&shown));
            }
            Format::Text => text += &drawing::steps(&shown),
            Format::Json => text += &(serde_json::to_string(&Record::new(&shown))? + "\n"),
        }
    }
    if (arguments.format, arguments.sample) == (Format::Text, SamplesChoice::All)
        && subject.result == Some(Role::Solver)
    {
        text += &worth.line(task.name, samples.len());
    }
    print_result(&text)?;
    Ok(match worth.is_complete {
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
    sample: SampleChoice,
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

impl<'a> Shown<'a> {
    fn of(
        subject: &'a Subject,
        sample: SampleChoice,
        seen: &'a Inputs,
        arguments: &EvalArguments,
        evaluator: &'a mut Evaluator,
    ) -> Self {
        let shown_expected = arguments.expected.unwrap_or(match subject.result {
            Some(Role::Solver) => ExpectedArgument::Withheld,
            Some(Role::Differ) | None => ExpectedArgument::Seen,
        });
        let inputs = match shown_expected {
            ExpectedArgument::Withheld => &seen.withheld(),
            ExpectedArgument::Seen => seen,
        };
        Self {
            subject,
            sample,
            evaluation: evaluator.evaluate(&subject.plan, inputs, arguments.limits()),
            input: &seen.input,
            expected: Some(&seen.expected).filter(|own| !matches!(own, Value::None)),
            shown_expected,
        }
    }

    /// Why a call failed that would have ended its program.
    fn failure_of(&self, place: u32) -> Option<Failure> {
        let mut ended = self.evaluation.ended().iter();
        ended.find(|own| own.call == place).map(|own| own.failure)
    }

    /// Where the program ended with a failing call, in a dialect in which it does. A card is many
    /// programs, and goes on.
    fn end(&self) -> Option<End<'_>> {
        self.subject.result?;
        let (first, failure) = self.evaluation.first_end()?;
        // What met a limit before it is told as such.
        let failure = failure?;
        let place = first as usize;
        Some(End {
            place: first,
            line: self.subject.line_numbers.get(place).copied(),
            call: self.subject.lines.get(place).map_or("", String::as_str),
            exception: failure.exception(),
            reason: failure.to_string(),
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
        tell_concerns(given, program, dialect);
        if let Some(listing) = given.all_lines_of(program, dialect) {
            return Self::of_listing(given, listing, dialect);
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
