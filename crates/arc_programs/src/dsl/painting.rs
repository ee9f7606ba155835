//! Grids with cells changed.

use arc_programs_macros::primitives;

use super::colours::mostcolor_t;
use super::columns::{Column, Columns};
use super::context::Context;
use super::cost;
use super::extents::{Measuring, toindices};
use super::parts::{index, is_within};
use super::patches::shift;
use crate::value::{CellLayout, Failure, Grid, Kind, Outcome, SmallPatch, Value};

/// A grid of bytes being painted on.
struct Painting<'grid> {
    grid: &'grid Grid,
    cells: Vec<i8>,
    /// The only colour that is painted over, if not all are.
    ground: Option<i8>,
}

impl Painting<'_> {
    /// The painting that begins with a grid; `None` where the grid has no fast
    /// form, or there is a ground that is no colour of such a grid.
    fn on<'grid>(grid: &'grid Value, ground: Option<&Value>) -> Option<Painting<'grid>> {
        let grid = grid.as_grid()?;
        let ground = match ground {
            Some(ground) => Some(ground.as_byte()?),
            None => None,
        };
        Some(Painting::of(grid, ground))
    }

    fn of(grid: &Grid, ground: Option<i8>) -> Painting<'_> {
        Painting {
            grid,
            cells: grid.cells().to_vec(),
            ground,
        }
    }

    #[inline]
    fn set(&mut self, row: i64, column: i64, colour: i8) {
        if let Some(place) = self.grid.place(row, column)
            && self.ground.is_none_or(|ground| self.cells[place] == ground)
        {
            self.cells[place] = colour;
        }
    }

    /// Whether all places of a patch lie in the grid, and every colour is painted over: then
    /// nothing is asked for each place.
    fn takes_all(&self, patch: SmallPatch<'_>) -> bool {
        let corners = patch.told_corners().filter(|_| self.ground.is_none());
        let is_inside = |(row, column)| self.grid.place(row, column).is_some();
        corners.is_some_and(|corners| corners.into_iter().all(is_inside))
    }

    fn finish(self) -> Value {
        let painted = Grid::new(self.grid.height(), self.grid.width(), self.cells);
        painted.map_or(Value::EMPTY_TUPLE, Value::from)
    }
}

/// A grid being painted on with any values: as bytes as long as it gets no others.
enum Surface<'grid> {
    /// Those of a grid of bytes as long as nothing is painted on it.
    Untouched(&'grid Grid),
    Bytes(Painting<'grid>),
    Rows(Rows),
}

impl Surface<'_> {
    fn of<'grid>(grid: &'grid Value, ground: Option<&Value>) -> Result<Surface<'grid>, Failure> {
        let is_of_bytes = ground.is_none_or(|ground| ground.as_byte().is_some());
        Ok(match grid.as_grid() {
            Some(grid) if is_of_bytes => Surface::Untouched(grid),
            _ => Surface::Rows(Rows::of(grid)?),
        })
    }

    /// Paints a cell, if it lies in the grid and is of the ground's colour.
    /// Fails where a row is shorter than the first.
    fn set(
        &mut self,
        row: &Value,
        column: &Value,
        colour: Value,
        ground: Option<&Value>,
    ) -> Result<(), Failure> {
        let (height, width) = match self {
            Surface::Untouched(grid) => (grid.height(), grid.width()),
            Surface::Bytes(painting) => (painting.grid.height(), painting.grid.width()),
            Surface::Rows(rows) => (rows.rows.len(), rows.width),
        };
        if !is_within(row, height)? || !is_within(column, width)? {
            return Ok(());
        }
        let (row, column) = (row.integer()?, column.integer()?);
        if let Surface::Untouched(grid) = *self {
            *self = Surface::Bytes(Painting::of(grid, ground.and_then(Value::as_byte)));
        }
        if let Surface::Bytes(painting) = self {
            if let Some(colour) = colour.as_byte() {
                painting.set(row, column, colour);
                return Ok(());
            }
            let painted = Painting {
                cells: std::mem::take(&mut painting.cells),
                ..*painting
            };
            *self = Surface::Rows(Rows::of(&painted.finish())?);
        }
        if let Surface::Rows(rows) = self {
            let cell = rows.rows[row as usize].get_mut(column as usize);
            let cell = cell.ok_or(Failure::MissingItem)?;
            if ground.is_none_or(|ground| cell.equals(ground)) {
                *cell = colour;
            }
        }
        Ok(())
    }

    fn finish(self) -> Outcome {
        match self {
            Surface::Untouched(grid) => Ok(Painting::of(grid, None).finish()),
            Surface::Bytes(painting) => Ok(painting.finish()),
            Surface::Rows(rows) => {
                let rows = rows.rows.into_iter().map(Value::tuple);
                Value::tuple(rows.collect::<Result<_, _>>()?)
            }
        }
    }
}

