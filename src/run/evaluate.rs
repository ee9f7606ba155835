//! From the cards of tasks to their scores.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::ahead::ReadAhead;
use super::cards::TaskCard;
use super::early::{Early, ScoredSample};
use super::error::TaskProblem;
use super::note::{Note, Notes};
use super::pending::Pending;
use super::prepare::{Prepared, TaskInputs, expected_cost};
use super::tools::Tools;
use crate::event::ResultCounts;
use crate::pool::NotDone;
use arc_programs::batt::TaskScores;
use arc_programs::card::CallId;
use arc_programs::evaluation::Evaluator;
use arc_programs::task::TaskName;

/// What came of evaluating a task.
pub(super) struct Evaluated {
    pub(super) card: Arc<TaskCard>,
    pub(super) scores: TaskScores,
    /// The steps that each solver took, without those samples on which a failing call
    /// ended it: they are charged more than they took.
    pub(super) steps_taken: Vec<u64>,
    /// How long the samples took, one after the other.
    pub(super) time: Duration,
}

/// What is done beside evaluating tasks.
pub(super) struct Beside<'a, Own> {
    /// The tasks that come later: those of the next lot are read, and what else of them the
    /// workers have time for is done.
    pub(super) early: Early<'a>,
    /// How a task is read.
    pub(super) read: &'a (dyn Fn(TaskName) -> Option<ReadAhead> + Sync),
    /// What the calling thread does.
    pub(super) own: Own,
}

/// A piece of the workers' work.
enum Work {
    /// A sample of a task, both by their places.
    Sample(usize, usize),
    /// What follows once all samples of a task were evaluated, where they were before.
    Whole(usize),
    /// A task is read, by its place.
    Read(usize),
}

/// Evaluates the samples of tasks, all of them together, and does something beside that.
/// Whoever has evaluated the last sample of a task goes on with the `whole` task.
///
/// Yields what came of that, and what was read too, some samples of which may be evaluated.
#[allow(clippy::type_complexity, reason = "what comes of three things")]
pub(super) fn evaluate_beside<Whole: Send, Own, Problem>(
    tasks: &[&TaskInputs],
    prepared: Vec<Result<Prepared, TaskProblem>>,
    tools: &Tools<'_>,
    whole: impl Fn(&TaskInputs, Evaluated) -> Whole + Sync,
    beside: Beside<'_, impl FnOnce() -> Result<Own, Problem>>,
) -> (
    Vec<Result<Whole, TaskProblem>>,
    Vec<ReadAhead>,
    Result<Own, Problem>,
) {
    let Beside { early, read, own } = beside;
    let pending: Vec<Result<Pending<Whole>, TaskProblem>> = prepared
        .into_iter()
        .map(|prepared| prepared.map(Pending::of))
        .collect();
    let mut work = unevaluated(&pending);
    let of_tasks = work.len();
    let pending_at = |task: usize| pending[task].as_ref().ok();
    let cost = |work: &Work| match work {
        Work::Sample(task, place) => pending_at(*task).map_or(0, |own| {
            expected_cost(&own.begun, *place, &tasks[*task].samples[*place])
        }),
        Work::Whole(_) | Work::Read(_) => 0,
    };
    // What takes longest is begun first, so that the workers end together.
    let mut order: Vec<usize> = (0..of_tasks).collect();
    order.sort_by_cached_key(|place| Reverse(cost(&work[*place])));
    work.extend(early.unread().map(Work::Read));
    order.extend(of_tasks..work.len());
    let score = |evaluator: &mut Evaluator, card: &TaskCard, begun: &_, place, sample: &_| {
        let began = tools.clock.elapsed();
        let batt = &card.batt;
        let scores = batt.on_sample_by(evaluator, begun, place, sample, tools.cache);
        (scores, tools.clock.elapsed().saturating_sub(began))
    };
    let go_on = |task: usize, pending: &Pending<Whole>, samples: Vec<ScoredSample>| {
        let evaluated = sum_up(Arc::clone(&pending.card), samples);
        pending.end(whole(tasks[task], evaluated));
    };
    let go = |evaluator: &mut Evaluator, place: &usize| match work[*place] {
        Work::Sample(task, place) => {
            let Some(own) = pending_at(task) else { return };
            let sample = &tasks[task].samples[place];
            let scored = score(evaluator, &own.card, &own.begun, place, sample);
            if let Some(samples) = own.take_in(place, scored) {
                go_on(task, own, samples);
            }
        }
        Work::Whole(task) => {
            if let Some(own) = pending_at(task)
                && let Some(samples) = own.take_all()
            {
                go_on(task, own, samples);
            }
        }
        Work::Read(task) => early.read(task, read),
    };
    let spare = |evaluator: &mut Evaluator| {
        let go = |prepared: &Prepared, place, sample: &_| {
            score(evaluator, &prepared.card, &prepared.begun, place, sample)
        };
        !tools.interrupt.is_asked() && early.go_on(go, read)
    };
    let (mapped, own) = tools.map_beside(&order, Evaluator::new, go, spare, own);
    let mut results: Vec<_> = order.into_iter().zip(mapped.results).collect();
    results.sort_unstable_by_key(|(place, _)| *place);
    // Of several problems of a task the first sample's is told.
    let mut problems: Vec<Option<NotDone>> = pending.iter().map(|_| None).collect();
    for (place, result) in results {
        if let (Work::Sample(task, _) | Work::Whole(task), Err(problem)) = (&work[place], result) {
            problems[*task].get_or_insert(problem);
        }
    }
    let ended = pending.into_iter().zip(problems).map(|(own, problem)| {
        let whole = own?.into_whole();
        whole.ok_or_else(|| problem.unwrap_or(NotDone::Stopped).into())
    });
    (ended.collect(), early.into_read(), own)
}

