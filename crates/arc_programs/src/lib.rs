//! Programs over ARC grids: parsed, inlined, merged into cards, evaluated with
//! Python's values under a budget, and scored.
//!
//! ```
//! use arc_programs::{Limits, Solver, Task};
//!
//! let json = r#"{"train": [{"input": [[1, 2]], "output": [[2, 1]]}], "test": [{"input": [[3, 4]]}]}"#;
//! let task = Task::from_json("0520fde7".parse()?, json)?;
//! let solver = Solver::parse("rot180(I)")?;
//! let outputs = solver.on_task(&task, Limits::default())?;
//!
//! assert_eq!(outputs[0].is_exact, Some(true));
//! assert_eq!(outputs[1].is_exact, None); // nobody knows what is expected
//! assert_eq!(outputs[1].output.as_ref().unwrap().to_string(), "((4, 3),)");
//! assert_eq!(outputs[1].steps, 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Inlining a program and merging a card are as short: see `examples/`.
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
//! | [`solver`] | one solver on one task: the short way in |
//! | [`batt`] | a card evaluated and scored on the samples of a task |
//! | [`score`] | what results are worth |
//! | [`verdict`] | what a task's best score says: solved, exact on its demos, open |
//! | [`meaning`] | what programs mean in this version, as one digest |
//! | [`digest`] | 128 bits that tell programs, samples and outputs apart, for caches |
//! | [`deadline`], [`json_error`] | what comes in from outside: time, texts |
//! | [`did_you_mean`] | the known name that was most likely meant |
//!
//! Nothing here touches a file, a clock, a thread or the environment: `clippy.toml`
//! refuses it. Time comes in as a [`deadline::Clock`].

#![cfg_attr(not(test), warn(clippy::disallowed_methods, clippy::disallowed_types))]

pub mod batt;
pub mod card;
pub mod deadline;
pub mod did_you_mean;
pub mod digest;
pub mod dsl;
pub mod evaluation;
pub mod json_error;
pub mod meaning;
pub mod program;
pub mod score;
pub mod solver;
pub mod task;
pub mod value;
pub mod verdict;

pub use evaluation::Limits;
pub use solver::Solver;
pub use task::Task;
