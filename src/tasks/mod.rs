//! ARC tasks: reading them in the layouts that people have, and choosing
//! which to run.
//!
//! [`TaskSource::open`] finds out what a path holds and lists the tasks in it;
//! a task's grids are read by [`TaskSource::load`], when its turn comes. So a
//! run over ten tasks of a thousand reads ten, and a task that is damaged fails
//! alone, with its place in the file. [`Selection`] says which tasks a run
//! takes, and [`Partition`] how they are dealt to several.
//!
//! What a path holds is told by names where they say it, else by the beginning of a
//! file. Nothing is dropped in silence: what was passed over beside the tasks, and what
//! was taken where a path could be several things, are [`Notice`]s of the source; and
//! data that contradict themselves are refused in a line.

mod bundle;
mod case;
mod error;
mod folder;
mod layout;
mod listing;
mod notice;
mod partition;
mod remembered;
mod scan;
mod selection;
mod source;

pub use error::TaskError;
pub(crate) use layout::{is_bundle, is_split};
pub use notice::Notice;
pub use partition::{EngineError, NotAPartition, Partition, PartitionError, Shard, TaskTimes};
pub use selection::{Asked, Selected, Selection};
pub use source::{Split, TaskSource};
