//! The tasks that are looked at, and the best programs of them.

use std::path::{Path, PathBuf};

use arc_programs::task::TaskName;
use run_batt::instances::PlainText;
use run_batt::job::given;
use run_batt::library::BestStored;
use run_batt::shown_path::shown;
use run_batt::store::Store;
use run_batt::tasks::{Split, TaskSource};
use run_batt::telemetry::History;
use run_batt::text_file::read_text;

use crate::watch::{Best, Find, ShownTask};

/// Most lines of a program.
const LINES: usize = 2000;

/// Where tasks and programs are, and the task that was looked at last.
pub struct Data {
    store: Store,
    path: Option<PathBuf>,
    /// Listed when they are first asked for.
    tasks: Option<Result<TaskSource, String>>,
    last: Option<Looked>,
}

/// The task that was looked at last, and what was the latest find then: a better program
/// may be of it.
struct Looked {
    task: ShownTask,
    latest: Option<Find>,
}

impl Data {
    pub fn new(out: &Path, path: Option<PathBuf>) -> Self {
        Self {
            store: Store::at(out),
            path,
            tasks: None,
            last: None,
        }
    }

    /// A task, and its best program.
    pub fn show(&mut self, task: &str, history: &History, latest: Option<&Find>) -> &ShownTask {
        let is_same = |last: &Looked| *last.task.name == *task && last.latest.as_ref() == latest;
        let last = self.last.take().filter(is_same);
        let looked = last.unwrap_or_else(|| Looked {
            task: self.look(task, history),
            latest: latest.cloned(),
        });
        &self.last.insert(looked).task
    }

    fn look(&mut self, task: &str, history: &History) -> ShownTask {
        let tasks = match self.tasks.take() {
            Some(tasks) => tasks,
            None => self.list(history),
        };
        let name = task.parse::<TaskName>().map_err(|error| error.to_string());
        let load = |source: &TaskSource| {
            let name = name.clone()?;
            source.load(name).map_err(|error| error.to_string())
        };
        let loaded = tasks.as_ref().map_err(Clone::clone).and_then(load);
        self.tasks = Some(tasks);
        let plain = |problem: String| PlainText::from(problem.as_str());
        ShownTask {
            name: task.into(),
            task: loaded.map_err(plain),
            best: name.and_then(|name| self.best(name)).map_err(plain),
        }
    }

    /// The tasks of the path; without one, those that the records say the last run had,
    /// or else the usual ones.
    fn list(&self, history: &History) -> Result<TaskSource, String> {
        let of_path = |path: &Path| TaskSource::open(path, Split::Both);
        if let Some(path) = &self.path {
            return of_path(path).map_err(|error| error.to_string());
        }
        let recorded = history.course.data.first();
        if let Some(Ok(source)) = recorded.map(|path| of_path(path)) {
            return Ok(source);
        }
        let owner = given::Owner::Fixtures.or_stored(self.store.out());
        given::tasks(None, owner, Split::Both).map_err(|error| error.to_string())
    }

    fn best(&self, task: TaskName) -> Result<Best, String> {
        let best = BestStored::of(&self.store, task).map_err(|error| error.to_string())?;
        let Some(solver) = best.solver else {
            let damaged = best.passed_over.into_iter().next();
            return Err(damaged.unwrap_or_else(|| "the store has no program for it".to_owned()));
        };
        let text = read_text(&solver.path).map_err(|error| error.to_string())?;
        Ok(Best {
            score: solver.standing.score,
            path: shown(&solver.path).to_string().as_str().into(),
            lines: text.lines().take(LINES).map(PlainText::from).collect(),
        })
    }
}
