//! Values as JSON, in the encoding of the project's vectors.
//!
//! | value | JSON |
//! | --- | --- |
//! | integer, boolean, `None` | number, `true`/`false`, `null` |
//! | tuple | array |
//! | set | `{"set": […]}`: in iteration order when written, of insertion when read |
//! | float | `{"float": "nan"}` and so on |
//! | a primitive | `{"fn": "size"}` |
//! | any other function | `{"closure": true}`, only written |
//! | a call that makes a function | `{"call": ["rbind", {"fn": "add"}, 3]}`, only read |

use serde_json::{Map, Value as Json};
use thiserror::Error;

use super::{Failure, PrimitiveId, Value, canonical};

/// Names of functions, which this room does not know.
pub trait Functions {
    /// The primitive of this name.
    fn named(&mut self, name: &str) -> Option<PrimitiveId>;

    /// What a call of the primitive of this name yields.
    fn called(&mut self, name: &str, arguments: &[Value]) -> Option<Value>;

    /// The name of a primitive.
    fn name(&self, id: PrimitiveId) -> Option<&str>;
}

/// Error of JSON that is no value.
#[derive(Debug, Error)]
pub enum NotAValue {
    /// A number that is no 64-bit integer, a string, or an object of no
    /// meaning here.
    #[error("no value: {0}")]
    Meaningless(String),
    /// A function that is not known.
    #[error("no function of the name {0:?}")]
    UnknownFunction(String),
    /// A value beyond the limits of [`Measure`](super::Measure).
    #[error(transparent)]
    Limit(#[from] Failure),
}

/// The value that this JSON stands for.
///
/// # Errors
/// [`NotAValue`], says why there is none. The nesting is bounded by
/// `serde_json`'s own limit when the text is parsed, and again when the value
/// is built.
pub fn decode(json: &Json, functions: &mut impl Functions) -> Result<Value, NotAValue> {
    match json {
        Json::Null => Ok(Value::None),
        Json::Bool(boolean) => Ok(Value::Boolean(*boolean)),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Ok(Value::Integer(integer)),
            None => Err(meaningless(json)),
        },
        Json::Array(items) => Ok(Value::tuple(decode_all(items, functions)?)?),
        Json::Object(object) => decode_object(json, object, functions),
        Json::String(_) => Err(meaningless(json)),
    }
}

fn meaningless(json: &Json) -> NotAValue {
    NotAValue::Meaningless(json.to_string())
}

fn decode_all(items: &[Json], functions: &mut impl Functions) -> Result<Vec<Value>, NotAValue> {
    items.iter().map(|item| decode(item, functions)).collect()
}

fn decode_object(
    json: &Json,
    object: &Map<String, Json>,
    functions: &mut impl Functions,
) -> Result<Value, NotAValue> {
    let mut members = object.iter();
    let (Some((key, content)), None) = (members.next(), members.next()) else {
        return Err(meaningless(json));
    };
    match (key.as_str(), content) {
        ("set", Json::Array(items)) => Ok(Value::set(decode_all(items, functions)?)?),
        ("float", Json::String(text)) => match text.parse() {
            Ok(float) => Ok(Value::Float(float)),
            Err(_) => Err(meaningless(json)),
        },
        ("fn", Json::String(name)) => match functions.named(name) {
            Some(id) => Ok(Value::Primitive(id)),
            None => Err(NotAValue::UnknownFunction(name.clone())),
        },
        ("call", Json::Array(parts)) => {
            let Some((Json::String(name), arguments)) = parts.split_first() else {
                return Err(meaningless(json));
            };
            let arguments = decode_all(arguments, functions)?;
            functions
                .called(name, &arguments)
                .ok_or_else(|| NotAValue::UnknownFunction(name.clone()))
        }
        _ => Err(meaningless(json)),
    }
}

/// The JSON of a value; a primitive that `functions` has no name for is written
/// like a closure.
pub fn encode(value: &Value, functions: &impl Functions) -> Json {
    let object = |key: &str, content: Json| {
        let mut object = Map::new();
        object.insert(key.to_owned(), content);
        Json::Object(object)
    };
    match value {
        Value::None => Json::Null,
        Value::Boolean(boolean) => Json::Bool(*boolean),
        Value::Integer(integer) => Json::from(*integer),
        Value::Float(float) => object("float", Json::String(canonical::float_text(*float))),
        Value::Tuple(tuple) => {
            Json::Array(tuple.iter().map(|item| encode(&item, functions)).collect())
        }
        Value::Set(set) => object(
            "set",
            Json::Array(set.iter().map(|item| encode(&item, functions)).collect()),
        ),
        Value::Primitive(id) => match functions.name(*id) {
            Some(name) => object("fn", Json::String(name.to_owned())),
            None => object("closure", Json::Bool(true)),
        },
        Value::Closure(_) => object("closure", Json::Bool(true)),
    }
}
