//! What a card scores on a sample, and on a task.

use crate::card::ScoredCall;
use crate::value::Value;

/// Scores of a card's solvers and differs on one sample.
#[derive(Clone, Debug, Default)]
pub struct SampleScores {
    /// Score of each solver of the card; `None` where it has no value.
    pub solvers: Vec<Option<u64>>,
    /// Score of each differ of the card; `None` where it has no value.
    pub differs: Vec<Option<u64>>,
    /// Output of each solver; `None` where it has no value.
    pub outputs: Vec<Option<Value>>,
    /// The steps of each call of the scoring, whenever it was evaluated.
    pub costs: Vec<u64>,
    /// The calls of the scoring that met a limit, so that they have no value.
    pub over_limit: Vec<u32>,
}

/// A score, summed over the samples of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScoreSum {
    /// The sum.
    pub score: u64,
    /// Whether there was a value on each sample, and no limit took one away: with
    /// more room the sum would be the same.
    pub is_whole: bool,
}

impl Default for ScoreSum {
    fn default() -> Self {
        Self {
            score: 0,
            is_whole: true,
        }
    }
}

impl ScoreSum {
    fn add(&mut self, score: Option<u64>) {
        self.score += score.unwrap_or(0);
        self.is_whole &= score.is_some();
    }
}

/// Scores of a card's solvers and differs, summed over the samples of a task.
#[derive(Clone, Debug, Default)]
pub struct TaskScores {
    /// Sum of each solver of the card.
    pub solvers: Vec<ScoreSum>,
    /// Sum of each differ of the card.
    pub differs: Vec<ScoreSum>,
    /// The steps of each call of the scoring.
    pub costs: Vec<u64>,
    /// By sample, what each solver returned.
    pub outputs: Vec<Vec<Option<Value>>>,
    /// The calls of the scoring that met a limit, each with the sample on which it
    /// did, by their places.
    pub over_limit: Vec<(usize, usize)>,
}

impl TaskScores {
    /// The sum over samples, which come in their order.
    pub fn of(samples: impl IntoIterator<Item = SampleScores>) -> Self {
        let mut scores = Self::default();
        for (index, sample) in samples.into_iter().enumerate() {
            add(&mut scores.solvers, &sample.solvers, ScoreSum::add);
            add(&mut scores.differs, &sample.differs, ScoreSum::add);
            add(&mut scores.costs, &sample.costs, |sum, more| *sum += more);
            scores.outputs.push(sample.outputs);
            let over_limit = sample.over_limit.iter();
            let placed = over_limit.map(|&call| (index, call as usize));
            scores.over_limit.extend(placed);
        }
        scores
    }

    /// The steps that the program of a scored call takes.
    pub(super) fn steps(&self, scored: &ScoredCall) -> u64 {
        let own = scored.own.iter();
        own.map(|&call| self.costs[call as usize]).sum()
    }
}

/// Adds to each sum what belongs to it.
fn add<Sum: Clone + Default, More: Copy>(
    sums: &mut Vec<Sum>,
    more: &[More],
    add: impl Fn(&mut Sum, More),
) {
    sums.resize(sums.len().max(more.len()), Sum::default());
    for (sum, &more) in sums.iter_mut().zip(more) {
        add(sum, more);
    }
}
