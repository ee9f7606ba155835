//! Items with their keys, for extremes and orders.

use std::cmp::Ordering;

use super::columns::{keyed_at_hand, on_each};
use super::context::Context;
use super::memo::Repeated;
use super::rank::place;
use crate::value::{Failure, Value, order};

/// The items of a container, and what the key makes of each.
pub(super) struct Keyed {
    pub items: Vec<Value>,
    pub keys: Vec<Value>,
}

/// Whether it shows in no result in which order items came, if these are their keys.
type IsOrderHidden = fn(&[i64]) -> bool;

/// Where the largest key, or the smallest, is asked for: of integers, which of several it is does
/// not show.
pub(super) fn always(_: &[i64]) -> bool {
    true
}

/// Where the item with that key is asked for.
fn has_one_extreme(keys: &[i64], side: Ordering) -> bool {
    let extreme = match side {
        Ordering::Greater => keys.iter().max(),
        _ => keys.iter().min(),
    };
    keys.iter().filter(|key| Some(*key) == extreme).count() == 1
}

/// Where items are sorted by their keys.
fn are_distinct(keys: &[i64]) -> bool {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.windows(2).all(|pair| pair[0] < pair[1])
}

impl Keyed {
    /// Keyed by what the function makes of the items, or, for `None`, by the
    /// items themselves, for the one with the extreme key: so Python's `max` and `min` take
    /// their key.
    pub fn for_extreme(
        context: &mut Context,
        container: &Value,
        key: &Value,
        side: Ordering,
    ) -> Result<Keyed, Failure> {
        let has_one: IsOrderHidden = match side {
            Ordering::Greater => |keys| has_one_extreme(keys, Ordering::Greater),
            _ => |keys| has_one_extreme(keys, Ordering::Less),
        };
        Keyed::by(context, container, key, has_one)
    }

    fn by(
        context: &mut Context,
        container: &Value,
        key: &Value,
        is_order_hidden: IsOrderHidden,
    ) -> Result<Keyed, Failure> {
        match key {
            Value::None => {
                context.spend(container.length()?)?;
                let items: Vec<Value> = container.items()?.collect();
                let keys = items.clone();
                Ok(Keyed { items, keys })
            }
            function => Keyed::new(context, container, function, is_order_hidden),
        }
    }

    /// As [`Keyed::for_extreme`], to be sorted, as by Python's `sorted`.
    pub fn sorted_by(
        context: &mut Context,
        container: &Value,
        key: &Value,
    ) -> Result<Keyed, Failure> {
        // Its own frame, and those of `sorted` and of the sort that this calls.
        context.with_frames(3, |context| {
            Keyed::by(context, container, key, are_distinct)
        })
    }

    /// Keyed by what the function makes of the items, in Python's order, but where it is hidden.
    pub fn new(
        context: &mut Context,
        container: &Value,
        key: &Value,
        is_order_hidden: IsOrderHidden,
    ) -> Result<Keyed, Failure> {
        let length = container.length()?;
        context.spend(length)?;
        let key = Repeated::new(context, key, length);
        if let Some(set) = container.as_set()
            && let Some(keyed) = keyed_at_hand(context, &key, container)
        {
            let integer = |(_, key): &(Value, Value)| match key {
                Value::Integer(integer) => Some(*integer),
                _ => None,
            };
            let integers: Option<Vec<i64>> = keyed.iter().map(integer).collect();
            let (items, keys) = match integers.is_some_and(|keys| is_order_hidden(&keys)) {
                true => keyed.into_iter().unzip(),
                false => set.in_order_of(&keyed).cloned().unzip(),
            };
            return Ok(Keyed { items, keys });
        }
        let (mut items, mut keys) = (Vec::with_capacity(length), Vec::with_capacity(length));
        on_each(context, &key, container, |turn, result| {
            items.push(turn.item());
            keys.push(result);
        })?;
        Ok(Keyed { items, keys })
    }

    /// The place of the first of the largest keys, for `Greater`, or of the
    /// smallest, for `Less`; `None` of nothing.
    pub fn extreme(&self, side: Ordering) -> Result<Option<usize>, Failure> {
        match side {
            Ordering::Greater => order::position_of_maximum(&self.keys),
            _ => order::position_of_minimum(&self.keys),
        }
    }

    /// The places in the order of the keys, as `sorted` has them.
    pub fn sorted(&self, reversed: bool) -> Result<Vec<u32>, Failure> {
        order::sort(&self.keys, reversed)
    }

    /// The place that `sorted` has at this rank; `None` where there is none.
    pub fn place_with_rank(&self, rank: &Value, reversed: bool) -> Result<Option<usize>, Failure> {
        match place(rank, self.keys.len()) {
            Ok(Some(rank)) => {
                let place = order::sorted_at(&self.keys, reversed, rank)?;
                Ok(Some(place as usize))
            }
            // Python sorts before it looks at the rank.
            other => self.sorted(reversed).and(other),
        }
    }
}
