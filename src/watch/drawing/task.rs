//! A task: small beside the finds, or all of it with its best program.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use super::super::shown_task::ShownTask;
use super::{Paint, grids, titled};

/// Most lines of a grid on the page of a task: those of 30 rows, or of digits.
const LINES: usize = 30;

/// The first sample, in the room that there is.
pub fn draw_small(area: Rect, buffer: &mut Buffer, task: Option<&ShownTask>, paint: Paint) {
    let Some(task) = task else {
        titled(area, buffer, Line::raw(""), false, paint);
        return;
    };
    let title = Line::raw(format!("{}, demo:0", task.name));
    let inner = titled(area, buffer, title, false, paint);
    let (lines, columns) = (usize::from(inner.height), usize::from(inner.width));
    let shown = match (&task.task, task.samples().next()) {
        (Err(problem), _) => vec![Line::styled(problem.to_string(), paint.quiet())],
        (Ok(_), Some((_, sample))) => grids::sample(sample, lines, columns, paint),
        (Ok(_), None) => Vec::new(),
    };
    Paragraph::new(shown).render(inner, buffer);
}

/// All samples and the best program, from a line on; the last line from which it fills
/// the room.
pub fn draw(area: Rect, buffer: &mut Buffer, task: &ShownTask, line: usize, paint: Paint) -> usize {
    let title = Line::raw(format!("task {}", task.name));
    let inner = titled(area, buffer, title, true, paint);
    let lines = lines(task, usize::from(inner.width), paint);
    let last = lines.len().saturating_sub(usize::from(inner.height));
    let from = line.min(last);
    let shown: Vec<Line<'_>> = lines.into_iter().skip(from).collect();
    Paragraph::new(shown).render(inner, buffer);
    last
}

fn lines(task: &ShownTask, columns: usize, paint: Paint) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Err(problem) = &task.task {
        lines.push(Line::styled(problem.to_string(), paint.notable()));
    }
    for (name, sample) in task.samples() {
        let size = |grid: &arc_programs::value::Grid| format!("{}×{}", grid.height(), grid.width());
        let output = sample.output.as_deref().map_or("?".to_owned(), size);
        lines.push(Line::from(vec![
            Span::styled(name, paint.loud()),
            Span::styled(
                format!("  {} → {output}", size(&sample.input)),
                paint.quiet(),
            ),
        ]));
        lines.extend(grids::sample(sample, LINES, columns, paint));
        lines.push(Line::default());
    }
    match &task.best {
        Err(problem) => lines.push(Line::styled(problem.to_string(), paint.notable())),
        Ok(best) => {
            lines.push(Line::from(vec![
                Span::styled(format!("best program, score {}", best.score), paint.loud()),
                Span::styled(format!("  {}", best.path), paint.quiet()),
            ]));
            lines.extend(best.lines.iter().map(|line| Line::raw(line.to_string())));
        }
    }
    lines
}
