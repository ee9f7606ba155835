//! The sections of the page but for the tasks.

use maud::{Markup, html};

use super::super::moment::{duration, readable};
use super::super::pace::PaceSum;
use super::super::{NewsKind, NewsOfTask, PacePoint, Report, TaskStory};
use super::axis::{Scale, grouped};
use super::ink::Ink;
use super::plot::{Line, Plot};
use crate::words::counted;

/// The most rows of a table beside a plot.
const ROWS: usize = 200;

/// How many slow tasks and programs are named.
const SLOWEST: usize = 10;

/// The most tasks of a kind of news that are named at once.
const NEWS: usize = 24;

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
    let across = |up: fn(&super::super::TimePoint) -> u64| {
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
    let across = |up: fn(&super::super::RoundPoint) -> u64| {
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

/// A plot with its title and what it says; a sentence where there is no line.
fn drawn(report: &Report, plot: &Plot<'_>) -> Markup {
    let markup = plot.markup();
    let has_both = plot.lines.len() > 1 && report.timeline.has_demos_exact();
    html! {
        figure.chart {
            figcaption {
                b { (plot.title) }
                @if has_both {
                    span.key.solved { "solved" } span.key.demos { "exact on demos" }
                }
            }
            @if markup.0.is_empty() {
                p.nothing { "All at one point: there is no line to draw." }
            } @else {
                (markup)
            }
            p.soft { (plot.description) }
        }
    }
}

fn table<const COLUMNS: usize>(
    heads: &[&str; COLUMNS],
    rows: impl ExactSizeIterator<Item = [String; COLUMNS]>,
    all: usize,
) -> Markup {
    let shown = rows.len();
    html! {
        div.scroll {
            table {
                thead { tr { @for head in heads { th scope="col" { (head) } } } }
                tbody { @for row in rows { tr { @for cell in row { td { (cell) } } } } }
            }
        }
        @if shown < all { p.soft { "The last " (shown) " of " (all) "." } }
    }
}

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
                @if let Some(programs) = news.new_programs { ", " (grouped(programs)) " new programs" }
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

/// How fast it went, and what it took.
pub(super) fn pace(report: &Report) -> Markup {
    let pace = &report.pace;
    let sum = &pace.sum;
    let Some([from, to]) = &pace.from_to else {
        return html! {};
    };
    let a_second = |count: Option<u64>| count.and_then(|count| pace.a_second(count)).map(rate_text);
    let memory = sum
        .peak_memory_bytes
        .map(|bytes| told(Scale::Bytes, bytes as f64));
    let tiles = [
        ("tasks a second", a_second(Some(sum.tasks))),
        ("new programs a second", a_second(sum.new_programs)),
        ("results a second", a_second(sum.results)),
        ("time at work", Some(duration(pace.busy_seconds))),
        ("instances at once", Some(pace.instances.to_string())),
        ("peak memory of one", memory),
        ("samples over a limit", sum.timed_out_samples.map(grouped)),
        ("refused threads", Some(grouped(sum.refused_threads))),
    ];
    html! {
        section id="pace" aria-labelledby="pace-title" {
            h2 id="pace-title" { "Pace" }
            p {
                (grouped(sum.tasks)) " tasks in " (counted(pace.runs, "run")) ", from "
                (readable(from)) " to " (readable(to))
                ", by the records that are still there. Seconds are those in which some run was at work."
                @if sum.failed > 0 { " Failed or dropped: " (counted(sum.failed, "task")) "." }
            }
            dl.tiles.small {
                @for (name, value) in tiles {
                    div.tile {
                        dt { (name) }
                        @match value {
                            Some(value) => dd { (value) },
                            None => dd.none { "not recorded" },
                        }
                    }
                }
            }
            @if pace.slots.len() > 1 { (pace_plots(report)) }
        }
    }
}

/// A rate, to two digits that matter.
fn rate_text(rate: f64) -> String {
    match rate {
        rate if rate >= 100.0 => grouped(rate.round() as u64),
        rate if rate >= 10.0 => format!("{rate:.1}"),
        rate => format!("{rate:.2}"),
    }
}

/// What is measured in a slot; `None` where the records do not say it.
type Measure<'a> = &'a dyn Fn(&PacePoint) -> Option<f64>;

fn pace_plots(report: &Report) -> Markup {
    let slots = &report.pace.slots;
    let length = report.pace.slot_seconds;
    let rate = |count: Option<u64>| count.map(|count| count as f64 / length);
    let plots: [(&'static str, Scale, Measure<'_>); 7] = [
        ("Tasks a second", Scale::Number, &|own| {
            rate(Some(own.sum.tasks))
        }),
        ("New programs a second", Scale::Number, &|own| {
            rate(own.sum.new_programs)
        }),
        ("Results a second", Scale::Number, &|own| {
            rate(own.sum.results)
        }),
        ("Instances at work", Scale::Count, &|own| {
            Some(own.instances as f64)
        }),
        ("Peak memory", Scale::Bytes, &|own| {
            own.sum.peak_memory_bytes.map(|bytes| bytes as f64)
        }),
        ("Samples over a limit", Scale::Count, &|own| {
            own.sum.timed_out_samples.map(|count| count as f64)
        }),
        ("Refused threads", Scale::Count, &|own| {
            Some(own.sum.refused_threads as f64)
        }),
    ];
    let of_slot = format!("in slots of {}", duration(length));
    let plot = |(title, up, value): (&'static str, Scale, Measure<'_>)| {
        let points: Vec<(f64, f64)> = slots
            .iter()
            .filter_map(|own| Some((own.seconds, value(own)?)))
            .collect();
        let most = points.iter().fold(0_f64, |most, (_, up)| most.max(*up));
        (most > 0.0 && points.len() > 1).then(|| Plot {
            title,
            description: format!("At most {}, {of_slot}.", told(up, most)),
            across: Scale::Time,
            up,
            height: 170,
            lines: vec![Line {
                ink: Ink::Total,
                points,
                marks: Vec::new(),
                is_step: false,
            }],
        })
    };
    let rows = slots.iter().map(|own| {
        let PaceSum {
            tasks,
            failed,
            results,
            new_programs,
            timed_out_samples,
            peak_memory_bytes,
            refused_threads,
        } = own.sum;
        let or_nothing = |count: Option<u64>| count.map_or_else(String::new, grouped);
        [
            readable(&own.at),
            grouped(tasks),
            grouped(failed),
            or_nothing(new_programs),
            or_nothing(results),
            own.instances.to_string(),
            peak_memory_bytes.map_or_else(String::new, |bytes| told(Scale::Bytes, bytes as f64)),
            or_nothing(timed_out_samples),
            grouped(refused_threads),
        ]
    });
    let heads = [
        "from",
        "tasks",
        "failed",
        "new programs",
        "results",
        "instances",
        "peak memory",
        "samples over a limit",
        "refused threads",
    ];
    html! {
        div.pair {
            @for plot in plots.into_iter().filter_map(plot) { (drawn(report, &plot)) }
        }
        details {
            summary { "Pace, as a table" }
            (table(&heads, rows, slots.len()))
        }
    }
}

fn told(scale: Scale, value: f64) -> String {
    match scale {
        Scale::Bytes => bytesize::ByteSize(value as u64).display().iec().to_string(),
        Scale::Count => grouped(value as u64),
        Scale::Time | Scale::Number => rate_text(value),
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
