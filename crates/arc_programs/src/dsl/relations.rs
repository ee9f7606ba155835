//! Where patches lie to each other and to a grid.

use std::rc::Rc;

use arc_programs_macros::primitives;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::columns::{Column, Columns};
use super::context::Context;
use super::corners::center;
use super::cost;
use super::dialect::FailingCalls;
use super::distances::{cost_of_distance, cost_of_places, distances, least_distance};
use super::extents::{Measuring, leftmost, lowermost, rightmost, toindices, uppermost};
use super::patches::{Moving, shift};
use super::silhouette::{Extent, Silhouette};
use crate::value::{
    CellLayout, Failure, Identity, Kind, Outcome, Set, SetBuilder, SmallPatch, Value, order,
};

/// How often [`gravitate`] tries.
const FURTHEST: i64 = 42;

/// What lies between two patches of small integers, one of which moves.
struct Gap {
    moving: Silhouette,
    resting: Silhouette,
    /// The resting one, and what is next to it.
    reach: Silhouette,
}

impl Gap {
    fn between(cells: CellLayout, moving: &Value, resting: &Value) -> Option<Gap> {
        let moving = Silhouette::of(SmallPatch::of(moving, cells)?)?;
        let resting = Silhouette::of(SmallPatch::of(resting, cells)?)?;
        let reach = resting.with_neighbours()?;
        Some(Gap {
            moving,
            resting,
            reach,
        })
    }

    /// Whether the least distance is 1 after this movement: the patches touch, and
    /// do not overlap.
    fn is_closed_by(&self, moved: (i64, i64)) -> bool {
        self.reach.meets(&self.moving, moved) && !self.resting.meets(&self.moving, moved)
    }
}

/// An axis along which patches may have coordinates in common.
#[derive(Clone, Copy)]
pub(super) enum Axis {
    Row,
    Column,
}

/// Whether two patches have a row or a column in common.
pub(super) fn share(
    context: &mut Context,
    a: &Value,
    b: &Value,
    axis: Axis,
    toindices: Measuring,
) -> Outcome {
    let cells = context.cells();
    if let (Some(own), Some(other)) = (Covered::of(cells, a), Covered::of(cells, b)) {
        let cost = own.cost + other.cost;
        // Where it does not suffice, the general way finds out at what.
        if context.steps_left() >= cost as u64 {
            context.spend(cost)?;
            return Ok(Value::Boolean(own.shares(&other, axis)));
        }
    }
    let coordinates = |context: &mut Context, patch: &Value| -> Result<Set, Failure> {
        let indices = toindices(context, patch);
        context.spend(indices.length()?)?;
        let mut coordinates = SetBuilder::new();
        for index in indices.items()? {
            let [row, column] = index.unpack()?;
            coordinates.insert(match axis {
                Axis::Row => row,
                Axis::Column => column,
            });
        }
        coordinates.finish()
    };
    let (a, b) = (coordinates(context, a)?, coordinates(context, b)?);
    let shares = a.iter().any(|coordinate| b.contains(&coordinate));
    Ok(Value::Boolean(shares))
}

/// The rows and columns of a patch of small integers, and what it costs to make it indices
/// and to read them.
struct Covered {
    extents: [Extent; 2],
    cost: usize,
}

impl Covered {
    fn of(cells: CellLayout, patch: &Value) -> Option<Covered> {
        let small = SmallPatch::of(patch, cells)?;
        let silhouette = Silhouette::of(small)?;
        let items = cost::of_items(patch);
        let cost = match small.kind() {
            Kind::Indices => 1 + items,
            Kind::Object(_) => 1 + items + silhouette.len(),
        };
        Some(Covered {
            extents: silhouette.extents(),
            cost,
        })
    }

    #[inline]
    fn shares(&self, other: &Covered, axis: Axis) -> bool {
        self.extents[axis as usize].meets(other.extents[axis as usize])
    }
}

