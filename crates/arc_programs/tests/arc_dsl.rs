//! The original dialect against CPython.
//!
//! What CPython 3.11 answers was recorded by running michaelhodel/arc-dsl, and is data:
//! one line for each program and input, with the text of what it returns (its MD5 where
//! that is long), or the line at which it fails and the class of the exception.
//!
//! Vectors of our own making are at hand. The original's own programs are not: they are
//! looked for in the folder that `ARC_DSL` names, `solvers.py` and `verifiers.py`, with
//! their answers beside them, `solvers.answers.jsonl` and so on.
#![allow(clippy::print_stdout, reason = "says what was compared")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use arc_programs::dsl::ARC_DSL;
use arc_programs::evaluation::{Evaluator, Inputs, Limits, Plan};
use arc_programs::program::{Identity, Listing, parse_listings};
use arc_programs::task::Sample;
use arc_programs::value::{Value, canonical};
use serde::Deserialize;

/// Name of the environment variable with the folder of the original's programs.
const FOLDER: &str = "ARC_DSL";

/// A program on an input, and what came of it.
#[derive(Debug, Deserialize)]
struct Vector {
    /// Its text, unless it is a function of a file.
    source: Option<String>,
    function: String,
    #[serde(flatten)]
    sample: Sample,
    #[serde(flatten)]
    answer: Answer,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
enum Answer {
    Value {
        text: String,
        /// MD5 of the texts of all lines, where it was recorded.
        all: Option<String>,
    },
    Failure {
        line: u32,
        class: String,
    },
}

/// A program that is ready, with the line of each call.
struct Ready {
    plan: Plan,
    lines: Vec<u32>,
}

impl Ready {
    fn new(listing: &Listing) -> Self {
        Self {
            plan: Plan::of_listing(&ARC_DSL, listing).expect("names of the dialect"),
            lines: listing.calls().map(|position| position.line).collect(),
        }
    }
}

/// A text, or its MD5 where it is long.
fn short(value: &Value) -> String {
    let text = canonical::text(value);
    match text.len() {
        ..=120 => text,
        _ => format!("md5:{}", Identity::of(&text)),
    }
}

/// What comes of a program here; `None` where it meets a limit.
fn answer(
    evaluator: &mut Evaluator,
    ready: &Ready,
    sample: &Sample,
    of_all_lines: bool,
) -> Option<Answer> {
    let inputs = Inputs::new(Value::EMPTY_TUPLE, sample);
    let limits = Limits {
        call_steps: 1 << 26,
        steps: 1 << 27,
        bytes: 1 << 30,
        deadline: None,
    };
    let evaluation = evaluator.evaluate(&ready.plan, &inputs, limits);
    match evaluation.first_end() {
        Some((_, None)) => None,
        Some((call, Some(failure))) => Some(Answer::Failure {
            line: ready.lines[call as usize],
            class: failure.exception().unwrap_or("none of Python's").to_owned(),
        }),
        None => Some(Answer::Value {
            text: evaluation.result().map(short).unwrap_or_default(),
            all: of_all_lines.then(|| {
                let texts = evaluation.results().map(|value| value.map(canonical::text));
                let texts: Vec<String> = texts.map(Option::unwrap_or_default).collect();
                Identity::of(&texts.join("\n")).to_string()
            }),
        }),
    }
}

/// How many vectors there are, how many differ, how many meet a limit, and the time that
/// evaluation took.
#[derive(Debug, Default)]
struct Outcome {
    vectors: usize,
    differing: Vec<String>,
    over_limit: usize,
    time: Duration,
}

fn compared(answers: &str, functions: &HashMap<String, Listing>) -> Outcome {
    let mut outcome = Outcome::default();
    let mut evaluator = Evaluator::new();
    let mut last: Option<(String, Ready)> = None;
    for (number, line) in answers.lines().enumerate() {
        let vector: Vector = serde_json::from_str(line).expect("a vector");
        let key = vector.source.as_ref().unwrap_or(&vector.function);
        if last.as_ref().is_none_or(|(own, _)| own != key) {
            let ready = match &vector.source {
                Some(source) => Ready::new(&parse_listings(source)[0]),
                None => Ready::new(&functions[&vector.function]),
            };
            last = Some((key.clone(), ready));
        }
        let (_, ready) = last.as_ref().expect("it was made ready");
        let begun = Instant::now();
        let of_all_lines = matches!(&vector.answer, Answer::Value { all: Some(_), .. });
        let found = answer(&mut evaluator, ready, &vector.sample, of_all_lines);
        outcome.time += begun.elapsed();
        outcome.vectors += 1;
        match found {
            None => outcome.over_limit += 1,
            Some(found) if found == vector.answer => {}
            Some(found) => outcome.differing.push(format!(
                "{}, {}: {found:?}, expected {:?}",
                number + 1,
                vector.function,
                vector.answer
            )),
        }
    }
    outcome
}

fn assert_alike(outcome: &Outcome) {
    let first: Vec<&String> = outcome.differing.iter().take(20).collect();
    assert!(
        outcome.differing.is_empty(),
        "{} of {} differ: {first:#?}",
        outcome.differing.len(),
        outcome.vectors
    );
}

/// The answers to the programs of a file in the folder; says so where there is none.
fn of_file(name: &str) {
    let Some(folder) = std::env::var_os(FOLDER) else {
        eprintln!("skipped: {FOLDER} names no folder with {name}.py and its answers");
        return;
    };
    let read = |name: String| {
        let path = Path::new(&folder).join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let functions = parse_listings(&read(format!("{name}.py")));
    let functions: HashMap<String, Listing> = functions
        .into_iter()
        .map(|listing| (listing.name().to_owned(), listing))
        .collect();
    let outcome = compared(&read(format!("{name}.answers.jsonl")), &functions);
    println!(
        "{name}: {} functions, {} vectors, {} over a limit, {:?}",
        functions.len(),
        outcome.vectors,
        outcome.over_limit,
        outcome.time
    );
    assert_alike(&outcome);
    assert_eq!(outcome.over_limit, 0);
}

/// Random programs of our own making, with what CPython answers.
#[test]
fn random_programs_answer_as_in_python() {
    let outcome = compared(include_str!("arc_dsl.jsonl"), &HashMap::new());
    assert!(outcome.vectors > 300 && outcome.over_limit == 0);
    assert_alike(&outcome);
}

/// Mutants of the original's programs, where the folder has some: `mutants.jsonl`.
#[test]
fn mutants_answer_as_in_python() {
    let folder = std::env::var_os(FOLDER);
    let path = folder.map(|folder| Path::new(&folder).join("mutants.jsonl"));
    let Some(Ok(mutants)) = path.map(std::fs::read_to_string) else {
        eprintln!("skipped: {FOLDER} names no folder with mutants.jsonl");
        return;
    };
    let outcome = compared(&mutants, &HashMap::new());
    println!(
        "{} mutants, {} over a limit",
        outcome.vectors, outcome.over_limit
    );
    assert_alike(&outcome);
}

#[test]
fn the_solvers_of_the_original_answer_as_in_python() {
    of_file("solvers");
}

#[test]
fn the_verifiers_of_re_arc_answer_as_in_python() {
    of_file("verifiers");
}
