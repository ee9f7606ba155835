//! Distances between patches: from place to place, the least of all.

use smallvec::SmallVec;

use super::columns::{Column, Columns, item};
use super::context::Context;
use super::cost;
use super::dialect::FailingCalls;
use super::extents::{Measuring, toindices};
use crate::value::{CellLayout, Failure, Kind, Outcome, SmallPatch, Value, number, order};

/// The largest coordinate of places whose distances are computed side by side: far
/// beyond any grid, and far from where sums leave 64 bits.
const FURTHEST_PLACE: i64 = 1 << 22;

/// Rows and columns.
type Places = SmallVec<[(i64, i64); 4]>;

/// The places of a patch of small integers. `None` says only that this way is not open.
fn places(cells: CellLayout, patch: &Value) -> Option<Places> {
    SmallPatch::of(patch, cells).map(|patch| patch.places_in_any_order().collect())
}

/// The same, of what is indices and nothing else.
fn places_of_indices(indices: &Value) -> Option<Places> {
    let indices = SmallPatch::of_kind(indices, Kind::Indices);
    indices.map(|indices| indices.places_in_any_order().collect())
}

/// What reading the places of two patches costs.
pub(super) fn cost_of_places(a: &Value, b: &Value) -> usize {
    cost::of_items(a).saturating_add(cost::of_items(b))
}

/// What finding the least distance between places of two patches costs.
pub(super) fn cost_of_distance(a: &Value, b: &Value) -> usize {
    cost::of_items(a).saturating_mul(cost::of_items(b))
}

/// The least distance between places of two patches.
fn distance(a: &[(i64, i64)], b: &[(i64, i64)]) -> i64 {
    let mut least = i64::MAX;
    for (row, column) in a {
        let to = |place: &(i64, i64)| (row - place.0).abs() + (column - place.1).abs();
        least = b.iter().map(to).fold(least, i64::min);
    }
    least
}

fn is_near(coordinate: i64) -> bool {
    (-FURTHEST_PLACE..=FURTHEST_PLACE).contains(&coordinate)
}

/// Fails where whatever place is held against these indices fails: there are none, or the
/// first is none.
///
/// # Errors
/// The failure, which is the same for all places of small integers.
fn may_be_reached(indices: &Value) -> Result<(), Failure> {
    let Some(first) = indices.items()?.next() else {
        return Err(Failure::WrongValue);
    };
    for coordinate in first.unpack::<2>()? {
        if !matches!(coordinate, Value::Float(_)) {
            coordinate.integer()?;
        }
    }
    Ok(())
}

