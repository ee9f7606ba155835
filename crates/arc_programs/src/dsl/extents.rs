//! A patch's indices, edges and sizes.
//!
//! A patch is an object (a set of cells `(row, column, colour)`) or indices (a
//! set of `(row, column)`). Nothing checks that: a tuple of cells is as good,
//! and whether a patch has colours is read off its first item.
//!
//! Most primitives come in three: of a patch, of indices (`_i`) and of an object
//! (`_o`). They differ in the [`Reading`] of what they are given, and an object
//! read as indices, or the other way round, fails.

use arc_programs_macros::primitives;

use super::columns::{self, Column, Columns, PatchRows};
use super::context::Context;
use super::cost;
use super::extent_columns::{are_lines, edges, shape_tests, shapes, sizes};
use crate::value::affine::Axis;
use crate::value::{
    Bounds, CellLayout, Kind, Outcome, SetBuilder, SmallPatch, Value, number, order,
};

/// A primitive of one patch, as other primitives call it.
pub(super) type Measuring = fn(&mut Context, &Value) -> Value;

/// The choice with this number, counted from 0; a number is whatever equals
/// one.
pub(super) fn numbered<const COUNT: usize>(
    number: &Value,
    choices: [Measuring; COUNT],
) -> Option<Measuring> {
    (0..)
        .zip(choices)
        .find(|(place, _)| number.equals(&Value::Integer(*place)))
        .map(|(_, choice)| choice)
}

/// What a primitive takes its argument for.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// The items that it is meant for; those of a patch are places, or cells of this
    /// layout.
    takes: Takes,
    /// The primitive that makes indices of it.
    indices: Measuring,
}

#[derive(Clone, Copy)]
enum Takes {
    Either(CellLayout),
    Only(Kind),
}

impl Reading {
    /// An object if the first item has three items, else indices.
    pub(super) const PATCH: Reading = Reading::of_patch(CellLayout::RowFirst, toindices);

    pub(super) const INDICES: Reading = Reading {
        takes: Takes::Only(Kind::Indices),
        indices: toindices_i,
    };

    pub(super) const OBJECT: Reading = Reading {
        takes: Takes::Only(Kind::Object(CellLayout::RowFirst)),
        indices: toindices_o,
    };

    /// Indices, or an object of cells of a layout, of which a primitive makes indices.
    pub(super) const fn of_patch(cells: CellLayout, indices: Measuring) -> Reading {
        Reading {
            takes: Takes::Either(cells),
            indices,
        }
    }

    /// The indices, by the primitive for this reading.
    pub(super) fn indices(self, context: &mut Context, patch: &Value) -> Value {
        (self.indices)(context, patch)
    }

    /// The smallest rectangle around a patch of small integers, read off without
    /// making its indices. `None` says only that this way is not open: for
    /// nothing, for what holds other values, and for what this reading does not
    /// take.
    pub(super) fn bounds(self, patch: &Value) -> Option<Bounds> {
        self.small(patch).map(SmallPatch::bounds)
    }

    /// The patches in a column that this reading takes, as [`Reading::bounds`].
    pub(super) fn rows(self, columns: &Columns, patch: &Column) -> Option<PatchRows> {
        PatchRows::of(columns, patch, |kind| match self.takes {
            Takes::Either(cells) => kind == Kind::Indices || kind == Kind::Object(cells),
            Takes::Only(own) => kind == own,
        })
    }

    /// The patch of small integers that this reading takes.
    fn small(self, patch: &Value) -> Option<SmallPatch<'_>> {
        match self.takes {
            Takes::Either(cells) => SmallPatch::of(patch, cells),
            Takes::Only(kind) => SmallPatch::of_kind(patch, kind),
        }
    }
}

/// An edge of a patch.
#[derive(Clone, Copy)]
pub(super) enum Edge {
    Top,
    Left,
    Bottom,
    Right,
}

