//! What a failing call yields.

use super::hint::{Hint, Kind};
use super::primitive::Parameter;
use crate::value::{Closure, Value};

/// The value of a call that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureValue {
    /// `frozenset()`.
    EmptySet,
    /// `()`.
    EmptyTuple,
    /// `0`.
    Zero,
    /// `False`.
    False,
    /// A function that returns `()` whatever it is given.
    Nothing,
}

impl FailureValue {
    /// Failure value of a call whose callee is known only when it is evaluated.
    pub const OF_UNKNOWN_CALLEE: FailureValue = FailureValue::EmptyTuple;

    /// Value that it stands for; a function is a new one each time.
    pub fn value(self) -> Value {
        match self {
            FailureValue::EmptySet => Value::empty_set(),
            FailureValue::EmptyTuple => Value::EMPTY_TUPLE,
            FailureValue::Zero => Value::Integer(0),
            FailureValue::False => Value::Boolean(false),
            FailureValue::Nothing => Value::Closure(Closure::nothing()),
        }
    }

    /// Of a primitive with these hints: the reference reads it off the hint on
    /// the result, unless it cannot resolve all hints.
    pub(super) const fn of(parameters: &[Parameter], returned: Hint) -> FailureValue {
        let mut place = 0;
        while place < parameters.len() {
            if matches!(parameters[place].hint.kind(), Kind::Unresolved) {
                return FailureValue::EmptyTuple;
            }
            place += 1;
        }
        match returned.kind() {
            Kind::Set => FailureValue::EmptySet,
            Kind::Tuple | Kind::Unresolved => FailureValue::EmptyTuple,
            Kind::Integer => FailureValue::Zero,
            Kind::Boolean => FailureValue::False,
            Kind::Function => FailureValue::Nothing,
        }
    }
}
