//! The constants that programs name.

use super::hint::Hint;
use crate::value::{Tuple, Value};

const fn pair(row: i32, column: i32) -> Value {
    Value::Tuple(Tuple::small_pair(row, column))
}

/// The constants by name, grouped as the reference groups them: booleans, ranks
/// from the first and from the last, random symbols, numbers, colours, angles,
/// scales, vectors. Several names mean one number, which a program's author (or
/// a mutation) chooses between by what the number is for.
pub static CONSTANTS: &[(&str, Value)] = &[
    ("F", Value::Boolean(false)),
    ("T", Value::Boolean(true)),
    ("F0", Value::Integer(0)),
    ("F1", Value::Integer(1)),
    ("F2", Value::Integer(2)),
    ("F3", Value::Integer(3)),
    ("F4", Value::Integer(4)),
    ("F5", Value::Integer(5)),
    ("F6", Value::Integer(6)),
    ("F7", Value::Integer(7)),
    ("F8", Value::Integer(8)),
    ("F9", Value::Integer(9)),
    ("L1", Value::Integer(-1)),
    ("L2", Value::Integer(-2)),
    ("L3", Value::Integer(-3)),
    ("L4", Value::Integer(-4)),
    ("L5", Value::Integer(-5)),
    ("L6", Value::Integer(-6)),
    ("L7", Value::Integer(-7)),
    ("L8", Value::Integer(-8)),
    ("L9", Value::Integer(-9)),
    ("L10", Value::Integer(-10)),
    ("R0", Value::Integer(0)),
    ("R1", Value::Integer(1)),
    ("R2", Value::Integer(2)),
    ("R3", Value::Integer(3)),
    ("R4", Value::Integer(4)),
    ("R5", Value::Integer(5)),
    ("R6", Value::Integer(6)),
    ("R7", Value::Integer(7)),
    ("R8", Value::Integer(8)),
    ("R9", Value::Integer(9)),
    ("NEG_TEN", Value::Integer(-10)),
    ("NEG_NINE", Value::Integer(-9)),
    ("NEG_EIGHT", Value::Integer(-8)),
    ("NEG_SEVEN", Value::Integer(-7)),
    ("NEG_SIX", Value::Integer(-6)),
    ("NEG_FIVE", Value::Integer(-5)),
    ("NEG_FOUR", Value::Integer(-4)),
    ("NEG_THREE", Value::Integer(-3)),
    ("NEG_TWO", Value::Integer(-2)),
    ("NEG_ONE", Value::Integer(-1)),
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
    ("HUNDRED", Value::Integer(100)),
    ("THOUSAND", Value::Integer(1000)),
    ("BLACK", Value::Integer(0)),
    ("BLUE", Value::Integer(1)),
    ("RED", Value::Integer(2)),
    ("GREEN", Value::Integer(3)),
    ("YELLOW", Value::Integer(4)),
    ("GRAY", Value::Integer(5)),
    ("MAGENTA", Value::Integer(6)),
    ("ORANGE", Value::Integer(7)),
    ("CYAN", Value::Integer(8)),
    ("BURGUNDY", Value::Integer(9)),
    ("A0", Value::Integer(0)),
    ("A1", Value::Integer(1)),
    ("A2", Value::Integer(2)),
    ("A3", Value::Integer(3)),
    ("A4", Value::Integer(4)),
    ("A5", Value::Integer(5)),
    ("A6", Value::Integer(6)),
    ("A7", Value::Integer(7)),
    ("A8", Value::Integer(8)),
    ("A9", Value::Integer(9)),
    ("SM2", Value::Integer(2)),
    ("SM3", Value::Integer(3)),
    ("SD2", Value::Integer(-2)),
    ("SD3", Value::Integer(-3)),
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

/// The constant of this name; `None` where there is none.
pub fn find(name: &str) -> Option<&'static Value> {
    let named = CONSTANTS.iter().find(|(own, _)| *own == name);
    named.map(|(_, value)| value)
}

/// The ranges that hints ask for, by the names of their constants, in order:
/// neighbours are alike.
const RANGES: &[(Hint, &[&str])] = &[
    (Hint::Boolean, &["F", "T"]),
    (
        Hint::F_,
        &["F0", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9"],
    ),
    (
        Hint::FL,
        &[
            "F9", "F8", "F7", "F6", "F5", "F4", "F3", "F2", "F1", "F0", "L1", "L2", "L3", "L4",
            "L5", "L6", "L7", "L8", "L9", "L10",
        ],
    ),
    (Hint::R4, &["R0", "R1", "R2", "R3"]),
    (Hint::R8, &["R0", "R1", "R2", "R3", "R4", "R5", "R6", "R7"]),
    (
        Hint::R_,
        &["R0", "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9"],
    ),
    (Hint::A4, &["A0", "A1", "A2", "A3"]),
    (Hint::A8, &["A0", "A1", "A2", "A3", "A4", "A5", "A6", "A7"]),
    (
        Hint::C_,
        &[
            "BLACK", "BLUE", "RED", "GREEN", "YELLOW", "GRAY", "MAGENTA", "ORANGE", "CYAN",
            "BURGUNDY",
        ],
    ),
    (
        Hint::IJ,
        &[
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
    ),
    (
        Hint::Integer,
        &[
            "NEG_TEN",
            "NEG_NINE",
            "NEG_EIGHT",
            "NEG_SEVEN",
            "NEG_SIX",
            "NEG_FIVE",
            "NEG_FOUR",
            "NEG_THREE",
            "NEG_TWO",
            "NEG_ONE",
            "ZERO",
            "ONE",
            "TWO",
            "THREE",
            "FOUR",
            "FIVE",
            "SIX",
            "SEVEN",
            "EIGHT",
            "NINE",
            "TEN",
            "HUNDRED",
            "THOUSAND",
        ],
    ),
];

/// The names of the constants that a hint asks for; none for a hint of no
/// range.
pub fn range(hint: Hint) -> &'static [&'static str] {
    let asked = match hint {
        Hint::I_ | Hint::J_ | Hint::Numerical => Hint::Integer,
        hint => hint,
    };
    let found = RANGES.iter().find(|(own, _)| *own == asked);
    found.map_or(&[], |(_, names)| names)
}

/// What a constant is for, by its name; `None` for what is no constant, or one
/// of no range.
pub fn hint(name: &str) -> Option<Hint> {
    // `R0` is of three ranges, and says of itself only that it is a symbol;
    // `F0` is a rank from the first.
    let narrow = |hint: &Hint| !matches!(hint, Hint::R4 | Hint::R8);
    let mut ranges = RANGES.iter().filter(|(own, _)| narrow(own));
    let found = ranges.find(|(_, names)| names.contains(&name));
    found.map(|(hint, _)| *hint)
}
