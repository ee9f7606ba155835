//! A page as a document of SVG.

use std::io;

use quick_xml::Writer;
use quick_xml::events::BytesText;

use super::block::{Figure, GridFigure, Item, LETTER, Weight};
use super::grid_svg::GridDrawing;
use super::page::Page;
use super::palette::{DIM_TEXT, PAPER, TEXT};
use super::xml_text::{finished, xml_text};

/// Pixels of the letters, of which nearly every font with letters of one width has six
/// tenths as the width of one: seven.
const FONT_SIZE: &str = "11.67";

/// Pixels from the upper edge of a line of text to where its letters stand.
const BASELINE: usize = 12;

/// The document; all texts in it are escaped.
pub(super) fn document(page: &Page) -> String {
    let mut writer = Writer::new(Vec::new());
    let (width, height) = (page.width().to_string(), page.height().to_string());
    let written = writer
        .create_element("svg")
        .with_attribute(("xmlns", "http://www.w3.org/2000/svg"))
        .with_attribute(("width", &*width))
        .with_attribute(("height", &*height))
        .with_attribute(("viewBox", &*format!("0 0 {width} {height}")))
        .with_attribute(("font-family", "ui-monospace, monospace"))
        .with_attribute(("font-size", FONT_SIZE))
        .with_attribute(("fill", &*TEXT.hex()))
        .write_inner_content(|writer| {
            writer
                .create_element("title")
                .write_text_content(BytesText::new(&xml_text(&page.title)))?;
            writer
                .create_element("rect")
                .with_attribute(("width", &*width))
                .with_attribute(("height", &*height))
                .with_attribute(("fill", &*PAPER.hex()))
                .write_empty()?;
            page.block
                .items
                .iter()
                .try_for_each(|item| write_item(item, writer))
        });
    let mut document = finished(written.map(drop), writer);
    document.push('\n');
    document
}

fn write_item(item: &Item, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let Item { left, top, figure } = item;
    match figure {
        Figure::Text { text, weight } => write_text(*left, top + BASELINE, text, *weight, writer),
        Figure::Grid(figure) => {
            let GridFigure {
                grid,
                difference,
                title,
                cell,
            } = figure;
            let drawing = GridDrawing {
                grid,
                title,
                difference: difference.as_ref(),
                cell: *cell,
                has_lines: figure.has_lines(),
            };
            // A line is drawn on both sides of where it is.
            let place = format!("translate({left}.5 {top}.5) scale({cell})");
            writer
                .create_element("g")
                .with_attribute(("role", "img"))
                .with_attribute(("transform", &*place))
                .write_inner_content(|writer| drawing.write_content(writer))?;
            Ok(())
        }
    }
}

fn write_text(
    left: usize,
    baseline: usize,
    text: &str,
    weight: Weight,
    writer: &mut Writer<Vec<u8>>,
) -> io::Result<()> {
    let shown = text.trim_start();
    let before = text.chars().count() - shown.chars().count();
    let letters = shown.chars().count();
    if letters == 0 {
        return Ok(());
    }
    let mut element = writer
        .create_element("text")
        .with_attribute(("x", &*(left + before * LETTER).to_string()))
        .with_attribute(("y", &*baseline.to_string()))
        // Whatever the font, the text is as wide as it was laid out.
        .with_attribute(("textLength", &*(letters * LETTER).to_string()));
    match weight {
        Weight::Plain => {}
        Weight::Bold => element = element.with_attribute(("font-weight", "bold")),
        Weight::Dim => element = element.with_attribute(("fill", &*DIM_TEXT.hex())),
    }
    element.write_text_content(BytesText::new(&xml_text(shown)))?;
    Ok(())
}
