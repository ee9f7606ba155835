//! What calls cost, by what they mean.
//!
//! # The rule
//!
//! A call costs a step, and one for each item that it looks at or makes, counted
//! as the reference's definition of the primitive counts them and not as a body
//! happens to go about it. So a cost follows from the arguments as values: equal
//! arguments cost the same in whatever form they are kept, and a way that is
//! faster for some form costs what the general one costs. It is paid once, ahead
//! of both ways ([`Context::prepaid`](super::Context::prepaid)).
//!
//! # A promise to stores
//!
//! Steps decide whether a call has a value, a program's speed folder and which
//! programs are the best. They are part of the store's format, then: a faster
//! implementation of a primitive must leave its cost as it is.
//!
//! # What is looked at
//!
//! - All cells of a grid: its rows count for their items, an empty one for one
//!   ([`of_grid`]).
//! - All items of a patch ([`of_items`]). That a patch is read several times, for
//!   its rows and for its columns, or first made indices, is not counted.
//! - The cells of a grid that is made.
//!
//! To tell what kind of value this is, and whether two are equal, costs nothing
//! beyond the call's own step: [`Measure`](crate::value::Measure) bounds it.

use crate::value::{Failure, Value};

/// What looking at a row of so many items costs.
pub(super) fn of_row(items: usize) -> usize {
    items.max(1)
}

/// What looking at all cells of a grid costs.
///
/// # Errors
/// [`Failure::WrongType`] where the grid, or a row of it, is no container.
pub(super) fn of_grid(grid: &Value) -> Result<usize, Failure> {
    match grid.as_grid() {
        Some(grid) => Ok(grid.cells().len()),
        None => grid.items()?.try_fold(0_usize, |cost, row| {
            Ok(cost.saturating_add(of_row(row.length()?)))
        }),
    }
}

/// What looking at all items of a patch costs; nothing for what is no container.
pub(super) fn of_items(patch: &Value) -> usize {
    patch.length().unwrap_or(0)
}
