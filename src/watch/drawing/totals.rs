//! The sums of all instances, and how the search goes.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Color;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Sparkline, Widget};
use run_batt::words::counted;

use super::super::seen::Seen;
use super::{Paint, lists::rate};

/// Columns for the counts beside the sparkline.
const LABELS: u16 = 12;

pub fn draw(area: Rect, buffer: &mut Buffer, seen: &Seen, paint: Paint) {
    let [head, counts, plot] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Fill(1),
    ])
    .areas(area);
    draw_head(head, buffer, seen, paint);
    past(seen, paint).render(counts, buffer);
    if !plot.is_empty() {
        draw_plot(plot, buffer, seen, paint);
    }
}

fn draw_head(area: Rect, buffer: &mut Buffer, seen: &Seen, paint: Paint) {
    let mut parts = vec![format!(
        "{} at work",
        counted(seen.at_work().count(), "instance")
    )];
    let sum = |value: fn(&super::super::Instance) -> f64| seen.at_work().map(value).sum::<f64>();
    let tasks = sum(|own| own.status.tasks_a_second);
    let programs = sum(|own| own.status.new_programs_a_second);
    if tasks > 0.0 {
        parts.push(format!("{} tasks/s", rate(tasks)));
    }
    if programs > 0.0 {
        parts.push(format!("{} new programs/s", rate(programs)));
    }
    let text = format!(" {}", parts.join(", "));
    let store = format!("watch {}", seen.store);
    let line = Line::from(vec![Span::styled(store, paint.loud()), Span::raw(text)]);
    let time = seen.now.get(11..19).unwrap_or("");
    let [line_area, time_area] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Length(9)]).areas(area);
    // Of a store with a long name the sums are seen, too.
    match usize::from(line_area.width) >= line.width() {
        true => line.render(line_area, buffer),
        false => Line::raw(parts.join(", ")).render(line_area, buffer),
    }
    Line::styled(time, paint.quiet())
        .right_aligned()
        .render(time_area, buffer);
}

fn past(seen: &Seen, paint: Paint) -> Line<'static> {
    let past = &seen.past;
    if let Some(problem) = &seen.problem {
        return Line::styled(problem.to_string(), paint.bad());
    }
    if past.rounds == 0 {
        let nothing = match past.is_partly_read {
            true => "reading the records",
            false => "no records of this store yet",
        };
        return Line::styled(nothing, paint.quiet());
    }
    let mut spans = vec![Span::styled(
        format!("{} solved", past.solved),
        paint.good(),
    )];
    let mut add = |text: String| spans.push(Span::raw(text));
    if past.demos_exact > 0 {
        add(format!(", {} demos exact", past.demos_exact));
    }
    add(format!(" of {}", counted(past.tasks, "task")));
    add(format!(", {}", counted(past.rounds, "round")));
    add(format!(", best scores {}", past.total));
    if past.is_partly_read {
        spans.push(Span::styled(", reading on", paint.notable()));
    }
    Line::from(spans)
}

/// Solved over time, from the first to now, between its least and its most.
fn draw_plot(area: Rect, buffer: &mut Buffer, seen: &Seen, paint: Paint) {
    let [labels, plot] =
        Layout::horizontal([Constraint::Length(LABELS), Constraint::Fill(1)]).areas(area);
    let series = &seen.past.series;
    let counts = series.columns(&seen.now, usize::from(plot.width));
    let (Some(least), Some(most)) = (counts.iter().min(), counts.iter().max()) else {
        return;
    };
    let range = (most - least).max(1);
    // The least has a height too, so that it is seen that there was something.
    let heights = counts.iter().map(|count| (count - least) * 8 + range);
    Sparkline::default()
        .data(heights)
        .max(range * 9)
        .style(paint.of(Color::Green))
        .render(plot, buffer);
    let begin = series
        .begin()
        .map(|time| time.strftime("%d %b %H:%M").to_string());
    let texts = [format!("{least} → {most}"), begin.unwrap_or_default()];
    for (row, text) in labels.rows().zip(texts) {
        Line::styled(text, paint.quiet()).render(row, buffer);
    }
}
