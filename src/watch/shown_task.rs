//! A task as it is looked at: its samples, and the best program that the store has.

use arc_programs::task::{Sample, Task};
use run_batt::instances::PlainText;

/// A task that was asked for.
#[derive(Clone, Debug)]
pub struct ShownTask {
    pub name: PlainText,
    /// Its samples, or why there are none.
    pub task: Result<Task, PlainText>,
    /// The best program, or why there is none.
    pub best: Result<Best, PlainText>,
}

/// The best program of a task.
#[derive(Clone, Debug)]
pub struct Best {
    pub score: u64,
    pub path: PlainText,
    pub lines: Vec<PlainText>,
}

impl ShownTask {
    /// Its samples with their names: `demo:0`.
    pub fn samples(&self) -> impl Iterator<Item = (String, &Sample)> {
        let named =
            |kind: &'static str| move |(number, sample)| (format!("{kind}:{number}"), sample);
        self.task.iter().flat_map(move |task| {
            let demos = task.demo.iter().enumerate().map(named("demo"));
            demos.chain(task.test.iter().enumerate().map(named("test")))
        })
    }
}
