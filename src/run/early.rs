//! Samples that are evaluated before the turn of their tasks.
//!
//! The last sample of a lot may take long, and finishing the lot before it too. A worker
//! that has nothing else to do meanwhile evaluates samples of the tasks that were read for
//! the next lot: the shortest first, for nobody is to wait for one that was begun so. Like
//! reading before their turn it decides nothing, and nothing is told of it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::ahead::ReadAhead;
use super::prepare::Prepared;
use arc_programs::batt::{SampleInputs, SampleScores};

/// What came of a sample, and how long that took.
pub(super) type ScoredSample = (SampleScores, Duration);

/// Tasks that are read before their turn, and their samples that are evaluated before it.
pub(super) struct Early {
    /// What was read, by the place of the task.
    tasks: Vec<OnceLock<ReadAhead>>,
    /// Samples that nobody has begun, by what they may cost: each with the places of its
    /// task and of itself.
    unbegun: Mutex<BinaryHeap<Reverse<(u64, usize, usize)>>>,
    scored: Mutex<Vec<(usize, usize, ScoredSample)>>,
}

impl Early {
    /// None yet, of so many tasks.
    pub(super) fn of(tasks: usize) -> Self {
        Self {
            tasks: std::iter::repeat_with(OnceLock::new).take(tasks).collect(),
            unbegun: Mutex::default(),
            scored: Mutex::default(),
        }
    }

    /// Takes in a task that was read, by its place.
    pub(super) fn insert(&self, task: usize, read: ReadAhead) {
        let read = self.tasks[task].get_or_init(|| read);
        if let Some(Ok(prepared)) = &read.prepared {
            let samples = read.inputs.samples.iter().enumerate();
            let samples = samples.map(|(place, sample)| {
                Reverse((prepared.expected_cost(place, sample), task, place))
            });
            self.unbegun
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(samples);
        }
    }

    /// Evaluates one of the samples that nobody has begun; whether there was one.
    pub(super) fn evaluate_one(
        &self,
        evaluate: impl FnOnce(&Prepared, usize, &SampleInputs) -> ScoredSample,
    ) -> bool {
        let unbegun = self.unbegun.lock();
        let next = unbegun.unwrap_or_else(PoisonError::into_inner).pop();
        let Some(Reverse((_, task, place))) = next else {
            return false;
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

    /// The tasks that were read, with what came of their samples.
    pub(super) fn read(self) -> impl Iterator<Item = ReadAhead> {
        let mut tasks: Vec<_> = self.tasks.into_iter().map(OnceLock::into_inner).collect();
        let scored = self.scored.into_inner();
        for (task, place, scored) in scored.unwrap_or_else(PoisonError::into_inner) {
            if let Some(read) = &mut tasks[task]
                && let Some(Ok(prepared)) = &mut read.prepared
            {
                prepared.early[place] = Some(scored);
            }
        }
        tasks.into_iter().flatten()
    }
}
