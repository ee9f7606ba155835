//! The summary of a search: the sum over the rounds of its process.

use std::fmt;
use std::time::Duration;

use arc_programs::task::TaskName;
use serde::{Serialize, Serializer};

use super::ending::Ending;
use crate::summary::{Line, Summary};
use crate::words::counted;

/// The most names in a line.
const NAMED: usize = 8;

/// Summary of a search, of what its process did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchSummary {
    /// Names the search in the log.
    pub search_id: String,
    /// The seed that all others follow from.
    pub seed: u64,
    /// Why it ended; `None` while it goes on.
    pub ending: Option<Ending>,
    /// Rounds that were done.
    pub rounds: u64,
    /// Rounds that earlier processes of the search had done.
    pub rounds_before: u64,
    /// Rounds in which something failed.
    pub incomplete_rounds: u64,
    /// Tasks run, those of all rounds together.
    pub tasks: u64,
    /// The tasks that were solved for the first time.
    pub newly_solved: Vec<TaskName>,
    /// How often a best score rose otherwise.
    pub improved: u64,
    /// Programs that were filed among the best of a task.
    pub filed: u64,
    /// Solvers that a mutation has made.
    pub new_programs: u64,
    /// The same a second.
    pub new_programs_a_second: f64,
    /// Results of programs on samples that were evaluated.
    pub evaluated: u64,
    /// Those that were known.
    pub remembered: u64,
    /// Programs that were removed from the store, for nothing linked to them any more.
    pub removed: u64,
    /// Its duration.
    #[serde(rename = "seconds", serialize_with = "as_seconds")]
    pub time: Duration,
}

impl SearchSummary {
    /// The summary of a search that has done nothing yet.
    pub(super) fn new(search_id: String, seed: u64, rounds_before: u64) -> Self {
        Self {
            search_id,
            seed,
            ending: None,
            rounds: 0,
            rounds_before,
            incomplete_rounds: 0,
            tasks: 0,
            newly_solved: Vec::new(),
            improved: 0,
            filed: 0,
            new_programs: 0,
            new_programs_a_second: 0.0,
            evaluated: 0,
            remembered: 0,
            removed: 0,
            time: Duration::ZERO,
        }
    }

    /// Adds a round of so many new programs.
    pub(super) fn add(&mut self, round: &Summary, new_programs: u64) {
        self.rounds += u64::from(round.tasks_left == 0);
        self.incomplete_rounds += u64::from(!round.is_complete());
        self.tasks += round.tasks;
        let solved = round.newly_solved.iter();
        for task in solved {
            if !self.newly_solved.contains(task) {
                self.newly_solved.push(*task);
            }
        }
        self.improved += round.improved.len() as u64;
        self.filed += round.filed;
        self.new_programs += new_programs;
        self.evaluated += round.evaluated;
        self.remembered += round.remembered;
    }

    pub(super) fn end(&mut self, ending: Ending, time: Duration) {
        self.ending = Some(ending);
        self.time = time;
        let seconds = time.as_secs_f64().max(1e-3);
        self.new_programs_a_second = self.new_programs as f64 / seconds;
    }

    /// Whether nothing failed in any round.
    pub fn is_complete(&self) -> bool {
        self.incomplete_rounds == 0
    }

    /// What there is to say.
    pub fn lines(&self) -> Vec<Line> {
        let line = |label, text| Line {
            label,
            text,
            is_news: false,
        };
        let mut lines = vec![line("search", self.rounds_done())];
        let news = self.news();
        if !news.is_empty() {
            lines.push(Line {
                is_news: true,
                ..line("new", news)
            });
        }
        lines.push(line(
            "programs",
            format!(
                "{} new, {:.1} a second; {} filed among the best, {} removed",
                self.new_programs, self.new_programs_a_second, self.filed, self.removed
            ),
        ));
        lines.push(line(
            "results",
            format!("{} evaluated, {} known", self.evaluated, self.remembered),
        ));
        lines.push(line("seed", self.seed.to_string()));
        lines
    }

    fn rounds_done(&self) -> String {
        let before = match self.rounds_before {
            0 => String::new(),
            before => format!(" after {before} before"),
        };
        let ending = match self.ending {
            Some(ending) => format!("; {ending}"),
            None => String::new(),
        };
        format!(
            "{}{before}, {} run, in {:.3}s{ending}",
            counted(self.rounds, "round"),
            counted(self.tasks, "task"),
            self.time.as_secs_f64()
        )
    }

    fn news(&self) -> String {
        let solved = &self.newly_solved;
        let mut parts = Vec::new();
        if !solved.is_empty() {
            let names = solved.iter().take(NAMED).map(ToString::to_string);
            let named = names.collect::<Vec<_>>().join(", ");
            let others = match solved.len().saturating_sub(NAMED) {
                0 => String::new(),
                others => format!(" and {others} others"),
            };
            parts.push(format!("{} solved: {named}{others}", solved.len()));
        }
        if self.improved > 0 {
            parts.push(format!("better {}", counted(self.improved, "time")));
        }
        parts.join("; ")
    }
}

impl fmt::Display for SearchSummary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, line) in self.lines().iter().enumerate() {
            let newline = if place == 0 { "" } else { "\n" };
            write!(formatter, "{newline}{line}")?;
        }
        Ok(())
    }
}

fn as_seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_micros() as f64 / 1e6)
}
