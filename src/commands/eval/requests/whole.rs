//! Whole programs, and cards, on the samples of a task.
//!
//! | asked | answered |
//! | --- | --- |
//! | `{"program": TEXT, "task": …}` | `{"samples": […]}`, each `{"sample", "output", "exact", "score", "steps", "failures", "met_limit"}` |
//! | `{"card": …, "task": …}` | `{"samples": […]}`, each `{"sample", "solvers": […], "differs": […]}`, in the card's order |
//!
//! A task is an object as ARC's files have it, or a name in the data. `samples` is `"all"`,
//! which it is without it, or a list of names such as `"demo:0"`. A program is a text: an
//! expression, or one function. A card is the object that `run_batt card` writes, or the
//! text of a module of the reference's. A solver does not see the expected output, a
//! program that is named `differ…` and a card's differs do.
//!
//! With `"dialect": "arc-dsl"` a program is one of that dialect: every line of it is
//! evaluated, and `ended` is `null`, or what ended it: `{"line", "exception", "reason"}`. A
//! card says its dialect itself.

use arc_programs::batt::{Batt, NoCache, ProgramScore, SampleBudget, SampleInputs};
use arc_programs::card::Card;
use arc_programs::dsl::{Dialect, FailingCalls, REFERENCE};
use arc_programs::evaluation::{Evaluation, Evaluator, Limits, Plan};
use arc_programs::program::{Listing, Program, WholeText, parse_listings, parse_program};
use arc_programs::score;
use run_batt::library::Role;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::Members;
use super::calls::encoded;

/// What is evaluated.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Program,
    Card,
}

impl Kind {
    /// The one that a request's members tell.
    pub(super) fn of(members: &Members<'_>) -> Option<Self> {
        match (members.has("program"), members.has("card")) {
            (true, false) => Some(Self::Program),
            (false, true) => Some(Self::Card),
            _ => None,
        }
    }
}

/// The samples that are asked for.
#[derive(Deserialize)]
#[serde(untagged)]
enum Which {
    Word(String),
    Names(Vec<String>),
}

pub(super) fn evaluated(
    kind: Kind,
    members: &Members<'_>,
    dialect: Option<&'static Dialect>,
    task: &[SampleInputs],
    limits: Limits,
) -> Result<Json, String> {
    let samples = asked_of(task, members.get("samples")?)?;
    let answers: Vec<Json> = match kind {
        Kind::Program => {
            let asked = Asked::read(members, dialect.unwrap_or(&REFERENCE))?;
            asked.on_samples(&samples, limits)
        }
        Kind::Card => of_card(&card(members, dialect)?, &samples, limits)?,
    };
    Ok(json!({ "samples": answers }))
}

fn asked_of(task: &[SampleInputs], which: Option<Which>) -> Result<Vec<&SampleInputs>, String> {
    let names = match which {
        None => return Ok(task.iter().collect()),
        Some(Which::Word(word)) if word == "all" => return Ok(task.iter().collect()),
        Some(Which::Word(word)) => vec![word],
        Some(Which::Names(names)) => names,
    };
    let sample = |name: &String| {
        let found = task.iter().find(|sample| sample.to_string() == *name);
        found.ok_or_else(|| {
            let known: Vec<String> = task.iter().map(ToString::to_string).collect();
            format!(
                "the task has no sample {name:.80}, expected \"all\" or a list of {}",
                known.join(", ")
            )
        })
    };
    names.iter().map(sample).collect()
}

/// A program that is to be evaluated.
struct Asked {
    program: Program,
    plan: Plan,
    /// The line of each call, where a failing one ends the program.
    lines: Option<Vec<u32>>,
}

impl Asked {
    fn read(members: &Members<'_>, dialect: &'static Dialect) -> Result<Self, String> {
        let text: String = members.get("program")?.unwrap_or_default();
        let problem = |error: &dyn std::fmt::Display| format!("`program`: {error}");
        let WholeText {
            program,
            is_function,
            ..
        } = parse_program(&text).map_err(|error| problem(&error))?;
        let ends = dialect.failing_calls() == FailingCalls::EndTheProgram;
        // Then no line is idle.
        let listing = match ends && is_function {
            true => parse_listings(&text).into_iter().next(),
            false => None,
        };
        let plan = match &listing {
            Some(listing) => Plan::of_listing_result(dialect, listing),
            None => Plan::of_result(dialect, &program),
        };
        let lines = |listing: Listing| listing.calls().map(|position| position.line).collect();
        Ok(Self {
            program,
            plan: plan.map_err(|error| problem(&error))?,
            lines: match ends {
                true => Some(listing.map(lines).unwrap_or_default()),
                false => None,
            },
        })
    }

