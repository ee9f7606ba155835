//! Primitives, scores, whole programs and cards, asked for by JSON lines, so that other
//! languages can drive them.
//!
//! A line is told by its members. Its `dialect` is that of its names; without it, and without
//! `--dialect`, one that a function or a program leaves no doubt of, which the answer then says
//! in a `dialect` of its own; else the reference's. What is wrong with one is the answer to it, and the
//! next is read: nothing of a line stays but the data, which are listed once.

mod calls;
mod data;
mod whole;

use std::collections::BTreeMap;
use std::io;

use arc_programs::dsl::{DIALECTS, Dialect, REFERENCE};
use arc_programs::evaluation::Limits;
use run_batt::library::Guess;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use crate::cli::EvalArguments;
use crate::commands::ExitStatus;
use crate::commands::json_lines;
use data::Data;

const EXPECTED: &str = r#"expected {"fn": NAME, "args": […]}, {"output": …, "expected": …}, {"program": TEXT, "task": …} or {"card": …, "task": …}"#;

/// Answers each line with what it asks for, any other line with `{"error": …}`.
pub fn answer(arguments: &EvalArguments) -> anyhow::Result<ExitStatus> {
    let mut answering = Answering {
        limits: arguments.limits(),
        dialect: arguments.dialect.asked(),
        data: Data::of(arguments),
    };
    json_lines::answer(io::stdin().lock(), |line| answering.answer(line))
}

/// What answering a line takes, beside the line.
struct Answering<'a> {
    limits: Limits,
    /// The dialect of lines that say none.
    dialect: Option<&'static Dialect>,
    data: Data<'a>,
}

impl Answering<'_> {
    fn answer(&mut self, line: &[u8]) -> Result<Json, String> {
        let members = Members::read(line)?;
        let asked = self.asked_dialect(&members)?;
        let guess = match asked {
            Some(_) => None,
            None => guessed(&members)?,
        };
        let guessed = guess.map(|guess| guess.dialect);
        let mut answer = self.answer_in(asked.or(guessed), &members)?;
        if let Some(dialect) = guessed {
            answer["dialect"] = dialect.name().into();
        }
        Ok(answer)
    }

    /// The dialect that a line says, or all that say none are in.
    fn asked_dialect(&self, members: &Members<'_>) -> Result<Option<&'static Dialect>, String> {
        Ok(match members.get::<String>("dialect")? {
            None => self.dialect,
            Some(name) => Some(Dialect::of_name(&name).ok_or_else(|| {
                let names = DIALECTS.map(|own| format!("{:?}", own.name()));
                format!("`dialect`: found {name:?}, expected {}", names.join(" or "))
            })?),
        })
    }

    fn answer_in(
        &mut self,
        dialect: Option<&'static Dialect>,
        members: &Members<'_>,
    ) -> Result<Json, String> {
        let or_default = dialect.unwrap_or(&REFERENCE);
        if members.has("fn") && members.has("args") {
            return calls::called(members, or_default, self.limits);
        }
        if members.has("output") && members.has("expected") {
            return calls::scored(members, or_default);
        }
        let Some(kind) = whole::Kind::of(members) else {
            return Err(format!("found no form of a request; {EXPECTED}"));
        };
        let task = self.data.task(members)?;
        whole::evaluated(kind, members, dialect, &task, self.limits)
    }
}

/// The dialect that what is to be called leaves no doubt of.
fn guessed(members: &Members<'_>) -> Result<Option<Guess>, String> {
    if let Some(name) = members.get::<String>("fn")? {
        return Ok(Guess::of_names([name.as_str()]));
    }
    let text = members.get::<String>("program")?;
    Ok(text.and_then(|text| Guess::of_text(&text)))
}

/// Members of a line, each as it stands there.
struct Members<'line>(BTreeMap<String, &'line RawValue>);

impl<'line> Members<'line> {
    fn read(line: &'line [u8]) -> Result<Self, String> {
        let members = serde_json::from_slice(line);
        members
            .map(Self)
            .map_err(|error| format!("{error}; {EXPECTED}"))
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A member as its text stands there.
    fn raw(&self, name: &str) -> Option<&'line RawValue> {
        self.0.get(name).copied()
    }

    /// A member of a form that is known.
    fn get<Member: DeserializeOwned>(&self, name: &str) -> Result<Option<Member>, String> {
        let member = self.raw(name).map(|raw| serde_json::from_str(raw.get()));
        member
            .transpose()
            .map_err(|error| format!("`{name}`: {error}"))
    }
}
