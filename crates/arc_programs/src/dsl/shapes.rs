//! Indices drawn from scratch: boxes, lines, neighbours.

use std::ops::Range;
use std::sync::OnceLock;

use arc_programs_macros::primitives;

use super::columns::{Column, Columns, item, number_of_items};
use super::context::Context;
use super::corners::{lrcorner, ulcorner};
use super::extents::toindices;
use super::relations::{EDGES, Edges};
use crate::value::{Failure, Lines, Outcome, Rectangle, Set, SetBuilder, Value, number, order};

/// How far a grid reaches at most.
pub(super) const GRID: i64 = 30;

/// How far [`shoot`] shoots: beyond any grid.
const RANGE: i64 = 42;

/// The place that lies this much further; 0 leaves it as it is, whatever it is.
fn further(place: &Value, offset: i64) -> Outcome {
    match offset {
        0 => Ok(place.clone()),
        _ => number::add(place, &Value::Integer(offset)),
    }
}

/// Where the places beside a place lie.
pub(super) const BESIDE: [(i64, i64); 4] = [(-1, 0), (1, 0), (0, -1), (0, 1)];

/// Where the places lie that touch a place at its corners.
pub(super) const AT_CORNERS: [(i64, i64); 4] = [(-1, -1), (-1, 1), (1, -1), (1, 1)];

/// The places around a place, by their offsets; none for `()` and for what is
/// no tuple.
fn around_if_any(place: &Value, offsets: [(i64, i64); 4]) -> Outcome {
    if place.as_tuple().is_none_or(|tuple| tuple.is_empty()) {
        return Ok(Value::empty_set());
    }
    around(place, offsets)
}

/// The places around a place, by their offsets.
pub(super) fn around(place: &Value, offsets: [(i64, i64); 4]) -> Outcome {
    let mut places = SetBuilder::new();
    if let Some((row, column)) = place.as_pair() {
        for (down, right) in offsets {
            places.insert_place(row + down, column + right);
        }
        return places.finish().map(Value::Set);
    }
    for (down, right) in offsets {
        let row = further(&place.item(0)?, down)?;
        let column = further(&place.item(1)?, right)?;
        places.insert(Value::tuple_of_two(row, column)?);
    }
    places.finish().map(Value::Set)
}

/// Of each place of a grid of the largest size the set of those around it.
type AroundEach = [OnceLock<Value>; (GRID * GRID) as usize];

/// The places around a place of a grid of the largest size, made once and kept, for
/// programs ask it of each place of their grids; `None` for all other places.
fn kept_around(
    known: &'static AroundEach,
    place: &Value,
    make: impl FnOnce() -> Outcome,
) -> Option<Outcome> {
    let (row, column) = place.as_pair()?;
    if !(0..GRID).contains(&row) || !(0..GRID).contains(&column) {
        return None;
    }
    let known = &known[(row * GRID + column) as usize];
    if let Some(known) = known.get() {
        return Some(Ok(known.clone()));
    }
    Some(make().map(|around| known.get_or_init(|| around).clone()))
}

/// What `dneighbors` yields for a place of a grid.
pub(super) fn beside_in_grid(place: &Value) -> Option<Outcome> {
    static KNOWN: AroundEach = [const { OnceLock::new() }; (GRID * GRID) as usize];
    kept_around(&KNOWN, place, || around(place, BESIDE))
}

/// What `neighbors` yields for a place of a grid, paid for.
pub(super) fn neighbours_in_grid(context: &mut Context, place: &Value) -> Option<Outcome> {
    static KNOWN: AroundEach = [const { OnceLock::new() }; (GRID * GRID) as usize];
    // Two more calls make them elsewhere; where there are too few steps left, one of those
    // fails.
    if !context.affords(2) {
        return None;
    }
    let kept = kept_around(&KNOWN, place, || {
        number::or(&around(place, BESIDE)?, &around(place, AT_CORNERS)?)
    })?;
    Some(context.spend(2).and(kept))
}

