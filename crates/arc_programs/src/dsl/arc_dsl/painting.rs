//! Grids with cells changed.

use arc_programs_macros::primitives;

use super::super::context::Context;
use super::super::painting::{self, agreed, covered, filled, painted};
use super::colours::mostcolor;
use super::extents::toindices;
use super::patches::shift;
use crate::value::{Failure, Value};

/// The most frequent colour of a grid whose first row was looked at before.
fn ground(context: &mut Context, grid: &Value) -> Result<Value, Failure> {
    let (_, _) = (grid.length()?, grid.item(0)?.length()?);
    Ok(mostcolor(context, grid))
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The grid with the places of a patch in one colour.
    #[example("fill(((1, 1), (1, 1)), 3, {(0, 1), (5, 5)})" => "((1, 3), (1, 1))")]
    fn fill(context: &mut Context, grid: Grid, value: Integer, patch: Patch) -> Grid {
        filled(context, grid, value, (patch, toindices), None)
    }

    /// The grid with an object's cells in their places.
    #[example("paint(((1, 1), (1, 1)), {(3, (0, 1)), (4, (5, 5))})" => "((1, 3), (1, 1))")]
    #[in_columns(painting::painted_rows(columns, grid, obj))]
    fn paint(context: &mut Context, grid: Grid, obj: Object) -> Grid {
        painted(context, grid, obj, None)
    }

    /// As `fill`, but only on cells of the grid's most frequent colour.
    #[example("underfill(((1, 2), (1, 1)), 3, {(0, 1), (1, 1)})" => "((1, 2), (1, 3))")]
    fn underfill(context: &mut Context, grid: Grid, value: Integer, patch: Patch) -> Grid {
        let ground = ground(context, grid)?;
        filled(context, grid, value, (patch, toindices), Some(&ground))
    }

    /// As `paint`, but only on cells of the grid's most frequent colour.
    #[example("underpaint(((1, 2), (1, 1)), {(3, (0, 1)), (4, (1, 1))})" => "((1, 2), (1, 4))")]
    fn underpaint(context: &mut Context, grid: Grid, obj: Object) -> Grid {
        let ground = ground(context, grid)?;
        painted(context, grid, obj, Some(&ground))
    }

    /// The grid with the places of a patch in its most frequent colour.
    #[example("cover(((1, 2), (1, 1)), {(0, 1)})" => "((1, 1), (1, 1))")]
    fn cover(context: &mut Context, grid: Grid, patch: Patch) -> Grid {
        let ground = mostcolor(context, grid);
        covered(context, grid, &ground, patch, (toindices, fill))
    }

    /// The grid with an object moved by an offset; the grid's most frequent colour is
    /// left where it was.
    #[example("move(((3, 1), (1, 1)), {(3, (0, 0))}, (1, 1))" => "((1, 1), (1, 3))")]
    fn r#move(context: &mut Context, grid: Grid, obj: Object, offset: IntegerTuple) -> Grid {
        let covered = cover(context, grid, obj);
        let shifted = shift(context, obj, offset);
        Ok(paint(context, &covered, &shifted))
    }

    #[body_of(painting::replace)]
    fn replace(grid: Grid, replacee: Integer, replacer: Integer) -> Grid;

    #[body_of(painting::switch)]
    fn switch(grid: Grid, a: Integer, b: Integer) -> Grid;

    /// The cells in which two grids agree, and elsewhere the fallback; in the shape of
    /// the first, which the second must have.
    #[example("cellwise(((1, 2), (3, 4)), ((1, 0), (0, 4)), 7)" => "((1, 7), (7, 4))")]
    fn cellwise(context: &mut Context, a: Grid, b: Grid, fallback: Integer) -> Grid {
        if let (Some(a), Some(b)) = (a.as_grid(), b.as_grid())
            && (b.height() < a.height() || b.width() < a.width())
        {
            return Err(Failure::MissingItem);
        }
        agreed(context, a, b, fallback, |_, place| {
            b.item_at(&place.item(0)?)?.item_at(&place.item(1)?)
        })
    }
}
