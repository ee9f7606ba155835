//! ARC tasks: reading them in the layouts that people have, and choosing
//! which to run.
//!
//! [`TaskSource::open`] finds out what a path holds and lists the tasks in it;
//! a task's grids are read by [`TaskSource::load`], when its turn comes. So a
//! run over ten tasks of a thousand reads ten, and a task that is damaged fails
//! alone, with its place in the file. [`Selection`] says which tasks a run
//! takes.

mod bundle;
mod error;
mod layout;
mod scan;
mod selection;
mod source;

pub use error::TaskError;
pub use selection::{Asked, Selected, Selection};
pub use source::{Split, TaskSource};