/// The numbers from the first to the last, both included.
pub(super) fn through(first: &Value, last: &Value) -> Result<Range<i64>, Failure> {
    Ok(first.integer()?..further(last, 1)?.integer()?)
}

/// Pays for what will be made of a range.
fn pay(context: &mut Context, range: &Range<i64>) -> Result<usize, Failure> {
    let count = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(0);
    context.spend(count)?;
    Ok(count)
}

/// The line of as many places as a range has; `None` where there are none, or they
/// are not of small integers.
fn line_through(
    start: (i64, i64),
    step: (i64, i64),
    range: &Range<i64>,
) -> Option<Result<Set, Failure>> {
    Set::of_line(start, step, range.end.checked_sub(range.start)?)
}

/// The places in this column, or what stands for one, and these rows.
pub(super) fn column(
    context: &mut Context,
    rows: &Range<i64>,
    column: &Value,
) -> Result<Set, Failure> {
    pay(context, rows)?;
    if let Value::Integer(column) = column
        && let Some(line) = line_through((rows.start, *column), (1, 0), rows)
    {
        return line;
    }
    let mut places = SetBuilder::new();
    for row in rows.clone() {
        match column {
            Value::Integer(column) => places.insert_place(row, *column),
            _ => places.insert(Value::tuple_of_two(Value::Integer(row), column.clone())?),
        };
    }
    places.finish()
}

/// The places in this row, or what stands for one, and these columns.
pub(super) fn row(
    context: &mut Context,
    row: &Value,
    columns: &Range<i64>,
) -> Result<Set, Failure> {
    pay(context, columns)?;
    if let Value::Integer(row) = row
        && let Some(line) = line_through((*row, columns.start), (0, 1), columns)
    {
        return line;
    }
    let mut places = SetBuilder::new();
    for column in columns.clone() {
        match row {
            Value::Integer(row) => places.insert_place(*row, column),
            _ => places.insert(Value::tuple_of_two(row.clone(), Value::Integer(column))?),
        };
    }
    places.finish()
}

/// The places of the rectangle between two opposite corners, the upper left one first.
pub(super) fn rectangle(
    context: &mut Context,
    [top, left]: [Value; 2],
    [bottom, right]: [Value; 2],
) -> Outcome {
    let (rows, columns) = (through(&top, &bottom)?, through(&left, &right)?);
    if let Some(rectangle) = Rectangle::new(&rows, &columns) {
        for _ in rows {
            pay(context, &columns)?;
        }
        return rectangle.into_set().map(Value::Set);
    }
    let mut places = SetBuilder::new();
    for row in rows {
        pay(context, &columns)?;
        for column in columns.clone() {
            places.insert_place(row, column);
        }
    }
    places.finish().map(Value::Set)
}

/// The outline of the rectangle between two opposite corners.
pub(super) fn outline(context: &mut Context, a: [Value; 2], b: [Value; 2]) -> Outcome {
    let ([a_row, a_column], [b_row, b_column]) = (a, b);
    let (rows, columns) = ([a_row, b_row], [a_column, b_column]);
    let (top, bottom) = (order::minimum(&rows)?, order::maximum(&rows)?);
    let (left, right) = (order::minimum(&columns)?, order::maximum(&columns)?);
    let (rows, columns) = (through(&top, &bottom)?, through(&left, &right)?);
    if let [Value::Integer(_), Value::Integer(_)] = [&top, &bottom]
        && let [Value::Integer(_), Value::Integer(_)] = [&left, &right]
        && let Some(outline) = Set::of_outline(&rows, &columns)
    {
        for range in [&rows, &rows, &columns, &columns] {
            pay(context, range)?;
        }
        return outline.map(Value::Set);
    }
    // The order of the set follows from how it is put together.
    let upright = column(context, &rows, &left)?.union(&column(context, &rows, &right)?)?;
    let level = row(context, &top, &columns)?.union(&row(context, &bottom, &columns)?)?;
    upright.union(&level)?.copied().map(Value::Set)
}

