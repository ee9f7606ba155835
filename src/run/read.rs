//! From a task's text to its samples, its programs and its fingerprint.

use super::cards::Cards;
use super::error::TaskProblem;
use super::items::Gathered;
use crate::fingerprint::{Fingerprint, Ingredients};
use crate::tasks::TaskError;
use arc_programs::batt::{SampleInputs, samples_of};
use arc_programs::task::{Task, TaskName};

/// A task that was read.
pub(super) struct ReadTask {
    /// Or why it cannot be run.
    pub(super) samples: Result<Vec<SampleInputs>, TaskProblem>,
    pub(super) programs: Gathered,
    pub(super) fingerprint: Fingerprint,
}

/// Makes a task's samples and gathers its programs; `ingredients` has what all
/// tasks are run with.
pub(super) fn read(
    task: TaskName,
    loaded: Result<Task, TaskError>,
    cards: &dyn Cards,
    mut ingredients: Ingredients,
) -> ReadTask {
    let samples = match loaded {
        Ok(loaded) => {
            ingredients.task(&loaded);
            samples_of(&loaded).map_err(|failure| TaskProblem::Samples { task, failure })
        }
        Err(error) => {
            ingredients.name(task);
            Err(error.into())
        }
    };
    let programs = match samples {
        Ok(_) => cards.gather(task, &mut ingredients),
        Err(_) => Gathered::default(),
    };
    ReadTask {
        samples,
        programs,
        fingerprint: ingredients.fingerprint(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::own_cards::OwnCards;
    use super::super::testing::{self, TURNED};
    use super::*;
    use crate::library::{Library, Role};
    use crate::tasks::TaskSource;
    use std::path::Path;

    fn of(solvers: &Library, json: &str) -> ReadTask {
        let differs = Library::new(Role::Differ);
        let cards = OwnCards::new([solvers, &differs]);
        let loaded = Ok(testing::task(json));
        read(testing::task_id(), loaded, &cards, Ingredients::default())
    }

    fn solvers(expression: &str) -> Library {
        let task = testing::task_id();
        let mut solvers = Library::new(Role::Solver);
        let text = format!("def solve_{task}(S, I, C):\n    return {expression}\n");
        solvers.add_text(Path::new("solvers.py"), &text);
        solvers
    }

    #[test]
    fn the_programs_that_were_given_for_a_task_are_in_its_fingerprint() {
        let own = of(&solvers("rot90(I)"), TURNED);
        assert_eq!(own.samples.unwrap().len(), 2);
        assert_eq!(own.programs.items.len(), 1);
        let again = of(&solvers("rot90(I)"), TURNED);
        assert_eq!(own.fingerprint, again.fingerprint);
        for other in [
            of(&solvers("rot180(I)"), TURNED),
            of(&solvers("rot90(I)"), &TURNED.replace('6', "7")),
        ] {
            assert_ne!(own.fingerprint, other.fingerprint);
        }
    }

    #[test]
    fn what_a_store_has_kept_is_in_no_fingerprint_and_damage_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let task = testing::task_id();
        let path = folder.path().join(format!("solve_{task}"));
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("kept.py"), "def solve(S, I, C):\n    return I\n").unwrap();
        std::fs::write(path.join("damaged.py"), "def solve(S, I, C):\n    retur").unwrap();
        let alone = of(&solvers("rot90(I)"), TURNED);
        let mut kept = solvers("rot90(I)");
        kept.add_kept(folder.path()).unwrap();
        let with_kept = of(&kept, TURNED);
        assert_eq!(alone.fingerprint, with_kept.fingerprint);
        assert_eq!(with_kept.programs.items.len(), 2);
        assert_eq!(with_kept.programs.skipped.len(), 1);
        let mut given = solvers("rot90(I)");
        given.add_path(folder.path()).unwrap();
        assert_ne!(alone.fingerprint, of(&given, TURNED).fingerprint);
    }

    #[test]
    fn a_task_that_cannot_be_read_has_a_fingerprint_and_no_programs() {
        let task = testing::task_id();
        let source = TaskSource::from_texts("made up", [(format!("{task}.json"), "{")]).unwrap();
        let solvers = solvers("rot90(I)");
        let differs = Library::new(Role::Differ);
        let cards = OwnCards::new([&solvers, &differs]);
        let read = read(task, source.load(task), &cards, Ingredients::default());
        assert!(matches!(read.samples, Err(TaskProblem::Unread(_))));
        assert!(read.programs.items.is_empty());
        let mut id = Ingredients::default();
        id.name(task);
        assert_eq!(read.fingerprint, id.fingerprint());
    }
}
