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

use arc_programs::batt::{Batt, NoCache, ProgramScore, SampleBudget, SampleInputs};
use arc_programs::card::Card;
use arc_programs::evaluation::{Evaluator, Limits, Plan};
use arc_programs::program::{Program, parse_expression, parse_module};
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
    task: &[SampleInputs],
    limits: Limits,
) -> Result<Json, String> {
    let samples = asked_of(task, members.get("samples")?)?;
    let answers: Vec<Json> = match kind {
        Kind::Program => of_program(&program(members)?, &samples, limits)?,
        Kind::Card => of_card(&card(members)?, &samples, limits)?,
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

fn program(members: &Members<'_>) -> Result<Program, String> {
    let text: String = members.get("program")?.unwrap_or_default();
    let is_function = text.lines().any(|line| line.starts_with("def "));
    let problem = |error: &dyn std::fmt::Display| format!("`program`: {error}");
    match is_function {
        true => parse_module(&text)
            .only_program()
            .map_err(|error| problem(&error)),
        false => parse_expression(&text).map_err(|error| problem(&error)),
    }
}

fn card(members: &Members<'_>) -> Result<Card, String> {
    let raw = members.raw("card").map_or("", |raw| raw.get());
    let text: String;
    let (name, text) = match raw.starts_with('"') {
        true => {
            text = members.get("card")?.unwrap_or_default();
            ("card.py", text.as_str())
        }
        false => ("card.json", raw),
    };
    Card::from_text(name, text).map_err(|error| error.to_string())
}

fn of_program(
    program: &Program,
    samples: &[&SampleInputs],
    limits: Limits,
) -> Result<Vec<Json>, String> {
    let plan = Plan::of_result(program).map_err(|error| format!("`program`: {error}"))?;
    let role = match program.name().starts_with(Role::Differ.function_name()) {
        true => Role::Differ,
        false => Role::Solver,
    };
    let mut evaluator = Evaluator::new();
    let answer = |sample: &&SampleInputs| {
        let inputs = match role {
            Role::Solver => sample.inputs.withheld(),
            Role::Differ => sample.inputs.clone(),
        };
        let evaluation = evaluator.evaluate(&plan, &inputs, limits);
        let (result, expected) = (evaluation.result(), sample.expected.as_ref());
        let is_exact = expected.map(|expected| result.is_some_and(|own| own.equals(expected)));
        let score = expected.map(|expected| match (result, role) {
            (None, _) => 0,
            (Some(result), Role::Solver) => score::of_solver(result, Some(expected)),
            (Some(result), Role::Differ) => score::of_differ(result),
        });
        json!({
            "sample": sample.to_string(),
            "output": result.map(encoded),
            "exact": is_exact,
            "score": score,
            "steps": evaluation.costs().iter().sum::<u64>(),
            "failures": evaluation.failures(),
            "met_limit": result.is_none(),
        })
    };
    Ok(samples.iter().map(answer).collect())
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
            solver["output"] = output.as_ref().map(encoded).into();
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
