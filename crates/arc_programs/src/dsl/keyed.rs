//! Items with their keys, for extremes and orders.

use std::cmp::Ordering;

use super::columns::on_each;
use super::context::Context;
use super::memo::Repeated;
use super::rank::place;
use crate::value::{Failure, Value, order};

/// The items of a container, and what the key makes of each.
pub(super) struct Keyed {
    pub items: Vec<Value>,
    pub keys: Vec<Value>,
}

impl Keyed {
    /// Keyed by what the function makes of the items, or, for `None`, by the
    /// items themselves: so Python's `max`, `min` and `sorted` take their key.
    pub fn by(context: &mut Context, container: &Value, key: &Value) -> Result<Keyed, Failure> {
        match key {
            Value::None => {
                context.spend(container.length()?)?;
                let items: Vec<Value> = container.items()?.collect();
                let keys = items.clone();
                Ok(Keyed { items, keys })
            }
            function => Keyed::new(context, container, function),
        }
    }

    /// The same, to be sorted.
    pub fn sorted_by(
        context: &mut Context,
        container: &Value,
        key: &Value,
    ) -> Result<Keyed, Failure> {
        // Its own frame, and those of `sorted` and of the sort that this calls.
        context.with_frames(3, |context| Keyed::by(context, container, key))
    }

    /// Keyed by what the function makes of the items.
    pub fn new(context: &mut Context, container: &Value, key: &Value) -> Result<Keyed, Failure> {
        let length = container.length()?;
        context.spend(length)?;
        let (mut items, mut keys) = (Vec::with_capacity(length), Vec::with_capacity(length));
        let key = Repeated::new(context, key, length);
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
