//! The attribute that declares the primitives of `arc_programs`.
//!
//! # One declaration, two uses
//!
//! A primitive is called in two ways: by other primitives, as a Rust function
//! with its parameters by name, and by programs, through an entry in a table
//! that knows names, hints, documentation and examples. Both come from one
//! declaration, an ordinary function in a module with the attribute
//! [`macro@primitives`]. So whoever adds a primitive touches one place, and
//! rustfmt and the compiler see an ordinary function.
//!
//! # Why a module
//!
//! An attribute on a single function sees that function alone: the list of a
//! family's primitives would have to be written beside it, a second time. The
//! module is what the list is made of.
//!
//! # What is checked here, and what by the compiler
//!
//! Here: that there is a meaning, an example and a known form, each with an
//! error at the place that lacks it. By the compiler, at the place where they
//! stand: that a hint is one, and all that is inside bodies, which pass through
//! untouched.
//!
//! The code that is made names `crate::dsl` and `crate::value`: it is for
//! `arc_programs` and for no other crate.

mod declaration;
mod expansion;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// The primitives of a family, declared as the functions of a module.
///
/// ```text
/// pub(super) use declared::*;
///
/// #[primitives]
/// mod declared {
///     use super::*;
///
///     /// What it means. What it yields when it fails needs no word unless it
///     /// surprises: that follows from the hints.
///     #[example("add(2, (3, 4))" => "(5, 6)")]
///     #[alias(plus)]
///     fn add(a: Numerical, b: Numerical) -> Numerical {
///         // Any operator may fail with `?`; the call has failed then.
///         number::add(a, b)
///     }
///
///     /// What it means here.
///     #[example("join((1,), (2,))" => "(1, 2)")]
///     #[body_of(add)]
///     fn join(a: Tuple, b: Tuple) -> Tuple;
/// }
/// ```
///
/// The types are hints (`dsl::hint::Hint`); in the body each parameter is a
/// `&Value`, and the result is an `Outcome`. A body that pays for its work, or
/// that calls other primitives, takes the context first: `context: &mut
/// Context`. Names that Rust keeps for itself are written raw: `r#move`,
/// `r#type`.
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[example("call" => "text")]` | a call and the canonical text of what it yields; a test; at least one |
/// | `#[alias(name)]` | the same primitive under a second name, behind it in the table |
/// | `#[body_of(name)]` | no body of its own: that of another primitive of the module |
/// | `#[makes(…)]` | a variant of `dsl::Made`: how the type of the result follows from the arguments |
/// | `#[finds(…)]` | a variant of `dsl::Finds`: what it finds in the samples of a task |
/// | `#[in_columns(…)]` | what it yields for many items at once (`dsl::columns`): its parameters are `&Column`s, `columns` pays and calls |
/// | `#[fails_alike]` | whether it fails for a value of the wrong type, or with the wrong number of items, follows from what kinds of values it is given, and from no integer in them |
/// | `#[on_pairs(function)]` | the function (`dsl::primitive::OnPairs`) that calls it on every pair of items at once |
/// | `#[on_each(function)]` | the function (`dsl::primitive::OnEach`) that calls it on one value and every item of a container at once |
/// | `#[default(name)]`, on a parameter | the primitive that stands in where the argument is left out |
///
/// From each come
///
/// - a total function `add(context, a, b) -> Value` for other primitives: one
///   that fails inside yields what its hints say and the outer one goes on, as
///   in the reference, which wraps them all;
/// - an entry in the module's `PRIMITIVES`, and one for the alias.
///
/// All other attributes go to the body.
#[proc_macro_attribute]
pub fn primitives(arguments: TokenStream, module: TokenStream) -> TokenStream {
    expanded(arguments.into(), module.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

fn expanded(
    arguments: proc_macro2::TokenStream,
    module: proc_macro2::TokenStream,
) -> syn::Result<proc_macro2::TokenStream> {
    declaration::no_arguments(arguments)?;
    expansion::expand(&syn::parse2(module)?)
}
