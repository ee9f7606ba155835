//! The constants that programs of the original name.

use crate::dsl::constants::{Constants, Range};
use crate::dsl::hint::Hint;
use crate::value::{Tuple, Value};

const fn pair(row: i32, column: i32) -> Value {
    Value::Tuple(Tuple::small_pair(row, column))
}

pub(super) const CONSTANTS: Constants = Constants::new(VALUES, RANGES);

/// The constants by name, grouped as the original groups them: booleans, numbers,
/// vectors.
static VALUES: &[(&str, Value)] = &[
    ("F", Value::Boolean(false)),
    ("T", Value::Boolean(true)),
    ("ZERO", Value::Integer(0)),
    ("ONE", Value::Integer(1)),
    ("TWO", Value::Integer(2)),
    ("THREE", Value::Integer(3)),
    ("FOUR", Value::Integer(4)),
    ("FIVE", Value::Integer(5)),
    ("SIX", Value::Integer(6)),
    ("SEVEN", Value::Integer(7)),
    ("EIGHT", Value::Integer(8)),
    ("NINE", Value::Integer(9)),
    ("TEN", Value::Integer(10)),
    ("NEG_ONE", Value::Integer(-1)),
    ("NEG_TWO", Value::Integer(-2)),
    ("DOWN", pair(1, 0)),
    ("RIGHT", pair(0, 1)),
    ("UP", pair(-1, 0)),
    ("LEFT", pair(0, -1)),
    ("ORIGIN", pair(0, 0)),
    ("UNITY", pair(1, 1)),
    ("NEG_UNITY", pair(-1, -1)),
    ("UP_RIGHT", pair(-1, 1)),
    ("DOWN_LEFT", pair(1, -1)),
    ("ZERO_BY_TWO", pair(0, 2)),
    ("TWO_BY_ZERO", pair(2, 0)),
    ("TWO_BY_TWO", pair(2, 2)),
    ("THREE_BY_THREE", pair(3, 3)),
];

static RANGES: &[Range] = &[
    Range {
        hints: &[Hint::Boolean],
        names: &["F", "T"],
    },
    Range {
        hints: &[Hint::Integer, Hint::Numerical],
        names: &[
            "NEG_TWO", "NEG_ONE", "ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN",
            "EIGHT", "NINE", "TEN",
        ],
    },
    Range {
        hints: &[Hint::IntegerTuple],
        names: &[
            "DOWN",
            "RIGHT",
            "UP",
            "LEFT",
            "ORIGIN",
            "UNITY",
            "NEG_UNITY",
            "UP_RIGHT",
            "DOWN_LEFT",
            "ZERO_BY_TWO",
            "TWO_BY_ZERO",
            "TWO_BY_TWO",
            "THREE_BY_THREE",
        ],
    },
];
