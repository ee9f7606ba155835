//! What of a task's programs could be among its best.
//!
//! It follows from the card, the scores and the task's best alone, and not from what
//! earlier tasks of the run have found out: a run that was killed and goes on passes over
//! the tasks that are finished, and is to file the same.

use rustc_hash::{FxHashMap, FxHashSet};

use super::cards::Cards;
use super::evaluate::Evaluated;
use super::file::Trees;
use super::items::Item;
use super::note::{Note, Notes, Scoring};
use crate::library::Role;
use arc_programs::batt::{ScoreSum, TaskScores};
use arc_programs::card::{CallId, Card};
use arc_programs::score;
use arc_programs::task::TaskName;

/// A program that the store may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Its place among the task's items.
    pub(super) item: usize,
    /// What it scores on all samples together.
    pub(super) sum: ScoreSum,
    /// Its speed bucket.
    pub(super) speed: u32,
    /// The place of the solver that a differ is applied to, among the card's.
    pub(super) solver: Option<usize>,
}

/// A call of a card that was scored, and how its program is cut out.
pub(super) struct Scored {
    pub(super) role: Role,
    pub(super) call: CallId,
    /// The call that is its `I`.
    pub(super) input: Option<CallId>,
    pub(super) sum: ScoreSum,
    pub(super) speed: u32,
}

/// What the candidates stage hands on.
pub(super) struct Candidates {
    /// The items that are to be inlined.
    pub(super) items: Vec<Item>,
    /// Those that score. Of a card for all tasks without those that the best already
    /// beat, which are dropped here, before there is any work with them.
    pub(super) candidates: Vec<Candidate>,
    pub(super) notes: Notes,
}

/// Finds the candidates of a task that was evaluated.
pub(super) fn candidates(
    task: TaskName,
    items: Vec<Item>,
    evaluated: &Evaluated,
    trees: &Trees,
    cards: &dyn Cards,
) -> Candidates {
    let card = &evaluated.card;
    let table = ScoreTable::new(&card.card, &evaluated.scores);
    let scoring = table.sum_up();
    let keeps_all = cards.keeps_all();
    let is_wanted = |scored: &Scored| {
        let (score, speed) = (scored.sum.score, scored.speed);
        score > 0 && (keeps_all || trees.of(scored.role).accepts(score, speed))
    };
    let (items, candidates) = cards.candidates(task, card, &table, items, &is_wanted);
    Candidates {
        items,
        candidates,
        notes: vec![Note::Scored(scoring)],
    }
}

/// The scores of a card on a task, by call.
pub(super) struct ScoreTable<'a> {
    card: &'a Card,
    scores: &'a TaskScores,
    solver_places: FxHashMap<CallId, usize>,
    differ_places: FxHashMap<(CallId, CallId), usize>,
}

impl<'a> ScoreTable<'a> {
    pub(super) fn new(card: &'a Card, scores: &'a TaskScores) -> Self {
        let solvers = card.solvers().iter().map(|entry| entry.call);
        let applied = card
            .differs()
            .zip(0..)
            .filter_map(|(entry, place)| Some(((entry.call, entry.solver?), place)));
        Self {
            card,
            scores,
            solver_places: solvers.zip(0..).collect(),
            differ_places: applied.collect(),
        }
    }

    /// The place of a solver by its output.
    fn solver(&self, output: CallId) -> Option<usize> {
        self.solver_places.get(&output).copied()
    }

    pub(super) fn of_solver(&self, output: CallId) -> Option<Scored> {
        let place = self.solver(output)?;
        Some(Scored {
            role: Role::Solver,
            call: output,
            input: None,
            sum: self.scores.solvers[place],
            speed: score::speed(self.scores.solvers[place].steps),
        })
    }

    fn of_differ(&self, call: CallId, input: CallId) -> Option<Scored> {
        let &place = self.differ_places.get(&(call, input))?;
        Some(Scored {
            role: Role::Differ,
            call,
            input: Some(input),
            sum: self.scores.differs[place],
            speed: score::speed(self.scores.differs[place].steps),
        })
    }

    /// Of a differ applied to several solvers, the best score, the first of
    /// several.
    pub(super) fn best_of_differ(&self, applied: &[(CallId, CallId)]) -> Option<Scored> {
        let scored = applied
            .iter()
            .filter_map(|&(call, input)| self.of_differ(call, input));
        scored.reduce(|best, next| match next.sum.score > best.sum.score {
            true => next,
            false => best,
        })
    }

