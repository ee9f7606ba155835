//! The page: a [`Report`] as one file of HTML, which asks for nothing from anywhere.
//!
//! # What escapes
//!
//! Templates are `maud`'s, which are checked when this is built and escape all text that
//! is not said to be markup; that is said of the pictures, whose writer escapes, of the
//! plots, of the style sheet and the script, which are files beside this one, and of the
//! data in module `data`. The script makes nodes and sets their text, so no text is ever
//! read as markup; and a policy in the page's head forbids every script but ours and
//! every request.
//!
//! # What is there without a script
//!
//! All of the story but what opens: the counts, the plots and a table of each, the tasks
//! with thumbnails, and what went wrong. The script filters and sorts, and opens a task,
//! whose samples, programs and history stand in the data.

mod axis;
mod card;
mod chart;
mod data;
mod ink;
mod pace;
mod plot;
mod progress;
mod sections;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Report;
use super::moment::readable;
use crate::words::counted;
use axis::grouped;
use data::as_data;
use ink::Ink;

/// The style sheet.
const STYLE: &str = include_str!("style.css");

/// The script.
const SCRIPT: &str = include_str!("script.js");

/// The page of a report, whole.
pub fn page(report: &Report) -> String {
    let data = as_data(report);
    // Nobody who writes a text that is shown knows it, for the text is in it.
    let nonce = arc_programs::program::Identity::of(&data).to_string();
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'"
    );
    let title = format!(
        "{} of {} solved: {}",
        report.stats.solved, report.stats.tasks, report.name
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "run_batt " (report.version) };
                title { (title) }
                style { (PreEscaped(STYLE)) (PreEscaped(Ink::rules())) (PreEscaped(palette())) }
            }
            body {
                a.skip href="#tasks" { "To the tasks" }
                (head(report))
                main {
                    (notices(report))
                    (progress::progress(report))
                    (sections::news(report))
                    (card::tasks(report))
                    (pace::pace(report))
                    (sections::slowest(report))
                    (sections::problems(report))
                }
                (foot(report))
                dialog id="task" aria-labelledby="task-name" {}
                script type="application/json" id="report" nonce=(nonce) { (PreEscaped(data)) }
                script nonce=(nonce) { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// ARC's colours for the pictures that the script draws.
fn palette() -> String {
    let colours = crate::picture::palette::COLOURS.iter().zip(0..);
    let rules = colours.map(|(colour, number)| format!("--c{number}:{};", colour.hex()));
    format!(":root{{{}}}", rules.collect::<String>())
}

fn head(report: &Report) -> Markup {
    let stats = &report.stats;
    let known = stats.tasks.saturating_sub(stats.tasks_with_unknown_outputs);
    let full: u64 = report.tasks.iter().filter_map(|own| own.full).sum();
    html! {
        header {
            p.kind { "Search report" }
            h1 { (report.name) }
            p.meta {
                "made " time datetime=(report.made) { (readable(&report.made)) }
                " by run_batt " (report.version)
                @if !report.data.is_empty() { ", drawn from " (report.data.join("; ")) }
            }
            button type="button" id="theme" hidden { "Dark" }
            dl.tiles {
                @if known > 0 || stats.tasks_with_unknown_outputs == 0 {
                    div.tile.main {
                        dt { "solved" }
                        dd {
                            span.number id="count-solved" { (stats.solved) }
                            span.of { " of " span id="count-tasks" { (known) } }
                        }
                        (bar(stats.solved as f64 / known.max(1) as f64, "solved"))
                    }
                }
                @if stats.tasks_with_unknown_outputs > 0 {
                    div.tile.main {
                        dt { "exact on demos" }
                        dd {
                            span.number id="count-demos-exact" { (stats.demos_exact) }
                            span.of { " of " (stats.tasks_with_unknown_outputs) " with unknown outputs" }
                        }
                        (bar(stats.demos_exact as f64 / stats.tasks_with_unknown_outputs as f64, "demos"))
                    }
                }
                div.tile {
                    dt { "best scores together" }
                    dd {
                        span.number id="count-total" { (grouped(stats.total)) }
                        @if full > 0 { span.of { " of " (grouped(full)) } }
                    }
                }
                div.tile {
                    dt { (if stats.number_of_rounds() == 1 { "round" } else { "rounds" }) }
                    dd { span.number id="count-rounds" { (grouped(stats.number_of_rounds())) } }
                }
                div.tile {
                    dt { "tasks with news" }
                    dd {
                        span.number id="count-news" { (report.news.tasks.len()) }
                        span.of { " since " (readable(&report.news.since)) }
                    }
                }
            }
        }
    }
}

/// A bar as long as a share, 0 to 1, for the eye alone: the number stands beside it.
fn bar(share: f64, class: &str) -> Markup {
    let width = format!("{:.1}", 100.0 * share.clamp(0.0, 1.0));
    html! {
        svg.bar viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
            rect.rest width="100" height="4" {}
            rect class=(class) width=(width) height="4" {}
        }
    }
}

fn notices(report: &Report) -> Markup {
    html! {
        @if !report.notices.is_empty() {
            section.notices aria-label="Notices" {
                ul {
                    @for notice in &report.notices { li { (notice) } }
                }
            }
        }
    }
}

fn foot(report: &Report) -> Markup {
    html! {
        footer {
            p {
                "Made of the store " code { (report.store) } ", its records and its data. The counts are those of "
                code { "run_batt stats" } ". This page asks for nothing from anywhere."
            }
            noscript {
                p { "Without a script the tasks are neither sorted nor filtered, and none can be opened; all else is here." }
            }
            p.soft { (counted(report.tasks.len(), "task")) " known to the store or its records." }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arc_programs::value::Grid;

    use super::super::drawing::{DrawnOutput, PictureText, SampleStory};
    use super::super::story::{ProgramStory, ProgramText, TaskStory, Times};
    use super::super::{News, PaceStory, Room, Timeline};
    use super::*;
    use crate::stats::Stats;

    fn noise(seed: usize) -> PictureText {
        let cell = |row: usize, column: usize| ((row * 7 + column * 3 + seed) % 10) as i8;
        PictureText(Arc::new(Grid::from_fn(30, 30, cell).unwrap()))
    }

    fn largest(number: usize) -> TaskStory {
        let sample = |place: usize| SampleStory {
            name: format!("demo:{place}"),
            input: noise(place),
            expected: Some(noise(place + 1)),
            output: DrawnOutput::Grid(noise(place + number)),
            score: Some(100),
        };
        TaskStory {
            task: format!("task{number:04}"),
            best: 1,
            full: Some(5000),
            verdict: None,
            solvers: 32,
            differs_kept: 0,
            program: Some(ProgramStory {
                identity: "0".repeat(32),
                speed: 9,
                text: ProgramText::new("solver.py".to_owned(), "x".repeat(10_000), 10_000),
            }),
            differs: Vec::new(),
            samples: (0..10).map(sample).collect(),
            shown: Some(2),
            samples_left_out: 0,
            thumbnails_left_out: false,
            problem: None,
            history: Vec::new(),
            times: Times::default(),
        }
    }

    fn report(mut tasks: Vec<TaskStory>) -> (Report, usize) {
        let cut = Room::of_page(tasks.len()).fit(&mut tasks);
        let report = Report {
            name: "store".to_owned(),
            store: "store".to_owned(),
            made: String::new(),
            version: "0",
            data: Vec::new(),
            notices: Vec::new(),
            stats: Stats {
                tasks: 0,
                solved: 0,
                demos_exact: 0,
                tasks_with_unknown_outputs: 0,
                total: 0,
                best: Vec::new(),
                rounds: Vec::new(),
                pace: None,
                new_programs_a_second: None,
                other_records: 0,
                notes: Vec::new(),
            },
            timeline: Timeline::default(),
            news: News::default(),
            tasks,
            differs: std::collections::BTreeMap::new(),
            pace: PaceStory::default(),
            failures: Vec::new(),
            log: Vec::new(),
        };
        (report, cut)
    }

    #[test]
    fn a_page_of_the_largest_tasks_is_within_its_bound() {
        let (few, cut) = report((0..20).map(largest).collect());
        assert_eq!(cut, 0);
        assert!(few.tasks.iter().all(|own| own.samples.len() == 10));
        let (many, cut) = report((0..400).map(largest).collect());
        assert_eq!(cut, 400);
        assert!(many.tasks.iter().all(|own| own.samples.len() == 1));
        assert!(many.tasks.iter().any(|own| !own.thumbnails_left_out));
        let bytes = page(&many).len();
        assert!((2_500_000..5_000_000).contains(&bytes), "{bytes}");
    }
}
