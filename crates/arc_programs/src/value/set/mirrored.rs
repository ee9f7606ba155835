//! Sets mirrored, turned and scaled: their items moved by a map that sends no two of
//! them to one place.
//!
//! Neither their items nor their order are there before somebody asks: who paints them, or
//! mirrors them again, takes the items of what they come from, and moves each by the map that
//! all moves on the way amount to. Where a list is asked for, the items are moved row by row
//! of what comes out, so that they need not be sorted.

use super::super::Failure;
use super::super::affine::Affine;
use super::Set;
use super::item::{COORDINATES, Item, are_apart};
use super::items::Items;
use super::packed::PackedSet;
use super::recipe::{Making, Recipe};
use super::table::Element;

/// How many rows a set may have for each of its items, at most, that are listed row by
/// row.
const ROWS: usize = 4;

impl Set {
    /// The items moved by a map; `None` where it may send two of them to one place, or
    /// one out of the range of packed sets, and where this is none.
    ///
    /// # Errors
    /// As [`Set::from_values`].
    pub(in crate::value) fn mirrored(&self, affine: &Affine) -> Option<Result<Set, Failure>> {
        let packed = self.packed()?;
        let corners = affine.corners(packed.corners());
        let is_within = |(row, column)| COORDINATES.contains(&row) && COORDINATES.contains(&column);
        if !affine.is_one_to_one() || !corners.into_iter().all(is_within) {
            return None;
        }
        let (kind, making) = (packed.kind(), Making::Mirror(*affine));
        if let Some(table) = packed.eager() {
            let table = making.carried_out(std::iter::once(table), |_| true);
            return Some(Set::of_table(kind, table));
        }
        let recipe = Recipe::of(making, [self.clone()]);
        Some(Set::of_packed(PackedSet::of_recipe_that_lists(
            kind, recipe,
        )))
    }
}

impl PackedSet {
    /// Whether it is a mirrored set without a list.
    #[inline]
    pub(super) fn is_unlisted_mirror(&self) -> bool {
        self.listed().is_none() && self.recipe().mirrored_from().is_some()
    }

    /// The set whose items, each moved by the map, are this one's: it is the first on the way
    /// back that has a list, or whose own are not those of another.
    pub(super) fn mapped_from(&self) -> (&PackedSet, Affine) {
        let (mut source, mut map) = (self, Affine::shift(0, 0));
        while source.listed().is_none()
            && let Some((further, own)) = source.moved_or_mirrored_from()
        {
            map = map.after(&own);
            source = further;
        }
        (source, map)
    }

    /// The set that this one is made of by moving or mirroring it, and how.
    fn moved_or_mirrored_from(&self) -> Option<(&PackedSet, Affine)> {
        match self.recipe() {
            Recipe::Moved { source, added } => {
                let source = source.packed()?;
                let [(row, column), _] = source.corners();
                let moved = Item::place(row, column)?.moved(added.number());
                let shift = Affine::shift(moved.row() - row, moved.column() - column);
                Some((source, shift))
            }
            Recipe::Again(source) => Some((source.packed()?, Affine::shift(0, 0))),
            recipe => recipe
                .mirrored_from()
                .map(|(source, affine)| (source, *affine)),
        }
    }

    /// The items of which this one's are made by a map, no two of them in one place, where it
    /// is a mirrored set without a list: for whom the order makes no difference.
    pub(super) fn mirrored_apart(&self) -> Option<(&[Item], Affine)> {
        if self.listed().is_some() {
            return None;
        }
        let is_mirrored = match self.recipe() {
            Recipe::Moved { source, .. } => source.packed()?.is_unlisted_mirror(),
            _ => self.is_unlisted_mirror(),
        };
        if !is_mirrored {
            return None;
        }
        let (source, map) = self.mapped_from();
        let items = source.items_without_table()?;
        let are_apart = source.has_items_apart() || are_apart(items);
        are_apart.then_some((items, map))
    }

    /// The items of what it comes from, moved, row by row.
    pub(super) fn mapped_row_by_row(&self) -> Items {
        let [(first, _), (last, _)] = self.corners();
        let (source, map) = self.mapped_from();
        moved_row_by_row(source.items(), &map, (first, last))
    }
}

