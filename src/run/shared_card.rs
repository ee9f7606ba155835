//! One card for all tasks.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::candidates::{Candidate, IsWanted, ScorePlaces, ScoreTable, Scored};
use super::cards::{Cards, TaskCard};
use super::items::{Gathered, Item, ItemProgram, SharedKey};
use crate::fingerprint::Ingredients;
use crate::library::{NamedProgram, Skipped};
use arc_programs::batt::{Batt, SampleBudget};
use arc_programs::card::{CallId, Card, CardPlanError};
use arc_programs::task::TaskName;

/// Programs by their call, and the call that is their `I`.
type CutPrograms = FxHashMap<(CallId, Option<CallId>), Arc<ItemProgram>>;

/// A card that all tasks have.
pub(super) struct SharedCard {
    card: Arc<Card>,
    batt: Arc<Batt>,
    places: Arc<ScorePlaces>,
    /// The programs that were cut out of it.
    cut: Mutex<CutPrograms>,
}

impl SharedCard {
    pub(super) fn new(card: Arc<Card>, budget: SampleBudget) -> Result<Self, CardPlanError> {
        let batt = Arc::new(Batt::new(&card, budget)?);
        Ok(Self {
            places: Arc::new(ScorePlaces::of(&card)),
            card,
            batt,
            cut: Mutex::default(),
        })
    }

    /// A program cut out of the card.
    fn item(&self, task: TaskName, scored: &Scored) -> Item {
        let Scored {
            role, call, input, ..
        } = *scored;
        let card = &self.card;
        let cut = || self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        let known = cut().get(&(call, input)).cloned();
        let program = known.unwrap_or_else(|| {
            let function = role.function_name();
            let program = match input {
                Some(input) => card.program_from(input, call, function),
                None => card.program_of(call, function),
            };
            let name = format!("{function}_{call}_{task}");
            let named = Arc::new(NamedProgram { name, program });
            let program = Arc::new(ItemProgram::new(named, card.dialect()));
            // Another worker may have cut it out meanwhile.
            Arc::clone(cut().entry((call, input)).or_insert(program))
        });
        Item {
            role,
            program,
            key: Some(SharedKey::Call(call, input)),
        }
    }
}

impl Cards for SharedCard {
    fn skipped(&self) -> Vec<&Skipped> {
        Vec::new()
    }

    fn add_shared(&self, _ingredients: &mut Ingredients) {}

    /// None: the candidates are cut out of the card once they are known.
    fn gather(&self, _task: TaskName, _ingredients: &mut Ingredients) -> Gathered {
        Gathered::default()
    }

    fn card(
        &self,
        _task: TaskName,
        _items: &[Item],
        _budget: SampleBudget,
    ) -> Result<TaskCard, CardPlanError> {
        Ok(TaskCard {
            card: Arc::clone(&self.card),
            batt: Arc::clone(&self.batt),
            places: Arc::clone(&self.places),
            calls: Vec::new(),
            unusable: Vec::new(),
        })
    }

    /// The candidates alone, cut out of the card.
    fn candidates(
        &self,
        task: TaskName,
        _card: &TaskCard,
        scores: &ScoreTable<'_>,
        _items: Vec<Item>,
        is_wanted: &IsWanted<'_>,
    ) -> (Vec<Item>, Vec<Candidate>) {
        let wanted = scores.wanted(is_wanted);
        let cut = |(place, scored): (usize, Scored)| {
            let candidate = scores.candidate(place, &scored);
            (self.item(task, &scored), candidate)
        };
        wanted.enumerate().map(cut).unzip()
    }

    fn keeps_all(&self) -> bool {
        false
    }
}
