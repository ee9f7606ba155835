//! Loops over the items of a container, part by part, in columns.
//!
//! Each part is a trial: where a call of it meets a limit it is put back and made again in
//! smaller parts, for then it matters which item came first. What a part is worth shows in
//! how many calls it made at once; the rest of a loop that gains nothing goes item by item.

use std::ops::Range;

use super::super::context::Context;
use super::super::memo::{Repeated, may_recur};
use super::calls::{Columns, Known};
use super::memory::Walk;
use super::product::ProductColumns;
use super::{Column, by_colour};
use crate::value::{self, Failure, Outcome, Set, SetBuilder, Value};

/// How many items a loop has at least that is tried in columns.
const LEAST_ITEMS: usize = 16;

/// How many items are the first part of a loop. It also shows whether the rest is
/// worth a try.
const FIRST_PART: usize = 16;

/// How many items a part has at most.
const LARGEST_PART: u64 = 512;

/// How many items are a part at least, once one has met a limit.
const SMALLEST_PART: usize = 4;

/// How many times smaller the parts are that one that has met a limit is made again in.
const SMALLER: usize = 4;

/// The steps that a part is to take at most, if its items take as many as those before:
/// it may have to be made again.
const STEPS_OF_A_PART: u64 = 1 << 19;

/// The steps that a part may take before it is given up, and the loop goes on item by item:
/// where an item is that dear, calls of several at once gain little, and all of them are lost
/// where one meets a limit.
const MOST_STEPS_OF_A_PART: u64 = 2 * STEPS_OF_A_PART;

/// How many calls are made at once for one that is made row by row, at least, so
/// that it is quicker than to look each item up in memory.
const LEAST_GAIN_OVER_MEMORY: usize = 4;

/// An item whose turn it is. Those of a product are not made before they are asked
/// for.
pub(in crate::dsl) enum Turn<'loops, 'container> {
    /// The next of these.
    Next(&'loops mut value::Items<'container>),
    /// This one.
    Made(Value),
}

impl Turn<'_, '_> {
    /// The item.
    pub(in crate::dsl) fn item(self) -> Value {
        match self {
            Turn::Next(items) => items.next().unwrap_or(Value::None),
            Turn::Made(item) => item,
        }
    }
}

/// Calls a function on each item of a container, in order, and hands over the item
/// and what the call yields.
///
/// # Errors
/// [`Failure::WrongType`] where it is no container; as [`call`](super::super::call::call).
pub(in crate::dsl) fn on_each(
    context: &mut Context,
    function: &Repeated<'_>,
    container: &Value,
    mut take: impl FnMut(Turn<'_, '_>, Value),
) -> Result<(), Failure> {
    let mut items = container.items()?;
    if may_go_in_columns(context, function, items.len())
        && let Some(source) = Source::of_items(container)
    {
        let own = Items::new(container, Walk::InOrder, source, items.len());
        in_parts(context, function, &own, &mut |results| {
            for row in 0..results.rows {
                let left = items.len();
                take(Turn::Next(&mut items), results.column.value(row)?);
                if items.len() == left {
                    items.pass();
                }
            }
            Ok(())
        })?;
    }
    for item in items {
        let result = function.call(context, &item)?;
        take(Turn::Made(item), result);
    }
    Ok(())
}

/// The elements of a set that a condition holds for, in a set, whatever comes first; `None`
/// where they are to be gone over in their order, and then nothing is spent. Asks for no order.
pub(in crate::dsl) fn filtered(
    context: &mut Context,
    condition: &Repeated<'_>,
    container: &Value,
) -> Option<Outcome> {
    let items = AnyItems::of(context, condition, container)?;
    let AnyItems {
        set,
        go_in_columns,
        leave_order_open,
        ..
    } = items;
    if condition.is_composed()
        && let Some(kept) = by_colour::filtered(context, condition.function(), set)
    {
        return Some(kept);
    }
    if !(go_in_columns || leave_order_open) {
        return None;
    }
    if leave_order_open && set.keeps_at_hand() {
        let are_kept = holds_for_all(context, condition, &items)?;
        return Some(set.keeping_at_hand(&are_kept)?.map(Value::Set));
    }
    // What is called may ask for a list, and the order in which all are gone over is that one's.
    if !set.is_listed() {
        return None;
    }
    let are_kept = holds_for_all(context, condition, &items)?;
    Some(set.keeping(&are_kept)?.map(Value::Set))
}

