//! Grids taken apart into indices and objects.
//!
//! The order of a set is the history of its table, so what these build is put
//! together as the reference does it: where it walks a set, so do these; where it
//! copies one, so do these. Of grids of bytes the sets themselves know how, and
//! leave it until somebody asks for their order.

use arc_programs_macros::primitives;

use super::colours::{mostcolor_t, palette_t};
use super::components::Search;
use super::context::Context;
use super::cost;
use super::extents::{shape_f, toindices};
use super::grids::dmirror_t;
use super::logic::is_no_grid;
use super::occurrences::places_shown;
use super::parts::is_within;
use super::patches::{normalize, shift};
use super::uniform::uniform_rows;
use crate::value::{
    CellLayout, Failure, Kind, Outcome, Set, SetBuilder, Shape, SmallPatch, Value, number,
};

/// The cells of a grid, row by row, each with its place.
fn cells(
    context: &mut Context,
    grid: &Value,
    mut each: impl FnMut(i64, i64, Value) -> Result<(), Failure>,
) -> Result<(), Failure> {
    context.spend(cost::of_grid(grid)?)?;
    if let Some(grid) = grid.as_grid() {
        for (number, row) in (0..).zip(grid.rows()) {
            for (column, colour) in (0..).zip(row) {
                each(number, column, Value::Integer(i64::from(*colour)))?;
            }
        }
        return Ok(());
    }
    for (number, row) in (0..).zip(grid.items()?) {
        for (column, colour) in (0..).zip(row.items()?) {
            each(number, column, colour)?;
        }
    }
    Ok(())
}

/// A cell of an object.
fn cell(layout: CellLayout, row: i64, column: i64, colour: Value) -> Outcome {
    layout.cell(Value::Integer(row), Value::Integer(column), colour)
}

/// `frozenset({…})`: the copy of a set that was built.
fn copied(set: SetBuilder) -> Outcome {
    set.finish_copied().map(Value::Set)
}

/// The places of one colour.
fn places_of(context: &mut Context, grid: &Value, colour: &Value) -> Outcome {
    if let (Some(bytes), Some(colour)) = (grid.as_grid(), colour.as_byte()) {
        context.spend(cost::of_grid(grid)?)?;
        return Set::of_colour(bytes, colour).map(Value::Set);
    }
    let mut places = SetBuilder::new();
    cells(context, grid, |row, column, own| {
        if own.equals(colour) {
            places.insert_place(row, column);
        }
        Ok(())
    })?;
    places.finish().map(Value::Set)
}

/// For each of these colours, all cells of that colour as one object.
pub(super) fn by_colour(context: &mut Context, grid: &Value, colours: &Set) -> Outcome {
    let mut objects = SetBuilder::new();
    let layout = context.cells();
    for colour in colours.iter() {
        if let (Some(bytes), Some(colour)) = (grid.as_grid(), colour.as_byte()) {
            context.spend(cost::of_grid(grid)?)?;
            objects.insert(Set::of_cells(bytes, layout, colour).map(Value::Set)?);
            continue;
        }
        let mut object = SetBuilder::new();
        cells(context, grid, |row, column, own| {
            if own.equals(&colour) {
                object.insert(cell(layout, row, column, own)?);
            }
            Ok(())
        })?;
        objects.insert(object.finish().map(Value::Set)?);
    }
    objects.finish().map(Value::Set)
}

/// One of the eight ways to look for objects, by its number: 4 counts for
/// `univalued`, 2 for `diagonal`, 1 for `without_bg`.
fn way(number: &Value) -> Option<[Value; 3]> {
    let way = (0..8).find(|way| number.equals(&Value::Integer(*way)))?;
    Some([4, 2, 1].map(|bit| Value::Boolean(way & bit != 0)))
}

