//! The JSON form of a card.
//!
//! ```json
//! {"version": 1, "seed": 7, "calls": [
//! ["identity", "p_g"],
//! ["t1", "I"]],
//! "differs": [
//! {"call": 2, "solver": null, "name": "differ_size"}],
//! "solvers": []}
//! ```
//!
//! A card of another dialect than the reference's says which, in version 2 of the form:
//! `{"version": 2, "dialect": "arc-dsl", "seed": 7, …}`. Who knows version 1 alone, where
//! equal names mean something else, refuses it.
//!
//! A call is a list of texts, the callee first; each is what Python writes for
//! the term, with `keyword=` before it where it has one. Calls stand one a
//! line, so the call `t12` is on line 13.

mod reader;
mod writer;

/// The version of the form. A change that older readers would misunderstand
/// raises it; a field more does not, for unknown fields are ignored.
const VERSION: u64 = 1;

/// The version that says its dialect.
const VERSION_WITH_DIALECT: u64 = 2;
