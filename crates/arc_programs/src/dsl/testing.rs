//! Functions that tests call.

use super::Dialect;
use crate::value::{Closure, Operation, Value};

/// A primitive of a dialect.
pub(in crate::dsl) fn named(dialect: &Dialect, name: &str) -> Value {
    Value::Primitive(dialect.find(name).expect("a primitive"))
}

pub(in crate::dsl) fn closure(operation: Operation) -> Value {
    Value::Closure(Closure::new(operation).expect("small"))
}

pub(in crate::dsl) fn bound_left(function: Value, fixed: Value) -> Value {
    let parameters = 1;
    closure(Operation::BindLeft {
        function,
        fixed,
        parameters,
    })
}

pub(in crate::dsl) fn bound_right(function: Value, fixed: Value) -> Value {
    let parameters = 1;
    closure(Operation::BindRight {
        function,
        fixed,
        parameters,
    })
}

/// A function of two arguments with one of them fixed.
pub(in crate::dsl) fn bound(function: Value, fixed: Value, is_left: bool) -> Value {
    match is_left {
        true => bound_left(function, fixed),
        false => bound_right(function, fixed),
    }
}
