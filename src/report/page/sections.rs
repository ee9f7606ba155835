//! The sections without plots: what is new, what is slow, what went wrong.

use maud::{Markup, html};

use super::super::moment::{duration, readable};
use super::super::{NewsKind, NewsOfTask, Report, TaskStory};
use super::axis::grouped;
use crate::words::counted;

/// How many slow tasks and programs are named.
const SLOWEST: usize = 10;

/// The most tasks of a kind of news that are named at once.
const NEWS: usize = 24;

/// What is new since a date.
pub(super) fn news(report: &Report) -> Markup {
    let news = &report.news;
    let kinds = [
        (NewsKind::Solved, "solved for the first time"),
        (
            NewsKind::DemosExact,
            "exact on all demos for the first time",
        ),
        (NewsKind::Better, "better than before"),
    ];
    let place = |own: &NewsOfTask| report.tasks.iter().position(|task| task.task == own.task);
    let names = |tasks: &[&NewsOfTask]| {
        html! {
            ul.names {
                @for own in tasks {
                    li {
                        @match place(own) {
                            Some(place) => a href={ "#task-" (place) } { (own.task) },
                            None => (own.task),
                        }
                        " " span.soft { (grouped(own.before)) " → " (grouped(own.now)) }
                    }
                }
            }
        }
    };
    html! {
        section id="news" aria-labelledby="news-title" {
            h2 id="news-title" { "New since " time datetime=(news.since) { (readable(&news.since)) } }
            p {
                (counted(news.rounds, "round"))
                @if let Some(programs) = news.new_to_store { ", " (grouped(programs)) " programs new to the store" }
                @if news.tasks.is_empty() { "; no best score rose." } @else { "." }
            }
            @for (kind, title) in kinds {
                @let of_kind: Vec<&NewsOfTask> = news.tasks.iter().filter(|own| own.kind == kind).collect();
                @let (first, others) = of_kind.split_at(of_kind.len().min(NEWS));
                @if !first.is_empty() {
                    h3 { (counted(of_kind.len(), "task")) " " (title) }
                    (names(first))
                    @if !others.is_empty() {
                        details { summary { "and " (others.len()) " more" } (names(others)) }
                    }
                }
            }
        }
    }
}

/// The slowest tasks, by the records, and the slowest of the best solvers, by the store.
pub(super) fn slowest(report: &Report) -> Markup {
    let mut tasks: Vec<(usize, &TaskStory)> = report.tasks.iter().enumerate().collect();
    tasks.retain(|(_, own)| own.times.runs > 0);
    tasks.sort_by(|(_, one), (_, other)| other.times.longest.total_cmp(&one.times.longest));
    let mut programs: Vec<(usize, &TaskStory, u32)> = report
        .tasks
        .iter()
        .enumerate()
        .filter_map(|(place, own)| Some((place, own, own.program.as_ref()?.speed)))
        .collect();
    programs.sort_by_key(|(_, _, speed)| *speed);
    if tasks.is_empty() && programs.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="slowest-title" {
            h2 id="slowest-title" { "Slowest" }
            div.pair {
                @if !tasks.is_empty() {
                    div.scroll {
                        table {
                            caption { "Tasks, by the longest time" }
                            thead { tr { th scope="col" { "task" } th.count scope="col" { "longest" } th.count scope="col" { "mean" } th.count scope="col" { "runs" } th.count scope="col" { "over a limit" } } }
                            tbody {
                                @for (place, own) in tasks.iter().take(SLOWEST) {
                                    tr {
                                        td { a href={ "#task-" (place) } { (own.task) } }
                                        td.count { (duration(own.times.longest)) }
                                        td.count { (duration(own.times.mean)) }
                                        td.count { (grouped(own.times.runs)) }
                                        td.count { (grouped(own.times.timed_out_samples)) }
                                    }
                                }
                            }
                        }
                    }
                }
                @if !programs.is_empty() {
                    div.scroll {
                        table {
                            caption { "Best solvers, by their speed folder: the lower the slower" }
                            thead { tr { th scope="col" { "task" } th.count scope="col" { "speed" } th scope="col" { "program" } } }
                            tbody {
                                @for (place, own, speed) in programs.iter().take(SLOWEST) {
                                    tr {
                                        td { a href={ "#task-" (place) } { (own.task) } }
                                        td.count { (speed) }
                                        td { code { (own.program.as_ref().map_or("", |program| &program.identity)) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What went wrong, and the end of the log.
pub(super) fn problems(report: &Report) -> Markup {
    if report.failures.is_empty() && report.log.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="log-title" {
            h2 id="log-title" { "Log" }
            @if !report.failures.is_empty() {
                h3 { "Tasks that could not be run" }
                div.scroll {
                    table {
                        thead { tr { th scope="col" { "last" } th scope="col" { "task" } th.count scope="col" { "times" } th scope="col" { "message" } } }
                        tbody {
                            @for (failure, times) in &report.failures {
                                tr {
                                    td { (readable(&failure.at)) }
                                    td { (failure.task) }
                                    td.count { (times) }
                                    td { (failure.message) }
                                }
                            }
                        }
                    }
                }
            }
            @if !report.log.is_empty() {
                details {
                    summary { "The last lines of the log" }
                    pre.log tabindex="0" { @for line in &report.log { (line) "\n" } }
                }
            }
        }
    }
}
