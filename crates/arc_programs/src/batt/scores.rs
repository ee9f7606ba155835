//! What a card scores on a sample, and on a task.

use crate::value::Value;

/// Score of a program on a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProgramScore {
    /// The score; 0 where the program has no value.
    pub score: u64,
    /// The steps of its calls, or all that it may take where it met a limit.
    pub steps: u64,
    /// Whether it is what the program scores everywhere, and not what a deadline has
    /// left of it.
    pub is_decided: bool,
}

/// Scores of a card's solvers and differs on one sample.
#[derive(Clone, Debug, Default)]
pub struct SampleScores {
    /// Score of each solver of the card.
    pub solvers: Vec<ProgramScore>,
    /// Score of each differ of the card.
    pub differs: Vec<ProgramScore>,
    /// Output of each solver; `None` where it has no value.
    pub outputs: Vec<Option<Value>>,
    /// The calls of the scoring that met a limit, so that they have no value.
    pub over_limit: Vec<u32>,
}

/// A score, summed over the samples of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScoreSum {
    /// The sum of the scores.
    pub score: u64,
    /// The sum of the steps.
    pub steps: u64,
    /// Whether each of them is decided: the sum is the same everywhere.
    pub is_whole: bool,
}

impl Default for ScoreSum {
    fn default() -> Self {
        Self {
            score: 0,
            steps: 0,
            is_whole: true,
        }
    }
}

impl ScoreSum {
    fn add(&mut self, own: &ProgramScore) {
        self.score += own.score;
        self.steps += own.steps;
        self.is_whole &= own.is_decided;
    }
}

/// Scores of a card's solvers and differs, summed over the samples of a task.
#[derive(Clone, Debug, Default)]
pub struct TaskScores {
    /// Sum of each solver of the card.
    pub solvers: Vec<ScoreSum>,
    /// Sum of each differ of the card.
    pub differs: Vec<ScoreSum>,
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
            add(&mut scores.solvers, &sample.solvers);
            add(&mut scores.differs, &sample.differs);
            scores.outputs.push(sample.outputs);
            let over_limit = sample.over_limit.iter();
            let placed = over_limit.map(|&call| (index, call as usize));
            scores.over_limit.extend(placed);
        }
        scores
    }
}

/// Adds to each sum what belongs to it.
fn add(sums: &mut Vec<ScoreSum>, more: &[ProgramScore]) {
    sums.resize(sums.len().max(more.len()), ScoreSum::default());
    for (sum, more) in sums.iter_mut().zip(more) {
        sum.add(more);
    }
}
