//! The summary as a person reads it.
//!
//! What is new comes first; a count stands only where it is not 0, or is the news.
//! The last line has the form that operators know, whatever is above it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use super::Summary;
use crate::shown_path::shown;
use crate::words;

/// The most names in a line.
const NAMED: usize = 8;

/// The most calls that met a limit to be named.
const NAMED_CALLS: usize = 3;

/// A line of a summary: what it is about, and what there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// One word.
    pub label: &'static str,
    /// A sentence or two.
    pub text: String,
    /// Whether it is good news.
    pub is_news: bool,
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:<9} {}", self.label, self.text)
    }
}

impl fmt::Display for Summary {
    /// All lines, and the closing one.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.lines() {
            writeln!(formatter, "{line}")?;
        }
        formatter.write_str(&self.closing_line())
    }
}

impl Summary {
    /// What there is to say, but for the closing line.
    pub fn lines(&self) -> Vec<Line> {
        let line = |label, text| Line {
            label,
            text,
            is_news: false,
        };
        let mut lines = Vec::new();
        if self.interrupted {
            lines.push(line("stopped", self.interruption()));
        }
        lines.extend(self.news().into_iter().map(|text| Line {
            is_news: true,
            ..line("new", text)
        }));
        lines.push(line("tasks", self.tasks_run()));
        lines.push(line("data", self.data.clone()));
        lines.extend(self.dialect.map(|own| line("dialect", own.to_owned())));
        if self.tasks > 0 {
            lines.extend(
                self.verdicts()
                    .into_iter()
                    .map(|(label, text)| line(label, text)),
            );
        }
        let programs = self.inlined_programs();
        if !programs.is_empty() {
            lines.push(line("programs", programs));
        }
        if !self.misused.is_empty() {
            lines.push(line("names", self.misused_names()));
        }
        if !self.over_limit.is_empty() {
            lines.push(line("limits", OverLimit(&self.over_limit).to_string()));
        }
        if self.thread_error > 0 {
            let (workers, refused) = (self.workers, self.thread_error);
            lines.push(line(
                "threads",
                format!("{workers} working, {refused} refused"),
            ));
        }
        if self.is_random {
            lines.push(line("seed", self.seed.to_string()));
        }
        if self.filed > 0 {
            lines.push(line(
                "results",
                format!("{}: the best solvers of each task", shown(&self.results)),
            ));
        }
        lines
    }

    /// The last line, for scripts.
    pub fn closing_line(&self) -> String {
        format!(
            "{} tasks - timeouts = {} - tot_d_score = {} in {:.3}s",
            self.tasks,
            self.timeouts,
            self.tot_d_score,
            self.time.as_secs_f64()
        )
    }

    fn interruption(&self) -> String {
        match self.tasks_left {
            0 => "interrupted after the last task".to_owned(),
            left => format!("interrupted; {} not reached", words::counted(left, "task")),
        }
    }

    /// Names that programs have wrongly.
    fn misused_names(&self) -> String {
        let named = named(self.misused.iter().map(|(name, programs)| match programs {
            1 => format!("{name} (once)"),
            times => format!("{name} ({times} times)"),
        }));
        format!("unknown or with wrong arguments: {named}")
    }

    /// Tasks that were solved, or exact on their demos, for the first time, and scores
    /// that rose.
    fn news(&self) -> Vec<String> {
        if self.tasks == 0 {
            return Vec::new();
        }
        let mut news = Vec::new();
        if !self.newly_solved.is_empty() {
            let named = named(self.newly_solved.iter().map(ToString::to_string));
            let (before, now) = (self.solved_before, self.solved_now);
            news.push(format!("{before} → {now} solved: {named}"));
        }
        if !self.newly_demos_exact.is_empty() {
            let named = named(self.newly_demos_exact.iter().map(ToString::to_string));
            let (before, now) = (self.demos_exact_before, self.demos_exact_now);
            news.push(format!(
                "{before} → {now} exact on all demos, test outputs not known: {named}"
            ));
        }
        if !self.improved.is_empty() {
            let named = named(
                self.improved
                    .iter()
                    .map(|rise| format!("{} {} → {}", rise.task, rise.before, rise.now)),
            );
            news.push(format!("{} better: {named}", self.improved.len()));
        }
        if news.is_empty() {
            news.push("nothing: the store had as good before".to_owned());
        }
        news
    }

