//! What a card scores on a sample, and on a task.

use std::time::Duration;

use crate::value::Value;

/// What a card scores on one sample.
#[derive(Clone, Debug, Default)]
pub struct SampleScores {
    /// Of each solver of the card.
    pub solvers: Vec<u64>,
    /// Of each differ of the card.
    pub differs: Vec<u64>,
    /// What each solver returned; `None` where the evaluation ended before it.
    pub outputs: Vec<Option<Value>>,
    /// The steps of each call, whenever it was evaluated.
    pub costs: Vec<u64>,
    /// The first call that ran out of its budget, if one did. It yielded its
    /// default; where nothing was left for others, they were not evaluated.
    pub timed_out_in: Option<usize>,
    /// How long it took.
    pub time: Duration,
}

/// What a card scores on all samples of a task together.
#[derive(Clone, Debug, Default)]
pub struct TaskScores {
    /// Of each solver of the card.
    pub solvers: Vec<u64>,
    /// Of each differ of the card.
    pub differs: Vec<u64>,
    /// The steps of each call.
    pub costs: Vec<u64>,
    /// By sample, what each solver returned.
    pub outputs: Vec<Vec<Option<Value>>>,
    /// The samples that ran out of budget, by their places, each with the first
    /// call that did.
    pub timed_out: Vec<(usize, usize)>,
    /// How long its samples took, one after the other.
    pub time: Duration,
}

impl TaskScores {
    /// The sum over samples, which come in their order.
    pub fn of(samples: impl IntoIterator<Item = SampleScores>) -> Self {
        let mut scores = Self::default();
        for (index, sample) in samples.into_iter().enumerate() {
            add(&mut scores.solvers, &sample.solvers);
            add(&mut scores.differs, &sample.differs);
            add(&mut scores.costs, &sample.costs);
            scores.outputs.push(sample.outputs);
            let timed_out = sample.timed_out_in.map(|call| (index, call));
            scores.timed_out.extend(timed_out);
            scores.time += sample.time;
        }
        scores
    }
}

fn add(sums: &mut Vec<u64>, more: &[u64]) {
    sums.resize(sums.len().max(more.len()), 0);
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}
