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
//! ([`Evaluator::on_task`]), the rest on each sample ([`Evaluator::on_sample`]). A plan on its own
//! is begun on a task, and goes on on each of its samples ([`Evaluator::begin_task`]).
//!
//! No call fails: one that would raise in Python, or that is given the wrong
//! arguments, yields what its callee yields then
//! ([`FailureValue`](crate::dsl::FailureValue)), and the rest goes on with it. A
//! call that meets one of the [`Limits`], where Python would go on for seconds or
//! gigabytes, has no value; nor has what depends on it, which is not evaluated;
//! and the rest goes on without it.
//!
//! Each program of a plan has the whole of the limits, and the calls that several share are
//! charged to each of them, so that what a program comes to does not depend on the others
//! ([`ProgramEnd`]); once a call of it has no value, the rest of it is left.
//!
//! That is so in the reference's dialect. In a
//! [dialect](crate::dsl::Dialect) whose failing calls end the program, such a
//! call has no value either.
//!
//! What a solver returns is evaluated with `C` withheld ([`Inputs::withheld`]): it
//! is `None`, for no program may look at the answer that it is to find.

mod bit_set;
mod evaluate;
mod inputs;
mod limits;
mod plan;
mod resolve;
mod results;
mod spending;
mod stage;

pub use evaluate::{BegunTask, Evaluator};
pub use inputs::Inputs;
pub use limits::Limits;
pub use plan::{Operand, Plan, PlanBuilder};
pub(crate) use resolve::wrong_arguments;
pub use resolve::{
    Concern, ResolveError, arity_concerns, arity_concerns_in, arity_concerns_of_lines,
};
pub use results::{EndedCall, Evaluation, SharedResults};
pub use spending::ProgramEnd;
pub use stage::Stage;
