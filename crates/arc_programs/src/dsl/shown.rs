//! Where a grid shows an object.
//!
//! Programs look for one object after the other in the same grid, often for all
//! rectangles of one colour. So a row of cells of one colour is compared with all
//! columns of a row of the grid at once, by the grid's planes
//! ([`Grid::plane`]), wherever it has them; else cell by cell.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::context::Context;
use super::likeness::Likeness;
use crate::value::{Grid, SmallPatch, Tuple, Value};

/// A bit for each column of some rows.
type Bits = SmallVec<[u64; 32]>;

/// Cells of one colour side by side.
#[derive(Clone, Copy)]
struct Run {
    row: i64,
    column: i64,
    colour: i64,
    length: u32,
}

impl Run {
    /// The runs of an object, as far as its cells come one after the other.
    fn all_of(object: SmallPatch<'_>) -> SmallVec<[Run; 16]> {
        let runs = SmallVec::new();
        let cells = object.cells_in_any_order();
        cells.fold(
            runs,
            |mut runs: SmallVec<[Run; 16]>, (row, column, colour)| {
                match runs.last_mut() {
                    Some(run)
                        if (run.row, run.colour) == (row, colour)
                            && run.column + i64::from(run.length) == column =>
                    {
                        run.length += 1;
                    }
                    _ => runs.push(Run {
                        row,
                        column,
                        colour,
                        length: 1,
                    }),
                }
                runs
            },
        )
    }

    /// Finds the columns in which it begins somewhere in a plane, a word for each row.
    fn find_starts(self, plane: &[u64], starts: &mut Bits) {
        starts.clear();
        starts.extend_from_slice(plane);
        let mut length = 1;
        while length < self.length {
            let further = length.min(self.length - length);
            for row in &mut *starts {
                *row &= row.checked_shr(further).unwrap_or(0);
            }
            length += further;
        }
    }
}

/// The places, of so many rows and columns, at which a grid shows an object; `None` says
/// only that this way is not open.
fn places_by_planes(
    grid: &Grid,
    object: SmallPatch<'_>,
    (rows, columns): (i64, i64),
) -> Option<Bits> {
    let (rows, columns) = (usize::try_from(rows).ok()?, u32::try_from(columns).ok()?);
    let unused = u64::BITS.checked_sub(columns).filter(|_| columns > 0)?;
    if rows > grid.height() {
        return None;
    }
    let mut places: Bits = smallvec![u64::MAX >> unused; rows];
    // Rows of an object are mostly alike.
    let (mut last, mut starts) = (None, Bits::new());
    for run in Run::all_of(object) {
        let key = Some((run.colour, run.length));
        if last != key {
            run.find_starts(grid.plane(run.colour)?, &mut starts);
            last = key;
        }
        let first = usize::try_from(run.row).ok()?;
        let right = u32::try_from(run.column).ok()?;
        let shown = starts.get(first..first.checked_add(rows)?)?;
        let mut some = 0;
        for (place, row) in places.iter_mut().zip(shown) {
            *place &= row.checked_shr(right).unwrap_or(0);
            some |= *place;
        }
        if some == 0 {
            break;
        }
    }
    Some(places)
}

/// A grid whose rows are all as long as the first one at least: no place within its
/// bounds is missing, so in which order places are looked at makes no difference.
pub(super) enum Shown<'grid> {
    Bytes(&'grid Grid),
    /// It shows the object as a grid of bytes does.
    Like(Arc<Likeness>),
    Rows(Vec<Tuple>, usize),
}