/// What a function yields for the elements of a set, in a set; `None` where they are to be gone
/// over in their order, and then nothing is spent. Asks for no order.
pub(in crate::dsl) fn yielded(
    context: &mut Context,
    function: &Repeated<'_>,
    container: &Value,
) -> Option<Outcome> {
    let items = AnyItems::of(context, function, container)?;
    let set = items.set;
    if !set.may_yield_at_hand() {
        return None;
    }
    let mut results = Vec::with_capacity(set.len());
    on_all(context, function, &items, &mut |column, row| {
        results.push(column.value(row)?);
        Ok(())
    })?;
    if let Some(yielded) = set.yielding(&mut results) {
        return Some(yielded.map(Value::Set));
    }
    let mut in_order = SetBuilder::of_sets();
    for result in set.in_order_of(&results) {
        in_order.insert(result.clone());
    }
    Some(in_order.finish().map(Value::Set))
}

/// What a function yields for the elements of a set, with these, as they lie at hand; `None` where
/// they are to be gone over in their order, and then nothing is spent. Asks for no order.
pub(in crate::dsl) fn keyed_at_hand(
    context: &mut Context,
    function: &Repeated<'_>,
    container: &Value,
) -> Option<Vec<(Value, Value)>> {
    let items = AnyItems::of(context, function, container)?;
    if !items.leave_order_open {
        return None;
    }
    let elements = items.set.elements_at_hand()?;
    let mut keys = Vec::with_capacity(items.set.len());
    on_all(context, function, &items, &mut |column, row| {
        keys.push(column.value(row)?);
        Ok(())
    })?;
    Some(elements.zip(keys).collect())
}

/// The elements of a set, which a loop goes over in whatever order.
struct AnyItems<'all> {
    container: &'all Value,
    set: &'all Set,
    /// Whether they are tried in columns.
    go_in_columns: bool,
    /// Whether nobody has asked for Python's order of them.
    leave_order_open: bool,
}

impl<'all> AnyItems<'all> {
    /// `None` of what is no set, and where nothing may be gone over but in order.
    fn of(
        context: &Context,
        function: &Repeated<'_>,
        container: &'all Value,
    ) -> Option<AnyItems<'all>> {
        let set = container.as_set().filter(|_| context.allows_shortcuts())?;
        Some(AnyItems {
            container,
            set,
            go_in_columns: may_go_in_columns(context, function, set.len()),
            leave_order_open: set.leaves_order_open(),
        })
    }

    /// What they are taken from, as they lie at hand.
    fn source(&self) -> Option<Source> {
        if self.set.product().is_some() {
            return ProductColumns::at_hand(self.set).map(Source::Product);
        }
        let column = match self.set.sets_at_hand() {
            Some(sets) => Some(Column::Values(sets.to_vec())),
            None => Column::of_items_in_any_order(self.container),
        };
        column.map(Source::Column)
    }
}

/// Whether a condition holds for each of some items, which are called in whatever order; `None`
/// as [`on_all`].
fn holds_for_all(
    context: &mut Context,
    condition: &Repeated<'_>,
    items: &AnyItems<'_>,
) -> Option<Vec<bool>> {
    let mut are_kept = Vec::with_capacity(items.set.len());
    on_all(context, condition, items, &mut |results, row| {
        are_kept.push(results.is_true(row));
        Ok(())
    })?;
    Some(are_kept)
}

/// Calls a function on each of some items, in whatever order, and hands over what comes out,
/// in a row of a column; `None` where the order can be seen, for a call fails or meets a limit,
/// and then nothing is spent.
fn on_all(
    context: &mut Context,
    function: &Repeated<'_>,
    items: &AnyItems<'_>,
    take: &mut dyn FnMut(&Column, usize) -> Result<(), Failure>,
) -> Option<()> {
    let one_by_one = items.set.elements_at_hand()?;
    let count = items.set.len();
    let before = context.checkpoint();
    let mut taken = 0;
    let mut outcome = Ok(());
    if items.go_in_columns
        && let Some(source) = items.source()
    {
        let own = Items::new(items.container, Walk::InAnyOrder, source, count);
        outcome = in_parts(context, function, &own, &mut |results| {
            if taken == 0 && !results.leave_enough_for(count) {
                return Err(Failure::OutOfBudget);
            }
            taken += results.rows;
            (0..results.rows).try_for_each(|row| take(&results.column, row))
        });
    }
    if outcome.is_ok() && taken < count {
        let rest = (count - taken) as u64;
        outcome = context.on_trial_within(MOST_STEPS_OF_A_PART, |context| {
            let begun = context.checkpoint();
            for (number, item) in one_by_one.skip(taken).enumerate() {
                let result = function.call(context, &item)?;
                let is_dear =
                    || number == 0 && begun.spent_by(context) > MOST_STEPS_OF_A_PART / rest;
                if context.is_exhausted() || is_dear() {
                    return Err(Failure::OutOfBudget);
                }
                take(&Column::Same(result), 0)?;
            }
            Ok(())
        });
    }
    if outcome.is_err() || context.is_exhausted() {
        // Who comes first matters where a limit is met.
        context.put_back(before);
        return None;
    }
    Some(())
}

