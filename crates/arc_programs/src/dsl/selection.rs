//! Extremes, ranks and orders, by a key or by how often.
//!
//! Most primitives come in three: of a container, of a tuple (`_t`) and of a set
//! (`_f`). They differ in what they yield for nothing, if in anything: a set
//! given to one for tuples is not refused.

use std::cmp::Ordering;

use arc_programs_macros::primitives;

use super::call::call;
use super::census::Census;
use super::columns::{
    Column, Columns, chosen, extreme, item_or, joined, number_of_items, ranked, tests,
};
use super::context::Context;
use super::key_columns::KeyColumns;
use super::keyed::{self, Keyed};
use super::rank::place;
use crate::value::{Failure, Outcome, Value, order};

/// The items of a container in the order of their keys, or, where the key is
/// `None`, in their own.
fn sorted_by(
    context: &mut Context,
    container: &Value,
    key: &Value,
    reversed: bool,
) -> Result<Vec<Value>, Failure> {
    let mut keyed = Keyed::sorted_by(context, container, key)?;
    let places = keyed.sorted(reversed)?;
    // Each is taken once.
    let item = |place: u32| std::mem::replace(&mut keyed.items[place as usize], Value::None);
    Ok(places.into_iter().map(item).collect())
}

/// Pairs in the order of what a function makes of their items, in each row, where these are
/// integers or always the same; `None` where the calls must be made one by one.
fn pairs_in_order(columns: &mut Columns, pairs: &Column, key: &Column) -> Option<Column> {
    let Column::Tuples(items) = pairs else {
        return None;
    };
    let [first, second] = items.as_slice() else {
        return None;
    };
    columns.spend(items.len())?;
    let [of_first, of_second] = columns.further_in(|columns| {
        let of_first = columns.call(key, &[first])?;
        Some([of_first, columns.call(key, &[second])?])
    })?;
    if let (Column::Same(of_first), Column::Same(of_second)) = (&of_first, &of_second) {
        let is_greater = order::greater(of_first, of_second).ok()?;
        return match is_greater {
            true => joined(&[second, first]),
            false => Some(pairs.clone()),
        };
    }
    let are_reversed = tests(&of_first, &of_second, |first, second| first > second)?;
    let in_place = |if_reversed, if_not| chosen(columns.rows(), &are_reversed, if_reversed, if_not);
    joined(&[&in_place(second, first)?, &in_place(first, second)?])
}

/// The largest or smallest item; 0 of nothing.
fn extreme_item(context: &mut Context, container: &Value, side: Ordering) -> Outcome {
    let length = container.length()?;
    context.spend(length)?;
    if let Value::Tuple(tuple) = container
        && let Some(integer) = tuple.extreme_integer(side)
    {
        return Ok(Value::Integer(integer));
    }
    let items = container.items()?.map(Ok);
    match (length, side) {
        (0, _) => Ok(Value::Integer(0)),
        (_, Ordering::Greater) => order::maximum_of(items),
        (_, _) => order::minimum_of(items),
    }
}

/// How many of Python's frames a call of a key is in: the primitive's own, and that of `max`
/// or `min`.
const FRAMES_OF_EXTREME: u32 = 2;

/// The largest or smallest key; of nothing, the key of 0.
fn extreme_key(context: &mut Context, container: &Value, key: &Value, side: Ordering) -> Outcome {
    let keyed = context.with_frames(FRAMES_OF_EXTREME, |context| {
        Keyed::new(context, container, key, keyed::always)
    })?;
    match keyed.extreme(side)? {
        Some(place) => Ok(keyed.keys[place].clone()),
        None => call(context, key, &[&Value::Integer(0)]),
    }
}

/// The item with the largest or smallest key. Fails for nothing.
fn extreme_by(context: &mut Context, container: &Value, key: &Value, side: Ordering) -> Outcome {
    let keyed = context.with_frames(FRAMES_OF_EXTREME, |context| {
        Keyed::for_extreme(context, container, key, side)
    })?;
    let place = keyed.extreme(side)?.ok_or(Failure::WrongValue)?;
    Ok(keyed.items[place].clone())
}

