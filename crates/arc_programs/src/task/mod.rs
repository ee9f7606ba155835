//! ARC tasks: their names, their samples, and how JSON has them.
//!
//! A task is an object with the lists `train` and `test`, as ARC's own files have it;
//! or an array of samples, as re-arc has it: these are demos, and nothing is asked.
//! Google's code golf and ARC-GEN add a list `arc-gen`, hundreds of samples that a
//! generator made. It is no part of a [`Task`], for what it costs to read and what it
//! would change: a task is solved by what its author asked. [`Sample::of_arc_gen`]
//! reads it where it is asked for.

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

/// What a generator has added to a task; other members are passed over.
#[derive(Deserialize)]
struct ArcGenRecord {
    #[serde(rename = "arc-gen", default)]
    samples: Vec<Sample>,
}

impl Sample {
    /// The samples of a task's list `arc-gen`, from a part of a JSON text; none where it
    /// has no such list.
    ///
    /// # Errors
    /// As [`Task::from_json_part`].
    pub fn of_arc_gen(text: &str, part: Range<usize>) -> Result<Vec<Self>, JsonError> {
        let start = part.start;
        let part = &text[part];
        if is_array(part) {
            return Ok(Vec::new());
        }
        let ArcGenRecord { samples } =
            serde_json::from_str(part).map_err(|error| JsonError::of_part(text, start, &error))?;
        Ok(samples)
    }
}

fn is_array(text: &str) -> bool {
    text.trim_start().starts_with('[')
}

impl Task {
    /// A task from JSON text, `{"train": [{"input": …, "output": …}, …], "test":
    /// […]}`, as ARC's own files have it; or `[{"input": …, "output": …}, …]`, all of
    /// which are demos.
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
        let part = &text[part];
        let of_pairs = |train| TaskRecord {
            train,
            test: Vec::new(),
        };
        let record = match is_array(part) {
            true => serde_json::from_str(part).map(of_pairs),
            false => serde_json::from_str(part),
        };
        let TaskRecord { train, test } =
            record.map_err(|error| JsonError::of_part(text, start, &error))?;
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
    /// As [`Task::from_json_part`], and for more or fewer outputs than test samples.
    pub fn add_solutions(&mut self, text: &str, part: Range<usize>) -> Result<(), JsonError> {
        let start = part.start;
        let outputs: Vec<GridRecord> = serde_json::from_str(&text[part])
            .map_err(|error| JsonError::of_part(text, start, &error))?;
        if outputs.len() != self.test.len() {
            let problem = format!(
                "{} outputs for task {}, expected one for each of its {} test samples; are these the solutions of other challenges?",
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Task, JsonError> {
        Task::from_json("task001".parse().unwrap(), text)
    }

    #[test]
    fn an_array_of_pairs_is_a_task_of_demos() {
        let text = r#" [{"input": [[1]], "output": [[2]]}, {"input": [[3]], "output": [[4]]}]"#;
        let task = read(text).unwrap();
        assert_eq!((task.demo.len(), task.test.len()), (2, 0));
        let error = read(r#"[{"input": [[1]], "output": [[2]]}, {"input": [[3]]}]"#).unwrap_err();
        assert!(error.problem.contains("train sample 2"), "{error}");
        assert!(read(r#"[{"input": [[1]], "output": [[10]]}]"#).is_err());
        assert!(read("[1]").is_err());
    }

    #[test]
    fn what_a_generator_has_added_is_read_apart() {
        let text = r#"{"train": [], "test": [], "arc-gen": [{"input": [[1]], "output": [[2]]}]}"#;
        assert!(read(text).unwrap().demo.is_empty());
        let of = |text: &str| Sample::of_arc_gen(text, 0..text.len()).map(|own| own.len());
        assert_eq!(of(text), Ok(1));
        assert_eq!(of(r#"{"train": [], "test": []}"#), Ok(0));
        assert_eq!(of(r#"[{"input": [[1]], "output": [[2]]}]"#), Ok(0));
        // Nobody minds what is wrong with it who does not ask for it.
        let text = text.replace("[[1]]", "[[99]]");
        assert!(read(&text).is_ok());
        assert!(of(&text).unwrap_err().problem.contains("colour 99"));
    }

    #[test]
    fn outputs_are_as_many_as_test_samples() {
        let text = r#"{"train": [], "test": [{"input": [[1]]}, {"input": [[2]]}]}"#;
        for (solutions, is_sound) in [
            ("[[[1]], [[2]]]", true),
            ("[[[1]]]", false),
            ("[[[1]], [[2]], [[3]]]", false),
        ] {
            let mut task = read(text).unwrap();
            let added = task.add_solutions(solutions, 0..solutions.len());
            assert_eq!(added.is_ok(), is_sound, "{solutions}");
        }
    }
}
