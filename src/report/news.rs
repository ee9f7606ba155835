//! What is new since a date.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::telemetry::{Minute, Rise, Round};
use arc_programs::verdict::Verdict;

/// News of a search since a date.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct News {
    /// The date, as a timestamp.
    pub since: String,
    /// Tasks of which something is new: those that were solved first, then those that
    /// are exact on their demos, then those that are better; the last found first.
    pub tasks: Vec<NewsOfTask>,
    /// Number of rounds that began since.
    pub rounds: u64,
    /// Number of programs that were new to the store; `None` where no record says it.
    pub new_to_store: Option<u64>,
}

/// News of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewsOfTask {
    /// Name of the task.
    pub task: String,
    /// Kind of the news.
    pub kind: NewsKind,
    /// Best score before the date; 0 where there was none.
    pub before: u64,
    /// Best score now.
    pub now: u64,
    /// Timestamp of the last rise.
    pub at: String,
}

/// Kinds of news, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NewsKind {
    /// Solved for the first time.
    Solved,
    /// Exact on all demos for the first time, with test outputs that are not known.
    DemosExact,
    /// A best score that rose.
    Better,
}

impl News {
    /// What is new since a timestamp.
    pub fn of(
        since: String,
        rises: &[Rise],
        rounds: &[Round],
        minutes: &BTreeMap<String, Minute>,
    ) -> Self {
        let mut tasks: BTreeMap<&str, (NewsOfTask, Verdict)> = BTreeMap::new();
        for rise in rises.iter().filter(|rise| *rise.at >= *since) {
            let new = || {
                let first = NewsOfTask {
                    task: rise.task.clone(),
                    kind: NewsKind::Better,
                    before: rise.before,
                    now: rise.now,
                    at: String::new(),
                };
                (first, rise.verdict_before)
            };
            let (own, before) = tasks.entry(&rise.task).or_insert_with(new);
            own.now = rise.now;
            own.at.clone_from(&rise.at);
            own.kind = match rise.verdict {
                Verdict::Solved if *before < Verdict::Solved => NewsKind::Solved,
                Verdict::DemosExact if *before < Verdict::DemosExact => NewsKind::DemosExact,
                _ => NewsKind::Better,
            };
        }
        let is_news = |own: &NewsOfTask| own.kind != NewsKind::Better || own.now > own.before;
        let mut tasks: Vec<NewsOfTask> = tasks
            .into_values()
            .map(|(own, _)| own)
            .filter(is_news)
            .collect();
        tasks.sort_by(|one, other| {
            let kinds = one.kind.cmp(&other.kind);
            kinds.then_with(|| other.at.cmp(&one.at))
        });
        let rounds = rounds.iter().filter(|round| *round.began >= *since);
        let new_to_store = minutes
            .iter()
            .filter(|(minute, _)| {
                since
                    .get(..minute.len())
                    .is_some_and(|since| minute.as_str() >= since)
            })
            .filter_map(|(_, own)| own.new_to_store);
        Self {
            tasks,
            rounds: rounds.map(|round| round.rounds).sum(),
            new_to_store: new_to_store.reduce(u64::saturating_add),
            since,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_before_the_date_is_not_new() {
        let rise = |task: &str, day: u32, (before, now), (was, is)| Rise {
            task: task.to_owned(),
            at: format!("2026-11-{day:02}T10:00:00.000000"),
            round: 0,
            before,
            now,
            verdict_before: was,
            verdict: is,
        };
        let (open, exact, solved) = (Verdict::Open, Verdict::DemosExact, Verdict::Solved);
        let rises = [
            rise("old", 1, (0, 4000), (open, solved)),
            rise("solved", 1, (0, 900), (open, open)),
            rise("better", 20, (500, 600), (open, open)),
            rise("better", 21, (600, 700), (open, open)),
            rise("solved", 21, (900, 4000), (open, solved)),
            rise("demos", 22, (0, 2000), (open, exact)),
            // No more than another verdict, and no better one.
            rise("worse", 22, (2000, 2000), (exact, open)),
        ];
        let minute = |new_to_store| Minute {
            new_to_store,
            ..Minute::default()
        };
        let minutes = [
            ("2026-11-01T10:00".to_owned(), minute(Some(7))),
            ("2026-11-20T10:00".to_owned(), minute(Some(5))),
            ("2026-11-21T10:00".to_owned(), minute(None)),
        ];
        let since = "2026-11-20T00:00:00.000000".to_owned();
        let news = News::of(since, &rises, &[], &minutes.into());
        let told: Vec<_> = news
            .tasks
            .iter()
            .map(|own| (own.task.as_str(), own.kind, own.before, own.now))
            .collect();
        assert_eq!(
            told,
            [
                ("solved", NewsKind::Solved, 900, 4000),
                ("demos", NewsKind::DemosExact, 0, 2000),
                ("better", NewsKind::Better, 500, 700),
            ]
        );
        assert_eq!(news.new_to_store, Some(5));
    }
}