impl Edge {
    /// Where it lies on a patch.
    fn of(self, patch: SmallPatch<'_>) -> i64 {
        match self {
            Edge::Top => patch.span(Axis::Row).0,
            Edge::Left => patch.span(Axis::Column).0,
            Edge::Bottom => patch.span(Axis::Row).1,
            Edge::Right => patch.span(Axis::Column).1,
        }
    }
}

/// Where an edge lies; of nothing, this fails.
pub(super) fn edge(context: &mut Context, patch: &Value, reading: Reading, edge: Edge) -> Outcome {
    context.spend(cost::of_items(patch))?;
    if let Some(patch) = reading.small(patch) {
        return Ok(Value::Integer(edge.of(patch)));
    }
    let indices = context.prepaid(|context| reading.indices(context, patch));
    let coordinates = indices.items()?.map(|index| {
        let [row, column] = index.unpack()?;
        Ok(match edge {
            Edge::Top | Edge::Bottom => row,
            Edge::Left | Edge::Right => column,
        })
    });
    match edge {
        Edge::Top | Edge::Left => order::minimum_of(coordinates),
        Edge::Bottom | Edge::Right => order::maximum_of(coordinates),
    }
}

/// Where an edge lies; `nan` for nothing, and for whatever else a condition
/// holds for false.
fn edge_or_nan(context: &mut Context, patch: &Value, reading: Reading, side: Edge) -> Outcome {
    if !patch.is_true() {
        return Ok(Value::NAN);
    }
    edge(context, patch, reading, side)
}

/// From the first edge to the last, both included; 0 for nothing.
pub(super) fn span(
    context: &mut Context,
    piece: &Value,
    first: Measuring,
    last: Measuring,
) -> Outcome {
    if piece.length()? == 0 {
        return Ok(Value::Integer(0));
    }
    let difference = number::subtract(&last(context, piece), &first(context, piece))?;
    number::add(&difference, &Value::Integer(1))
}

/// Whether a piece is as long as it has items along an axis, and one thick.
fn is_line(
    context: &mut Context,
    piece: &Value,
    (reading, along): (Reading, Axis),
    [length, thickness]: [Measuring; 2],
) -> Outcome {
    if let Some(patch) = reading.small(piece) {
        // Those of three primitives: of the length, of the last edge and of the first.
        let steps = cost::of_items(piece).saturating_mul(2).saturating_add(3);
        let mut length = |axis| {
            context.spend(steps)?;
            let (first, last) = patch.span(axis);
            Ok(last - first + 1)
        };
        let across = along.choose(Axis::Column, Axis::Row);
        let is_line = length(along)? == piece.length()? as i64 && length(across)? == 1;
        return Ok(Value::Boolean(is_line));
    }
    let items = Value::Integer(piece.length()? as i64);
    let is_line = length(context, piece).equals(&items)
        && thickness(context, piece).equals(&Value::Integer(1));
    Ok(Value::Boolean(is_line))
}

