//! Tuples and sets: measuring, joining, taking out, the first and the last.

use arc_programs_macros::primitives;

use super::collect::Collector;
use super::columns::{Column, item, joined, number_of_items, of_both_sets, sizes, with_item};
use super::context::Context;
use crate::value::{Failure, OfBoth, Outcome, Product, Set, SetBuilder, Value, number};

/// The number of items.
fn length(container: &Value) -> Outcome {
    Ok(Value::Integer(container.length()? as i64))
}

/// So many items are each held against all others sooner than they are hashed.
const FEW: usize = 8;

/// What a look for an item in a container costs.
fn cost_of_search(container: &Value) -> usize {
    1 + container.as_tuple().map_or(0, |tuple| tuple.len())
}

/// The items that the condition holds for.
fn kept(
    context: &mut Context,
    container: &Value,
    mut into: Collector,
    mut is_kept: impl FnMut(&mut Context, &Value) -> Result<bool, Failure>,
) -> Outcome {
    for item in container.items()? {
        context.spend(1)?;
        if is_kept(context, &item)? {
            into.push(item);
        }
    }
    into.finish()
}

/// The items other than this value.
fn without(context: &mut Context, value: &Value, container: &Value, into: Collector) -> Outcome {
    if let (Value::Set(set), Collector::Set(_)) = (container, &into) {
        context.spend(set.len())?;
        return set.without(value).map(Value::Set);
    }
    kept(context, container, into, |_, item| Ok(!item.equals(value)))
}

/// The items of `a` that `b` has not.
fn missing(context: &mut Context, a: &Value, b: &Value) -> Outcome {
    let looks = a.length().unwrap_or(0);
    let hashed = hashed_for(looks, b);
    if let Value::Set(own) = a
        && let Some(other) = b.as_set().or(hashed.as_ref())
    {
        context.spend(own.len().saturating_mul(1 + cost_of_search(b)))?;
        return own.lacking(other).map(Value::Set);
    }
    kept(context, a, Collector::like(a)?, |context, item| {
        context.spend(cost_of_search(b))?;
        match &hashed {
            Some(hashed) => Ok(!hashed.contains(item)),
            None => Ok(!b.contains(item)?),
        }
    })
}

/// The items of a tuple in a set, for who looks for so many in it; `None` of anything else, and
/// where a look at each is as quick.
pub(super) fn hashed_for(looks: usize, container: &Value) -> Option<Set> {
    let tuple = container.as_tuple()?;
    let is_row = tuple.as_bytes().is_some();
    let is_worth_it = looks > FEW && tuple.len() > FEW && !is_row;
    is_worth_it.then(|| Set::from_values(tuple.iter()).ok())?
}

/// The items of this size.
fn of_size(context: &mut Context, container: &Value, size: &Value, into: Collector) -> Outcome {
    kept(context, container, into, |_, item| {
        Ok(length(item)?.equals(size))
    })
}

/// The first item, or what stands for it in whatever a condition holds for
/// false.
fn first_or(container: &Value, nothing: Value) -> Outcome {
    match container.is_true() {
        true => container.nth_item(0)?.ok_or(Failure::MissingItem),
        false => Ok(nothing),
    }
}

