//! Samples that are evaluated before the turn of their tasks.
//!
//! The last sample of a lot may take long, and finishing the lot before it too. A worker
//! that has nothing else to do meanwhile evaluates samples of tasks that come later: those of
//! the next lot first, and of a lot the shortest, for nobody is to wait for one that was begun
//! so. Where there are none it reads tasks of the lots behind. Like reading before their turn
//! it decides nothing, and nothing is told of it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::ahead::ReadAhead;
use super::prepare::{Prepared, expected_cost};
use arc_programs::batt::{SampleInputs, SampleScores};
use arc_programs::task::TaskName;

/// What came of a sample, and how long that took.
pub(super) type ScoredSample = (SampleScores, Duration);

/// A sample that nobody has begun, the first to be begun least: its lot, what it may cost,
/// and the places of its task and of itself.
type Unbegun = Reverse<(usize, u64, usize, usize)>;

/// Tasks whose turn comes later, and what is done of them before it.
pub(super) struct Early<'a> {
    names: &'a [TaskName],
    /// How many of them make a lot.
    lot: usize,
    /// What was read, by the place of the task.
    tasks: Vec<OnceLock<ReadAhead>>,
    /// The first of those behind the next lot that nobody has begun to read.
    next: AtomicUsize,
    unbegun: Mutex<BinaryHeap<Unbegun>>,
    scored: Mutex<Vec<(usize, usize, ScoredSample)>>,
}

impl<'a> Early<'a> {
    /// Of these tasks, so many a lot, some of which were read.
    pub(super) fn of(
        names: &'a [TaskName],
        lot: usize,
        mut read: impl FnMut(TaskName) -> Option<ReadAhead>,
    ) -> Self {
        let early = Self {
            names,
            lot,
            tasks: names.iter().map(|_| OnceLock::new()).collect(),
            next: AtomicUsize::new(lot),
            unbegun: Mutex::default(),
            scored: Mutex::default(),
        };
        for (place, name) in names.iter().enumerate() {
            if let Some(read) = read(*name) {
                early.insert(place, read);
            }
        }
        early
    }

    /// The tasks of the next lot that were not read, by their places.
    pub(super) fn unread(&self) -> impl Iterator<Item = usize> {
        let next_lot = 0..self.names.len().min(self.lot);
        next_lot.filter(|task| self.tasks[*task].get().is_none())
    }

    /// Reads a task, by its place.
    pub(super) fn read(&self, task: usize, read: impl FnOnce(TaskName) -> Option<ReadAhead>) {
        if let Some(read) = read(self.names[task]) {
            self.insert(task, read);
        }
    }

    fn insert(&self, task: usize, read: ReadAhead) {
        let read = self.tasks[task].get_or_init(|| read);
        if let Some(Ok(prepared)) = &read.prepared {
            let samples = read.inputs.samples.iter().zip(&prepared.early).enumerate();
            let unbegun =
                samples
                    .filter(|(_, (_, early))| early.is_none())
                    .map(|(place, (sample, _))| {
                        let cost = expected_cost(&prepared.begun, place, sample);
                        Reverse((task / self.lot, cost, task, place))
                    });
            self.unbegun
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(unbegun);
        }
    }

    /// Evaluates a sample that nobody has begun, or reads a task that nobody has; whether
    /// there was one.
    pub(super) fn go_on(
        &self,
        evaluate: impl FnOnce(&Prepared, usize, &SampleInputs) -> ScoredSample,
        read: impl Fn(TaskName) -> Option<ReadAhead>,
    ) -> bool {
        let unbegun = self.unbegun.lock();
        let next = unbegun.unwrap_or_else(PoisonError::into_inner).pop();
        let Some(Reverse((_, _, task, place))) = next else {
            return self.read_next(read);
        };
        if let Some(read) = self.tasks[task].get()
            && let Some(Ok(prepared)) = &read.prepared
        {
            let scored = evaluate(prepared, place, &read.inputs.samples[place]);
            let all = self.scored.lock();
            let mut all = all.unwrap_or_else(PoisonError::into_inner);
            all.push((task, place, scored));
        }
        true
    }

    fn read_next(&self, read: impl Fn(TaskName) -> Option<ReadAhead>) -> bool {
        loop {
            let task = self.next.fetch_add(1, Ordering::Relaxed);
            match self.tasks.get(task) {
                None => return false,
                Some(own) if own.get().is_none() => {
                    self.read(task, read);
                    return true;
                }
                Some(_) => {}
            }
        }
    }

