//! What results are worth.
//!
//! A solver's output earns partial credit, so that a search has something to
//! climb: an output of the right dimensions is worth more than one of others,
//! and the more cells match the more it is worth. `formats.md` ('Scores') has
//! the table; it is what the reference computes with numpy, so dimensions are
//! those of a rectangular nesting of tuples, `True` equals 1, and what is ragged
//! is worth nothing.

use crate::value::{Grid, Value};

/// The score of one sample at most.
pub const FULL: u64 = 1000;

/// The score of an output of the right dimensions, whatever its cells are.
const SHAPED: u64 = 100;

/// The largest side of a grid that scores.
const LARGEST_SIDE: usize = 30;

/// The seconds that the reference takes to check a program on a task, whatever it
/// does: the clock that it files programs by runs while it checks some thirty
/// others beside it. Fitted to the folders of 507 programs that a round of it
/// filed, and to 98 simulated rounds: 48 and 58 % fall into the same folder, all
/// and 95 % into it or the next.
const SECONDS_OF_A_CHECK: f64 = 0.13;

/// The seconds that a step takes in the reference. Fitted to 374 of its solvers,
/// each alone on its task: half of them take 0.8 to 1.2 times what the fit says,
/// nine of ten 0.55 to 1.8 times.
const SECONDS_PER_STEP: f64 = 2.4e-7;

/// The score of a solver's output on one sample, 0 to [`FULL`]; 0 where the
/// expected output is not known.
pub fn of_solver(output: &Value, expected: Option<&Value>) -> u64 {
    let Some(expected) = expected else {
        return 0;
    };
    if let (Some(output), Some(expected)) = (output.as_grid(), expected.as_grid()) {
        return of_grids(output, expected);
    }
    if output.equals(expected) && !matches!(output, Value::None) {
        return FULL;
    }
    let both = || Some((Cells::of(output)?, Cells::of(expected)?));
    both().map_or(0, |(output, expected)| of_cells(&output, &expected))
}

/// [`of_solver`] of grids of bytes, which nearly all outputs are.
fn of_grids(output: &Grid, expected: &Grid) -> u64 {
    let dimensions = |grid: &Grid| [grid.height(), grid.width()];
    let matching = output.in_common_with(expected);
    of_matching(matching, dimensions(output), dimensions(expected))
}

fn of_cells(output: &Cells, expected: &Cells) -> u64 {
    let has_right_dimensions = output.dimensions == expected.dimensions;
    // numpy tells an array of one element by that element's truth; it counts
    // cells of the right dimensions without numpy.
    let is_match = |own: &Value, other: &Value| match has_right_dimensions {
        true => own.equals(other),
        false => alone(own).equals(&alone(other)),
    };
    let rows = output.rows.iter().zip(&expected.rows);
    let matching = rows
        .map(|(own, other)| {
            own.iter()
                .zip(other)
                .filter(|(own, other)| is_match(own, other))
                .count()
        })
        .sum();
    of_matching(matching, output.dimensions, expected.dimensions)
}

/// The score of so many matching cells in the overlap at the upper left corner.
fn of_matching(matching: usize, output: [usize; 2], expected: [usize; 2]) -> u64 {
    let mut sides = output.into_iter().chain(expected);
    if output == expected && matching == output[0] * output[1] {
        return FULL;
    }
    if !sides.all(|side| (1..=LARGEST_SIDE).contains(&side)) {
        return 0;
    }
    let overlap = output[0].min(expected[0]) * output[1].min(expected[1]);
    let (matching, overlap) = (matching as u64, overlap as u64);
    match output == expected {
        true => SHAPED + matching * (FULL - SHAPED) / overlap,
        false => (matching * (SHAPED - 1) / overlap).clamp(1, SHAPED - 1),
    }
}

/// A value as numpy takes it for an array of at least two dimensions.
struct Cells {
    dimensions: [usize; 2],
    rows: Vec<Vec<Value>>,
}

impl Cells {
    /// `None` for a value that is no rectangular nesting of tuples, is flat, or
    /// has more rows or columns than score.
    fn of(value: &Value) -> Option<Self> {
        let rows = value.as_tuple()?;
        let width = rows.get(0)?.as_tuple()?.len();
        if rows.len() > LARGEST_SIDE || width > LARGEST_SIDE {
            return None;
        }
        let row = |row: Value| Some(row.as_tuple()?.iter().collect::<Vec<Value>>());
        let cells = Self {
            dimensions: [rows.len(), width],
            rows: rows.iter().map(row).collect::<Option<_>>()?,
        };
        let shape = rectangular_shape(value)?;
        (shape.len() >= 2).then_some(cells)
    }
}

/// How long the tuples of a nesting are, from the outside in; `None` where those
/// of one level differ.
fn rectangular_shape(value: &Value) -> Option<Vec<usize>> {
    let mut shape = Vec::new();
    let mut first = Some(value.clone());
    while let Some(Value::Tuple(tuple)) = first {
        shape.push(tuple.len());
        first = tuple.get(0);
    }
    has_shape(value, &shape).then_some(shape)
}

/// Whether the tuples of a nesting are so long, from the outside in.
fn has_shape(value: &Value, shape: &[usize]) -> bool {
    if let (Some(grid), [height, width]) = (value.as_grid(), shape) {
        return (grid.height(), grid.width()) == (*height, *width);
    }
    match (value.as_tuple(), shape) {
        (None, []) => true,
        (Some(tuple), [length, inner @ ..]) => {
            tuple.len() == *length && tuple.iter().all(|item| has_shape(&item, inner))
        }
        _ => false,
    }
}