/// What is to be done of tasks: the samples that were not evaluated before their turn, and
/// what follows where all were.
fn unevaluated<Whole>(pending: &[Result<Pending<Whole>, TaskProblem>]) -> Vec<Work> {
    let mut work = Vec::new();
    for (task, own) in pending.iter().enumerate() {
        let Ok(own) = own else { continue };
        let missing = own.missing();
        match missing.is_empty() {
            true => work.push(Work::Whole(task)),
            false => work.extend(missing.into_iter().map(|place| Work::Sample(task, place))),
        }
    }
    work
}

/// What the samples of a task come to.
fn sum_up(card: Arc<TaskCard>, samples: Vec<ScoredSample>) -> Evaluated {
    let time = samples.iter().map(|(_, time)| *time).sum();
    let mut steps_taken = Vec::new();
    for (scores, _) in &samples {
        steps_taken.resize(scores.solvers.len(), 0);
        for (taken, own) in steps_taken.iter_mut().zip(&scores.solvers) {
            if !card.batt.has_failed(own) {
                *taken += own.steps;
            }
        }
    }
    Evaluated {
        steps_taken,
        card,
        scores: TaskScores::of(samples.into_iter().map(|(scores, _)| scores)),
        time,
    }
}

/// The calls of a task that met a limit, by name.
pub(super) fn over_limit(inputs: &TaskInputs, evaluated: &Evaluated) -> Notes {
    let TaskCard { card, batt, .. } = &*evaluated.card;
    let mut samples_of_call: BTreeMap<CallId, BTreeSet<usize>> = BTreeMap::new();
    for &(sample, call) in &evaluated.scores.over_limit {
        let call = batt.card_call(call);
        samples_of_call.entry(call).or_default().insert(sample);
    }
    let timed_out = evaluated.scores.timed_out.iter();
    let timed_out = timed_out.filter(|timed_out| **timed_out).count();
    let results = ResultCounts {
        evaluated: evaluated.scores.evaluated,
        remembered: evaluated.scores.remembered,
    };
    let mut notes = vec![Note::TimedOut(timed_out as u64), Note::Results(results)];
    notes.extend(samples_of_call.into_iter().map(|(id, samples)| {
        let mut call = format!("{id} = {}", card.call(id));
        if let Some(item) = evaluated.card.item_of(id) {
            call += &format!(" of {}", inputs.items[item].program.name());
        }
        let names: Vec<String> = samples
            .iter()
            .map(|&sample| inputs.samples[sample].to_string())
            .collect();
        Note::OverLimit {
            call,
            samples: names.join(", "),
            count: samples.len() as u64,
        }
    }));
    notes
}

