//! What a patch is here: its indices, edges, sizes, corners and centres.
//!
//! A patch is an object, a set of cells `(colour, (row, column))`, or indices. Which of
//! both is read off its first item: of an object the second part of it is a tuple. A
//! *piece* may be a grid, too: a tuple is taken for one by some primitives, and for a
//! patch of its items by others, as in the original.

use arc_programs_macros::primitives;

use super::super::columns;
use super::super::context::Context;
use super::super::corners::{Corner, corner_of, mean_of, middle};
use super::super::cost;
use super::super::extents::{self, Edge, Reading, without_colours};
use super::CELLS;
use crate::value::{Bounds, Failure, Kind, Outcome, SmallPatch, Value, number, order};

/// How patches are read.
const READING: Reading = Reading::of_patch(CELLS, toindices);

/// What the first item of a patch says about all.
///
/// # Errors
/// [`Failure::NothingNext`] for nothing, else as for `next(iter(patch))[1]`.
pub(super) fn kind_of(patch: &Value) -> Result<Kind, Failure> {
    if let Some(small) = SmallPatch::of(patch, CELLS) {
        return Ok(small.kind());
    }
    let first = patch.items()?.next().ok_or(Failure::NothingNext)?;
    Ok(match first.item(1)? {
        Value::Tuple(_) => Kind::Object(CELLS),
        _ => Kind::Indices,
    })
}

/// What the smallest rectangle around a patch tells, or the original's way where it is no set of
/// small integers. A set is paid for ahead of both.
fn measured(
    context: &mut Context,
    patch: &Value,
    told: impl FnOnce(Bounds) -> Value,
    general: impl FnOnce(&mut Context) -> Outcome,
) -> Outcome {
    match patch {
        Value::Set(set) if !set.is_empty() => {
            context.spend(cost::of_items(patch))?;
            match READING.bounds(patch) {
                Some(bounds) => Ok(told(bounds)),
                None => context.prepaid(general),
            }
        }
        _ => general(context),
    }
}

