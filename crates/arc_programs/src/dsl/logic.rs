//! Truth, equality and membership.

use arc_programs_macros::primitives;

use super::columns::{Column, Columns, chosen, equal};
use super::containers::hashed_for;
use super::context::Context;
use crate::value::Value;

/// Whether a condition does not hold.
fn flipped(rows: usize, condition: &Column) -> Column {
    Column::Booleans((0..rows).map(|row| !condition.is_true(row)).collect())
}

/// Whether values are in a container that is always the same.
fn found_in(columns: &mut Columns, values: &Column, container: &Column) -> Option<Column> {
    let Column::Same(container) = container else {
        return None;
    };
    if let Some(tuple) = container.as_tuple() {
        columns.spend(tuple.len())?;
    }
    let hashed = hashed_for(columns.rows(), container);
    let is_found = |row| {
        let value = values.value(row).ok()?;
        match &hashed {
            Some(hashed) => Some(hashed.contains(&value)),
            None => container.contains(&value).ok(),
        }
    };
    let found = (0..columns.rows()).map(is_found);
    found.collect::<Option<_>>().map(Column::Booleans)
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// `not b`, of anything that has a truth.
    #[example("flip(True)" => "False")]
    #[example("flip(())" => "True")]
    #[in_columns(Some(flipped(columns.rows(), b)))]
    fn flip(b: Boolean) -> Boolean {
        Ok(Value::Boolean(!b.is_true()))
    }

    /// Whether two values are equal; functions are equal to themselves only.
    #[example("equality((1, 0), (True, False))" => "True")]
    #[example("equality(double, halve)" => "False")]
    #[in_columns(equal(columns.rows(), a, b))]
    fn equality(a: Any, b: Any) -> Boolean {
        Ok(Value::Boolean(a.equals(b)))
    }

    /// Whether the value is an item of the container.
    #[example("contained(2, {1, 2})" => "True")]
    #[fails_alike]
    #[in_columns(found_in(columns, value, container))]
    fn contained(context: &mut Context, value: Any, container: Container) -> Boolean {
        if container.as_tuple().is_some() {
            context.spend(container.length()?)?;
        }
        container.contains(value).map(Value::Boolean)
    }

    /// `a and b`: the first that is not true, or else the second.
    #[example("both(True, False)" => "False")]
    #[example("both(3, 4)" => "4")]
    #[in_columns(chosen(columns.rows(), a, b, a))]
    fn both(a: Boolean, b: Boolean) -> Boolean {
        Ok(if a.is_true() { b.clone() } else { a.clone() })
    }

    /// `a or b`: the first that is true, or else the second.
    #[example("either(True, False)" => "True")]
    #[example("either(0, ())" => "()")]
    #[in_columns(chosen(columns.rows(), a, a, b))]
    fn either(a: Boolean, b: Boolean) -> Boolean {
        Ok(if a.is_true() { a.clone() } else { b.clone() })
    }

    /// The first alternative where the condition is true, else the second.
    #[example("branch(False, 1, 2)" => "2")]
    #[in_columns(chosen(columns.rows(), condition, a, b))]
    fn branch(condition: Boolean, a: Any, b: Any) -> Any {
        Ok(if condition.is_true() {
            a.clone()
        } else {
            b.clone()
        })
    }

    /// As `branch`, for colours.
    #[example("c_branch(True, RED, BLUE)" => "2")]
    #[body_of(branch)]
    fn c_branch(condition: Boolean, a: C_, b: C_) -> Any;

    /// Whether the value is anything but a tuple of tuples of integers. `()`
    /// passes for a grid.
    #[example("is_no_grid(((1, 2), (3, 4)))" => "False")]
    #[example("is_no_grid((1, 2))" => "True")]
    fn is_no_grid(x: Missing) -> Missing {
        if x.as_grid().is_some() {
            return Ok(Value::Boolean(false));
        }
        let Some(rows) = x.as_tuple() else {
            return Ok(Value::Boolean(true));
        };
        for row in rows {
            let Some(row) = row.as_tuple() else {
                return Ok(Value::Boolean(true));
            };
            if row.iter().any(|cell| cell.as_integer().is_none()) {
                return Ok(Value::Boolean(true));
            }
        }
        Ok(Value::Boolean(false))
    }
}
