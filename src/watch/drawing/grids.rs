//! Grids in the colours of ARC, or in digits where there are no colours.

use arc_programs::task::Sample;
use arc_programs::value::Grid;
use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};
use run_batt::picture::{HalfBlock, Thumbnail, UPPER_HALF, palette};

use super::Paint;

/// What stands between an input and its output.
const ARROW: &str = " → ";

/// A sample, input and output beside each other where there is room, else below each
/// other; in at most so many lines and columns, cells being left out where they are too
/// few.
pub fn sample(sample: &Sample, lines: usize, columns: usize, paint: Paint) -> Vec<Line<'static>> {
    let input = sample.input.as_ref();
    let Some(output) = sample.output.as_deref() else {
        return beside(
            grid(input, lines, columns.saturating_sub(4), paint),
            vec![Line::raw("?")],
        );
    };
    let side = columns.saturating_sub(ARROW.chars().count()) / 2;
    beside(
        grid(input, lines, side, paint),
        grid(output, lines, side, paint),
    )
}

fn beside(left: Vec<Line<'static>>, right: Vec<Line<'static>>) -> Vec<Line<'static>> {
    let width = left.iter().map(Line::width).max().unwrap_or(0);
    let height = left.len().max(right.len());
    let mut right = right.into_iter();
    let mut left = left.into_iter();
    let line = |place| {
        let mut line = left.next().unwrap_or_default();
        let blank = width.saturating_sub(line.width());
        line.push_span(Span::raw(" ".repeat(blank)));
        let between = if place == 0 { ARROW } else { "   " };
        line.push_span(Span::raw(between));
        line.extend(right.next().unwrap_or_default());
        line
    };
    (0..height).map(line).collect()
}

fn grid(grid: &Grid, lines: usize, columns: usize, paint: Paint) -> Vec<Line<'static>> {
    match paint {
        Paint::Colours => {
            let thumbnail = Thumbnail::of(grid, lines, columns);
            let line = |blocks: &Vec<HalfBlock>| blocks.iter().map(block).collect();
            thumbnail.lines.iter().map(line).collect()
        }
        Paint::Plain => {
            let step = grid.height().div_ceil(lines.max(1));
            let step = step.max(grid.width().div_ceil(columns.max(1)));
            let cell = |cell: &i8| cell.to_string();
            let row = |row: &[i8]| row.iter().step_by(step).map(cell).collect::<String>();
            let rows = grid.rows().step_by(step);
            rows.map(|own| Line::raw(row(own))).collect()
        }
    }
}

fn block(block: &HalfBlock) -> Span<'static> {
    let colour = |cell| Color::Indexed(palette::terminal(cell));
    let style = Style::new().fg(colour(block.upper));
    let style = match block.lower {
        Some(lower) => style.bg(colour(lower)),
        None => style,
    };
    Span::styled(UPPER_HALF.to_string(), style)
}
