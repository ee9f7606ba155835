//! Columns: closures called on all items of a container at once.
//!
//! Half of what a search evaluates are closures that a primitive calls on one item
//! after the other, and most items are places, cells and numbers:
//! `sfilter(places, compose(even, chain(…)))` makes ten calls, each on a value of
//! its own, to learn one bit of a place. A [`Column`] holds what such a call yields
//! for many items, the integers of all of them side by side, and a function of
//! functions is carried out on columns: each primitive once for 512 items.
//!
//! # Nobody can tell
//!
//! What comes out is what the calls one by one yield, and has spent and failed as
//! much. So a primitive has a way in columns only for what it is meant for, stated
//! where it is declared (`#[in_columns(…)]`), and declines all else: a sum that
//! leaves 64 bits, a vector where it knows numbers, whatever fails. Then it is
//! called item by item, and its results are a column again. Of arguments that are
//! the same for all items the call is made once, and paid for as often as there are
//! items.
//!
//! Only where a limit is met does it matter which item came first. Then all is put
//! back as it was before these items ([`put_back`]), and they are called again in
//! smaller parts, the last few one by one. For that not to be much, a part of the items
//! takes at most some hundred thousand steps ([`on_each`]), and items that are so
//! dear that a few take more are called one by one.
//!
//! A filter of cells mostly looks at nothing but their colours: it is asked once for each
//! colour (`by_colour`).
//!
//! Sets that are made of the items are not made: what is in those of all rows is listed at
//! once, and how each comes about is kept for who asks for its order (`sets`).
//!
//! Where an argument is not what a primitive takes, and so its calls fail in all rows, one is made
//! (`alike`).
//!
//! One set that is filtered by a function of each row is gone over element by element, for all
//! rows at once (`one_set`).
//!
//! What a function yields for a column is kept while that is in hand, for it is mostly called
//! from several places (`recalled`).
//!
//! Of a set whose order nobody has asked for the items are gone over as they lie at hand, by filters
//! and where what a function yields is a set again: what comes out gets its order when somebody
//! asks. That is a trial, too, for where a call fails it matters which item came first (`loops`).
//!
//! Loops inside closures go over the same items again and again. What functions made
//! for these items yield is remembered ([`Memory`]).
//!
//! # Where it does not help
//!
//! Items that are objects or grids gain nothing: their calls are dear themselves. What
//! `product` makes of them is another matter, for each is in as many pairs as there are
//! others: pairs of anything are taken apart, those of a product are never made
//! ([`product`]), and what a call found out about a patch is kept for the loop
//! ([`CoveredPatches`]). Columns are given up for the rest of a loop
//! where most calls turn out to be made item by item.
//!
//! [`put_back`]: super::context::Context::put_back
//! [`CoveredPatches`]: super::relations::CoveredPatches

mod alike;
#[cfg(test)]
mod any_order_tests;
mod by_colour;
mod calls;
mod corners;
mod loops;
mod memory;
mod one_set;
mod operators;
mod product;
mod recalled;
mod row_by_row;
mod sets;
#[cfg(test)]
mod sets_tests;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::rc::Rc;

use crate::value::{
    CellLayout, Cells, Failure, Kind, Measure, Operation, Outcome, Places, Set, SetRows,
    SmallPatch, Value,
};

pub(super) use calls::{Columns, InColumns};
pub(super) use corners::{PatchRows, of_corners};
pub(super) use loops::{filtered, keyed_at_hand, on_each, yielded};
pub(super) use memory::Memory;
pub(super) use operators::{
    chosen, equal, extreme, item, item_or, joined, number, number_of_items, numbers, ranked, test,
    tests,
};
use product::Picked;
pub(super) use sets::{
    coloured, filtered_sets, mapped_and_merged, moved, normalized, of_both_sets, places, sizes,
    with_item,
};

/// What a call yields for each of some items, in rows: in the order of the items.
#[derive(Clone, Debug)]
pub(super) enum Column {
    /// The same value in each row.
    Same(Value),
    /// Integers, no booleans; shared, for most are parts of several columns.
    Integers(Rc<Vec<i64>>),
    /// Booleans.
    Booleans(Vec<bool>),
    /// Tuples of as many items as there are columns, one or more.
    Tuples(Vec<Column>),
    /// Sets of one item each.
    Singles(Box<Column>),
    /// Functions that a primitive made for each row, of parts that are columns.
    Closures(Box<Operation<Column>>),
    /// Anything.
    Values(Vec<Value>),
    /// Items of a factor of a product.
    Picked(Picked),
    /// Sets of places or of cells, none of which is made before somebody asks for it.
    Sets(SetRows),
    /// The places of cells, of which there are several for each row: nobody may ask which.
    Untold,
}

