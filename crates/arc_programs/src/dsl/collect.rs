//! Making containers from items, as `type(container)(…)` does.

use crate::value::{Failure, Outcome, SetBuilder, Value};

/// What is being made: a tuple or a set, whatever the model is.
pub(super) enum Collector {
    /// Items in order.
    Tuple(Vec<Value>),
    /// Items inserted one by one.
    Set(SetBuilder),
}

impl Collector {
    /// For a container of the same kind as this one.
    ///
    /// # Errors
    /// [`Failure::WrongType`] where the model is no container. (Python finds
    /// out when it iterates the model, which the callers do next.)
    pub(super) fn like(model: &Value) -> Result<Collector, Failure> {
        match model {
            Value::Tuple(tuple) => Ok(Collector::Tuple(Vec::with_capacity(tuple.len()))),
            Value::Set(_) => Ok(Collector::set()),
            _ => Err(Failure::WrongType),
        }
    }

    /// For a tuple of as many items as this container has.
    pub(super) fn tuple_as_long_as(container: &Value) -> Collector {
        Collector::Tuple(Vec::with_capacity(container.length().unwrap_or(0)))
    }

    /// Makes room for so many items, which are paid for.
    pub(super) fn reserve(&mut self, items: usize) {
        if let Collector::Tuple(made) = self {
            made.reserve(items);
        }
    }

    /// For a tuple.
    pub(super) fn tuple() -> Collector {
        Collector::Tuple(Vec::new())
    }

    /// For a set.
    pub(super) fn set() -> Collector {
        Collector::Set(SetBuilder::new())
    }

    /// For a set that, if all that it gets are sets, needs no order of them.
    pub(super) fn set_of_sets() -> Collector {
        Collector::Set(SetBuilder::of_sets())
    }

    /// Adds an item.
    #[inline]
    pub(super) fn push(&mut self, item: Value) {
        match self {
            Collector::Tuple(items) => items.push(item),
            Collector::Set(set) => {
                set.insert(item);
            }
        }
    }

    /// The container.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] or [`Failure::TooLarge`] beyond the limits of
    /// [`Measure`](crate::value::Measure).
    pub(super) fn finish(self) -> Outcome {
        match self {
            Collector::Tuple(items) => Value::tuple(items),
            Collector::Set(set) => set.finish().map(Value::Set),
        }
    }
}
