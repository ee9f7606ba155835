//! What the best program of a task draws on its samples.

use std::sync::Arc;

use arc_programs::Solver;
use arc_programs::batt::SampleInputs;
use arc_programs::evaluation::{Evaluator, Limits};
use arc_programs::task::{Sample, Task};
use arc_programs::value::{Grid, Value};
use serde::{Serialize, Serializer};

use crate::submission::grid_of;

/// The most characters of an output that is no grid.
const OTHER: usize = 200;

/// Sample of a task, and what the best program makes of it.
#[derive(Clone, Debug, Serialize)]
pub struct SampleStory {
    /// Name of the sample: `demo:0`, `test:0`.
    pub name: String,
    /// Input.
    pub input: PictureText,
    /// Expected output; `None` where it is not known.
    pub expected: Option<PictureText>,
    /// Output of the best program.
    pub output: DrawnOutput,
    /// Score of it; `None` where the expected output is not known, or nothing was
    /// evaluated.
    pub score: Option<u64>,
}

/// Output of a program, as it can be drawn.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawnOutput {
    /// The expected one, exactly.
    Expected,
    /// Another grid.
    Grid(PictureText),
    /// Something that is no grid, as text.
    Other(String),
    /// Nothing, for a call met a limit.
    OverLimit,
    /// Nothing, for there is no program that could be evaluated.
    NoProgram,
}

/// Picture of a grid, as text a digit a cell and a `/` between rows: a page draws many of
/// them only when they are looked at.
#[derive(Clone, Debug)]
pub struct PictureText(pub Arc<Grid>);

impl PictureText {
    /// Number of bytes of the text.
    pub fn len(&self) -> usize {
        self.0.cells().len() + self.0.height() - 1
    }

    /// Whether there is nothing in it, which no grid is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Serialize for PictureText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(self.len());
        for (place, row) in self.0.rows().enumerate() {
            if place > 0 {
                text.push('/');
            }
            text.extend(row.iter().map(|&cell| digit(cell)));
        }
        serializer.serialize_str(&text)
    }
}

/// The digit of a colour; `?` for what is none, which no sample has.
fn digit(cell: i8) -> char {
    let digit = u32::try_from(cell).ok();
    digit
        .and_then(|digit| char::from_digit(digit, 10))
        .unwrap_or('?')
}

/// The samples of a task, the demo samples first, and what a program draws on them; they
/// are `inputs` as programs see them.
pub(super) fn draw(
    task: &Task,
    inputs: &[SampleInputs],
    solver: Option<&Solver>,
    limits: impl Fn() -> Limits,
) -> Vec<SampleStory> {
    let mut evaluator = Evaluator::new();
    let demo = task.demo.iter().enumerate().map(|own| ("demo", own));
    let test = task.test.iter().enumerate().map(|own| ("test", own));
    let draw_one =
        |((kind, (number, sample)), inputs): ((&str, (usize, &Sample)), &SampleInputs)| {
            let (output, score) = match solver {
                None => (DrawnOutput::NoProgram, None),
                Some(solver) => {
                    let output = solver.on_sample(inputs, &mut evaluator, limits());
                    let drawn = match (output.is_exact, &output.output) {
                        (Some(true), _) => DrawnOutput::Expected,
                        (_, Some(value)) => drawn(value),
                        (_, None) => DrawnOutput::OverLimit,
                    };
                    (drawn, output.score)
                }
            };
            SampleStory {
                name: format!("{kind}:{number}"),
                input: PictureText(Arc::clone(&sample.input)),
                expected: sample.output.clone().map(PictureText),
                output,
                score,
            }
        };
    demo.chain(test).zip(inputs).map(draw_one).collect()
}

fn drawn(output: &Value) -> DrawnOutput {
    if let Some(grid) = grid_of(output) {
        return DrawnOutput::Grid(PictureText(Arc::new(grid)));
    }
    let mut text: String = format!("{output:?}");
    if let Some((end, _)) = text.char_indices().nth(OTHER) {
        text.truncate(end);
        text.push('…');
    }
    DrawnOutput::Other(text)
}
