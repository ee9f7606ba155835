//! Patches moved, mirrored, scaled, and related to each other.

use super::macros::primitives;
use crate::value::{Table, Value, number};

primitives! {
    /// The patch moved by the vector. `()` moves nothing, and nothing stays
    /// nothing, whatever the vector.
    #[example("shift({(1, 2, 3)}, (1, -1))" => "{(2, 1, 3)}")]
    #[example("shift({(1, 2)}, UNITY)" => "{(2, 3)}")]
    fn shift(context, patch: Patch, directions: IJ) -> Patch {
        if !patch.is_true() {
            return Ok(Value::empty_set());
        }
        if directions.is_empty_tuple() {
            return Ok(patch.clone());
        }
        let [down, right] = directions.unpack()?;
        let small = directions.as_pair();
        context.spend(patch.length()?)?;
        // The first item decides whether all are cells or indices.
        let cells = match patch.items()?.next() {
            Some(first) => first.length()? == 3,
            None => false,
        };
        let mut shifted = Table::new();
        for item in patch.items()? {
            let moved = match (small, item.as_triple(), item.as_pair()) {
                (Some((down, right)), Some((row, column, colour)), _) if cells => {
                    Value::triple(row + down, column + right, colour)
                }
                (Some((down, right)), _, Some((row, column))) if !cells => {
                    Value::pair(row + down, column + right)
                }
                _ if cells => {
                    let [row, column, colour] = item.unpack()?;
                    let (row, column) = (number::add(&row, &down)?, number::add(&column, &right)?);
                    Value::tuple_of_three(row, column, colour)?
                }
                _ => {
                    let [row, column] = item.unpack()?;
                    Value::tuple_of_two(number::add(&row, &down)?, number::add(&column, &right)?)?
                }
            };
            shifted.insert(moved);
        }
        shifted.freeze().map(Value::Set)
    }
}