/// The grid of bytes with the places of a patch in one colour; `None` where the
/// grid, a colour or the patch has no fast form.
fn filled_bytes(
    cells: CellLayout,
    grid: &Value,
    colour: &Value,
    patch: &Value,
    ground: Option<&Value>,
) -> Option<Value> {
    if grid.as_grid().is_some() && matches!(patch.length(), Ok(0)) {
        return Some(grid.clone());
    }
    let (colour, patch) = (colour.as_byte()?, SmallPatch::of(patch, cells)?);
    let mut painting = Painting::on(grid, ground)?;
    let places = patch.places_in_any_order();
    if painting.takes_all(patch) {
        let (cells, width) = (&mut painting.cells[..], painting.grid.width());
        places.for_each(|(row, column)| cells[row as usize * width + column as usize] = colour);
    } else {
        places.for_each(|(row, column)| painting.set(row, column, colour));
    }
    Some(painting.finish())
}

/// The grid of bytes with the cells of an object put in their places; `None`
/// where the grid, a colour or the object has no fast form.
fn painted_bytes(
    cells: CellLayout,
    grid: &Value,
    object: &Value,
    ground: Option<&Value>,
) -> Option<Value> {
    if grid.as_grid().is_some() && matches!(object.length(), Ok(0)) {
        return Some(grid.clone());
    }
    let object = SmallPatch::of_kind(object, Kind::Object(cells))?;
    let mut painting = Painting::on(grid, ground)?;
    let are_bytes = object.paint(painting.grid, painting.ground, &mut painting.cells);
    are_bytes.then(|| painting.finish())
}

/// The grids of bytes with the cells of objects put in their places, in each row, paid for;
/// `None` where a grid or a colour has no fast form.
pub(super) fn painted_rows(
    columns: &mut Columns<'_>,
    grids: &Column,
    objects: &Column,
) -> Option<Column> {
    let cells = columns.context().cells();
    let objects = match objects {
        Column::Sets(objects) if objects.kind() == Kind::Object(cells) => objects,
        _ => return None,
    };
    let (mut painted, mut steps) = (Vec::with_capacity(columns.rows()), objects.items_in_all());
    for row in 0..columns.rows() {
        let grid = grids.held(row)?;
        steps = steps.saturating_add(grid.as_grid()?.cells().len());
    }
    columns.spend_in_all(steps)?;
    for row in 0..columns.rows() {
        let grid = grids.held(row)?;
        if objects.is_empty(row) {
            painted.push(grid.clone());
            continue;
        }
        let Some(items) = objects.items_apart(row) else {
            painted.push(painted_bytes(cells, grid, objects.value(row).ok()?, None)?);
            continue;
        };
        let mut painting = Painting::on(grid, None)?;
        for [row, column, colour] in items {
            painting.set(row, column, i8::try_from(colour).ok()?);
        }
        painted.push(painting.finish());
    }
    Some(Column::Values(painted))
}

/// Rows of any values being painted on.
struct Rows {
    rows: Vec<Vec<Value>>,
    /// The length of the first row, to which places are held.
    width: usize,
}

impl Rows {
    fn of(grid: &Value) -> Result<Rows, Failure> {
        let width = grid.item(0)?.length()?;
        let mut rows = Vec::new();
        for row in grid.items()? {
            rows.push(row.items()?.collect());
        }
        Ok(Rows { rows, width })
    }
}

/// Pays for a grid with a patch painted on.
pub(super) fn pay(context: &mut Context, grid: &Value, patch: &Value) -> Result<(), Failure> {
    context.spend(cost::of_grid(grid)?.saturating_add(cost::of_items(patch)))
}