impl Column {
    /// The items of a container that is no product, in Python's order; `None` where it
    /// is none.
    fn of_items(container: &Value) -> Option<Column> {
        match Column::of_integers_in(container) {
            Some(column) => Some(column),
            None => Some(Column::of_pairs(container.items().ok()?.collect())),
        }
    }

    /// Values, of which pairs are taken apart: `product` makes them of all that
    /// programs compare with each other.
    fn of_pairs(values: Vec<Value>) -> Column {
        let is_pair = |value: &Value| match value {
            // A grid of another width is seldom meant as two rows.
            Value::Tuple(tuple) => {
                tuple.len() == 2 && tuple.as_grid().is_none_or(|grid| grid.width() == 2)
            }
            _ => false,
        };
        if !values.iter().all(is_pair) {
            return Column::Values(values);
        }
        let part = |place| {
            let items = values.iter().map(|pair| pair.item(place).ok());
            items.collect::<Option<_>>().map(Column::of_values)
        };
        let parts = part(0).zip(part(1));
        let pairs = parts.and_then(|(first, second)| Column::of_parts(vec![first, second]));
        pairs.unwrap_or(Column::Values(values))
    }

    /// The items of a container of integers, places or cells, in Python's order;
    /// `None` where they are anything else.
    fn of_integers_in(container: &Value) -> Option<Column> {
        if let Some(set) = container.as_set()
            && let Some(patch) = SmallPatch::of_any(container)
        {
            let in_order = (patch.places(), patch.cells());
            return Some(Column::of_patch(patch.kind(), in_order, set.len()));
        }
        let mut items = container.items().ok()?;
        match items.next()? {
            Value::Integer(first) => {
                let mut integers = vec![first];
                for item in items {
                    let Value::Integer(integer) = item else {
                        return None;
                    };
                    integers.push(integer);
                }
                Some(Column::integers(integers))
            }
            Value::Tuple(first) if first.as_pair().is_some() => {
                let (mut rows, mut columns) = (Vec::new(), Vec::new());
                for item in container.items().ok()? {
                    let (row, column) = item.as_pair()?;
                    rows.push(row);
                    columns.push(column);
                }
                Some(Column::of_integers([rows, columns]))
            }
            Value::Tuple(first) if first.as_triple().is_some() => {
                let mut parts = [Vec::new(), Vec::new(), Vec::new()];
                for item in container.items().ok()? {
                    let (row, column, colour) = item.as_triple()?;
                    parts[0].push(row);
                    parts[1].push(column);
                    parts[2].push(colour);
                }
                Some(Column::of_integers(parts))
            }
            _ => None,
        }
    }

    /// The places or cells of a set, in the order of `Set::keeping`; `None` where they
    /// are anything else.
    fn of_items_in_any_order(set: &Value) -> Option<Column> {
        let (items, patch) = (set.as_set()?.len(), SmallPatch::of_any(set)?);
        let in_any_order = (patch.places_in_any_order(), patch.cells_in_any_order());
        Some(Column::of_patch(patch.kind(), in_any_order, items))
    }

    fn of_patch(kind: Kind, (places, cells): (Places<'_>, Cells<'_>), items: usize) -> Column {
        let with_room = || Vec::with_capacity(items);
        match kind {
            Kind::Indices => {
                let mut parts = [with_room(), with_room()];
                places.for_each(|(row, column)| {
                    parts[0].push(row);
                    parts[1].push(column);
                });
                Column::of_integers(parts)
            }
            Kind::Object(layout) => {
                let mut parts = [with_room(), with_room(), with_room()];
                cells.for_each(|(row, column, colour)| {
                    parts[0].push(row);
                    parts[1].push(column);
                    parts[2].push(colour);
                });
                match layout {
                    CellLayout::RowFirst => Column::of_integers(parts),
                    CellLayout::ColourFirst => {
                        let [rows, columns, colours] = parts;
                        let places = Column::of_integers([rows, columns]);
                        Column::Tuples(vec![Column::integers(colours), places])
                    }
                }
            }
        }
    }

    /// These integers.
    pub(super) fn integers(integers: Vec<i64>) -> Column {
        Column::Integers(Rc::new(integers))
    }

    fn of_integers(parts: impl IntoIterator<Item = Vec<i64>>) -> Column {
        Column::Tuples(parts.into_iter().map(Column::integers).collect())
    }

