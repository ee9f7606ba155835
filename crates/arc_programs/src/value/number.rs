//! Python's operators.
//!
//! Primitives of the reference apply an operator to whatever they are given,
//! so the operators here take every value and pass through to the kinds that
//! Python lets them: `+` concatenates tuples, `-`, `|` and `&` work on sets,
//! `*` repeats tuples. Booleans count as integers. Integers are 64-bit and
//! checked; the floats are there for `nan` and the infinities, and follow
//! `Objects/floatobject.c` for what arithmetic makes of those.

use std::cmp::Ordering;

use super::{Failure, Measure, Outcome, Tuple, Value};

/// Both operands of an arithmetic operator, on a common footing.
enum Operands {
    Integers(i64, i64),
    Floats(f64, f64),
}

impl Operands {
    /// The numbers, where both are; an integer beside a float becomes one.
    fn of(a: &Value, b: &Value) -> Option<Operands> {
        match (a, b) {
            (Value::Float(a), Value::Float(b)) => Some(Operands::Floats(*a, *b)),
            (Value::Float(a), _) => Some(Operands::Floats(*a, b.as_integer()? as f64)),
            (_, Value::Float(b)) => Some(Operands::Floats(a.as_integer()? as f64, *b)),
            _ => Some(Operands::Integers(a.as_integer()?, b.as_integer()?)),
        }
    }
}

fn checked(integer: Option<i64>) -> Outcome {
    integer.map(Value::Integer).ok_or(Failure::Overflow)
}

/// Python's `a + b`: the sum of numbers, the concatenation of tuples.
///
/// # Errors
/// [`Failure::WrongType`] for other operands, [`Failure::Overflow`],
/// [`Failure::TooLarge`].
pub fn add(a: &Value, b: &Value) -> Outcome {
    if let (Value::Tuple(a), Value::Tuple(b)) = (a, b) {
        return a.concatenated(b).map(Value::Tuple);
    }
    match Operands::of(a, b).ok_or(Failure::WrongType)? {
        Operands::Integers(a, b) => checked(a.checked_add(b)),
        Operands::Floats(a, b) => Ok(Value::Float(a + b)),
    }
}

/// Python's `a - b`: the difference of numbers or of sets.
///
/// # Errors
/// As [`add`].
pub fn subtract(a: &Value, b: &Value) -> Outcome {
    if let (Value::Set(a), Value::Set(b)) = (a, b) {
        return a.difference(b).map(Value::Set);
    }
    match Operands::of(a, b).ok_or(Failure::WrongType)? {
        Operands::Integers(a, b) => checked(a.checked_sub(b)),
        Operands::Floats(a, b) => Ok(Value::Float(a - b)),
    }
}

/// Python's `a * b`: the product of numbers, the repetition of a tuple.
///
/// # Errors
/// As [`add`].
pub fn multiply(a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::Tuple(tuple), count) | (count, Value::Tuple(tuple)) => {
            repeat(tuple, count.integer()?)
        }
        _ => match Operands::of(a, b).ok_or(Failure::WrongType)? {
            Operands::Integers(a, b) => checked(a.checked_mul(b)),
            Operands::Floats(a, b) => Ok(Value::Float(a * b)),
        },
    }
}

/// The items of a tuple, `count` times over; none for a negative count.
fn repeat(tuple: &Tuple, count: i64) -> Outcome {
    let count = usize::try_from(count).unwrap_or(0);
    let nodes = u64::from(tuple.measure().weight).saturating_mul(count as u64);
    if nodes > u64::from(Measure::WEIGHT) {
        return Err(Failure::TooLarge);
    }
    let mut items = Vec::with_capacity(tuple.len() * count);
    for _ in 0..count {
        items.extend(tuple.iter());
    }
    Value::tuple(items)
}

/// Python's `a // b`: rounded down.
///
/// # Errors
/// [`Failure::WrongType`] unless both are numbers, [`Failure::DivisionByZero`],
/// [`Failure::Overflow`].
pub fn floor_divide(a: &Value, b: &Value) -> Outcome {
    match Operands::of(a, b).ok_or(Failure::WrongType)? {
        Operands::Integers(_, 0) => Err(Failure::DivisionByZero),
        Operands::Integers(a, b) => {
            let quotient = a.checked_div(b).ok_or(Failure::Overflow)?;
            let inexact = a % b != 0;
            Ok(Value::Integer(
                quotient - i64::from(inexact && (a < 0) != (b < 0)),
            ))
        }
        Operands::Floats(a, b) => float_divmod(a, b).map(|(quotient, _)| Value::Float(quotient)),
    }
}

