//! What a run writes about itself: two files of records and a log.
//!
//! `inlining_telemetry.jsonl` has a record a task, `run_batt_timing_stats.jsonl`
//! one when a task starts and one when it ends, `run_batt.log` a line an event that
//! a person wants to know of and, when a run ends, a line a count.
//! What a record has is declared in one place (module `record`). Each record is one
//! line, written whole (module `append`), so instances may share the files, and may
//! be killed, and the files may be rotated under them; they rotate them themselves
//! (modules `rotation`, `files`), and remember what is asked of files that have gone
//! (module `best_scores`). How long tasks took is told on in a file of its own (module
//! `times`). Logs are read by one iterator (module `reading`), and what
//! they say of a store's past in one place (module `history`).

#![allow(clippy::disallowed_methods, reason = "the logs are files")]

mod append;
mod best_scores;
mod clear;
mod course;
mod files;
mod follow;
mod history;
mod json_records;
mod log;
mod merging;
mod pace;
mod place;
mod python_json;
mod reading;
mod record;
mod repetition;
mod rewriting;
mod rotation;
mod times;

use std::io;
use std::path::{Path, PathBuf};

use append::AppendFile;
use best_scores::BestScores;
pub(crate) use best_scores::RoundRecord;
pub(crate) use clear::unfinished;
pub use clear::{LogFiles, clear, found};
pub use course::{Course, Failure, Minute, Span, TimeSpent};
pub use follow::Follower;
pub(crate) use history::notice_of_others;
pub use history::{History, Past, Rise, Round};
pub use json_records::{RecordKind, json_records};
pub use log::{LogDetail, last_lines};
pub use merging::{RecordsTakenIn, TakeInError, take_in};
pub use pace::Pace;
pub(crate) use place::path_from;
pub use place::{LogPlace, Owner};
pub use reading::ReadError;
pub(crate) use reading::{Entry, Line, entries, is_broken};
pub(crate) use record::{InliningRecord, TaskEnd, TaskStart, TimingRecord};
use record::{Record, Surroundings};
pub(crate) use rewriting::without_lines;
pub use rotation::LogBound;
pub(crate) use rotation::{finish as finish_rotation, is_half_done};
pub use times::{TimesError, read_times, times_of, times_text};

use crate::event::{Event, ReportError, Reporter, RunStart};
use crate::lock::Lock;
use crate::memory;
use crate::store::folder;

const LOG_FILE: &str = "run_batt.log";

/// The names of the files that grow, and are rotated.
const GROWING: [&str; 3] = [InliningRecord::FILE, TimingRecord::FILE, LOG_FILE];

/// Options of what a run writes about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogOptions {
    /// Where.
    pub place: LogPlace,
    /// How much of it is kept.
    pub bound: LogBound,
    /// What the log tells.
    pub detail: LogDetail,
}

/// Where the logs are that instances append to now.
pub(crate) fn growing(logs: &Path) -> impl Iterator<Item = PathBuf> {
    GROWING.into_iter().map(|name| logs.join(name))
}

/// Where the timing records are that instances write to now.
pub(crate) fn timing_file(logs: &Path) -> PathBuf {
    logs.join(TimingRecord::FILE)
}

/// Appends to the timing records that a task was begun and not finished.
pub(crate) fn append_interrupted(logs: &Path, end: &TaskEnd) -> Result<(), ReportError> {
    AppendFile::open(timing_file(logs))?.append(&python_json::line(end))
}

/// A lock on the logs that is had only while no instance writes to them.
pub(crate) fn nobody_writes(logs: &Path) -> io::Result<Option<Lock>> {
    Lock::try_exclusive(logs)
}

/// Telemetry of a run: the files of records and the log under a folder, open.
pub struct Telemetry {
    inlining: AppendFile,
    timing: AppendFile,
    log: AppendFile,
    detail: LogDetail,
    logs: PathBuf,
    /// Where the store is, from the folder.
    store: String,
    /// Where the data of the run in hand are, likewise.
    data: Option<String>,
    /// Of the run in hand.
    run: Option<RunStart>,
    notice: Option<String>,
    /// Tells others that somebody writes here.
    _alive: Lock,
}

impl Telemetry {
    /// Opens the files of the store under `out`, made where they are missing.
    ///
    /// Fails where one of them cannot be written, before there is anything to
    /// record.
    pub fn open(out: &Path, options: &LogOptions) -> Result<Self, ReportError> {
        let logs = options.place.folder(out);
        let at_logs = |reason| ReportError {
            path: logs.clone(),
            reason,
        };
        folder::make_path(&logs).map_err(at_logs)?;
        let alive = Lock::shared(&logs).map_err(at_logs)?;
        let bound = options.bound;
        let open = |name| AppendFile::open(logs.join(name));
        let memory = BestScores { logs: logs.clone() };
        let timing = open(TimingRecord::FILE)?.within(bound, memory);
        let problem = timing.locks().problem().filter(|_| bound.bytes > 0);
        Ok(Self {
            _alive: alive,
            inlining: open(InliningRecord::FILE)?.within(bound, rotation::NoMemory),
            notice: problem
                .map(|problem| format!("{}: logs are not rotated, for {problem}", logs.display())),
            timing,
            log: open(LOG_FILE)?.within(bound, rotation::NoMemory),
            detail: options.detail,
            store: place::path_from(&logs, out),
            data: None,
            run: None,
            logs,
        })
    }

    /// What the end of a task says of where it was run.
    fn around<'a>(&'a self, run_id: &'a str) -> Surroundings<'a> {
        Surroundings {
            run_id,
            store: &self.store,
            data: self.data.as_deref(),
            peak_memory_bytes: memory::peak_bytes(),
            round: self.run.as_ref().and_then(|run| run.round.as_ref()),
        }
    }
}

impl Telemetry {
    /// Notice of what is done without, if something is.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }
}

impl Reporter for Telemetry {
    fn report(&mut self, timestamp: &str, event: &Event<'_>) -> Result<(), ReportError> {
        if let Event::RunStarted(start) = event {
            self.run = Some((*start).clone());
            let from_logs = |path: &PathBuf| place::path_from(&self.logs, path);
            self.data = start.data.as_ref().map(from_logs);
        }
        let run_id = match event {
            Event::SearchStarted(start) => &start.search_id,
            Event::SearchFinished(summary) => &summary.search_id,
            _ => self.run.as_ref().map_or("", |run| run.run_id.as_str()),
        };
        if log::tells(event, self.detail) {
            self.log.append(&log::lines(timestamp, run_id, event))?;
        }
        match event {
            Event::TaskStarted { task, timeout } => {
                let record = TaskStart::new(timestamp, run_id, *task, *timeout);
                self.timing.append(&python_json::line(&record))?;
            }
            Event::TaskFinished(report) => {
                // Last what says that it is finished: where that is missing the
                // task is run again, and `doctor` removes what was said before.
                if let Some(run) = &self.run {
                    let record = InliningRecord::new(timestamp, run, report);
                    self.inlining.append(&python_json::line(&record))?;
                }
                let record = TaskEnd::new(timestamp, self.around(run_id), report);
                self.timing.append(&python_json::line(&record))?;
            }
            Event::TaskDropped(report) => {
                let record = TaskEnd::dropped(timestamp, self.around(run_id), report);
                self.timing.append(&python_json::line(&record))?;
            }
            _ => {}
        }
        Ok(())
    }
}
