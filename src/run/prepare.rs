//! From the programs of tasks to cards that are ready for their samples.

use std::sync::Arc;

use super::cards::{Cards, TaskCard};
use super::early::ScoredSample;
use super::error::TaskProblem;
use super::items::Item;
use super::note::{Note, Notes};
use super::tools::Tools;
use crate::pool::NotDone;
use arc_programs::batt::{BegunTask, ResultCache, SampleBudget, SampleInputs};
use arc_programs::evaluation::Concern;
use arc_programs::task::TaskName;

/// A task that was read, and its programs.
pub(super) struct TaskInputs {
    pub(super) task: TaskName,
    pub(super) samples: Vec<SampleInputs>,
    /// Its programs, where they are from libraries.
    pub(super) items: Vec<Item>,
}

/// A task's card, and what its samples share.
pub(super) struct Prepared {
    pub(super) card: Arc<TaskCard>,
    pub(super) begun: BegunTask,
    /// What came of each sample that was evaluated before the task's turn.
    pub(super) early: Vec<Option<ScoredSample>>,
}

/// How long a sample of a task that was begun may take, as far as it is easily told: programs
/// take about as long as their input is large.
pub(super) fn expected_cost(begun: &BegunTask, place: usize, sample: &SampleInputs) -> u64 {
    (begun.to_be_evaluated(place) as u64).saturating_mul(sample.cells)
}

/// Makes the card of a task, and evaluates what its samples share.
///
/// # Errors
/// [`TaskProblem`] where there is nothing to evaluate it on, or it cannot be.
pub(super) fn prepare(
    inputs: &TaskInputs,
    cards: &dyn Cards,
    budget: SampleBudget,
    cache: &dyn ResultCache,
) -> Result<Prepared, TaskProblem> {
    if inputs.samples.is_empty() {
        return Err(TaskProblem::NoSamples);
    }
    let card = Arc::new(cards.card(inputs.task, &inputs.items, budget)?);
    let begun = card.batt.on_task(&inputs.samples, cache);
    Ok(Prepared {
        card,
        begun,
        early: inputs.samples.iter().map(|_| None).collect(),
    })
}

/// The same for those of several tasks that were not prepared, several at once.
pub(super) fn prepare_rest(
    tasks: &[&TaskInputs],
    prepared: Vec<Option<Result<Prepared, TaskProblem>>>,
    cards: &dyn Cards,
    budget: SampleBudget,
    tools: &Tools<'_>,
) -> Vec<Result<Prepared, TaskProblem>> {
    let missing = tasks.iter().zip(&prepared);
    let missing = missing.filter(|(_, prepared)| prepared.is_none());
    let missing: Vec<&TaskInputs> = missing.map(|(inputs, _)| *inputs).collect();
    let prepare = |inputs: &&TaskInputs| prepare(inputs, cards, budget, tools.cache);
    let mut made = tools.map(&missing, prepare).results.into_iter();
    let stopped = || Err(NotDone::Stopped);
    let mut next = || made.next().unwrap_or_else(stopped);
    prepared
        .into_iter()
        .map(|own| own.unwrap_or_else(|| next().unwrap_or_else(|not_done| Err(not_done.into()))))
        .collect()
}

