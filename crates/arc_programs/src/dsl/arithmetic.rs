//! Numbers and vectors.
//!
//! "Numerical" in the reference is an integer or a pair of integers, and its
//! primitives ask only whether an operand *is an integer* (booleans are):
//! everything else is taken for a pair, by its first two items, which may be
//! anything that the operator takes. So `add` of two pairs of tuples
//! concatenates, and a float, having no items, fails.

use arc_programs_macros::primitives;

use super::columns::{Column, joined, number as each_number, numbers, test, tests};
use crate::value::{Outcome, Value, number, order};

/// A binary operator: on any values, as Python applies it, and on integers, which
/// are what programs mostly have.
pub(super) struct Operator {
    on_values: fn(&Value, &Value) -> Outcome,
    on_integers: fn(i64, i64) -> Option<i64>,
    /// What `()` counts as; `None` where it is a vector like any other.
    neutral: Option<i64>,
}

impl Operator {
    /// The same, to which `()` is a vector like any other.
    pub(super) const fn without_neutral(self) -> Operator {
        Operator {
            neutral: None,
            ..self
        }
    }
}

/// The sum, which of tuples is their concatenation.
pub(super) const ADD: Operator = Operator {
    on_values: number::add,
    on_integers: i64::checked_add,
    neutral: Some(0),
};

/// The difference.
pub(super) const SUBTRACT: Operator = Operator {
    on_values: number::subtract,
    on_integers: i64::checked_sub,
    neutral: Some(0),
};

/// The product.
pub(super) const MULTIPLY: Operator = Operator {
    on_values: number::multiply,
    on_integers: i64::checked_mul,
    neutral: Some(1),
};

/// The quotient rounded down.
pub(super) const DIVIDE: Operator = Operator {
    on_values: number::floor_divide,
    // A quotient of a positive divisor is rounded down by both.
    on_integers: |a, b| (b > 0).then(|| a.div_euclid(b)),
    neutral: Some(1),
};

/// The vector of what a function makes of the first two items, in turn.
fn vector(of_item: impl Fn(i64) -> Outcome) -> Outcome {
    let first = of_item(0)?;
    Value::tuple_of_two(first, of_item(1)?)
}

/// Applies an operator to two numbers, two vectors, or one of each item by
/// item.
#[inline(always)]
pub(super) fn elementwise(a: &Value, b: &Value, operator: &Operator) -> Outcome {
    let apply = operator.on_integers;
    let both = |first: Option<i64>, second: Option<i64>| {
        let (first, second) = first.zip(second)?;
        Some(Value::pair(first, second))
    };
    let found = match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => apply(*a, *b).map(Value::Integer),
        (Value::Tuple(a), Value::Tuple(b)) => match (a.as_pair(), b.as_pair()) {
            (Some(a), Some(b)) => both(apply(a.0, b.0), apply(a.1, b.1)),
            _ => None,
        },
        (Value::Integer(a), Value::Tuple(b)) => match b.as_pair() {
            Some(b) => both(apply(*a, b.0), apply(*a, b.1)),
            None => None,
        },
        (Value::Tuple(a), Value::Integer(b)) => match a.as_pair() {
            Some(a) => both(apply(a.0, *b), apply(a.1, *b)),
            None => None,
        },
        _ => None,
    };
    match found {
        Some(value) => Ok(value),
        None => elementwise_on_values(a, b, operator),
    }
}

#[cold]
fn elementwise_on_values(a: &Value, b: &Value, operator: &Operator) -> Outcome {
    let apply = operator.on_values;
    let neutral = operator.neutral.map(Value::Integer);
    let or_neutral = |value| match &neutral {
        Some(neutral) if Value::is_empty_tuple(value) => neutral,
        _ => value,
    };
    let (a, b) = (or_neutral(a), or_neutral(b));
    match (a.as_integer(), b.as_integer()) {
        (Some(_), Some(_)) => apply(a, b),
        (Some(_), None) if b.as_tuple().is_some() => vector(|place| apply(a, &b.item(place)?)),
        _ if a.as_tuple().is_some() && b.as_tuple().is_some() => {
            vector(|place| apply(&a.item(place)?, &b.item(place)?))
        }
        _ => vector(|place| apply(&a.item(place)?, b)),
    }
}

