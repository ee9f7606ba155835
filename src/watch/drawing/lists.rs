//! The latest finds, and what the instances have told as wrong or worth knowing.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{List, ListState, Paragraph, StatefulWidget, Widget};
use run_batt::instances::Problem;

use super::super::seen::{Instance, Seen};
use super::super::state::{Pane, State};
use super::{Paint, titled};

pub fn draw_finds(area: Rect, buffer: &mut Buffer, seen: &Seen, state: &State, paint: Paint) {
    let is_chosen = state.pane == Pane::Finds;
    let inner = titled(area, buffer, Line::raw("latest finds"), is_chosen, paint);
    let finds = &seen.past.finds;
    if finds.is_empty() {
        let nothing = Paragraph::new("nothing found yet").style(paint.quiet());
        nothing.render(inner, buffer);
        return;
    }
    let line = |find: &super::super::Find| {
        let style = match find.verdict {
            Some(_) => paint.good(),
            None => Style::new(),
        };
        let by = seen.found_by(find).map(|own| own.status.process.id);
        let by = by.map_or_else(String::new, |id| format!(" by {id}"));
        Line::from(vec![
            Span::styled(format!("{} ", find.time_of_day()), paint.quiet()),
            Span::raw(format!("{} ", find.task)),
            Span::styled(find.news(), style),
            Span::styled(by, paint.quiet()),
        ])
    };
    let highlight = if is_chosen {
        paint.selected()
    } else {
        Style::new()
    };
    let list = List::new(finds.iter().map(line)).highlight_style(highlight);
    let mut selection = ListState::default();
    selection.select(Some(state.find.min(finds.len() - 1)));
    StatefulWidget::render(list, inner, buffer, &mut selection);
}

pub fn draw_problems(
    area: Rect,
    buffer: &mut Buffer,
    problems: &[(&Instance, &Problem)],
    paint: Paint,
) {
    let title = Line::raw("errors and warnings");
    let inner = titled(area, buffer, title, false, paint);
    for (row, (own, problem)) in inner.rows().zip(problems) {
        let time = problem.time.get(11..16).unwrap_or("");
        let style = match problem.is_error {
            true => paint.bad(),
            false => paint.notable(),
        };
        Line::from(vec![
            Span::styled(format!("{time} {} ", own.status.process.id), paint.quiet()),
            Span::styled(problem.text.to_string(), style),
        ])
        .render(row, buffer);
    }
}

/// A number a second, in at most five columns.
pub fn rate(rate: f64) -> String {
    match rate {
        _ if !rate.is_finite() || rate < 0.0 => "?".to_owned(),
        _ if rate < 100.0 => format!("{rate:.1}"),
        _ if rate < 1e5 => format!("{rate:.0}"),
        _ => ">99999".to_owned(),
    }
}
