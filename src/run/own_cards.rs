//! Cards made of each task's own solvers and differs.

use std::collections::HashSet;
use std::sync::Arc;

use super::candidates::{Candidate, IsWanted, ScorePlaces, ScoreTable};
use super::cards::{Cards, ItemCalls, TaskCard};
use super::error::UnusableProgram;
use super::items::{Gathered, Item, ItemProgram, SharedKey};
use crate::fingerprint::Ingredients;
use crate::library::{Library, Role, Skipped};
use arc_programs::batt::{Batt, SampleBudget};
use arc_programs::card::{Card, CardBuilder, CardPlanError};
use arc_programs::dsl::Dialect;
use arc_programs::task::TaskName;

/// A card for each task, of the programs that libraries have for it.
pub(super) struct OwnCards<'a> {
    dialect: &'static Dialect,
    sources: [Source<'a>; 2],
}

/// A library, and its programs that are for all tasks.
struct Source<'a> {
    library: &'a Library,
    shared: Vec<Arc<ItemProgram>>,
}

impl<'a> OwnCards<'a> {
    /// Those of solvers and differs of one dialect.
    pub(super) fn new([solvers, differs]: [&'a Library; 2]) -> Self {
        let item = |named| Arc::new(ItemProgram::new(Arc::clone(named), solvers.dialect()));
        Self {
            dialect: solvers.dialect(),
            sources: [solvers, differs].map(|library| Source {
                library,
                shared: library.shared().iter().map(item).collect(),
            }),
        }
    }
}

impl Cards for OwnCards<'_> {
    fn skipped(&self) -> Vec<&Skipped> {
        let sources = self.sources.iter();
        sources.flat_map(|own| own.library.skipped()).collect()
    }

    fn add_shared(&self, ingredients: &mut Ingredients) {
        for program in self.sources.iter().flat_map(|own| &own.shared) {
            ingredients.text(program.text());
        }
    }

    /// Solvers, base differs, the task's differs.
    fn gather(&self, task: TaskName, ingredients: &mut Ingredients) -> Gathered {
        let mut gathered = Gathered::default();
        for Source { library, shared } in &self.sources {
            let role = library.role();
            let items = &mut gathered.items;
            for (index, program) in shared.iter().enumerate() {
                items.push(Item {
                    role,
                    program: Arc::clone(program),
                    key: Some(SharedKey::BaseDiffer(index)),
                });
            }
            for named in library.of_task(task) {
                let program = Arc::new(ItemProgram::new(Arc::clone(named), self.dialect));
                ingredients.text(program.text());
                items.push(Item {
                    role,
                    program,
                    key: None,
                });
            }
            for file in library.files_of_task(task) {
                let content = file.read();
                if !file.is_kept() {
                    // Printing its programs would cost four times as much.
                    let text = content.text.map(|identity| identity.to_string());
                    ingredients.text(text.as_deref().unwrap_or_default());
                }
                let key = file
                    .identity()
                    .map(|identity| SharedKey::Stored(role, identity));
                for named in content.programs {
                    items.push(Item {
                        role,
                        program: Arc::new(ItemProgram::new(Arc::new(named), self.dialect)),
                        key,
                    });
                }
                gathered.skipped.extend(content.skipped);
            }
        }
        gathered
    }

    fn card(
        &self,
        task: TaskName,
        items: &[Item],
        budget: SampleBudget,
    ) -> Result<TaskCard, CardPlanError> {
        let (card, calls, unusable) = card_of(self.dialect, task, items);
        let batt = Batt::new(&card, budget)?;
        Ok(TaskCard {
            places: Arc::new(ScorePlaces::of(&card)),
            card: Arc::new(card),
            batt: Arc::new(batt),
            calls,
            unusable,
        })
    }

    /// All items, whether they score or not.
    fn candidates(
        &self,
        _task: TaskName,
        card: &TaskCard,
        scores: &ScoreTable<'_>,
        items: Vec<Item>,
        is_wanted: &IsWanted<'_>,
    ) -> (Vec<Item>, Vec<Candidate>) {
        let scored = |calls: &ItemCalls| match calls.output {
            Some(output) => scores.of_solver(output),
            None => scores.best_of_differ(&calls.applied),
        };
        let numbered = card.calls.iter().enumerate();
        let candidates = numbered
            .filter_map(|(item, calls)| Some((item, scored(calls)?)))
            .filter(|(_, scored)| is_wanted(scored.role, &scored.sum))
            .map(|(item, scored)| scores.candidate(item, &scored))
            .collect();
        (items, candidates)
    }

    fn keeps_all(&self) -> bool {
        true
    }
}

/// The card of a task's items: its solvers; and its differs, each applied to
/// the input and to each solver's output.
fn card_of(
    dialect: &'static Dialect,
    task: TaskName,
    items: &[Item],
) -> (Card, Vec<ItemCalls>, Vec<(usize, UnusableProgram)>) {
    let mut builder = CardBuilder::in_dialect(dialect);
    let mut calls = vec![ItemCalls::default(); items.len()];
    let mut unusable = Vec::new();
    let mut outputs = Vec::new();
    let of_role = |role| {
        let numbered = items.iter().enumerate();
        numbered.filter(move |(_, item)| item.role == role)
    };
    for (index, item) in of_role(Role::Solver) {
        let program = &item.program;
        let mut add = || -> Result<_, UnusableProgram> {
            program.check()?;
            Ok(builder.add_solver(task, program.program(), false)?)
        };
        match add() {
            Ok(output) => {
                calls[index].output = Some(output);
                outputs.push(output);
            }
            Err(problem) => unusable.push((index, problem)),
        }
    }
    outputs.sort_unstable();
    outputs.dedup();
    let mut baselines = HashSet::new();
    for (index, item) in of_role(Role::Differ) {
        let (name, program) = (item.program.name(), item.program.program());
        let mut add = || -> Result<_, UnusableProgram> {
            item.program.check()?;
            Ok(builder.add_differ(name, program, None)?)
        };
        match add() {
            // A differ that was kept from the base differs, or one twice.
            Ok(baseline) if !baselines.insert(baseline) => {}
            Ok(_) => {
                for &output in &outputs {
                    // What could be added once can be again.
                    if let Ok(call) = builder.add_differ(name, program, Some(output)) {
                        calls[index].applied.push((call, output));
                    }
                }
            }
            Err(problem) => unusable.push((index, problem)),
        }
    }
    unusable.sort_by_key(|(index, _)| *index);
    (builder.finish(), calls, unusable)
}
