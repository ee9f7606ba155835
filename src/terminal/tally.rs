//! How far a run is, from its events.

use std::fmt;
use std::time::Duration;

use arc_programs::task::TaskName;
use arc_programs::verdict::Verdict;
use indicatif::FormattedDuration;
use run_batt::event::{Event, News};

/// Counts of a run that is going on, and of the search whose round it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The round, and how fast the search is; of a run alone there is none.
    search: Option<SearchTally>,
    /// Tasks that the run has before it.
    pub tasks: usize,
    /// Those that are finished, or passed over.
    pub done: usize,
    /// Those that were run: passing over takes no time.
    run: usize,
    solved: usize,
    demos_exact: usize,
    /// Those that can be told to be exact on their demos only.
    with_unknown_outputs: usize,
    new: usize,
    /// The last of the new.
    last_new: Option<TaskName>,
    better: usize,
    errors: u64,
}

/// Counts of a search that is going on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SearchTally {
    /// The round in hand, in words.
    round: String,
    done: u64,
    /// New programs of the rounds that are done.
    new_programs: u64,
    /// Those of the round in hand.
    in_hand: u64,
}

impl SearchTally {
    /// The round, the rounds done, and new programs a second.
    fn progress(&self, elapsed: Duration) -> String {
        let pace = match self.done {
            0 => String::new(),
            done => {
                let rate = self.new_programs as f64 / elapsed.as_secs_f64().max(1e-3);
                format!(", {done} done, {rate:.1} new programs/s")
            }
        };
        format!("{}{pace}: ", self.round)
    }
}

impl Tally {
    /// Counts an event.
    pub fn add(&mut self, event: &Event<'_>) {
        match event {
            Event::RunStarted(start) => {
                let search = start.round.as_ref().map(|round| SearchTally {
                    round: round.to_string(),
                    in_hand: round.new_programs,
                    ..self.search.take().unwrap_or(SearchTally {
                        round: String::new(),
                        done: 0,
                        new_programs: 0,
                        in_hand: 0,
                    })
                });
                *self = Self {
                    search,
                    tasks: start.tasks,
                    ..Self::default()
                };
            }
            Event::RunFinished(_) => {
                if let Some(search) = &mut self.search {
                    search.done += 1;
                    search.new_programs += std::mem::take(&mut search.in_hand);
                }
            }
            Event::TaskPassedOver { .. } => self.done += 1,
            Event::TaskFinished(report) => {
                self.done += 1;
                self.run += 1;
                self.solved += usize::from(report.verdict == Verdict::Solved);
                self.demos_exact += usize::from(report.verdict == Verdict::DemosExact);
                self.with_unknown_outputs += usize::from(report.has_unknown_outputs());
                match report.news() {
                    Some(News::Solved | News::DemosExact) => {
                        self.new += 1;
                        self.last_new = Some(report.task);
                    }
                    Some(News::Better { .. }) => self.better += 1,
                    _ => {}
                }
                self.errors += report.errors();
            }
            _ => {}
        }
    }

    /// A line: how far it is, what was found, how fast it goes and how long that will
    /// take. The times are those of the run, and of the search that it is a round of.
    pub fn heartbeat(&self, run: Duration, search: Duration) -> String {
        let round = self.round(search);
        let pace = self.pace(run);
        let last_new = self.last_new();
        format!(
            "{round}{} of {} tasks, {self}{pace}{last_new}",
            self.done, self.tasks
        )
    }

    /// The same, as it stands beside a bar.
    pub fn progress(&self, run: Duration, search: Duration) -> String {
        let round = self.round(search);
        let pace = self.pace(run);
        let elapsed = FormattedDuration(search);
        format!("{elapsed} {round}{}{pace}{}", self.share(), self.last_new())
    }

    /// The same, in few columns.
    pub fn short_progress(&self) -> String {
        let round = self.search.as_ref();
        let round = round.map_or_else(String::new, |own| format!("{}: ", own.round));
        round + &self.share() + &self.last_new()
    }

    fn round(&self, elapsed: Duration) -> String {
        let search = self.search.as_ref();
        search.map_or_else(String::new, |search| search.progress(elapsed))
    }

    /// The last task that was solved, or exact on its demos, for the first time: at the
    /// end of a line, for where there is no room that is cut off first.
    fn last_new(&self) -> String {
        let named = |task| format!(", last new {task}");
        self.last_new.map_or_else(String::new, named)
    }

    fn share(&self) -> String {
        let percent = 100 * self.done / self.tasks.max(1);
        format!("{percent:>3}% {}/{} {self}", self.done, self.tasks)
    }

    /// How fast it goes, and how long the rest will take; nothing before a task was run.
    fn pace(&self, elapsed: Duration) -> String {
        if self.run == 0 {
            return String::new();
        }
        let rate = self.run as f64 / elapsed.as_secs_f64().max(1e-3);
        let left = (self.tasks.saturating_sub(self.done)) as f64 / rate;
        let left = Duration::from_secs(left.round() as u64);
        format!(", {rate:.1}/s, {} left", short(left))
    }
}

/// A time in its two largest units, in few columns.
fn short(time: Duration) -> String {
    let seconds = time.as_secs();
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {seconds} s"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

impl fmt::Display for Tally {
    /// What was found so far; what is 0 is left out, but for the tasks solved, and
    /// for those exact on their demos where there are tasks that can be no more.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdicts = match self.with_unknown_outputs {
            0 => format!("{} solved", self.solved),
            all if all == self.run => format!("{} demos exact", self.demos_exact),
            _ => format!("{} solved, {} demos exact", self.solved, self.demos_exact),
        };
        formatter.write_str(&verdicts)?;
        for (count, what) in [(self.new, "new"), (self.better, "better")] {
            if count > 0 {
                write!(formatter, ", {count} {what}")?;
            }
        }
        if self.errors > 0 {
            write!(formatter, ", {} errors", self.errors)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arc_programs::verdict::FullScore;
    use run_batt::event::TaskReport;
    use run_batt::fingerprint::Ingredients;

    /// A tally of tasks with so many known and unknown outputs, whose first solver
    /// scores so much.
    fn tally(tasks: &[(u64, u64, u64)]) -> Tally {
        let mut tally = Tally::default();
        for &(known, unknown_outputs, best) in tasks {
            let task = "0000000a".parse().expect("a name");
            let fingerprint = Ingredients::default().fingerprint();
            let mut report = TaskReport::new(task, fingerprint, 1.0, 1);
            report.full_score = FullScore {
                score: 1000 * known,
                unknown_outputs,
            };
            report.verdict = report.full_score.verdict(best);
            report.best.now = best;
            tally.add(&Event::TaskFinished(&report));
        }
        tally
    }

    #[test]
    fn what_can_only_be_exact_on_its_demos_is_not_told_as_unsolved() {
        let (solved, poor) = ((3, 0, 3000), (3, 0, 900));
        let (exact, open) = ((3, 1, 3000), (3, 1, 2900));
        for (tasks, told) in [
            (&[][..], "0 solved"),
            (&[solved, poor], "1 solved, 1 new, 1 better"),
            (&[exact, open], "1 demos exact, 1 new, 1 better"),
            (&[open], "0 demos exact, 1 better"),
            (
                &[solved, open, exact],
                "1 solved, 1 demos exact, 2 new, 1 better",
            ),
        ] {
            assert_eq!(tally(tasks).to_string(), told);
        }
    }
}
