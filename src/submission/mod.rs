//! Submissions: two attempts at every test sample of many tasks, as Kaggle's ARC
//! competitions take them.
//!
//! ```text
//! store, data ──▶ contenders ──▶ attempts ──▶ submission ──▶ JSON
//!                 (programs on   (the two     (of every
//!                  the samples)   best that    task)
//!                                 differ)
//!
//! JSON ──▶ submission, problems ──▶ score
//!                                   ▲
//!                       solutions ──┘
//! ```
//!
//! # What decides which outputs are handed in
//!
//! A submission is for test samples whose outputs nobody knows, so programs are ranked
//! by the demo samples alone, also where the data tell more: what is handed in is the
//! same whether they do or not. A store files by all samples that it knew, and by
//! speed; neither says here what a program is worth, and its 32 best of a task are
//! evaluated again, which costs less than a round of the search.
//!
//! Of programs that are equal on the demos the shorter comes first, as the simpler of
//! two explanations: by the bytes of its expanded text, which is what a store keeps. A
//! file's comments and white space do not count, nor how long it is when inlined,
//! where a shared call stands as often as it is used.
//!
//! # What Kaggle asks
//!
//! All tasks of the challenges have to be there, so a task without a program has
//! attempts too, [`BLANK`] as in Kaggle's own sample, and one without test samples has
//! an empty list. The score is the share of all test samples that one of the attempts
//! meets; so Kaggle computes it. ARC Prize's own harness, `arcprize/arc-agi-benchmarking`,
//! takes the mean over the tasks of the share that is met of each (`ARCScorer` in its
//! `scoring.py`), which [`Scored`] tells beside it. The harness scores the tasks that
//! have an answer; here one that is missing counts as not met.

mod contender;
mod evaluating;
mod making;
mod problem;
mod ranking;
mod reading;
mod scoring;
mod writing;

use std::sync::Arc;

use arc_programs::task::TaskName;
use arc_programs::value::Grid;
use indexmap::IndexMap;

pub(crate) use contender::grid_of;
pub use making::{Made, Making, MakingError};
pub use problem::Problem;
pub use reading::{ReadSubmission, TaskEntry, read};
pub use scoring::{Scored, ScoringError, Solution, TaskScore, score};

/// Names of the attempts in a submission.
pub const ATTEMPTS: [&str; 2] = ["attempt_1", "attempt_2"];

/// Side of the grid of zeros that stands where there is no attempt.
pub const BLANK: usize = 2;

/// Attempts at the output of a test sample, in the order of [`ATTEMPTS`]; `None` where
/// there is none.
#[derive(Clone, Debug, Default)]
pub struct Attempts(pub [Option<Arc<Grid>>; 2]);

impl Attempts {
    /// Whether one of them is this grid.
    pub fn meet(&self, output: &Grid) -> bool {
        self.0.iter().flatten().any(|own| own.equals(output))
    }
}

/// Submission: the attempts at the test samples of each task, the tasks in the order of
/// the data.
#[derive(Clone, Debug, Default)]
pub struct Submission(pub IndexMap<TaskName, Vec<Attempts>>);
