//! A page as a file in the format PNG, a byte a pixel: its place among few colours.
//!
//! The letters are those of the X Window System's `7x13`, which `embedded-graphics`
//! carries as pixels: a bare machine has no fonts, and what renders outlines
//! (`resvg`, with its parser of SVG and of fonts) would be larger than all of this
//! program's own code for the sake of a few labels. What the font does not have, of what
//! is beyond Latin-1, is a `?`.

use embedded_graphics::Drawable;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::iso_8859_1::{FONT_7X13, FONT_7X13_BOLD};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::PixelColor;
use embedded_graphics::prelude::Pixel;
use embedded_graphics::primitives::Rectangle;
use embedded_graphics::text::{Baseline, Text};

use super::block::{Figure, GridFigure, Item, Weight};
use super::page::Page;
use super::palette::{COLOURS, DIM_TEXT, LINE, MARK, OUTSIDE, PAPER, Rgb, TEXT, colour};

/// A colour by its place in the file's palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ink(u8);

impl PixelColor for Ink {
    type Raw = ();
}

/// Colours of the file, each at the place that its [`Ink`] has: ARC's, and the others.
fn palette() -> impl Iterator<Item = Rgb> {
    let others = [OUTSIDE, LINE, MARK[0], MARK[1], PAPER, TEXT, DIM_TEXT];
    COLOURS.into_iter().chain(others)
}

impl Ink {
    const OUTSIDE: Self = Self(10);
    const LINE: Self = Self(11);
    const MARK: [Self; 2] = [Self(12), Self(13)];
    const PAPER: Self = Self(14);
    const TEXT: Self = Self(15);
    const DIM_TEXT: Self = Self(16);

    fn of_cell(cell: i8) -> Self {
        let ink = colour(cell).and_then(|place| u8::try_from(place).ok());
        ink.map_or(Self::OUTSIDE, Self)
    }
}

/// What is drawn on.
struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// The file; `None` where it has more pixels than there is memory for, or than the format
/// has to a side.
pub(super) fn file(page: &Page) -> Option<Vec<u8>> {
    let mut canvas = Canvas::new(page.width(), page.height())?;
    for item in &page.block.items {
        canvas.draw(item);
    }
    canvas.encoded()
}

impl Canvas {
    /// White paper.
    fn new(width: usize, height: usize) -> Option<Self> {
        let is_side = |side: usize| i32::try_from(side).is_ok();
        if !is_side(width) || !is_side(height) {
            return None;
        }
        let count = width.checked_mul(height)?;
        let mut pixels = Vec::new();
        pixels.try_reserve_exact(count).ok()?;
        pixels.resize(count, Ink::PAPER.0);
        Some(Self {
            width,
            height,
            pixels,
        })
    }

    fn draw(&mut self, item: &Item) {
        let Item { left, top, figure } = item;
        match figure {
            Figure::Text { text, weight } => self.draw_text(*left, *top, text, *weight),
            Figure::Grid(figure) => self.draw_grid(*left, *top, figure),
        }
    }

    fn draw_text(&mut self, left: usize, top: usize, text: &str, weight: Weight) {
        // Larger pages are not begun.
        let (Ok(left), Ok(top)) = (i32::try_from(left), i32::try_from(top)) else {
            return;
        };
        let (font, ink): (&MonoFont<'_>, _) = match weight {
            Weight::Plain => (&FONT_7X13, Ink::TEXT),
            Weight::Bold => (&FONT_7X13_BOLD, Ink::TEXT),
            Weight::Dim => (&FONT_7X13, Ink::DIM_TEXT),
        };
        let style = MonoTextStyle::new(font, ink);
        let place = Point::new(left, top + 1);
        let text = text.replace('…', "~");
        match Text::with_baseline(&text, place, style, Baseline::Top).draw(self) {
            Ok(_) => {}
            Err(never) => match never {},
        }
    }

    fn draw_grid(&mut self, left: usize, top: usize, figure: &GridFigure) {
        let GridFigure {
            grid,
            difference,
            cell: side,
            ..
        } = figure;
        let line = usize::from(figure.has_lines());
        if figure.has_lines() {
            let [width, height] = [grid.width(), grid.height()].map(|cells| cells * side + line);
            self.fill(left, top, width, height, Ink::LINE);
        }
        for (row, cells) in grid.rows().enumerate() {
            let top = top + row * side;
            for (column, &cell) in cells.iter().enumerate() {
                let left = left + column * side;
                let inner = side - line;
                self.fill(left + line, top + line, inner, inner, Ink::of_cell(cell));
                let differs = difference
                    .as_ref()
                    .is_some_and(|own| own.is_at(row, column));
                if differs {
                    self.draw_mark(left + line, top + line, inner);
                }
            }
        }
    }

    /// A square in the middle of a cell, half as wide, white with an edge of black.
    fn draw_mark(&mut self, left: usize, top: usize, side: usize) {
        let half = side.div_ceil(2);
        // As even or odd as the cell, to stand in its middle.
        let width = half + (side - half) % 2;
        let edge = width.div_ceil(5).min(width / 2);
        for (ink, own) in Ink::MARK.into_iter().zip([0, edge]) {
            let inset = (side - width) / 2 + own;
            let inner = width - 2 * own;
            self.fill(left + inset, top + inset, inner, inner, ink);
        }
    }

    /// Fills a rectangle, so much of it as there is.
    fn fill(&mut self, left: usize, top: usize, width: usize, height: usize, ink: Ink) {
        let right = left.saturating_add(width).min(self.width);
        let bottom = top.saturating_add(height).min(self.height);
        for row in top..bottom {
            let start = row * self.width;
            if let Some(pixels) = self.pixels.get_mut(start + left..start + right) {
                pixels.fill(ink.0);
            }
        }
    }

    fn encoded(&self) -> Option<Vec<u8>> {
        let (width, height) = (u32::try_from(self.width), u32::try_from(self.height));
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width.ok()?, height.ok()?);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        let palette: Vec<u8> = palette()
            .flat_map(|Rgb(red, green, blue)| [red, green, blue])
            .collect();
        encoder.set_palette(palette);
        // Colours by their places are alike or not: there is nothing to predict.
        encoder.set_filter(png::Filter::NoFilter);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&self.pixels).ok()?;
        writer.finish().ok()?;
        Some(file)
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        let side = |side| u32::try_from(side).unwrap_or(u32::MAX);
        Size::new(side(self.width), side(self.height))
    }
}

impl DrawTarget for Canvas {
    type Color = Ink;
    type Error = std::convert::Infallible;

    fn draw_iter<Pixels>(&mut self, pixels: Pixels) -> Result<(), Self::Error>
    where
        Pixels: IntoIterator<Item = Pixel<Ink>>,
    {
        for Pixel(point, ink) in pixels {
            self.fill_solid(&Rectangle::new(point, Size::new(1, 1)), ink)?;
        }
        Ok(())
    }

    fn fill_solid(&mut self, area: &Rectangle, ink: Ink) -> Result<(), Self::Error> {
        let (left, top) = (
            usize::try_from(area.top_left.x),
            usize::try_from(area.top_left.y),
        );
        // All that is drawn lies within the page.
        if let (Ok(left), Ok(top)) = (left, top) {
            let Size { width, height } = area.size;
            self.fill(left, top, width as usize, height as usize, ink);
        }
        Ok(())
    }
}