/// Applies a function to a number, or to both items of a vector: the one on
/// integers where it has an answer.
#[inline]
fn each(
    value: &Value,
    on_integer: fn(i64) -> Option<i64>,
    on_value: fn(&Value) -> Outcome,
) -> Outcome {
    if let Value::Integer(integer) = value
        && let Some(found) = on_integer(*integer)
    {
        return Ok(Value::Integer(found));
    }
    if let Some((first, second)) = value.as_pair()
        && let (Some(first), Some(second)) = (on_integer(first), on_integer(second))
    {
        return Ok(Value::pair(first, second));
    }
    if value.as_integer().is_some() {
        return on_value(value);
    }
    vector(|place| on_value(&value.item(place)?))
}

/// One of three results, by the sign of a number; `nan`, which is neither zero
/// nor above it, counts as negative.
fn by_sign(
    value: &Value,
    negative: fn(&Value) -> Outcome,
    above: fn(&Value) -> Outcome,
) -> Outcome {
    let zero = Value::Integer(0);
    if value.equals(&zero) {
        Ok(zero)
    } else if order::greater(value, &zero)? {
        above(value)
    } else {
        negative(value)
    }
}

/// `value + 1`.
fn successor(value: &Value) -> Outcome {
    number::add(value, &Value::Integer(1))
}