    fn tasks_run(&self) -> String {
        let counts = [
            (self.failed_tasks, "failed"),
            (self.finished_before, "finished before"),
            (self.finished_elsewhere, "finished by other instances"),
            (self.tasks_left, "not reached"),
        ];
        let others = counted(&counts);
        match others.is_empty() {
            true => format!("{} run", self.tasks),
            false => format!("{} run, {others}", self.tasks),
        }
    }

    /// How many tasks are solved of those that can be told to be, and how many are
    /// exact on their demos of the others; and by how many programs.
    fn verdicts(&self) -> Vec<(&'static str, String)> {
        let unknown = self.tasks_with_unknown_outputs;
        let known = self.tasks - unknown;
        let mut verdicts = Vec::new();
        if known > 0 {
            let (solved, known) = (self.solved.len(), words::counted(known, "task"));
            verdicts.push(("solved", format!("{solved} of {known}")));
        }
        if unknown > 0 {
            let (exact, unknown) = (self.demos_exact.len(), words::counted(unknown, "task"));
            let text = format!("exact in {exact} of {unknown} with test outputs not known");
            verdicts.push(("demos", text));
        }
        if let Some((_, text)) = verdicts.last_mut() {
            if self.candidates > 0 {
                *text += &format!(", by {}", words::counted(self.candidates, "candidate"));
            }
            if self.filed > 0 {
                let filed = words::counted(self.filed, "program");
                *text += &format!("; {filed} filed among the best");
            }
        }
        verdicts
    }

    fn inlined_programs(&self) -> String {
        counted(&[
            (self.programs - self.errors - self.over_budget, "inlined"),
            (self.new_programs, "new to the store"),
            (self.over_budget, "over the budget"),
            (self.errors, "failed"),
            (self.skipped, "skipped"),
            (self.unresolved, "not evaluated"),
            (self.mismatches, "mismatches"),
            (self.cache_hits, "shared with earlier tasks"),
        ])
    }
}

/// Those counts that are not 0.
fn counted(counts: &[(u64, &str)]) -> String {
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    counts.join(", ")
}

/// The first few, and how many others there are.
fn named(names: impl ExactSizeIterator<Item = String>) -> String {
    let others = names.len().saturating_sub(NAMED);
    let first: Vec<String> = names.take(NAMED).collect();
    match others {
        0 => first.join(", "),
        others => format!("{} and {others} others", first.join(", ")),
    }
}

/// The calls that met a limit, those that did most often by name.
struct OverLimit<'a>(&'a BTreeMap<String, u64>);

