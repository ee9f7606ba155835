//! What there is to say of a task.

use serde::Serialize;

use super::drawing::SampleStory;
use crate::telemetry::{Rise, TimeSpent};
use arc_programs::verdict::Verdict;

/// Story of a task.
#[derive(Clone, Debug, Serialize)]
pub struct TaskStory {
    /// Name, as the store or the records have it.
    pub task: String,
    /// Score of the best solver; 0 where there is none.
    pub best: u64,
    /// Score of a solver that is exact on all samples whose outputs are known; `None`
    /// where neither the records nor the data say it.
    pub full: Option<u64>,
    /// Verdict on it; `None` as before.
    pub verdict: Option<Verdict>,
    /// Number of solvers that are kept.
    pub solvers: usize,
    /// Number of differs that are kept.
    pub differs_kept: usize,
    /// The best solver.
    pub program: Option<ProgramStory>,
    /// The best differs, the best first.
    pub differs: Vec<DifferStory>,
    /// Samples that are drawn, the demo samples first.
    pub samples: Vec<SampleStory>,
    /// Place of the sample that the thumbnails show, in `samples`.
    pub shown: Option<usize>,
    /// Number of samples that are left out, for the page would be too large.
    pub samples_left_out: usize,
    /// Whether the thumbnails are left out for it.
    pub thumbnails_left_out: bool,
    /// Reason why it, or what its best solver makes of it, could not be drawn.
    pub problem: Option<String>,
    /// How its best score rose, the first rise first.
    pub history: Vec<RiseStory>,
    /// How often it was run, and how long that took.
    pub times: Times,
}

/// Program of a store that is filed for a task.
#[derive(Clone, Debug, Serialize)]
pub struct ProgramStory {
    /// Identity.
    pub identity: String,
    /// Speed bucket: the higher the faster.
    pub speed: u32,
    /// What it is.
    #[serde(flatten)]
    pub text: ProgramText,
}

/// Text of a program, and where it is.
#[derive(Clone, Debug, Serialize)]
pub struct ProgramText {
    /// Path, as a person would type it.
    pub path: String,
    /// Text, expanded, or the beginning of it.
    pub text: String,
    /// Whether the text is cut off.
    pub is_cut: bool,
}

/// Differ that is kept for a task; its text stands under its identity in
/// [`Report::differs`](super::Report::differs).
#[derive(Clone, Debug, Serialize)]
pub struct DifferStory {
    /// Score on the task.
    pub score: u64,
    /// Speed bucket: the higher the faster.
    pub speed: u32,
    /// Identity.
    pub identity: String,
}

impl ProgramText {
    /// A text, or so many characters of it.
    pub(super) fn new(path: String, text: String, characters: usize) -> Self {
        let mut own = Self {
            path,
            text,
            is_cut: false,
        };
        own.cut(characters);
        own
    }

    /// Cuts the text to so many characters.
    pub(super) fn cut(&mut self, characters: usize) {
        if let Some((end, _)) = self.text.char_indices().nth(characters) {
            self.text.truncate(end);
            self.is_cut = true;
        }
    }
}

/// Rise of a task's best score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RiseStory {
    /// Timestamp.
    pub at: String,
    /// Best score before; 0 where there was none.
    pub before: u64,
    /// Best score then.
    pub now: u64,
    /// Verdict then.
    pub verdict: Verdict,
}

/// Times of a task, as [`TimeSpent`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Times {
    /// Number of times that it was run, of the records that are still there.
    pub runs: u64,
    /// Mean, in seconds.
    pub mean: f64,
    /// The longest, in seconds.
    pub longest: f64,
    /// Number of samples on which a call met a limit, of all times.
    pub timed_out_samples: u64,
}

impl From<&TimeSpent> for Times {
    fn from(times: &TimeSpent) -> Self {
        Self {
            runs: times.runs,
            mean: times.seconds / times.runs.max(1) as f64,
            longest: times.longest,
            timed_out_samples: times.timed_out_samples,
        }
    }
}

impl From<&Rise> for RiseStory {
    fn from(rise: &Rise) -> Self {
        Self {
            at: rise.at.clone(),
            before: rise.before,
            now: rise.now,
            verdict: rise.verdict,
        }
    }
}

impl TaskStory {
    /// How far its best solver has come, 0 to 1; 0 where the full score is not known.
    pub fn share(&self) -> f64 {
        match self.full {
            Some(full) if full > 0 => (self.best as f64 / full as f64).min(1.0),
            _ => 0.0,
        }
    }

    /// When it was first solved, or exact on its demos, as a timestamp.
    pub fn found_at(&self) -> Option<&str> {
        let found = self
            .history
            .iter()
            .find(|rise| rise.verdict > Verdict::Open);
        found.map(|rise| rise.at.as_str())
    }

    /// When its best score last rose, as a timestamp.
    pub fn risen_at(&self) -> Option<&str> {
        let rise = self
            .history
            .iter()
            .rev()
            .find(|rise| rise.now > rise.before);
        rise.map(|rise| rise.at.as_str())
    }

    /// The sample that the thumbnails show.
    pub fn shown_sample(&self) -> Option<&SampleStory> {
        self.samples.get(self.shown?)
    }
}