/// `value - 1`.
fn predecessor(value: &Value) -> Outcome {
    number::subtract(value, &Value::Integer(1))
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The sum of two numbers or vectors; a number is added to both items of a
    /// vector. `()` counts as 0.
    #[example("add(2, (3, 4))" => "(5, 6)")]
    #[example("add((), 3)" => "3")]
    #[fails_alike]
    #[in_columns(numbers(a, b, i64::checked_add))]
    fn add(a: Numerical, b: Numerical) -> Numerical {
        elementwise(a, b, &ADD)
    }

    /// The difference of two numbers or vectors. `()` counts as 0.
    #[example("subtract((5, 6), (3, 4))" => "(2, 2)")]
    #[fails_alike]
    #[in_columns(numbers(a, b, i64::checked_sub))]
    fn subtract(a: Numerical, b: Numerical) -> Numerical {
        elementwise(a, b, &SUBTRACT)
    }

    /// The product of two numbers, or of vectors item by item. `()` counts as
    /// 1.
    #[example("multiply(3, (2, 5))" => "(6, 15)")]
    #[in_columns(numbers(a, b, i64::checked_mul))]
    fn multiply(a: Numerical, b: Numerical) -> Numerical {
        elementwise(a, b, &MULTIPLY)
    }

    /// The quotient of two numbers, or of vectors item by item, rounded down.
    /// `()` counts as 1; division by zero fails.
    #[example("divide((7, -7), 2)" => "(3, -4)")]
    #[example("divide(7, 0)" => "()")]
    #[in_columns(numbers(a, b, |a, b| (b > 0).then(|| a.div_euclid(b))))]
    fn divide(a: Numerical, b: Numerical) -> Numerical {
        elementwise(a, b, &DIVIDE)
    }

    /// The number or vector that adds up to zero with the given one.
    #[example("invert((3, -4))" => "(-3, 4)")]
    #[fails_alike]
    #[in_columns(each_number(n, i64::checked_neg))]
    fn invert(n: Numerical) -> Numerical {
        each(n, i64::checked_neg, number::negate)
    }

    /// Whether an integer is even.
    #[example("even(-2)" => "True")]
    #[fails_alike]
    #[in_columns(test(n, |n| n % 2 == 0))]
    fn even(n: Integer) -> Boolean {
        if let Value::Integer(integer) = n {
            return Ok(Value::Boolean(integer % 2 == 0));
        }
        let remainder = number::modulo(n, &Value::Integer(2))?;
        Ok(Value::Boolean(remainder.equals(&Value::Integer(0))))
    }

    /// Twice the number or vector.
    #[example("double((3, -4))" => "(6, -8)")]
    #[fails_alike]
    #[in_columns(each_number(n, |n| n.checked_mul(2)))]
    fn double(n: Numerical) -> Numerical {
        each(
            n,
            |n| n.checked_mul(2),
            |n| number::multiply(n, &Value::Integer(2)),
        )
    }

    /// Half the number or vector, rounded down.
    #[example("halve((3, -3))" => "(1, -2)")]
    #[fails_alike]
    #[in_columns(each_number(n, |n| Some(n.div_euclid(2))))]
    fn halve(n: Numerical) -> Numerical {
        each(
            n,
            |n| Some(n.div_euclid(2)),
            |n| number::floor_divide(n, &Value::Integer(2)),
        )
    }

    /// One more.
    #[example("increment((3, -4))" => "(4, -3)")]
    #[fails_alike]
    #[in_columns(each_number(x, |x| x.checked_add(1)))]
    fn increment(x: Numerical) -> Numerical {
        each(x, |x| x.checked_add(1), successor)
    }

    /// One less.
    #[example("decrement((3, -4))" => "(2, -5)")]
    #[fails_alike]
    #[in_columns(each_number(x, |x| x.checked_sub(1)))]
    fn decrement(x: Numerical) -> Numerical {
        each(x, |x| x.checked_sub(1), predecessor)
    }

    /// One further from zero; zero stays.
    #[example("crement((3, -4))" => "(4, -5)")]
    #[fails_alike]
    #[in_columns(each_number(x, |x| x.checked_add(x.signum())))]
    fn crement(x: Numerical) -> Numerical {
        each(
            x,
            |x| x.checked_add(x.signum()),
            |x| by_sign(x, predecessor, successor),
        )
    }

    /// The sign: −1, 0 or 1.
    #[example("sign((3, -4))" => "(1, -1)")]
    #[fails_alike]
    #[in_columns(each_number(x, |x| Some(x.signum())))]
    fn sign(x: Numerical) -> Numerical {
        each(
            x,
            |x| Some(x.signum()),
            |x| by_sign(x, |_| Ok(Value::Integer(-1)), |_| Ok(Value::Integer(1))),
        )
    }

    /// Whether a number is above zero.
    #[example("positive(3)" => "True")]
    #[fails_alike]
    #[in_columns(test(x, |x| x > 0))]
    fn positive(x: Integer) -> Boolean {
        order::greater(x, &Value::Integer(0)).map(Value::Boolean)
    }

    /// Whether the first is greater than the second; all that Python orders can
    /// be compared.
    #[example("greater(3, 2)" => "True")]
    #[example("greater((1, 2), (1, 3))" => "False")]
    #[in_columns(tests(a, b, |a, b| a > b))]
    fn greater(a: Integer, b: Integer) -> Boolean {
        order::greater(a, b).map(Value::Boolean)
    }

    /// The vector that points down by this much.
    #[example("toivec(3)" => "(3, 0)")]
    #[in_columns(joined(&[i, &Column::Same(Value::Integer(0))]))]
    fn toivec(i: Integer) -> IJ {
        Value::tuple_of_two(i.clone(), Value::Integer(0))
    }

    /// The vector that points right by this much.
    #[example("tojvec(3)" => "(0, 3)")]
    #[in_columns(joined(&[&Column::Same(Value::Integer(0)), j]))]
    fn tojvec(j: Integer) -> IJ {
        Value::tuple_of_two(Value::Integer(0), j.clone())
    }
}
