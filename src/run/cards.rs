//! Where the cards of a run's tasks are from: the one difference between a
//! task's own programs and a card for all tasks.

use std::sync::Arc;

use super::candidates::{Candidate, IsWanted, ScorePlaces, ScoreTable};
use super::error::UnusableProgram;
use super::items::{Gathered, Item};
use super::own_cards::OwnCards;
use super::shared_card::SharedCard;
use crate::fingerprint::Ingredients;
use crate::job::{Job, Libraries, Programs};
use crate::library::Skipped;
use arc_programs::batt::{Batt, SampleBudget};
use arc_programs::card::{CallId, Card, CardPlanError};
use arc_programs::task::TaskName;

/// The maker of the cards of a run's tasks.
pub(super) trait Cards: Sync {
    /// What could not be used of what was read before the first task.
    fn skipped(&self) -> Vec<&Skipped>;

    /// Adds the programs that all tasks are run with, but for a card, which is the job's.
    fn add_shared(&self, ingredients: &mut Ingredients);

    /// The programs that a task has before it is evaluated. Those that were given
    /// for it go into `ingredients`.
    fn gather(&self, task: TaskName, ingredients: &mut Ingredients) -> Gathered;

    /// The card of a task that has these items.
    ///
    /// # Errors
    /// Fails where it cannot be evaluated.
    fn card(
        &self,
        task: TaskName,
        items: &[Item],
        budget: SampleBudget,
    ) -> Result<TaskCard, CardPlanError>;

    /// The items that are to be inlined, and the candidates among them: those that
    /// `is_wanted` says.
    fn candidates(
        &self,
        task: TaskName,
        card: &TaskCard,
        scores: &ScoreTable<'_>,
        items: Vec<Item>,
        is_wanted: &IsWanted<'_>,
    ) -> (Vec<Item>, Vec<Candidate>);

    /// Whether every program is kept under its identity, and not only what is
    /// filed among the best.
    fn keeps_all(&self) -> bool;
}

/// A card, ready for the samples of a task.
pub(super) struct TaskCard {
    pub(super) card: Arc<Card>,
    pub(super) batt: Arc<Batt>,
    /// Where the scores of its programs stand.
    pub(super) places: Arc<ScorePlaces>,
    /// Which calls each item has become; empty where the items come from the card.
    pub(super) calls: Vec<ItemCalls>,
    /// The items that cannot be evaluated, and why.
    pub(super) unusable: Vec<(usize, UnusableProgram)>,
}

/// The calls of an item; none for one that is not evaluated, or that computes
/// the same as one before it.
#[derive(Clone, Debug, Default)]
pub(super) struct ItemCalls {
    /// A solver's output.
    pub(super) output: Option<CallId>,
    /// A differ's results, each with the solver's output that it is applied to.
    pub(super) applied: Vec<(CallId, CallId)>,
}

impl TaskCard {
    /// The first item that a call is a part of.
    pub(super) fn item_of(&self, call: CallId) -> Option<usize> {
        self.calls.iter().position(|calls| {
            let applied = calls.applied.iter().map(|(call, _)| *call);
            let mut results = calls.output.into_iter().chain(applied);
            results.any(|result| self.card.dependencies(result).contains(&call))
        })
    }
}

/// Those of a job.
///
/// # Errors
/// Fails for a card of all tasks that cannot be evaluated.
pub(super) fn of<'a>(job: &'a Job) -> Result<Box<dyn Cards + 'a>, CardPlanError> {
    Ok(match &job.programs {
        Programs::Libraries(libraries) => {
            let Libraries { solvers, differs } = &**libraries;
            Box::new(OwnCards::new([solvers, differs]))
        }
        Programs::Card(card) => Box::new(SharedCard::new(Arc::clone(card), job.budget)?),
    })
}