/// The solver of a task whose evaluation took the most steps, where any took some.
pub(super) fn slowest(inputs: &TaskInputs, evaluated: &Evaluated) -> Option<Note> {
    let card = &evaluated.card.card;
    let steps = |place: usize| evaluated.steps_taken[place];
    let (place, solver) = card
        .solvers()
        .iter()
        .enumerate()
        .filter(|(place, _)| steps(*place) > 0)
        .max_by_key(|(place, _)| steps(*place))?;
    let item = evaluated.card.item_of(solver.call)?;
    Some(Note::Slowest {
        program: inputs.items[item].program.name().to_owned(),
        steps: steps(place),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::super::testing::{self, FULL, StepClock, Surroundings, evaluate, prepare_all};
    use super::*;
    use crate::interrupt::Interrupt;
    use arc_programs::batt::SampleBudget;
    use arc_programs::evaluation::Limits;

    #[test]
    fn samples_are_summed_up_by_task_and_a_task_that_failed_has_none() {
        let first = testing::inputs(vec![testing::solver("rot180(I)")]);
        let failed = TaskInputs {
            samples: Vec::new(),
            ..testing::inputs(Vec::new())
        };
        let last = testing::inputs(vec![testing::solver("rot90(I)")]);
        let tasks = [&first, &failed, &last];
        let surroundings = Surroundings::of(StepClock::of(1), Interrupt::default());
        let tools = surroundings.tools();
        let prepared = prepare_all(
            &tasks,
            &*testing::own_cards(),
            SampleBudget::default(),
            &tools,
        );
        let evaluated = evaluate(&tasks, prepared, &tools);
        let [Ok(first), Err(TaskProblem::NoSamples), Ok(last)] = &evaluated[..] else {
            panic!("two were evaluated");
        };
        assert_eq!(first.scores.solvers[0].score, FULL);
        assert!(last.scores.solvers[0].score < FULL);
        assert_eq!(first.scores.outputs.len(), 2);
        assert!(first.time >= Duration::from_secs(2), "a second a sample");
    }

    #[test]
    fn a_call_over_a_limit_is_named_with_its_program_and_the_rest_counts() {
        let large = "canvas(0, astuple(30, 30))";
        let items = vec![testing::solver("rot180(I)"), testing::solver(large)];
        let inputs = testing::inputs(items);
        let limits = Limits {
            call_steps: 100,
            ..Limits::default()
        };
        let budget = SampleBudget {
            limits,
            timeout: None,
        };
        let evaluated = testing::evaluated(&inputs, budget);
        assert_eq!(evaluated.scores.solvers[0].score, FULL);
        let notes = over_limit(&inputs, &evaluated);
        let [
            Note::TimedOut(2),
            Note::Results(ResultCounts {
                evaluated: 4,
                remembered: 0,
            }),
            Note::OverLimit {
                call,
                samples,
                count: 2,
            },
        ] = &notes[..]
        else {
            panic!("{notes:?}");
        };
        assert!(call.contains("canvas(0, "), "{call}");
        assert!(call.ends_with(&format!("of solve by {large}")), "{call}");
        assert_eq!(samples, "demo:0, test:0");
    }

    #[test]
    fn a_sample_that_was_evaluated_early_is_not_evaluated_again() {
        let tasks =
            ["rot180(I)", "rot90(I)"].map(|own| testing::inputs(vec![testing::solver(own)]));
        let tasks: Vec<&TaskInputs> = tasks.iter().collect();
        let surroundings = Surroundings::quiet();
        let (tools, cards) = (surroundings.tools(), testing::own_cards());
        let prepare = || prepare_all(&tasks, &*cards, SampleBudget::default(), &tools);
        let scores = |prepared| {
            let evaluated = evaluate(&tasks, prepared, &tools).into_iter();
            evaluated.map(|own| own.unwrap().scores).collect::<Vec<_>>()
        };
        let alone = scores(prepare());
        let mut prepared = prepare();
        let of_first = prepared[0].as_mut().ok().unwrap();
        // More than there is to score, on the second sample.
        let mut early =
            of_first
                .card
                .batt
                .on_sample(&of_first.begun, 1, &tasks[0].samples[1], tools.cache);
        early.solvers[0].score += 5;
        of_first.early[1] = Some((early, Duration::ZERO));
        let with_early = scores(prepared);
        let sums = |all: &[TaskScores]| [0, 1].map(|task: usize| all[task].solvers[0].score);
        let [first, second] = sums(&alone);
        assert_eq!(sums(&with_early), [first + 5, second]);
    }

    #[test]
    fn what_follows_a_task_is_done_once_and_where_it_panics_no_other_is_touched() {
        let tasks = ["rot180(I)", "rot90(I)", "rot270(I)"]
            .map(|own| testing::inputs(vec![testing::solver(own)]));
        let tasks: Vec<&TaskInputs> = tasks.iter().collect();
        let surroundings = Surroundings::quiet();
        let (tools, cards) = (surroundings.tools(), testing::own_cards());
        let mut prepared = prepare_all(&tasks, &*cards, SampleBudget::default(), &tools);
        // All samples of the last task were evaluated before.
        let of_last = prepared[2].as_mut().ok().unwrap();
        for (place, sample) in tasks[2].samples.iter().enumerate() {
            let batt = &of_last.card.batt;
            let early = batt.on_sample(&of_last.begun, place, sample, tools.cache);
            of_last.early[place] = Some((early, Duration::ZERO));
        }
        let seen = Mutex::new(Vec::new());
        let whole = |inputs: &TaskInputs, evaluated: Evaluated| {
            let name = inputs.items[0].program.name().to_owned();
            assert!(!name.contains("rot90"), "{name}");
            seen.lock().unwrap().push(name);
            evaluated.scores.outputs.len()
        };
        let nothing = Beside {
            early: Early::of(&[], 1, |_| None),
            read: &|_| None,
            own: || Ok::<(), TaskProblem>(()),
        };
        let (ended, ..) = evaluate_beside(&tasks, prepared, &tools, whole, nothing);
        let [
            Ok(2),
            Err(TaskProblem::NotDone(NotDone::Panicked(message))),
            Ok(2),
        ] = &ended[..]
        else {
            panic!("{ended:?}");
        };
        assert!(message.contains("solve by rot90(I)"), "{message}");
        let mut seen = seen.into_inner().unwrap();
        seen.sort();
        assert_eq!(seen, ["solve by rot180(I)", "solve by rot270(I)"]);
    }

    #[test]
    fn a_task_that_was_stopped_has_no_scores() {
        let inputs = testing::inputs(vec![testing::solver("rot180(I)")]);
        let quiet = Surroundings::quiet();
        let (cards, budget) = (testing::own_cards(), SampleBudget::default());
        let prepared = prepare_all(&[&inputs], &*cards, budget, &quiet.tools());
        let late = Surroundings::of(StepClock::of(0), Interrupt::overdue());
        let evaluated = evaluate(&[&inputs], prepared, &late.tools());
        assert!(matches!(
            evaluated[0],
            Err(TaskProblem::NotDone(NotDone::Stopped))
        ));
    }
}
