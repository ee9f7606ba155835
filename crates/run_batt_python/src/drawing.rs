//! Pictures of grids and tasks, as notebooks show them.

use arc_programs::task::{Sample, Task};
use arc_programs::value::{Grid, Value};
use pyo3::prelude::*;
use run_batt::picture::{GridDrawing, palette};

use crate::value::from_python;

/// Width and height that a picture of a grid has at most, in pixels.
const ROOM: usize = 240;

/// Width and height of a cell at most, in pixels.
const LARGEST_CELL: usize = 24;

/// What a standalone file of SVG has, and a page of HTML does without.
const NAMESPACE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" ";

fn drawn(grid: &Grid, title: &str) -> String {
    let side = grid.height().max(grid.width());
    let drawing = GridDrawing {
        grid,
        title,
        difference: None,
        cell: (ROOM / side).clamp(1, LARGEST_CELL),
        has_lines: true,
    };
    drawing.to_inline_svg()
}

/// The picture of a grid as SVG; `None` for what is no grid of ARC's colours.
#[pyfunction]
pub fn grid_as_svg(grid: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let value = from_python(grid)?;
    let svg = value_as_html(&value, "a grid");
    Ok(svg.map(|svg| svg.replacen("<svg ", NAMESPACE, 1)))
}

/// The picture of a value; `None` for what is no grid of ARC's colours.
pub fn value_as_html(value: &Value, title: &str) -> Option<String> {
    let grid = value.as_grid()?;
    let is_colour = |cell: &i8| palette::colour(*cell).is_some();
    let has_colours = grid.cells().iter().all(is_colour);
    has_colours.then(|| drawn(grid, title))
}

/// A sample: its name, its input and its output.
pub fn sample_as_html(name: &str, sample: &Sample) -> String {
    let output = match &sample.output {
        Some(output) => drawn(output, &format!("{name}, output")),
        None => "not known".to_owned(),
    };
    let input = drawn(&sample.input, &format!("{name}, input"));
    format!(
        "<div style=\"display:flex;align-items:center;gap:12px;margin:6px 0\"><code>{name}</code>{input}<span>→</span>{output}</div>"
    )
}

/// A task: its name and its samples.
pub fn task_as_html(task: &Task) -> String {
    let mut html = format!("<div><b>{}</b>", task.name);
    for (kind, samples) in [("demo", &task.demo), ("test", &task.test)] {
        for (number, sample) in samples.iter().enumerate() {
            html.push_str(&sample_as_html(&format!("{kind}:{number}"), sample));
        }
    }
    html + "</div>"
}
