//! Progress: solved tasks and total score, over time and over rounds.

use maud::{Markup, html};

use super::super::moment::{duration, readable};
use super::super::{Report, RoundPoint, TimePoint};
use super::axis::{Scale, grouped};
use super::chart::{drawn, table};
use super::ink::Ink;
use super::plot::{Line, Plot};
use crate::words::counted;

/// The most rows of a table beside a plot.
const ROWS: usize = 200;

/// Solved tasks and total score, by time and by round.
pub(super) fn progress(report: &Report) -> Markup {
    let timeline = &report.timeline;
    if timeline.by_time.is_empty() && timeline.by_round.is_empty() {
        return html! {};
    }
    let by_time = by_time(report);
    let by_round = by_round(report);
    html! {
        section aria-labelledby="progress-title" {
            h2 id="progress-title" { "Progress" }
            div.views {
                input type="radio" name="view" id="by-time" checked;
                label for="by-time" { "over time" }
                input type="radio" name="view" id="by-round";
                label for="by-round" { "over rounds" }
                div.view.of-time { (by_time) }
                div.view.of-round { (by_round) }
            }
        }
    }
}

fn by_time(report: &Report) -> Markup {
    let points = &report.timeline.by_time;
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return html! { p.soft { "The records do not say when scores rose." } };
    };
    let found: Vec<_> = points.iter().filter(|own| !own.found.is_empty()).collect();
    let span = format!(
        "in {} from {}",
        duration(last.seconds - first.seconds),
        readable(&first.at)
    );
    let before = report.stats.solved.saturating_sub(last.solved as usize);
    let plots = Plots {
        titles: ["Tasks solved over time", "Total score over time"],
        descriptions: [
            format!(
                "{} solved {span}; dots are the {} of new solutions.{}",
                counted(last.solved, "task"),
                counted(found.len(), "moment"),
                match before {
                    0 => String::new(),
                    before => format!(
                        " {} solved before the records begin.",
                        counted(before, "other")
                    ),
                }
            ),
            format!(
                "From {} to {}, {span}.",
                grouped(first.total),
                grouped(last.total)
            ),
        ],
        across: Scale::Time,
        points: points.iter().map(Point::from).collect(),
        marked: found.iter().copied().map(Point::from).collect(),
    };
    let rows = found.iter().rev().take(ROWS).map(|own| {
        [
            readable(&own.at),
            own.found.join(", "),
            own.solved.to_string(),
            grouped(own.total),
        ]
    });
    html! {
        (plots.drawn(report))
        @if report.timeline.without_time > 0 {
            p.soft { "Without a time, and not in the lines: " (counted(report.timeline.without_time, "rise")) "." }
        }
        details {
            summary { "Moments of new solutions, as a table" }
            (table(&["time", "task", "solved then", "total score then"], rows, found.len()))
        }
    }
}

fn by_round(report: &Report) -> Markup {
    let points = &report.timeline.by_round;
    let Some(last) = points.last() else {
        return html! { p.soft { "The records know no rounds." } };
    };
    let mut before = 0;
    let mut risen = Vec::new();
    for own in points {
        if own.solved > before {
            risen.push(own);
        }
        before = own.solved;
    }
    let rounds = counted(last.round, "round");
    let plots = Plots {
        titles: ["Tasks solved over rounds", "Total score over rounds"],
        descriptions: [
            format!(
                "{} solved after {rounds}; dots are the rounds with new solutions.",
                counted(last.solved, "task")
            ),
            format!("{} after {rounds}.", grouped(last.total)),
        ],
        across: Scale::Count,
        points: points.iter().map(Point::from).collect(),
        marked: risen.iter().copied().map(Point::from).collect(),
    };
    let rows = risen.iter().rev().take(ROWS).map(|own| {
        [
            own.round.to_string(),
            own.solved.to_string(),
            own.demos_exact.to_string(),
            grouped(own.total),
        ]
    });
    html! {
        (plots.drawn(report))
        details {
            summary { "Rounds with new solutions, as a table" }
            (table(&["round", "solved", "exact on demos", "total score"], rows, risen.len()))
        }
    }
}

/// Two plots over one axis: the solved tasks, and the total score.
struct Plots {
    titles: [&'static str; 2],
    descriptions: [String; 2],
    across: Scale,
    points: Vec<Point>,
    /// Those with new solutions.
    marked: Vec<Point>,
}

/// Standing of a search at a place of the axis.
struct Point {
    across: f64,
    solved: u64,
    demos_exact: u64,
    total: u64,
}

impl From<&TimePoint> for Point {
    fn from(own: &TimePoint) -> Self {
        Self {
            across: own.seconds,
            solved: own.solved,
            demos_exact: own.demos_exact,
            total: own.total,
        }
    }
}

impl From<&RoundPoint> for Point {
    fn from(own: &RoundPoint) -> Self {
        Self {
            across: own.round as f64,
            solved: own.solved,
            demos_exact: own.demos_exact,
            total: own.total,
        }
    }
}

impl Plots {
    fn drawn(self, report: &Report) -> Markup {
        let line = |ink, up: fn(&Point) -> u64, marked: &[Point]| {
            let places = |points: &[Point]| {
                let places = points.iter().map(|own| (own.across, up(own) as f64));
                places.collect()
            };
            Line {
                ink,
                points: places(&self.points),
                marks: places(marked),
                is_step: true,
            }
        };
        let mut solved = vec![line(Ink::Solved, |own| own.solved, &self.marked)];
        if report.timeline.has_demos_exact() {
            solved.push(line(Ink::Demos, |own| own.demos_exact, &[]));
        }
        let total = vec![line(Ink::Total, |own| own.total, &[])];
        let parts = self.titles.into_iter().zip(self.descriptions);
        let plots = parts
            .zip([solved, total])
            .map(|((title, description), lines)| Plot {
                title,
                description,
                across: self.across,
                up: Scale::Count,
                height: 250,
                lines,
            });
        html! {
            div.pair {
                @for plot in plots { (drawn(report, &plot)) }
            }
        }
    }
}