/// A factor of products, and the number of each of its items once it is known.
type NumberedFactor = (Rc<Vec<Value>>, Vec<u32>);

/// The patches of a loop, each looked at once: all pairs of some have each as often as
/// there are others.
#[derive(Default)]
pub(super) struct CoveredPatches {
    /// Where a patch lies in memory, which is kept that long, and what it covers.
    known: FxHashMap<Identity, (Value, u32)>,
    covered: Vec<Option<Covered>>,
    factors: SmallVec<[NumberedFactor; 2]>,
}

impl CoveredPatches {
    /// How many it holds; then it forgets all.
    const MOST: usize = 1 << 12;

    /// What stands for a number that is not known.
    const UNKNOWN: u32 = u32::MAX;

    /// Forgets all where there might be no room for so many more.
    fn make_room_for(&mut self, patches: usize) {
        if self.covered.len() + patches > CoveredPatches::MOST {
            self.known.clear();
            self.covered.clear();
            self.factors.clear();
        }
    }

    /// The number of a patch; `None` of what is no patch of small integers.
    fn number(&mut self, cells: CellLayout, patch: &Value) -> Option<u32> {
        let identity = patch.identity().filter(|own| own.has_address())?;
        if let Some((_, number)) = self.known.get(&identity) {
            return Some(*number);
        }
        let number = self.covered.len() as u32;
        self.covered.push(Covered::of(cells, patch));
        self.known.insert(identity, (patch.clone(), number));
        Some(number)
    }

    /// The numbers of the patches in so many rows; `None` where one is no patch of small
    /// integers.
    fn numbers(&mut self, cells: CellLayout, patches: &Column, rows: usize) -> Option<Vec<u32>> {
        let Column::Picked(picked) = patches else {
            let patch = |row| self.number(cells, patches.held(row)?);
            return (0..rows).map(patch).collect();
        };
        let factor = picked.factor();
        let is_it = |(own, _): &NumberedFactor| Rc::ptr_eq(own, factor);
        let place = self.factors.iter().position(is_it).unwrap_or_else(|| {
            let numbers = vec![CoveredPatches::UNKNOWN; factor.len()];
            self.factors.push((Rc::clone(factor), numbers));
            self.factors.len() - 1
        });
        let mut numbers = Vec::with_capacity(rows);
        for item in picked.numbers() {
            let item = *item as usize;
            let mut number = self.factors[place].1[item];
            if number == CoveredPatches::UNKNOWN {
                number = self.number(cells, &factor[item])?;
                self.factors[place].1[item] = number;
            }
            numbers.push(number);
        }
        Some(numbers)
    }

    fn covered(&self, number: u32) -> Option<&Covered> {
        self.covered.get(number as usize)?.as_ref()
    }
}

/// Whether two patches have a row or a column in common, in each row.
pub(super) fn share_in_columns(
    columns: &mut Columns,
    a: &Column,
    b: &Column,
    axis: Axis,
) -> Option<Column> {
    let rows = columns.rows();
    let (patches, context) = columns.covered();
    patches.make_room_for(2 * rows);
    let own = patches.numbers(context.cells(), a, rows)?;
    let others = patches.numbers(context.cells(), b, rows)?;
    let (mut shares, mut cost) = (Vec::with_capacity(rows), 0_usize);
    for (own, other) in own.into_iter().zip(others) {
        let (own, other) = (patches.covered(own)?, patches.covered(other)?);
        cost = cost.saturating_add(own.cost + other.cost);
        shares.push(own.shares(other, axis));
    }
    context.spend(cost).ok()?;
    Some(Column::Booleans(shares))
}

/// Whether a patch has no indices, though it may have items: a row of a grid.
fn has_no_places(context: &mut Context, patch: &Value) -> bool {
    let before = context.checkpoint();
    let indices = context.prepaid(|context| toindices(context, patch));
    context.put_back(before);
    matches!(indices.length(), Ok(0))
}

