//! A grid as an element of SVG, small enough for hundreds of them on a page.
//!
//! The unit of its coordinates is a cell. The runs of a colour are one path of
//! horizontal strokes as wide as a cell, which takes some eight bytes a run, half of what
//! rectangles take: a task's usual grid has less than one kilobyte.

use std::fmt::Write as _;
use std::io;

use arc_programs::value::Grid;
use quick_xml::Writer;
use quick_xml::events::BytesText;

use super::difference::Difference;
use super::palette::{LINE, MARK, rgb};
use super::runs::Shapes;
use super::xml_text::xml_text;

/// Diameters of a mark's edge and of its middle, in cells.
const MARK_DIAMETERS: [&str; 2] = [".5", ".3"];

/// Width of the lines between cells, in cells.
const LINE_WIDTH: &str = ".05";

/// Drawing of a grid as an element of SVG.
#[derive(Clone, Copy, Debug)]
pub struct GridDrawing<'a> {
    /// The grid.
    pub grid: &'a Grid,
    /// Name of what it shows, which a screen reader says.
    pub title: &'a str,
    /// Where it is not what is expected: these cells are marked and described.
    pub difference: Option<&'a Difference>,
    /// Width and height of a cell, in pixels.
    pub cell: usize,
    /// Whether there are lines between cells.
    pub has_lines: bool,
}

impl GridDrawing<'_> {
    /// The element `svg`, as HTML takes it: without a namespace of its own. Its title
    /// is escaped, whatever is in it.
    pub fn to_inline_svg(&self) -> String {
        let Self { grid, cell, .. } = self;
        let (height, width) = (grid.height(), grid.width());
        let mut writer = Writer::new(Vec::new());
        let written = writer
            .create_element("svg")
            .with_attribute(("viewBox", &*format!("0 0 {width} {height}")))
            .with_attribute(("width", &*(width * cell).to_string()))
            .with_attribute(("height", &*(height * cell).to_string()))
            .with_attribute(("role", "img"))
            .write_inner_content(|writer| self.write_content(writer));
        super::xml_text::finished(written.map(drop), writer)
    }

    /// What is in the element; the unit of its coordinates is a cell.
    pub(super) fn write_content(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let text = |text: &str| xml_text(text).into_owned();
        writer
            .create_element("title")
            .write_text_content(BytesText::new(&text(self.title)))?;
        if let Some(difference) = self.difference {
            writer
                .create_element("desc")
                .write_text_content(BytesText::new(&difference.description()))?;
        }
        self.write_cells(writer)?;
        if self.has_lines {
            self.write_lines(writer)?;
        }
        match self.difference {
            Some(difference) => write_marks(difference, writer),
            None => Ok(()),
        }
    }

    fn write_cells(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let shapes = Shapes::of(self.grid);
        writer
            .create_element("rect")
            .with_attribute(("width", &*self.grid.width().to_string()))
            .with_attribute(("height", &*self.grid.height().to_string()))
            .with_attribute(("fill", &*rgb(shapes.background).hex()))
            .write_empty()?;
        for colour in &shapes.others {
            let mut path = String::new();
            for run in &colour.runs {
                let _ = write!(path, "M{} {}.5h{}", run.column, run.row, run.length);
            }
            writer
                .create_element("path")
                .with_attribute(("stroke", &*rgb(colour.cell).hex()))
                .with_attribute(("shape-rendering", "crispEdges"))
                .with_attribute(("d", &*path))
                .write_empty()?;
        }
        Ok(())
    }

    fn write_lines(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let (height, width) = (self.grid.height(), self.grid.width());
        let mut path = String::new();
        for row in 0..=height {
            let _ = write!(path, "M0 {row}h{width}");
        }
        for column in 0..=width {
            let _ = write!(path, "M{column} 0v{height}");
        }
        writer
            .create_element("path")
            .with_attribute(("stroke", &*LINE.hex()))
            .with_attribute(("stroke-width", LINE_WIDTH))
            .with_attribute(("d", &*path))
            .write_empty()?;
        Ok(())
    }
}

/// A dot on each cell that differs: a stroke of no length with round ends.
fn write_marks(difference: &Difference, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let mut path = String::new();
    for (row, column) in difference.places() {
        let _ = write!(path, "M{column}.5 {row}.5h0");
    }
    if path.is_empty() {
        return Ok(());
    }
    for (colour, diameter) in MARK.into_iter().zip(MARK_DIAMETERS) {
        writer
            .create_element("path")
            .with_attribute(("stroke", &*colour.hex()))
            .with_attribute(("stroke-width", diameter))
            .with_attribute(("stroke-linecap", "round"))
            .with_attribute(("d", &*path))
            .write_empty()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing<'a>(grid: &'a Grid, title: &'a str) -> GridDrawing<'a> {
        GridDrawing {
            grid,
            title,
            difference: None,
            cell: 10,
            has_lines: true,
        }
    }

    #[test]
    fn runs_of_a_colour_are_merged() {
        let grid = Grid::new(2, 4, vec![1, 1, 1, 0, 0, 2, 0, 2]).unwrap();
        let svg = drawing(&grid, "a grid").to_inline_svg();
        assert!(
            svg.contains(r##"<rect width="4" height="2" fill="#000000"/>"##),
            "{svg}"
        );
        let paths = [
            r##"<path stroke="#1e93ff" shape-rendering="crispEdges" d="M0 0.5h3"/>"##,
            r##"<path stroke="#f93c31" shape-rendering="crispEdges" d="M1 1.5h1M3 1.5h1"/>"##,
        ];
        assert!(paths.iter().all(|path| svg.contains(path)), "{svg}");
        let noise = Grid::from_fn(30, 30, |row, column| ((row * 7 + column * 3) % 10) as i8);
        assert!(drawing(&noise.unwrap(), "").to_inline_svg().len() < 12_000);
    }

    #[test]
    fn cells_that_differ_are_marked_and_described() {
        let output = Grid::new(1, 2, vec![1, 2]).unwrap();
        let expected = Grid::new(1, 2, vec![1, 3]).unwrap();
        let difference = Difference::between(&output, &expected);
        let svg = GridDrawing {
            difference: Some(&difference),
            ..drawing(&output, "output")
        }
        .to_inline_svg();
        assert!(
            svg.contains("<desc>1 cell differs: row 1 column 2</desc>"),
            "{svg}"
        );
        assert_eq!(svg.matches("M1.5 0.5h0").count(), 2, "{svg}");
    }

    #[test]
    fn a_title_is_text_whatever_is_in_it() {
        let grid = Grid::new(1, 1, vec![0]).unwrap();
        let hostile = "</title><script>alert('1')</script>\u{0}\u{1b}\u{fffe}&";
        let svg = drawing(&grid, hostile).to_inline_svg();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let title = document.root_element().first_element_child().unwrap();
        let shown = "</title><script>alert('1')</script>\u{fffd}\u{fffd}\u{fffd}&";
        assert_eq!(title.text(), Some(shown));
    }
}