/// The programs of a task that are not evaluated, and those with calls that fail
/// whatever the task is.
pub(super) fn unresolved(items: &[Item], card: &TaskCard) -> Notes {
    let note = |(item, problem): &(usize, _)| Note::Unresolved {
        program: items[*item].program.name().to_owned(),
        problem: Clone::clone(problem),
    };
    let wrong_calls = |item: &Item| {
        // Of several wrong calls of a primitive in a program one is told.
        let mut concerns: Vec<Concern> = item.program.concerns().to_vec();
        concerns.sort_by_key(|concern| (concern.name, concern.position));
        concerns.dedup_by_key(|concern| concern.name);
        let program = item.program.name().to_owned();
        let note = move |concern| Note::WrongCall {
            program: program.clone(),
            concern,
        };
        concerns.into_iter().map(note)
    };
    let unresolved = card.unusable.iter().map(note);
    unresolved
        .chain(items.iter().flat_map(wrong_calls))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::own_cards::OwnCards;
    use super::super::shared_card::SharedCard;
    use super::super::testing::prepare_all;
    use super::super::testing::{self, StepClock, Surroundings};
    use super::*;
    use crate::interrupt::Interrupt;
    use crate::library::{Library, Role};
    use arc_programs::card::CardBuilder;

    fn prepared(inputs: &[&TaskInputs]) -> Vec<Result<Prepared, TaskProblem>> {
        let surroundings = Surroundings::quiet();
        let cards = testing::own_cards();
        prepare_all(
            inputs,
            &*cards,
            SampleBudget::default(),
            &surroundings.tools(),
        )
    }

    #[test]
    fn a_program_with_an_unknown_name_is_left_out_and_named() {
        let items = vec![testing::solver("rot91(I)"), testing::solver("rot180(I)")];
        let inputs = testing::inputs(items);
        let prepared = prepared(&[&inputs]).remove(0).unwrap();
        assert_eq!(prepared.card.card.solvers().len(), 1);
        assert!(prepared.card.calls[0].output.is_none());
        assert!(prepared.card.calls[1].output.is_some());
        let notes = unresolved(&inputs.items, &prepared.card);
        let [Note::Unresolved { program, problem }] = &notes[..] else {
            panic!("{notes:?}");
        };
        assert_eq!(program, "solve by rot91(I)");
        assert!(
            problem.to_string().contains("did you mean rot90?"),
            "{problem}"
        );
    }

    #[test]
    fn a_differ_that_is_there_twice_is_applied_once() {
        let differ = || testing::item(Role::Differ, "differ_own", "astuple(1, 1)");
        let inputs = testing::inputs(vec![testing::solver("rot180(I)"), differ(), differ()]);
        let prepared = prepared(&[&inputs]).remove(0).unwrap();
        let applied = |item: usize| prepared.card.calls[item].applied.len();
        assert_eq!((applied(1), applied(2)), (1, 0));
    }

    #[test]
    fn a_task_without_samples_touches_no_other() {
        let empty = TaskInputs {
            samples: Vec::new(),
            ..testing::inputs(Vec::new())
        };
        let other = testing::inputs(vec![testing::solver("rot180(I)")]);
        let prepared = prepared(&[&empty, &other]);
        assert!(matches!(prepared[0], Err(TaskProblem::NoSamples)));
        assert!(prepared[1].is_ok());
    }

    #[test]
    fn all_tasks_have_the_card_that_is_shared() {
        let mut builder = CardBuilder::new();
        let program = testing::solver("rot180(I)");
        let program = program.program.program();
        builder
            .add_solver(testing::task_id(), program, false)
            .unwrap();
        let card = Arc::new(builder.finish());
        let cards = SharedCard::new(Arc::clone(&card), SampleBudget::default()).unwrap();
        let inputs = testing::inputs(Vec::new());
        let surroundings = Surroundings::quiet();
        let tools = surroundings.tools();
        for prepared in prepare_all(&[&inputs, &inputs], &cards, SampleBudget::default(), &tools) {
            assert!(Arc::ptr_eq(&prepared.unwrap().card.card, &card));
        }
        let none = [Role::Solver, Role::Differ].map(Library::new);
        assert!(OwnCards::new([&none[0], &none[1]]).keeps_all() && !cards.keeps_all());
    }

    #[test]
    fn nothing_is_begun_once_the_run_is_overdue() {
        let surroundings = Surroundings::of(StepClock::of(0), Interrupt::overdue());
        let inputs = testing::inputs(Vec::new());
        let (cards, budget) = (testing::own_cards(), SampleBudget::default());
        let prepared = prepare_all(&[&inputs], &*cards, budget, &surroundings.tools());
        assert!(matches!(
            prepared[0],
            Err(TaskProblem::NotDone(NotDone::Stopped))
        ));
    }
}
