//! Tuples and sets: measuring, joining, taking out, the first and the last.

use super::collect::Collector;
use super::macros::primitives;
use crate::value::Value;

primitives! {
    /// The number of items.
    #[example("size((4, 5, 6))" => "3")]
    fn size(_, container: Container) -> Integer {
        Ok(Value::Integer(container.length()? as i64))
    }

    /// The tuple of both.
    #[example("astuple(1, (2, 3))" => "(1, (2, 3))")]
    fn astuple(_, a: Any, b: Any) -> Tuple {
        Value::tuple_of_two(a.clone(), b.clone())
    }

    /// The items of `a` that `b` has not, in a container of `a`'s kind. With
    /// nothing in `a`, `b` may be anything.
    #[example("difference_tuple((1, 2, 3), {2})" => "(1, 3)")]
    #[alias(difference_t)]
    fn difference_tuple(context, a: Tuple, b: Tuple) -> Tuple {
        let mut collector = Collector::like(a)?;
        for item in a.items()? {
            context.spend(1 + b.as_tuple().map_or(0, |tuple| tuple.len()))?;
            if !b.contains(&item)? {
                collector.push(item);
            }
        }
        collector.finish()
    }
}
