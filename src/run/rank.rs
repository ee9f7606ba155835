//! What of a task's programs could be among its best, as these stand.
//!
//! It takes the folders of the task alone, so the tasks of a lot are ranked at once. What
//! others file between that and the filing is seen under the task's lock.

use super::candidates::{Candidates, candidates};
use super::cards::Cards;
use super::error::TaskProblem;
use super::evaluate::Evaluated;
use super::file::Trees;
use super::note::Notes;
use super::prepare::TaskInputs;
use super::tools::Tools;
use crate::pool::NotDone;
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

/// Ranks tasks that were evaluated, several at once.
pub(super) fn rank(
    tasks: &[&TaskInputs],
    evaluated: Vec<Result<Evaluated, TaskProblem>>,
    store: &Store,
    cards: &dyn Cards,
    tools: &Tools<'_>,
) -> Vec<RankedTask> {
    let both = tasks.iter().zip(&evaluated);
    let whole = both.filter_map(|(inputs, own)| Some((*inputs, own.as_ref().ok()?)));
    let whole: Vec<(&TaskInputs, &Evaluated)> = whole.collect();
    let of_task = |(inputs, evaluated): &(&TaskInputs, &Evaluated)| {
        let (trees, foreign) = Trees::list(store, inputs.task, &tools.pool)?;
        let items = inputs.items.clone();
        let candidates = candidates(inputs.task, items, evaluated, &trees, cards);
        Ok(Ranked {
            trees,
            foreign,
            candidates,
        })
    };
    let mut ranked = tools.map(&whole, of_task).results.into_iter();
    let mut next = || ranked.next().unwrap_or(Err(NotDone::Stopped));
    let ranked = evaluated
        .into_iter()
        .map(|own| own.and_then(|evaluated| Ok((evaluated, next()?))));
    ranked.collect()
}
