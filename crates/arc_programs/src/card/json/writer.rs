//! A card written as JSON.

use std::fmt::{Display, Write};

use serde_json::Value as Json;

use super::{VERSION, VERSION_WITH_DIALECT};
use crate::card::mutation::Mutation;
use crate::card::{Call, CallId, Card, SolverEntry};
use crate::dsl::REFERENCE;

impl Card {
    /// The card as JSON, one call or entry a line, with a final newline.
    ///
    /// [Reading](Card::from_text) it gives an equal card.
    pub fn to_json(&self) -> String {
        let mut json = String::with_capacity(40 * self.len() + 256);
        let seed = self.seed.map_or(Json::Null, Json::from);
        // Writing to a `String` does not fail.
        let _ = match self.dialect == &REFERENCE {
            true => write!(json, r#"{{"version": {VERSION}, "#),
            false => write!(
                json,
                r#"{{"version": {VERSION_WITH_DIALECT}, "dialect": "{}", "#,
                self.dialect.name()
            ),
        };
        let _ = write!(json, r#""seed": {seed}, "calls": "#);
        push_list(&mut json, self.calls().map(|(_, call)| call_json(call)));
        json.push_str(",\n\"differs\": ");
        let differs = self.differs().map(|differ| {
            let call = differ.call.number();
            let solver = differ.solver.map(CallId::number);
            let solver = solver.map_or(Json::Null, Json::from);
            let name = text_json(differ.name);
            format!(r#"{{"call": {call}, "solver": {solver}, "name": {name}}}"#)
        });
        push_list(&mut json, differs);
        json.push_str(",\n\"solvers\": ");
        let solvers = self.solvers().iter().map(|solver| {
            let SolverEntry {
                call,
                task,
                mutated,
            } = solver;
            let call = call.number();
            format!(r#"{{"call": {call}, "task": "{task}", "mutated": {mutated}}}"#)
        });
        push_list(&mut json, solvers);
        if !self.mutations.is_empty() {
            json.push_str(",\n\"mutations\": ");
            push_list(&mut json, self.mutations.iter().map(mutation_json));
        }
        json.push_str("}\n");
        json
    }
}

fn push_list(json: &mut String, items: impl Iterator<Item = String>) {
    json.push('[');
    for (index, item) in items.enumerate() {
        json.push_str(if index > 0 { ",\n" } else { "\n" });
        json.push_str(&item);
    }
    json.push(']');
}

/// What was changed, for people and statistics; no reader needs it.
fn mutation_json(mutation: &Mutation) -> String {
    let Mutation {
        call,
        position,
        kind,
        from,
        to,
    } = mutation;
    let (kind, from, to) = (text_json(kind.name()), text_json(from), text_json(to));
    let call = call.number();
    format!(
        r#"{{"call": {call}, "position": {position}, "kind": {kind}, "from": {from}, "to": {to}}}"#
    )
}

fn call_json(call: Call<'_>) -> String {
    let mut json = format!("[{}", text_json(call.callee));
    for (keyword, term) in call.arguments.iter() {
        let text = match keyword {
            Some(keyword) => text_json(format_args!("{keyword}={term}")),
            None => text_json(term),
        };
        json.push_str(", ");
        json.push_str(&text);
    }
    json.push(']');
    json
}

fn text_json(text: impl Display) -> String {
    Json::from(text.to_string()).to_string()
}
