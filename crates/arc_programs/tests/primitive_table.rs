//! The table against the reference's list of primitives, and its examples.
#![allow(clippy::print_stdout, reason = "says what is missing")]

mod common;

use std::fs;

use arc_programs::dsl::call::call;
use arc_programs::dsl::{ARC_DSL, Budget, Context, Dialect, FailureValue, Primitive, REFERENCE};
use arc_programs::value::{Failure, Value, canonical};
use serde_json::{Value as Json, json};

/// The reference's description of our primitive.
fn described(primitive: &Primitive) -> Json {
    let mut hints = serde_json::Map::new();
    let hinted = primitive
        .parameters
        .iter()
        .map(|parameter| (parameter.name, parameter.hint));
    for (name, hint) in hinted.chain([("return", primitive.returned)]) {
        if let Some(hint) = hint.name() {
            hints.insert(name.to_owned(), Json::from(hint));
        }
    }
    json!({
        "name": primitive.name,
        "params": primitive.parameters.iter().map(|parameter| parameter.name).collect::<Vec<_>>(),
        "hints": hints,
        "arity": primitive.arity(),
        "required": primitive.required(),
        "default": match primitive.on_failure {
            FailureValue::EmptySet => json!({"set": []}),
            FailureValue::EmptyTuple => json!([]),
            FailureValue::Zero => json!(0),
            FailureValue::False => json!(false),
            FailureValue::Nothing => json!({"fn_returning": []}),
        },
    })
}

/// Every primitive of the reference is here and is what it is there. What is
/// here besides is ours alone.
#[test]
fn declarations_agree_with_the_reference() {
    let text = fs::read_to_string(common::fixture("primitives.json")).expect("a fixture");
    let reference: Vec<Json> = serde_json::from_str(&text).expect("JSON");
    assert!(!reference.is_empty(), "no primitive was compared");
    for theirs in &reference {
        let name = theirs["name"].as_str().expect("a name");
        let ours = REFERENCE.named(name).map(described);
        assert_eq!(ours.as_ref(), Some(theirs), "{name}");
    }
}

#[test]
fn names_are_unique() {
    for dialect in [&REFERENCE, &ARC_DSL] {
        for (place, primitive) in dialect.primitives().iter().enumerate() {
            let id = dialect.find(primitive.name);
            let id = id.expect("every primitive has a name");
            let name = primitive.name;
            assert_eq!(usize::from(id.0), place, "{name} is there twice");
        }
    }
}

/// The original has 160 primitives, of which the reference has 141 by name.
#[test]
fn the_original_has_its_primitives() {
    let primitives = ARC_DSL.primitives();
    assert_eq!(primitives.len(), 160);
    let is_shared = |primitive: &&Primitive| REFERENCE.named(primitive.name).is_some();
    assert_eq!(primitives.iter().filter(is_shared).count(), 141);
}

#[test]
fn examples_hold() {
    let mut wrong = Vec::new();
    for dialect in [&REFERENCE, &ARC_DSL] {
        for primitive in dialect.primitives() {
            assert!(!primitive.examples.is_empty(), "{}", primitive.name);
            for (example, result) in primitive.examples {
                let value = Example::evaluate(dialect, example);
                let value = value.unwrap_or_else(|failure| panic!("{example}: {failure}"));
                let text = canonical::text(&value);
                if &text != result {
                    wrong.push(format!("{dialect:?}: {example} => {text}, not {result}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The evaluation of an example: literals, constants, calls, and calls of what
/// calls return.
struct Example<'text> {
    rest: &'text str,
    context: Context,
}

impl Example<'_> {
    fn evaluate(dialect: &'static Dialect, text: &str) -> Result<Value, Failure> {
        let mut example = Example {
            rest: text,
            context: Context::new(dialect, Budget::of_steps(1_000_000)),
        };
        let value = example.expression()?;
        assert_eq!(example.rest, "", "all of {text} is read");
        match example.context.ended_by() {
            Some(failure) => Err(failure),
            None => Ok(value),
        }
    }

    fn taken(&mut self, token: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expression(&mut self) -> Result<Value, Failure> {
        let mut value = self.primary()?;
        while self.taken('(') {
            let (arguments, _) = self.list(')')?;
            let arguments: Vec<&Value> = arguments.iter().collect();
            value = call(&mut self.context, &value, &arguments)?;
        }
        Ok(value)
    }

    fn primary(&mut self) -> Result<Value, Failure> {
        if self.taken('(') {
            let (mut items, trailing) = self.list(')')?;
            return match items.pop() {
                Some(item) if items.is_empty() && !trailing => Ok(item),
                Some(item) => {
                    items.push(item);
                    Value::tuple(items)
                }
                None => Ok(Value::EMPTY_TUPLE),
            };
        }
        if self.taken('{') {
            return Value::set(self.list('}')?.0);
        }
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let end = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(match word {
            "True" => Value::Boolean(true),
            "False" => Value::Boolean(false),
            "None" => Value::None,
            "nan" => Value::NAN,
            _ => {
                if let Ok(integer) = word.parse() {
                    Value::Integer(integer)
                } else {
                    let named = self.context.dialect().value(word);
                    named.unwrap_or_else(|| panic!("what is {word:?}?"))
                }
            }
        })
    }

    /// Expressions up to the closing sign, and whether a comma came last.
    fn list(&mut self, close: char) -> Result<(Vec<Value>, bool), Failure> {
        let mut items = Vec::new();
        let mut trailing = false;
        while !self.taken(close) {
            items.push(self.expression()?);
            trailing = self.taken(',');
        }
        Ok((items, trailing))
    }
}
