//! `run_batt.log`: what a person would want to read afterwards.

use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::reading::ReadError;
use crate::event::Event;
use crate::one_line::one_line;
use crate::summary::Summary;

/// What the log tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogDetail {
    /// Starts and ends of runs, and what went wrong: what a person wants to read
    /// afterwards. What comes of each task is in the records.
    Normal,
    /// Every event.
    All,
}

/// Whether an event is told.
pub(super) fn tells(event: &Event<'_>, detail: LogDetail) -> bool {
    let is_for_everybody = match event {
        Event::RunStarted(_)
        | Event::Notice(_)
        | Event::Skipped(_)
        | Event::OverBudget { .. }
        | Event::Unresolved { .. }
        | Event::WrongCall { .. }
        | Event::ItemFailed { .. }
        | Event::OverLimit { .. }
        | Event::Mismatch { .. }
        | Event::Found { .. }
        | Event::TaskDropped(_)
        | Event::RunFinished(_)
        | Event::SearchStarted(_)
        | Event::SearchFinished(_) => true,
        Event::TaskFinished(report) => report.failure.is_some(),
        Event::TaskStarted { .. } | Event::TaskPassedOver { .. } => false,
    };
    is_for_everybody || detail == LogDetail::All
}

/// An event as one line, with its newline; the end of a run also as its counts,
/// a line each.
pub(super) fn lines(timestamp: &str, run_id: &str, event: &Event<'_>) -> String {
    let text = event.to_string();
    let mut lines = format!("{timestamp} {run_id} {}\n", one_line(&text));
    if let Event::RunFinished(summary) = event {
        for (name, count) in counts(summary) {
            // Writing to a string does not fail.
            let _ = writeln!(lines, "{timestamp} {run_id} {name}: {count}");
        }
    }
    lines
}

/// Last lines of the log in a folder, the oldest first, without the counts that are for
/// scripts; none where there is no log.
///
/// # Errors
/// [`ReadError`] where it cannot be read.
pub fn last_lines(logs: &Path, count: usize) -> Result<Vec<String>, ReadError> {
    let path = logs.join(super::LOG_FILE);
    let bytes = end_of(&path).map_err(ReadError::at(&path))?;
    let text = String::from_utf8_lossy(&bytes);
    let is_told = |line: &&str| !is_count(line);
    let mut lines: Vec<String> = text
        .lines()
        .rev()
        .filter(is_told)
        .take(count)
        .map(str::to_owned)
        .collect();
    lines.reverse();
    Ok(lines)
}

/// How much of the end of a log is looked at, in bytes.
const END: u64 = 64 << 10;

/// The end of a file, from the beginning of a line on.
fn end_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let start = file.metadata()?.len().saturating_sub(END);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(END).read_to_end(&mut bytes)?;
    if start > 0 {
        let line = bytes.iter().position(|&byte| byte == b'\n');
        bytes.drain(..line.map_or(0, |end| end + 1));
    }
    Ok(bytes)
}

/// Whether a line is one of a run's counts.
fn is_count(line: &str) -> bool {
    let name = line
        .split(' ')
        .nth(2)
        .and_then(|word| word.strip_suffix(':'));
    let counts = counts(&Summary::default());
    name.is_some_and(|name| counts.iter().any(|(own, _)| *own == name))
}

/// What came of inlining in a run, under the names of the telemetry. Operators
/// `grep` the log for a name with its colon and sum the last words, so no other
/// line has one.
fn counts(summary: &Summary) -> [(&'static str, u64); 8] {
    let inlining = &summary.inlining;
    [
        ("total_attempts", inlining.total_attempts()),
        ("success_count", inlining.success_count),
        ("timeout_count", inlining.timeout_count),
        ("timeout_retry_success", inlining.timeout_retry_success),
        ("timeout_retry_fail", inlining.timeout_retry_fail),
        ("other_errors", inlining.other_errors),
        ("thread_error", summary.thread_error),
        ("cache_hits", inlining.cache_hits),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::TaskReport;

    #[test]
    fn the_end_of_a_run_has_a_line_a_count_with_the_number_last() {
        let mut summary = Summary {
            thread_error: 3,
            ..Summary::default()
        };
        summary.inlining.success_count = 7;
        summary.inlining.timeout_count = 2;
        summary.inlining.count_error("Panic");
        let text = lines(
            "2026-11-23T11:15:34.198645",
            "run",
            &Event::RunFinished(&summary),
        );
        let of = |name: &str| {
            let name = format!(" {name}: ");
            let mut lines = text.lines().filter(|line| line.contains(&name));
            let line = lines.next().unwrap();
            assert!(
                line.starts_with("2026-11-23T11:15:34.198645 run "),
                "{line}"
            );
            assert_eq!(lines.next(), None);
            line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
        };
        assert_eq!(of("total_attempts"), 10);
        assert_eq!(of("success_count"), 7);
        assert_eq!(of("thread_error"), 3);
        assert_eq!(text.matches("thread_error:").count(), 1);
        assert_eq!(text.lines().count(), 9);
    }

    #[test]
    fn what_comes_of_each_task_is_told_where_it_is_asked_for_or_went_wrong() {
        use crate::fingerprint::Ingredients;
        let task = "0520fde7".parse().unwrap();
        let fingerprint = Ingredients::default().fingerprint();
        let mut report = TaskReport::new(task, fingerprint, 10.0, 2);
        let timeout = 10.0;
        let started = Event::TaskStarted { task, timeout };
        for event in [&started, &Event::TaskFinished(&report)] {
            assert!(!tells(event, LogDetail::Normal), "{event}");
            assert!(tells(event, LogDetail::All), "{event}");
        }
        report.failure = Some("no samples".to_owned());
        assert!(tells(&Event::TaskFinished(&report), LogDetail::Normal));
    }

    #[test]
    fn any_other_event_is_one_line() {
        let text = lines("then", "run", &Event::Notice("a\nb"));
        assert_eq!(text, "then run a; b\n");
    }
}