/// Whether a patch is as long as it has items, and one thick.
fn is_line(
    context: &mut Context,
    patch: &Value,
    [length, thickness]: [extents::Measuring; 2],
) -> Outcome {
    let length = length(context, patch);
    let items = Value::Integer(patch.length()? as i64);
    let is_line = length.equals(&items) && thickness(context, patch).equals(&Value::Integer(1));
    Ok(Value::Boolean(is_line))
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The indices of a patch: an object's cells without their colours, indices as they
    /// are.
    #[example("toindices({(3, (1, 2))})" => "{(1, 2)}")]
    #[example("toindices({(1, 2)})" => "{(1, 2)}")]
    #[example("toindices(())" => "{}")]
    #[in_columns(columns::places(columns, patch))]
    fn toindices(context: &mut Context, patch: Patch) -> Indices {
        if patch.length()? == 0 {
            return Ok(Value::empty_set());
        }
        match kind_of(patch)? {
            Kind::Object(_) => without_colours(context, patch),
            Kind::Indices => Ok(patch.clone()),
        }
    }

    /// The topmost row of a patch. Fails for nothing.
    #[example("uppermost({(2, 5), (1, 7)})" => "1")]
    #[in_columns(columns::of_corners(columns, patch, |[(top, _), _]| [top]))]
    fn uppermost(context: &mut Context, patch: Patch) -> Integer {
        extents::edge(context, patch, READING, Edge::Top)
    }

    /// The lowest row of a patch. Fails for nothing.
    #[example("lowermost({(2, 5), (1, 7)})" => "2")]
    #[in_columns(columns::of_corners(columns, patch, |[_, (bottom, _)]| [bottom]))]
    fn lowermost(context: &mut Context, patch: Patch) -> Integer {
        extents::edge(context, patch, READING, Edge::Bottom)
    }

    /// The leftmost column of a patch. Fails for nothing.
    #[example("leftmost({(2, 5), (1, 7)})" => "5")]
    #[in_columns(columns::of_corners(columns, patch, |[(_, left), _]| [left]))]
    fn leftmost(context: &mut Context, patch: Patch) -> Integer {
        extents::edge(context, patch, READING, Edge::Left)
    }

    /// The rightmost column of a patch. Fails for nothing.
    #[example("rightmost({(2, 5), (1, 7)})" => "7")]
    #[in_columns(columns::of_corners(columns, patch, |[_, (_, right)]| [right]))]
    fn rightmost(context: &mut Context, patch: Patch) -> Integer {
        extents::edge(context, patch, READING, Edge::Right)
    }

    /// The number of rows of a grid, or from the first to the last of a patch; 0 for
    /// nothing.
    #[example("height({(2, 5), (1, 7)})" => "2")]
    #[example("height(((1, 2, 3), (4, 5, 6)))" => "2")]
    fn height(context: &mut Context, piece: Piece) -> Integer {
        if piece.length()? == 0 {
            return Ok(Value::Integer(0));
        }
        if let Value::Tuple(tuple) = piece {
            return Ok(Value::Integer(tuple.len() as i64));
        }
        let height = |bounds: Bounds| Value::Integer(bounds.height());
        measured(context, piece, height, |context| {
            extents::span(context, piece, uppermost, lowermost)
        })
    }

    /// The number of columns of a grid, or from the first to the last of a patch; 0 for
    /// nothing.
    #[example("width({(2, 5), (1, 7)})" => "3")]
    #[example("width(((1, 2, 3), (4, 5, 6)))" => "3")]
    fn width(context: &mut Context, piece: Piece) -> Integer {
        if piece.length()? == 0 {
            return Ok(Value::Integer(0));
        }
        if let Value::Tuple(_) = piece {
            return Ok(Value::Integer(piece.item(0)?.length()? as i64));
        }
        let width = |bounds: Bounds| Value::Integer(bounds.width());
        measured(context, piece, width, |context| {
            extents::span(context, piece, leftmost, rightmost)
        })
    }

    /// Height and width of a grid or a patch.
    #[example("shape({(2, 5), (1, 7)})" => "(2, 3)")]
    #[in_columns(columns::of_corners(columns, piece, |[(top, left), (bottom, right)]| [bottom - top + 1, right - left + 1]))]
    fn shape(context: &mut Context, piece: Piece) -> IntegerTuple {
        let shape = |bounds: Bounds| Value::pair(bounds.height(), bounds.width());
        measured(context, piece, shape, |context| {
            let height = height(context, piece);
            Value::tuple_of_two(height, width(context, piece))
        })
    }

    /// Whether a grid or a patch is higher than it is wide.
    #[example("portrait({(1, 5), (3, 6)})" => "True")]
    fn portrait(context: &mut Context, piece: Piece) -> Boolean {
        let height = height(context, piece);
        order::greater(&height, &width(context, piece)).map(Value::Boolean)
    }

    /// Whether a grid is as high as it is wide, or a patch fills a square.
    #[example("square({(1, 5), (1, 6), (2, 5), (2, 6)})" => "True")]
    #[example("square(((1, 2), (3, 4)))" => "True")]
    fn square(context: &mut Context, piece: Piece) -> Boolean {
        if let Value::Tuple(tuple) = piece {
            let width = piece.item(0)?.length()?;
            return Ok(Value::Boolean(tuple.len() == width));
        }
        let (height, width) = (height(context, piece), width(context, piece));
        let area = number::multiply(&height, &width)?;
        let items = Value::Integer(piece.length()? as i64);
        Ok(Value::Boolean(area.equals(&items) && height.equals(&width)))
    }

    /// Whether a patch forms a vertical line.
    #[example("vline({(1, 5), (2, 5)})" => "True")]
    fn vline(context: &mut Context, patch: Patch) -> Boolean {
        is_line(context, patch, [height, width])
    }

    /// Whether a patch forms a horizontal line.
    #[example("hline({(1, 5), (1, 6)})" => "True")]
    fn hline(context: &mut Context, patch: Patch) -> Boolean {
        is_line(context, patch, [width, height])
    }

    /// The upper left corner of a patch; `()` for nothing.
    #[example("ulcorner({(2, 5), (1, 7)})" => "(1, 5)")]
    #[example("ulcorner({})" => "()")]
    #[in_columns(columns::of_corners(columns, patch, |[(top, left), _]| [top, left]))]
    fn ulcorner(context: &mut Context, patch: Patch) -> IntegerTuple {
        corner_of(context, patch, READING, Corner::UpperLeft)
    }

    /// The upper right corner of a patch; `()` for nothing.
    #[example("urcorner({(2, 5), (1, 7)})" => "(1, 7)")]
    fn urcorner(context: &mut Context, patch: Patch) -> IntegerTuple {
        corner_of(context, patch, READING, Corner::UpperRight)
    }

    /// The lower left corner of a patch; `()` for nothing.
    #[example("llcorner({(2, 5), (1, 7)})" => "(2, 5)")]
    fn llcorner(context: &mut Context, patch: Patch) -> IntegerTuple {
        corner_of(context, patch, READING, Corner::LowerLeft)
    }

    /// The lower right corner of a patch; `()` for nothing.
    #[example("lrcorner({(2, 5), (1, 7)})" => "(2, 7)")]
    #[in_columns(columns::of_corners(columns, patch, |[_, (bottom, right)]| [bottom, right]))]
    fn lrcorner(context: &mut Context, patch: Patch) -> IntegerTuple {
        corner_of(context, patch, READING, Corner::LowerRight)
    }

    /// The corners of a patch; of nothing, the set of `()`.
    #[example("corners({(2, 5), (1, 7)})" => "{(1, 7), (2, 5), (2, 7), (1, 5)}")]
    #[example("corners({})" => "{()}")]
    fn corners(context: &mut Context, patch: Patch) -> Indices {
        let corners: [extents::Measuring; 4] = [ulcorner, urcorner, llcorner, lrcorner];
        // Copied once more in the original, which so few do not show.
        Value::set(corners.map(|corner| corner(context, patch)))
    }

    /// The middle of a patch; of two middles the lower one, and the right one. Fails for
    /// nothing.
    #[example("center({(1, 5), (2, 7)})" => "(2, 6)")]
    fn center(context: &mut Context, patch: Patch) -> IntegerTuple {
        let center = |bounds: Bounds| {
            let row = bounds.top + bounds.height() / 2;
            Value::pair(row, bounds.left + bounds.width() / 2)
        };
        measured(context, patch, center, |context| {
            let (top, height) = (uppermost(context, patch), height(context, patch));
            let (left, width) = (leftmost(context, patch), width(context, patch));
            middle(&top, &height, &left, &width)
        })
    }

    /// The mean of a patch's indices, rounded down; `()` for nothing.
    #[example("centerofmass({(0, 0), (0, 1), (3, 5)})" => "(1, 2)")]
    fn centerofmass(context: &mut Context, patch: Patch) -> IntegerTuple {
        let indices = toindices(context, patch);
        mean_of(context, patch, &indices)
    }
}
