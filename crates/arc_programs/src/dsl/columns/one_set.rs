//! One set filtered by a function that is made for each row.
//!
//! `sfilter(objects, f(object))`, asked for each object, holds every object against every other.
//! So the functions of all rows are called on one element after the other: what they do to the
//! element alone is done once for all rows, and the rest at once.

use super::{Column, Columns};
use crate::value::{Set, Value};

/// How many elements a set has at most: for each there is a column.
const MOST_ELEMENTS: usize = 256;

/// The elements of a set that the condition of each row holds for; `None` where they are not kept
/// with their hashes, as those of sets of objects are.
pub(super) fn filtered(
    columns: &mut Columns<'_>,
    set: &Set,
    conditions: &Column,
) -> Option<Column> {
    if set.len() > MOST_ELEMENTS || !matches!(conditions, Column::Closures(_)) {
        return None;
    }
    let elements: Vec<Value> = set.hashed_values()?.cloned().collect();
    let results: Vec<Column> = columns.further_in(|columns| {
        let elements = elements.into_iter().map(Column::Same);
        let results = elements.map(|element| columns.call(conditions, &[&element]));
        results.collect::<Option<_>>()
    })?;
    let in_row = |row: usize| {
        let are_kept: Vec<bool> = results.iter().map(|own| own.is_true(row)).collect();
        let kept = set.keeping_in_order(&are_kept)?.ok()?;
        Some(Value::Set(kept))
    };
    let kept: Vec<Value> = (0..columns.rows()).map(in_row).collect::<Option<_>>()?;
    Some(Column::Values(kept))
}
