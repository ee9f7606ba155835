//! ARC tasks: their names, their samples, and how JSON has them.

mod grid;
mod task_name;

use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;

use grid::GridRecord;
pub use grid::{MAXIMUM_SIDE, grid_from_json};
pub use task_name::{NotATaskName, TaskName};

use crate::json_error::JsonError;
use crate::value::Grid;

/// One input grid and its expected output grid.
#[derive(Clone, Debug, Deserialize)]
pub struct Sample {
    /// Input grid.
    #[serde(deserialize_with = "grid::deserialize")]
    pub input: Arc<Grid>,
    /// Expected output grid; `None` where the data does not tell.
    #[serde(default, deserialize_with = "grid::deserialize_optional")]
    pub output: Option<Arc<Grid>>,
}

/// An ARC task: the samples that show what is asked, and those that ask it.
#[derive(Clone, Debug)]
pub struct Task {
    /// Name of the task.
    pub name: TaskName,
    /// The samples that show what is asked (the data's `train`); each has an
    /// output.
    pub demo: Vec<Sample>,
    /// The samples that ask it.
    pub test: Vec<Sample>,
}

/// A task as JSON has it; other members are passed over.
#[derive(Deserialize)]
struct TaskRecord {
    train: Vec<Sample>,
    test: Vec<Sample>,
}

impl Task {
    /// A task from JSON text, `{"train": [{"input": …, "output": …}, …], "test":
    /// […]}`, as ARC's own files have it.
    ///
    /// # Errors
    /// Fails, with the place in the text, where it is not JSON, a grid is not 1
    /// to 30 rows of as many colours 0 to 9, or a train sample has no output.
    pub fn from_json(name: TaskName, text: &str) -> Result<Self, JsonError> {
        Self::from_json_part(name, text, 0..text.len())
    }

    /// A task from a part of a JSON text, such as a bundle of tasks.
    ///
    /// # Errors
    /// As [`Task::from_json`], the place counted in all of the text.
    pub fn from_json_part(
        name: TaskName,
        text: &str,
        part: Range<usize>,
    ) -> Result<Self, JsonError> {
        let start = part.start;
        let TaskRecord { train, test } = serde_json::from_str(&text[part])
            .map_err(|error| JsonError::of_part(text, start, &error))?;
        if let Some(number) = train.iter().position(|sample| sample.output.is_none()) {
            let problem = format!(
                "task {name} without the output of its train sample {}, expected one",
                number + 1
            );
            return Err(JsonError::at(text, start, problem));
        }
        Ok(Self {
            name,
            demo: train,
            test,
        })
    }

    /// Adds the outputs of the test samples from a part of a JSON text: an array
    /// of grids, as Kaggle's solutions have them.
    ///
    /// # Errors
    /// As [`Task::from_json_part`], and for more outputs than test samples.
    pub fn add_solutions(&mut self, text: &str, part: Range<usize>) -> Result<(), JsonError> {
        let start = part.start;
        let outputs: Vec<GridRecord> = serde_json::from_str(&text[part])
            .map_err(|error| JsonError::of_part(text, start, &error))?;
        if outputs.len() > self.test.len() {
            let problem = format!(
                "{} outputs for task {}, expected one for each of its {} test samples",
                outputs.len(),
                self.name,
                self.test.len()
            );
            return Err(JsonError::at(text, start, problem));
        }
        for (sample, GridRecord(output)) in self.test.iter_mut().zip(outputs) {
            sample.output = Some(output);
        }
        Ok(())
    }
}
