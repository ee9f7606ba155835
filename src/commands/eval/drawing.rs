//! Values for a person: grids in ARC's colours, everything else as text.

use std::fmt::{self, Write};

use arc_programs::value::{Grid, Value};
use run_batt::library::Role;
use run_batt::picture::{Difference, palette};

use super::{End, Shown};
use crate::cli::ExpectedArgument;
use crate::terminal::grids::{Block, columns, push_blocks};

/// What is said in place of a score where no output is known to compare with.
const NOT_KNOWN: &str = "what is expected is not known\n";

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
            None if evaluation.over_limit().contains(&place) => text.push_str(
                "no value: it met a limit (--call-steps, or the size or the depth of a value)\n",
            ),
            None => match shown.failure_of(place) {
                Some(failure) => {
                    let _ = writeln!(text, "failed: {}", told(failure.exception(), failure));
                }
                None => text.push_str("no value: what it depends on has none, or time ran out\n"),
            },
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
    let reason = told(end.exception, &end.reason);
    let _ = writeln!(text, "failed in {place}\n{reason}");
    text.push_str("no result, for a failing call ends a program of this dialect\n");
}

/// A failure with the exception that it is in Python, where it is one.
fn told(exception: Option<&str>, reason: impl fmt::Display) -> String {
    match exception {
        Some(exception) => format!("{exception}: {reason}"),
        None => reason.to_string(),
    }
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
            let difference = Difference::between(left, right);
            let columns = columns();
            let blocks = [
                Block::of_grid(left, Some(&difference), columns),
                Block::of_grid(right, None, columns),
            ];
            push_blocks(text, &blocks, columns);
            let _ = writeln!(text, "{}, score {score}", difference.summary());
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
    let is_drawable = |cell: &i8| palette::colour(*cell).is_some();
    grid.cells().iter().all(is_drawable).then_some(grid)
}

fn push_value(text: &mut String, value: &Value) {
    match drawable(value) {
        Some(grid) => {
            let columns = columns();
            push_blocks(text, &[Block::of_grid(grid, None, columns)], columns);
        }
        None => {
            let _ = writeln!(text, "{value:?}");
        }
    }
}
