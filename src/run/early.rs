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
use super::prepare::Prepared;
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
                        let cost = prepared.expected_cost(place, sample);
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
