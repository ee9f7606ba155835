//! A patch's indices, edges, corners and sizes.
//!
//! A patch is an object (a set of cells `(row, column, colour)`) or indices (a
//! set of `(row, column)`). Nothing checks that: a tuple of cells is as good,
//! and whether a patch has colours is read off its first item.

use super::macros::primitives;
use crate::value::{Table, Value};

primitives! {
    /// The indices of a patch: an object's cells without their colours, indices
    /// as they are. Empty where the first item is no container. A patch whose
    /// first item has three items must have three in all.
    #[example("toindices({(1, 2, 3)})" => "{(1, 2)}")]
    #[example("toindices({(1, 2)})" => "{(1, 2)}")]
    #[example("toindices(7)" => "{}")]
    fn toindices(context, patch: Patch) -> Indices {
        let Ok(mut items) = patch.items() else {
            return Ok(Value::empty_set());
        };
        let Some(Ok(length)) = items.next().map(|first| first.length()) else {
            return Ok(Value::empty_set());
        };
        if length != 3 {
            return Ok(patch.clone());
        }
        context.spend(patch.length()?)?;
        let mut indices = Table::new();
        for cell in patch.items()? {
            indices.insert(match cell.as_triple() {
                Some((row, column, _)) => Value::pair(row, column),
                None => {
                    let [row, column, _] = cell.unpack()?;
                    Value::tuple_of_two(row, column)?
                }
            });
        }
        indices.freeze().map(Value::Set)
    }
}
