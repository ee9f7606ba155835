//! The connected components of a grid: its objects.
//!
//! A grid of bytes knows how to find them ([`ObjectSearch`]), and a grid of other values is
//! looked at by numbers that stand for these. Where neither is so, they are found as the
//! reference finds them, set for set: the order of an object's cells is the history of the
//! sets that were walked.

use super::context::Context;
use super::cost;
use super::extents::Measuring;
use super::numbered::Numbered;
use super::objects::asindices;
use super::parts::is_within;
use super::shapes::{dneighbors, neighbors};
use crate::value::{Failure, ObjectSearch, Outcome, Set, SetBuilder, Value};

/// What makes an object of neighbouring cells.
pub(super) struct Search {
    /// All cells of an object are of one colour.
    is_univalued: bool,
    /// Cells that touch at their corners are neighbours too.
    is_diagonal: bool,
    /// The colour of no object.
    background: Option<Value>,
}

impl Search {
    pub(super) fn new(
        context: &mut Context,
        grid: &Value,
        [univalued, diagonal, without_background]: [&Value; 3],
        mostcolor: Measuring,
    ) -> Search {
        Search {
            is_univalued: univalued.is_true(),
            is_diagonal: diagonal.is_true(),
            background: without_background
                .is_true()
                .then(|| mostcolor(context, grid)),
        }
    }

    fn is_background(&self, colour: &Value) -> bool {
        match &self.background {
            Some(background) => colour.equals(background),
            None => matches!(colour, Value::None),
        }
    }

    /// The same search on a grid of bytes, paid for; `None` where the grid is no such
    /// grid.
    fn on_bytes(
        &self,
        context: &mut Context,
        grid: &Value,
    ) -> Result<Option<ObjectSearch>, Failure> {
        // No cell of the grid has a background that is no byte.
        let background = self.background.as_ref().and_then(Value::as_byte);
        let search = grid.as_grid().and_then(|bytes| {
            ObjectSearch::new(
                bytes,
                context.cells(),
                self.is_univalued,
                self.is_diagonal,
                background,
            )
        });
        if let Some(search) = &search {
            context.spend(cost::of_grid(grid)?)?;
            context.spend(search.cells())?;
        }
        Ok(search)
    }

    /// The same search on the numbers of a grid of other values, which are paid for; only
    /// where shortcuts are allowed.
    fn on_numbers(&self, context: &Context, grid: &Value) -> Option<ObjectSearch> {
        let numbered = context
            .allows_shortcuts()
            .then(|| Numbered::of(grid))
            .flatten()?;
        ObjectSearch::new(
            numbered.grid(),
            context.cells(),
            self.is_univalued,
            self.is_diagonal,
            numbered.number_of(|value| self.is_background(value)),
        )
    }

    /// The set of the objects.
    pub(super) fn objects(&self, context: &mut Context, grid: &Value) -> Outcome {
        if let Some(search) = self.on_bytes(context, grid)? {
            return search.objects().map(Value::Set);
        }
        let mut objects = SetBuilder::new();
        self.run(context, grid, |cells| {
            objects.insert(Value::Set(
                Set::from_values(cells.iter().cloned())?.copied()?,
            ));
            Ok(())
        })?;
        objects.finish_copied().map(Value::Set)
    }

    /// The objects as they are found, each with its cells as they are visited.
    pub(super) fn objects_in_turn(&self, context: &mut Context, grid: &Value) -> Outcome {
        if let Some(search) = self.on_bytes(context, grid)? {
            return search.objects_in_turn().map(Value::Tuple);
        }
        let mut objects = Vec::new();
        self.run(context, grid, |cells| {
            // The first cell is visited twice, and counts once.
            objects.push(Value::tuple(cells[1..].to_vec())?);
            Ok(())
        })?;
        Value::tuple(objects)
    }

    /// Finds the objects one after the other, each with its cells in the order
    /// in which they are visited, the first one first.
    fn run(
        &self,
        context: &mut Context,
        grid: &Value,
        mut found: impl FnMut(&[Value]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let (height, width) = (grid.length()?, grid.item(0)?.length()?);
        context.spend(height.saturating_mul(width))?;
        if let Some(search) = self.on_numbers(context, grid) {
            context.spend(search.cells())?;
            let cells = context.cells();
            for object in search.objects_in_turn()?.iter() {
                let mut visited = Vec::with_capacity(object.length()? + 1);
                for cell in object.items()? {
                    let (row, column, _) = cells.small_parts(&cell).ok_or(Failure::WrongType)?;
                    let colour = grid.item(row)?.item(column)?;
                    let cell = cells.cell(row.into(), column.into(), colour)?;
                    // The first one is visited twice.
                    if visited.is_empty() {
                        visited.push(cell.clone());
                    }
                    visited.push(cell);
                }
                found(&visited)?;
            }
            return Ok(());
        }
        let unvisited = context.prepaid(|context| asindices(context, grid));
        let colour_at =
            |place: &Value| -> Outcome { grid.item_at(&place.item(0)?)?.item_at(&place.item(1)?) };
        let cells = context.cells();
        let with_colour = |place: &Value, colour: Value| -> Outcome {
            cells.cell(place.item(0)?, place.item(1)?, colour)
        };
        let mut occupied = SetBuilder::new();
        let mut object = Vec::new();
        for place in unvisited.items()? {
            if occupied.contains(&place) {
                continue;
            }
            let colour = colour_at(&place)?;
            if self.is_background(&colour) {
                continue;
            }
            object.clear();
            object.push(with_colour(&place, colour.clone())?);
            let mut candidates = Set::from_values([place])?;
            while !candidates.is_empty() {
                let mut front = SetBuilder::new();
                for candidate in candidates.iter() {
                    let own = colour_at(&candidate)?;
                    let belongs = match self.is_univalued {
                        true => colour.equals(&own),
                        false => !self.is_background(&own),
                    };
                    if belongs {
                        context.spend(1)?;
                        object.push(with_colour(&candidate, own)?);
                        occupied.insert(candidate.clone());
                        let around = context.prepaid(|context| match self.is_diagonal {
                            true => neighbors(context, &candidate),
                            false => dneighbors(context, &candidate),
                        });
                        let mut inside = SetBuilder::new();
                        for place in around.items()? {
                            let [row, column] = place.unpack()?;
                            if is_within(&row, height)? && is_within(&column, width)? {
                                inside.insert(place);
                            }
                        }
                        front.merge(&inside.finish()?);
                    }
                }
                candidates = front.finish()?.difference_from_builder(&occupied)?;
            }
            found(&object)?;
        }
        Ok(())
    }
}
