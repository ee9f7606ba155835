//! Tasks as a table, or as JSON, for the commands that show which there are.

use std::fmt::Write;

use arc_programs::task::{Task, TaskName};
use arc_programs::value::Grid;
use arc_programs::verdict::FullScore;
use run_batt::tasks::{TaskError, TaskSource};
use serde::Serialize;

/// A task, and what it is run with.
#[derive(Serialize)]
pub struct TaskRow {
    task: String,
    #[serde(flatten)]
    shape: Option<Shape>,
    /// What it would be run with, where that is asked.
    #[serde(flatten)]
    pub run: Option<RunRow>,
    /// Why it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// What a task is of.
#[derive(Serialize)]
struct Shape {
    /// Numbers of samples.
    demo: usize,
    test: usize,
    /// Test samples whose output is not known.
    unknown: u64,
    /// The height and the width of its largest grid.
    largest: [usize; 2],
    /// Samples that a generator has added, where they are asked for.
    #[serde(rename = "arc-gen", skip_serializing_if = "Option::is_none")]
    arc_gen: Option<usize>,
}

/// What a task would be run with.
#[derive(Serialize)]
pub struct RunRow {
    /// Numbers of programs; `null` where a card has them.
    pub solvers: Option<usize>,
    pub differs: Option<usize>,
    /// Whether an earlier run has finished it, so that it would be passed over.
    pub finished: bool,
}

impl TaskRow {
    /// A task of the source; what is wrong with it is a part of the row.
    pub fn read(source: &TaskSource, task: TaskName, run: Option<RunRow>) -> Self {
        let loaded: Result<Task, TaskError> = source.load(task);
        let (shape, problem) = match loaded {
            Ok(loaded) => (Some(Shape::of(&loaded)), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self {
            task: task.to_string(),
            shape,
            run,
            problem,
        }
    }

    /// The same with the samples that a generator has added to the task.
    pub fn with_arc_gen(mut self, source: &TaskSource, task: TaskName) -> Self {
        let Some(shape) = &mut self.shape else {
            return self;
        };
        match source.load_arc_gen(task) {
            Ok(samples) => shape.arc_gen = Some(samples.len()),
            Err(error) => self.problem = Some(error.to_string()),
        }
        self
    }

    pub fn is_sound(&self) -> bool {
        self.problem.is_none()
    }
}

impl Shape {
    fn of(task: &Task) -> Self {
        let samples = task.demo.iter().chain(&task.test);
        let grids = samples.flat_map(|own| std::iter::once(&own.input).chain(&own.output));
        let size = |grid: &Grid| [grid.height(), grid.width()];
        let sizes = grids.map(|grid| size(grid));
        let largest = sizes.max_by_key(|[height, width]| height * width);
        Self {
            demo: task.demo.len(),
            test: task.test.len(),
            unknown: FullScore::of_task(task).unknown_outputs,
            largest: largest.unwrap_or_default(),
            arc_gen: None,
        }
    }
}

/// The rows under the names of their columns; nothing where there are none.
pub fn table(rows: &[TaskRow]) -> String {
    let mut text = String::new();
    let Some(first) = rows.first() else {
        return text;
    };
    let has_programs = |row: &TaskRow| {
        let run = row.run.as_ref();
        run.is_some_and(|run| run.solvers.is_some())
    };
    let has_arc_gen = |row: &TaskRow| row.shape.as_ref().is_some_and(|own| own.arc_gen.is_some());
    let longest = rows.iter().map(|row| row.task.len()).max();
    let width = longest.unwrap_or_default().max("0520fde7".len());
    let _ = write!(text, "{:width$}  demo  test  largest", "task");
    if rows.iter().any(has_arc_gen) {
        text.push_str("  arc-gen");
    }
    text.push_str(match has_programs(first) {
        true => "  solvers  differs\n",
        false => "\n",
    });
    for row in rows {
        let _ = write!(text, "{:width$}", row.task);
        if let Some(problem) = &row.problem {
            let _ = writeln!(text, "  cannot be read: {problem}");
            continue;
        }
        if let Some(shape) = &row.shape {
            let [height, width] = shape.largest;
            let largest = format!("{height}x{width}");
            let _ = write!(text, "  {:>4}  {:>4}  {largest:>7}", shape.demo, shape.test);
            if let Some(samples) = shape.arc_gen {
                let _ = write!(text, "  {samples:>7}");
            }
        }
        if let Some(run) = &row.run {
            if let (Some(solvers), Some(differs)) = (run.solvers, run.differs) {
                let _ = write!(text, "  {solvers:>7}  {differs:>7}");
            }
            if run.finished {
                text.push_str("  finished before");
            }
        }
        match row.shape.as_ref().map_or(0, |shape| shape.unknown) {
            0 => {}
            1 => text.push_str("  1 output not known"),
            more => {
                let _ = write!(text, "  {more} outputs not known");
            }
        }
        text.push('\n');
    }
    text
}
