//! The picture of a task: its samples, each with input, expected output and what a
//! program makes of it, and the program.

use std::sync::Arc;

use arc_programs::value::Grid;

use super::block::{Block, GridFigure, Weight};
use super::difference::Difference;
use super::page::Page;
use super::shown_task::{MadeOutput, ShownSample, ShownTask};
use crate::one_line::one_line;
use crate::words::counted;

/// Pixels of a cell's side where none are asked for.
pub const CELL: usize = 16;

/// Pixels that samples beside each other may take together.
const ROOM: usize = 900;

/// Pixels between grids of a sample, and between samples.
const GRID_GAP: usize = 12;
const SAMPLE_GAP: usize = 28;

/// Pixels between what is written and what it is written of.
const TEXT_GAP: usize = 4;

/// The most lines of a program, and letters of a line, that are drawn.
const PROGRAM_LINES: usize = 60;
const COLUMNS: usize = 120;

/// The picture of a task, the side of a cell so many pixels.
pub fn task_page(task: &ShownTask, cell: usize) -> Page {
    let samples = task.samples.iter().map(|sample| of_sample(sample, cell));
    let samples = Block::flow(samples, ROOM, SAMPLE_GAP);
    let mut parts = vec![heading(task), samples];
    if let Some(program) = &task.program {
        parts.push(of_text(&program.text));
    }
    Page::new(format!("Task {}", task.name), Block::above(parts, GRID_GAP))
}

fn heading(task: &ShownTask) -> Block {
    let mut lines = vec![line(&format!("task {}", task.name), Weight::Bold)];
    if let (Some(program), Some((score, full))) = (&task.program, task.score()) {
        lines.push(line(&program.name, Weight::Plain));
        let told = format!("score {score} of {}", full.score);
        lines.push(line(&told, Weight::Plain));
    }
    Block::above(lines, 0)
}

fn line(text: &str, weight: Weight) -> Block {
    Block::text(&one_line(text), weight, COLUMNS)
}

fn of_sample(sample: &ShownSample, cell: usize) -> Block {
    let grid = |label: &str, grid: &Arc<Grid>, difference: Option<&Difference>| {
        labelled(
            label,
            Block::grid(GridFigure {
                grid: Arc::clone(grid),
                difference: difference.cloned(),
                title: format!("{}, {label}", sample.name),
                cell,
            }),
        )
    };
    let mut grids = vec![grid("input", &sample.input, None)];
    grids.push(match &sample.expected {
        Some(expected) => grid("expected", expected, None),
        None => labelled("expected", line("not known", Weight::Dim)),
    });
    let mut told = String::new();
    if let Some(output) = &sample.output {
        told = format!(": {output}");
        grids.push(match &output.made {
            MadeOutput::Grid(own, difference) => grid("output", own, difference.as_ref()),
            MadeOutput::Value(text) => labelled("output", line(text, Weight::Plain)),
            MadeOutput::Nothing => labelled("output", line("none", Weight::Dim)),
        });
    }
    let title = line(&format!("{}{told}", sample.name), Weight::Bold);
    Block::above([title, Block::beside(grids, GRID_GAP)], TEXT_GAP)
}

fn labelled(label: &str, block: Block) -> Block {
    Block::above([line(label, Weight::Dim), block], TEXT_GAP)
}

/// The lines of a program; of a long one the first.
fn of_text(text: &str) -> Block {
    let all = text.lines().count();
    let lines = text.lines().take(PROGRAM_LINES);
    let mut lines: Vec<Block> = lines.map(|own| line(own, Weight::Plain)).collect();
    if let Some(more @ 1..) = all.checked_sub(PROGRAM_LINES) {
        let told = format!("… and {} more", counted(more, "line"));
        lines.push(line(&told, Weight::Dim));
    }
    Block::above(lines, 0)
}
