//! A patch's corners, its centre, and its centre of mass.

use arc_programs_macros::primitives;

use super::context::Context;
use super::cost;
use super::extent_columns::{centers, corners as corner_columns};
use super::extents::{
    Measuring, Reading, height_f, leftmost, numbered, toindices, uppermost, width_f,
};
use crate::value::{Bounds, Failure, Outcome, Value, number, order};

/// A corner of a patch.
#[derive(Clone, Copy)]
pub(super) enum Corner {
    UpperLeft,
    UpperRight,
    LowerLeft,
    LowerRight,
}

impl Corner {
    /// Where it is on a rectangle.
    fn of(self, bounds: Bounds) -> Value {
        let [row, column] =
            self.between([(bounds.top, bounds.left), (bounds.bottom, bounds.right)]);
        Value::pair(row, column)
    }

    /// Its row and column, by those of the upper left and of the lower right one.
    pub(super) fn between(self, [(top, left), (bottom, right)]: [(i64, i64); 2]) -> [i64; 2] {
        match self {
            Corner::UpperLeft => [top, left],
            Corner::UpperRight => [top, right],
            Corner::LowerLeft => [bottom, left],
            Corner::LowerRight => [bottom, right],
        }
    }

    /// Which of the values on an axis it takes. Indices of more than two axes
    /// have an upper left and a lower right corner, and no others.
    fn extreme(self, axis: usize, values: &[Value]) -> Outcome {
        match (self, axis) {
            (Corner::UpperLeft, _) | (Corner::UpperRight, 0) | (Corner::LowerLeft, 1) => {
                order::minimum(values)
            }
            (Corner::LowerRight, _) | (Corner::UpperRight, 1) | (Corner::LowerLeft, 0) => {
                order::maximum(values)
            }
            _ => Err(Failure::MissingKey),
        }
    }
}

/// A corner of a patch. Nothing has none, so its corner is the empty tuple.
pub(super) fn corner_of(
    context: &mut Context,
    patch: &Value,
    reading: Reading,
    corner: Corner,
) -> Outcome {
    context.spend(cost::of_items(patch))?;
    if let Some(bounds) = reading.bounds(patch) {
        return Ok(corner.of(bounds));
    }
    let indices = context.prepaid(|context| reading.indices(context, patch));
    by_axis(context, &indices, |axis, values| {
        corner.extreme(axis, values)
    })
}

/// The tuple of what the function makes of the first items, of the second items
/// and so on, as far as the shortest item goes. Two axes are paid for already.
pub(super) fn by_axis(
    context: &mut Context,
    indices: &Value,
    mut function: impl FnMut(usize, &[Value]) -> Outcome,
) -> Outcome {
    let indices: Vec<Value> = indices.items()?.collect();
    let mut iterators = indices
        .iter()
        .map(Value::items)
        .collect::<Result<Vec<_>, Failure>>()?;
    let axes = iterators.iter().map(ExactSizeIterator::len).min();
    let mut results = Vec::new();
    for axis in 0..axes.unwrap_or(0) {
        if axis >= 2 {
            context.spend(indices.len())?;
        }
        let values: Vec<Value> = iterators.iter_mut().filter_map(Iterator::next).collect();
        results.push(function(axis, &values)?);
    }
    Value::tuple(results)
}

/// The mean of a patch's indices, rounded down.
pub(super) fn mean_of(context: &mut Context, patch: &Value, indices: &Value) -> Outcome {
    context.spend(cost::of_items(indices).saturating_mul(3))?;
    by_axis(context, indices, |_, values| {
        let sum = values
            .iter()
            .try_fold(Value::Integer(0), |sum, value| number::add(&sum, value))?;
        number::floor_divide(&sum, &Value::Integer(patch.length()? as i64))
    })
}

