//! Colours of grids and objects.

use super::macros::primitives;
use crate::value::{Table, Value};

primitives! {
    /// The colours in a grid.
    #[example("palette_t(((1, 2), (2, 0)))" => "{0, 1, 2}")]
    fn palette_t(context, element: Tuple) -> IntegerSet {
        let mut palette = Table::new();
        if let Some(grid) = element.as_grid() {
            context.spend(grid.cells().len())?;
            // Only the first of each colour can change the set.
            let mut seen = [false; 256];
            for cell in grid.cells() {
                if !std::mem::replace(&mut seen[usize::from(*cell)], true) {
                    palette.insert(Value::Integer(i64::from(*cell)));
                }
            }
        } else {
            for row in element.items()? {
                context.spend(row.length()?)?;
                for colour in row.items()? {
                    palette.insert(colour);
                }
            }
        }
        palette.freeze().map(Value::Set)
    }
}
