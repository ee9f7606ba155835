//! How often each value occurs: colours, mostly.

use std::cmp::Ordering;

use hashbrown::HashTable;

use super::context::Context;
use super::cost;
use crate::value::{Failure, Grid, Kind, Set, SmallPatch, Value};

/// Values, each with how often it occurs, in the order in which they were first
/// met.
pub(super) struct Census {
    counts: Vec<(Value, usize)>,
}

/// Counting at work: the places in the census by the values' hashes.
#[derive(Default)]
struct Counting {
    counts: Vec<(Value, usize)>,
    places: HashTable<usize>,
}

impl Counting {
    fn add(&mut self, value: Value) {
        let Self { counts, places } = self;
        let hash = value.hash() as u64;
        let entry = places.entry(
            hash,
            |place| counts[*place].0.same(&value),
            |place| counts[*place].0.hash() as u64,
        );
        let place = *entry.or_insert(counts.len()).get();
        match counts.get_mut(place) {
            Some((_, count)) => *count += 1,
            None => counts.push((value, 1)),
        }
    }

    fn finish(self) -> Census {
        Census {
            counts: self.counts,
        }
    }
}

impl Census {
    /// Of the items of a container.
    pub(super) fn of_items(context: &mut Context, items: &Value) -> Result<Census, Failure> {
        context.spend(items.length()?)?;
        let mut counting = Counting::default();
        for item in items.items()? {
            counting.add(item);
        }
        Ok(counting.finish())
    }

    /// Of the colours of a grid, row by row.
    pub(super) fn of_grid(context: &mut Context, grid: &Value) -> Result<Census, Failure> {
        context.spend(cost::of_grid(grid)?)?;
        if let Some(grid) = grid.as_grid() {
            return Ok(Census::of_bytes(grid));
        }
        let mut counting = Counting::default();
        for row in grid.items()? {
            for colour in row.items()? {
                counting.add(colour);
            }
        }
        Ok(counting.finish())
    }

    /// Of the colours of an object's cells.
    pub(super) fn of_object(context: &mut Context, object: &Value) -> Result<Census, Failure> {
        context.spend(object.length()?)?;
        let mut counting = Counting::default();
        if let Some(object) = SmallPatch::of_kind(object, Kind::Object) {
            for (_, _, colour) in object.cells() {
                counting.add(Value::Integer(colour));
            }
            return Ok(counting.finish());
        }
        for cell in object.items()? {
            let [_, _, colour] = cell.unpack()?;
            counting.add(colour);
        }
        Ok(counting.finish())
    }

    fn of_bytes(grid: &Grid) -> Census {
        let number = |cell: i8| usize::from(cell.cast_unsigned());
        let mut counts = [0; 256];
        let mut met = Vec::new();
        for &cell in grid.cells() {
            let count = &mut counts[number(cell)];
            if *count == 0 {
                met.push(cell);
            }
            *count += 1;
        }
        let counted = |cell: i8| (Value::Integer(i64::from(cell)), counts[number(cell)]);
        Census {
            counts: met.into_iter().map(counted).collect(),
        }
    }

    /// The values, each once.
    pub(super) fn values(self) -> impl Iterator<Item = Value> {
        self.counts.into_iter().map(|(value, _)| value)
    }

    /// The value whose count lies furthest to one side: the most frequent one
    /// for `Greater`, the least frequent for `Less`. Of several, the first in
    /// the order of a set of all; `None` where there is no value.
    pub(super) fn extreme(&self, side: Ordering) -> Result<Option<Value>, Failure> {
        let counts = self.counts.iter().map(|(_, count)| *count);
        let furthest = match side {
            Ordering::Greater => counts.max(),
            _ => counts.min(),
        };
        let Some(furthest) = furthest else {
            return Ok(None);
        };
        let is_furthest = |(_, count): &&(Value, usize)| *count == furthest;
        let mut candidates = self.counts.iter().filter(is_furthest);
        if let (Some((only, _)), None) = (candidates.next(), candidates.next()) {
            return Ok(Some(only.clone()));
        }
        let in_order = self.in_order_of_a_set()?;
        let first = in_order.iter().find(|(_, count)| *count == furthest);
        Ok(first.map(|(value, _)| value.clone()))
    }

    /// The values from the most to the least frequent, those met first before
    /// others as frequent.
    pub(super) fn ranked(mut self) -> Vec<Value> {
        self.counts
            .sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        self.values().collect()
    }

    /// The values from the least to the most frequent, those as frequent in the
    /// order of a set of all.
    pub(super) fn rising(self) -> Result<Vec<Value>, Failure> {
        let mut counts = self.in_order_of_a_set()?;
        counts.sort_by_key(|(_, count)| *count);
        Ok(Census { counts }.values().collect())
    }

    fn in_order_of_a_set(&self) -> Result<Vec<(Value, usize)>, Failure> {
        let set = Set::from_values(self.counts.iter().map(|(value, _)| value.clone()))?;
        let mut counts = HashTable::with_capacity(self.counts.len());
        for counted in &self.counts {
            let hash = counted.0.hash() as u64;
            counts.insert_unique(hash, counted, |(value, _)| value.hash() as u64);
        }
        let counted = |value: Value| {
            let found = counts.find(value.hash() as u64, |(own, _)| own.same(&value));
            found.map(|counted| (*counted).clone())
        };
        Ok(set.iter().filter_map(counted).collect())
    }
}
