//! How a picture is laid out: blocks beside and above each other.
//!
//! A block knows its size and what is in it; blocks are put together to larger ones, and
//! the last is the page. Sizes are pixels. All text has the letters of one font, each as
//! wide as the others, so that a layout needs no font to be read.

use std::sync::Arc;

use arc_programs::value::Grid;

use super::difference::Difference;

/// Width of a letter, and height of a line of text.
pub(super) const LETTER: usize = 7;
pub(super) const LINE_OF_TEXT: usize = 16;

/// Cells that are smaller have no lines between them.
const SMALLEST_WITH_LINES: usize = 4;

/// Piece of a picture.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) items: Vec<Item>,
}

/// What is drawn, and where its left upper corner is.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) figure: Figure,
}

/// What is drawn.
#[derive(Clone, Debug)]
pub(super) enum Figure {
    Text { text: String, weight: Weight },
    Grid(GridFigure),
}

/// A grid as it is drawn.
#[derive(Clone, Debug)]
pub(super) struct GridFigure {
    pub(super) grid: Arc<Grid>,
    pub(super) difference: Option<Difference>,
    /// Name of what it shows.
    pub(super) title: String,
    /// Pixels of a cell's side.
    pub(super) cell: usize,
}

/// Weight of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Plain,
    Bold,
    Dim,
}

impl GridFigure {
    pub(super) fn has_lines(&self) -> bool {
        self.cell >= SMALLEST_WITH_LINES
    }
}

impl Block {
    /// A line of text, which ends in `…` where it has more letters than there are
    /// columns.
    pub(super) fn text(text: &str, weight: Weight, columns: usize) -> Self {
        let letters = text.chars().count();
        let text = match letters > columns {
            true => {
                text.chars()
                    .take(columns.saturating_sub(1))
                    .collect::<String>()
                    + "…"
            }
            false => text.to_owned(),
        };
        Self {
            width: letters.min(columns) * LETTER,
            height: LINE_OF_TEXT,
            items: Self::only(Figure::Text { text, weight }),
        }
    }

    pub(super) fn grid(figure: GridFigure) -> Self {
        // The line beyond the last cell.
        let line = usize::from(figure.has_lines());
        let side = |cells: usize| cells.saturating_mul(figure.cell).saturating_add(line);
        Self {
            width: side(figure.grid.width()),
            height: side(figure.grid.height()),
            items: Self::only(Figure::Grid(figure)),
        }
    }

    fn only(figure: Figure) -> Vec<Item> {
        vec![Item {
            left: 0,
            top: 0,
            figure,
        }]
    }

    /// The blocks from left to right, the upper edges in line.
    pub(super) fn beside(blocks: impl IntoIterator<Item = Self>, gap: usize) -> Self {
        let mut whole = Self::default();
        for block in blocks {
            let left = whole.next(whole.width, gap);
            whole.add(block, left, 0);
        }
        whole
    }

    /// The blocks from top to bottom, the left edges in line.
    pub(super) fn above(blocks: impl IntoIterator<Item = Self>, gap: usize) -> Self {
        let mut whole = Self::default();
        for block in blocks {
            let top = whole.next(whole.height, gap);
            whole.add(block, 0, top);
        }
        whole
    }

    /// The blocks as words of a text: as many beside each other as there is room for.
    pub(super) fn flow(blocks: impl IntoIterator<Item = Self>, room: usize, gap: usize) -> Self {
        let mut rows: Vec<Vec<Self>> = Vec::new();
        let mut used = 0;
        for block in blocks {
            let own = block.width.saturating_add(gap);
            match rows.last_mut() {
                Some(row) if used + block.width <= room => {
                    used += own;
                    row.push(block);
                }
                _ => {
                    used = own;
                    rows.push(vec![block]);
                }
            }
        }
        let row = |row| Self::beside(row, gap);
        Self::above(rows.into_iter().map(row), gap)
    }

    /// The block with room around it.
    pub(super) fn with_margin(self, margin: usize) -> Self {
        let mut whole = Self::default();
        whole.add(self, margin, margin);
        whole.width = whole.width.saturating_add(margin);
        whole.height = whole.height.saturating_add(margin);
        whole
    }

    /// The block, at least so wide.
    pub(super) fn at_least(mut self, width: usize) -> Self {
        self.width = self.width.max(width);
        self
    }

    /// Where the next block begins behind this much.
    fn next(&self, size: usize, gap: usize) -> usize {
        match self.items.is_empty() {
            true => 0,
            false => size.saturating_add(gap),
        }
    }

    fn add(&mut self, block: Self, left: usize, top: usize) {
        self.width = self.width.max(left.saturating_add(block.width));
        self.height = self.height.max(top.saturating_add(block.height));
        self.items.extend(block.items.into_iter().map(|item| Item {
            left: left.saturating_add(item.left),
            top: top.saturating_add(item.top),
            ..item
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(width: usize, height: usize) -> Block {
        let text = Block::text("x", Weight::Plain, 1);
        Block {
            width,
            height,
            ..text
        }
    }

    fn places(block: &Block) -> Vec<(usize, usize)> {
        block.items.iter().map(|own| (own.left, own.top)).collect()
    }

    #[test]
    fn blocks_flow_as_words_do() {
        let blocks = [of(40, 10), of(40, 30), of(40, 5), of(200, 5), of(1, 1)];
        let whole = Block::flow(blocks, 90, 10);
        let expected = [(0, 0), (50, 0), (0, 40), (0, 55), (0, 70)];
        assert_eq!(places(&whole), expected);
        assert_eq!((whole.width, whole.height), (200, 71));
    }

    #[test]
    fn a_margin_is_on_all_sides() {
        let whole = of(10, 20).with_margin(3);
        assert_eq!(places(&whole), [(3, 3)]);
        assert_eq!((whole.width, whole.height), (16, 26));
    }

    #[test]
    fn a_text_that_is_too_long_says_so() {
        let block = Block::text("abcdef", Weight::Plain, 4);
        let Figure::Text { text, .. } = &block.items[0].figure else {
            panic!("{block:?}")
        };
        assert_eq!((text.as_str(), block.width), ("abc…", 4 * LETTER));
    }
}
