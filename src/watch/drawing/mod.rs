//! What is seen, as widgets: from 40 columns and 12 lines on.
//!
//! A screen has what there is room for, in the order of what matters: who is at work,
//! what was found, how the search goes, what went wrong, how a task looks.

mod footer;
mod grids;
mod help;
mod instances;
mod lists;
mod task;
mod totals;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::{Block, Borders, Widget};

use super::seen::Seen;
use super::shown_task::ShownTask;
use super::state::{Page, State};

/// The height from which on there is room for how the search goes and what went wrong.
const TALL: u16 = 20;

/// The width from which on there is room for a task beside the finds.
const WIDE: u16 = 60;

/// Most lines of finds and of problems on a page of text.
const LISTED: usize = 12;

/// How things are told apart: by colours, where there are some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    Colours,
    Plain,
}

impl Paint {
    fn of(self, colour: Color) -> Style {
        match self {
            Self::Colours => Style::new().fg(colour),
            Self::Plain => Style::new(),
        }
    }

    fn good(self) -> Style {
        self.of(Color::Green)
    }

    fn bad(self) -> Style {
        self.of(Color::Red)
    }

    fn notable(self) -> Style {
        self.of(Color::Yellow)
    }

    fn frame(self) -> Style {
        self.of(Color::Cyan)
    }

    fn quiet(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    fn loud(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }
}

/// Draws all; `task` is the one that is looked at.
pub fn draw(
    frame: &mut Frame<'_>,
    seen: &Seen,
    state: &mut State,
    task: Option<&ShownTask>,
    paint: Paint,
) {
    let area = frame.area();
    let [body, foot] = Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(area);
    let buffer = frame.buffer_mut();
    match (&state.page, task) {
        (Page::Help, _) => help::draw(body, buffer, paint),
        (Page::Task { line, .. }, Some(task)) => {
            let last = task::draw(body, buffer, task, *line, paint);
            state.bound_lines(last);
        }
        (Page::Task { .. } | Page::Overview, _) => {
            overview(body, buffer, seen, state, task, paint);
        }
    }
    footer::draw(foot, buffer, state, paint);
}

fn overview(
    area: Rect,
    buffer: &mut Buffer,
    seen: &Seen,
    state: &State,
    task: Option<&ShownTask>,
    paint: Paint,
) {
    let is_tall = area.height + 1 >= TALL;
    let problems = seen.problems();
    let problem_lines = match (is_tall, problems.len()) {
        (false, _) | (_, 0) => 0,
        (true, count) => 1 + count.min(usize::from(area.height / 8)) as u16,
    };
    let top_lines = if is_tall { 4 } else { 2 };
    // With a title above, and a header.
    let rows = (seen.instances.len() + seen.strange.len()).max(1);
    let room = area.height.saturating_sub(top_lines + 2 + problem_lines);
    let rows = 2 + rows.min(usize::from(room * 2 / 3)) as u16;
    let [top, instances, finds, told] = Layout::vertical([
        Constraint::Length(top_lines),
        Constraint::Length(rows),
        Constraint::Fill(1),
        Constraint::Length(problem_lines),
    ])
    .areas(area);
    totals::draw(top, buffer, seen, paint);
    instances::draw(instances, buffer, seen, state, paint);
    let [finds, beside] = match area.width >= WIDE {
        true => Layout::horizontal([Constraint::Fill(1), Constraint::Percentage(55)])
            .spacing(1)
            .areas(finds),
        false => [finds, Rect::default()],
    };
    lists::draw_finds(finds, buffer, seen, state, paint);
    if !beside.is_empty() {
        task::draw_small(beside, buffer, task, paint);
    }
    if !told.is_empty() {
        lists::draw_problems(told, buffer, &problems, paint);
    }
}

/// The overview as text, in so many columns: all instances, the last finds and problems.
pub fn page(seen: &Seen, columns: u16) -> String {
    let state = State::default();
    let paint = Paint::Plain;
    let rows = (seen.instances.len() + seen.strange.len()).clamp(1, 1000) as u16;
    let problems = seen.problems();
    let lines = |count: usize| 1 + count.min(LISTED) as u16;
    let [finds, told] = [lines(seen.past.finds.len().max(1)), lines(problems.len())];
    let area = Rect::new(0, 0, columns, 2 + 2 + rows + finds + told);
    let mut buffer = Buffer::empty(area);
    let parts = [2, 2 + rows, finds, told].map(Constraint::Length);
    let [top, instances, finds, told] = Layout::vertical(parts).areas(area);
    totals::draw(top, &mut buffer, seen, paint);
    instances::draw(instances, &mut buffer, seen, &state, paint);
    lists::draw_finds(finds, &mut buffer, seen, &state, paint);
    if !problems.is_empty() {
        lists::draw_problems(told, &mut buffer, &problems, paint);
    }
    text_of(&buffer)
}

/// The characters of a buffer, without what is blank at the ends of lines.
fn text_of(buffer: &Buffer) -> String {
    let area = buffer.area;
    let line = |row| {
        let cells = (area.left()..area.right()).map(|column| buffer[(column, row)].symbol());
        let text: String = cells.collect();
        text.trim_end().to_owned() + "\n"
    };
    let text: String = (area.top()..area.bottom()).map(line).collect();
    text.trim_end().to_owned() + "\n"
}

/// A line with a title; the area below it.
fn titled(area: Rect, buffer: &mut Buffer, title: Line<'_>, is_chosen: bool, paint: Paint) -> Rect {
    let style = match is_chosen {
        true => paint.frame().add_modifier(Modifier::BOLD),
        false => paint.quiet(),
    };
    let block = Block::new()
        .borders(Borders::TOP)
        .border_style(paint.quiet())
        .title(title.style(style));
    let inner = block.inner(area);
    block.render(area, buffer);
    inner
}

#[cfg(test)]
mod tests;