/// The outline of the rectangle that lies this much outside of a patch, or
/// inside where it is negative.
fn outline_around(context: &mut Context, patch: &Value, margin: i64) -> Outcome {
    if is_nothing(patch) {
        return Ok(Value::empty_set());
    }
    outline_by_edges(context, patch, margin, &EDGES)
}

/// The same, by the primitives that find the edges.
pub(super) fn outline_by_edges(
    context: &mut Context,
    patch: &Value,
    margin: i64,
    edges: &Edges,
) -> Outcome {
    let first = [
        further(&(edges.top)(context, patch), -margin)?,
        further(&(edges.left)(context, patch), -margin)?,
    ];
    let last = [
        further(&(edges.bottom)(context, patch), margin)?,
        further(&(edges.right)(context, patch), margin)?,
    ];
    outline(context, first, last)
}

/// The places of these rows and columns, paired.
fn diagonal(
    context: &mut Context,
    rows: Range<i64>,
    columns: impl Iterator<Item = i64>,
) -> Outcome {
    pay(context, &rows)?;
    Value::set(
        rows.zip(columns)
            .map(|(row, column)| Value::pair(row, column)),
    )
}

/// The line between two places of small integers, as [`connect`] has it.
pub(super) fn line(context: &mut Context, a: (i64, i64), b: (i64, i64)) -> Outcome {
    let (rows, columns) = ((a.0.min(b.0), a.0.max(b.0)), (a.1.min(b.1), a.1.max(b.1)));
    let (height, width) = (rows.1 - rows.0 + 1, columns.1 - columns.0 + 1);
    // The first place lies in the first row; from there it goes down by a row, or
    // right by a column, or both ways.
    let (down, right, count) = match (a.0 == b.0, a.1 == b.1) {
        (true, _) => (0, 1, width),
        (_, true) => (1, 0, height),
        _ if b.0 - a.0 == b.1 - a.1 => (1, 1, height),
        _ if b.0 - a.0 == a.1 - b.1 => (1, -1, height),
        _ => return Ok(Value::empty_set()),
    };
    context.spend(usize::try_from(count).unwrap_or(usize::MAX))?;
    let (top, left) = (rows.0, if right < 0 { columns.1 } else { columns.0 });
    if let Some(line) = Set::of_line((top, left), (down, right), count) {
        return line.map(Value::Set);
    }
    let mut places = SetBuilder::new();
    for step in 0..count {
        places.insert_place(top + step * down, left + step * right);
    }
    places.finish().map(Value::Set)
}

/// The lines between two places of small integers, in each row.
pub(super) fn lines(columns: &mut Columns, a: &Column, b: &Column) -> Option<Column> {
    let rows = columns.rows();
    let places = |places: &Column| match places {
        Column::Same(place) => {
            let (row, column) = place.as_pair()?;
            Some((vec![row; rows], vec![column; rows]))
        }
        _ if number_of_items(places) != Some(2) => None,
        _ => {
            // Others are far apart, and their sums are no integers of 64 bits.
            let is_small = |coordinate: &i64| i32::try_from(*coordinate).is_ok();
            let coordinates = |part| {
                let coordinates = item(places, part)?.into_integers(rows)?;
                coordinates.iter().all(is_small).then_some(coordinates)
            };
            coordinates(0).zip(coordinates(1))
        }
    };
    let ((a_rows, a_columns), (b_rows, b_columns)) = (places(a)?, places(b)?);
    let (a, b) = (a_rows.iter().zip(a_columns), b_rows.iter().zip(b_columns));
    let context = columns.context();
    let lines = a
        .zip(b)
        .map(|(a, b)| line(context, (*a.0, a.1), (*b.0, b.1)).ok());
    lines.collect::<Option<_>>().map(Column::Values)
}