    /// These values, in the form for what they all are.
    pub(super) fn of_values(values: Vec<Value>) -> Column {
        let typed = match values.first() {
            Some(Value::Integer(_)) => {
                let integer = |value: &Value| match value {
                    Value::Integer(integer) => Some(*integer),
                    _ => None,
                };
                let integers: Option<Vec<i64>> = values.iter().map(integer).collect();
                integers.map(Column::integers)
            }
            Some(Value::Boolean(_)) => {
                let boolean = |value: &Value| match value {
                    Value::Boolean(boolean) => Some(*boolean),
                    _ => None,
                };
                let booleans: Option<Vec<bool>> = values.iter().map(boolean).collect();
                booleans.map(Column::Booleans)
            }
            Some(Value::Tuple(tuple)) if tuple.as_pair().is_some() => {
                let pairs: Option<(Vec<i64>, Vec<i64>)> =
                    values.iter().map(Value::as_pair).collect();
                pairs.map(|(rows, columns)| Column::of_integers([rows, columns]))
            }
            Some(Value::Tuple(tuple)) if tuple.as_triple().is_some() => {
                let triples: Option<(Vec<i64>, Vec<i64>, Vec<i64>)> =
                    values.iter().map(Value::as_triple).collect();
                triples
                    .map(|(rows, columns, colours)| Column::of_integers([rows, columns, colours]))
            }
            _ => None,
        };
        typed.unwrap_or(Column::Values(values))
    }

    /// The tuples of these parts, row by row; `None` where one may be larger than a
    /// value may be.
    pub(super) fn of_parts(parts: Vec<Column>) -> Option<Column> {
        let fits = !parts.is_empty() && fit_in_a_value(&parts);
        fits.then_some(Column::Tuples(parts))
    }

    /// The sets of these items, row by row; `None` as for [`Column::of_parts`].
    pub(super) fn of_singles(items: &Column) -> Option<Column> {
        if !fit_in_a_value([items]) {
            return None;
        }
        match items {
            // Whoever asks for one needs the set, and mostly asks again.
            Column::Values(values) => {
                let sets = values.iter().map(|item| Set::of_one(item.clone()));
                let sets: Option<Vec<Value>> = sets.map(|set| set.ok().map(Value::Set)).collect();
                sets.map(Column::Values)
            }
            items => Some(Column::Singles(Box::new(items.clone()))),
        }
    }

    /// The functions with these parts, row by row; `None` as for
    /// [`Column::of_parts`].
    pub(super) fn of_closures(operation: Operation<Column>) -> Option<Column> {
        let fits = fit_in_a_value(operation.parts());
        fits.then(|| Column::Closures(Box::new(operation)))
    }

    /// How deep its values nest at most, and how much they weigh.
    fn extent(&self) -> (u32, u32) {
        let of_value = |value: &Value| {
            let measure = value.measure();
            (measure.depth, measure.weight)
        };
        match self {
            Column::Same(value) => of_value(value),
            Column::Integers(_) | Column::Booleans(_) => of_value(&Value::None),
            Column::Tuples(parts) => extent_of_parts(parts),
            Column::Singles(items) => extent_of_parts([&**items]),
            Column::Closures(operation) => extent_of_parts(operation.parts()),
            Column::Values(values) => values.iter().map(of_value).fold((0, 0), larger),
            Column::Picked(picked) => picked.iter().map(of_value).fold((0, 0), larger),
            Column::Sets(rows) => {
                let measure = rows.largest_measure();
                (measure.depth, measure.weight)
            }
            Column::Untold => of_value(&Value::pair(0, 0)),
        }
    }

    /// The value, where it is the same in all rows.
    fn same(&self) -> Option<&Value> {
        match self {
            Column::Same(value) => Some(value),
            _ => None,
        }
    }

    /// The rows with these numbers.
    fn picked(&self, numbers: &[u32]) -> Column {
        fn of<Item: Clone>(items: &[Item], numbers: &[u32]) -> Vec<Item> {
            let picked = numbers.iter().map(|number| items[*number as usize].clone());
            picked.collect()
        }
        match self {
            Column::Same(value) => Column::Same(value.clone()),
            Column::Integers(integers) => Column::integers(of(integers, numbers)),
            Column::Booleans(booleans) => Column::Booleans(of(booleans, numbers)),
            Column::Values(values) => Column::Values(of(values, numbers)),
            Column::Picked(picked) => Column::Picked(picked.picked(numbers)),
            Column::Sets(rows) => Column::Sets(rows.picked(numbers.to_vec())),
            Column::Untold => Column::Untold,
            Column::Tuples(parts) => {
                Column::Tuples(parts.iter().map(|part| part.picked(numbers)).collect())
            }
            Column::Singles(items) => Column::Singles(Box::new(items.picked(numbers))),
            Column::Closures(operation) => {
                let parts = operation.with_parts(|part| part.picked(numbers));
                Column::Closures(Box::new(parts))
            }
        }
    }

    /// The integers in so many rows; `None` of anything else.
    pub(super) fn into_integers(self, rows: usize) -> Option<Vec<i64>> {
        match self {
            Column::Integers(integers) => Some(Rc::unwrap_or_clone(integers)),
            Column::Same(Value::Integer(integer)) => Some(vec![integer; rows]),
            _ => None,
        }
    }

