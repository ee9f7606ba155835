//! The data that the records of a store remember: opened when they are asked for, for
//! what most tasks need of them the records say themselves.

use std::path::PathBuf;
use std::sync::OnceLock;

use crate::tasks::{Split, TaskSource};
use arc_programs::task::TaskName;

/// The most data that are opened, those that were run last first.
const MOST: usize = 4;

/// Data that the records of a store remember.
#[derive(Debug, Default)]
pub struct RememberedData {
    paths: Vec<PathBuf>,
    opened: OnceLock<Opened>,
}

#[derive(Debug, Default)]
struct Opened {
    sources: Vec<TaskSource>,
    problems: Vec<String>,
}

impl RememberedData {
    /// Data at these paths, those that were run last first.
    pub(super) fn at(paths: &[PathBuf]) -> Self {
        Self {
            paths: paths.iter().take(MOST).cloned().collect(),
            opened: OnceLock::new(),
        }
    }

    /// Those that can be read.
    pub fn sources(&self) -> &[TaskSource] {
        &self.opened().sources
    }

    /// Reasons why others cannot, a sentence each.
    pub fn problems(&self) -> &[String] {
        &self.opened().problems
    }

    /// The first of them that has a task.
    pub fn with(&self, task: TaskName) -> Option<&TaskSource> {
        self.sources().iter().find(|source| source.contains(task))
    }

    fn opened(&self) -> &Opened {
        self.opened.get_or_init(|| {
            let mut opened = Opened::default();
            for path in &self.paths {
                let path = path.canonicalize().unwrap_or_else(|_| path.clone());
                // A record may name anything; a pipe would be waited for.
                let source = match path.is_dir() || path.is_file() {
                    true => TaskSource::open(&path, Split::Both).map_err(|error| error.to_string()),
                    false => Err(format!("{}: found no data there", path.display())),
                };
                match source {
                    Ok(source) => opened.sources.push(source),
                    Err(problem) => opened.problems.push(problem),
                }
            }
            opened
        })
    }
}