/// The last item, or what stands for it in whatever a condition holds for
/// false.
fn last_or(context: &mut Context, container: &Value, nothing: Value) -> Outcome {
    match container {
        Value::Tuple(tuple) if !tuple.is_empty() => container.item(-1),
        _ if container.is_true() => {
            let length = container.length()?;
            context.spend(length)?;
            let last = container.nth_item(length.saturating_sub(1))?;
            last.ok_or(Failure::MissingItem)
        }
        _ => Ok(nothing),
    }
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The number of items.
    #[example("size((4, 5, 6))" => "3")]
    #[in_columns(sizes(container).or_else(|| number_of_items(container).map(|items| Column::Same(Value::Integer(items as i64)))))]
    fn size(container: Container) -> Integer {
        length(container)
    }

    /// The number of items of a set.
    #[example("size_f({4, 5})" => "2")]
    #[body_of(size)]
    fn size_f(container: FrozenSet) -> Integer;

    /// The number of items of a tuple.
    #[example("size_t((4, 5, 6))" => "3")]
    #[body_of(size)]
    fn size_t(container: Tuple) -> Integer;

    /// The items of both, in a container of the first one's kind.
    #[example("combine((1, 2), {3})" => "(1, 2, 3)")]
    #[in_columns(of_both_sets(columns, OfBoth::Chained, a, b))]
    fn combine(context: &mut Context, a: Container, b: Container) -> Container {
        let mut both = Collector::like(a)?;
        context.spend(a.length()?.saturating_add(b.length()?))?;
        if let (Value::Set(a), Value::Set(b)) = (a, b) {
            return Set::chained(vec![a.clone(), b.clone()]).map(Value::Set);
        }
        if let (Value::Set(a), Value::Tuple(b)) = (a, b)
            && let Some(sets) = b.as_chained()
        {
            let all = [a].into_iter().chain(sets).cloned().collect();
            return Set::chained(all).map(Value::Set);
        }
        for item in a.items()?.chain(b.items()?) {
            both.push(item);
        }
        both.finish()
    }

    /// The items of both sets.
    #[example("combine_f({1, 2}, {2, 3})" => "{1, 2, 3}")]
    #[in_columns(of_both_sets(columns, OfBoth::Union, a, b))]
    fn combine_f(context: &mut Context, a: FrozenSet, b: FrozenSet) -> FrozenSet {
        context.spend(a.length().unwrap_or(0) + b.length().unwrap_or(0))?;
        number::or(a, b)
    }

    /// The items of the first tuple, then those of the second.
    #[example("combine_t((1, 2), (2, 3))" => "(1, 2, 2, 3)")]
    fn combine_t(context: &mut Context, a: Tuple, b: Tuple) -> Tuple {
        context.spend(a.length().unwrap_or(0) + b.length().unwrap_or(0))?;
        number::add(a, b)
    }

    /// The items that both sets have.
    #[example("intersection({1, 2}, {2, 3})" => "{2}")]
    #[in_columns(of_both_sets(columns, OfBoth::Intersection, a, b))]
    fn intersection(context: &mut Context, a: FrozenSet, b: FrozenSet) -> FrozenSet {
        context.spend(a.length().unwrap_or(0) + b.length().unwrap_or(0))?;
        number::and(a, b)
    }

    /// The items of `a` that `b` has not. With nothing in `a`, `b` may be
    /// anything.
    #[example("difference({1, 2}, {2, 3})" => "{1}")]
    #[in_columns(of_both_sets(columns, OfBoth::Lacking, a, b))]
    fn difference(context: &mut Context, a: FrozenSet, b: FrozenSet) -> FrozenSet {
        missing(context, a, b)
    }

    /// The items of `a` that `b` has not, in a container of `a`'s kind. With
    /// nothing in `a`, `b` may be anything.
    #[example("difference_tuple((1, 2, 3), {2})" => "(1, 3)")]
    #[alias(difference_t)]
    #[body_of(difference)]
    fn difference_tuple(a: Tuple, b: Tuple) -> Tuple;

    /// The items of a tuple, each once, where it comes first.
    #[example("dedupe((2, 1, 2))" => "(2, 1)")]
    fn dedupe(context: &mut Context, tup: Tuple) -> Tuple {
        if matches!(tup, Value::Set(set) if !set.is_empty()) {
            // Sets do not number their items.
            return Err(Failure::NoAttribute);
        }
        if tup.length()? <= FEW {
            let mut distinct: Vec<Value> = Vec::with_capacity(FEW);
            for item in tup.items()? {
                context.spend(1)?;
                if !distinct.iter().any(|own| own.same(&item)) {
                    distinct.push(item);
                }
            }
            return Value::tuple(distinct);
        }
        let mut met = SetBuilder::new();
        kept(context, tup, Collector::tuple(), |_, item| {
            Ok(met.insert(item.clone()))
        })
    }

    /// The set of this one value.
    #[example("initset((1, 2))" => "{(1, 2)}")]
    #[in_columns(Column::of_singles(value))]
    fn initset(value: Any) -> FrozenSet {
        Set::of_one(value.clone()).map(Value::Set)
    }

    /// The set with this value, too.
    #[example("insert(3, {1, 2})" => "{1, 2, 3}")]
    #[in_columns(with_item(columns, value, container))]
    fn insert(context: &mut Context, value: Any, container: FrozenSet) -> FrozenSet {
        context.spend(container.length().or(Err(Failure::NoAttribute))?)?;
        match container {
            Value::Set(set) => set.with(value).map(Value::Set),
            // Only sets have a union with others.
            _ => Err(Failure::NoAttribute),
        }
    }

    /// The items as a tuple.
    #[example("totuple({2, 1})" => "(1, 2)")]
    fn totuple(context: &mut Context, container: FrozenSet) -> Tuple {
        if let Value::Tuple(_) = container {
            return Ok(container.clone());
        }
        context.spend(container.length()?)?;
        Value::tuple(container.items()?.collect())
    }

    /// The container without this value.
    #[example("remove(2, (1, 2, 3, 2))" => "(1, 3)")]
    fn remove(context: &mut Context, value: Any, container: Container) -> Container {
        without(context, value, container, Collector::like(container)?)
    }

    /// The set without this value.
    #[example("remove_f(2, {1, 2})" => "{1}")]
    #[body_of(remove)]
    fn remove_f(value: Any, container: FrozenSet) -> FrozenSet;

    /// The items other than this value, as a tuple.
    #[example("remove_t(2, (1, 2, 3, 2))" => "(1, 3)")]
    fn remove_t(context: &mut Context, value: Any, container: Tuple) -> Tuple {
        without(context, value, container, Collector::tuple())
    }

    /// The first item that is not this value; `None` where there is none.
    #[example("other((1, 2), 1)" => "2")]
    fn other(context: &mut Context, container: Container, value: Any) -> Any {
        let others = remove(context, value, container);
        Ok(first(context, &others))
    }

    /// The first item of a set that is not this value; the empty set where there
    /// is none.
    #[example("other_f({1, 2}, 1)" => "2")]
    #[example("other_f({1}, 1)" => "{}")]
    fn other_f(context: &mut Context, container: FrozenSet, value: Any) -> Any {
        let others = remove_f(context, value, container);
        first_or(&others, Value::empty_set())
    }

    /// The first item of a tuple that is not this value; `()` where there is
    /// none.
    #[example("other_t((1, 2), 1)" => "2")]
    #[example("other_t((1, 1), 1)" => "()")]
    fn other_t(context: &mut Context, container: Tuple, value: Any) -> Any {
        for item in container.items()? {
            context.spend(1)?;
            if !item.equals(value) {
                return Ok(item);
            }
        }
        Ok(Value::EMPTY_TUPLE)
    }

    /// The first item; `None` of nothing.
    #[example("first((3, 2))" => "3")]
    #[example("first(())" => "None")]
    #[in_columns(item(container, 0))]
    fn first(container: Container) -> Any {
        Ok(container.nth_item(0)?.unwrap_or(Value::None))
    }

    /// The first item; the empty set of nothing.
    #[example("first_f({3})" => "3")]
    #[example("first_f({})" => "{}")]
    #[in_columns(item(container, 0))]
    fn first_f(container: FrozenSet) -> Any {
        first_or(container, Value::empty_set())
    }

    /// The first item of a tuple; `()` of nothing.
    #[example("first_t((3, 2))" => "3")]
    #[in_columns(item(container, 0))]
    fn first_t(container: Tuple) -> Any {
        match container.is_true() {
            true => container.item(0),
            false => Ok(Value::EMPTY_TUPLE),
        }
    }

    /// The second item; `None` where there is but one. Fails for nothing.
    #[example("second((3, 2))" => "2")]
    #[example("second((3,))" => "None")]
    #[in_columns(item(container, 1))]
    fn second(container: Container) -> Any {
        let mut items = container.items()?;
        items.next().ok_or(Failure::MissingItem)?;
        Ok(items.next().unwrap_or(Value::None))
    }

    /// The last item; `()` of nothing.
    #[example("last((3, 2))" => "2")]
    #[in_columns(item(container, -1))]
    fn last(context: &mut Context, container: Container) -> Any {
        last_or(context, container, Value::EMPTY_TUPLE)
    }

    /// The last item of a set, in its order; the empty set of nothing.
    #[example("last_f({1, 2})" => "2")]
    #[in_columns(item(container, -1))]
    fn last_f(context: &mut Context, container: FrozenSet) -> Any {
        last_or(context, container, Value::empty_set())
    }

    /// The last item of a tuple; `()` of nothing.
    #[example("last_t((3, 2))" => "2")]
    #[in_columns(item(container, -1))]
    fn last_t(container: Tuple) -> Any {
        match container.is_true() {
            true => container.item(-1),
            false => Ok(Value::EMPTY_TUPLE),
        }
    }

    /// The tuple of so many times this item.
    #[example("repeat(7, 3)" => "(7, 7, 7)")]
    fn repeat(context: &mut Context, item: Any, num: C_) -> Tuple {
        let count = usize::try_from(num.integer()?.max(0)).unwrap_or(usize::MAX);
        context.spend(count)?;
        let nodes = u64::from(item.measure().weight).saturating_mul(count as u64);
        context.room_for(nodes.saturating_add(1))?;
        Value::tuple(vec![item.clone(); count])
    }

    /// The integers from `start` on, `step` apart, up to `stop` without it.
    #[example("interval(1, 6, 2)" => "(1, 3, 5)")]
    #[example("interval(3, 0, -1)" => "(3, 2, 1)")]
    fn interval(context: &mut Context, start: Integer, stop: Integer, step: Integer) -> Tuple {
        let (start, stop, step) = (start.integer()?, stop.integer()?, step.integer()?);
        if step == 0 {
            return Err(Failure::WrongValue);
        }
        let mut integers = Vec::new();
        let mut next = Some(start);
        let is_within = |integer: &i64| {
            if step > 0 {
                *integer < stop
            } else {
                *integer > stop
            }
        };
        while let Some(integer) = next.filter(is_within) {
            context.spend(1)?;
            integers.push(Value::Integer(integer));
            next = integer.checked_add(step);
        }
        Value::tuple(integers)
    }

    /// The cell with this place and colour.
    #[example("ascell((1, 2), 3)" => "(1, 2, 3)")]
    #[in_columns(joined(&[&item(ij, 0)?, &item(ij, 1)?, c]))]
    fn ascell(ij: IJ, c: C_) -> Tuple {
        Value::tuple_of_three(ij.item(0)?, ij.item(1)?, c.clone())
    }

    /// The tuple of all three.
    #[example("astriple(1, 2, 3)" => "(1, 2, 3)")]
    #[in_columns(joined(&[i, j, c]))]
    fn astriple(i: I_, j: J_, c: C_) -> Tuple {
        Value::tuple_of_three(i.clone(), j.clone(), c.clone())
    }

    /// The tuple of both.
    #[example("astuple(1, (2, 3))" => "(1, (2, 3))")]
    #[in_columns(joined(&[a, b]))]
    fn astuple(a: Any, b: Any) -> Tuple {
        Value::tuple_of_two(a.clone(), b.clone())
    }

    /// The place of a cell.
    #[example("toij((1, 2, 3))" => "(1, 2)")]
    #[in_columns(joined(&[&item(c, 0)?, &item(c, 1)?]))]
    fn toij(c: Cell) -> IJ {
        Value::tuple_of_two(c.item(0)?, c.item(1)?)
    }

    /// All pairs of an item of `a` and an item of `b`. With nothing in `b`, `a`
    /// may be anything.
    #[example("product((1, 2), (5,))" => "{(2, 5), (1, 5)}")]
    fn product(context: &mut Context, a: Container, b: Container) -> FrozenSet {
        let (lefts, rights) = (a, b);
        if rights.length()? == 0 {
            return Ok(Value::empty_set());
        }
        context.spend(lefts.length()?.saturating_mul(rights.length()?))?;
        let product = Product::of(lefts, rights)?;
        context.room_for(product.nodes())?;
        product.into_set().map(Value::Set)
    }

    /// The pairs of items with the same number, as many as the shorter has.
    #[example("pair((1, 2), (3, 4))" => "((1, 3), (2, 4))")]
    fn pair(context: &mut Context, a: Tuple, b: Tuple) -> TupleTuple {
        let mut pairs = Vec::with_capacity(a.length()?.min(b.length()?));
        for (left, right) in a.items()?.zip(b.items()?) {
            context.spend(1)?;
            pairs.push(Value::tuple_of_two(left, right)?);
        }
        Value::tuple(pairs)
    }

    /// The places of the first with the colours of the second, as cells.
    #[example("celltuple(((1, 2), (3, 4)), (5, 6))" => "((1, 2, 5), (3, 4, 6))")]
    fn celltuple(context: &mut Context, a: Tuple, b: Tuple) -> TupleTuple {
        let mut cells = Vec::new();
        for (place, colour) in a.items()?.zip(b.items()?) {
            context.spend(1)?;
            let [row, column] = place.unpack()?;
            cells.push(Value::tuple_of_three(row, column, colour)?);
        }
        Value::tuple(cells)
    }

    /// The items that have so many items, as a set.
    #[example("sizefilter(({1}, {2, 3}), 2)" => "{{2, 3}}")]
    fn sizefilter(context: &mut Context, container: Container, n: Integer) -> Object {
        of_size(context, container, n, Collector::set())
    }

    /// The items that have so many items, as a tuple.
    #[example("sizefilter_t(({1}, {2, 3}), 1)" => "({1},)")]
    fn sizefilter_t(context: &mut Context, container: Tuple, n: Integer) -> Tuple {
        of_size(context, container, n, Collector::tuple())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::call::call;
    use super::super::testing::named;
    use super::super::{ARC_DSL, Budget, REFERENCE};
    use super::*;
    use crate::value::canonical;

    /// Values of which some are equal, though they are of different kinds.
    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            2 => (0..3_i64).prop_map(Value::Integer),
            1 => any::<bool>().prop_map(Value::Boolean),
            1 => prop_oneof![Just(1.0), Just(2.5), Just(f64::NAN)].prop_map(Value::Float),
            6 => (0..6_i64, 0..6_i64).prop_map(|(row, column)| Value::pair(row, column)),
            1 => any::<bool>().prop_map(|is_first| {
                let place = Value::pair(i64::from(is_first), 3);
                Value::set([place]).expect("small")
            }),
            1 => Just(named(&REFERENCE, "double")),
        ]
    }

    proptest! {
        /// Against a look at each item of the other.
        #[test]
        fn items_that_a_tuple_lacks_are_found_as_one_by_one(
            own in prop::collection::vec(value(), 0..30),
            other in prop::collection::vec(value(), 0..30),
            is_set in any::<bool>(),
            steps in prop_oneof![3 => Just(10_000_u64), 1 => 0..900_u64],
        ) {
            let own = match is_set {
                true => Value::set(own),
                false => Value::tuple(own),
            };
            let (own, other) = (own.expect("small"), Value::tuple(other).expect("small"));
            let mut context = Context::new(&REFERENCE, Budget::of_steps(steps));
            let found = missing(&mut context, &own, &other).map(|found| canonical::text(&found));
            let mut one_by_one = Context::new(&REFERENCE, Budget::of_steps(steps));
            let into = Collector::like(&own).expect("a container");
            let expected = kept(&mut one_by_one, &own, into, |context, item| {
                context.spend(cost_of_search(&other))?;
                Ok(!other.contains(item)?)
            });
            prop_assert_eq!(found, expected.map(|found| canonical::text(&found)));
            prop_assert_eq!(context.is_exhausted(), one_by_one.is_exhausted());
            if !context.is_exhausted() {
                prop_assert_eq!(context.steps_left(), one_by_one.steps_left());
            }
        }

        /// What comes behind them makes them many, so that they are hashed.
        #[test]
        fn few_items_are_told_apart_as_many_are(
            numbers in prop::collection::vec(0..4_i64, 0..=FEW),
        ) {
            let deduped = |numbers: Vec<i64>| {
                let items = numbers.into_iter().map(|number| Value::pair(number / 2, number % 2));
                let items = Value::tuple(items.collect()).expect("small");
                let mut context = Context::new(&ARC_DSL, Budget::of_steps(1_000));
                let yielded = call(&mut context, &named(&ARC_DSL, "dedupe"), &[&items]);
                (yielded.expect("a tuple"), context.steps_left())
            };
            let behind: Vec<i64> = (10..20).collect();
            let (few, left) = deduped(numbers.clone());
            let (many, left_of_many) = deduped([numbers, behind.clone()].concat());
            prop_assert_eq!(left - left_of_many, behind.len() as u64);
            let length = few.length().expect("a tuple");
            let first: Vec<Value> = many.items().expect("a tuple").take(length).collect();
            prop_assert!(Value::tuple(first).expect("small").equals(&few));
            prop_assert_eq!(many.length().expect("a tuple"), length + behind.len());
        }
    }
}