/// The least distance between places of two patches.
pub(super) fn least_distance(
    context: &mut Context,
    a: &Value,
    b: &Value,
    toindices: Measuring,
) -> Outcome {
    context.spend(cost_of_places(a, b))?;
    context.spend(cost_of_distance(a, b))?;
    let cells = context.cells();
    let (patches, mut known) = ([a, b], [places(cells, a), places(cells, b)]);
    // What has places of small integers is made indices only where something comes of it.
    let has_places = known.each_ref().map(Option::is_some);
    let mut indices = [None, None];
    for own in [0, 1].into_iter().filter(|own| !has_places[*own]) {
        let found = context.prepaid(|context| toindices(context, patches[own]));
        if has_places[1 - own] {
            may_be_reached(&found)?;
        }
        known[own] = places_of_indices(&found);
        indices[own] = Some(found);
    }
    if let [Some(a), Some(b)] = &known {
        return Ok(Value::Integer(distance(a, b)));
    }
    let [a, b] = [0, 1].map(|own| match indices[own].take() {
        Some(indices) => indices,
        None => context.prepaid(|context| toindices(context, patches[own])),
    });
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

/// The least distances between patches, one of which is always the same, in each row; what
/// they cost is paid. `None` where the calls must be made one by one.
pub(super) fn distances(columns: &mut Columns, a: &Column, b: &Column) -> Option<Column> {
    match (a, b) {
        (Column::Singles(single), Column::Same(resting))
        | (Column::Same(resting), Column::Singles(single)) => {
            distances_of_singles(columns, single, resting)
        }
        (patches, Column::Same(resting)) | (Column::Same(resting), patches) => {
            failing_distances(columns, patches, resting)
        }
        _ => None,
    }
}

/// The same, of patches of one place.
fn distances_of_singles(columns: &mut Columns, single: &Column, resting: &Value) -> Option<Column> {
    let Column::Tuples(parts) = single else {
        return None;
    };
    let (rows, cells) = (columns.rows(), columns.context().cells());
    match (parts.len(), cells) {
        (2, _) | (3, CellLayout::RowFirst) => {}
        _ => return None,
    }
    let coordinates = |part| item(single, part)?.into_shared_integers(rows);
    let (own_rows, own_columns) = (coordinates(0)?, coordinates(1)?);
    let are_near = |coordinates: &[i64]| {
        let own = coordinates.iter();
        own.fold(true, |are_near, own| are_near & is_near(*own))
    };
    if !are_near(&own_rows) || !are_near(&own_columns) {
        return None;
    }
    let Some(others) = places_of_resting(columns.context(), resting) else {
        return failing(columns, rows, resting);
    };
    let items = cost::of_items(resting);
    columns.spend((1 + items) + items)?;
    let own = || own_rows.iter().zip(&*own_columns);
    let to = |(row, column): (&i64, &i64), place: &(i64, i64)| {
        (row - place.0).abs() + (column - place.1).abs()
    };
    let (first, others) = others.split_first()?;
    let mut distances: Vec<i64> = own().map(|own| to(own, first)).collect();
    for place in others {
        for (least, own) in distances.iter_mut().zip(own()) {
            *least = (*least).min(to(own, place));
        }
    }
    Some(Column::integers(distances))
}

/// The places of a patch that is always the same; `None` where they are not those of
/// small integers, or finding them fails.
fn places_of_resting(context: &mut Context, patch: &Value) -> Option<Places> {
    if let Some(places) = places(context.cells(), patch) {
        return Some(places);
    }
    // Where finding them fails, there are none.
    let (indices, _) = indices_and_failures(context, patch)?;
    places_of_indices(&indices)
}

/// The indices of a patch, and how many calls fail that make them, which are not counted
/// now; `None` where a limit is met, and where failing calls end the program.
fn indices_and_failures(context: &mut Context, patch: &Value) -> Option<(Value, u64)> {
    if context.dialect().failing_calls() != FailingCalls::YieldAValue {
        return None;
    }
    let (before, failures) = (context.checkpoint(), context.failures());
    let indices = context.prepaid(|context| toindices(context, patch));
    let failures = context.failures() - failures;
    let is_within_limits = !context.is_exhausted();
    context.put_back(before);
    is_within_limits.then_some((indices, failures))
}

/// The distances of patches to one that is always the same, where either of the two cannot be
/// reached; `None` where both may be.
fn failing_distances(columns: &mut Columns, patches: &Column, resting: &Value) -> Option<Column> {
    let (rows, cells) = (columns.rows(), columns.context().cells());
    if SmallPatch::of(resting, cells).is_some() {
        return distances_from_nowhere(columns, patches, resting);
    }
    let mut items = 0_usize;
    for row in 0..rows {
        let patch = patches.held(row)?;
        SmallPatch::of(patch, cells)?;
        items = items.saturating_add(cost::of_items(patch));
    }
    failing(columns, items, resting)
}

/// The distances to a patch of small integers from patches none of which can be reached.
fn distances_from_nowhere(
    columns: &mut Columns,
    patches: &Column,
    resting: &Value,
) -> Option<Column> {
    let (mut cost, mut failures) = (0_usize, 0);
    for row in 0..columns.rows() {
        let context = columns.context();
        let patch = patches.held(row)?;
        patch.length().ok().filter(|items| *items > 0)?;
        if SmallPatch::of(patch, context.cells()).is_some() {
            return None;
        }
        let (indices, own_failures) = indices_and_failures(context, patch)?;
        may_be_reached(&indices).err()?;
        failures += own_failures + 1;
        cost = cost.saturating_add(cost_of_places(patch, resting));
        cost = cost.saturating_add(cost_of_distance(patch, resting));
    }
    let context = columns.context();
    context.spend(cost).ok()?;
    context.repeat(0, failures).ok()?;
    Some(FAILING)
}

/// What a failing call of `manhattan` yields.
const FAILING: Column = Column::Same(Value::Integer(0));

/// What distances of patches of small integers, of so many items in all, to one that cannot
/// be reached yield: calls that fail alike. `None` where it can be.
fn failing(columns: &mut Columns, items: usize, resting: &Value) -> Option<Column> {
    let rows = columns.rows();
    let context = columns.context();
    let others = resting.length().ok().filter(|others| *others > 0)?;
    if SmallPatch::of(resting, context.cells()).is_some() {
        return None;
    }
    let (indices, failures) = indices_and_failures(context, resting)?;
    may_be_reached(&indices).err()?;
    let cost = items
        .saturating_add(others.saturating_mul(rows))
        .saturating_add(items.saturating_mul(others));
    context.spend(cost).ok()?;
    context.repeat(0, (failures + 1) * rows as u64).ok()?;
    Some(FAILING)
}
