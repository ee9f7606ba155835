//! Where patches lie to each other and to a grid.

use arc_programs_macros::primitives;

use super::context::Context;
use super::corners::center;
use super::cost;
use super::extents::{leftmost, lowermost, rightmost, toindices, uppermost};
use super::patches::shift;
use crate::value::{Failure, Outcome, Set, SetBuilder, SmallPatch, Value, number, order};

/// How often [`gravitate`] tries.
const FURTHEST: i64 = 42;

/// The rows and columns of a patch of small integers. `None` says only that
/// this way is not open.
fn places(patch: &Value) -> Option<Vec<(i64, i64)>> {
    SmallPatch::of(patch).map(|patch| patch.places_in_any_order().collect())
}

/// What reading the places of two patches costs.
fn cost_of_places(a: &Value, b: &Value) -> usize {
    cost::of_items(a).saturating_add(cost::of_items(b))
}

/// What finding the least distance between places of two patches costs.
fn cost_of_distance(a: &Value, b: &Value) -> usize {
    cost::of_items(a).saturating_mul(cost::of_items(b))
}

/// The least distance between places of two patches, one of them moved.
fn distance(a: &[(i64, i64)], moved: (i64, i64), b: &[(i64, i64)]) -> i64 {
    let mut least = i64::MAX;
    for (row, column) in a {
        let (row, column) = (row + moved.0, column + moved.1);
        let to = |place: &(i64, i64)| (row - place.0).abs() + (column - place.1).abs();
        least = b.iter().map(to).fold(least, i64::min);
    }
    least
}

/// Whether two patches have a row (axis 0) or a column (axis 1) in common.
fn share(context: &mut Context, a: &Value, b: &Value, axis: usize) -> Outcome {
    let coordinates = |context: &mut Context, patch: &Value| -> Result<Set, Failure> {
        let indices = toindices(context, patch);
        context.spend(indices.length()?)?;
        let mut coordinates = SetBuilder::new();
        for index in indices.items()? {
            let index: [Value; 2] = index.unpack()?;
            coordinates.insert(index[axis].clone());
        }
        coordinates.finish()
    };
    let (a, b) = (coordinates(context, a)?, coordinates(context, b)?);
    let shares = a.iter().any(|coordinate| b.contains(&coordinate));
    Ok(Value::Boolean(shares))
}

/// The step from one coordinate towards another that is not the same.
fn toward(from: &Value, to: &Value) -> Result<i64, Failure> {
    Ok(if order::less(from, to)? { 1 } else { -1 })
}

