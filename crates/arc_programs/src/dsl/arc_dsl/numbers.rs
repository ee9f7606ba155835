//! Numbers, vectors and truth.

use arc_programs_macros::primitives;

use super::super::{arithmetic, logic};
use arithmetic::{ADD, DIVIDE, MULTIPLY, Operator, SUBTRACT, elementwise};

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The sum of two numbers or vectors; a number is added to both items of a vector.
    #[example("add(2, (3, 4))" => "(5, 6)")]
    #[in_columns(arithmetic::ADD_ENTRY.in_columns?(columns, &[a, b]))]
    fn add(a: Numerical, b: Numerical) -> Numerical {
        const OPERATOR: Operator = ADD.without_neutral();
        elementwise(a, b, &OPERATOR)
    }

    /// The difference of two numbers or vectors.
    #[example("subtract((5, 6), (3, 4))" => "(2, 2)")]
    #[in_columns(arithmetic::SUBTRACT_ENTRY.in_columns?(columns, &[a, b]))]
    fn subtract(a: Numerical, b: Numerical) -> Numerical {
        const OPERATOR: Operator = SUBTRACT.without_neutral();
        elementwise(a, b, &OPERATOR)
    }

    /// The product of two numbers, or of vectors item by item.
    #[example("multiply(3, (2, 5))" => "(6, 15)")]
    #[in_columns(arithmetic::MULTIPLY_ENTRY.in_columns?(columns, &[a, b]))]
    fn multiply(a: Numerical, b: Numerical) -> Numerical {
        const OPERATOR: Operator = MULTIPLY.without_neutral();
        elementwise(a, b, &OPERATOR)
    }

    /// The quotient of two numbers, or of vectors item by item, rounded down. Division
    /// by zero fails.
    #[example("divide((7, -7), 2)" => "(3, -4)")]
    #[in_columns(arithmetic::DIVIDE_ENTRY.in_columns?(columns, &[a, b]))]
    fn divide(a: Numerical, b: Numerical) -> Numerical {
        const OPERATOR: Operator = DIVIDE.without_neutral();
        elementwise(a, b, &OPERATOR)
    }

    #[body_of(arithmetic::invert)]
    fn invert(n: Numerical) -> Numerical;

    #[body_of(arithmetic::even)]
    fn even(n: Integer) -> Boolean;

    #[body_of(arithmetic::double)]
    fn double(n: Numerical) -> Numerical;

    #[body_of(arithmetic::halve)]
    fn halve(n: Numerical) -> Numerical;

    #[body_of(arithmetic::increment)]
    fn increment(x: Numerical) -> Numerical;

    #[body_of(arithmetic::decrement)]
    fn decrement(x: Numerical) -> Numerical;

    #[body_of(arithmetic::crement)]
    fn crement(x: Numerical) -> Numerical;

    #[body_of(arithmetic::sign)]
    fn sign(x: Numerical) -> Numerical;

    #[body_of(arithmetic::positive)]
    fn positive(x: Integer) -> Boolean;

    #[body_of(arithmetic::greater)]
    fn greater(a: Integer, b: Integer) -> Boolean;

    #[body_of(arithmetic::toivec)]
    fn toivec(i: Integer) -> IntegerTuple;

    #[body_of(arithmetic::tojvec)]
    fn tojvec(j: Integer) -> IntegerTuple;

    #[body_of(logic::flip)]
    fn flip(b: Boolean) -> Boolean;

    #[body_of(logic::equality)]
    fn equality(a: Any, b: Any) -> Boolean;

    #[body_of(logic::contained)]
    fn contained(value: Any, container: Container) -> Boolean;

    #[body_of(logic::both)]
    fn both(a: Boolean, b: Boolean) -> Boolean;

    #[body_of(logic::either)]
    fn either(a: Boolean, b: Boolean) -> Boolean;

    #[body_of(logic::branch)]
    fn branch(condition: Boolean, a: Any, b: Any) -> Any;
}