/// The step from one coordinate towards another that is not the same.
fn toward(from: &Value, to: &Value) -> Result<i64, Failure> {
    Ok(if order::less(from, to)? { 1 } else { -1 })
}

/// Whether a number is the last place of so many.
fn is_last(place: &Value, count: usize) -> bool {
    place.equals(&Value::Integer(count as i64 - 1))
}

/// The primitives that find the edges of a patch.
pub(super) struct Edges {
    pub(super) top: Measuring,
    pub(super) left: Measuring,
    pub(super) bottom: Measuring,
    pub(super) right: Measuring,
}

/// Those of patches.
pub(super) const EDGES: Edges = Edges {
    top: uppermost,
    left: leftmost,
    bottom: lowermost,
    right: rightmost,
};

impl Edges {
    /// Whether one of them lies on a border of a grid.
    pub(super) fn touch(&self, context: &mut Context, patch: &Value, grid: &Value) -> Outcome {
        let zero = Value::Integer(0);
        let touch = (self.top)(context, patch).equals(&zero)
            || (self.left)(context, patch).equals(&zero)
            || is_last(&(self.bottom)(context, patch), grid.length()?)
            || is_last(&(self.right)(context, patch), grid.item(0)?.length()?);
        Ok(Value::Boolean(touch))
    }
}

/// The direction in which one centre lies from another, which is found second: 1, 0 or
/// -1 down and right.
pub(super) fn direction(from: &Value, to: impl FnOnce() -> Value) -> Outcome {
    let [row, column] = from.unpack()?;
    let [to_row, to_column] = to().unpack()?;
    if row.equals(&to_row) {
        return Ok(Value::pair(0, toward(&column, &to_column)?));
    }
    if column.equals(&to_column) {
        return Ok(Value::pair(toward(&row, &to_row)?, 0));
    }
    let down = if order::less(&row, &to_row)? {
        1
    } else if order::greater(&row, &to_row)? {
        -1
    } else {
        return Ok(Value::None);
    };
    Ok(Value::pair(down, toward(&column, &to_column)?))
}

/// The primitives that move a patch until it is adjacent to another.
pub(super) struct Gravity {
    pub(super) center: Measuring,
    pub(super) vmatching: Moving,
    pub(super) adjacent: Moving,
    pub(super) shift: Moving,
}

impl Gravity {
    /// How far the source has to move.
    pub(super) fn pull(
        &self,
        context: &mut Context,
        source: &Value,
        destination: &Value,
    ) -> Outcome {
        let [row, column] = (self.center)(context, source).unpack()?;
        let [to_row, to_column] = (self.center)(context, destination).unpack()?;
        let (down, right) = if (self.vmatching)(context, source, destination).is_true() {
            (toward(&row, &to_row)?, 0)
        } else {
            (0, toward(&column, &to_column)?)
        };
        context.spend(cost_of_places(source, destination))?;
        let gap = Gap::between(context.cells(), source, destination);
        let leads_nowhere = gap.is_none()
            && context.dialect().failing_calls() == FailingCalls::YieldAValue
            && SmallPatch::of(source, context.cells()).is_some()
            && has_no_places(context, destination);
        let (step, mut moved) = (Value::pair(down, right), source.clone());
        let (mut steps, mut failures) = (0, 0);
        while steps < FURTHEST {
            context.spend(cost_of_distance(source, destination))?;
            if let Some(gap) = &gap {
                if gap.is_closed_by((steps * down, steps * right)) {
                    break;
                }
            } else if leads_nowhere && steps > 0 {
                // Wherever the source is, the distance fails as from the start.
                context.repeat(0, failures)?;
            } else {
                let before = context.failures();
                if context
                    .prepaid(|context| (self.adjacent)(context, &moved, destination))
                    .is_true()
                {
                    break;
                }
                failures = context.failures() - before;
                if !leads_nowhere {
                    moved = context.prepaid(|context| (self.shift)(context, &moved, &step));
                }
            }
            steps += 1;
        }
        Ok(Value::pair(steps * down, steps * right))
    }
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// Whether two patches have a row in common.
    #[example("hmatching({(1, 2)}, {(1, 7, 3)})" => "True")]
    #[in_columns(share_in_columns(columns, a, b, Axis::Row))]
    fn hmatching(context: &mut Context, a: Patch, b: Patch) -> Boolean {
        share(context, a, b, Axis::Row, toindices)
    }

