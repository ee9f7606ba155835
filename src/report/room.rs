//! How much of the tasks a page has room for.
//!
//! What is drawn of a task is its samples, as text, the thumbnails of one of them, as
//! SVG, and the text of its best solver. A usual task takes some six kilobytes; one of
//! samples of 30 × 30 cells of noise takes fifty. Where all of them would take more than
//! there is room for, the largest show one sample and the beginning of a program, and
//! where that is too much still, no thumbnails.

use arc_programs::value::Grid;

use super::drawing::{DrawnOutput, PictureText, SampleStory};
use super::story::TaskStory;
use crate::picture::Difference;

/// Room of a page of few tasks, in bytes.
const LEAST: usize = 4_000_000;

/// Room for each task of a page of more than 400, in bytes.
const OF_A_TASK: usize = 10_000;

/// The most characters of a program in little room.
const CUT: usize = 600;

/// Bytes of a run of cells in a thumbnail, of a mark on a cell, and of all else in it, at
/// most.
const RUN: usize = 11;
const MARK: usize = 22;
const REST: usize = 1200;

/// Room for what is drawn of tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Number of bytes.
    pub bytes: usize,
}

/// Sizes of what is drawn of a task, in bytes.
#[derive(Clone, Copy)]
struct Sizes {
    texts: usize,
    thumbnails: usize,
}

impl Room {
    /// The room of a page of so many tasks: with all else a page of 400 is smaller than
    /// 5 MB.
    pub fn of_page(tasks: usize) -> Self {
        Self {
            bytes: LEAST.max(tasks * OF_A_TASK),
        }
    }

    /// Leaves out what is drawn of the largest tasks until all are in it; of how many.
    pub fn fit(self, tasks: &mut [TaskStory]) -> usize {
        let mut all: usize = tasks.iter().map(|task| Sizes::of(task).all()).sum();
        let shortened = self.leave_out(tasks, &mut all, |own| own.texts, shorten);
        let hidden = self.leave_out(tasks, &mut all, |own| own.thumbnails, hide_thumbnails);
        // All that are hidden were shortened before.
        shortened.max(hidden)
    }

    fn leave_out(
        self,
        tasks: &mut [TaskStory],
        all: &mut usize,
        size: impl Fn(Sizes) -> usize,
        leave_out: impl Fn(&mut TaskStory),
    ) -> usize {
        let sizes = tasks.iter().map(|task| size(Sizes::of(task)));
        let mut largest: Vec<(usize, usize)> = sizes.zip(0..).collect();
        largest.sort_by(|one, other| other.cmp(one));
        let mut touched = 0;
        for (_, place) in largest {
            if *all <= self.bytes {
                break;
            }
            let task = &mut tasks[place];
            let before = Sizes::of(task).all();
            leave_out(task);
            *all = *all - before + Sizes::of(task).all();
            touched += 1;
        }
        touched
    }
}

impl Sizes {
    fn of(task: &TaskStory) -> Self {
        let samples = task.samples.iter().flat_map(pictures).map(PictureText::len);
        let program = task.program.as_ref().map_or(0, |own| own.text.text.len());
        let shown = task.shown_sample().filter(|_| !task.thumbnails_left_out);
        let marks = shown.map_or(0, |own| MARK * differing_cells(own));
        let grids = shown.into_iter().flat_map(pictures);
        Self {
            texts: samples.sum::<usize>() + program,
            thumbnails: marks + grids.map(|own| REST + RUN * runs(&own.0)).sum::<usize>(),
        }
    }

    fn all(self) -> usize {
        self.texts + self.thumbnails
    }
}

fn pictures(sample: &SampleStory) -> impl Iterator<Item = &PictureText> {
    let output = match &sample.output {
        DrawnOutput::Grid(picture) => Some(picture),
        _ => None,
    };
    [Some(&sample.input), sample.expected.as_ref(), output]
        .into_iter()
        .flatten()
}

/// Number of runs of one colour in the rows of a grid.
fn runs(grid: &Grid) -> usize {
    let in_row = |row: &[i8]| row.chunk_by(|left, right| left == right).count();
    grid.rows().map(in_row).sum()
}

/// Number of cells of an output that are not as expected.
fn differing_cells(sample: &SampleStory) -> usize {
    match (&sample.output, &sample.expected) {
        (DrawnOutput::Grid(output), Some(expected)) => {
            Difference::between(&output.0, &expected.0).count()
        }
        _ => 0,
    }
}

/// Leaves the shown sample, and the beginning of the program.
fn shorten(task: &mut TaskStory) {
    let before = task.samples.len();
    if let Some(shown) = task.shown
        && shown < before
    {
        task.samples = vec![task.samples.swap_remove(shown)];
        task.shown = Some(0);
    }
    task.samples_left_out += before - task.samples.len();
    if let Some(program) = &mut task.program {
        program.text.cut(CUT);
    }
}

fn hide_thumbnails(task: &mut TaskStory) {
    task.thumbnails_left_out = true;
}
