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
    let table = ScoreTable {
        places: &card.places,
        scores: &evaluated.scores,
    };
    let scoring = table.sum_up();
    let keeps_all = cards.keeps_all();
    let is_wanted = |role: Role, sum: &ScoreSum| {
        let accepts = |speed| trees.of(role).accepts(sum.score, speed);
        // Its own speed is worked out where any would do.
        sum.score > 0 && (keeps_all || accepts(u32::MAX) && accepts(score::speed(sum.steps)))
    };
    let (items, candidates) = cards.candidates(task, card, &table, items, &is_wanted);
    Candidates {
        items,
        candidates,
        notes: vec![Note::Scored(scoring)],
    }
}

/// Which programs of a card are scored, and where their scores stand: the same on every
/// task that has the card.
#[derive(Debug, Default)]
pub(super) struct ScorePlaces {
    solvers: FxHashMap<CallId, usize>,
    differs: FxHashMap<(CallId, CallId), usize>,
    /// All solvers, and all differs applied to one, each once.
    all: Vec<ScorePlace>,
}

/// A call of a card that is scored, and the place of its score among those of its role.
#[derive(Clone, Copy, Debug)]
struct ScorePlace {
    role: Role,
    call: CallId,
    /// The call that is its `I`.
    input: Option<CallId>,
    place: usize,
}

impl ScorePlaces {
    /// Those of a card.
    pub(super) fn of(card: &Card) -> Self {
        let solvers = card.solvers().iter().map(|entry| entry.call);
        let applied = card
            .differs()
            .zip(0..)
            .filter_map(|(entry, place)| Some(((entry.call, entry.solver?), place)));
        let mut places = Self {
            solvers: solvers.zip(0..).collect(),
            differs: applied.collect(),
            all: Vec::new(),
        };
        let mut seen = FxHashSet::default();
        let solvers = card.solvers().iter();
        let solvers = solvers.filter_map(|entry| places.of_solver(entry.call));
        let differs = card.differs();
        let differs = differs.filter_map(|entry| places.of_differ(entry.call, entry.solver?));
        places.all = solvers
            .chain(differs)
            .filter(|own| seen.insert((own.call, own.input)))
            .collect();
        places
    }

    /// That of a solver, by its output.
    fn of_solver(&self, output: CallId) -> Option<ScorePlace> {
        Some(ScorePlace {
            role: Role::Solver,
            call: output,
            input: None,
            place: *self.solvers.get(&output)?,
        })
    }

    fn of_differ(&self, call: CallId, input: CallId) -> Option<ScorePlace> {
        Some(ScorePlace {
            role: Role::Differ,
            call,
            input: Some(input),
            place: *self.differs.get(&(call, input))?,
        })
    }
}

/// The scores of a card on a task, by call.
pub(super) struct ScoreTable<'a> {
    places: &'a ScorePlaces,
    scores: &'a TaskScores,
}

impl ScoreTable<'_> {
    fn sum(&self, own: &ScorePlace) -> &ScoreSum {
        match own.role {
            Role::Solver => &self.scores.solvers[own.place],
            Role::Differ => &self.scores.differs[own.place],
        }
    }

    fn scored(&self, own: &ScorePlace) -> Scored {
        let sum = *self.sum(own);
        Scored {
            role: own.role,
            call: own.call,
            input: own.input,
            sum,
            speed: score::speed(sum.steps),
        }
    }

    pub(super) fn of_solver(&self, output: CallId) -> Option<Scored> {
        Some(self.scored(&self.places.of_solver(output)?))
    }

    /// Of a differ applied to several solvers, the best score, the first of
    /// several.
    pub(super) fn best_of_differ(&self, applied: &[(CallId, CallId)]) -> Option<Scored> {
        let places = applied
            .iter()
            .filter_map(|&(call, input)| self.places.of_differ(call, input));
        let best =
            places.reduce(
                |best, next| match self.sum(&next).score > self.sum(&best).score {
                    true => next,
                    false => best,
                },
            );
        best.map(|best| self.scored(&best))
    }

    /// Those of all solvers, and of all differs applied to one, that are wanted.
    pub(super) fn wanted(&self, is_wanted: &IsWanted<'_>) -> impl Iterator<Item = Scored> {
        let all = self.places.all.iter();
        all.filter(|own| is_wanted(own.role, self.sum(own)))
            .map(|own| self.scored(own))
    }

    /// What was scored, as the candidate at a place among the items.
    pub(super) fn candidate(&self, item: usize, scored: &Scored) -> Candidate {
        let solver = |output| self.places.solvers.get(&output).copied();
        Candidate {
            item,
            sum: scored.sum,
            speed: scored.speed,
            solver: scored.input.and_then(solver),
        }
    }

    fn sum_up(&self) -> Scoring {
        let all = &self.places.all;
        let of_role = |role| all.iter().filter(move |own| own.role == role);
        let score = |own: &ScorePlace| self.sum(own).score;
        let best = self.scores.solvers.iter().map(|sum| sum.score).max();
        let candidates = of_role(Role::Solver).filter(|own| score(own) > 0);
        Scoring {
            best: best.unwrap_or(0),
            candidates: candidates.count() as u64,
            differs: of_role(Role::Differ).map(score).sum(),
        }
    }
}

/// Whether a program of a role that scores so much is wanted.
pub(super) type IsWanted<'a> = dyn Fn(Role, &ScoreSum) -> bool + 'a;

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
                let card = cards.card(task, &inputs.items, SampleBudget::default());
                evaluated.card = Arc::new(card.unwrap());
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