/// What a nesting of tuples of one item each holds; any other value itself.
fn alone(value: &Value) -> Value {
    let mut inner = value.clone();
    while let Some(tuple) = inner.as_tuple()
        && tuple.len() == 1
        && let Some(item) = tuple.get(0)
    {
        inner = item;
    }
    inner
}

/// The score of a differ's result on one sample, 0 to [`FULL`]: of the `(total,
/// matching, …)` that it returns, `matching × 1000 // total`; 0 for a result of
/// another form, for booleans, and where nothing is there to match.
pub fn of_differ(result: &Value) -> u64 {
    let counts = result.as_tuple();
    let count = |place| match counts?.get(place)? {
        Value::Integer(count) => Some(i128::from(count)),
        _ => None,
    };
    match (count(0), count(1)) {
        (Some(total), Some(matching)) if total > 0 => {
            let score = matching * i128::from(FULL) / total;
            u64::try_from(score).map_or(0, |score| score.min(FULL))
        }
        _ => 0,
    }
}

/// The speed folder of a program that takes so many steps on all samples of a
/// task together: `11 − trunc(ln(seconds))`, higher being faster, 0 to 13.
///
/// The seconds are those that the reference would have taken, not a clock's: a
/// constant, and a factor a step. So the folder is the same on every machine, and
/// a store of the reference's goes on with programs of ours in the folders that
/// its own would be in.
pub fn speed(steps: u64) -> u32 {
    let seconds = SECONDS_OF_A_CHECK + steps as f64 * SECONDS_PER_STEP;
    (11.0 - seconds.ln().trunc()).max(0.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json;

    fn value(text: &str) -> Value {
        let json = serde_json::from_str(text).unwrap();
        json::decode(
            &json,
            &mut crate::dsl::JsonFunctions::of(&crate::dsl::REFERENCE),
        )
        .unwrap()
    }

    fn score(output: &str, expected: &str) -> u64 {
        of_solver(&value(output), Some(&value(expected)))
    }

    #[test]
    fn a_solver_earns_partial_credit() {
        let expected = "[[1, 2], [3, 4]]";
        assert_eq!(score(expected, expected), 1000);
        assert_eq!(score("[[true, 2], [3, 4]]", expected), 1000, "True == 1");
        assert_eq!(score("[[1, 2], [3, 0]]", expected), 775, "three of four");
        assert_eq!(score("[[0, 0], [0, 0]]", expected), 100);
        assert_eq!(score("[[1, 2]]", expected), 99);
        assert_eq!(score("[[0]]", expected), 1);
        assert_eq!(score("[[1], [3, 4]]", expected), 0, "ragged");
        assert_eq!(score("[1, 2]", expected), 0, "flat");
        assert_eq!(score("{\"set\": [[1, 2]]}", expected), 0);
        assert_eq!(score("{\"float\": \"nan\"}", expected), 0);
        let long = format!("[{}]", ["[1]"; 31].join(", "));
        assert_eq!(score(&long, expected), 0);
        assert_eq!(score(&long, &long), 1000);
        assert_eq!(of_solver(&value(expected), None), 0);
    }

    #[test]
    fn grids_score_the_same_in_any_form() {
        let forms = [
            ("[[1, 2, 0], [3, 4, 0]]", "[[true, 2, 0], [3, 4, false]]"),
            ("[[1, 1], [1, 1]]", "[[1, true], [true, 1]]"),
            ("[[1]]", "[[true]]"),
        ];
        for (fast, general) in forms {
            for expected in ["[[1, 2], [3, 4]]", "[[1]]", "[[5, 1]]", fast] {
                assert_eq!(score(fast, expected), score(general, expected), "{general}");
                assert_eq!(score(fast, general), 1000);
            }
        }
    }

    #[test]
    fn a_differ_scores_the_share_that_matches() {
        let of = |text: &str| of_differ(&value(text));
        assert_eq!(of("[4, 3]"), 750);
        assert_eq!(of("[3, 2, [0, 0]]"), 666, "more items say what they like");
        assert_eq!((of("[5, -1]"), of("[5, 70]")), (0, 1000));
        for odd in [
            "5",
            "[]",
            "[4]",
            "[0, 0]",
            "[-4, -3]",
            "[true, 1]",
            "[1, true]",
            "[{\"float\": \"inf\"}, 1]",
            "{\"set\": [4, 3]}",
        ] {
            assert_eq!(of(odd), 0, "{odd}");
        }
        let huge = format!("[{0}, {0}]", i64::MAX);
        assert_eq!(of(&huge), 1000);
    }

    #[test]
    fn speed_is_higher_for_faster_programs() {
        assert_eq!(speed(0), 13);
        assert_eq!(speed(20_000), 13, "0.135 seconds: ln is -2.004");
        assert_eq!(speed(25_000), 12);
        assert_eq!(speed(900_000), 12, "0.35 seconds");
        assert_eq!(speed(1_200_000), 11, "0.42 seconds");
        assert_eq!(speed(12_000_000), 10, "3 seconds");
        assert_eq!(speed(u64::MAX), 0);
    }
}
