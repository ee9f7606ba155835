//! Grids on a terminal: digits on their colours, beside each other where there is room.
//!
//! A cell is two columns wide: its digit, and a star where it is not what is expected;
//! so it is as high as wide, and what differs is seen without colours too. Where a grid
//! has no room so, a cell is one column, and one that differs is the star alone. Where
//! standard output is no terminal there is room for anything.

use std::fmt::Write as _;

use arc_programs::value::Grid;
use console::{Style, Term, measure_text_width};
use run_batt::picture::{Difference, HalfBlock, Thumbnail, UPPER_HALF, palette};

/// How far apart blocks stand.
const GAP: usize = 4;

/// What marks a cell that differs.
const MARK: char = '*';

/// What stands for a colour that is none of ARC's.
const OUTSIDE: char = '?';

/// Columns of standard output; `None` where it is no terminal, and has any number.
pub fn columns() -> Option<usize> {
    let terminal = Term::stdout();
    let (_, columns) = terminal.is_term().then(|| terminal.size_checked())??;
    Some(usize::from(columns).max(1))
}

/// Lines of text that stand beside others.
#[derive(Clone, Debug, Default)]
pub struct Block {
    lines: Vec<String>,
    /// Columns of the widest.
    width: usize,
}

impl Block {
    /// Lines as they are.
    pub fn of_lines(lines: Vec<String>) -> Self {
        let widths = lines.iter().map(|line| measure_text_width(line));
        Self {
            width: widths.max().unwrap_or(0),
            lines,
        }
    }

    /// A grid, its cells that differ marked.
    pub fn of_grid(grid: &Grid, difference: Option<&Difference>, columns: Option<usize>) -> Self {
        let room = columns.unwrap_or(usize::MAX);
        let is_narrow = grid.width().saturating_mul(2) > room;
        if is_narrow && grid.width() > room {
            let told = format!(
                "a grid of {} × {}, wider than the terminal; --png and --svg draw it",
                grid.height(),
                grid.width()
            );
            return Self::of_lines(vec![told]);
        }
        let line = |(row, cells): (usize, &[i8])| {
            let mut line = String::new();
            for (column, &cell) in cells.iter().enumerate() {
                let differs = difference.is_some_and(|own| own.is_at(row, column));
                push_cell(&mut line, cell, differs, is_narrow);
            }
            line
        };
        Self {
            lines: grid.rows().enumerate().map(line).collect(),
            width: grid.width() * if is_narrow { 1 } else { 2 },
        }
    }

    /// A grid in little room: half blocks in colour; without colours a digit a cell.
    pub fn of_thumbnail(grid: &Grid, side: usize) -> Self {
        if !console::colors_enabled() {
            let thumbnail = Thumbnail::of(grid, side, side);
            let halves = thumbnail.lines.iter().flat_map(|line| {
                let upper = line.iter().map(|own| symbol(own.upper)).collect();
                let lower = line.iter().filter_map(|own| own.lower).map(symbol);
                [upper, lower.collect::<String>()]
            });
            return Self::of_lines(halves.filter(|line| !line.is_empty()).collect());
        }
        let thumbnail = Thumbnail::of(grid, side.div_ceil(2), side);
        let line = |blocks: &Vec<HalfBlock>| blocks.iter().map(half_block).collect();
        Self::of_lines(thumbnail.lines.iter().map(line).collect())
    }

    /// The block under a line of text.
    pub fn under(self, title: &str) -> Self {
        let mut lines = vec![title.to_owned()];
        lines.extend(self.lines);
        Self {
            width: self.width.max(measure_text_width(title)),
            lines,
        }
    }

    /// The block, at least so wide.
    pub fn at_least(mut self, width: usize) -> Self {
        self.width = self.width.max(width);
        self
    }

    /// Blocks beside each other, from the top, however wide they are together.
    pub fn beside(blocks: &[Self], gap: usize) -> Self {
        Self::of_lines(beside(blocks.iter(), gap).collect())
    }

    fn width(&self) -> usize {
        self.width
    }
}

/// Text of blocks beside each other, as many as there is room for, the others below.
pub fn push_blocks(text: &mut String, blocks: &[Block], columns: Option<usize>) {
    let room = columns.unwrap_or(usize::MAX);
    let mut rest = blocks;
    while !rest.is_empty() {
        let mut used = rest[0].width();
        let fitting = rest[1..].iter().take_while(|block| {
            used = used.saturating_add(GAP + block.width());
            used <= room
        });
        let (row, others) = rest.split_at(1 + fitting.count());
        for line in beside(row.iter(), GAP) {
            let _ = writeln!(text, "{line}");
        }
        if !others.is_empty() {
            text.push('\n');
        }
        rest = others;
    }
}

/// The lines of blocks beside each other.
fn beside<'a>(
    blocks: impl Iterator<Item = &'a Block> + Clone,
    gap: usize,
) -> impl Iterator<Item = String> {
    let height = blocks.clone().map(|block| block.lines.len()).max();
    (0..height.unwrap_or(0)).map(move |row| {
        let mut line = String::new();
        for block in blocks.clone() {
            let own = block.lines.get(row).map_or("", String::as_str);
            let missing = block.width.saturating_sub(measure_text_width(own));
            let _ = write!(line, "{own}{}", " ".repeat(missing + gap));
        }
        line.truncate(line.trim_end().len());
        line
    })
}

fn symbol(cell: i8) -> char {
    let place = palette::colour(cell).and_then(|place| u32::try_from(place).ok());
    place
        .and_then(|place| char::from_digit(place, 10))
        .unwrap_or(OUTSIDE)
}

fn push_cell(line: &mut String, cell: i8, differs: bool, is_narrow: bool) {
    let style = Style::new()
        .on_color256(palette::terminal(cell))
        .color256(palette::terminal_text(cell));
    let text = match (differs, is_narrow) {
        (false, false) => format!("{} ", symbol(cell)),
        (true, false) => format!("{}{MARK}", symbol(cell)),
        (false, true) => symbol(cell).to_string(),
        (true, true) => MARK.to_string(),
    };
    let style = if differs { style.bold() } else { style };
    let _ = write!(line, "{}", style.apply_to(text));
}

fn half_block(block: &HalfBlock) -> String {
    let style = Style::new().color256(palette::terminal(block.upper));
    let style = match block.lower {
        Some(lower) => style.on_color256(palette::terminal(lower)),
        None => style,
    };
    style.apply_to(UPPER_HALF).to_string()
}