    /// The integers in so many rows, shared; `None` of anything else.
    pub(super) fn into_shared_integers(self, rows: usize) -> Option<Rc<Vec<i64>>> {
        match self {
            Column::Integers(integers) => Some(integers),
            other => other.into_integers(rows).map(Rc::new),
        }
    }

    /// The value in a row, where it is there and need not be made.
    pub(super) fn held(&self, row: usize) -> Option<&Value> {
        match self {
            Column::Same(value) => Some(value),
            Column::Values(values) => values.get(row),
            Column::Picked(picked) => Some(picked.item(row)),
            Column::Sets(rows) => rows.value(row).ok(),
            _ => None,
        }
    }

    /// The value in a row.
    ///
    /// # Errors
    /// [`Failure::NotCallable`] for a function made for a row: that is only called
    /// here, and a value of it would be another one each time; and for untold places.
    pub(super) fn value(&self, row: usize) -> Outcome {
        match self {
            Column::Same(value) => Ok(value.clone()),
            Column::Integers(integers) => Ok(Value::Integer(integers[row])),
            Column::Booleans(booleans) => Ok(Value::Boolean(booleans[row])),
            Column::Values(values) => Ok(values[row].clone()),
            Column::Picked(picked) => Ok(picked.item(row).clone()),
            Column::Sets(rows) => rows.value(row).cloned(),
            Column::Closures(_) | Column::Untold => Err(Failure::NotCallable),
            Column::Singles(items) => Set::of_one(items.value(row)?).map(Value::Set),
            Column::Tuples(parts) => match parts.as_slice() {
                [Column::Integers(rows), Column::Integers(columns)] => {
                    Ok(Value::pair(rows[row], columns[row]))
                }
                [
                    Column::Integers(rows),
                    Column::Integers(columns),
                    Column::Integers(colours),
                ] => Ok(Value::triple(rows[row], columns[row], colours[row])),
                [first, second] => Value::tuple_of_two(first.value(row)?, second.value(row)?),
                parts => {
                    let values = parts.iter().map(|part| part.value(row));
                    Value::tuple(values.collect::<Result<_, _>>()?)
                }
            },
        }
    }

    /// Whether a condition holds for the value in a row.
    #[inline]
    pub(super) fn is_true(&self, row: usize) -> bool {
        match self {
            Column::Same(value) => value.is_true(),
            Column::Integers(integers) => integers[row] != 0,
            Column::Booleans(booleans) => booleans[row],
            Column::Values(values) => values[row].is_true(),
            Column::Picked(picked) => picked.item(row).is_true(),
            Column::Sets(rows) => !rows.is_empty(row),
            Column::Tuples(_) | Column::Singles(_) | Column::Closures(_) | Column::Untold => true,
        }
    }

    /// Some of the rows.
    fn rows(&self, rows: Range<usize>) -> Column {
        match self {
            Column::Same(value) => Column::Same(value.clone()),
            Column::Integers(integers) => Column::integers(integers[rows].to_vec()),
            Column::Booleans(booleans) => Column::Booleans(booleans[rows].to_vec()),
            Column::Values(values) => Column::Values(values[rows].to_vec()),
            Column::Picked(picked) => Column::Picked(picked.rows(rows)),
            Column::Sets(sets) => {
                let numbers = rows.map(|row| row as u32);
                Column::Sets(sets.picked(numbers.collect()))
            }
            Column::Untold => Column::Untold,
            Column::Tuples(parts) => {
                let parts = parts.iter().map(|part| part.rows(rows.clone()));
                Column::Tuples(parts.collect())
            }
            Column::Singles(items) => Column::Singles(Box::new(items.rows(rows))),
            Column::Closures(operation) => Column::Closures(Box::new(
                operation.with_parts(|part| part.rows(rows.clone())),
            )),
        }
    }
}

/// Whether values with these parts are within the limits of a value.
fn fit_in_a_value<'column>(parts: impl IntoIterator<Item = &'column Column>) -> bool {
    let (depth, weight) = extent_of_parts(parts);
    depth <= Measure::DEPTH && weight <= Measure::WEIGHT
}

/// The larger depth and the larger weight.
fn larger(extent: (u32, u32), other: (u32, u32)) -> (u32, u32) {
    (extent.0.max(other.0), extent.1.max(other.1))
}

/// How deep values with these parts nest at most, and how much they weigh.
fn extent_of_parts<'column>(parts: impl IntoIterator<Item = &'column Column>) -> (u32, u32) {
    parts.into_iter().fold((1, 1), |(depth, weight), part| {
        let (own_depth, own_weight) = part.extent();
        (depth.max(own_depth + 1), weight.saturating_add(own_weight))
    })
}
