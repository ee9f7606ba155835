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
                // Other files are hardly those of several tasks.
                let text = content.text.filter(|_| file.is_named_by_identity());
                for named in content.programs {
                    let place = named.program.head_position();
                    let key = text.map(|text| SharedKey::Stored(role, text, place));
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

#[cfg(test)]
mod tests {
    use super::super::inline::{Identified, inline};
    use super::super::known::Identities;
    use super::super::testing::Surroundings;
    use super::*;
    use arc_programs::program::{Identity, InlineBudget};
    use std::path::Path;
    use std::time::Duration;

    const TASKS: [&str; 2] = ["0123abcd", "4567cdef"];

    /// Writes what a store has of a task under the name that a program of `rot90` has.
    fn write(store: &Path, task: &str, text: &str) {
        let folder = store.join(format!("solver_dir/solve_{task}/1000/20"));
        std::fs::create_dir_all(&folder).unwrap();
        let name = Identity::of(&of_expression("rot90(I)"));
        std::fs::write(folder.join(format!("{name}.py")), text).unwrap();
    }

    fn of_expression(expression: &str) -> String {
        format!("def solve(S, I, C):\n    return {expression}\n")
    }

    /// What the inlining of one task after the other yields, with what the tasks before
    /// have found out.
    fn inlined(stores: &[&Path]) -> Vec<Vec<Identified>> {
        let paths: Vec<_> = stores
            .iter()
            .map(|store| store.join("solver_dir"))
            .collect();
        let dialect = Library::new(Role::Solver).dialect();
        let solvers = Library::open(Role::Solver, dialect, &paths).unwrap();
        let differs = Library::new(Role::Differ);
        let cards = OwnCards::new([&solvers, &differs]);
        let surroundings = Surroundings::quiet();
        let mut identities = Identities::default();
        let of_task = |task: &str| {
            let task = task.parse().unwrap();
            let items = cards.gather(task, &mut Ingredients::default()).items;
            let (budget, patience) = (InlineBudget::DEFAULT, Duration::from_secs(1));
            let tools = surroundings.tools();
            inline(items, budget, patience, &mut identities, &tools).0
        };
        TASKS.into_iter().map(of_task).collect()
    }

    fn assert_own_identities(tasks: &[Vec<Identified>]) {
        for own in tasks.iter().flatten() {
            let program = own.item.program.program();
            let identity = program.inline(InlineBudget::DEFAULT).identity;
            assert_eq!(own.identity, Some(identity), "{}", own.item.program.text());
        }
    }

    #[test]
    fn a_program_that_two_tasks_have_is_inlined_once() {
        let store = tempfile::tempdir().unwrap();
        for task in TASKS {
            write(store.path(), task, &of_expression("rot90(I)"));
        }
        let tasks = inlined(&[store.path()]);
        assert_own_identities(&tasks);
        assert!(tasks[0][0].is_new && !tasks[1][0].is_new);
    }

    #[test]
    fn a_copy_that_somebody_has_edited_has_an_identity_of_its_own() {
        let store = tempfile::tempdir().unwrap();
        write(store.path(), TASKS[0], &of_expression("rot90(I)"));
        write(store.path(), TASKS[1], &of_expression("rot180(I)"));
        let tasks = inlined(&[store.path()]);
        assert_own_identities(&tasks);
        assert!(tasks[0][0].is_new && tasks[1][0].is_new);
    }

    #[test]
    fn a_file_of_the_same_name_in_another_store_has_an_identity_of_its_own() {
        let stores = [(); 2].map(|()| tempfile::tempdir().unwrap());
        for task in TASKS {
            write(stores[0].path(), task, &of_expression("rot90(I)"));
            write(stores[1].path(), task, &of_expression("rot180(I)"));
        }
        assert_own_identities(&inlined(&[stores[0].path(), stores[1].path()]));
    }

    #[test]
    fn each_of_the_programs_of_a_file_has_an_identity_of_its_own() {
        let store = tempfile::tempdir().unwrap();
        let of_task = |(task, turn): (&str, &str)| {
            format!("def solve_{task}(S, I, C):\n    return {turn}(I)\n")
        };
        // Each task takes what is its own, which lies elsewhere in the text.
        let turns = TASKS.into_iter().zip(["rot90", "rot180"]);
        let text: String = turns.map(of_task).collect();
        for task in TASKS {
            write(store.path(), task, &text);
        }
        let tasks = inlined(&[store.path()]);
        assert!(tasks.iter().all(|own| own.len() == 1));
        assert_own_identities(&tasks);
    }
}
