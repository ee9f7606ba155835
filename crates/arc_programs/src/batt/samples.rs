//! The samples of a task, as programs see them.

use std::fmt;

use crate::digest::{Digest, DigestHasher};
use crate::evaluation::Inputs;
use crate::task::{Sample, Task};
use crate::value::{Failure, Value};

/// A sample, and how it is spoken of.
#[derive(Clone, Debug)]
pub struct SampleInputs {
    /// Values of the parameters `S`, `I`, `C`.
    pub inputs: Inputs,
    /// The output that is expected, where it is known.
    pub expected: Option<Value>,
    /// Digest of all that a program sees of it, and of what it is scored against.
    pub digest: Digest,
    /// Digest of the input, as of an output.
    pub of_input: Digest,
    /// Its name in the task.
    pub name: SampleName,
    /// Number of cells of the input.
    pub cells: u64,
    withheld: Inputs,
}

impl SampleInputs {
    /// What a solver sees: the inputs without the expected output.
    pub fn withheld(&self) -> &Inputs {
        &self.withheld
    }
}

/// Name of a sample in its task: `demo:0`, `test:1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleName {
    kind: &'static str,
    index: usize,
}

/// All samples of a task, the demo samples first.
///
/// # Errors
/// [`Failure::TooLarge`] for a task of a million cells.
pub fn samples_of(task: &Task) -> Result<Vec<SampleInputs>, Failure> {
    let of_task = Inputs::samples_of(task)?;
    let mut hasher = DigestHasher::new("task");
    for Sample { input, output } in &task.demo {
        hasher.grid(input);
        hasher.optional_grid(output.as_deref());
    }
    let of_demos = hasher.finish();
    let kinds = [("demo", &task.demo), ("test", &task.test)];
    let samples = kinds.into_iter().flat_map(|(kind, samples)| {
        let numbered = samples.iter().enumerate();
        numbered.map(move |(index, sample)| (kind, index, sample))
    });
    let inputs = |(kind, index, sample): (&'static str, usize, &Sample)| {
        let inputs = Inputs::new(of_task.clone(), sample);
        let expected = sample.output.as_ref().map(|_| inputs.expected.clone());
        let mut hasher = DigestHasher::new("sample");
        hasher.digest(of_demos);
        hasher.grid(&sample.input);
        hasher.optional_grid(sample.output.as_deref());
        SampleInputs {
            withheld: inputs.withheld(),
            inputs,
            expected,
            digest: hasher.finish(),
            of_input: Digest::of_grid(&sample.input),
            name: SampleName { kind, index },
            cells: sample.input.cells().len() as u64,
        }
    };
    Ok(samples.map(inputs).collect())
}

impl fmt::Display for SampleName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.kind, self.index)
    }
}

impl fmt::Display for SampleInputs {
    /// Its name.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(formatter)
    }
}
