//! Sets in columns: patches moved to each row's place, and what is made of them.
//!
//! What is in the sets is listed for all rows at once ([`SetRows`]), none of them is made.
//! Steps follow from how many items they have. Who asks for one, for its order, gets the
//! one that the calls would have made.

use super::{Column, Columns, one_set};
use crate::value::{CellLayout, Kind, OfBoth, Set, SetRows, SetSide, Value};

/// How many items a set has at most that a function is called on in each row.
const MOST_ITEMS: usize = 16;

/// The sets in a column; `None` where it has others than [`SetSide`] knows.
fn side(column: &Column) -> Option<SetSide> {
    match column {
        Column::Sets(rows) => Some(SetSide::Rows(rows.clone())),
        Column::Same(Value::Set(set)) => SetSide::same(set),
        Column::Values(values) => SetSide::values(values.iter()),
        Column::Picked(picked) => SetSide::values(picked.iter()),
        _ => None,
    }
}

/// The sets in a column, where they are places, or cells of the dialect.
pub(super) fn patches<'column>(
    columns: &Columns<'_>,
    column: &'column Column,
) -> Option<&'column SetRows> {
    match column {
        Column::Sets(rows) if is_patch(rows.kind(), columns.cells()) => Some(rows),
        _ => None,
    }
}

fn is_patch(kind: Kind, cells: CellLayout) -> bool {
    kind == Kind::Indices || kind == Kind::Object(cells)
}

/// What two sets make in each row, paid for by the items of both.
pub(in crate::dsl) fn of_both_sets(
    columns: &mut Columns<'_>,
    of: OfBoth,
    a: &Column,
    b: &Column,
) -> Option<Column> {
    let (a, b) = (side(a)?, side(b)?);
    let rows = columns.rows();
    let items = match of {
        // Each item is looked at, and looked for.
        OfBoth::Lacking => a.items_in_all(rows).saturating_mul(2),
        _ => a.items_in_all(rows).saturating_add(b.items_in_all(rows)),
    };
    let made = SetRows::of_both(of, a, b)?;
    columns.spend_in_all(items)?;
    Some(Column::Sets(made))
}

/// Sets with another value each, paid for by their items.
pub(in crate::dsl) fn with_item(
    columns: &mut Columns<'_>,
    value: &Column,
    container: &Column,
) -> Option<Column> {
    let (Column::Same(value), Column::Sets(sets)) = (value, container) else {
        return None;
    };
    let one = SetSide::same(&Set::of_one(value.clone()).ok()?)?;
    columns.spend_in_all(sets.items_in_all())?;
    let with = SetRows::of_both(OfBoth::Union, SetSide::Rows(sets.clone()), one)?;
    Some(Column::Sets(with))
}

/// The number of items of sets, and of whatever containers are there.
pub(in crate::dsl) fn sizes(container: &Column) -> Option<Column> {
    let length = |value: &Value| Some(value.length().ok()? as i64);
    let sizes: Option<Vec<i64>> = match container {
        Column::Sets(rows) => Some(rows.lengths().map(|own| own as i64).collect()),
        Column::Values(values) => values.iter().map(length).collect(),
        Column::Picked(picked) => picked.iter().map(length).collect(),
        _ => None,
    };
    sizes.map(Column::integers)
}

/// A patch moved in each row by a vector.
pub(in crate::dsl) fn moved(
    columns: &mut Columns<'_>,
    patch: &Column,
    directions: &Column,
) -> Option<Column> {
    let patch = match patch {
        Column::Sets(_) => SetSide::Rows(patches(columns, patch)?.clone()),
        _ => side(patch)?,
    };
    let cells = columns.cells();
    if !patch.kind().is_some_and(|kind| is_patch(kind, cells)) {
        return None;
    }
    let rows = columns.rows();
    let part = |place| super::item(directions, place)?.into_integers(rows);
    let by = match directions {
        Column::Same(vector) => vec![vector.as_pair()?; rows],
        _ if super::number_of_items(directions) != Some(2) => return None,
        _ => part(0)?.into_iter().zip(part(1)?).collect(),
    };
    let items = patch.items_in_all(rows);
    let moved = SetRows::moved(patch, by)?;
    columns.spend_in_all(items)?;
    Some(Column::Sets(moved))
}

