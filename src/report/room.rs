//! How much of the tasks a page has room for.
//!
//! What is drawn of a task is its samples, and the texts of its programs. A usual task
//! takes some five kilobytes; one of five samples of 30 × 30 cells takes fifteen. Where
//! all of them would take more than there is room for, the largest show one sample and
//! the beginning of a program, until it fits.

use super::drawing::{DrawnOutput, PictureText};
use super::story::{ProgramStory, TaskStory};

/// Room of a page of few tasks, in bytes.
const LEAST: usize = 3 << 20;

/// Room for each task beyond those, in bytes.
const OF_A_TASK: usize = 7 << 10;

/// The most characters of a program in little room.
const CUT: usize = 600;

/// Room for what is drawn of tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Number of bytes.
    pub bytes: usize,
}

impl Room {
    /// The room of a page of so many tasks: with all else a page of 400 is smaller than
    /// 5 MB.
    pub fn of_page(tasks: usize) -> Self {
        Self {
            bytes: LEAST.max(tasks * OF_A_TASK),
        }
    }

    /// Cuts what is drawn of the largest tasks until all are in it; how many were cut.
    pub fn fit(self, tasks: &mut [TaskStory]) -> usize {
        let mut sizes: Vec<(usize, usize)> = tasks.iter().map(size).zip(0..).collect();
        let mut all: usize = sizes.iter().map(|(size, _)| size).sum();
        sizes.sort_by(|one, other| other.cmp(one));
        let mut cut = 0;
        for (before, place) in sizes {
            if all <= self.bytes {
                break;
            }
            let task = &mut tasks[place];
            shorten(task);
            all = all - before + size(task);
            cut += 1;
        }
        cut
    }
}

fn size(task: &TaskStory) -> usize {
    let of_picture = |picture: &Option<PictureText>| picture.as_ref().map_or(0, PictureText::len);
    let samples = task.samples.iter().map(|sample| {
        let output = match &sample.output {
            DrawnOutput::Grid(picture) => picture.len(),
            _ => 0,
        };
        sample.input.len() + of_picture(&sample.expected) + output
    });
    let differs = task.differs.iter().map(|own| &own.program);
    let programs = task.program.iter().chain(differs);
    samples.sum::<usize>() + programs.map(|own| own.text.len()).sum::<usize>()
}

/// Leaves the shown sample, and the beginning of each program.
fn shorten(task: &mut TaskStory) {
    let before = task.samples.len();
    if let Some(shown) = task.shown
        && shown < before
    {
        task.samples = vec![task.samples.swap_remove(shown)];
        task.shown = Some(0);
    }
    task.samples_left_out += before - task.samples.len();
    let differs = task.differs.iter_mut().map(|own| &mut own.program);
    for program in task.program.iter_mut().chain(differs) {
        program.cut(CUT);
    }
}

impl ProgramStory {
    /// Cuts its text to so many characters.
    pub(super) fn cut(&mut self, characters: usize) {
        if let Some((end, _)) = self.text.char_indices().nth(characters) {
            self.text.truncate(end);
            self.is_cut = true;
        }
    }
}
