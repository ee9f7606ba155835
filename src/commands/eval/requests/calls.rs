//! Single calls and single scores.

use arc_programs::dsl::{Budget, Context, Dialect, JsonFunctions};
use arc_programs::evaluation::Limits;
use arc_programs::score;
use arc_programs::value::{Value, json};
use serde_json::{Value as Json, json};

use super::Members;

/// What a primitive yields: `{"out": …}` for `{"fn": NAME, "args": […]}`.
pub(super) fn called(
    members: &Members<'_>,
    dialect: &'static Dialect,
    limits: Limits,
) -> Result<Json, String> {
    let name: String = members.get("fn")?.unwrap_or_default();
    let arguments: Vec<Json> = members.get("args")?.unwrap_or_default();
    let primitive = dialect
        .named(&name)
        .ok_or_else(|| format!("unknown primitive `{name}`"))?;
    let arguments = arguments.iter().map(|json| value(dialect, json));
    let arguments = arguments.collect::<Result<Vec<_>, _>>()?;
    let mut context = Context::new(
        dialect,
        Budget {
            steps: limits.call_steps,
            bytes: limits.bytes,
            deadline: limits.deadline,
        },
    );
    let value = primitive.call(&mut context, &arguments);
    if let Some(failure) = context.ended_by() {
        return Err(match failure.exception() {
            Some(exception) => format!("the call of `{name}` failed: {exception}: {failure}"),
            None => format!("the call of `{name}` failed: {failure}"),
        });
    }
    match context.is_exhausted() {
        true => Err(format!(
            "the call of `{name}` met a limit, so that it has no value"
        )),
        false => Ok(json!({ "out": encoded(dialect, &value) })),
    }
}

/// What a solver's output scores: `{"score": N}` for `{"output": …, "expected": …}`. Where
/// `expected` is `null`, it is not known, and so is the score: `null`.
pub(super) fn scored(members: &Members<'_>, dialect: &'static Dialect) -> Result<Json, String> {
    let member = |name| Ok::<Json, String>(members.get(name)?.unwrap_or_default());
    let output = value(dialect, &member("output")?)?;
    let expected = match member("expected")? {
        Json::Null => None,
        known => Some(value(dialect, &known)?),
    };
    let score = expected.map(|expected| score::of_solver(&output, Some(&expected)));
    Ok(json!({ "score": score }))
}

fn value(dialect: &'static Dialect, json: &Json) -> Result<Value, String> {
    json::decode(json, &mut JsonFunctions::of(dialect)).map_err(|error| error.to_string())
}

/// A value as the project's vectors have it.
pub(super) fn encoded(dialect: &'static Dialect, value: &Value) -> Json {
    json::encode(value, &JsonFunctions::of(dialect))
}
