//! The primitives of the DSL.
//!
//! # One declaration
//!
//! A primitive is declared once, in the file of its family, as a function in a
//! module with the attribute [`primitives`](arc_programs_macros::primitives):
//! name, parameters with their hints, meaning, a tested example, what a mutation
//! may know of it, body. From that come a total Rust function, which other
//! primitives call, and an entry in the family's list.
//!
//! # Dialects
//!
//! A [`Dialect`] is what the names in a program may mean. [`REFERENCE`] is made
//! of the families below, the constants and the parameters of the reference.
//! Imports run one way: families know what a primitive is and how a value is
//! called, and nothing of the dialects that are made of them. (What a primitive
//! is, the context of its calls and the dialect refer to each other: a primitive
//! is called with a context, which knows the dialect, which holds primitives.)
//!
//! # Families
//!
//! | file | primitives on |
//! | --- | --- |
//! | `arithmetic` | numbers and vectors |
//! | `logic` | truth, equality, membership |
//! | `functions` | functions: making them, applying them to containers |
//! | `containers` | tuples and sets: measuring, joining, first and last items |
//! | `selection` | extremes, ranks and orders by a key |
//! | `extents` | a patch's indices, edges, sizes |
//! | `corners` | a patch's corners and centres |
//! | `patches` | patches moved, scaled, recoloured |
//! | `mirrors` | patches mirrored |
//! | `relations` | where patches lie to each other; `distances`, how far apart |
//! | `shapes` | indices drawn from scratch: boxes, lines, neighbours |
//! | `grids` | whole grids turned, scaled, joined, made |
//! | `parts` | parts of grids |
//! | `painting` | grids with cells changed |
//! | `colours` | colours of grids and objects |
//! | `objects` | grids taken apart into indices and objects; `components`, which cells make an object; `occurrences`, where one is shown |
//! | `samples` | what distinguishes the inputs of a task from its outputs |
//!
//! # Failing calls
//!
//! A body is written like the Python that it stands for: each operator may
//! fail, and `?` passes that on. Nothing else may: around every body stands the
//! same wrapper, which turns a failure into the primitive's [`FailureValue`]. So
//! of a failure deep inside the *inner* primitive yields its value and the outer
//! one goes on with it; whether a body calls another primitive or a helper is
//! therefore visible, and follows the reference. In a dialect where failing calls
//! end the program ([`FailingCalls`]), the wrapper ends it as a spent budget does.
//!
//! # Budget
//!
//! Every call pays a step, and bodies pay for each item that they look at, from
//! the [`Context`] that all calls share: by what the call means, not by how the
//! body goes about it (`cost`). The costs are part of the store's format. Where
//! the budget runs out, or a value would be
//! larger or deeper than is allowed, every payment fails from then on, whatever
//! is running returns at once, and the call of the card has no value.
//!
//! # Fast paths
//!
//! The forms of values (a grid as bytes, a patch of small integers) are asked
//! for by name; where a value has another form, the body goes the general way.
//! A fast path is an equal of the general way, in what it yields and in what it
//! costs, or it is wrong: the vectors hold ill-typed calls of everything, and
//! `properties` holds values and costs the same in all forms.

mod acceptance;
mod all_dialects;
mod arc_dsl;
pub mod call;
mod census;
mod charge;
mod collect;
mod columns;
mod constants;
mod context;
mod cost;
mod dialect;
mod failure_value;
mod fixed_point;
mod forked;
pub mod hint;
mod in_hand;
mod json_functions;
mod knowledge;
mod likeness;
mod memo;
mod primitive;
mod reference;

mod arithmetic;
mod colours;
mod components;
mod containers;
mod corners;
mod distances;
mod extent_columns;
mod extents;
mod functions;
mod grids;
mod key_columns;
mod keyed;
mod logic;
mod mirrors;
mod numbered;
mod objects;
mod occurrences;
mod painting;
mod parts;
mod patches;
mod rank;
mod relations;
mod samples;
mod scaling;
mod selection;
mod shapes;
mod shown;
mod silhouette;
mod uniform;

#[cfg(test)]
mod dialect_tests;
#[cfg(test)]
mod distances_tests;
#[cfg(test)]
mod foreign_tests;
#[cfg(test)]
mod forked_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use all_dialects::DIALECTS;
pub use arc_dsl::ARC_DSL;
pub use constants::Constants;
pub(crate) use context::nominal_bytes;
pub use context::{Budget, Context};
pub(crate) use dialect::Named;
pub use dialect::{Dialect, FailingCalls, ProgramParameter, TaskPart};
pub use failure_value::FailureValue;
pub use json_functions::JsonFunctions;
pub use knowledge::{Finds, Made};
pub use primitive::{Parameter, Primitive};
pub use reference::REFERENCE;
