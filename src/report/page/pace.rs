//! Pace: how fast the search went, and what it took.

use maud::{Markup, html};

use super::super::moment::{duration, readable};
use super::super::{PacePoint, PaceSum, Report};
use super::axis::{Scale, grouped};
use super::chart::{drawn, table};
use super::ink::Ink;
use super::plot::{Line, Plot};
use crate::words::counted;

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
