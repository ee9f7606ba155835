//! Colours of grids and objects. A tuple is taken for a grid.

use std::cmp::Ordering;

use arc_programs_macros::primitives;

use super::super::census::Census;
use super::super::context::Context;
use super::super::cost;
use super::CELLS;
use crate::value::{Failure, Kind, Outcome, SmallPatch, Value};

/// The most frequent colour or the least frequent one.
fn extreme(context: &mut Context, element: &Value, side: Ordering) -> Outcome {
    let found = match element {
        Value::Tuple(_) => Census::of_grid(context, element)?.extreme(side)?,
        _ => Census::extreme_of_object(context, element, side)?,
    };
    found.ok_or(Failure::WrongValue)
}

/// The colour of an object's first cell.
fn first_colour(object: &Value) -> Outcome {
    if let Some(object) = SmallPatch::of_kind(object, Kind::Object(CELLS))
        && let Some(colour) = object.first_colour()
    {
        return Ok(Value::Integer(colour));
    }
    let first = object.items()?.next().ok_or(Failure::NothingNext)?;
    first.item(0)
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The most frequent colour of a grid or an object. Fails where there are no cells.
    #[example("mostcolor(((1, 2), (2, 0)))" => "2")]
    #[example("mostcolor({(1, (0, 0)), (2, (0, 1)), (2, (1, 0))})" => "2")]
    fn mostcolor(context: &mut Context, element: Element) -> Integer {
        extreme(context, element, Ordering::Greater)
    }

    /// The least frequent colour of a grid or an object. Fails where there are no cells.
    #[example("leastcolor(((1, 2), (2, 2)))" => "1")]
    fn leastcolor(context: &mut Context, element: Element) -> Integer {
        extreme(context, element, Ordering::Less)
    }

    /// How many cells of a grid or an object have this colour.
    #[example("colorcount(((1, 2), (2, 0)), 2)" => "2")]
    #[example("colorcount({(1, (0, 0)), (2, (0, 1)), (2, (1, 0))}, 2)" => "2")]
    fn colorcount(context: &mut Context, element: Element, value: Integer) -> Integer {
        context.spend(element.length()?)?;
        let mut count = 0;
        if let Value::Tuple(_) = element {
            if let (Some(grid), Some(colour)) = (element.as_grid(), value.as_integer()) {
                context.spend(cost::of_grid(element)?)?;
                return Ok(Value::Integer(grid.count(colour) as i64));
            }
            for row in element.items()? {
                // Only tuples count.
                let row = row.as_tuple().ok_or(Failure::NoAttribute)?;
                context.spend(row.len())?;
                count += row.iter().filter(|cell| cell.same(value)).count();
            }
            return Ok(Value::Integer(count as i64));
        }
        if let (Some(object), Some(value)) = (
            SmallPatch::of_kind(element, Kind::Object(CELLS)),
            value.as_integer(),
        ) {
            let cells = object.cells_in_any_order();
            count = cells.filter(|(_, _, colour)| *colour == value).count();
            return Ok(Value::Integer(count as i64));
        }
        for cell in element.items()? {
            count += usize::from(CELLS.colour(&cell)?.equals(value));
        }
        Ok(Value::Integer(count as i64))
    }

    /// The objects whose first cell has this colour. Fails for an object without cells.
    #[example("colorfilter({{(3, (0, 0))}, {(4, (1, 1))}}, 3)" => "{{(3, (0, 0))}}")]
    fn colorfilter(context: &mut Context, objs: Objects, value: Integer) -> Objects {
        if let (Value::Set(set), Value::Integer(wanted)) = (objs, value)
            && let Some(colours) = set.first_colours(CELLS)
            && context.affords(colours.len())
        {
            context.spend(colours.len())?;
            let are_kept: Vec<bool> = colours.iter().map(|own| *own == *wanted).collect();
            let kept = set.keeping_at_hand(&are_kept);
            if let Some(kept) = kept.or_else(|| set.keeping_in_order(&are_kept)) {
                return kept.map(Value::Set);
            }
        }
        let mut are_kept = Vec::with_capacity(objs.length()?);
        let mut look_at = |context: &mut Context, object: &Value| {
            context.spend(1)?;
            are_kept.push(first_colour(object)?.equals(value));
            Ok(())
        };
        if let Value::Set(set) = objs
            && let Some(mut objects) = set.hashed_values()
        {
            context.in_generator(|context| objects.try_for_each(|own| look_at(context, own)))?;
            if let Some(kept) = set.keeping_in_order(&are_kept) {
                return kept.map(Value::Set);
            }
        } else {
            let mut objects = objs.items()?;
            context.in_generator(|context| objects.try_for_each(|own| look_at(context, &own)))?;
        }
        let objects = objs.items()?.zip(are_kept);
        Value::set(objects.filter_map(|(object, is_kept)| is_kept.then_some(object)))
    }

    /// The colours in a grid or an object.
    #[example("palette(((1, 2), (2, 0)))" => "{0, 1, 2}")]
    #[example("palette({(1, (0, 0)), (2, (0, 1))})" => "{1, 2}")]
    fn palette(context: &mut Context, element: Element) -> IntegerSet {
        // A set is made, and a frozenset of it.
        let palette = match element {
            Value::Tuple(_) => Census::of_grid(context, element)?.palette()?.copied(),
            _ => Census::palette_of_object(context, element, true),
        };
        palette.map(Value::Set)
    }

    /// How many colours are in a grid or an object.
    #[example("numcolors(((1, 2), (2, 0)))" => "3")]
    fn numcolors(context: &mut Context, element: Element) -> IntegerSet {
        if let Some(number) = Census::number_of_colours(context, element) {
            return Ok(Value::Integer(number as i64));
        }
        Ok(Value::Integer(palette(context, element).length()? as i64))
    }

    /// The colour of an object's first cell. Fails where there is none.
    #[example("color({(3, (0, 0)), (3, (0, 1))})" => "3")]
    fn color(obj: Object) -> Integer {
        first_colour(obj)
    }
}