/// Python's `a % b`: with the sign of `b`.
///
/// # Errors
/// As [`floor_divide`].
pub fn modulo(a: &Value, b: &Value) -> Outcome {
    match Operands::of(a, b).ok_or(Failure::WrongType)? {
        Operands::Integers(_, 0) => Err(Failure::DivisionByZero),
        Operands::Integers(a, b) => {
            // The one overflow, of the least integer by −1, has remainder 0.
            let remainder = a.checked_rem(b).unwrap_or(0);
            let opposed = remainder != 0 && (remainder < 0) != (b < 0);
            Ok(Value::Integer(if opposed {
                remainder + b
            } else {
                remainder
            }))
        }
        Operands::Floats(a, b) => float_divmod(a, b).map(|(_, remainder)| Value::Float(remainder)),
    }
}

/// The floored quotient and its remainder, as CPython rounds them.
fn float_divmod(a: f64, b: f64) -> Result<(f64, f64), Failure> {
    if b == 0.0 {
        return Err(Failure::DivisionByZero);
    }
    let mut remainder = a % b;
    let mut quotient = (a - remainder) / b;
    if remainder == 0.0 {
        remainder = 0.0_f64.copysign(b);
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return Ok((0.0_f64.copysign(a / b), remainder));
    }
    let floor = quotient.floor();
    let rounded = if quotient - floor > 0.5 {
        floor + 1.0
    } else {
        floor
    };
    Ok((rounded, remainder))
}

/// Python's `-a`.
///
/// # Errors
/// [`Failure::WrongType`] unless it is a number, [`Failure::Overflow`].
pub fn negate(a: &Value) -> Outcome {
    match a {
        Value::Float(float) => Ok(Value::Float(-float)),
        _ => checked(a.integer()?.checked_neg()),
    }
}

/// Python's `abs(a)`.
///
/// # Errors
/// As [`negate`].
pub fn absolute(a: &Value) -> Outcome {
    match a {
        Value::Float(float) => Ok(Value::Float(float.abs())),
        _ => checked(a.integer()?.checked_abs()),
    }
}

/// Python's `a | b`: of booleans, of integers bit by bit, of sets.
///
/// # Errors
/// [`Failure::WrongType`] for other operands.
pub fn or(a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::Set(a), Value::Set(b)) => a.union(b).map(Value::Set),
        (Value::Boolean(a), Value::Boolean(b)) => Ok(Value::Boolean(a | b)),
        _ => Ok(Value::Integer(a.integer()? | b.integer()?)),
    }
}

/// Python's `a & b`: of booleans, of integers bit by bit, of sets.
///
/// # Errors
/// [`Failure::WrongType`] for other operands.
pub fn and(a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::Set(a), Value::Set(b)) => a.intersection(b).map(Value::Set),
        (Value::Boolean(a), Value::Boolean(b)) => Ok(Value::Boolean(a & b)),
        _ => Ok(Value::Integer(a.integer()? & b.integer()?)),
    }
}

/// Whether two values are equal numbers.
pub(super) fn equal(a: &Value, b: &Value) -> bool {
    compare(a, b) == Some(Some(Ordering::Equal))
}

/// How two numbers compare: `None` where one is no number, `Some(None)` where
/// one is `nan`. An integer and a float compare by their exact values.
pub(super) fn compare(a: &Value, b: &Value) -> Option<Option<Ordering>> {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => Some(a.partial_cmp(b)),
        (Value::Float(a), _) => {
            let integer = b.as_integer()?;
            Some(compare_mixed(integer, *a).map(Ordering::reverse))
        }
        (_, Value::Float(b)) => Some(compare_mixed(a.as_integer()?, *b)),
        _ => Some(Some(a.as_integer()?.cmp(&b.as_integer()?))),
    }
}

/// How an integer compares with a float.
fn compare_mixed(integer: i64, float: f64) -> Option<Ordering> {
    /// Twice the magnitude of the least integer, as a float.
    const BEYOND: f64 = 18_446_744_073_709_551_616.0;
    if float.is_nan() {
        None
    } else if float >= BEYOND {
        Some(Ordering::Less)
    } else if float <= -BEYOND {
        Some(Ordering::Greater)
    } else {
        let whole = float.floor();
        // Within ±2^64 the floor is exact in 128 bits.
        match i128::from(integer).cmp(&(whole as i128)) {
            Ordering::Equal if float > whole => Some(Ordering::Less),
            ordering => Some(ordering),
        }
    }
}
