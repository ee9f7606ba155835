//! Grids taken apart into indices and objects.

use super::macros::primitives;
use crate::value::{Table, Value};

primitives! {
    /// The places of all cells; the first row says how many there are in each.
    #[example("asindices(((1, 2),))" => "{(0, 1), (0, 0)}")]
    fn asindices(context, grid: Grid) -> Indices {
        let height = grid.length()?;
        // Python looks at the first row only if there is one.
        let width = if height == 0 { 0 } else { grid.item(0)?.length()? };
        context.spend(height.saturating_mul(width))?;
        let mut indices = Table::new();
        for row in 0..height {
            for column in 0..width {
                indices.insert(Value::pair(row as i64, column as i64));
            }
        }
        indices.freeze().map(Value::Set)
    }
}
