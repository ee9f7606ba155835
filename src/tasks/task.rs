//! A task and its samples.

use serde::Deserialize;

use super::{Grid, TaskId};

/// One input grid and its expected output grid.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Sample {
    /// What a program is given.
    pub input: Grid,
    /// What it should return; `None` where the data does not tell.
    #[serde(default)]
    pub output: Option<Grid>,
}

/// An ARC task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// What it is called.
    pub id: TaskId,
    /// The samples that show what is asked (the data's `train`); each has an
    /// output.
    pub demo: Vec<Sample>,
    /// The samples that ask it.
    pub test: Vec<Sample>,
}

/// A task as its file has it; other members are passed over.
#[derive(Deserialize)]
pub(super) struct TaskRecord {
    pub(super) train: Vec<Sample>,
    pub(super) test: Vec<Sample>,
}
