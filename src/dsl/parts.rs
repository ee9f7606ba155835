//! Parts of grids.

use super::macros::primitives;
use crate::value::{Failure, Value};

primitives! {
    /// The upper half of the grid, without the middle row of an odd number.
    #[example("tophalf(((1, 2), (3, 4), (5, 6)))" => "((1, 2),)")]
    fn tophalf(context, grid: Grid) -> Grid {
        let rows = grid.as_tuple().ok_or(Failure::WrongType)?;
        context.spend(rows.len())?;
        Ok(Value::Tuple(rows.slice(0, rows.len() / 2)))
    }
}
