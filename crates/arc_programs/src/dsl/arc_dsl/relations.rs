//! Where patches lie to each other and to a grid.

use arc_programs_macros::primitives;

use super::super::context::Context;
use super::super::distances::{distances, least_distance};
use super::super::relations::{Axis, Edges, Gravity, direction, share, share_in_columns};
use super::CELLS;
use super::extents::{center, leftmost, lowermost, rightmost, toindices, uppermost};
use super::patches::shift;
use crate::value::{Failure, SmallPatch, Value};

/// The primitives that find the edges of a patch.
pub(super) const EDGES: Edges = Edges {
    top: uppermost,
    left: leftmost,
    bottom: lowermost,
    right: rightmost,
};

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// Whether two patches have a row in common.
    #[example("hmatching({(1, 2)}, {(3, (1, 7))})" => "True")]
    #[in_columns(share_in_columns(columns, a, b, Axis::Row))]
    fn hmatching(context: &mut Context, a: Patch, b: Patch) -> Boolean {
        share(context, a, b, Axis::Row, toindices)
    }

    /// Whether two patches have a column in common.
    #[example("vmatching({(1, 2)}, {(3, (1, 7))})" => "False")]
    #[in_columns(share_in_columns(columns, a, b, Axis::Column))]
    fn vmatching(context: &mut Context, a: Patch, b: Patch) -> Boolean {
        share(context, a, b, Axis::Column, toindices)
    }

    /// The least distance between cells of two patches, in steps along rows and columns.
    /// Fails where one of them is nothing.
    #[in_columns(distances(columns, a, b))]
    #[example("manhattan({(1, 2), (0, 0)}, {(5, (3, 3))})" => "3")]
    fn manhattan(context: &mut Context, a: Patch, b: Patch) -> Integer {
        if SmallPatch::of(a, CELLS).is_none() {
            // Python looks at the other one when it has a place of the first.
            let places = context.prepaid(|context| toindices(context, a));
            let first = places.items()?.next().ok_or(Failure::WrongValue)?;
            let [_, _] = first.unpack()?;
        }
        least_distance(context, a, b, toindices)
    }

    /// Whether two patches touch along an edge of a cell. Fails where one of them is
    /// nothing.
    #[example("adjacent({(1, 2)}, {(1, 3)})" => "True")]
    #[example("adjacent({(1, 2)}, {(2, 3)})" => "False")]
    fn adjacent(context: &mut Context, a: Patch, b: Patch) -> Boolean {
        let distance = manhattan(context, a, b);
        Ok(Value::Boolean(distance.equals(&Value::Integer(1))))
    }

    /// Whether a patch touches a border of the grid.
    #[example("bordering({(1, 2)}, ((0, 0, 0), (0, 0, 0), (0, 0, 0)))" => "True")]
    #[example("bordering({(1, 1)}, ((0, 0, 0), (0, 0, 0), (0, 0, 0)))" => "False")]
    fn bordering(context: &mut Context, patch: Patch, grid: Grid) -> Boolean {
        EDGES.touch(context, patch, grid)
    }

    /// The direction in which `b` lies from `a`, by their centres: 1, 0 or -1 down and
    /// right. `(0, -1)` where they have one centre.
    #[example("position({(5, 5)}, {(1, 7)})" => "(-1, 1)")]
    #[example("position({(5, 5)}, {(5, 5)})" => "(0, -1)")]
    fn position(context: &mut Context, a: Patch, b: Patch) -> IntegerTuple {
        let a = toindices(context, a);
        let from = center(context, &a);
        direction(&from, || {
            let b = toindices(context, b);
            center(context, &b)
        })
    }

    /// How far the source has to move until it is adjacent to the destination: up or
    /// down where they have a column in common, else left or right, 42 at most.
    #[example("gravitate({(0, 2)}, {(5, 2)})" => "(4, 0)")]
    #[example("gravitate({(0, 2)}, {(5, 0)})" => "(0, -42)")]
    fn gravitate(context: &mut Context, source: Patch, destination: Patch) -> IntegerTuple {
        const GRAVITY: Gravity = Gravity {
            center,
            vmatching,
            adjacent,
            shift,
        };
        GRAVITY.pull(context, source, destination)
    }
}
