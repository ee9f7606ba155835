//! What is shown of a store: each task of the data, by how far its best solver has come.

use std::sync::Arc;

use arc_programs::score::FULL;
use arc_programs::task::{Task, TaskName};
use arc_programs::value::Grid;
use arc_programs::verdict::{FullScore, Verdict};

use crate::words::counted;

/// Store as it is shown.
#[derive(Clone, Debug, Default)]
pub struct ShownStore {
    /// Its tasks, in the order of the data.
    pub tasks: Vec<StoredTask>,
}

/// Task as it is shown among those of a store.
#[derive(Clone, Debug)]
pub struct StoredTask {
    /// Its name.
    pub name: TaskName,
    /// How far its best solver has come.
    pub progress: Progress,
    /// Score of the best solver; `None` where it has none.
    pub best: Option<u64>,
    /// The full score.
    pub full: FullScore,
    /// Input and expected output of its first demo sample; `None` of a task that has
    /// none.
    pub example: Option<(Arc<Grid>, Option<Arc<Grid>>)>,
}

/// How far the best solver of a task has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// It is exact on all samples.
    Solved,
    /// It is exact on the demo samples, and the outputs of some others are not known.
    DemosExact,
    /// It scores.
    Open,
    /// There is none.
    WithoutSolver,
}

impl Progress {
    const ALL: [Self; 4] = [
        Self::Solved,
        Self::DemosExact,
        Self::Open,
        Self::WithoutSolver,
    ];

    /// What tasks that have come so far are called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Solved => "solved",
            Self::DemosExact => "demos exact",
            Self::Open => "open",
            Self::WithoutSolver => "without a solver",
        }
    }
}

impl ShownStore {
    /// The tasks that have come so far, and what they are called and how many they are;
    /// those that have come furthest first.
    pub fn groups(&self) -> impl Iterator<Item = (String, Vec<&StoredTask>)> {
        Progress::ALL.into_iter().filter_map(|progress| {
            let tasks = self.tasks.iter().filter(|own| own.progress == progress);
            let tasks: Vec<&StoredTask> = tasks.collect();
            let title = format!("{}: {}", progress.name(), counted(tasks.len(), "task"));
            (!tasks.is_empty()).then_some((title, tasks))
        })
    }
}

impl StoredTask {
    /// A task whose best solver scores so much; `None` without a solver.
    pub fn new(task: &Task, best: Option<u64>) -> Self {
        let full = FullScore::of_task(task);
        let best = best.filter(|score| *score > 0);
        let first = task.demo.first().or(task.test.first());
        Self {
            name: task.name,
            progress: match best.map(|score| full.verdict(score)) {
                None => Progress::WithoutSolver,
                Some(Verdict::Open) => Progress::Open,
                Some(Verdict::DemosExact) => Progress::DemosExact,
                Some(Verdict::Solved) => Progress::Solved,
            },
            best,
            full,
            example: first.map(|own| (Arc::clone(&own.input), own.output.clone())),
        }
    }

    /// What there is to say of its score.
    pub fn score(&self) -> String {
        let full = self.full.score;
        match self.best {
            None => counted(full / FULL, "sample"),
            Some(best) => format!("{best} of {full}"),
        }
    }
}
