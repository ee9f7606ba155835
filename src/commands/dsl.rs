//! `run_batt dsl`: the reference page of the DSL, from the table of primitives.

use std::fmt::Write;

use anyhow::bail;
use arc_programs::dsl::{FailureValue, Primitive, REFERENCE};

use super::ExitStatus;
use crate::cli::DslArguments;
use crate::terminal::print_result;

pub fn execute(arguments: &DslArguments) -> anyhow::Result<ExitStatus> {
    let page = match &arguments.name {
        None => list(),
        Some(name) => match REFERENCE.named(name) {
            Some(primitive) => explanation(primitive),
            None => {
                let names = REFERENCE
                    .primitives()
                    .iter()
                    .map(|primitive| primitive.name);
                let nearest = names.min_by_key(|known| strsim::damerau_levenshtein(known, name));
                bail!(
                    "unknown primitive `{name}`; the nearest is `{}`",
                    nearest.unwrap_or_default()
                );
            }
        },
    };
    print_result(&page)?;
    Ok(ExitStatus::Done)
}

/// All primitives, a line each: signature, and the first sentence of what it
/// means.
fn list() -> String {
    let mut names: Vec<&Primitive> = REFERENCE.primitives().iter().collect();
    names.sort_by_key(|primitive| primitive.name);
    let mut page = String::new();
    for primitive in names {
        let text = primitive.documentation.trim();
        let paragraph = text.split("\n\n").next().unwrap_or(text);
        let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        let sentence = line
            .split_once(". ")
            .map_or(line.as_str(), |(first, _)| first);
        let _ = writeln!(
            page,
            "{}\n    {}",
            signature(primitive),
            sentence.trim_end_matches('.')
        );
    }
    page
}

fn explanation(primitive: &Primitive) -> String {
    let mut page = format!("{}\n\n", signature(primitive));
    for line in primitive.documentation.lines() {
        let _ = writeln!(page, "{}", line.strip_prefix(' ').unwrap_or(line));
    }
    let _ = writeln!(
        page,
        "\nA failing call yields {}.",
        failure_text(primitive.on_failure)
    );
    for (call, result) in primitive.examples {
        let _ = writeln!(page, "\n    {call}\n    {result}");
    }
    page
}

/// `fill(grid: Grid, color: C_, patch: Patch) -> Grid`
fn signature(primitive: &Primitive) -> String {
    let parameters: Vec<String> = primitive
        .parameters
        .iter()
        .map(|parameter| {
            let mut text = parameter.name.to_owned();
            if let Some(hint) = parameter.hint.name() {
                let _ = write!(text, ": {hint}");
            }
            if let Some(default) = parameter.default {
                let _ = write!(text, " = {default}");
            }
            text
        })
        .collect();
    let returned = primitive.returned.name().unwrap_or("Any");
    format!(
        "{}({}) -> {returned}",
        primitive.name,
        parameters.join(", ")
    )
}

fn failure_text(value: FailureValue) -> &'static str {
    match value {
        FailureValue::EmptySet => "an empty set",
        FailureValue::EmptyTuple => "()",
        FailureValue::Zero => "0",
        FailureValue::False => "False",
        FailureValue::Nothing => "a function that returns () whatever it is given",
    }
}
