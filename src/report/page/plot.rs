//! Lines drawn as SVG by `plotters`.
//!
//! It is the library of plots that most crates use, its back end for SVG writes text and
//! needs neither fonts nor bitmaps, and lines that are drawn here are there without a
//! script, on paper too. What it lacks for a page is added to its element: a name and a
//! description for those who do not see it, and the theme's colours (module `ink`).

use maud::{Markup, PreEscaped, html};
use plotters::chart::ChartBuilder;
use plotters::drawing::{DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::Circle;
use plotters::prelude::SVGBackend;
use plotters::series::{AreaSeries, LineSeries};
use plotters::style::{Color, IntoFont, ShapeStyle};

use super::axis::{Axis, Scale};
use super::ink::Ink;

/// Width of a plot, in units of its own.
const WIDTH: u32 = 480;

/// Size of its text.
const TEXT: f64 = 15.0;

/// Radius of a mark.
const MARK: u32 = 3;

/// Plot: lines over one axis.
#[derive(Clone, Debug)]
pub(super) struct Plot<'a> {
    pub(super) title: &'a str,
    /// What it shows, in a sentence or two.
    pub(super) description: String,
    pub(super) across: Scale,
    pub(super) up: Scale,
    pub(super) height: u32,
    pub(super) lines: Vec<Line>,
}

/// Line of a plot.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) ink: Ink,
    /// In the order in which they are across.
    pub(super) points: Vec<(f64, f64)>,
    /// Points that are marked.
    pub(super) marks: Vec<(f64, f64)>,
    /// Whether it goes across and then up, as counts do.
    pub(super) is_step: bool,
}

impl Line {
    fn drawn(&self) -> Vec<(f64, f64)> {
        if !self.is_step {
            return self.points.clone();
        }
        let mut drawn: Vec<(f64, f64)> = Vec::with_capacity(2 * self.points.len());
        for &(across, up) in &self.points {
            if let Some(&(_, before)) = drawn.last() {
                drawn.push((across, before));
            }
            drawn.push((across, up));
        }
        drawn
    }
}

impl Plot<'_> {
    /// The plot as an element of HTML; nothing where a line has fewer than two points.
    pub(super) fn markup(&self) -> Markup {
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let (mut least, mut most) = (f64::MAX, f64::MIN);
        for &(across, _) in points() {
            (least, most) = (least.min(across), most.max(across));
        }
        // Also where there are none.
        if least >= most {
            return html! {};
        }
        let highest = points().fold(0_f64, |highest, (_, up)| highest.max(*up));
        let mut svg = String::new();
        if self.draw(&mut svg, least..most, highest).is_err() {
            // Memory takes all that is written.
            return html! {};
        }
        // Its own first tag knows neither theme nor name.
        let inside = svg.split_once('>').map_or("", |(_, inside)| inside);
        let inside = inside.trim_end().trim_end_matches("</svg>");
        let view = format!("0 0 {WIDTH} {}", self.height);
        html! {
            svg class="plot" viewBox=(view) role="img" {
                title { (self.title) }
                desc { (self.description) }
                (PreEscaped(inside))
            }
        }
    }

    fn draw(
        &self,
        svg: &mut String,
        across: std::ops::Range<f64>,
        highest: f64,
    ) -> Result<(), DrawingAreaErrorKind<std::io::Error>> {
        let area = SVGBackend::with_string(svg, (WIDTH, self.height)).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin_top(10)
            .margin_right(16)
            .x_label_area_size(26)
            .y_label_area_size(58)
            .build_cartesian_2d(
                Axis::new(across, self.across, 5),
                Axis::up_to(highest, self.up),
            )?;
        let text = || ("sans-serif", TEXT).into_font().color(&Ink::Text.colour());
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(plotters::style::TRANSPARENT)
            .bold_line_style(Ink::Grid.colour())
            .axis_style(Ink::Grid.colour())
            .label_style(text())
            .draw()?;
        for line in &self.lines {
            let (colour, drawn) = (line.ink.colour(), line.drawn());
            chart.draw_series(AreaSeries::new(drawn.clone(), 0.0, colour.mix(0.12)))?;
            let style: ShapeStyle = colour.stroke_width(2);
            chart.draw_series(LineSeries::new(drawn, style))?;
            let mark = |point: &(f64, f64)| Circle::new(*point, MARK, colour.filled());
            chart.draw_series(line.marks.iter().map(mark))?;
        }
        area.present()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(points: &[(f64, f64)]) -> Plot<'static> {
        Plot {
            title: "Solved <b>",
            description: "From 0 to 2 & on.".to_owned(),
            across: Scale::Count,
            up: Scale::Count,
            height: 200,
            lines: vec![Line {
                ink: Ink::Solved,
                points: points.to_vec(),
                marks: points.to_vec(),
                is_step: true,
            }],
        }
    }

    #[test]
    fn a_plot_is_an_element_with_a_name_and_inks_that_the_theme_knows() {
        let svg = plot(&[(1.0, 0.0), (2.0, 2.0)]).markup().into_string();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let root = document.root_element();
        let mut children = root.children().filter(roxmltree::Node::is_element);
        assert_eq!(children.next().unwrap().text(), Some("Solved <b>"));
        assert_eq!(children.next().unwrap().text(), Some("From 0 to 2 & on."));
        let rules = Ink::rules();
        let mut inks = 0;
        for node in root.descendants() {
            for attribute in node.attributes() {
                let is_colour = attribute.value().starts_with('#');
                if is_colour {
                    inks += 1;
                    assert!(rules.contains(attribute.value()), "{attribute:?}");
                }
            }
        }
        assert!(inks > 10, "{svg}");
        assert_eq!(svg.matches("<circle").count(), 2);
    }

    #[test]
    fn of_one_point_there_is_no_line() {
        for points in [&[][..], &[(1.0, 1.0)], &[(1.0, 1.0), (1.0, 2.0)]] {
            assert!(plot(points).markup().into_string().is_empty());
        }
    }
}
