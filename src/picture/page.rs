//! A picture that is whole: its blocks, as SVG and as PNG.

use super::block::{Block, Figure};
use super::{page_png, page_svg};

/// Bytes of SVG that a cell takes at most, and that an item takes beside its cells.
const SVG_BYTES_OF_CELL: u64 = 64;
const SVG_BYTES_OF_ITEM: u64 = 1 << 10;

/// Room around all that is drawn, in pixels.
const MARGIN: usize = 16;

/// Picture with texts and grids, ready to be written as SVG or PNG.
#[derive(Clone, Debug)]
pub struct Page {
    pub(super) title: String,
    pub(super) block: Block,
}

/// Error for a picture for which there is no memory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the picture would have {width} × {height} pixels and take {} of memory, of which {} are free",
    size(*.needed),
    size(*.free)
)]
pub struct TooLarge {
    /// Pixels from left to right.
    pub width: usize,
    /// Pixels from top to bottom.
    pub height: usize,
    /// Bytes of memory that it would take.
    pub needed: u64,
    /// Bytes of memory that there are.
    pub free: u64,
}

fn size(bytes: u64) -> bytesize::Display {
    bytesize::ByteSize(bytes).display().iec()
}

impl Page {
    pub(super) fn new(title: String, block: Block) -> Self {
        Self {
            title,
            block: block.with_margin(MARGIN),
        }
    }

    /// Pixels from left to right.
    pub fn width(&self) -> usize {
        self.block.width
    }

    /// Pixels from top to bottom.
    pub fn height(&self) -> usize {
        self.block.height
    }

    /// A document of SVG.
    ///
    /// # Errors
    /// [`TooLarge`] where it may take more than `free` bytes, found out beforehand.
    pub fn to_svg(&self, free: u64) -> Result<String, TooLarge> {
        let of_figure = |figure: &Figure| match figure {
            Figure::Text { text, .. } => 6 * text.len() as u64,
            Figure::Grid(own) => SVG_BYTES_OF_CELL * own.grid.cells().len() as u64,
        };
        let items = self.block.items.iter();
        let needed = items
            .map(|item| SVG_BYTES_OF_ITEM + of_figure(&item.figure))
            .sum();
        self.check(needed, free)?;
        Ok(page_svg::document(self))
    }

    /// A file in the format PNG.
    ///
    /// # Errors
    /// [`TooLarge`] where its pixels, of a byte each, are more than `free` bytes, found
    /// out beforehand; or more to a side than the format has.
    pub fn to_png(&self, free: u64) -> Result<Vec<u8>, TooLarge> {
        let (width, height) = (self.width() as u64, self.height() as u64);
        let needed = width.saturating_mul(height);
        self.check(needed, free)?;
        page_png::file(self).ok_or_else(|| self.too_large(needed, free))
    }

    fn check(&self, needed: u64, free: u64) -> Result<(), TooLarge> {
        match needed > free {
            true => Err(self.too_large(needed, free)),
            false => Ok(()),
        }
    }

    fn too_large(&self, needed: u64, free: u64) -> TooLarge {
        TooLarge {
            width: self.width(),
            height: self.height(),
            needed,
            free,
        }
    }
}
