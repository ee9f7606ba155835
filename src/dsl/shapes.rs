//! Indices drawn from scratch: boxes, lines, neighbours.

use super::macros::primitives;
use crate::value::{Value, number};

primitives! {
    /// The four places beside a place; none for `()` and for what is no tuple.
    #[example("dneighbors((1, 1))" => "{(0, 1), (1, 0), (1, 2), (2, 1)}")]
    fn dneighbors(_, loc: IJ) -> Indices {
        if let Some((row, column)) = loc.as_pair() {
            return Value::set([
                Value::pair(row - 1, column),
                Value::pair(row + 1, column),
                Value::pair(row, column - 1),
                Value::pair(row, column + 1),
            ]);
        }
        if loc.as_tuple().is_none_or(|tuple| tuple.is_empty()) {
            return Ok(Value::empty_set());
        }
        let (row, column, one) = (loc.item(0)?, loc.item(1)?, Value::Integer(1));
        Value::set([
            Value::tuple_of_two(number::subtract(&row, &one)?, column.clone())?,
            Value::tuple_of_two(number::add(&row, &one)?, column.clone())?,
            Value::tuple_of_two(row.clone(), number::subtract(&column, &one)?)?,
            Value::tuple_of_two(row, number::add(&column, &one)?)?,
        ])
    }
}
