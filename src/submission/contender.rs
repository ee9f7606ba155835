//! What is known of a program for a task: how it does on the demo samples, and what it
//! makes of the test samples.

use std::cmp::Reverse;
use std::sync::Arc;

use arc_programs::program::Identity;
use arc_programs::task::MAXIMUM_SIDE;
use arc_programs::value::{Grid, Value};

/// Program that competes for a task's attempts.
#[derive(Clone, Debug)]
pub(super) struct Contender {
    pub(super) rank: Rank,
    /// The output on each test sample; `None` where it is none that can be handed in.
    pub(super) outputs: Vec<Option<Arc<Grid>>>,
}

/// Rank of a program among those of its task: the better the less. Members stand in the
/// order in which they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Whether there is a demo sample that it is not exact on, or none at all.
    pub(super) is_inexact: bool,
    /// Sum of its scores on the demo samples.
    pub(super) score: Reverse<u64>,
    /// Bytes of its expanded text.
    pub(super) length: usize,
    pub(super) identity: Identity,
}

/// The grid that an output is: 1 to 30 rows of as many colours 0 to 9, in any form.
pub(crate) fn grid_of(output: &Value) -> Option<Grid> {
    let rows = output.as_tuple()?;
    let width = rows.get(0)?.as_tuple()?.len();
    let is_side = |side: usize| (1..=MAXIMUM_SIDE).contains(&side);
    if !is_side(rows.len()) || !is_side(width) {
        return None;
    }
    let mut cells = Vec::with_capacity(rows.len() * width);
    for row in rows.iter() {
        let row = row.as_tuple()?;
        if row.len() != width {
            return None;
        }
        for cell in row.iter() {
            // A boolean is 0 or 1, as it is where it is scored.
            let colour = i8::try_from(cell.as_integer()?).ok()?;
            cells.push(Some(colour).filter(|colour| (0..=9).contains(colour))?);
        }
    }
    Grid::new(rows.len(), width, cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tuple(items: Vec<Value>) -> Value {
        Value::tuple(items).unwrap()
    }

    fn rows(height: usize, width: usize, cell: &Value) -> Value {
        let row = || tuple(vec![cell.clone(); width]);
        tuple((0..height).map(|_| row()).collect())
    }

    #[test]
    fn a_grid_of_colours_can_be_handed_in_and_nothing_else() {
        let seven = Value::Integer(7);
        for (height, width) in [(1, 1), (30, 30), (1, 30), (3, 2)] {
            let grid = grid_of(&rows(height, width, &seven)).unwrap();
            assert_eq!((grid.height(), grid.width()), (height, width));
            assert!(grid.cells().iter().all(|cell| *cell == 7));
        }
        assert_eq!(
            grid_of(&rows(2, 2, &Value::Boolean(true))).unwrap().cells(),
            [1; 4]
        );
        let ragged = tuple(vec![
            tuple(vec![seven.clone(); 2]),
            tuple(vec![seven.clone()]),
        ]);
        for output in [
            rows(31, 1, &seven),
            rows(1, 31, &seven),
            rows(2, 2, &Value::Integer(10)),
            rows(2, 2, &Value::Integer(-1)),
            rows(2, 2, &Value::Integer(300)),
            rows(2, 2, &Value::None),
            rows(2, 2, &Value::Float(1.0)),
            rows(2, 2, &seven).item(0).unwrap(),
            rows(1, 0, &seven),
            ragged,
            Value::EMPTY_TUPLE,
            Value::None,
            seven,
        ] {
            assert!(grid_of(&output).is_none(), "{output:?}");
        }
    }
}