/// Most or least frequent among the items of a tuple. Fails for nothing, and
/// for sets, which do not count.
fn extreme_count(context: &mut Context, container: &Value, side: Ordering) -> Outcome {
    if container.as_set().is_some() {
        return Err(Failure::NoAttribute);
    }
    extreme_count_of_any(context, container, side)
}

/// The same, of sets too.
fn extreme_count_of_any(context: &mut Context, container: &Value, side: Ordering) -> Outcome {
    let census = Census::of_items(context, container)?;
    census.extreme(side)?.ok_or(Failure::WrongValue)
}

/// The item with this rank, or what stands for it where there is none.
fn with_rank(ranked: &[Value], rank: &Value, nothing: Value) -> Outcome {
    let place = place(rank, ranked.len())?;
    Ok(place.map_or(nothing, |place| ranked[place].clone()))
}

/// An empty container of the same kind.
fn nothing_like(container: &Value) -> Value {
    match container {
        Value::Set(_) => Value::empty_set(),
        _ => Value::EMPTY_TUPLE,
    }
}

/// The item with this rank from the largest key down.
fn item_with_rank(
    context: &mut Context,
    container: &Value,
    key: &Value,
    rank: &Value,
    nothing: Value,
) -> Outcome {
    let keyed = Keyed::sorted_by(context, container, key)?;
    let place = keyed.place_with_rank(rank, true)?;
    Ok(place.map_or(nothing, |place| keyed.items[place].clone()))
}

/// The key with this rank from the smallest up; where there is none, the key of
/// 0.
fn key_with_rank(context: &mut Context, container: &Value, key: &Value, rank: &Value) -> Outcome {
    let keyed = Keyed::new(context, container, key, keyed::always)?;
    match keyed.place_with_rank(rank, false)? {
        Some(place) => Ok(keyed.keys[place].clone()),
        None => call(context, key, &[&Value::Integer(0)]),
    }
}

