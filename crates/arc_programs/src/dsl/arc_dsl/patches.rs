//! Patches moved, mirrored, scaled and recoloured, and the periods of objects.
//!
//! Where a grid is meant too, a tuple is taken for one.

use arc_programs_macros::primitives;

use super::super::columns;
use super::super::context::Context;
use super::super::grids;
use super::super::patches::{displaced, moved_to_each, normalized, period, upscaled};
use super::CELLS;
use super::extents::{height, kind_of, leftmost, lrcorner, toindices, ulcorner, uppermost, width};
use crate::value::affine::{Axis, Movement};
use crate::value::{Kind, Outcome, SetBuilder, SmallPatch, Value, number};

/// The sum of a patch's first and last coordinate on an axis.
fn ends(context: &mut Context, patch: &Value, axis: i64) -> Outcome {
    let first = ulcorner(context, patch).item(axis)?;
    number::add(&first, &lrcorner(context, patch).item(axis)?)
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The object that has this colour at all indices of a patch.
    #[example("recolor(4, {(1, 2)})" => "{(4, (1, 2))}")]
    #[example("recolor(4, {(3, (1, 2))})" => "{(4, (1, 2))}")]
    #[in_columns(columns::coloured(columns, value, patch))]
    fn recolor(context: &mut Context, value: Integer, patch: Patch) -> Object {
        let indices = toindices(context, patch);
        context.spend(indices.length()?)?;
        if let Some(indices) = SmallPatch::of_kind(&indices, Kind::Indices) {
            return indices.coloured(CELLS, value).map(Value::Set);
        }
        // Whatever the items are, they are taken as they are.
        let mut cells = SetBuilder::new();
        for index in indices.items()? {
            cells.insert(Value::tuple_of_two(value.clone(), index)?);
        }
        cells.finish().map(Value::Set)
    }

    /// The patch moved by the vector. Nothing stays as it is, whatever the vector.
    #[example("shift({(3, (1, 2))}, (1, -1))" => "{(3, (2, 1))}")]
    #[example("shift({(1, 2)}, UNITY)" => "{(2, 3)}")]
    #[on_each(moved_to_each)]
    #[in_columns(columns::moved(columns, patch, directions))]
    fn shift(context: &mut Context, patch: Patch, directions: IntegerTuple) -> Patch {
        if patch.length()? == 0 {
            return Ok(patch.clone());
        }
        let [down, right] = directions.unpack()?;
        displaced(context, patch, kind_of(patch)?, &Movement::by(down, right))
    }

    /// The patch moved so that its first row and its first column are 0.
    #[example("normalize({(2, 5), (3, 7)})" => "{(1, 2), (0, 0)}")]
    #[in_columns(columns::normalized(columns, patch))]
    fn normalize(context: &mut Context, patch: Patch) -> Patch {
        normalized(context, patch, [uppermost, leftmost], shift)
    }

    /// The grid or the patch upside down. Fails for an empty set.
    #[example("hmirror({(0, 0), (1, 2)})" => "{(1, 0), (0, 2)}")]
    #[example("hmirror(((1, 2), (3, 4)))" => "((3, 4), (1, 2))")]
    fn hmirror(context: &mut Context, piece: Piece) -> Piece {
        if let Value::Tuple(_) = piece {
            return Ok(grids::hmirror_t(context, piece));
        }
        let movement = Movement::top_down(ends(context, piece, 0)?);
        displaced(context, piece, kind_of(piece)?, &movement)
    }

    /// The grid or the patch with left and right exchanged. Fails for an empty set.
    #[example("vmirror({(0, 0), (1, 2)})" => "{(1, 0), (0, 2)}")]
    #[example("vmirror(((1, 2), (3, 4)))" => "((2, 1), (4, 3))")]
    fn vmirror(context: &mut Context, piece: Piece) -> Piece {
        if let Value::Tuple(_) = piece {
            return Ok(grids::vmirror_t(context, piece));
        }
        let movement = Movement::left_right(ends(context, piece, 1)?);
        displaced(context, piece, kind_of(piece)?, &movement)
    }

    /// The grid or the patch with rows and columns exchanged; the upper left corner
    /// stays. Fails for an empty set.
    #[example("dmirror({(1, 5), (1, 7)})" => "{(3, 5), (1, 5)}")]
    #[example("dmirror(((1, 2), (3, 4)))" => "((1, 3), (2, 4))")]
    fn dmirror(context: &mut Context, piece: Piece) -> Piece {
        if let Value::Tuple(_) = piece {
            return Ok(grids::dmirror_t(context, piece));
        }
        let [top, left] = ulcorner(context, piece).unpack()?;
        let movement = Movement::transposed(top, left);
        displaced(context, piece, kind_of(piece)?, &movement)
    }

    /// The grid or the patch mirrored at its other diagonal. Fails for an empty set.
    #[example("cmirror(((1, 2), (3, 4)))" => "((4, 2), (3, 1))")]
    #[example("cmirror({(3, (0, 0)), (4, (1, 0))})" => "{(3, (0, 1)), (4, (0, 0))}")]
    fn cmirror(context: &mut Context, piece: Piece) -> Piece {
        if let Value::Tuple(_) = piece {
            return Ok(grids::cmirror_t(context, piece));
        }
        let mirrored = vmirror(context, piece);
        let mirrored = dmirror(context, &mirrored);
        Ok(vmirror(context, &mirrored))
    }

    /// The grid or the object with each cell made a square of this many cells a side;
    /// an object's upper left corner stays.
    #[example("upscale(((1, 2),), 2)" => "((1, 1, 2, 2), (1, 1, 2, 2))")]
    #[example("size(upscale({(3, (1, 1))}, 2))" => "4")]
    fn upscale(context: &mut Context, element: Element, factor: Integer) -> Element {
        if let Value::Tuple(_) = element {
            return Ok(grids::upscale_t(context, element, factor));
        }
        upscaled(context, element, factor, (ulcorner, shift))
    }

    /// The distance after which an object repeats along its rows: the least by which it
    /// can be moved left and lie on itself, or its width.
    #[example("hperiod({(1, (0, 0)), (2, (0, 1)), (1, (0, 2)), (2, (0, 3))})" => "2")]
    fn hperiod(context: &mut Context, obj: Object) -> Integer {
        let normalized = normalize(context, obj);
        let width = width(context, &normalized);
        period(context, &normalized, width, Axis::Column, shift)
    }

    /// The distance after which an object repeats along its columns: the least by which
    /// it can be moved up and lie on itself, or its height.
    #[example("vperiod({(1, (0, 0)), (2, (1, 0)), (1, (2, 0)), (2, (3, 0))})" => "2")]
    fn vperiod(context: &mut Context, obj: Object) -> Integer {
        let normalized = normalize(context, obj);
        let height = height(context, &normalized);
        period(context, &normalized, height, Axis::Row, shift)
    }
}
