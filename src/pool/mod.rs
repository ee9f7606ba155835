//! Working on many items with few threads.
//!
//! The reference submitted every item to a thread pool at once, and lost what
//! the system had no thread for. Here a [`Pool`] has a fixed number of workers, each
//! of which takes the next item as soon as it has none, at most a chunk of items
//! being in flight, and goes on with fewer workers, at worst with the
//! calling thread alone, where the system refuses threads. How many workers and
//! how large a chunk a [`Profile`] says; how many of them may work at once, where
//! other instances want the cores too, the [`Slots`]. Nothing here knows what it
//! runs.

#![allow(clippy::disallowed_methods, reason = "this is where threads begin")]

mod beside;
mod chunked;
mod gpu;
mod profile;
mod slots;

pub(crate) use beside::beside;
#[cfg(test)]
pub(crate) use chunked::testing;
pub use chunked::{Mapped, NotDone, Pool};
pub use gpu::{GpuAnswer, ask_nvidia_driver};
pub use profile::{Hardware, MOST_WORKERS, Profile, ProfileChoice, ProfileKind, Workers};
pub use slots::{HeldSlots, Slots};