    /// The tasks that were read, with what came of their samples.
    pub(super) fn into_read(self) -> Vec<ReadAhead> {
        let mut tasks: Vec<_> = self.tasks.into_iter().map(OnceLock::into_inner).collect();
        let scored = self.scored.into_inner();
        for (task, place, scored) in scored.unwrap_or_else(PoisonError::into_inner) {
            if let Some(read) = &mut tasks[task]
                && let Some(Ok(prepared)) = &mut read.prepared
            {
                prepared.early[place] = Some(scored);
            }
        }
        tasks.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::super::prepare::TaskInputs;
    use super::super::testing::{self, Surroundings, prepare_all};
    use super::*;
    use crate::fingerprint::Ingredients;
    use arc_programs::batt::SampleBudget;

    /// A task that was read, with so many solvers: the more, the longer its samples take.
    fn read(task: TaskName, solvers: usize) -> ReadAhead {
        let expressions = ["rot90(I)", "rot180(I)", "rot270(I)"];
        let solvers = expressions.iter().take(solvers);
        let inputs = TaskInputs {
            task,
            ..testing::inputs(solvers.map(|own| testing::solver(own)).collect())
        };
        let surroundings = Surroundings::quiet();
        let (cards, budget) = (testing::own_cards(), SampleBudget::default());
        let prepared = prepare_all(&[&inputs], &*cards, budget, &surroundings.tools());
        ReadAhead {
            inputs,
            fingerprint: Ingredients::default().fingerprint(),
            problem: None,
            skipped: Vec::new(),
            prepared: prepared.into_iter().next(),
        }
    }

    fn names(number: usize) -> Vec<TaskName> {
        let names = (0..number).map(|task| format!("{task:08x}").parse().unwrap());
        names.collect()
    }

    /// A score that tells the samples of all tasks apart.
    fn marked(task: TaskName, place: usize) -> ScoredSample {
        let number: u64 = task.as_str().parse().unwrap();
        let scores = SampleScores {
            evaluated: 10 * number + place as u64,
            ..SampleScores::default()
        };
        (scores, Duration::ZERO)
    }

    #[test]
    fn the_next_lot_comes_first_and_of_a_lot_the_shortest_and_what_is_behind_is_read_last() {
        let names = names(5);
        // Of the first lot one was read, and one behind it; of that a sample was evaluated.
        let early = Early::of(&names, 2, |task| match task {
            _ if task == names[1] => Some(read(task, 2)),
            _ if task == names[3] => {
                let mut read = read(task, 1);
                if let Some(Ok(prepared)) = &mut read.prepared {
                    prepared.early[0] = Some(marked(task, 0));
                }
                Some(read)
            }
            _ => None,
        });
        assert_eq!(early.unread().collect::<Vec<_>>(), [0]);
        early.read(0, |task| Some(read(task, 1)));
        assert_eq!(early.unread().count(), 0);
        let done = RefCell::new(Vec::new());
        let go_on = || {
            let evaluate = |prepared: &Prepared, place: usize, _: &SampleInputs| {
                let is_own = |task: &&OnceLock<ReadAhead>| {
                    let own = task.get().and_then(|read| read.prepared.as_ref());
                    own.is_some_and(|own| own.as_ref().is_ok_and(|own| std::ptr::eq(own, prepared)))
                };
                let task = early
                    .tasks
                    .iter()
                    .find(is_own)
                    .and_then(|task| task.get())
                    .unwrap();
                done.borrow_mut().push((task.inputs.task, place));
                marked(task.inputs.task, place)
            };
            let read = |task| {
                done.borrow_mut().push((task, 9));
                // One cannot be read now, for the run was asked to stop.
                (task != names[4]).then(|| read(task, 0))
            };
            early.go_on(evaluate, read)
        };
        let mut pieces = 0;
        while go_on() {
            pieces += 1;
            assert!(pieces < 20);
        }
        let done = done.into_inner();
        // The smaller input first, as both tasks have the same two samples.
        let expected = [(0, 1), (0, 0), (1, 1), (1, 0), (3, 1), (2, 9)];
        let expected = expected.map(|(task, place)| (names[task], place));
        assert_eq!(done[..6], expected, "{done:?}");
        // A sample on which nothing is to be evaluated is one too.
        assert!(done[6..].contains(&(names[4], 9)), "{done:?}");
        let read = early.into_read();
        assert_eq!(read.len(), 4);
        for read in read.iter().filter(|read| read.inputs.task != names[2]) {
            let Some(Ok(prepared)) = &read.prepared else {
                panic!("it was prepared");
            };
            for (place, early) in prepared.early.iter().enumerate() {
                let (scores, _) = early.as_ref().unwrap();
                let expected = marked(read.inputs.task, place).0;
                assert_eq!(scores.evaluated, expected.evaluated);
            }
        }
    }
}
