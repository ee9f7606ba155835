//! Functions of functions: making them, and applying them to containers.
//!
//! The makers ask nothing of what they are given, save that `rbind` and `lbind`
//! count parameters; a closure finds out when it is called, and then fails the
//! primitive that called it. Names that end in `_t` and `_f` say what the
//! reference's authors had in mind, not what is checked: `sfilter_t` of a set
//! is a tuple.

use arc_programs_macros::primitives;

use super::call::{call, parameters};
use super::collect::Collector;
use super::columns::{
    Column, Columns, filtered, filtered_sets, mapped_and_merged, on_each, yielded,
};
use super::context::Context;
use super::memo::Repeated;
use crate::value::{Chained, Closure, Failure, Operation, Outcome, Set, Value};

/// The function of these parts, as a value.
fn closure(operation: Operation) -> Outcome {
    Closure::new(operation).map(Value::Closure)
}

/// How many parameters remain when one of so many is fixed: one of two, two of
/// three, and three in all other cases, even where the call must fail.
fn remaining(parameters: usize) -> u8 {
    match parameters {
        2 => 1,
        3 => 2,
        _ => 3,
    }
}

/// Calls the function on each item, into what the collector makes.
fn apply_into(
    context: &mut Context,
    function: &Value,
    container: &Value,
    mut collector: Collector,
) -> Outcome {
    let function = Repeated::new(context, function, container.length()?);
    if let Collector::Set(_) = collector
        && let Some(yielded) = yielded(context, &function, container)
    {
        return yielded;
    }
    on_each(context, &function, container, |_, result| {
        collector.push(result)
    })?;
    collector.finish()
}

