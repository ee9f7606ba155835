//! What an object shows where it is painted on a grid.
//!
//! Cells of several colours in one place are painted one on the other, in CPython's order.
//! That is seen where they lie in the grid, and only in the one that stays: mostly it is
//! told without the order of the others (`told`).

use std::borrow::Cow;

use super::super::Grid;
use super::super::affine::Affine;
use super::item::{Item, are_apart};
use super::items::held;
use super::packed::PackedSet;
use super::told::End;

impl PackedSet {
    /// Paints the cells on those of a grid, on all or on those of one colour; whether each colour
    /// is a byte.
    pub(super) fn paint(&self, grid: &Grid, ground: Option<i8>, cells: &mut [i8]) -> bool {
        let (source, map) = self.mapped_from();
        if let Some((shown, colours)) = source.shown_cells() {
            let takes = |cell| colours.is_none_or(|own| own.has(i64::from(cell)));
            match ground {
                None => paint_from(shown, takes, &map, grid, cells, |_| true),
                Some(ground) => paint_from(shown, takes, &map, grid, cells, |cell| cell == ground),
            }
            return true;
        }
        if let Some((items, map)) = self.mirrored_apart() {
            let is_inside = |(row, column)| grid.place(row, column).is_some();
            if self.corners().into_iter().all(is_inside) {
                // As the map is linear, so are the places in the list of cells.
                let at = |row, column| {
                    let (row, column) = map.apply(row, column);
                    row * grid.width() as i64 + column
                };
                let first = at(0, 0);
                let (down, right) = (at(1, 0) - first, at(0, 1) - first);
                let index = |item: Item| first + item.row() * down + item.column() * right;
                return paint_on(cells, items, |item| Some(index(item) as usize), ground);
            }
            let index = |item: Item| {
                let (row, column) = map.apply(item.row(), item.column());
                grid.place(row, column)
            };
            return paint_on(cells, items, index, ground);
        }
        let (slots, width) = (self.painted(grid, ground), grid.width() as u64);
        paint_on(cells, &slots, |item| item.index_in(width), ground)
    }

    /// The cells that are painted on a grid, on all cells or on those of one colour, in an order
    /// that shows the same: some slots may hold nothing, and of those in one place the one that stays
    /// may stand for all. If a colour is no byte, one of these is none, too.
    pub(super) fn painted(&self, grid: &Grid, ground: Option<i8>) -> Cow<'_, [Item]> {
        let Some(items) = self.items_without_table() else {
            return Cow::Borrowed(self.table().slots());
        };
        let are_painted_on = |pair: &[Item]| pair[0].is_where(pair[1]) && pair[0].is_in(grid);
        if self.has_items_apart() || are_apart(items) || !items.windows(2).any(are_painted_on) {
            return Cow::Borrowed(items);
        }
        match self.staying(items, grid, ground) {
            Some(staying) => Cow::Owned(staying),
            None => Cow::Borrowed(self.table().slots()),
        }
    }

    /// One cell for each place of the grid that has some, where it is told without a table.
    fn staying(&self, items: &[Item], grid: &Grid, ground: Option<i8>) -> Option<Vec<Item>> {
        let told = self.told(items)?;
        if !items.iter().all(|item| i8::try_from(item.colour()).is_ok()) {
            return None;
        }
        // The last stays, and on one colour only the first of another one.
        let ground = ground.map(i64::from);
        let end = match ground {
            None => End::Last,
            Some(_) => End::First,
        };
        let mut staying = Vec::with_capacity(items.len().min(grid.cells().len()));
        let mut next = 0;
        for cells in items.chunk_by(|item, next| item.is_where(*next)) {
            let numbers = next..next + cells.len();
            next = numbers.end;
            if cells[0].is_in(grid) {
                staying.push(match cells {
                    [cell] => *cell,
                    _ => {
                        let is_painted = |number: &usize| Some(items[*number].colour()) != ground;
                        items[told.end_of(numbers.filter(is_painted), end)?]
                    }
                });
            }
        }
        Some(staying)
    }
}

/// Paints items where they go; whether each colour is a byte.
#[inline(always)]
fn paint_on(
    cells: &mut [i8],
    slots: &[Item],
    index: impl Fn(Item) -> Option<usize>,
    ground: Option<i8>,
) -> bool {
    match ground {
        None => paint_where(cells, slots, index, |_| true),
        Some(ground) => paint_where(cells, slots, index, |cell| cell == ground),
    }
}

/// The same, on cells of which this is so.
#[inline(always)]
fn paint_where(
    cells: &mut [i8],
    slots: &[Item],
    index: impl Fn(Item) -> Option<usize>,
    is_ground: impl Fn(i8) -> bool,
) -> bool {
    let mut are_bytes = true;
    for item in held(slots) {
        let Some(colour) = item.colour_as_byte() else {
            are_bytes = false;
            continue;
        };
        if let Some(index) = index(item)
            && let Some(cell) = cells.get_mut(index)
            && is_ground(*cell)
        {
            *cell = colour;
        }
    }
    are_bytes
}

/// Paints the cells of a grid that are taken on those of another one, each where a map sends it
/// that sends no two to one place, on cells of which this is so.
#[inline(always)]
fn paint_from(
    shown: &Grid,
    takes: impl Fn(i8) -> bool,
    map: &Affine,
    grid: &Grid,
    cells: &mut [i8],
    is_ground: impl Fn(i8) -> bool,
) {
    let (rows, columns) = map.sent_into(
        (shown.height(), shown.width()),
        (grid.height(), grid.width()),
    );
    // As the map is linear, so are the places in the list of cells.
    let at = |row: usize, column: usize| {
        let (row, column) = map.apply(row as i64, column as i64);
        row * grid.width() as i64 + column
    };
    let right = at(0, 1) - at(0, 0);
    for row in rows {
        let mut place = at(row, columns.start);
        for colour in &shown.cells()[row * shown.width()..][columns.clone()] {
            if takes(*colour)
                && let Some(cell) = cells.get_mut(place as usize)
                && is_ground(*cell)
            {
                *cell = *colour;
            }
            place += right;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::patch::CellLayout;
    use super::super::Set;
    use super::*;

    /// How many of merged sets are told without a table, of cells of four colours in each place.
    #[test]
    fn many_sets_show_without_their_order() {
        let grid = Grid::new(30, 30, vec![0; 900]).expect("cells");
        let mut told = 0;
        for number in 0..40 {
            let of_colour = |colour: i64| {
                let places = 0..(8 + number) * 30;
                let cell = |place: i64| {
                    Item::cell(CellLayout::RowFirst, place / 30, place % 30, colour)
                        .expect("in the range")
                };
                Set::from_values(places.map(|place| cell(place).value())).expect("small")
            };
            let all = Set::chained((1..5).map(of_colour).collect()).expect("small");
            let packed = all.packed().expect("cells");
            assert!(!packed.has_table());
            let staying = packed.staying(packed.items(), &grid, None);
            assert!(!packed.has_table());
            let Some(staying) = staying else {
                continue;
            };
            told += 1;
            let slots = packed.table().slots();
            let slot_of = |item: &Item| slots.iter().position(|slot| slot == item);
            assert_eq!(staying.len(), all.len().min(900 * 4) / 4);
            for item in staying {
                let others = packed.items().iter().filter(|other| other.is_where(item));
                assert_eq!(slot_of(&item), others.map(slot_of).max().flatten());
            }
        }
        assert!(told > 12, "{told}");
    }
}
