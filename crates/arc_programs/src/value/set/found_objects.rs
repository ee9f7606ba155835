//! The objects of a grid as a set of sets, in no order before somebody asks for it.
//!
//! Many programs count the objects of a grid, merge them or take the first one, and never walk
//! over them. Their order takes the hash of each and, where two get in each other's way in the
//! table, the order in which the reference finds them: that of all places of the grid.

use std::sync::Arc;

use smallvec::SmallVec;

use super::super::{Failure, Measure, Value};
use super::any_order;
use super::general::General;
use super::growth::slots_of_copy;
use super::search::ObjectSearch;
use super::table::{Element, Table};

/// The objects that a search has found.
pub(super) struct FoundObjects {
    search: Arc<ObjectSearch>,
    /// The set of each region's cells, in the order of the regions.
    sets: Box<[Value]>,
}

impl FoundObjects {
    pub(super) fn new(search: Arc<ObjectSearch>, sets: Vec<Value>) -> FoundObjects {
        FoundObjects {
            search,
            sets: sets.into(),
        }
    }

    /// The measure of the set of them.
    ///
    /// # Errors
    /// [`Failure::TooDeep`] or [`Failure::TooLarge`] beyond the limits of [`Measure`].
    pub(super) fn measure(&self) -> Result<Measure, Failure> {
        Measure::around(&*self.sets)
    }

    /// The objects row by row.
    pub(super) fn sets(&self) -> &[Value] {
        &self.sets
    }

    /// The one with this number in CPython's order; `None` where that depends on the order in
    /// which they are found, or there is none.
    pub(super) fn nth(&self, number: usize) -> Option<&Value> {
        let hashes: SmallVec<[i64; 8]> = self.sets.iter().map(Value::hash).collect();
        let found = any_order::nth(&hashes, slots_of_copy(hashes.len()), number)?;
        self.sets.get(found)
    }

    /// CPython's table of them: the reference builds a set as they are found, and copies it.
    pub(super) fn table(&self) -> Table<General> {
        let mut objects: Vec<General> = self.sets.iter().cloned().map(General::new).collect();
        if let Some(table) = Table::copy_without_collisions(&objects) {
            return table;
        }
        let starts = self.search.starts().iter();
        // Each begins once.
        let in_turn = starts.map(|start| {
            let object = &mut objects[start.region as usize];
            std::mem::replace(object, General::UNUSED)
        });
        Table::from_distinct(in_turn).into_copy()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::patch::CellLayout;
    use super::super::super::{Grid, canonical};
    use super::super::Set;
    use super::*;

    /// The objects of a grid of which nobody has asked anything yet.
    fn objects(grid: &Arc<Grid>, is_diagonal: bool) -> Set {
        let search = ObjectSearch::new(grid, CellLayout::RowFirst, true, is_diagonal, Some(0));
        search.expect("small").objects().expect("small")
    }

    fn text(object: Option<Value>) -> Option<String> {
        object.as_ref().map(canonical::text)
    }

    proptest! {
        /// One object of a few, or of many, asked for before any order is known.
        #[test]
        fn each_is_the_one_that_walking_over_all_meets(
            (width, cells) in (1..14_usize, 1..9_usize).prop_flat_map(|(width, height)| {
                let cell = prop_oneof![5 => Just(0_i8), 1 => 0..4_i8];
                (Just(width), prop::collection::vec(cell, width * height))
            }),
            is_diagonal in any::<bool>(),
        ) {
            let grid = Grid::new(cells.len() / width, width, cells).expect("cells");
            let grid = Arc::new(grid);
            let walked = objects(&grid, is_diagonal);
            for number in 0..=walked.len() {
                let asked = objects(&grid, is_diagonal);
                prop_assert_eq!(text(asked.nth(number)), text(walked.iter().nth(number)));
                // And when it is walked over later.
                let in_order: Vec<_> = asked.iter().map(|own| canonical::text(&own)).collect();
                let expected: Vec<_> = walked.iter().map(|own| canonical::text(&own)).collect();
                prop_assert_eq!(in_order, expected);
            }
        }
    }
}