/// What a function whose first argument is fixed yields on each item of a container, in a
/// set; `None` where it has no way to do that at once.
fn on_each_at_once(
    context: &mut Context,
    function: &Value,
    container: &Value,
) -> Result<Option<Value>, Failure> {
    let Value::Closure(closure) = function else {
        return Ok(None);
    };
    match closure.operation() {
        Operation::BindLeft {
            function: Value::Primitive(id),
            fixed,
            parameters: 1,
        } if context.allows_shortcuts() => {
            let primitive = context.dialect().primitive(*id);
            match primitive.and_then(|primitive| primitive.on_each) {
                Some(on_each) => on_each(context, fixed, container),
                None => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

/// Calls each function on the value, into what the collector makes.
fn rapply_into(
    context: &mut Context,
    functions: &Value,
    value: &Value,
    mut collector: Collector,
) -> Outcome {
    for function in functions.items()? {
        collector.push(call(context, &function, &[value])?);
    }
    collector.finish()
}

/// The items that satisfy the condition, into what the collector makes.
fn filter_into(
    context: &mut Context,
    container: &Value,
    condition: &Value,
    mut collector: Collector,
) -> Outcome {
    let condition = Repeated::new(context, condition, container.length()?);
    if let Collector::Set(_) = collector
        && let Some(filtered) = filtered(context, &condition, container)
    {
        return filtered;
    }
    if let Collector::Set(_) = collector
        && let Some(product) = container.as_set().and_then(Set::product)
    {
        let mut are_kept = Vec::with_capacity(container.length()?);
        on_each(context, &condition, container, |_, result| {
            are_kept.push(result.is_true());
        })?;
        return product.keeping(&are_kept).map(Value::Set);
    }
    if let Collector::Set(_) = collector
        && let Some(set) = container.as_set().filter(|set| set.keeps_in_order())
    {
        let mut are_kept = Vec::with_capacity(set.len());
        on_each(context, &condition, container, |_, result| {
            are_kept.push(result.is_true());
        })?;
        if let Some(kept) = set.keeping_in_order(&are_kept) {
            return kept.map(Value::Set);
        }
    }
    on_each(context, &condition, container, |turn, result| {
        if result.is_true() {
            collector.push(turn.item());
        }
    })?;
    collector.finish()
}

/// The function's results on the items of tuples, in tuples; of one that is the same in all
/// rows, where it is not long.
fn applied(columns: &mut Columns, function: &Column, tuples: &Column) -> Option<Column> {
    const LONG: usize = 64;
    columns.further_in(|columns| {
        let results = match tuples {
            Column::Tuples(parts) => {
                let results = parts.iter().map(|part| columns.call(function, &[part]));
                results.collect::<Option<_>>()
            }
            Column::Same(Value::Tuple(tuple)) if (1..=LONG).contains(&tuple.len()) => {
                let items = tuple.iter().map(Column::Same);
                let results = items.map(|item| columns.call(function, &[&item]));
                results.collect()
            }
            _ => None,
        };
        Column::of_parts(results?)
    })
}

/// The items of all containers in a container, in a container of its kind.
fn merge_items(context: &mut Context, containers: &Value) -> Outcome {
    if let Some(set) = containers.as_set()
        && let Some(merged) = set.merged_moved()
    {
        context.spend(merged.items)?;
        return merged.set().map(Value::Set);
    }
    if let Some(set) = containers.as_set()
        && let Some(sets) = set.only_sets()
    {
        context.spend(sets.iter().map(Set::len).sum())?;
        return set.merged(sets).map(Value::Set);
    }
    if let Some(tuple) = containers.as_tuple()
        && let Some(chained) = Chained::of(tuple)
    {
        context.spend(chained.len())?;
        return chained.tuple().map(Value::Tuple);
    }
    let mut collector = Collector::like(containers)?;
    for container in containers.items()? {
        let length = container.length()?;
        context.spend(length)?;
        collector.reserve(length);
        for item in container.items()? {
            collector.push(item);
        }
    }
    collector.finish()
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The argument itself.
    #[example("identity(3)" => "3")]
    #[makes(TheArgument)]
    #[in_columns(Some(x.clone()))]
    fn identity(x: Any) -> Any {
        Ok(x.clone())
    }

    /// The function `x -> outer(inner(x))`.
    #[example("compose(invert, increment)(3)" => "-4")]
    #[makes(Composed { parameters_of: 1, result_of: 0 })]
    #[in_columns(columns.closures(Operation::Compose { outer: outer.clone(), inner: inner.clone() }))]
    fn compose(outer: Callable, inner: Callable) -> Callable {
        closure(Operation::Compose {
            outer: outer.clone(),
            inner: inner.clone(),
        })
    }

    /// The function `x -> h(g(f(x)))`.
    #[example("chain(double, invert, increment)(3)" => "-8")]
    #[makes(Composed { parameters_of: 2, result_of: 0 })]
    #[in_columns(columns.closures(Operation::Chain { last: h.clone(), middle: g.clone(), first: f.clone() }))]
    fn chain(h: Callable, g: Callable, f: Callable) -> Callable {
        closure(Operation::Chain {
            last: h.clone(),
            middle: g.clone(),
            first: f.clone(),
        })
    }

    /// The function `x -> function(x) == target`.
    #[example("matcher(sign, 1)(7)" => "True")]
    #[makes(Test { parameters_of: 0 })]
    #[in_columns(columns.closures(Operation::Match { function: function.clone(), target: target.clone() }))]
    fn matcher(function: Callable, target: Any) -> Callable {
        closure(Operation::Match {
            function: function.clone(),
            target: target.clone(),
        })
    }

    /// The function with its last argument fixed. It takes one argument where
    /// the given one has two parameters, two where it has three, and three in
    /// all other cases (`rbind(invert, 1)` makes a function that always fails).
    #[example("rbind(subtract, 1)(5)" => "4")]
    #[example("rbind(5, 1)(2)" => "()")]
    #[makes(WithoutLast(0))]
    #[in_columns(columns.closures(Operation::BindRight { function: function.clone(), fixed: fixed.clone(), parameters: remaining(columns.parameters(function)?) }))]
    fn rbind(context: &mut Context, function: Callable, fixed: Any) -> Callable {
        closure(Operation::BindRight {
            function: function.clone(),
            fixed: fixed.clone(),
            parameters: remaining(parameters(context, function)?),
        })
    }

    /// The function with its first argument fixed; parameters as for `rbind`.
    #[example("lbind(subtract, 1)(5)" => "-4")]
    #[makes(WithoutFirst(0))]
    #[in_columns(columns.closures(Operation::BindLeft { function: function.clone(), fixed: fixed.clone(), parameters: remaining(columns.parameters(function)?) }))]
    fn lbind(context: &mut Context, function: Callable, fixed: Any) -> Callable {
        closure(Operation::BindLeft {
            function: function.clone(),
            fixed: fixed.clone(),
            parameters: remaining(parameters(context, function)?),
        })
    }

    /// The function applied `n` times: itself for 1, whatever it is. Below 1
    /// the reference never stops composing; here the call fails.
    #[example("power(double, 3)(5)" => "40")]
    #[example("power(7, 1)" => "7")]
    #[makes(FunctionLike(0))]
    fn power(function: Callable, n: Integer) -> Callable {
        let count = match n {
            // What counts down by ones to one: infinity never does.
            Value::Float(float) if float.fract() == 0.0 && (1.0..1e15).contains(float) => {
                *float as i64
            }
            Value::Float(_) => return Err(Failure::WrongValue),
            _ => n.integer()?,
        };
        match u64::try_from(count) {
            Ok(0) | Err(_) => Err(Failure::WrongValue),
            Ok(1) => Ok(function.clone()),
            Ok(count) => closure(Operation::Repeat {
                function: function.clone(),
                count,
            }),
        }
    }

    /// The function `x -> outer(a(x), b(x))`.
    #[example("fork(add, double, invert)(3)" => "3")]
    #[makes(Composed { parameters_of: 1, result_of: 0 })]
    #[in_columns(columns.closures(Operation::Fork { outer: outer.clone(), left: a.clone(), right: b.clone() }))]
    fn fork(outer: Callable, a: Callable, b: Callable) -> Callable {
        closure(Operation::Fork {
            outer: outer.clone(),
            left: a.clone(),
            right: b.clone(),
        })
    }

    /// The function's results on each item, in a container of the same kind.
    #[example("apply(double, (1, 2))" => "(2, 4)")]
    #[example("apply(sign, {4, 5})" => "{1}")]
    #[in_columns(applied(columns, function, container))]
    fn apply(context: &mut Context, function: Callable, container: Container) -> Container {
        let results = match container {
            Value::Set(_) => {
                if let Some(results) = on_each_at_once(context, function, container)? {
                    return Ok(results);
                }
                Collector::set_of_sets()
            }
            _ => Collector::like(container)?,
        };
        apply_into(context, function, container, results)
    }

    /// The function's results on each item, in a tuple.
    #[example("apply_t(sign, {4, 5})" => "(1, 1)")]
    #[in_columns(applied(columns, function, container))]
    fn apply_t(context: &mut Context, function: Callable, container: Tuple) -> Tuple {
        let results = Collector::tuple_as_long_as(container);
        apply_into(context, function, container, results)
    }

    /// The function's results on each item, in a container of the same kind.
    #[example("apply_f(sign, {4, 5})" => "{1}")]
    #[body_of(apply)]
    fn apply_f(function: Callable, container: FrozenSet) -> FrozenSet;

    /// The results of each function on the value, in a container of the
    /// functions' kind.
    #[example("rapply((double, invert), 3)" => "(6, -3)")]
    fn rapply(context: &mut Context, functions: Container, value: Any) -> Container {
        rapply_into(context, functions, value, Collector::like(functions)?)
    }

    /// The results of each function on the value, in a tuple.
    #[example("rapply_t((double, invert), 3)" => "(6, -3)")]
    fn rapply_t(context: &mut Context, functions: Tuple, value: Any) -> Tuple {
        rapply_into(context, functions, value, Collector::tuple())
    }

    /// The results of each function on the value, in a container of the
    /// functions' kind.
    #[example("rapply_f({double}, 3)" => "{6}")]
    #[body_of(rapply)]
    fn rapply_f(functions: FrozenSet, value: Any) -> FrozenSet;

    /// The items of all containers in a container, in a container of its kind.
    #[example("merge(((1, 2), {2, 3}))" => "(1, 2, 2, 3)")]
    fn merge(context: &mut Context, containers: ContainerContainer) -> Container {
        merge_items(context, containers)
    }

    /// As `merge`.
    #[example("merge_f({(1, 2), (2, 3)})" => "{1, 2, 3}")]
    #[body_of(merge)]
    fn merge_f(containers: ContainerContainer) -> Container;

    /// As `merge`.
    #[example("merge_t(((1, 2), (2, 3)))" => "(1, 2, 2, 3)")]
    #[body_of(merge)]
    fn merge_t(containers: ContainerContainer) -> Container;

    /// `apply`, then `merge`.
    #[example("mapply(increment, ((1, 2), (3, 4)))" => "(2, 3, 4, 5)")]
    #[in_columns(mapped_and_merged(columns, function, container))]
    fn mapply(
        context: &mut Context,
        function: Callable,
        container: ContainerContainer,
    ) -> FrozenSet {
        let applied = apply(context, function, container);
        Ok(merge(context, &applied))
    }

    /// `apply_t`, then `merge_t`.
    #[example("mapply_t(increment, ((1, 2), (3, 4)))" => "(2, 3, 4, 5)")]
    fn mapply_t(context: &mut Context, function: Callable, container: Tuple) -> Tuple {
        let applied = apply_t(context, function, container);
        Ok(merge_t(context, &applied))
    }

    /// `apply_f`, then `merge_f`.
    #[example("mapply_f(increment, {(1, 2), (2, 3)})" => "{2, 3, 4}")]
    #[in_columns(mapped_and_merged(columns, function, container))]
    fn mapply_f(context: &mut Context, function: Callable, container: FrozenSet) -> FrozenSet {
        let applied = apply_f(context, function, container);
        Ok(merge_f(context, &applied))
    }

    /// The function's results on the items of two containers side by side, as
    /// many as the shorter has, in a tuple.
    #[example("papply(add, (1, 2), (3, 4, 5))" => "(4, 6)")]
    fn papply(context: &mut Context, function: Callable, a: Tuple, b: Tuple) -> Tuple {
        let mut collector = Collector::tuple_as_long_as(a);
        if a.length()?.min(b.length()?) == 0 {
            // The order of the other may take long to find.
            return collector.finish();
        }
        for (left, right) in a.items()?.zip(b.items()?) {
            collector.push(call(context, function, &[&left, &right])?);
        }
        collector.finish()
    }

    /// `papply`, then `merge_t`.
    #[example("mpapply(add, ((1, 2), (3, 4)), (1, 2))" => "(2, 3, 5, 6)")]
    fn mpapply(context: &mut Context, function: Callable, a: Tuple, b: Tuple) -> Tuple {
        let applied = papply(context, function, a, b);
        Ok(merge_t(context, &applied))
    }

    /// The function's results on every pair of items, in a set; the items of
    /// `a` pass faster. With nothing in `b`, `a` may be anything.
    #[example("prapply(add, (1, 2), (10, 20))" => "{11, 12, 21, 22}")]
    fn prapply(context: &mut Context, function: Missing, a: Container, b: Container) -> FrozenSet {
        if let Value::Primitive(id) = function
            && let Some(primitive) = context.dialect().primitive(*id)
            && let Some(on_pairs) = primitive.on_pairs
            && let Some(results) = on_pairs(context, a, b)?
        {
            return Ok(results);
        }
        let mut collector = Collector::set();
        for right in b.items()? {
            for left in a.items()? {
                collector.push(call(context, function, &[&left, &right])?);
            }
        }
        collector.finish()
    }

    /// The items that satisfy the condition, in a container of the same kind.
    #[example("sfilter((1, -2, 3), positive)" => "(1, 3)")]
    #[in_columns(filtered_sets(columns, container, condition))]
    fn sfilter(context: &mut Context, container: Container, condition: Callable) -> Container {
        filter_into(context, container, condition, Collector::like(container)?)
    }

    /// The items that satisfy the condition, in a tuple.
    #[example("sfilter_t((1, -2, 3), positive)" => "(1, 3)")]
    fn sfilter_t(context: &mut Context, container: Tuple, condition: Callable) -> Tuple {
        filter_into(context, container, condition, Collector::tuple())
    }

    /// The items that satisfy the condition, in a set.
    #[example("sfilter_f((1, -2, 3), positive)" => "{1, 3}")]
    #[in_columns(filtered_sets(columns, container, condition))]
    fn sfilter_f(context: &mut Context, container: FrozenSet, condition: Callable) -> FrozenSet {
        filter_into(context, container, condition, Collector::set())
    }

    /// `sfilter`, then `merge_f`: of a tuple a tuple.
    #[example("mfilter(((1, 2), (0, 4)), identity)" => "(1, 2, 0, 4)")]
    fn mfilter(context: &mut Context, container: Container, function: Callable) -> FrozenSet {
        let filtered = sfilter(context, container, function);
        Ok(merge_f(context, &filtered))
    }

    /// The items that satisfy the condition, in a set; nothing is merged.
    #[example("mfilter_t((1, -2, 3), positive)" => "{1, 3}")]
    #[body_of(sfilter_f)]
    fn mfilter_t(container: Tuple, function: Callable) -> FrozenSet;

    /// As `mfilter`.
    #[example("mfilter_f({(1, 2), (2, 4)}, identity)" => "{1, 2, 4}")]
    #[body_of(mfilter)]
    fn mfilter_f(container: FrozenSet, function: Callable) -> FrozenSet;

    /// The first item that satisfies the condition; an empty set where none
    /// does.
    #[example("extract((-1, 2, 3), positive)" => "2")]
    fn extract(context: &mut Context, container: Container, condition: Callable) -> Any {
        let items = container.items()?;
        let condition = Repeated::new(context, condition, items.len());
        for item in items {
            if condition.call(context, &item)?.is_true() {
                return Ok(item);
            }
        }
        Ok(Value::empty_set())
    }
}
