//! Indices drawn from scratch: boxes, lines, neighbours.

use arc_programs_macros::primitives;

use super::super::context::Context;
use super::super::shapes::{
    self, AT_CORNERS, BESIDE, GRID, around, beside_in_grid, connect_all, end_of_shot, line,
    line_between, lines, neighbours_in_grid, outline, outline_by_edges, rectangle, row,
};
use super::extents::{lrcorner, toindices, ulcorner};
use super::relations::EDGES;
use crate::value::{Value, number};

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The four places beside a place.
    #[example("dneighbors((1, 1))" => "{(0, 1), (1, 0), (1, 2), (2, 1)}")]
    fn dneighbors(loc: IntegerTuple) -> Indices {
        beside_in_grid(loc).unwrap_or_else(|| around(loc, BESIDE))
    }

    /// The four places that touch a place at its corners.
    #[example("ineighbors((1, 1))" => "{(2, 2), (0, 2), (2, 0), (0, 0)}")]
    fn ineighbors(loc: IntegerTuple) -> Indices {
        around(loc, AT_CORNERS)
    }

    /// The eight places around a place.
    #[example("neighbors((1, 1))" => "{(0, 1), (1, 2), (2, 1), (0, 0), (2, 0), (0, 2), (2, 2), (1, 0)}")]
    fn neighbors(context: &mut Context, loc: IntegerTuple) -> Indices {
        if let Some(kept) = neighbours_in_grid(context, loc) {
            return kept;
        }
        number::or(&dneighbors(context, loc), &ineighbors(context, loc))
    }

    /// The line between two places, both included, where they lie in one row, in one
    /// column or on one diagonal; else nothing.
    #[example("connect((1, 2), (3, 4))" => "{(2, 3), (1, 2), (3, 4)}")]
    #[example("connect((1, 2), (3, 5))" => "{}")]
    #[on_pairs(connect_all)]
    #[in_columns(lines(columns, a, b))]
    fn connect(context: &mut Context, a: IntegerTuple, b: IntegerTuple) -> Indices {
        match (a.as_pair(), b.as_pair()) {
            (Some(a), Some(b)) => line(context, a, b),
            _ => line_between(context, a, b),
        }
    }

    /// The line from a place in a direction, beyond any grid.
    #[example("size(shoot((0, 0), (1, 1)))" => "43")]
    fn shoot(context: &mut Context, start: IntegerTuple, direction: IntegerTuple) -> Indices {
        let end = end_of_shot(start, direction)?;
        Ok(connect(context, start, &end))
    }

    #[body_of(shapes::vfrontier)]
    fn vfrontier(location: IntegerTuple) -> Indices;

    /// The 30 places of a place's row.
    #[example("contained((1, 29), hfrontier((1, 3)))" => "True")]
    fn hfrontier(context: &mut Context, location: IntegerTuple) -> Indices {
        let line = row(context, &location.item(0)?, &(0..GRID))?;
        Ok(Value::Set(line))
    }

    /// The indices of the smallest rectangle around a patch.
    #[example("backdrop({(1, 5), (2, 6)})" => "{(1, 6), (2, 5), (2, 6), (1, 5)}")]
    fn backdrop(context: &mut Context, patch: Patch) -> Indices {
        if patch.length()? == 0 {
            return Ok(Value::empty_set());
        }
        let indices = toindices(context, patch);
        let first = ulcorner(context, &indices).unpack()?;
        let last = lrcorner(context, patch).unpack()?;
        rectangle(context, first, last)
    }

    /// The indices of the smallest rectangle around a patch that are not in the patch.
    #[example("delta({(1, 5), (2, 6)})" => "{(1, 6), (2, 5)}")]
    fn delta(context: &mut Context, patch: Patch) -> Indices {
        if patch.length()? == 0 {
            return Ok(Value::empty_set());
        }
        let backdrop = backdrop(context, patch);
        number::subtract(&backdrop, &toindices(context, patch))
    }

    /// The outline of the rectangle one inside of a patch. Of a patch too small to have
    /// an inside it goes around the corners all the same. Fails for nothing.
    #[example("inbox({(1, 5), (4, 7)})" => "{(2, 6), (3, 6)}")]
    fn inbox(context: &mut Context, patch: Patch) -> Indices {
        outline_by_edges(context, patch, -1, &EDGES)
    }

    /// The outline of the rectangle one outside of a patch. Fails for nothing.
    #[example("outbox({(1, 5)})" => "{(2, 4), (0, 4), (1, 4), (0, 6), (2, 6), (0, 5), (1, 6), (2, 5)}")]
    fn outbox(context: &mut Context, patch: Patch) -> Indices {
        outline_by_edges(context, patch, 1, &EDGES)
    }

    /// The outline of the smallest rectangle around a patch; nothing as it is.
    #[example("box({(1, 5), (3, 7)})" => "{(2, 7), (1, 5), (3, 7), (1, 7), (3, 6), (1, 6), (2, 5), (3, 5)}")]
    fn r#box(context: &mut Context, patch: Patch) -> Indices {
        if patch.length()? == 0 {
            return Ok(patch.clone());
        }
        let first = ulcorner(context, patch).unpack()?;
        let last = lrcorner(context, patch).unpack()?;
        outline(context, first, last)
    }
}
