//! The reference's dialect: its primitives, family by family, its constants and
//! parameters.

mod constants;

use super::dialect::{
    Dialect, DialectParts, FailingCalls, ProgramParameter, TaskPart, count, joined,
};
use super::hint::Hint;
use super::primitive::Primitive;
use super::{
    arithmetic, colours, containers, corners, extents, functions, grids, logic, mirrors, objects,
    painting, parts, patches, relations, samples, selection, shapes,
};
use crate::value::CellLayout;

/// The families, in the order that numbers their primitives.
const FAMILIES: &[&[Primitive]] = &[
    arithmetic::PRIMITIVES,
    logic::PRIMITIVES,
    functions::PRIMITIVES,
    containers::PRIMITIVES,
    selection::PRIMITIVES,
    extents::PRIMITIVES,
    corners::PRIMITIVES,
    patches::PRIMITIVES,
    mirrors::PRIMITIVES,
    relations::PRIMITIVES,
    shapes::PRIMITIVES,
    grids::PRIMITIVES,
    parts::PRIMITIVES,
    painting::PRIMITIVES,
    colours::PRIMITIVES,
    objects::PRIMITIVES,
    samples::PRIMITIVES,
];

static PRIMITIVES: [Primitive; count(FAMILIES)] = joined(FAMILIES);

/// The reference's dialect, which everything speaks that is told no other.
pub static REFERENCE: Dialect = Dialect::new(DialectParts {
    name: "reference",
    primitives: &PRIMITIVES,
    constants: constants::CONSTANTS,
    parameters: &[
        ProgramParameter {
            name: "S",
            given: TaskPart::Samples,
            hint: Hint::Samples,
        },
        ProgramParameter {
            name: "I",
            given: TaskPart::Input,
            hint: Hint::Grid,
        },
        ProgramParameter {
            name: "C",
            given: TaskPart::Expected,
            hint: Hint::Grid,
        },
    ],
    failing_calls: FailingCalls::YieldAValue,
    cells: CellLayout::RowFirst,
});
