//! What a card scores on a sample, and on a task.

use crate::evaluation::ProgramEnd;
use crate::value::Value;

/// Score of a program on a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProgramScore {
    /// The score; 0 where the program has no value.
    pub score: u64,
    /// The steps of its calls, or all that it may take where it met a limit, or a failing
    /// call ended it.
    pub steps: u64,
    /// Whether it met a limit.
    pub met_limit: bool,
    /// Whether it is what the program scores everywhere, and not what a deadline has
    /// left of it.
    pub is_decided: bool,
}

impl ProgramScore {
    /// That of a differ where there is no output to apply it to.
    pub(super) const OF_NOTHING: Self = Self {
        score: 0,
        steps: 0,
        met_limit: false,
        is_decided: true,
    };

    /// That of a program of which this came, where it came to anything.
    pub(super) fn of(end: Option<ProgramEnd>, score: u64) -> Self {
        let undecided = Self {
            score,
            ..Self::default()
        };
        match end {
            Some(ProgramEnd::Decided { steps, met_limit }) => Self {
                score,
                steps,
                met_limit,
                is_decided: true,
            },
            Some(ProgramEnd::Crowded | ProgramEnd::NotEvaluated) | None => undecided,
        }
    }
}

/// Scores of a card's solvers and differs on one sample.
#[derive(Clone, Debug, Default)]
pub struct SampleScores {
    /// Score of each solver of the card.
    pub solvers: Vec<ProgramScore>,
    /// Score of each differ of the card.
    pub differs: Vec<ProgramScore>,
    /// Output of each solver that was evaluated; `None` where it has no value.
    pub outputs: Vec<Option<Value>>,
    /// The calls of the scoring that met a limit, so that they have no value.
    pub over_limit: Vec<u32>,
    /// How many of the programs were evaluated.
    pub evaluated: u64,
    /// How many were known: from a cache, or from the same differ on the same output.
    pub remembered: u64,
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
    /// By sample, what each solver that was evaluated returned.
    pub outputs: Vec<Vec<Option<Value>>>,
    /// By sample, whether a program met a limit or was not evaluated to its end.
    pub timed_out: Vec<bool>,
    /// On how many samples how many programs were evaluated, summed up.
    pub evaluated: u64,
    /// The same of those that were known.
    pub remembered: u64,
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
            let mut programs = sample.solvers.iter().chain(&sample.differs);
            let timed_out = programs.any(|own| own.met_limit || !own.is_decided);
            scores.timed_out.push(timed_out);
            scores.outputs.push(sample.outputs);
            scores.evaluated += sample.evaluated;
            scores.remembered += sample.remembered;
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
