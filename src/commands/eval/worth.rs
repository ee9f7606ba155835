//! What a subject is worth on several samples together.

use arc_programs::score;
use arc_programs::task::TaskName;
use run_batt::library::Role;
use run_batt::words::counted;

use super::Shown;

/// What a subject is worth on several samples.
pub struct Worth {
    exact: usize,
    known: usize,
    score: u64,
    /// Whether every call has a value.
    pub is_complete: bool,
}

impl Default for Worth {
    fn default() -> Self {
        Self {
            exact: 0,
            known: 0,
            score: 0,
            is_complete: true,
        }
    }
}

impl Worth {
    /// Takes in another sample.
    pub fn add(&mut self, shown: &Shown<'_>) {
        self.exact += usize::from(shown.is_exact() == Some(true));
        self.known += usize::from(shown.expected.is_some());
        self.score += shown.score(Role::Solver).unwrap_or(0);
        self.is_complete &= shown.evaluation.is_complete();
    }

    /// The worth of a solver on so many samples, as a line.
    pub fn line(&self, task: TaskName, samples: usize) -> String {
        let unknown = match samples - self.known {
            0 => String::new(),
            unknown => format!(
                ", of {} what is expected is not known",
                counted(unknown, "sample")
            ),
        };
        format!(
            "task {task}: exact on {} of {}, score {} of {}{unknown}\n",
            self.exact,
            counted(self.known, "sample"),
            self.score,
            self.known as u64 * score::FULL,
        )
    }
}
