//! Why nothing could be drawn.

use std::path::PathBuf;

use crate::store::StoreError;

/// Error for a card that no programs could be drawn for.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// There is not one solver.
    #[error(
        "{}: found no stored solver that scores above 0 for any of {tasks} tasks, and none of the given solvers is for one of them{}",
        store.display(), first_of(broken)
    )]
    Nothing {
        /// The folder that holds the store's folders.
        store: PathBuf,
        /// How many tasks were asked for.
        tasks: usize,
        /// What could not be used: a sentence each.
        broken: Vec<String>,
    },
    /// A folder of the store cannot be listed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn first_of(broken: &[String]) -> String {
    match broken {
        [] => String::new(),
        [first, ..] => format!(" ({} could not be used, first {first})", broken.len()),
    }
}