/// The grid with the places of a patch in one colour, where they are of the
/// ground's colour.
pub(super) fn filled(
    context: &mut Context,
    grid: &Value,
    colour: &Value,
    (patch, toindices): (&Value, Measuring),
    ground: Option<&Value>,
) -> Outcome {
    pay(context, grid, patch)?;
    if let Some(filled) = filled_bytes(context.cells(), grid, colour, patch, ground) {
        return Ok(filled);
    }
    let mut surface = Surface::of(grid, ground)?;
    let indices = context.prepaid(|context| toindices(context, patch));
    for index in indices.items()? {
        let [row, column] = index.unpack()?;
        surface.set(&row, &column, colour.clone(), ground)?;
    }
    surface.finish()
}

/// A primitive that fills the places of a patch on a grid with a colour.
type Filling = fn(&mut Context, &Value, &Value, &Value) -> Value;

/// The grid with the places of a patch in the ground's colour.
pub(super) fn covered(
    context: &mut Context,
    grid: &Value,
    ground: &Value,
    patch: &Value,
    (toindices, fill): (Measuring, Filling),
) -> Outcome {
    pay(context, grid, patch)?;
    if let Some(covered) = filled_bytes(context.cells(), grid, ground, patch, None) {
        return Ok(covered);
    }
    context.prepaid(|context| {
        let indices = toindices(context, patch);
        Ok(fill(context, grid, ground, &indices))
    })
}

/// The grid with the cells of an object put in their places, where those are of
/// the ground's colour.
pub(super) fn painted(
    context: &mut Context,
    grid: &Value,
    object: &Value,
    ground: Option<&Value>,
) -> Outcome {
    pay(context, grid, object)?;
    if let Some(painted) = painted_bytes(context.cells(), grid, object, ground) {
        return Ok(painted);
    }
    let mut surface = Surface::of(grid, ground)?;
    for cell in object.items()? {
        let [row, column, colour] = context.cells().parts(&cell)?;
        surface.set(&row, &column, colour, ground)?;
    }
    surface.finish()
}

/// The grid with each cell replaced by what the function makes of it: bytes by
/// one where the grid has them, all other values by the other.
fn recoloured(
    context: &mut Context,
    grid: &Value,
    of_byte: Option<impl Fn(i8) -> i8>,
    of_value: impl Fn(Value) -> Value,
) -> Outcome {
    context.spend(cost::of_grid(grid)?)?;
    if let (Some(grid), Some(of_byte)) = (grid.as_grid(), of_byte) {
        let cells = grid.cells().iter().map(|cell| of_byte(*cell)).collect();
        let recoloured = Grid::new(grid.height(), grid.width(), cells);
        return Ok(recoloured.map_or(Value::EMPTY_TUPLE, Value::from));
    }
    let mut rows = Vec::new();
    for row in grid.items()? {
        rows.push(Value::tuple(row.items()?.map(&of_value).collect())?);
    }
    Value::tuple(rows)
}

