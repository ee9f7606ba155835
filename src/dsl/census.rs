//! How often each colour occurs.

use std::cmp::Ordering;

use super::context::Context;
use crate::value::{Failure, Grid, Table, Value};

/// Colours, each with how often it occurs, in the order in which they were
/// first met.
pub(super) struct Census {
    counts: Vec<(Value, usize)>,
}

impl Census {
    /// Of the cells of a grid, row by row.
    pub(super) fn of_grid(context: &mut Context, grid: &Value) -> Result<Census, Failure> {
        if let Some(grid) = grid.as_grid() {
            context.spend(grid.cells().len())?;
            return Ok(Census::of_bytes(grid));
        }
        let mut census = Census { counts: Vec::new() };
        for row in grid.items()? {
            for colour in row.items()? {
                census.add(context, colour)?;
            }
        }
        Ok(census)
    }

    /// Of the cells of an object.
    pub(super) fn of_object(context: &mut Context, object: &Value) -> Result<Census, Failure> {
        let mut census = Census { counts: Vec::new() };
        for cell in object.items()? {
            let colour = match cell.as_triple() {
                Some((_, _, colour)) => Value::Integer(colour),
                None => {
                    let [_, _, colour] = cell.unpack()?;
                    colour
                }
            };
            census.add(context, colour)?;
        }
        Ok(census)
    }

    fn of_bytes(grid: &Grid) -> Census {
        let mut counts = [0; 256];
        let mut met = Vec::new();
        for &cell in grid.cells() {
            let count = &mut counts[usize::from(cell)];
            if *count == 0 {
                met.push(cell);
            }
            *count += 1;
        }
        let counted = |cell: u8| (Value::Integer(i64::from(cell)), counts[usize::from(cell)]);
        Census {
            counts: met.into_iter().map(counted).collect(),
        }
    }

    fn add(&mut self, context: &mut Context, colour: Value) -> Result<(), Failure> {
        // Real grids and objects have few colours; what has many pays for the
        // search.
        context.spend(1 + self.counts.len())?;
        match self.counts.iter_mut().find(|(met, _)| met.same(&colour)) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((colour, 1)),
        }
        Ok(())
    }

    /// The colours, each once.
    pub(super) fn colours(self) -> impl Iterator<Item = Value> {
        self.counts.into_iter().map(|(colour, _)| colour)
    }

    /// The colour whose count lies furthest to one side: the most frequent one
    /// for `Greater`, the least frequent for `Less`. Of several, the first in
    /// the order of a set of all; `nan` where there is no colour.
    pub(super) fn extreme(self, side: Ordering) -> Value {
        let counts = self.counts.iter().map(|(_, count)| *count);
        let furthest = match side {
            Ordering::Greater => counts.max(),
            _ => counts.min(),
        };
        let Some(furthest) = furthest else {
            return Value::NAN;
        };
        let is_furthest = |(_, count): &&(Value, usize)| *count == furthest;
        let mut candidates = self.counts.iter().filter(is_furthest);
        if let (Some((only, _)), None) = (candidates.next(), candidates.next()) {
            return only.clone();
        }
        let colours = Table::from_values(self.counts.iter().map(|(colour, _)| colour.clone()));
        let is_candidate = |colour: &&Value| {
            let mut candidates = self.counts.iter().filter(is_furthest);
            candidates.any(|(candidate, _)| candidate.same(colour))
        };
        let first = colours.iter().find(is_candidate);
        first.cloned().unwrap_or(Value::NAN)
    }

    /// The colours from the most to the least frequent, those met first before
    /// others as frequent.
    pub(super) fn ranked(mut self) -> Vec<Value> {
        self.counts
            .sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        self.colours().collect()
    }
}