/// What [`connect`] makes of every pair of places, in a set, where both sets are sets
/// of places of small integers and the calls are within the budget; `None` where they
/// must be made one by one.
pub(super) fn connect_all(
    context: &mut Context,
    lefts: &Value,
    rights: &Value,
) -> Result<Option<Value>, Failure> {
    let (Some(lefts), Some(rights)) = (lefts.as_set(), rights.as_set()) else {
        return Ok(None);
    };
    let calls = lefts.len().saturating_mul(rights.len());
    if !context.affords(calls) {
        return Ok(None);
    }
    let most = usize::try_from(context.steps_left()).unwrap_or(usize::MAX) - calls;
    let Some(lines) = Lines::between(lefts, rights, most) else {
        return Ok(None);
    };
    context.spend(calls + lines.places())?;
    lines.into_set().map(|lines| Some(Value::Set(lines)))
}

/// Whether this is an empty tuple or an empty set.
fn is_nothing(value: &Value) -> bool {
    matches!(value.length(), Ok(0))
}

/// The line between any two places, as [`connect`] has it.
pub(super) fn line_between(context: &mut Context, a: &Value, b: &Value) -> Outcome {
    let [a_row, a_column] = a.unpack()?;
    let [b_row, b_column] = b.unpack()?;
    let ends = |a: &Value, b: &Value| -> Result<[Value; 2], Failure> {
        let both = [a.clone(), b.clone()];
        Ok([order::minimum(&both)?, further(&order::maximum(&both)?, 1)?])
    };
    let (rows, columns) = (ends(&a_row, &b_row)?, ends(&a_column, &b_column)?);
    let range = |[first, end]: &[Value; 2]| -> Result<Range<i64>, Failure> {
        Ok(first.integer()?..end.integer()?)
    };
    if a_row.equals(&b_row) {
        return row(context, &a_row, &range(&columns)?).map(Value::Set);
    }
    if a_column.equals(&b_column) {
        return column(context, &range(&rows)?, &a_column).map(Value::Set);
    }
    let (rows, columns) = (range(&rows)?, range(&columns)?);
    let down = number::subtract(&b_row, &a_row)?;
    if down.equals(&number::subtract(&b_column, &a_column)?) {
        diagonal(context, rows, columns)
    } else if down.equals(&number::subtract(&a_column, &b_column)?) {
        diagonal(context, rows, columns.rev())
    } else {
        Ok(Value::empty_set())
    }
}

