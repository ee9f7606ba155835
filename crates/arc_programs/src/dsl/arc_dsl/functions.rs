//! Functions of functions: making them, and applying them to containers.

use arc_programs_macros::primitives;

use super::super::columns::{Column, Columns};
use super::super::context::Context;
use super::super::functions;
use super::super::memo::Repeated;
use super::generated;
use crate::value::{Closure, Failure, Operation, Outcome, Value};

/// The function of another function so many times over: one of closures within
/// closures in Python, each made inside of the one before.
fn repeated(context: &mut Context, function: &Value, count: &Value) -> Outcome {
    let count = count.integer()?;
    let Ok(count @ 1..) = u64::try_from(count) else {
        // Python counts down from here until there is no frame left.
        return Err(Failure::Recursion);
    };
    context.room_for_frames(count)?;
    match count {
        1 => Ok(function.clone()),
        _ => Closure::new(Operation::Repeat {
            function: function.clone(),
            count,
        })
        .map(Value::Closure),
    }
}

/// What a primitive of the family yields in columns.
fn as_in(
    primitive: &super::super::Primitive,
    columns: &mut Columns<'_>,
    arguments: &[&Column],
) -> Option<Column> {
    primitive.in_columns?(columns, arguments)
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    #[body_of(functions::identity)]
    fn identity(x: Any) -> Any;

    #[body_of(functions::compose)]
    fn compose(outer: Callable, inner: Callable) -> Callable;

    #[body_of(functions::chain)]
    fn chain(h: Callable, g: Callable, f: Callable) -> Callable;

    #[body_of(functions::matcher)]
    fn matcher(function: Callable, target: Any) -> Callable;

    #[example("rbind(subtract, 1)(5)" => "4")]
    #[body_of(functions::rbind)]
    fn rbind(function: Callable, fixed: Any) -> Callable;

    #[example("lbind(subtract, 1)(5)" => "-4")]
    #[body_of(functions::lbind)]
    fn lbind(function: Callable, fixed: Any) -> Callable;

    /// The function applied so many times; fails where `n` is not above zero, and where
    /// Python has not enough frames.
    #[example("power(double, 3)(1)" => "8")]
    #[makes(FunctionLike(0))]
    fn power(context: &mut Context, function: Callable, n: Integer) -> Callable {
        repeated(context, function, n)
    }

    #[body_of(functions::fork)]
    fn fork(outer: Callable, a: Callable, b: Callable) -> Callable;

    /// The function's results on each item, in a container of the same kind.
    #[example("apply(double, (1, 2))" => "(2, 4)")]
    #[example("apply(sign, {4, 5})" => "{1}")]
    #[in_columns(as_in(&functions::APPLY_ENTRY, columns, &[function, container]))]
    fn apply(context: &mut Context, function: Callable, container: Container) -> Container {
        generated(context, |context| {
            functions::apply_outcome(context, function, container)
        })
    }

    /// The results of each function on the value, in a container of the functions' kind.
    #[example("rapply((double, invert), 3)" => "(6, -3)")]
    fn rapply(context: &mut Context, functions: Container, value: Any) -> Container {
        generated(context, |context| {
            super::functions::rapply_outcome(context, functions, value)
        })
    }

    #[body_of(functions::merge)]
    fn merge(containers: ContainerContainer) -> Container;

    /// `apply`, then `merge`.
    #[example("mapply(increment, ((1, 2), (3, 4)))" => "(2, 3, 4, 5)")]
    #[in_columns(as_in(&functions::MAPPLY_ENTRY, columns, &[function, container]))]
    fn mapply(
        context: &mut Context,
        function: Callable,
        container: ContainerContainer,
    ) -> FrozenSet {
        let applied = context.with_frames(1, |context| apply(context, function, container));
        Ok(merge(context, &applied))
    }

    /// The function's results on the items of two containers side by side, as many as
    /// the shorter has, in a tuple.
    #[example("papply(add, (1, 2), (3, 4, 5))" => "(4, 6)")]
    fn papply(context: &mut Context, function: Callable, a: Tuple, b: Tuple) -> Tuple {
        generated(context, |context| {
            functions::papply_outcome(context, function, a, b)
        })
    }

    /// `papply`, then `merge`.
    #[example("mpapply(add, ((1, 2), (3, 4)), (1, 2))" => "(2, 3, 5, 6)")]
    fn mpapply(context: &mut Context, function: Callable, a: Tuple, b: Tuple) -> Tuple {
        let applied = context.with_frames(1, |context| papply(context, function, a, b));
        Ok(merge(context, &applied))
    }

    /// The function's results on every pair of items, in a set; the items of `a` pass
    /// faster. With nothing in `b`, `a` may be anything.
    #[example("prapply(add, (1, 2), (10, 20))" => "{11, 12, 21, 22}")]
    fn prapply(context: &mut Context, function: Missing, a: Container, b: Container) -> FrozenSet {
        generated(context, |context| {
            functions::prapply_outcome(context, function, a, b)
        })
    }

    /// The items that satisfy the condition, in a container of the same kind.
    #[example("sfilter((1, -2, 3), positive)" => "(1, 3)")]
    #[example("sfilter({-2, 3}, positive)" => "{3}")]
    #[in_columns(as_in(&functions::SFILTER_ENTRY, columns, &[container, condition]))]
    fn sfilter(context: &mut Context, container: Container, condition: Callable) -> Container {
        generated(context, |context| {
            functions::sfilter_outcome(context, container, condition)
        })
    }

    /// `sfilter`, then `merge`.
    #[example("mfilter({(1, 2), (3,)}, size)" => "{1, 2, 3}")]
    fn mfilter(context: &mut Context, container: Container, function: Callable) -> FrozenSet {
        let filtered = context.with_frames(1, |context| sfilter(context, container, function));
        Ok(merge(context, &filtered))
    }

    /// The first item that satisfies the condition; the items after it are not looked
    /// at. Fails where there is none.
    #[example("extract((-1, 2, 3), positive)" => "2")]
    fn extract(context: &mut Context, container: Container, condition: Callable) -> Any {
        let items = container.items()?;
        let condition = Repeated::new(context, condition, items.len());
        let found = context.with_frames(1, |context| {
            generated(context, |context| {
                for item in items {
                    if condition.call(context, &item)?.is_true() {
                        return Ok(Some(item));
                    }
                }
                Ok(None)
            })
        });
        found?.ok_or(Failure::NothingNext)
    }
}