/// Cells without their colours.
pub(super) fn without_colours(context: &mut Context, cells: &Value) -> Outcome {
    context.spend(cells.length()?)?;
    let layout = context.cells();
    if let Some(object) = SmallPatch::of_kind(cells, Kind::Object(layout)) {
        return object.indices().map(Value::Set);
    }
    let mut indices = SetBuilder::new();
    for cell in cells.items()? {
        indices.insert(layout.place(&cell)?);
    }
    indices.finish().map(Value::Set)
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The indices of a patch: an object's cells without their colours, indices
    /// as they are. Empty where the first item is no container. A patch whose
    /// first item has three items must have three in all.
    #[example("toindices({(1, 2, 3)})" => "{(1, 2)}")]
    #[example("toindices({(1, 2)})" => "{(1, 2)}")]
    #[example("toindices(7)" => "{}")]
    #[in_columns(columns::places(columns, patch))]
    fn toindices(context: &mut Context, patch: Patch) -> Indices {
        if let Some(small) = SmallPatch::of(patch, CellLayout::RowFirst) {
            return match small.kind() {
                Kind::Object(_) => without_colours(context, patch),
                Kind::Indices => Ok(patch.clone()),
            };
        }
        let Some(first) = patch.items().ok().and_then(|mut items| items.next()) else {
            return Ok(Value::empty_set());
        };
        match first.length() {
            Ok(3) => without_colours(context, patch),
            Ok(_) => Ok(patch.clone()),
            Err(_) => Ok(Value::empty_set()),
        }
    }

    /// The argument itself, whatever it is.
    #[example("toindices_i({(1, 2)})" => "{(1, 2)}")]
    fn toindices_i(indices: Indices) -> Indices {
        Ok(indices.clone())
    }

    /// The indices of an object: its cells without their colours.
    #[example("toindices_o({(1, 2, 3)})" => "{(1, 2)}")]
    fn toindices_o(context: &mut Context, obj: Object) -> Indices {
        without_colours(context, obj)
    }

    /// The topmost row of a patch; `nan` for nothing.
    #[example("uppermost({(2, 5), (1, 7)})" => "1")]
    #[example("uppermost({})" => "nan")]
    #[in_columns(edges(columns, patch, Reading::PATCH, Edge::Top))]
    fn uppermost(context: &mut Context, patch: Patch) -> Integer {
        edge_or_nan(context, patch, Reading::PATCH, Edge::Top)
    }

    /// The topmost row of indices; `nan` for nothing.
    #[example("uppermost_i({(2, 5), (1, 7)})" => "1")]
    #[in_columns(edges(columns, indices, Reading::INDICES, Edge::Top))]
    fn uppermost_i(context: &mut Context, indices: Indices) -> Integer {
        edge_or_nan(context, indices, Reading::INDICES, Edge::Top)
    }

    /// The topmost row of an object; `nan` for nothing.
    #[example("uppermost_o({(2, 5, 3), (1, 7, 3)})" => "1")]
    #[in_columns(edges(columns, obj, Reading::OBJECT, Edge::Top))]
    fn uppermost_o(context: &mut Context, obj: Object) -> Integer {
        edge_or_nan(context, obj, Reading::OBJECT, Edge::Top)
    }

    /// The lowest row of a patch; `nan` for nothing.
    #[example("lowermost({(2, 5), (1, 7)})" => "2")]
    #[in_columns(edges(columns, patch, Reading::PATCH, Edge::Bottom))]
    fn lowermost(context: &mut Context, patch: Patch) -> Integer {
        edge_or_nan(context, patch, Reading::PATCH, Edge::Bottom)
    }

    /// The lowest row of indices; `nan` for nothing.
    #[example("lowermost_i({(2, 5), (1, 7)})" => "2")]
    #[in_columns(edges(columns, indices, Reading::INDICES, Edge::Bottom))]
    fn lowermost_i(context: &mut Context, indices: Indices) -> Integer {
        edge_or_nan(context, indices, Reading::INDICES, Edge::Bottom)
    }

    /// The lowest row of an object; `nan` for nothing.
    #[example("lowermost_o({(2, 5, 3), (1, 7, 3)})" => "2")]
    #[in_columns(edges(columns, obj, Reading::OBJECT, Edge::Bottom))]
    fn lowermost_o(context: &mut Context, obj: Object) -> Integer {
        edge_or_nan(context, obj, Reading::OBJECT, Edge::Bottom)
    }

    /// The leftmost column of a patch; `nan` for nothing.
    #[example("leftmost({(2, 5), (1, 7)})" => "5")]
    #[in_columns(edges(columns, patch, Reading::PATCH, Edge::Left))]
    fn leftmost(context: &mut Context, patch: Patch) -> Integer {
        edge_or_nan(context, patch, Reading::PATCH, Edge::Left)
    }

    /// The leftmost column of indices; `nan` for nothing.
    #[example("leftmost_i({(2, 5), (1, 7)})" => "5")]
    #[in_columns(edges(columns, indices, Reading::INDICES, Edge::Left))]
    fn leftmost_i(context: &mut Context, indices: Indices) -> Integer {
        edge_or_nan(context, indices, Reading::INDICES, Edge::Left)
    }

    /// The leftmost column of an object; `nan` for nothing.
    #[example("leftmost_o({(2, 5, 3), (1, 7, 3)})" => "5")]
    #[in_columns(edges(columns, obj, Reading::OBJECT, Edge::Left))]
    fn leftmost_o(context: &mut Context, obj: Object) -> Integer {
        edge_or_nan(context, obj, Reading::OBJECT, Edge::Left)
    }

    /// The rightmost column of a patch; `nan` for nothing.
    #[example("rightmost({(2, 5), (1, 7)})" => "7")]
    #[in_columns(edges(columns, patch, Reading::PATCH, Edge::Right))]
    fn rightmost(context: &mut Context, patch: Patch) -> Integer {
        edge_or_nan(context, patch, Reading::PATCH, Edge::Right)
    }

    /// The rightmost column of indices; 0 for nothing.
    #[example("rightmost_i({(2, 5), (1, 7)})" => "7")]
    #[example("rightmost_i({})" => "0")]
    #[in_columns(edges(columns, indices, Reading::INDICES, Edge::Right))]
    fn rightmost_i(context: &mut Context, indices: Indices) -> Integer {
        edge(context, indices, Reading::INDICES, Edge::Right)
    }

    /// The rightmost column of an object; 0 for nothing.
    #[example("rightmost_o({(2, 5, 3), (1, 7, 3)})" => "7")]
    #[example("rightmost_o({})" => "0")]
    #[in_columns(edges(columns, obj, Reading::OBJECT, Edge::Right))]
    fn rightmost_o(context: &mut Context, obj: Object) -> Integer {
        edge(context, obj, Reading::OBJECT, Edge::Right)
    }

    /// An edge of a patch by its number: 0 the lowest row, 1 the topmost, 2 the
    /// leftmost column, 3 the rightmost. `None` for any other number.
    #[example("col_row({(2, 5), (1, 7)}, 0)" => "2")]
    #[example("col_row({(2, 5), (1, 7)}, 4)" => "None")]
    fn col_row(context: &mut Context, patch: Patch, r#type: R4) -> Integer {
        let chosen = numbered(r#type, [lowermost, uppermost, leftmost, rightmost]);
        Ok(chosen.map_or(Value::None, |edge| edge(context, patch)))
    }

    /// The number of rows from the first to the last of a patch; 0 for nothing.
    #[example("height_f({(2, 5), (1, 7)})" => "2")]
    #[in_columns(sizes(columns, piece, Reading::PATCH, Axis::Row))]
    fn height_f(context: &mut Context, piece: Indices) -> Integer {
        span(context, piece, uppermost, lowermost)
    }

    /// The number of rows from the first to the last of indices; 0 for nothing.
    #[example("height_i({(2, 5), (1, 7)})" => "2")]
    #[in_columns(sizes(columns, piece, Reading::INDICES, Axis::Row))]
    fn height_i(context: &mut Context, piece: Indices) -> Integer {
        span(context, piece, uppermost_i, lowermost_i)
    }

    /// The number of rows from the first to the last of an object; 0 for nothing.
    #[example("height_o({(2, 5, 3), (1, 7, 3)})" => "2")]
    #[in_columns(sizes(columns, piece, Reading::OBJECT, Axis::Row))]
    fn height_o(context: &mut Context, piece: Object) -> Integer {
        span(context, piece, uppermost_o, lowermost_o)
    }

    /// The number of columns from the first to the last of a patch; 0 for nothing.
    #[example("width_f({(2, 5), (1, 7)})" => "3")]
    #[in_columns(sizes(columns, piece, Reading::PATCH, Axis::Column))]
    fn width_f(context: &mut Context, piece: Indices) -> Integer {
        span(context, piece, leftmost, rightmost)
    }

    /// The number of columns from the first to the last of indices; 0 for nothing.
    #[example("width_i({(2, 5), (1, 7)})" => "3")]
    #[in_columns(sizes(columns, piece, Reading::INDICES, Axis::Column))]
    fn width_i(context: &mut Context, piece: Indices) -> Integer {
        span(context, piece, leftmost_i, rightmost_i)
    }

    /// The number of columns from the first to the last of an object; 0 for nothing.
    #[example("width_o({(2, 5, 3), (1, 7, 3)})" => "3")]
    #[in_columns(sizes(columns, piece, Reading::OBJECT, Axis::Column))]
    fn width_o(context: &mut Context, piece: Object) -> Integer {
        span(context, piece, leftmost_o, rightmost_o)
    }

    /// Height and width of a patch.
    #[example("shape_f({(2, 5), (1, 7)})" => "(2, 3)")]
    #[in_columns(shapes(columns, patch))]
    fn shape_f(context: &mut Context, patch: Patch) -> IJ {
        context.spend(cost::of_items(patch))?;
        if let Some(bounds) = Reading::PATCH.bounds(patch) {
            return Ok(Value::pair(bounds.height(), bounds.width()));
        }
        context.prepaid(|context| {
            let height = height_f(context, patch);
            Value::tuple_of_two(height, width_f(context, patch))
        })
    }

    /// Whether a patch is higher than it is wide.
    #[example("portrait_f({(1, 5), (3, 6)})" => "True")]
    #[example("portrait_f({(1, 5), (2, 6)})" => "False")]
    #[in_columns(shape_tests(columns, patch, |[height, width], _| height > width))]
    fn portrait_f(context: &mut Context, patch: Patch) -> Boolean {
        let height = height_f(context, patch);
        order::greater(&height, &width_f(context, patch)).map(Value::Boolean)
    }

    /// Whether a patch fills a square.
    #[example("square_f({(1, 5), (1, 6), (2, 5), (2, 6)})" => "True")]
    #[example("square_f({(1, 5), (2, 6)})" => "False")]
    #[in_columns(shape_tests(columns, patch, |[height, width], items| height == width && height * width == items))]
    fn square_f(context: &mut Context, patch: Patch) -> Boolean {
        let (height, width) = (height_f(context, patch), width_f(context, patch));
        let items = Value::Integer(patch.length()? as i64);
        let fills = number::multiply(&height, &width)?.equals(&items);
        Ok(Value::Boolean(fills && height.equals(&width)))
    }

    /// Whether indices form a vertical line.
    #[example("vline_i({(1, 5), (2, 5)})" => "True")]
    #[in_columns(are_lines(columns, patch, Reading::INDICES, Axis::Row))]
    fn vline_i(context: &mut Context, patch: Indices) -> Boolean {
        let along = (Reading::INDICES, Axis::Row);
        is_line(context, patch, along, [height_i, width_i])
    }

    /// Whether an object forms a vertical line.
    #[example("vline_o({(1, 5, 3), (2, 5, 3)})" => "True")]
    #[in_columns(are_lines(columns, patch, Reading::OBJECT, Axis::Row))]
    fn vline_o(context: &mut Context, patch: Object) -> Boolean {
        let along = (Reading::OBJECT, Axis::Row);
        is_line(context, patch, along, [height_o, width_o])
    }

    /// Whether indices form a horizontal line.
    #[example("hline_i({(1, 5), (1, 6)})" => "True")]
    #[in_columns(are_lines(columns, patch, Reading::INDICES, Axis::Column))]
    fn hline_i(context: &mut Context, patch: Indices) -> Boolean {
        let along = (Reading::INDICES, Axis::Column);
        is_line(context, patch, along, [width_i, height_i])
    }

    /// Whether an object forms a horizontal line.
    #[example("hline_o({(1, 5, 3), (1, 6, 3)})" => "True")]
    #[in_columns(are_lines(columns, patch, Reading::OBJECT, Axis::Column))]
    fn hline_o(context: &mut Context, patch: Object) -> Boolean {
        let along = (Reading::OBJECT, Axis::Column);
        is_line(context, patch, along, [width_o, height_o])
    }
}
