//! The last line: what is asked, what came of it, or the keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::super::state::{Asked, Page, State};
use super::Paint;

pub fn draw(area: Rect, buffer: &mut Buffer, state: &State, paint: Paint) {
    let is_narrow = area.width < 60;
    let line = match (&state.asked, &state.said) {
        (Some(Asked { process }), _) => {
            let question = match is_narrow {
                true => format!("stop process {}? y/n", process.id),
                false => format!(
                    "stop process {} in order? y stops it, any other key does not",
                    process.id
                ),
            };
            Line::styled(question, paint.notable().patch(paint.loud()))
        }
        (None, Some(said)) => Line::styled(said.as_str(), paint.notable()),
        (None, None) => Line::styled(keys(&state.page, is_narrow), paint.quiet()),
    };
    line.render(area, buffer);
}

fn keys(page: &Page, is_narrow: bool) -> &'static str {
    match (page, is_narrow) {
        (Page::Overview, false) => {
            "↑↓ select  Tab pane  Enter task  s sort  x stop  ? help  q quit"
        }
        (Page::Overview, true) => "↑↓ Tab Enter s:sort x:stop ?:help q:quit",
        (Page::Task { .. }, _) => "↑↓ scroll  Esc back  q quit",
        (Page::Help, _) => "any key: back  q quit",
    }
}