impl Shown<'_> {
    /// `None` where a row is shorter than the first, or no tuple.
    pub(super) fn on<'grid>(
        context: &mut Context,
        grid: &'grid Value,
        width: usize,
        object: SmallPatch<'_>,
    ) -> Option<Shown<'grid>> {
        if let Some(bytes) = grid.as_grid() {
            return Some(Shown::Bytes(bytes));
        }
        if let Some(likeness) = context.likeness_of(grid)
            && likeness.showing(object).is_some()
        {
            return Some(Shown::Like(likeness));
        }
        Shown::by_rows(grid, width)
    }

    fn by_rows(grid: &Value, width: usize) -> Option<Shown<'static>> {
        let rows = grid.as_tuple()?.iter().map(|row| {
            let row = row.as_tuple().filter(|row| row.len() >= width);
            row.cloned()
        });
        Some(Shown::Rows(rows.collect::<Option<_>>()?, width))
    }

    /// The bytes that show the object.
    fn bytes(&self, object: SmallPatch<'_>) -> Option<&Grid> {
        match self {
            Shown::Bytes(grid) => Some(grid),
            Shown::Like(likeness) => likeness.showing(object),
            Shown::Rows(..) => None,
        }
    }

    /// Hands over each place, of so many rows and columns, at which it shows an object,
    /// row by row.
    pub(super) fn each_place(
        &self,
        object: SmallPatch<'_>,
        (rows, columns): (i64, i64),
        mut each: impl FnMut(i64, i64),
    ) {
        let bytes = self.bytes(object);
        if let Some(grid) = bytes
            && let Some(places) = places_by_planes(grid, object, (rows, columns))
        {
            for (row, mut bits) in (0..).zip(places) {
                while bits != 0 {
                    each(row, i64::from(bits.trailing_zeros()));
                    bits &= bits - 1;
                }
            }
            return;
        }
        for row in 0..rows {
            for column in 0..columns {
                if self.has(bytes, object.cells_in_any_order(), (row, column)) {
                    each(row, column);
                }
            }
        }
    }

    /// Whether it, or bytes where there are any, shows an object with these cells at a place.
    fn has(
        &self,
        bytes: Option<&Grid>,
        cells: impl Iterator<Item = (i64, i64, i64)>,
        (row, column): (i64, i64),
    ) -> bool {
        let mut places = cells.map(|(down, right, colour)| (row + down, column + right, colour));
        match (bytes, self) {
            (Some(grid), _) => places.all(|(row, column, colour)| {
                let own = grid.cell(row, column);
                own.is_some_and(|own| i64::from(own) == colour)
            }),
            (None, Shown::Rows(rows, width)) => places.all(|(row, column, colour)| {
                let row = usize::try_from(row).ok().and_then(|row| rows.get(row));
                let column = usize::try_from(column).ok();
                let column = column.filter(|column| column < width);
                let own = row.zip(column).and_then(|(row, column)| row.get(column));
                own.is_some_and(|own| own.equals(&Value::Integer(colour)))
            }),
            (None, _) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The places by planes are those found cell by cell, of objects as of a task,
        /// of cells outside of the grid and of several colours in one place.
        #[test]
        fn planes_show_what_the_cells_show(
            colours in prop::collection::vec(-1..3_i8, 1..140),
            width in 1..70_usize,
            cells in prop::collection::vec((0..3_i64, 0..5_i64, -1..3_i64), 1..8),
            (rows, columns) in (0..5_i64, 0..70_i64),
        ) {
            let height = colours.len().div_ceil(width);
            let cell = |row: usize, column: usize| colours[(row * width + column) % colours.len()];
            let grid = Grid::from_fn(height, width, cell).expect("cells");
            let cells = cells.into_iter().map(|(row, column, colour)| Value::triple(row, column, colour));
            let object = Value::set(cells).expect("small");
            let object = SmallPatch::of_any(&object).expect("cells");
            let shown = Shown::Bytes(&grid);
            let mut found = Vec::new();
            shown.each_place(object, (rows, columns), |row, column| found.push((row, column)));
            let mut expected = Vec::new();
            for place in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
                if shown.has(Some(&grid), object.cells_in_any_order(), place) {
                    expected.push(place);
                }
            }
            prop_assert_eq!(found, expected);
        }
    }
}
