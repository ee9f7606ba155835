//! Grids with cells changed.

use arc_programs_macros::primitives;

use super::colours::mostcolor_t;
use super::context::Context;
use super::extents::{place, toindices};
use super::grids::drawn;
use super::parts::{index, is_within};
use super::patches::shift;
use crate::value::{Failure, Grid, Outcome, Value};

/// The colour as a cell of a grid of bytes.
fn byte(colour: &Value) -> Option<u8> {
    match colour {
        Value::Integer(colour) => u8::try_from(*colour).ok(),
        _ => None,
    }
}

/// A grid of bytes being painted on.
struct Painting<'grid> {
    grid: &'grid Grid,
    cells: Vec<u8>,
    /// The only colour that is painted over, if not all are.
    ground: Option<u8>,
}

impl Painting<'_> {
    /// The painting that begins with a grid; `None` where the grid has no fast
    /// form, or there is a ground that is no colour of such a grid.
    fn on<'grid>(
        context: &mut Context,
        grid: &'grid Value,
        ground: Option<&Value>,
    ) -> Result<Option<Painting<'grid>>, Failure> {
        let Some(grid) = grid.as_grid() else {
            return Ok(None);
        };
        let ground = ground.map(byte);
        if ground == Some(None) {
            return Ok(None);
        }
        context.spend(grid.cells().len())?;
        Ok(Some(Painting {
            grid,
            cells: grid.cells().to_vec(),
            ground: ground.flatten(),
        }))
    }

    #[inline]
    fn set(&mut self, row: i64, column: i64, colour: u8) {
        if let Some(place) = self.grid.place(row, column)
            && self.ground.is_none_or(|ground| self.cells[place] == ground)
        {
            self.cells[place] = colour;
        }
    }

    fn finish(self) -> Value {
        let painted = Grid::new(self.grid.height(), self.grid.width(), self.cells);
        painted.map_or(Value::EMPTY_TUPLE, Value::from)
    }

    /// Gives the places of a patch one colour; `None` where one of the places
    /// has no fast form.
    fn filled(
        mut self,
        context: &mut Context,
        colour: u8,
        patch: &Value,
    ) -> Result<Option<Value>, Failure> {
        let Ok(mut items) = patch.items() else {
            return Ok(None);
        };
        context.spend(patch.length()?)?;
        let Some(first) = items.next() else {
            return Ok(None);
        };
        let is_cell = first.as_triple().is_some();
        for item in std::iter::once(first).chain(items) {
            let Some((row, column)) = place(&item, is_cell) else {
                return Ok(None);
            };
            self.set(row, column, colour);
        }
        Ok(Some(self.finish()))
    }

    /// Puts the cells of an object in their places; `None` where one of them has
    /// no fast form.
    fn painted(mut self, context: &mut Context, object: &Value) -> Result<Option<Value>, Failure> {
        let Ok(cells) = object.items() else {
            return Ok(None);
        };
        context.spend(object.length()?)?;
        for cell in cells {
            let Some((row, column, colour)) = cell.as_triple() else {
                return Ok(None);
            };
            let Ok(colour) = u8::try_from(colour) else {
                return Ok(None);
            };
            self.set(row, column, colour);
        }
        Ok(Some(self.finish()))
    }
}

/// Rows of any values being painted on.
struct Rows {
    rows: Vec<Vec<Value>>,
    /// The length of the first row, to which places are held.
    width: usize,
}

impl Rows {
    fn of(context: &mut Context, grid: &Value) -> Result<Rows, Failure> {
        let width = grid.item(0)?.length()?;
        let mut rows = Vec::new();
        for row in grid.items()? {
            context.spend(1 + row.length()?)?;
            rows.push(row.items()?.collect());
        }
        Ok(Rows { rows, width })
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
        if !is_within(row, self.rows.len())? || !is_within(column, self.width)? {
            return Ok(());
        }
        let (row, column) = (row.integer()? as usize, column.integer()? as usize);
        let cell = self.rows[row].get_mut(column).ok_or(Failure::MissingItem)?;
        if ground.is_none_or(|ground| cell.equals(ground)) {
            *cell = colour;
        }
        Ok(())
    }

    fn finish(self) -> Outcome {
        let rows = self.rows.into_iter().map(Value::tuple);
        Value::tuple(rows.collect::<Result<_, _>>()?)
    }
}

