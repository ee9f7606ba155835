//! Primitives and scores, asked for by JSON lines, so that a test suite in any
//! language can drive them.

use std::io;

use arc_programs::dsl::{Budget, Context, JsonFunctions, REFERENCE};
use arc_programs::evaluation::Limits;
use arc_programs::score;
use arc_programs::value::{Value, json};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::commands::ExitStatus;
use crate::commands::json_lines;

/// A line of input.
#[derive(Deserialize)]
#[serde(untagged)]
enum Request {
    Primitive { r#fn: String, args: Vec<Json> },
    Score { output: Json, expected: Json },
}

const EXPECTED: &str = r#"expected {"fn": NAME, "args": […]} or {"output": …, "expected": …}"#;

/// Answers each `{"fn": NAME, "args": […]}` with `{"out": …}`, each `{"output": …,
/// "expected": …}` with `{"score": N}`, any other line with `{"error"}`. Where `expected`
/// is `null`, it is not known, and so is the score: `null`.
pub fn answer(limits: Limits) -> anyhow::Result<ExitStatus> {
    json_lines::answer(io::stdin().lock(), |line| {
        let line: Json =
            serde_json::from_slice(line).map_err(|error| format!("{error}; {EXPECTED}"))?;
        match Request::deserialize(line) {
            Ok(Request::Primitive { r#fn, args }) => called(&r#fn, &args, limits),
            Ok(Request::Score { output, expected }) => scored(&output, &expected),
            Err(_) => Err(format!("found neither form of a request; {EXPECTED}")),
        }
    })
}

/// What a primitive yields.
fn called(name: &str, arguments: &[Json], limits: Limits) -> Result<Json, String> {
    let primitive = REFERENCE
        .named(name)
        .ok_or_else(|| format!("unknown primitive `{name}`"))?;
    let arguments = arguments.iter().map(value).collect::<Result<Vec<_>, _>>()?;
    let mut context = Context::new(
        &REFERENCE,
        Budget {
            steps: limits.call_steps,
            bytes: limits.bytes,
            deadline: limits.deadline,
        },
    );
    let value = primitive.call(&mut context, &arguments);
    match context.is_exhausted() {
        true => Err(format!(
            "the call of `{name}` met a limit, so that it has no value"
        )),
        false => Ok(json!({ "out": json::encode(&value, &JsonFunctions::of(&REFERENCE)) })),
    }
}

/// What a solver's output scores.
fn scored(output: &Json, expected: &Json) -> Result<Json, String> {
    let output = value(output)?;
    let expected = match expected {
        Json::Null => None,
        known => Some(value(known)?),
    };
    let score = expected.map(|expected| score::of_solver(&output, Some(&expected)));
    Ok(json!({ "score": score }))
}

fn value(json: &Json) -> Result<Value, String> {
    json::decode(json, &mut JsonFunctions::of(&REFERENCE)).map_err(|error| error.to_string())
}