impl fmt::Display for OverLimit<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: u64 = self.0.values().sum();
        write!(
            formatter,
            "{all} calls had no value, for they met a limit: "
        )?;
        let mut calls: Vec<(&String, &u64)> = self.0.iter().collect();
        calls.sort_by_key(|(_, times)| Reverse(**times));
        for (place, (call, times)) in calls.iter().take(NAMED_CALLS).enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(formatter, "{comma}{call} ({times} times)")?;
        }
        match calls.len().saturating_sub(NAMED_CALLS) {
            0 => Ok(()),
            others => write!(formatter, ", and {others} others"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::super::Rise;
    use super::*;
    use arc_programs::task::TaskName;

    fn task(number: u32) -> TaskName {
        format!("{number:08x}").parse().expect("an ID")
    }

    fn summary() -> Summary {
        Summary {
            data: "the fixtures".to_owned(),
            tasks: 3,
            programs: 7,
            results: PathBuf::from("./solver_dir"),
            time: Duration::from_millis(1234),
            ..Summary::default()
        }
    }

    #[test]
    fn what_is_new_comes_first_and_what_is_nothing_is_not_told() {
        let mut found = summary();
        found.tasks = 12;
        found.newly_solved = (1..11).map(task).collect();
        found.solved = found.newly_solved.clone();
        (found.solved_before, found.solved_now) = (31, 41);
        found.improved = vec![Rise {
            task: task(12),
            before: 0,
            now: 930,
        }];
        (found.candidates, found.filed, found.new_programs) = (12, 1, 5);
        insta::assert_snapshot!(found, @r"
        new       31 → 41 solved: 00000001, 00000002, 00000003, 00000004, 00000005, 00000006, 00000007, 00000008 and 2 others
        new       1 better: 0000000c 0 → 930
        tasks     12 run
        data      the fixtures
        solved    10 of 12 tasks, by 12 candidates; 1 program filed among the best
        programs  7 inlined, 5 new to the store
        results   solver_dir: the best solvers of each task
        12 tasks - timeouts = 0 - tot_d_score = 0 in 1.234s
        ");
        insta::assert_snapshot!(summary(), @r"
        new       nothing: the store had as good before
        tasks     3 run
        data      the fixtures
        solved    0 of 3 tasks
        programs  7 inlined
        3 tasks - timeouts = 0 - tot_d_score = 0 in 1.234s
        ");
    }

    #[test]
    fn tasks_that_cannot_be_told_to_be_solved_are_counted_apart() {
        let mut mixed = summary();
        mixed.tasks_with_unknown_outputs = 2;
        mixed.solved = vec![task(1)];
        mixed.demos_exact = vec![task(2)];
        mixed.newly_demos_exact = vec![task(2)];
        (mixed.demos_exact_before, mixed.demos_exact_now) = (0, 1);
        (mixed.candidates, mixed.filed) = (3, 1);
        insta::assert_snapshot!(mixed, @r"
        new       0 → 1 exact on all demos, test outputs not known: 00000002
        tasks     3 run
        data      the fixtures
        solved    1 of 1 task
        demos     exact in 1 of 2 tasks with test outputs not known, by 3 candidates; 1 program filed among the best
        programs  7 inlined
        results   solver_dir: the best solvers of each task
        3 tasks - timeouts = 0 - tot_d_score = 0 in 1.234s
        ");
    }

    #[test]
    fn what_went_wrong_is_told_where_something_did() {
        let mut summary = summary();
        (summary.failed_tasks, summary.tasks_left) = (1, 9);
        summary.interrupted = true;
        (summary.errors, summary.over_budget, summary.thread_error) = (1, 2, 3);
        (summary.is_random, summary.seed) = (true, 7);
        summary.workers = 2;
        summary.misused.insert("rot91".to_owned(), 2);
        for (place, call) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
            summary.over_limit.insert(call.to_owned(), 1 + place as u64);
        }
        insta::assert_snapshot!(summary, @r"
        stopped   interrupted; 9 tasks not reached
        new       nothing: the store had as good before
        tasks     3 run, 1 failed, 9 not reached
        data      the fixtures
        solved    0 of 3 tasks
        programs  4 inlined, 2 over the budget, 1 failed
        names     unknown or with wrong arguments: rot91 (2 times)
        limits    15 calls had no value, for they met a limit: e (5 times), d (4 times), c (3 times), and 2 others
        threads   2 working, 3 refused
        seed      7
        3 tasks - timeouts = 0 - tot_d_score = 0 in 1.234s
        ");
    }

    #[test]
    fn a_run_that_reached_no_task_says_what_there_is_to_say() {
        let nothing = Summary {
            tasks: 0,
            programs: 0,
            finished_before: 3,
            ..summary()
        };
        insta::assert_snapshot!(nothing, @r"
        tasks     0 run, 3 finished before
        data      the fixtures
        0 tasks - timeouts = 0 - tot_d_score = 0 in 1.234s
        ");
    }
}
