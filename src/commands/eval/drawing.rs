//! Values for a person: grids in ARC's colours, everything else as text.

use std::fmt::Write;

use console::Style;
use run_batt::evaluation::{Evaluation, Inputs};
use run_batt::value::{Grid, Value};

use super::Subject;

/// ARC's colours 0 to 9 among the terminal's 256: black, blue, red, green,
/// yellow, grey, magenta, orange, cyan, burgundy.
const TERMINAL_COLORS: [u8; 10] = [16, 33, 196, 40, 226, 245, 201, 208, 117, 88];

/// How far apart grids stand.
const GAP: &str = "    ";

/// Every call with what it depends on, its steps and its value; and at last the
/// result beside what is expected.
pub fn steps(subject: &Subject, evaluation: &Evaluation<'_>, inputs: &Inputs) -> String {
    let mut text = String::from("I\n");
    push_value(&mut text, &inputs.input);
    let values = evaluation.results().zip(evaluation.costs());
    for ((line, stage), (value, cost)) in subject.calls().zip(values) {
        let _ = writeln!(text, "\n{line}    [{stage}, {cost} steps]");
        match value {
            Some(value) => push_value(&mut text, value),
            None => text.push_str("not reached within the budget\n"),
        }
    }
    match evaluation.result() {
        _ if !subject.has_result => {}
        None => text.push_str("\nout of budget before the result\n"),
        Some(result) => push_comparison(&mut text, result, &inputs.expected),
    }
    let calls = evaluation.exhausted_calls();
    if calls > 0 {
        let _ = writeln!(
            text,
            "{calls} calls ran out of budget and yielded their default"
        );
    }
    text
}

fn push_comparison(text: &mut String, result: &Value, expected: &Value) {
    let _ = writeln!(text, "\nresult, expected");
    match (drawable(result), drawable(expected)) {
        (Some(left), Some(right)) => {
            push_rows(text, &[left, right]);
            let same = left.rows().zip(right.rows());
            let differing = same
                .flat_map(|(left, right)| left.iter().zip(right))
                .filter(|(left, right)| left != right)
                .count();
            let verdict = if (left.height(), left.width()) != (right.height(), right.width()) {
                "another shape".to_owned()
            } else if differing > 0 {
                format!("{differing} cells differ")
            } else {
                "exact".to_owned()
            };
            let _ = writeln!(text, "{verdict}");
        }
        _ => {
            push_value(text, result);
            push_value(text, expected);
        }
    }
}

/// A grid of ARC's colours.
fn drawable(value: &Value) -> Option<&Grid> {
    let grid = value.as_grid()?;
    grid.cells().iter().all(|&color| color <= 9).then_some(grid)
}

fn push_value(text: &mut String, value: &Value) {
    match drawable(value) {
        Some(grid) => push_rows(text, &[grid]),
        None => {
            let _ = writeln!(text, "{value:?}");
        }
    }
}

/// Grids side by side, from the top.
fn push_rows(text: &mut String, grids: &[&Grid]) {
    let height = grids.iter().map(|grid| grid.height()).max().unwrap_or(0);
    for row in 0..height {
        let mut line = String::new();
        for grid in grids {
            match grid.row(row) {
                Some(cells) => cells.iter().for_each(|&color| push_cell(&mut line, color)),
                None => line.push_str(&"  ".repeat(grid.width())),
            }
            line.push_str(GAP);
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

/// A cell, two characters wide: its digit, on its colour where the terminal has
/// colours.
fn push_cell(line: &mut String, color: u8) {
    let style = Style::new()
        .on_color256(TERMINAL_COLORS[usize::from(color)])
        .color256(if matches!(color, 3 | 4 | 5 | 7 | 8) {
            16
        } else {
            231
        });
    let _ = write!(line, "{}", style.apply_to(format_args!("{color} ")));
}
