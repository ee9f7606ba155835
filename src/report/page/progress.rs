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
    let across = |up: fn(&TimePoint) -> u64| {
        points
            .iter()
            .map(|own| (own.seconds, up(own) as f64))
            .collect::<Vec<_>>()
    };
    let found: Vec<_> = points.iter().filter(|own| !own.found.is_empty()).collect();
    let marks = found
        .iter()
        .map(|own| (own.seconds, own.solved as f64))
        .collect();
    let moments = counted(found.len(), "moment");
    let span = format!(
        "in {} from {}",
        duration(last.seconds - first.seconds),
        readable(&first.at)
    );
    let before = report.stats.solved.saturating_sub(last.solved as usize);
    let solved = Plot {
        title: "Tasks solved over time",
        description: format!(
            "{} solved {span}; dots are the {moments} of new solutions.{}",
            counted(last.solved, "task"),
            match before {
                0 => String::new(),
                before => format!(
                    " {} solved before the records begin.",
                    counted(before, "other")
                ),
            }
        ),
        across: Scale::Time,
        up: Scale::Count,
        height: 250,
        lines: lines(
            report,
            marks,
            across(|own| own.solved),
            across(|own| own.demos_exact),
        ),
    };
    let total = Plot {
        title: "Total score over time",
        description: format!(
            "From {} to {}, {span}.",
            grouped(first.total),
            grouped(last.total)
        ),
        across: Scale::Time,
        up: Scale::Count,
        height: 250,
        lines: vec![Line {
            ink: Ink::Total,
            points: across(|own| own.total),
            marks: Vec::new(),
            is_step: true,
        }],
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
        div.pair { (drawn(report, &solved)) (drawn(report, &total)) }
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
    let across = |up: fn(&RoundPoint) -> u64| {
        points
            .iter()
            .map(|own| (own.round as f64, up(own) as f64))
            .collect::<Vec<_>>()
    };
    let mut before = 0;
    let mut risen = Vec::new();
    for own in points {
        if own.solved > before {
            risen.push(own);
        }
        before = own.solved;
    }
    let marks = risen
        .iter()
        .map(|own| (own.round as f64, own.solved as f64))
        .collect();
    let solved = Plot {
        title: "Tasks solved over rounds",
        description: format!(
            "{} solved after {}; dots are the rounds with new solutions.",
            counted(last.solved, "task"),
            counted(last.round, "round")
        ),
        across: Scale::Count,
        up: Scale::Count,
        height: 250,
        lines: lines(
            report,
            marks,
            across(|own| own.solved),
            across(|own| own.demos_exact),
        ),
    };
    let total = Plot {
        title: "Total score over rounds",
        description: format!(
            "{} after {}.",
            grouped(last.total),
            counted(last.round, "round")
        ),
        across: Scale::Count,
        up: Scale::Count,
        height: 250,
        lines: vec![Line {
            ink: Ink::Total,
            points: across(|own| own.total),
            marks: Vec::new(),
            is_step: true,
        }],
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
        div.pair { (drawn(report, &solved)) (drawn(report, &total)) }
        details {
            summary { "Rounds with new solutions, as a table" }
            (table(&["round", "solved", "exact on demos", "total score"], rows, risen.len()))
        }
    }
}

/// The line of solved tasks and, where there were some, that of tasks that are exact on
/// their demos.
fn lines(
    report: &Report,
    marks: Vec<(f64, f64)>,
    solved: Vec<(f64, f64)>,
    demos: Vec<(f64, f64)>,
) -> Vec<Line> {
    let line = |ink, points, marks| Line {
        ink,
        points,
        marks,
        is_step: true,
    };
    let mut lines = vec![line(Ink::Solved, solved, marks)];
    if report.timeline.has_demos_exact() {
        lines.push(line(Ink::Demos, demos, Vec::new()));
    }
    lines
}
