//! Values for a person: grids in ARC's colours, everything else as text.

use std::fmt::Write;

use arc_programs::value::{Grid, Value};
use console::Style;
use run_batt::library::Role;

use super::{End, Shown};
use crate::cli::ExpectedArgument;

/// ARC's colours 0 to 9 among the terminal's 256: black, blue, red, green,
/// yellow, grey, magenta, orange, cyan, burgundy.
const TERMINAL_COLORS: [u8; 10] = [16, 33, 196, 40, 226, 245, 201, 208, 117, 88];

/// What is said in place of a score where no output is known to compare with.
const NOT_KNOWN: &str = "what is expected is not known\n";

/// How far apart grids stand.
const GAP: &str = "    ";

/// Every call with what it depends on, its steps and its value; and at last the
/// result beside what is expected, and its score.
pub fn steps(shown: &Shown<'_>) -> String {
    let Shown {
        subject,
        evaluation,
        ..
    } = shown;
    let mut text = String::from("I\n");
    push_value(&mut text, shown.input);
    if shown.depends_on_expected() {
        text.push_str(match (shown.shown_expected, shown.expected) {
            (ExpectedArgument::Seen, Some(_)) => "\nC is the expected output, as differs see it\n",
            (ExpectedArgument::Seen, None) => "\nC is None, for the expected output is not known\n",
            (ExpectedArgument::Withheld, _) => {
                "\nC is withheld: None, as solvers are scored (--expected seen shows it)\n"
            }
        });
    }
    let end = shown.end();
    let values = evaluation.results().zip(evaluation.costs());
    for ((place, (line, stage)), (value, cost)) in (0_u32..).zip(subject.calls()).zip(values) {
        if end.as_ref().is_some_and(|end| place > end.place) {
            // Python does not reach them.
            break;
        }
        let _ = writeln!(text, "\n{line}    [{stage}, {cost} steps]");
        match value {
            Some(value) => push_value(&mut text, value),
            None if end.as_ref().is_some_and(|end| place == end.place) => {}
            None if evaluation.over_limit().contains(&place) => {
                text.push_str("no value: it met a limit (--call-steps, or the size of a value)\n");
            }
            None => text.push_str("no value: what it depends on met a limit, or time ran out\n"),
        }
    }
    if let Some(end) = end {
        push_end(&mut text, &end);
        return text;
    }
    match (evaluation.result(), subject.result) {
        (_, None) => {}
        (None, Some(_)) => text.push_str("\nno result, for a call met a limit\n"),
        (Some(result), Some(Role::Solver)) => push_comparison(&mut text, shown, result),
        (Some(result), Some(Role::Differ)) => {
            text.push_str("\nresult\n");
            push_value(&mut text, result);
            match shown.score(Role::Differ) {
                Some(score) => {
                    let _ = writeln!(text, "score {score}");
                }
                None => text.push_str(NOT_KNOWN),
            }
        }
    }
    text
}

/// The call that ended the program, and why.
fn push_end(text: &mut String, end: &End<'_>) {
    let place = match end.line {
        Some(line) => format!("line {line}, {}", end.call),
        None => end.call.to_owned(),
    };
    let exception = end
        .exception
        .map_or(String::new(), |own| format!("{own}: "));
    let _ = writeln!(text, "failed in {place}\n{exception}{}", end.reason);
    text.push_str("no result, for a failing call ends a program of this dialect\n");
}

fn push_comparison(text: &mut String, shown: &Shown<'_>, result: &Value) {
    let judged = (shown.expected, shown.is_exact(), shown.score(Role::Solver));
    let (Some(expected), Some(is_exact), Some(score)) = judged else {
        text.push_str("\nresult\n");
        push_value(text, result);
        text.push_str(NOT_KNOWN);
        return;
    };
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
            } else if is_exact {
                "exact".to_owned()
            } else {
                "another value".to_owned()
            };
            let _ = writeln!(text, "{verdict}, score {score}");
        }
        _ => {
            push_value(text, result);
            push_value(text, expected);
            let verdict = if is_exact {
                "exact"
            } else {
                "no grid of this kind"
            };
            let _ = writeln!(text, "{verdict}, score {score}");
        }
    }
}

/// A grid of ARC's colours.
fn drawable(value: &Value) -> Option<&Grid> {
    let grid = value.as_grid()?;
    let is_drawable = |color| (0..=9).contains(color);
    grid.cells().iter().all(is_drawable).then_some(grid)
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
fn push_cell(line: &mut String, color: i8) {
    let style = Style::new()
        .on_color256(TERMINAL_COLORS[usize::from(color.cast_unsigned())])
        .color256(if matches!(color, 3 | 4 | 5 | 7 | 8) {
            16
        } else {
            231
        });
    let _ = write!(line, "{}", style.apply_to(format_args!("{color} ")));
}