/// The cells of a grid in these places.
pub(super) fn cells_in(
    context: &mut Context,
    grid: &Value,
    (height, width): (usize, usize),
    indices: &Value,
) -> Outcome {
    let mut object = SetBuilder::new();
    let layout = context.cells();
    context.spend(indices.length()?)?;
    if let (Some(grid), Some(indices)) =
        (grid.as_grid(), SmallPatch::of_kind(indices, Kind::Indices))
    {
        if let Some(object) = indices.shown_on(layout, grid) {
            return object.map(Value::Set);
        }
        for (row, column) in indices.places() {
            if let Some(colour) = grid.cell(row, column) {
                object.insert_cell(layout, row, column, i64::from(colour));
            }
        }
        return object.finish().map(Value::Set);
    }
    if let Some(places) = SmallPatch::of_kind(indices, Kind::Indices)
        && let Some(likeness) = context.likeness_of(grid)
        && let Some(grid) = likeness.having(places)
        && (grid.height(), grid.width()) == (height, width)
        && let Some(object) = places.shown_on(layout, grid)
    {
        return object.map(Value::Set);
    }
    for index in indices.items()? {
        let [row, column] = index.unpack()?;
        if is_within(&row, height)? && is_within(&column, width)? {
            let colour = grid.item_at(&row)?.item_at(&column)?;
            object.insert(layout.cell(row, column, colour)?);
        }
    }
    object.finish().map(Value::Set)
}

