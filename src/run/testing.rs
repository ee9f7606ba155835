//! Small tasks, programs and tools for the tests of the stages.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::candidates::Candidate;
use super::cards::Cards;
use super::early::Early;
use super::error::TaskProblem;
use super::evaluate::{Beside, Evaluated, evaluate_beside};
use super::inline::Identified;
use super::items::{Item, ItemProgram};
use super::own_cards::OwnCards;
use super::prepare::{Prepared, TaskInputs, prepare_rest};
use super::tools::Tools;
use crate::clock::Clock;
use crate::interrupt::Interrupt;
use crate::library::{Library, NamedProgram, Role};
use crate::pool::{Pool, Profile, ProfileKind};
use arc_programs::batt::{NoCache, SampleBudget, SampleInputs, ScoreSum, samples_of};
use arc_programs::dsl::REFERENCE;
use arc_programs::program::{InlineBudget, parse_module};
use arc_programs::score;
use arc_programs::task::{Task, TaskName};

/// A task that `rot180(I)` solves on its demo sample and on its test sample.
pub(super) const TURNED: &str = r#"{
    "train": [{"input": [[1, 2], [3, 4]], "output": [[4, 3], [2, 1]]}],
    "test": [{"input": [[5, 6]], "output": [[6, 5]]}]
}"#;

/// What an exact solver of [`TURNED`] scores.
pub(super) const FULL: u64 = 2 * score::FULL;

pub(super) fn task_id() -> TaskName {
    "0123abcd".parse().unwrap()
}

pub(super) fn task(json: &str) -> Task {
    Task::from_json(task_id(), json).unwrap()
}

pub(super) fn samples() -> Vec<SampleInputs> {
    samples_of(&task(TURNED)).unwrap()
}

/// A clock that goes on by so many seconds whenever somebody looks at it.
pub(super) struct StepClock {
    step: u64,
    looks: AtomicU64,
}

impl StepClock {
    pub(super) fn of(step: u64) -> Self {
        Self {
            step,
            looks: AtomicU64::new(0),
        }
    }
}

impl Clock for StepClock {
    fn timestamp(&self) -> String {
        "then".to_owned()
    }

    fn elapsed(&self) -> Duration {
        let looks = self.looks.fetch_add(1, Ordering::Relaxed);
        Duration::from_secs(looks * self.step)
    }
}

/// What a test holds for as long as its tools are used.
pub(super) struct Surroundings {
    clock: StepClock,
    interrupt: Interrupt,
}

impl Surroundings {
    /// A run that has all the time.
    pub(super) fn quiet() -> Self {
        Self::of(StepClock::of(0), Interrupt::default())
    }

    pub(super) fn of(clock: StepClock, interrupt: Interrupt) -> Self {
        Self { clock, interrupt }
    }

    /// Tools with two workers.
    pub(super) fn tools(&self) -> Tools<'_> {
        Tools {
            pool: pool(),
            clock: &self.clock,
            interrupt: &self.interrupt,
            cache: &NoCache,
        }
    }
}

pub(super) fn pool() -> Pool {
    Pool::new(&profile())
}

pub(super) fn profile() -> Profile {
    Profile {
        kind: ProfileKind::Cpu,
        reason: String::new(),
        workers: 2,
        chunk_size: 8,
    }
}

/// A program of a role whose result is an expression.
pub(super) fn item(role: Role, name: &str, expression: &str) -> Item {
    let function = role.function_name();
    let text = format!("def {function}(S, I, C):\n    return {expression}\n");
    let program = parse_module(&text).only_program().unwrap();
    let name = name.to_owned();
    Item {
        role,
        program: Arc::new(ItemProgram::new(
            Arc::new(NamedProgram { name, program }),
            &REFERENCE,
        )),
        key: None,
    }
}

pub(super) fn solver(expression: &str) -> Item {
    item(Role::Solver, &format!("solve by {expression}"), expression)
}

pub(super) fn inputs(items: Vec<Item>) -> TaskInputs {
    TaskInputs {
        task: task_id(),
        samples: samples(),
        items,
    }
}

/// What evaluating [`TURNED`] with a card of items finds.
pub(super) fn evaluated(inputs: &TaskInputs, budget: SampleBudget) -> Evaluated {
    let surroundings = Surroundings::quiet();
    let tools = surroundings.tools();
    let prepared = prepare_all(&[inputs], &*own_cards(), budget, &tools);
    let mut evaluated = evaluate(&[inputs], prepared, &tools);
    evaluated.remove(0).unwrap()
}

/// Tasks with their cards.
pub(super) fn prepare_all(
    tasks: &[&TaskInputs],
    cards: &dyn Cards,
    budget: SampleBudget,
    tools: &Tools<'_>,
) -> Vec<Result<Prepared, TaskProblem>> {
    let none = tasks.iter().map(|_| None).collect();
    prepare_rest(tasks, none, cards, budget, tools)
}

/// What evaluating tasks finds, with nothing beside it.
pub(super) fn evaluate(
    tasks: &[&TaskInputs],
    prepared: Vec<Result<Prepared, TaskProblem>>,
    tools: &Tools<'_>,
) -> Vec<Result<Evaluated, TaskProblem>> {
    let nothing = Beside {
        early: Early::of(&[], 1, |_| None),
        read: &|_| None,
        own: || Ok::<(), TaskProblem>(()),
    };
    evaluate_beside(tasks, prepared, tools, |_, evaluated| evaluated, nothing).0
}

/// The maker of cards of libraries that have nothing for all tasks.
pub(super) fn own_cards() -> Box<dyn Cards> {
    let empty = [Role::Solver, Role::Differ].map(|role| &*Box::leak(Box::new(Library::new(role))));
    Box::new(OwnCards::new(empty))
}

/// Items with their identities, none of them inlined before.
pub(super) fn identified(items: Vec<Item>) -> Vec<Identified> {
    let identify = |item: Item| Identified {
        identity: Some(
            item.program
                .program()
                .inline(InlineBudget::DEFAULT)
                .identity,
        ),
        item,
        is_new: true,
    };
    items.into_iter().map(identify).collect()
}

/// A candidate that scores so much, at a speed of 20.
pub(super) fn candidate(item: usize, score: u64, is_whole: bool) -> Candidate {
    Candidate {
        item,
        sum: ScoreSum {
            score,
            steps: 0,
            is_whole,
        },
        speed: 20,
        solver: None,
    }
}