/// Whether a number is the last place of so many.
fn is_last(place: &Value, count: usize) -> bool {
    place.equals(&Value::Integer(count as i64 - 1))
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// Whether two patches have a row in common.
    #[example("hmatching({(1, 2)}, {(1, 7, 3)})" => "True")]
    fn hmatching(context: &mut Context, a: Patch, b: Patch) -> Boolean {
        share(context, a, b, 0)
    }

    /// Whether two patches have a column in common.
    #[example("vmatching({(1, 2)}, {(1, 7, 3)})" => "False")]
    fn vmatching(context: &mut Context, a: Patch, b: Patch) -> Boolean {
        share(context, a, b, 1)
    }

    /// The least distance between cells of two patches, in steps along rows and
    /// columns; infinity where one of them is nothing or no container.
    #[example("manhattan({(1, 2), (0, 0)}, {(3, 3, 5)})" => "3")]
    #[example("manhattan({(1, 2)}, {})" => "inf")]
    fn manhattan(context: &mut Context, a: Patch, b: Patch) -> Integer {
        if !matches!((a.length(), b.length()), (Ok(1..), Ok(1..))) {
            return Ok(Value::Float(f64::INFINITY));
        }
        context.spend(cost_of_places(a, b))?;
        context.spend(cost_of_distance(a, b))?;
        if let (Some(a), Some(b)) = (places(a), places(b)) {
            return Ok(Value::Integer(distance(&a, (0, 0), &b)));
        }
        let [a, b] = [a, b].map(|patch| context.prepaid(|context| toindices(context, patch)));
        let mut distances = Vec::new();
        for from in a.items()? {
            let [row, column] = from.unpack()?;
            for to in b.items()? {
                let [to_row, to_column] = to.unpack()?;
                let down = number::absolute(&number::subtract(&row, &to_row)?)?;
                let right = number::absolute(&number::subtract(&column, &to_column)?)?;
                distances.push(number::add(&down, &right)?);
            }
        }
        order::minimum(&distances)
    }

    /// Whether two patches touch along an edge of a cell.
    #[example("adjacent({(1, 2)}, {(1, 3)})" => "True")]
    #[example("adjacent({(1, 2)}, {(2, 3)})" => "False")]
    fn adjacent(context: &mut Context, a: Patch, b: Patch) -> Boolean {
        let distance = manhattan(context, a, b);
        Ok(Value::Boolean(distance.equals(&Value::Integer(1))))
    }

    /// Whether a patch touches a border of the grid. At row 0 or column 0 the
    /// grid may be anything, and there is where a patch without edges is too.
    #[example("bordering({(1, 2)}, ((0, 0, 0), (0, 0, 0), (0, 0, 0)))" => "True")]
    #[example("bordering({(1, 1)}, ((0, 0, 0), (0, 0, 0), (0, 0, 0)))" => "False")]
    #[example("bordering(5, 5)" => "True")]
    fn bordering(context: &mut Context, patch: Patch, grid: Grid) -> Boolean {
        let zero = Value::Integer(0);
        let borders = uppermost(context, patch).equals(&zero)
            || leftmost(context, patch).equals(&zero)
            || is_last(&lowermost(context, patch), grid.length()?)
            || is_last(&rightmost(context, patch), grid.item(0)?.length()?);
        Ok(Value::Boolean(borders))
    }

    /// The direction in which `b` lies from `a`, by their centres: 1, 0 or -1
    /// down and right. `(0, -1)` where they have one centre.
    #[example("position({(5, 5)}, {(1, 7)})" => "(-1, 1)")]
    #[example("position({(5, 5)}, {(5, 5)})" => "(0, -1)")]
    fn position(context: &mut Context, a: Patch, b: Patch) -> IJ {
        let a = toindices(context, a);
        let [row, column] = center(context, &a).unpack()?;
        let b = toindices(context, b);
        let [to_row, to_column] = center(context, &b).unpack()?;
        if row.equals(&to_row) {
            return Ok(Value::pair(0, toward(&column, &to_column)?));
        }
        if column.equals(&to_column) {
            return Ok(Value::pair(toward(&row, &to_row)?, 0));
        }
        let down = if order::less(&row, &to_row)? {
            1
        } else if order::greater(&row, &to_row)? {
            -1
        } else {
            return Ok(Value::None);
        };
        Ok(Value::pair(down, toward(&column, &to_column)?))
    }

    /// How far the source has to move until it is adjacent to the destination:
    /// up or down where they have a column in common, else left or right, 42 at
    /// most. Where the destination is nothing, the source.
    #[example("gravitate({(0, 2)}, {(5, 2)})" => "(4, 0)")]
    #[example("gravitate({(0, 2)}, {(5, 0)})" => "(0, -42)")]
    fn gravitate(context: &mut Context, source: Patch, destination: Patch) -> IJ {
        if !destination.is_true() {
            return Ok(source.clone());
        }
        let [row, column] = center(context, source).unpack()?;
        let [to_row, to_column] = center(context, destination).unpack()?;
        let (down, right) = if vmatching(context, source, destination).is_true() {
            (toward(&row, &to_row)?, 0)
        } else {
            (0, toward(&column, &to_column)?)
        };
        context.spend(cost_of_places(source, destination))?;
        let small = places(source).zip(places(destination));
        let (step, mut moved) = (Value::pair(down, right), source.clone());
        let mut steps = 0;
        while steps < FURTHEST {
            context.spend(cost_of_distance(source, destination))?;
            if let Some((from, to)) = &small {
                if distance(from, (steps * down, steps * right), to) == 1 {
                    break;
                }
            } else {
                if context
                    .prepaid(|context| adjacent(context, &moved, destination))
                    .is_true()
                {
                    break;
                }
                moved = context.prepaid(|context| shift(context, &moved, &step));
            }
            steps += 1;
        }
        Ok(Value::pair(steps * down, steps * right))
    }
}
