//! Finds that the records tell: best scores that rose.

use arc_programs::verdict::Verdict;
use run_batt::instances::PlainText;
use run_batt::telemetry::Rise;

/// How many of them are kept: the last.
const KEPT: usize = 100;

/// A best score that rose, or a better verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Find {
    /// Local date and time.
    pub time: PlainText,
    pub task: PlainText,
    pub before: u64,
    pub now: u64,
    /// Whether the task is solved since, or exact on its demos.
    pub verdict: Option<Verdict>,
}

impl Find {
    /// Those of the rises that are better than before, the latest first.
    pub fn latest(rises: &[Rise]) -> Vec<Self> {
        let better = rises.iter().rev().filter(|rise| rise.now > rise.before);
        better.take(KEPT).map(Self::of).collect()
    }

    fn of(rise: &Rise) -> Self {
        let is_news = rise.verdict > rise.verdict_before;
        Self {
            time: rise.at.as_str().into(),
            task: rise.task.as_str().into(),
            before: rise.before,
            now: rise.now,
            verdict: is_news.then_some(rise.verdict),
        }
    }

    /// What is new, in few words.
    pub fn news(&self) -> String {
        match self.verdict {
            Some(Verdict::Solved) => "solved".to_owned(),
            Some(Verdict::DemosExact) => "demos exact".to_owned(),
            Some(Verdict::Open) | None => format!("{} → {}", self.before, self.now),
        }
    }

    /// The time of the day: `17:31`.
    pub fn time_of_day(&self) -> &str {
        self.time.get(11..16).unwrap_or(&self.time)
    }
}
