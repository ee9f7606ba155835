//! The text by which values are compared with the reference's.
//!
//! Integers in decimal, `True`, `False`, `None`, floats as Python's `repr`,
//! tuples `(a, b)`, `(a,)`, `()`, sets `{a, b}` in iteration order, `{}` when
//! empty, any function `<fn>`. Long texts are given by a digest
//! (`vectors/README.md` of the project).

use std::fmt::Write;

use md5::{Digest, Md5};

use super::Value;

/// The longest text, in characters, that [`digest`] gives as it is.
const LONGEST: usize = 200;

/// A value's whole text.
pub fn text(value: &Value) -> String {
    let mut text = String::new();
    write_value(&mut text, value, usize::MAX);
    text
}

/// A value's text, or `md5:<hex>:<length>` of one beyond 200 characters.
pub fn digest(value: &Value) -> String {
    let text = text(value);
    // The text is ASCII, so bytes are characters.
    if text.len() <= LONGEST {
        return text;
    }
    let mut digest = String::from("md5:");
    for byte in Md5::digest(text.as_bytes()) {
        // Writing to a string cannot fail.
        let _ = write!(digest, "{byte:02x}");
    }
    let _ = write!(digest, ":{}", text.len());
    digest
}

/// A value's text, broken off where it gets long: for messages.
pub(super) fn brief(value: &Value) -> String {
    let mut text = String::new();
    write_value(&mut text, value, LONGEST);
    if text.len() > LONGEST {
        text.truncate(LONGEST);
        text.push('…');
    }
    text
}

/// Adds the value's text; stops early once there is more than `limit`.
fn write_value(text: &mut String, value: &Value, limit: usize) {
    match value {
        Value::None => text.push_str("None"),
        Value::Boolean(true) => text.push_str("True"),
        Value::Boolean(false) => text.push_str("False"),
        Value::Integer(integer) => {
            let _ = write!(text, "{integer}");
        }
        Value::Float(float) => text.push_str(&float_text(*float)),
        Value::Tuple(tuple) => {
            text.push('(');
            write_items(text, tuple.iter(), limit);
            text.push_str(if tuple.len() == 1 { ",)" } else { ")" });
        }
        Value::Set(set) => {
            text.push('{');
            write_items(text, set.iter(), limit);
            text.push('}');
        }
        Value::Primitive(_) | Value::Closure(_) => text.push_str("<fn>"),
    }
}

fn write_items(text: &mut String, items: impl Iterator<Item = Value>, limit: usize) {
    for (position, item) in items.enumerate() {
        if text.len() > limit {
            return;
        }
        if position > 0 {
            text.push_str(", ");
        }
        write_value(text, &item, limit);
    }
}

/// Python's `repr` of a float: the shortest digits that give it back, with an
/// exponent below 10^-4 and from 10^16.
pub fn float_text(float: f64) -> String {
    if float.is_nan() {
        return "nan".to_owned();
    }
    if float.is_infinite() {
        return if float > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let magnitude = float.abs();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let scientific = format!("{float:e}");
        // Rust writes `1e-7`, Python `1e-07`.
        return match scientific.split_once('e') {
            Some((digits, exponent)) => {
                let (sign, exponent) = match exponent.strip_prefix('-') {
                    Some(exponent) => ('-', exponent),
                    None => ('+', exponent),
                };
                format!("{digits}e{sign}{exponent:0>2}")
            }
            None => scientific,
        };
    }
    format!("{float:?}")
}
