//! Grids with cells changed.

use super::macros::primitives;
use crate::value::{Grid, Value};

primitives! {
    /// The grid with one colour in another's place.
    #[example("replace(((1, 2), (2, 1)), 2, 5)" => "((1, 5), (5, 1))")]
    fn replace(context, grid: Grid, replacee: C_, replacer: C_) -> Grid {
        if let (Some(bytes), Value::Integer(old), Value::Integer(new)) =
            (grid.as_grid(), replacee, replacer)
            && let Ok(new) = u8::try_from(*new)
        {
            context.spend(bytes.cells().len())?;
            // A colour that is no byte is not in the grid.
            let Ok(old) = u8::try_from(*old) else {
                return Ok(grid.clone());
            };
            let replaced = |cell: &u8| if *cell == old { new } else { *cell };
            let cells = bytes.cells().iter().map(replaced).collect();
            let painted = Grid::new(bytes.height(), bytes.width(), cells);
            return Ok(painted.map_or(Value::EMPTY_TUPLE, Value::from));
        }
        let mut rows = Vec::with_capacity(grid.length()?);
        for row in grid.items()? {
            context.spend(row.length()?)?;
            let replaced = |cell: Value| match cell.equals(replacee) {
                true => replacer.clone(),
                false => cell,
            };
            rows.push(Value::tuple(row.items()?.map(replaced).collect())?);
        }
        Value::tuple(rows)
    }
}