/// Patches whose first row and first column become 0, as the primitives make them that
/// find both and move the patch.
pub(in crate::dsl) fn normalized(columns: &mut Columns<'_>, patch: &Column) -> Option<Column> {
    let patches = patches(columns, patch)?;
    let corners = patches.corners()?;
    // Three calls look at all items.
    let items = patches.items_in_all().saturating_add(columns.rows());
    columns.spend_in_all(items.saturating_mul(3))?;
    let back = corners.iter().map(|[(top, left), _]| (-top, -left));
    let moved = SetRows::moved(SetSide::Rows(patches.clone()), back.collect())?;
    Some(Column::Sets(moved))
}

/// The places of patches: of cells paid for by their number.
pub(in crate::dsl) fn places(columns: &mut Columns<'_>, patch: &Column) -> Option<Column> {
    let patches = patches(columns, patch)?;
    if patches.kind() != Kind::Indices {
        columns.spend_in_all(patches.items_in_all())?;
    }
    Some(Column::Sets(patches.places()))
}

/// Cells of one colour in the places of patches, as a primitive makes them that first makes
/// the places by another.
pub(in crate::dsl) fn coloured(
    columns: &mut Columns<'_>,
    colour: &Column,
    patch: &Column,
) -> Option<Column> {
    columns.spend(1)?;
    let Column::Sets(indices) = places(columns, patch)? else {
        return None;
    };
    let colours = colour.clone().into_integers(columns.rows())?;
    columns.spend_in_all(indices.items_in_all())?;
    indices.coloured(columns.cells(), colours).map(Column::Sets)
}

/// The items of each row's set that a condition holds for.
pub(in crate::dsl) fn filtered_sets(
    columns: &mut Columns<'_>,
    container: &Column,
    condition: &Column,
) -> Option<Column> {
    let sets = match container {
        Column::Sets(sets) => sets,
        Column::Same(Value::Set(set)) => return one_set::filtered(columns, set, condition),
        _ => return None,
    };
    let (numbers, items) = items_of(sets);
    if numbers.is_empty() {
        return Some(Column::Sets(sets.keeping(|_| true)));
    }
    let condition = condition.picked(&numbers);
    let results = columns.further_in(|columns| {
        columns.on_items(numbers.len(), |columns| columns.call(&condition, &[&items]))
    })?;
    Some(Column::Sets(sets.keeping(|item| results.is_true(item))))
}

/// The items of all sets, and in which row each is.
fn items_of(sets: &SetRows) -> (Vec<u32>, Column) {
    let count = sets.items_in_all();
    let with_room = || Vec::with_capacity(count);
    let (mut numbers, mut parts) = (
        Vec::with_capacity(count),
        [with_room(), with_room(), with_room()],
    );
    for (row, item) in sets.items() {
        numbers.push(row);
        for (part, own) in parts.iter_mut().zip(item) {
            part.push(own);
        }
    }
    let [rows, columns, colours] = parts;
    let items = match sets.kind() {
        Kind::Indices => Column::of_integers([rows, columns]),
        Kind::Object(CellLayout::RowFirst) => Column::of_integers([rows, columns, colours]),
        Kind::Object(CellLayout::ColourFirst) => {
            let places = Column::of_integers([rows, columns]);
            Column::Tuples(vec![Column::integers(colours), places])
        }
    };
    (numbers, items)
}

/// What a function makes of each item of a small set, merged: sets all.
pub(in crate::dsl) fn mapped_and_merged(
    columns: &mut Columns<'_>,
    function: &Column,
    container: &Column,
) -> Option<Column> {
    let Column::Same(Value::Set(items)) = container else {
        return None;
    };
    if !(1..=MOST_ITEMS).contains(&items.len()) || !matches!(function, Column::Closures(_)) {
        return None;
    }
    // The primitive that applies the function, and the one that merges.
    columns.spend(2)?;
    let sets = columns.further_in(|columns| {
        let sets = items.iter().map(|item| {
            let made = columns.call(function, &[&Column::Same(item)])?;
            side(&made)
        });
        sets.collect::<Option<Vec<SetSide>>>()
    })?;
    let merged = SetRows::merged(sets)?;
    columns.spend_in_all(merged.items_merged())?;
    Some(Column::Sets(merged))
}

/// Whether the sets in rows are equal to what another column holds.
pub(super) fn equal(a: &SetRows, b: &Column) -> Option<Column> {
    let equal: Vec<bool> = match side(b) {
        Some(other) => (0..a.count()).map(|row| a.equals(row, &other)).collect(),
        None => {
            let equals = |row| Some(a.equals_value(row, b.held(row)?));
            (0..a.count()).map(equals).collect::<Option<_>>()?
        }
    };
    Some(Column::Booleans(equal))
}
