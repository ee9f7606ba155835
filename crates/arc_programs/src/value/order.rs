//! Comparisons, extremes and sorting.
//!
//! Tuples order lexicographically, sets by inclusion, numbers by value, and
//! nothing else has an order. Inclusion (and `nan`) make partial orders, and
//! sorting by one is legal in Python: the result is whatever the list sort
//! makes of it. So [`sort`] is the list sort of CPython 3.11
//! (`Objects/listobject.c`): natural runs, binary insertion up to the minimum
//! run, the powersort merge policy, galloping merges. Where all keys are
//! integers the order is total, every stable sort agrees, and Rust's is used.

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::{Failure, Outcome, Value, number};

mod timsort;

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// Whether the operator holds for operands in this order.
    fn accepts(self, ordering: Ordering) -> bool {
        match self {
            Comparison::Less => ordering.is_lt(),
            Comparison::LessOrEqual => ordering.is_le(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// Python's `a < b` and its kin.
///
/// # Errors
/// [`Failure::WrongType`] where Python knows no order: between kinds other than
/// numbers, for `None` and for functions.
pub fn compare(a: &Value, b: &Value, comparison: Comparison) -> Result<bool, Failure> {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Ok(comparison.accepts(a.cmp(b))),
        (Value::Tuple(a), Value::Tuple(b)) => {
            // The first items that differ decide, by the operator itself.
            for (a, b) in a.iter().zip(b.iter()) {
                if !a.same(&b) {
                    return compare(&a, &b, comparison);
                }
            }
            Ok(comparison.accepts(a.len().cmp(&b.len())))
        }
        (Value::Set(a), Value::Set(b)) => Ok(match comparison {
            Comparison::Less => a.len() < b.len() && a.is_subset(b),
            Comparison::LessOrEqual => a.is_subset(b),
            Comparison::Greater => a.len() > b.len() && b.is_subset(a),
            Comparison::GreaterOrEqual => b.is_subset(a),
        }),
        _ => match number::compare(a, b) {
            Some(ordering) => Ok(ordering.is_some_and(|ordering| comparison.accepts(ordering))),
            None => Err(Failure::WrongType),
        },
    }
}

/// Python's `a < b`.
///
/// # Errors
/// As [`compare`].
#[inline]
pub fn less(a: &Value, b: &Value) -> Result<bool, Failure> {
    compare(a, b, Comparison::Less)
}

/// Python's `a > b`.
///
/// # Errors
/// As [`compare`].
#[inline]
pub fn greater(a: &Value, b: &Value) -> Result<bool, Failure> {
    compare(a, b, Comparison::Greater)
}

/// Position of the greatest of these keys, the first of equals, as Python's `max`
/// finds it; `None` where there are none.
///
/// # Errors
/// As [`compare`].
pub fn position_of_maximum(keys: &[Value]) -> Result<Option<usize>, Failure> {
    position_of_extreme(keys, Comparison::Greater)
}

/// Position of the least of these keys, the first of equals, as Python's `min`
/// finds it; `None` where there are none.
///
/// # Errors
/// As [`compare`].
pub fn position_of_minimum(keys: &[Value]) -> Result<Option<usize>, Failure> {
    position_of_extreme(keys, Comparison::Less)
}

fn position_of_extreme(keys: &[Value], better: Comparison) -> Result<Option<usize>, Failure> {
    let mut extreme: Option<(usize, &Value)> = None;
    for (position, key) in keys.iter().enumerate() {
        match extreme {
            Some((_, best)) if !compare(key, best, better)? => {}
            _ => extreme = Some((position, key)),
        }
    }
    Ok(extreme.map(|(position, _)| position))
}

/// Python's `max(values)`.
///
/// # Errors
/// As [`compare`], and [`Failure::WrongValue`] where there are none.
pub fn maximum(values: &[Value]) -> Result<Value, Failure> {
    let position = position_of_maximum(values)?;
    position
        .and_then(|position| values.get(position).cloned())
        .ok_or(Failure::WrongValue)
}

/// Python's `min(values)`.
///
/// # Errors
/// As [`compare`], and [`Failure::WrongValue`] where there are none.
pub fn minimum(values: &[Value]) -> Result<Value, Failure> {
    let position = position_of_minimum(values)?;
    position
        .and_then(|position| values.get(position).cloned())
        .ok_or(Failure::WrongValue)
}

/// Python's `max` of what an iterator yields: each is compared before the next is asked
/// for.
///
/// # Errors
/// Those of the items, and as [`maximum`].
pub fn maximum_of(items: impl Iterator<Item = Outcome>) -> Outcome {
    best_of(items, greater)
}

/// Python's `min` of what an iterator yields, likewise.
///
/// # Errors
/// Those of the items, and as [`minimum`].
pub fn minimum_of(items: impl Iterator<Item = Outcome>) -> Outcome {
    best_of(items, less)
}

fn best_of(
    mut items: impl Iterator<Item = Outcome>,
    beats: impl Fn(&Value, &Value) -> Result<bool, Failure>,
) -> Outcome {
    let mut best = items.next().ok_or(Failure::WrongValue)??;
    for item in items {
        let item = item?;
        if beats(&item, &best)? {
            best = item;
        }
    }
    Ok(best)
}

/// The order in which Python's `sorted` puts items with these keys: the first
/// number is the place of the item that comes first. Equal items keep their
/// order, with `reversed` too.
///
/// # Errors
/// As [`compare`], where two keys that the sort compares have no order.
pub fn sort(keys: &[Value], reversed: bool) -> Result<Vec<u32>, Failure> {
    let count = u32::try_from(keys.len()).map_err(|_| Failure::TooLarge)?;
    if let Some(order) = order_of_integers(keys, reversed) {
        return Ok(order);
    }
    let mut order: Vec<u32> = (0..count).collect();
    // Reversed before and after, a stable sort is stable downwards.
    if reversed {
        order.reverse();
    }
    timsort::sort(&mut order, |a, b| {
        less(&keys[a as usize], &keys[b as usize])
    })?;
    if reversed {
        order.reverse();
    }
    Ok(order)
}

/// The number that [`sort`] has at this place, which is one of so many keys.
///
/// # Errors
/// As [`sort`].
pub fn sorted_at(keys: &[Value], reversed: bool, place: usize) -> Result<u32, Failure> {
    match placed_integers(keys, reversed) {
        Some(mut placed) => Ok(placed.select_nth_unstable(place).1.1),
        None => Ok(sort(keys, reversed)?[place]),
    }
}

/// As [`sort`]; `None` where the keys are not all integers.
fn order_of_integers(keys: &[Value], reversed: bool) -> Option<Vec<u32>> {
    let mut placed = placed_integers(keys, reversed)?;
    placed.sort_unstable();
    Some(placed.into_iter().map(|(_, place)| place).collect())
}

/// The keys with their places, in the order of which they are sorted; `None` where they are not
/// all integers. No two are equal, for their places differ, so a sort need not be stable.
fn placed_integers(keys: &[Value], reversed: bool) -> Option<SmallVec<[(i64, u32); 16]>> {
    let mut placed = SmallVec::with_capacity(keys.len());
    for (place, key) in (0..).zip(keys) {
        let key = key.as_integer()?;
        // The complements of numbers come in their reverse order.
        placed.push((if reversed { !key } else { key }, place));
    }
    Some(placed)
}

/// Python's `sorted(values)`, or of the items by other keys with [`sort`].
///
/// # Errors
/// As [`sort`].
pub fn sorted(values: &[Value], reversed: bool) -> Result<Vec<Value>, Failure> {
    Ok(sort(values, reversed)?
        .into_iter()
        .map(|place| values[place as usize].clone())
        .collect())
}
