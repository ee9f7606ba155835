//! What primitives do with columns: the parts that several share.
//!
//! Each yields `None` for what it is not meant for; then the primitive is called row
//! by row.

use std::borrow::Cow;

use super::super::rank::place;
use super::{Column, sets};
use crate::value::Value;

/// Integers: one for each row, or the same for all.
#[derive(Clone, Copy)]
pub(super) enum Integers<'column> {
    Same(i64),
    Each(&'column [i64]),
}

pub(super) fn integers(column: &Column) -> Option<Integers<'_>> {
    match column {
        Column::Same(Value::Integer(integer)) => Some(Integers::Same(*integer)),
        Column::Integers(integers) => Some(Integers::Each(integers)),
        _ => None,
    }
}

/// The parts of tuples of one length, above 0.
pub(super) fn parts(column: &Column) -> Option<Cow<'_, [Column]>> {
    match column {
        Column::Tuples(parts) => Some(parts.into()),
        Column::Same(Value::Tuple(tuple)) if (1..=3).contains(&tuple.len()) => {
            Some(tuple.iter().map(Column::Same).collect())
        }
        _ => None,
    }
}

/// All of these, where each is there. Those before one that is not are made in vain:
/// that is seldom, and a loop that never ends early is several times as fast.
#[inline(always)]
fn all_made<Made: Default>(made: impl ExactSizeIterator<Item = Option<Made>>) -> Option<Vec<Made>> {
    let mut are_all = true;
    let made = made.map(|made| {
        are_all &= made.is_some();
        made.unwrap_or_default()
    });
    let made: Vec<Made> = made.collect();
    are_all.then_some(made)
}

/// What a function makes of two integers in each row; of two that are always the
/// same, once.
#[inline(always)]
fn zipped<Made: Default>(
    a: Integers<'_>,
    b: Integers<'_>,
    make: impl Fn(i64, i64) -> Option<Made>,
) -> Option<Vec<Made>> {
    match (a, b) {
        (Integers::Each(a), Integers::Each(b)) => {
            all_made(a.iter().zip(b).map(|(a, b)| make(*a, *b)))
        }
        (Integers::Each(a), Integers::Same(b)) => all_made(a.iter().map(|a| make(*a, b))),
        (Integers::Same(a), Integers::Each(b)) => all_made(b.iter().map(|b| make(a, *b))),
        (Integers::Same(a), Integers::Same(b)) => Some(vec![make(a, b)?]),
    }
}

/// Numbers or vectors that a function on integers makes of numbers or vectors,
/// item by item.
#[inline(always)]
pub(in crate::dsl) fn numbers(
    a: &Column,
    b: &Column,
    make: impl Fn(i64, i64) -> Option<i64> + Copy,
) -> Option<Column> {
    let on_integers = |a: &Column, b: &Column| {
        let (a, b) = (integers(a)?, integers(b)?);
        let made = zipped(a, b, make)?;
        Some(match (a, b) {
            (Integers::Same(_), Integers::Same(_)) => Column::Same(Value::Integer(made[0])),
            _ => Column::integers(made),
        })
    };
    if let Some(made) = on_integers(a, b) {
        return Some(made);
    }
    let (a_parts, b_parts) = (parts(a), parts(b));
    let (first, second) = match (a_parts.as_deref(), b_parts.as_deref()) {
        (Some([a_first, a_second]), Some([b_first, b_second])) => (
            on_integers(a_first, b_first)?,
            on_integers(a_second, b_second)?,
        ),
        (Some([first, second]), None) => (on_integers(first, b)?, on_integers(second, b)?),
        (None, Some([first, second])) => (on_integers(a, first)?, on_integers(a, second)?),
        _ => return None,
    };
    Column::of_parts(vec![first, second])
}

/// Numbers or vectors that a function on integers makes of numbers or vectors.
#[inline(always)]
pub(in crate::dsl) fn number(
    numbers: &Column,
    make: impl Fn(i64) -> Option<i64> + Copy,
) -> Option<Column> {
    let on_integers = |column: &Column| match column {
        Column::Same(Value::Integer(integer)) => {
            Some(Column::Same(Value::Integer(make(*integer)?)))
        }
        Column::Integers(integers) => {
            let made = all_made(integers.iter().map(|integer| make(*integer)));
            made.map(Column::integers)
        }
        _ => None,
    };
    match numbers {
        Column::Tuples(parts) => match parts.as_slice() {
            [first, second] => Column::of_parts(vec![on_integers(first)?, on_integers(second)?]),
            _ => None,
        },
        _ => on_integers(numbers),
    }
}

/// Whether something holds for an integer.
#[inline(always)]
pub(in crate::dsl) fn test(integers: &Column, holds: impl Fn(i64) -> bool) -> Option<Column> {
    match integers {
        Column::Integers(integers) => Some(Column::Booleans(
            integers.iter().map(|integer| holds(*integer)).collect(),
        )),
        _ => None,
    }
}

/// Whether something holds for two integers.
#[inline(always)]
pub(in crate::dsl) fn tests(
    a: &Column,
    b: &Column,
    holds: impl Fn(i64, i64) -> bool,
) -> Option<Column> {
    let made = zipped(integers(a)?, integers(b)?, |a, b| Some(holds(a, b)))?;
    Some(Column::Booleans(made))
}

