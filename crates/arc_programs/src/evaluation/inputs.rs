//! What a program sees of a task: `S`, `I` and `C`.

use std::sync::Arc;

use crate::task::{Sample, Task};
use crate::value::{Failure, Grid, Tuple, Value};

/// The values of a program's parameters on one sample.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// All demo samples of the task: a tuple of pairs `(input, output)`.
    pub samples: Value,
    /// The input grid.
    pub input: Value,
    /// The expected output grid; `None` where it is not known, or withheld.
    pub expected: Value,
}

impl Inputs {
    /// The demo samples of a task as the value of `S`, which all its samples
    /// share.
    ///
    /// # Errors
    /// [`Failure::TooLarge`] for a task of a million cells.
    pub fn samples_of(task: &Task) -> Result<Value, Failure> {
        let pairs = task.demo.iter().map(|sample| {
            let output = sample.output.as_ref().map_or(Value::EMPTY_TUPLE, grid);
            Value::tuple_of_two(grid(&sample.input), output)
        });
        Value::tuple(pairs.collect::<Result<_, _>>()?)
    }

    /// Inputs of a program on a sample; `samples` is the value of `S` of its task.
    pub fn new(samples: Value, sample: &Sample) -> Self {
        Self {
            samples,
            input: grid(&sample.input),
            expected: sample.output.as_ref().map_or(Value::None, grid),
        }
    }

    /// The same without the expected output: what a solver sees.
    pub fn withheld(&self) -> Self {
        Self {
            expected: Value::None,
            ..self.clone()
        }
    }
}

fn grid(grid: &Arc<Grid>) -> Value {
    Value::Tuple(Tuple::from(Arc::clone(grid)))
}
