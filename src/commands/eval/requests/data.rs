//! The tasks that requests are about: in the line itself, or by name.

use std::collections::HashMap;
use std::rc::Rc;

use arc_programs::batt::{SampleInputs, samples_of};
use arc_programs::task::Task;
use run_batt::tasks::TaskSource;

use super::{EXPECTED, Members};
use crate::cli::EvalArguments;
use crate::commands::eval::source;

/// How many tasks are kept that were asked for by name, for they are asked for again.
const KEPT: usize = 512;

/// Name of a task that a line brings along.
const UNNAMED: &str = "task";

/// Samples of a task, the demo samples first.
pub(super) type Samples = Rc<[SampleInputs]>;

/// Data that are asked of, listed when somebody does.
pub(super) struct Data<'a> {
    arguments: &'a EvalArguments,
    source: Option<TaskSource>,
    kept: HashMap<String, Samples>,
}

impl<'a> Data<'a> {
    pub(super) fn of(arguments: &'a EvalArguments) -> Self {
        Self {
            arguments,
            source: None,
            kept: HashMap::new(),
        }
    }

    /// The samples of a request's task.
    pub(super) fn task(&mut self, members: &Members<'_>) -> Result<Samples, String> {
        let Some(task) = members.raw("task") else {
            return Err(format!("found no task; {EXPECTED}"));
        };
        let text = task.get();
        if !text.starts_with('"') {
            let name = UNNAMED
                .parse()
                .map_err(|error| format!("`task`: {error}"))?;
            let task = Task::from_json(name, text);
            return samples(&task.map_err(|error| format!("`task`: {error}"))?);
        }
        let name: String = members.get("task")?.unwrap_or_default();
        match self.kept.get(&name) {
            Some(samples) => Ok(Rc::clone(samples)),
            None => self.load(name),
        }
    }

    fn load(&mut self, name: String) -> Result<Samples, String> {
        if self.source.is_none() {
            let listed = source(self.arguments).map_err(|error| format!("{error:#}"))?;
            self.source = Some(listed);
        }
        let Some(source) = &self.source else {
            return Err("there are no data; give --tasks".to_owned());
        };
        let found = source.find(&name).and_then(|name| source.load(name));
        let samples = samples(&found.map_err(|error| error.to_string())?)?;
        if self.kept.len() >= KEPT {
            self.kept.clear();
        }
        self.kept.insert(name, Rc::clone(&samples));
        Ok(samples)
    }
}

fn samples(task: &Task) -> Result<Samples, String> {
    let samples = samples_of(task).map_err(|error| format!("`task`: {error}"))?;
    Ok(samples.into())
}
