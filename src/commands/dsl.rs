//! `run_batt dsl`: the reference page of the DSL, from the table of primitives.

use std::fmt::Write;

use anyhow::bail;
use arc_programs::did_you_mean;
use arc_programs::dsl::{Dialect, FailingCalls, FailureValue, Parameter, Primitive};
use arc_programs::value::canonical;
use serde::Serialize;

use super::ExitStatus;
use crate::cli::{DslArguments, Format};
use crate::terminal::print_result;

pub fn execute(arguments: &DslArguments) -> anyhow::Result<ExitStatus> {
    let dialect = arguments.dialect.dialect();
    let found = match &arguments.name {
        None => Entries::all(dialect),
        Some(name) => Entries::like(dialect, name),
    };
    if let (Some(name), true) = (&arguments.name, found.is_empty()) {
        let nearest = dialect.nearest(name);
        bail!(
            "no primitive or constant is named or explained by `{name}`{}",
            did_you_mean::question(nearest)
        );
    }
    let page = match arguments.format {
        Format::Json => serde_json::to_string(&found)? + "\n",
        Format::Text => found.page(arguments.name.as_deref()),
    };
    print_result(&page)?;
    Ok(ExitStatus::Done)
}

/// What a page is about.
#[derive(Default, Serialize)]
struct Entries {
    primitives: Vec<PrimitiveEntry>,
    constants: Vec<ConstantEntry>,
}

impl Entries {
    /// All, sorted by name; constants as the dialect groups them.
    fn all(dialect: &'static Dialect) -> Self {
        let entry = |primitive| PrimitiveEntry::new(dialect, primitive);
        let mut primitives: Vec<PrimitiveEntry> = dialect.primitives().iter().map(entry).collect();
        primitives.sort_by_key(|entry| entry.name);
        let constants = dialect
            .constants()
            .iter()
            .map(|(name, value)| ConstantEntry {
                name,
                value: canonical::text(value),
            });
        Self {
            primitives,
            constants: constants.collect(),
        }
    }

    /// The one of this name, else those whose names have it in them, else those
    /// whose meanings have.
    fn like(dialect: &'static Dialect, name: &str) -> Self {
        let part = name.to_lowercase();
        let has_part = |own: &str| own.to_lowercase().contains(&part);
        let all = || Self::all(dialect);
        all()
            .which(|own, _| own == name)
            .or_else(|| all().which(|own, _| has_part(own)))
            .or_else(|| all().which(|_, meaning| has_part(meaning)))
            .unwrap_or_default()
    }

    /// Those that are wanted for their name or their meaning; `None` where none is.
    fn which(mut self, is_wanted: impl Fn(&str, &str) -> bool) -> Option<Self> {
        self.primitives
            .retain(|entry| is_wanted(entry.name, entry.documentation));
        self.constants.retain(|entry| is_wanted(entry.name, ""));
        (!self.is_empty()).then_some(self)
    }

    fn is_empty(&self) -> bool {
        self.primitives.is_empty() && self.constants.is_empty()
    }

    /// Explanation of the one that is asked for by its name; else a list.
    fn page(&self, name: Option<&str>) -> String {
        match (self.primitives.as_slice(), self.constants.as_slice()) {
            ([primitive], []) if name == Some(primitive.name) => primitive.explanation(),
            _ => self.list(),
        }
    }

    /// A line each: signature, and the first sentence of what it means; the
    /// constants with their values.
    fn list(&self) -> String {
        let mut page = String::new();
        for primitive in &self.primitives {
            let _ = writeln!(page, "{}\n    {}", primitive.signature, primitive.gist());
        }
        for ConstantEntry { name, value } in &self.constants {
            let _ = writeln!(page, "{name} = {value}");
        }
        page
    }
}

#[derive(Serialize)]
struct ConstantEntry {
    name: &'static str,
    /// As programs' results are written.
    value: String,
}

#[derive(Serialize)]
struct PrimitiveEntry {
    name: &'static str,
    /// `fill(grid: Grid, color: C_, patch: Patch) -> Grid`
    signature: String,
    parameters: Vec<ParameterEntry>,
    returns: &'static str,
    /// What a failing call yields; `null` where it ends the program.
    on_failure: Option<&'static str>,
    /// In Markdown.
    documentation: &'static str,
    examples: Vec<ExampleEntry>,
}

#[derive(Serialize)]
struct ParameterEntry {
    name: &'static str,
    hint: Option<&'static str>,
    default: Option<&'static str>,
}

#[derive(Serialize)]
struct ExampleEntry {
    call: &'static str,
    result: &'static str,
}

impl PrimitiveEntry {
    fn new(dialect: &Dialect, primitive: &Primitive) -> Self {
        let parameters: Vec<ParameterEntry> = primitive.parameters.iter().map(Into::into).collect();
        let returns = primitive.returned.name().unwrap_or("Any");
        let texts: Vec<String> = parameters.iter().map(ParameterEntry::text).collect();
        let examples = primitive.examples.iter();
        Self {
            name: primitive.name,
            signature: format!("{}({}) -> {returns}", primitive.name, texts.join(", ")),
            parameters,
            returns,
            on_failure: match dialect.failing_calls() {
                FailingCalls::YieldAValue => Some(failure_text(primitive.on_failure)),
                FailingCalls::EndTheProgram => None,
            },
            documentation: primitive.documentation,
            examples: examples
                .map(|&(call, result)| ExampleEntry { call, result })
                .collect(),
        }
    }
}

impl From<&Parameter> for ParameterEntry {
    fn from(parameter: &Parameter) -> Self {
        Self {
            name: parameter.name,
            hint: parameter.hint.name(),
            default: parameter.default,
        }
    }
}

impl ParameterEntry {
    fn text(&self) -> String {
        let mut text = self.name.to_owned();
        if let Some(hint) = self.hint {
            let _ = write!(text, ": {hint}");
        }
        if let Some(default) = self.default {
            let _ = write!(text, " = {default}");
        }
        text
    }
}

impl PrimitiveEntry {
    /// The first sentence of what it means.
    fn gist(&self) -> String {
        let text = self.documentation.trim();
        let paragraph = text.split("\n\n").next().unwrap_or(text);
        let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        let sentence = line
            .split_once(". ")
            .map_or(line.as_str(), |(first, _)| first);
        sentence.trim_end_matches('.').to_owned()
    }

    fn explanation(&self) -> String {
        let mut page = format!("{}\n\n", self.signature);
        for line in self.documentation.lines() {
            let _ = writeln!(page, "{}", line.strip_prefix(' ').unwrap_or(line));
        }
        match self.on_failure {
            Some(value) => {
                let _ = writeln!(page, "\nA failing call yields {value}.");
            }
            None => page.push_str("\nA failing call ends the program.\n"),
        }
        for ExampleEntry { call, result } in &self.examples {
            let _ = writeln!(page, "\n    {call}\n    {result}");
        }
        page
    }
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