/// The cells in which two grids agree, and elsewhere the fallback; in the shape of the
/// first. Those of the second are found one by one where one of them is no grid of bytes.
pub(super) fn agreed(
    context: &mut Context,
    a: &Value,
    b: &Value,
    fallback: &Value,
    other_at: impl Fn(&mut Context, &Value) -> Outcome,
) -> Outcome {
    let (height, width) = (a.length()?, a.item(0)?.length()?);
    context.spend(height.saturating_mul(cost::of_row(width)))?;
    if let (Some(a), Some(b), Some(fallback)) = (a.as_grid(), b.as_grid(), fallback.as_byte()) {
        let mut cells = Vec::with_capacity(height * width);
        for (number, row) in a.rows().enumerate() {
            let other = b.row(number).unwrap_or_default();
            let pairs = row.iter().zip(other);
            cells.extend(pairs.map(|(own, other)| if own == other { *own } else { fallback }));
            cells.resize((number + 1) * width, fallback);
        }
        let agreed = Grid::new(height, width, cells);
        return Ok(agreed.map_or(Value::EMPTY_TUPLE, Value::from));
    }
    let mut rows = Vec::new();
    for row in 0..height as i64 {
        let mut cells = Vec::new();
        for column in 0..width as i64 {
            let cell = a.item(row)?.item(column)?;
            let other = other_at(context, &Value::pair(row, column))?;
            cells.push(if cell.equals(&other) {
                cell
            } else {
                fallback.clone()
            });
        }
        rows.push(Value::tuple(cells)?);
    }
    Value::tuple(rows)
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The grid with the places of a patch in one colour.
    #[example("fill(((1, 1), (1, 1)), 3, {(0, 1), (5, 5)})" => "((1, 3), (1, 1))")]
    fn fill(context: &mut Context, grid: Grid, color: C_, patch: Patch) -> Grid {
        filled(context, grid, color, (patch, toindices), None)
    }

    /// The grid with an object's cells in their places.
    #[example("paint(((1, 1), (1, 1)), {(0, 1, 3), (5, 5, 4)})" => "((1, 3), (1, 1))")]
    #[in_columns(painted_rows(columns, grid, obj))]
    fn paint(context: &mut Context, grid: Grid, obj: Object) -> Grid {
        painted(context, grid, obj, None)
    }

    /// As `fill`, but only on cells of the grid's most frequent colour.
    #[example("underfill(((1, 2), (1, 1)), 3, {(0, 1), (1, 1)})" => "((1, 2), (1, 3))")]
    fn underfill(context: &mut Context, grid: Grid, color: C_, patch: Patch) -> Grid {
        let ground = mostcolor_t(context, grid);
        filled(context, grid, color, (patch, toindices), Some(&ground))
    }

    /// As `paint`, but only on cells of the grid's most frequent colour.
    #[example("underpaint(((1, 2), (1, 1)), {(0, 1, 3), (1, 1, 4)})" => "((1, 2), (1, 4))")]
    fn underpaint(context: &mut Context, grid: Grid, obj: Object) -> Grid {
        let ground = mostcolor_t(context, grid);
        painted(context, grid, obj, Some(&ground))
    }

    /// The grid with the places of a patch in its most frequent colour.
    #[example("cover(((1, 2), (1, 1)), {(0, 1)})" => "((1, 1), (1, 1))")]
    fn cover(context: &mut Context, grid: Grid, patch: Patch) -> Grid {
        let ground = mostcolor_t(context, grid);
        covered(context, grid, &ground, patch, (toindices, fill))
    }

    /// The grid with an object moved by an offset; the grid's most frequent
    /// colour is left where it was.
    #[example("move(((3, 1), (1, 1)), {(0, 0, 3)}, (1, 1))" => "((1, 1), (1, 3))")]
    fn r#move(context: &mut Context, grid: Grid, obj: Object, offset: IJ) -> Grid {
        let covered = cover(context, grid, obj);
        let shifted = shift(context, obj, offset);
        Ok(paint(context, &covered, &shifted))
    }

    /// The grid with one colour in another's place.
    #[example("replace(((1, 2), (2, 1)), 2, 5)" => "((1, 5), (5, 1))")]
    fn replace(context: &mut Context, grid: Grid, replacee: C_, replacer: C_) -> Grid {
        // What is no integer may be equal to one, as 1.0 is.
        let of_byte = replacer
            .as_byte()
            .zip(replacee.as_integer())
            .map(|(new, old)| {
                move |cell| match i64::from(cell) == old {
                    true => new,
                    false => cell,
                }
            });
        recoloured(context, grid, of_byte, |cell| match cell.equals(replacee) {
            true => replacer.clone(),
            false => cell,
        })
    }

    /// The grid with two colours exchanged.
    #[example("switch(((1, 2), (2, 3)), 1, 2)" => "((2, 1), (1, 3))")]
    fn switch(context: &mut Context, grid: Grid, a: C_, b: C_) -> Grid {
        let of_byte = a.as_byte().zip(b.as_byte()).map(|(a, b)| {
            move |cell| match cell {
                cell if cell == a => b,
                cell if cell == b => a,
                cell => cell,
            }
        });
        recoloured(context, grid, of_byte, |cell| match () {
            // Where both are the same, what was the second stays.
            () if cell.same(b) => a.clone(),
            () if cell.same(a) => b.clone(),
            () => cell,
        })
    }

    /// The cells in which two grids agree, and elsewhere the fallback; in the
    /// shape of the first.
    #[example("cellwise(((1, 2), (3, 4)), ((1, 0), (0, 4)), 7)" => "((1, 7), (7, 4))")]
    fn cellwise(context: &mut Context, a: Grid, b: Grid, fallback: Integer) -> Grid {
        agreed(context, a, b, fallback, |context, place| {
            Ok(context.prepaid(|context| index(context, b, place)))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Budget, REFERENCE};
    use super::*;
    use crate::value::{Set, canonical};

    /// `1.0 == 1`, in whatever form the grid is.
    #[test]
    fn a_colour_that_is_a_float_is_replaced_as_its_equal() {
        let grid =
            Value::from(Grid::from_fn(2, 2, |row, column| (row + column) as i8).expect("cells"));
        for (old, expected) in [
            (Value::Float(1.0), "((0, 5), (5, 2))"),
            (Value::Boolean(true), "((0, 5), (5, 2))"),
            (Value::Float(0.5), "((0, 1), (1, 2))"),
            (Value::None, "((0, 1), (1, 2))"),
        ] {
            let primitive = REFERENCE.named("replace").expect("a primitive");
            let mut context = Context::new(&REFERENCE, Budget::of_steps(1_000));
            let made = primitive.call(&mut context, &[grid.clone(), old, Value::Integer(5)]);
            assert_eq!(canonical::text(&made), expected);
        }
    }

    /// Patches inside of a grid, and such that reach beyond it, place by place and at once.
    #[test]
    fn what_lies_inside_is_painted_as_what_may_not() {
        let layout = CellLayout::ColourFirst;
        let grid = Grid::from_fn(9, 8, |row, column| ((row + column) % 3) as i8).expect("cells");
        let grid = Value::from(grid);
        for (down, right) in [(0, 0), (2, 1), (3, 2), (4, 4), (-1, 0), (0, -3), (20, 20)] {
            let cells = (0..36_i64).map(|number| {
                let (row, column) = (number / 6 + down, number % 6 + right);
                (row, column, number * 7 % 5)
            });
            let all = |item: &dyn Fn((i64, i64, i64)) -> Value| {
                Value::set(cells.clone().map(item)).expect("small")
            };
            let object = all(&|(row, column, colour)| {
                let [row, column, colour] = [row, column, colour].map(Value::Integer);
                layout.cell(row, column, colour).expect("small")
            });
            let places = all(&|(row, column, _)| Value::pair(row, column));
            for ground in [None, Some(Value::Integer(1))] {
                let ground = ground.as_ref();
                let painted = painted_bytes(layout, &grid, &object, ground).expect("bytes");
                let colour = Value::Integer(7);
                let filled = filled_bytes(layout, &grid, &colour, &places, ground).expect("bytes");
                let mut surface = Surface::of(&grid, ground).expect("a grid");
                let mut other = Surface::of(&grid, ground).expect("a grid");
                for (row, column, own) in cells.clone() {
                    let (row, column) = (Value::Integer(row), Value::Integer(column));
                    let own = Value::Integer(own);
                    surface.set(&row, &column, own, ground).expect("a cell");
                    other
                        .set(&row, &column, colour.clone(), ground)
                        .expect("a cell");
                }
                assert!(painted.equals(&surface.finish().expect("small")));
                assert!(filled.equals(&other.finish().expect("small")));
            }
        }
    }

    /// A canvas is painted with, all of it at once, what its cells one by one are.
    #[test]
    fn a_canvas_is_painted_as_its_cells_are() {
        let layout = CellLayout::RowFirst;
        let grid = |height, width, period| {
            let cell = |row, column| ((row * 7 + column * 3) % period) as i8;
            Grid::from_fn(height, width, cell).expect("cells")
        };
        for canvas in [grid(80, 70, 11), grid(3, 4, 11)] {
            let object = Set::of_all_cells(&Arc::new(canvas), layout).expect("small");
            let listed = Value::Set(Set::from_values(object.iter()).expect("small"));
            let object = Value::Set(object);
            for (height, width) in [(3, 4), (90, 5), (5, 90), (100, 100)] {
                let painted_on = Value::from(grid(height, width, 5));
                for ground in [None, Some(Value::Integer(2))] {
                    let paint =
                        |object| painted_bytes(layout, &painted_on, object, ground.as_ref());
                    let painted = paint(&object).expect("bytes");
                    assert!(painted.equals(&paint(&listed).expect("bytes")));
                }
            }
        }
    }
}
