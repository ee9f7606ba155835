//! The keys, explained.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget};

use super::{Paint, titled};

const HELP: [&str; 10] = [
    "↑ ↓ k j      select; PgUp PgDn Home End too",
    "Tab          to the finds and back",
    "Enter        open the task: samples, best program",
    "Esc          back",
    "s            sort instances otherwise",
    "x            stop the instance in order, as kill does;",
    "             asks first; only of this machine",
    "Ctrl-Z       to the shell; fg comes back",
    "Ctrl-L       draw all anew",
    "q Ctrl-C     quit; instances go on",
];

pub fn draw(area: Rect, buffer: &mut Buffer, paint: Paint) {
    let inner = titled(area, buffer, Line::raw("keys"), true, paint);
    let lines: Vec<Line<'_>> = HELP.into_iter().map(Line::raw).collect();
    Paragraph::new(lines).render(inner, buffer);
}