/// Whether two values are equal.
pub(in crate::dsl) fn equal(rows: usize, a: &Column, b: &Column) -> Option<Column> {
    if let (Column::Same(a), Column::Same(b)) = (a, b) {
        return Some(Column::Same(Value::Boolean(a.equals(b))));
    }
    if let Some(equal) = tests(a, b, |a, b| a == b) {
        return Some(equal);
    }
    if let (Some(a), Some(b)) = (parts(a), parts(b))
        && a.len() == b.len()
    {
        let parts = a.iter().zip(&*b).map(|(a, b)| equal_parts(rows, a, b));
        let parts: Vec<Vec<bool>> = parts.collect::<Option<_>>()?;
        let all = |row| parts.iter().all(|part: &Vec<bool>| part[row]);
        return Some(Column::Booleans((0..rows).map(all).collect()));
    }
    if let (Column::Sets(sets), other) | (other, Column::Sets(sets)) = (a, b)
        && let Some(equal) = sets::equal(sets, other)
    {
        return Some(equal);
    }
    let equal = (0..rows).map(|row| Some(a.value(row).ok()?.equals(&b.value(row).ok()?)));
    equal.collect::<Option<_>>().map(Column::Booleans)
}

/// Whether two parts of tuples are the same; of integers, where that is equal.
fn equal_parts(rows: usize, a: &Column, b: &Column) -> Option<Vec<bool>> {
    match (integers(a)?, integers(b)?) {
        (Integers::Same(a), Integers::Same(b)) => Some(vec![a == b; rows]),
        (a, b) => zipped(a, b, |a, b| Some(a == b)),
    }
}

/// In each row the first where a condition holds, else the second.
pub(in crate::dsl) fn chosen(
    rows: usize,
    condition: &Column,
    a: &Column,
    b: &Column,
) -> Option<Column> {
    if let Column::Same(condition) = condition {
        return Some(if condition.is_true() { a } else { b }.clone());
    }
    let is_first = |row| condition.is_true(row);
    if let (Column::Booleans(a), Column::Booleans(b)) = (a, b) {
        let chosen = |row| if is_first(row) { a[row] } else { b[row] };
        return Some(Column::Booleans((0..rows).map(chosen).collect()));
    }
    if let (Some(a), Some(b)) = (integers(a), integers(b)) {
        let at = |integers, row: usize| match integers {
            Integers::Same(integer) => integer,
            Integers::Each(integers) => integers[row],
        };
        let chosen = |row| {
            if is_first(row) {
                at(a, row)
            } else {
                at(b, row)
            }
        };
        return Some(Column::integers((0..rows).map(chosen).collect()));
    }
    let (a, b) = (parts(a)?, parts(b)?);
    if a.len() != b.len() {
        return None;
    }
    let parts = a.iter().zip(&*b);
    let parts = parts.map(|(a, b)| chosen(rows, condition, a, b));
    Column::of_parts(parts.collect::<Option<_>>()?)
}

/// The tuples of these values.
pub(in crate::dsl) fn joined(parts: &[&Column]) -> Option<Column> {
    Column::of_parts(parts.iter().map(|part| (*part).clone()).collect())
}

/// An item of tuples, by its place from the start, or, below 0, from the end.
pub(in crate::dsl) fn item(tuples: &Column, place: isize) -> Option<Column> {
    let Column::Tuples(parts) = tuples else {
        return None;
    };
    let place = match usize::try_from(place) {
        Ok(place) => place,
        Err(_) => parts.len().checked_sub(place.unsigned_abs())?,
    };
    parts.get(place).cloned()
}

/// The item of tuples with a rank that is always the same, or what stands for it.
pub(in crate::dsl) fn item_or(tuples: &Column, rank: &Column, nothing: Value) -> Option<Column> {
    let (Column::Tuples(parts), Column::Same(rank @ Value::Integer(_))) = (tuples, rank) else {
        return None;
    };
    Some(match place(rank, parts.len()).ok()? {
        Some(place) => parts[place].clone(),
        None => Column::Same(nothing),
    })
}

/// The number of items of tuples.
pub(in crate::dsl) fn number_of_items(tuples: &Column) -> Option<usize> {
    match tuples {
        Column::Tuples(parts) => Some(parts.len()),
        _ => None,
    }
}

/// The parts of tuples that hold nothing but integers.
fn integer_parts(tuples: &Column) -> Option<&[Column]> {
    let Column::Tuples(parts) = tuples else {
        return None;
    };
    let is_integers = |part: &Column| integers(part).is_some();
    parts.iter().all(is_integers).then_some(parts)
}

/// The extreme among the integers of tuples: in each row that of which the function
/// picks one of two.
#[inline(always)]
pub(in crate::dsl) fn extreme(tuples: &Column, pick: fn(i64, i64) -> i64) -> Option<Column> {
    let parts = integer_parts(tuples)?;
    let (first, rest) = parts.split_first()?;
    rest.iter().try_fold(first.clone(), |extreme, part| {
        numbers(&extreme, part, |a, b| Some(pick(a, b)))
    })
}

/// The integer of pairs that has a rank from the largest down, always the same.
pub(in crate::dsl) fn ranked(pairs: &Column, rank: &Column) -> Option<Column> {
    let Column::Same(rank @ Value::Integer(_)) = rank else {
        return None;
    };
    if integer_parts(pairs)?.len() != 2 {
        return None;
    }
    Some(match place(rank, 2).ok()? {
        Some(0) => extreme(pairs, i64::max)?,
        Some(_) => extreme(pairs, i64::min)?,
        None => Column::Same(Value::Integer(0)),
    })
}
