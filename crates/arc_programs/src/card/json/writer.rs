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
        let calls = self.calls().map(|(_, call)| call);
        push_list(&mut json, calls, push_call);
        json.push_str(",\n\"differs\": ");
        push_list(&mut json, self.differs(), |json, differ| {
            let call = differ.call.number();
            let solver = differ.solver.map(CallId::number);
            let solver = solver.map_or(Json::Null, Json::from);
            let _ = write!(json, r#"{{"call": {call}, "solver": {solver}, "name": "#);
            push_text(json, differ.name);
            json.push('}');
        });
        json.push_str(",\n\"solvers\": ");
        push_list(&mut json, self.solvers().iter(), |json, solver| {
            let SolverEntry {
                call,
                task,
                mutated,
            } = solver;
            let call = call.number();
            let _ = write!(
                json,
                r#"{{"call": {call}, "task": "{task}", "mutated": {mutated}}}"#
            );
        });
        if !self.mutations.is_empty() {
            json.push_str(",\n\"mutations\": ");
            push_list(&mut json, self.mutations.iter(), push_mutation);
        }
        json.push_str("}\n");
        json
    }
}

fn push_list<T>(
    json: &mut String,
    items: impl Iterator<Item = T>,
    mut push: impl FnMut(&mut String, T),
) {
    json.push('[');
    for (index, item) in items.enumerate() {
        json.push_str(if index > 0 { ",\n" } else { "\n" });
        push(json, item);
    }
    json.push(']');
}

/// What was changed, for people and statistics; no reader needs it.
fn push_mutation(json: &mut String, mutation: &Mutation) {
    let Mutation {
        call,
        position,
        kind,
        from,
        to,
    } = mutation;
    let call = call.number();
    let _ = write!(
        json,
        r#"{{"call": {call}, "position": {position}, "kind": "#
    );
    push_text(json, kind.name());
    json.push_str(r#", "from": "#);
    push_text(json, from);
    json.push_str(r#", "to": "#);
    push_text(json, to);
    json.push('}');
}

fn push_call(json: &mut String, call: Call<'_>) {
    json.push('[');
    push_text(json, call.callee);
    for (keyword, term) in call.arguments.iter() {
        json.push_str(", ");
        match keyword {
            Some(keyword) => push_text(json, format_args!("{keyword}={term}")),
            None => push_text(json, term),
        }
    }
    json.push(']');
}

/// Adds a text as JSON. Hardly one has a character that has to be escaped.
fn push_text(json: &mut String, text: impl Display) {
    let begin = json.len();
    let _ = write!(json, "\"{text}");
    let written = &json[begin + 1..];
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if written.bytes().all(is_plain) {
        json.push('"');
    } else {
        let escaped = Json::from(written).to_string();
        json.truncate(begin);
        json.push_str(&escaped);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_is_written_as_json_has_it(before in ".*", text in "(?s).*") {
            let mut json = before.clone();
            push_text(&mut json, &text);
            prop_assert_eq!(json, before + &Json::from(text).to_string());
        }
    }

    #[test]
    fn what_json_escapes_is_escaped() {
        let mut json = String::new();
        push_text(&mut json, "a\"b\\c\nd\u{7f}\u{1}é");
        assert_eq!(json, "\"a\\\"b\\\\c\\nd\u{7f}\\u0001é\"");
    }
}