/// Whether a function is to be tried in columns on so many items.
fn may_go_in_columns(context: &Context, function: &Repeated<'_>, items: usize) -> bool {
    context.allows_shortcuts() && items >= LEAST_ITEMS && function.is_composed()
}

/// The items that a loop goes over.
struct Items<'container> {
    container: &'container Value,
    walk: Walk,
    source: Source,
    count: usize,
}

/// What the items of a loop are taken from, part by part.
enum Source {
    Column(Column),
    Product(ProductColumns),
}

impl Source {
    /// The items of a container, in Python's order; `None` where it is none.
    fn of_items(container: &Value) -> Option<Source> {
        match container.as_set().and_then(Set::product) {
            Some(product) => Some(Source::Product(ProductColumns::in_order(product))),
            None => Column::of_items(container).map(Source::Column),
        }
    }

    fn rows(&self, rows: Range<usize>) -> Column {
        match self {
            Source::Column(column) => column.rows(rows),
            Source::Product(product) => product.rows(rows),
        }
    }
}

impl<'container> Items<'container> {
    fn new(
        container: &'container Value,
        walk: Walk,
        source: Source,
        count: usize,
    ) -> Items<'container> {
        Items {
            container,
            walk,
            source,
            count,
        }
    }

    /// Some of them, as the loop before had them.
    fn remembered_rows(&self, context: &mut Context, rows: Range<usize>) -> Column {
        let whose = (self.container, self.walk);
        let memory = context.columns_mut();
        memory.part(whose, rows.clone(), || self.source.rows(rows))
    }
}

/// What a function yields for a part of the items.
struct Results {
    column: Column,
    rows: usize,
    /// The steps that it took, and those that are left.
    spent: u64,
    left: u64,
}

impl Results {
    /// Whether there are steps left for so many items in all, if each takes as many as
    /// these.
    fn leave_enough_for(&self, items: usize) -> bool {
        let others = (items - self.rows) as u64;
        self.spent.saturating_mul(others) / self.rows as u64 <= self.left
    }
}

/// Calls a function on the items in columns, part by part, as long as that helps and
/// no limit is met.
///
/// # Errors
/// Those of `take`.
fn in_parts(
    context: &mut Context,
    function: &Repeated<'_>,
    items: &Items<'_>,
    take: &mut dyn FnMut(Results) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let least_gain = match function.is_remembered() {
        true => LEAST_GAIN_OVER_MEMORY,
        false => 1,
    };
    let recurs = may_recur(context) && context.columns_mut().has_met(items.container);
    let mut known = Known::default();
    let (mut first, mut length) = (0, FIRST_PART);
    let mut has_met_limit = false;
    while first < items.count {
        let part = first..(first + length).min(items.count);
        let rows = part.len();
        let own_items = match recurs {
            true => items.remembered_rows(context, part.clone()),
            false => items.source.rows(part.clone()),
        };
        let before = context.checkpoint();
        let is_held_back = context.steps_left() > MOST_STEPS_OF_A_PART;
        let (column, is_worth_it) = context.on_trial_within(MOST_STEPS_OF_A_PART, |context| {
            let mut columns = Columns::new(context, rows, std::mem::take(&mut known));
            columns.recurs = recurs;
            let column = columns.results(function.function(), &own_items);
            let is_worth_it = columns.gain() >= least_gain;
            known = columns.known;
            (column, is_worth_it)
        });
        let Some(column) = column.filter(|_| !context.is_exhausted()) else {
            has_met_limit = context.is_exhausted() && !context.has_given_up_trial();
            context.put_back(before);
            if has_met_limit && !is_held_back && rows > SMALLEST_PART {
                length = (rows / SMALLER).max(SMALLEST_PART);
                continue;
            }
            break;
        };
        let spent = before.spent_by(context).max(1);
        take(Results {
            column,
            rows,
            spent,
            left: context.steps_left(),
        })?;
        if !is_worth_it {
            break;
        }
        first = part.end;
        if has_met_limit {
            continue;
        }
        let affordable = rows as u64 * STEPS_OF_A_PART / spent;
        let affordable = affordable.min(LARGEST_PART) as usize;
        if affordable < SMALLEST_PART {
            break;
        }
        length = match recurs {
            _ if affordable < FIRST_PART => affordable,
            // Loops that take about as much have parts in common.
            true => length.max(1 << affordable.ilog2()),
            false => length.max(affordable),
        };
    }
    Ok(())
}