/// All cells of a grid as one object.
pub(super) fn all_cells(context: &mut Context, grid: &Value) -> Outcome {
    if let Some(bytes) = grid.as_grid() {
        context.spend(cost::of_grid(grid)?)?;
        return Set::of_all_cells(bytes, context.cells()).map(Value::Set);
    }
    let (layout, mut object) = (context.cells(), SetBuilder::new());
    cells(context, grid, |row, column, colour| {
        object.insert(cell(layout, row, column, colour)?);
        Ok(())
    })?;
    object.finish().map(Value::Set)
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The places of all cells; the first row says how many there are in each.
    #[example("asindices(((1, 2),))" => "{(0, 1), (0, 0)}")]
    fn asindices(context: &mut Context, grid: Grid) -> Indices {
        let height = grid.length()?;
        // Python looks at the first row only if there is one.
        let width = if height == 0 {
            0
        } else {
            grid.item(0)?.length()?
        };
        context.spend(height.saturating_mul(width))?;
        if let Some(shape) = Shape::new(height, width) {
            return shape.indices().map(Value::Set);
        }
        let mut indices = SetBuilder::new();
        for row in 0..height {
            for column in 0..width {
                indices.insert_place(row as i64, column as i64);
            }
        }
        indices.finish().map(Value::Set)
    }

    /// All cells of a grid as one object; none of what is no grid of integers.
    #[example("asobject(((1, 2),))" => "{(0, 1, 2), (0, 0, 1)}")]
    fn asobject(context: &mut Context, grid: Grid) -> Object {
        if is_no_grid(context, grid).is_true() {
            return Ok(Value::empty_set());
        }
        all_cells(context, grid)
    }

    /// The cells of a grid in the places of a patch.
    #[example("toobject({(0, 1), (5, 5)}, ((1, 2),))" => "{(0, 1, 2)}")]
    fn toobject(context: &mut Context, patch: Patch, grid: Grid) -> Object {
        let (height, width) = (grid.length()?, grid.item(0)?.length()?);
        let indices = toindices(context, patch);
        cells_in(context, grid, (height, width), &indices)
    }

    /// The places of one colour.
    #[example("f_ofcolor(((1, 2), (2, 0)), 2)" => "{(0, 1), (1, 0)}")]
    fn f_ofcolor(context: &mut Context, grid: Grid, color: C_) -> Indices {
        places_of(context, grid, color)
    }

    /// For each colour, all cells of that colour as one object.
    #[example("partition(((1, 2), (2, 1)))" => "{{(0, 1, 2), (1, 0, 2)}, {(0, 0, 1), (1, 1, 1)}}")]
    fn partition(context: &mut Context, grid: Grid) -> Objects {
        let palette = palette_t(context, grid);
        let palette = palette.as_set().ok_or(Failure::WrongType)?;
        by_colour(context, grid, palette)
    }

    /// For each colour but the most frequent one, all cells of that colour as
    /// one object.
    #[example("fgpartition(((1, 2), (1, 1)))" => "{{(0, 1, 2)}}")]
    fn fgpartition(context: &mut Context, grid: Grid) -> Objects {
        let palette = palette_t(context, grid);
        let ground = Set::from_values([mostcolor_t(context, grid)])?;
        let palette = palette.as_set().ok_or(Failure::WrongType)?;
        by_colour(context, grid, &palette.difference(&ground)?)
    }

    /// The rows and the columns that are of one colour, as objects.
    #[example("frontiers(((1, 0), (2, 2)))" => "{{(1, 0, 2), (1, 1, 2)}}")]
    fn frontiers(context: &mut Context, grid: Grid) -> Objects {
        let (height, width) = (grid.length()?, grid.item(0)?.length()?);
        let rows = uniform_rows(context, grid)?;
        let columns = dmirror_t(context, grid);
        let columns = uniform_rows(context, &columns)?;
        let (layout, bytes) = (context.cells(), grid.as_grid());
        let mut lines = |across: bool, numbers: &[usize], length: usize| {
            let mut lines = SetBuilder::new();
            for &number in numbers {
                context.spend(length)?;
                let mut line = SetBuilder::new();
                for place in 0..length as i64 {
                    let number = number as i64;
                    let (row, column) = if across {
                        (number, place)
                    } else {
                        (place, number)
                    };
                    if let Some(colour) = bytes.and_then(|bytes| bytes.cell(row, column)) {
                        line.insert_cell(layout, row, column, i64::from(colour));
                        continue;
                    }
                    line.insert(cell(layout, row, column, grid.item(row)?.item(column)?)?);
                }
                lines.insert(copied(line)?);
            }
            copied(lines)
        };
        let rows = lines(true, &rows, width)?;
        let columns = lines(false, &columns, height)?;
        number::or(&rows, &columns)
    }

    /// The objects of a grid: cells that are neighbours of each other, of one
    /// colour where `univalued`, at corners too where `diagonal`, and none of
    /// the most frequent colour where `without_bg`.
    #[example("objects(((3, 0), (0, 3)), True, True, True)" => "{{(1, 1, 3), (0, 0, 3)}}")]
    fn objects(
        context: &mut Context,
        grid: Grid,
        univalued: Boolean,
        diagonal: Boolean,
        without_bg: Boolean,
    ) -> Objects {
        if grid.is_empty_tuple() {
            return Ok(Value::empty_set());
        }
        Search::new(
            context,
            grid,
            [univalued, diagonal, without_bg],
            mostcolor_t,
        )
        .objects(context, grid)
    }

    /// As `objects`, in tuples: the objects as they are found, each with its
    /// cells as they are visited.
    #[example("objects_t(((3, 0), (0, 3)), True, True, True)" => "(((1, 1, 3), (0, 0, 3)),)")]
    #[alias(objects_g)]
    fn objects_t(
        context: &mut Context,
        grid: Grid,
        univalued: Boolean,
        diagonal: Boolean,
        without_bg: Boolean,
    ) -> TTT_iii {
        if grid.is_empty_tuple() {
            return Ok(Value::EMPTY_TUPLE);
        }
        Search::new(
            context,
            grid,
            [univalued, diagonal, without_bg],
            mostcolor_t,
        )
        .objects_in_turn(context, grid)
    }

    /// The objects of a grid in one of eight ways, the sum of 4 for `univalued`,
    /// 2 for `diagonal` and 1 for `without_bg`; `None` for any other number.
    #[example("o_g(((3, 0), (0, 3)), R7)" => "{{(1, 1, 3), (0, 0, 3)}}")]
    fn o_g(context: &mut Context, grid: Grid, r#type: R8) -> Objects {
        let Some([univalued, diagonal, without_background]) = way(r#type) else {
            return Ok(Value::None);
        };
        Ok(objects(
            context,
            grid,
            &univalued,
            &diagonal,
            &without_background,
        ))
    }

    /// As `o_g`, in tuples.
    #[example("o_g_t(((3, 0), (0, 3)), R5)" => "(((1, 1, 3),), ((0, 0, 3),))")]
    #[alias(o_g_tuple)]
    fn o_g_t(context: &mut Context, grid: Grid, r#type: R8) -> TTT_iii {
        let Some([univalued, diagonal, without_background]) = way(r#type) else {
            return Ok(Value::None);
        };
        Ok(objects_t(
            context,
            grid,
            &univalued,
            &diagonal,
            &without_background,
        ))
    }

    /// The upper left corners of the places where a grid shows an object, its
    /// colours included.
    #[example("occurrences(((1, 2, 1, 2),), {(5, 5, 1), (5, 6, 2)})" => "{(0, 2), (0, 0)}")]
    fn occurrences(context: &mut Context, grid: Grid, obj: Object) -> Indices {
        let normalized = normalize(context, obj);
        places_shown(
            context,
            grid,
            &normalized,
            |context| shape_f(context, obj),
            shift,
        )
    }
}
