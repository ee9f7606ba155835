//! A task and its samples.

use std::sync::Arc;

use serde::Deserialize;

use super::{TaskId, grid};
use crate::value::Grid;

/// One input grid and its expected output grid.
#[derive(Clone, Debug, Deserialize)]
pub struct Sample {
    /// What a program is given.
    #[serde(deserialize_with = "grid::deserialize")]
    pub input: Arc<Grid>,
    /// What it should return; `None` where the data does not tell.
    #[serde(default, deserialize_with = "grid::deserialize_optional")]
    pub output: Option<Arc<Grid>>,
}

/// An ARC task.
#[derive(Clone, Debug)]
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
