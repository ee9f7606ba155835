//! Grids of any values, their values numbered.
//!
//! Solvers put what is no colour into grids, an empty set mostly, and then ask for their
//! objects. Which cells are connected is a matter of which values are equal, so a grid that
//! has a number in each cell has the same objects, and is searched as grids of bytes are.

use std::sync::Arc;

use crate::value::{Grid, Value};

/// A grid with the number of its value in each cell: one for values that are equal.
pub(super) struct Numbered {
    grid: Arc<Grid>,
    values: Vec<Value>,
}

/// So many are found one by one.
const MOST_VALUES: usize = 32;

impl Numbered {
    /// `None` where a row is shorter than the first, or is no tuple, where a value is none of a
    /// number, Python's `None` and an empty container, and where there are many.
    pub(super) fn of(grid: &Value) -> Option<Numbered> {
        let rows = grid.as_tuple()?;
        let width = rows.get(0)?.as_tuple()?.len();
        let mut cells = Vec::with_capacity(rows.len().checked_mul(width)?);
        let (mut values, mut last): (Vec<Value>, usize) = (Vec::new(), 0);
        for row in rows.iter() {
            let row = row.as_tuple().filter(|row| row.len() >= width)?;
            for cell in row.iter().take(width) {
                // Neighbours are mostly alike.
                if values.get(last).is_none_or(|value| !value.equals(&cell)) {
                    last = match values.iter().position(|value| value.equals(&cell)) {
                        Some(number) => number,
                        None if is_plain(&cell) && values.len() < MOST_VALUES => {
                            values.push(cell);
                            values.len() - 1
                        }
                        None => return None,
                    };
                }
                cells.push(last as i8);
            }
        }
        let grid = Arc::new(Grid::new(rows.len(), width, cells)?);
        Some(Numbered { grid, values })
    }

    /// The numbers.
    pub(super) fn grid(&self) -> &Arc<Grid> {
        &self.grid
    }

    /// The number of the value that is such a one; of several the first.
    pub(super) fn number_of(&self, is_one: impl Fn(&Value) -> bool) -> Option<i8> {
        let number = self.values.iter().position(is_one)?;
        Some(number as i8)
    }
}

/// Whether a value is one of those that are equal to themselves, and of which two that are
/// equal to a third are equal to each other.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Integer(_) | Value::Boolean(_) | Value::None => true,
        Value::Float(float) => !float.is_nan(),
        Value::Tuple(tuple) => tuple.is_empty(),
        Value::Set(set) => set.is_empty(),
        Value::Primitive(_) | Value::Closure(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::dsl::{ARC_DSL, Budget, Context, Dialect, REFERENCE};
    use crate::value::{Value, canonical};

    fn cell() -> impl Strategy<Value = Value> {
        prop_oneof![
            6 => Just(Value::Integer(0)),
            4 => Just(Value::Integer(1)),
            2 => Just(Value::empty_set()),
            1 => prop_oneof![
                Just(Value::Boolean(true)),
                Just(Value::Float(1.0)),
                Just(Value::None),
                Just(Value::EMPTY_TUPLE),
                Just(Value::Integer(1_000)),
            ],
        ]
    }

    /// A grid of values, now and then with one that is equal to nothing, or a row that is
    /// longer or shorter.
    fn grid() -> impl Strategy<Value = Value> {
        let rows = (1..9_usize, 1..9_usize).prop_flat_map(|(height, width)| {
            let row = prop::collection::vec(cell(), width);
            prop::collection::vec(row, height)
        });
        (rows, 0..12).prop_map(|(mut rows, change)| {
            let last = rows.len() - 1;
            match change {
                0 => rows[0][0] = Value::NAN,
                1 => rows[last].push(Value::Integer(0)),
                2 => rows[last].truncate(1),
                _ => {}
            }
            let rows = rows
                .into_iter()
                .map(|row| Value::tuple(row).expect("small"));
            Value::tuple(rows.collect()).expect("small")
        })
    }

    fn called(
        dialect: &'static Dialect,
        (name, arguments): (&str, &[Value]),
        steps: u64,
        by_numbers: bool,
    ) -> (String, u64, u64, bool) {
        let mut context = Context::new(dialect, Budget::of_steps(steps));
        if !by_numbers {
            context.forbid_shortcuts();
        }
        let id = dialect.find(name).expect("a primitive");
        let primitive = dialect.primitive(id).expect("a primitive");
        let text = canonical::text(&primitive.call(&mut context, arguments));
        let left = (context.steps_left(), context.failures());
        (text, left.0, left.1, context.is_exhausted())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        #[test]
        fn objects_by_numbers_are_those_of_the_values(
            grid in grid(),
            ways in prop::array::uniform3(any::<bool>()),
            steps in prop_oneof![4 => Just(1_000_000_u64), 1 => 0..200_u64],
        ) {
            let mut arguments = vec![grid];
            arguments.extend(ways.map(Value::Boolean));
            for (dialect, name) in [
                (&REFERENCE, "objects"),
                (&REFERENCE, "objects_t"),
                (&ARC_DSL, "objects"),
            ] {
                let call = (name, arguments.as_slice());
                prop_assert_eq!(
                    called(dialect, call, steps, true),
                    called(dialect, call, steps, false)
                );
            }
        }
    }
}
