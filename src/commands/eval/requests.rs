//! Primitives, asked for by JSON lines, so that a test suite in any language
//! can drive them.

use std::io;

use run_batt::dsl::{Budget, Context, TableFunctions, table};
use run_batt::evaluation::Limits;
use run_batt::value::json;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::commands::ExitStatus;
use crate::commands::json_lines;

#[derive(Deserialize)]
struct Request {
    r#fn: String,
    args: Vec<Json>,
}

/// Answers each `{"fn": NAME, "args": […]}` with `{"out": …}` or `{"error"}`.
pub fn answer(limits: Limits) -> anyhow::Result<ExitStatus> {
    json_lines::answer(io::stdin().lock(), |line| {
        out(line, limits).map(|out| serde_json::json!({ "out": out }))
    })
}

fn out(line: &[u8], limits: Limits) -> Result<Json, String> {
    let request: Request = serde_json::from_slice(line)
        .map_err(|error| format!("{error}; expected a line {{\"fn\": NAME, \"args\": […]}}"))?;
    let primitive = table::find(&request.r#fn)
        .and_then(table::get)
        .ok_or_else(|| format!("unknown primitive `{}`", request.r#fn))?;
    let arguments = request
        .args
        .iter()
        .map(|argument| json::decode(argument, &mut TableFunctions))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error.to_string())?;
    let mut context = Context::new(Budget {
        steps: limits.call_steps,
        bytes: limits.bytes,
        deadline: limits.deadline,
    });
    let value = primitive.call(&mut context, &arguments);
    Ok(json::encode(&value, &TableFunctions))
}
