//! The report: a search's story, as one value and as one page of HTML.
//!
//! ```text
//! store, records ──▶ stats, past ──┐
//!                                  ├──▶ report ──▶ page
//! data, best programs ──▶ drawn ───┘   (a value)   (one file)
//! ```
//!
//! # What it says
//!
//! A [`Report`] is what there is to say, and nothing of how it looks. Its counts are those
//! of [`Stats`], which it has whole; the moments of new solutions are the rises of the
//! [`History`](crate::telemetry::History) that the statistics were read from; so nothing
//! is counted a second time in another way. What a task's best program draws is
//! evaluated anew ([`Making`]), for a store keeps programs and no outputs.
//!
//! # How it looks
//!
//! Module [`page`] makes one file of it, which asks for nothing from anywhere.
//!
//! # Its bounds
//!
//! The page is to stay small, so what it has of a task is bounded ([`Room`]): where all
//! samples of all tasks would take more, the largest tasks show one sample, and that is
//! said. A program that takes more than [`DRAWN_STEPS`] on a sample is not drawn there.

mod drawing;
mod making;
mod moment;
mod news;
mod pace;
pub mod page;
mod room;
mod story;
mod timeline;

use std::collections::BTreeMap;

use serde::Serialize;

pub use drawing::{DrawnOutput, PictureText, SampleStory};
pub use making::{DRAWN_STEPS, Making, MakingError};
pub use moment::{Since, SinceError};
pub use news::{News, NewsKind, NewsOfTask};
pub use pace::{PacePoint, PaceStory, PaceSum};
pub use room::Room;
pub use story::{DifferStory, ProgramStory, ProgramText, RiseStory, TaskStory, Times};
pub use timeline::{RoundPoint, TimePoint, Timeline};

use crate::stats::Stats;
use crate::telemetry::Failure;

/// Report of a search.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Name of the folder that the store is in.
    pub name: String,
    /// Where the store is, as a person would type it.
    pub store: String,
    /// Timestamp of the making.
    pub made: String,
    /// Version of the program that made it.
    pub version: &'static str,
    /// What the tasks are drawn from; nothing where there are no data.
    pub data: Vec<String>,
    /// What a reader should know: what could not be drawn, and why. A sentence each.
    pub notices: Vec<String>,
    /// How far the search is.
    pub stats: Stats,
    /// How it got there.
    pub timeline: Timeline,
    /// What is new.
    pub news: News,
    /// Each task that the store has a solver of, or that the records know; by name.
    pub tasks: Vec<TaskStory>,
    /// Differs of the tasks, by identity: many tasks have the same.
    pub differs: BTreeMap<String, ProgramText>,
    /// How fast it went, and what it took.
    pub pace: PaceStory,
    /// Tasks that could not be run, the last first, each message once.
    #[serde(serialize_with = "failures")]
    pub failures: Vec<(Failure, u64)>,
    /// Last lines of the log.
    pub log: Vec<String>,
}

/// Failures as JSON: what failed last with a message, and how often that was.
fn failures<S: serde::Serializer>(
    failures: &[(Failure, u64)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Record<'a> {
        at: &'a str,
        task: &'a str,
        message: &'a str,
        times: u64,
    }
    serializer.collect_seq(failures.iter().map(|(failure, times)| Record {
        at: &failure.at,
        task: &failure.task,
        message: &failure.message,
        times: *times,
    }))
}