/// The place where [`shoot`] ends.
pub(super) fn end_of_shot(start: &Value, direction: &Value) -> Outcome {
    let reach = |index| {
        let start = start.item(index)?;
        let way = number::multiply(&Value::Integer(RANGE), &direction.item(index)?)?;
        number::add(&start, &way)
    };
    Value::tuple_of_two(reach(0)?, reach(1)?)
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The indices of the smallest rectangle around a patch.
    #[example("backdrop({(1, 5), (2, 6)})" => "{(1, 6), (2, 5), (2, 6), (1, 5)}")]
    fn backdrop(context: &mut Context, patch: Patch) -> Indices {
        if !matches!(patch.length(), Ok(1..)) {
            return Ok(Value::empty_set());
        }
        let [top, left] = ulcorner(context, patch).unpack()?;
        let [bottom, right] = lrcorner(context, patch).unpack()?;
        rectangle(context, [top, left], [bottom, right])
    }

    /// The indices of the smallest rectangle around a patch that are not in the
    /// patch.
    #[example("delta({(1, 5), (2, 6)})" => "{(1, 6), (2, 5)}")]
    fn delta(context: &mut Context, patch: Patch) -> Indices {
        if !matches!(patch.length(), Ok(1..)) {
            return Ok(Value::empty_set());
        }
        let backdrop = backdrop(context, patch);
        number::subtract(&backdrop, &toindices(context, patch))
    }

    /// The outline of the rectangle one inside of a patch. Of a patch too small
    /// to have an inside it goes around the corners all the same, and of what is
    /// no patch around `(0, 0)`.
    #[example("inbox({(1, 5), (4, 7)})" => "{(2, 6), (3, 6)}")]
    #[example("inbox({(1, 5)})" => "{(2, 4), (0, 4), (1, 4), (0, 6), (2, 6), (0, 5), (1, 6), (2, 5)}")]
    fn inbox(context: &mut Context, patch: Patch) -> Indices {
        outline_around(context, patch, -1)
    }

    /// The outline of the rectangle one outside of a patch; of what is no patch,
    /// around `(0, 0)`.
    #[example("outbox({(1, 5)})" => "{(2, 4), (0, 4), (1, 4), (0, 6), (2, 6), (0, 5), (1, 6), (2, 5)}")]
    fn outbox(context: &mut Context, patch: Patch) -> Indices {
        outline_around(context, patch, 1)
    }

    /// The outline of the smallest rectangle around a patch.
    #[example("box({(1, 5), (3, 7)})" => "{(2, 7), (1, 5), (3, 7), (1, 7), (3, 6), (1, 6), (2, 5), (3, 5)}")]
    fn r#box(context: &mut Context, patch: Patch) -> Indices {
        if is_nothing(patch) {
            return Ok(Value::empty_set());
        }
        let first = ulcorner(context, patch).unpack()?;
        let last = lrcorner(context, patch).unpack()?;
        outline(context, first, last)
    }

    /// The line between two places, both included, where they lie in one row, in
    /// one column or on one diagonal; else nothing.
    #[example("connect((1, 2), (3, 4))" => "{(2, 3), (1, 2), (3, 4)}")]
    #[example("connect((1, 2), (3, 5))" => "{}")]
    #[on_pairs(connect_all)]
    #[fails_alike]
    #[in_columns(lines(columns, a, b))]
    fn connect(context: &mut Context, a: IJ, b: IJ) -> Indices {
        if a.is_empty_tuple() || b.is_empty_tuple() {
            return Ok(Value::empty_set());
        }
        if let (Some(a), Some(b)) = (a.as_pair(), b.as_pair()) {
            return line(context, a, b);
        }
        line_between(context, a, b)
    }

    /// The line from a place in a direction, beyond any grid.
    #[example("size(shoot((0, 0), (1, 1)))" => "43")]
    fn shoot(context: &mut Context, start: IJ, direction: IJ) -> Indices {
        if is_nothing(start) || is_nothing(direction) {
            return Ok(Value::empty_set());
        }
        let end = end_of_shot(start, direction)?;
        Ok(connect(context, start, &end))
    }

    /// The 30 places of a place's column.
    #[example("contained((29, 3), vfrontier((1, 3)))" => "True")]
    fn vfrontier(context: &mut Context, location: IJ) -> Indices {
        let line = column(context, &(0..GRID), &location.item(1)?)?;
        Ok(Value::Set(line))
    }

    /// The 30 places of a place's row; none for `()`.
    #[example("contained((1, 29), hfrontier((1, 3)))" => "True")]
    fn hfrontier(context: &mut Context, location: IJ) -> Indices {
        if location.is_empty_tuple() {
            return Ok(Value::empty_set());
        }
        let line = row(context, &location.item(0)?, &(0..GRID))?;
        Ok(Value::Set(line))
    }

    /// The four places beside a place; none for `()` and for what is no tuple.
    #[example("dneighbors((1, 1))" => "{(0, 1), (1, 0), (1, 2), (2, 1)}")]
    fn dneighbors(loc: IJ) -> Indices {
        beside_in_grid(loc).unwrap_or_else(|| around_if_any(loc, BESIDE))
    }

    /// The four places that touch a place at its corners; none for `()` and for
    /// what is no tuple.
    #[example("ineighbors((1, 1))" => "{(2, 2), (0, 2), (2, 0), (0, 0)}")]
    fn ineighbors(loc: IJ) -> Indices {
        around_if_any(loc, AT_CORNERS)
    }

    /// The eight places around a place; none for `()` and for what is no tuple.
    #[example("neighbors((1, 1))" => "{(0, 1), (1, 2), (2, 1), (0, 0), (2, 0), (0, 2), (2, 2), (1, 0)}")]
    fn neighbors(context: &mut Context, loc: IJ) -> Indices {
        if let Some(kept) = neighbours_in_grid(context, loc) {
            return kept;
        }
        number::or(&dneighbors(context, loc), &ineighbors(context, loc))
    }
}