/// Items moved by a map, whose rows lie from the one to the other then.
fn moved_row_by_row(items: &Items, affine: &Affine, (first, last): (i64, i64)) -> Items {
    let moved = items.iter().map(|item| item.mirrored(affine));
    let rows = (last - first) as usize + 1;
    if rows > items.len().saturating_mul(ROWS) {
        let mut moved: Items = moved.collect();
        moved.sort_unstable();
        return moved;
    }
    // In turn, each row's columns ascend.
    let moved: Vec<Item> = match affine.keeps_columns_ascending() {
        true => moved.collect(),
        false => moved.rev().collect(),
    };
    let row_of = |item: &Item| (item.row() - first) as usize;
    let mut ends = vec![0_u32; rows + 1];
    for item in &moved {
        ends[row_of(item) + 1] += 1;
    }
    for row in 0..rows {
        ends[row + 1] += ends[row];
    }
    let mut listed = vec![Item::UNUSED; moved.len()];
    for item in moved {
        let next = &mut ends[row_of(&item)];
        listed[*next as usize] = item;
        *next += 1;
    }
    if !listed.is_sorted() {
        // Cells in one place keep the order of their colours.
        listed.sort_unstable();
    }
    Items::from_vec(listed)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::super::super::affine::{Axis, Coordinate, Movement};
    use super::super::super::patch::CellLayout;
    use super::super::super::{Grid, Value};
    use super::*;

    /// How sets are moved, and one that others are mirrored from.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        TopDown(i64),
        LeftRight(i64),
        Transposed(i64, i64),
        Scaled(i64),
        By(i64, i64),
        Again,
        /// Somebody asks for a list.
        Listed,
    }

    impl Step {
        fn movement(self) -> Movement {
            let integer = Value::Integer;
            match self {
                Step::TopDown(ends) => Movement::top_down(integer(ends)),
                Step::LeftRight(ends) => Movement::left_right(integer(ends)),
                Step::Transposed(top, left) => Movement::transposed(integer(top), integer(left)),
                Step::Scaled(factor) => Movement {
                    row: Coordinate::of(Axis::Row).times(integer(factor)),
                    column: Coordinate::of(Axis::Column).times(integer(factor)),
                },
                Step::By(down, right) => Movement::by(integer(down), integer(right)),
                Step::Again | Step::Listed => Movement::by(integer(0), integer(0)),
            }
        }
    }

    /// What is moved: cells, so many of a place or one, or those of a grid of such colours, all of
    /// them or but for one colour.
    #[derive(Clone, Copy, Debug)]
    enum Start {
        Cells,
        CellsApart,
        Grid { width: usize },
        GridWithout { width: usize, colour: i64 },
    }

    impl Start {
        fn set(self, layout: CellLayout, cells: &[(i64, i64, i64)]) -> Set {
            let set_of = |colour_of: fn((i64, i64, i64)) -> i64| {
                let cell =
                    |cell: &(i64, i64, i64)| layout.small_cell(cell.0, cell.1, colour_of(*cell));
                Set::from_values(cells.iter().map(cell)).expect("small")
            };
            let grid = |width: usize| {
                let width = width.min(cells.len());
                let rows = cells.len() / width;
                let colours = cells[..rows * width].iter().map(|cell| cell.2 as i8);
                let grid = Grid::new(rows, width, colours.collect()).expect("cells");
                Set::of_all_cells(&Arc::new(grid), layout).expect("small")
            };
            match self {
                Start::Cells => set_of(|(_, _, colour)| colour),
                Start::CellsApart => set_of(|(row, column, _)| (row * column) % 3),
                Start::Grid { width } => grid(width),
                Start::GridWithout { width, colour } => {
                    let all = grid(width);
                    let others = all.colours().expect("colours");
                    let others = others.iter().filter(|other| *other != colour).collect();
                    let kept = all.keeping_colours(others).expect("cells").expect("small");
                    match kept.is_empty() {
                        true => all,
                        false => kept,
                    }
                }
            }
        }
    }

    fn start() -> impl Strategy<Value = Start> {
        let width = || 1..9_usize;
        prop_oneof![
            Just(Start::Cells),
            Just(Start::CellsApart),
            width().prop_map(|width| Start::Grid { width }),
            (width(), 0..3_i64).prop_map(|(width, colour)| Start::GridWithout { width, colour }),
        ]
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (-9..20_i64).prop_map(Step::TopDown),
            (-9..20_i64).prop_map(Step::LeftRight),
            (-3..9_i64, -3..9_i64).prop_map(|(top, left)| Step::Transposed(top, left)),
            prop::sample::select(vec![-2, 2, 3]).prop_map(Step::Scaled),
            (-9..9_i64, -9..9_i64).prop_map(|(down, right)| Step::By(down, right)),
            Just(Step::Again),
            Just(Step::Listed),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(1_000)))]

        /// What is in a set that was moved and mirrored over and over, and what it shows where it
        /// is painted, follow from its items one by one.
        #[test]
        fn items_come_through_all_maps_at_once(
            cells in prop::collection::vec((0..7_i64, 0..7_i64, 0..3_i64), 1..60),
            start in start(),
            steps in prop::collection::vec(step(), 1..7),
            ground in prop::option::of(0..3_i8),
        ) {
            let layout = CellLayout::ColourFirst;
            let mut set = start.set(layout, &cells);
            let mut expected: Vec<(i64, i64, i64)> = Vec::new();
            set.iter().fold_cells(layout, (), |(), cell| expected.push(cell));
            for step in steps {
                let affine = step.movement().affine().expect("small");
                for cell in &mut expected {
                    (cell.0, cell.1) = affine.apply(cell.0, cell.1);
                }
                set = match step {
                    Step::Again => set.again().expect("packed"),
                    Step::Listed => {
                        set.packed().expect("packed").items();
                        set
                    }
                    Step::By(down, right) => set.shifted(down, right).expect("packed").expect("small"),
                    _ => set.mirrored(&affine).expect("one to one").expect("small"),
                };
            }
            // Grids that what is painted lies in, and beyond.
            let grid = Grid::new(12, 12, vec![1; 144]).expect("cells");
            let mut painted = grid.cells().to_vec();
            prop_assert_eq!(set.paint(&grid, ground, &mut painted), Some(true));
            let packed = set.packed().expect("packed");
            let rows = expected.iter().map(|cell| cell.0);
            let columns = expected.iter().map(|cell| cell.1);
            let corners = [(rows.clone().min(), columns.clone().min()), (rows.max(), columns.max())];
            prop_assert_eq!(packed.corners().map(|(row, column)| (Some(row), Some(column))), corners);
            let mut found = Vec::new();
            packed.fold_in_any_order((), |(), item| {
                found.push((item.row(), item.column(), item.colour()));
            });
            let mut sorted = expected.clone();
            sorted.sort_unstable();
            found.sort_unstable();
            prop_assert_eq!(&found, &sorted);
            let paint = |cells: &mut [i8], (row, column, colour): (i64, i64, i64)| {
                if let Some(place) = grid.place(row, column)
                    && ground.is_none_or(|ground| cells[place] == ground)
                {
                    cells[place] = colour as i8;
                }
            };
            let (mut shown, mut one_by_one) = (grid.cells().to_vec(), grid.cells().to_vec());
            set.each_painted(layout, &grid, ground, &mut |row, column, colour| {
                paint(&mut shown, (row, column, colour));
            });
            let parts = |item: &Item| (item.row(), item.column(), item.colour());
            let listed: Vec<_> = packed.items().iter().map(parts).collect();
            prop_assert_eq!(listed, sorted);
            for item in set.items_in_order() {
                paint(&mut one_by_one, parts(&item));
            }
            prop_assert_eq!(&shown, &one_by_one);
            prop_assert_eq!(painted, one_by_one);
        }
    }

    #[test]
    fn what_is_painted_is_not_listed() {
        let cell =
            |number: i64| CellLayout::RowFirst.small_cell(number / 6, number % 6, number % 3);
        let set = Set::from_values((0..36).map(cell)).expect("small");
        let [upside_down, turned] = [Step::TopDown(5), Step::Transposed(0, 0)]
            .map(|step| step.movement().affine().expect("small"));
        let mirrored = set.mirrored(&upside_down).expect("packed").expect("small");
        let moved = mirrored.shifted(1, 1).expect("packed").expect("small");
        let turned = moved.mirrored(&turned).expect("packed").expect("small");
        let grid = Grid::new(7, 7, vec![0; 49]).expect("cells");
        let mut count = 0;
        turned.each_painted(CellLayout::RowFirst, &grid, None, &mut |_, _, _| count += 1);
        assert_eq!(count, 36);
        for set in [&mirrored, &moved, &turned] {
            let packed = set.packed().expect("packed");
            assert!(packed.listed().is_none() && !packed.has_table());
        }
    }
}
