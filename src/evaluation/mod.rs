//! Programs evaluated on samples.
//!
//! A [`Plan`] is a list of calls whose names are resolved: each callee and
//! argument is a place (`S`, `I`, `C`, a constant, the result of an earlier
//! call), so that evaluating looks nothing up. A plan is made once from a
//! [`Program`](crate::program::Program), which may be refused with the names it
//! should have used, or call by call by a [`PlanBuilder`]; it is evaluated on
//! the [`Inputs`] of any number of samples, under [`Limits`].
//!
//! Most calls of a card depend on less than the whole sample, so they are sorted
//! into [`Stage`]s: what depends on constants alone is evaluated once
//! ([`Evaluator::constants`]), what depends on the demo samples once a task
//! ([`Evaluator::on_task`]), the rest on each sample ([`Evaluator::on_sample`]).
//!
//! No call fails: one that would raise in Python, that is given the wrong
//! arguments or that runs out of its budget yields the default of its callee,
//! and the rest goes on with it.

mod evaluate;
mod inputs;
mod plan;
mod resolve;
mod stage;

pub use evaluate::{Base, Evaluation, Evaluator, Limits};
pub use inputs::Inputs;
pub use plan::{Place, Plan, PlanBuilder};
pub(crate) use resolve::nearest_name;
pub use resolve::{Concern, ResolveError, arity_concerns};
pub use stage::Stage;
