//! What of a task's programs could be among its best, as these stand.
//!
//! It takes the folders of the task alone, so whoever has evaluated its last sample ranks it
//! at once, while others evaluate and earlier tasks are finished. What others file between
//! that and the filing is seen under the task's lock.

use super::candidates::{Candidates, candidates};
use super::cards::Cards;
use super::error::TaskProblem;
use super::evaluate::Evaluated;
use super::file::Trees;
use super::note::Notes;
use super::prepare::TaskInputs;
use crate::pool::Pool;
use crate::store::{Store, StoreError};

/// A task's candidates, and the best programs that it has.
pub(super) struct Ranked {
    pub(super) trees: Trees,
    /// What is foreign among these.
    pub(super) foreign: Notes,
    pub(super) candidates: Candidates,
}

/// What was evaluated of a task, and its candidates.
pub(super) type RankedTask = Result<(Evaluated, Result<Ranked, StoreError>), TaskProblem>;

/// Ranks a task that was evaluated.
///
/// # Errors
/// [`StoreError`] where its folders cannot be listed.
pub(super) fn rank(
    inputs: &TaskInputs,
    evaluated: &Evaluated,
    store: &Store,
    cards: &dyn Cards,
    pool: &Pool,
) -> Result<Ranked, StoreError> {
    let (trees, foreign) = Trees::list(store, inputs.task, pool)?;
    let items = inputs.items.clone();
    let candidates = candidates(inputs.task, items, evaluated, &trees, cards);
    Ok(Ranked {
        trees,
        foreign,
        candidates,
    })
}
