//! The original dialect, `arc-dsl`: that of michaelhodel/arc-dsl, from which the
//! reference's descends.
//!
//! # One set of bodies
//!
//! Of its 160 primitives 141 have a name that the reference has too, and more than half
//! of those mean the same. So a primitive is declared here with the original's own
//! parameters and hints, and its body lies where it differs least:
//!
//! - *The same meaning*: `#[body_of(family::name)]`, with that one's meaning, examples
//!   and faster ways. The examples are run in this dialect too.
//! - *The same but for a rule*: a body here calls the helper of the family, and hands it
//!   what differs: the primitives that it builds upon, what stands for nothing.
//! - *Another meaning*: an own body. Those are short: what a patch is and where it ends
//!   ([`extents`]), what is the first of nothing.
//!
//! Two things are data of the dialect, which helpers ask the context for, so that no body
//! needs to know them:
//!
//! - *Cells* of objects are `(colour, (row, column))`
//!   ([`CellLayout::ColourFirst`]): they hash otherwise, so objects have another order.
//!   Both layouts have packed forms.
//! - *Failing calls* end the program ([`FailingCalls::EndTheProgram`]). The wrapper
//!   around every body does it, also where a primitive is called inside of another, so
//!   nothing here says it. What is told then is the innermost failure; so helpers fail
//!   with the class that CPython raises, and look at things in CPython's order, though
//!   the reference never shows either.
//!
//! # Python's generators
//!
//! Most primitives that take a function call it inside of a generator. There a
//! `StopIteration` becomes a `RuntimeError`, and two frames more are in use
//! ([`generated`]). Where a generator stops early, so does the loop here: `extract` calls
//! its function no further than to the item that it finds.
//!
//! # What cannot be the same
//!
//! - Integers have 64 bits; beyond, a call fails and says so.
//! - Values nest to a depth of 100, closures made of closures too, and closures call each other
//!   to one of 128. CPython allows 1 000 frames; `power`, which needs as many as it is told,
//!   counts them, but not those of another one that calls it.
//! - Two lines with the same call are one value here, for a program is what it inlines to. In
//!   CPython they are two, and `intersection` or `combine` of two equal sets may have another
//!   order than of one with itself.
//! - `argmax`, `valmin` and their kin make the keys of all items and compare them then. CPython compares
//!   each key before it makes the next, so that where a key fails, and two before it have no
//!   order, it tells of these.
//! - Where `None` or functions lie in a set follows from their address in CPython, and
//!   differs from one of its runs to the next.

mod colours;
mod constants;
mod containers;
mod extents;
mod functions;
mod grids;
mod numbers;
mod objects;
mod painting;
mod patches;
mod relations;
mod shapes;

use super::context::Context;
use super::dialect::{
    Dialect, DialectParts, FailingCalls, ProgramParameter, TaskPart, count, joined,
};
use super::hint::Hint;
use super::primitive::Primitive;
use crate::value::{CellLayout, Failure};

/// The families, in the order that numbers their primitives.
const FAMILIES: &[&[Primitive]] = &[
    numbers::PRIMITIVES,
    functions::PRIMITIVES,
    containers::PRIMITIVES,
    extents::PRIMITIVES,
    patches::PRIMITIVES,
    relations::PRIMITIVES,
    shapes::PRIMITIVES,
    grids::PRIMITIVES,
    painting::PRIMITIVES,
    colours::PRIMITIVES,
    objects::PRIMITIVES,
];

static PRIMITIVES: [Primitive; count(FAMILIES)] = joined(FAMILIES);

/// The original dialect, that of michaelhodel/arc-dsl.
pub static ARC_DSL: Dialect = Dialect::new(DialectParts {
    name: "arc-dsl",
    primitives: &PRIMITIVES,
    constants: constants::CONSTANTS,
    parameters: &[ProgramParameter {
        name: "I",
        given: TaskPart::Input,
        hint: Hint::Grid,
    }],
    failing_calls: FailingCalls::EndTheProgram,
    cells: CELLS,
});

/// How its cells are laid out.
const CELLS: CellLayout = CellLayout::ColourFirst;

/// What a primitive does in a generator: its own frame and the generator's are in use.
#[inline]
fn generated<T>(
    context: &mut Context,
    inside: impl FnOnce(&mut Context) -> Result<T, Failure>,
) -> Result<T, Failure> {
    context.in_generator(|context| context.with_frames(2, inside))
}
