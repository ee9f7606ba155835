//! What the best score of a task says of it: whether it is solved.
//!
//! A solver is judged by its score alone, for that is what stores and records keep.
//! A sample whose output nobody tells scores 0 for every solver, so the full score
//! is of the other samples, and a task with such a sample cannot be told to be
//! solved: it is at best exact on its demos. That is a state of its own, neither
//! solved nor open, wherever tasks are counted.

use serde::{Deserialize, Serialize};

use crate::batt::SampleInputs;
use crate::score;
use crate::task::Task;

/// Full score of a task: that of a solver which is exact on every sample whose
/// output is known, and how many outputs are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FullScore {
    /// Score, [`score::FULL`] for each sample with a known output; 0 for a task
    /// that is not read.
    pub score: u64,
    /// Number of samples whose outputs are not known. Only test samples are.
    pub unknown_outputs: u64,
}

/// Verdict on a task: how far its best solver has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No solver is exact on all samples whose outputs are known.
    #[default]
    Open,
    /// One is: on all demo samples, and on the test samples that are known; the
    /// output of some test sample is not.
    DemosExact,
    /// One is exact on all samples, and all outputs are known.
    Solved,
}

impl FullScore {
    /// The full score of a task.
    pub fn of_task(task: &Task) -> Self {
        let samples = task.demo.iter().chain(&task.test);
        Self::of_outputs(samples.map(|sample| sample.output.is_some()))
    }

    /// The full score of the task that these are all samples of.
    pub fn of_samples(samples: &[SampleInputs]) -> Self {
        Self::of_outputs(samples.iter().map(|sample| sample.expected.is_some()))
    }

    fn of_outputs(are_known: impl Iterator<Item = bool>) -> Self {
        are_known.fold(Self::default(), |full, is_known| match is_known {
            true => Self {
                score: full.score + score::FULL,
                ..full
            },
            false => Self {
                unknown_outputs: full.unknown_outputs + 1,
                ..full
            },
        })
    }

    /// The score of a solver that is exact on all samples, once all outputs are
    /// known.
    pub fn when_all_are_known(&self) -> u64 {
        let unknown = self.unknown_outputs.saturating_mul(score::FULL);
        self.score.saturating_add(unknown)
    }

    /// The verdict on a task whose best solver scores so much.
    ///
    /// A store may have scores from when more outputs were known. Such a score
    /// between the full one and that of all samples does not say which samples it is
    /// of.
    pub fn verdict(&self, best: u64) -> Verdict {
        if self.score == 0 {
            Verdict::Open
        } else if best >= self.when_all_are_known() {
            Verdict::Solved
        } else if best == self.score {
            Verdict::DemosExact
        } else {
            Verdict::Open
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batt::samples_of;

    const KNOWN: &str = r#"{"input": [[3]], "output": [[4]]}"#;
    const UNKNOWN: &str = r#"{"input": [[3]]}"#;

    /// The full score of a task of two demo samples, and these test samples.
    fn full(test: &[&str]) -> FullScore {
        let (demo, test) = ([KNOWN; 2].join(", "), test.join(", "));
        let json = format!(r#"{{"train": [{demo}], "test": [{test}]}}"#);
        let task = Task::from_json("0520fde7".parse().unwrap(), &json).unwrap();
        let full = FullScore::of_task(&task);
        assert_eq!(full, FullScore::of_samples(&samples_of(&task).unwrap()));
        full
    }

    #[test]
    fn what_is_exact_on_all_that_is_known_is_solved_only_where_all_is_known() {
        for (test, score, unknown_outputs, verdict) in [
            (&[KNOWN][..], 3000, 0, Verdict::Solved),
            (&[UNKNOWN], 2000, 1, Verdict::DemosExact),
            (&[KNOWN, UNKNOWN], 3000, 1, Verdict::DemosExact),
            (&[UNKNOWN, UNKNOWN], 2000, 2, Verdict::DemosExact),
            // Nothing is asked but what the demos show.
            (&[], 2000, 0, Verdict::Solved),
        ] {
            let full = full(test);
            let expected = FullScore {
                score,
                unknown_outputs,
            };
            assert_eq!(full, expected, "{test:?}");
            assert_eq!(full.verdict(score), verdict, "{test:?}");
            assert_eq!(full.verdict(score - 1), Verdict::Open, "{test:?}");
            assert_eq!(full.verdict(0), Verdict::Open, "{test:?}");
        }
    }

    #[test]
    fn a_score_from_when_more_was_known_says_no_more_than_it_does() {
        let full = full(&[UNKNOWN, UNKNOWN]);
        assert_eq!(full.verdict(3900), Verdict::Open);
        assert_eq!(full.verdict(4000), Verdict::Solved);
        assert_eq!(FullScore::default().verdict(4000), Verdict::Open);
    }
}