/// The item with this rank from the least frequent up. Fails for sets, which do
/// not count.
fn count_with_rank(
    context: &mut Context,
    container: &Value,
    rank: &Value,
    nothing: Value,
) -> Outcome {
    container.as_tuple().ok_or(Failure::WrongType)?;
    with_rank(
        &Census::of_items(context, container)?.rising()?,
        rank,
        nothing,
    )
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The largest item; 0 of nothing.
    #[example("maximum({1, 2, 5, 3})" => "5")]
    #[in_columns(number_of_items(container).and_then(|items| columns.spend(items)).and_then(|()| extreme(container, i64::max)))]
    fn maximum(context: &mut Context, container: IntegerSet) -> Integer {
        extreme_item(context, container, Ordering::Greater)
    }

    /// The smallest item; 0 of nothing.
    #[example("minimum({1, 2, 5, 3})" => "1")]
    #[in_columns(number_of_items(container).and_then(|items| columns.spend(items)).and_then(|()| extreme(container, i64::min)))]
    fn minimum(context: &mut Context, container: IntegerSet) -> Integer {
        extreme_item(context, container, Ordering::Less)
    }

    /// The largest value that the function makes of an item; of nothing, what it
    /// makes of 0.
    #[example("valmax((1, -3, 2), invert)" => "3")]
    #[in_columns(Some(KeyColumns::new(columns, container, compfunc)?.best_keys(|key, best| key > best)))]
    fn valmax(context: &mut Context, container: Container, compfunc: Callable) -> Integer {
        extreme_key(context, container, compfunc, Ordering::Greater)
    }

    /// As `valmax`, of tuples.
    #[example("valmax_t((1, -3, 2), invert)" => "3")]
    #[body_of(valmax)]
    fn valmax_t(container: Tuple, compfunc: Callable) -> Integer;

    /// As `valmax`, of sets.
    #[example("valmax_f({1, 2}, invert)" => "-1")]
    #[body_of(valmax)]
    fn valmax_f(container: FrozenSet, compfunc: Callable) -> Integer;

    /// The smallest value that the function makes of an item; of nothing, what
    /// it makes of 0.
    #[example("valmin((1, -3, 2), invert)" => "-2")]
    #[in_columns(Some(KeyColumns::new(columns, container, compfunc)?.best_keys(|key, best| key < best)))]
    fn valmin(context: &mut Context, container: Container, compfunc: Callable) -> Integer {
        extreme_key(context, container, compfunc, Ordering::Less)
    }

    /// As `valmin`, of tuples.
    #[example("valmin_t((1, -3, 2), invert)" => "-2")]
    #[body_of(valmin)]
    fn valmin_t(container: Tuple, compfunc: Callable) -> Integer;

    /// As `valmin`, of sets.
    #[example("valmin_f({1, 2}, invert)" => "-2")]
    #[body_of(valmin)]
    fn valmin_f(container: FrozenSet, compfunc: Callable) -> Integer;

    /// The item of which the function makes the largest value, the first of
    /// several. Fails for nothing.
    #[example("argmax((1, -3, 2), invert)" => "-3")]
    #[in_columns(Some(KeyColumns::new(columns, container, compfunc)?.best_items(|key, best| key > best)))]
    fn argmax(context: &mut Context, container: Container, compfunc: Callable) -> Any {
        extreme_by(context, container, compfunc, Ordering::Greater)
    }

    /// As `argmax`, of tuples.
    #[example("argmax_t((1, -3, 2), invert)" => "-3")]
    #[body_of(argmax)]
    fn argmax_t(container: Tuple, compfunc: Callable) -> Any;

    /// As `argmax`, of sets.
    #[example("argmax_f({1, 2}, invert)" => "1")]
    #[body_of(argmax)]
    fn argmax_f(container: FrozenSet, compfunc: Callable) -> Any;

    /// The item of which the function makes the smallest value, the first of
    /// several. Fails for nothing.
    #[example("argmin((1, -3, 2), invert)" => "2")]
    #[in_columns(Some(KeyColumns::new(columns, container, compfunc)?.best_items(|key, best| key < best)))]
    fn argmin(context: &mut Context, container: Container, compfunc: Callable) -> Any {
        extreme_by(context, container, compfunc, Ordering::Less)
    }

    /// As `argmin`, of tuples.
    #[example("argmin_t((1, -3, 2), invert)" => "2")]
    #[body_of(argmin)]
    fn argmin_t(container: Tuple, compfunc: Callable) -> Any;

    /// As `argmin`, of sets.
    #[example("argmin_f({1, 2}, invert)" => "2")]
    #[body_of(argmin)]
    fn argmin_f(container: FrozenSet, compfunc: Callable) -> Any;

    /// The most frequent item of a tuple. Fails for sets, and for nothing.
    #[example("mostcommon((1, 2, 2, 3))" => "2")]
    fn mostcommon(context: &mut Context, container: Container) -> Any {
        extreme_count(context, container, Ordering::Greater)
    }

    /// The most frequent item of a tuple. Fails for sets, and for nothing.
    #[example("mostcommon_t((1, 2, 2, 3))" => "2")]
    #[body_of(mostcommon)]
    fn mostcommon_t(container: Tuple) -> Any;

    /// The most frequent item: of a set, the first of its items as a new set
    /// has them. Fails for nothing.
    #[example("mostcommon_f({1, 2, 3})" => "1")]
    fn mostcommon_f(context: &mut Context, container: FrozenSet) -> Any {
        extreme_count_of_any(context, container, Ordering::Greater)
    }

    /// The least frequent item of a tuple. Fails for sets, and for nothing.
    #[example("leastcommon((1, 1, 2))" => "2")]
    fn leastcommon(context: &mut Context, container: Container) -> Any {
        extreme_count(context, container, Ordering::Less)
    }

    /// The least frequent item of a tuple. Fails for sets, and for nothing.
    #[example("leastcommon_t((1, 1, 2))" => "2")]
    #[body_of(leastcommon)]
    fn leastcommon_t(container: Tuple) -> Any;

    /// The least frequent item: of a set, the first of its items as a new set
    /// has them. Fails for nothing.
    #[example("leastcommon_f({1, 2, 3})" => "1")]
    fn leastcommon_f(context: &mut Context, container: FrozenSet) -> Any {
        extreme_count_of_any(context, container, Ordering::Less)
    }

    /// The items in the order of what the function makes of them, in a tuple.
    #[example("order((1, -3, 2), invert)" => "(2, 1, -3)")]
    #[in_columns(pairs_in_order(columns, container, compfunc))]
    fn order(context: &mut Context, container: Container, compfunc: Callable) -> Tuple {
        Value::tuple(sorted_by(context, container, compfunc, false)?)
    }

    /// The item with this rank, 0 the largest, -1 the smallest; 0 where there is
    /// none.
    #[example("get_rank({1, 5, 3}, 1)" => "3")]
    #[in_columns(number_of_items(container).and_then(|items| columns.spend(items)).and_then(|()| ranked(container, rank)))]
    fn get_rank(context: &mut Context, container: IntegerSet, rank: FL) -> Integer {
        context.spend(container.length()?)?;
        let items: Vec<Value> = container.items()?.collect();
        with_rank(&order::sorted(&items, true)?, rank, Value::Integer(0))
    }

    /// The item with this rank by what the function makes of it, 0 the largest,
    /// -1 the smallest; an empty container of the same kind where there is none.
    #[example("get_arg_rank((1, -3, 2), invert, 0)" => "-3")]
    #[in_columns(KeyColumns::new(columns, container, compfunc)?.items_with_rank(rank))]
    fn get_arg_rank(
        context: &mut Context,
        container: Container,
        compfunc: Callable,
        rank: FL,
    ) -> Any {
        item_with_rank(context, container, compfunc, rank, nothing_like(container))
    }

    /// As `get_arg_rank`; `()` where there is none.
    #[example("get_arg_rank_t((1, -3, 2), invert, -1)" => "2")]
    #[in_columns(KeyColumns::new(columns, container, compfunc)?.items_with_rank(rank))]
    fn get_arg_rank_t(
        context: &mut Context,
        container: Tuple,
        compfunc: Callable,
        rank: FL,
    ) -> Any {
        item_with_rank(context, container, compfunc, rank, Value::EMPTY_TUPLE)
    }

    /// As `get_arg_rank`; the empty set where there is none.
    #[example("get_arg_rank_f({1, 2}, invert, 0)" => "1")]
    #[example("get_arg_rank_f({1, 2}, invert, 2)" => "{}")]
    #[in_columns(KeyColumns::new(columns, container, compfunc)?.items_with_rank(rank))]
    fn get_arg_rank_f(
        context: &mut Context,
        container: FrozenSet,
        compfunc: Callable,
        rank: FL,
    ) -> Any {
        item_with_rank(context, container, compfunc, rank, Value::empty_set())
    }

    /// The value with this rank among those that the function makes of the
    /// items, 0 the smallest, -1 the largest; where there is none, what it makes
    /// of 0.
    #[example("get_val_rank((1, -3, 2), invert, 0)" => "-2")]
    #[in_columns(KeyColumns::new(columns, container, compfunc)?.keys_with_rank(rank))]
    fn get_val_rank(
        context: &mut Context,
        container: Container,
        compfunc: Callable,
        rank: FL,
    ) -> Any {
        key_with_rank(context, container, compfunc, rank)
    }

    /// As `get_val_rank`, of tuples.
    #[example("get_val_rank_t((1, -3, 2), invert, -1)" => "3")]
    #[body_of(get_val_rank)]
    fn get_val_rank_t(container: Tuple, compfunc: Callable, rank: FL) -> Any;

    /// As `get_val_rank`, of sets.
    #[example("get_val_rank_f({1, 2}, double, 0)" => "2")]
    #[body_of(get_val_rank)]
    fn get_val_rank_f(container: FrozenSet, compfunc: Callable, rank: FL) -> Any;

    /// The item of a tuple with this rank, 0 the least frequent, -1 the most
    /// frequent; `()` where there is none. Fails for sets.
    #[example("get_common_rank((1, 1, 2), 0)" => "2")]
    fn get_common_rank(context: &mut Context, container: Container, rank: FL) -> Any {
        count_with_rank(context, container, rank, Value::EMPTY_TUPLE)
    }

    /// As `get_common_rank`.
    #[example("get_common_rank_t((1, 1, 2), -1)" => "1")]
    #[body_of(get_common_rank)]
    fn get_common_rank_t(container: Tuple, rank: FL) -> Any;

    /// As `get_common_rank`, of sets too; the empty set where there is none.
    #[example("get_common_rank_f({1, 2}, 1)" => "2")]
    fn get_common_rank_f(context: &mut Context, container: FrozenSet, rank: FL) -> Any {
        let ranked = Census::of_items(context, container)?.rising()?;
        with_rank(&ranked, rank, Value::empty_set())
    }

    /// The item of a tuple with this number, negative ones from the end; `nan`
    /// where there is none, and for what is no tuple.
    #[example("get_nth_t((4, 5, 6), 1)" => "5")]
    #[example("get_nth_t((4, 5, 6), 3)" => "nan")]
    #[fails_alike]
    #[in_columns(item_or(container, rank, Value::NAN))]
    fn get_nth_t(container: Tuple, rank: FL) -> Any {
        let Some(tuple) = container.as_tuple() else {
            return Ok(Value::NAN);
        };
        let found = place(rank, tuple.len())?.and_then(|place| tuple.get(place));
        Ok(found.unwrap_or(Value::NAN))
    }

    /// The item with this number in the order of the set, negative ones from the
    /// end; the empty set where there is none.
    #[example("get_nth_f({4, 5, 6}, 1)" => "5")]
    #[example("get_nth_f({4, 5, 6}, -1)" => "6")]
    #[fails_alike]
    #[in_columns(number_of_items(container).and_then(|items| columns.spend(items)).and_then(|()| item_or(container, rank, Value::empty_set())))]
    fn get_nth_f(context: &mut Context, container: FrozenSet, rank: FL) -> Any {
        context.spend(container.length()?)?;
        let rank = Value::Integer(rank.integer()?);
        let place = place(&rank, container.length()?)?;
        let found = place.and_then(|place| container.nth_item(place).ok()?);
        Ok(found.unwrap_or(Value::empty_set()))
    }

    /// The item with this number in the order of what the key makes of them, the
    /// first for negative numbers; `None` where there is none.
    #[example("get_nth_by_key_f({1, 2}, 0, invert)" => "2")]
    fn get_nth_by_key_f(
        context: &mut Context,
        container: FrozenSet,
        rank: F_,
        #[default(identity)] key: Missing,
    ) -> Any {
        let sorted = sorted_by(context, container, key, false)?;
        let place = usize::try_from(rank.integer()?.max(0)).unwrap_or(usize::MAX);
        Ok(sorted.get(place).cloned().unwrap_or(Value::None))
    }

    /// The item of this rank in the order of what the key makes of them;
    /// `None` of nothing, whatever the rank.
    #[example("get_nth_by_key_t((1, -3, 2), 0)" => "-3")]
    #[example("get_nth_by_key_t((1, -3, 2), 0, invert)" => "2")]
    fn get_nth_by_key_t(
        context: &mut Context,
        container: Tuple,
        rank: FL,
        #[default(identity)] key: Missing,
    ) -> Any {
        let sorted = Value::tuple(sorted_by(context, container, key, false)?)?;
        if sorted.is_empty_tuple() {
            return Ok(Value::None);
        }
        sorted.item_at(rank)
    }
}
