//! What stands around a plot: its title, what it says, and the table beside it.

use maud::{Markup, html};

use super::super::Report;
use super::plot::Plot;

/// A plot with its title and what it says; a sentence where there is no line.
pub(super) fn drawn(report: &Report, plot: &Plot<'_>) -> Markup {
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

pub(super) fn table<const COLUMNS: usize>(
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