    /// Where and why a failing call ended the program, if one did.
    fn ended(&self, evaluation: &Evaluation<'_>) -> Option<Json> {
        let lines = self.lines.as_ref()?;
        let (call, failure) = evaluation.first_end()?;
        let failure = failure?;
        Some(json!({
            "line": lines.get(call as usize),
            "exception": failure.exception(),
            "reason": failure.to_string(),
        }))
    }
}

fn card(members: &Members<'_>, dialect: Option<&'static Dialect>) -> Result<Card, String> {
    let raw = members.raw("card").map_or("", |raw| raw.get());
    let text: String;
    let (name, text) = match raw.starts_with('"') {
        true => {
            text = members.get("card")?.unwrap_or_default();
            ("card.py", text.as_str())
        }
        false => ("card.json", raw),
    };
    let card = Card::from_text(name, text).map_err(|error| error.to_string())?;
    match dialect.filter(|&expected| expected != card.dialect()) {
        None => Ok(card),
        Some(expected) => Err(format!(
            "`card`: found one in the dialect {}, expected {}",
            card.dialect().name(),
            expected.name()
        )),
    }
}

impl Asked {
    fn on_samples(&self, samples: &[&SampleInputs], limits: Limits) -> Vec<Json> {
        let is_differ = self
            .program
            .name()
            .starts_with(Role::Differ.function_name());
        let has_differs = self.plan.dialect().has_differs();
        let role = match is_differ && has_differs {
            true => Role::Differ,
            false => Role::Solver,
        };
        let mut evaluator = Evaluator::new();
        let answer = |sample: &&SampleInputs| {
            let inputs = match role {
                Role::Solver => sample.inputs.withheld(),
                Role::Differ => sample.inputs.clone(),
            };
            let evaluation = evaluator.evaluate(&self.plan, &inputs, limits);
            let ended = self.ended(&evaluation);
            let result = evaluation.result().filter(|_| ended.is_none());
            let expected = sample.expected.as_ref();
            let is_exact = expected.map(|expected| result.is_some_and(|own| own.equals(expected)));
            let score = expected.map(|expected| match (result, role) {
                (None, _) => 0,
                (Some(result), Role::Solver) => score::of_solver(result, Some(expected)),
                (Some(result), Role::Differ) => score::of_differ(result),
            });
            let mut answer = json!({
                "sample": sample.to_string(),
                "output": result.map(|result| encoded(self.plan.dialect(), result)),
                "exact": is_exact,
                "score": score,
                "steps": evaluation.costs().iter().sum::<u64>(),
                "failures": evaluation.failures(),
                "met_limit": result.is_none() && ended.is_none(),
            });
            if self.lines.is_some() {
                answer["ended"] = ended.into();
            }
            answer
        };
        samples.iter().map(answer).collect()
    }
}

fn of_card(card: &Card, samples: &[&SampleInputs], limits: Limits) -> Result<Vec<Json>, String> {
    let budget = SampleBudget {
        limits,
        timeout: None,
    };
    let batt = Batt::new(card, budget).map_err(|error| error.to_string())?;
    let samples: Vec<SampleInputs> = samples.iter().copied().cloned().collect();
    let begun = batt.on_task(&samples, &NoCache);
    let of_program = |own: &ProgramScore| json!({ "score": own.score, "steps": own.steps, "met_limit": own.met_limit });
    let answer = |(place, sample): (usize, &SampleInputs)| {
        let scores = batt.on_sample(&begun, place, sample, &NoCache);
        let solver = |(own, output): (&ProgramScore, &Option<_>)| {
            let mut solver = of_program(own);
            solver["output"] = output
                .as_ref()
                .map(|own| encoded(card.dialect(), own))
                .into();
            solver
        };
        let solvers = scores.solvers.iter().zip(&scores.outputs).map(solver);
        json!({
            "sample": sample.to_string(),
            "solvers": solvers.collect::<Vec<_>>(),
            "differs": scores.differs.iter().map(of_program).collect::<Vec<_>>(),
        })
    };
    Ok(samples.iter().enumerate().map(answer).collect())
}
