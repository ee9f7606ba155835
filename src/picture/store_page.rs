//! The picture of a store: a thumbnail of each task, those that are solved first.

use std::sync::Arc;

use arc_programs::value::Grid;

use super::block::{Block, GridFigure, LETTER, Weight};
use super::page::Page;
use super::shown_store::{ShownStore, StoredTask};

/// Pixels that a thumbnail's grid takes at most, and a cell of it, where none are asked
/// for.
const SIDE: usize = 64;
const LARGEST_CELL: usize = 12;

/// Pixels between the two grids of a thumbnail, and between thumbnails.
const GRID_GAP: usize = 6;
const THUMBNAIL_GAP: usize = 18;

/// Pixels that thumbnails beside each other may take together.
const ROOM: usize = 900;

/// The picture of a store, the side of a cell so many pixels; as many as a thumbnail has
/// room for where none are asked for.
pub fn store_page(title: &str, store: &ShownStore, cell: Option<usize>) -> Page {
    let mut parts = vec![Block::text(title, Weight::Bold, ROOM / LETTER)];
    for (title, tasks) in store.groups() {
        let thumbnails = tasks.into_iter().map(|task| thumbnail(task, cell));
        let thumbnails = Block::flow(thumbnails, ROOM, THUMBNAIL_GAP);
        let title = Block::text(&title, Weight::Bold, ROOM / LETTER);
        parts.push(Block::above([title, thumbnails], GRID_GAP));
    }
    Page::new(title.to_owned(), Block::above(parts, THUMBNAIL_GAP))
}

fn thumbnail(task: &StoredTask, cell: Option<usize>) -> Block {
    let figure = |label: &str, grid: &Arc<Grid>| {
        let longest = grid.width().max(grid.height());
        Block::grid(GridFigure {
            grid: Arc::clone(grid),
            difference: None,
            title: format!("{}, {label}", task.name),
            cell: cell.unwrap_or((SIDE / longest).clamp(1, LARGEST_CELL)),
        })
    };
    let width = 2 * SIDE + GRID_GAP;
    let line = |text: &str, weight| Block::text(text, weight, width / LETTER);
    let mut parts = vec![
        line(task.name.as_str(), Weight::Plain),
        line(&task.score(), Weight::Dim),
    ];
    if let Some((input, output)) = &task.example {
        let input = figure("input", input);
        let output = output.as_ref().map(|own| figure("expected", own));
        parts.push(Block::beside(
            [Some(input), output].into_iter().flatten(),
            GRID_GAP,
        ));
    }
    Block::above(parts, 0).at_least(width)
}
