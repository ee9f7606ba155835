//! The tasks: a card each, with thumbnails, and what chooses among them.

use arc_programs::value::Grid;
use arc_programs::verdict::Verdict;
use maud::{Markup, PreEscaped, html};

use super::super::drawing::{DrawnOutput, SampleStory};
use super::super::moment::{duration, readable};
use super::super::{NewsKind, Report, TaskStory};
use super::axis::grouped;
use super::bar;
use crate::picture::{Difference, GridDrawing};
use crate::words::counted;

/// The side of a thumbnail, in pixels where no style sheet says another.
const SIDE: usize = 90;

/// The order of tasks, and the names that a person reads.
const ORDERS: [(&str, &str); 7] = [
    ("name", "name"),
    ("share", "score"),
    ("found", "last solved"),
    ("risen", "last risen"),
    ("seconds", "time"),
    ("solvers", "solvers"),
    ("news", "news"),
];

pub(super) fn tasks(report: &Report) -> Markup {
    let with = |verdict| report.tasks.iter().filter(|own| of(own) == verdict).count();
    let filters = [
        ("all", "all", report.tasks.len()),
        ("solved", "solved", with("solved")),
        ("demos_exact", "exact on demos", with("demos_exact")),
        ("open", "open", with("open")),
        ("new", "new", report.news.tasks.len()),
    ];
    html! {
        section id="tasks" aria-labelledby="tasks-title" {
            h2 id="tasks-title" { "Tasks" }
            form.tools id="tools" hidden role="search" {
                label.search {
                    span.label { "Name" }
                    input type="search" id="search" autocomplete="off" spellcheck="false" placeholder="part of a name";
                }
                fieldset.chips {
                    legend.label { "Show" }
                    div.row {
                        @for (value, label, count) in filters {
                            @if count > 0 || value == "all" {
                                label.chip {
                                    input type="radio" name="filter" value=(value) checked[value == "all"];
                                    span { (label) " " b { (count) } }
                                }
                            }
                        }
                    }
                }
                label.sort {
                    span.label { "Sort by" }
                    select id="sort" {
                        @for (value, label) in ORDERS { option value=(value) { (label) } }
                    }
                }
                button type="button" id="direction" aria-pressed="false" title="Turn the order round" { "↑" }
            }
            div.count-line {
                p.soft id="shown" role="status" { (counted(report.tasks.len(), "task")) }
                p.soft.keys id="keys" hidden {
                    kbd { "/" } " name, " kbd { "j" } " " kbd { "k" } " next and previous, "
                    kbd { "Enter" } " open"
                }
            }
            ul.cards id="cards" {
                @for (place, task) in report.tasks.iter().enumerate() { (card(report, place, task)) }
            }
        }
    }
}

fn card(report: &Report, place: usize, task: &TaskStory) -> Markup {
    let news = report.news.tasks.iter().find(|own| own.task == task.task);
    let news_rank = news.map_or(9, |own| own.kind as u8);
    html! {
        li.card id={ "task-" (place) } data-task=(task.task) data-place=(place) data-verdict=(of(task))
            data-share=(format!("{:.4}", task.share())) data-found=(task.found_at().unwrap_or(""))
            data-risen=(task.risen_at().unwrap_or("")) data-seconds=(format!("{:.3}", task.times.longest))
            data-solvers=(task.solvers) data-news=(news_rank) {
            div.line {
                a.name href={ "#task-" (place) } { (task.task) }
                span class={ "badge " (of(task)) } { (verdict(task)) }
                @if let Some(news) = news {
                    span.badge.news title={ "since " (readable(&report.news.since)) } {
                        @match news.kind {
                            NewsKind::Solved | NewsKind::DemosExact => "new",
                            NewsKind::Better => "better",
                        }
                    }
                }
            }
            @match task.shown_sample() {
                Some(_) if task.thumbnails_left_out => p.nothing { "large pictures: open it to see them" },
                Some(sample) => (thumbnails(sample)),
                None => p.nothing { (task.problem.as_deref().unwrap_or("nothing to draw")) },
            }
            (bar(task.share(), of(task)))
            p.facts {
                span { b { (grouped(task.best)) } @if let Some(full) = task.full { " of " (grouped(full)) } }
                @if task.solvers > 0 { span { (counted(task.solvers, "solver")) } }
                @if task.times.runs > 0 { span { (duration(task.times.longest)) } }
            }
        }
    }
}

/// The class of a task's verdict.
pub(super) fn of(task: &TaskStory) -> &'static str {
    match task.verdict {
        Some(Verdict::Solved) => "solved",
        Some(Verdict::DemosExact) => "demos_exact",
        Some(Verdict::Open) => "open",
        None => "unknown",
    }
}

/// The verdict as a person reads it.
fn verdict(task: &TaskStory) -> &'static str {
    match task.verdict {
        Some(Verdict::Solved) => "solved",
        Some(Verdict::DemosExact) => "exact on demos",
        Some(Verdict::Open) => "open",
        None => "unknown",
    }
}

/// Input, what is expected, and the output where it is another.
fn thumbnails(sample: &SampleStory) -> Markup {
    let expected = sample.expected.as_ref().map(|own| &*own.0);
    let has_output = !matches!(
        sample.output,
        DrawnOutput::Expected | DrawnOutput::NoProgram
    );
    html! {
        div.thumbs {
            (figure("input", &sample.input.0, sample, None))
            @if let Some(expected) = expected {
                (figure(if has_output { "expected" } else { "output" }, expected, sample, None))
            }
            @if has_output {
                @match &sample.output {
                    DrawnOutput::Grid(output) => (figure("output", &output.0, sample, expected)),
                    _ => figure { div.box.empty { "none" } figcaption { "output" } },
                }
            }
        }
    }
}

fn figure(caption: &str, grid: &Grid, sample: &SampleStory, expected: Option<&Grid>) -> Markup {
    let difference = expected.map(|expected| Difference::between(grid, expected));
    let title = format!("{caption} of {}", sample.name);
    let drawing = GridDrawing {
        grid,
        title: &title,
        difference: difference.as_ref(),
        cell: (SIDE / grid.height().max(grid.width())).max(2),
        has_lines: false,
    };
    html! {
        figure {
            div.box { (PreEscaped(drawing.to_inline_svg())) }
            figcaption { (caption) }
        }
    }
}