    /// Whether two patches have a column in common.
    #[example("vmatching({(1, 2)}, {(1, 7, 3)})" => "False")]
    #[in_columns(share_in_columns(columns, a, b, Axis::Column))]
    fn vmatching(context: &mut Context, a: Patch, b: Patch) -> Boolean {
        share(context, a, b, Axis::Column, toindices)
    }

    /// The least distance between cells of two patches, in steps along rows and
    /// columns; infinity where one of them is nothing or no container.
    #[example("manhattan({(1, 2), (0, 0)}, {(3, 3, 5)})" => "3")]
    #[example("manhattan({(1, 2)}, {})" => "inf")]
    #[in_columns(distances(columns, a, b))]
    fn manhattan(context: &mut Context, a: Patch, b: Patch) -> Integer {
        if !matches!((a.length(), b.length()), (Ok(1..), Ok(1..))) {
            return Ok(Value::Float(f64::INFINITY));
        }
        least_distance(context, a, b, toindices)
    }

    /// Whether two patches touch along an edge of a cell.
    #[example("adjacent({(1, 2)}, {(1, 3)})" => "True")]
    #[example("adjacent({(1, 2)}, {(2, 3)})" => "False")]
    fn adjacent(context: &mut Context, a: Patch, b: Patch) -> Boolean {
        let distance = manhattan(context, a, b);
        Ok(Value::Boolean(distance.equals(&Value::Integer(1))))
    }

    /// Whether a patch touches a border of the grid. At row 0 or column 0 the
    /// grid may be anything, and there is where a patch without edges is too.
    #[example("bordering({(1, 2)}, ((0, 0, 0), (0, 0, 0), (0, 0, 0)))" => "True")]
    #[example("bordering({(1, 1)}, ((0, 0, 0), (0, 0, 0), (0, 0, 0)))" => "False")]
    #[example("bordering(5, 5)" => "True")]
    fn bordering(context: &mut Context, patch: Patch, grid: Grid) -> Boolean {
        EDGES.touch(context, patch, grid)
    }

    /// The direction in which `b` lies from `a`, by their centres: 1, 0 or -1
    /// down and right. `(0, -1)` where they have one centre.
    #[example("position({(5, 5)}, {(1, 7)})" => "(-1, 1)")]
    #[example("position({(5, 5)}, {(5, 5)})" => "(0, -1)")]
    fn position(context: &mut Context, a: Patch, b: Patch) -> IJ {
        let a = toindices(context, a);
        let from = center(context, &a);
        direction(&from, || {
            let b = toindices(context, b);
            center(context, &b)
        })
    }

    /// How far the source has to move until it is adjacent to the destination:
    /// up or down where they have a column in common, else left or right, 42 at
    /// most. Where the destination is nothing, the source.
    #[example("gravitate({(0, 2)}, {(5, 2)})" => "(4, 0)")]
    #[example("gravitate({(0, 2)}, {(5, 0)})" => "(0, -42)")]
    fn gravitate(context: &mut Context, source: Patch, destination: Patch) -> IJ {
        if !destination.is_true() {
            return Ok(source.clone());
        }
        const GRAVITY: Gravity = Gravity {
            center,
            vmatching,
            adjacent,
            shift,
        };
        GRAVITY.pull(context, source, destination)
    }
}
