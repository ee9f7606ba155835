//! Extremes, ranks and orders by a key.

use super::call::call;
use super::context::Context;
use super::macros::primitives;
use crate::value::{Failure, Value, order};

/// The items of a container in the order of their keys, as `sorted` yields
/// them.
fn sorted_by(
    context: &mut Context,
    container: &Value,
    key: &Value,
    reversed: bool,
) -> Result<Vec<Value>, Failure> {
    let items: Vec<Value> = container.items()?.collect();
    let keys = items
        .iter()
        .map(|item| call(context, key, std::slice::from_ref(item)))
        .collect::<Result<Vec<Value>, Failure>>()?;
    let order = order::sort(&keys, reversed)?;
    Ok(order
        .iter()
        .map(|place| items[*place as usize].clone())
        .collect())
}

primitives! {
    /// The items in the order of what the function makes of them, in a tuple.
    #[example("order((1, -3, 2), invert)" => "(2, 1, -3)")]
    fn order(context, container: Container, compfunc: Callable) -> Tuple {
        Value::tuple(sorted_by(context, container, compfunc, false)?)
    }

    /// The item of this rank in the order of what the key makes of them;
    /// `None` of nothing, whatever the rank.
    #[example("get_nth_by_key_t((1, -3, 2), 0)" => "-3")]
    #[example("get_nth_by_key_t((1, -3, 2), 0, invert)" => "2")]
    fn get_nth_by_key_t(context, container: Tuple, rank: FL, key: Missing = identity) -> Any {
        let sorted = Value::tuple(sorted_by(context, container, key, false)?)?;
        if sorted.is_empty_tuple() {
            return Ok(Value::None);
        }
        sorted.item_at(rank)
    }
}
