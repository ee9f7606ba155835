//! Programs over ARC grids: parsed, inlined, merged into cards, evaluated with
//! Python's values under a budget, and scored.
//!
//! # The rooms
//!
//! | room | owns |
//! | --- | --- |
//! | [`task`] | ARC tasks and their samples, from JSON text |
//! | [`program`] | parsing, inlining, expanding, the MD5 identity; knows no primitive |
//! | [`value`] | the value model: what a program can see of CPython's integers, tuples, sets, functions |
//! | [`dsl`] | the primitives by family, and the one table of them |
//! | [`evaluation`] | programs evaluated on samples, stage by stage, under a budget |
//! | [`card`] | many programs as one list of calls; mutation; its file forms |
//! | [`batt`] | a card evaluated and scored on the samples of a task |
//! | [`score`] | what results are worth |
//! | [`deadline`], [`json_error`] | what comes in from outside: time, texts |
//!
//! Nothing here touches a file, a clock, a thread or the environment: `clippy.toml`
//! refuses it. Time comes in as a [`deadline::Clock`].

pub mod batt;
pub mod card;
pub mod deadline;
pub mod dsl;
pub mod evaluation;
pub mod json_error;
pub mod program;
pub mod score;
pub mod task;
pub mod value;
