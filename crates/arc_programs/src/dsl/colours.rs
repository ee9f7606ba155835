//! Colours of grids and objects.

use std::cmp::Ordering;

use arc_programs_macros::primitives;

use super::census::Census;
use super::context::Context;
use super::cost;
use super::rank::place;
use crate::value::{CellLayout, Failure, Kind, Outcome, Set, SetBuilder, SmallPatch, Value};

/// What stands for the colour of an object without cells.
const NO_COLOUR: Value = Value::Float(f64::NEG_INFINITY);

/// What the objects here are.
const OBJECT: Kind = Kind::Object(CellLayout::RowFirst);

/// The items of a set, as a tuple in the set's order.
fn listed(palette: &Set) -> Outcome {
    Value::tuple(palette.iter().collect())
}

/// The most frequent colour or the least frequent one; `nan` where there is
/// none.
fn extreme(census: &Census, side: Ordering) -> Outcome {
    Ok(census.extreme(side)?.unwrap_or(Value::NAN))
}

/// The colour with this rank, or what stands for it where there is none.
fn with_rank(census: &Census, rank: &Value, nothing: Value) -> Outcome {
    let ranked = census.ranked();
    let place = place(rank, ranked.len())?;
    Ok(place.map_or(nothing, |place| ranked[place].clone()))
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The most frequent colour of a grid; `nan` where it has no cells.
    #[example("mostcolor_t(((1, 2), (2, 0)))" => "2")]
    #[example("mostcolor_t(())" => "nan")]
    fn mostcolor_t(context: &mut Context, grid: Grid) -> Integer {
        let census = Census::of_grid(context, grid)?;
        extreme(&census, Ordering::Greater)
    }

    /// The most frequent colour of an object; `nan` where it has no cells.
    #[example("mostcolor_f({(0, 0, 1), (0, 1, 2), (1, 0, 2)})" => "2")]
    fn mostcolor_f(context: &mut Context, obj: Object) -> Integer {
        let found = Census::extreme_of_object(context, obj, Ordering::Greater)?;
        Ok(found.unwrap_or(Value::NAN))
    }

    /// The least frequent colour of a grid; `nan` where it has no cells.
    #[example("leastcolor_t(((1, 2), (2, 2)))" => "1")]
    fn leastcolor_t(context: &mut Context, grid: Grid) -> Integer {
        let census = Census::of_grid(context, grid)?;
        extreme(&census, Ordering::Less)
    }

    /// The least frequent colour of an object; `nan` where it has no cells.
    #[example("leastcolor_f({(0, 0, 1), (0, 1, 2), (1, 0, 2)})" => "1")]
    fn leastcolor_f(context: &mut Context, obj: Object) -> Integer {
        let found = Census::extreme_of_object(context, obj, Ordering::Less)?;
        Ok(found.unwrap_or(Value::NAN))
    }

    /// The colours in a grid.
    #[example("palette_t(((1, 2), (2, 0)))" => "{0, 1, 2}")]
    fn palette_t(context: &mut Context, element: Tuple) -> IntegerSet {
        Census::of_grid(context, element)?.palette().map(Value::Set)
    }

    /// The colours in an object.
    #[example("palette_f({(0, 0, 1), (0, 1, 2)})" => "{1, 2}")]
    #[alias(p_f)]
    fn palette_f(context: &mut Context, element: FrozenSet) -> IntegerSet {
        Census::palette_of_object(context, element, false).map(Value::Set)
    }

    /// The colours in a grid, as a tuple in the order of a set.
    #[example("p_g(((2, 1), (2, 0)))" => "(0, 1, 2)")]
    fn p_g(context: &mut Context, grid: Grid) -> IntegerSet {
        listed(&Census::of_grid(context, grid)?.palette()?)
    }

    /// The colours in an object, as a tuple in the order of a set.
    #[example("p_o({(0, 0, 2), (0, 1, 1)})" => "(1, 2)")]
    fn p_o(context: &mut Context, obj: Object) -> IntegerSet {
        listed(&Census::of_object(context, obj)?.palette()?)
    }

    /// How many colours are in a grid.
    #[example("numcolors_t(((1, 2), (2, 0)))" => "3")]
    fn numcolors_t(context: &mut Context, grid: Grid) -> Integer {
        Ok(Value::Integer(palette_t(context, grid).length()? as i64))
    }

    /// How many colours are in an object.
    #[example("numcolors_f({(0, 0, 1), (0, 1, 2), (1, 0, 2)})" => "2")]
    fn numcolors_f(context: &mut Context, obj: Object) -> Integer {
        if let Some(number) = Census::number_of_colours(context, obj) {
            return Ok(Value::Integer(number as i64));
        }
        Ok(Value::Integer(palette_f(context, obj).length()? as i64))
    }

    /// How many cells of a grid have this colour.
    #[example("colorcount_t(((1, 2), (2, 0)), 2)" => "2")]
    fn colorcount_t(context: &mut Context, grid: Grid, color: C_) -> Integer {
        context.spend(cost::of_grid(grid)?)?;
        if let (Some(grid), Some(colour)) = (grid.as_grid(), color.as_integer()) {
            return Ok(Value::Integer(grid.count(colour) as i64));
        }
        let mut count = 0;
        for row in grid.items()? {
            // Sets do not count.
            let row = row.as_tuple().ok_or(Failure::WrongType)?;
            count += row.iter().filter(|cell| cell.same(color)).count();
        }
        Ok(Value::Integer(count as i64))
    }

    /// How many cells of an object have this colour.
    #[example("colorcount_f({(0, 0, 1), (0, 1, 2), (1, 0, 2)}, 2)" => "2")]
    fn colorcount_f(context: &mut Context, obj: Object, color: C_) -> Integer {
        context.spend(obj.length()?)?;
        if let (Some(obj), Some(color)) = (SmallPatch::of_kind(obj, OBJECT), color.as_integer()) {
            let count = obj
                .cells_in_any_order()
                .filter(|(_, _, colour)| *colour == color)
                .count();
            return Ok(Value::Integer(count as i64));
        }
        let mut count = 0;
        for cell in obj.items()? {
            let [_, _, colour] = cell.unpack()?;
            count += i64::from(colour.equals(color));
        }
        Ok(Value::Integer(count))
    }

    /// The colour of an object's first cell; `-inf` where there is none.
    #[example("color({(0, 0, 3), (0, 1, 3)})" => "3")]
    #[example("color({})" => "-inf")]
    fn color(obj: Object) -> Integer {
        if let Some(object) = SmallPatch::of_kind(obj, OBJECT) {
            return Ok(object.first_colour().map_or(NO_COLOUR, Value::Integer));
        }
        match obj.items()?.next() {
            Some(cell @ Value::Tuple(_)) => cell.item(2),
            _ => Ok(NO_COLOUR),
        }
    }

    /// The objects whose first cell has this colour. Fails for an object without
    /// cells.
    #[example("colorfilter({{(0, 0, 3)}, {(1, 1, 4)}}, 3)" => "{{(0, 0, 3)}}")]
    fn colorfilter(context: &mut Context, objs: Objects, color: C_) -> Objects {
        let mut objects = SetBuilder::new();
        for object in objs.items()? {
            context.spend(1)?;
            let own = match SmallPatch::of_kind(&object, OBJECT) {
                Some(object) => object.first_colour().map(Value::Integer),
                None => object
                    .items()?
                    .next()
                    .map(|cell| cell.item(2))
                    .transpose()?,
            };
            if own.ok_or(Failure::MissingItem)?.equals(color) {
                objects.insert(object);
            }
        }
        objects.finish().map(Value::Set)
    }

    /// Those of several tuples of cells whose first cell has this colour. Fails
    /// for one without cells.
    #[example("colorfilter_t((((0, 0, 3),), ((1, 1, 4),)), 4)" => "(((1, 1, 4),),)")]
    fn colorfilter_t(context: &mut Context, objs: TTT_iii, color: Integer) -> TTT_iii {
        let mut objects = Vec::new();
        for object in objs.items()? {
            context.spend(1)?;
            if object.item(0)?.item(2)?.equals(color) {
                objects.push(object);
            }
        }
        Value::tuple(objects)
    }

    /// The colour of a grid with this rank, 0 the most frequent, -1 the least;
    /// `()` where there is none.
    #[example("get_color_rank_t(((1, 2), (2, 0)), 0)" => "2")]
    #[example("get_color_rank_t(((1, 2), (2, 0)), 3)" => "()")]
    fn get_color_rank_t(context: &mut Context, grid: Grid, rank: FL) -> C_ {
        let census = Census::of_grid(context, grid)?;
        with_rank(&census, rank, Value::EMPTY_TUPLE)
    }

    /// The colour of an object with this rank, 0 the most frequent, -1 the
    /// least; the empty set where there is none.
    #[example("get_color_rank_f({(0, 0, 1), (0, 1, 2), (1, 0, 2)}, -1)" => "1")]
    fn get_color_rank_f(context: &mut Context, obj: Object, rank: FL) -> C_ {
        with_rank(&Census::of_object(context, obj)?, rank, Value::empty_set())
    }
}