/// The grid with the places of a patch in one colour, where they are of the
/// ground's colour.
fn filled(
    context: &mut Context,
    grid: &Value,
    colour: &Value,
    patch: &Value,
    ground: Option<&Value>,
) -> Outcome {
    if let Some(colour) = byte(colour)
        && let Some(painting) = Painting::on(context, grid, ground)?
        && let Some(filled) = painting.filled(context, colour, patch)?
    {
        return Ok(filled);
    }
    let mut rows = Rows::of(context, grid)?;
    let indices = toindices(context, patch);
    for index in indices.items()? {
        context.spend(1)?;
        let [row, column] = index.unpack()?;
        rows.set(&row, &column, colour.clone(), ground)?;
    }
    rows.finish()
}

/// The grid with the cells of an object put in their places, where those are of
/// the ground's colour.
fn painted(context: &mut Context, grid: &Value, object: &Value, ground: Option<&Value>) -> Outcome {
    if let Some(painting) = Painting::on(context, grid, ground)?
        && let Some(painted) = painting.painted(context, object)?
    {
        return Ok(painted);
    }
    let mut rows = Rows::of(context, grid)?;
    for cell in object.items()? {
        context.spend(1)?;
        let [row, column, colour] = cell.unpack()?;
        rows.set(&row, &column, colour, ground)?;
    }
    rows.finish()
}

/// The grid with each cell replaced by what the function makes of it: bytes by
/// one where the grid has them, all other values by the other.
fn recoloured(
    context: &mut Context,
    grid: &Value,
    of_byte: Option<impl Fn(u8) -> u8>,
    of_value: impl Fn(Value) -> Value,
) -> Outcome {
    if let (Some(grid), Some(of_byte)) = (grid.as_grid(), of_byte) {
        let cells = grid.cells();
        return drawn(context, grid.height(), grid.width(), |row, column| {
            of_byte(cells[row * grid.width() + column])
        });
    }
    let mut rows = Vec::new();
    for row in grid.items()? {
        context.spend(1 + row.length()?)?;
        rows.push(Value::tuple(row.items()?.map(&of_value).collect())?);
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
        filled(context, grid, color, patch, None)
    }

    /// The grid with an object's cells in their places.
    #[example("paint(((1, 1), (1, 1)), {(0, 1, 3), (5, 5, 4)})" => "((1, 3), (1, 1))")]
    fn paint(context: &mut Context, grid: Grid, obj: Object) -> Grid {
        painted(context, grid, obj, None)
    }

    /// As `fill`, but only on cells of the grid's most frequent colour.
    #[example("underfill(((1, 2), (1, 1)), 3, {(0, 1), (1, 1)})" => "((1, 2), (1, 3))")]
    fn underfill(context: &mut Context, grid: Grid, color: C_, patch: Patch) -> Grid {
        let ground = mostcolor_t(context, grid);
        filled(context, grid, color, patch, Some(&ground))
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
        if let Some(colour) = byte(&ground)
            && let Some(painting) = Painting::on(context, grid, None)?
            && let Some(covered) = painting.filled(context, colour, patch)?
        {
            return Ok(covered);
        }
        let indices = toindices(context, patch);
        Ok(fill(context, grid, &ground, &indices))
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
        let of_byte = byte(replacer).map(|new| {
            let old = replacee.as_integer();
            move |cell| {
                if Some(i64::from(cell)) == old {
                    new
                } else {
                    cell
                }
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
        let of_byte = byte(a).zip(byte(b)).map(|(a, b)| {
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
        if let (Some(a), Some(b), Some(fallback)) = (a.as_grid(), b.as_grid(), byte(fallback)) {
            return drawn(context, a.height(), a.width(), |row, column| {
                let cell = a.cells()[row * a.width() + column];
                let agrees = b.cell(row as i64, column as i64) == Some(cell);
                if agrees { cell } else { fallback }
            });
        }
        let (height, width) = (a.length()?, a.item(0)?.length()?);
        let mut rows = Vec::new();
        for row in 0..height as i64 {
            let mut cells = Vec::new();
            for column in 0..width as i64 {
                context.spend(1)?;
                let cell = a.item(row)?.item(column)?;
                let other = index(context, b, &Value::pair(row, column));
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
}