    /// All solvers, and all differs applied to one.
    pub(super) fn all(&self) -> Vec<Scored> {
        let mut seen = FxHashSet::default();
        let solvers = self.card.solvers().iter();
        let solvers = solvers.filter_map(|entry| self.of_solver(entry.call));
        let differs = self.card.differs();
        let differs = differs.filter_map(|entry| self.of_differ(entry.call, entry.solver?));
        solvers
            .chain(differs)
            .filter(|scored| seen.insert((scored.call, scored.input)))
            .collect()
    }

    /// What was scored, as the candidate at a place among the items.
    pub(super) fn candidate(&self, item: usize, scored: &Scored) -> Candidate {
        Candidate {
            item,
            sum: scored.sum,
            speed: scored.speed,
            solver: scored.input.and_then(|input| self.solver(input)),
        }
    }

    fn sum_up(&self) -> Scoring {
        let all = self.all();
        let of_role = |role| all.iter().filter(move |scored| scored.role == role);
        let best = self.scores.solvers.iter().map(|sum| sum.score).max();
        let candidates = of_role(Role::Solver).filter(|scored| scored.sum.score > 0);
        Scoring {
            best: best.unwrap_or(0),
            candidates: candidates.count() as u64,
            differs: of_role(Role::Differ).map(|scored| scored.sum.score).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::shared_card::SharedCard;
    use super::super::testing::{self, FULL};
    use super::*;
    use crate::store::Store;
    use arc_programs::batt::SampleBudget;
    use std::sync::Arc;

    /// The candidates of a task with these items, their cards made by `cards`, where
    /// the store has nothing.
    fn found(items: Vec<Item>, cards: Option<&dyn Cards>) -> Candidates {
        let out = tempfile::tempdir().unwrap();
        let task = testing::task_id();
        let (trees, _) = Trees::list(&Store::at(out.path()), task, &testing::pool()).unwrap();
        let inputs = testing::inputs(items);
        let mut evaluated = testing::evaluated(&inputs, SampleBudget::default());
        match cards {
            Some(cards) => {
                evaluated.card = cards
                    .card(task, &inputs.items, SampleBudget::default())
                    .unwrap();
                candidates(task, Vec::new(), &evaluated, &trees, cards)
            }
            None => {
                let own = testing::own_cards();
                candidates(task, inputs.items, &evaluated, &trees, &*own)
            }
        }
    }

    fn items() -> Vec<Item> {
        vec![
            testing::solver("rot180(I)"),
            // No grid: it scores nothing.
            testing::solver("astuple(1, 2)"),
            testing::item(Role::Differ, "differ_all", "astuple(2, 1)"),
            testing::item(Role::Differ, "differ_none", "astuple(2, 0)"),
        ]
    }

    #[test]
    fn of_a_task_s_own_programs_those_that_score_are_candidates_and_all_are_items() {
        let found = found(items(), None);
        assert_eq!(found.items.len(), 4);
        let places: Vec<usize> = found.candidates.iter().map(|own| own.item).collect();
        assert_eq!(places, [0, 2]);
        assert_eq!(found.candidates[0].sum.score, FULL);
        assert_eq!(found.candidates[1].solver, Some(0));
        let [Note::Scored(scoring)] = found.notes[..] else {
            panic!("{:?}", found.notes);
        };
        let expected = Scoring {
            best: FULL,
            candidates: 1,
            // On each of two solvers and two samples.
            differs: 4 * score::FULL / 2,
        };
        assert_eq!(scoring, expected);
    }

    #[test]
    fn of_a_shared_card_the_candidates_are_cut_out_once() {
        let inputs = testing::inputs(items());
        let evaluated = testing::evaluated(&inputs, SampleBudget::default());
        let card = Arc::clone(&evaluated.card.card);
        let cards = SharedCard::new(card, SampleBudget::default()).unwrap();
        let first = found(items(), Some(&cards));
        let names: Vec<&str> = first.items.iter().map(|item| item.program.name()).collect();
        // The differ on each of two solvers.
        assert_eq!(first.items.len(), 3, "{names:?}");
        assert!(names[0].starts_with("solve_t"), "{names:?}");
        assert_eq!(first.candidates.len(), first.items.len());
        let again = found(items(), Some(&cards));
        for (first, again) in first.items.iter().zip(&again.items) {
            assert!(Arc::ptr_eq(&first.program, &again.program));
        }
    }
}
