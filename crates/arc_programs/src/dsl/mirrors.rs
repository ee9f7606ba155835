//! Patches mirrored in place: within the rectangle around them.
//!
//! As elsewhere, there are three of each: of a patch, of indices (`_i`) and of
//! an object (`_o`). A mirrored patch is a set, and so is what comes of nothing.

use arc_programs_macros::primitives;

use super::context::Context;
use super::corners::{lrcorner, ulcorner};
use super::extents::numbered;
use super::patches::{displaced, kind_of};
use crate::value::affine::Movement;
use crate::value::{CellLayout, Kind, Outcome, Value, number};

/// What the objects here are.
const OBJECT: Kind = Kind::Object(CellLayout::RowFirst);

/// The sum of a patch's first and last coordinate on an axis: what is mirrored
/// on that axis adds up to it.
fn ends(context: &mut Context, patch: &Value, axis: i64) -> Outcome {
    let first = ulcorner(context, patch).item(axis)?;
    number::add(&first, &lrcorner(context, patch).item(axis)?)
}

/// The patch upside down.
fn top_down(context: &mut Context, patch: &Value, kind: Kind) -> Outcome {
    let movement = Movement::top_down(ends(context, patch, 0)?);
    displaced(context, patch, kind, &movement)
}

/// The patch with left and right exchanged.
fn left_right(context: &mut Context, patch: &Value, kind: Kind) -> Outcome {
    let movement = Movement::left_right(ends(context, patch, 1)?);
    displaced(context, patch, kind, &movement)
}

/// The patch with rows and columns exchanged, counted from its upper left
/// corner.
fn transposed(context: &mut Context, patch: &Value, kind: Kind) -> Outcome {
    let [top, left] = ulcorner(context, patch).unpack()?;
    displaced(context, patch, kind, &Movement::transposed(top, left))
}

/// The patch mirrored at its other diagonal, whatever it is.
fn countertransposed(context: &mut Context, patch: &Value) -> Value {
    let mirrored = vmirror_f(context, patch);
    let mirrored = dmirror_f(context, &mirrored);
    vmirror_f(context, &mirrored)
}

pub(super) use declared::*;

#[primitives]
mod declared {
    use super::*;

    /// The patch upside down.
    #[example("hmirror_f({(0, 0), (1, 2)})" => "{(1, 0), (0, 2)}")]
    fn hmirror_f(context: &mut Context, patch: Patch) -> Patch {
        top_down(context, patch, kind_of(patch)?)
    }

    /// Indices upside down.
    #[example("hmirror_i({(0, 0), (1, 2)})" => "{(1, 0), (0, 2)}")]
    fn hmirror_i(context: &mut Context, indices: Indices) -> Indices {
        top_down(context, indices, Kind::Indices)
    }

    /// An object upside down.
    #[example("hmirror_o({(0, 0, 3), (1, 2, 4)})" => "{(1, 0, 3), (0, 2, 4)}")]
    fn hmirror_o(context: &mut Context, obj: Object) -> Object {
        top_down(context, obj, OBJECT)
    }

    /// The patch with left and right exchanged.
    #[example("vmirror_f({(0, 0), (1, 2)})" => "{(1, 0), (0, 2)}")]
    fn vmirror_f(context: &mut Context, patch: Patch) -> Patch {
        if patch.as_set().is_some_and(|set| set.is_empty()) {
            return Ok(patch.clone());
        }
        left_right(context, patch, kind_of(patch)?)
    }

    /// Indices with left and right exchanged.
    #[example("vmirror_i({(0, 0), (1, 2)})" => "{(1, 0), (0, 2)}")]
    fn vmirror_i(context: &mut Context, indices: Indices) -> Indices {
        left_right(context, indices, Kind::Indices)
    }

    /// An object with left and right exchanged.
    #[example("vmirror_o({(0, 0, 3), (1, 2, 4)})" => "{(0, 2, 3), (1, 0, 4)}")]
    fn vmirror_o(context: &mut Context, obj: Object) -> Object {
        left_right(context, obj, OBJECT)
    }

    /// The patch with rows and columns exchanged; its upper left corner stays.
    #[example("dmirror_f({(1, 5), (1, 7)})" => "{(3, 5), (1, 5)}")]
    fn dmirror_f(context: &mut Context, patch: Patch) -> Patch {
        transposed(context, patch, kind_of(patch)?)
    }

    /// Indices with rows and columns exchanged; their upper left corner stays.
    #[example("dmirror_i({(1, 5), (1, 7)})" => "{(3, 5), (1, 5)}")]
    fn dmirror_i(context: &mut Context, indices: Indices) -> Indices {
        transposed(context, indices, Kind::Indices)
    }

    /// An object with rows and columns exchanged; its upper left corner stays.
    #[example("dmirror_o({(1, 5, 3), (1, 7, 4)})" => "{(1, 5, 3), (3, 5, 4)}")]
    fn dmirror_o(context: &mut Context, obj: Object) -> Object {
        transposed(context, obj, OBJECT)
    }

    /// The patch mirrored at its other diagonal.
    #[example("cmirror_f({(0, 0), (0, 1), (1, 0)})" => "{(1, 0), (1, 1), (0, 1)}")]
    fn cmirror_f(context: &mut Context, patch: Patch) -> Patch {
        Ok(countertransposed(context, patch))
    }

    /// As `cmirror_f`, of objects too.
    #[example("cmirror_i({(0, 0), (0, 1), (1, 0)})" => "{(1, 0), (1, 1), (0, 1)}")]
    #[body_of(cmirror_f)]
    fn cmirror_i(indices: Indices) -> Indices;

    /// As `cmirror_f`, of indices too.
    #[example("cmirror_o({(0, 0, 3), (1, 0, 4)})" => "{(0, 0, 4), (0, 1, 3)}")]
    #[body_of(cmirror_f)]
    fn cmirror_o(obj: Object) -> Object;

    /// The patch mirrored in one of four ways: 0 `hmirror_f`, 1 `dmirror_f`, 2
    /// `vmirror_f`, 3 `cmirror_f`, else as it is.
    #[example("mir_rot_f({(1, 5), (1, 7)}, 1)" => "{(3, 5), (1, 5)}")]
    #[example("mir_rot_f({(1, 5), (1, 7)}, 4)" => "{(1, 7), (1, 5)}")]
    fn mir_rot_f(context: &mut Context, patch: Patch, r#type: A4) -> Patch {
        let chosen = numbered(r#type, [hmirror_f, dmirror_f, vmirror_f, cmirror_f]);
        Ok(chosen.map_or_else(|| patch.clone(), |mirror| mirror(context, patch)))
    }
}