/// The middle of what begins in this row and column and is so high and wide; of two
/// middles the lower one, and the right one.
pub(super) fn middle(top: &Value, height: &Value, left: &Value, width: &Value) -> Outcome {
    let two = Value::Integer(2);
    let half = |length| number::floor_divide(length, &two);
    let row = number::add(top, &half(height)?)?;
    Value::tuple_of_two(row, number::add(left, &half(width)?)?)
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The upper left corner of a patch; `()` for nothing.
    #[example("ulcorner({(2, 5), (1, 7)})" => "(1, 5)")]
    #[example("ulcorner({})" => "()")]
    #[in_columns(corner_columns(columns, patch, Reading::PATCH, Corner::UpperLeft))]
    fn ulcorner(context: &mut Context, patch: Patch) -> IJ {
        corner_of(context, patch, Reading::PATCH, Corner::UpperLeft)
    }

    /// The upper left corner of indices; `()` for nothing.
    #[example("ulcorner_i({(2, 5), (1, 7)})" => "(1, 5)")]
    #[in_columns(corner_columns(columns, indices, Reading::INDICES, Corner::UpperLeft))]
    fn ulcorner_i(context: &mut Context, indices: Indices) -> IJ {
        corner_of(context, indices, Reading::INDICES, Corner::UpperLeft)
    }

    /// The upper left corner of an object; `()` for nothing.
    #[example("ulcorner_o({(2, 5, 3), (1, 7, 3)})" => "(1, 5)")]
    #[in_columns(corner_columns(columns, obj, Reading::OBJECT, Corner::UpperLeft))]
    fn ulcorner_o(context: &mut Context, obj: Object) -> IJ {
        corner_of(context, obj, Reading::OBJECT, Corner::UpperLeft)
    }

    /// The upper right corner of a patch; `()` for nothing.
    #[example("urcorner({(2, 5), (1, 7)})" => "(1, 7)")]
    #[in_columns(corner_columns(columns, patch, Reading::PATCH, Corner::UpperRight))]
    fn urcorner(context: &mut Context, patch: Patch) -> IJ {
        corner_of(context, patch, Reading::PATCH, Corner::UpperRight)
    }

    /// The upper right corner of indices; `()` for nothing.
    #[example("urcorner_i({(2, 5), (1, 7)})" => "(1, 7)")]
    #[in_columns(corner_columns(columns, indices, Reading::INDICES, Corner::UpperRight))]
    fn urcorner_i(context: &mut Context, indices: Indices) -> IJ {
        corner_of(context, indices, Reading::INDICES, Corner::UpperRight)
    }

    /// The upper right corner of an object; `()` for nothing.
    #[example("urcorner_o({(2, 5, 3), (1, 7, 3)})" => "(1, 7)")]
    #[in_columns(corner_columns(columns, obj, Reading::OBJECT, Corner::UpperRight))]
    fn urcorner_o(context: &mut Context, obj: Object) -> IJ {
        corner_of(context, obj, Reading::OBJECT, Corner::UpperRight)
    }

    /// The lower left corner of a patch; `()` for nothing.
    #[example("llcorner({(2, 5), (1, 7)})" => "(2, 5)")]
    #[in_columns(corner_columns(columns, patch, Reading::PATCH, Corner::LowerLeft))]
    fn llcorner(context: &mut Context, patch: Patch) -> IJ {
        corner_of(context, patch, Reading::PATCH, Corner::LowerLeft)
    }

    /// The lower left corner of indices; `()` for nothing.
    #[example("llcorner_i({(2, 5), (1, 7)})" => "(2, 5)")]
    #[in_columns(corner_columns(columns, indices, Reading::INDICES, Corner::LowerLeft))]
    fn llcorner_i(context: &mut Context, indices: Indices) -> IJ {
        corner_of(context, indices, Reading::INDICES, Corner::LowerLeft)
    }

    /// The lower left corner of an object; `()` for nothing.
    #[example("llcorner_o({(2, 5, 3), (1, 7, 3)})" => "(2, 5)")]
    #[in_columns(corner_columns(columns, obj, Reading::OBJECT, Corner::LowerLeft))]
    fn llcorner_o(context: &mut Context, obj: Object) -> IJ {
        corner_of(context, obj, Reading::OBJECT, Corner::LowerLeft)
    }

    /// The lower right corner of a patch; `()` for nothing.
    #[example("lrcorner({(2, 5), (1, 7)})" => "(2, 7)")]
    #[in_columns(corner_columns(columns, patch, Reading::PATCH, Corner::LowerRight))]
    fn lrcorner(context: &mut Context, patch: Patch) -> IJ {
        corner_of(context, patch, Reading::PATCH, Corner::LowerRight)
    }

    /// The lower right corner of indices; `()` for nothing.
    #[example("lrcorner_i({(2, 5), (1, 7)})" => "(2, 7)")]
    #[in_columns(corner_columns(columns, indices, Reading::INDICES, Corner::LowerRight))]
    fn lrcorner_i(context: &mut Context, indices: Indices) -> IJ {
        corner_of(context, indices, Reading::INDICES, Corner::LowerRight)
    }

    /// The lower right corner of an object; `()` for nothing.
    #[example("lrcorner_o({(2, 5, 3), (1, 7, 3)})" => "(2, 7)")]
    #[in_columns(corner_columns(columns, obj, Reading::OBJECT, Corner::LowerRight))]
    fn lrcorner_o(context: &mut Context, obj: Object) -> IJ {
        corner_of(context, obj, Reading::OBJECT, Corner::LowerRight)
    }

    /// A corner of a patch by its number: 0 upper left, 1 upper right, 2 lower
    /// left, 3 lower right, and upper left for all else.
    #[example("corner({(2, 5), (1, 7)}, 1)" => "(1, 7)")]
    #[example("corner({(2, 5), (1, 7)}, 9)" => "(1, 5)")]
    fn corner(context: &mut Context, patch: Patch, r#type: R4) -> IJ {
        let chosen = numbered(r#type, [ulcorner, urcorner, llcorner, lrcorner]);
        Ok(chosen.unwrap_or(ulcorner)(context, patch))
    }

    /// The corners of a patch; of nothing, the set of `()`.
    #[example("corners({(2, 5), (1, 7)})" => "{(1, 7), (2, 5), (2, 7), (1, 5)}")]
    #[example("corners({})" => "{()}")]
    fn corners(context: &mut Context, patch: Patch) -> Indices {
        let corners: [Measuring; 4] = [ulcorner, urcorner, llcorner, lrcorner];
        // Copied once more in the reference, which so few do not show.
        Value::set(corners.map(|corner| corner(context, patch)))
    }

    /// The middle of a patch; of two middles the lower one, and the right one.
    /// `()` for nothing.
    #[example("center({(1, 5), (2, 7)})" => "(2, 6)")]
    #[in_columns(centers(columns, patch))]
    fn center(context: &mut Context, patch: Patch) -> IJ {
        context.spend(cost::of_items(patch))?;
        if let Some(bounds) = Reading::PATCH.bounds(patch) {
            let row = bounds.top + bounds.height() / 2;
            return Ok(Value::pair(row, bounds.left + bounds.width() / 2));
        }
        context.prepaid(|context| {
            let (top, left) = (uppermost(context, patch), leftmost(context, patch));
            let is_nan = |edge: &Value| matches!(edge, Value::Float(float) if float.is_nan());
            if is_nan(&top) || is_nan(&left) {
                return Ok(Value::EMPTY_TUPLE);
            }
            let (height, width) = (height_f(context, patch), width_f(context, patch));
            middle(&top, &height, &left, &width)
        })
    }

    /// The mean of a patch's indices, rounded down; `()` for nothing.
    #[example("centerofmass({(0, 0), (0, 1), (3, 5)})" => "(1, 2)")]
    fn centerofmass(context: &mut Context, patch: Patch) -> IJ {
        let indices = toindices(context, patch);
        mean_of(context, patch, &indices)
    }
}
